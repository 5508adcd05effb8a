// Why money went back, and when: each refund of the app's names a reason, which somebody or some date gave it.
import type { World } from "../world.ts";
import { consentTo } from "./consent.ts";
import { type ChargeBook, chargeBooks, type Refund, reasonOf } from "./stripe-books.ts";
import { isTip } from "./tips.ts";

const DAY_MS = 86_400_000;
const HOLD_DAYS_MAX = 90;
const REFUND_DAYS = 60;
/** How long a charge that failed can be mended. */
const MENDED_DAYS = 15;

/** Nothing goes back before its date but for a word, and no word is made up. */
export function refundsHaveTheirReason(world: World): string[] {
  return chargeBooks(world).flatMap((book) =>
    book.refunds
      .filter((refund) => !isDue(world, book, refund))
      .map((refund) => `${refund.id} went back for no reason: ${reasonOf(refund)}`),
  );
}

function isDue(world: World, book: ChargeBook, refund: Refund): boolean {
  const { notes } = world;
  const until = refund.created * 1000 + 1000 + notes.clockErrorMsMax;
  const after = (days: number): boolean => until >= (book.charge.created + days * 86_400) * 1000;
  const said = (pattern: RegExp): boolean =>
    notes.comments.some(
      ({ text, at, mayCommand }) => pattern.test(text) && at <= until && mayCommand,
    );
  switch (reasonOf(refund)) {
    case "withdrawn": {
      const askedBackAt = consentTo(world, book)?.askedBackAt ?? null;
      return askedBackAt !== null && askedBackAt <= until;
    }
    case "cancelled":
      return (
        said(/^\/cancel /) ||
        notes.deleted.some(({ at }) => at <= until) ||
        notes.moved.size > 0 ||
        // Lost to a bank, solved after that, and given back after all: the bounty was over by then.
        (book.disputes.length > 0 && notes.merges.some(({ at }) => at <= until))
      );
    case "declined by the payee":
      return notes.declines.some(({ at }) => at <= until);
    case "refund date reached":
      return after(REFUND_DAYS);
    case "goal missed":
      return said(/^\/goal/) || notes.labels.some(({ name }) => name.startsWith("goal"));
    case "award not claimed":
      // Ninety days after the award; of a promise and of a tip that comes before the charge.
      return (
        after(
          HOLD_DAYS_MAX - (book.session === null || isTip(world, book.campaign) ? MENDED_DAYS : 0),
        ) || wasMeddledWith(book)
      );
    default:
      return true;
  }
}

/** What the operator took back, or a bank gave back, may have nowhere else to go. */
function wasMeddledWith({ disputes, transfers }: ChargeBook): boolean {
  return disputes.length > 0 || transfers.some((one) => one.amount_reversed > 0);
}

/** From a charge to what becomes of it are ninety days at most, but for banks that turn refunds down. */
export function nothingIsHeldTooLong(world: World): string[] {
  const { notes } = world;
  // While the process is down or the clock is wrong, dates come late.
  const slackMs = 4 * DAY_MS + notes.clockErrorMsMax;
  return chargeBooks(world)
    .filter((book) => !wasMeddledWith(book) && book.refundedByHand + book.pendingByHand === 0)
    .flatMap((book) => {
      const latest = book.charge.created * 1000 + HOLD_DAYS_MAX * DAY_MS + slackMs;
      const failed = book.refunds.some(({ status }) => status === "failed");
      const late = [...book.transfers, ...(failed ? [] : book.refunds)].filter(
        ({ created }) => created * 1000 > latest,
      );
      return late.map(({ id }) => `${id} left more than ${HOLD_DAYS_MAX} days after its charge`);
    });
}

/** What was divided goes to those it was divided among: the last cents of it do not stay behind. */
export function splitsAreExact(world: World): string[] {
  return chargeBooks(world)
    .filter((book) => book.transfers.length > 0 && !wasMeddledWith(book))
    .filter((book) => book.refundedByHand + book.pendingByHand === 0)
    .flatMap((book) =>
      book.refunds
        .filter((refund) => ["refund date reached", "withdrawn"].includes(reasonOf(refund)))
        .map((refund) => `${refund.id} took ${refund.amount} of what was awarded back`),
    );
}
