// Every event: a fact that happened outside, or the outcome of an effect. An event may not be refused,
// and each is decided idempotently by its facts, for all of them arrive late, twice and out of order.
import type { MergeFacts, Notice, Pull } from "./award.ts";
import type { Movement } from "./books.ts";
import type { Person } from "./campaign.ts";
import type { DisputeFact } from "./dispute.ts";
import type { Currency } from "./money.ts";
import type { ChargeProblem, ReturnReason } from "./pledge.ts";
import type { Policy } from "./policy.ts";

/** A Stripe balance transaction, amounts as positive minor units of `currency`. */
export interface Settlement {
  id: string;
  currency: Currency;
  amount: bigint;
  fee: bigint;
}

export interface VerifiedCard {
  pledgeId: string;
  setupIntentId: string;
  customerId: string;
  paymentMethodId: string;
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
  /** The charge that it refunds, and that charge's intent. */
  chargeId: string;
  paymentIntentId: string | null;
  /** Minor units of the charge's currency. */
  amount: bigint;
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
  /** The repository's name, owner or policy is another now: so is what is shown of the campaign. */
  | { event: "surroundingsChanged"; campaignId: string }
  | { event: "issueGone"; campaignId: string; issueId: number; why: string }
  | { event: "issueLeft"; campaignId: string; issueId: number }
  | {
      event: "issueArrived";
      campaignId: string;
      from: { issueId: number };
      to: { repositoryId: number; issueId: number; issueNumber: number };
    }
  | { event: "pullSeen"; pull: Pull }
  | { event: "pullLinked"; pull: Pull; campaignId: string; by: "closing reference" | "command" }
  /** A pull request, `revert`, that takes another back was merged by `by`. */
  | { event: "pullReverted"; campaignId: string; pullId: number; revert: number; by: Person }
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
  /** A card was saved and verified for a pledge: its first, or another one. */
  | ({ event: "cardVerified" } & VerifiedCard)
  | { event: "pledgePaid"; payment: Payment }
  /** An intent can never be confirmed again: we had it cancelled, or the operator did in Stripe's dashboard. */
  | { event: "chargeCanceled"; pledgeId: string; paymentIntentId: string }
  | { event: "checkoutExpired"; pledgeId: string; sessionId: string }
  | { event: "refundSeen"; refund: RefundFact }
  | {
      event: "transferSeen";
      payoutId: string;
      transferId: string;
      settlement: Settlement | null;
      /** What was taken back of it, each with its own balance transaction; `effectKey` is null when not by us. */
      reversals: { id: string; settlement: Settlement; effectKey: string | null }[];
    }
  | {
      event: "accountSeen";
      payeeId: number;
      accountId: string;
      ready: boolean;
      /** ISO 3166, two capital letters. */
      country: string | null;
    }
  /** The account is no longer connected to ours: its owner took our access away, or it was closed. */
  | { event: "accountLost"; payeeId: number; accountId: string }
  /** Stripe's transfer from the payee's own balance to their bank: none of our money, but theirs to mend. */
  | { event: "bankPayoutSeen"; payeeId: number; begunAt: number; failed: boolean }
  | { event: "disputeSeen"; dispute: DisputeFact }
  /** A balance transaction that belongs to none of our pledges. */
  | { event: "balanceMoved"; movement: Movement }
  // Outcomes of effects
  | {
      event: "checkoutOpened";
      pledgeId: string;
      sessionId: string;
      /** null: the page is over already. */
      url: string | null;
      expiresAt: number;
    }
  | { event: "checkoutRefused"; pledgeId: string; why: string }
  | { event: "chargeOpened"; pledgeId: string; paymentIntentId: string }
  | { event: "chargeRefused"; pledgeId: string; why: string }
  | {
      event: "chargeDeclined";
      pledgeId: string;
      number: number;
      problem: ChargeProblem;
      why: string;
    }
  | { event: "chargeRedirected"; pledgeId: string; number: number; url: string }
  | { event: "cardPosted"; campaignId: string; commentId: number }
  | { event: "noticePosted"; notice: Notice }
  | { event: "refundRefused"; pledgeId: string; effectKey: string; why: string }
  | {
      event: "transferRefused";
      payoutId: string;
      /** What Stripe objects to: the payee's account, or anything else of the transfer. */
      because: "account" | "transfer";
      why: string;
    }
  // Dates that came, and the single steps of what was decided for many
  | { event: "pledgeReturnDue"; pledgeId: string; reason: ReturnReason }
  | { event: "chaseDue"; pledgeId: string; number: number }
  | { event: "pledgeLapseDue"; pledgeId: string }
  | { event: "pledgeAwarded"; pledgeId: string }
  | { event: "pledgeAwardUndone"; pledgeId: string }
  | { event: "awardUndone"; campaignId: string; round: number }
  /** The deadline that was set has passed, and Stripe has had time to tell what happened before it. */
  | { event: "goalDue"; campaignId: string; deadline: number }
  | { event: "goalExtended"; pledgeId: string }
  /** The goal is reached, and its policy charges its promises then. */
  | { event: "promiseCalledIn"; pledgeId: string }
  /** A goal's deadline: what is still on Stripe's page is asked for its end. */
  | { event: "goalPageClosing"; pledgeId: string }
  | { event: "consentEnded"; pledgeId: string }
  /** `released`: because a maintainer said `/release`. */
  | { event: "payoutDue"; payoutId: string; released: boolean }
  | { event: "shareDeclined"; payoutId: string }
  /** Somebody else is paid in its payee's place. */
  | { event: "shareHanded"; payoutId: string }
  | { event: "handoverLapsed"; campaignId: string; handoverId: string }
  | { event: "claimDateReached"; payoutId: string }
  | { event: "claimDateNear"; payoutId: string };

export type EventName = Event["event"];
