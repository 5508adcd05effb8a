import { describe, expect, test } from "@jest/globals";
import {
  ALICE,
  aCharging,
  aGoal,
  aGoalCampaign,
  aPaidPledge,
  aPledge,
  aPromise,
  NOW,
} from "../../test/core-spec.ts";
import {
  consentUntil,
  deadlineAfter,
  GOAL_GRACE_MS,
  isTooLate,
  judged,
  readDeadline,
} from "./goal.ts";
import { DAY_MS } from "./pledge.ts";

describe("a date is read as the end of that day, UTC", () => {
  test.each([
    ["2027-01-31", { ok: true, deadline: Date.UTC(2027, 1, 1) }],
    ["2027-02-28", { ok: true, deadline: Date.UTC(2027, 2, 1) }],
    ["2027-07-30", { ok: true, deadline: Date.UTC(2027, 6, 31) }],
    ["2027-07-31", { ok: false, problem: "tooFar" }],
    ["2027-02-29", { ok: false, problem: "notADate" }],
    ["2027-13-01", { ok: false, problem: "notADate" }],
    ["2027-1-31", { ok: false, problem: "notADate" }],
    ["31.01.2027", { ok: false, problem: "notADate" }],
    ["tomorrow", { ok: false, problem: "notADate" }],
    ["+275760-09-13", { ok: false, problem: "notADate" }],
    ["2027-01-30", { ok: false, problem: "past" }],
  ])("%s", (text, expected) => {
    expect(readDeadline(text, NOW)).toEqual(expected);
  });

  test("days from now end with the day they end on", () => {
    expect(deadlineAfter(1, NOW)).toBe(Date.UTC(2027, 1, 2));
  });
});

const paid = (amount: bigint) => aPaidPledge({ amount });
const enough = [paid(5000n)];
const promised = aPromise({ amount: 3000n });
const uncollected = aCharging({}, { amount: 3000n, state: "lapsed" });
const late = aGoal({ deadline: NOW - DAY_MS });

describe("what the totals make of a goal", () => {
  test.each([
    ["enough", aGoalCampaign({}, enough), "reached"],
    ["too little", aGoalCampaign({}, [paid(4999n)]), "open"],
    ["promises count with what is paid in", aGoalCampaign({}, [paid(2000n), promised]), "reached"],
    [
      "enough, told in the grace",
      aGoalCampaign({ goal: aGoal({ deadline: NOW }) }, enough),
      "reached",
    ],
    [
      "enough, after the grace",
      aGoalCampaign({ goal: aGoal({ deadline: NOW - GOAL_GRACE_MS }) }, enough),
      "open",
    ],
    ["a withdrawal before the deadline", aGoalCampaign({ state: "reached" }, []), "open"],
    [
      "a charge that failed leaves it reached",
      aGoalCampaign({ state: "reached" }, [paid(2000n), uncollected]),
      "reached",
    ],
    ["and does not reach it", aGoalCampaign({}, [paid(2000n), uncollected]), "open"],
    [
      "after the deadline nothing undoes it",
      aGoalCampaign({ state: "reached", goal: late }, []),
      "reached",
    ],
    [
      "nor once the cards were charged for it",
      aGoalCampaign({ state: "reached", goal: aGoal({ charge: "reached" }) }, []),
      "reached",
    ],
    ["one that was missed", aGoalCampaign({ state: "expired" }, enough), "expired"],
    ["one that is awarded", aGoalCampaign({ state: "awarded" }, []), "awarded"],
    ["a bounty is not judged", aGoalCampaign({ goal: null, kind: "bounty" }, enough), "open"],
  ])("%s", (_, campaign, state) => {
    expect(judged(campaign, NOW).state).toBe(state);
  });

  test("the time it was reached is kept while it is", () => {
    const reached = judged(aGoalCampaign({}, enough), NOW);
    expect(reached.goal?.reachedAt).toBe(NOW);
    const undone = judged({ ...reached, totals: aGoalCampaign().totals }, NOW + 1);
    expect(undone.goal?.reachedAt).toBeNull();
  });

  test("money on its way back does not count", () => {
    const goingBack = aGoalCampaign({}, [
      aPaidPledge({ amount: 5000n, returnReason: "cancelled" }),
    ]);
    expect(judged(goingBack, NOW).state).toBe("open");
  });

  test.each([
    ["before the deadline", aGoalCampaign(), NOW, false],
    ["at the deadline", aGoalCampaign({ goal: aGoal({ deadline: NOW }) }), NOW, true],
    ["reached", aGoalCampaign({ state: "reached", goal: late }), NOW, false],
    ["a bounty", aGoalCampaign({ goal: null }), NOW, false],
  ])("too late: %s", (_, campaign, at, expected) => {
    expect(isTooLate(campaign, at)).toBe(expected);
  });
});

describe("a consent reaches to the deadline that the backer saw, extended once", () => {
  const [one, two, three] = [NOW + DAY_MS, NOW + 2 * DAY_MS, NOW + 3 * DAY_MS];
  const extensions = [
    { from: one, to: two },
    { from: two, to: three },
  ];
  const goal = aGoal({ deadline: three, extensions });
  test.each([
    ["of before the first extension", one, two],
    ["of between the two", two, three],
    ["of after both", three, three],
    ["to a bounty", null, null],
  ])("%s", (_, goalDeadline, until) => {
    const pledge = aPledge({ backerId: ALICE.id, terms: { ...aPledge().terms, goalDeadline } });
    expect(consentUntil(pledge, goal)).toBe(until);
  });
});
