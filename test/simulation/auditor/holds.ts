// What was to wait has waited: payouts of a bounty on hold, and a person's first payouts.
import type { World } from "../world.ts";

const DAY_MS = 86_400_000;
/** Between a comment and what it does; longer only when something goes wrong. */
const OBEYED_MS = 120_000;

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
    .filter(({ created }) => created * 1000 < from)
    .map(({ id }) => `${id} left before its payee's first payouts may`);
}

/** Judged where nothing else went wrong: there a command is obeyed within moments. */
export function holdsHold(world: World): string[] {
  const { notes, town } = world;
  if (notes.faults > 0 || notes.clockErrorMsMax > 0 || notes.policies.length > 0) return [];
  return notes.comments
    .filter(({ text, mayCommand }) => mayCommand && text.startsWith("/hold "))
    .flatMap((hold) => {
      const issue = issueOf(world, hold.thread);
      const ends = notes.comments
        .filter(({ text, at, mayCommand }) => {
          return mayCommand && at >= hold.at && /^\/(release|cancel)/.test(text);
        })
        .map(({ at }) => at);
      const from = hold.at + OBEYED_MS;
      const until = Math.min(...ends);
      return town.stripe
        .transfers()
        .filter(({ description }) => description?.endsWith(`#${issue}`) === true)
        .filter(({ created }) => created * 1000 > from && created * 1000 + 1000 < until)
        .filter(() => wasObeyed(world, hold))
        .map(({ id }) => `${id} left while #${issue} was on hold`);
    });
}

function issueOf({ notes }: World, thread: number): number {
  return notes.pulls.find((pull) => pull?.number === thread)?.issue ?? thread;
}

function wasObeyed({ town }: World, { id, thread }: { id: number; thread: number }): boolean {
  const comment = town.github.comments("acme/widgets", thread).find((one) => one.id === id);
  return Number(comment?.reactions?.rocket ?? 0) > 0;
}
