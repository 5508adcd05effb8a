// A backer takes back a promise that a goal called in and that waits for them: declined, or to be confirmed.
import { describe, expect, test } from "@jest/globals";
import { given } from "../../test/core-given.ts";
import {
  aCard,
  aCharging,
  aGoal,
  aGoalCampaign,
  anAward,
  aPaidPledge,
  aPayment,
  NOW,
  withPledge,
} from "../../test/core-spec.ts";
import type { CampaignState } from "./campaign.ts";
import type { Situation } from "./decision.ts";
import { backerMail } from "./mails.ts";
import { type Charging, DAY_MS, type Pledge } from "./pledge.ts";

const withdraw = { command: "withdrawPledge", pledgeId: "p1" } as const;
const canceled = {
  event: "chargeCanceled",
  pledgeId: "p1",
  paymentIntentId: "pi_1",
} as const;
const failed: Partial<Charging> = { problem: "card declined", failedAt: NOW };
const others = aPaidPledge({ id: "p2", amount: 3000n });

/** Of a goal of $50.00 that was reached, and charges when it is. */
function situation(pledge: Pledge, state: CampaignState = "reached"): Situation {
  const goal = aGoal({ charge: "reached", reachedAt: NOW - DAY_MS });
  const campaign = aGoalCampaign({ goal, state }, [pledge, others]);
  const award = state === "awarded" ? anAward() : null;
  return withPledge(pledge, { campaign, award });
}

const declined = aCharging(failed);
const withdrawn = aCharging({ ...failed, ending: true }, { returnReason: "withdrawn" });

describe("the charge is ended at Stripe first", () => {
  test.each<[string, Pledge]>([
    ["declined", declined],
    ["to be confirmed", aCharging({ problem: "authentication needed", failedAt: NOW })],
    [
      "its bank's page is open",
      aCharging({ problem: "authentication needed", failedAt: NOW, pageUrl: "https://bank.test" }),
    ],
  ])("%s: it counts no more at once, and the goal stays reached", (_what, pledge) => {
    given(situation(pledge))
      .when(withdraw)
      .then({
        postings: [],
        effects: ["cancel:pi_1", "card:c1", "notices:c1"],
        changes: {
          pledge: { state: "charging", returnReason: "withdrawn", charging: { ending: true } },
          campaign: {
            state: "reached",
            totals: { collecting: 0n, paidIn: 3000n, backersCount: 1, unfinishedCount: 2 },
          },
        },
      });
  });

  test.each<CampaignState>(["reached", "awarded", "cancelled"])(
    "once Stripe says that it can charge no more, it is withdrawn, and its card forgotten: %s",
    (state) => {
      given(situation(withdrawn, state))
        .when(canceled)
        .then({
          postings: [],
          effects: [...(state === "reached" ? ["notices:c1"] : []), "card:c1", "forget-card:pm_1"],
          changes: {
            pledge: { state: "withdrawn", returnReason: null },
            campaign: { totals: { collecting: 0n, uncollected: 0n, unfinishedCount: 1 } },
          },
        });
    },
  );

  test("one that is given up by its date is still one that was not collected", () => {
    given(situation(aCharging({ ...failed, ending: true })))
      .when(canceled)
      .then({
        changes: { pledge: { state: "lapsed" }, campaign: { totals: { uncollected: 2000n } } },
      });
  });

  test("nothing begins another try, reminds of it, or ends it again meanwhile", () => {
    const at = { ...situation(withdrawn), at: NOW + 14 * DAY_MS };
    given(at).when(withdraw).thenNothing();
    given(at)
      .when({ command: "retryCharge", pledgeId: "p1" })
      .then({ refusal: "nothingToConfirm" });
    given(at).when({ command: "changeCard", pledgeId: "p1" }).then({ refusal: "nothingToConfirm" });
    given(at)
      .when({
        event: "cardVerified",
        ...aCard({ setupIntentId: "seti_2", paymentMethodId: "pm_2" }),
      })
      .then({
        effects: ["forget-card:pm_1 in 1d"],
        changes: { pledge: { state: "charging", charging: { ending: true } } },
      });
    given(at).when({ event: "chaseDue", pledgeId: "p1", number: 1 }).thenNothing();
    given(at).when({ event: "pledgeLapseDue", pledgeId: "p1" }).thenNothing();
    given(at).when({ event: "pledgeReturnDue", pledgeId: "p1", reason: "cancelled" }).thenNothing();
    const { campaign } = at;
    if (campaign === null) throw new Error("no campaign");
    const repository = { owner: "acme", name: "rocket" };
    const view = { about: "charge failed" as const, of: "1", link: "l", at: NOW, repository };
    expect(backerMail({ ...view, pledge: withdrawn, campaign })).toBeNull();
  });
});

describe("it is refused", () => {
  test.each<[string, Pledge, CampaignState, "pledgeIsBeingCharged" | "pledgeIsAwarded"]>([
    ["a try is under way", aCharging(), "reached", "pledgeIsBeingCharged"],
    [
      "another try is under way",
      aCharging({ triesCount: 2, failedAt: NOW }),
      "reached",
      "pledgeIsBeingCharged",
    ],
    [
      "its intent is asked for",
      aCharging({ triesCount: 0 }, { paymentIntentId: null }),
      "reached",
      "pledgeIsBeingCharged",
    ],
    [
      "its days are over, and it is being ended",
      aCharging({ ...failed, ending: true }),
      "reached",
      "pledgeIsBeingCharged",
    ],
    ["awarded", declined, "awarded", "pledgeIsAwarded"],
    ["settled", declined, "settled", "pledgeIsAwarded"],
  ])("%s", (_why, pledge, state, refusal) => {
    given(situation(pledge, state)).when(withdraw).then({ refusal });
  });
});

describe("it went through all the same", () => {
  const paid = { event: "pledgePaid", payment: aPayment() } as const;
  const BOOKED = ["world -> pledge:p1 2000 usd", "pledge:p1 -> stripe-fees 88 usd"];
  const NET = [...BOOKED, "pledge:p1 -> outgoing:refund:p1:1 1912 usd"];

  test.each<[string, CampaignState, string, string[]]>([
    ["what Stripe's fee leaves of it goes back", "reached", "withdrawn", NET],
    ["though it was awarded meanwhile", "awarded", "withdrawn", NET],
    [
      "all of it, where the goal was over before",
      "cancelled",
      "campaign over",
      [...BOOKED, "operator -> pledge:p1 88 usd", "pledge:p1 -> outgoing:refund:p1:1 2000 usd"],
    ],
  ])("%s", (_what, state, returnReason, postings) => {
    given(situation(withdrawn, state))
      .when(paid)
      .then({
        postings,
        changes: {
          pledge: { state: "refunding", returnReason, shared: 0n },
          campaign: { totals: { paidIn: 3000n, collecting: 0n } },
        },
      });
  });

  test("its fee not yet known: it counts nowhere, and goes back once that is", () => {
    given(situation(withdrawn))
      .when({ event: "pledgePaid", payment: aPayment({ settlement: null }) })
      .then({
        postings: [],
        mails: [],
        changes: {
          pledge: { state: "clearing", returnReason: "withdrawn" },
          campaign: { state: "reached", totals: { paidIn: 3000n, clearing: 0n } },
        },
      });
  });
});
