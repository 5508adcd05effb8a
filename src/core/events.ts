// Every event: a fact that happened outside, or the outcome of an effect. An event may not be refused,
// and each is decided idempotently by its facts, for all of them arrive late, twice and out of order.
import type { MergeFacts, Notice, Pull } from "./award.ts";
import type { Currency } from "./money.ts";
import type { ReturnReason } from "./pledge.ts";
import type { Policy } from "./policy.ts";

/** A Stripe balance transaction, amounts as positive minor units of `currency`. */
export interface Settlement {
  id: string;
  currency: Currency;
  amount: bigint;
  fee: bigint;
}

export interface Payment {
  pledgeId: string;
  paymentIntentId: string;
  chargeId: string;
  amount: bigint;
  currency: Currency;
  capturedAt: number;
  /** null until Stripe has settled the charge and its fee is known. */
  settlement: Settlement | null;
}

export interface RefundFact {
  pledgeId: string;
  refundId: string;
  /** Key of our effect, from the refund's metadata; null when somebody refunded by hand. */
  effectKey: string | null;
  status: "pending" | "succeeded" | "failed" | "canceled";
  settlement: Settlement | null;
  /** Stripe gave the money of a failed refund back to the platform. */
  failureSettlement: Settlement | null;
}

export type Event =
  // GitHub
  | { event: "issueChanged"; campaignId: string; title: string; open: boolean }
  /** The repository was renamed or transferred: every link to the campaign is another now. */
  | { event: "addressChanged"; campaignId: string }
  | { event: "pullSeen"; pull: Pull }
  | { event: "pullLinked"; pull: Pull; campaignId: string; by: "closing reference" | "command" }
  | { event: "pullMerged"; pull: Pull; campaignId: string; facts: MergeFacts }
  | {
      event: "policyRead";
      repositoryId: number;
      sha: string;
      /** null: the file is not there, or no longer. */
      policy: Policy | null;
    }
  | { event: "policyBroken"; repositoryId: number; sha: string; problems: string[] }
  // Stripe
  | { event: "pledgePaid"; payment: Payment }
  | { event: "checkoutExpired"; pledgeId: string; sessionId: string }
  | { event: "refundSeen"; refund: RefundFact }
  | {
      event: "transferSeen";
      payoutId: string;
      transferId: string;
      settlement: Settlement | null;
    }
  | { event: "accountSeen"; payeeId: number; accountId: string; ready: boolean }
  // Outcomes of effects
  | {
      event: "checkoutOpened";
      pledgeId: string;
      sessionId: string;
      url: string;
      expiresAt: number;
    }
  | { event: "checkoutRefused"; pledgeId: string; why: string }
  | { event: "cardPosted"; campaignId: string; commentId: number }
  | { event: "noticePosted"; notice: Notice }
  | { event: "refundRefused"; pledgeId: string; effectKey: string; why: string }
  | { event: "transferRefused"; payoutId: string; why: string }
  // Dates that came, and the single steps of what was decided for many
  | { event: "pledgeReturnDue"; pledgeId: string; reason: ReturnReason }
  | { event: "pledgeAwarded"; pledgeId: string }
  | { event: "payoutDue"; payoutId: string }
  | { event: "claimDateReached"; payoutId: string };

export type EventName = Event["event"];
