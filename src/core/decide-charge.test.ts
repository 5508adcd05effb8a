// The charge of a promise: begun once, tried with numbers, mended by its backer, given up in the end.
import { describe, expect, test } from "@jest/globals";
import { given, lastOf } from "../../test/core-given.ts";
import {
  aCampaign,
  aCard,
  aCharging,
  aGoal,
  aGoalCampaign,
  anAward,
  aPaidPledge,
  aPayee,
  aPayment,
  aPledge,
  aPromise,
  aSituation,
  NOW,
  withPledge,
} from "../../test/core-spec.ts";
import type { CampaignState } from "./campaign.ts";
import type { Situation } from "./decision.ts";
import { type ChargeProblem, type Charging, DAY_MS, type Pledge } from "./pledge.ts";

/** After the award. */
function awarded(pledge: Pledge, parts: Partial<Situation> = {}): Situation {
  const campaign = aCampaign({ state: "awarded" }, [pledge]);
  return withPledge(pledge, { campaign, award: anAward(), payees: [aPayee()], ...parts });
}

const failed: Partial<Charging> = { problem: "card declined", failedAt: NOW };

const canceled = {
  event: "chargeCanceled",
  pledgeId: "p1",
  paymentIntentId: "pi_1",
} as const;

function declined(number = 1, problem: ChargeProblem = "card declined") {
  return {
    event: "chargeDeclined",
    pledgeId: "p1",
    number,
    problem,
    why: "card_declined",
  } as const;
}

describe("an award calls a promise in", () => {
  const event = { event: "pledgeAwarded", pledgeId: "p1" } as const;

  test("its intent is made before anything is confirmed", () => {
    given(awarded(aPromise()))
      .when(event)
      .then({
        postings: [],
        effects: ["card:c1", "intent:p1"],
        changes: {
          pledge: { state: "charging", charging: { at: NOW, triesCount: 0, problem: null } },
          campaign: { state: "awarded", totals: { promised: 0n, collecting: 2000n } },
        },
      });
  });

  test("not when the goal was reached only after its backer's consent had ended", () => {
    const [first, second, third] = [NOW - 3 * DAY_MS, NOW - 2 * DAY_MS, NOW + DAY_MS];
    const extensions = [
      { from: first, to: second },
      { from: second, to: third },
    ];
    const promise = aPromise();
    const pledge = { ...promise, terms: { ...promise.terms, goalDeadline: first } };
    const reached = (reachedAt: number): Situation => {
      const goal = aGoal({ deadline: third, extensions, reachedAt });
      const campaign = aCampaign({ state: "awarded", kind: "goal", goal }, [pledge]);
      return awarded(pledge, { campaign });
    };
    given(reached(second))
      .when(event)
      .then({ changes: { pledge: { state: "lapsed" } } });
    given(reached(second - 1))
      .when(event)
      .then({ changes: { pledge: { state: "charging" } } });
  });

  test("once: the same step again changes nothing", () => {
    given(awarded(aCharging({ triesCount: 0 }, { paymentIntentId: null })))
      .when(event)
      .thenNothing();
    given(awarded(aCharging())).when(event).thenNothing();
  });

  test("not one whose date had come by then", () => {
    const promise = aPromise({ promisedAt: NOW - 180 * DAY_MS });
    given(awarded(promise))
      .when(event)
      .then({
        effects: ["card:c1", "forget-card:pm_1"],
        changes: { pledge: { state: "lapsed" } },
      });
  });

  test("nor does a goal that was reached only then, before its end was seen to", () => {
    const promise = aPromise({ promisedAt: NOW - 180 * DAY_MS });
    const reached = (reachedAt: number): Situation => {
      const goal = aGoal({ charge: "reached", reachedAt });
      return withPledge(promise, {
        campaign: aGoalCampaign({ state: "reached", goal }, [promise]),
      });
    };
    const calledIn = { event: "promiseCalledIn", pledgeId: "p1" } as const;
    given(reached(NOW))
      .when(calledIn)
      .then({ changes: { pledge: { state: "lapsed" } } });
    given(reached(NOW - 1))
      .when(calledIn)
      .then({ changes: { pledge: { state: "charging" } } });
  });

  test("one that lapsed is left alone", () => {
    given(awarded(aPromise({ state: "lapsed" })))
      .when(event)
      .thenNothing();
  });
});

