// Goals: reached in time, or nobody pays. Judged by what people agreed to and when, and by Stripe.
import type { World } from "../world.ts";
import type { Moment } from "./audit.ts";
import { firstAward, type Goal, type GoalPledge, goalsOf, mayBeReached } from "./goals.ts";
import { isUntouched } from "./stripe-books.ts";
import { isReachable } from "./threads.ts";
import { isReject } from "./words.ts";

const DAY_MS = 86_400_000;
/** While the process is down dates come late. */
const LATE_MS = 8 * DAY_MS;
/** The 180 days of a promise, less what Stripe's whole seconds lose. */
const LAPSE_MS = 180 * DAY_MS - 1000;

/**
 * Neither is a promise charged nor is paid-in money sent to anybody but for a goal that was reached: when it was
 * awarded (or before, where the policy charges at once), and while the pledge's own consent reached.
 */
export function goalsPayOnlyWhenReached(world: World): string[] {
  const awardedFrom = firstAward(world);
  return goalsOf(world).flatMap((goal) =>
    goal.pledges.flatMap((pledge) =>
      takenOf(pledge)
        .filter(({ at }) => {
          const from = goal.atOnce.perhaps ? goal.at : Math.min(awardedFrom, at);
          const until = Math.min(at, pledge.reach.most + goal.slackMs);
          const reached = mayBeReached(goal, { from, until: at });
          return !reached || !mayBeReached(goal, { from: goal.at, until });
        })
        .map(({ id }) => `${id} is of #${goal.issue}, whose goal was not reached in its time`),
    ),
  );
}

/** The charge of a promise, and whatever left a charge for the work. */
function takenOf({ consent, book }: GoalPledge): { id: string; at: number }[] {
  if (book === null) return [];
  const charges = consent.mode === "on-merge" ? [book.charge] : [];
  return [...charges, ...book.transfers].map(({ id, created }) => ({
    id,
    at: created * 1000 + 1000,
  }));
}

/** Cards are forgotten and money goes back, within days of the deadline that the backer agreed to, not months later. */
export function missedGoalsGiveBack(world: World, moment: Moment): string[] {
  if (moment !== "at the end") return [];
  return goalsOf(world).flatMap((goal) =>
    goal.pledges
      .filter((pledge) => isMissedFor(world, goal, pledge))
      .flatMap((pledge) => keptOf(world, goal, pledge)),
  );
}

function isMissedFor(world: World, goal: Goal, { reach }: GoalPledge): boolean {
  const end = Math.min(reach.most, goal.deadline);
  // What was awarded or charged before is undone by nothing.
  const decided = goal.atOnce.perhaps || firstAward(world) <= end + goal.slackMs;
  // A clock that is ahead judges earlier.
  const from = decided ? goal.at : end - world.notes.clockErrorMsMax;
  return !mayBeReached(goal, { from, until: end + goal.slackMs });
}

function keptOf(world: World, goal: Goal, { consent, book, reach }: GoalPledge): string[] {
  const { clockErrorMsMax } = world.notes;
  const latest =
    Math.max(Math.min(reach.most, goal.deadline), consent.at) + LATE_MS + clockErrorMsMax;
  const of = `of #${goal.issue}, whose goal was missed`;
  if (consent.mode === "on-merge") {
    const forgotten = forgottenAt(world, consent.session);
    return forgotten === null || forgotten > latest
      ? [`${consent.session} ${of}: its card is kept`]
      : [];
  }
  // Another hand, a bank, or a refund that failed.
  if (book === null || !isUntouched(book)) return [];
  const [first] = book.refunds;
  return first === undefined || first.created * 1000 > latest
    ? [`${book.charge.id} ${of}: its money is kept`]
    : [];
}

/** On its card, the day at whose end it is decided: as it was attached, and as it was extended. */
export function goalsTellTheirDay(world: World): string[] {
  const { repository } = world.notes;
  return goalsOf(world).flatMap(({ issue, card, deadline }) => {
    if (!isReachable(world, { repository, number: issue })) return [];
    const shown = /^\| Deadline \| (\S+), end of the day UTC/m.exec(card)?.[1];
    const day = new Date(deadline - 1).toISOString().slice(0, 10);
    return shown === undefined || shown === day
      ? []
      : [`the card of #${issue} says ${shown}, in truth it is ${day}`];
  });
}

