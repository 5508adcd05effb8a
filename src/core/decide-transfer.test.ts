// Stripe's word on a transfer: made, turned down, taken back.
import { describe, expect, test } from "@jest/globals";
import { effectsInWords, given } from "../../test/core-given.ts";
import {
  anAward,
  aPaidPledge,
  aPayee,
  aPayout,
  BOB,
  MAINTAINER,
  NOW,
  says,
  withAward,
} from "../../test/core-spec.ts";
import type { Event } from "./events.ts";
import type { Payout } from "./payout.ts";
import { DAY_MS } from "./pledge.ts";

type TransferSeen = Extract<Event, { event: "transferSeen" }>;

const shared = aPaidPledge({ shared: 1912n });
const released = aPaidPledge({ state: "released", shared: 1912n, released: 1912n });

function seen(parts: Partial<TransferSeen> = {}): TransferSeen {
  return {
    event: "transferSeen",
    payoutId: "p1:7:1",
    transferId: "tr_1",
    settlement: { id: "txn_t", currency: "usd", amount: 1912n, fee: 0n },
    reversals: [],
    ...parts,
  };
}

function reversal(amount: bigint, id = "trr_1"): TransferSeen["reversals"][number] {
  const settlement = { id: `txn_${id}`, currency: "usd", amount, fee: 0n };
  return { id, settlement, effectKey: null };
}

function refused(because: "account" | "transfer", payoutId = "p1:7:1"): Event {
  return { event: "transferRefused", payoutId, because, why: "no" };
}

function waiting(...payouts: Payout[]) {
  return withAward({ pledge: shared, payouts });
}

const paidOut = aPayout({ state: "paid", transferId: "tr_1" });

/** Paid to Alice, and all of the campaign with it. */
function paid(parts: Partial<Payout> = {}, at = NOW) {
  const payout = { ...paidOut, ...parts };
  const campaign = { state: "settled" as const };
  return withAward({ pledge: released, payouts: [payout], campaign, parts: { at } });
}

describe("a transfer is made", () => {
  test("paid is said once, on its balance transaction", () => {
    const sending = waiting(aPayout({ state: "sending" }));
    given(sending)
      .when(seen({ settlement: null }))
      .thenNothing();
    given(sending)
      .when(seen())
      .then({
        postings: ["outgoing:transfer:p1:7:1 -> world 1912 usd"],
        changes: { payout: { state: "paid", transferId: "tr_1" }, campaign: { state: "settled" } },
      });
    given(paid()).when(seen()).thenNothing();
  });

  test("one of two paid: the pledge is not yet released, the campaign not settled", () => {
    const settlement = { id: "txn_t", currency: "usd", amount: 1000n, fee: 0n };
    given(
      waiting(
        aPayout({ amount: 1000n, state: "sending" }),
        aPayout({ id: "p1:8:1", payeeId: 8, amount: 912n }),
      ),
    )
      .when(seen({ settlement }))
      .then({
        postings: ["outgoing:transfer:p1:7:1 -> world 1000 usd"],
        changes: {
          pledge: { state: "paid", released: 1000n },
          campaign: { state: "awarded", totals: { paidIn: 912n, released: 1000n } },
        },
      });
  });

  test("though it was said to be turned down: the round that waits in its place is what it paid", () => {
    given(waiting(aPayout({ state: "refused" }), aPayout({ id: "p1:7:2", round: 2 })))
      .when(seen())
      .then({
        postings: [
          "share:p1:7 -> outgoing:transfer:p1:7:2 1912 usd",
          "outgoing:transfer:p1:7:2 -> world 1912 usd",
        ],
        changes: {
          payout: { id: "p1:7:2", state: "paid", transferId: "tr_1" },
          pledge: { released: 1912n },
        },
      });
  });

  test.each([
    [
      "went back to the backer",
      [aPayout({ state: "failed" }), aPayout({ id: "p1:7:2", round: 2, state: "returned" })],
    ],
    [
      "is being sent again",
      [aPayout({ state: "refused" }), aPayout({ id: "p1:7:2", round: 2, state: "sending" })],
    ],
    ["was never to be sent", [aPayout({ state: "returned" })]],
  ])("though its share %s: the operator bears it", (_name, payouts) => {
    given(waiting(...payouts))
      .when(seen())
      .then({
        postings: [
          "operator -> outgoing:transfer:p1:7:1 1912 usd",
          "outgoing:transfer:p1:7:1 -> world 1912 usd",
        ],
        changes: { payout: { id: "p1:7:1", state: "overpaid", transferId: "tr_1" } },
      });
  });

  test.each([
    ["p1:7:1", "p1:7:1", [aPayout({ state: "refused" }), aPayout({ id: "p1:7:2", round: 2 })]],
    ["p1:7:1", "p1:7:2", [aPayout()]],
  ])("of %s, after its award was taken back: the operator bears it as %s", (_of, row, payouts) => {
    const undone = { why: "no", by: MAINTAINER, at: NOW };
    for (const award of [anAward({ undone }), anAward({ round: 2 })]) {
      given(withAward({ pledge: shared, payouts, parts: { award } }))
        .when(seen())
        .then({
          postings: [
            `operator -> outgoing:transfer:${row} 1912 usd`,
            `outgoing:transfer:${row} -> world 1912 usd`,
          ],
          changes: { payout: { id: row, state: "overpaid" }, pledge: { released: 0n } },
        });
    }
  });

  test("a second time for one share: it is booked as a row of its own, at the operator's expense", () => {
    given(paid())
      .when(seen({ transferId: "tr_2" }))
      .then({
        postings: [
          "operator -> outgoing:transfer:p1:7:2 1912 usd",
          "outgoing:transfer:p1:7:2 -> world 1912 usd",
        ],
        changes: {
          payout: { id: "p1:7:2", state: "overpaid", transferId: "tr_2" },
          pledge: { released: 1912n },
          campaign: { state: "settled" },
        },
      });
  });
});

