// Stripe's evidence of a payment, in every order and at every bad moment.
import { describe, expect, test } from "@jest/globals";
import { given, lastOf } from "../../test/core-given.ts";
import {
  ALICE,
  aCampaign,
  aClearingPledge,
  aGoal,
  aGoalCampaign,
  aMergedPull,
  anAward,
  aPaidPledge,
  aPayee,
  aPayment,
  aPledge,
  aSituation,
  BOB,
  MAINTAINER,
  NOW,
  withPledge,
} from "../../test/core-spec.ts";
import type { Campaign, CampaignState } from "./campaign.ts";
import { decideEvent } from "./decide.ts";
import type { Event, Payment } from "./events.ts";
import { DAY_MS } from "./pledge.ts";

function paid(parts: Partial<Payment> = {}) {
  return { event: "pledgePaid", payment: aPayment(parts) } as const;
}

test("captured, not settled: paid in and clearing; Stripe is asked again for the fee", () => {
  given(withPledge(aPledge({ viaReply: "pledge:d0:0" })))
    .when(paid({ settlement: null }))
    .then({
      postings: [],
      effects: [
        "card:c1",
        "notices:c1",
        "minimize:pledge:d0:0",
        "return:p1:0 in 60d",
        "reread:payment:pi_1 in 10min",
      ],
      changes: {
        pledge: { state: "clearing", chargeId: "ch_1", capturedAt: NOW },
        campaign: { totals: { paidIn: 2000n, clearing: 2000n, fees: 0n, backersCount: 1 } },
      },
    });
});

test("settled later: booked once, and the fee is shown", () => {
  given(withPledge(aClearingPledge()))
    .when(paid())
    .then({
      postings: ["world -> pledge:p1 2000 usd", "pledge:p1 -> stripe-fees 88 usd"],
      effects: ["card:c1", "notices:c1"],
      changes: {
        pledge: { state: "paid", net: 1912n, stripeFee: 88n },
        campaign: { totals: { paidIn: 2000n, clearing: 0n, fees: 88n } },
      },
    });
});

test("a fee above the charge: the operator bears what the pledge cannot", () => {
  given(withPledge(aClearingPledge()))
    .when(paid({ settlement: { id: "txn_1", currency: "usd", amount: 2000n, fee: 2030n } }))
    .then({
      postings: [
        "world -> pledge:p1 2000 usd",
        "pledge:p1 -> stripe-fees 2000 usd",
        "operator -> stripe-fees 30 usd",
      ],
      changes: { pledge: { state: "paid", net: 0n, stripeFee: 2000n } },
    });
});

test.each([
  ["captured again", aClearingPledge(), paid({ settlement: null })],
  ["settled again", aPaidPledge(), paid()],
  ["captured after settled", aPaidPledge(), paid({ settlement: null })],
])("%s: known", (_name, pledge, event) => {
  given(withPledge(pledge)).when(event).thenNothing();
});

test("a fee of nothing is no posting", () => {
  const settlement = { id: "txn_1", currency: "usd", amount: 2000n, fee: 0n };
  given(withPledge(aPledge()))
    .when(paid({ settlement }))
    .then({ postings: ["world -> pledge:p1 2000 usd"], changes: { pledge: { net: 2000n } } });
});

test("paid on a page that was given up: still paid", () => {
  given(withPledge(aPledge({ state: "abandoned" })))
    .when(paid())
    .then({ changes: { pledge: { state: "paid", returnReason: null } } });
});

