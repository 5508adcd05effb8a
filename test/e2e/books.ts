// The auditor of a story: keeps its own books from the outside (Stripe's objects and balance, GitHub's
// comments) and holds the app's ledger to them. To be called when everything has come to rest.
import { expect } from "@jest/globals";
import type { Town } from "../../sandbox/town.ts";
import type { Reader } from "../../src/ports.ts";
import type { World } from "./world.ts";

interface Transaction {
  id: string;
  amount: number;
  fee: number;
  currency: string;
  type: string;
  source: string | null;
}

/** What an audit looks at: a story's world has it, and whatever else runs the app beside a town. */
export interface Audited {
  town: Town;
  places: { stripe: string };
  cards(issueNumber: number): string[];
  reading: World["reading"];
}

/** `troubles`: how much the story leaves for the operator on purpose. */
export async function auditBooks(
  audited: Audited,
  { troubles = 0 }: { troubles?: number } = {},
): Promise<void> {
  const transactions = await transactionsOf(audited);
  const postings = await audited.reading((read) => read.postings());
  expect(overpaid(audited, transactions)).toEqual([]);
  expect(ledgerBalances(postings, transactions)).toEqual(stripeBalances(audited));
  expect(overdrawn(postings)).toEqual([]);
  expect(crowdedIssues(audited)).toEqual([]);
  expect(await audited.reading((read) => read.troubles())).toHaveLength(troubles);
}

async function transactionsOf({ town, places }: Audited): Promise<Transaction[]> {
  const all: Transaction[] = [];
  for (;;) {
    const after = all.length === 0 ? "" : `&starting_after=${all.at(-1)?.id}`;
    const url = `${places.stripe}/v1/balance_transactions?limit=100${after}`;
    const headers = { authorization: `Bearer ${town.environment["STRIPE_SECRET_KEY"]}` };
    const answer = await town.stripe.fetch(new Request(url, { headers }));
    const { data, has_more } = (await answer.json()) as { data: Transaction[]; has_more: boolean };
    all.push(...data);
    if (!has_more) return all;
  }
}

/**
 * Charges out of which more went than came in. Stripe's fee counts, unless the charge went back in full:
 * then it is the operator's loss.
 */
function overpaid({ town }: Audited, transactions: readonly Transaction[]): string[] {
  const booked = (id: unknown): Transaction | undefined =>
    transactions.find((one) => one.id === id);
  const wrong: string[] = [];
  for (const charge of town.stripe.charges().filter(({ paid }) => paid)) {
    const money = booked(charge.balance_transaction);
    const transferred = sum(
      town.stripe
        .transfers()
        .filter((one) => one.source_transaction === charge.id)
        .map((one) => one.amount - one.amount_reversed),
    );
    const refunded = sum(
      town.stripe
        .refunds()
        .filter((one) => one.charge === charge.id)
        .filter(({ status }) => status === "succeeded" || status === "pending")
        .map((one) => -(booked(one.balance_transaction)?.amount ?? -one.amount)),
    );
    const amount = money?.amount ?? charge.amount;
    const inFull = transferred === 0 && refunded === amount;
    if (!inFull && transferred + refunded + (money?.fee ?? 0) > amount) {
      wrong.push(`${charge.id}: ${transferred} + ${refunded} + fee of ${amount}`);
    }
  }
  return wrong;
}

type Balances = Record<string, bigint>;

function stripeBalances({ town }: Audited): Balances {
  const { available, pending } = town.stripe.balance();
  return totals([...available, ...pending].map((one) => [one.currency, BigInt(one.amount)]));
}

type Postings = Awaited<ReturnType<Reader["postings"]>>;

const HELD = ["pledge", "share", "operator", "outgoing"];

/** What Stripe should hold by the ledger, and what the operator put in or took out besides. */
function ledgerBalances(postings: Postings, transactions: readonly Transaction[]): Balances {
  const held = postings.flatMap(({ source, destination, amount, currency }): Line[] => [
    ...(HELD.includes(kindOf(source)) ? [[currency, -amount] as Line] : []),
    ...(HELD.includes(kindOf(destination)) ? [[currency, amount] as Line] : []),
  ]);
  const booked = new Set(postings.map(({ balanceTransactionId }) => balanceTransactionId));
  const others = transactions
    .filter(({ id, type }) => (type === "topup" || type === "payout") && !booked.has(id))
    .map(({ currency, amount, fee }): Line => [currency, BigInt(amount - fee)]);
  return totals([...held, ...others]);
}

type Line = [currency: string, amount: bigint];

function totals(lines: readonly Line[]): Balances {
  const balances: Balances = {};
  for (const [currency, amount] of lines) {
    balances[currency] = (balances[currency] ?? 0n) + amount;
  }
  return Object.fromEntries(Object.entries(balances).filter(([, amount]) => amount !== 0n));
}

/** Accounts that were below zero at any time, but those that may be. */
function overdrawn(postings: Postings): string[] {
  const balances = new Map<string, bigint>();
  const found: string[] = [];
  for (const { source, destination, amount, currency } of postings) {
    const from = `${source} ${currency}`;
    const to = `${destination} ${currency}`;
    balances.set(from, (balances.get(from) ?? 0n) - amount);
    balances.set(to, (balances.get(to) ?? 0n) + amount);
    const free = ["world", "operator"].includes(kindOf(source));
    if (!free && (balances.get(from) ?? 0n) < 0n) found.push(from);
  }
  return found;
}

function kindOf(account: string): string {
  return account.split(":")[0] ?? "";
}

function crowdedIssues(audited: Audited): string[] {
  const found: string[] = [];
  for (let number = 1; exists(audited, number); number += 1) {
    const { length } = audited.cards(number);
    if (length > 1) found.push(`#${number} has ${length} cards`);
  }
  return found;
}

function exists({ town }: Audited, number: number): boolean {
  try {
    town.github.issue("acme/widgets", number);
    return true;
  } catch {
    return false;
  }
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
