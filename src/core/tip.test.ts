// Tips: how long a link lives, how much one may be, and on which day it is sent.
import { describe, expect, test } from "@jest/globals";
import { given } from "../../test/core-given.ts";
import {
  ALICE,
  aCampaign,
  aForm,
  anAward,
  aPaidPledge,
  aPayee,
  aPayment,
  aPayout,
  aPledge,
  aSituation,
  BOB,
  NOW,
  PULL_THREAD,
  REPOSITORY,
  says,
} from "../../test/core-spec.ts";
import type { Command } from "./decide.ts";
import type { Situation } from "./decision.ts";
import type { Event } from "./events.ts";
import type { Payee } from "./payout.ts";
import { DAY_MS, type Pledge } from "./pledge.ts";
import { roomForTip, takesTip, tipLimitIn, tipWording } from "./tip.ts";

const TODAY = NOW - (NOW % DAY_MS);
const split = [{ ...ALICE, basisPoints: 10_000 }];
const operator = aSituation().operator;

function aTip(pledges: readonly Pledge[] = [], parts: Partial<Situation> = {}): Situation {
  const campaign = aCampaign({ kind: "tip", state: "awarded", ask: 2000n, split }, pledges);
  return aSituation({ campaign, award: anAward(), payees: [aPayee()], ...parts });
}

function offers(parts: { login?: string; amount?: string; isBot?: boolean } = {}): Command {
  const { login = "alice", amount = "$20", isBot = false } = parts;
  const person = login === "nobody" ? null : ALICE;
  return says({ command: "offerTip", login, amount }, { named: [{ login, person, isBot }] });
}

describe("offering a tip", () => {
  test("a campaign of its own, awarded to one person; nobody is mentioned, nothing is paid", () => {
    const { answer } = given(aSituation())
      .when(offers())
      .then({
        postings: [],
        changes: { campaign: { kind: "tip", state: "awarded", issueNumber: 12 } },
      });
    const effects = answer.ok ? answer.decision.effects.map(({ effect }) => effect) : [];
    const [reply] = effects.flatMap((effect) => (effect.effect === "reply" ? [effect.body] : []));
    expect(reply).toContain("[Pay alice $20.00 for their work](https://whip.test/tips/new1?via=");
    expect(reply).not.toContain("@");
  });

  test("nobody becomes a payee by being named", () => {
    given(aSituation())
      .when(offers())
      .then({ untouched: ["payee", "payout"] });
  });

  test("on a pull request as well", () => {
    given(aSituation())
      .when(
        says(
          { command: "offerTip", login: "alice", amount: "$20" },
          { thread: PULL_THREAD, named: [{ login: "alice", person: ALICE, isBot: false }] },
        ),
      )
      .then({
        changes: { campaign: { issueNumber: 14 } },
      });
  });

  test.each([
    ["a bot", {}, offers({ isBot: true }), "payeeIsABot"],
    ["nobody", {}, offers({ login: "nobody" }), "noSuchPerson"],
    ["too little", {}, offers({ amount: "$1" }), "amountBelowMinimum"],
    ["in another currency", {}, offers({ amount: "€20" }), "amountInAnotherCurrency"],
    [
      "in a private repository",
      { repository: { ...REPOSITORY, private: true } },
      offers(),
      "repositoryIsPrivate",
    ],
    [
      "at somebody else's",
      { repository: { ...REPOSITORY, ownerId: 99 } },
      offers(),
      "ownerNotAllowed",
    ],
    [
      "once uninstalled",
      { repository: { ...REPOSITORY, installed: false } },
      offers(),
      "appNotInstalled",
    ],
  ] as const)("%s: refused", (_name, parts, command, refusal) => {
    given(aSituation(parts)).when(command).then({ refusal });
  });
});

