// A pledge from the form to Stripe's evidence, and its way back to the backer.
import { type Campaign, isAwarded, isOpen, recount } from "./campaign.ts";
import type { Asked, PledgeForm } from "./commands.ts";
import { mayRaise, readAmount } from "./decide-campaign.ts";
import { distribute } from "./decide-payout.ts";
import { type Answer, both, type Decision, decision, needed, type Situation } from "./decision.ts";
import { at, atTheDesk, now } from "./effects.ts";
import type { Event, Payment, RefundFact, Settlement } from "./events.ts";
import {
  move,
  OPERATOR,
  outgoingAccount,
  type Posting,
  pledgeAccount,
  STRIPE_FEES,
  WORLD,
} from "./ledger.ts";
import { type Pledge, type ReturnReason, refundDate, STANDARD_TERMS } from "./pledge.ts";
import { type Refund, retryRefund } from "./refund.ts";
import { pledgeLinkReply } from "./replies.ts";
import { accept, done, giveBack, refuse, settle, show, stateOf } from "./steps.ts";

export function offerPledge(
  { asked, amount }: { asked: Asked; amount: string },
  { campaign, policy, repository, operator }: Situation,
): Answer {
  if (campaign === null) return refuse({ refusal: "noCampaign" });
  if (!isOpen(campaign)) return refuse({ refusal: "campaignIsOver" });
  const { currency, issueNumber, repositoryId } = campaign;
  const read = readAmount(amount, { policy, currency });
  if (!read.ok) return refuse(read.refusal);
  const body = pledgeLinkReply({
    publicUrl: operator.publicUrl,
    repository: needed(repository, "repository"),
    issueNumber,
    amount: { minor: read.minor, currency },
    replyKey: asked.key,
  });
  return accept({
    effects: [
      now({
        effect: "reply",
        repositoryId,
        issueNumber: asked.thread.number,
        key: asked.key,
        body,
      }),
      ...done(asked),
    ],
  });
}

/** Shown names are short; what is longer is cut, not refused. */
const NAME_LENGTH_MAX = 60;

/** The form was posted. The row stands before Stripe is called; the same nonce again is the same pledge. */
export function startPledge(form: PledgeForm, situation: Situation): Answer {
  const { campaign, policy, operator, pledge } = situation;
  if (pledge !== null) return accept({});
  if (campaign === null) return refuse({ refusal: "noCampaign" });
  if (!isOpen(campaign)) return refuse({ refusal: "campaignIsOver" });
  const refusal = mayRaise(situation);
  if (refusal !== null) return refuse(refusal);
  if (form.mode !== "pay-now") return refuse({ refusal: "modeNotOffered" });
  if (!operator.payNowOpen) return refuse({ refusal: "payNowClosed" });
  const read = readAmount(form.amount, { policy, currency: campaign.currency });
  if (!read.ok) return refuse(read.refusal);
  const started = newPledge({ form, amount: read.minor, campaign }, situation);
  return accept({
    changes: [
      { put: "pledge", pledge: started },
      { put: "campaign", campaign: recount(campaign, { before: null, after: started }) },
    ],
    effects: [atTheDesk(situation.at, { effect: "openCheckout", pledgeId: started.id })],
  });
}

function newPledge(
  options: { form: PledgeForm; amount: bigint; campaign: Campaign },
  { at: time, operator }: Situation,
): Pledge {
  const { form, amount, campaign } = options;
  const name = form.name?.trim().slice(0, NAME_LENGTH_MAX) ?? "";
  return {
    id: form.pledgeId,
    campaignId: campaign.id,
    backerId: form.backerId,
    backerName: name === "" ? null : name,
    anonymous: form.anonymous,
    amount,
    currency: campaign.currency,
    state: "started",
    terms: {
      ...STANDARD_TERMS,
      mode: form.mode,
      operatorFeeBasisPoints: operator.feeBasisPoints,
      wordingHash: form.wordingHash,
    },
    startedAt: time,
    nonce: form.nonce,
    viaReply: form.viaReply,
    sessionId: null,
    sessionUrl: null,
    sessionExpiresAt: null,
    paymentIntentId: null,
    chargeId: null,
    capturedAt: null,
    settlementCurrency: null,
    stripeFee: 0n,
    net: 0n,
    operatorFee: 0n,
    operatorFeeReturned: 0n,
    shared: 0n,
    released: 0n,
    sharesReturned: 0n,
    refunding: 0n,
    refunded: 0n,
    refundsCount: 0,
    returnReason: null,
  };
}

