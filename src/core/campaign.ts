// A campaign: the bounty or goal attached to one issue, with its running totals.
// Totals are kept, never summed from the pledges, so that a fact costs the same on a campaign of a thousand.
import type { Goal } from "./goal.ts";
import type { Currency } from "./money.ts";
import { byHand, isReturnedInFull, isShared, type Pledge } from "./pledge.ts";

/** A GitHub account. The id identifies; the login only displays (it can be renamed and reused). */
export interface Person {
  id: number;
  login: string;
}

/** What GitHub says of a repository the App is installed on. Ids are GitHub's numeric ones. */
export interface Repository {
  id: number;
  installationId: number;
  ownerId: number;
  owner: string;
  name: string;
  private: boolean;
  defaultBranch: string;
  /** False once the App was uninstalled or lost the repository: nothing new starts, dates keep running. */
  installed: boolean;
}

export type CampaignState = "open" | "reached" | "awarded" | "settled" | "cancelled" | "expired";

/** Who is paid which part: basis points, together 10,000. */
export interface PayeeShare extends Person {
  basisPoints: number;
}

export interface Hold {
  why: string;
  by: Person;
  at: number;
}

/** A maintainer's word that somebody was paid without us: no money of ours, and in no total. */
export interface PaidOutside {
  /** In minor units of the campaign's currency. */
  amount: bigint;
  by: Person;
  at: number;
}

/** Sums over the campaign's pledges, in minor units of its currency; `…Count` counts pledges. */
export interface Totals {
  /**
   * Paid by backers and not on its way back: gross, as the backers were charged; once awarded, the shares
   * that are not yet paid out.
   */
  paidIn: bigint;
  /** Promises whose cards Stripe verified, to be charged at the award: gross. */
  promised: bigint;
  /** Promises being charged, or waiting for their backers to mend the charge. */
  collecting: bigint;
  /** Promises that were called in and not paid: they lapsed, or Stripe would not charge them. */
  uncollected: bigint;
  /** The part of `paidIn` whose Stripe fee is not yet known. */
  clearing: bigint;
  /** Stripe's fees on the gross part of `paidIn`, as booked. */
  fees: bigint;
  /** Sent to payees. */
  released: bigint;
  /** Sent, and taken back by the operator since: the part of `paidIn` that waits on it. */
  takenBack: bigint;
  /** Going back to backers: refunds decided or under way. */
  refunding: bigint;
  refunded: bigint;
  /** Under a bank's dispute: nothing of it is awarded or paid out meanwhile. */
  disputed: bigint;
  /** Taken back by banks for good. */
  lost: bigint;
  /** Pledges that are promised, paid in or paid out; not those that go or went back as a whole. */
  backersCount: number;
  /** Pledges that have not reached an end state, those still on Stripe's page included. */
  unfinishedCount: number;
  refundingCount: number;
  refundedCount: number;
}

export interface Campaign {
  id: string;
  repositoryId: number;
  /** GitHub's id of the issue; the number is what people see. */
  issueId: number;
  issueNumber: number;
  issueTitle: string;
  issueOpen: boolean;
  /** Opened again after its award. */
  issueReopened: boolean;
  /** A tip is for one person and awarded from the start; an issue may have any number of them. */
  kind: "bounty" | "goal" | "tip";
  state: CampaignState;
  currency: Currency;
  /** Sum of the amounts asked for; a bounty may ask for nothing in particular. */
  ask: bigint | null;
  createdBy: Person;
  /** Epoch milliseconds, as all times. */
  createdAt: number;
  /** A goal's deadline and what became of it; null for a bounty. */
  goal: Goal | null;
  /** Set by `/split`; otherwise the pull request's author is paid. */
  split: PayeeShare[] | null;
  hold: Hold | null;
  /** The merged pull request that waits for `/release`, if any. */
  waitingPullId: number | null;
  /** Whether a pull request was ever linked to it: only then can there be notices to renew. */
  linked: boolean;
  /** Why the campaign ended, in a person's words (`/cancel <why>`). */
  endReason: string | null;
  /** Said by `/paid`, which ends a campaign that nobody has pledged to. */
  paidOutside: PaidOutside | null;
  /** The comment whose command is seen but not done: it gets its rocket when all is through. */
  unfinishedCommentId: number | null;
  cardCommentId: number | null;
  totals: Totals;
}

export const NO_TOTALS: Totals = {
  paidIn: 0n,
  promised: 0n,
  collecting: 0n,
  uncollected: 0n,
  clearing: 0n,
  fees: 0n,
  released: 0n,
  takenBack: 0n,
  refunding: 0n,
  refunded: 0n,
  disputed: 0n,
  lost: 0n,
  backersCount: 0,
  unfinishedCount: 0,
  refundingCount: 0,
  refundedCount: 0,
};

/** Open for new pledges and still able to be awarded. */
export function isOpen({ state }: Campaign): boolean {
  return state === "open" || state === "reached";
}

/** An award's row exists: backers can no longer withdraw. */
export function isAwarded({ state }: Campaign): boolean {
  return state === "awarded" || state === "settled";
}

/** What an award would bring together: paid in, and promised or being charged, which may fail. */
export function awardable({ totals }: Campaign): bigint {
  return totals.paidIn + totals.promised + totals.collecting;
}

