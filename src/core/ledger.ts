// The ledger's law: which accounts exist, which moves between them are legal, and nothing else.
// There is no account into which unclaimed money can move except its backer's (design, section 3);
// the same table is enforced a second time by the database.
import type { Currency } from "./money.ts";

export type AccountKind =
  | "world"
  | "stripe-fees"
  | "operator"
  | "pledge"
  | "share"
  | "outgoing"
  | "dispute";

/** `pledge:P`, `share:P:U`, `outgoing:<what>:P:…`, `dispute:P`, or one of the three that stand alone. */
export type Account = string;

export interface Posting {
  source: Account;
  destination: Account;
  /** Minor units, always positive. */
  amount: bigint;
  currency: Currency;
  /** Stripe's balance transaction that this posting mirrors: at most one posting per move carries it. */
  balanceTransactionId: string | null;
}

export const WORLD: Account = "world";
export const STRIPE_FEES: Account = "stripe-fees";
export const OPERATOR: Account = "operator";

export function pledgeAccount(pledgeId: string): Account {
  return `pledge:${pledgeId}`;
}

export function shareAccount(pledgeId: string, payeeId: number): Account {
  return `share:${pledgeId}:${payeeId}`;
}

/** What a backer's bank took and has not yet decided about. */
export function disputeAccount(pledgeId: string): Account {
  return `dispute:${pledgeId}`;
}

/**
 * Money of a pledge that may already have been sent: `transfer:<payout>`, `refund:<pledge>:<number>`, or
 * `hand:<pledge>:<Stripe's refund>`.
 */
export function outgoingAccount(what: `${"transfer" | "refund" | "hand"}:${string}`): Account {
  return `outgoing:${what}`;
}

/** Legal moves by kind; a test holds the database's own table to this one. */
export const MOVES: readonly (readonly [AccountKind, AccountKind])[] = [
  ["world", "pledge"],
  ["pledge", "stripe-fees"],
  ["stripe-fees", "pledge"],
  ["pledge", "share"],
  ["share", "pledge"],
  ["pledge", "operator"],
  ["operator", "pledge"],
  ["pledge", "outgoing"],
  ["outgoing", "pledge"],
  ["share", "outgoing"],
  ["outgoing", "share"],
  ["operator", "outgoing"],
  ["outgoing", "operator"],
  ["outgoing", "world"],
  ["world", "outgoing"],
  ["pledge", "dispute"],
  ["dispute", "pledge"],
  ["dispute", "world"],
  ["operator", "stripe-fees"],
  ["stripe-fees", "operator"],
  ["operator", "world"],
  ["world", "operator"],
];

/** Only these may go below zero: the outside, and the operator's own money. */
export const MAY_OVERDRAW: readonly AccountKind[] = ["world", "operator"];

/** How each kind of account is written. */
const SHAPES: Readonly<Record<AccountKind, RegExp>> = {
  world: /^world$/,
  "stripe-fees": /^stripe-fees$/,
  operator: /^operator$/,
  pledge: /^pledge:[^:\s]+$/,
  share: /^share:[^:\s]+:[1-9][0-9]*$/,
  outgoing: /^outgoing:[a-z]+:[^:\s]+:[^\s]+$/,
  dispute: /^dispute:[^:\s]+$/,
};

export function kindOf(account: Account): AccountKind {
  return account.split(":", 1)[0] as AccountKind;
}

/** Throws when a posting breaks the law: that is a bug, never an answer. */
export function assertLawful(posting: Posting): void {
  const from = kindOf(posting.source);
  const to = kindOf(posting.destination);
  const legal = MOVES.some(([source, destination]) => source === from && destination === to);
  if (!legal) throw new Error(`illegal move ${describe(posting)}`);
  if (!SHAPES[from].test(posting.source) || !SHAPES[to].test(posting.destination)) {
    throw new Error(`an account is misspelt ${describe(posting)}`);
  }
  if (posting.amount <= 0n) {
    throw new Error(`a posting moves a positive amount ${describe(posting)}`);
  }
  const [source, destination] = [pledgeOf(posting.source), pledgeOf(posting.destination)];
  if (source !== null && destination !== null && source !== destination) {
    throw new Error(`one backer's money would become another's ${describe(posting)}`);
  }
}

/** Whose money an account holds; null where it is nobody's any more, or not yet. */
export function pledgeOf(account: Account): string | null {
  const [kind, first, second] = account.split(":");
  switch (kind as AccountKind) {
    case "pledge":
    case "share":
    case "dispute":
      return first ?? null;
    case "outgoing":
      return second ?? null;
    default:
      return null;
  }
}

/** `pledge:p1 -> share:p1:7 1250 usd`: how postings are written in tests, logs and the sandbox. */
export function describe({ source, destination, amount, currency }: Posting): string {
  return `${source} -> ${destination} ${amount} ${currency}`;
}

/** Moves `amount` unless it is nothing: a posting of zero does not exist. */
export function move(
  source: Account,
  destination: Account,
  options: { amount: bigint; currency: Currency; balanceTransactionId?: string | null },
): Posting[] {
  const { amount, currency, balanceTransactionId = null } = options;
  return amount === 0n ? [] : [{ source, destination, amount, currency, balanceTransactionId }];
}
