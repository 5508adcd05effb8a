// Giving up a share: by its payee alone, for good, and with what is collected later.
import { describe, test } from "@jest/globals";
import { given } from "../../test/core-given.ts";
import {
  aCampaign,
  anAward,
  aPaidPledge,
  aPayee,
  aPayout,
  aSituation,
  withAward,
} from "../../test/core-spec.ts";
import type { Event } from "./events.ts";

const declined: Event = { event: "shareDeclined", payoutId: "p1:7:1" };
const award = anAward({ declined: [7] });
const shared = aPaidPledge({ shared: 1912n });

describe("a payee gives up their share", () => {
  const person = { id: 7, login: "alice" };
  const awarded = aSituation({ campaign: aCampaign({ state: "awarded" }), award: anAward() });

  test("and what waits for them is looked for", () => {
    given(awarded)
      .when({ command: "declineShare", person })
      .then({ effects: ["return-shares:c1:7"], changes: { award: { declined: [7] } } });
  });

  test("a second time: nothing", () => {
    given({ ...awarded, award })
      .when({ command: "declineShare", person })
      .thenNothing();
  });

  test.each([
    ["somebody else's", anAward(), { id: 8, login: "alice" }],
    ["of what is not awarded", null, person],
  ])("%s: refused", (_name, one, who) => {
    given({ ...awarded, award: one })
      .when({ command: "declineShare", person: who })
      .then({ refusal: "payeeNotKnown" });
  });
});

describe("a share that was given up", () => {
  test("goes back to its backer", () => {
    given(withAward({ pledge: shared, payouts: [aPayout()], parts: { award } }))
      .when(declined)
      .then({
        postings: [
          "share:p1:7 -> pledge:p1 1912 usd",
          "pledge:p1 -> outgoing:refund:p1:1 1912 usd",
        ],
        changes: {
          payout: { state: "returned" },
          refund: { reason: "declined by the payee", amount: 1912n },
        },
      });
  });

  test.each(["sending", "paid", "returned", "reversed"] as const)(
    "stays as it is when it is %s",
    (state) => {
      given(withAward({ pledge: shared, payouts: [aPayout({ state })], parts: { award } }))
        .when(declined)
        .thenNothing();
    },
  );

  test("stays while its pledge is disputed, and when nobody gave it up", () => {
    const disputed = { ...shared, disputed: 2000n };
    given(withAward({ pledge: disputed, payouts: [aPayout()], parts: { award } }))
      .when(declined)
      .thenNothing();
    given(withAward({ pledge: shared, payouts: [aPayout()] }))
      .when(declined)
      .thenNothing();
  });

  test("is never sent: not when it is due, and not when it is collected later", () => {
    given(withAward({ pledge: shared, payouts: [aPayout()], parts: { award } }))
      .when({ event: "payoutDue", payoutId: "p1:7:1", released: true })
      .then({ postings: [], effects: ["return-shares:c1:7", "card:c1"] });
    const parts = { award, payees: [aPayee()], held: 1912n };
    given(withAward({ pledge: aPaidPledge(), payouts: [], parts }))
      .when({ event: "pledgeAwarded", pledgeId: "p1" })
      .then({
        postings: ["pledge:p1 -> share:p1:7 1912 usd"],
        effects: ["return-payout:p1:7:1 in 90d", "return-shares:c1:7", "card:c1"],
        changes: { payout: { state: "waiting" } },
      });
  });
});
