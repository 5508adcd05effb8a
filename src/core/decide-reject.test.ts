// A claim declined, an award taken back, code reverted: money never goes to anybody but its backer or the work.
import { describe, expect, test } from "@jest/globals";
import { given } from "../../test/core-given.ts";
import {
  ALICE,
  aCampaign,
  aCharging,
  aClaim,
  aClearingPledge,
  aGoal,
  aGoalCampaign,
  aMergedPull,
  anAward,
  aPaidPledge,
  aPayout,
  aPledge,
  aPromise,
  aPull,
  aSituation,
  BOB,
  GOOD_MERGE,
  MAINTAINER,
  NOW,
  PULL_THREAD,
  says,
  withAward,
  withPledge,
} from "../../test/core-spec.ts";
import type { Award } from "./award.ts";
import type { Situation } from "./decision.ts";
import type { Event } from "./events.ts";
import type { Goal } from "./goal.ts";
import { hasLeft } from "./payout.ts";
import { DAY_MS, type Pledge } from "./pledge.ts";

const reject = says({ command: "rejectClaim", why: "no @all tests" }, { thread: PULL_THREAD });
const REJECTED = { why: "no @all tests", by: MAINTAINER, at: NOW };
const shared = aPaidPledge({ shared: 1912n });
const goalMoney = aPaidPledge({ amount: 5000n });
const notCharged = aCharging({}, { amount: 4000n, state: "lapsed" });
const extensions = [1, 2].map((days) => ({
  from: NOW + days * DAY_MS,
  to: NOW + days * DAY_MS + DAY_MS,
}));

function onPull(parts: Partial<Situation> = {}): Situation {
  return withPledge(aPaidPledge(), { pull: aPull(), claims: [aClaim()], ...parts });
}

function awarded(award: Partial<Award> = {}, parts: Partial<Situation> = {}): Situation {
  return withAward({
    pledge: shared,
    payouts: [aPayout()],
    parts: { award: anAward(award), pull: aMergedPull(), claims: [aClaim()], ...parts },
  });
}

describe("/reject", () => {
  test("declines an open pull request's claim; its notice and its author are told", () => {
    given(onPull())
      .when(reject)
      .then({
        effects: ["card:c1", "notice:140:c1", "notices:c1", "react:55:rocket", "reply:d1:0"],
        changes: { claim: { by: "closing reference", rejected: REJECTED } },
        untouched: ["campaign"],
      });
  });

  test("declines a merged one that waits: nothing waits any more", () => {
    const campaign = aCampaign({ waitingPullId: 140 }, [aPaidPledge()]);
    given(onPull({ campaign, pull: aMergedPull() }))
      .when(reject)
      .then({
        effects: [
          "card:c1",
          "minimize:waits:140:c1",
          "notices:c1",
          "react:55:rocket",
          "reply:d1:0",
        ],
        changes: { campaign: { state: "open", waitingPullId: null } },
      });
  });

  test("a declined claim releases nothing, and neither an edit nor its author bring it back", () => {
    const claims = [aClaim({ rejected: REJECTED })];
    const event: Event = {
      event: "pullMerged",
      pull: aMergedPull(),
      campaignId: "c1",
      facts: GOOD_MERGE,
    };
    given(onPull({ claims }))
      .when(event)
      .then({ effects: [], untouched: ["award", "campaign"] });
    given(onPull({ claims }))
      .when({ event: "pullLinked", pull: aPull(), campaignId: "c1", by: "command" })
      .then({ changes: { claim: { by: "command", rejected: REJECTED } } });
    given(onPull({ claims }))
      .when(says({ command: "claimIssue", issueNumber: 12 }, { by: ALICE, thread: PULL_THREAD }))
      .then({ refusal: "claimIsRejected" });
  });

  test("takes back an award of which nothing has left: payouts stand still, the shares follow", () => {
    given(awarded())
      .when(reject)
      .then({
        postings: [],
        effects: ["card:c1", "react:55:rocket", "reply:d1:0", "undo-award:c1:1"],
        changes: {
          award: { undone: REJECTED },
          claim: { rejected: REJECTED },
          campaign: { state: "awarded", hold: REJECTED },
        },
      });
  });

  test("keeps the hold that another maintainer said before; a revert's ends with its award", () => {
    const hold = { why: "legal asks us to wait", by: BOB, at: NOW - 1 };
    const campaign = aCampaign({ state: "awarded", hold }, [shared]);
    given(awarded({}, { campaign }))
      .when(reject)
      .then({ changes: { campaign: { hold } } });
    given(awarded({ revertedBy: 20 }, { campaign }))
      .when(reject)
      .then({ changes: { campaign: { hold: REJECTED } } });
  });

  test.each([
    ["nothing linked", { claims: [] }, "nothingToReject"],
    ["no pull request", { pull: null }, "nothingToReject"],
    ["something has left", { payoutsLeft: true }, "payoutsHaveLeft"],
    ["another was awarded", { award: anAward({ pullId: 141 }) }, "campaignIsAwarded"],
    ["all is paid out", { campaign: aCampaign({ state: "settled" }) }, "campaignIsOver"],
  ] as const)("is refused: %s", (_name, parts, refusal) => {
    given(awarded({}, parts as Partial<Situation>))
      .when(reject)
      .then({ refusal });
  });
});

