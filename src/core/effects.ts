// Every effect: something we must do outside, or later. Rows of the outbox, stored in the transaction
// that decided them; the key makes each repeat the same effect.
import type { MailAbout } from "./mails.ts";
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
  | { effect: "mentionBacker"; campaignId: string; backerId: number }
  | { effect: "minimizeReply"; repositoryId: number; key: string }
  | { effect: "explainPolicy"; repositoryId: number; sha: string; problems: string[] }
  // Stripe
  /** The pledge's first page, or another one to change its card. */
  | { effect: "openCheckout"; pledgeId: string; number: number }
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
  /** Makes the one intent of a promise; confirming it is an effect of its own, with the intent's id known. */
  | { effect: "openCharge"; pledgeId: string }
  | {
      effect: "confirmCharge";
      pledgeId: string;
      number: number;
      paymentMethodId: string;
      /** The backer waits, and can be led to their bank's page. */
      onSession: boolean;
    }
  | { effect: "cancelCharge"; pledgeId: string; paymentIntentId: string }
  | { effect: "transfer"; payoutId: string }
  | {
      effect: "reverseTransfer";
      payoutId: string;
      transferId: string;
      /** Minor units of the transfer's currency. */
      amount: bigint;
      disputeId: string;
    }
  | {
      effect: "openAccount";
      payeeId: number;
      /** Which of the payee's accounts: the second, when the first was disconnected. */
      number: number;
      /** Which time it is that Stripe is asked after it in a row; nothing when it is to be opened. */
      asked?: number;
    }
  | { effect: "forgetCard"; pledgeId: string; paymentMethodId: string }
  // Mail
  | { effect: "mailBacker"; pledgeId: string; about: MailAbout; of: string }
  // Asking again, in case Stripe's webhook is lost
  | {
      effect: "reread";
      object: "checkout" | "payment" | "refund" | "dispute";
      id: string;
      pledgeId: string;
    }
  /** Asks GitHub and Stripe what their webhooks did not say, a page at a time; from the beginning without a step. */
  | { effect: "reconcile"; step: SweepStep | null }
  // Steps for many, one page at a time
  | { effect: "returnPledges"; campaignId: string; reason: ReturnReason; after: string | null }
  /** `round`: an award that was taken back may be followed by another. */
  | { effect: "distributeAward"; campaignId: string; round: number; after: string | null }
  | { effect: "undoAward"; campaignId: string; round: number; after: string | null }
  | { effect: "payWaiting"; of: WaitingOf; after: string | null }
  | { effect: "returnShares"; campaignId: string; payeeId: number; after: string | null }
  | { effect: "handShares"; campaignId: string; payeeId: number; after: string | null }
  | { effect: "callIn"; campaignId: string; after: string | null }
  | { effect: "callInPledge"; pledgeId: string }
  | { effect: "boundConsents"; campaignId: string; after: string | null }
  // Dates
  /** `dueAt`: the date of a renewal; the one before it finds that it was moved. */
  | {
      effect: "returnPledge";
      pledgeId: string;
      reason: ReturnReason;
      number: number;
      dueAt?: number;
    }
  | { effect: "chaseCharge"; pledgeId: string; number: number }
  | { effect: "lapsePledge"; pledgeId: string; dueAt: number }
  | { effect: "returnPayout"; payoutId: string }
  /** Its payee may have to be reminded of its claim date. */
  | { effect: "remindPayee"; payoutId: string }
  | { effect: "lapseHandover"; campaignId: string; handoverId: string }
  | { effect: "endUnlessArrived"; campaignId: string; issueId: number }
  | { effect: "decideGoal"; campaignId: string; deadline: number; step: GoalStep }
  | { effect: "endConsent"; pledgeId: string; until: number };

/** `begunAt`: when the sweep began; `after`: the last one of the page before. */
export type SweepStep =
  | { of: "events"; begunAt: number; after: string | null }
  /** `openSince`: the time of the oldest one so far that was not booked, or null. */
  | { of: "movements"; begunAt: number; after: string | null; openSince: number | null }
  | { of: "accounts"; begunAt: number; after: number | null }
  | { of: "deliveries"; begunAt: number; after: string | null }
  | { of: "campaigns"; begunAt: number; after: string | null }
  /** What is long done: `after` is the id of a row of the inbox. */
  | { of: "done"; begunAt: number; after: number }
  /** `tries`: how often it came out unequal; what is on its way needs a while. */
  | { of: "comparison"; tries: number };

/** First the payment pages that are still open are closed, page by page; then the goal is decided. */
type GoalStep = { closePagesAfter: string | null } | "decide";

