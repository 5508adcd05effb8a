// What a backer may do with a pledge, until when, and what it comes to.
import { describe, expect, test } from "@jest/globals";
import { given } from "../../test/core-given.ts";
import {
  aCampaign,
  aClearingPledge,
  aGoal,
  aGoalCampaign,
  anAward,
  aPaidPledge,
  aPayment,
  aPledge,
  aPromise,
  NOW,
  withAward,
  withPledge,
} from "../../test/core-spec.ts";
import type { CampaignState } from "./campaign.ts";
import type { Situation } from "./decision.ts";
import { consentUntil } from "./goal.ts";
import { DAY_MS, linkEndsAt, type Pledge, refundDate } from "./pledge.ts";

const withdraw = { command: "withdrawPledge", pledgeId: "p1" } as const;

describe("a backer takes a pledge back", () => {
  test("a promise: no money moves, and the card is forgotten", () => {
    given(withPledge(aPromise()))
      .when(withdraw)
      .then({
        postings: [],
        effects: ["card:c1", "notices:c1", "forget-card:pm_1"],
        changes: {
          pledge: { state: "withdrawn", returnReason: null },
          campaign: { totals: { promised: 0n, backersCount: 0, unfinishedCount: 0 } },
        },
      });
  });

  test("what is paid in: the net, as the terms say", () => {
    given(withPledge(aPaidPledge()))
      .when(withdraw)
      .then({
        postings: ["pledge:p1 -> outgoing:refund:p1:1 1912 usd"],
        effects: ["refund:p1:1", "card:c1", "notices:c1"],
        changes: {
          pledge: { state: "refunding", returnReason: "withdrawn", refunding: 1912n },
          refund: { amount: 1912n, reason: "withdrawn" },
          campaign: { totals: { paidIn: 0n, refunding: 1912n, backersCount: 0 } },
        },
      });
  });

  test("what is clearing: it leaves the totals now, and goes once its fee is known", () => {
    const clearing = aClearingPledge();
    given(withPledge(clearing))
      .when(withdraw)
      .then({
        postings: [],
        changes: {
          pledge: { state: "clearing", returnReason: "withdrawn" },
          campaign: { totals: { paidIn: 0n, clearing: 0n, unfinishedCount: 1 } },
        },
      });
    given(withPledge({ ...clearing, returnReason: "withdrawn" }))
      .when({ event: "pledgePaid", payment: aPayment() })
      .then({
        postings: [
          "world -> pledge:p1 2000 usd",
          "pledge:p1 -> stripe-fees 88 usd",
          "pledge:p1 -> outgoing:refund:p1:1 1912 usd",
        ],
        changes: { pledge: { state: "refunding" } },
      });
  });

  test("after the award too late; a withdrawal that came before the award goes on", () => {
    given(withAward({ pledge: aPaidPledge({ shared: 1912n }), payouts: [] }))
      .when(withdraw)
      .then({ refusal: "pledgeIsAwarded" });
    const campaign = aCampaign({ state: "awarded" }, [aPromise()]);
    given(withPledge(aPromise(), { campaign, award: anAward() }))
      .when(withdraw)
      .then({ refusal: "pledgeIsAwarded" });
    const withdrawn = aClearingPledge({ returnReason: "withdrawn" });
    given(withAward({ pledge: withdrawn, payouts: [] }))
      .when({ event: "pledgePaid", payment: aPayment() })
      .then({ changes: { pledge: { state: "refunding", shared: 0n } } });
    given(withAward({ pledge: withdrawn, payouts: [] }))
      .when({ event: "pledgeAwarded", pledgeId: "p1" })
      .thenNothing();
  });

  test.each<CampaignState>(["open", "reached", "cancelled", "expired"])(
    "while the campaign is %s",
    (state) => {
      const campaign = aCampaign({ state }, [aPaidPledge()]);
      given(withPledge(aPaidPledge(), { campaign }))
        .when(withdraw)
        .then({ changes: { pledge: { state: "refunding" } } });
    },
  );

  test.each<[string, Pledge]>([
    ["was taken back", aPromise({ state: "withdrawn" })],
    ["clears and was taken back", aClearingPledge({ returnReason: "withdrawn" })],
    ["is on its way back", aPaidPledge({ state: "refunding", returnReason: "withdrawn" })],
    ["went back", aPaidPledge({ state: "refunded", returnReason: "cancelled" })],
    ["failed to go back and is tried again", aPaidPledge({ returnReason: "cancelled" })],
  ])("a second time changes nothing: it %s", (_what, pledge) => {
    given(withPledge(pledge)).when(withdraw).thenNothing();
    given(withAward({ pledge, payouts: [] }))
      .when(withdraw)
      .thenNothing();
  });

  test.each<[string, Pledge]>([
    ["never paid", aPledge()],
    ["left", aPledge({ state: "abandoned" })],
    ["lapsed", aPromise({ state: "lapsed" })],
    ["paid out", aPaidPledge({ state: "released", shared: 1912n, released: 1912n })],
    ["lost to a chargeback", aPaidPledge({ state: "lost" })],
  ])("there is nothing to take back of a pledge that was %s", (_what, pledge) => {
    given(withPledge(pledge)).when(withdraw).then({ refusal: "nothingToWithdraw" });
  });
});

