// What performing each effect of the core comes to in the world in memory, with Stripe's answers.
import type { Effect } from "../src/core/effects.ts";
import type { Event, RefundFact } from "../src/core/events.ts";
import { DAY_MS, type Pledge } from "../src/core/pledge.ts";
import type { Choices } from "./core-choices.ts";
import { goalOutcome, unfinishedOf } from "./core-goal-steps.ts";
import {
  advanceRefund,
  type Books,
  cancelIntent,
  confirmIntent,
  refund,
  reverse,
  settleCharge,
  transfer,
} from "./core-stripe.ts";
import { type Due, happen, type World } from "./core-world.ts";

export interface Story {
  world: World;
  books: Books;
  choose: Choices;
}

/** Performs one effect, and decides what came of it. */
export function perform(story: Story, due: Due): void {
  const { world } = story;
  world.outbox.set(due.key, { ...due, pending: false });
  const ofGoal = goalOutcome(story, due.effect);
  if (ofGoal !== null) {
    for (const event of ofGoal.events) happen(world, event);
    if (ofGoal.again) world.outbox.set(due.key, { ...due, ...ofGoal.again, pending: true });
    return;
  }
  const { events, again } = outcomeOf(story, due);
  for (const event of events) happen(world, event);
  if (again) world.outbox.set(due.key, { ...due, dueAt: world.at + DAY_MS, pending: true });
}

function outcomeOf(story: Story, due: Due): { events: Event[]; again?: boolean } {
  const { world, books } = story;
  const { effect } = due;
  switch (effect.effect) {
    case "updateCard":
      return { events: [{ event: "cardPosted", campaignId: effect.campaignId, commentId: 77 }] };
    case "openCheckout":
      return { events: opened(story, effect.pledgeId) };
    case "expireCheckout":
      return { events: expired(books, effect) };
    case "openAccount":
      return { events: [accountOf(story, effect.payeeId)] };
    case "openCharge":
      return { events: openCharge(story, effect.pledgeId) };
    case "confirmCharge":
      return { events: confirm(story, effect) };
    case "cancelCharge": {
      const { pledgeId, paymentIntentId } = effect;
      const payment = cancelIntent(books, paymentIntentId);
      return {
        events: [
          payment === null
            ? { event: "chargeCanceled", pledgeId, paymentIntentId }
            : { event: "pledgePaid", payment },
        ],
      };
    }
    case "chaseCharge":
      return {
        events: [{ event: "chaseDue", pledgeId: effect.pledgeId, number: effect.number }],
      };
    case "lapsePledge":
      return { events: [{ event: "pledgeLapseDue", pledgeId: effect.pledgeId }] };
    case "refund":
      return { events: [sendRefund(books, { ...effect, effectKey: due.key })] };
    case "transfer":
      return { events: [sendTransfer(story, effect.payoutId)] };
    case "reverseTransfer":
      return { events: [reverseOurs(books, { ...effect, effectKey: due.key })] };
    case "reread":
      return reread(story, effect);
    case "returnPledges": {
      const { campaignId, reason } = effect;
      const mine = unfinishedOf(world, campaignId);
      return {
        events: mine.map(({ id }) => ({ event: "pledgeReturnDue", pledgeId: id, reason })),
      };
    }
    case "distributeAward": {
      const mine = unfinishedOf(world, effect.campaignId);
      return { events: mine.map(({ id }) => ({ event: "pledgeAwarded", pledgeId: id })) };
    }
    case "undoAward":
      return undoAward(story, effect);
    case "payWaiting": {
      const { of } = effect;
      const released = "campaignId" in of;
      const waiting = waitingOf(world, of);
      return { events: waiting.map((payoutId) => ({ event: "payoutDue", payoutId, released })) };
    }
    case "returnShares":
    case "handShares":
      return { events: sharesOf(world, effect) };
    case "lapseHandover": {
      const { campaignId, handoverId } = effect;
      return { events: [{ event: "handoverLapsed", campaignId, handoverId }] };
    }
    case "returnPledge":
      return {
        events: [{ event: "pledgeReturnDue", pledgeId: effect.pledgeId, reason: effect.reason }],
      };
    case "returnPayout":
      return { events: [{ event: "claimDateReached", payoutId: effect.payoutId }] };
    case "remindPayee":
      return { events: [{ event: "claimDateNear", payoutId: effect.payoutId }] };
    default:
      return { events: [] };
  }
}

