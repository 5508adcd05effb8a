// Money on its way back: how much, when again, and what Stripe's word on it changes in the books.
import { describe, expect, test } from "@jest/globals";
import { given } from "../../test/core-given.ts";
import {
  aCampaign,
  aClearingPledge,
  anAward,
  aPaidPledge,
  aPayout,
  aPledge,
  aRefund,
  aRefundFact,
  NOW,
  withAward,
  withPledge,
} from "../../test/core-spec.ts";
import type { Situation } from "./decision.ts";
import type { Event } from "./events.ts";
import { DAY_MS, type Pledge, type ReturnReason } from "./pledge.ts";

function due(reason: ReturnReason = "refund date reached"): Event {
  return { event: "pledgeReturnDue", pledgeId: "p1", reason };
}

const going = aPaidPledge({
  state: "refunding",
  refunding: 1912n,
  refundsCount: 1,
  returnReason: "cancelled",
});
const gone = aPaidPledge({
  state: "refunded",
  refunded: 1912n,
  refundsCount: 1,
  returnReason: "cancelled",
});
const back = { id: "txn_f", currency: "usd", amount: 1912n, fee: 0n };

function seen(parts: Parameters<typeof aRefundFact>[0] = {}): Event {
  return { event: "refundSeen", refund: aRefundFact(parts) };
}

describe("when the money is to go back", () => {
  test("a refund returns the net, since Stripe keeps its fee", () => {
    given(withPledge(aPaidPledge()))
      .when(due("cancelled"))
      .then({
        postings: ["pledge:p1 -> outgoing:refund:p1:1 1912 usd"],
        changes: {
          refund: { amount: 1912n, pledgeAmount: 1912n, reason: "cancelled" },
          campaign: { totals: { paidIn: 0n, refunding: 1912n, backersCount: 0 } },
        },
      });
  });

  test("what was left on Stripe's page is closed", () => {
    given(withPledge(aPledge()))
      .when(due("cancelled"))
      .then({ effects: ["expire:p1"], untouched: ["pledge"] });
    given(withPledge(aPledge({ sessionId: null })))
      .when(due("cancelled"))
      .thenNothing();
  });

  test("what is still clearing is marked, leaves the totals, and goes once its fee is known", () => {
    given(withPledge(aClearingPledge()))
      .when(due("cancelled"))
      .then({
        postings: [],
        changes: {
          pledge: { state: "clearing", returnReason: "cancelled" },
          campaign: { totals: { paidIn: 0n, clearing: 0n, refunding: 2000n, unfinishedCount: 1 } },
        },
      });
    given(withPledge(aClearingPledge({ returnReason: "paid twice" })))
      .when(due("cancelled"))
      .thenNothing();
  });

  test.each<[string, Partial<Pledge>]>([
    ["already on its way", { state: "refunding", refunding: 1912n, returnReason: "cancelled" }],
    ["back", { state: "refunded", refunded: 1912n }],
    ["paid out", { state: "released", shared: 1912n, released: 1912n }],
    ["never paid", { state: "abandoned", chargeId: null }],
  ])("nothing goes that is %s", (_name, parts) => {
    given(withPledge(aPaidPledge(parts)))
      .when(due())
      .thenNothing();
  });

  test("its date counts before an award that came after it, and not after one that came before", () => {
    const at = NOW + 60 * DAY_MS;
    const awarded = (pledge: Pledge, awardedAt: number): Situation =>
      withAward({
        pledge,
        payouts: [],
        parts: { held: 1912n, award: anAward({ at: awardedAt }), at },
      });
    given(awarded(aPaidPledge(), at))
      .when(due())
      .then({ postings: ["pledge:p1 -> outgoing:refund:p1:1 1912 usd"] });
    given(awarded(aClearingPledge(), at))
      .when(due())
      .then({ changes: { pledge: { returnReason: "refund date reached" } } });
    for (const pledge of [aPaidPledge(), aClearingPledge()]) {
      given(awarded(pledge, at - 1))
        .when(due())
        .thenNothing();
    }
  });

  test("awarded money is no longer the backer's", () => {
    const situation = withAward({ pledge: aPaidPledge(), payouts: [], parts: { held: 1912n } });
    given(situation).when(due()).thenNothing();
  });

  test("but what was going back before the award goes on: its refund had failed", () => {
    const pledge = aPaidPledge({ refundsCount: 1, returnReason: "refund date reached" });
    given(withAward({ pledge, payouts: [], parts: { held: 1912n } }))
      .when(due())
      .then({ postings: ["pledge:p1 -> outgoing:refund:p1:2 1912 usd"] });
  });

  test("a share that came back and could not be refunded goes, beside one that was paid", () => {
    const pledge = aPaidPledge({
      shared: 1912n,
      released: 1000n,
      sharesReturned: 912n,
      refundsCount: 1,
      returnReason: "award not claimed",
    });
    const payouts = [aPayout({ state: "paid", amount: 1000n })];
    given(withAward({ pledge, payouts, parts: { held: 912n } }))
      .when(due("award not claimed"))
      .then({
        postings: ["pledge:p1 -> outgoing:refund:p1:2 912 usd"],
        changes: { pledge: { state: "refunding", refunding: 912n } },
      });
  });

  test("a charge that Stripe's fee ate up is at its end", () => {
    given(withPledge(aPaidPledge({ stripeFee: 2000n, net: 0n }), { held: 0n }))
      .when(due("cancelled"))
      .then({ postings: [], changes: { pledge: { state: "refunded" } }, untouched: ["refund"] });
  });
});

