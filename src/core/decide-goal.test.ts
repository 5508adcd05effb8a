// A goal's life by examples: attached, reached, undone, extended, missed.
import { describe, expect, test } from "@jest/globals";
import { effectsInWords, given } from "../../test/core-given.ts";
import {
  aCampaign,
  aCard,
  aClearingPledge,
  aGoal,
  aGoalCampaign,
  aMergedPull,
  aNotice,
  aPaidPledge,
  aPayment,
  aPledge,
  aPromise,
  aPull,
  aSituation,
  GOOD_MERGE,
  NOW,
  says,
  withPledge,
} from "../../test/core-spec.ts";
import type { CampaignState } from "./campaign.ts";
import type { Situation } from "./decision.ts";
import type { Payment } from "./events.ts";
import type { Goal } from "./goal.ts";
import { DAY_MS, type Pledge } from "./pledge.ts";
import { DEFAULT_POLICY } from "./policy.ts";

const attach = says({ command: "attachGoal", amount: "$500", by: null, label: null });
const bounty = says({ command: "attachBounty", amount: "$200", label: null });
const started = aPledge({ amount: 5000n });
const settlement = { id: "txn_1", currency: "usd", amount: 5000n, fee: 88n };
const full = aPayment({ amount: 5000n, settlement });

describe("attaching", () => {
  test("without a date it runs the policy's days, to the end of the last", () => {
    given(aSituation({ policy: { ...DEFAULT_POLICY, goalDays: 14, charge: "reached" } }))
      .when(attach)
      .then({
        changes: {
          campaign: {
            kind: "goal",
            ask: 50_000n,
            goal: { deadline: Date.UTC(2027, 1, 15), charge: "reached" },
          },
        },
      });
  });

  test("a bounty that nobody has pledged to becomes a goal; its ask is the goal's alone", () => {
    given(aSituation({ campaign: aCampaign({ ask: 20_000n }) }))
      .when(attach)
      .then({ changes: { campaign: { id: "c1", kind: "goal", ask: 50_000n } } });
  });

  test("and a goal that nobody has pledged to becomes a bounty, which asks anew", () => {
    given(aSituation({ campaign: aGoalCampaign() }))
      .when(bounty)
      .then({ changes: { campaign: { id: "c1", kind: "bounty", ask: 20_000n, goal: null } } });
  });

  test("one that was reached, and of which everything went back, begins anew", () => {
    const goal = aGoal({ deadline: NOW - DAY_MS, reachedAt: NOW - 2 * DAY_MS, charge: "reached" });
    const over = aSituation({ campaign: aGoalCampaign({ state: "reached", goal }) });
    given(over)
      .when(attach)
      .then({ changes: { campaign: { state: "open", goal: { reachedAt: null } } } });
    given(over)
      .when(bounty)
      .then({
        effects: [
          "card:c1",
          "notices:c1",
          `minimize:reached:c1:5000:${goal.deadline}`,
          "react:55:rocket",
        ],
        changes: { campaign: { state: "open", kind: "bounty", goal: null } },
      });
  });

  test("nothing changes under people who pledged, a page that is open included", () => {
    for (const campaign of [aGoalCampaign({}, [started]), aGoalCampaign({}, [aPaidPledge()])]) {
      given(aSituation({ campaign })).when(bounty).then({ refusal: "campaignStands" });
      given(aSituation({ campaign })).when(attach).then({ refusal: "campaignStands" });
    }
  });
});

