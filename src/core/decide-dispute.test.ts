// A dispute by examples: before and after the award, won, lost, won after all.
import { describe, test } from "@jest/globals";
import { given } from "../../test/core-given.ts";
import {
  ALICE,
  aCampaign,
  aDisputeFact,
  anAward,
  aPaidPledge,
  aPayee,
  aPayout,
  aPledge,
  aRefund,
  aSituation,
  BOB,
  NOW,
  withAward,
  withPledge,
} from "../../test/core-spec.ts";
import type { Dispute } from "./dispute.ts";
import type { Event } from "./events.ts";
import { DAY_MS } from "./pledge.ts";

const seen = (parts = {}): Event => ({ event: "disputeSeen", dispute: aDisputeFact(parts) });
const taken = { id: "txn_d", currency: "usd", amount: -2000n, fee: 1500n };
const back = { id: "txn_r", currency: "usd", amount: 2000n, fee: 0n };

const open: Dispute = {
  id: "du_1",
  pledgeId: "p1",
  phase: "open",
  amount: 2000n,
  booked: ["txn_d"],
  taken: 2000n,
};
const disputed = aPaidPledge({
  state: "disputed",
  disputed: 2000n,
  covered: 88n,
  coveredForBank: 88n,
});

describe("an inquiry", () => {
  test("moves nothing, and stops the pledge", () => {
    given(withPledge(aPaidPledge(), { held: 1912n }))
      .when(seen({ phase: "inquiry", movements: [] }))
      .then({ postings: [], changes: { pledge: { state: "disputed", disputed: 2000n } } });
  });

  test("that ends lets it go on", () => {
    const asked = aPaidPledge({ state: "disputed", disputed: 2000n });
    given(
      withPledge(asked, {
        held: 1912n,
        dispute: { ...open, phase: "inquiry", booked: [], taken: 0n },
      }),
    )
      .when(seen({ phase: "closed", movements: [] }))
      .then({ postings: [], changes: { pledge: { state: "paid", disputed: 0n } } });
  });

  test("that ends asks again for its payees only: nobody wrote `/release`", () => {
    const asked = aPaidPledge({ state: "disputed", disputed: 2000n, shared: 1912n });
    given(
      withAward({
        pledge: asked,
        payouts: [aPayout({ needsRelease: true })],
        parts: { dispute: { ...open, phase: "inquiry", booked: [], taken: 0n }, held: 0n },
      }),
    )
      .when(seen({ phase: "closed", movements: [] }))
      .then({ postings: [], effects: ["card:c1", "pay-waiting:payee:7"] });
  });

  test("that ends gives no payee what a refund by hand, which failed, still owes the backer", () => {
    const pledge = aPaidPledge({
      state: "disputed",
      disputed: 2000n,
      shared: 1912n,
      sharesStopped: 1912n,
      handReturned: 1912n,
      returnReason: "refunded by hand",
    });
    given(
      withAward({
        pledge,
        payouts: [aPayout({ state: "stopped" })],
        parts: { dispute: { ...open, phase: "inquiry", booked: [], taken: 0n }, held: 1912n },
      }),
    )
      .when(seen({ phase: "closed", movements: [] }))
      .then({ postings: ["pledge:p1 -> outgoing:refund:p1:1 1912 usd"] });
  });

  test("on a charge that was prevented before it cost anything is nothing", () => {
    given(withPledge(aPaidPledge(), { held: 1912n }))
      .when(seen({ phase: "closed", movements: [] }))
      .then({ postings: [], changes: { pledge: { state: "paid", disputed: 0n } } });
  });
});

