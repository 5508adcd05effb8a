// Who would be paid: nobody earns a share that the author, a maintainer or the policy did not give.
import { describe, expect, test } from "@jest/globals";
import { ALICE, aMergedPull, aPull, BOB, MAINTAINER, NOW, WRITE } from "../../test/core-spec.ts";
import { payeesFor, type Reviewer, samePayees, sameWorkers } from "./payees.ts";
import { DEFAULT_POLICY, NO_ROLE, type Policy } from "./policy.ts";

const CAROL = { id: 9, login: "carol" };
const tenth: Policy = { ...DEFAULT_POLICY, reviewShareBasisPoints: 1000 };

function shares(options: Partial<Parameters<typeof payeesFor>[0]>): string {
  const payees = payeesFor({ pull: aPull(), split: null, policy: DEFAULT_POLICY, ...options });
  return payees.map(({ login, basisPoints }) => `${login} ${basisPoints}`).join(", ");
}

function by(person: { id: number; login: string }, parts: Partial<Reviewer> = {}): Reviewer {
  return { ...person, role: WRITE, at: NOW - 1000, ...parts };
}

describe("who did the work", () => {
  test("the author, but never a bot; a split comes first", () => {
    const split = [{ ...BOB, basisPoints: 10_000 }];
    expect(shares({})).toBe("alice 10000");
    expect(shares({ pull: aPull({ authorIsBot: true, coAuthors: [BOB] }) })).toBe("");
    expect(shares({ pull: aPull({ authorIsBot: true }), split })).toBe("bob 10000");
    expect(shares({ pull: null })).toBe("");
    expect(shares({ pull: null, split })).toBe("bob 10000");
  });

  test.each([
    ["one", [BOB], "alice 5000, bob 5000"],
    ["two: the odd basis point is the author's", [BOB, CAROL], "alice 3334, bob 3333, carol 3333"],
    ["themselves", [ALICE, BOB], "alice 5000, bob 5000"],
  ])("the author names %s in equal shares", (_name, coAuthors, expected) => {
    expect(shares({ pull: aPull({ coAuthors }) })).toBe(expected);
  });

  test("the policy may pay the author alone, and more than ten are a mistake", () => {
    const many = Array.from({ length: 30 }, (_, index) => ({ id: 50 + index, login: `l${index}` }));
    const policy = { ...DEFAULT_POLICY, coAuthors: false };
    expect(shares({ pull: aPull({ coAuthors: [BOB] }), policy })).toBe("alice 10000");
    const payees = payeesFor({ pull: aPull({ coAuthors: many }), split: null, policy: tenth });
    expect(payees).toHaveLength(10);
    expect(payees.reduce((sum, { basisPoints }) => sum + basisPoints, 0)).toBe(10_000);
  });
});

describe("a tenth for the review", () => {
  test.each([
    ["goes to the author when nobody reviewed", {}, "alice 10000"],
    ["is the reviewer's", { reviewers: [by(BOB)] }, "alice 9000, bob 1000"],
    [
      "is divided equally, whoever reviewed first",
      { reviewers: [by(CAROL), by(BOB, { at: NOW - 2000 }), by(MAINTAINER, { at: NOW })] },
      "alice 9000, bob 334, carol 333, mona 333",
    ],
    ["is not a stranger's", { reviewers: [by(BOB, { role: NO_ROLE })] }, "alice 10000"],
    [
      "is not a co-author's",
      { coAuthors: [BOB], reviewers: [by(BOB), by(CAROL)] },
      "alice 4500, bob 4500, carol 1000",
    ],
    ["is not earned after the merge", { reviewers: [by(BOB, { at: NOW + 1 })] }, "alice 10000"],
  ])("%s", (_name, pull, expected) => {
    expect(shares({ pull: aMergedPull(pull), policy: tenth })).toBe(expected);
  });

  test("is earned by those a notice named, by nobody without the policy, and not beside a split", () => {
    const pull = aPull({ reviewers: [by(BOB), by(CAROL)] });
    const split = [{ ...ALICE, basisPoints: 10_000 }];
    expect(shares({ pull, policy: tenth, shown: [ALICE, CAROL] })).toBe("alice 9000, carol 1000");
    expect(shares({ pull, policy: tenth, shown: [ALICE] })).toBe("alice 10000");
    expect(shares({ pull })).toBe("alice 10000");
    expect(shares({ pull, policy: tenth, split })).toBe("alice 10000");
  });
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

test("those who did the work are the same, whoever reviewed it", () => {
  expect(sameWorkers([ALICE, BOB], [ALICE], [BOB])).toBe(true);
  expect(sameWorkers([ALICE, BOB], [ALICE], [])).toBe(false);
  expect(sameWorkers([BOB, ALICE], [ALICE, BOB], [])).toBe(true);
});