describe("reached", () => {
  const onPage = (parts = {}): Situation =>
    aSituation({ campaign: aGoalCampaign(parts, [started]), pledge: started });
  const paid = { event: "pledgePaid" as const, payment: full };

  test("by the payment that fills it: said once", () => {
    given(onPage())
      .when(paid)
      .then({
        effects: [
          "card:c1",
          "notices:c1",
          `reply:reached:c1:5000:${aGoal().deadline}`,
          "return:p1:0 in 60d",
          "reread:payment:pi_1 in 10min",
        ],
        changes: { campaign: { state: "reached", goal: { reachedAt: NOW } } },
      });
  });

  test("by what was captured before the deadline and is told after it", () => {
    given({ ...onPage({ goal: aGoal({ deadline: NOW }) }) })
      .when({ event: "pledgePaid", payment: { ...full, capturedAt: NOW - 1000 } })
      .then({ changes: { campaign: { state: "reached" }, pledge: { returnReason: null } } });
  });

  test("not by what was captured after it: that goes back in full", () => {
    given(onPage({ goal: aGoal({ deadline: NOW }) }))
      .when(paid)
      .then({
        postings: [
          "world -> pledge:p1 5000 usd",
          "pledge:p1 -> stripe-fees 88 usd",
          "operator -> pledge:p1 88 usd",
          "pledge:p1 -> outgoing:refund:p1:1 5000 usd",
        ],
        changes: { campaign: { state: "open" }, pledge: { returnReason: "campaign over" } },
      });
  });

  const euros = { ...settlement, currency: "eur" };
  test.each<[string, Partial<Goal>, Partial<Payment>]>([
    ["settles in another currency", {}, { settlement: euros }],
    ["does, though reached is for good then", { charge: "reached" }, { settlement: euros }],
    [
      "does, told of after the deadline",
      { deadline: NOW },
      { settlement: euros, capturedAt: NOW - 1 },
    ],
    ["is told of after its refund date", {}, { capturedAt: NOW - 61 * DAY_MS }],
  ])("not by what goes back at once: it %s", (_, of, parts) => {
    const { answer } = given(onPage({ goal: aGoal(of) }))
      .when({ event: "pledgePaid", payment: { ...full, ...parts } })
      .then({
        changes: {
          campaign: { state: "open", goal: { reachedAt: null } },
          pledge: { state: "refunding" },
        },
      });
    const effects = answer.ok ? effectsInWords(answer.decision, NOW) : [];
    expect(effects.filter((one) => /reached|call-in/.test(one))).toEqual([]);
  });

  test("more can be pledged after the deadline while it is not awarded", () => {
    const campaign = aGoalCampaign({ state: "reached", goal: aGoal({ deadline: NOW - DAY_MS }) });
    given(aSituation({ campaign }))
      .when(says({ command: "offerPledge", amount: "$20" }))
      .then({ effects: ["reply:pledge:d1:0", "react:55:rocket"] });
  });
});

describe("a merge before it is reached", () => {
  const pledge = aPaidPledge();
  const merged = aSituation({
    campaign: aGoalCampaign({}, [pledge]),
    pull: aPull(),
    notices: [aNotice()],
  });

  test("waits, and is paid by nobody's word before then", () => {
    given(merged)
      .when({ event: "pullMerged", pull: aMergedPull(), campaignId: "c1", facts: GOOD_MERGE })
      .then({
        postings: [],
        effects: ["card:c1", "reply:waits:140:c1"],
        changes: { campaign: { state: "open", waitingPullId: 140 } },
      });
    given({ ...merged, pull: aMergedPull() })
      .when(says({ command: "releaseAward" }))
      .then({ refusal: "goalNotReached" });
  });
});

describe("the deadline", () => {
  const due = { event: "goalDue" as const, campaignId: "c1", deadline: NOW + 10 * DAY_MS };

  test("missed: the campaign ends and everything goes back", () => {
    given(aSituation({ campaign: aGoalCampaign({ waitingPullId: 140 }, [aPaidPledge()]) }))
      .when(due)
      .then({
        effects: ["card:c1", "minimize:waits:140:c1", "notices:c1", "return-pledges:c1"],
        changes: { campaign: { state: "expired", waitingPullId: null } },
      });
  });

  test.each([
    ["reached", aGoalCampaign({ state: "reached" })],
    ["moved by an extension", aGoalCampaign({ goal: aGoal({ deadline: NOW + 11 * DAY_MS }) })],
    ["cancelled before", aGoalCampaign({ state: "cancelled" })],
    ["turned into a bounty", aCampaign()],
  ])("means nothing for one %s", (_, campaign) => {
    given(aSituation({ campaign }))
      .when(due)
      .then({ effects: [], untouched: ["campaign"] });
  });

  test("a page is closed only while it would be too late", () => {
    const reached = aGoalCampaign({ state: "reached", goal: aGoal({ deadline: NOW }) }, [started]);
    given(aSituation({ campaign: reached, pledge: started }))
      .when({ event: "goalPageClosing", pledgeId: "p1" })
      .then({ effects: [] });
  });
});

