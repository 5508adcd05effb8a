// Shares of an award that was taken back: they are the pledge's again, and no later award pays them.
import type { Award } from "./award.ts";
import { type Decision, decision } from "./decision.ts";
import { recover, setOff } from "./dispute.ts";
import { move, OPERATOR, pledgeAccount, shareAccount } from "./ledger.ts";
import { type Payout, takenBackOf, withRows } from "./payout.ts";
import { isShared, type Pledge } from "./pledge.ts";

export interface Divided {
  pledge: Pledge;
  held: bigint;
  payouts: Payout[];
}

/** The award that gave these shares stands: it was not taken back, and no other has its place. */
export function stands(award: Award | null, payouts: readonly Payout[]): boolean {
  if (award === null || award.undone !== null) return false;
  const theirs = payouts.filter(({ state }) => state === "waiting" || state === "stopped");
  return theirs.every(({ awardRound }) => awardRound === award.round);
}

/**
 * What was not sent of them is the pledge's, with the operator's fee; what a bank stopped stays with the pledge, whatever
 * its verdict. The operator, who covered for a bank or a refund by hand, has that back first.
 */
export function takeSharesBack({
  pledge,
  held,
  payouts,
}: Divided): Divided & { decision: Decision } {
  const currency = pledge.settlementCurrency ?? pledge.currency;
  const account = pledgeAccount(pledge.id);
  const waiting = payouts.filter(({ state }) => state === "waiting");
  const shares = waiting.reduce((sum, { amount }) => sum + amount, 0n);
  const fee = pledge.operatorFee - pledge.operatorFeeReturned;
  const rows = payouts
    .filter(({ state }) => state === "waiting" || state === "stopped")
    .map((payout): Payout => ({ ...payout, state: "returned", takenByBank: null }));
  const after = withRows(payouts, ...rows);
  const freed = { ...pledge, takenBack: takenBackOf(after) };
  // What a payee let go went to the backer: the rest follows it.
  const recovered = goesBack(pledge)
    ? setOff(
        {
          ...freed,
          sharesReturned: pledge.sharesReturned + shares,
          operatorFeeReturned: pledge.operatorFee,
          returnReason: pledge.returnReason ?? "award not claimed",
        },
        shares + fee,
      )
    : recover(undivided(freed), shares + fee);
  return {
    pledge: recovered.pledge,
    held: held + recovered.left,
    payouts: after,
    decision: decision({
      changes: rows.map((payout) => ({ put: "payout", payout })),
      postings: [
        ...waiting.flatMap(({ payeeId, amount }) =>
          move(shareAccount(pledge.id, payeeId), account, { amount, currency }),
        ),
        ...move(OPERATOR, account, { amount: fee, currency }),
        ...recovered.postings,
      ],
    }),
  };
}

/** As if it had never been: what went back of the operator's fee has left with a refund by hand. */
function undivided(pledge: Pledge): Pledge {
  return {
    ...pledge,
    shared: 0n,
    operatorFee: 0n,
    operatorFeeReturned: 0n,
    handReturned: pledge.handReturned + pledge.operatorFeeReturned,
    sharesStopped: 0n,
    sharesGivenWay: 0n,
  };
}

function goesBack(pledge: Pledge): boolean {
  return isShared(pledge) && (pledge.sharesReturned > 0n || pledge.returnReason !== null);
}