describe("money taken", () => {
  test("is taken once, however often it is told", () => {
    given(withPledge(disputed, { dispute: open }))
      .when(seen())
      .thenNothing();
  });

  test("from shares that have not left, which stop", () => {
    const pledge = aPaidPledge({ shared: 1912n });
    given(withAward({ pledge, payouts: [aPayout()], parts: { held: 0n } }))
      .when(seen())
      .then({
        postings: [
          "share:p1:7 -> pledge:p1 1912 usd",
          "operator -> pledge:p1 88 usd",
          "pledge:p1 -> dispute:p1 2000 usd",
          "operator -> stripe-fees 1500 usd",
        ],
        changes: {
          payout: { id: "p1:7:1", state: "stopped" },
          pledge: { state: "disputed", sharesStopped: 1912n, covered: 88n },
        },
      });
  });

  test("from the operator, when it has been paid out", () => {
    const pledge = aPaidPledge({ state: "released", shared: 1912n, released: 1912n });
    given(withAward({ pledge, payouts: [aPayout({ state: "paid" })], parts: { held: 0n } }))
      .when(seen())
      .then({
        postings: [
          "operator -> pledge:p1 2000 usd",
          "pledge:p1 -> dispute:p1 2000 usd",
          "operator -> stripe-fees 1500 usd",
        ],
        changes: { pledge: { state: "disputed", covered: 2000n } },
        untouched: ["payout"],
      });
  });

  test("an award leaves it out", () => {
    given(withAward({ pledge: disputed, payouts: [] }))
      .when({ event: "pledgeAwarded", pledgeId: "p1" })
      .thenNothing();
  });

  test("a cancelled campaign waits for the bank's word", () => {
    given(withPledge(disputed))
      .when({ event: "pledgeReturnDue", pledgeId: "p1", reason: "cancelled" })
      .then({
        postings: [],
        changes: { pledge: { state: "disputed", returnReason: "cancelled" } },
      });
  });
});