describe("paying a tip", () => {
  const pays: Command = { command: "startPledge", form: aForm() };

  test("opens Stripe's page, though the campaign is awarded", () => {
    given(aTip())
      .when(pays)
      .then({ effects: ["checkout:p1 in 1min"], changes: { pledge: { state: "started" } } });
    const pledge = aPledge({ sessionId: null, sessionUrl: null });
    given(aTip([pledge], { pledge }))
      .when({
        event: "checkoutOpened",
        pledgeId: "p1",
        sessionId: "cs_1",
        url: "https://stripe.test",
        expiresAt: NOW,
      })
      .then({ effects: ["reread:checkout:cs_1 in 10min"] });
  });

  test.each([
    ["paid already", aTip([aPaidPledge({ shared: 1912n })]), pays, "tipIsOver"],
    ["a week old", aTip([], { at: NOW + 7 * DAY_MS }), pays, "tipIsOver"],
    ["by the one it is for", aTip(), { ...pays, form: aForm({ backerId: 7 }) }, "tipToOneself"],
    ["with a saved card", aTip(), { ...pays, form: aForm({ mode: "on-merge" }) }, "modeNotOffered"],
    [
      "with more than the limit",
      aTip(),
      { ...pays, form: aForm({ amount: "101" }) },
      "tipAboveLimit",
    ],
    [
      "while paying is closed",
      aTip([], { operator: { ...operator, payingIn: "closed" } }),
      pays,
      "payingInClosed",
    ],
    [
      "while the operator's own money is below zero",
      aTip([], { operator: { ...operator, payingIn: "promisesOnly" } }),
      pays,
      "payNowClosed",
    ],
  ] as const)("%s: refused", (_name, situation, command, refusal) => {
    given(situation).when(command).then({ refusal });
  });

  test("what is paid is theirs at once, and waits as a first payout does", () => {
    const pledge = aPledge();
    const held = { ...operator, firstPayoutHoldDays: 7 };
    given(aTip([pledge], { pledge, operator: held }))
      .when({ event: "pledgePaid", payment: aPayment() })
      .then({
        postings: [
          "world -> pledge:p1 2000 usd",
          "pledge:p1 -> stripe-fees 88 usd",
          "pledge:p1 -> share:p1:7 1912 usd",
        ],
        effects: [
          "card:c1",
          "return:p1:0 in 60d",
          "reread:payment:pi_1 in 10min",
          "return-payout:p1:7:1 in 90d",
          `pay-waiting:campaign:c1:${NOW + 7 * DAY_MS} in 7d`,
        ],
        changes: { payout: { state: "waiting", payableFrom: NOW + 7 * DAY_MS } },
      });
  });

  test("whom it was offered is a payee from then on; who is one already stays what they are", () => {
    const pledge = aPledge();
    const pays = { event: "pledgePaid", payment: aPayment() } as const;
    const { answer } = given(aTip([pledge], { pledge, payees: [] }))
      .when(pays)
      .then({
        changes: { payee: { ...ALICE, accountId: null, payableFrom: null, tipDayUsed: 0 } },
      });
    const written = answer.ok ? answer.decision.changes.map(({ put }) => put) : [];
    // A payout is its payee's: the payee is written first.
    expect(written.indexOf("payee")).toBeLessThan(written.indexOf("payout"));
    const known = aPayee({ country: "CH", login: "alice-before" });
    given(aTip([pledge], { pledge, payees: [known] }))
      .when(pays)
      .then({ changes: { payee: { login: "alice", country: "CH", accountId: "acct_7" } } });
  });

  test("without a hold it leaves at once; who has no account is told, by no backer's name", () => {
    const pledge = aPledge({ backerName: "Carol" });
    given(aTip([pledge], { pledge }))
      .when({ event: "pledgePaid", payment: aPayment() })
      .then({ changes: { payout: { state: "sending" } } });
    const unconnected = aPayee({ accountId: null, ready: false, payableFrom: null });
    const { answer } = given(aTip([pledge], { pledge, payees: [unconnected] }))
      .when({ event: "pledgePaid", payment: aPayment() })
      .then({ changes: { payout: { state: "waiting" } } });
    const replies = answer.ok
      ? answer.decision.effects.flatMap(({ effect }) =>
          effect.effect === "reply" ? [effect.body] : [],
        )
      : [];
    expect(replies).toHaveLength(1);
    expect(replies[0]).toMatch(/^@alice: a tip for your work here waits for you/);
    expect(replies[0]).not.toMatch(/Carol|mona|\$/);
  });

  test("one left unpaid can be paid later: its campaign is settled, and is awarded again", () => {
    const left = aPledge({ state: "abandoned" });
    const again = aPledge({ id: "p2", nonce: "n2" });
    const situation = aTip([left, again], { pledge: again });
    const campaign = { ...(situation.campaign ?? aCampaign()), state: "settled" as const };
    given({ ...situation, campaign })
      .when({ event: "pledgePaid", payment: aPayment({ pledgeId: "p2" }) })
      .then({ changes: { campaign: { state: "awarded" }, payout: { payeeId: 7 } } });
  });
});

