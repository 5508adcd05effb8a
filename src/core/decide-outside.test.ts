// `/paid`: only where nobody has pledged, and never a figure of ours.
import { describe, expect, test } from "@jest/globals";
import { given } from "../../test/core-given.ts";
import {
  aCampaign,
  aCharging,
  aClearingPledge,
  aForm,
  aGoalCampaign,
  aMergedPull,
  anAward,
  aPaidPledge,
  aPledge,
  aPromise,
  aSituation,
  GOOD_MERGE,
  MAINTAINER,
  NOW,
  says,
} from "../../test/core-spec.ts";
import { NO_TOTALS } from "./campaign.ts";
import { NO_ROLE } from "./policy.ts";

const paid = says({ command: "recordPaidOutside", amount: "$200" });
const over = aCampaign({
  state: "expired",
  paidOutside: { amount: 20_000n, by: MAINTAINER, at: NOW },
});

describe("paid outside of Whipround", () => {
  test.each([
    ["a bounty with an amount", aCampaign({ ask: 20_000n })],
    ["a bounty without one", aCampaign()],
    ["a goal", aGoalCampaign()],
  ])("%s: it is over, nothing is posted, and no total counts it", (_name, campaign) => {
    given(aSituation({ campaign }))
      .when(paid)
      .then({
        postings: [],
        effects: ["card:c1", "notices:c1", "react:55:rocket"],
        changes: {
          campaign: {
            state: "expired",
            totals: NO_TOTALS,
            paidOutside: { amount: 20_000n, by: MAINTAINER, at: NOW },
          },
        },
      });
  });

  test("a smaller amount than a card can be charged is an amount, too", () => {
    given(aSituation({ campaign: aCampaign() }))
      .when(says({ command: "recordPaidOutside", amount: "0.01" }))
      .then({ changes: { campaign: { paidOutside: { amount: 1n } } } });
  });

  test.each([
    ["on Stripe's page", aPledge()],
    ["promised", aPromise()],
    ["being charged", aCharging()],
    ["clearing", aClearingPledge()],
    ["paid in", aPaidPledge()],
    ["on its way back", aPaidPledge({ state: "refunding", refunding: 1912n })],
    ["disputed", aPaidPledge({ state: "disputed", disputed: 2000n })],
  ])("a pledge that is %s: refused", (_name, pledge) => {
    given(aSituation({ campaign: aCampaign({}, [pledge]) }))
      .when(paid)
      .then({ refusal: "paidOutsideButPledged" });
  });

  test.each([
    ["abandoned", aPledge({ state: "abandoned" })],
    ["withdrawn", aPromise({ state: "withdrawn" })],
    ["given back", aPaidPledge({ state: "refunded", refunded: 1912n, returnReason: "withdrawn" })],
  ])("a pledge that was %s is none", (_name, pledge) => {
    given(aSituation({ campaign: aCampaign({}, [pledge]) }))
      .when(paid)
      .then({ postings: [], changes: { campaign: { state: "expired" } } });
  });

  test.each([
    ["awarded", aCampaign({ state: "awarded" }), "campaignIsAwarded"],
    ["settled", aCampaign({ state: "settled" }), "campaignIsAwarded"],
    ["cancelled", aCampaign({ state: "cancelled" }), "campaignIsOver"],
    ["recorded already", over, "campaignIsOver"],
    ["not there", null, "noCampaign"],
  ] as const)("a campaign that is %s: refused", (_name, campaign, refusal) => {
    given(aSituation({ campaign, award: anAward() }))
      .when(paid)
      .then({ refusal });
  });

  test("by whoever lacks the role, or in another currency: refused", () => {
    const situation = aSituation({ campaign: aCampaign() });
    given(situation)
      .when(says({ command: "recordPaidOutside", amount: "$200" }, { role: NO_ROLE }))
      .then({ refusal: "senderLacksTheRole" });
    given(situation)
      .when(says({ command: "recordPaidOutside", amount: "€200" }))
      .then({ refusal: "amountInAnotherCurrency" });
    given(situation)
      .when(says({ command: "recordPaidOutside", amount: "lots" }))
      .then({ refusal: "amountNotUnderstood" });
  });
});

describe("afterwards", () => {
  const situation = aSituation({ campaign: over });
  test("nobody can pledge", () => {
    given(situation)
      .when({ command: "startPledge", form: aForm() })
      .then({ refusal: "campaignIsOver" });
  });

  test("a merge pays nobody", () => {
    const pull = aMergedPull();
    const { answer } = given(situation).when({
      event: "pullMerged",
      pull,
      campaignId: "c1",
      facts: GOOD_MERGE,
    });
    expect(answer).toEqual({
      ok: true,
      decision: { changes: [{ put: "pull", pull }], postings: [], effects: [] },
    });
  });

  test("a new bounty can be attached, and knows nothing of it", () => {
    given(situation)
      .when(says({ command: "attachBounty", amount: null, label: null }))
      .then({ changes: { campaign: { id: "new1", state: "open", paidOutside: null } } });
  });
});
