// What a card may say of each pledge, by Stripe's objects and the driver's notes: a bound below and one above for each
// figure, the same where it is known to the cent. Where a bank or the operator's hand was in it, what is still to be
// sent and what goes back depends on an order that nobody outside can see.
import type { World } from "../world.ts";
import { consentTo } from "./consent.ts";
import { UNDECIDED } from "./money.ts";
import { type PromiseBook, promisesOf } from "./promises.ts";
import {
  type ChargeBook,
  chargeBooks,
  IN_FULL,
  isUntouched,
  type Refund,
  reasonOf,
  sum,
} from "./stripe-books.ts";

/** Of the card: people can pledge, it is decided who is paid, or everything ends and goes back. */
export type Phase = "running" | "awarded" | "over";

/** In cents, or in pledges. */
export interface Bounds {
  least: number;
  most: number;
}

const FIGURES = [
  "paidIn",
  "takenBack",
  "clearing",
  "fees",
  "promised",
  "collecting",
  "uncollected",
  "released",
  "refunding",
  "refundingCount",
  "refunded",
  "refundedCount",
  "disputed",
  "lost",
  "backers",
] as const;

export type Truth = Record<(typeof FIGURES)[number], Bounds>;

export function truthOf(world: World, campaign: string, phase: Phase): Truth {
  const books = chargeBooks(world).filter((book) => book.campaign === campaign);
  const promises = promisesOf(world, campaign).filter(
    ({ pledge }) => !books.some((book) => book.pledge === pledge),
  );
  const parts = [
    ...books.map((book) => partOfCharge(world, book, phase)),
    ...promises.map(partOfPromise),
  ];
  const entries = FIGURES.map((name) => [name, added(parts.map((part) => part[name] ?? NOTHING))]);
  return Object.fromEntries(entries) as Truth;
}

type Part = Partial<Truth>;

const NOTHING: Bounds = { least: 0, most: 0 };

function exactly(cents: number): Bounds {
  return { least: cents, most: cents };
}

function upTo(most: number): Bounds {
  return { least: 0, most: Math.max(0, most) };
}

function added(bounds: readonly Bounds[]): Bounds {
  return {
    least: sum(bounds.map(({ least }) => least)),
    most: sum(bounds.map(({ most }) => most)),
  };
}

// ---- Promises that no charge came of ----

function partOfPromise({ consent, intent, forgotten }: PromiseBook): Part {
  const { cents, askedBackAt, withdrawnAt } = consent;
  if (intent === null) {
    // Called in and given up at once, Stripe may never have been asked for it.
    return forgotten
      ? { uncollected: upTo(withdrawnAt === null ? cents : 0) }
      : { promised: exactly(cents), backers: exactly(1) };
  }
  if (intent !== "canceled") return { collecting: exactly(cents), backers: exactly(1) };
  if (withdrawnAt !== null) return {};
  return { uncollected: askedBackAt === null ? exactly(cents) : upTo(cents) };
}

// ---- Charges ----

function partOfCharge(world: World, book: ChargeBook, phase: Phase): Part {
  const { settled, fee, transferred, transfers, refunded, refundedByHand } = book;
  const undecided = disputedOf(book, UNDECIDED);
  const waits = undecided > 0 ? NOTHING : waitingOf(world, book, phase);
  const back = goingBackOf(book);
  return {
    paidIn: waits,
    takenBack: upTo(sum(transfers.map((one) => one.amount_reversed))),
    clearing: settled === 0 ? waits : NOTHING,
    fees: phase === "running" && waits.least > 0 ? exactly(fee) : upTo(isKnown(waits) ? 0 : fee),
    released: exactly(transferred),
    refunding: back,
    refundingCount: countOf(back),
    refunded: exactly(refunded + refundedByHand),
    refundedCount: wentBackWhole(book, { waits, back }),
    disputed: exactly(undecided),
    lost: exactly(lostOf(book)),
    backers: transferred > 0 ? exactly(1) : countOf(waits),
  };
}

/** No bank and nobody's hand was in it, not even in vain. */
function isOurs(book: ChargeBook): boolean {
  return isUntouched(book) && book.handRefunds.length === 0;
}

function isKnown({ least, most }: Bounds): boolean {
  return least === most;
}

function countOf({ least, most }: Bounds): Bounds {
  return { least: least > 0 ? 1 : 0, most: most > 0 ? 1 : 0 };
}

function disputedOf({ disputes }: ChargeBook, statuses: readonly string[]): number {
  return sum(
    disputes.filter(({ status }) => statuses.includes(status)).map(({ amount }) => amount),
  );
}

