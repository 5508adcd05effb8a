// A Stripe that is only books: charges, refunds and transfers with their balance transactions, and faults
// from a seed. It knows nothing of the ledger, so that the two can be compared.
import { expect } from "@jest/globals";
import type { DisputeFact } from "../src/core/dispute.ts";
import type { Event, Payment, RefundFact, Settlement, VerifiedCard } from "../src/core/events.ts";
import type { Payout } from "../src/core/payout.ts";
import type { Choices } from "./core-choices.ts";

interface Transferred {
  fact: TransferSeen;
  chargeId: string;
  amount: bigint;
  /** It was made, and we were told that it was not: what it took we could not reckon with. */
  denied: boolean;
}

type TransferSeen = Extract<Event, { event: "transferSeen" }>;

export interface Books {
  choose: Choices;
  /** Faults happen; at the end of a story they stop. */
  chaos: boolean;
  count: number;
  sessions: Map<string, "open" | "complete" | "expired">;
  cardOfSession: Map<string, VerifiedCard>;
  /** Intents of promises: the charge that one made, or that it never can. */
  intents: Map<string, "open" | "canceled" | Payment>;
  charges: Map<string, Payment>;
  refunds: Map<string, { fact: RefundFact; chargeId: string; amount: bigint }>;
  transfers: Map<string, Transferred>;
  /** By the charge they are about. */
  disputes: Map<string, DisputeFact>;
  balance: Map<string, bigint>;
}

