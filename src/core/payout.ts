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
  /** Accounts that were theirs and are no longer connected to us: the next is asked for under a new key. */
  accountsLost: number;
  /** The account's country (ISO 3166, two capital letters), once Stripe says it. */
  country: string | null;
  /** When Stripe began the transfer to their bank that failed last; null once a later one arrived. */
  bankFailedAt: number | null;
  /** The last day (its first moment, UTC) on which tips were sent, and how much of the limit they used on it. */
  tipDay: number | null;
  /** Basis points. */
  tipDayUsed: number;
}

/** Somebody who was never owed anything. */
export function newPayee({ id, login }: Person): Payee {
  return {
    id,
    login,
    accountId: null,
    ready: false,
    payableFrom: null,
    accountsLost: 0,
    country: null,
    bankFailedAt: null,
    tipDay: null,
    tipDayUsed: 0,
  };
}

/**
 * `waiting` (for the payee's account or a hold) → `sending` → `paid`; `returned` to the backer; `handed` to
 * somebody else, who has a payout of their own for it. What Stripe
 * turns down opens the next round: `refused` because of the payee's account, `failed` for another reason.
 * `reversed` by the operator, in full. `overpaid`: a transfer that exists though its share went elsewhere;
 * the operator bears it. `stopped` when a backer's bank took its money (a verdict may open the next round), or
 * the operator gave it back by hand.
 */
export type PayoutState =
  | "waiting"
  | "sending"
  | "paid"
  | "returned"
  | "handed"
  | "refused"
  | "failed"
  | "reversed"
  | "overpaid"
  | "stopped";

/** One pledge's share for one payee, and the transfer that sends it. */
export interface Payout {
  /** `<pledge>:<payee>:<round>`; a round opens only when the one before did not happen, or was fully reversed. */
  id: string;
  awardId: string;
  campaignId: string;
  pledgeId: string;
  payeeId: number;
  round: number;
  /** The campaign's award that decided it, by its number: one that was taken back pays nothing more. */
  awardRound: number;
  amount: bigint;
  currency: Currency;
  state: PayoutState;
  /** The policy gives maintainers time until then to stop it; a tip is held until then. */
  payableFrom: number;
  /** When it goes back to the backer unless it was sent. */
  claimBy: number;
  transferId: string | null;
  /** Stripe's ids of the transfer's reversals that are booked, and their sum. */
  reversalIds: string[];
  reversed: bigint;
  /** The part of `reversed` that is not in the payee's share: the backer's, a bank's, or in a round of its own. */
  reversedReturned: bigint;
  /** What its transfer carried beyond the share, at the operator's expense: of what is taken back, theirs first. */
  overpaidBy: bigint;
  /** What a bank has of it, and may give back. null is as its state says: all of a stopped share, nothing of another. */
  takenByBank: bigint | null;
  /** Opened after the operator reversed the round before: a maintainer's `/release` sends it. */
  needsRelease: boolean;
  /** The payout of another payee whose share this was; null: it was theirs from the start. */
  handedFrom: string | null;
}

type NewPayout = Pick<
  Payout,
  | "awardId"
  | "campaignId"
  | "pledgeId"
  | "payeeId"
  | "round"
  | "awardRound"
  | "amount"
  | "currency"
  | "claimBy"
  | "payableFrom"
  | "handedFrom"
>;

export function newPayout(parts: NewPayout): Payout {
  return {
    ...parts,
    id: payoutId(parts),
    state: "waiting",
    transferId: null,
    reversalIds: [],
    reversed: 0n,
    reversedReturned: 0n,
    overpaidBy: 0n,
    takenByBank: null,
    needsRelease: false,
  };
}

/** The same share, to be sent anew: under the next number that the payee has not had for this pledge. */
export function nextRound(payout: Payout, payouts: readonly Payout[]): Payout {
  const { payeeId } = payout;
  const rounds = payouts.filter((one) => one.payeeId === payeeId).map(({ round }) => round);
  return newPayout({ ...payout, round: Math.max(payout.round, ...rounds) + 1 });
}

/** Rounds of one share: somebody who is paid in another's place may have two of one pledge. */
export function isOfOneShare(one: Payout, other: Payout): boolean {
  return one.payeeId === other.payeeId && one.handedFrom === other.handedFrom;
}

/** What a verdict may open again, now or after months. */
export function takenByBank({ takenByBank: taken, state, amount }: Payout): bigint {
  return taken ?? (state === "stopped" ? amount : 0n);
}

/** What the operator took back and is still in shares, for `/release` or its date. */
export function takenBackOf(payouts: readonly Payout[]): bigint {
  return payouts.reduce((sum, { state, amount, needsRelease, reversed, reversedReturned }) => {
    if (state === "waiting") return needsRelease ? sum + amount : sum;
    return state === "paid" ? sum + reversed - reversedReturned : sum;
  }, 0n);
}

/** The pledge's payouts with some of them as they are now. */
export function withRows(payouts: readonly Payout[], ...rows: Payout[]): Payout[] {
  return [...payouts.filter(({ id }) => rows.every((one) => one.id !== id)), ...rows];
}

/** A transfer of it exists, or may: the award it belongs to is not taken back any more. */
export function hasLeft({ state, transferId }: Pick<Payout, "state" | "transferId">): boolean {
  switch (state) {
    case "waiting":
    case "returned":
    case "handed":
    case "refused":
    case "failed":
      return false;
    case "stopped":
      return transferId !== null;
    case "sending":
    case "paid":
    case "reversed":
    case "overpaid":
      return true;
  }
}

/** Its money is in the payee's share, or may be on its way. */
export function isPending({ state, reversed, reversedReturned }: Payout): boolean {
  if (state === "paid") return reversed > reversedReturned;
  return state === "waiting" || state === "sending";
}

function payoutId(options: { pledgeId: string; payeeId: number; round: number }): string {
  return `${options.pledgeId}:${options.payeeId}:${options.round}`;
}

type PayoutObstacle =
  | "claim date over"
  | "campaign on hold"
  | "taken back by the operator"
  | "payee not connected"
  | "payee's account not ready"
  | "award held"
  | "first payout held";

/** Why a waiting payout cannot leave now, or null. */
export function obstacleTo(options: {
  payout: Payout;
  payee: Payee;
  campaign: Campaign;
  at: number;
}): PayoutObstacle | null {
  const { payout, payee, campaign, at } = options;
  if (at >= payout.claimBy) return "claim date over";
  if (campaign.hold !== null) return "campaign on hold";
  if (payout.needsRelease) return "taken back by the operator";
  if (payee.accountId === null) return "payee not connected";
  if (!payee.ready) return "payee's account not ready";
  if (at < payout.payableFrom) return "award held";
  if (payee.payableFrom !== null && at < payee.payableFrom) return "first payout held";
  return null;
}
