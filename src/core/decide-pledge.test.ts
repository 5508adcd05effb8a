// From the form to Stripe's page.
import { describe, expect, test } from "@jest/globals";
import { given } from "../../test/core-given.ts";
import {
  aCampaign,
  aForm,
  aPaidPledge,
  aPledge,
  aSituation,
  NOW,
  REPOSITORY,
  says,
  withPledge,
} from "../../test/core-spec.ts";
import { decideCommand } from "./decide.ts";
import { effectKey } from "./effects.ts";
import { DEFAULT_POLICY } from "./policy.ts";

function form(parts: Parameters<typeof aForm>[0] = {}) {
  return { command: "startPledge", form: aForm(parts) } as const;
}

const open = aSituation({ campaign: aCampaign() });

describe("a pledge is started", () => {
  test("with the terms as they are now; it counts as unfinished, not as a backer", () => {
    given(aSituation({ ...open, operator: { ...open.operator, feeBasisPoints: 250 } }))
      .when(form({ wordingHash: "w", backerId: 42, anonymous: true }))
      .then({
        postings: [],
        changes: {
          pledge: {
            terms: {
              mode: "pay-now",
              refundAfterDays: 60,
              holdDaysMax: 90,
              claimWithinDays: 90,
              operatorFeeBasisPoints: 250,
              refundReturns: "net",
              wordingHash: "w",
            },
            backerId: 42,
            anonymous: true,
            startedAt: NOW,
            sessionId: null,
          },
          campaign: { totals: { unfinishedCount: 1, backersCount: 0, paidIn: 0n } },
        },
      });
  });

  test("with the operator's own bound, which no date goes beyond", () => {
    given(aSituation({ ...open, operator: { ...open.operator, holdDaysMax: 45 } }))
      .when(form({}))
      .then({ changes: { pledge: { terms: { refundAfterDays: 45, holdDaysMax: 45 } } } });
  });

  describe("while the operator's own money is below zero", () => {
    const short = { ...open, operator: { ...open.operator, payingIn: "promisesOnly" as const } };

    test("as a promise", () => {
      given(short)
        .when(form({ mode: "on-merge" }))
        .then({ effects: ["checkout:p1 in 1min"], changes: { pledge: { state: "started" } } });
    });

    test.each([
      ["either", true],
      ["now", false],
    ] as const)(
      "not with money now; where the policy says %s, promises: %s",
      (pay, promisesOffered) => {
        const policy = { ...DEFAULT_POLICY, pay };
        const refusal = { refusal: "payNowClosed", promisesOffered };
        expect(decideCommand(form(), { ...short, policy })).toEqual({ ok: false, refusal });
      },
    );
  });

  test("once per nonce", () => {
    given({ ...open, pledge: aPledge() })
      .when(form())
      .thenNothing();
    given({ ...open, campaign: aCampaign({ state: "cancelled" }), pledge: aPledge() })
      .when(form())
      .thenNothing();
  });

  test.each([
    ["  ", null],
    [" Ada ", "Ada"],
    ["🚀".repeat(70), "🚀".repeat(60)],
  ])("a guest's name %j is kept as %j", (name, kept) => {
    given(open)
      .when(form({ name }))
      .then({ changes: { pledge: { backerName: kept } } });
  });

  test("a form hides only the reply that offered it, whatever its address says", () => {
    given(open)
      .when(form({ viaReply: "pledge:d1:0" }))
      .then({ changes: { pledge: { viaReply: "pledge:d1:0" } } });
    given(open)
      .when(form({ viaReply: "waits:140:c1" }))
      .then({ changes: { pledge: { viaReply: null } } });
  });

  test.each([
    ["appNotInstalled", { repository: { ...REPOSITORY, installed: false } }],
    ["repositoryIsPrivate", { repository: { ...REPOSITORY, private: true } }],
    ["ownerNotAllowed", { operator: { ...open.operator, allowedOwnerIds: [] } }],
    ["noCampaign", { campaign: null }],
    ["campaignIsOver", { campaign: aCampaign({ state: "awarded" }) }],
  ] as const)("not at all: %s", (refusal, parts) => {
    given({ ...open, ...parts })
      .when(form())
      .then({ refusal });
  });

  test("the policy's bounds hold in its own currency; an older campaign's keeps Stripe's", () => {
    const policy = { ...DEFAULT_POLICY, currency: "jpy", minimum: 5000n, maximum: 9000n };
    given({ ...open, policy })
      .when(form({ amount: "0.50" }))
      .then({ changes: { pledge: { amount: 50n, currency: "usd" } } });
    given({ ...open, policy })
      .when(form({ amount: "0.49" }))
      .then({ refusal: "amountBelowMinimum" });
    given({ ...open, policy })
      .when(form({ amount: "9000" }))
      .then({ changes: { pledge: { amount: 900_000n } } });
  });
});