describe("an award that is taken back", () => {
  const undone = { undone: REJECTED };
  const step: Event = { event: "pledgeAwardUndone", pledgeId: "p1" };

  test("gives the shares and the operator's fee back to the pledge, which is paid in again", () => {
    const pledge = aPaidPledge({ shared: 1900n, operatorFee: 12n });
    const half = aPayout({ amount: 950n });
    const other = aPayout({ id: "p1:8:1", payeeId: 8, amount: 950n });
    given(withAward({ pledge, payouts: [half, other], parts: { award: anAward(undone) } }))
      .when(step)
      .then({
        postings: [
          "share:p1:7 -> pledge:p1 950 usd",
          "share:p1:8 -> pledge:p1 950 usd",
          "operator -> pledge:p1 12 usd",
        ],
        effects: ["card:c1"],
        changes: {
          payout: { state: "returned" },
          pledge: { state: "paid", shared: 0n, operatorFee: 0n },
          campaign: { totals: { paidIn: 2000n } },
        },
      });
  });

  test("whose date has passed meanwhile goes on to its backer", () => {
    const at = NOW + 60 * DAY_MS;
    given(awarded(undone, { at }))
      .when(step)
      .then({
        postings: [
          "share:p1:7 -> pledge:p1 1912 usd",
          "pledge:p1 -> outgoing:refund:p1:1 1912 usd",
        ],
        changes: { pledge: { state: "refunding", returnReason: "refund date reached" } },
      });
  });

  test.each<[string, Pledge, number, object]>([
    ["a promise", aPromise(), 180, { state: "lapsed" }],
    ["what clears", aClearingPledge(), 60, { returnReason: "refund date reached" }],
  ])(
    "that had not got to %s, whose date it held up, lets it go its way",
    (_name, pledge, days, expected) => {
      const date = NOW + days * DAY_MS;
      const late = (at: number): Situation =>
        withAward({ pledge, payouts: [], parts: { award: anAward(undone), at } });
      given(late(date))
        .when(step)
        .then({ changes: { pledge: expected } });
      given(late(date - 1))
        .when(step)
        .thenNothing();
    },
  );

  test("ends a charge that is still being collected; a promise that was not called in stays one", () => {
    const charging: Pledge["charging"] = {
      at: NOW,
      triesCount: 1,
      problem: "card declined",
      failedAt: NOW,
      pageUrl: null,
      ending: false,
    };
    const pledge = aPledge({ state: "charging", charging, paymentIntentId: "pi_1" });
    given(withAward({ pledge, payouts: [], parts: { award: anAward(undone) } }))
      .when(step)
      .then({ effects: ["cancel:pi_1"], changes: { pledge: { charging: { ending: true } } } });
    const early = { ...pledge, paymentIntentId: null };
    given(withAward({ pledge: early, payouts: [], parts: { award: anAward(undone) } }))
      .when(step)
      .then({ effects: [], changes: { pledge: { charging: { ending: true } } } });
    given(
      withAward({
        pledge: aPledge({ state: "promised" }),
        payouts: [],
        parts: { award: anAward(undone) },
      }),
    )
      .when(step)
      .thenNothing();
  });

  test("divides nothing more, and is not released meanwhile", () => {
    const paid = aPaidPledge();
    given(withAward({ pledge: paid, payouts: [], parts: { award: anAward(undone), held: 1912n } }))
      .when({ event: "pledgeAwarded", pledgeId: "p1" })
      .thenNothing();
    given(awarded(undone))
      .when(says({ command: "releaseAward" }))
      .then({ refusal: "awardIsUndone" });
    given(awarded()).when(step).thenNothing();
  });

  test("leaves the bounty open in the end, but for a hold that a maintainer said meanwhile", () => {
    const end: Event = { event: "awardUndone", campaignId: "c1", round: 1 };
    const undoing = (hold: typeof REJECTED): Situation =>
      awarded(undone, { campaign: aCampaign({ state: "awarded", hold }, [shared]) });
    given(undoing(REJECTED))
      .when(end)
      .then({ changes: { campaign: { state: "open", hold: null } } });
    const later = { ...REJECTED, at: NOW + 1 };
    given(undoing(later))
      .when(end)
      .then({ changes: { campaign: { state: "open", hold: later } } });
    given(awarded()).when(end).thenNothing();
    given(awarded({ ...undone, round: 2 }))
      .when(end)
      .thenNothing();
  });

  test.each<[string, Partial<Goal>, Pledge[], string]>([
    ["has what it was reached by", {}, [goalMoney], "reached"],
    ["lacks what went back meanwhile", {}, [shared], "open"],
    ["lacks it, after the deadline", { deadline: NOW }, [shared], "reached"],
    ["lacks it, and its cards were charged for that", { charge: "reached" }, [shared], "reached"],
    ["lacks what could not be charged", {}, [shared, notCharged], "reached"],
  ])("leaves a goal as its money makes it: it %s", (_, of, pledges, state) => {
    const goal = aGoal({ reachedAt: NOW - 1, extensions, ...of });
    const campaign = aGoalCampaign({ state: "awarded", goal }, pledges);
    const bound = state === "open" ? ["bound-consents:c1"] : [];
    given(awarded(undone, { campaign }))
      .when({ event: "awardUndone", campaignId: "c1", round: 1 })
      .then({ effects: [...bound, "card:c1", "notices:c1"], changes: { campaign: { state } } });
  });

  test("may be followed by another, whose shares have numbers of their own", () => {
    const situation = onPull({ pull: aMergedPull(), award: anAward(undone), policySha: null });
    given(situation)
      .when(says({ command: "releaseAward" }))
      .then({ changes: { award: { id: "a1", round: 2, undone: null } } });
    const payouts = [aPayout({ state: "returned" })];
    given(
      withAward({
        pledge: aPaidPledge(),
        payouts,
        parts: { award: anAward({ round: 2 }), held: 1912n },
      }),
    )
      .when({ event: "pledgeAwarded", pledgeId: "p1" })
      .then({ changes: { payout: { id: "p1:7:2", round: 2 } } });
  });
});

