// One row per refusal: the compiler misses a name that has none.
import { describe, expect, test } from "@jest/globals";
import { given } from "../../test/core-given.ts";
import {
  ALICE,
  aCampaign,
  aClaim,
  aForm,
  aGoal,
  aGoalCampaign,
  aHandover,
  aMergedPull,
  anAward,
  aPaidPledge,
  aPayee,
  aPledge,
  aPromise,
  aPull,
  aSituation,
  BOB,
  MAINTAINER,
  NOW,
  PULL_THREAD,
  REPOSITORY,
  says,
  THREAD,
  withPledge,
} from "../../test/core-spec.ts";
import type { Person } from "./campaign.ts";
import type { Asked, Request } from "./commands.ts";
import type { Command } from "./decide.ts";
import type { Situation } from "./decision.ts";
import { DEFAULT_POLICY, NO_ROLE } from "./policy.ts";
import type { Refusal } from "./refusals.ts";
import { refusalText } from "./refusals.ts";
import { refusalReply } from "./replies.ts";

interface Row {
  given: Partial<Situation>;
  when: Command;
}

const bounty = says({ command: "attachBounty", amount: "$200", label: null });
const release = says({ command: "releaseAward" });
const split: Request = { command: "splitAward", parts: [{ login: "alice", weight: 1 }] };
const claim: Request = { command: "claimIssue", issueNumber: 12 };
const start: Command = { command: "startPledge", form: aForm() };
const open = { campaign: aCampaign() };
const paid = { campaign: aCampaign({}, [aPaidPledge()]) };

const awarded = {
  campaign: aCampaign({ state: "awarded" }, [aPaidPledge()]),
  award: anAward(),
  pull: aMergedPull(),
  claims: [aClaim()],
};

const goalBy = (by: string): Command =>
  says({ command: "attachGoal", amount: "$500", by, label: null });

const released = aPaidPledge({ state: "released", shared: 1912n, released: 1912n });
const OPERATOR = aSituation().operator;
const tips = (login: string, amount = "$20"): Command =>
  says(
    { command: "offerTip", login, amount },
    { named: [{ login, person: login === "mona" ? MAINTAINER : ALICE, isBot: false }] },
  );

const standing = { campaign: aCampaign({ state: "awarded" }, [aPaidPledge()]), award: anAward() };
const handsOver = (person: Person): Command => ({
  command: "askHandover",
  person: ALICE,
  named: { login: person.login, person, isBot: false },
});
const agrees = (parts: Partial<Asked>): Command =>
  says(
    { command: "agreeHandover", to: "bob", from: "alice" },
    {
      ...parts,
      named: [ALICE, BOB].map((person) => ({ login: person.login, person, isBot: false })),
    },
  );