describe("the intent is there", () => {
  const event = { event: "chargeOpened", pledgeId: "p1", paymentIntentId: "pi_1" } as const;
  const opening = aCharging({ triesCount: 0 }, { paymentIntentId: null });

  test("its id is committed with the first try of confirming it", () => {
    const { answer } = given(awarded(opening))
      .when(event)
      .then({ effects: ["charge:p1:1"], changes: { pledge: { paymentIntentId: "pi_1" } } });
    const effect = answer.ok ? answer.decision.effects[0]?.effect : null;
    expect(effect).toMatchObject({ paymentMethodId: "pm_1", number: 1, onSession: false });
  });

  test("told again, or another one: the first stays", () => {
    given(awarded(aCharging())).when(event).thenNothing();
    given(awarded(aCharging()))
      .when({ ...event, paymentIntentId: "pi_2" })
      .thenNothing();
  });

  test.each<CampaignState>(["cancelled", "expired"])(
    "but the campaign is %s: it is cancelled, not confirmed",
    (state) => {
      given(withPledge(opening, { campaign: aCampaign({ state }, [opening]) }))
        .when(event)
        .then({ effects: ["cancel:pi_1"], changes: { pledge: { charging: { ending: true } } } });
    },
  );
});

describe("a try fails", () => {
  test("the first time: reminders on day 1, 3 and 7, and the end after 14 days", () => {
    given(awarded(aCharging()))
      .when(declined())
      .then({
        postings: [],
        effects: [
          "card:c1",
          "chase:p1:1 in 1d",
          "chase:p1:2 in 3d",
          "chase:p1:3 in 7d",
          `lapse:p1:${NOW + 14 * DAY_MS} in 14d`,
        ],
        changes: {
          pledge: { state: "charging", charging: { problem: "card declined", failedAt: NOW } },
          campaign: { totals: { collecting: 2000n, uncollected: 0n } },
        },
      });
  });

  test("again: the days still count from the first time", () => {
    given(awarded(aCharging({ triesCount: 2, failedAt: NOW - DAY_MS })))
      .when(declined(2, "authentication needed"))
      .then({
        effects: ["card:c1"],
        changes: {
          pledge: { charging: { problem: "authentication needed", failedAt: NOW - DAY_MS } },
        },
      });
  });

  test.each([
    ["told again", aCharging(failed), 1],
    ["an older try's answer", aCharging({ ...failed, problem: null, triesCount: 2 }), 1],
    ["paid meanwhile", aPaidPledge({ charging: aCharging().charging }), 1],
    ["lapsed meanwhile", aCharging(failed, { state: "lapsed" }), 1],
  ])("%s: nothing new", (_name, pledge, number) => {
    given(awarded(pledge)).when(declined(number)).thenNothing();
  });

  test("Stripe would not make the intent: it can never be charged, and the last one settles", () => {
    const pledge = aCharging({ triesCount: 0 }, { paymentIntentId: null });
    given(awarded(pledge))
      .when({ event: "chargeRefused", pledgeId: "p1", why: "resource_missing" })
      .then({
        effects: ["card:c1", "forget-card:pm_1"],
        changes: {
          pledge: { state: "failed" },
          campaign: { state: "settled", totals: { collecting: 0n, uncollected: 2000n } },
        },
      });
    given(awarded(aCharging()))
      .when({ event: "chargeRefused", pledgeId: "p1", why: "late" })
      .thenNothing();
  });
});