function waitingOf(world: World, of: { payeeId?: number; campaignId?: string }): string[] {
  return [...world.payouts.values()].flatMap(({ id, state, payeeId, campaignId }) =>
    state === "waiting" &&
    (of.payeeId === undefined || of.payeeId === payeeId) &&
    (of.campaignId === undefined || of.campaignId === campaignId)
      ? [id]
      : [],
  );
}

function sharesOf(
  world: World,
  { effect, payeeId, campaignId }: Extract<Effect, { effect: "returnShares" | "handShares" }>,
): Event[] {
  const event = effect === "handShares" ? "shareHanded" : "shareDeclined";
  return waitingOf(world, { payeeId, campaignId }).map((payoutId) => ({ event, payoutId }));
}

/** Page by page: whatever happens between two of them. */
function undoAward(
  { world, books, choose }: Story,
  { campaignId, round }: { campaignId: string; round: number },
): { events: Event[]; again?: boolean } {
  const mine = unfinishedOf(world, campaignId);
  const isPart = books.chaos && choose.chance(0.4);
  const steps = (isPart ? mine.slice(0, mine.length / 2) : mine).map(
    ({ id }): Event => ({ event: "pledgeAwardUndone", pledgeId: id }),
  );
  return isPart
    ? { events: steps, again: true }
    : { events: [...steps, { event: "awardUndone", campaignId, round }] };
}

function opened({ world, books, choose }: Story, pledgeId: string): Event[] {
  const { state, pagesCount } = pledgeOf(world, pledgeId);
  if (!["started", "promised", "charging"].includes(state)) return [];
  if (choose.chance(0.05)) return [{ event: "checkoutRefused", pledgeId, why: "no" }];
  const sessionId = `cs_${pledgeId}_${pagesCount}`;
  books.sessions.set(sessionId, "open");
  const expiresAt = world.at + 7_200_000;
  return [{ event: "checkoutOpened", pledgeId, sessionId, url: "https://stripe.test", expiresAt }];
}

function expired(
  books: Books,
  { pledgeId, sessionId }: { pledgeId: string; sessionId: string },
): Event[] {
  if (books.sessions.get(sessionId) === "complete")
    return completed(books, { pledgeId, sessionId });
  books.sessions.set(sessionId, "expired");
  return [{ event: "checkoutExpired", pledgeId, sessionId }];
}

function pledgeOf(world: World, pledgeId: string): Pledge {
  const pledge = world.pledges.get(pledgeId);
  if (pledge === undefined) throw new Error(`no pledge ${pledgeId}`);
  return pledge;
}

function accountOf({ choose }: Story, payeeId: number): Event {
  const accountId = `acct_${payeeId}`;
  return { event: "accountSeen", payeeId, accountId, ready: choose.chance(0.5), country: "US" };
}

function openCharge({ world, books, choose }: Story, pledgeId: string): Event[] {
  const { state, paymentIntentId } = pledgeOf(world, pledgeId);
  if (state !== "charging" || paymentIntentId !== null) return [];
  if (books.chaos && choose.chance(0.05)) return [{ event: "chargeRefused", pledgeId, why: "no" }];
  books.intents.set(`pi_${pledgeId}`, "open");
  return [{ event: "chargeOpened", pledgeId, paymentIntentId: `pi_${pledgeId}` }];
}