describe("a transfer is turned down", () => {
  const sending = aPayout({ state: "sending" });

  test("because of the account: the next round waits until the account changes", () => {
    given(waiting(sending))
      .when(refused("account"))
      .then({
        postings: ["outgoing:transfer:p1:7:1 -> share:p1:7 1912 usd"],
        effects: ["return-payout:p1:7:2 in 90d", "account:7 in 360min", "card:c1"],
        changes: {
          payout: { id: "p1:7:2", round: 2, state: "waiting", transferId: null },
          payee: { ready: false, accountId: "acct_7" },
        },
      });
  });

  test("again and again: Stripe is asked after the account ever later", () => {
    for (const [round, wait] of [
      [2, "account:7 in 720min"],
      [3, "account:7 in 1d"],
      [9, "account:7 in 1d"],
    ] as const) {
      const payout = aPayout({ id: `p1:7:${round}`, round, state: "sending" });
      const { answer } = given(waiting(payout)).when(refused("account", payout.id));
      expect(answer.ok ? effectsInWords(answer.decision, NOW) : []).toContain(wait);
    }
  });

  test("for another reason: the payee is not to blame, and it is tried again the next day", () => {
    given(waiting(sending))
      .when(refused("transfer"))
      .then({
        effects: [
          "return-payout:p1:7:2 in 90d",
          `pay-waiting:payee:7:${NOW + DAY_MS} in 1d`,
          "card:c1",
        ],
        untouched: ["payee"],
      });
  });

  test("the next number is one that the payee has not had, whatever came before", () => {
    given(waiting(sending, aPayout({ id: "p1:7:2", round: 2, state: "overpaid", transferId: "t" })))
      .when(refused("account"))
      .then({ changes: { payout: { id: "p1:7:3", round: 3 } } });
  });

  test.each(["waiting", "paid", "returned", "refused", "failed", "reversed", "overpaid"] as const)(
    "means nothing to one that is %s",
    (state) => {
      given(waiting(aPayout({ state })))
        .when(refused("account"))
        .thenNothing();
    },
  );
});

