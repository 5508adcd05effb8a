// Effects at Stripe. The idempotency key is the effect's key and its attempt; whatever may have been
// done before is looked up before it is done.
import { PAGE_OPEN_MS } from "../core/decide-promise.ts";
import { isPending } from "../core/dispute.ts";
import { ACCOUNT_ASKS_MAX, accountWaitMs } from "../core/effects.ts";
import type { RefundFact } from "../core/events.ts";
import { isOwed } from "../core/owed.ts";
import type { PledgeState } from "../core/pledge.ts";
import { type EffectRow, TransientFailure } from "../ports.ts";
import {
  accountLost,
  checkoutEvents,
  disputeEvents,
  isBooked,
  paymentEvents,
  refundEvents,
} from "./facts.ts";
import type { Named, Outcome, Performing } from "./outcome.ts";

export function stripeKey({ key, attempt }: EffectRow): string {
  return `${key}:${attempt}`;
}

/** A first page, or one that changes a promise's card. */
const PAGE_STATES: readonly PledgeState[] = ["started", "promised", "charging"];

export async function openCheckout(
  row: EffectRow,
  { pledgeId }: Named<"openCheckout">,
  { read, stripe, publicUrl }: Performing,
): Promise<Outcome> {
  const pledge = await read.pledgeById(pledgeId);
  if (pledge === null || pledge.sessionId !== null || !PAGE_STATES.includes(pledge.state))
    return {};
  const { path, issue } = await placeOf(pledge.campaignId, { read });
  const page = `${publicUrl}${path}`;
  const opened = await stripe.openCheckout(pledge, {
    key: stripeKey(row),
    effectKey: row.key,
    triedAt: row.tries > 0 ? row.firstTriedAt : null,
    issue,
    successUrl: `${page}/thanks?pledge=${pledge.id}`,
    cancelUrl: `${page}?left=1`,
    // It must not depend on the time of the try: Stripe compares repeats.
    expiresAt: pledge.sessionExpiresAt ?? pledge.startedAt + PAGE_OPEN_MS,
  });
  return { events: [{ event: "checkoutOpened", pledgeId, ...opened }] };
}

/** Where a campaign is: its page's path, and its issue as people write it. */
export async function placeOf(
  campaignId: string,
  { read }: Pick<Performing, "read">,
): Promise<{ path: string; issue: string }> {
  const whole = await read.wholeCampaign(campaignId);
  if (whole === null) throw new Error(`campaign ${campaignId} or its repository is not known`);
  const { campaign } = whole;
  const { owner, name } = whole.repository;
  const { issueNumber } = campaign;
  return {
    path:
      campaign.kind === "tip"
        ? `/tips/${campaignId}`
        : `/gh/${owner}/${name}/issues/${issueNumber}`,
    issue: `${owner}/${name}#${issueNumber}`,
  };
}

/** Closes Stripe's page; if somebody paid at that moment, that is what is found. */
export async function expireCheckout(
  { sessionId }: Named<"expireCheckout">,
  { stripe }: Performing,
): Promise<Outcome> {
  await stripe.expireCheckout(sessionId);
  return { events: (await checkoutEvents(sessionId, { stripe })) ?? [] };
}

export async function refund(
  row: EffectRow,
  { pledgeId, chargeId, amount, reason }: Named<"refund">,
  { stripe }: Performing,
): Promise<Outcome> {
  const fact = await stripe.refund({
    key: stripeKey(row),
    mayExist: row.tries > 0,
    effectKey: row.key,
    pledgeId,
    chargeId,
    amount,
    reason,
  });
  return { events: [{ event: "refundSeen", refund: fact }] };
}

export async function transfer(
  row: EffectRow,
  { payoutId }: Named<"transfer">,
  { read, stripe }: Performing,
): Promise<Outcome> {
  const payout = await read.payoutById(payoutId);
  if (payout === null || payout.state !== "sending") return {};
  const pledge = await read.pledgeById(payout.pledgeId);
  const payee = await read.payeeById(payout.payeeId);
  if (pledge?.chargeId == null || payee === null) {
    throw new Error(`payout ${payoutId} lacks its charge or its payee`);
  }
  const { issue } = await placeOf(payout.campaignId, { read });
  const seen = await stripe.transfer({
    key: stripeKey(row),
    mayExist: row.tries > 0,
    payout,
    accountId: payee.accountId,
    chargeId: pledge.chargeId,
    issue,
  });
  // Its webhook says the rest, or the next try finds it.
  if (seen.settlement === null) throw new TransientFailure(`${seen.transferId} is not settled yet`);
  return { events: [seen] };
}

/**
 * Takes a transfer back for a chargeback that was lost. What the payee's balance lacks, Stripe refuses. Won after all,
 * it is not asked for any more; what an earlier try did is told.
 */
