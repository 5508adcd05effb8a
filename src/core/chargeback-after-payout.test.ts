// A bank takes back what was paid out already: how far the operator bears it, and how far the payees.
import { describe, expect, test } from "@jest/globals";
import { given, lastOf } from "../../test/core-given.ts";
import {
  aDisputeFact,
  aPaidPledge,
  aPayout,
  aRefund,
  aRefundFact,
  aSituation,
  withAward,
} from "../../test/core-spec.ts";
import type { Answer } from "./decision.ts";
import type { Dispute } from "./dispute.ts";
import type { Event } from "./events.ts";
import type { Payout } from "./payout.ts";
import type { Pledge } from "./pledge.ts";

const seen = (parts = {}): Event => ({ event: "disputeSeen", dispute: aDisputeFact(parts) });
const taken = { id: "txn_d", currency: "usd", amount: -2000n, fee: 1500n };
const operator = { ...aSituation().operator, chargebacksBorneBy: "payee" as const };

const open: Dispute = {
  id: "du_1",
  pledgeId: "p1",
  phase: "open",
  amount: 2000n,
  booked: ["txn_d"],
  taken: 2000n,
};

/** What is asked back of each payout's transfer. */
function reversalsOf(answer: Answer): Record<string, bigint> {
  if (!answer.ok) throw new Error("refused");
  return Object.fromEntries(
    answer.decision.effects.flatMap(({ effect }) =>
      effect.effect === "reverseTransfer" ? [[effect.payoutId, effect.amount]] : [],
    ),
  );
}

test("paid out and lost, where payees bear it: the transfer is taken back, and is the operator's", () => {
  const sent = aPayout({ state: "paid", transferId: "tr_1" });
  const pledge = aPaidPledge({
    state: "disputed",
    disputed: 2000n,
    covered: 2000n,
    coveredForBank: 2000n,
    shared: 1912n,
    released: 1912n,
  });
  const parts = { dispute: open, held: 0n, operator };
  given(withAward({ pledge, payouts: [sent], parts }))
    .when(seen({ phase: "lost" }))
    .then({
      postings: ["dispute:p1 -> world 2000 usd"],
      effects: ["card:c1", "reverse:p1:7:1:du_1"],
    });
  const lost = { ...pledge, state: "released" as const, disputed: 0n, lost: 2000n };
  given(withAward({ pledge: lost, payouts: [sent], parts: { payout: sent, held: 0n } }))
    .when({
      event: "transferSeen",
      payoutId: "p1:7:1",
      transferId: "tr_1",
      settlement: { id: "txn_t", currency: "usd", amount: 1912n, fee: 0n },
      reversals: [
        {
          id: "trr_1",
          effectKey: null,
          settlement: { id: "txn_b", currency: "usd", amount: 1912n, fee: 0n },
        },
      ],
    })
    .then({
      postings: [
        "world -> outgoing:transfer:p1:7:1 1912 usd",
        "outgoing:transfer:p1:7:1 -> share:p1:7 1912 usd",
        "share:p1:7 -> pledge:p1 1912 usd",
        "pledge:p1 -> operator 1912 usd",
      ],
      changes: {
        payout: { state: "stopped" },
        pledge: { state: "lost", released: 0n, covered: 88n, coveredForBank: 88n },
      },
    });
});

test("of a transfer of which a part was taken back before, that part still waits for its date", () => {
  const settlement = { id: "txn_t", currency: "usd", amount: 1912n, fee: 0n };
  const reversals = [
    { id: "trr_1", effectKey: null, settlement: { ...settlement, id: "txn_a", amount: 500n } },
    { id: "trr_2", effectKey: null, settlement: { ...settlement, id: "txn_b", amount: 1412n } },
  ];
  const sent = aPayout({
    state: "paid",
    transferId: "tr_1",
    reversed: 500n,
    reversalIds: ["trr_1"],
  });
  const pledge = aPaidPledge({
    shared: 1912n,
    released: 1412n,
    takenBack: 500n,
    lost: 2000n,
    covered: 2000n,
    coveredForBank: 2000n,
  });
  const situation = withAward({ pledge, payouts: [sent] });
  const transferId = "tr_1";
  const { answer } = given(situation)
    .when({ event: "transferSeen", payoutId: "p1:7:1", transferId, settlement, reversals })
    .then({
      postings: [
        "world -> outgoing:transfer:p1:7:1 1412 usd",
        "outgoing:transfer:p1:7:1 -> share:p1:7 1412 usd",
        "share:p1:7 -> pledge:p1 1412 usd",
        "pledge:p1 -> operator 1412 usd",
      ],
      changes: {
        payout: { state: "paid", reversed: 1912n, reversedReturned: 1412n },
        pledge: { state: "paid", takenBack: 500n, covered: 588n },
      },
    });
  if (!answer.ok) throw new Error("refused");
  const [payout, after] = ["payout", "pledge"].map((kind) => lastOf(answer.decision, kind));
  const later = { payout: payout as Payout, pledge: after as Pledge };
  given(withAward({ pledge: later.pledge, payouts: [later.payout] }))
    .when({ event: "claimDateReached", payoutId: "p1:7:1" })
    .then({
      postings: ["share:p1:7 -> pledge:p1 500 usd", "pledge:p1 -> operator 500 usd"],
      changes: { payout: { reversedReturned: 1912n }, pledge: { state: "lost", covered: 88n } },
    });
});

