// A pledge: one payment promise of one backer to one campaign, and the terms it was made under.
import type { Currency } from "./money.ts";

export type PledgeMode = "pay-now" | "on-merge";

/**
 * `started` (on Stripe's page; `abandoned` when it was left) → `clearing` (paid, fee not yet known) → `paid` →
 * `released`, or `refunding` → `refunded`. A saved card comes between: `started` → `promised` → `charging` (since the
 * award) → `clearing`, or `lapsed`: nothing was charged. `disputed` and `lost` belong to chargebacks.
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
  /** Days from the day a card was saved after which the promise lapses. */
  lapseAfterDays: number;
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
  /** The goal's deadline that the backer saw; null for a bounty. */
  goalDeadline: number | null;
}

export type ReturnReason =
  | "cancelled"
  | "withdrawn"
  | "refunded by hand"
  | "refund date reached"
  | "award not claimed"
  | "declined by the payee"
  | "campaign over"
  | "goal missed"
  | "settled in another currency"
  | "paid twice";

/** Stripe's names for the card saved for a promise. */
interface SavedCard {
  customerId: string;
  paymentMethodId: string;
  /** Of every card saved for this pledge, the last one's last: each is a fact once. */
  setupIntentIds: string[];
}

/** The bank wants the backer to confirm it, or it said no. */
export type ChargeProblem = "authentication needed" | "card declined";

/** How far the one charge of a promise has come. */
export interface Charging {
  /** When the award, or whatever else called the promise in, began it. */
  at: number;
  /** How often Stripe was asked to confirm it. */
  triesCount: number;
  /** What became of the last try; null while one is under way. */
  problem: ChargeProblem | null;
  /** When the first try failed, or null. */
  failedAt: number | null;
  /** Where the backer confirms it with their bank, as Stripe last said. */
  pageUrl: string | null;
  /** Its cancelling is under way: no further try begins. */
  ending: boolean;
}

/** A new consent of the backer's to a later date; the terms themselves stay as they were pinned. */
export interface Renewal {
  at: number;
  /** The date that it took the place of: two clicks on one page are one renewal. */
  from: number;
  until: number;
  /** The goal's deadline that the backer saw; null for a bounty. */
  goalDeadline: number | null;
  /** SHA-256 (hex) of the wording the backer saw. */
  wordingHash: string;
}

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
  /** Oldest first. */
  renewals: Renewal[];
  startedAt: number;
  /** The form's nonce: two posts of one form are one pledge. */
  nonce: string;
  /** Key of the bot's reply whose link was followed: it is minimised when the pledge is paid. */
  viaReply: string | null;
  sessionId: string | null;
  sessionUrl: string | null;
  sessionExpiresAt: number | null;
  /** How many of Stripe's pages were asked for: another one changes the card. */
  pagesCount: number;
  /** When the card was saved and the promise given, or null. */
  promisedAt: number | null;
  card: SavedCard | null;
  charging: Charging | null;
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
  /** What was sent and taken back by the operator, and is neither sent again nor returned. */
  takenBack: bigint;
  /** Refunds under way, and those that are through. */
  refunding: bigint;
  refunded: bigint;
  /** How many refunds were begun; numbers their effects. */
  refundsCount: number;
  /** Open disputes, and what was lost in them, in the pledge's currency. */
  disputed: bigint;
  lost: bigint;
  /** Of the shares: stopped or taken back because a bank took their money, or given back by the operator by hand. */
  sharesStopped: bigint;
  /** Of those: what gave way to refunds by hand, for good. */
  sharesGivenWay: bigint;
  /** Put in by the operator where a bank or a refund by hand took more than was held; settlement currency. */
  covered: bigint;
  /** The part of it that a bank took: only this may be taken back from payees. */
  coveredForBank: bigint;
  /** Of what was to go back to the backer: what the operator kept, who had covered for it. */
  setOff: bigint;
  /** Refunds that somebody made by hand at Stripe, in the pledge's currency: under way, and through. */
  handRefunding: bigint;
  handRefunded: bigint;
  /** Once it was divided: what has to go back by ours beside shares, less what went in another way. */
  handReturned: bigint;
  /**
   * Set as soon as the money is to go back: while its fee is not yet known, and until a refund is through. Of a charge
   * that its backer took back: should it have gone through all the same.
   */
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
    case "withdrawn":
    case "refunded by hand":
    case "refund date reached":
    case "award not claimed":
    case "declined by the payee":
    case "goal missed":
      return false;
  }
}

