// From a share to the payee's account, or back to the backer.
import { describe, expect, test } from "@jest/globals";
import { given } from "../../test/core-given.ts";
import {
  aDisputeFact,
  aPaidPledge,
  aPayee,
  aPayout,
  MAINTAINER,
  NOW,
  withAward,
} from "../../test/core-spec.ts";
import type { Dispute } from "./dispute.ts";
import type { Event } from "./events.ts";
import { DAY_MS, type Pledge } from "./pledge.ts";

const due: Event = { event: "payoutDue", payoutId: "p1:7:1", released: false };
const claimDate: Event = { event: "claimDateReached", payoutId: "p1:7:1" };
const shared = aPaidPledge({ shared: 1912n });
const HOLD = { why: "wait", by: MAINTAINER, at: NOW };

function waiting(parts: Parameters<typeof withAward>[0]["parts"] = {}, payout = aPayout()) {
  return withAward({ pledge: shared, payouts: [payout], parts });
}

describe("a share that waits", () => {
  test.each([
    ["account is not ready", { ready: false }, ["account:7 in 360min", "card:c1"]],
    ["account is not there", { accountId: null }, ["card:c1"]],
  ])("stays while its payee's %s", (_name, payee, effects) => {
    given(waiting({ payees: [aPayee(payee)] }))
      .when(due)
      .then({ postings: [], effects });
  });

  test("stays while the campaign is on hold, even when the payee's own hold ends", () => {
    given(withAward({ pledge: shared, payouts: [aPayout()], campaign: { hold: HOLD } }))
      .when(due)
      .then({ postings: [], effects: ["card:c1"] });
  });

  test("is asked again at the end of the payee's hold", () => {
    const from = NOW + DAY_MS;
    given(waiting({ payees: [aPayee({ payableFrom: from })] }))
      .when(due)
      .then({ effects: [`pay-waiting:payee:7:${from} in 1d`, "card:c1"] });
  });

  test.each(["sending", "paid", "returned", "refused"] as const)(
    "is left alone when %s",
    (state) => {
      given(waiting({}, aPayout({ state })))
        .when(due)
        .thenNothing();
      given(waiting({}, aPayout({ state })))
        .when(claimDate)
        .thenNothing();
    },
  );

  test("goes back on its date with the operator's part, and with no more than that", () => {
    const pledge = aPaidPledge({ shared: 1817n, operatorFee: 95n });
    const payouts = [
      aPayout({ amount: 1000n }),
      aPayout({ id: "p1:8:1", payeeId: 8, amount: 817n }),
    ];
    given(withAward({ pledge, payouts }))
      .when(claimDate)
      .then({
        postings: [
          "share:p1:7 -> pledge:p1 1000 usd",
          "operator -> pledge:p1 52 usd",
          "pledge:p1 -> outgoing:refund:p1:1 1052 usd",
        ],
        changes: {
          pledge: { state: "refunding", sharesReturned: 1000n, operatorFeeReturned: 52n },
          campaign: { state: "awarded", totals: { paidIn: 817n, refunding: 1052n } },
        },
      });
  });

  test("the last that goes back takes all that is left of the operator's part", () => {
    const pledge = aPaidPledge({
      shared: 1817n,
      operatorFee: 95n,
      sharesReturned: 1000n,
      operatorFeeReturned: 52n,
      refunded: 1052n,
      refundsCount: 1,
    });
    given(withAward({ pledge, payouts: [aPayout({ amount: 817n })] }))
      .when(claimDate)
      .then({ postings: expect.arrayContaining(["operator -> pledge:p1 43 usd"]) as never });
  });
});

describe("a bank's dispute and the claim date", () => {
  const disputed = aPaidPledge({
    ...{ shared: 1817n, operatorFee: 95n },
    ...{ state: "disputed", disputed: 2000n },
  });
  const own = ["share:p1:7 -> pledge:p1 1817 usd", "operator -> pledge:p1 95 usd"];
  const inquiry: Dispute = {
    ...{ id: "du_1", pledgeId: "p1", phase: "inquiry", amount: 2000n },
    ...{ booked: [], taken: 0n },
  };
  const verdict: Event = {
    event: "disputeSeen",
    dispute: aDisputeFact({ phase: "closed", movements: [] }),
  };

  test("while it is undecided the share is the pledge's again, and stays there", () => {
    given(withAward({ pledge: disputed, payouts: [aPayout({ amount: 1817n })] }))
      .when(claimDate)
      .then({
        postings: own,
        effects: ["card:c1", "notices:c1"],
        changes: {
          payout: { state: "returned" },
          pledge: { state: "disputed", returnReason: "award not claimed", refunding: 0n },
          campaign: { totals: { refunding: 1912n } },
        },
      });
  });

  test("the verdict sends it back", () => {
    const pledge: Pledge = {
      ...disputed,
      ...{ sharesReturned: 1817n, operatorFeeReturned: 95n, returnReason: "award not claimed" },
    };
    const payouts = [aPayout({ amount: 1817n, state: "returned" })];
    given(withAward({ pledge, payouts, parts: { held: 1912n, dispute: inquiry } }))
      .when(verdict)
      .then({
        postings: ["pledge:p1 -> outgoing:refund:p1:1 1912 usd"],
        changes: { refund: { reason: "award not claimed" }, pledge: { state: "refunding" } },
      });
  });

  test("a part that the operator took back waits for it in the same way", () => {
    const paid = aPayout({ state: "paid", transferId: "tr_1", amount: 1817n, reversed: 1000n });
    const pledge = { ...disputed, released: 817n, takenBack: 1000n };
    given(withAward({ pledge, payouts: [paid] }))
      .when(claimDate)
      .then({
        postings: ["share:p1:7 -> pledge:p1 1000 usd", "operator -> pledge:p1 52 usd"],
        changes: { payout: { reversedReturned: 1000n }, pledge: { state: "disputed" } },
      });
  });
});