describe("its backer mends it", () => {
  const retry = { command: "retryCharge", pledgeId: "p1" } as const;

  test("by trying the same intent again, there and then", () => {
    const { answer } = given(awarded(aCharging(failed)))
      .when(retry)
      .then({
        effects: ["charge:p1:2 in 1min"],
        changes: { pledge: { charging: { triesCount: 2, problem: null, failedAt: NOW } } },
      });
    const effect = answer.ok ? answer.decision.effects[0]?.effect : null;
    expect(effect).toMatchObject({ onSession: true, paymentMethodId: "pm_1" });
  });

  test("a double click is one try", () => {
    given(awarded(aCharging({ triesCount: 2, failedAt: NOW })))
      .when(retry)
      .thenNothing();
  });

  test("on the bank's page; the answer to an older try leads nowhere", () => {
    const url = "https://bank.test";
    given(awarded(aCharging({ triesCount: 2, failedAt: NOW })))
      .when({ event: "chargeRedirected", pledgeId: "p1", number: 2, url })
      .then({
        effects: [],
        changes: { pledge: { charging: { problem: "authentication needed", pageUrl: url } } },
      });
    given(awarded(aCharging({ triesCount: 3, failedAt: NOW })))
      .when({ event: "chargeRedirected", pledgeId: "p1", number: 2, url })
      .thenNothing();
  });

  test("with another card: the same intent is tried with it at once", () => {
    const { answer } = given(awarded(aCharging(failed)))
      .when({
        event: "cardVerified",
        ...aCard({ setupIntentId: "seti_2", paymentMethodId: "pm_2" }),
      })
      .then({
        effects: ["charge:p1:2", "forget-card:pm_1 in 1d"],
        changes: {
          pledge: { paymentIntentId: "pi_1", charging: { triesCount: 2, problem: null } },
        },
      });
    const effects = answer.ok ? answer.decision.effects.map(({ effect }) => effect) : [];
    const confirmed = effects.find(({ effect }) => effect === "confirmCharge");
    expect(confirmed).toMatchObject({ paymentMethodId: "pm_2", onSession: false });
  });

  test("another card while a try is under way waits for its outcome", () => {
    given(awarded(aCharging()))
      .when({
        event: "cardVerified",
        ...aCard({ setupIntentId: "seti_2", paymentMethodId: "pm_2" }),
      })
      .then({
        effects: ["forget-card:pm_1 in 1d"],
        changes: { pledge: { card: { paymentMethodId: "pm_2" } } },
      });
  });

  test.each([
    ["paid", aPaidPledge()],
    ["promised: nothing is due yet", aPromise()],
    ["given up", aCharging({ ...failed, ending: true })],
    ["lapsed", aCharging(failed, { state: "lapsed" })],
  ])("not when it is %s", (_name, pledge) => {
    given(awarded(pledge)).when(retry).then({ refusal: "nothingToConfirm" });
  });
});

describe("the page to change the card", () => {
  const change = { command: "changeCard", pledgeId: "p1" } as const;

  test.each([
    ["a promise", aPromise()],
    ["a charge that failed", aCharging(failed)],
  ])("of %s: a new one, under a new number", (_name, pledge) => {
    given(withPledge(pledge))
      .when(change)
      .then({
        effects: ["checkout:p1:2 in 1min"],
        changes: {
          pledge: { pagesCount: 2, sessionId: null, sessionExpiresAt: NOW + 2 * 3_600_000 },
        },
      });
  });

  test("one that is being opened, or open, is shown again; after its time there is another", () => {
    const page = { pagesCount: 2, sessionId: null, sessionExpiresAt: NOW + 1 };
    given(withPledge(aPromise(page)))
      .when(change)
      .thenNothing();
    given(withPledge(aPromise({ ...page, sessionId: "cs_2" })))
      .when(change)
      .thenNothing();
    given(withPledge(aPromise({ ...page, sessionExpiresAt: NOW })))
      .when(change)
      .then({ effects: ["checkout:p1:3 in 1min"] });
  });

  test("refused by Stripe: the promise stands, and can ask again", () => {
    const pledge = aPromise({ pagesCount: 2, sessionId: null, sessionExpiresAt: NOW + 1 });
    given(withPledge(pledge))
      .when({ event: "checkoutRefused", pledgeId: "p1", why: "no" })
      .then({ changes: { pledge: { state: "promised", sessionExpiresAt: null } } });
  });

  test("left to expire: the promise stands", () => {
    given(withPledge(aPromise({ pagesCount: 2, sessionId: "cs_2" })))
      .when({ event: "checkoutExpired", pledgeId: "p1", sessionId: "cs_2" })
      .thenNothing();
  });

  test.each([
    ["paid", aPaidPledge()],
    ["given up", aCharging({ ...failed, ending: true })],
  ])("none when it is %s", (_name, pledge) => {
    given(withPledge(pledge)).when(change).then({ refusal: "nothingToConfirm" });
  });
});