/** What somebody refunded by hand at Stripe, or is refunding: in the pledge's currency. */
export function byHand({ handRefunding, handRefunded }: Pledge): bigint {
  return handRefunding + handRefunded;
}

/** Divided among payees: from then on its money is in shares, and only a share that comes back is free. */
export function isShared({ shared }: Pledge): boolean {
  return shared > 0n;
}

/** Terms offered unless the operator holds money for fewer days. */
export const STANDARD_TERMS: Omit<
  Terms,
  "mode" | "operatorFeeBasisPoints" | "wordingHash" | "goalDeadline"
> = {
  refundAfterDays: 60,
  lapseAfterDays: 180,
  holdDaysMax: 90,
  claimWithinDays: 90,
  refundReturns: "net",
};

/** The operator's part of the terms offered today. */
export type Offer = Pick<Terms, "operatorFeeBasisPoints" | "holdDaysMax">;

/** The terms offered where no money is held longer than that; nothing waits longer for an award, either. */
export function termsWithin(holdDaysMax: number): typeof STANDARD_TERMS {
  const refundAfterDays = Math.min(STANDARD_TERMS.refundAfterDays, holdDaysMax);
  return { ...STANDARD_TERMS, refundAfterDays, holdDaysMax };
}

/** Days before a date on which whoever it concerns is reminded of it. */
export const REMIND_DAYS = 7;

/** Days after a first failed try on which its backer is reminded. */
export const CHASE_DAYS = [1, 3, 7] as const;

/** Days after a first failed try during which its backer may mend a charge; then the promise lapses. */
export const COLLECT_WITHIN_DAYS = 14;

/** When money that was not awarded goes back; null before it was captured. */
export function refundDate({ capturedAt, terms, renewals }: Pledge): number | null {
  if (capturedAt === null) return null;
  const renewed = renewals.findLast((one) => isOfMoney(one, capturedAt))?.until;
  const date = renewed ?? capturedAt + terms.refundAfterDays * DAY_MS;
  return Math.min(date, capturedAt + terms.holdDaysMax * DAY_MS);
}

/** Stripe tells times in whole seconds: what was renewed within the second of the charge was still the promise. */
function isOfMoney({ at }: Renewal, capturedAt: number): boolean {
  return at >= capturedAt + 1000;
}

/** When a promise lapses unless it was called in; null before it was given. */
export function lapseDate({ promisedAt, capturedAt, terms, renewals }: Pledge): number | null {
  if (promisedAt === null) return null;
  const renewed = renewals.findLast(
    (one) => capturedAt === null || !isOfMoney(one, capturedAt),
  )?.until;
  return renewed ?? promisedAt + terms.lapseAfterDays * DAY_MS;
}

/** The goal's deadline that the backer last consented to; null for a bounty. */
export function consentedDeadline({ terms, renewals }: Pledge): number | null {
  return renewals.at(-1)?.goalDeadline ?? terms.goalDeadline;
}

/** The date on which this pledge ends by itself unless it is awarded; null where none runs. */
export function endsAt(pledge: Pledge): number | null {
  const { state, returnReason } = pledge;
  if (state === "promised") return lapseDate(pledge);
  const waits = state === "clearing" || state === "paid";
  return waits && returnReason === null && !isShared(pledge) ? refundDate(pledge) : null;
}

/** When a share of this pledge goes back unless claimed. */
export function claimDate({ capturedAt, terms }: Pledge, awardedAt: number): number {
  const captured = capturedAt ?? awardedAt;
  return Math.min(
    awardedAt + terms.claimWithinDays * DAY_MS,
    captured + terms.holdDaysMax * DAY_MS,
  );
}

/** Days after the last date on which a backer's link still opens their pledge. */
const LINK_DAYS = 90;

/** When the link to a pledge stops to open it: well after everything the terms know of has happened. */
export function linkEndsAt(pledge: Pledge): number {
  const { capturedAt, startedAt, terms } = pledge;
  const waits = terms.mode === "on-merge" ? terms.lapseAfterDays : 1;
  const charged = capturedAt ?? lapseDate(pledge) ?? startedAt + waits * DAY_MS;
  return charged + (terms.holdDaysMax + LINK_DAYS) * DAY_MS;
}