/** An award would bring nothing together, and no bank holds what it may give back to it. */
export function hasNothingToAward(campaign: Campaign): boolean {
  return awardable(campaign) + campaign.totals.disputed === 0n;
}

/** The campaign with one pledge's part in the totals replaced by its new one. */
export function recount(
  campaign: Campaign,
  { before, after }: { before: Pledge | null; after: Pledge },
): Campaign {
  const old = before === null ? NO_TOTALS : partOf(before);
  const now = partOf(after);
  const { totals } = campaign;
  return {
    ...campaign,
    totals: {
      paidIn: totals.paidIn - old.paidIn + now.paidIn,
      promised: totals.promised - old.promised + now.promised,
      collecting: totals.collecting - old.collecting + now.collecting,
      uncollected: totals.uncollected - old.uncollected + now.uncollected,
      clearing: totals.clearing - old.clearing + now.clearing,
      fees: totals.fees - old.fees + now.fees,
      released: totals.released - old.released + now.released,
      takenBack: totals.takenBack - old.takenBack + now.takenBack,
      refunding: totals.refunding - old.refunding + now.refunding,
      refunded: totals.refunded - old.refunded + now.refunded,
      disputed: totals.disputed - old.disputed + now.disputed,
      lost: totals.lost - old.lost + now.lost,
      backersCount: totals.backersCount - old.backersCount + now.backersCount,
      unfinishedCount: totals.unfinishedCount - old.unfinishedCount + now.unfinishedCount,
      refundingCount: totals.refundingCount - old.refundingCount + now.refundingCount,
      refundedCount: totals.refundedCount - old.refundedCount + now.refundedCount,
    },
  };
}

/** What one pledge adds to the totals: a function of the pledge alone. */
export function partOf(pledge: Pledge): Totals {
  const { state, amount, charging } = pledge;
  const promised = state === "promised" ? amount : 0n;
  const collecting = state === "charging" && pledge.returnReason === null ? amount : 0n;
  const unpaid = (state === "lapsed" || state === "failed") && charging !== null;
  const clearing = state === "clearing" && pledge.returnReason === null;
  const gross = clearing || (state === "paid" && pledge.returnReason === null && !isShared(pledge));
  const shares = pledge.shared - pledge.released - pledge.sharesReturned - pledge.sharesStopped;
  // A refund by hand that failed is under way until Stripe has given its money back: what a bank takes
  // for the backer meanwhile goes to them only once.
  const notGone = positive(amount - pledge.lost - pledge.handRefunded);
  const handRefunding = gross ? least(pledge.handRefunding, notGone) : pledge.handRefunding;
  // Of a pledge that is disputed nothing is there to be awarded or paid out.
  const paidIn = state === "disputed" ? 0n : gross ? notGone - handRefunding : shares;
  return {
    paidIn,
    promised,
    collecting,
    uncollected: unpaid ? amount : 0n,
    clearing: clearing ? amount : 0n,
    fees: gross ? pledge.stripeFee : 0n,
    released: pledge.released,
    takenBack: pledge.takenBack,
    refunding: goingBack(pledge) + handRefunding,
    refunded: pledge.refunded + pledge.handRefunded,
    disputed: pledge.disputed,
    lost: pledge.lost,
    backersCount: promised + collecting + paidIn + pledge.released > 0n ? 1 : 0,
    unfinishedCount: isUnfinished(pledge) ? 1 : 0,
    refundingCount: goingBack(pledge) + handRefunding > 0n ? 1 : 0,
    refundedCount: state === "refunded" ? 1 : 0,
  };
}

function positive(amount: bigint): bigint {
  return amount > 0n ? amount : 0n;
}

function least(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}

/** Of what a divided pledge holds, the part that a refund of ours is still to be begun for. */
export function waitsToGoBack(pledge: Pledge): bigint {
  return isShared(pledge) ? goingBack(pledge) - pledge.refunding : 0n;
}

/** The same, of an amount that leaves the pledge in another way. */
export function takenOver(pledge: Pledge, amount: bigint): bigint {
  const waits = waitsToGoBack(pledge);
  return amount < waits ? amount : waits;
}

/** What refunds carry, or will: those under way, those to come, and those that failed and are tried again. */
function goingBack(pledge: Pledge): bigint {
  const { state, returnReason, refunding } = pledge;
  if (isShared(pledge)) {
    const { sharesReturned, operatorFeeReturned, handReturned, refunded, setOff } = pledge;
    return sharesReturned + operatorFeeReturned + handReturned - refunded - setOff;
  }
  const decided = returnReason !== null && refunding === 0n;
  if (!decided || (state !== "clearing" && state !== "paid")) return refunding;
  const owed = isReturnedInFull(returnReason) ? pledge.amount : pledge.amount - pledge.stripeFee;
  const returned = pledge.refunded + byHand(pledge);
  return owed > returned ? owed - returned : 0n;
}

function isUnfinished({ state }: Pledge): boolean {
  switch (state) {
    case "started":
    case "promised":
    case "charging":
    case "clearing":
    case "paid":
    case "refunding":
    case "disputed":
      return true;
    case "released":
    case "refunded":
    case "abandoned":
    case "withdrawn":
    case "failed":
    case "lapsed":
    case "lost":
      return false;
  }
}