describe("Stripe's word on a refund", () => {
  test("pending: its money stays outgoing, and Stripe is asked again", () => {
    given(withPledge(going, { refund: aRefund() }))
      .when(seen({ status: "pending", settlement: null }))
      .then({
        postings: [],
        effects: ["reread:refund:re_1 in 360min"],
        changes: { refund: { refundId: "re_1", state: "sending", booked: false } },
        untouched: ["pledge"],
      });
  });

  test("succeeded but not booked yet: asked again", () => {
    given(withPledge(going, { refund: aRefund() }))
      .when(seen({ settlement: null }))
      .then({ effects: ["reread:refund:re_1 in 360min"], untouched: ["pledge"] });
  });

  test("succeeded: the cancelled campaign's last refund gives the command its rocket", () => {
    const campaign = aCampaign({ state: "cancelled", unfinishedCommentId: 55 }, [going]);
    given(withPledge(going, { refund: aRefund({ refundId: "re_1", booked: true }), campaign }))
      .when(seen())
      .then({
        postings: [],
        effects: ["card:c1", "react:55:rocket"],
        changes: {
          pledge: { state: "refunded", refunding: 0n, refunded: 1912n },
          campaign: { unfinishedCommentId: null, totals: { refunded: 1912n, unfinishedCount: 0 } },
        },
      });
  });

  test("the same word again changes nothing", () => {
    const refund = aRefund({ refundId: "re_1", state: "succeeded", booked: true });
    given(withPledge(gone, { refund })).when(seen()).thenNothing();
    given(withPledge(gone, { refund }))
      .when(seen({ status: "pending" }))
      .thenNothing();
    given(withPledge(going, { refund: aRefund({ state: "failed" }) }))
      .when(seen())
      .thenNothing();
  });

  test.each([
    [
      "dearer",
      1950n,
      ["operator -> outgoing:refund:p1:1 38 usd", "outgoing:refund:p1:1 -> world 1950 usd"],
    ],
    [
      "cheaper",
      1900n,
      ["outgoing:refund:p1:1 -> world 1900 usd", "outgoing:refund:p1:1 -> operator 12 usd"],
    ],
  ])("a rate that made it %s is the operator's matter", (_name, amount, postings) => {
    given(withPledge(going, { refund: aRefund() }))
      .when(seen({ settlement: { id: "txn_r", currency: "usd", amount, fee: 0n } }))
      .then({ postings, changes: { pledge: { refunded: 1912n } } });
  });
});

