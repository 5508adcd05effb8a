// Money on its way back to a backer: the date that sends it, and Stripe's word on each refund.
import { isAwarded } from "./campaign.ts";
import { endCharge } from "./decide-charge.ts";
import { beginHandRefund, handNotRefunded, handRefunded } from "./decide-hand-refund.ts";
import { closeCheckout } from "./decide-pledge.ts";

import { both, type Decision, decision, needed, type Situation } from "./decision.ts";
import { setOff, uncover } from "./dispute.ts";
import { at, now } from "./effects.ts";
import type { RefundFact, Settlement } from "./events.ts";
import { move, OPERATOR, type Posting, pledgeAccount, WORLD } from "./ledger.ts";
import { least } from "./money.ts";
import { isShared, type Pledge, type ReturnReason } from "./pledge.ts";
import { isByHand, isLastRefund, outgoingOf, type Refund, retryRefund } from "./refund.ts";
import { counted, giveBack, lapse, REREAD_MS, reasonToReturn, settle, stateOf } from "./steps.ts";

/**
 * The campaign ended, the pledge's own date came, or a refund that failed is tried again. Awarded money
 * is no longer the backer's, but what was going back before goes on.
 */
export function onPledgeReturnDue(reason: ReturnReason, situation: Situation): Decision {
  const { held } = situation;
  const pledge = needed(situation.pledge, "pledge");
  const campaign = needed(situation.campaign, "campaign");
  const awarded = isAwarded(campaign) && situation.award?.undone == null;
  const byItsDate = reason === "refund date reached" && pledge.returnReason === null;
  if (byItsDate && (isShared(pledge) || reasonToReturn(pledge, situation) === null)) {
    return decision({});
  }
  switch (pledge.state) {
    case "started":
      return decision({ effects: closeCheckout(pledge) });
    case "promised":
      return awarded ? decision({}) : lapse({ before: pledge, after: pledge }, situation);
    case "charging":
      return awarded || pledge.charging?.ending ? decision({}) : endCharge(pledge);
    case "clearing":
      return pledge.returnReason === null
        ? settle({ before: pledge, after: { ...pledge, returnReason: reason } }, situation)
        : decision({});
    case "disputed":
      return pledge.returnReason === null
        ? settle({ before: pledge, after: { ...pledge, returnReason: reason } }, situation)
        : decision({});
    case "paid":
    case "refunding": {
      // What is not in the pledge's own account is a payee's, or already on its way.
      if (held === 0n && (isShared(pledge) || pledge.state === "refunding")) return decision({});
      const first = pledge.returnReason ?? reason;
      return giveBack({ reason: first, before: pledge, after: pledge, held }, situation);
    }
    default:
      return decision({});
  }
}

/**
 * Stripe's word on a refund, ours or one made by hand. Even one that succeeded may fail later: its money is back
 * then.
 */
export function onRefundSeen(fact: RefundFact, situation: Situation): Decision {
  if (situation.refund === null && fact.effectKey === null) return onHandRefund(fact, situation);
  const refund = needed(situation.refund, "refund");
  if (refund.state === "failed") return decision({});
  const pledge = needed(situation.pledge, "pledge");
  if (refund.state === "sending" && !isByHand(refund) && fact.amount !== refund.pledgeAmount) {
    const corrected = correct({ refund, pledge, amount: fact.amount }, situation);
    return both(corrected.decision, onRefundSeen(fact, corrected.situation));
  }
  const booking = bookRefund(fact.settlement, refund);
  const known: Refund = { ...refund, refundId: fact.refundId, booked: booking.booked };
  const seen = decision({
    changes: [{ put: "refund", refund: known }],
    postings: booking.postings,
  });
  switch (fact.status) {
    case "pending":
      return refund.state === "sending" ? both(seen, askAgain(known, situation)) : decision({});
    case "succeeded":
      if (refund.state === "succeeded") return decision({});
      return known.booked
        ? both(seen, refunded(known, situation))
        : both(seen, askAgain(known, situation));
    case "failed":
    case "canceled": {
      const { failureSettlement: back } = fact;
      // It left the balance, and nothing says yet that it came back.
      if (known.booked && back === null) return both(seen, askAgain(known, situation));
      return both(seen, notRefunded({ refund: known, back }, situation));
    }
  }
}

/**
 * Of the charge less was left than we thought (somebody had refunded a part by hand meanwhile), or more (that failed).
 * What the operator covered of the difference is theirs again at once, what lacks they cover: whether this refund
 * goes through or fails, it carries what Stripe says. What nobody covered waits in the pledge for the refund by
 * hand that took it; should none be told of, it is sent again.
 */
function correct(
  { refund, pledge, amount }: { refund: Refund; pledge: Pledge; amount: bigint },
  situation: Situation,
): { decision: Decision; situation: Situation } {
  const less = refund.pledgeAmount - amount;
  const { currency } = refund;
  const outgoing = outgoingOf(refund);
  const settledLess = (refund.amount * less) / refund.pledgeAmount;
  const freed = least(pledge.covered, settledLess);
  const rest = settledLess - freed;
  const after: Pledge = {
    ...uncover(pledge, freed, "refund"),
    refunding: pledge.refunding - less,
    // The try that follows has a number of its own.
    refundsCount: pledge.refundsCount + (rest > 0n ? 1 : 0),
  };
  const known: Refund = { ...refund, pledgeAmount: amount, amount: refund.amount - settledLess };
  const { campaign } = counted({ before: pledge, after }, situation);
  return {
    decision: both(
      decision({
        changes: [{ put: "refund", refund: known }],
        postings: [
          ...(freed > 0n ? move(outgoing, OPERATOR, { amount: freed, currency }) : []),
          ...(freed < 0n ? move(OPERATOR, outgoing, { amount: -freed, currency }) : []),
          ...move(outgoing, pledgeAccount(pledge.id), { amount: rest, currency }),
        ],
        effects: rest > 0n ? [retryRefund(after, refund.reason, situation.at)] : [],
      }),
      settle({ before: pledge, after }, situation),
    ),
    situation: {
      ...situation,
      refund: known,
      pledge: after,
      campaign,
      held: situation.held + rest,
    },
  };
}