describe("while a bank disputes a charge", () => {
  const undone = { undone: REJECTED };
  const step: Event = { event: "pledgeAwardUndone", pledgeId: "p1" };
  const stopped = aPayout({ state: "stopped" });

  test("shares that the bank stopped are no payees' any more; what the operator covered is theirs first", () => {
    const pledge = aPaidPledge({
      state: "disputed",
      disputed: 2000n,
      shared: 1900n,
      operatorFee: 12n,
      sharesStopped: 1900n,
      covered: 100n,
    });
    given(withAward({ pledge, payouts: [stopped], parts: { award: anAward(undone) } }))
      .when(step)
      .then({
        postings: ["operator -> pledge:p1 12 usd", "pledge:p1 -> operator 12 usd"],
        changes: {
          payout: { state: "returned" },
          pledge: {
            state: "disputed",
            shared: 0n,
            sharesStopped: 0n,
            operatorFee: 0n,
            covered: 88n,
          },
        },
      });
  });

  test("what is left of a pledge whose date is over goes back after the verdict, not before", () => {
    const pledge = aPaidPledge({ state: "disputed", disputed: 2000n, shared: 1912n });
    const at = NOW + 60 * DAY_MS;
    given(withAward({ pledge, payouts: [aPayout()], parts: { award: anAward(undone), at } }))
      .when(step)
      .then({
        postings: ["share:p1:7 -> pledge:p1 1912 usd"],
        changes: { pledge: { state: "disputed", returnReason: "refund date reached" } },
      });
  });

  test("it can be said while a bank holds the money, not once a transfer exists", () => {
    const left = (parts: Parameters<typeof aPayout>[0]): boolean => hasLeft(aPayout(parts));
    expect(left({ state: "stopped" })).toBe(false);
    expect(left({ state: "stopped", transferId: "tr_1" })).toBe(true);
    expect(left({ state: "failed" })).toBe(false);
    expect(left({ state: "reversed" })).toBe(true);
  });

  test("a share beside one that was let go follows it to the backer", () => {
    const pledge = aPaidPledge({
      shared: 1912n,
      sharesReturned: 574n,
      refunded: 574n,
      returnReason: "declined by the payee",
    });
    const waiting = aPayout({ amount: 1338n });
    given(withAward({ pledge, payouts: [waiting], parts: { award: anAward(undone) } }))
      .when(step)
      .then({
        postings: [
          "share:p1:7 -> pledge:p1 1338 usd",
          "pledge:p1 -> outgoing:refund:p1:1 1338 usd",
        ],
        changes: { payout: { state: "returned" }, pledge: { state: "refunding" } },
      });
  });

  test("a share of the award before is never sent by the next", () => {
    const situation = withAward({
      pledge: shared,
      payouts: [aPayout()],
      parts: { award: anAward({ round: 2 }) },
    });
    given(situation)
      .when({ event: "payoutDue", payoutId: "p1:7:1", released: true })
      .then({ postings: [], changes: { payout: { state: "waiting" } } });
  });
});

