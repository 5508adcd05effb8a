// A pledge: one payment promise of one backer to one campaign, and the terms it was made under.
import type { Currency } from "./money.ts";

export type PledgeMode = "pay-now" | "on-merge";

/**
 * `started` (on Stripe's page) → `clearing` (paid, fee not yet known) → `paid` → `released`, or
 * `refunding` → `refunded`; `abandoned` when Stripe's page was left. The others belong to saved cards and chargebacks.
 */
export type PledgeState =
  | "started"
  | "promised"
  | "charging"
  | "clearing"
  | "paid"
  | "released"
  | "abandoned"
  | "withdrawn"
  | "failed"
  | "lapsed"
  | "refunding"
  | "refunded"
  | "disputed"
  | "lost";

/** What a backer agreed to; stored with the pledge and never changed after. */
export interface Terms {
  mode: PledgeMode;
  /** Days from capture after which money that was not awarded goes back. */
  refundAfterDays: number;
  /** Days from capture that no money is held beyond, awarded or not. */
  holdDaysMax: number;
  /** Days from the award after which a share that nobody claimed goes back. */
  claimWithinDays: number;
  /** The operator's fee in basis points of the net, taken only from what is released. */
  operatorFeeBasisPoints: number;
  /** Which amount a refund returns: the net, since Stripe keeps its fee. */
  refundReturns: "net";
  /** SHA-256 (hex) of the wording the backer saw. */
  wordingHash: string;
}

export type ReturnReason =
  | "cancelled"
  | "refund date reached"
  | "award not claimed"
  | "campaign over"
  | "settled in another currency"
  | "paid twice";

export interface Pledge {
  id: string;
  campaignId: string;
  /** GitHub id of the backer who signed in, or null for a guest. */
  backerId: number | null;
  /** What a guest calls themselves. Never shown as if it were a GitHub identity. */
  backerName: string | null;
  anonymous: boolean;
  amount: bigint;
  currency: Currency;
  state: PledgeState;
  terms: Terms;
  startedAt: number;
  /** The form's nonce: two posts of one form are one pledge. */
  nonce: string;
  /** Key of the bot's reply whose link was followed: it is minimised when the pledge is paid. */
  viaReply: string | null;
  sessionId: string | null;
  sessionUrl: string | null;
  sessionExpiresAt: number | null;
  paymentIntentId: string | null;
  chargeId: string | null;
  capturedAt: number | null;
  /** Currency in which Stripe settled the charge; the ledger books in it. */
  settlementCurrency: Currency | null;
  /** Stripe's fee on the charge as booked, in minor units of the settlement currency. */
  stripeFee: bigint;
  /** What was booked in, less Stripe's fee. */
  net: bigint;
  /** The operator's fee as taken; what came back of it. */
  operatorFee: bigint;
  operatorFeeReturned: bigint;
  /** Sums of shares: decided, sent, come back unclaimed. */
  shared: bigint;
  released: bigint;
  sharesReturned: bigint;
  /** Refunds under way, and those that are through. */
  refunding: bigint;
  refunded: bigint;
  /** How many refunds were begun; numbers their effects. */
  refundsCount: number;
  /** Set as soon as the money is to go back: while its fee is not yet known, and until a refund is through. */
  returnReason: ReturnReason | null;
}

export const DAY_MS = 86_400_000;

/** Money that we should never have had goes back in full; the operator bears Stripe's fee. */
export function isReturnedInFull(reason: ReturnReason): boolean {
  switch (reason) {
    case "campaign over":
    case "settled in another currency":
    case "paid twice":
      return true;
    case "cancelled":
    case "refund date reached":
    case "award not claimed":
      return false;
  }
}

/** Divided among payees: from then on its money is in shares, and only a share that comes back is free. */
export function isShared({ shared }: Pledge): boolean {
  return shared > 0n;
}

/** Terms offered today. An operator may shorten `holdDaysMax` (design, section 3). */
export const STANDARD_TERMS: Omit<Terms, "mode" | "operatorFeeBasisPoints" | "wordingHash"> = {
  refundAfterDays: 60,
  holdDaysMax: 90,
  claimWithinDays: 90,
  refundReturns: "net",
};

/** When money that was not awarded goes back; null before it was captured. */
export function refundDate({ capturedAt, terms }: Pledge): number | null {
  return capturedAt === null ? null : capturedAt + terms.refundAfterDays * DAY_MS;
}

/** When a share of this pledge goes back unless claimed. */
export function claimDate({ capturedAt, terms }: Pledge, awardedAt: number): number {
  const captured = capturedAt ?? awardedAt;
  return Math.min(
    awardedAt + terms.claimWithinDays * DAY_MS,
    captured + terms.holdDaysMax * DAY_MS,
  );
}

/** The terms in words, as the pledge page shows them; the pledge pins their hash. */
export function wording(operatorFeeBasisPoints: number): string[] {
  const { refundAfterDays, holdDaysMax, claimWithinDays } = STANDARD_TERMS;
  const fee =
    operatorFeeBasisPoints === 0
      ? "The operator of this bot takes no fee."
      : `The operator of this bot takes ${operatorFeeBasisPoints / 100} % of what is paid out, nothing of what goes back.`;
  return [
    "Your card is charged now. You pay for work on this issue; the operator of this bot holds the money until the work is merged. It is neither a donation nor an escrow account.",
    `When a pull request that solves the issue is merged, the money is paid to the people who did the work, less Stripe's fee. ${fee}`,
    `Money that is not awarded within ${refundAfterDays} days of the charge goes back to your card. A share that is awarded and not claimed goes back ${claimWithinDays} days after the award, and never later than ${holdDaysMax} days after the charge.`,
    "The maintainers may cancel the bounty; then the money goes back at once.",
    "Stripe keeps its fee on refunds: what goes back is what you paid less that fee. Only a payment that arrives after the bounty is over, arrives twice or settles in another currency goes back in full.",
  ];
}