const ROWS: Record<Refusal["refusal"], Row | "decided by flow"> = {
  tipToOneself: { given: {}, when: tips("mona") },
  tipAboveLimit: { given: {}, when: tips("alice", "$100.01") },
  tipsAreOff: { given: { operator: { ...OPERATOR, tipLimitDollars: 0 } }, when: tips("alice") },
  tipIsOver: {
    given: { campaign: aCampaign({ kind: "tip", state: "settled" }, [released]), award: anAward() },
    when: start,
  },
  senderLacksTheRole: {
    given: {},
    when: says({ command: "attachBounty", amount: null, label: null }, { role: NO_ROLE }),
  },
  commandNotUnderstood: { given: {}, when: says({ command: "misread", name: "hold" }) },
  amountNotUnderstood: {
    given: {},
    when: says({ command: "attachBounty", amount: "lots", label: null }),
  },
  amountBelowMinimum: { given: open, when: says({ command: "offerPledge", amount: "$4.99" }) },
  amountAboveMaximum: {
    given: { ...open, policy: { ...DEFAULT_POLICY, maximum: 10_000n } },
    when: says({ command: "offerPledge", amount: "$100.01" }),
  },
  amountInAnotherCurrency: { given: open, when: says({ command: "offerPledge", amount: "€20" }) },
  repositoryIsPrivate: { given: { repository: { ...REPOSITORY, private: true } }, when: bounty },
  ownerNotAllowed: {
    given: { repository: { ...REPOSITORY, owner: "Other", ownerId: 2 } },
    when: bounty,
  },
  appNotInstalled: { given: { repository: { ...REPOSITORY, installed: false } }, when: bounty },
  issueIsAPull: {
    given: {},
    when: says({ command: "attachBounty", amount: null, label: null }, { thread: PULL_THREAD }),
  },
  issueIsClosed: {
    given: {},
    when: says(
      { command: "attachBounty", amount: null, label: null },
      { thread: { ...THREAD, open: false } },
    ),
  },
  noCampaign: { given: {}, when: release },
  commandsUsedUp: "decided by flow",
  severalCampaigns: "decided by flow",
  severalPulls: "decided by flow",
  campaignIsOver: { given: { campaign: aCampaign({ state: "cancelled" }) }, when: start },
  campaignStands: {
    given: paid,
    when: says({ command: "attachGoal", amount: "$500", by: null, label: null }),
  },
  dateNotUnderstood: { given: {}, when: goalBy("2027-02-29") },
  dateIsPast: { given: {}, when: goalBy("2027-01-30") },
  dateIsTooFar: { given: {}, when: goalBy("2027-12-31") },
  notAGoal: { given: open, when: says({ command: "extendGoal", days: 3 }) },
  goalDeadlinePassed: {
    given: { campaign: aGoalCampaign({ goal: aGoal({ deadline: NOW }) }) },
    when: says({ command: "extendGoal", days: 3 }),
  },
  goalNotReached: { given: { campaign: aGoalCampaign(), pull: aMergedPull() }, when: release },
  campaignHasPledges: {
    given: paid,
    when: says({ command: "detachLabel", label: "bounty" }, { commentId: null }),
  },
  paidOutsideButPledged: {
    given: paid,
    when: says({ command: "recordPaidOutside", amount: "$200" }),
  },
  campaignIsAwarded: {
    given: { campaign: aCampaign({ state: "awarded" }) },
    when: says({ command: "cancelCampaign", why: "no" }),
  },
  notAPull: { given: open, when: says(claim) },
  notTheAuthor: {
    given: { ...open, pull: aPull() },
    when: says(claim, { thread: PULL_THREAD, by: BOB }),
  },
  authorIsABot: {
    given: { ...open, pull: aPull({ authorIsBot: true }) },
    when: says(claim, { thread: PULL_THREAD, by: BOB }),
  },
  noSuchPerson: {
    given: open,
    when: says(split, { named: [{ login: "alice", person: null, isBot: false }] }),
  },
  payeeIsABot: {
    given: open,
    when: says(split, { named: [{ login: "alice", person: ALICE, isBot: true }] }),
  },
  nothingToRelease: { given: paid, when: release },
  nothingToReject: { given: paid, when: says({ command: "rejectClaim", why: "no" }) },
  claimIsRejected: {
    given: {
      ...open,
      pull: aPull(),
      claims: [aClaim({ rejected: { why: "no", by: MAINTAINER, at: NOW } })],
    },
    when: says(claim, { by: ALICE, thread: PULL_THREAD }),
  },
  payoutsHaveLeft: {
    given: { ...awarded, payoutsLeft: true },
    when: says({ command: "rejectClaim", why: "no" }, { thread: PULL_THREAD }),
  },
  awardIsUndone: {
    given: { ...awarded, award: anAward({ undone: { why: "no", by: MAINTAINER, at: NOW } }) },
    when: release,
  },
  nobodyToPay: { given: { ...paid, pull: aMergedPull({ authorIsBot: true }) }, when: release },
  nothingPaidIn: { given: { ...open, pull: aMergedPull() }, when: release },
  modeNotOffered: {
    given: { ...open, policy: { ...DEFAULT_POLICY, pay: "now" } },
    when: { ...start, form: aForm({ mode: "on-merge" }) },
  },
  payingInClosed: {
    given: { ...open, operator: { ...aSituation().operator, payingIn: "closed" } },
    when: start,
  },
  payNowClosed: {
    given: { ...open, operator: { ...aSituation().operator, payingIn: "promisesOnly" } },
    when: start,
  },
  nothingToConfirm: {
    given: { pledge: aPaidPledge() },
    when: { command: "retryCharge", pledgeId: "p1" },
  },
  renewalNotOffered: {
    given: withPledge(aPledge()),
    when: { command: "renewPledge", pledgeId: "p1", from: 0, wordingHash: "later" },
  },
  pledgeIsAwarded: {
    given: withPledge(aPaidPledge(), { campaign: aCampaign({ state: "awarded" }) }),
    when: { command: "withdrawPledge", pledgeId: "p1" },
  },
  pledgeIsBeingCharged: {
    given: withPledge(aPromise({ state: "charging" })),
    when: { command: "withdrawPledge", pledgeId: "p1" },
  },
  nothingToWithdraw: {
    given: withPledge(aPledge()),
    when: { command: "withdrawPledge", pledgeId: "p1" },
  },
  shareIsGivenUp: {
    given: { ...standing, award: anAward({ declined: [7] }) },
    when: handsOver(BOB),
  },
  handoverOfATip: {
    given: { ...standing, campaign: aCampaign({ kind: "tip", state: "awarded" }) },
    when: handsOver(BOB),
  },
  handoverToOneself: { given: standing, when: handsOver(ALICE) },
  handoverToGiver: {
    given: { ...standing, award: anAward({ declined: [8] }) },
    when: handsOver(BOB),
  },
  handoversUsedUp: {
    given: {
      ...standing,
      handovers: [1, 2, 3, 4, 5].map((number) =>
        aHandover({ id: `c1:1:7:${number}`, state: "withdrawn" }),
      ),
    },
    when: handsOver(BOB),
  },
  noHandover: { given: standing, when: agrees({}) },
  handoverOfOnesOwn: {
    given: { ...standing, handovers: [aHandover()] },
    when: agrees({ by: BOB }),
  },
  nothingCollectedYet: {
    given: {
      payees: [aPayee({ accountId: null, ready: false })],
      owed: {
        shareWaits: false,
        awards: [{ award: anAward(), campaign: aCampaign({ state: "awarded" }, [aPromise()]) }],
      },
    },
    when: { command: "connectPayee", person: ALICE },
  },
  payeeNotKnown: { given: {}, when: { command: "connectPayee", person: BOB } },
};