describe("extensions", () => {
  const extend = says({ command: "extendGoal", days: 5 });

  test("the second leaves those behind who went along with the first", () => {
    const goal = aGoal({ extensions: [{ from: NOW + DAY_MS, to: NOW + 10 * DAY_MS }] });
    given(aSituation({ campaign: aGoalCampaign({ goal }) }))
      .when(extend)
      .then({
        effects: [
          "bound-consents:c1",
          "card:c1",
          `goal:c1:${NOW + 15 * DAY_MS} in 15d`,
          "notices:c1",
          "react:55:rocket",
        ],
      });
  });

  test("the first takes everybody along, and reminds them of the new date", () => {
    given(aSituation({ campaign: aGoalCampaign() }))
      .when(extend)
      .then({
        effects: [
          "bound-consents:c1",
          "card:c1",
          `goal:c1:${NOW + 15 * DAY_MS} in 15d`,
          "notices:c1",
          "react:55:rocket",
        ],
      });
    const terms = { ...aPledge().terms, goalDeadline: NOW + 10 * DAY_MS };
    const to = NOW + 15 * DAY_MS;
    const goal = aGoal({ deadline: to, extensions: [{ from: NOW + 10 * DAY_MS, to }] });
    const campaign = aGoalCampaign({ goal });
    for (const pledge of [aPaidPledge({ terms }), aPromise({ terms })]) {
      given(aSituation({ campaign, pledge }))
        .when({ event: "goalExtended", pledgeId: "p1" })
        .then({ effects: [], mails: [`mail:goal ends:p1:${to} in 8d`] });
    }
    given(aSituation({ campaign, pledge: aPaidPledge({ terms, returnReason: "withdrawn" }) }))
      .when({ event: "goalExtended", pledgeId: "p1" })
      .thenNothing();
  });

  test("whom the second leaves behind is told of it, at once where that is near", () => {
    const terms = { ...aPledge().terms, goalDeadline: NOW + DAY_MS };
    const pledge = aPaidPledge({ terms });
    const behind = (days: number): Situation => {
      const until = NOW + days * DAY_MS;
      const extensions = [
        { from: NOW + DAY_MS, to: until },
        { from: until, to: until + DAY_MS },
      ];
      const goal = aGoal({ deadline: until + DAY_MS, extensions });
      return aSituation({ campaign: aGoalCampaign({ goal }), pledge });
    };
    for (const [days, wait] of [
      [20, "13d"],
      [5, "0d"],
    ] as const) {
      const until = NOW + days * DAY_MS;
      given(behind(days))
        .when({ event: "goalExtended", pledgeId: "p1" })
        .then({
          effects: [`consent:p1:${until} in ${days}d`],
          mails: [`mail:consent ends:p1:${until} in ${wait}`],
        });
    }
  });

  test("no goal runs longer than a promise lasts", () => {
    given(aSituation({ campaign: aGoalCampaign() }))
      .when(says({ command: "extendGoal", days: 171 }))
      .then({ refusal: "dateIsTooFar" });
  });

  test("a pledge of the last deadline is not left behind", () => {
    const terms = { ...aPledge().terms, goalDeadline: NOW + DAY_MS };
    const goal = aGoal({ extensions: [{ from: NOW + DAY_MS, to: NOW + 10 * DAY_MS }] });
    given(aSituation({ campaign: aGoalCampaign({ goal }), pledge: aPaidPledge({ terms }) }))
      .when({ event: "goalExtended", pledgeId: "p1" })
      .then({ effects: [] });
  });
});

