// Whoever can be paid is paid: a share that goes back as unclaimed was one that its payee could not be sent.
import type { World } from "../world.ts";
import { agreedOn } from "./agreed.ts";
import type { Moment } from "./audit.ts";
import { consentTo } from "./consent.ts";
import { shareOf } from "./shares.ts";
import { type ChargeBook, chargeBooks, isUntouched, reasonOf } from "./stripe-books.ts";
import { isTip } from "./tips.ts";
import { isRelease } from "./words.ts";

const DAY_MS = 86_400_000;
/** First payouts wait up to 7 days, a policy's payouts 3, and what a lost webhook would have said is asked for within days. */
const READY_MS = 21 * DAY_MS;

export function whoCanBePaidIsPaid(world: World, moment: Moment): string[] {
  const { notes } = world;
  const held =
    notes.revertsCount > 0 || notes.comments.some(({ text }) => /^\/(hold|reject)/.test(text));
  if (moment !== "at the end" || held || notes.moved.size + notes.deleted.length > 0) return [];
  return chargeBooks(world).flatMap((book) => {
    const back = book.refunds.find((one) => reasonOf(one) === "award not claimed");
    const isPlain = isUntouched(book) && book.handRefunds.length === 0;
    if (back === undefined || !isPlain || isTip(world, book.campaign)) return [];
    return readyFor(world, book, back.created * 1000)
      .filter((payeeId) => book.transfers.every((one) => shareOf(world, one).payeeId !== payeeId))
      .map(
        (payeeId) => `${back.id} went back though ${payeeId} could have been sent a share of it`,
      );
  });
}

/** Who of its payees, as far as they are known, had an account long before that time, since when an award stood. */
function readyFor(world: World, book: ChargeBook, until: number): number[] {
  const { merges, comments, requests } = world.notes;
  const issue = consentTo(world, book)?.issue;
  const by = until - READY_MS;
  const late = [...merges, ...comments.filter(({ text }) => isRelease(text))].some(
    ({ at }) => at > by,
  );
  const isHanded = requests.some(({ campaign }) => campaign === book.campaign);
  if (issue === undefined || late || isHanded) return [];
  const [weights, ...others] = agreedOn(world, issue, until);
  if (weights === undefined || others.length > 0) return [];
  return weights.map(({ payeeId }) => payeeId).filter((payeeId) => wasReady(world, payeeId, by));
}

function wasReady({ notes, town }: World, payeeId: number, by: number): boolean {
  const accounts = notes.connected.filter((one) => one.personId === payeeId);
  const last = accounts.at(-1)?.account;
  const account = town.stripe.accounts().find(({ id }) => id === last);
  const gaveUp = notes.declines.some(({ personId }) => personId === payeeId);
  const troubled = accounts.some((one) => notes.troubled.includes(one.account));
  if (account === undefined || gaveUp || troubled) return false;
  const since = notes.onboarded.find((one) => one.account === last)?.at ?? Number.POSITIVE_INFINITY;
  return since <= by && account.capabilities?.transfers === "active";
}
