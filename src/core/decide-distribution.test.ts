// The award reaches a pledge: its money is divided, or has another way to go.
import { describe, test } from "@jest/globals";
import { given } from "../../test/core-given.ts";
import {
  ALICE,
  aClearingPledge,
  aDisputeFact,
  aGoal,
  anAward,
  aPaidPledge,
  aPayee,
  aPayment,
  aPledge,
  BOB,
  NOW,
  withAward,
} from "../../test/core-spec.ts";
import type { Situation } from "./decision.ts";
import type { Dispute } from "./dispute.ts";
import type { Event } from "./events.ts";
import { DAY_MS, type Pledge } from "./pledge.ts";

const awarded: Event = { event: "pledgeAwarded", pledgeId: "p1" };
const shared = aPaidPledge({ shared: 1912n });

describe("the award reaches a pledge", () => {
  function reached(pledge = aPaidPledge(), parts = {}) {
    const held = pledge.state === "paid" && pledge.shared === 0n ? pledge.net : 0n;
    return withAward({ pledge, payouts: [], parts: { held, ...parts } });
  }

  test("whose payee has no account: the share waits, and its payee is told, once per award", () => {
    const payees = [aPayee({ accountId: null, ready: false })];
    given(reached(aPaidPledge(), { payees }))
      .when(awarded)
      .then({
        postings: ["pledge:p1 -> share:p1:7 1912 usd"],
        effects: [
          "return-payout:p1:7:1 in 90d",
          "remind-payee:p1:7:1 in 83d",
          "card:c1",
          "reply:connect:a1",
        ],
        changes: {
          payout: { state: "waiting", claimBy: NOW + 90 * DAY_MS },
          campaign: { totals: { paidIn: 1912n, fees: 0n } },
        },
      });
    const award = anAward({ payees: [{ ...ALICE, basisPoints: 10_000, allotted: 1n }] });
    given(reached(aPaidPledge(), { payees, award }))
      .when(awarded)
      .then({
        effects: ["return-payout:p1:7:1 in 90d", "remind-payee:p1:7:1 in 83d", "card:c1"],
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

describe("money that an award comes too late for goes back, and no part of it to payees", () => {
  const [first, second, third] = [NOW - 3 * DAY_MS, NOW - 2 * DAY_MS, NOW + DAY_MS];
  const divided = ["pledge:p1 -> share:p1:7 1912 usd"];
  const back = ["pledge:p1 -> outgoing:refund:p1:1 1912 usd"];
  const unready = [aPayee({ ready: false })];

  /** A goal whose deadline moved twice: who pledged under the first consented to the second. */
  function goal(reachedAt: number): Partial<Situation["campaign"]> & object {
    const extensions = [
      { from: first, to: second },
      { from: second, to: third },
    ];
    return { kind: "goal", ask: 1000n, goal: aGoal({ deadline: third, extensions, reachedAt }) };
  }

  function bound(pledge: Pledge): Pledge {
    const at = NOW - 10 * DAY_MS;
    return { ...pledge, capturedAt: at, terms: { ...pledge.terms, goalDeadline: first } };
  }

  const renewal = { at: second - 1, from: 0, until: NOW + 40 * DAY_MS, wordingHash: "later" };
  const renewed = { renewals: [{ ...renewal, goalDeadline: third }] };

  test.each<[string, number, Partial<Pledge>, string[]]>([
    ["at the moment its consent ended", second, {}, back],
    ["after that", second + 1, {}, back],
    ["before that", second - 1, {}, divided],
    ["after that, but renewed", second + 1, renewed, divided],
  ])(
    "of a goal that was reached %s; awarded, settled or freed by a bank after that",
    (_name, reachedAt, parts, postings) => {
      const pledge = { ...bound(aPaidPledge()), ...parts };
      const campaign = goal(reachedAt);
      const there = { held: 1912n, payees: unready };
      given(withAward({ pledge, payouts: [], campaign, parts: there }))
        .when(awarded)
        .then({
          postings,
          changes: { pledge: { returnReason: postings === back ? "goal missed" : null } },
        });
      const clearing = { ...bound(aClearingPledge()), ...parts };
      given(withAward({ pledge: clearing, payouts: [], campaign, parts: { payees: unready } }))
        .when({ event: "pledgePaid", payment: aPayment() })
        .then({
          postings: ["world -> pledge:p1 2000 usd", "pledge:p1 -> stripe-fees 88 usd", ...postings],
        });
      const asked = { ...pledge, state: "disputed", disputed: 2000n } as const;
      const dispute: Dispute = {
        ...{ id: "du_1", pledgeId: "p1", phase: "inquiry", amount: 2000n },
        ...{ booked: [], taken: 0n },
      };
      given(withAward({ pledge: asked, payouts: [], campaign, parts: { ...there, dispute } }))
        .when({ event: "disputeSeen", dispute: aDisputeFact({ phase: "closed", movements: [] }) })
        .then({ postings });
    },
  );

  const date = NOW - 5 * DAY_MS;
  const until = date + 5 * DAY_MS;
  const late = { renewals: [{ ...renewal, at: date - 1, until, goalDeadline: null }] };

  test.each<[string, number, Partial<Pledge>, string[]]>([
    ["in the moment of its refund date", date, {}, back],
    ["after that, which a killed process has not seen to", date + DAY_MS, {}, back],
    ["before that, though it reaches the pledge only now", date - 1, {}, divided],
    ["after that, but before the date it was renewed to", date + DAY_MS, late, divided],
  ])("which was made %s", (_name, at, parts, postings) => {
    const pledge = aPaidPledge({ capturedAt: date - 60 * DAY_MS, ...parts });
    const award = anAward({ at });
    given(withAward({ pledge, payouts: [], parts: { held: 1912n, payees: unready, award } }))
      .when(awarded)
      .then({
        postings,
        changes: { pledge: { returnReason: postings === back ? "refund date reached" : null } },
      });
  });

  test("so does what an award that was taken back had not divided", () => {
    const undone = { why: "no", by: BOB, at: NOW };
    const pledge = bound(aPaidPledge());
    const parts = { held: 1912n, award: anAward({ undone }) };
    given(withAward({ pledge, payouts: [], campaign: goal(second), parts }))
      .when({ event: "pledgeAwardUndone", pledgeId: "p1" })
      .then({ postings: back, changes: { pledge: { returnReason: "goal missed" } } });
  });
});

test("a bank that asks before the charge is settled: the money waits for its word", () => {
  const pledge = aClearingPledge({ state: "disputed", disputed: 2000n });
  const postings = ["world -> pledge:p1 2000 usd", "pledge:p1 -> stripe-fees 88 usd"];
  for (const returnReason of [null, "cancelled"] as const) {
    given(withAward({ pledge: { ...pledge, returnReason }, payouts: [] }))
      .when({ event: "pledgePaid", payment: aPayment() })
      .then({ postings, changes: { pledge: { state: "disputed", net: 1912n, shared: 0n } } });
  }
});