/** When the card that was saved on this page was removed; null: it is there still. */
function forgottenAt({ town: { stripe } }: World, session: string): number | null {
  const customer = stripe.sessions().find(({ id }) => id === session)?.customer;
  const removed = stripe
    .events()
    .findLast(
      ({ type, data }) =>
        type === "payment_method.detached" &&
        (data.previous_attributes as { customer?: unknown } | undefined)?.customer === customer,
    );
  return removed === undefined ? null : removed.created * 1000;
}

/** What was reached in time stays so: whoever withdraws later, and whatever bank says no, the others' pledges stand. */
export function reachedGoalsStand(world: World): string[] {
  return goalsOf(world)
    .filter((goal) => wasSurelyReached(world, goal) && !wasInterrupted(world, goal))
    .flatMap((goal) => [...saysMissed(world, goal), ...undone(world, goal)]);
}

/** By pledges that nobody had asked back, and of which the app must have known. */
function wasSurelyReached(world: World, goal: Goal): boolean {
  const known = knownAfterMs(world);
  const moments = goal.pledges.map(({ consent }) => consent.at + known);
  const decided = goal.atOnce.surely && world.notes.faults === 0 ? moments : [];
  return (
    world.now() > goal.deadline + DAY_MS &&
    [...decided, goal.deadline]
      .filter((at) => at <= goal.deadline)
      .some((at) => leastAt(world, goal, at) >= goal.askCents)
  );
}

function knownAfterMs({ notes }: World): number {
  return notes.faults + notes.clockErrorMsMax === 0 ? 20 * 60_000 : 4 * DAY_MS;
}

function leastAt(world: World, goal: Goal, at: number): number {
  return surePledges(world, goal, at).reduce((sum, { consent }) => sum + consent.cents, 0);
}

function surePledges(world: World, goal: Goal, at: number): GoalPledge[] {
  const known = knownAfterMs(world);
  return goal.pledges.filter(({ consent, book, reach }) => {
    const { askedBackAt } = consent;
    if (consent.at + known > at || reach.least < at) return false;
    if (askedBackAt !== null && askedBackAt < at + known) return false;
    return (
      book === null ||
      (isUntouched(book) && book.refunds.every(({ created }) => created * 1000 > at))
    );
  });
}

/** Somebody ended it by a word, or solved it before the app knew of any pledge. */
function wasInterrupted(world: World, goal: Goal): boolean {
  const { notes } = world;
  const { issue } = goal;
  const stands = surePledges(world, goal, goal.deadline).map(({ consent }) => consent.at);
  return (
    firstAward(world) < Math.min(...stands) + knownAfterMs(world) ||
    notes.unlabels.length > 0 ||
    notes.installed !== "yes" ||
    notes.comments.some(({ text }) => /^\/(cancel|paid)/.test(text) || isReject(text)) ||
    !isReachable(world, { repository: notes.repository, number: issue })
  );
}

function saysMissed(_world: World, { card, issue }: Goal): string[] {
  return /^### Goal: /m.test(card) || card.includes("the goal was not reached in time")
    ? [`the card of #${issue} says that its goal is missed`]
    : [];
}

function undone(world: World, goal: Goal): string[] {
  const { stripe } = world.town;
  const called = new Set(
    stripe.paymentIntents().map(({ metadata }) => metadata["whipround_pledge"]),
  );
  const awarded = goal.pledges.some((pledge) => takenOf(pledge).length > 0);
  return surePledges(world, goal, goal.deadline).flatMap(({ consent, book }) => {
    const of = `of #${goal.issue}, whose goal was reached`;
    const missed = book?.refunds.find(
      ({ metadata }) => metadata?.["whipround_reason"] === "goal missed",
    );
    if (missed !== undefined) return [`${missed.id} ${of}, went back`];
    if (consent.mode === "pay-now" || consent.askedBackAt !== null) return [];
    const page = stripe.sessions().find(({ id }) => id === consent.session);
    const wasCalled = called.has(page?.metadata?.["whipround_pledge"]);
    const forgotten = forgottenAt(world, consent.session);
    const dropped =
      forgotten !== null &&
      forgotten < consent.at + LAPSE_MS - world.notes.clockErrorMsMax &&
      !wasCalled;
    if (dropped) return [`${consent.session} ${of}: its card was forgotten`];
    return awarded && !wasCalled && firstAward(world) < consent.at + LAPSE_MS
      ? [`${consent.session} ${of}, was not called in with the others`]
      : [];
  });
}
