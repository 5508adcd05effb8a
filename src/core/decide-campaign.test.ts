// A campaign's beginning, changes and end.
import { describe, expect, test } from "@jest/globals";
import { given } from "../../test/core-given.ts";
import {
  ALICE,
  aCampaign,
  aPaidPledge,
  aPledge,
  aSituation,
  BOB,
  MAINTAINER,
  NOW,
  says,
  WRITE,
  withPledge,
} from "../../test/core-spec.ts";
import type { Event } from "./events.ts";
import { DEFAULT_POLICY, NO_ROLE } from "./policy.ts";

function label(text: string) {
  return says(
    { command: "attachBounty", amount: amountOf(text), label: text },
    { commentId: null },
  );
}

function amountOf(text: string): string | null {
  return text.includes(":") ? text.slice(text.indexOf(":") + 1).trim() : null;
}

function offLabel(text: string) {
  return says({ command: "detachLabel", label: text }, { commentId: null });
}

const attach = says({ command: "attachBounty", amount: null, label: null });
const cancel = says({ command: "cancelCampaign", why: "no" });

describe("a bounty is attached", () => {
  test("without an amount it asks for nothing in particular", () => {
    given(aSituation())
      .when(attach)
      .then({ changes: { campaign: { ask: null, kind: "bounty", createdBy: MAINTAINER } } });
  });

  test("amounts add, and a bare one takes nothing away", () => {
    const campaign = aCampaign({ ask: 10_000n });
    given(aSituation({ campaign }))
      .when(label("bounty: $200"))
      .then({ effects: ["card:c1", "notices:c1"], changes: { campaign: { ask: 30_000n } } });
    given(aSituation({ campaign }))
      .when(attach)
      .then({ changes: { campaign: { ask: 10_000n } } });
  });

  test("it may ask for more than one pledge may be", () => {
    given(aSituation({ policy: { ...DEFAULT_POLICY, maximum: 10_000n } }))
      .when(label("bounty: $2000"))
      .then({ changes: { campaign: { ask: 200_000n } } });
  });

  test("in the currency it began in, though the policy changed", () => {
    const policy = { ...DEFAULT_POLICY, currency: "eur" };
    given(aSituation({ campaign: aCampaign(), policy }))
      .when(label("bounty: €200"))
      .then({ refusal: "amountInAnotherCurrency" });
    given(aSituation({ policy }))
      .when(label("bounty: €200"))
      .then({ changes: { campaign: { currency: "eur" } } });
  });

  test("on an issue whose bounty is over a new one takes the card over, once no money is left", () => {
    const over = aCampaign({ state: "settled", cardCommentId: 77 });
    given(aSituation({ campaign: over }))
      .when(attach)
      .then({ changes: { campaign: { id: "new1", cardCommentId: 77, state: "open" } } });
    const returning = aCampaign({ state: "cancelled" }, [aPaidPledge()]);
    given(aSituation({ campaign: returning }))
      .when(attach)
      .then({ refusal: "campaignIsOver" });
  });

  test.each(["0", "$0.00", "-5", "five", "5 xyz"])("%j is refused", (amount) => {
    given(aSituation())
      .when(says({ command: "attachBounty", amount, label: null }))
      .then({ refusal: "amountNotUnderstood" });
  });

  test.each([
    ["triage", { ...NO_ROLE, triage: true }, "senderLacksTheRole"],
    ["write", WRITE, undefined],
  ] as const)("by somebody who may %s", (_name, role, refusal) => {
    given(aSituation())
      .when(says({ command: "attachBounty", amount: null, label: null }, { role }))
      .then(refusal === undefined ? {} : { refusal });
  });
});

describe("a label is taken off", () => {
  test("nobody pledged: the bounty ends", () => {
    given(aSituation({ campaign: aCampaign({ ask: 20_000n }) }))
      .when(offLabel("bounty: $200"))
      .then({ changes: { campaign: { state: "cancelled" } } });
  });

  test("one of two amounts: the other is still asked for, pledges or not", () => {
    const campaign = aCampaign({ ask: 50_000n }, [aPaidPledge()]);
    given(aSituation({ campaign }))
      .when(offLabel("bounty: $200"))
      .then({ changes: { campaign: { state: "open", ask: 30_000n } } });
  });

  test("one that was refused when it was put on: nothing", () => {
    given(aSituation({ campaign: aCampaign({ ask: 50_000n }) }))
      .when(offLabel("bounty: lots"))
      .thenNothing();
  });

  test("more than was ever asked for, so that it never counted: nothing", () => {
    for (const ask of [null, 10_000n]) {
      given(aSituation({ campaign: aCampaign({ ask }) }))
        .when(offLabel("bounty: $500"))
        .thenNothing();
    }
  });

  test("more than was ever asked for: it never counted, and taking it off undoes nothing", () => {
    given(aSituation({ campaign: aCampaign({ ask: 10_000n }) }))
      .when(offLabel("bounty: $200"))
      .thenNothing();
  });

  test("somebody is on Stripe's page: it asks for /cancel", () => {
    given(withPledge(aPledge())).when(offLabel("bounty")).then({ refusal: "campaignHasPledges" });
  });

  test("no bounty, or one that is over: nothing", () => {
    given(aSituation()).when(offLabel("bounty")).thenNothing();
    given(aSituation({ campaign: aCampaign({ state: "settled" }) }))
      .when(offLabel("bounty"))
      .thenNothing();
  });

  test("by somebody without the role", () => {
    given(aSituation({ campaign: aCampaign() }))
      .when(says({ command: "detachLabel", label: "bounty" }, { role: NO_ROLE }))
      .then({ refusal: "senderLacksTheRole" });
  });
});

