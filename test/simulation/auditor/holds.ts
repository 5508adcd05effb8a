// What was to wait has waited: payouts of a bounty on hold, and a person's first payouts.
import type { Comment } from "../notes.ts";
import type { World } from "../world.ts";
import type { Transfer } from "./stripe-books.ts";
import { isTip } from "./tips.ts";

const DAY_MS = 86_400_000;
/** A transfer that was begun before leaves within moments. */
const BEGUN_MS = 120_000;

export function firstPayoutsWait(world: World): string[] {
  const { notes, settings, town } = world;
  const { firstPayoutHoldDays } = settings;
  const awards = [
    ...notes.merges.map(({ at }) => at),
    ...notes.comments.filter(({ text }) => text.startsWith("/release")).map(({ at }) => at),
  ];
  const from = Math.min(...awards) + firstPayoutHoldDays * DAY_MS - notes.clockErrorMsMax - 1000;
  return town.stripe
    .transfers()
    .filter(({ transfer_group: campaign }) => !isTip(world, campaign ?? ""))
    .filter(({ created }) => created * 1000 < from)
    .map(({ id }) => `${id} left before its payee's first payouts may`);
}

/** From the moment the bot said that it holds until somebody who may says \`/release\` or \`/reject\`. */
export function holdsHold(world: World): string[] {
  const { notes, town } = world;
  return notes.comments
    .filter(({ text }) => text.startsWith("/hold "))
    .flatMap((hold) => {
      const from = obeyedAt(world, hold);
      if (from === null) return [];
      const issue = issueOf(world, hold.thread);
      const ends = notes.comments
        .filter(({ text, at }) => at >= hold.at && /^\/(release|reject|cancel)/.test(text))
        .map(({ at }) => at);
      const until = Math.min(...ends);
      return town.stripe
        .transfers()
        .filter(({ description }) => description?.endsWith(`#${issue}`) === true)
        .filter(({ transfer_group: campaign }) => !isTip(world, campaign ?? ""))
        .filter((one) => leftWithin(one, { from, until }) && !wasBegun(one, { from, world }))
        .map(({ id }) => `${id} left while #${issue} was on hold`);
    });
}

function leftWithin({ created }: Transfer, { from, until }: { from: number; until: number }) {
  return created * 1000 > from + BEGUN_MS && created * 1000 + 1000 < until;
}

/** Before the hold, as far as the driver can tell: whoever was ready then may have been sent it, and the call was lost. */
function wasBegun(
  { destination }: Transfer,
  { from, world }: { from: number; world: World },
): boolean {
  const since = world.notes.onboarded
    .filter(({ account }) => account === destination)
    .map(({ at }) => at);
  return Math.min(...since) <= from && world.notes.faults > 0;
}

function issueOf({ notes }: World, thread: number): number {
  return notes.pulls.find((pull) => pull?.number === thread)?.issue ?? thread;
}

function obeyedAt({ notes }: World, { id }: Comment): number | null {
  const seen = notes.reactions.find(
    ({ commentId, content }) => commentId === id && content === "rocket",
  );
  return seen?.at ?? null;
}
