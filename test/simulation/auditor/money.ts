// Where each charge's money went: never more out than came in, nothing twice, and in the end nothing kept
// but what the operator's fee allows.

import type { World } from "../world.ts";
import type { Moment } from "./audit.ts";
import { agreedTo, giversTo } from "./handovers.ts";
import { isNamed, type Share, shareOf } from "./shares.ts";
import { type ChargeBook, chargeBooks, isUntouched } from "./stripe-books.ts";
import { isRelease } from "./words.ts";

/** What the app sent and Stripe's actual fee together: Stripe itself would allow more. */
export function chargesAreNotOverspent(world: World): string[] {
  return chargeBooks(world)
    .filter(({ settled, fee, transferred, refunded, pending, returnedInFull }) => {
      const out = transferred + refunded + pending;
      return settled > 0 && out + (returnedInFull && transferred === 0 ? 0 : fee) > settled;
    })
    .map((book) => `${nameOf(book)}: ${bookLine(book)}`);
}

/**
 * One person, whatever their account: what was taken back in full may be sent again. Who is paid in another's place
 * may have the other's share besides their own.
 */
export function nobodyIsPaidTwice(world: World): string[] {
  const found: string[] = [];
  for (const book of chargeBooks(world)) {
    const paid = new Map<number, number>();
    for (const transfer of book.transfers) {
      if (transfer.amount === transfer.amount_reversed) continue;
      const share = shareOf(world, transfer);
      const { payeeId } = share;
      const count = 1 + (paid.get(payeeId) ?? 0);
      paid.set(payeeId, count);
      if (count > 1 && count > sharesOf(world, share)) {
        found.push(`${nameOf(book)}: ${count} transfers to ${payeeId}`);
      }
    }
  }
  return found;
}

/** Their own, and those of all in whose place they are. */
function sharesOf(world: World, share: Share): number {
  const people = [share.payeeId, ...giversTo(world, share, agreedTo)];
  return people.filter((payeeId) => isNamed(world, { ...share, payeeId })).length;
}

/** Every date has passed: all of it went to the work, to Stripe, to the operator as agreed, or back. */
export function nothingIsKept(world: World, moment: Moment): string[] {
  if (moment !== "at the end") return [];
  const { feeBasisPoints } = world.settings;
  return chargeBooks(world)
    .filter((book) => !isStillOnItsWay(book))
    .filter((book) => {
      const { settled, fee, transferred, refunded, returnedInFull, charge } = book;
      if (returnedInFull && transferred === 0 && isUntouched(book)) {
        return refunded !== charge.amount;
      }
      const net = Math.max(0, settled - fee);
      // What the operator refunded by hand, or a bank took, is the operator's loss as far as it was not there.
      const others = book.refundedByHand + book.taken;
      const kept = net - transferred - refunded - others;
      const most = transferred > 0 ? Math.floor((net * feeBasisPoints) / 10_000) : 0;
      return kept > most || kept < -others - (returnedInFull ? fee : 0);
    })
    .map((book) => `${nameOf(book)}: ${bookLine(book)}`);
}

/** A bank that has not decided, or Stripe will not send it: that pledge has no end yet. */
function isStillOnItsWay({ pending, disputes, refunds }: ChargeBook): boolean {
  const undecided = disputes.some(({ status }) => UNDECIDED.includes(status));
  return pending > 0 || undecided || isBeyondRefund(disputes, refunds);
}

/** Stripe refunds no charge that a bank took back, not even what came back of an earlier refund of it. */
export function isBeyondRefund(
  disputes: readonly { status: string; is_charge_refundable: boolean }[],
  refunds: readonly { status: string | null }[],
): boolean {
  return (
    disputes.some(
      (one) => ["lost", "prevented"].includes(one.status) && !one.is_charge_refundable,
    ) && refunds.some(({ status }) => status === "failed")
  );
}

export const UNDECIDED: readonly string[] = [
  "needs_response",
  "under_review",
  "warning_needs_response",
  "warning_under_review",
];

/** The operator's fee is taken once from what is released, rounded down, however many are paid. */
export function theFeeIsExact(world: World, moment: Moment): string[] {
  if (moment !== "at the end") return [];
  const { feeBasisPoints } = world.settings;
  return chargeBooks(world)
    .filter(isUntouched)
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

/** Something ended it before: a command, a label, a goal's deadline, or the issue went away. An award ends it for what is paid after it. */
function campaignEndedBefore({ notes }: World, book: ChargeBook): boolean {
  const { created } = book.charge;
  const refundedAt = Math.max(...book.refunds.map((one) => one.created));
  if (notes.moved.size + notes.deleted.length > 0 || hasGoal(notes)) return true;
  const { merges, comments, unlabels, clockErrorMsMax } = notes;
  const said = (verb: (text: string) => boolean): number[] =>
    comments.filter(({ text }) => verb(text)).map(({ at }) => at);
  const awards = [...merges.map(({ at }) => at), ...said(isRelease)];
  const ends = [...unlabels, ...said((text) => text.startsWith("/cancel"))];
  return (
    awards.some((at) => Math.floor((at - clockErrorMsMax) / 1000) <= created) ||
    ends.some((at) => Math.floor(at / 1000) <= Math.max(created, refundedAt))
  );
}

function hasGoal({ comments, labels }: World["notes"]): boolean {
  return (
    comments.some(({ text }) => text.startsWith("/goal")) ||
    labels.some(({ name }) => name.startsWith("goal"))
  );
}

function nameOf({ charge, pledge }: ChargeBook): string {
  return `${charge.id} of pledge ${pledge}`;
}

function bookLine(book: ChargeBook): string {
  const { settled, fee, transferred, refunded, pending, refundedByHand, taken } = book;
  return `${settled} = ${transferred} sent + ${refunded} back + ${pending} on its way + ${refundedByHand} by hand + ${taken} taken + ${fee} fee?`;
}