/** One that never left Stripe's balance and never will is nothing to us. */
function onHandRefund(fact: RefundFact, situation: Situation): Decision {
  const ended = fact.status === "failed" || fact.status === "canceled";
  if (ended && fact.settlement === null) return decision({});
  const begun = beginHandRefund(fact, situation);
  return both(begun.decision, onRefundSeen(fact, begun.situation));
}

/** A refund at the bank takes days. */
const REFUND_REREAD_MS = 36 * REREAD_MS;

function askAgain({ refundId, pledgeId }: Refund, { at: time }: Situation): Decision {
  const id = needed(refundId, "refund's id");
  const effect = { effect: "reread", object: "refund", id, pledgeId } as const;
  return decision({ effects: [at(time + REFUND_REREAD_MS, effect)] });
}

function bookRefund(
  settlement: Settlement | null,
  refund: Refund,
): { booked: boolean; postings: Posting[] } {
  if (refund.booked || settlement === null) return { booked: refund.booked, postings: [] };
  const outgoing = outgoingOf(refund);
  const { amount, currency, id: balanceTransactionId } = settlement;
  // Exchange rates move between a charge and its refund: the operator bears or keeps the difference.
  const difference = amount - refund.amount;
  return {
    booked: true,
    postings: [
      ...(difference > 0n ? move(OPERATOR, outgoing, { amount: difference, currency }) : []),
      ...move(outgoing, WORLD, { amount, currency, balanceTransactionId }),
      ...(difference < 0n ? move(outgoing, OPERATOR, { amount: -difference, currency }) : []),
    ],
  };
}

/** Stripe put the money of a failed refund back; the difference in rates is the operator's again. */
function unbookRefund(back: Settlement | null, refund: Refund): Posting[] {
  if (!refund.booked || back === null) return [];
  const outgoing = outgoingOf(refund);
  const { amount, currency, id: balanceTransactionId } = back;
  const difference = amount - refund.amount;
  return [
    ...move(WORLD, outgoing, { amount, currency, balanceTransactionId }),
    ...(difference > 0n ? move(outgoing, OPERATOR, { amount: difference, currency }) : []),
    ...(difference < 0n ? move(OPERATOR, outgoing, { amount: -difference, currency }) : []),
  ];
}

function refunded(refund: Refund, situation: Situation): Decision {
  if (isByHand(refund)) return handRefunded(refund, situation);
  const before = needed(situation.pledge, "pledge");
  const { payouts, held } = situation;
  const moved: Pledge = {
    ...before,
    refunding: before.refunding - refund.pledgeAmount,
    refunded: before.refunded + refund.pledgeAmount,
  };
  const after: Pledge = { ...moved, state: stateOf({ pledge: moved, payouts, held }) };
  return both(
    decision({
      changes: [{ put: "refund", refund: { ...refund, state: "succeeded" } }],
      effects: [
        now({
          effect: "mailBacker",
          pledgeId: before.id,
          about: "refund through",
          of: refund.effectKey,
        }),
      ],
    }),
    settle({ before, after }, situation),
  );
}

/** The refund did not happen: its money is the pledge's again, and is sent again by and by. */
function notRefunded(
  { refund, back }: { refund: Refund; back: Settlement | null },
  situation: Situation,
): Decision {
  const unbooked = unbookRefund(back, refund);
  if (isByHand(refund)) return handNotRefunded({ refund, unbooked }, situation);
  const before = needed(situation.pledge, "pledge");
  const { amount, currency, reason, pledgeAmount } = refund;
  const through = refund.state === "succeeded";
  const recovered = setOff(before, amount, "refund");
  const moved: Pledge = {
    ...recovered.pledge,
    returnReason: before.returnReason ?? reason,
    refunding: before.refunding - (through ? 0n : pledgeAmount),
    refunded: before.refunded - (through ? pledgeAmount : 0n),
    // The number that was given last may be that of a try which has been, and sent nothing.
    refundsCount: before.refundsCount + (isLastRefund(refund.effectKey, before) ? 0 : 1),
  };
  const held = situation.held + recovered.left;
  const after: Pledge = {
    ...moved,
    state: stateOf({ pledge: moved, payouts: situation.payouts, held }),
  };
  return both(
    settle({ before, after }, situation),
    decision({
      changes: [{ put: "refund", refund: { ...refund, state: "failed" } }],
      postings: [
        ...unbooked,
        ...move(outgoingOf(refund), pledgeAccount(before.id), { amount, currency }),
        ...recovered.postings,
      ],
      effects: [retryRefund(after, reason, situation.at)],
    }),
  );
}

/** Stripe turned the refund down for good: proof that it did not happen. */
export function onRefundRefused(situation: Situation): Decision {
  const refund = needed(situation.refund, "refund");
  // Once Stripe has named it, only Stripe's word on it counts.
  if (refund.state !== "sending" || refund.refundId !== null) return decision({});
  return notRefunded({ refund, back: null }, situation);
}