describe("its backer is reminded", () => {
  const chase = (number: number) => ({ event: "chaseDue", pledgeId: "p1", number }) as const;

  test("on the issue once, and only whoever signed in under their own name", () => {
    given(awarded(aCharging(failed, { backerId: 8 })))
      .when(chase(1))
      .then({ effects: ["mention:c1:8"] });
    given(awarded(aCharging(failed, { backerId: 8 })))
      .when(chase(2))
      .then({ effects: [] });
    given(awarded(aCharging(failed, { backerId: 8, anonymous: true })))
      .when(chase(1))
      .then({ effects: [] });
    given(awarded(aCharging(failed, { backerName: "Ada" })))
      .when(chase(1))
      .then({ effects: [] });
  });

  test.each([
    ["a try is under way", aCharging({ triesCount: 2, failedAt: NOW })],
    ["it is paid", aPaidPledge({ backerId: 8 })],
    ["it is given up", aCharging({ ...failed, ending: true }, { backerId: 8 })],
  ])("not when %s", (_name, pledge) => {
    given(awarded(pledge)).when(chase(1)).thenNothing();
  });
});

describe("nobody mended it", () => {
  const due = { event: "pledgeLapseDue", pledgeId: "p1" } as const;
  const at = NOW + 14 * DAY_MS;

  test("it is cancelled at Stripe first: whoever pays at that moment has paid", () => {
    given(awarded(aCharging(failed), { at }))
      .when(due)
      .then({
        effects: ["cancel:pi_1"],
        changes: { pledge: { state: "charging", charging: { ending: true } } },
      });
  });

  test("and lapses when Stripe says so: it does not keep the award from being settled", () => {
    const pledge = aCharging({ ...failed, ending: true });
    given(awarded(pledge, { at }))
      .when(canceled)
      .then({
        postings: [],
        changes: {
          pledge: { state: "lapsed" },
          campaign: { state: "settled", totals: { collecting: 0n, uncollected: 2000n } },
        },
      });
  });

  test.each([
    ["a day early", aCharging(failed), at - 1],
    ["asked before", aCharging({ ...failed, ending: true }), at],
    ["paid", aPaidPledge({ charging: aCharging(failed).charging }), at],
  ])("not when %s", (_name, pledge, time) => {
    given(awarded(pledge, { at: time }))
      .when(due)
      .thenNothing();
  });
});

