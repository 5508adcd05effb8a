// A chargeback that was lost is won after all: who has the money again that the bank gives back months later.
import { describe, expect, test } from "@jest/globals";
import { given, lastOf } from "../../test/core-given.ts";
import { aDisputeFact, aPaidPledge, aPayout, withAward } from "../../test/core-spec.ts";
import type { Dispute } from "./dispute.ts";
import type { Event } from "./events.ts";
import type { Payout } from "./payout.ts";
import type { Pledge } from "./pledge.ts";

const seen = (parts = {}): Event => ({ event: "disputeSeen", dispute: aDisputeFact(parts) });
const taken = { id: "txn_d", currency: "usd", amount: -2000n, fee: 1500n };

describe("won after all, everybody has again what they had, the operator first", () => {
  const settlement = { id: "txn_t", currency: "usd", amount: 1912n, fee: 0n };
  const sent = aPayout({ state: "paid", transferId: "tr_1" });
  const dispute: Dispute = {
    id: "du_1",
    pledgeId: "p1",
    phase: "lost",
    amount: 2000n,
    booked: ["txn_d"],
    taken: 0n,
  };
  const gone = aPaidPledge({ state: "released", shared: 1912n });
  const won = (amount = 2000n) =>
    seen({
      phase: "won",
      amount,
      movements: [
        { ...taken, amount: -amount },
        { ...taken, id: "txn_r", amount, fee: 0n },
      ],
    });

  /** Stripe's word on the transfer when it was taken back as these say. */
  function reversed(...reversals: [id: string, amount: bigint, effectKey: string | null][]): Event {
    return {
      event: "transferSeen",
      payoutId: "p1:7:1",
      transferId: "tr_1",
      settlement,
      reversals: reversals.map(([id, amount, effectKey]) => ({
        id,
        effectKey,
        settlement: { ...settlement, id: `txn_${id}`, amount },
      })),
    };
  }

  test("of a transfer that was taken back in part for it, that part is its payee's, and is sent", () => {
    const lost: Pledge = { ...gone, released: 1912n, lost: 1000n };
    const covered: Pledge = { ...lost, covered: 1000n, coveredForBank: 1000n };
    const { answer } = given(
      withAward({ pledge: covered, payouts: [sent], parts: { payout: sent, held: 0n } }),
    )
      .when(reversed(["trr_1", 1000n, "reverse:p1:7:1:du_1"]))
      .then({
        changes: {
          payout: { state: "paid", reversed: 1000n, reversedReturned: 1000n, takenByBank: 1000n },
          pledge: { state: "released", released: 912n, sharesStopped: 1000n, covered: 0n },
        },
      });
    if (!answer.ok) throw new Error("refused");
    const [payout, pledge] = ["payout", "pledge"].map((kind) => lastOf(answer.decision, kind));
    const parts = { dispute: { ...dispute, amount: 1000n }, held: 0n };
    given(withAward({ pledge: pledge as Pledge, payouts: [payout as Payout], parts }))
      .when(won(1000n))
      .then({
        postings: [
          "world -> pledge:p1 1000 usd",
          "pledge:p1 -> share:p1:7 1000 usd",
          "share:p1:7 -> outgoing:transfer:p1:7:2 1000 usd",
        ],
        changes: {
          payout: { id: "p1:7:2", state: "sending", amount: 1000n },
          pledge: { state: "paid", sharesStopped: 0n, lost: 0n },
          campaign: { totals: { paidIn: 1000n, released: 912n, refunding: 0n } },
        },
      });
  });

  test("what the operator had taken back of it before, and went to them on its date, is the backer's", () => {
    // $5.00 by hand, $14.12 for the bank; the $5.00 were set against the $5.88 that the operator still bore.
    const payout: Payout = {
      ...sent,
      reversed: 1912n,
      reversedReturned: 1912n,
      takenByBank: 1412n,
    };
    const pledge: Pledge = {
      ...gone,
      state: "lost",
      sharesReturned: 500n,
      setOff: 500n,
      sharesStopped: 1412n,
      lost: 2000n,
      covered: 88n,
      coveredForBank: 88n,
      returnReason: "award not claimed",
    };
    given(withAward({ pledge, payouts: [payout], parts: { dispute, held: 0n } }))
      .when(won())
      .then({
        postings: [
          "world -> pledge:p1 2000 usd",
          "pledge:p1 -> operator 88 usd",
          "pledge:p1 -> share:p1:7 1412 usd",
          "share:p1:7 -> outgoing:transfer:p1:7:2 1412 usd",
          "pledge:p1 -> outgoing:refund:p1:1 500 usd",
        ],
        changes: { pledge: { sharesStopped: 0n, refunding: 500n } },
      });
  });

  test("a share of which a part came through the bank's verdict has the other part", () => {
    // Of $19.12 that waited the bank kept $10.00; $9.12 were sent.
    const payouts = [
      aPayout({ state: "stopped", takenByBank: 1000n }),
      aPayout({ ...sent, id: "p1:7:2", round: 2, amount: 912n }),
    ];
    const pledge: Pledge = { ...gone, released: 912n, sharesStopped: 1000n, lost: 1000n };
    const parts = { dispute: { ...dispute, amount: 1000n }, held: 0n };
    given(withAward({ pledge, payouts, parts }))
      .when(won(1000n))
      .then({
        postings: [
          "world -> pledge:p1 1000 usd",
          "pledge:p1 -> share:p1:7 1000 usd",
          "share:p1:7 -> outgoing:transfer:p1:7:3 1000 usd",
        ],
        changes: { payout: { id: "p1:7:3" }, pledge: { sharesStopped: 0n } },
      });
  });

  test("which is counted from the verdict on", () => {
    const waiting = aPayout({ state: "stopped" });
    const half: Dispute = { ...dispute, phase: "open", amount: 1000n, taken: 1000n };
    const pledge: Pledge = { ...gone, state: "disputed", sharesStopped: 1912n, disputed: 1000n };
    const { answer } = given(
      withAward({ pledge, payouts: [waiting], parts: { dispute: half, held: 912n } }),
    )
      .when(seen({ phase: "lost", amount: 1000n, movements: [{ ...taken, amount: -1000n }] }))
      .then({ changes: { payout: { id: "p1:7:2", amount: 912n }, pledge: { lost: 1000n } } });
    const rows = answer.ok ? answer.decision.changes : [];
    expect(rows).toContainEqual({ put: "payout", payout: { ...waiting, takenByBank: 1000n } });
  });

  test("before the operator has what they refunded by hand, and the backer the rest", () => {
    const payout: Payout = {
      ...sent,
      state: "stopped",
      reversed: 1000n,
      reversedReturned: 1000n,
      amount: 1000n,
      takenByBank: 1000n,
    };
    const pledge: Pledge = {
      ...gone,
      shared: 1000n,
      sharesStopped: 1000n,
      lost: 1500n,
      handRefunded: 500n,
      covered: 588n,
      coveredForBank: 88n,
    };
    const parts = { dispute: { ...dispute, amount: 1500n }, held: 0n };
    given(withAward({ pledge, payouts: [payout], parts }))
      .when(won(1500n))
      .then({
        postings: [
          "world -> pledge:p1 1500 usd",
          "pledge:p1 -> operator 88 usd",
          "pledge:p1 -> share:p1:7 1000 usd",
          "share:p1:7 -> outgoing:transfer:p1:7:2 1000 usd",
          "pledge:p1 -> operator 412 usd",
        ],
        changes: { pledge: { covered: 88n, coveredForBank: 0n } },
      });
  });

  test("where the operator took all the rest back since, it waits for `/release` with that", () => {
    const payouts = [
      aPayout({
        ...sent,
        state: "reversed",
        reversed: 1912n,
        reversedReturned: 1000n,
        takenByBank: 1000n,
      }),
      aPayout({ id: "p1:7:2", round: 2, amount: 912n, needsRelease: true }),
    ];
    const pledge: Pledge = { ...gone, sharesStopped: 1000n, takenBack: 912n, lost: 1000n };
    const parts = { dispute: { ...dispute, amount: 1000n }, held: 0n };
    given(withAward({ pledge, payouts, parts }))
      .when(won(1000n))
      .then({
        postings: ["world -> pledge:p1 1000 usd", "pledge:p1 -> share:p1:7 1000 usd"],
        changes: {
          payout: { id: "p1:7:3", state: "waiting", needsRelease: true },
          pledge: { takenBack: 1912n },
        },
      });
  });

  test("a reversal of ours that comes after it is undone: what nobody needs is sent again at once", () => {
    given(withAward({ pledge: { ...gone, released: 1912n }, payouts: [sent], parts: { held: 0n } }))
      .when(reversed(["trr_1", 1912n, "reverse:p1:7:1:du_1"]))
      .then({
        postings: [
          "world -> outgoing:transfer:p1:7:1 1912 usd",
          "outgoing:transfer:p1:7:1 -> share:p1:7 1912 usd",
          "share:p1:7 -> outgoing:transfer:p1:7:2 1912 usd",
        ],
        changes: {
          payout: { id: "p1:7:2", state: "sending", needsRelease: false },
          pledge: { state: "paid", released: 0n, takenBack: 0n, sharesStopped: 0n },
        },
      });
  });

  test("so is the part of one that the operator has got from elsewhere meanwhile", () => {
    const pledge: Pledge = {
      ...gone,
      released: 1912n,
      lost: 1500n,
      covered: 1000n,
      coveredForBank: 600n,
    };
    const { answer } = given(withAward({ pledge, payouts: [sent], parts: { held: 0n } }))
      .when(reversed(["trr_1", 1500n, "reverse:p1:7:1:du_1"]))
      .then({
        postings: [
          "world -> outgoing:transfer:p1:7:1 1500 usd",
          "outgoing:transfer:p1:7:1 -> share:p1:7 1500 usd",
          "share:p1:7 -> pledge:p1 600 usd",
          "pledge:p1 -> operator 600 usd",
          "share:p1:7 -> outgoing:transfer:p1:7:2 900 usd",
        ],
        changes: {
          payout: { id: "p1:7:2", amount: 900n },
          pledge: { released: 412n, sharesStopped: 600n, covered: 400n, coveredForBank: 0n },
        },
      });
    const rows = answer.ok ? answer.decision.changes : [];
    expect(rows).toContainEqual({
      put: "payout",
      payout: {
        ...sent,
        reversalIds: ["trr_1"],
        reversed: 1500n,
        reversedReturned: 1500n,
        takenByBank: 600n,
      },
    });
  });

  test("ours and the operator's own beside it are told apart", () => {
    const pledge: Pledge = {
      ...gone,
      released: 1912n,
      lost: 1000n,
      covered: 1000n,
      coveredForBank: 1000n,
    };
    given(withAward({ pledge, payouts: [sent], parts: { held: 0n } }))
      .when(reversed(["trr_1", 1000n, "reverse:p1:7:1:du_1"], ["trr_2", 912n, null]))
      .then({
        postings: [
          "world -> outgoing:transfer:p1:7:1 1000 usd",
          "world -> outgoing:transfer:p1:7:1 912 usd",
          "outgoing:transfer:p1:7:1 -> share:p1:7 1912 usd",
          "share:p1:7 -> pledge:p1 1000 usd",
          "pledge:p1 -> operator 1000 usd",
        ],
        changes: {
          payout: { id: "p1:7:2", amount: 912n, needsRelease: true },
          pledge: { takenBack: 912n, sharesStopped: 1000n, covered: 0n },
        },
      });
  });
});
