// Refunds that somebody made by hand at Stripe: where their money comes from, and what becomes of the pledge.
import { describe, expect, test } from "@jest/globals";
import { given } from "../../test/core-given.ts";
import {
  aPaidPledge,
  aPayout,
  aRefund,
  aRefundFact,
  withAward,
  withPledge,
} from "../../test/core-spec.ts";
import type { Event, RefundFact } from "./events.ts";
import type { Pledge } from "./pledge.ts";

function settled(amount: bigint) {
  return { id: "txn_h", currency: "usd", amount, fee: 0n };
}

function seen(amount: bigint, parts: Partial<RefundFact> = {}): Event {
  const known = { refundId: "re_h", effectKey: null, amount, settlement: settled(amount) };
  return { event: "refundSeen", refund: aRefundFact({ ...known, ...parts }) };
}

function row(amount: bigint, parts: Parameters<typeof aRefund>[0] = {}) {
  const named = { effectKey: "re_h", refundId: "re_h", reason: "refunded by hand" as const };
  return aRefund({ ...named, amount, pledgeAmount: amount, ...parts });
}

describe("a refund by hand", () => {
  test("of a part: the rest stays paid in", () => {
    given(withPledge(aPaidPledge()))
      .when(seen(500n))
      .then({
        postings: [
          "pledge:p1 -> outgoing:hand:p1:re_h 500 usd",
          "outgoing:hand:p1:re_h -> world 500 usd",
        ],
        effects: ["card:c1", "notices:c1"],
        mails: ["mail:refund through:p1:re_h"],
        changes: {
          pledge: { state: "paid", handRefunded: 500n, handRefunding: 0n, returnReason: null },
          refund: { effectKey: "re_h", amount: 500n, state: "succeeded", booked: true },
          campaign: { totals: { paidIn: 1500n, fees: 88n, refunded: 500n, refundedCount: 0 } },
        },
      });
  });

  test("of everything: the operator bears the fee that Stripe keeps", () => {
    given(withPledge(aPaidPledge()))
      .when(seen(2000n))
      .then({
        postings: [
          "operator -> pledge:p1 88 usd",
          "pledge:p1 -> outgoing:hand:p1:re_h 2000 usd",
          "outgoing:hand:p1:re_h -> world 2000 usd",
        ],
        changes: {
          pledge: { state: "refunded", covered: 88n },
          campaign: { totals: { paidIn: 0n, refunded: 2000n, unfinishedCount: 0 } },
        },
      });
  });

  test("that is under way: its money is outgoing, and Stripe is asked again", () => {
    given(withPledge(aPaidPledge()))
      .when(seen(500n, { status: "pending", settlement: null }))
      .then({
        postings: ["pledge:p1 -> outgoing:hand:p1:re_h 500 usd"],
        effects: ["card:c1", "notices:c1", "reread:refund:re_h in 360min"],
        changes: {
          pledge: { state: "paid", handRefunding: 500n },
          campaign: { totals: { paidIn: 1500n, refunding: 500n, refundingCount: 1 } },
        },
      });
  });

  test("told again: nothing", () => {
    const pledge = aPaidPledge({ handRefunded: 500n });
    const refund = row(500n, { state: "succeeded", booked: true });
    given(withPledge(pledge, { refund, held: 1412n }))
      .when(seen(500n))
      .thenNothing();
  });

  describe("after the award", () => {
    const shared = aPaidPledge({ shared: 1912n });

    test("of everything: shares that have not left come back first, the operator covers the rest", () => {
      given(withAward({ pledge: shared, payouts: [aPayout()] }))
        .when(seen(2000n))
        .then({
          postings: [
            "share:p1:7 -> pledge:p1 1912 usd",
            "operator -> pledge:p1 88 usd",
            "pledge:p1 -> outgoing:hand:p1:re_h 2000 usd",
            "outgoing:hand:p1:re_h -> world 2000 usd",
          ],
          changes: {
            payout: { state: "stopped", amount: 1912n },
            pledge: { state: "refunded", sharesStopped: 1912n, covered: 88n, handRefunded: 2000n },
            campaign: { state: "settled", totals: { paidIn: 0n, refunded: 2000n } },
          },
        });
    });

    test("of a part: the operator's fee on what gives way goes back with it, and no payee bears that", () => {
      const payouts = [aPayout({ amount: 1817n })];
      const pledge = aPaidPledge({ shared: 1817n, operatorFee: 95n });
      given(withAward({ pledge, payouts, parts: { held: 0n } }))
        .when(seen(200n))
        .then({
          postings: [
            "share:p1:7 -> pledge:p1 191 usd",
            "operator -> pledge:p1 9 usd",
            "pledge:p1 -> outgoing:hand:p1:re_h 200 usd",
            "outgoing:hand:p1:re_h -> world 200 usd",
          ],
          changes: {
            pledge: {
              sharesStopped: 191n,
              sharesGivenWay: 191n,
              operatorFeeReturned: 9n,
              covered: 0n,
            },
            payout: { amount: 1626n, state: "waiting" },
            campaign: { totals: { paidIn: 1626n, refunded: 200n, refunding: 0n } },
          },
        });
    });

    test("the rest is not claimed either: nothing of the fee stays, and none of it goes back twice", () => {
      const payout = aPayout({ amount: 1626n });
      const pledge = aPaidPledge({
        shared: 1817n,
        operatorFee: 95n,
        sharesStopped: 191n,
        sharesGivenWay: 191n,
        operatorFeeReturned: 9n,
        handReturned: -9n,
        handRefunded: 200n,
      });
      given(withAward({ pledge, payouts: [payout], parts: { held: 0n, payout } }))
        .when({ event: "claimDateReached", payoutId: "p1:7:1" })
        .then({
          postings: [
            "share:p1:7 -> pledge:p1 1626 usd",
            "operator -> pledge:p1 86 usd",
            "pledge:p1 -> outgoing:refund:p1:1 1712 usd",
          ],
        });
    });

    test("of a part: every share gives way by its part, to the cent, and the rest waits on", () => {
      const payouts = [
        aPayout({ amount: 1338n }),
        aPayout({ id: "p1:8:1", payeeId: 8, amount: 574n }),
      ];
      const { answer } = given(withAward({ pledge: shared, payouts })).when(seen(500n));
      const rows = answer.ok ? answer.decision.changes : [];
      expect(
        rows.flatMap((one) =>
          one.put === "payout" ? [`${one.payout.id} ${one.payout.amount}`] : [],
        ),
      ).toEqual(["p1:7:1 989", "p1:8:1 423"]);
    });

    test("what is on its way to a payee is left alone", () => {
      const payouts = [
        aPayout({ amount: 1338n, state: "sending" }),
        aPayout({ id: "p1:8:1", payeeId: 8, amount: 574n }),
      ];
      given(withAward({ pledge: shared, payouts }))
        .when(seen(1000n))
        .then({
          postings: [
            "share:p1:8 -> pledge:p1 574 usd",
            "operator -> pledge:p1 426 usd",
            "pledge:p1 -> outgoing:hand:p1:re_h 1000 usd",
            "outgoing:hand:p1:re_h -> world 1000 usd",
          ],
          changes: { payout: { id: "p1:8:1", state: "stopped" }, pledge: { state: "paid" } },
        });
    });

    test("one that fails later goes back to the backer all the same, by ours", () => {
      const pledge = aPaidPledge({
        shared: 1912n,
        sharesStopped: 500n,
        handRefunded: 500n,
      });
      const refund = row(500n, { state: "succeeded", booked: true });
      const back = { ...settled(500n), id: "txn_b" };
      given(withAward({ pledge, payouts: [aPayout({ amount: 1412n })], parts: { refund } }))
        .when(seen(500n, { status: "failed", failureSettlement: back }))
        .then({
          postings: [
            "world -> outgoing:hand:p1:re_h 500 usd",
            "outgoing:hand:p1:re_h -> pledge:p1 500 usd",
          ],
          effects: ["return:p1:1 in 3d", "card:c1"],
          changes: { pledge: { returnReason: "refunded by hand", handReturned: 500n } },
        });
    });
  });

  test("after the payout: the operator bears it, the pledge stays paid out", () => {
    const pledge = aPaidPledge({ state: "released", shared: 1912n, released: 1912n });
    given(withAward({ pledge, payouts: [aPayout({ state: "paid" })] }))
      .when(seen(500n))
      .then({
        postings: [
          "operator -> pledge:p1 500 usd",
          "pledge:p1 -> outgoing:hand:p1:re_h 500 usd",
          "outgoing:hand:p1:re_h -> world 500 usd",
        ],
        changes: { pledge: { state: "released", covered: 500n, handRefunded: 500n } },
      });
  });

  test("of another part, when no share waits: the operator bears all of it, to the cent", () => {
    const pledge = aPaidPledge({
      state: "released",
      shared: 1848n,
      operatorFee: 64n,
      // 34 cents of it belong to the shares that gave way: rounding left one behind.
      operatorFeeReturned: 33n,
      released: 848n,
      sharesStopped: 1000n,
      sharesGivenWay: 1000n,
      handRefunded: 1033n,
    });
    const payouts = [aPayout({ amount: 848n, state: "paid", transferId: "tr_1" })];
    given(withAward({ pledge, payouts }))
      .when(seen(500n))
      .then({
        postings: [
          "operator -> pledge:p1 500 usd",
          "pledge:p1 -> outgoing:hand:p1:re_h 500 usd",
          "outgoing:hand:p1:re_h -> world 500 usd",
        ],
        changes: { pledge: { covered: 500n, sharesGivenWay: 1000n } },
      });
  });

  test("that failed before it left is nothing to us", () => {
    given(withPledge(aPaidPledge()))
      .when(seen(500n, { status: "failed", settlement: null }))
      .thenNothing();
  });
});