describe("what comes back of a share that was given up while it was being sent goes where its payee said", () => {
  const handed = anAward({ handed: [{ from: 7, to: BOB, by: MAINTAINER, at: NOW }] });
  const declined = anAward({ declined: [7] });
  const sending = aPayout({ state: "sending" });
  const all = { reversals: [reversal(1912n)] };

  test.each([
    ["account", "hand-shares:c1:7", handed],
    ["account", "return-shares:c1:7", declined],
    ["transfer", "hand-shares:c1:7", handed],
    ["transfer", "return-shares:c1:7", declined],
  ] as const)("at once, when it is refused for the %s: %s", (because, onward, award) => {
    const { answer } = given(withAward({ pledge: shared, payouts: [sending], parts: { award } }))
      .when(refused(because))
      .then({
        postings: ["outgoing:transfer:p1:7:1 -> share:p1:7 1912 usd"],
        changes: { payout: { id: "p1:7:2", state: "waiting" } },
      });
    if (!answer.ok) throw new Error("refused");
    expect(effectsInWords(answer.decision, NOW)).toContain(onward);
  });

  test.each([
    ["hand-shares:c1:7", handed],
    ["return-shares:c1:7", declined],
  ])("at once, when the operator took all of it back: %s", (onward, award) => {
    given(withAward({ pledge: released, payouts: [paidOut], parts: { award } }))
      .when(seen(all))
      .then({
        effects: ["return-payout:p1:7:2 in 90d", onward, "card:c1"],
        changes: { payout: { id: "p1:7:2", needsRelease: true } },
      });
  });

  test("to whom it was handed it comes with the need of a `/release`; to the backer without", () => {
    const again = aPayout({ id: "p1:7:2", round: 2, needsRelease: true });
    const payees = [aPayee(), aPayee({ ...BOB, accountId: "acct_8" })];
    const pledge = { ...shared, takenBack: 1912n };
    given(withAward({ pledge, payouts: [again], parts: { award: handed, payees } }))
      .when({ event: "shareHanded", payoutId: "p1:7:2" })
      .then({ changes: { payout: { payeeId: 8, state: "waiting", needsRelease: true } } });
    given(withAward({ pledge, payouts: [again], parts: { award: declined, payees } }))
      .when({ event: "shareDeclined", payoutId: "p1:7:2" })
      .then({ changes: { payout: { state: "returned" }, pledge: { takenBack: 0n } } });
  });

  test("what never was theirs to give is not asked about: it waits as before", () => {
    given(withAward({ pledge: shared, payouts: [sending], parts: { award: anAward() } }))
      .when(refused("account"))
      .then({
        effects: ["return-payout:p1:7:2 in 90d", "account:7 in 360min", "card:c1"],
      });
  });
});

