// One row per command and per event: the compiler misses a name that has none.
import { describe, expect, test } from "@jest/globals";
import { type Expected, given } from "../../test/core-given.ts";
import {
  ALICE,
  aCampaign,
  aClaim,
  aForm,
  aMergedPull,
  aNotice,
  aPaidPledge,
  aPayee,
  aPayment,
  aPayout,
  aPledge,
  aPull,
  aRefund,
  aRefundFact,
  aSituation,
  GOOD_MERGE,
  PULL_THREAD,
  says,
  withAward,
  withPledge,
} from "../../test/core-spec.ts";
import { COMMANDS, type Request } from "./commands.ts";
import type { Command } from "./decide.ts";
import type { Situation } from "./decision.ts";
import type { Event, EventName } from "./events.ts";
import { DEFAULT_POLICY } from "./policy.ts";

interface Row<What> {
  given: Situation;
  when: What;
  outcome: Expected;
}

const awarded = withAward({
  pledge: aPaidPledge({ shared: 1912n }),
  payouts: [aPayout({ state: "sending" })],
});
const waiting = withAward({ pledge: aPaidPledge({ shared: 1912n }), payouts: [aPayout()] });
const refunding = withPledge(aPaidPledge({ state: "refunding", refunding: 1912n }), {
  refund: aRefund(),
});
const pullOnPaid = withPledge(aPaidPledge(), {
  pull: aPull(),
  claims: [aClaim()],
  notices: [aNotice()],
});