test("the link to a pledge outlives everything that the terms know of, and ends", () => {
  const days = (pledge: Pledge) => (linkEndsAt(pledge) - NOW) / DAY_MS;
  expect(days(aPledge())).toBe(1 + 90 + 90);
  expect(days(aPaidPledge())).toBe(90 + 90);
  expect(days(aPromise())).toBe(180 + 90 + 90);
});

describe("a backer renews a pledge", () => {
  const renew = (from: number) =>
    ({ command: "renewPledge", pledgeId: "p1", from, wordingHash: "later" }) as const;
  const paidDate = NOW + 60 * DAY_MS;
  const bound = NOW + 90 * DAY_MS;

  test("money that is paid in waits up to the bound, and not a day longer", () => {
    const at = NOW + 50 * DAY_MS;
    given(withPledge(aPaidPledge(), { at }))
      .when(renew(paidDate))
      .then({
        postings: [],
        effects: [`return:p1:0:${bound} in 40d`, "card:c1"],
        mails: [`mail:date comes:p1:${bound} in 33d`],
        changes: {
          pledge: {
            terms: aPaidPledge().terms,
            renewals: [
              { at, from: paidDate, until: bound, goalDeadline: null, wordingHash: "later" },
            ],
          },
        },
      });
    const renewed = renewedUntil(bound, paidDate, at);
    expect(refundDate(renewed)).toBe(bound);
    given(withPledge(renewed, { at })).when(renew(bound)).then({ refusal: "renewalNotOffered" });
    expect(refundDate(renewedUntil(bound + DAY_MS, paidDate, at))).toBe(bound);
  });

  test("of a goal: the deadline that they agree to is reminded of, where it is the earlier date", () => {
    const day = (days: number): number => NOW + days * DAY_MS;
    const [seen, first, second] = [day(10), day(40), day(70)];
    const goal = aGoal({
      deadline: second,
      extensions: [
        { from: seen, to: first },
        { from: first, to: second },
      ],
    });
    const terms = { ...aPaidPledge().terms, goalDeadline: seen };
    const at = NOW + 35 * DAY_MS;
    given(withPledge(aPaidPledge({ terms }), { at, campaign: aGoalCampaign({ goal }) }))
      .when(renew(paidDate))
      .then({
        mails: [`mail:date comes:p1:${bound} in 48d`, `mail:goal ends:p1:${second} in 28d`],
      });
  });

  test("the old date finds that it was moved; the new one acts", () => {
    const renewed = renewedUntil(bound, paidDate, NOW + DAY_MS);
    const due = {
      event: "pledgeReturnDue",
      pledgeId: "p1",
      reason: "refund date reached",
    } as const;
    given(withPledge(renewed, { at: paidDate }))
      .when(due)
      .thenNothing();
    given(withPledge(renewed, { at: bound }))
      .when(due)
      .then({ postings: ["pledge:p1 -> outgoing:refund:p1:1 1912 usd"] });
  });

  test("a promise is given for as long again, as often as its backer likes", () => {
    const lapses = NOW + 180 * DAY_MS;
    const at = NOW + 170 * DAY_MS;
    const until = at + 180 * DAY_MS;
    given(withPledge(aPromise(), { at }))
      .when(renew(lapses))
      .then({
        effects: [`lapse:p1:${until} in 180d`, "card:c1"],
        mails: [`mail:date comes:p1:${until} in 173d`],
        changes: { pledge: { state: "promised", renewals: [{ from: lapses, until }] } },
      });
    const renewal = { at, from: lapses, until, goalDeadline: null, wordingHash: "later" };
    const renewed = aPromise({ renewals: [renewal] });
    given(withPledge(renewed, { at: lapses }))
      .when({ event: "pledgeLapseDue", pledgeId: "p1" })
      .thenNothing();
    given(withPledge(renewed, { at: until }))
      .when({ event: "pledgeLapseDue", pledgeId: "p1" })
      .then({ changes: { pledge: { state: "lapsed" } } });
    given(withPledge(renewed, { at: until - DAY_MS }))
      .when(renew(until))
      .then({ changes: { pledge: { renewals: [renewal, { from: until }] } } });
    // Its charge begins dates of its own, which its renewals as a promise do not move.
    const charged = { ...renewed, capturedAt: until - 5 * DAY_MS };
    expect(refundDate(charged)).toBe(until + 55 * DAY_MS);
    // Also in its last second: Stripe's times are whole ones.
    const second = { ...renewed, capturedAt: at - 999 };
    expect(refundDate(second)).toBe(at - 999 + 60 * DAY_MS);
  });

  test("a goal's deadline that was moved twice needs a new consent, which is asked for", () => {
    const day = (days: number) => NOW + days * DAY_MS;
    const goal = aGoal({
      deadline: day(30),
      extensions: [
        { from: day(10), to: day(20) },
        { from: day(20), to: day(30) },
      ],
    });
    const before = aPromise();
    const pledge = { ...before, terms: { ...before.terms, goalDeadline: day(10) } };
    const campaign = aCampaign({ kind: "goal", ask: 9000n, goal }, [pledge]);
    expect(consentUntil(pledge, goal)).toBe(day(20));
    given(withPledge(pledge, { campaign }))
      .when(renew(day(180)))
      .then({ changes: { pledge: { renewals: [{ goalDeadline: day(30), until: day(180) }] } } });
    const renewal = {
      ...{ at: NOW, from: day(180), until: day(180), wordingHash: "later" },
      goalDeadline: day(30),
    };
    const renewed = { ...pledge, renewals: [renewal] };
    expect(consentUntil(renewed, goal)).toBe(day(30));
    given(withPledge(renewed, { campaign }))
      .when(renew(day(180)))
      .thenNothing();
    given(withPledge(renewed, { campaign, at: day(20) }))
      .when({ event: "consentEnded", pledgeId: "p1" })
      .thenNothing();
  });

  test("a second click changes nothing, a page from before is told so", () => {
    const renewed = renewedUntil(bound, paidDate, NOW);
    given(withPledge(renewed)).when(renew(paidDate)).thenNothing();
    given(withPledge(aPaidPledge()))
      .when(renew(paidDate - DAY_MS))
      .then({ refusal: "renewalNotOffered" });
  });

  test.each<[string, Situation]>([
    ["its date has come", withPledge(aPaidPledge(), { at: paidDate })],
    ["it is on its way back", withPledge(aPaidPledge({ returnReason: "cancelled" }))],
    ["the bounty is awarded", withAward({ pledge: aPaidPledge(), payouts: [] })],
    [
      "the bounty is over",
      withPledge(aPaidPledge(), { campaign: aCampaign({ state: "cancelled" }) }),
    ],
    ["it was never paid", withPledge(aPledge())],
    ["it was withdrawn", withPledge(aPromise({ state: "withdrawn" }))],
  ])("not when %s", (_what, situation) => {
    given(situation).when(renew(paidDate)).then({ refusal: "renewalNotOffered" });
  });

  function renewedUntil(until: number, from: number, at: number): Pledge {
    const renewal = { at, from, until, goalDeadline: null, wordingHash: "later" };
    return aPaidPledge({ renewals: [renewal] });
  }
});
