// What the driver's notes say of each goal: what it asked for, its dates, who was told which of them, and what
// may have counted at any moment. Nothing of it is the app's word but that it obeyed.
import type { Comment, Consent } from "../notes.ts";
import type { World } from "../world.ts";
import { cardsOn } from "./cards.ts";
import { consentTo } from "./consent.ts";
import { type ChargeBook, chargeBooks } from "./stripe-books.ts";
import { isRelease, obeyedAt } from "./words.ts";

const DAY_MS = 86_400_000;
/** What happened before a deadline counts when Stripe tells it so much later. */
const GRACE_MS = 16 * 60_000;
const LABEL_DAYS = 30;

interface GoalDate {
  deadline: number;
  /** From when on it may have been the goal's, and from when on it surely was. */
  from: number;
  surelyFrom: number;
}

export interface GoalPledge {
  consent: Consent;
  book: ChargeBook | null;
  /** Until when the consent reaches: the deadline that its backer was shown, extended once. */
  reach: { least: number; most: number };
}

export interface Goal {
  issue: number;
  at: number;
  askCents: number;
  deadline: number;
  pledges: GoalPledge[];
  /** Its card, as GitHub shows it. */
  card: string;
  /** Whether its promises are charged as soon as it is reached: perhaps, and surely. */
  atOnce: { perhaps: boolean; surely: boolean };
  /** How late the app may have learnt what counts, or how wrong it may have been about the time. */
  slackMs: number;
}

/** Of issues that stayed where they were, with one goal and nothing else on them. */
export function goalsOf(world: World): Goal[] {
  const { notes } = world;
  if (notes.moved.size + notes.deleted.length > 0) return [];
  const books = chargeBooks(world);
  return notes.issues.flatMap((issue) => {
    const begun = begunOn(world, issue);
    const [first, ...others] = begun;
    const [card] = cardsOn(world, { repository: notes.repository, number: issue });
    if (first === undefined || others.length > 0 || card?.includes("\n### Goal") !== true)
      return [];
    const dates = datesOf(world, issue, first.date);
    return dates === null ? [] : [goalOf(world, { issue, ...first, dates, books, card })];
  });
}

interface Begun {
  at: number;
  askCents: number;
  date: GoalDate;
}

function begunOn(world: World, issue: number): Begun[] {
  const { comments, labels, faults, clockErrorMsMax } = world.notes;
  const said = comments
    .filter(({ thread }) => thread === issue)
    .flatMap((comment): Begun[] => {
      const [, amount, day] = /^\/goal (\S+) by (\S+)$/.exec(comment.text) ?? [];
      const obeyed = obeyedAt(world, comment);
      if (amount === undefined || day === undefined || obeyed === null) return [];
      const date = { deadline: Date.parse(day) + DAY_MS, from: comment.at, surelyFrom: obeyed };
      return [{ at: comment.at, askCents: centsIn(amount), date }];
    });
  const labelled = labels
    .filter(({ thread }) => thread === issue)
    .flatMap(({ at, name }): Begun[] => {
      const [, amount] = /^goal: (\S+)$/.exec(name) ?? [];
      if (amount === undefined) return [];
      const deadline = at - (at % DAY_MS) + (LABEL_DAYS + 1) * DAY_MS;
      return [{ at, askCents: centsIn(amount), date: { deadline, from: at, surelyFrom: at } }];
    });
  // When a label was seen, nothing says.
  const dated = faults + clockErrorMsMax === 0 || labelled.length === 0;
  return dated ? [...said, ...labelled] : [];
}

function centsIn(amount: string): number {
  return Math.round(Number(amount.replace(/[$,]/g, "")) * 100);
}

/** In the order in which they came to be; null where two words are too close together to tell which came first. */
function datesOf(world: World, issue: number, first: GoalDate): GoalDate[] | null {
  const dates = [first];
  const words = world.notes.comments
    .filter(({ thread, text }) => thread === issue && /^\/extend \d+$/.test(text))
    .map((comment) => ({ comment, obeyed: obeyedAt(world, comment) }));
  for (const { comment, obeyed } of words) {
    if (obeyed === null) continue;
    const last = dates.at(-1) ?? first;
    if (last.surelyFrom > comment.at) return null;
    const days = daysIn(comment);
    const deadline = last.deadline + days * DAY_MS;
    dates.push({ deadline, from: comment.at, surelyFrom: obeyed });
  }
  return dates;
}