describe("every refusal is given by a command, and changes nothing", () => {
  for (const [refusal, row] of Object.entries(ROWS)) {
    if (row === "decided by flow") continue;
    test(refusal, () => {
      const { answer } = given(aSituation(row.given)).when(row.when);
      expect(answer).toMatchObject({ ok: false, refusal: { refusal } });
      if (answer.ok) return;
      expect(refusalReply(answer.refusal)).toMatchSnapshot();
    });
  }
});

describe("a refusal echoes nothing that takes effect", () => {
  const evil = "@all /cancel <img src=x> https://evil.test `x` #1";
  const refusals: Refusal[] = [
    { refusal: "amountNotUnderstood", text: evil, problem: "notAnAmount", currency: "usd" },
    { refusal: "noSuchPerson", login: evil },
    { refusal: "payeeIsABot", login: evil },
    { refusal: "handoverToGiver", login: evil },
    { refusal: "ownerNotAllowed", owner: evil },
  ];
  test.each(refusals)("$refusal", (refusal) => {
    expect(refusalText(refusal)).not.toMatch(/@all|\/cancel|<img|:\/\/evil|#1/);
  });
});

describe("an amount that was not understood is named with its problem", () => {
  const problems = [
    "notAnAmount",
    "unknownCurrency",
    "tooManyDecimals",
    "notPositive",
    "tooLarge",
    "ambiguous",
  ] as const;
  test.each(problems)("%s", (problem) => {
    const text = refusalText({
      refusal: "amountNotUnderstood",
      text: "1.000",
      problem,
      currency: "eur",
    });
    expect(text).toMatchSnapshot();
    expect(text).toContain("Write it like `€1,000.50`.");
  });
  test.each([
    ["usd", "$1,000.50"],
    ["gbp", "£1,000.50"],
    ["jpy", "1000 JPY"],
    ["chf", "1000.50 CHF"],
  ])("the example for %s is %s", (currency, example) => {
    const text = refusalText({ refusal: "amountInAnotherCurrency", currency });
    expect(text).toContain(`\`${example}\``);
  });
});

test("a pull request with several bounties says which", () => {
  const text = refusalText({ refusal: "severalCampaigns", issueNumbers: [12, 13] });
  expect(text).toContain("(#12, #13)");
});