export function onCheckoutOpened(
  { sessionId, url, expiresAt }: Extract<Event, { event: "checkoutOpened" }>,
  situation: Situation,
): Decision {
  const pledge = needed(situation.pledge, "pledge");
  if (pledge.sessionId !== null) return decision({});
  const opened = { ...pledge, sessionId, sessionUrl: url, sessionExpiresAt: expiresAt };
  return decision({
    changes: [{ put: "pledge", pledge: opened }],
    effects: [
      at(expiresAt + REREAD_MS, {
        effect: "reread",
        object: "checkout",
        id: sessionId,
        pledgeId: pledge.id,
      }),
    ],
  });
}

/** How long a webhook may be late before we ask Stripe ourselves. */
const REREAD_MS = 10 * 60_000;

/** Stripe would not open its page: nobody was charged. */
export function onCheckoutRefused(situation: Situation): Decision {
  return end("failed", situation);
}

export function onCheckoutExpired(situation: Situation): Decision {
  return end("abandoned", situation);
}

function end(state: "failed" | "abandoned", situation: Situation): Decision {
  const pledge = needed(situation.pledge, "pledge");
  if (pledge.state !== "started") return decision({});
  return settle({ before: pledge, after: { ...pledge, state } }, situation);
}

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
    forward(
      { before: seen.pledge, after: booked.pledge },
      { ...situation, campaign: seen.campaign },
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
    returnReason: twice ? "paid twice" : isOpen(campaign) ? null : "campaign over",
  };
  const counted = recount(campaign, { before: twice ? null : known, after });
  const { viaReply, id } = after;
  return {
    pledge: after,
    campaign: counted,
    decision: decision({
      changes: [
        { put: "pledge", pledge: after },
        { put: "campaign", campaign: counted },
      ],
      effects: [
        ...show(campaign.id),
        at(refundDate(after) ?? situation.at, {
          effect: "returnPledge",
          pledgeId: id,
          reason: "refund date reached",
          number: 0,
        }),
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

function strayOf(pledge: Pledge, id: string): Pledge {
  return {
    ...pledge,
    id,
    nonce: id,
    viaReply: null,
    settlementCurrency: null,
    stripeFee: 0n,
    net: 0n,
    operatorFee: 0n,
    operatorFeeReturned: 0n,
    shared: 0n,
    released: 0n,
    sharesReturned: 0n,
    refunding: 0n,
    refunded: 0n,
    refundsCount: 0,
  };
}

function book(settlement: Settlement, pledge: Pledge): { pledge: Pledge; postings: Posting[] } {
  const { id: balanceTransactionId, currency, amount, fee } = settlement;
  const account = pledgeAccount(pledge.id);
  return {
    pledge: {
      ...pledge,
      state: "paid",
      settlementCurrency: currency,
      stripeFee: fee,
      net: amount - fee,
      returnReason:
        pledge.returnReason ??
        (currency === pledge.currency ? null : "settled in another currency"),
    },
    postings: [
      ...move(WORLD, account, { amount, currency, balanceTransactionId }),
      ...move(account, STRIPE_FEES, { amount: fee, currency, balanceTransactionId }),
    ],
  };
}

/** Where settled money goes next: back if it must, to the award if there is one, else it stays. */
function forward(
  { before, after }: { before: Pledge; after: Pledge },
  situation: Situation,
): Decision {
  const campaign = recount(needed(situation.campaign, "campaign"), { before, after });
  const settled = { ...situation, campaign, pledge: after, held: after.net };
  if (after.returnReason !== null) return giveBack(after.returnReason, settled);
  if (isAwarded(campaign)) return distribute(settled);
  return decision({
    changes: [
      { put: "pledge", pledge: after },
      { put: "campaign", campaign },
    ],
    effects: show(campaign.id),
  });
}

/** The campaign ended, or the pledge's own date came. Awarded money is no longer the backer's. */
export function onPledgeReturnDue(reason: ReturnReason, situation: Situation): Decision {
  const pledge = needed(situation.pledge, "pledge");
  const campaign = needed(situation.campaign, "campaign");
  if (reason === "refund date reached" && isAwarded(campaign)) return decision({});
  switch (pledge.state) {
    case "started":
      return pledge.sessionId === null
        ? decision({})
        : decision({
            effects: [
              now({ effect: "expireCheckout", pledgeId: pledge.id, sessionId: pledge.sessionId }),
            ],
          });
    case "clearing":
      return decision({
        changes: [
          { put: "pledge", pledge: { ...pledge, returnReason: pledge.returnReason ?? reason } },
        ],
      });
    case "paid":
      return pledge.shared > pledge.sharesReturned
        ? decision({})
        : giveBack(pledge.returnReason ?? reason, situation);
    default:
      return decision({});
  }
}

/** Stripe's word on a refund we sent. */
export function onRefundSeen(fact: RefundFact, situation: Situation): Decision {
  const refund = needed(situation.refund, "refund");
  const pledge = needed(situation.pledge, "pledge");
  const booking = bookRefund(fact, refund);
  const known: Refund = { ...refund, refundId: fact.refundId, booked: booking.booked };
  const write = (after: Refund): Decision =>
    decision({ changes: [{ put: "refund", refund: after }], postings: booking.postings });
  if (refund.state !== "sending") return decision({});
  switch (fact.status) {
    case "pending":
      return both(
        write(known),
        decision({
          effects: [
            at(situation.at + REREAD_MS * 36, {
              effect: "reread",
              object: "refund",
              id: fact.refundId,
              pledgeId: pledge.id,
            }),
          ],
        }),
      );
    case "succeeded":
      return booking.booked
        ? both(write({ ...known, state: "succeeded" }), refunded(refund, situation))
        : write(known);
    case "failed":
    case "canceled":
      return both(write({ ...known, state: "failed" }), refundFailed({ fact, refund }, situation));
  }
}

function bookRefund(
  { settlement }: RefundFact,
  refund: Refund,
): { booked: boolean; postings: Posting[] } {
  if (refund.booked || settlement === null) return { booked: refund.booked, postings: [] };
  const outgoing = outgoingAccount(refund.effectKey);
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

function refunded(refund: Refund, situation: Situation): Decision {
  const before = needed(situation.pledge, "pledge");
  const after: Pledge = {
    ...before,
    refunding: before.refunding - refund.pledgeAmount,
    refunded: before.refunded + refund.pledgeAmount,
  };
  return settle(
    {
      before,
      after: {
        ...after,
        state: stateOf({ pledge: after, payouts: situation.payouts, held: situation.held }),
      },
    },
    situation,
  );
}

function refundFailed(
  { fact, refund }: { fact: RefundFact; refund: Refund },
  situation: Situation,
): Decision {
  const back = fact.failureSettlement;
  const outgoing = outgoingAccount(refund.effectKey);
  const { currency, amount } = refund;
  const wasBooked = refund.booked || fact.settlement !== null;
  const returned = wasBooked
    ? move(WORLD, outgoing, { amount, currency, balanceTransactionId: back?.id ?? null })
    : [];
  return notRefunded({ refund, postings: returned }, situation);
}

/** The refund did not happen: its money is the pledge's again, and is sent again by and by. */
function notRefunded(
  { refund, postings }: { refund: Refund; postings: Posting[] },
  situation: Situation,
): Decision {
  const before = needed(situation.pledge, "pledge");
  const { amount, currency, effectKey, reason } = refund;
  const after: Pledge = {
    ...before,
    state: "paid",
    refunding: before.refunding - refund.pledgeAmount,
  };
  return both(
    both(settle({ before, after }, situation), retryRefund(after, reason, situation.at)),
    decision({
      postings: [
        ...postings,
        ...move(outgoingAccount(effectKey), pledgeAccount(before.id), { amount, currency }),
      ],
    }),
  );
}

/** Stripe turned the refund down for good: proof that it did not happen. */
export function onRefundRefused(
  _event: Extract<Event, { event: "refundRefused" }>,
  situation: Situation,
): Decision {
  const refund = needed(situation.refund, "refund");
  if (refund.state !== "sending") return decision({});
  return both(
    decision({ changes: [{ put: "refund", refund: { ...refund, state: "failed" } }] }),
    notRefunded({ refund, postings: [] }, situation),
  );
}

export function onCardPosted(
  { commentId }: Extract<Event, { event: "cardPosted" }>,
  situation: Situation,
): Decision {
  const campaign = needed(situation.campaign, "campaign");
  if (campaign.cardCommentId === commentId) return decision({});
  return decision({
    changes: [{ put: "campaign", campaign: { ...campaign, cardCommentId: commentId } }],
  });
}
