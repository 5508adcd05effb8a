// Where each charge's money went: never more out than came in, nothing twice, and in the end nothing kept
// but what the operator's fee allows.

import type { World } from "../world.ts";
import type { Moment } from "./audit.ts";
import { type ChargeBook, chargeBooks } from "./stripe-books.ts";

/** Transfers, refunds and Stripe's actual fee together: Stripe itself would allow more. */
export function chargesAreNotOverspent(world: World): string[] {
  return chargeBooks(world)
    .filter(({ settled, fee, transferred, refunded, pending, returnedInFull }) => {
      const out = transferred + refunded + pending;
      return settled > 0 && out + (returnedInFull && transferred === 0 ? 0 : fee) > settled;
    })
    .map((book) => `${nameOf(book)}: ${bookLine(book)}`);
}

export function nobodyIsPaidTwice(world: World): string[] {
  const found: string[] = [];
  for (const book of chargeBooks(world)) {
    const destinations = new Set<string>();
    for (const { destination, amount, amount_reversed: reversed } of book.transfers) {
      if (amount === reversed) continue;
      const account = String(destination);
      if (destinations.has(account)) found.push(`${nameOf(book)}: two transfers to ${account}`);
      destinations.add(account);
    }
  }
  return found;
}

/** Every date has passed: all of it went to the work, to Stripe, to the operator as agreed, or back. */
export function nothingIsKept(world: World, moment: Moment): string[] {
  if (moment !== "at the end") return [];
  const { feeBasisPoints } = world.settings;
  return chargeBooks(world)
    .filter((book) => {
      const { settled, fee, transferred, refunded, returnedInFull } = book;
      if (returnedInFull && transferred === 0) return refunded !== book.charge.amount;
      const net = Math.max(0, settled - fee);
      const kept = net - transferred - refunded;
      const most = Math.floor((net * feeBasisPoints) / 10_000);
      return kept < 0 || kept > (transferred > 0 ? most : 0);
    })
    .map((book) => `${nameOf(book)}: ${bookLine(book)}`);
}

/** The operator's fee is taken once from what is released, rounded down, however many are paid. */
export function theFeeIsExact(world: World, moment: Moment): string[] {
  if (moment !== "at the end") return [];
  const { feeBasisPoints } = world.settings;
  return chargeBooks(world)
    .filter(({ transferred, refunded, settled, fee }) => {
      const net = settled - fee;
      const due = Math.floor((net * feeBasisPoints) / 10_000);
      return transferred > 0 && refunded === 0 && net - transferred !== due;
    })
    .map((book) => `${nameOf(book)}: ${bookLine(book)} at ${feeBasisPoints} basis points`);
}

/** A refund returns the net, unless the money should never have been taken. */
export function fullRefundsHaveAReason(world: World): string[] {
  return chargeBooks(world)
    .filter((book) => {
      if (!book.returnedInFull) return false;
      const reasons = book.refunds.map(({ metadata }) => metadata?.["whipround_reason"]);
      if (!reasons.includes("campaign over")) return false;
      return !campaignEndedBefore(world, book);
    })
    .map((book) => `${nameOf(book)} went back in full while its campaign ran`);
}

/** Something ended it: a merge, a command, a label. */
function campaignEndedBefore({ notes }: World, book: ChargeBook): boolean {
  const { created } = book.charge;
  const refundedAt = Math.max(...book.refunds.map((one) => one.created));
  const ends = [
    ...notes.merges.map(({ at }) => at),
    ...notes.comments.filter(({ text }) => /\/(cancel|release)/.test(text)).map(({ at }) => at),
    ...notes.unlabels,
  ];
  return ends.some((at) => at / 1000 <= Math.max(created, refundedAt));
}

function nameOf({ charge, pledge }: ChargeBook): string {
  return `${charge.id} of pledge ${pledge}`;
}

function bookLine({ settled, fee, transferred, refunded, pending }: ChargeBook): string {
  return `${settled} = ${transferred} sent + ${refunded} back + ${pending} on its way + ${fee} fee?`;
}
