// From a share to the payee's account, or back to the backer.
import { describe, expect, test } from "@jest/globals";
import { given } from "../../test/core-given.ts";
import { aPaidPledge, aPayee, aPayout, MAINTAINER, NOW, withAward } from "../../test/core-spec.ts";
import type { Event } from "./events.ts";
import { DAY_MS } from "./pledge.ts";

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
