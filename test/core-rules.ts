// Rules that every life in memory has to keep beside its sums: who may be asked for money, and who must have it.
import { expect } from "@jest/globals";
import type { Books } from "./core-stripe.ts";
import type { World } from "./core-world.ts";

/** Payees give back no more for a dispute than its bank took: what the operator refunds by hand is theirs to bear. */
export function asksPayeesForNoMoreThanBanksTook(world: World, books: Books): void {
  for (const { disputeId, movements } of books.disputes.values()) {
    const taken = movements.reduce((sum, { amount }) => (amount < 0n ? sum - amount : sum), 0n);
    let asked = 0n;
    for (const { effect } of world.outbox.values()) {
      const isOfIt = effect.effect === "reverseTransfer" && effect.disputeId === disputeId;
      if (isOfIt) asked += effect.amount;
    }
    expect([disputeId, asked <= taken]).toEqual([disputeId, true]);
  }
}

/** What waits for somebody who gave it up, or has another paid, is on its way there: it does not lie until its date. */
export function leavesNothingWithWhoGaveItUp({
  awards,
  payouts,
  pledges,
  outbox,
  at,
}: World): void {
  for (const { id, state, payeeId, pledgeId, awardId, awardRound, claimBy } of payouts.values()) {
    const award = awards.get(awardId);
    if (state !== "waiting" || award?.undone !== null || award.round !== awardRound) continue;
    const isGivenUp = award.declined.includes(payeeId);
    const isHanded = award.handed.some(({ from }) => from === payeeId);
    if (!isGivenUp && !isHanded) continue;
    // A bank has the first word, and from its date on it is the backer's.
    if ((pledges.get(pledgeId)?.disputed ?? 0n) > 0n || at >= claimBy) continue;
    const onward = [...outbox.values()].some(({ pending, dueAt, effect }) => {
      if (!pending || dueAt > at) return false;
      if (effect.effect === "payWaiting")
        return "payeeId" in effect.of && effect.of.payeeId === payeeId;
      const wanted = isGivenUp ? "returnShares" : "handShares";
      return effect.effect === wanted && effect.payeeId === payeeId;
    });
    expect([id, onward]).toEqual([id, true]);
  }
}

/**
 * Of a charge that no bank has: its award's shares gave way for refunds by hand alone, and the operator bears nothing
 * for a bank.
 */
export function isWholeOnceBanksGaveItBack(world: World, books: Books): void {
  for (const {
    id,
    chargeId,
    shared,
    lost,
    sharesStopped,
    coveredForBank,
  } of world.pledges.values()) {
    if (shared === 0n || lost > 0n || wasTakenBack(world, id)) continue;
    let byHand = 0n;
    for (const { fact, amount } of books.refunds.values()) {
      if (fact.chargeId === chargeId && fact.effectKey === null) byHand += amount;
    }
    expect([id, sharesStopped <= byHand, coveredForBank]).toEqual([id, true, 0n]);
  }
}

/** The award that divided this pledge: what a bank had then is no payee's of it. */
function wasTakenBack({ payouts, awards }: World, pledgeId: string): boolean {
  return [...payouts.values()].some((payout) => {
    const award = awards.get(payout.awardId);
    const stands = award?.undone === null && award.round === payout.awardRound;
    return payout.pledgeId === pledgeId && !stands;
  });
}

export function solvent(world: World): void {
  for (const [name, amount] of world.balances) {
    if (amount < 0n && !/^(world|operator) /.test(name)) throw new Error(`${name} is at ${amount}`);
  }
}
