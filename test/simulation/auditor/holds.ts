// What was to wait has waited: payouts of a bounty on hold, and a person's first payouts.
import type { World } from "../world.ts";
import { isNamed, type Share, shareOf } from "./shares.ts";
import type { Transfer } from "./stripe-books.ts";
import { isTip } from "./tips.ts";
import { bearersOf, handoverWord, isReject, isRelease, obeyedAt } from "./words.ts";

const DAY_MS = 86_400_000;
/** A transfer that was begun before leaves within moments. */
const BEGUN_MS = 120_000;

export function firstPayoutsWait(world: World): string[] {
  const { notes, settings, town } = world;
  const { firstPayoutHoldDays } = settings;
  const awards = [
    ...notes.merges.map(({ at }) => at),
    ...notes.comments.filter(({ text }) => isRelease(text)).map(({ at }) => at),
  ];
  const first = Math.min(...awards);
  const slackMs = notes.clockErrorMsMax + 1000;
  return town.stripe
    .transfers()
    .filter(({ transfer_group: campaign }) => !isTip(world, campaign ?? ""))
    .filter((one) => {
      const from = heirSince(world, shareOf(world, one)) ?? first;
      return one.created * 1000 < from + firstPayoutHoldDays * DAY_MS - slackMs;
    })
    .map(({ id }) => `${id} left before its payee's first payouts may`);
}

/** Since when somebody is owed anything who is named nowhere: a maintainer agreed that they are paid for another. */
function heirSince(world: World, share: Share): number | null {
  const { issues, comments } = world.notes;
  if (issues.some((issue) => isNamed(world, { ...share, issue }))) return null;
  const agreed = comments.filter(({ text, at, mayCommand }) => {
    const word = mayCommand ? handoverWord(text) : null;
    if (word?.verb !== "release") return false;
    return bearersOf(world, word.to, { from: at, until: share.before }).includes(share.payeeId);
  });
  return agreed.length === 0 ? null : Math.min(...agreed.map(({ at }) => at));
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
        .filter(({ text, at }) => at >= hold.at && endsHold(text))
        .map(({ at }) => at);
      const until = Math.min(...ends);
      return town.stripe
        .transfers()
        .filter((one) => shareOf(world, one).issue === issue)
        .filter(({ transfer_group: campaign }) => !isTip(world, campaign ?? ""))
        .filter((one) => leftWithin(one, { from, until }) && !wasBegun(one, { from, world }))
        .map(({ id }) => `${id} left while #${issue} was on hold`);
    });
}

function endsHold(text: string): boolean {
  return isRelease(text) || isReject(text) || text.startsWith("/cancel");
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