export function createBooks(choose: Choices): Books {
  return {
    choose,
    chaos: true,
    count: 0,
    sessions: new Map(),
    cardOfSession: new Map(),
    intents: new Map(),
    charges: new Map(),
    refunds: new Map(),
    transfers: new Map(),
    disputes: new Map(),
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

export function book(books: Books, parts: Omit<Settlement, "id">, sign: 1n | -1n): Settlement {
  const { currency, amount, fee } = parts;
  const change = sign * amount - fee;
  books.balance.set(currency, (books.balance.get(currency) ?? 0n) + change);
  return { id: nextId(books, "txn"), ...parts };
}

export function charge(
  books: Books,
  options: { pledgeId: string; amount: bigint; at: number; paymentIntentId?: string },
): Payment {
  const chargeId = nextId(books, "ch");
  const payment: Payment = {
    pledgeId: options.pledgeId,
    paymentIntentId: options.paymentIntentId ?? `pi_${chargeId}`,
    chargeId,
    amount: options.amount,
    currency: "usd",
    capturedAt: options.at,
    settlement: null,
  };
  books.charges.set(chargeId, payment);
  return payment;
}

/** Confirms an intent: it pays at most once, however often it is confirmed. */
export function confirmIntent(
  books: Books,
  options: { paymentIntentId: string; pledgeId: string; amount: bigint; at: number },
): Payment | "declined" | "canceled" {
  const known = books.intents.get(options.paymentIntentId);
  if (known === undefined) throw new Error(`no intent ${options.paymentIntentId}`);
  if (known !== "open") return known;
  if (books.choose.chance(0.4)) return "declined";
  const payment = charge(books, options);
  books.intents.set(options.paymentIntentId, payment);
  return payment;
}

/** What it paid before, or null: it never can again. */
export function cancelIntent(books: Books, paymentIntentId: string): Payment | null {
  const known = books.intents.get(paymentIntentId);
  if (known !== undefined && typeof known === "object") return known;
  books.intents.set(paymentIntentId, "canceled");
  return null;
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
  const phase = books.disputes.get(chargeId)?.phase;
  if (phase === "inquiry" || phase === "open") throw new Error("refused");
  if (fault(books, 0.15)) throw new Error("refused");
  const payment = books.charges.get(chargeId);
  if (payment === undefined) throw new Error(`no charge ${chargeId}`);
  const left = payment.amount - refundedOf(books, chargeId) - transferredOf(books, chargeId);
  const amount = options.amount ?? left;
  // Somebody was quicker in the dashboard.
  if (isRefundedByHand(books, chargeId) && (left <= 0n || amount > left))
    throw new Error("refused");
  expect([effectKey, amount > 0n && amount <= left]).toEqual([effectKey, true]);
  const fact: RefundFact = {
    pledgeId,
    refundId: nextId(books, "re"),
    chargeId,
    paymentIntentId: payment.paymentIntentId,
    amount,
    effectKey,
    status: "pending",
    settlement: null,
    failureSettlement: null,
  };
  books.refunds.set(effectKey, { fact, chargeId, amount });
  return books.choose.chance(0.5) ? advanceRefund(books, effectKey) : fact;
}

/** Somebody refunds a part of a charge in the dashboard; null when Stripe would not let them. */
export function refundByHand(books: Books, chargeId: string): RefundFact | null {
  const payment = books.charges.get(chargeId);
  if (payment?.settlement?.currency !== "usd" || isWithBank(books, chargeId)) return null;
  const left = payment.amount - refundedOf(books, chargeId);
  if (left <= 0n) return null;
  const refundId = nextId(books, "re");
  const amount = books.choose.chance(0.4) ? left : (left + 1n) / 2n;
  const fact: RefundFact = {
    pledgeId: payment.pledgeId,
    refundId,
    chargeId,
    paymentIntentId: payment.paymentIntentId,
    amount,
    effectKey: null,
    status: "pending",
    settlement: null,
    failureSettlement: null,
  };
  books.refunds.set(refundId, { fact, chargeId, amount });
  return books.choose.chance(0.5) ? advanceRefund(books, refundId) : fact;
}

/** Stripe refunds no charge that a bank asks about or has taken. */
function isWithBank(books: Books, chargeId: string): boolean {
  const phase = books.disputes.get(chargeId)?.phase;
  return phase === "inquiry" || phase === "open" || phase === "lost";
}

function isRefundedByHand(books: Books, chargeId: string): boolean {
  const rows = [...books.refunds.values()];
  return rows.some(({ fact }) => fact.chargeId === chargeId && fact.effectKey === null);
}

export function refundedOf(books: Books, chargeId: string): bigint {
  let sum = 0n;
  for (const one of books.refunds.values()) {
    const gone = one.fact.status !== "failed" && one.fact.status !== "canceled";
    if (one.chargeId === chargeId && gone) sum += one.amount;
  }
  return sum;
}

function transferredOf(books: Books, chargeId: string): bigint {
  let sum = 0n;
  for (const { chargeId: of, amount, fact, denied } of books.transfers.values()) {
    if (of === chargeId && !denied) sum += amount - reversedOf(fact);
  }
  return sum;
}

function reversedOf({ reversals }: TransferSeen): bigint {
  return reversals.reduce((sum, { settlement }) => sum + settlement.amount, 0n);
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

/** Makes a transfer, or throws "refused"; seldom it says so of one that it made. */
export function transfer(
  books: Books,
  options: { payout: Payout; chargeId: string; accountId: string | null },
): TransferSeen {
  const { payout, chargeId, accountId } = options;
  const { amount, currency, id: payoutId } = payout;
  if (books.transfers.has(payoutId)) throw new Error(`transfer ${payoutId} sent twice`);
  if (accountId === null || fault(books, 0.4)) throw new Error("refused");
  const settlement = book(books, { currency, amount, fee: 0n }, -1n);
  const transferId = nextId(books, "tr");
  const fact = { event: "transferSeen" as const, payoutId, transferId, settlement, reversals: [] };
  const denied = fault(books, 0.3);
  books.transfers.set(payoutId, { fact, chargeId, amount, denied });
  if (denied) throw new Error("refused");
  return fact;
}

/** A part of a transfer is taken back, or all that is left of it: by the operator's hand, or by an effect of ours. */
export function reverse(
  books: Books,
  payoutId: string,
  ours?: { amount: bigint; effectKey: string },
): TransferSeen {
  const row = books.transfers.get(payoutId);
  if (row === undefined) throw new Error(`no transfer ${payoutId}`);
  const { fact, amount: all } = row;
  const rest = all - reversedOf(fact);
  if (rest === 0n) return fact;
  const byHand = books.choose.chance(0.5) ? rest : BigInt(books.choose.between(1, Number(rest)));
  const asked = ours?.amount ?? byHand;
  const some = asked < rest ? asked : rest;
  const { currency } = fact.settlement ?? { currency: "usd" };
  const settlement = book(books, { currency, amount: some, fee: 0n }, 1n);
  const effectKey = ours?.effectKey ?? null;
  const reversals = [...fact.reversals, { id: nextId(books, "trr"), settlement, effectKey }];
  const after = { ...fact, reversals };
  books.transfers.set(payoutId, { ...row, fact: after });
  return after;
}