/** `from`: the end of a hold, an effect of its own beside those that are due at once. */
export type WaitingOf = { payeeId: number; from?: number } | { campaignId: string; from?: number };

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

const HOUR_MS = 3_600_000;
/** Whoever finishes at Stripe at all mostly does at once: after so many times the sweep looks, once a day. */
export const ACCOUNT_ASKS_MAX = 3;

/** How long to wait before Stripe is asked after an account that it was asked after so often: 6, 12, 24 hours. */
export function accountWaitMs(asked: number): number {
  return 6 * HOUR_MS * 2 ** Math.min(asked, ACCOUNT_ASKS_MAX - 1);
}

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
      return replyEffectKey(effect.key);
    case "minimizeReply":
      return `minimize:${effect.key}`;
    case "mentionBacker":
      return `mention:${effect.campaignId}:${effect.backerId}`;
    case "explainPolicy":
      return `policy:${effect.repositoryId}:${effect.sha}`;
    case "openCheckout":
      return effect.number === 1
        ? `checkout:${effect.pledgeId}`
        : `checkout:${effect.pledgeId}:${effect.number}`;
    case "expireCheckout":
      return `expire:${effect.pledgeId}`;
    case "refund":
      return `refund:${effect.pledgeId}:${effect.number}`;
    case "openCharge":
      return `intent:${effect.pledgeId}`;
    case "confirmCharge":
      return `charge:${effect.pledgeId}:${effect.number}`;
    case "cancelCharge":
      return `cancel:${effect.paymentIntentId}`;
    case "transfer":
      return `transfer:${effect.payoutId}`;
    case "reverseTransfer":
      return `reverse:${effect.payoutId}:${effect.disputeId}`;
    case "openAccount":
      return effect.number === 1
        ? `account:${effect.payeeId}`
        : `account:${effect.payeeId}:${effect.number}`;
    case "forgetCard":
      return `forget-card:${effect.paymentMethodId}`;
    case "mailBacker":
      return `mail:${effect.about}:${effect.pledgeId}:${effect.of}`;
    case "reread":
      return `reread:${effect.object}:${effect.id}`;
    case "reconcile":
      return "reconcile";
    case "returnPledges":
      return `return-pledges:${effect.campaignId}`;
    case "distributeAward":
      return effect.round === 1
        ? `award:${effect.campaignId}`
        : `award:${effect.campaignId}:${effect.round}`;
    case "undoAward":
      return `undo-award:${effect.campaignId}:${effect.round}`;
    case "payWaiting":
      return payWaitingKey(effect.of);
    case "returnShares":
      return `return-shares:${effect.campaignId}:${effect.payeeId}`;
    case "handShares":
      return `hand-shares:${effect.campaignId}:${effect.payeeId}`;
    case "lapseHandover":
      return `lapse-handover:${effect.handoverId}`;
    case "returnPledge":
      return `return:${effect.pledgeId}:${effect.number}${effect.dueAt === undefined ? "" : `:${effect.dueAt}`}`;
    case "chaseCharge":
      return `chase:${effect.pledgeId}:${effect.number}`;
    case "lapsePledge":
      return `lapse:${effect.pledgeId}:${effect.dueAt}`;
    case "callIn":
      return `call-in:${effect.campaignId}`;
    case "callInPledge":
      return `call-in-pledge:${effect.pledgeId}`;
    case "boundConsents":
      return `bound-consents:${effect.campaignId}`;
    case "decideGoal":
      return `goal:${effect.campaignId}:${effect.deadline}`;
    case "endConsent":
      return `consent:${effect.pledgeId}:${effect.until}`;
    case "returnPayout":
      return `return-payout:${effect.payoutId}`;
    case "remindPayee":
      return `remind-payee:${effect.payoutId}`;
    case "endUnlessArrived":
      return `end-unless-arrived:${effect.campaignId}:${effect.issueId}`;
  }
}

/** The effect that writes the reply of that key. */
export function replyEffectKey(key: string): string {
  return `reply:${key}`;
}

function payWaitingKey(of: WaitingOf): string {
  const from = of.from === undefined ? "" : `:${of.from}`;
  if ("campaignId" in of) return `pay-waiting:campaign:${of.campaignId}${from}`;
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
    case "returnShares":
    case "handShares":
    // A refund that was through can fail after that, and is asked after anew.
    case "reread":
    // Each extension asks again whom it takes along, and whom it leaves behind.
    case "boundConsents":
    // A goal of which everything went back may be attached anew, and is reached anew.
    case "callIn":
    // Each start of the app asks at once.
    case "reconcile":
      return true;
    default:
      return false;
  }
}

/** Edits of one card or notice are at least this far apart; the first leaves at once. */
export const RENEWAL_GAP_MS = 3_000;
