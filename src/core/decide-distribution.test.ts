// The award reaches a pledge: its money is divided, or has another way to go.
import { describe, test } from "@jest/globals";
import { given } from "../../test/core-given.ts";
import {
  ALICE,
  aClearingPledge,
  anAward,
  aPaidPledge,
  aPayee,
  aPledge,
  BOB,
  NOW,
  withAward,
} from "../../test/core-spec.ts";
import type { Event } from "./events.ts";
import { DAY_MS } from "./pledge.ts";

const awarded: Event = { event: "pledgeAwarded", pledgeId: "p1" };
const shared = aPaidPledge({ shared: 1912n });

describe("the award reaches a pledge", () => {
  function reached(pledge = aPaidPledge(), parts = {}) {
    const held = pledge.state === "paid" && pledge.shared === 0n ? pledge.net : 0n;
    return withAward({ pledge, payouts: [], parts: { held, ...parts } });
  }

  test("whose payee has no account: the share waits", () => {
    given(reached(aPaidPledge(), { payees: [aPayee({ accountId: null, ready: false })] }))
      .when(awarded)
      .then({
        postings: ["pledge:p1 -> share:p1:7 1912 usd"],
        effects: ["return-payout:p1:7:1 in 90d", "card:c1", "notices:c1"],
        changes: {
          payout: { state: "waiting", claimBy: NOW + 90 * DAY_MS },
          campaign: { totals: { paidIn: 1912n, fees: 0n } },
        },
      });
  });

  test("whose payee is held: it is asked again when the hold ends, by an effect of its own", () => {
    given(reached(aPaidPledge(), { payees: [aPayee({ payableFrom: NOW + 7 * DAY_MS })] }))
      .when(awarded)
      .then({
        effects: [
          "return-payout:p1:7:1 in 90d",
          `pay-waiting:payee:7:${NOW + 7 * DAY_MS} in 7d`,
          "card:c1",
          "notices:c1",
        ],
      });
  });

  test("captured long ago: the claim date is 90 days after the charge, not after the award", () => {
    given(reached(aPaidPledge({ capturedAt: NOW - 50 * DAY_MS })))
      .when(awarded)
      .then({ changes: { payout: { claimBy: NOW + 40 * DAY_MS } } });
  });

  test("so small that somebody's share is nothing: nothing is sent to them", () => {
    const pair = [
      { ...ALICE, basisPoints: 9999, allotted: 0n },
      { ...BOB, basisPoints: 1, allotted: 0n },
    ];
    const parts = {
      award: anAward({ payees: pair }),
      payees: [aPayee({ ready: false }), aPayee({ ...BOB, ready: false })],
    };
    given(reached(aPaidPledge(), parts))
      .when(awarded)
      .then({ postings: ["pledge:p1 -> share:p1:7 1912 usd"] });
  });

  test("that fees ate up: there is nothing to pay, and it is at its end", () => {
    given(reached(aPaidPledge({ stripeFee: 2000n, net: 0n })))
      .when(awarded)
      .then({
        postings: [],
        changes: { pledge: { state: "released" }, campaign: { state: "settled" } },
        untouched: ["payout"],
      });
  });

  test("still on Stripe's page: the page is closed", () => {
    given(reached(aPledge()))
      .when(awarded)
      .then({ effects: ["expire:p1"] });
    given(reached(aPledge({ sessionId: null })))
      .when(awarded)
      .thenNothing();
  });

  test.each([
    ["clearing", aClearingPledge()],
    ["divided already", shared],
    ["going back", aPaidPledge({ returnReason: "paid twice" })],
    ["refunded", aPaidPledge({ state: "refunded" })],
  ])("that is %s: nothing", (_name, pledge) => {
    given(reached(pledge)).when(awarded).thenNothing();
  });
});