describe("one that fails later", () => {
  const back = { ...settled(500n), id: "txn_b" };
  const failed = (amount: bigint, given = back) =>
    seen(amount, { status: "failed", failureSettlement: { ...given, amount } });

  test("of a part: the pledge goes on waiting for its award, whole again", () => {
    const pledge = aPaidPledge({ handRefunded: 500n });
    const refund = row(500n, { state: "succeeded", booked: true });
    given(withPledge(pledge, { refund, held: 1412n }))
      .when(failed(500n))
      .then({
        postings: [
          "world -> outgoing:hand:p1:re_h 500 usd",
          "outgoing:hand:p1:re_h -> pledge:p1 500 usd",
        ],
        effects: ["card:c1", "notices:c1"],
        changes: {
          pledge: { state: "paid", handRefunded: 0n, returnReason: null },
          campaign: { totals: { paidIn: 2000n, refunded: 0n } },
        },
      });
  });

  test("of everything: what the operator bore is theirs, the rest has no way but back", () => {
    const pledge = aPaidPledge({ state: "refunded", handRefunded: 2000n, covered: 88n });
    const refund = row(2000n, { state: "succeeded", booked: true });
    given(withPledge(pledge, { refund, held: 0n }))
      .when(failed(2000n))
      .then({
        postings: [
          "world -> outgoing:hand:p1:re_h 2000 usd",
          "outgoing:hand:p1:re_h -> pledge:p1 2000 usd",
          "pledge:p1 -> operator 88 usd",
        ],
        effects: ["return:p1:1 in 3d", "card:c1", "notices:c1"],
        changes: {
          pledge: { state: "paid", returnReason: "refunded by hand", covered: 0n },
          campaign: { totals: { paidIn: 0n, refunding: 1912n, unfinishedCount: 1 } },
        },
      });
  });
});