describe("Stripe's page", () => {
  const opened = {
    event: "checkoutOpened",
    pledgeId: "p1",
    sessionId: "cs_1",
    url: "u",
    expiresAt: NOW,
  } as const;

  test("opened after the campaign ended is closed again", () => {
    const pledge = aPledge({ sessionId: null });
    const campaign = aCampaign({ state: "cancelled" }, [pledge]);
    given(withPledge(pledge, { campaign }))
      .when(opened)
      .then({ effects: ["reread:checkout:cs_1 in 10min", "expire:p1"] });
  });

  test("found again when it was over: Stripe is asked at once what became of it", () => {
    const at = NOW + 86_400_000;
    given(withPledge(aPledge({ sessionId: null, sessionUrl: null }), { at }))
      .when({ ...opened, url: null })
      .then({
        effects: ["reread:checkout:cs_1 in -1430min"],
        changes: { pledge: { state: "started", sessionId: "cs_1", sessionUrl: null } },
      });
  });

  test("opened again: the first stays", () => {
    given(withPledge(aPledge()))
      .when({ ...opened, sessionId: "cs_2" })
      .thenNothing();
  });

  test("another page of ours that expired says nothing about this one", () => {
    given(withPledge(aPledge()))
      .when({ event: "checkoutExpired", pledgeId: "p1", sessionId: "cs_lost" })
      .thenNothing();
  });

  test("expired after the payment came: the payment stands", () => {
    given(withPledge(aPaidPledge()))
      .when({ event: "checkoutExpired", pledgeId: "p1", sessionId: "cs_1" })
      .thenNothing();
  });

  test("expired as the last pledge of a cancelled campaign gives the command its rocket", () => {
    const pledge = aPledge();
    const campaign = aCampaign({ state: "cancelled", unfinishedCommentId: 55 }, [pledge]);
    given(withPledge(pledge, { campaign }))
      .when({ event: "checkoutExpired", pledgeId: "p1", sessionId: "cs_1" })
      .then({
        effects: ["card:c1", "react:55:rocket"],
        changes: { campaign: { unfinishedCommentId: null, totals: { unfinishedCount: 0 } } },
      });
  });
});

test("/pledge gives no link to a page that would take nothing", () => {
  const repository = { ...REPOSITORY, private: true };
  given({ ...open, repository })
    .when(says({ command: "offerPledge", amount: "20" }))
    .then({ refusal: "repositoryIsPrivate" });
});

test("/pledge answers on the thread it was written on, with a link that names the reply", () => {
  const { answer } = given(open).when(says({ command: "offerPledge", amount: "20" }));
  const effects = answer.ok ? answer.decision.effects : [];
  const reply = effects.find(({ effect }) => effect.effect === "reply")?.effect;
  expect(reply === undefined ? "" : effectKey(reply)).toBe("reply:pledge:d1:0");
  expect(reply).toMatchObject({ issueNumber: 12 });
  expect(reply).toMatchInlineSnapshot(`
{
  "body": "[Pledge $20.00 to this issue](https://whip.test/gh/acme/rocket/issues/12?amount=20.00&via=pledge%3Ad1%3A0). Nothing is charged before you confirm it on Stripe's page.",
  "effect": "reply",
  "issueNumber": 12,
  "key": "pledge:d1:0",
  "repositoryId": 100,
}
`);
});
