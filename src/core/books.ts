// The operator's books beside the pledges: Stripe's balance transactions, and whether the ledger says of Stripe's
// balance what Stripe says.
import { type Account, kindOf, OPERATOR, type Posting, pledgeOf } from "./ledger.ts";
import type { Currency } from "./money.ts";

/** One of Stripe's balance transactions, signed as Stripe's balance sees it, minor units. */
export interface Movement {
  id: string;
  /** docs.stripe.com/reports/balance-transaction-types. */
  type: string;
  currency: Currency;
  amount: bigint;
  fee: bigint;
}

/** What a decision on a movement of no pledge needs to know. */
export interface Books {
  /** A posting mirrors it already. */
  isBooked: boolean;
  /** What was booked as Stripe's fees so far, in the movement's currency. */
  feesPaid: bigint;
}

export interface Amount {
  currency: Currency;
  amount: bigint;
}

/** What the ledger says that Stripe holds, and what it holds. */
export interface Sides {
  currency: Currency;
  ledger: bigint;
  stripe: bigint;
}

export type Difference =
  | { difference: "not booked"; movement: Movement }
  /** Stripe moved one amount, the postings of that balance transaction another. */
  | ({ difference: "booked otherwise"; id: string } & Sides)
  | { difference: "not at Stripe"; id: string; currency: Currency; ledger: bigint }
  /** Money came or went without any balance transaction of Stripe's. */
  | { difference: "without evidence"; posting: Posting };

/** Accounts whose money is in Stripe's balance (design, section 3). */
const AT_STRIPE: readonly string[] = ["pledge", "share", "operator", "outgoing"];

/**
 * Shown a second time as connect-reserved: it moves nothing in or out of what Stripe holds for us, so it is not booked.
 */
export function isBookable({ type, amount, fee }: Movement): boolean {
  return type !== "reserve_transaction" && (amount !== 0n || fee !== 0n);
}

function isAtStripe(account: Account): boolean {
  return AT_STRIPE.includes(kindOf(account));
}

export interface Comparison {
  balances: Sides[];
  differences: Difference[];
}

/** To the cent, in every currency, and nothing that would cancel out. */
export function isEqual({ balances, differences }: Comparison): boolean {
  return differences.length === 0 && balances.every(({ ledger, stripe }) => ledger === stripe);
}

/** What one pledge cost the operator. */
export type Cost = Amount & { pledgeId: string };

/**
 * Pledges for which the operator gave more of its own than it had from them: a chargeback that was lost, a refund in
 * full or by hand, a transfer that exists although its share went elsewhere. Largest first.
 */
export function costsOf(postings: readonly Posting[]): Cost[] {
  const given = new Map<string, Cost>();
  for (const { source, destination, amount, currency } of postings) {
    const sign = source === OPERATOR ? 1n : destination === OPERATOR ? -1n : 0n;
    const pledgeId = pledgeOf(source) ?? pledgeOf(destination);
    if (sign === 0n || pledgeId === null) continue;
    const key = `${pledgeId} ${currency}`;
    const before = given.get(key)?.amount ?? 0n;
    given.set(key, { pledgeId, currency, amount: before + sign * amount });
  }
  return [...given.values()]
    .filter(({ amount }) => amount > 0n)
    .sort((a, b) => (a.amount < b.amount ? 1 : -1));
}

/** Per currency that either side knows. `ledger`: each account's balance; `stripe`: every part of Stripe's. */
export function compareBalances(
  ledger: readonly (Amount & { account: Account })[],
  stripe: readonly Amount[],
): Sides[] {
  const held = totals(ledger.filter(({ account }) => isAtStripe(account)));
  const there = totals(stripe);
  const currencies = [...new Set([...held.keys(), ...there.keys()])].sort();
  return currencies.map((currency) => ({
    currency,
    ledger: held.get(currency) ?? 0n,
    stripe: there.get(currency) ?? 0n,
  }));
}

/** Every balance transaction there ever was against every posting there ever was: what explains a difference. */
export function compareMovements(
  postings: readonly Posting[],
  movements: readonly Movement[],
): Difference[] {
  const booked = new Map<string, Amount>();
  const without: Difference[] = [];
  for (const posting of postings) {
    const { balanceTransactionId: id, amount, currency, source, destination } = posting;
    const effect = (isAtStripe(destination) ? amount : 0n) - (isAtStripe(source) ? amount : 0n);
    if (id !== null) {
      booked.set(id, { currency, amount: (booked.get(id)?.amount ?? 0n) + effect });
    } else if (effect !== 0n) without.push({ difference: "without evidence", posting });
  }
  const differences = movements.filter(isBookable).flatMap((movement): Difference[] => {
    const { id, currency, amount, fee } = movement;
    const ledger = booked.get(id)?.amount;
    if (ledger === undefined) return [{ difference: "not booked", movement }];
    const stripe = amount - fee;
    return ledger === stripe
      ? []
      : [{ difference: "booked otherwise", id, currency, ledger, stripe }];
  });
  const known = new Set(movements.map(({ id }) => id));
  const unknown = [...booked]
    .filter(([id]) => !known.has(id))
    .map(
      ([id, { currency, amount }]): Difference => ({
        difference: "not at Stripe",
        id,
        currency,
        ledger: amount,
      }),
    );
  return [...differences, ...unknown, ...without];
}

function totals(amounts: readonly Amount[]): Map<Currency, bigint> {
  const sums = new Map<Currency, bigint>();
  for (const { currency, amount } of amounts) {
    sums.set(currency, (sums.get(currency) ?? 0n) + amount);
  }
  return sums;
}