describe("paid before the award, and told of after it: it is divided with the rest", () => {
  const award = anAward({ at: NOW + 1 });

  test.each<CampaignState>(["awarded", "settled"])("of a campaign that is %s", (state) => {
    const before = state === "settled" ? aPledge({ state: "abandoned" }) : aPledge();
    const campaign = aCampaign({ state }, [before]);
    given(withPledge(before, { campaign, award, payees: [aPayee()], at: NOW + DAY_MS }))
      .when(paid())
      .then({
        postings: [
          "world -> pledge:p1 2000 usd",
          "pledge:p1 -> stripe-fees 88 usd",
          "pledge:p1 -> share:p1:7 1912 usd",
          "share:p1:7 -> outgoing:transfer:p1:7:1 1912 usd",
        ],
        changes: {
          pledge: { state: "paid", returnReason: null, shared: 1912n },
          campaign: { state: "awarded", totals: { paidIn: 1912n, refunding: 0n } },
        },
      });
  });

  test("of one that was settled when its work was reverted: nobody is paid before a maintainer has looked", () => {
    const before = aPledge({ state: "abandoned" });
    const settled = aCampaign({ state: "settled" }, [before]);
    const parts = { campaign: settled, award, payees: [aPayee()], pull: aMergedPull() };
    const revert: Event = {
      event: "pullReverted",
      campaignId: "c1",
      pullId: 140,
      revert: 20,
      by: BOB,
    };
    const campaign = lastOf(decideEvent(revert, withPledge(before, parts)), "campaign") as Campaign;
    given(withPledge(before, { ...parts, campaign, award: { ...award, revertedBy: 20 } }))
      .when(paid())
      .then({
        changes: {
          campaign: { state: "awarded", hold: { why: "#20 reverts #14" } },
          payout: { state: "waiting" },
        },
      });
  });

  test("while it clears it is the award's already, and a campaign that was settled is not any more", () => {
    const before = aPledge({ state: "abandoned" });
    const campaign = aCampaign({ state: "settled" }, [before]);
    given(withPledge(before, { campaign, award }))
      .when(paid({ settlement: null }))
      .then({
        changes: {
          pledge: { state: "clearing", returnReason: null },
          campaign: { state: "awarded", totals: { paidIn: 2000n, clearing: 2000n } },
        },
      });
  });

  test("at the moment of the award or after it: back in full, as all that comes too late", () => {
    for (const at of [NOW, NOW - 1]) {
      const campaign = aCampaign({ state: "awarded" }, [aPledge()]);
      given(withPledge(aPledge(), { campaign, award: anAward({ at }), payees: [aPayee()] }))
        .when(paid())
        .then({ changes: { pledge: { returnReason: "campaign over", refunding: 2000n } } });
    }
  });

  test("so long before it that its refund date had come: back, less Stripe's fee", () => {
    const late = NOW + 60 * DAY_MS;
    const campaign = aCampaign({ state: "awarded" }, [aPledge()]);
    given(withPledge(aPledge(), { campaign, award: anAward({ at: late }), at: late }))
      .when(paid())
      .then({
        postings: [
          "world -> pledge:p1 2000 usd",
          "pledge:p1 -> stripe-fees 88 usd",
          "pledge:p1 -> outgoing:refund:p1:1 1912 usd",
        ],
        changes: { pledge: { returnReason: "refund date reached" } },
      });
  });

  test("of an award that is being taken back: it waits for the next one", () => {
    const undone = { why: "no", by: MAINTAINER, at: NOW + 2 };
    const campaign = aCampaign({ state: "awarded" }, [aPledge()]);
    given(withPledge(aPledge(), { campaign, award: { ...award, undone }, at: NOW + 3 }))
      .when(paid())
      .then({
        postings: ["world -> pledge:p1 2000 usd", "pledge:p1 -> stripe-fees 88 usd"],
        changes: { pledge: { state: "paid", returnReason: null, shared: 0n } },
      });
  });

  test("for a goal when its backer's consent had ended: back in full", () => {
    const [first, second, third] = [NOW - 3 * DAY_MS, NOW - 2 * DAY_MS, NOW + DAY_MS];
    const extensions = [
      { from: first, to: second },
      { from: second, to: third },
    ];
    const goal = aGoal({ deadline: third, extensions, reachedAt: NOW });
    const open = aPledge();
    const before = { ...open, terms: { ...open.terms, goalDeadline: first } };
    const campaign = aGoalCampaign({ state: "awarded", goal }, [before]);
    given(withPledge(before, { campaign, award, payees: [aPayee()] }))
      .when(paid())
      .then({ changes: { pledge: { returnReason: "campaign over", refunding: 2000n } } });
  });
});

describe("money that arrives when it can no longer be awarded goes back in full", () => {
  test.each<CampaignState>(["cancelled", "expired", "awarded", "settled"])("%s", (state) => {
    const campaign = aCampaign({ state }, [aPledge()]);
    given(withPledge(aPledge(), { campaign, award: anAward(), payees: [aPayee()] }))
      .when(paid())
      .then({
        postings: [
          "world -> pledge:p1 2000 usd",
          "pledge:p1 -> stripe-fees 88 usd",
          "operator -> pledge:p1 88 usd",
          "pledge:p1 -> outgoing:refund:p1:1 2000 usd",
        ],
        changes: {
          pledge: { state: "refunding", returnReason: "campaign over", refunding: 2000n },
          campaign: { state, totals: { paidIn: 0n, refunding: 2000n } },
          refund: { amount: 2000n, pledgeAmount: 2000n },
        },
      });
  });

  test("while it clears, it is not said to be paid in", () => {
    const campaign = aCampaign({ state: "cancelled" }, [aPledge()]);
    given(withPledge(aPledge(), { campaign }))
      .when(paid({ settlement: null }))
      .then({ changes: { campaign: { totals: { paidIn: 0n, clearing: 0n, refunding: 2000n } } } });
  });

  test("the effect asks Stripe for all that is left of the charge", () => {
    const campaign = aCampaign({ state: "cancelled" }, [aPledge()]);
    const { effects } = decideEvent(paid(), withPledge(aPledge(), { campaign }));
    const refund = effects.find(({ effect }) => effect.effect === "refund");
    expect(refund?.effect).toMatchObject({
      amount: null,
      chargeId: "ch_1",
      reason: "campaign over",
    });
  });
});