const EVENTS: Record<EventName, Row<Event>> = {
  issueChanged: {
    given: aSituation({ campaign: aCampaign() }),
    when: { event: "issueChanged", campaignId: "c1", title: "New", open: false },
    outcome: {
      effects: ["card:c1"],
      changes: { campaign: { issueTitle: "New", issueOpen: false } },
    },
  },
  addressChanged: {
    given: aSituation({ campaign: aCampaign() }),
    when: { event: "addressChanged", campaignId: "c1" },
    outcome: { effects: ["card:c1"], untouched: ["campaign"] },
  },
  pullSeen: {
    given: aSituation({ claims: [aClaim()] }),
    when: { event: "pullSeen", pull: aPull() },
    outcome: { effects: ["notice:140:c1", "card:c1"], changes: { pull: { headSha: "abc" } } },
  },
  pullLinked: {
    given: aSituation({ campaign: aCampaign() }),
    when: { event: "pullLinked", pull: aPull(), campaignId: "c1", by: "closing reference" },
    outcome: {
      effects: ["notice:140:c1", "card:c1"],
      changes: { claim: { campaignId: "c1", pullId: 140, by: "closing reference" } },
    },
  },
  pullMerged: {
    given: pullOnPaid,
    when: { event: "pullMerged", pull: aMergedPull(), campaignId: "c1", facts: GOOD_MERGE },
    outcome: {
      postings: [],
      effects: ["award:c1", "card:c1", "notices:c1", "reply:connect:new1"],
      changes: { campaign: { state: "awarded" }, award: { id: "new1", pullNumber: 14 } },
    },
  },
  policyRead: {
    given: aSituation(),
    when: { event: "policyRead", repositoryId: 100, sha: "s", policy: DEFAULT_POLICY },
    outcome: { effects: [], changes: { policy: { repositoryId: 100, sha: "s" } } },
  },
  policyBroken: {
    given: aSituation(),
    when: { event: "policyBroken", repositoryId: 100, sha: "s", problems: ["no"] },
    outcome: { effects: ["policy:100:s"], untouched: ["policy"] },
  },
  pledgePaid: {
    given: withPledge(aPledge()),
    when: { event: "pledgePaid", payment: aPayment() },
    outcome: {
      postings: ["world -> pledge:p1 2000 usd", "pledge:p1 -> stripe-fees 88 usd"],
      effects: ["card:c1", "notices:c1", "return:p1:0 in 60d", "reread:payment:pi_1 in 10min"],
      changes: { pledge: { state: "paid", net: 1912n }, campaign: { totals: { paidIn: 2000n } } },
    },
  },
  checkoutExpired: {
    given: withPledge(aPledge()),
    when: { event: "checkoutExpired", pledgeId: "p1", sessionId: "cs_1" },
    outcome: { changes: { pledge: { state: "abandoned" } } },
  },
  refundSeen: {
    given: refunding,
    when: { event: "refundSeen", refund: aRefundFact() },
    outcome: {
      postings: ["outgoing:refund:p1:1 -> world 1912 usd"],
      changes: { refund: { state: "succeeded", booked: true }, pledge: { state: "refunded" } },
    },
  },
  transferSeen: {
    given: awarded,
    when: {
      event: "transferSeen",
      payoutId: "p1:7:1",
      transferId: "tr_1",
      settlement: { id: "txn_t", currency: "usd", amount: 1912n, fee: 0n },
    },
    outcome: {
      postings: ["outgoing:transfer:p1:7:1 -> world 1912 usd"],
      changes: {
        payout: { state: "paid", transferId: "tr_1" },
        pledge: { state: "released", released: 1912n },
        campaign: { state: "settled", totals: { paidIn: 0n, released: 1912n } },
      },
    },
  },
  accountSeen: {
    given: aSituation({ payees: [aPayee({ accountId: null, ready: false })] }),
    when: { event: "accountSeen", payeeId: 7, accountId: "acct_7", ready: true },
    outcome: {
      effects: ["pay-waiting:payee:7"],
      changes: { payee: { accountId: "acct_7", ready: true } },
    },
  },
  checkoutOpened: {
    given: withPledge(aPledge({ sessionId: null, sessionUrl: null })),
    when: {
      event: "checkoutOpened",
      pledgeId: "p1",
      sessionId: "cs_9",
      url: "u",
      expiresAt: aSituation().at,
    },
    outcome: {
      effects: ["reread:checkout:cs_9 in 10min"],
      changes: { pledge: { sessionId: "cs_9", sessionUrl: "u" } },
    },
  },
  checkoutRefused: {
    given: withPledge(aPledge({ sessionId: null })),
    when: { event: "checkoutRefused", pledgeId: "p1", why: "no" },
    outcome: { changes: { pledge: { state: "failed" } } },
  },
  cardPosted: {
    given: aSituation({ campaign: aCampaign() }),
    when: { event: "cardPosted", campaignId: "c1", commentId: 77 },
    outcome: { effects: [], changes: { campaign: { cardCommentId: 77 } } },
  },
  noticePosted: {
    given: aSituation(),
    when: { event: "noticePosted", notice: aNotice() },
    outcome: { effects: [], changes: { notice: { checkRunId: 900 } } },
  },
  refundRefused: {
    given: refunding,
    when: { event: "refundRefused", pledgeId: "p1", effectKey: "refund:p1:1", why: "no" },
    outcome: {
      postings: ["outgoing:refund:p1:1 -> pledge:p1 1912 usd"],
      changes: { refund: { state: "failed" }, pledge: { state: "paid", refunding: 0n } },
    },
  },
  transferRefused: {
    given: awarded,
    when: { event: "transferRefused", payoutId: "p1:7:1", why: "no" },
    outcome: {
      postings: ["outgoing:transfer:p1:7:1 -> share:p1:7 1912 usd"],
      effects: ["return-payout:p1:7:2 in 90d", "card:c1", "notices:c1"],
      changes: { payout: { id: "p1:7:2", state: "waiting" }, payee: { ready: false } },
    },
  },
  pledgeReturnDue: {
    given: withPledge(aPaidPledge()),
    when: { event: "pledgeReturnDue", pledgeId: "p1", reason: "refund date reached" },
    outcome: {
      postings: ["pledge:p1 -> outgoing:refund:p1:1 1912 usd"],
      effects: ["refund:p1:1", "card:c1", "notices:c1"],
      changes: { pledge: { state: "refunding" } },
    },
  },
  pledgeAwarded: {
    given: withAward({
      pledge: aPaidPledge(),
      payouts: [],
      parts: { held: 1912n },
    }),
    when: { event: "pledgeAwarded", pledgeId: "p1" },
    outcome: {
      postings: [
        "pledge:p1 -> share:p1:7 1912 usd",
        "share:p1:7 -> outgoing:transfer:p1:7:1 1912 usd",
      ],
      effects: ["return-payout:p1:7:1 in 90d", "transfer:p1:7:1", "card:c1", "notices:c1"],
      changes: { payout: { state: "sending" }, award: { payees: [{ allotted: 1912n }] } },
    },
  },
  payoutDue: {
    given: waiting,
    when: { event: "payoutDue", payoutId: "p1:7:1" },
    outcome: {
      postings: ["share:p1:7 -> outgoing:transfer:p1:7:1 1912 usd"],
      effects: ["transfer:p1:7:1", "card:c1"],
    },
  },
  claimDateReached: {
    given: waiting,
    when: { event: "claimDateReached", payoutId: "p1:7:1" },
    outcome: {
      postings: ["share:p1:7 -> pledge:p1 1912 usd", "pledge:p1 -> outgoing:refund:p1:1 1912 usd"],
      effects: ["refund:p1:1", "card:c1", "notices:c1"],
      changes: { payout: { state: "returned" }, pledge: { sharesReturned: 1912n } },
    },
  },
};

type RequestName = Request["command"];
type OtherName = Exclude<Command["command"], "onGithub">;

