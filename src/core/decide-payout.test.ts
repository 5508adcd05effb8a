// From a share to the payee's account, or back to the backer.
import { describe, expect, test } from "@jest/globals";
import { given } from "../../test/core-given.ts";
import {
  ALICE,
  aDisputeFact,
  anAward,
  aPaidPledge,
  aPayee,
  aPayout,
  BOB,
  MAINTAINER,
  NOW,
  withAward,
} from "../../test/core-spec.ts";
import type { Dispute } from "./dispute.ts";
import type { Event } from "./events.ts";
import type { Payout } from "./payout.ts";
import { DAY_MS, type Pledge } from "./pledge.ts";

const due: Event = { event: "payoutDue", payoutId: "p1:7:1", released: false };
const claimDate: Event = { event: "claimDateReached", payoutId: "p1:7:1" };
const remind = "remind-payee:p1:7:1 in 83d";
const shared = aPaidPledge({ shared: 1912n });
const HOLD = { why: "wait", by: MAINTAINER, at: NOW };

function waiting(parts: Parameters<typeof withAward>[0]["parts"] = {}, payout = aPayout()) {
  return withAward({ pledge: shared, payouts: [payout], parts });
}

describe("a share that waits", () => {
  test.each([
    ["account is not ready", { ready: false }, ["account:7 in 360min", remind, "card:c1"]],
    ["account is not there", { accountId: null }, [remind, "card:c1"]],
  ])("stays while its payee's %s", (_name, payee, effects) => {
    given(waiting({ payees: [aPayee(payee)] }))
      .when(due)
      .then({ postings: [], effects });
  });

  test("is not reminded of when its date is within the week", () => {
    const payout = aPayout({ claimBy: NOW + 7 * DAY_MS });
    given(waiting({ payees: [aPayee({ ready: false })] }, payout))
      .when(due)
      .then({ effects: ["account:7 in 360min", "card:c1"] });
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
        effects: ["card:c1"],
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

  test("of a share that the bank stopped, a verdict after the date gives its payee nothing", () => {
    const open: Dispute = { ...inquiry, phase: "open", booked: ["txn_d"], taken: 2000n };
    const pledge = {
      ...disputed,
      operatorFee: 0n,
      shared: 1912n,
      sharesStopped: 1912n,
      covered: 88n,
    };
    const stopped = aPayout({ state: "stopped", claimBy: NOW });
    const back = { id: "txn_r", currency: "usd", amount: 2000n, fee: 0n };
    const { movements } = aDisputeFact();
    given(withAward({ pledge, payouts: [stopped], parts: { held: 0n, dispute: open } }))
      .when({
        event: "disputeSeen",
        dispute: aDisputeFact({ phase: "won", movements: [...movements, back] }),
      })
      .then({
        postings: [
          "dispute:p1 -> pledge:p1 2000 usd",
          "pledge:p1 -> share:p1:7 1912 usd",
          "pledge:p1 -> operator 88 usd",
        ],
        effects: ["return-payout:p1:7:2 in 0d", "card:c1"],
        changes: { payout: { id: "p1:7:2", state: "waiting" } },
      });
  });
});

describe("a share whose claim date is over, though nobody has seen to it yet", () => {
  const back = ["share:p1:7 -> pledge:p1 1912 usd", "pledge:p1 -> outgoing:refund:p1:1 1912 usd"];
  const late = aPayout({ claimBy: NOW });

  test("goes back when its payee is ready only now, and not a second time", () => {
    given(waiting({}, late))
      .when(due)
      .then({ postings: back, changes: { payout: { state: "returned" } } });
    const returned = aPayout({ ...late, state: "returned" });
    given(waiting({ held: 0n }, returned))
      .when(claimDate)
      .thenNothing();
    given(waiting({}, aPayout({ claimBy: NOW + 1 })))
      .when(due)
      .then({ postings: ["share:p1:7 -> outgoing:transfer:p1:7:1 1912 usd"] });
  });

  test("is not what a maintainer's `/release` sends", () => {
    given(waiting({}, { ...late, needsRelease: true }))
      .when({ ...due, released: true })
      .then({ postings: back });
  });

  test("waits for the date's own effect when the award reaches the pledge only after it", () => {
    const pledge = aPaidPledge({ capturedAt: NOW - 90 * DAY_MS });
    const award = anAward({ at: NOW - 31 * DAY_MS });
    given(withAward({ pledge, payouts: [], parts: { held: 1912n, award } }))
      .when({ event: "pledgeAwarded", pledgeId: "p1" })
      .then({
        postings: ["pledge:p1 -> share:p1:7 1912 usd"],
        effects: ["return-payout:p1:7:1 in 0d", "card:c1"],
      });
  });

  test("of which a transfer is under way is its payee's", () => {
    given(waiting({}, { ...late, state: "sending" }))
      .when(claimDate)
      .thenNothing();
  });
});

describe("a week before the date of a share", () => {
  const near: Event = { event: "claimDateNear", payoutId: "p1:7:1" };
  const unready = aPayee({ accountId: null, ready: false });
  const handed = [{ from: ALICE.id, to: BOB, by: MAINTAINER, at: NOW }];

  test("its payee, who has no account yet, is reminded: once for an award, however many shares it has", () => {
    const other = aPayout({ id: "p2:7:1", pledgeId: "p2" });
    for (const payout of [aPayout(), other]) {
      given(waiting({ payees: [unready] }, payout))
        .when(near)
        .then({ postings: [], effects: ["reply:remind:a1:1:7"], untouched: ["payout"] });
    }
  });

  test("whoever began an account and did not finish it is reminded, on hold or not", () => {
    given(
      withAward({
        pledge: shared,
        payouts: [aPayout()],
        campaign: { hold: HOLD },
        parts: { payees: [aPayee({ ready: false })] },
      }),
    )
      .when(near)
      .then({ effects: ["reply:remind:a1:1:7"] });
  });

  test.each<[string, Parameters<typeof waiting>[0], Payout]>([
    ["is connected", { payees: [aPayee()] }, aPayout()],
    ["gave it up", { award: anAward({ declined: [ALICE.id] }) }, aPayout()],
    ["handed it on", { award: anAward({ handed }) }, aPayout()],
    ["was paid", {}, aPayout({ state: "paid" })],
    ["finds it gone back", {}, aPayout({ state: "returned" })],
    ["lost it to a bank", {}, aPayout({ state: "stopped" })],
    ["had it taken back by the operator", {}, aPayout({ needsRelease: true })],
    ["is past its date", { at: NOW + 90 * DAY_MS }, aPayout()],
    ["had its award taken back", { award: anAward({ undone: HOLD }) }, aPayout()],
    ["is of another award", { award: anAward({ round: 2 }), payees: [] }, aPayout()],
  ])("nobody is who %s", (_name, parts, payout) => {
    given(waiting({ payees: [unready], ...parts }, payout))
      .when(near)
      .thenNothing();
  });
});
