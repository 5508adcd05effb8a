// Random lives of goals: reached, extended, missed, awarded, and what people still do when all of that is over.
import { expect, test } from "@jest/globals";
import { audit, isDrawn } from "../../test/core-audit.ts";
import { banksAsk, refundMoves, refundsByHand, reversal, settles } from "../../test/core-banks.ts";
import { chooser } from "../../test/core-choices.ts";
import { missedGoalsTookNothing, watchConsents } from "../../test/core-consent.ts";
import {
  attachesGoal,
  extendsGoal,
  goalCommands,
  nearsDeadline,
  pledgesTheRest,
  renews,
  sleeps,
  withdraws,
} from "../../test/core-goal-people.ts";
import { comeLate } from "../../test/core-late.ts";
import { lastWords, paysOut } from "../../test/core-life.ts";
import type { Story } from "../../test/core-outbox.ts";
import {
  accountChanges,
  mends,
  mergesNow,
  passesOn,
  pays,
  pledges,
  rejects,
} from "../../test/core-people.ts";
import { endsOf } from "../../test/core-seen.ts";
import { createBooks } from "../../test/core-stripe.ts";
import { waits, works } from "../../test/core-time.ts";
import { obeys } from "../../test/core-waiting.ts";
import { createWorld } from "../../test/core-world.ts";

type Act = (story: Story) => void;

function begin(seed: number): Story {
  const choose = chooser(seed);
  const world = createWorld(
    {
      firstPayoutHoldDays: choose.of([0, 7]),
      feeBasisPoints: choose.of([0, 0, 333]),
      chargebacksBorneBy: choose.of(["operator", "payee"]),
    },
    {
      charge: choose.of(["award", "award", "reached"]),
      goalDays: choose.of([3, 14, 30, 100]),
      holdDays: choose.of([0, 0, 3]),
    },
  );
  const story = { world, books: createBooks(choose), choose };
  attachesGoal(story);
  return story;
}

/** Many goals would never be reached, and few in time: some lives begin with that. */
function soonReached(story: Story): void {
  const { choose } = story;
  gather(story, choose.between(10, 60));
  for (let times = choose.between(0, 3); times > 0; times -= 1) extendsGoal(story);
  if (choose.chance(0.3)) withdraws(story);
  if (choose.chance(0.5)) mergesNow(story, 0.9);
}

/** Or with those who are left behind: the deadline moves twice, and theirs is over when there is enough. */
function soonExtended(story: Story): void {
  const { choose } = story;
  gather(story, choose.between(5, 25));
  for (let times = choose.between(2, 3); times > 0; times -= 1) extendsGoal(story);
  if (choose.chance(0.3)) renews(story);
  for (let times = choose.between(1, 3); times > 0; times -= 1) nearsDeadline(story, 1);
  gather(story, choose.between(10, 40));
  if (choose.chance(0.7)) mergesNow(story, 0.9);
}

function gather(story: Story, steps: number): void {
  const acts: Act[] = [pledges, pledgesTheRest, pays, pays, pays, settles, works, works, works];
  for (let step = steps; step > 0; step -= 1) {
    // What the page does itself is left to it for a while.
    story.world.at += 60_000;
    story.choose.of(acts)(story);
  }
}

function live(story: Story): void {
  const { choose } = story;
  choose.of<Act>([soonReached, soonReached, soonExtended, works])(story);
  const acts: Act[] = [
    [pledges, pledgesTheRest, pays, pays, pays],
    [mends, renews, renews, withdraws, refundsByHand, passesOn, rejects],
    [extendsGoal, nearsDeadline, sleeps, waits],
    [settles, settles, refundMoves, accountChanges, accountChanges, reversal, banksAsk],
    [works, works, works, works, works, works, works, goalCommands, mergesNow],
  ].flat();
  for (let step = choose.between(30, 120); step > 0; step -= 1) {
    choose.of(acts)(story);
    obeys(story.world);
  }
}

/** Faults stop, and every timer runs, the earliest first. */
function ends(story: Story): void {
  if (story.choose.chance(0.5)) paysOut(story);
  story.books.chaos = false;
  lastWords(story);
  if (story.choose.chance(0.6)) comeLate(story, goalCommands);
}

const SEEDS = Array.from({ length: 180 }, (_, index) => index + 1);

test("nobody is charged without a consent in force, or pays for a goal that is missed", () => {
  const seen = new Set<string>();
  const moves = new Set<string>();
  for (const seed of SEEDS) {
    const story = begin(seed);
    const consents = watchConsents(story.world);
    try {
      live(story);
      ends(story);
      audit(story);
      missedGoalsTookNothing(story.world, story.books, consents);
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error });
    }
    for (const move of story.world.moves) moves.add(move);
    for (const end of endsOf(story.world)) seen.add(end);
  }
  expect([...moves].filter((move) => !isDrawn(move))).toEqual([]);
  // The stories are worth something only if they come to all of these.
  for (const end of [
    "a goal, then settled",
    "a goal, then reached",
    "a goal, then cancelled",
    "a goal, then expired",
    "a goal expired, a pledge refunded",
    "a goal expired, a pledge lapsed",
    "goal missed",
    "extended again",
    "left behind by an extension",
    "consented to a later deadline, then released",
    "charged when it was reached",
    "a charge taken back",
    "charged while taken back",
    "not all collected, then settled",
    "not all collected, then reached",
    "a second award",
    "campaign over",
  ]) {
    expect([...seen]).toContain(end);
  }
  for (const move of ["reached --> open", "awarded --> open", "awarded --> reached"]) {
    expect([...moves]).toContain(`campaign: ${move}`);
  }
});
