// A dispute: a backer's bank asks about a charge, or takes it back. What Stripe moved is booked by its balance
// transactions; what the pledge no longer holds, the operator covers.
import { move, OPERATOR, type Posting, pledgeAccount } from "./ledger.ts";
import { type Currency, least } from "./money.ts";
import type { Pledge } from "./pledge.ts";

/**
 * `inquiry` (the bank only asks) or `open` (it took the money) → `won`, `lost`, or `closed` without a loss.
 * Even one that was lost may be won later.
 */
export type DisputePhase = "inquiry" | "open" | "won" | "lost" | "closed";

/** A balance transaction of a dispute; docs.stripe.com/api/disputes/object, `balance_transactions`. */
export interface DisputeMovement {
  id: string;
  currency: Currency;
  /** Minor units; negative when the bank took it. */
  amount: bigint;
  /** What Stripe charged for it; negative when Stripe gave it back. */
  fee: bigint;
}

/** What Stripe says of a dispute now. */
export interface DisputeFact {
  disputeId: string;
  pledgeId: string;
  chargeId: string;
  phase: DisputePhase;
  /** Minor units of the pledge's currency. */
  amount: bigint;
  movements: DisputeMovement[];
}

/** What is booked of it. */
export interface Dispute {
  id: string;
  pledgeId: string;
  phase: DisputePhase;
  amount: bigint;
  /** Balance transactions that are in the ledger. */
  booked: string[];
  /** In the dispute's account: taken by the bank, neither given back nor lost. */
  taken: bigint;
}

/** What the operator covered for: the bank's part may be asked back from payees, the rest is by their own hand. */
export type CoveredFor = "bank" | "refund";

/**
 * Money that comes back to a pledge for which the operator has put in some: they get it first. `first` is the part
 * that it counts against first. What is `left` is the pledge's own.
 */
export function recover(
  pledge: Pledge,
  amount: bigint,
  first: CoveredFor = "bank",
): { pledge: Pledge; postings: Posting[]; left: bigint } {
  const recovered = least(pledge.covered, amount);
  const currency = pledge.settlementCurrency ?? pledge.currency;
  return {
    pledge: uncover(pledge, recovered, first),
    postings: move(pledgeAccount(pledge.id), OPERATOR, { amount: recovered, currency }),
    left: amount - recovered,
  };
}

/** `amount` of what the operator covered is theirs again. */
export function uncover(pledge: Pledge, amount: bigint, first: CoveredFor): Pledge {
  const { covered, coveredForBank } = pledge;
  const others = covered - coveredForBank;
  const forBank = first === "bank" ? least(coveredForBank, amount) : amount - least(others, amount);
  return { ...pledge, covered: covered - amount, coveredForBank: coveredForBank - forBank };
}

/** The dispute has no verdict yet: nothing of its pledge is awarded or paid out. */
export function isPending(phase: DisputePhase): boolean {
  return phase === "inquiry" || phase === "open";
}

/** The same of money that was to go back to the backer, who has it already from their bank or by the operator's hand. */
export function setOff(
  pledge: Pledge,
  amount: bigint,
  first: CoveredFor = "bank",
): ReturnType<typeof recover> {
  const recovered = recover(pledge, amount, first);
  const kept = amount - recovered.left;
  return { ...recovered, pledge: { ...recovered.pledge, setOff: recovered.pledge.setOff + kept } };
}