test("another one takes what came back to a divided pledge: it is on its way back once, not twice", () => {
  // Of $20.00 a half was refunded by hand before the award, and came back after it.
  const divided = aPaidPledge({
    shared: 912n,
    released: 912n,
    handReturned: 1000n,
    returnReason: "refunded by hand",
  });
  const situation = withAward({
    pledge: divided,
    payouts: [aPayout({ amount: 912n, state: "paid" })],
  });
  expect(situation.campaign?.totals.refunding).toBe(1000n);
  given({ ...situation, held: 1000n })
    .when(seen(1000n))
    .then({
      postings: [
        "pledge:p1 -> outgoing:hand:p1:re_h 1000 usd",
        "outgoing:hand:p1:re_h -> world 1000 usd",
      ],
      changes: {
        pledge: { state: "released", handRefunded: 1000n, handReturned: 0n },
        campaign: {
          totals: { refunding: 0n, refunded: 1000n, released: 912n, unfinishedCount: 0 },
        },
      },
    });
});

describe("beside a refund of ours", () => {
  const going: Pledge = aPaidPledge({
    state: "refunding",
    refunding: 1912n,
    refundsCount: 1,
    returnReason: "cancelled",
  });

  test("the operator covers what is on its way already, and has it back when ours is refused", () => {
    given(withPledge(going))
      .when(seen(2000n))
      .then({
        postings: [
          "operator -> pledge:p1 2000 usd",
          "pledge:p1 -> outgoing:hand:p1:re_h 2000 usd",
          "outgoing:hand:p1:re_h -> world 2000 usd",
        ],
        changes: { pledge: { state: "refunding", covered: 2000n } },
      });
    given(withPledge({ ...going, handRefunded: 2000n, covered: 2000n }, { refund: aRefund() }))
      .when({ event: "refundRefused", pledgeId: "p1", effectKey: "refund:p1:1", why: "no" })
      .then({
        postings: ["outgoing:refund:p1:1 -> pledge:p1 1912 usd", "pledge:p1 -> operator 1912 usd"],
        changes: { pledge: { state: "refunded", refunding: 0n } },
      });
  });

  test("one in full that finds less on the charge says so", () => {
    const pledge = { ...going, refunding: 2000n, handRefunded: 500n, covered: 500n };
    const refund = aRefund({ amount: 2000n, pledgeAmount: 2000n, reason: "campaign over" });
    const fact = aRefundFact({ amount: 1500n, settlement: settled(1500n) });
    given(withPledge(pledge, { refund }))
      .when({ event: "refundSeen", refund: fact })
      .then({
        postings: [
          "outgoing:refund:p1:1 -> operator 500 usd",
          "outgoing:refund:p1:1 -> world 1500 usd",
        ],
        changes: { pledge: { state: "refunded", refunded: 1500n, covered: 0n } },
      });
  });

  describe("one in full that finds less by another of which nobody has told yet", () => {
    const inFull = { ...going, refunding: 2000n, returnReason: "campaign over" as const };
    const ours = aRefund({ amount: 2000n, pledgeAmount: 2000n, reason: "campaign over" });
    const half: Pledge = { ...inFull, state: "paid", refunding: 0n, refunded: 1500n };

    test("leaves the rest in the pledge: it is tried again, should that never have arrived", () => {
      const fact = aRefundFact({ amount: 1500n, settlement: settled(1500n) });
      given(withPledge(inFull, { refund: ours }))
        .when({ event: "refundSeen", refund: fact })
        .then({
          postings: [
            "outgoing:refund:p1:1 -> pledge:p1 500 usd",
            "outgoing:refund:p1:1 -> world 1500 usd",
          ],
          effects: ["return:p1:2 in 3d", "card:c1", "notices:c1"],
          changes: {
            refund: { state: "succeeded", amount: 1500n, pledgeAmount: 1500n },
            pledge: { state: "paid", refunding: 0n, refunded: 1500n, covered: 0n },
            campaign: { totals: { refunding: 500n, refunded: 1500n } },
          },
        });
    });

    test("which is what that one took, once it is told", () => {
      given(withPledge(half, { held: 500n }))
        .when(seen(500n))
        .then({
          postings: [
            "pledge:p1 -> outgoing:hand:p1:re_h 500 usd",
            "outgoing:hand:p1:re_h -> world 500 usd",
          ],
          changes: {
            pledge: { state: "refunded", handRefunded: 500n, covered: 0n },
            campaign: { totals: { refunding: 0n, refunded: 2000n } },
          },
        });
    });

    test("and the backer's again, where it fails", () => {
      const pledge: Pledge = { ...half, state: "refunded", handRefunded: 500n };
      const refund = row(500n, { state: "succeeded", booked: true });
      const back = { ...settled(500n), id: "txn_b" };
      given(withPledge(pledge, { refund, held: 0n }))
        .when(seen(500n, { status: "failed", failureSettlement: back }))
        .then({
          postings: [
            "world -> outgoing:hand:p1:re_h 500 usd",
            "outgoing:hand:p1:re_h -> pledge:p1 500 usd",
          ],
          effects: ["return:p1:2 in 3d", "card:c1", "notices:c1"],
          changes: {
            pledge: { state: "paid", handRefunded: 0n },
            campaign: { totals: { refunding: 500n, refunded: 1500n } },
          },
        });
    });
  });

  test("and when that fails, what the operator had covered is not the backer's", () => {
    const pledge = { ...going, refunding: 2000n, handRefunded: 500n, covered: 500n };
    const refund = aRefund({ amount: 2000n, pledgeAmount: 2000n, reason: "campaign over" });
    const fact = aRefundFact({ amount: 1500n, settlement: null, status: "failed" });
    given(withPledge(pledge, { refund }))
      .when({ event: "refundSeen", refund: fact })
      .then({
        postings: [
          "outgoing:refund:p1:1 -> operator 500 usd",
          "outgoing:refund:p1:1 -> pledge:p1 1500 usd",
        ],
        changes: {
          pledge: { state: "paid", refunding: 0n, covered: 0n },
          refund: { state: "failed", amount: 1500n, pledgeAmount: 1500n },
        },
      });
  });
});