/** What was prevented by giving the money back is gone as well. */
function lostOf(book: ChargeBook): number {
  const prevented = book.disputes.filter(
    (one) => one.status === "prevented" && one.balance_transactions.length > 0,
  );
  return disputedOf(book, ["lost"]) + sum(prevented.map(({ amount }) => amount));
}

/** Paid in, or awarded and not yet sent. */
function waitingOf(world: World, book: ChargeBook, phase: Phase): Bounds {
  const { charge, refunds, refundedByHand, pendingByHand, transferred } = book;
  if (phase === "over") return NOTHING;
  if (refunds.some(isOfAll) && !refunds.some(isOfAShare)) return NOTHING;
  if (phase === "running") {
    const gross = charge.amount - lostOf(book) - refundedByHand - pendingByHand;
    return refunds.length > 0 ? upTo(gross) : exactly(Math.max(0, gross));
  }
  if (!isOurs(book)) return upTo(charge.amount);
  const { shared, returned } = dividedOf(world, book);
  return {
    least: shared - transferred - returned.most,
    most: shared - transferred - returned.least,
  };
}

/** Why shares go back: until then the award stood. */
function isOfAShare(refund: Refund): boolean {
  return ["award not claimed", "declined by the payee"].includes(reasonOf(refund));
}

/** What the operator refunded by hand and failed is begun again as ours, and is no more than that part. */
function isOfAll(refund: Refund): boolean {
  return reasonOf(refund) !== "refunded by hand" && !isOfAShare(refund);
}

interface Divided {
  /** What was divided among payees: the net less the operator's fee. */
  shared: number;
  /** The shares that went back, or are on their way. */
  returned: Bounds;
}

function dividedOf(
  { settings }: World,
  { settled, fee, refunds, refunded, pending }: ChargeBook,
): Divided {
  const net = Math.max(0, settled - fee);
  const taken = Math.floor((net * settings.feeBasisPoints) / 10_000);
  const shared = net - taken;
  const back = refunded + pending;
  const failed = sum(refunds.filter(({ status }) => status === "failed").map((one) => one.amount));
  const shares = (cents: number): number => Math.min(shared, sharesIn(cents, { shared, taken }));
  return { shared, returned: { least: shares(back), most: shares(back + failed) } };
}

/** With a share goes the operator's fee on it, rounded down: the shares that a refund of so many cents is made of. */
function sharesIn(cents: number, { shared, taken }: { shared: number; taken: number }): number {
  let shares = Math.ceil((cents * shared) / Math.max(1, shared + taken));
  while (shares > 0 && shares + Math.floor((taken * shares) / shared) > cents) shares -= 1;
  return shares;
}

/** Under way, and what failed and is tried again. */
function goingBackOf(book: ChargeBook): Bounds {
  const { charge, refunds, refunded, pending, pendingByHand, settled, fee } = book;
  const underWay = pending + pendingByHand;
  const failed = [...refunds, ...book.handRefunds].some(({ status }) => status === "failed");
  if (!failed) return isOurs(book) ? exactly(underWay) : { least: underWay, most: charge.amount };
  if (!isOurs(book) || refunds.some(isOfAShare)) {
    return { least: underWay, most: charge.amount };
  }
  const owed = refunds.some((one) => IN_FULL.includes(reasonOf(one)))
    ? charge.amount
    : Math.max(0, settled - fee);
  return exactly(owed - refunded);
}

/** All of it is back: of what was divided, too. */
function wentBackWhole(book: ChargeBook, { waits, back }: { waits: Bounds; back: Bounds }): Bounds {
  const { refunded, transferred } = book;
  if (!isOurs(book)) return upTo(1);
  if (transferred > 0 || refunded === 0 || back.least > 0 || waits.least > 0) return NOTHING;
  return isKnown(waits) && isKnown(back) ? exactly(1) : upTo(1);
}

const REFUND_DAYS = 60;

/**
 * The day on which the first money of a campaign that runs goes back, or an empty string; null where backers agreed to
 * other days, or a bank or a hand was in it.
 */
export function firstRefundOf(world: World, campaign: string): string | null {
  const books = chargeBooks(world).filter((book) => book.campaign === campaign);
  const isPlain = (book: ChargeBook): boolean =>
    isOurs(book) && consentTo(world, book)?.renewals.length === 0;
  if (!books.every(isPlain)) return null;
  const kept = books.filter(({ refunds }) => refunds.length === 0);
  if (kept.length === 0) return "";
  const first = Math.min(...kept.map(({ charge }) => charge.created));
  return new Date((first + REFUND_DAYS * 86_400) * 1000).toISOString().slice(0, 10);
}
