import { describe, expect, test } from "@jest/globals";
import { ALICE, aMergedPull, aNotice, aPull, BOB, GOOD_MERGE, NOW } from "../../test/core-spec.ts";
import {
  payeesFor,
  type ReleaseBlocker,
  releaseBlockers,
  samePayees,
  standingNotice,
} from "./award.ts";

type Facts = Parameters<typeof releaseBlockers>[0];

const GOOD: Facts = {
  pull: aMergedPull(),
  facts: GOOD_MERGE,
  claimed: false,
  payees: [{ ...ALICE, basisPoints: 10_000 }],
  notices: [aNotice()],
  amount: 2000n,
  onHold: false,
};

/** How each rule of the design's section 3 is broken, alone. */
const BREAKS: Record<ReleaseBlocker, (facts: Facts) => Facts> = {
  notTheDefaultBranch: (one) => ({ ...one, facts: { ...one.facts, intoDefaultBranch: false } }),
  notClosingTheIssue: (one) => ({ ...one, facts: { ...one.facts, closesIssue: false } }),
  mergerLacksTheRole: (one) => ({ ...one, facts: { ...one.facts, mergerHasRole: false } }),
  noPayee: (one) => ({
    ...one,
    payees: [],
    notices: one.notices.map((n) => ({ ...n, payees: [] })),
  }),
  noticeMissing: (one) => ({ ...one, notices: [] }),
  noticeNamesOthers: (one) => ({
    ...one,
    notices: one.notices.map((n) => ({ ...n, payees: [{ ...BOB, basisPoints: 10_000 }] })),
  }),
  noticeShowedMore: (one) => ({ ...one, amount: 1999n }),
  onHold: (one) => ({ ...one, onHold: true }),
};

const NAMES = Object.keys(BREAKS) as ReleaseBlocker[];
/** Of what is said about the notice, the first says it all. */
const OF_NOTICE: ReleaseBlocker[] = ["noticeMissing", "noticeNamesOthers", "noticeShowedMore"];

test("a good merge is released", () => {
  expect(releaseBlockers(GOOD)).toEqual([]);
});

test.each(NAMES)("%s alone stands in the way", (name) => {
  expect(releaseBlockers(BREAKS[name](GOOD))).toEqual([name]);
});

describe("two at a time", () => {
  const pairs = NAMES.flatMap((a, index) => NAMES.slice(index + 1).map((b) => [a, b] as const));
  test.each(pairs)("%s and %s", (a, b) => {
    const blockers = releaseBlockers(BREAKS[b](BREAKS[a](GOOD)));
    const expected = new Set<ReleaseBlocker>([a, b]);
    const said = OF_NOTICE.filter((name) => expected.has(name));
    for (const name of said.slice(1)) expected.delete(name);
    expect(new Set(blockers)).toEqual(expected);
  });
});

describe("who must have merged it", () => {
  test.each([
    ["a bot with the role", { mergerIsBot: true }, ["mergerLacksTheRole"]],
    ["a bot, approved by a human with the role", { mergerIsBot: true, approvedByRole: true }, []],
    ["a human without the role, approved", { mergerHasRole: false, approvedByRole: true }, []],
  ])("%s", (_name, facts, blockers) => {
    expect(releaseBlockers({ ...GOOD, facts: { ...GOOD_MERGE, ...facts } })).toEqual(blockers);
  });
});

test("the author's /claim does where GitHub sees no closing", () => {
  const facts = { ...GOOD_MERGE, closesIssue: false };
  expect(releaseBlockers({ ...GOOD, facts, claimed: true })).toEqual([]);
});

describe("the notice", () => {
  test.each([
    ["a second before the merge counts", NOW - 1000, []],
    ["in the same second does not", NOW, ["noticeMissing"]],
    ["after the merge does not", NOW + 1000, ["noticeMissing"]],
  ])("%s", (_name, confirmedAt, blockers) => {
    expect(releaseBlockers({ ...GOOD, notices: [aNotice({ confirmedAt })] })).toEqual(blockers);
  });

  test("of another push counts: it is bound to the pull request, not to a commit", () => {
    expect(releaseBlockers({ ...GOOD, notices: [aNotice({ headSha: "old" })] })).toEqual([]);
  });

  test("that showed less is fine, one that showed more is not", () => {
    expect(releaseBlockers({ ...GOOD, notices: [aNotice({ amount: 1n })] })).toEqual([]);
    expect(releaseBlockers({ ...GOOD, notices: [aNotice({ amount: 2001n })] })).toEqual([
      "noticeShowedMore",
    ]);
  });

  test("that nothing is paid in announced no payment", () => {
    expect(releaseBlockers({ ...GOOD, notices: [aNotice({ amount: 0n })] })).toEqual([
      "noticeMissing",
    ]);
  });

  test("that showed the payee under an old login names the same person", () => {
    const renamed = [{ id: 7, login: "alice-was", basisPoints: 10_000 }];
    expect(releaseBlockers({ ...GOOD, notices: [aNotice({ payees: renamed })] })).toEqual([]);
  });

  test("that showed another's id under the same login does not", () => {
    const taken = [{ id: 70, login: "alice", basisPoints: 10_000 }];
    expect(releaseBlockers({ ...GOOD, notices: [aNotice({ payees: taken })] })).toEqual([
      "noticeNamesOthers",
    ]);
  });

  test("from before the split changed does not count, the one after does", () => {
    const payees = [
      { ...ALICE, basisPoints: 7000 },
      { ...BOB, basisPoints: 3000 },
    ];
    const after = aNotice({ payees, confirmedAt: NOW - 60_000 });
    expect(releaseBlockers({ ...GOOD, payees })).toEqual(["noticeNamesOthers"]);
    expect(releaseBlockers({ ...GOOD, payees, notices: [aNotice(), after] })).toEqual([]);
    expect(releaseBlockers({ ...GOOD, payees, notices: [after, aNotice()] })).toEqual([]);
  });
});

test("of several notices the last before the merge stands, in whatever order they come", () => {
  const [old, last, late] = [NOW - 9, NOW - 1, NOW + 1].map((confirmedAt) =>
    aNotice({ confirmedAt }),
  );
  if (old === undefined || last === undefined || late === undefined) throw new Error("three");
  expect(standingNotice([old, last, late], NOW)).toBe(last);
  expect(standingNotice([late, last, old], NOW)).toBe(last);
  expect(standingNotice([], NOW)).toBeNull();
});

test("the author is paid, but a bot never; a split comes first", () => {
  const split = [{ ...BOB, basisPoints: 10_000 }];
  expect(payeesFor(aPull(), null)).toEqual([{ ...ALICE, basisPoints: 10_000 }]);
  expect(payeesFor(aPull({ authorIsBot: true }), null)).toEqual([]);
  expect(payeesFor(aPull({ authorIsBot: true }), split)).toEqual(split);
  expect(payeesFor(null, null)).toEqual([]);
});

test.each([
  ["in another order", [7000, 3000], true],
  ["with other shares", [3000, 7000], false],
])("the same people %s", (_name, [first = 0, second = 0], same) => {
  const a = [
    { ...ALICE, basisPoints: 7000 },
    { ...BOB, basisPoints: 3000 },
  ];
  const b = [
    { ...BOB, basisPoints: second },
    { ...ALICE, basisPoints: first },
  ];
  expect(samePayees(a, b)).toBe(same);
  expect(samePayees(a, a.slice(1))).toBe(false);
});