describe("whether a tip may leave today", () => {
  const limit = 10_000n;
  const NOON = NOW - TODAY;
  /** Days from today, and what of the limit is used then. */
  function asked(parts: Partial<Payee>, amount: bigint, hours = 0) {
    const room = roomForTip(aPayee(parts), { amount, limit, at: NOW + hours * 3_600_000 });
    return room.fits
      ? ["leaves", ((room.payee.tipDay ?? 0) - TODAY) / DAY_MS, room.payee.tipDayUsed]
      : ["waits", (room.from - TODAY) / DAY_MS];
  }

  test.each([
    ["the first", {}, 2000n, ["leaves", 0, 2000]],
    ["beside another", { tipDay: TODAY, tipDayUsed: 3000 }, 7000n, ["leaves", 0, 10_000]],
    ["a cent too much", { tipDay: TODAY, tipDayUsed: 3001 }, 7000n, ["waits", 1]],
    ["after yesterday's", { tipDay: TODAY - DAY_MS, tipDayUsed: 9999 }, 2000n, ["leaves", 0, 2000]],
    [
      "by a clock that was ahead",
      { tipDay: TODAY + DAY_MS, tipDayUsed: 9000 },
      2000n,
      ["waits", 2],
    ],
    ["larger than the limit is now", {}, 20_000n, ["leaves", 0, 20_000]],
  ])("%s", (_name, payee, amount, expected) => {
    expect(asked(payee, amount)).toEqual(expected);
  });

  test("a day ends at midnight, UTC", () => {
    const full = { tipDay: TODAY, tipDayUsed: 9_000 };
    const left = (DAY_MS - NOON) / 3_600_000;
    expect(asked(full, 2000n, left - 0.001)).toEqual(["waits", 1]);
    expect(asked(full, 2000n, left)).toEqual(["leaves", 1, 2000]);
  });

  test("no limit at all: one a day", () => {
    const first = roomForTip(aPayee(), { amount: 5n, limit: 0n, at: NOW });
    const payee = first.fits ? first.payee : aPayee();
    expect(roomForTip(payee, { amount: 5n, limit: 0n, at: NOW })).toEqual({
      fits: false,
      from: TODAY + DAY_MS,
    });
  });

  test("what waited for an account leaves within the limit, too", () => {
    const pledge = aPaidPledge({ shared: 1912n });
    const payout = aPayout({ payableFrom: NOW - DAY_MS });
    const used = (tipDayUsed: number) => [aPayee({ tipDay: TODAY, tipDayUsed })];
    const due: Event = { event: "payoutDue", payoutId: payout.id, released: false };
    const parts = { pledge, payout, payouts: [payout] };
    given(aTip([pledge], { ...parts, payees: used(8088) }))
      .when(due)
      .then({ changes: { payout: { state: "sending" }, payee: { tipDayUsed: 10_000 } } });
    const tomorrow = TODAY + DAY_MS;
    given(aTip([pledge], { ...parts, payees: used(8089) }))
      .when(due)
      .then({
        postings: [],
        changes: { payout: { state: "waiting", payableFrom: tomorrow } },
        effects: [`pay-waiting:campaign:c1:${tomorrow} in 720min`, "card:c1"],
      });
  });
});

test("a link is good until it is paid, or a week", () => {
  const tip = aCampaign({ kind: "tip", state: "awarded" });
  expect(takesTip(tip, NOW)).toBe(true);
  expect(takesTip(tip, NOW + 7 * DAY_MS)).toBe(false);
  expect(takesTip(aCampaign(), NOW)).toBe(false);
  const gone = aPaidPledge({ state: "refunded", refunded: 1912n });
  expect(takesTip(aCampaign({ kind: "tip" }, [gone]), NOW)).toBe(false);
});

test("the limit in other currencies is of the same order", () => {
  expect(tipLimitIn("usd", 100)).toBe(10_000n);
  expect(tipLimitIn("jpy", 100)).toBe(10_000n);
  expect(tipLimitIn("usd", 0)).toBe(0n);
});

test("the terms name the person and both fees", () => {
  const offer = { operatorFeeBasisPoints: 0, holdDaysMax: 30 };
  expect(tipWording(BOB.login, { ...offer, operatorFeeBasisPoints: 250 }).join(" ")).toMatch(
    /You pay bob .* takes 2.5 %/,
  );
  expect(tipWording(BOB.login, offer).join(" ")).toContain("takes no fee");
  expect(tipWording(BOB.login, offer).join(" ")).toContain("not claimed 30 days after the charge");
});