describe("a revert", () => {
  const revert: Event = {
    event: "pullReverted",
    campaignId: "c1",
    pullId: 140,
    revert: 20,
    by: BOB,
  };

  test("before the payout puts it on hold, and asks whoever merged it, once", () => {
    given(awarded())
      .when(revert)
      .then({
        effects: ["card:c1", "reply:reverted:c1:1"],
        changes: {
          award: { revertedBy: 20 },
          campaign: { hold: { why: "#20 reverts #14", by: BOB } },
        },
      });
    given(awarded({ revertedBy: 20 }))
      .when(revert)
      .thenNothing();
  });

  test("keeps the hold that stands; after the payout it holds what may still come, and asks nobody", () => {
    const hold = { why: "w", by: MAINTAINER, at: NOW };
    given(awarded({}, { campaign: aCampaign({ state: "awarded", hold }, [shared]) }))
      .when(revert)
      .then({ changes: { campaign: { hold } } });
    given(awarded({}, { campaign: aCampaign({ state: "settled" }) }))
      .when(revert)
      .then({
        effects: ["card:c1"],
        changes: { campaign: { state: "settled", hold: { why: "#20 reverts #14", by: BOB } } },
      });
  });

  test("of another pull request, or of an award taken back, is no matter", () => {
    given(awarded({ pullId: 141 }))
      .when(revert)
      .thenNothing();
    given(awarded({ undone: REJECTED }))
      .when(revert)
      .thenNothing();
    given(aSituation({ campaign: aCampaign(), pull: aMergedPull() }))
      .when(revert)
      .thenNothing();
  });
});

test("what people wrote is quoted, never repeated as it is", () => {
  const { answer } = given(onPull()).when(reject);
  const body = answer.ok
    ? answer.decision.effects.flatMap(({ effect }) =>
        effect.effect === "reply" ? effect.body : [],
      )
    : [];
  expect(body[0]).toContain("@alice: A maintainer declined this pull request's claim");
  expect(body[0]).not.toContain("@all");
});