describe("where payees bear it, they bear what the bank made the operator cover, and nothing else", () => {
  const sent = aPayout({ state: "paid", transferId: "tr_1" });
  const half = { ...taken, amount: -1500n };
  const released = aPaidPledge({ state: "released", shared: 1912n, released: 1912n });
  const byHand: Pledge = { ...released, handRefunded: 500n, covered: 500n };
  const both: Pledge = { ...byHand, covered: 2000n, coveredForBank: 1500n };

  test("not what the operator refunded by hand before the bank took the rest", () => {
    const lost = seen({ phase: "lost", amount: 1500n, movements: [half] });
    const { answer } = given(
      withAward({ pledge: byHand, payouts: [sent], parts: { held: 0n, operator } }),
    )
      .when(lost)
      .then({ changes: { pledge: { covered: 2000n, coveredForBank: 1500n, lost: 1500n } } });
    expect(reversalsOf(answer)).toEqual({ "p1:7:1": 1500n });
  });

  test("nor after it, while the bank decided", () => {
    const dispute: Dispute = { ...open, amount: 1500n, taken: 1500n };
    const pledge: Pledge = { ...both, state: "disputed", disputed: 1500n };
    const { answer } = given(
      withAward({ pledge, payouts: [sent], parts: { held: 0n, operator, dispute } }),
    )
      .when(seen({ phase: "lost", amount: 1500n, movements: [half] }))
      .then({ postings: ["dispute:p1 -> world 1500 usd"] });
    expect(reversalsOf(answer)).toEqual({ "p1:7:1": 1500n });
  });

  test("nor what was taken in another dispute, while the operator bore it", () => {
    const pledge: Pledge = { ...released, lost: 1000n, covered: 1000n, coveredForBank: 1000n };
    const movements = [{ ...taken, id: "txn_2", amount: -500n }];
    const { answer } = given(withAward({ pledge, payouts: [sent], parts: { held: 0n, operator } }))
      .when(seen({ disputeId: "du_2", phase: "lost", amount: 500n, movements }))
      .then({ changes: { pledge: { coveredForBank: 1500n, lost: 1500n } } });
    expect(reversalsOf(answer)).toEqual({ "p1:7:1": 500n });
  });

  test("nothing, where the bank took only what the pledge held", () => {
    const pledge = aPaidPledge({
      shared: 1912n,
      sharesReturned: 1500n,
      released: 412n,
      covered: 88n,
    });
    const payouts = [aPayout({ ...sent, amount: 412n })];
    const { answer } = given(withAward({ pledge, payouts, parts: { held: 1500n, operator } }))
      .when(seen({ phase: "lost", amount: 1500n, movements: [half] }))
      .then({ changes: { pledge: { covered: 88n, coveredForBank: 0n } } });
    expect(reversalsOf(answer)).toEqual({});
  });

  test("a refund by hand that fails is the operator's again, and leaves the bank's part", () => {
    const refund = aRefund({
      effectKey: "re_h",
      refundId: "re_h",
      amount: 500n,
      pledgeAmount: 500n,
      reason: "refunded by hand",
      state: "succeeded",
      booked: true,
    });
    const settlement = { id: "txn_h", currency: "usd", amount: 500n, fee: 0n };
    const fact = aRefundFact({
      refundId: "re_h",
      effectKey: null,
      amount: 500n,
      status: "failed",
      settlement,
      failureSettlement: { ...settlement, id: "txn_b" },
    });
    const pledge: Pledge = { ...both, lost: 1500n };
    given(withAward({ pledge, payouts: [sent], parts: { held: 0n, refund } }))
      .when({ event: "refundSeen", refund: fact })
      .then({ changes: { pledge: { covered: 1500n, coveredForBank: 1500n } } });
  });

  test("so is one of ours that fails beside it", () => {
    const pledge = aPaidPledge({
      state: "refunding",
      shared: 1912n,
      released: 1338n,
      sharesReturned: 574n,
      refunding: 574n,
      handRefunded: 400n,
      lost: 1026n,
      covered: 1426n,
      coveredForBank: 1026n,
    });
    const payouts = [aPayout({ ...sent, amount: 1338n })];
    const refund = aRefund({ amount: 574n, pledgeAmount: 574n });
    given(withAward({ pledge, payouts, parts: { held: 0n, refund } }))
      .when({ event: "refundRefused", pledgeId: "p1", effectKey: "refund:p1:1", why: "disputed" })
      .then({
        postings: ["outgoing:refund:p1:1 -> pledge:p1 574 usd", "pledge:p1 -> operator 574 usd"],
        changes: { pledge: { covered: 852n, coveredForBank: 852n } },
      });
  });

  test("a share that nobody claimed is set against it first", () => {
    const pledge: Pledge = { ...both, released: 1338n, lost: 1500n };
    given(withAward({ pledge, payouts: [aPayout({ amount: 574n })], parts: { held: 0n } }))
      .when({ event: "claimDateReached", payoutId: "p1:7:1" })
      .then({
        postings: ["share:p1:7 -> pledge:p1 574 usd", "pledge:p1 -> operator 574 usd"],
        changes: { pledge: { covered: 1426n, coveredForBank: 926n } },
      });
  });

  test("what the operator takes back by hand beyond it waits for a maintainer, as any does", () => {
    const pledge: Pledge = { ...both, lost: 1500n };
    given(withAward({ pledge, payouts: [sent], parts: { held: 0n } }))
      .when({
        event: "transferSeen",
        payoutId: "p1:7:1",
        transferId: "tr_1",
        settlement: { id: "txn_t", currency: "usd", amount: 1912n, fee: 0n },
        reversals: [
          {
            id: "trr_1",
            effectKey: null,
            settlement: { id: "txn_b", currency: "usd", amount: 1600n, fee: 0n },
          },
        ],
      })
      .then({
        postings: [
          "world -> outgoing:transfer:p1:7:1 1600 usd",
          "outgoing:transfer:p1:7:1 -> share:p1:7 1600 usd",
        ],
        changes: { payout: { reversed: 1600n, reversedReturned: 0n } },
      });
  });
});
