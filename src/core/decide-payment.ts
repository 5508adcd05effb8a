// Stripe's evidence that a pledge was paid: captured, then settled; and where the money goes from there.
import type { Award } from "./award.ts";
import { type Campaign, isAwarded, isOpen, recount } from "./campaign.ts";
import { sendOn } from "./decide-distribution.ts";
import { both, type Decision, decision, needed, type Situation } from "./decision.ts";
import { at, now, type PlannedEffect } from "./effects.ts";
import type { Payment, Settlement } from "./events.ts";
import { hasOutlived, isTooLate } from "./goal.ts";
import { move, OPERATOR, type Posting, pledgeAccount, STRIPE_FEES, WORLD } from "./ledger.ts";
import { reminders } from "./mails.ts";
import { type Pledge, type ReturnReason, refundDate } from "./pledge.ts";
import { counted, forgetCard, REREAD_MS, reopened, show } from "./steps.ts";

/**
 * Stripe captured money for this pledge, and perhaps settled it: the same fact may come from the session,
 * the intent or the charge, before or after the others.
 */
export function onPledgePaid(payment: Payment, situation: Situation): Decision {
  const seen = captured(payment, situation);
  const { settlement } = payment;
  if (settlement === null || seen.pledge.settlementCurrency !== null) return seen.decision;
  const booked = book(settlement, seen.pledge);
  return both(
    both(seen.decision, decision({ postings: booked.postings })),
    sendOn(
      { before: seen.pledge, pledge: booked.pledge },
      { ...situation, campaign: seen.campaign, held: booked.pledge.net },
    ),
  );
}

interface Seen {
  pledge: Pledge;
  campaign: Campaign;
  decision: Decision;
}

function captured(payment: Payment, situation: Situation): Seen {
  const known = needed(situation.pledge, "pledge");
  const campaign = needed(situation.campaign, "campaign");
  if (known.chargeId === payment.chargeId) {
    return { pledge: known, campaign, decision: decision({}) };
  }
  const twice = known.chargeId !== null;
  // A second charge for one pledge becomes a pledge of its own, so that it can go back by itself.
  const before = twice ? strayOf(known, situation.newId) : known;
  const after: Pledge = {
    ...before,
    state: "clearing",
    amount: payment.amount,
    paymentIntentId: payment.paymentIntentId,
    chargeId: payment.chargeId,
    capturedAt: payment.capturedAt,
    charging: before.charging && { ...before.charging, problem: null, pageUrl: null },
    returnReason: twice
      ? "paid twice"
      : // Its backer may have taken it back while Stripe was asked to end it.
        (unwelcome({ pledge: known, payment, campaign }, situation) ?? known.returnReason),
  };
  const change = { before: twice ? null : known, after };
  // Once it is settled it may go back at once: it fills no goal before that is known.
  const total =
    payment.settlement === null
      ? counted(change, situation)
      : { campaign: recount(campaign, change), effects: [] };
  const { viaReply, id } = after;
  const current = reopened(total.campaign);
  return {
    pledge: after,
    campaign: current,
    decision: decision({
      changes: [
        { put: "pledge", pledge: after },
        { put: "campaign", campaign: current },
      ],
      effects: [
        ...show(campaign),
        ...total.effects,
        ...dates({ pledge: after, campaign }, situation.at),
        ...forgetCard(after),
        at(situation.at + REREAD_MS, {
          effect: "reread",
          object: "payment",
          id: payment.paymentIntentId,
          pledgeId: id,
        }),
        ...(viaReply === null
          ? []
          : [now({ effect: "minimizeReply", repositoryId: campaign.repositoryId, key: viaReply })]),
      ],
    }),
  };
}

/** Its money goes back on its date; the backer is told before, and how to come back to it. */
function dates(
  { pledge, campaign }: { pledge: Pledge; campaign: Campaign },
  time: number,
): PlannedEffect[] {
  const { id: pledgeId } = pledge;
  const date = refundDate(pledge) ?? time;
  const reason = "refund date reached";
  const back = at(date, { effect: "returnPledge", pledgeId, reason, number: 0 });
  return pledge.returnReason === null
    ? [
        back,
        now({ effect: "mailBacker", pledgeId, about: "your link", of: "" }),
        ...reminders({ pledge, campaign }, time),
      ]
    : [back];
}

/**
 * It is welcome while the campaign runs (of a goal that is not reached, until its deadline, or the end of its backer's
 * consent), or by the award: called in by it, or paid before it, though it is told of after. What was in time, and is
 * told of when that consent is over, was for a goal that is missed.
 */
function unwelcome(
  { pledge, payment, campaign }: { pledge: Pledge; payment: Payment; campaign: Campaign },
  { at: time, award }: Situation,
): ReturnReason | null {
  const { capturedAt } = payment;
  if (campaign.kind === "tip" || (pledge.state === "charging" && isAwarded(campaign))) return null;
  const late = isTooLate(campaign, capturedAt) || hasOutlived(campaign, pledge, capturedAt);
  const inTime = isOpen(campaign) || isBefore(capturedAt, { campaign, award });
  if (!inTime || late) return "campaign over";
  return hasOutlived(campaign, pledge, time) ? "goal missed" : null;
}

/** What an award found at Stripe was the campaign's by then, and its backer could not have taken it back since. */
function isBefore(
  capturedAt: number,
  { campaign, award }: { campaign: Campaign; award: Award | null },
): boolean {
  return isAwarded(campaign) && award !== null && capturedAt < award.at;
}

function strayOf(pledge: Pledge, id: string): Pledge {
  return {
    ...pledge,
    id,
    nonce: id,
    viaReply: null,
    sessionId: null,
    sessionUrl: null,
    sessionExpiresAt: null,
    pagesCount: 1,
    promisedAt: null,
    renewals: [],
    card: null,
    charging: null,
    settlementCurrency: null,
    stripeFee: 0n,
    net: 0n,
    operatorFee: 0n,
    operatorFeeReturned: 0n,
    shared: 0n,
    released: 0n,
    sharesReturned: 0n,
    takenBack: 0n,
    refunding: 0n,
    refunded: 0n,
    refundsCount: 0,
    disputed: 0n,
    lost: 0n,
    sharesStopped: 0n,
    sharesGivenWay: 0n,
    covered: 0n,
    coveredForBank: 0n,
    setOff: 0n,
    handRefunding: 0n,
    handRefunded: 0n,
    handReturned: 0n,
  };
}

function book(settlement: Settlement, pledge: Pledge): { pledge: Pledge; postings: Posting[] } {
  const { id: balanceTransactionId, currency, amount } = settlement;
  const account = pledgeAccount(pledge.id);
  // A pledge bears no more of the fee than it brought: the rest is the operator's.
  const rest = settlement.fee > amount ? settlement.fee - amount : 0n;
  const fee = settlement.fee - rest;
  return {
    pledge: {
      ...pledge,
      state: "paid",
      settlementCurrency: currency,
      stripeFee: fee,
      net: amount - fee,
      // In another currency no part of it can be reckoned: whatever else sends it back, it goes in full.
      returnReason:
        currency === pledge.currency ? pledge.returnReason : "settled in another currency",
    },
    postings: [
      ...move(WORLD, account, { amount, currency, balanceTransactionId }),
      ...move(account, STRIPE_FEES, { amount: fee, currency, balanceTransactionId }),
      ...move(OPERATOR, STRIPE_FEES, { amount: rest, currency, balanceTransactionId }),
    ],
  };
}