describe("a consent to the first of two extensions", () => {
  const [first, second, third] = [NOW - DAY_MS, NOW, NOW + DAY_MS];
  const extensions = [
    { from: first, to: second },
    { from: second, to: third },
  ];
  const terms = { ...aPledge().terms, goalDeadline: first };
  const ended = { event: "consentEnded" as const, pledgeId: "p1" };
  const asked = { event: "goalExtended" as const, pledgeId: "p1" };

  function goal(parts: Partial<Goal> = {}): Goal {
    return aGoal({ deadline: third, extensions, ...parts });
  }

  const others = aPaidPledge({ id: "p9", amount: 5000n });

  /** At the very moment at which the consent ends; reached is what others have filled. */
  function at(state: CampaignState, reachedAt: number | null, pledge: Pledge): Situation {
    const pledges = state === "reached" ? [pledge, others] : [pledge];
    return withPledge(pledge, {
      campaign: aGoalCampaign({ state, goal: goal({ reachedAt }) }, pledges),
    });
  }

  const paid = aPaidPledge({ terms });
  const back = { state: "refunding", returnReason: "goal missed" };

  test.each<[string, CampaignState, number | null, Pledge, object]>([
    ["ends with what is paid in", "open", null, paid, back],
    ["ends, though others reach the goal in the same moment", "reached", NOW, paid, back],
    ["ends, though it is awarded before this is seen to", "awarded", NOW, paid, back],
    [
      "ends while the charge is not settled",
      "reached",
      NOW,
      aClearingPledge({ terms }),
      { state: "clearing", returnReason: "goal missed" },
    ],
    [
      "ends while a bank asks about it",
      "reached",
      NOW,
      { ...paid, state: "disputed", disputed: 2000n },
      { state: "disputed", returnReason: "goal missed" },
    ],
    ["ends with a promise", "reached", NOW, aPromise({ terms }), { state: "lapsed" }],
  ])("%s", (_name, state, reachedAt, pledge, expected) => {
    for (const event of [ended, asked]) {
      given(at(state, reachedAt, pledge))
        .when(event)
        .then({ changes: { pledge: expected } });
    }
  });

  test.each<[string, CampaignState, number | null, Pledge]>([
    ["once the goal was reached before", "reached", NOW - 1, paid],
    ["once the goal is reached, whenever that was", "reached", null, paid],
    ["when it was awarded in time", "awarded", NOW - 1, paid],
    ["when its money is divided", "awarded", NOW, aPaidPledge({ terms, shared: 1912n })],
    ["when the goal was missed as a whole", "expired", null, paid],
  ])("means nothing %s", (_name, state, reachedAt, pledge) => {
    for (const event of [ended, asked])
      given(at(state, reachedAt, pledge))
        .when(event)
        .thenNothing();
  });

  test("means nothing for a page's date that was moved by a clock", () => {
    given({ ...at("open", null, paid), at: NOW - 1 })
      .when(ended)
      .thenNothing();
  });

  test("is asked for again when a withdrawal undoes that the goal was reached", () => {
    const other = aPaidPledge({ id: "p2", amount: 4000n });
    const withdraw = { command: "withdrawPledge" as const, pledgeId: "p2" };
    const reached = (of: Goal): Situation =>
      withPledge(other, { campaign: aGoalCampaign({ state: "reached", goal: of }, [other]) });
    given(reached(goal({ reachedAt: NOW - 1 })))
      .when(withdraw)
      .then({
        effects: ["bound-consents:c1", "card:c1", "notices:c1", "refund:p2:1"],
        changes: { campaign: { state: "open", goal: { reachedAt: null } } },
      });
    given(reached(goal({ reachedAt: NOW - 1, extensions: extensions.slice(0, 1) })))
      .when(withdraw)
      .then({ effects: ["card:c1", "notices:c1", "refund:p2:1"] });
  });

  test.each<[string, CampaignState, number | null, number, string | null]>([
    ["too late, goes back in full", "open", null, NOW, "campaign over"],
    [
      "too late, goes back in full, also of a goal reached since",
      "reached",
      NOW,
      NOW,
      "campaign over",
    ],
    [
      "in time and told too late, was for a goal that is missed",
      "open",
      null,
      NOW - 1,
      "goal missed",
    ],
    ["in time, of a goal that others reached since", "reached", NOW, NOW - 1, "goal missed"],
    ["later, stays where the goal was reached in time", "reached", NOW - 1, NOW, null],
  ])("what is paid %s", (_name, state, reachedAt, capturedAt, returnReason) => {
    const page = aPledge({ terms });
    const settled = { id: "txn_1", currency: "usd", amount: 2000n, fee: 88n };
    for (const settlement of [null, settled]) {
      given(at(state, reachedAt, page))
        .when({ event: "pledgePaid", payment: aPayment({ capturedAt, settlement }) })
        .then({ changes: { pledge: { returnReason } } });
    }
  });

  test("does not fill the goal with what is told of when it is over", () => {
    const page = aPledge({ terms, amount: 5000n });
    given(at("open", null, page))
      .when({ event: "pledgePaid", payment: { ...full, capturedAt: NOW - 1 } })
      .then({ changes: { campaign: { state: "open", totals: { paidIn: 0n } } } });
    given(at("open", null, page))
      .when({ event: "cardVerified", ...aCard() })
      .then({ changes: { pledge: { state: "lapsed" }, campaign: { state: "open" } } });
  });
});

test("taking a goal's label off ends it only while nobody has pledged", () => {
  const label = says({ command: "detachLabel", label: "goal: $50" }, { commentId: null });
  given(aSituation({ campaign: aGoalCampaign() }))
    .when(label)
    .then({ changes: { campaign: { state: "cancelled" } } });
  given(aSituation({ campaign: aGoalCampaign({}, [aPaidPledge()]) }))
    .when(label)
    .then({ refusal: "campaignHasPledges" });
  expect(aGoalCampaign().ask).toBe(5000n);
});