export async function reverseTransfer(
  row: EffectRow,
  { payoutId, transferId, amount }: Named<"reverseTransfer">,
  { read, stripe }: Performing,
): Promise<Outcome> {
  const pledgeId = (await read.payoutById(payoutId))?.pledgeId;
  const pledge = pledgeId === undefined ? null : await read.pledgeById(pledgeId);
  const seen =
    pledge?.lost === 0n
      ? await stripe.readTransfer(transferId)
      : await stripe.reverseTransfer({
          key: stripeKey(row),
          mayExist: row.tries > 0,
          effectKey: row.key,
          transferId,
          amount,
        });
  return { events: seen === null ? [] : [seen] };
}

/**
 * Opens the payee's account once; then asks after it, each time after a longer wait, until it can be paid, nothing
 * waits for it, or the sweep does: however long its owner takes, it ends with the last share's claim date.
 */
export async function openAccount(
  row: EffectRow,
  effect: Named<"openAccount">,
  on: Performing,
): Promise<Outcome> {
  const { read, stripe, clock } = on;
  const { payeeId } = effect;
  const known = (await read.payeeById(payeeId))?.accountId ?? null;
  if (known === null && !(await mayOpen(row, effect, on))) return {};
  const seen =
    known === null
      ? await stripe.openAccount({ key: stripeKey(row), payeeId, mayExist: row.tries > 0 })
      : await stripe.readAccount(known);
  if (seen === null) return { events: await accountLost(known ?? "", { read }) };
  const { asked = 0 } = effect;
  // When it is new, what the core decides of it asks after it.
  if (seen.ready || asked === 0 || asked >= ACCOUNT_ASKS_MAX) return { events: [seen] };
  const waiting = await read.waitingPayoutIds({ of: { payeeId }, after: null, limit: 1 });
  if (waiting.length === 0) return { events: [seen] };
  const dueAt = clock.now() + accountWaitMs(asked);
  return { events: [seen], again: { effect: { ...effect, asked: asked + 1 }, dueAt } };
}

/**
 * The account may have been lost since it was asked for or after, or what waited for its payee may have gone elsewhere:
 * then none is opened. One that an earlier try may have opened is found again.
 */
async function mayOpen(
  { tries }: EffectRow,
  { payeeId, number }: Named<"openAccount">,
  { read }: Performing,
): Promise<boolean> {
  const payee = await read.payeeById(payeeId);
  if (payee === null || payee.accountsLost + 1 !== number) return false;
  return tries > 0 || isOwed(payeeId, await read.owedTo(payeeId));
}

/** The card of a promise that was withdrawn: nothing can be charged to it any more. */
export async function forgetCard(
  { paymentMethodId }: Named<"forgetCard">,
  { stripe }: Performing,
): Promise<Outcome> {
  await stripe.forgetCard(paymentMethodId);
  return {};
}

const REREAD_MS = 6 * 3_600_000;

/** Banks take weeks, and the sweep reads what Stripe says of them every few hours. */
const DISPUTE_REREAD_MS = 3 * 86_400_000;

/** Asks again in case Stripe's webhook was lost, and goes on asking until the fact is final. */
export async function reread(effect: Named<"reread">, on: Performing): Promise<Outcome> {
  const later = { effect, dueAt: on.clock.now() + REREAD_MS };
  switch (effect.object) {
    case "checkout": {
      const events = await checkoutEvents(effect.id, on);
      // Stripe closes its pages by its own clock, which may be behind ours.
      return events === null ? { again: later } : { events };
    }
    case "payment": {
      const { pledgeId, id: paymentIntentId } = effect;
      if (await isBooked({ pledgeId, paymentIntentId }, on)) return {};
      const events = await paymentEvents(paymentIntentId, on);
      const settled = events.every(
        (event) => event.event !== "pledgePaid" || event.payment.settlement !== null,
      );
      return settled ? { events } : { events, again: later };
    }
    case "dispute": {
      const events = await disputeEvents(effect.id, on);
      const open = events.some(
        (event) => event.event === "disputeSeen" && isPending(event.dispute.phase),
      );
      return open
        ? { events, again: { effect, dueAt: on.clock.now() + DISPUTE_REREAD_MS } }
        : { events };
    }
    case "refund": {
      const events = await refundEvents(effect.id, on);
      const open = events.some((event) => event.event === "refundSeen" && isOpen(event.refund));
      return open ? { events, again: later } : { events };
    }
  }
}

/** More is to come from Stripe: its verdict, or the balance transaction of what it says happened. */
function isOpen({ status, settlement, failureSettlement }: RefundFact): boolean {
  switch (status) {
    case "pending":
      return true;
    case "succeeded":
      return settlement === null;
    case "failed":
    case "canceled":
      return settlement !== null && failureSettlement === null;
  }
}