describe("the operator takes a transfer back", () => {
  test("all of it: the next round waits for a maintainer, and the campaign is no longer settled", () => {
    given(paid())
      .when(seen({ reversals: [reversal(1912n)] }))
      .then({
        postings: [
          "world -> outgoing:transfer:p1:7:1 1912 usd",
          "outgoing:transfer:p1:7:1 -> share:p1:7 1912 usd",
        ],
        effects: ["return-payout:p1:7:2 in 90d", "card:c1"],
        changes: {
          payout: { id: "p1:7:2", amount: 1912n, state: "waiting", needsRelease: true },
          pledge: { state: "paid", released: 0n, takenBack: 1912n },
          campaign: { state: "awarded", totals: { paidIn: 1912n, released: 0n, takenBack: 1912n } },
        },
      });
  });

  test("a part: booked and shown, and no round opens", () => {
    const situation = paid();
    given(situation)
      .when(seen({ reversals: [reversal(500n)] }))
      .then({
        postings: [
          "world -> outgoing:transfer:p1:7:1 500 usd",
          "outgoing:transfer:p1:7:1 -> share:p1:7 500 usd",
        ],
        changes: {
          payout: { id: "p1:7:1", state: "paid", reversed: 500n, reversalIds: ["trr_1"] },
          pledge: { state: "paid", released: 1412n, takenBack: 500n },
        },
      });
  });

  test("the same reversal again, beside a new one: only the new one is booked", () => {
    const before = { reversed: 500n, reversalIds: ["trr_1"] };
    given(paid(before))
      .when(seen({ reversals: [reversal(500n)] }))
      .thenNothing();
    given(paid(before))
      .when(seen({ reversals: [reversal(1412n, "trr_2"), reversal(500n)] }))
      .then({
        postings: [
          "world -> outgoing:transfer:p1:7:1 1412 usd",
          "outgoing:transfer:p1:7:1 -> share:p1:7 1412 usd",
        ],
        changes: { payout: { id: "p1:7:2", amount: 1912n } },
      });
  });

  test("a part of it, and its claim date comes: that part goes back to the backer", () => {
    const payout = aPayout({ state: "paid", transferId: "tr_1", reversed: 500n });
    const pledge = { ...shared, released: 1412n, takenBack: 500n };
    given(withAward({ pledge, payouts: [payout] }))
      .when({ event: "claimDateReached", payoutId: "p1:7:1" })
      .then({
        postings: ["share:p1:7 -> pledge:p1 500 usd", "pledge:p1 -> outgoing:refund:p1:1 500 usd"],
        changes: {
          payout: { state: "paid", reversedReturned: 500n },
          pledge: { state: "refunding", sharesReturned: 500n, takenBack: 0n },
        },
      });
  });

  test.each([
    ["all", 1912n, "reversed"],
    ["a part", 500n, "paid"],
  ])("%s of it after the claim date: it goes on to the backer at once", (_name, amount, state) => {
    given(paid({}, NOW + 91 * DAY_MS))
      .when(seen({ reversals: [reversal(amount)] }))
      .then({
        postings: [
          `world -> outgoing:transfer:p1:7:1 ${amount} usd`,
          `outgoing:transfer:p1:7:1 -> share:p1:7 ${amount} usd`,
          `share:p1:7 -> pledge:p1 ${amount} usd`,
          `pledge:p1 -> outgoing:refund:p1:1 ${amount} usd`,
        ],
        changes: {
          payout: { state, reversed: amount, reversedReturned: amount },
          pledge: { released: 1912n - amount, takenBack: 0n },
        },
      });
  });

  test("after the claim date, while a bank has not decided about it: only its verdict sends it on", () => {
    const pledge = { ...released, state: "disputed", disputed: 2000n } as const;
    const payouts = [aPayout({ state: "paid", transferId: "tr_1" })];
    given(withAward({ pledge, payouts, parts: { at: NOW + 91 * DAY_MS } }))
      .when(seen({ reversals: [reversal(500n)] }))
      .then({
        postings: [
          "world -> outgoing:transfer:p1:7:1 500 usd",
          "outgoing:transfer:p1:7:1 -> share:p1:7 500 usd",
          "share:p1:7 -> pledge:p1 500 usd",
        ],
        changes: { pledge: { state: "disputed", sharesReturned: 500n, refunding: 0n } },
      });
  });

  test("one that was at the operator's expense: it is the operator's again, and no trouble any more", () => {
    const payout = aPayout({ state: "overpaid", transferId: "tr_1" });
    given(withAward({ pledge: released, payouts: [payout] }))
      .when(seen({ reversals: [reversal(1912n)] }))
      .then({
        postings: [
          "world -> outgoing:transfer:p1:7:1 1912 usd",
          "outgoing:transfer:p1:7:1 -> operator 1912 usd",
        ],
        changes: { payout: { state: "reversed" }, pledge: { released: 1912n } },
      });
  });

  test("before its webhook came: made and taken back are booked together", () => {
    given(waiting(aPayout({ state: "sending" })))
      .when(seen({ reversals: [reversal(1912n)] }))
      .then({
        postings: [
          "outgoing:transfer:p1:7:1 -> world 1912 usd",
          "world -> outgoing:transfer:p1:7:1 1912 usd",
          "outgoing:transfer:p1:7:1 -> share:p1:7 1912 usd",
        ],
        changes: { payout: { id: "p1:7:2" }, pledge: { released: 0n } },
      });
  });
});