function confirm(
  { world, books, choose }: Story,
  { pledgeId, number, onSession }: { pledgeId: string; number: number; onSession: boolean },
): Event[] {
  const { state, paymentIntentId, amount } = pledgeOf(world, pledgeId);
  if (state !== "charging" || paymentIntentId === null) return [];
  if (onSession && choose.chance(0.3)) {
    return [{ event: "chargeRedirected", pledgeId, number, url: "https://bank.test" }];
  }
  const outcome = confirmIntent(books, { paymentIntentId, pledgeId, amount, at: world.at });
  if (outcome === "canceled") return [{ event: "chargeCanceled", pledgeId, paymentIntentId }];
  if (outcome !== "declined") return [{ event: "pledgePaid", payment: outcome }];
  const problem = choose.of(["card declined", "authentication needed"] as const);
  return [{ event: "chargeDeclined", pledgeId, number, problem, why: "no" }];
}

function completed(
  books: Books,
  { pledgeId, sessionId }: { pledgeId: string; sessionId: string },
): Event[] {
  const card = books.cardOfSession.get(sessionId);
  if (card !== undefined) return [{ event: "cardVerified", ...card }];
  const mine = [...books.charges.values()].filter((one) => one.pledgeId === pledgeId);
  return mine.map((payment) => ({ event: "pledgePaid", payment }));
}

function sendRefund(
  books: Books,
  options: { effectKey: string; chargeId: string; pledgeId: string; amount: bigint | null },
): Event {
  const { pledgeId, effectKey } = options;
  try {
    return { event: "refundSeen", refund: refund(books, options) };
  } catch (error) {
    if (error instanceof Error && error.message === "refused") {
      return { event: "refundRefused", pledgeId, effectKey, why: "refused" };
    }
    throw error;
  }
}

function sendTransfer({ world, books }: Story, payoutId: string): Event {
  const payout = world.payouts.get(payoutId);
  if (payout === undefined) throw new Error(`no payout ${payoutId}`);
  const chargeId = world.pledges.get(payout.pledgeId)?.chargeId ?? "none";
  const accountId = world.payees.get(payout.payeeId)?.accountId ?? null;
  const because = books.choose.chance(0.5) ? "account" : "transfer";
  try {
    return transfer(books, { payout, chargeId, accountId });
  } catch (error) {
    if (error instanceof Error && error.message === "refused") {
      return { event: "transferRefused", payoutId, because, why: "refused" };
    }
    throw error;
  }
}

/** Stripe knows transfers by their own names: one that came late pays a later round than it was made for. */
function reverseOurs(
  books: Books,
  { transferId, ...ours }: { transferId: string; amount: bigint; effectKey: string },
): Event {
  const made = [...books.transfers].find(([, { fact }]) => fact.transferId === transferId);
  if (made === undefined) throw new Error(`no transfer ${transferId}`);
  return reverse(books, made[0], ours);
}

function reread(
  { books }: Story,
  {
    object,
    id,
    pledgeId,
  }: { object: "checkout" | "payment" | "refund" | "dispute"; id: string; pledgeId: string },
): { events: Event[]; again?: boolean } {
  switch (object) {
    case "checkout":
      return { events: expired(books, { pledgeId, sessionId: id }) };
    case "payment": {
      const charged = [...books.charges.values()].find((one) => one.paymentIntentId === id);
      if (charged === undefined) return { events: [] };
      if (!books.chaos) settleCharge(books, charged.chargeId);
      const payment = books.charges.get(charged.chargeId) ?? charged;
      return { events: [{ event: "pledgePaid", payment }], again: payment.settlement === null };
    }
    case "dispute":
      return { events: [] };
    case "refund": {
      const found = [...books.refunds].find(([, { fact }]) => fact.refundId === id);
      if (found === undefined) return { events: [] };
      const fact = books.chaos ? found[1].fact : advanceRefund(books, found[0]);
      return { events: [{ event: "refundSeen", refund: fact }], again: !isFinal(fact) };
    }
  }
}

function isFinal({ status, settlement, failureSettlement }: RefundFact): boolean {
  if (status === "pending") return false;
  if (status === "succeeded") return settlement !== null;
  return settlement === null || failureSettlement !== null;
}