const COMMAND_ROWS: Record<RequestName | OtherName, Row<Command>> = {
  attachBounty: {
    given: aSituation(),
    when: says({ command: "attachBounty", amount: "$200", label: null }),
    outcome: {
      effects: ["card:new1", "link-pulls:new1", "notices:new1", "react:55:rocket"],
      changes: { campaign: { id: "new1", ask: 20_000n, state: "open", issueNumber: 12 } },
    },
  },
  detachBounty: {
    given: aSituation({ campaign: aCampaign() }),
    when: says({ command: "detachBounty", label: "bounty" }, { commentId: null }),
    outcome: { effects: ["card:c1", "notices:c1"], changes: { campaign: { state: "cancelled" } } },
  },
  offerPledge: {
    given: aSituation({ campaign: aCampaign() }),
    when: says({ command: "offerPledge", amount: "$20" }),
    outcome: { effects: ["reply:pledge:d1:0", "react:55:rocket"], untouched: ["campaign"] },
  },
  claimIssue: {
    given: aSituation({ campaign: aCampaign(), pull: aPull() }),
    when: says({ command: "claimIssue", issueNumber: 12 }, { thread: PULL_THREAD, by: ALICE }),
    outcome: {
      effects: ["notice:140:c1", "card:c1", "react:55:rocket"],
      changes: { claim: { by: "command" } },
    },
  },
  splitAward: {
    given: aSituation({ campaign: aCampaign() }),
    when: says(
      { command: "splitAward", parts: [{ login: "alice", weight: 100 }] },
      { named: [{ login: "alice", person: ALICE, isBot: false }] },
    ),
    outcome: {
      effects: ["card:c1", "notices:c1", "react:55:rocket"],
      changes: { campaign: { split: [{ id: 7, basisPoints: 10_000 }] } },
    },
  },
  releaseAward: {
    given: withPledge(aPaidPledge(), { pull: aMergedPull(), payees: [aPayee()] }),
    when: says({ command: "releaseAward" }),
    outcome: {
      effects: ["award:c1", "card:c1", "notices:c1", "react:55:rocket"],
      changes: { campaign: { state: "awarded" }, award: { by: { login: "mona" } } },
    },
  },
  holdAward: {
    given: aSituation({ campaign: aCampaign() }),
    when: says({ command: "holdAward", why: "wait" }),
    outcome: {
      effects: ["card:c1", "notices:c1", "react:55:rocket"],
      changes: { campaign: { hold: { why: "wait" } } },
    },
  },
  cancelCampaign: {
    given: withPledge(aPaidPledge()),
    when: says({ command: "cancelCampaign", why: "no" }),
    outcome: {
      effects: ["return-pledges:c1", "card:c1", "notices:c1", "react:55:eyes"],
      changes: { campaign: { state: "cancelled", endReason: "no", unfinishedCommentId: 55 } },
    },
  },
  showHelp: {
    given: aSituation(),
    when: says({ command: "showHelp" }),
    outcome: { effects: ["reply:d1:0", "react:55:rocket"] },
  },
  misread: {
    given: aSituation(),
    when: says({ command: "misread", name: "split" }),
    outcome: { refusal: "commandNotUnderstood" },
  },
  startPledge: {
    given: aSituation({ campaign: aCampaign() }),
    when: { command: "startPledge", form: aForm() },
    outcome: {
      effects: ["checkout:p1 in 1min"],
      changes: { pledge: { id: "p1", state: "started", amount: 2000n } },
    },
  },
  connectPayee: {
    given: aSituation({ payees: [aPayee({ accountId: null })] }),
    when: { command: "connectPayee", person: ALICE },
    outcome: { effects: ["account:7 in 1min"], untouched: ["payee"] },
  },
};

describe("every event is decided", () => {
  test.each(Object.entries(EVENTS))("%s", (name, row) => {
    expect(row.when.event).toBe(name);
    given(row.given).when(row.when).then(row.outcome);
  });
});

describe("every command is decided", () => {
  test.each(Object.entries(COMMAND_ROWS))("%s", (_name, row) => {
    given(row.given).when(row.when).then(row.outcome);
  });
});

test("every command that people can write has a row", () => {
  const requests = COMMANDS.map(({ example }) => example).length;
  const written = Object.keys(COMMAND_ROWS).filter(
    (name) => !["detachBounty", "misread", "startPledge", "connectPayee"].includes(name),
  );
  expect(written).toHaveLength(requests);
});

test("the award needs its people: a payee that is known keeps the account", () => {
  given(pullOnPaid)
    .when({ event: "pullMerged", pull: aMergedPull(), campaignId: "c1", facts: GOOD_MERGE })
    .then({ changes: { payee: { id: 7, accountId: null, ready: false } } });
  given({ ...pullOnPaid, payees: [aPayee()] })
    .when({ event: "pullMerged", pull: aMergedPull(), campaignId: "c1", facts: GOOD_MERGE })
    .then({
      effects: ["award:c1", "card:c1", "notices:c1"],
      changes: { payee: { accountId: "acct_7", ready: true } },
    });
});

test("a situation that lacks what the question needs is a bug, not an answer", () => {
  const lost = () =>
    given(aSituation()).when({ event: "checkoutExpired", pledgeId: "p1", sessionId: "cs_1" });
  expect(lost).toThrow("the situation lacks its pledge");
});