function daysIn({ text }: Comment): number {
  return Number(/\d+/.exec(text)?.[0]);
}

function goalOf(
  world: World,
  parts: Begun & { issue: number; dates: GoalDate[]; books: readonly ChargeBook[]; card: string },
): Goal {
  const { issue, at, askCents, dates, books, card } = parts;
  const { notes } = world;
  const pledges = notes.consents
    .filter((consent) => consent.issue === issue && consent.at >= at)
    .filter(({ session }) => !notes.tips.some(({ tip }) => tip === formOf(world, session)?.form))
    .map((consent) => ({
      consent,
      book: books.find((one) => consentTo(world, one) === consent) ?? null,
      reach: reachOf(dates, seenBy(world, consent)),
    }));
  return {
    issue,
    at,
    askCents,
    deadline: dates.at(-1)?.deadline ?? 0,
    pledges,
    card,
    atOnce: {
      perhaps: notes.policies.some(chargesAtOnce),
      surely: notes.policies
        .filter((one) => one.at < at)
        .slice(-1)
        .some(chargesAtOnce),
    },
    slackMs: GRACE_MS + notes.clockErrorMsMax,
  };
}

function chargesAtOnce({ text }: { text: string }): boolean {
  return text.includes("charge: reached");
}

export function formOf({ notes }: World, session: string) {
  return notes.clicks.find((click) => click.session === session);
}

/** When the backer was told a deadline: on the form, and at each renewal. */
function seenBy(world: World, { session, renewals, at }: Consent): Consent["renewals"] {
  const shown = formOf(world, session)?.at ?? at;
  return [{ at: shown, sure: true }, ...renewals];
}

function reachOf(dates: readonly GoalDate[], seen: Consent["renewals"]): GoalPledge["reach"] {
  const once = (count: number): number => dates[Math.min(count, dates.length - 1)]?.deadline ?? 0;
  const most = seen.map(({ at }) => once(dates.filter(({ from }) => from <= at).length));
  const least = seen
    .filter(({ sure }) => sure)
    .map(({ at }) => once(Math.max(1, dates.filter((one) => one.surelyFrom <= at).length)));
  return { least: Math.max(...least), most: Math.max(...most) };
}

/** The most that may have counted at that moment, in cents. */
function mostAt(goal: Goal, at: number): number {
  return goal.pledges
    .filter((pledge) => mayCount(goal, pledge, at))
    .reduce((sum, { consent }) => sum + consent.cents, 0);
}

function mayCount(goal: Goal, { consent, book, reach }: GoalPledge, at: number): boolean {
  const { withdrawnAt } = consent;
  if (consent.at > at || (withdrawnAt !== null && withdrawnAt < at)) return false;
  if (book?.refunds.some(({ created }) => created * 1000 + 1000 < at)) return false;
  const end = reach.most + goal.slackMs;
  // One that was reached when a consent ended has the pledge.
  return at <= end || [reach.most, end].some((time) => mostAt(goal, time) >= goal.askCents);
}

/** Whether it may have been reached at some moment between the two; what counts after its deadline is what counted then. */
export function mayBeReached(
  goal: Goal,
  { from, until }: { from: number; until: number },
): boolean {
  const { deadline, slackMs, pledges, askCents } = goal;
  const moments = [from, until, ...pledges.map(({ consent }) => consent.at)];
  return moments
    .filter((at) => at >= from && at <= until)
    .flatMap((at) => (at <= deadline ? [at] : [deadline, deadline + slackMs]))
    .some((at) => mostAt(goal, at) >= askCents);
}

/** When somebody first merged or released anything: an award may follow at any time from then on. */
export function firstAward({ notes }: World): number {
  return Math.min(
    ...notes.merges.map(({ at }) => at),
    ...notes.comments
      .filter(({ text, mayCommand }) => mayCommand && isRelease(text))
      .map(({ at }) => at),
  );
}
