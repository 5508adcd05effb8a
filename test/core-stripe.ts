// A Stripe that is only books: charges, refunds and transfers with their balance transactions, and faults
// from a seed. It knows nothing of the ledger, so that the two can be compared.
import { expect } from "@jest/globals";
import type { Payment, RefundFact, Settlement } from "../src/core/events.ts";
import type { Payout } from "../src/core/payout.ts";
import type { Choices } from "./core-choices.ts";

export interface Books {
  choose: Choices;
  /** Faults happen; at the end of a story they stop. */
  chaos: boolean;
  count: number;
  sessions: Map<string, "open" | "complete" | "expired">;
  charges: Map<string, Payment>;
  refunds: Map<string, { fact: RefundFact; chargeId: string; amount: bigint }>;
  transfers: Map<string, { transferId: string; chargeId: string; amount: bigint; payeeId: number }>;
  balance: Map<string, bigint>;
}

export function createBooks(choose: Choices): Books {
  return {
    choose,
    chaos: true,
    count: 0,
    sessions: new Map(),
    charges: new Map(),
    refunds: new Map(),
    transfers: new Map(),
    balance: new Map(),
  };
}

function fault(books: Books, probability: number): boolean {
  return books.chaos && books.choose.chance(probability);
}

function nextId(books: Books, prefix: string): string {
  books.count += 1;
  return `${prefix}_${books.count}`;
}

function book(books: Books, parts: Omit<Settlement, "id">, sign: 1n | -1n): Settlement {
  const { currency, amount, fee } = parts;
  const change = sign * amount - fee;
  books.balance.set(currency, (books.balance.get(currency) ?? 0n) + change);
  return { id: nextId(books, "txn"), ...parts };
}

export function charge(
  books: Books,
  options: { pledgeId: string; amount: bigint; at: number },
): Payment {
  const chargeId = nextId(books, "ch");
  const payment: Payment = {
    pledgeId: options.pledgeId,
    paymentIntentId: `pi_${chargeId}`,
    chargeId,
    amount: options.amount,
    currency: "usd",
    capturedAt: options.at,
    settlement: null,
  };
  books.charges.set(chargeId, payment);
  return payment;
}

/** Stripe settles the charge, once; now and then in another currency. */
export function settleCharge(books: Books, chargeId: string): Payment {
  const payment = books.charges.get(chargeId);
  if (payment === undefined) throw new Error(`no charge ${chargeId}`);
  if (payment.settlement !== null) return payment;
  const foreign = fault(books, 0.1);
  const amount = foreign ? (payment.amount * 9n) / 10n : payment.amount;
  const fee = (amount * 29n) / 1000n + 30n;
  const parts = { currency: foreign ? "eur" : "usd", amount, fee };
  const settled = { ...payment, settlement: book(books, parts, 1n) };
  books.charges.set(chargeId, settled);
  return settled;
}

/** Makes a refund, or throws "refused". `amount` null is all that is left of the charge. */
export function refund(
  books: Books,
  options: { effectKey: string; chargeId: string; pledgeId: string; amount: bigint | null },
): RefundFact {
  const { effectKey, chargeId, pledgeId } = options;
  if (books.refunds.has(effectKey)) throw new Error(`refund ${effectKey} sent twice`);
  if (fault(books, 0.15)) throw new Error("refused");
  const payment = books.charges.get(chargeId);
  if (payment === undefined) throw new Error(`no charge ${chargeId}`);
  const left = payment.amount - refundedOf(books, chargeId) - transferredOf(books, chargeId);
  const amount = options.amount ?? left;
  expect([effectKey, amount > 0n && amount <= left]).toEqual([effectKey, true]);
  const fact: RefundFact = {
    pledgeId,
    refundId: nextId(books, "re"),
    effectKey,
    status: "pending",
    settlement: null,
    failureSettlement: null,
  };
  books.refunds.set(effectKey, { fact, chargeId, amount });
  return books.choose.chance(0.5) ? advanceRefund(books, effectKey) : fact;
}

function refundedOf(books: Books, chargeId: string): bigint {
  let sum = 0n;
  for (const one of books.refunds.values()) {
    const gone = one.fact.status !== "failed" && one.fact.status !== "canceled";
    if (one.chargeId === chargeId && gone) sum += one.amount;
  }
  return sum;
}

function transferredOf(books: Books, chargeId: string): bigint {
  let sum = 0n;
  for (const one of books.transfers.values()) if (one.chargeId === chargeId) sum += one.amount;
  return sum;
}

/** One step in a refund's life: booked, succeeded, failed, its money back. Even success may fail later. */
export function advanceRefund(books: Books, effectKey: string): RefundFact {
  const row = books.refunds.get(effectKey);
  if (row === undefined) throw new Error(`no refund ${effectKey}`);
  const fact = nextFact(books, row);
  books.refunds.set(effectKey, { ...row, fact });
  return fact;
}

function nextFact(
  books: Books,
  row: { fact: RefundFact; chargeId: string; amount: bigint },
): RefundFact {
  const { fact } = row;
  const { settlement, failureSettlement, status } = fact;
  if (status === "failed" || status === "canceled") {
    if (settlement === null || failureSettlement !== null) return fact;
    const { currency } = settlement;
    const amount = settlement.amount + rateChange(books, currency);
    return { ...fact, failureSettlement: book(books, { currency, amount, fee: 0n }, 1n) };
  }
  if (status === "succeeded" && settlement !== null) {
    return fault(books, 0.2) ? { ...fact, status: "failed" } : fact;
  }
  if (settlement === null && fault(books, 0.2)) return { ...fact, status: "failed" };
  if (settlement === null && fault(books, 0.2)) return { ...fact, status: "succeeded" };
  const settled = settlement ?? bookRefund(books, row);
  if (fault(books, 0.2)) return { ...fact, settlement: settled, status: "canceled" };
  return { ...fact, settlement: settled, status: "succeeded" };
}

function bookRefund(
  books: Books,
  { chargeId, amount }: { chargeId: string; amount: bigint },
): Settlement {
  const charged = books.charges.get(chargeId)?.settlement;
  if (charged == null) throw new Error(`charge ${chargeId} is not settled`);
  const { currency } = charged;
  const same = currency === "usd";
  const parts = {
    currency,
    amount: same ? amount : charged.amount + rateChange(books, currency),
    fee: 0n,
  };
  return book(books, parts, -1n);
}

function rateChange(books: Books, currency: string): bigint {
  return currency === "usd" ? 0n : BigInt(books.choose.between(-20, 20));
}

/** Makes a transfer, or throws "refused". */
export function transfer(
  books: Books,
  options: { payout: Payout; chargeId: string; accountId: string | null },
): { transferId: string; settlement: Settlement } {
  const { payout, chargeId, accountId } = options;
  if (books.transfers.has(payout.id)) throw new Error(`transfer ${payout.id} sent twice`);
  if (accountId === null) throw new Error(`no account for ${payout.id}`);
  if (fault(books, 0.15)) throw new Error("refused");
  const { amount, currency, payeeId } = payout;
  const settlement = book(books, { currency, amount, fee: 0n }, -1n);
  const transferId = nextId(books, "tr");
  books.transfers.set(payout.id, { transferId, chargeId, amount, payeeId });
  return { transferId, settlement };
}
