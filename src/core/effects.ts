// Every effect: something we must do outside, or later. Rows of the outbox, stored in the transaction
// that decided them; the key makes each repeat the same effect.
import type { Currency } from "./money.ts";
import type { ReturnReason } from "./pledge.ts";

export type Reaction = "eyes" | "rocket" | "confused";

export type Effect =
  // GitHub
  | { effect: "updateCard"; campaignId: string }
  | { effect: "refreshNotices"; campaignId: string }
  | { effect: "postNotice"; pullId: number; campaignId: string }
  | { effect: "linkPulls"; campaignId: string }
  | { effect: "react"; repositoryId: number; commentId: number; reaction: Reaction }
  | { effect: "reply"; repositoryId: number; issueNumber: number; key: string; body: string }
  | { effect: "minimizeReply"; repositoryId: number; key: string }
  | { effect: "explainPolicy"; repositoryId: number; sha: string; problems: string[] }
  // Stripe
  | { effect: "openCheckout"; pledgeId: string }
  | { effect: "expireCheckout"; pledgeId: string; sessionId: string }
  | {
      effect: "refund";
      pledgeId: string;
      /** Which of the pledge's refunds this is. */
      number: number;
      chargeId: string;
      /** Minor units of the charge's currency; null returns everything that is left of the charge. */
      amount: bigint | null;
      currency: Currency;
      reason: ReturnReason;
    }
  | { effect: "transfer"; payoutId: string }
  | { effect: "openAccount"; payeeId: number }
  // Asking again, in case Stripe's webhook is lost
  | { effect: "reread"; object: "checkout" | "payment" | "refund"; id: string; pledgeId: string }
  // Steps for many, one page at a time
  | { effect: "returnPledges"; campaignId: string; reason: ReturnReason; after: string | null }
  | { effect: "distributeAward"; campaignId: string; after: string | null }
  | { effect: "payWaiting"; of: WaitingOf; after: string | null }
  // Dates
  | { effect: "returnPledge"; pledgeId: string; reason: ReturnReason; number: number }
  | { effect: "returnPayout"; payoutId: string };

/** `from`: the end of the payee's hold, an effect of its own beside those that are due at once. */
export type WaitingOf = { payeeId: number; from?: number } | { campaignId: string };

export interface PlannedEffect {
  effect: Effect;
  /** Epoch milliseconds before which it is not performed; null: at once. */
  dueAt: number | null;
}

export function now(effect: Effect): PlannedEffect {
  return { effect, dueAt: null };
}

export function at(dueAt: number, effect: Effect): PlannedEffect {
  return { effect, dueAt };
}

/**
 * A visitor waits for this effect's outcome, so the request performs it itself; the queue takes it up
 * only if that request died.
 */
export function atTheDesk(time: number, effect: Effect): PlannedEffect {
  return { effect, dueAt: time + DESK_MS };
}

const DESK_MS = 60_000;

/** One effect, one key: asking again for a key that stands changes nothing, or renews it if `isRenewable`. */
export function effectKey(effect: Effect): string {
  switch (effect.effect) {
    case "updateCard":
      return `card:${effect.campaignId}`;
    case "refreshNotices":
      return `notices:${effect.campaignId}`;
    case "postNotice":
      return `notice:${effect.pullId}:${effect.campaignId}`;
    case "linkPulls":
      return `link-pulls:${effect.campaignId}`;
    case "react":
      return `react:${effect.commentId}:${effect.reaction}`;
    case "reply":
      return `reply:${effect.key}`;
    case "minimizeReply":
      return `minimize:${effect.key}`;
    case "explainPolicy":
      return `policy:${effect.repositoryId}:${effect.sha}`;
    case "openCheckout":
      return `checkout:${effect.pledgeId}`;
    case "expireCheckout":
      return `expire:${effect.pledgeId}`;
    case "refund":
      return `refund:${effect.pledgeId}:${effect.number}`;
    case "transfer":
      return `transfer:${effect.payoutId}`;
    case "openAccount":
      return `account:${effect.payeeId}`;
    case "reread":
      return `reread:${effect.object}:${effect.id}`;
    case "returnPledges":
      return `return-pledges:${effect.campaignId}`;
    case "distributeAward":
      return `award:${effect.campaignId}`;
    case "payWaiting":
      return payWaitingKey(effect.of);
    case "returnPledge":
      return `return:${effect.pledgeId}:${effect.number}`;
    case "returnPayout":
      return `return-payout:${effect.payoutId}`;
  }
}

function payWaitingKey(of: WaitingOf): string {
  if ("campaignId" in of) return `pay-waiting:campaign:${of.campaignId}`;
  const from = of.from === undefined ? "" : `:${of.from}`;
  return `pay-waiting:payee:${of.payeeId}${from}`;
}

/**
 * Effects that bring something to its newest state: asked for again, they run again, and many requests
 * become one run. All others run once.
 */
export function isRenewable({ effect }: Effect): boolean {
  switch (effect) {
    case "updateCard":
    case "refreshNotices":
    case "postNotice":
    // One that Stripe refused is asked for by the payee again; one that is done reads the account anew.
    case "openAccount":
    case "payWaiting":
      return true;
    default:
      return false;
  }
}

/** Edits of one card or notice are at least this far apart; the first leaves at once. */
export const RENEWAL_GAP_MS = 3_000;
