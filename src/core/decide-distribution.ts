// From the award to its payees' shares: what a pledge holds is divided, exact to the cent.
import { type Campaign, isAwarded } from "./campaign.ts";
import { onPromiseAwarded } from "./decide-charge.ts";
import { payeeOf, payOrWait } from "./decide-payout.ts";
import { both, type Decision, decision, needed, type Situation } from "./decision.ts";
import { at, now, type PlannedEffect } from "./effects.ts";
import { move, OPERATOR, pledgeAccount, shareAccount } from "./ledger.ts";
import { askToConnect } from "./owed.ts";
import { newPayee, newPayout, type Payee, type Payout } from "./payout.ts";
import { claimDate, DAY_MS, type Pledge } from "./pledge.ts";
import { tippedReply } from "./replies.ts";
import { allot } from "./split.ts";
import { giveBack, reasonToReturn, settle } from "./steps.ts";

/** One step of the distribution: this pledge, if its money is there and free. */
export function onPledgeAwarded(situation: Situation): Decision {
  const pledge = needed(situation.pledge, "pledge");
  if (situation.award?.undone != null) return decision({});
  if (pledge.state === "started" && pledge.sessionId !== null) {
    const { id: pledgeId, sessionId } = pledge;
    return decision({ effects: [now({ effect: "expireCheckout", pledgeId, sessionId })] });
  }
  if (pledge.state === "promised") return onPromiseAwarded(situation);
  const free = pledge.state === "paid" && pledge.returnReason === null && pledge.shared === 0n;
  return free ? sendOn({ before: pledge, pledge }, situation) : decision({});
}

/** A pledge as the same decision changed it; `before` is the one that the situation's campaign counts. */
interface Undivided {
  before: Pledge;
  pledge: Pledge;
}

/** Where undivided money goes: back if it must, to the award if one stands, else it waits. */
export function sendOn({ before, pledge }: Undivided, situation: Situation): Decision {
  const { held, award } = situation;
  // Until its bank has decided, nothing of it is awarded or sent back: the verdict asks again.
  if (pledge.disputed > 0n) {
    return settle({ before, after: { ...pledge, state: "disputed" } }, situation);
  }
  const reason = reasonToReturn(pledge, situation);
  if (reason !== null) return giveBack({ reason, before, after: pledge, held }, situation);
  const awarded = isAwarded(needed(situation.campaign, "campaign")) && award?.undone == null;
  return awarded
    ? distribute({ before, pledge }, situation)
    : settle({ before, after: pledge }, situation);
}

/** Divides what the pledge holds among the award's payees, and sends what can leave at once. */
function distribute({ before, pledge }: Undivided, situation: Situation): Decision {
  const award = needed(situation.award, "award");
  const { held } = situation;
  const currency = pledge.settlementCurrency ?? pledge.currency;
  const operatorFee = (held * BigInt(pledge.terms.operatorFeeBasisPoints)) / 10_000n;
  const parts = allot(held - operatorFee, award.payees);
  const waiting: Payout[] = award.payees.flatMap((payee, index) => {
    const amount = parts[index] ?? 0n;
    if (amount === 0n) return [];
    return [
      newPayout({
        awardId: award.id,
        campaignId: award.campaignId,
        pledgeId: pledge.id,
        payeeId: payee.id,
        round: 1 + Math.max(0, ...roundsOf(payee.id, situation)),
        awardRound: award.round,
        amount,
        currency,
        payableFrom: award.payableFrom,
        claimBy: claimDate(pledge, award.at),
        handedFrom: null,
      }),
    ];
  });
  const after: Pledge = {
    ...pledge,
    operatorFee,
    shared: held - operatorFee,
    // Nothing is left to pay when fees ate up the charge.
    state: waiting.length === 0 ? "released" : pledge.state,
  };
  const from = pledgeAccount(pledge.id);
  const shared = decision({
    changes: [
      {
        put: "award",
        award: {
          ...award,
          payees: award.payees.map((payee, index) => ({
            ...payee,
            allotted: payee.allotted + (parts[index] ?? 0n),
          })),
        },
      },
    ],
    postings: [
      ...waiting.flatMap(({ payeeId, amount }) =>
        move(from, shareAccount(pledge.id, payeeId), { amount, currency }),
      ),
      ...move(from, OPERATOR, { amount: operatorFee, currency }),
    ],
    effects: waiting.map(({ id, claimBy }) =>
      at(claimBy, { effect: "returnPayout", payoutId: id }),
    ),
  });
  const settled = both(shared, settle({ before, after }, situation));
  if (situation.campaign?.kind === "tip") return both(settled, tipped(waiting, situation));
  const told = both(settled, decision({ effects: tellUnconnected(waiting, situation) }));
  return waiting.reduce((sum, payout) => both(sum, payOrWait(payout, situation)), told);
}

/** The first money of an award is there: whoever has a part of it is told where to connect an account. */
function tellUnconnected(waiting: readonly Payout[], situation: Situation): PlannedEffect[] {
  const award = needed(situation.award, "award");
  const campaign = needed(situation.campaign, "campaign");
  const payees = waiting.map((payout) => payeeOf(payout, situation)).filter(({ ready }) => !ready);
  const { publicUrl } = situation.operator;
  const { holdDaysMax } = needed(situation.pledge, "pledge").terms;
  return askToConnect({ award, campaign, payees }, { publicUrl, holdDaysMax });
}

/**
 * A tip waits its time. Whom it was offered becomes a payee by it; whoever has no account yet is told where to
 * connect one, once and by nobody's name.
 */
function tipped(waiting: readonly Payout[], situation: Situation): Decision {
  const { at: time, operator } = situation;
  const tip = needed(situation.campaign, "campaign");
  const payableFrom = time + operator.firstPayoutHoldDays * DAY_MS;
  return waiting.reduce((sum, payout) => {
    const payee = tippedPayee(payout, situation);
    const owed = decision({
      changes: [{ put: "payee", payee }],
      effects: payee.ready ? [] : [tellTipped({ tip, payee, payout }, operator.publicUrl)],
    });
    const sent = payOrWait({ ...payout, payableFrom }, { ...situation, payees: [payee] });
    return both(both(sum, owed), sent);
  }, decision({}));
}

/** By the login that GitHub gave when it was offered, which is at most some days old. */
function tippedPayee({ payeeId }: Payout, { award, payees }: Situation): Payee {
  const person = needed(award?.payees.find(({ id }) => id === payeeId) ?? null, "payee");
  const known = payees.find(({ id }) => id === payeeId) ?? newPayee(person);
  return { ...known, login: person.login };
}

function tellTipped(
  { tip, payee, payout }: { tip: Campaign; payee: Payee; payout: Payout },
  publicUrl: string,
): PlannedEffect {
  const { repositoryId, issueNumber, id } = tip;
  const { claimBy } = payout;
  const body = tippedReply({ publicUrl, payee, claimBy });
  return now({ effect: "reply", repositoryId, issueNumber, key: `tipped:${id}`, body });
}

/** An award that was taken back left returned shares behind. */
function roundsOf(payeeId: number, { payouts }: Situation): number[] {
  return payouts.filter((one) => one.payeeId === payeeId).map(({ round }) => round);
}