describe("cancelled in Stripe's dashboard", () => {
  test.each([
    ["while a try is under way", aCharging()],
    ["while its backer may mend it", aCharging(failed)],
  ])(
    "%s: nothing was charged, it lapses uncollected, and its card is forgotten",
    (_name, pledge) => {
      given(awarded(pledge))
        .when(canceled)
        .then({
          postings: [],
          effects: ["card:c1", "forget-card:pm_1"],
          changes: {
            pledge: { state: "lapsed" },
            campaign: { state: "settled", totals: { collecting: 0n, uncollected: 2000n } },
          },
        });
    },
  );

  test("called in by a goal: it stays reached, as by any charge that fails", () => {
    const pledge = aCharging(failed, { amount: 5000n });
    const goal = aGoal({ charge: "reached", reachedAt: NOW - 1 });
    const campaign = aGoalCampaign({ state: "reached", goal }, [pledge]);
    given(withPledge(pledge, { campaign }))
      .when(canceled)
      .then({
        changes: {
          pledge: { state: "lapsed" },
          campaign: { state: "reached", totals: { collecting: 0n, uncollected: 5000n } },
        },
      });
  });

  test.each([
    ["another intent than the promise's one", aCharging({}, { paymentIntentId: "pi_2" })],
    ["one that is not committed yet", aCharging({ triesCount: 0 }, { paymentIntentId: null })],
    ["a page's payment: the page tells of itself", aPledge({ paymentIntentId: "pi_1" })],
    ["what was paid before", aPaidPledge()],
    ["told again", aCharging({}, { state: "lapsed" })],
    ["withdrawn before", aCharging({}, { state: "withdrawn" })],
  ])("%s: nothing", (_name, pledge) => {
    given(awarded(pledge)).when(canceled).thenNothing();
  });
});

describe("it is paid", () => {
  test("and its card is forgotten: it was saved for this one charge", () => {
    const { answer } = given(awarded(aCharging())).when({
      event: "pledgePaid",
      payment: aPayment(),
    });
    const effects = answer.ok ? answer.decision.effects.map(({ effect }) => effect) : [];
    expect(effects).toContainEqual({
      effect: "forgetCard",
      pledgeId: "p1",
      paymentMethodId: "pm_1",
    });
  });

  test("after the award: on to the people who did the work, with its own figures", () => {
    given(awarded(aCharging()))
      .when({ event: "pledgePaid", payment: aPayment() })
      .then({
        postings: [
          "world -> pledge:p1 2000 usd",
          "pledge:p1 -> stripe-fees 88 usd",
          "pledge:p1 -> share:p1:7 1912 usd",
          "share:p1:7 -> outgoing:transfer:p1:7:1 1912 usd",
        ],
        changes: {
          pledge: { state: "paid", returnReason: null, shared: 1912n },
          campaign: { totals: { collecting: 0n, paidIn: 1912n } },
        },
      });
  });

  test("at the very moment of its cancelling: paid all the same", () => {
    const { answer } = given(awarded(aCharging({ ...failed, ending: true }))).when({
      event: "pledgePaid",
      payment: aPayment({ settlement: null }),
    });
    const pledge = answer.ok ? lastOf(answer.decision, "pledge") : null;
    expect(pledge).toMatchObject({ state: "clearing", returnReason: null });
  });

  test("for a campaign that was cancelled: it goes back in full", () => {
    const pledge = aCharging({ ending: true });
    given(withPledge(pledge, { campaign: aCampaign({ state: "cancelled" }, [pledge]) }))
      .when({ event: "pledgePaid", payment: aPayment() })
      .then({ changes: { pledge: { state: "refunding", returnReason: "campaign over" } } });
  });
});

test("a campaign that is cancelled while a charge is under way has it cancelled", () => {
  const event = { event: "pledgeReturnDue", pledgeId: "p1", reason: "cancelled" } as const;
  const campaign = (pledge: Pledge) => aCampaign({ state: "cancelled" }, [pledge]);
  given(withPledge(aCharging(), { campaign: campaign(aCharging()) }))
    .when(event)
    .then({ effects: ["cancel:pi_1"], changes: { pledge: { charging: { ending: true } } } });
  const opening = aCharging({ triesCount: 0 }, { paymentIntentId: null });
  given(withPledge(opening, { campaign: campaign(opening) }))
    .when(event)
    .thenNothing();
  given(awarded(aCharging())).when(event).thenNothing();
});

test("an unknown pledge is refused, not a bug", () => {
  for (const command of ["retryCharge", "changeCard"] as const) {
    given(aSituation()).when({ command, pledgeId: "p9" }).then({ refusal: "nothingToConfirm" });
  }
});
