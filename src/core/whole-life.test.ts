// Random lives of a bounty, from the first pledge to the last cent, against books kept by somebody else.
import { expect, test } from "@jest/globals";
import { audit, isDrawn } from "../../test/core-audit.ts";
import {
  banksAsk,
  banksTakeItBack,
  cancelsByHand,
  refundMoves,
  refundsByHand,
  reversal,
  settles,
} from "../../test/core-banks.ts";
import { chooser } from "../../test/core-choices.ts";
import { watchConsents } from "../../test/core-consent.ts";
import { comeLate } from "../../test/core-late.ts";
import { lastWords, paysOut } from "../../test/core-life.ts";
import type { Story } from "../../test/core-outbox.ts";
import {
  accountChanges,
  accountGoes,
  comesBack,
  commands,
  mends,
  mergesNow,
  passesOn,
  pays,
  pledges,
  rejects,
  say,
} from "../../test/core-people.ts";
import { endsOf } from "../../test/core-seen.ts";
import { createBooks } from "../../test/core-stripe.ts";
import { waits, works } from "../../test/core-time.ts";
import { obeys } from "../../test/core-waiting.ts";
import { createWorld } from "../../test/core-world.ts";

function begin(seed: number): Story {
  const choose = chooser(seed);
  const world = createWorld({
    firstPayoutHoldDays: choose.of([0, 7]),
    feeBasisPoints: choose.of([0, 0, 333]),
    chargebacksBorneBy: choose.of(["operator", "payee"]),
  });
  const story = { world, books: createBooks(choose), choose };
  say(story, { command: "attachBounty", amount: "$50", label: null });
  return story;
}

/** Many lives would end before anything is paid out: some begin with that. */
function soonAwarded(story: Story): void {
  const { choose } = story;
  for (let count = choose.between(1, 4); count > 0; count -= 1) {
    pledges(story);
    // What the page does itself is left to it for a while.
    story.world.at += 300_000;
    for (let step = 0; step < 15; step += 1) works(story);
    for (const act of [pays, pays, settles, settles]) act(story);
  }
  if (choose.chance(0.5)) commands(story);
  mergesNow(story, 0.9);
  for (let step = choose.between(0, 20); step > 0; step -= 1) {
    const act: (of: Story) => void = choose.of([works, works, works, settles, passesOn]);
    act(story);
  }
  if (choose.chance(0.8)) paysOut(story);
  if (choose.chance(0.5)) banksTakeItBack(story);
}

function live(story: Story): void {
  const { choose } = story;
  if (choose.chance(0.4)) soonAwarded(story);
  const acts = [
    [pledges, pledges, pays, pays, pays],
    [mends, comesBack, refundsByHand, passesOn, rejects],
    [accountChanges, accountGoes, reversal, reversal, cancelsByHand],
    [settles, settles, refundMoves, accountChanges, accountChanges, commands, banksAsk],
    [works, works, works, works, works, works, waits, mergesNow],
  ].flat();
  for (let step = choose.between(30, 150); step > 0; step -= 1) {
    const act: (of: Story) => void = choose.of(acts);
    act(story);
    obeys(story.world);
  }
}

/** Faults stop, and every timer runs, the earliest first. */
function ends(story: Story): void {
  if (story.choose.chance(0.5)) {
    paysOut(story);
    for (let step = 0; step < 60; step += 1) {
      story.choose.of([works, works, works, reversal])(story);
    }
  }
  story.books.chaos = false;
  lastWords(story);
  // Banks come when everything is paid and over.
  for (let times = story.choose.between(0, 2); times > 0; times -= 1) {
    banksTakeItBack(story);
    lastWords(story);
  }
  if (story.choose.chance(0.4)) comeLate(story, commands);
}

const SEEDS = Array.from({ length: 250 }, (_, index) => index + 1);

test("whatever happens, no cent appears, vanishes, is paid twice or stays behind", () => {
  const seen = new Set<string>();
  const moves = new Set<string>();
  for (const seed of SEEDS) {
    const story = begin(seed);
    watchConsents(story.world);
    try {
      live(story);
      ends(story);
      audit(story);
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error });
    }
    for (const move of story.world.moves) moves.add(move);
    for (const end of endsOf(story.world)) seen.add(end);
  }
  expect([...moves].filter((move) => !isDrawn(move))).toEqual([]);
  // The stories are worth something only if they come to all of these.
  for (const end of [
    "released",
    "refunded",
    "lost",
    "stopped",
    "abandoned",
    "failed",
    "lapsed",
    "withdrawn",
    "renewed",
    "by hand, then refunded",
    "by hand, then released",
    "by hand, from shares",
    "asked back from a payee",
    "an award taken back",
    "a second award",
    "uncollected",
    "a promise paid out",
    "settled",
    "cancelled",
    "expired",
    "paid",
    "returned",
    "declined by the payee",
    "handed",
    "handed, then paid",
    "handed, then handed",
    "handed, then returned",
    "handed, then reversed",
    "refused",
    "failed",
    "reversed",
    "cancelled",
    "refund date reached",
    "award not claimed",
    "campaign over",
    "settled in another currency",
    "paid twice",
  ]) {
    expect([...seen]).toContain(end);
  }
});
