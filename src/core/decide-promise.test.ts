// A saved card, from Stripe's word to the day on which it lapses.
import { describe, expect, test } from "@jest/globals";
import { given } from "../../test/core-given.ts";
import {
  aCampaign,
  aCard,
  aCharging,
  anAward,
  aPaidPledge,
  aPledge,
  aPromise,
  NOW,
  withPledge,
} from "../../test/core-spec.ts";
import { awardable, type CampaignState, partOf } from "./campaign.ts";
import { DAY_MS, type Pledge, type PledgeState } from "./pledge.ts";

const verified = { event: "cardVerified", ...aCard() } as const;
const lapseDue = { event: "pledgeLapseDue", pledgeId: "p1" } as const;

describe("a card is saved", () => {
  test("the promise is given: no money moves, and it counts apart from what is paid in", () => {
    given(withPledge(aPledge({ viaReply: "pledge:d0:0" })))
      .when(verified)
      .then({
        postings: [],
        effects: [
          "card:c1",
          "notices:c1",
          "minimize:pledge:d0:0",
          `lapse:p1:${NOW + 180 * DAY_MS} in 180d`,
        ],
        changes: {
          pledge: {
            state: "promised",
            promisedAt: NOW,
            card: { customerId: "cus_1", paymentMethodId: "pm_1", setupIntentIds: ["seti_1"] },
          },
          campaign: {
            totals: { promised: 2000n, paidIn: 0n, backersCount: 1, unfinishedCount: 1 },
          },
        },
      });
  });

  test("on a page that was given up: still promised", () => {
    given(withPledge(aPledge({ state: "abandoned" })))
      .when(verified)
      .then({ changes: { pledge: { state: "promised" } } });
  });

  test.each<CampaignState>(["awarded", "settled", "cancelled", "expired"])(
    "for a campaign that is %s: it is never charged",
    (state) => {
      const campaign = aCampaign({ state }, [aPledge()]);
      given(withPledge(aPledge(), { campaign }))
        .when(verified)
        .then({
          postings: [],
          effects: ["card:c1", "forget-card:pm_1"],
          changes: { pledge: { state: "lapsed" }, campaign: { totals: { uncollected: 0n } } },
        });
    },
  );

  test("the same one, saved once more, is kept: the promise is charged to it", () => {
    given(withPledge(aPromise(), { at: NOW + DAY_MS }))
      .when({ event: "cardVerified", ...aCard({ setupIntentId: "seti_2" }) })
      .then({ effects: [], changes: { pledge: { state: "promised" } } });
  });

  test("another one takes its place, and the date stays", () => {
    given(withPledge(aPromise(), { at: NOW + DAY_MS }))
      .when({
        event: "cardVerified",
        ...aCard({ setupIntentId: "seti_2", paymentMethodId: "pm_2" }),
      })
      .then({
        effects: ["forget-card:pm_1 in 1d"],
        changes: {
          pledge: {
            state: "promised",
            promisedAt: NOW,
            card: { paymentMethodId: "pm_2", setupIntentIds: ["seti_1", "seti_2"] },
          },
        },
      });
  });

  test("told again, even after another one took its place: known", () => {
    given(withPledge(aPromise())).when(verified).thenNothing();
    const card = {
      customerId: "cus_1",
      paymentMethodId: "pm_2",
      setupIntentIds: ["seti_1", "seti_2"],
    };
    given(withPledge(aPromise({ card })))
      .when(verified)
      .thenNothing();
  });

  test.each<PledgeState>(["paid", "released", "refunded", "lapsed", "failed", "withdrawn"])(
    "for a pledge that is %s: too late to matter, and not kept",
    (state) => {
      given(withPledge(aPaidPledge({ state })))
        .when(verified)
        .then({
          postings: [],
          effects: ["forget-card:pm_1"],
          untouched: ["pledge", "campaign"],
        });
    },
  );
});

describe("a promise lapses", () => {
  const late = NOW + 180 * DAY_MS;

  test("on its date, and the last pledge of a campaign that is over ends it", () => {
    const campaign = aCampaign({ state: "cancelled", unfinishedCommentId: 55 }, [aPromise()]);
    given(withPledge(aPromise(), { at: late, campaign }))
      .when(lapseDue)
      .then({
        postings: [],
        effects: ["card:c1", "react:55:rocket", "forget-card:pm_1"],
        changes: {
          pledge: { state: "lapsed" },
          campaign: { totals: { promised: 0n, backersCount: 0, unfinishedCount: 0 } },
        },
      });
  });

  test.each<[string, Pledge, number]>([
    ["a day early", aPromise(), late - 1],
    ["given anew meanwhile", aPromise({ promisedAt: NOW + DAY_MS }), late],
    ["paid in", aPaidPledge({ promisedAt: NOW }), late],
    ["lapsed before", aPromise({ state: "lapsed" }), late],
  ])("not when %s", (_name, pledge, at) => {
    given(withPledge(pledge, { at })).when(lapseDue).thenNothing();
  });

  test("not when an award found it in force: the award charges it", () => {
    const campaign = aCampaign({ state: "awarded" }, [aPromise()]);
    given(withPledge(aPromise(), { at: late, campaign, award: anAward() }))
      .when(lapseDue)
      .thenNothing();
  });

  test("when the maintainers cancel: nothing is charged, nothing goes back", () => {
    const campaign = aCampaign({ state: "cancelled" }, [aPromise()]);
    given(withPledge(aPromise(), { campaign }))
      .when({ event: "pledgeReturnDue", pledgeId: "p1", reason: "cancelled" })
      .then({ postings: [], changes: { pledge: { state: "lapsed", returnReason: null } } });
  });
});

test("what counts where: promised, being collected, paid in; only a charge that was begun can fail", () => {
  const sums = (pledge: Pledge) => {
    const { promised, collecting, uncollected, paidIn, backersCount } = partOf(pledge);
    return [promised, collecting, uncollected, paidIn, BigInt(backersCount)];
  };
  expect(sums(aPromise())).toEqual([2000n, 0n, 0n, 0n, 1n]);
  expect(sums(aCharging())).toEqual([0n, 2000n, 0n, 0n, 1n]);
  expect(sums(aCharging({}, { state: "lapsed" }))).toEqual([0n, 0n, 2000n, 0n, 0n]);
  expect(sums(aCharging({}, { state: "failed" }))).toEqual([0n, 0n, 2000n, 0n, 0n]);
  expect(sums(aPromise({ state: "lapsed" }))).toEqual([0n, 0n, 0n, 0n, 0n]);
  expect(sums(aPaidPledge({ charging: aCharging().charging }))).toEqual([0n, 0n, 0n, 2000n, 1n]);
  const all = [aPromise(), aCharging(), aPaidPledge()];
  expect(awardable(aCampaign({}, all))).toBe(6000n);
});
