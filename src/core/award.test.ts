import { describe, expect, test } from "@jest/globals";
import {
  ALICE,
  aGoal,
  aMergedPull,
  aNotice,
  aPull,
  BOB,
  GOOD_MERGE,
  NOW,
} from "../../test/core-spec.ts";
import {
  coAuthorsOf,
  latestOf,
  type PullCommit,
  type ReleaseBlocker,
  releaseBlockers,
  standingNotice,
} from "./award.ts";
import { NO_ROLE } from "./policy.ts";

type Facts = Parameters<typeof releaseBlockers>[0];

const GOOD: Facts = {
  pull: aMergedPull(),
  facts: GOOD_MERGE,
  claimed: false,
  payees: [{ ...ALICE, basisPoints: 10_000 }],
  notices: [aNotice()],
  amount: 2000n,
  campaign: { goal: null, state: "open", hold: null },
};

/** How each rule of the design's section 3 is broken, alone. */
const BREAKS: Record<ReleaseBlocker, (facts: Facts) => Facts> = {
  notTheDefaultBranch: (one) => ({ ...one, facts: { ...one.facts, intoDefaultBranch: false } }),
  notClosingTheIssue: (one) => ({ ...one, facts: { ...one.facts, closesIssue: false } }),
  mergerLacksTheRole: (one) => ({ ...one, facts: { ...one.facts, mergerHasRole: false } }),
  approvedUnseen: (one) => ({
    ...one,
    facts: { ...one.facts, mergerHasRole: false, approvedAt: NOW - 7_200_000 },
  }),
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
  goalNotReached: (one) => ({ ...one, campaign: { ...one.campaign, goal: aGoal() } }),
  onHold: (one) => ({
    ...one,
    campaign: { ...one.campaign, hold: { why: "wait", by: ALICE, at: NOW } },
  }),
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
    // An approval says more of who stands for it than the merger; without its notice nothing.
    if (expected.has("approvedUnseen")) expected.delete("mergerLacksTheRole");
    if (said[0] === "noticeMissing" || said[0] === "noticeNamesOthers") {
      expected.delete("approvedUnseen");
    }
    expect(new Set(blockers)).toEqual(expected);
  });
});

describe("who must have merged it", () => {
  test.each([
    ["a bot with the role", { mergerIsBot: true }, ["mergerLacksTheRole"]],
    ["a bot, approved by a human with the role", { mergerIsBot: true, approvedAt: NOW }, []],
    ["a human without the role, approved", { mergerHasRole: false, approvedAt: NOW }, []],
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

  test("that said that a merge releases nothing announced none, whatever is pledged", () => {
    expect(releaseBlockers({ ...GOOD, notices: [aNotice({ payees: [] })] })).toEqual([
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

describe("an approval, where a bot merges", () => {
  const facts = { ...GOOD_MERGE, mergerIsBot: true };
  const first = aNotice({ confirmedAt: NOW - 60_000 });
  const again = aNotice({ confirmedAt: NOW - 20_000, headSha: "next" });
  const others = aNotice({
    confirmedAt: NOW - 40_000,
    payees: [{ ...BOB, basisPoints: 10_000 }],
  });
  test.each([
    ["before the notice was not shown it", NOW - 60_001, [first], ["approvedUnseen"]],
    ["in the notice's second may not have been", NOW - 60_000, [first], ["approvedUnseen"]],
    ["after it was", NOW - 59_000, [first], []],
    ["between two notices of the same people was", NOW - 59_000, [first, again], []],
    ["before others were named was not", NOW - 59_000, [first, others, again], ["approvedUnseen"]],
  ])("%s", (_name, approvedAt, notices, blockers) => {
    expect(releaseBlockers({ ...GOOD, facts: { ...facts, approvedAt }, notices })).toEqual(
      blockers,
    );
  });

  test("that itself earns a share was shown the people who did the work", () => {
    const pull = aMergedPull({ reviewers: [{ ...BOB, role: NO_ROLE, at: NOW - 50_000 }] });
    const payees = [
      { ...ALICE, basisPoints: 9000 },
      { ...BOB, basisPoints: 1000 },
    ];
    const named = aNotice({ payees, confirmedAt: NOW - 40_000 });
    const approved = { ...facts, approvedAt: NOW - 50_000 };
    const notices = [first, named];
    expect(releaseBlockers({ ...GOOD, pull, facts: approved, payees, notices })).toEqual([]);
    expect(releaseBlockers({ ...GOOD, pull, facts: approved, payees, notices: [named] })).toEqual([
      "approvedUnseen",
    ]);
  });
});

describe("of two readings of one pull request", () => {
  const known = aPull({ updatedAt: NOW });
  const merged = aMergedPull({ updatedAt: NOW });
  test.each([
    ["the first there is", null, known, "seen"],
    ["the later", known, aPull({ updatedAt: NOW + 1 }), "seen"],
    ["the one read now, of one second", known, aPull({ updatedAt: NOW }), "seen"],
    ["not the earlier", known, aPull({ updatedAt: NOW - 1 }), "known"],
    ["the merge, for it is final", merged, aPull({ updatedAt: NOW + 1 }), "known"],
    ["another's", aPull({ id: 141, updatedAt: NOW + 1 }), known, "seen"],
  ] as const)("%s stands", (_name, before, seen, stands) => {
    expect(latestOf(before, seen)).toBe(stands === "seen" ? seen : before);
  });
});

describe("co-authors are those whom the author names", () => {
  const commit = (authors: PullCommit["authors"], isMerge = false): PullCommit => ({
    sha: "abc",
    message: "Fix",
    authors,
    isMerge,
  });
  const CAROL = { id: 9, login: "carol" };
  test.each([
    ["in a trailer", [commit([ALICE, BOB])], [BOB]],
    ["once, however often", [commit([ALICE, BOB]), commit([ALICE, CAROL, BOB])], [BOB, CAROL]],
    ["in a commit whose address is nobody's account", [commit([null, BOB, ALICE])], [BOB]],
    ["but no bot, which has no account here", [commit([ALICE, null])], []],
    ["not in another's commit", [commit([BOB]), commit([BOB, CAROL])], []],
    ["not in a merge of the base", [commit([ALICE, BOB], true)], []],
  ])("%s", (_name, commits, expected) => {
    expect(coAuthorsOf(ALICE, commits)).toEqual(expected);
  });
});
