// Labels that were put on or taken off: refused by one reply where they cannot be obeyed, and by none where they are.
import type { Consent, Told } from "../notes.ts";
import type { World } from "../world.ts";
import { formOf } from "./goals.ts";
import { chargeBooks } from "./stripe-books.ts";
import { botComments, isReachable, markerOf, nameOf } from "./threads.ts";

const DAY_MS = 86_400_000;
const LATE_MS = 8 * DAY_MS;
/** A promise ends and paid-in money goes back by themselves after these. */
const STANDS_MS = { "on-merge": 178 * DAY_MS, "pay-now": 58 * DAY_MS };

type Label = NonNullable<Told["label"]>;

export function labelsAreAnswered(world: World): string[] {
  return [...world.notes.told.values()].flatMap(({ guid, label, arrived }) => {
    if (label === null) return [];
    const thread = { repository: world.notes.repository, number: label.thread };
    const replies = botComments(world, thread).filter(({ body }) => markerOf(body).includes(guid));
    const { least, most } = due(world, label);
    const isHeard = arrived === "yes" && isReachable(world, thread);
    if (replies.length <= most && (!isHeard || replies.length >= least)) return [];
    const deed = label.added ? "put on" : "taken off";
    return [`"${label.name}" ${deed} ${nameOf(thread)} has ${replies.length} replies`];
  });
}

/** How many replies it should have. */
function due(world: World, label: Label): { least: number; most: number } {
  if (!isPlain(world, label)) return { least: 0, most: 1 };
  if (label.added) return { least: 0, most: 0 };
  return world.notes.consents.some((consent) => stands(world, consent, label))
    ? { least: 1, most: 1 }
    : { least: 0, most: 1 };
}

/** Nobody had said or done anything that changes what a label means, by the time at which it was heard at the latest. */
function isPlain(world: World, { at, thread }: Label): boolean {
  const { notes } = world;
  const { clockErrorMsMax, policies, moved, deleted, labels, merges, comments } = notes;
  const told = [...notes.told.values()].filter(({ label }) => label?.thread === thread);
  const until = heardBy(world, at);
  return (
    clockErrorMsMax + policies.length + moved.size + deleted.length === 0 &&
    notes.installed === "yes" &&
    merges.every((one) => one.at > until) &&
    labels.every(({ name }) => !name.startsWith("goal")) &&
    told.filter(({ label }) => label !== null && label.at < at).length <= 1 &&
    !comments.some((one) => ENDS.test(one.text) && one.mayCommand && one.at <= until)
  );
}

const ENDS = /^\/(cancel|release|paid|goal|reject)/;

/** What GitHub could not hand over comes days later. */
function heardBy({ notes }: World, at: number): number {
  return notes.faults === 0 ? at : at + LATE_MS;
}

/** Promised or paid in, and neither taken back nor over. Until the app hears of it, its page is open. */
function stands(world: World, consent: Consent, { at, thread }: Label): boolean {
  const { session, issue, mode, askedBackAt } = consent;
  const form = formOf(world, session)?.form;
  if (issue !== thread || world.notes.tips.some(({ tip }) => tip === form)) return false;
  const until = heardBy(world, at);
  if (consent.at > at || until > consent.at + STANDS_MS[mode]) return false;
  const isWhole = chargeBooks(world)
    .filter((book) => book.session === session)
    .every((book) => [...book.refunds, ...book.handRefunds, ...book.disputes].length === 0);
  return (askedBackAt === null || askedBackAt > until) && isWhole;
}