describe("a charge that settles in another currency", () => {
  const settlement = { id: "txn_1", currency: "eur", amount: 1840n, fee: 80n };
  const postings = [
    "world -> pledge:p1 1840 eur",
    "pledge:p1 -> stripe-fees 80 eur",
    "operator -> pledge:p1 80 eur",
    "pledge:p1 -> outgoing:refund:p1:1 1840 eur",
  ];

  test("goes back in full", () => {
    given(withPledge(aPledge()))
      .when(paid({ settlement }))
      .then({
        postings,
        changes: {
          pledge: { returnReason: "settled in another currency", refunding: 2000n },
          refund: { amount: 1840n, currency: "eur", pledgeAmount: 2000n },
        },
      });
  });

  test("even when a cancellation would have returned the net: that is not to be reckoned", () => {
    given(withPledge(aClearingPledge({ returnReason: "cancelled" })))
      .when(paid({ settlement }))
      .then({ postings, changes: { refund: { reason: "settled in another currency" } } });
  });
});

describe("a second charge for one pledge", () => {
  const second = paid({ chargeId: "ch_2", paymentIntentId: "pi_2" });

  test("becomes a pledge of its own that goes back in full; the first is not touched", () => {
    const situation = withPledge(aPaidPledge());
    given(situation)
      .when(second)
      .then({
        postings: [
          "world -> pledge:new1 2000 usd",
          "pledge:new1 -> stripe-fees 88 usd",
          "operator -> pledge:new1 88 usd",
          "pledge:new1 -> outgoing:refund:new1:1 2000 usd",
        ],
        changes: {
          pledge: { id: "new1", nonce: "new1", sessionId: null, returnReason: "paid twice" },
          // One backer still, with one pledge paid in.
          campaign: { totals: { paidIn: 2000n, backersCount: 1, refunding: 2000n } },
        },
      });
    const { changes } = decideEvent(second, situation);
    const ids = changes.flatMap((one) => (one.put === "pledge" ? [one.pledge.id] : []));
    expect(new Set(ids)).toEqual(new Set(["new1"]));
  });

  test("does not swell what a merge is said to pay while it clears", () => {
    given(withPledge(aPaidPledge()))
      .when(paid({ chargeId: "ch_2", settlement: null }))
      .then({ changes: { campaign: { totals: { paidIn: 2000n, backersCount: 1 } } } });
  });
});

describe("a pledge that was still clearing when the award was made", () => {
  const campaign = aCampaign({ state: "awarded" }, [aClearingPledge()]);
  const base = { campaign, award: anAward(), payees: [aPayee()] };

  test("is divided and sent as soon as it settles", () => {
    given(withPledge(aClearingPledge(), base))
      .when(paid())
      .then({
        postings: [
          "world -> pledge:p1 2000 usd",
          "pledge:p1 -> stripe-fees 88 usd",
          "pledge:p1 -> share:p1:7 1912 usd",
          "share:p1:7 -> outgoing:transfer:p1:7:1 1912 usd",
        ],
        effects: ["return-payout:p1:7:1 in 90d", "transfer:p1:7:1", "card:c1"],
        changes: { pledge: { state: "paid", shared: 1912n }, payout: { state: "sending" } },
      });
  });

  test("waits when the campaign was put on hold meanwhile", () => {
    const hold = { why: "wait", by: MAINTAINER, at: NOW };
    given(withPledge(aClearingPledge(), { ...base, campaign: { ...campaign, hold } }))
      .when(paid())
      .then({
        effects: ["return-payout:p1:7:1 in 90d", "card:c1"],
        changes: { payout: { state: "waiting" } },
      });
  });

  test("the campaign is written as the decision left it, by every part of it", () => {
    const { changes } = decideEvent(paid(), withPledge(aClearingPledge(), base));
    expect(changes.filter(({ put }) => put === "campaign")).toHaveLength(1);
    expect(lastOf({ changes, postings: [], effects: [] }, "campaign")).toMatchObject({
      state: "awarded",
      totals: { paidIn: 1912n, clearing: 0n },
    });
  });
});

test("three payees and odd cents: the operator's fee first, then every cent to somebody", () => {
  const payees = [ALICE, { id: 8, login: "bob" }, { id: 9, login: "carol" }];
  const award = anAward({
    payees: payees.map((one, index) => ({
      ...one,
      basisPoints: index === 0 ? 3334 : 3333,
      allotted: 0n,
    })),
  });
  const pledge = aPaidPledge();
  const terms = { ...pledge.terms, operatorFeeBasisPoints: 500 };
  given(
    aSituation({
      campaign: aCampaign({ state: "awarded" }, [pledge]),
      pledge: { ...pledge, terms },
      held: 1912n,
      award,
      payees: payees.map((one) => aPayee({ ...one, ready: false })),
    }),
  )
    .when({ event: "pledgeAwarded", pledgeId: "p1" })
    .then({
      postings: [
        "pledge:p1 -> share:p1:7 606 usd",
        "pledge:p1 -> share:p1:8 606 usd",
        "pledge:p1 -> share:p1:9 605 usd",
        "pledge:p1 -> operator 95 usd",
      ],
      changes: {
        pledge: { operatorFee: 95n, shared: 1817n },
        award: { payees: [{ allotted: 606n }, { allotted: 606n }, { allotted: 605n }] },
      },
    });
});