describe("won", () => {
  const won = seen({ phase: "won", movements: [taken, back] });

  test("it is the pledge's again, and the operator's part the operator's", () => {
    given(withPledge(disputed, { dispute: open, held: 0n }))
      .when(won)
      .then({
        postings: ["dispute:p1 -> pledge:p1 2000 usd", "pledge:p1 -> operator 88 usd"],
        changes: { pledge: { state: "paid", disputed: 0n, covered: 0n }, dispute: { taken: 0n } },
      });
  });

  test("what the operator took back before still waits for a maintainer", () => {
    const pledge = { ...disputed, shared: 1912n, sharesStopped: 1912n };
    given(
      withAward({
        pledge,
        payouts: [aPayout({ state: "stopped", needsRelease: true })],
        parts: { dispute: open, held: 0n },
      }),
    )
      .when(won)
      .then({
        postings: [
          "dispute:p1 -> pledge:p1 2000 usd",
          "pledge:p1 -> operator 88 usd",
          "pledge:p1 -> share:p1:7 1912 usd",
        ],
        changes: {
          payout: { round: 2, state: "waiting", needsRelease: true },
          pledge: { takenBack: 1912n },
        },
      });
  });

  test("shares that were stopped open a new round", () => {
    const pledge = { ...disputed, shared: 1912n, sharesStopped: 1912n };
    given(
      withAward({
        pledge,
        payouts: [aPayout({ state: "stopped" })],
        parts: { dispute: open, held: 0n },
      }),
    )
      .when(won)
      .then({
        postings: [
          "dispute:p1 -> pledge:p1 2000 usd",
          "pledge:p1 -> operator 88 usd",
          "pledge:p1 -> share:p1:7 1912 usd",
          "share:p1:7 -> outgoing:transfer:p1:7:2 1912 usd",
        ],
        changes: {
          payout: { id: "p1:7:2", state: "sending", amount: 1912n },
          pledge: { state: "paid", sharesStopped: 0n },
        },
      });
  });

  test("awarded meanwhile: it is divided now", () => {
    given(withAward({ pledge: disputed, payouts: [], parts: { dispute: open, held: 0n } }))
      .when(won)
      .then({
        postings: [
          "dispute:p1 -> pledge:p1 2000 usd",
          "pledge:p1 -> operator 88 usd",
          "pledge:p1 -> share:p1:7 1912 usd",
          "share:p1:7 -> outgoing:transfer:p1:7:1 1912 usd",
        ],
      });
  });

  test("cancelled meanwhile: it goes back now", () => {
    const pledge = { ...disputed, returnReason: "cancelled" as const };
    given(withPledge(pledge, { dispute: open, held: 0n }))
      .when(won)
      .then({
        postings: [
          "dispute:p1 -> pledge:p1 2000 usd",
          "pledge:p1 -> operator 88 usd",
          "pledge:p1 -> outgoing:refund:p1:1 1912 usd",
        ],
      });
  });

  describe("after an award was taken back", () => {
    const pledge = { ...disputed, shared: 1912n, sharesStopped: 1912n };
    const former = aPayout({ state: "stopped" });

    test("its payees have no part in it: the award that stands divides it anew", () => {
      const award = anAward({ round: 2, payees: [{ ...BOB, basisPoints: 10_000, allotted: 0n }] });
      const parts = { dispute: open, award, payees: [aPayee(BOB)] };
      given(withAward({ pledge, payouts: [former], parts }))
        .when(won)
        .then({
          postings: [
            "dispute:p1 -> pledge:p1 2000 usd",
            "pledge:p1 -> operator 88 usd",
            "pledge:p1 -> share:p1:8 1912 usd",
            "share:p1:8 -> outgoing:transfer:p1:8:1 1912 usd",
          ],
          changes: { payout: { payeeId: 8, awardRound: 2 }, pledge: { sharesStopped: 0n } },
        });
    });

    test("while it is being taken back nobody is given a share", () => {
      const award = anAward({ undone: { why: "no", by: ALICE, at: NOW } });
      given(withAward({ pledge: disputed, payouts: [], parts: { dispute: open, award } }))
        .when(won)
        .then({
          postings: ["dispute:p1 -> pledge:p1 2000 usd", "pledge:p1 -> operator 88 usd"],
          changes: { pledge: { state: "paid", shared: 0n } },
        });
    });

    test("open again, it waits for the next; after its date it goes back", () => {
      const award = anAward({ undone: { why: "no", by: ALICE, at: NOW } });
      const waits = withAward({
        pledge,
        payouts: [former],
        campaign: { state: "open" },
        parts: { dispute: open, award },
      });
      given(waits)
        .when(won)
        .then({
          postings: ["dispute:p1 -> pledge:p1 2000 usd", "pledge:p1 -> operator 88 usd"],
          changes: { payout: { state: "returned" }, pledge: { state: "paid", shared: 0n } },
        });
      given({ ...waits, at: NOW + 60 * DAY_MS })
        .when(won)
        .then({ changes: { pledge: { state: "refunding", returnReason: "refund date reached" } } });
    });
  });

  test("a share that the bank stopped comes before what was on its way back to the backer", () => {
    const pledge = aPaidPledge({
      ...disputed,
      shared: 1912n,
      sharesReturned: 574n,
      sharesStopped: 1338n,
      handReturned: -574n,
      returnReason: "declined by the payee",
    });
    const payouts = [aPayout({ state: "stopped", amount: 1338n })];
    given(withAward({ pledge, payouts, parts: { dispute: open } }))
      .when(won)
      .then({
        postings: [
          "dispute:p1 -> pledge:p1 2000 usd",
          "pledge:p1 -> operator 88 usd",
          "pledge:p1 -> share:p1:7 1338 usd",
          "share:p1:7 -> outgoing:transfer:p1:7:2 1338 usd",
          "pledge:p1 -> outgoing:refund:p1:1 574 usd",
        ],
        changes: { campaign: { totals: { paidIn: 1338n, refunding: 574n } } },
      });
  });

  test("when the campaign is over by then, it goes back", () => {
    const lost = aPaidPledge({ state: "lost", lost: 2000n, covered: 88n });
    const campaign = aCampaign({ state: "cancelled" }, [lost]);
    given(withPledge(lost, { campaign, dispute: { ...open, phase: "lost", taken: 0n } }))
      .when(won)
      .then({ changes: { pledge: { state: "refunding", returnReason: "cancelled" } } });
  });

  test("is not believed before the money is back", () => {
    given(withPledge(disputed, { dispute: open }))
      .when(seen({ phase: "won" }))
      .thenNothing();
  });

  test("months after it was lost", () => {
    const lost = aPaidPledge({ state: "lost", lost: 2000n, covered: 88n });
    given(withPledge(lost, { dispute: { ...open, phase: "lost", taken: 0n }, held: 0n }))
      .when(won)
      .then({
        postings: ["world -> pledge:p1 2000 usd", "pledge:p1 -> operator 88 usd"],
        changes: { pledge: { state: "paid", lost: 0n } },
      });
  });
});