describe("a refund that fails", () => {
  const retry = "return:p1:1 in 3d";

  test("before it was booked: the money never left", () => {
    given(withPledge(going, { refund: aRefund() }))
      .when(seen({ status: "failed", settlement: null }))
      .then({
        postings: ["outgoing:refund:p1:1 -> pledge:p1 1912 usd"],
        effects: [retry, "card:c1", "notices:c1"],
        changes: {
          pledge: { state: "paid", refunding: 0n, returnReason: "cancelled" },
          // It is not there to be awarded: it still goes back.
          campaign: { totals: { paidIn: 0n, refunding: 1912n } },
        },
      });
  });

  test.each(["failed", "canceled"] as const)(
    "%s after it was booked: Stripe put it back",
    (status) => {
      const refund = aRefund({ refundId: "re_1", booked: true });
      given(withPledge(going, { refund }))
        .when(seen({ status, failureSettlement: back }))
        .then({
          postings: [
            "world -> outgoing:refund:p1:1 1912 usd",
            "outgoing:refund:p1:1 -> pledge:p1 1912 usd",
          ],
          effects: [retry, "card:c1", "notices:c1"],
        });
    },
  );

  test("booked, but not yet back: it is not free until it is", () => {
    given(withPledge(going, { refund: aRefund() }))
      .when(seen({ status: "failed" }))
      .then({
        postings: ["outgoing:refund:p1:1 -> world 1912 usd"],
        effects: ["reread:refund:re_1 in 360min"],
        changes: { refund: { state: "sending", booked: true } },
        untouched: ["pledge"],
      });
  });

  test.each([
    ["more", 1950n, "outgoing:refund:p1:1 -> operator 38 usd"],
    ["less", 1900n, "operator -> outgoing:refund:p1:1 12 usd"],
  ])("back with %s than was sent: the operator's matter", (_name, amount, difference) => {
    given(withPledge(going, { refund: aRefund({ refundId: "re_1", booked: true }) }))
      .when(seen({ status: "failed", failureSettlement: { ...back, amount } }))
      .then({
        postings: [
          `world -> outgoing:refund:p1:1 ${amount} usd`,
          difference,
          "outgoing:refund:p1:1 -> pledge:p1 1912 usd",
        ],
      });
  });

  test("even after it succeeded, with the campaign long over", () => {
    const refund = aRefund({ refundId: "re_1", state: "succeeded", booked: true });
    const campaign = aCampaign({ state: "cancelled" }, [gone]);
    given(withPledge(gone, { refund, campaign }))
      .when(seen({ status: "failed", failureSettlement: back }))
      .then({
        postings: [
          "world -> outgoing:refund:p1:1 1912 usd",
          "outgoing:refund:p1:1 -> pledge:p1 1912 usd",
        ],
        effects: [retry, "card:c1"],
        changes: {
          refund: { state: "failed" },
          pledge: { state: "paid", refunded: 0n, refunding: 0n },
          campaign: { state: "cancelled", totals: { refunding: 1912n, unfinishedCount: 1 } },
        },
      });
  });

  test("beside another that is under way: the pledge stays refunding", () => {
    const pledge: Pledge = { ...going, shared: 1912n, sharesReturned: 1912n, refundsCount: 2 };
    const refund = aRefund({ amount: 912n, pledgeAmount: 912n });
    given(withAward({ pledge, payouts: [], parts: { refund } }))
      .when({ event: "refundRefused", pledgeId: "p1", effectKey: "refund:p1:1", why: "no" })
      .then({ changes: { pledge: { state: "refunding", refunding: 1000n } } });
  });

  test("is never given up: after three tries it is begun anew every month", () => {
    const effectKey = "refund:p1:3";
    given(withPledge({ ...going, refundsCount: 3 }, { refund: aRefund({ effectKey }) }))
      .when({ event: "refundRefused", pledgeId: "p1", effectKey, why: "no" })
      .then({ effects: ["return:p1:3 in 30d", "card:c1", "notices:c1"] });
  });

  test("and by a number of its own, where the last one was that of another try", () => {
    given(withPledge({ ...going, refundsCount: 2 }, { refund: aRefund() }))
      .when({ event: "refundRefused", pledgeId: "p1", effectKey: "refund:p1:1", why: "no" })
      .then({
        effects: ["return:p1:3 in 30d", "card:c1", "notices:c1"],
        changes: { pledge: { refundsCount: 3 } },
      });
  });

  test("a refusal after Stripe named the refund is not proof", () => {
    given(withPledge(going, { refund: aRefund({ refundId: "re_1" }) }))
      .when({ event: "refundRefused", pledgeId: "p1", effectKey: "refund:p1:1", why: "no" })
      .thenNothing();
  });

  test("in full again: the operator's part is in the pledge already", () => {
    const pledge = aPaidPledge({ returnReason: "campaign over", refundsCount: 1 });
    given(withPledge(pledge, { held: 2000n }))
      .when(due("campaign over"))
      .then({ postings: ["pledge:p1 -> outgoing:refund:p1:2 2000 usd"] });
    expect(pledge.net).toBe(1912n);
  });
});
