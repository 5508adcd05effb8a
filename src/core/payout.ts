// Payees and payouts: when a share may be sent, and when it goes back instead.
import type { Campaign, Person } from "./campaign.ts";
import type { Currency } from "./money.ts";

/** A person who is owed money; keyed by GitHub's numeric id. */
export interface Payee extends Person {
  accountId: string | null;
  /** Stripe says that transfers to the account are active. */
  ready: boolean;
  /** First payouts wait until then; null until something was awarded. */
  payableFrom: number | null;
}

/**
 * `waiting` (for the payee's account or a hold) → `sending` → `paid`; `returned` to the backer; `refused`
 * by Stripe, which opens the next round.
 */
type PayoutState = "waiting" | "sending" | "paid" | "returned" | "refused";

/** One pledge's share for one payee, and the transfer that sends it. */
export interface Payout {
  /** `<pledge>:<payee>:<round>`; a round opens only when the one before was fully reversed. */
  id: string;
  awardId: string;
  campaignId: string;
  pledgeId: string;
  payeeId: number;
  round: number;
  amount: bigint;
  currency: Currency;
  state: PayoutState;
  /** When it goes back to the backer unless it was sent. */
  claimBy: number;
  transferId: string | null;
}

export function payoutId(options: { pledgeId: string; payeeId: number; round: number }): string {
  return `${options.pledgeId}:${options.payeeId}:${options.round}`;
}

export type PayoutObstacle = "payee not connected" | "first payout held" | "campaign on hold";

/** Why a waiting payout cannot leave now, or null. */
export function obstacleTo(options: {
  payee: Payee;
  campaign: Campaign;
  at: number;
}): PayoutObstacle | null {
  const { payee, campaign, at } = options;
  if (campaign.hold !== null) return "campaign on hold";
  if (!payee.ready || payee.accountId === null) return "payee not connected";
  if (payee.payableFrom !== null && at < payee.payableFrom) return "first payout held";
  return null;
}