describe("/split", () => {
  const named = [ALICE, BOB].map((person) => ({ login: person.login, person, isBot: false }));
  const split = says(
    {
      command: "splitAward",
      parts: [
        { login: "alice", weight: 2 },
        { login: "bob", weight: 1 },
      ],
    },
    { named },
  );

  test("weights become basis points", () => {
    given(aSituation({ campaign: aCampaign() }))
      .when(split)
      .then({
        changes: {
          campaign: {
            split: [
              { id: 7, basisPoints: 6667 },
              { id: 8, basisPoints: 3333 },
            ],
          },
        },
      });
  });

  test.each([
    ["awarded", "campaignIsAwarded"],
    ["settled", "campaignIsAwarded"],
    ["expired", "campaignIsOver"],
  ] as const)("once %s changes nothing", (state, refusal) => {
    given(aSituation({ campaign: aCampaign({ state }) }))
      .when(split)
      .then({ refusal });
  });
});

describe("/hold", () => {
  const hold = says({ command: "holdAward", why: "wait" });

  test.each(["open", "reached", "awarded"] as const)("stops payouts of one that is %s", (state) => {
    given(aSituation({ campaign: aCampaign({ state }) }))
      .when(hold)
      .then({ changes: { campaign: { state, hold: { why: "wait", by: MAINTAINER, at: NOW } } } });
  });

  test.each(["settled", "cancelled", "expired"] as const)("is too late once %s", (state) => {
    given(aSituation({ campaign: aCampaign({ state }) }))
      .when(hold)
      .then({ refusal: "campaignIsOver" });
  });
});

describe("/cancel", () => {
  test("with nobody's money there is done at once", () => {
    given(aSituation({ campaign: aCampaign() }))
      .when(cancel)
      .then({
        effects: ["return-pledges:c1", "card:c1", "notices:c1", "react:55:rocket"],
        changes: { campaign: { state: "cancelled", unfinishedCommentId: null } },
      });
  });

  test("hides the reply about what waited", () => {
    given(aSituation({ campaign: aCampaign({ waitingPullId: 140 }) }))
      .when(cancel)
      .then({
        effects: [
          "return-pledges:c1",
          "card:c1",
          "notices:c1",
          "minimize:waits:140:c1",
          "react:55:rocket",
        ],
        changes: { campaign: { waitingPullId: null } },
      });
  });

  test.each([
    ["awarded", "campaignIsAwarded"],
    ["cancelled", "campaignIsOver"],
  ] as const)("once %s is too late", (state, refusal) => {
    given(aSituation({ campaign: aCampaign({ state }) }))
      .when(cancel)
      .then({ refusal });
  });
});

test("facts that are known change nothing", () => {
  const campaign = aCampaign({ cardCommentId: 77 });
  const { issueTitle: title } = campaign;
  given(aSituation({ campaign }))
    .when({ event: "issueChanged", campaignId: "c1", title, open: true })
    .thenNothing();
  given(aSituation({ campaign }))
    .when({ event: "cardPosted", campaignId: "c1", commentId: 77 })
    .thenNothing();
});

test("/help is generated from the table, and goes to whoever asks", () => {
  const { answer } = given(aSituation()).when(says({ command: "showHelp" }, { role: NO_ROLE }));
  const effects = answer.ok ? answer.decision.effects : [];
  const reply = effects.find(({ effect }) => effect.effect === "reply")?.effect;
  expect(reply?.effect === "reply" ? reply.body : "").toMatchInlineSnapshot(`
"These are my commands. Write one at the start of a line in a comment. Several are done in their order, up to one that I turn down.

| command | who | what |
|---|---|---|
| \`/bounty [amount]\` | maintainer | attach a bounty to the issue; the amount is what it asks for, and amounts add up |
| \`/goal <amount> by <date>\` | maintainer | attach a goal: reached by the end of that day (UTC), or nobody pays |
| \`/pledge <amount>\` | anyone | get a link to a pledge page with the amount filled in |
| \`/claim #n\` | author of a pull request | say that your pull request solves issue n (in its text or in a comment on it) |
| \`/split @a 70 @b 30\` | maintainer | set who is paid which share |
| \`/release\` | maintainer | pay for the merged pull request now; also ends a hold. \`/release @a for @b\` agrees that one is paid in the place of the other, who asked for it |
| \`/hold <why>\` | maintainer | stop payouts until \`/release\` |
| \`/extend <days>\` | maintainer | move a goal's deadline, before it has passed |
| \`/reject <why>\` | maintainer | decline a pull request's claim; after its award, take the award back as long as nothing has left. \`/reject @a for @b\` declines that |
| \`/cancel <why>\` | maintainer | end the bounty or goal and give everybody their money back |
| \`/paid <amount>\` | maintainer | say that it was paid outside of Whipround; ends a bounty or goal that nobody has pledged to |
| \`/tip @user <amount>\` | anyone | get a link to pay a contributor once for their work |
| \`/help\` | anyone | show this list |"
`);
});

test("a policy that is broken from the first is the strictest there is, until one can be read", () => {
  const event: Event = { event: "policyBroken", repositoryId: 100, sha: "s", problems: ["no"] };
  given(aSituation({ policySha: null }))
    .when(event)
    .then({
      effects: ["policy:100:s"],
      changes: { policy: { sha: "s", policy: { who: "admin" } } },
    });
  given(aSituation({ policySha: "s0" }))
    .when(event)
    .then({ untouched: ["policy"] });
});