describe("lost", () => {
  test("the money leaves the books; the operator bears what was covered", () => {
    given(withPledge(disputed, { dispute: open, held: 0n }))
      .when(seen({ phase: "lost" }))
      .then({
        postings: ["dispute:p1 -> world 2000 usd"],
        changes: { pledge: { state: "lost", disputed: 0n, lost: 2000n, covered: 88n } },
      });
  });

  test("in part: the rest stays the pledge's", () => {
    const half = { ...open, amount: 1000n, taken: 1000n };
    const pledge = aPaidPledge({ state: "disputed", disputed: 1000n });
    given(withPledge(pledge, { dispute: half, held: 912n }))
      .when(seen({ phase: "lost", amount: 1000n, movements: [{ ...taken, amount: -1000n }] }))
      .then({
        postings: ["dispute:p1 -> world 1000 usd"],
        changes: { pledge: { state: "paid" }, campaign: { totals: { paidIn: 1000n } } },
      });
  });

  test("a refund that fails afterwards is the operator's", () => {
    const pledge = aPaidPledge({
      state: "disputed",
      disputed: 2000n,
      covered: 2000n,
      refunding: 1912n,
    });
    given(withPledge(pledge, { refund: aRefund(), held: 0n }))
      .when({ event: "refundRefused", pledgeId: "p1", effectKey: "refund:p1:1", why: "disputed" })
      .then({
        postings: ["outgoing:refund:p1:1 -> pledge:p1 1912 usd", "pledge:p1 -> operator 1912 usd"],
        changes: { pledge: { covered: 88n } },
      });
  });
});

describe("what a divided pledge holds beside its shares counts once as going back", () => {
  // A refund by hand of $10.00, made before the award, came back after it.
  const divided = aPaidPledge({
    shared: 912n,
    released: 912n,
    handReturned: 1000n,
    returnReason: "refunded by hand",
  });
  const sent = aPayout({ amount: 912n, state: "paid" });

  test("not any more, when the bank takes it", () => {
    given(withAward({ pledge: divided, payouts: [sent], parts: { held: 1000n } }))
      .when(seen({ movements: [taken] }))
      .then({
        postings: [
          "operator -> pledge:p1 1000 usd",
          "pledge:p1 -> dispute:p1 2000 usd",
          "operator -> stripe-fees 1500 usd",
        ],
        changes: { pledge: { handReturned: 0n }, campaign: { totals: { refunding: 0n } } },
      });
  });

  test("when a bank gives back after the award what it had kept before", () => {
    const half = { ...taken, amount: -1000n, fee: 0n };
    const before = aPaidPledge({ shared: 912n, released: 912n, lost: 1000n, state: "released" });
    const dispute: Dispute = { ...open, phase: "lost", amount: 1000n, taken: 0n };
    given(withAward({ pledge: before, payouts: [sent], parts: { dispute, held: 0n } }))
      .when(seen({ phase: "won", amount: 1000n, movements: [half, { ...back, amount: 1000n }] }))
      .then({
        postings: ["world -> pledge:p1 1000 usd", "pledge:p1 -> outgoing:refund:p1:1 1000 usd"],
        changes: {
          pledge: { state: "refunding", refunding: 1000n },
          campaign: { totals: { refunding: 1000n, lost: 0n } },
        },
      });
  });
});

test("of a campaign that still runs, the pledge counts again when it is back", () => {
  given(
    aSituation({
      campaign: aCampaign({}, [disputed]),
      pledge: { ...aPledge(), ...disputed },
      dispute: open,
      held: 0n,
    }),
  )
    .when(seen({ phase: "won", movements: [taken, back] }))
    .then({ changes: { campaign: { totals: { paidIn: 2000n, disputed: 0n, backersCount: 1 } } } });
});
