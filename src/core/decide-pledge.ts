// A pledge from the form to Stripe's page, and the page's end without a payment.
import { type Campaign, isOpen, recount } from "./campaign.ts";
import type { Asked, PledgeForm } from "./commands.ts";
import { mayRaise, readAmount } from "./decide-campaign.ts";
import { readTipForm } from "./decide-tip.ts";
import { type Answer, type Decision, decision, needed, type Situation } from "./decision.ts";
import { at, atTheDesk, now, type PlannedEffect } from "./effects.ts";
import type { Event } from "./events.ts";
import { isTooLate } from "./goal.ts";
import { closedFor } from "./paying-in.ts";
import { type Pledge, termsWithin } from "./pledge.ts";
import type { Refusal } from "./refusals.ts";
import { pledgeLinkReply } from "./replies.ts";
import { accept, done, OFFER_PREFIX, REREAD_MS, refuse, settle } from "./steps.ts";

export function offerPledge(
  { asked, amount }: { asked: Asked; amount: string },
  situation: Situation,
): Answer {
  const { campaign, policy, repository, operator } = situation;
  if (campaign === null) return refuse({ refusal: "noCampaign" });
  if (!isOpen(campaign)) return refuse({ refusal: "campaignIsOver" });
  if (isTooLate(campaign, situation.at)) return refuse({ refusal: "goalDeadlinePassed" });
  const refusal = mayRaise(situation);
  if (refusal !== null) return refuse(refusal);
  const { currency, issueNumber, repositoryId } = campaign;
  const read = readAmount(amount, { policy, currency });
  if (!read.ok) return refuse(read.refusal);
  const replyKey = `${OFFER_PREFIX}${asked.key}`;
  const body = pledgeLinkReply({
    publicUrl: operator.publicUrl,
    repository: needed(repository, "repository"),
    issueNumber,
    amount: { minor: read.minor, currency },
    replyKey,
  });
  return accept({
    effects: [
      now({
        effect: "reply",
        repositoryId,
        issueNumber: asked.thread.number,
        key: replyKey,
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
  const refusal = campaign.kind === "tip" ? null : overFor(campaign, situation);
  const closed = refusal ?? mayRaise(situation);
  if (closed !== null) return refuse(closed);
  const read =
    campaign.kind === "tip"
      ? readTipForm(form, campaign, situation)
      : readAmount(form.amount, { policy, currency: campaign.currency });
  if (form.mode !== "pay-now" && policy.pay === "now") return refuse({ refusal: "modeNotOffered" });
  const shut = closedFor(form.mode, {
    open: operator.payingIn,
    promisesOffered: campaign.kind !== "tip" && policy.pay !== "now",
  });
  if (shut !== null) return refuse(shut);
  if (!read.ok) return refuse(read.refusal);
  const started = newPledge({ form, amount: read.minor, campaign }, situation);
  return accept({
    changes: [
      { put: "pledge", pledge: started },
      { put: "campaign", campaign: recount(campaign, { before: null, after: started }) },
    ],
    effects: [atTheDesk(situation.at, { effect: "openCheckout", pledgeId: started.id, number: 1 })],
  });
}

function overFor(campaign: Campaign, { at: time }: Situation): Refusal | null {
  if (!isOpen(campaign)) return { refusal: "campaignIsOver" };
  return isTooLate(campaign, time) ? { refusal: "goalDeadlinePassed" } : null;
}

function newPledge(
  options: { form: PledgeForm; amount: bigint; campaign: Campaign },
  { at: time, operator }: Situation,
): Pledge {
  const { form, amount, campaign } = options;
  const name = [...(form.name?.trim() ?? "")].slice(0, NAME_LENGTH_MAX).join("");
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
      ...termsWithin(operator.holdDaysMax),
      mode: form.mode,
      operatorFeeBasisPoints: operator.feeBasisPoints,
      wordingHash: form.wordingHash,
      goalDeadline: campaign.goal?.deadline ?? null,
    },
    renewals: [],
    startedAt: time,
    nonce: form.nonce,
    viaReply: form.viaReply?.startsWith(OFFER_PREFIX) ? form.viaReply : null,
    sessionId: null,
    sessionUrl: null,
    sessionExpiresAt: null,
    pagesCount: 1,
    promisedAt: null,
    card: null,
    charging: null,
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
    returnReason: null,
  };
}

export function onCheckoutOpened(
  { sessionId, url, expiresAt }: Extract<Event, { event: "checkoutOpened" }>,
  situation: Situation,
): Decision {
  const pledge = needed(situation.pledge, "pledge");
  const campaign = needed(situation.campaign, "campaign");
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
      // The campaign may have ended while Stripe was asked for the page.
      ...(isOpen(campaign) || campaign.kind === "tip" ? [] : closeCheckout(opened)),
    ],
  });
}

/** Closes Stripe's page if it is open; where it is still being asked for, its outcome closes it. */
export function closeCheckout({ id, state, sessionId }: Pledge): PlannedEffect[] {
  return state === "started" && sessionId !== null
    ? [now({ effect: "expireCheckout", pledgeId: id, sessionId })]
    : [];
}

/** Stripe would not open its page: nobody was charged. */
export function onCheckoutRefused(situation: Situation): Decision {
  const pledge = needed(situation.pledge, "pledge");
  if (pledge.pagesCount > 1 && pledge.sessionId === null) {
    return decision({
      changes: [{ put: "pledge", pledge: { ...pledge, sessionExpiresAt: null } }],
    });
  }
  return end("failed", situation);
}

/** Of the page that the backer was sent to; one that a lost answer left behind says nothing. */
export function onCheckoutExpired(
  { sessionId }: Extract<Event, { event: "checkoutExpired" }>,
  situation: Situation,
): Decision {
  const known = needed(situation.pledge, "pledge").sessionId;
  return known === null || known === sessionId ? end("abandoned", situation) : decision({});
}

function end(state: "failed" | "abandoned", situation: Situation): Decision {
  const pledge = needed(situation.pledge, "pledge");
  if (pledge.state !== "started") return decision({});
  return settle({ before: pledge, after: { ...pledge, state } }, situation);
}