describe("a transfer that carries more than is left of its share", () => {
  // Stripe had made it and said that it had not; meanwhile a refund by hand took $15.00 of what waited.
  const cut = aPayout({ id: "p1:7:2", round: 2, amount: 412n });
  const pledge = { ...shared, sharesStopped: 1500n, handRefunded: 1500n };
  const before = withAward({ pledge, payouts: [aPayout({ state: "refused" }), cut] });
  const sent = { ...cut, state: "paid" as const, transferId: "tr_1", overpaidBy: 1500n };
  const after = withAward({ pledge: { ...pledge, released: 412n }, payouts: [sent] });

  test("is paid with the operator's money as far as it does", () => {
    given(before)
      .when(seen())
      .then({
        postings: [
          "share:p1:7 -> outgoing:transfer:p1:7:2 412 usd",
          "operator -> outgoing:transfer:p1:7:2 1500 usd",
          "outgoing:transfer:p1:7:2 -> world 1912 usd",
        ],
        changes: { payout: { state: "paid", overpaidBy: 1500n }, pledge: { released: 412n } },
      });
  });

  test("and taken back, that is the operator's first", () => {
    given(after)
      .when(seen({ reversals: [reversal(1200n)] }))
      .then({
        postings: [
          "world -> outgoing:transfer:p1:7:2 1200 usd",
          "outgoing:transfer:p1:7:2 -> operator 1200 usd",
        ],
        changes: {
          payout: { state: "paid", overpaidBy: 300n, reversed: 0n },
          pledge: { released: 412n, takenBack: 0n },
        },
      });
  });

  test("the rest is the payee's share again, and no more than it was", () => {
    given(after)
      .when(seen({ reversals: [reversal(1600n)] }))
      .then({
        postings: [
          "world -> outgoing:transfer:p1:7:2 1600 usd",
          "outgoing:transfer:p1:7:2 -> operator 1500 usd",
          "outgoing:transfer:p1:7:2 -> share:p1:7 100 usd",
        ],
        changes: {
          payout: { state: "paid", overpaidBy: 0n, reversed: 100n },
          pledge: { released: 312n, takenBack: 100n },
        },
      });
    given(after)
      .when(seen({ reversals: [reversal(1600n), reversal(312n, "trr_2")] }))
      .then({
        changes: {
          payout: { id: "p1:7:3", amount: 412n, needsRelease: true },
          pledge: { released: 0n, takenBack: 412n },
        },
      });
  });
});

describe("what was taken back in full", () => {
  const again = aPayout({ id: "p1:7:2", round: 2, needsRelease: true });
  const reversed = aPayout({ state: "reversed", transferId: "tr_1", reversed: 1912n });
  const pledge = { ...shared, takenBack: 1912n };
  const situation = withAward({ pledge, payouts: [again, reversed] });
  const due: Event = { event: "payoutDue", payoutId: "p1:7:2", released: false };

  test("stays when the payee's account changes", () => {
    given(situation)
      .when(due)
      .then({ postings: [], effects: ["card:c1"] });
  });

  test("is sent by a maintainer's /release", () => {
    given(situation)
      .when(says({ command: "releaseAward" }))
      .then({ effects: ["pay-waiting:campaign:c1", "card:c1", "react:55:rocket"] });
    given(situation)
      .when({ ...due, released: true })
      .then({
        postings: ["share:p1:7 -> outgoing:transfer:p1:7:2 1912 usd"],
        changes: { payout: { state: "sending" }, pledge: { takenBack: 0n } },
      });
  });

  test("is released, and still waits for an account that is not there", () => {
    const payees = [aPayee({ accountId: null, ready: false }), aPayee(BOB)];
    given({ ...situation, payees })
      .when({ ...due, released: true })
      .then({
        postings: [],
        changes: { payout: { needsRelease: false, state: "waiting" }, pledge: { takenBack: 0n } },
      });
  });

  test("nothing was: /release of what is awarded is refused as before", () => {
    given(withAward({ pledge: shared, payouts: [aPayout()] }))
      .when(says({ command: "releaseAward" }))
      .then({ refusal: "campaignIsAwarded" });
  });
});
