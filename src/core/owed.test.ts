// To whom money is owed: whoever is named by an award is not, before money is there.
import { describe, expect, test } from "@jest/globals";
import {
  ALICE,
  aCampaign,
  aClearingPledge,
  anAward,
  aPaidPledge,
  aPromise,
  BOB,
  CAROL,
  MAINTAINER,
  NOW,
} from "../../test/core-spec.ts";
import type { Award } from "./award.ts";
import { partOfAward } from "./handover.ts";
import { askToConnect, isCollectedFor, isOwed, type Owed } from "./owed.ts";
import type { Pledge } from "./pledge.ts";

const HANDED = { from: ALICE.id, by: MAINTAINER, at: NOW };
const divided = [{ ...ALICE, basisPoints: 10_000, allotted: 1912n }];
const promised = aPromise();
const charging = aPromise({
  state: "charging",
  charging: {
    at: NOW,
    triesCount: 1,
    problem: "card declined",
    failedAt: NOW,
    pageUrl: null,
    ending: false,
  },
});

function named(pledges: readonly Pledge[], award: Partial<Award> = {}): Owed {
  const campaign = aCampaign({ state: "awarded" }, pledges);
  return { shareWaits: false, awards: [{ award: anAward(award), campaign }] };
}

describe("whether Alice is owed money", () => {
  test.each<[string, Owed, boolean]>([
    ["nothing names her", { shareWaits: false, awards: [] }, false],
    ["a share of hers waits", { shareWaits: true, awards: [] }, true],
    ["an award of money that is paid in", named([aPaidPledge()]), true],
    ["an award of money whose fee is not yet known", named([aClearingPledge()]), true],
    ["an award of promises", named([promised]), false],
    ["an award of a promise that cannot be charged", named([charging]), false],
    [
      "an award that is divided, and left nothing with her",
      named([aPaidPledge({ shared: 1912n })], { payees: divided }),
      false,
    ],
    [
      "one that is divided, and more is on its way",
      named([aPaidPledge({ shared: 1912n }), aClearingPledge({ id: "p2" })], { payees: divided }),
      true,
    ],
    [
      "one whose money a bank has, and may give back",
      named(
        [aPaidPledge({ state: "disputed", shared: 1912n, sharesStopped: 1912n, disputed: 2000n })],
        {
          payees: divided,
        },
      ),
      true,
    ],
    [
      "one whose money the bank kept",
      named([aPaidPledge({ state: "lost", shared: 1912n, sharesStopped: 1912n, lost: 2000n })], {
        payees: divided,
      }),
      false,
    ],
    ["an award of others", named([aPaidPledge()], { payees: [] }), false],
    ["an award that she gave up", named([aPaidPledge()], { declined: [ALICE.id] }), false],
    [
      "an award that she handed on",
      named([aPaidPledge()], { handed: [{ ...HANDED, to: BOB }] }),
      false,
    ],
    [
      "an award that was taken back",
      named([aPaidPledge()], { undone: { why: "no", by: MAINTAINER, at: NOW } }),
      false,
    ],
  ])("%s: %s", (_name, owed, expected) => {
    expect(isOwed(ALICE.id, owed)).toBe(expected);
  });

  test("who is paid in her place is owed it instead", () => {
    const owed = named([aPaidPledge()], { handed: [{ ...HANDED, to: BOB }] });
    expect(isOwed(BOB.id, owed)).toBe(true);
  });

  test("promises that are being charged are a reason to come back", () => {
    expect(isCollectedFor(ALICE.id, named([charging]))).toBe(true);
    expect(isCollectedFor(BOB.id, named([charging]))).toBe(false);
    expect(isCollectedFor(ALICE.id, named([aPaidPledge()]))).toBe(false);
  });
});

test("a part of an award is the sum of what ends with a person", () => {
  const payees = [
    { ...ALICE, basisPoints: 6000, allotted: 0n },
    { ...BOB, basisPoints: 4000, allotted: 0n },
  ];
  const parts = (award: Partial<Award>): number[] =>
    [ALICE, BOB, CAROL].map(({ id }) => partOfAward(anAward({ payees, ...award }), id));
  expect(parts({})).toEqual([6000, 4000, 0]);
  expect(parts({ declined: [ALICE.id] })).toEqual([0, 4000, 0]);
  expect(parts({ handed: [{ ...HANDED, to: BOB }] })).toEqual([0, 10_000, 0]);
  const chain = [
    { ...HANDED, to: BOB },
    { ...HANDED, from: BOB.id, to: CAROL },
  ];
  expect(parts({ handed: chain })).toEqual([0, 0, 10_000]);
});

describe("who is asked to connect an account", () => {
  function keys(award: Partial<Award>): string[] {
    const asked = askToConnect(
      { award: anAward(award), campaign: aCampaign(), payees: [ALICE] },
      { publicUrl: "https://whip.test", holdDaysMax: 90 },
    );
    return asked.flatMap(({ effect }) => (effect.effect === "reply" ? [effect.key] : []));
  }

  test("once per award, by its number", () => {
    expect(keys({})).toEqual(["connect:a1"]);
    expect(keys({ round: 2 })).toEqual(["connect:a1:2"]);
  });

  test("not when it was divided before, nor who gave it up or handed it on", () => {
    expect(keys({ payees: divided })).toEqual([]);
    expect(keys({ declined: [ALICE.id] })).toEqual([]);
    expect(keys({ handed: [{ ...HANDED, to: BOB }] })).toEqual([]);
  });
});
