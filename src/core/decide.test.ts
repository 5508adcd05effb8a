// One row per command and per event: the compiler misses a name that has none.
import { describe, expect, test } from "@jest/globals";
import { type Expected, given } from "../../test/core-given.ts";
import {
  ALICE,
  aCampaign,
  aCard,
  aCharging,
  aClaim,
  aDisputeFact,
  aForm,
  aGoal,
  aGoalCampaign,
  aHandover,
  aMergedPull,
  aNotice,
  anAward,
  aPaidPledge,
  aPayee,
  aPayment,
  aPayout,
  aPledge,
  aPromise,
  aPull,
  aRefund,
  aRefundFact,
  aSituation,
  BOB,
  GOOD_MERGE,
  MAINTAINER,
  NOW,
  PULL_THREAD,
  says,
  withAward,
  withPledge,
} from "../../test/core-spec.ts";
import { COMMANDS, type Request } from "./commands.ts";
import type { Command } from "./decide.ts";
import type { Situation } from "./decision.ts";
import type { Event, EventName } from "./events.ts";
import { DAY_MS, type Pledge } from "./pledge.ts";
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

const TWICE_EXTENDED = aGoal({
  deadline: NOW + 3 * DAY_MS,
  extensions: [
    { from: NOW + DAY_MS, to: NOW + 2 * DAY_MS },
    { from: NOW + 2 * DAY_MS, to: NOW + 3 * DAY_MS },
  ],
});
const CONSENTED = aPaidPledge({
  terms: { ...aPledge().terms, goalDeadline: NOW + DAY_MS },
});

function called(pledge: Pledge): Situation {
  return withPledge(pledge, { campaign: aCampaign({ state: "awarded" }, [pledge]) });
}

const EVENTS: Record<EventName, Row<Event>> = {
  cardVerified: {
    given: withPledge(aPledge()),
    when: { event: "cardVerified", ...aCard() },
    outcome: {
      postings: [],
      effects: ["card:c1", "notices:c1", `lapse:p1:${NOW + 180 * DAY_MS} in 180d`],
      changes: { pledge: { state: "promised" }, campaign: { totals: { promised: 2000n } } },
    },
  },
  chargeOpened: {
    given: called(aCharging({ triesCount: 0 }, { paymentIntentId: null })),
    when: { event: "chargeOpened", pledgeId: "p1", paymentIntentId: "pi_1" },
    outcome: { effects: ["charge:p1:1"], changes: { pledge: { paymentIntentId: "pi_1" } } },
  },
  chargeRefused: {
    given: called(aCharging({ triesCount: 0 }, { paymentIntentId: null })),
    when: { event: "chargeRefused", pledgeId: "p1", why: "resource_missing" },
    outcome: { postings: [], changes: { pledge: { state: "failed" } } },
  },
  chargeDeclined: {
    given: called(aCharging()),
    when: {
      event: "chargeDeclined",
      pledgeId: "p1",
      number: 1,
      problem: "card declined",
      why: "card_declined",
    },
    outcome: { postings: [], changes: { pledge: { charging: { problem: "card declined" } } } },
  },
  chargeRedirected: {
    given: called(aCharging({ triesCount: 2, failedAt: NOW })),
    when: { event: "chargeRedirected", pledgeId: "p1", number: 2, url: "https://bank.test" },
    outcome: { postings: [], changes: { pledge: { charging: { pageUrl: "https://bank.test" } } } },
  },
  chargeCanceled: {
    given: called(aCharging({ ending: true })),
    when: { event: "chargeCanceled", pledgeId: "p1", paymentIntentId: "pi_1" },
    outcome: { postings: [], changes: { pledge: { state: "lapsed" } } },
  },
  chaseDue: {
    given: called(aCharging({ problem: "card declined" }, { backerId: 8 })),
    when: { event: "chaseDue", pledgeId: "p1", number: 1 },
    outcome: { effects: ["mention:c1:8"], untouched: ["pledge"] },
  },
  pledgeLapseDue: {
    given: withPledge(aPromise(), { at: NOW + 180 * DAY_MS }),
    when: { event: "pledgeLapseDue", pledgeId: "p1" },
    outcome: { postings: [], changes: { pledge: { state: "lapsed" } } },
  },
  issueChanged: {
    given: aSituation({ campaign: aCampaign() }),
    when: { event: "issueChanged", campaignId: "c1", title: "New", open: false },
    outcome: {
      effects: ["card:c1"],
      changes: { campaign: { issueTitle: "New", issueOpen: false } },
    },
  },
  surroundingsChanged: {
    given: aSituation({ campaign: aCampaign() }),
    when: { event: "surroundingsChanged", campaignId: "c1" },
    outcome: { effects: ["card:c1", "notices:c1"], untouched: ["campaign"] },
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
      reversals: [],
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
  balanceMoved: {
    given: aSituation({ books: { isBooked: false, feesPaid: 0n } }),
    when: {
      event: "balanceMoved",
      movement: { id: "txn_9", type: "topup", currency: "usd", amount: 5000n, fee: 0n },
    },
    outcome: { postings: ["world -> operator 5000 usd"], effects: [] },
  },
  disputeSeen: {
    given: withPledge(aPaidPledge(), { held: 1912n }),
    when: { event: "disputeSeen", dispute: aDisputeFact() },
    outcome: {
      postings: [
        "operator -> pledge:p1 88 usd",
        "pledge:p1 -> dispute:p1 2000 usd",
        "operator -> stripe-fees 1500 usd",
      ],
      effects: ["card:c1", "notices:c1", "reread:dispute:du_1 in 1d"],
      changes: {
        pledge: { state: "disputed", disputed: 2000n, covered: 88n },
        campaign: { totals: { paidIn: 0n, disputed: 2000n } },
        dispute: { phase: "open", taken: 2000n, booked: ["txn_d"] },
      },
    },
  },
  accountSeen: {
    given: aSituation({ payees: [aPayee({ accountId: null, ready: false })] }),
    when: { event: "accountSeen", payeeId: 7, accountId: "acct_7", ready: true, country: "US" },
    outcome: {
      effects: ["pay-waiting:payee:7"],
      changes: { payee: { accountId: "acct_7", ready: true } },
    },
  },
  shareDeclined: {
    given: withAward({
      pledge: aPaidPledge({ shared: 1912n }),
      payouts: [aPayout()],
      parts: { award: anAward({ declined: [7] }) },
    }),
    when: { event: "shareDeclined", payoutId: "p1:7:1" },
    outcome: { changes: { payout: { state: "returned" }, pledge: { state: "refunding" } } },
  },
  shareHanded: {
    given: withAward({
      pledge: aPaidPledge({ shared: 1912n }),
      payouts: [aPayout()],
      parts: {
        award: anAward({ handed: [{ from: 7, to: BOB, by: MAINTAINER, at: NOW }] }),
        payees: [aPayee({ ...BOB, accountId: null, ready: false })],
      },
    }),
    when: { event: "shareHanded", payoutId: "p1:7:1" },
    outcome: {
      postings: ["share:p1:7 -> pledge:p1 1912 usd", "pledge:p1 -> share:p1:8 1912 usd"],
      effects: ["return-payout:p1:8:2 in 90d", "remind-payee:p1:8:2 in 83d", "card:c1"],
      changes: { payout: { id: "p1:8:2", state: "waiting", handedFrom: "p1:7:1" } },
    },
  },
  handoverLapsed: {
    given: aSituation({
      campaign: aCampaign({ state: "awarded" }),
      award: anAward(),
      handovers: [aHandover()],
    }),
    when: { event: "handoverLapsed", campaignId: "c1", handoverId: "c1:1:7:1" },
    outcome: {
      effects: ["minimize:handover:c1:1:7:1"],
      changes: { handover: { state: "expired" } },
    },
  },
  accountLost: {
    given: aSituation({ payees: [aPayee()] }),
    when: { event: "accountLost", payeeId: 7, accountId: "acct_7" },
    outcome: {
      effects: ["pay-waiting:payee:7"],
      changes: { payee: { accountId: null, ready: false, accountsLost: 1 } },
    },
  },
  bankPayoutSeen: {
    given: aSituation({ payees: [aPayee()] }),
    when: { event: "bankPayoutSeen", payeeId: 7, begunAt: NOW, failed: true },
    outcome: { postings: [], effects: [], changes: { payee: { bankFailedAt: NOW } } },
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
    when: { event: "transferRefused", because: "account", payoutId: "p1:7:1", why: "no" },
    outcome: {
      postings: ["outgoing:transfer:p1:7:1 -> share:p1:7 1912 usd"],
      effects: ["account:7 in 360min", "return-payout:p1:7:2 in 90d", "card:c1"],
      changes: { payout: { id: "p1:7:2", state: "waiting" }, payee: { ready: false } },
    },
  },
  pledgeReturnDue: {
    given: withPledge(aPaidPledge(), { at: NOW + 60 * DAY_MS }),
    when: { event: "pledgeReturnDue", pledgeId: "p1", reason: "refund date reached" },
    outcome: {
      postings: ["pledge:p1 -> outgoing:refund:p1:1 1912 usd"],
      effects: ["refund:p1:1", "card:c1", "notices:c1"],
      changes: { pledge: { state: "refunding" } },
    },
  },
  issueGone: {
    given: aSituation({ campaign: aCampaign() }),
    when: { event: "issueGone", campaignId: "c1", issueId: 1200, why: "the issue was deleted" },
    outcome: {
      effects: ["return-pledges:c1", "card:c1", "notices:c1"],
      changes: { campaign: { state: "cancelled", endReason: "the issue was deleted" } },
    },
  },
  issueLeft: {
    given: aSituation({ campaign: aCampaign() }),
    when: { event: "issueLeft", campaignId: "c1", issueId: 1200 },
    outcome: { effects: ["end-unless-arrived:c1:1200 in 60min"], untouched: ["campaign"] },
  },
  issueArrived: {
    given: aSituation({ campaign: aCampaign() }),
    when: {
      event: "issueArrived",
      campaignId: "c1",
      from: { issueId: 1200 },
      to: { repositoryId: 101, issueId: 77, issueNumber: 3 },
    },
    outcome: {
      effects: ["card:c1", "link-pulls:c1", "notices:c1"],
      changes: { campaign: { repositoryId: 101, issueId: 77, issueNumber: 3 } },
    },
  },
  pullReverted: {
    given: withAward({
      pledge: aPaidPledge({ shared: 1912n }),
      payouts: [aPayout()],
      parts: { pull: aMergedPull() },
    }),
    when: { event: "pullReverted", campaignId: "c1", pullId: 140, revert: 20, by: MAINTAINER },
    outcome: {
      effects: ["card:c1", "reply:reverted:c1:1"],
      changes: { campaign: { hold: { why: "#20 reverts #14" } }, award: { revertedBy: 20 } },
    },
  },
  pledgeAwardUndone: {
    given: withAward({
      pledge: aPaidPledge({ shared: 1912n }),
      payouts: [aPayout()],
      parts: { award: anAward({ undone: { why: "no", by: MAINTAINER, at: NOW } }) },
    }),
    when: { event: "pledgeAwardUndone", pledgeId: "p1" },
    outcome: {
      postings: ["share:p1:7 -> pledge:p1 1912 usd"],
      effects: ["card:c1"],
      changes: { pledge: { state: "paid", shared: 0n } },
    },
  },
  awardUndone: {
    given: aSituation({
      campaign: aCampaign({ state: "awarded" }),
      award: anAward({ undone: { why: "no", by: MAINTAINER, at: NOW } }),
    }),
    when: { event: "awardUndone", campaignId: "c1", round: 1 },
    outcome: { effects: ["card:c1", "notices:c1"], changes: { campaign: { state: "open" } } },
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
      effects: ["return-payout:p1:7:1 in 90d", "transfer:p1:7:1", "card:c1"],
      changes: { payout: { state: "sending" }, award: { payees: [{ allotted: 1912n }] } },
    },
  },
  payoutDue: {
    given: waiting,
    when: { event: "payoutDue", payoutId: "p1:7:1", released: false },
    outcome: {
      postings: ["share:p1:7 -> outgoing:transfer:p1:7:1 1912 usd"],
      effects: ["transfer:p1:7:1", "card:c1"],
    },
  },
  goalDue: {
    given: aSituation({ campaign: aGoalCampaign() }),
    when: { event: "goalDue", campaignId: "c1", deadline: NOW + 10 * DAY_MS },
    outcome: {
      postings: [],
      effects: ["return-pledges:c1", "card:c1", "notices:c1"],
      changes: { campaign: { state: "expired" } },
    },
  },
  promiseCalledIn: {
    given: withPledge(aPromise(), {
      campaign: aGoalCampaign({ state: "reached", goal: aGoal({ charge: "reached" }) }, [
        aPromise(),
      ]),
    }),
    when: { event: "promiseCalledIn", pledgeId: "p1" },
    outcome: {
      postings: [],
      effects: ["card:c1", "intent:p1", "notices:c1"],
      changes: {
        pledge: { state: "charging" },
        campaign: { state: "reached", totals: { promised: 0n, collecting: 2000n } },
      },
    },
  },
  goalPageClosing: {
    given: aSituation({
      campaign: aGoalCampaign({ goal: aGoal({ deadline: NOW }) }),
      pledge: aPledge(),
    }),
    when: { event: "goalPageClosing", pledgeId: "p1" },
    outcome: { effects: ["expire:p1"], untouched: ["campaign", "pledge"] },
  },
  goalExtended: {
    given: aSituation({
      campaign: aGoalCampaign({ goal: TWICE_EXTENDED }),
      pledge: aPledge({ terms: { ...aPledge().terms, goalDeadline: NOW + DAY_MS } }),
    }),
    when: { event: "goalExtended", pledgeId: "p1" },
    outcome: { effects: [`consent:p1:${NOW + 2 * DAY_MS} in 2d`], untouched: ["pledge"] },
  },
  consentEnded: {
    given: aSituation({
      at: NOW + 2 * DAY_MS,
      campaign: aGoalCampaign({ goal: TWICE_EXTENDED }, [CONSENTED]),
      pledge: CONSENTED,
      held: 1912n,
    }),
    when: { event: "consentEnded", pledgeId: "p1" },
    outcome: {
      postings: ["pledge:p1 -> outgoing:refund:p1:1 1912 usd"],
      effects: ["refund:p1:1", "card:c1", "notices:c1"],
      changes: { pledge: { state: "refunding", returnReason: "goal missed" } },
    },
  },
  claimDateNear: {
    given: { ...waiting, payees: [aPayee({ accountId: null, ready: false })] },
    when: { event: "claimDateNear", payoutId: "p1:7:1" },
    outcome: { effects: ["reply:remind:a1:1:7"], untouched: ["payout", "award", "payee"] },
  },
  claimDateReached: {
    given: waiting,
    when: { event: "claimDateReached", payoutId: "p1:7:1" },
    outcome: {
      postings: ["share:p1:7 -> pledge:p1 1912 usd", "pledge:p1 -> outgoing:refund:p1:1 1912 usd"],
      effects: ["refund:p1:1", "card:c1"],
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
      effects: ["card:new1", "link-pulls:new1", "react:55:rocket"],
      changes: { campaign: { id: "new1", ask: 20_000n, state: "open", issueNumber: 12 } },
    },
  },
  detachLabel: {
    given: aSituation({ campaign: aCampaign() }),
    when: says({ command: "detachLabel", label: "bounty" }, { commentId: null }),
    outcome: { effects: ["card:c1", "notices:c1"], changes: { campaign: { state: "cancelled" } } },
  },
  offerPledge: {
    given: aSituation({ campaign: aCampaign() }),
    when: says({ command: "offerPledge", amount: "$20" }),
    outcome: { effects: ["reply:pledge:d1:0", "react:55:rocket"], untouched: ["campaign"] },
  },
  attachGoal: {
    given: aSituation(),
    when: says({ command: "attachGoal", amount: "$500", by: "2027-02-28", label: null }),
    outcome: {
      effects: [
        "card:new1",
        `goal:new1:${Date.UTC(2027, 2, 1)} in 41040min`,
        "link-pulls:new1",
        "react:55:rocket",
      ],
      changes: {
        campaign: {
          id: "new1",
          kind: "goal",
          ask: 50_000n,
          goal: { deadline: Date.UTC(2027, 2, 1), extensions: [], reachedAt: null },
        },
      },
    },
  },
  extendGoal: {
    given: aSituation({ campaign: aGoalCampaign() }),
    when: says({ command: "extendGoal", days: 5 }),
    outcome: {
      effects: [
        `goal:c1:${NOW + 15 * DAY_MS} in 15d`,
        "bound-consents:c1",
        "card:c1",
        "notices:c1",
        "react:55:rocket",
      ],
      changes: {
        campaign: {
          goal: {
            deadline: NOW + 15 * DAY_MS,
            extensions: [{ from: NOW + 10 * DAY_MS, to: NOW + 15 * DAY_MS }],
          },
        },
      },
    },
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
  rejectClaim: {
    given: withPledge(aPaidPledge(), { pull: aPull(), claims: [aClaim()] }),
    when: says({ command: "rejectClaim", why: "no" }),
    outcome: {
      effects: ["card:c1", "notice:140:c1", "notices:c1", "react:55:rocket", "reply:d1:0"],
      changes: { claim: { rejected: { why: "no" } } },
    },
  },
  agreeHandover: {
    given: aSituation({
      campaign: aCampaign({ state: "awarded" }),
      award: anAward(),
      handovers: [aHandover()],
    }),
    when: says(
      { command: "agreeHandover", to: "bob", from: "alice" },
      { named: [ALICE, BOB].map((person) => ({ login: person.login, person, isBot: false })) },
    ),
    outcome: {
      postings: [],
      effects: [
        "hand-shares:c1:7",
        "card:c1",
        "minimize:handover:c1:1:7:1",
        "reply:connect:handover:c1:1:7:1",
        "react:55:rocket",
      ],
      changes: {
        handover: { state: "agreed", decided: { by: MAINTAINER } },
        award: { handed: [{ from: 7, to: BOB, by: MAINTAINER }] },
        payee: { id: 8 },
      },
    },
  },
  rejectHandover: {
    given: aSituation({
      campaign: aCampaign({ state: "awarded" }),
      award: anAward(),
      handovers: [aHandover()],
    }),
    when: says(
      { command: "rejectHandover", to: "bob", from: "alice" },
      { named: [ALICE, BOB].map((person) => ({ login: person.login, person, isBot: false })) },
    ),
    outcome: {
      effects: ["minimize:handover:c1:1:7:1", "react:55:rocket"],
      changes: { handover: { state: "rejected", decided: { by: MAINTAINER } } },
      untouched: ["award"],
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
  recordPaidOutside: {
    given: aSituation({ campaign: aCampaign({ ask: 20_000n }) }),
    when: says({ command: "recordPaidOutside", amount: "$200" }),
    outcome: {
      postings: [],
      effects: ["card:c1", "notices:c1", "react:55:rocket"],
      changes: { campaign: { state: "expired", paidOutside: { amount: 20_000n } } },
    },
  },
  offerTip: {
    given: aSituation(),
    when: says(
      { command: "offerTip", login: "alice", amount: "$20" },
      { named: [{ login: "alice", person: ALICE, isBot: false }] },
    ),
    outcome: {
      postings: [],
      effects: ["reply:pledge:d1:0", "react:55:rocket"],
      changes: {
        campaign: { kind: "tip", state: "awarded", ask: 2000n, cardCommentId: null },
        award: { payees: [{ id: 7, basisPoints: 10_000 }] },
      },
      untouched: ["payee"],
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
  retryCharge: {
    given: called(aCharging({ problem: "authentication needed", failedAt: NOW })),
    when: { command: "retryCharge", pledgeId: "p1" },
    outcome: {
      effects: ["charge:p1:2 in 1min"],
      changes: { pledge: { charging: { problem: null } } },
    },
  },
  changeCard: {
    given: withPledge(aPromise()),
    when: { command: "changeCard", pledgeId: "p1" },
    outcome: { effects: ["checkout:p1:2 in 1min"], changes: { pledge: { pagesCount: 2 } } },
  },
  renewPledge: {
    given: withPledge(aPaidPledge(), { at: NOW + DAY_MS }),
    when: {
      command: "renewPledge",
      pledgeId: "p1",
      from: NOW + 60 * DAY_MS,
      wordingHash: "later",
    },
    outcome: {
      postings: [],
      effects: [`return:p1:0:${NOW + 90 * DAY_MS} in 89d`, "card:c1"],
      mails: [`mail:date comes:p1:${NOW + 90 * DAY_MS} in 82d`],
      changes: { pledge: { renewals: [{ until: NOW + 90 * DAY_MS, wordingHash: "later" }] } },
    },
  },
  withdrawPledge: {
    given: withPledge(aPaidPledge()),
    when: { command: "withdrawPledge", pledgeId: "p1" },
    outcome: {
      postings: ["pledge:p1 -> outgoing:refund:p1:1 1912 usd"],
      effects: ["refund:p1:1", "card:c1", "notices:c1"],
      changes: { pledge: { state: "refunding", returnReason: "withdrawn" } },
    },
  },
  declineShare: {
    given: aSituation({ campaign: aCampaign({ state: "awarded" }), award: anAward() }),
    when: { command: "declineShare", person: ALICE },
    outcome: { effects: ["return-shares:c1:7"], changes: { award: { declined: [7] } } },
  },
  askHandover: {
    given: aSituation({ campaign: aCampaign({ state: "awarded" }), award: anAward() }),
    when: {
      command: "askHandover",
      person: ALICE,
      named: { login: "bob", person: BOB, isBot: false },
    },
    outcome: {
      postings: [],
      effects: ["reply:handover:c1:1:7:1", "lapse-handover:c1:1:7:1 in 90d"],
      changes: { handover: { state: "asked", from: ALICE, to: BOB } },
      untouched: ["award", "payee"],
    },
  },
  withdrawHandover: {
    given: aSituation({
      campaign: aCampaign({ state: "awarded" }),
      award: anAward(),
      handovers: [aHandover()],
    }),
    when: { command: "withdrawHandover", person: ALICE },
    outcome: {
      effects: ["minimize:handover:c1:1:7:1"],
      changes: { handover: { state: "withdrawn" } },
    },
  },
  connectPayee: {
    given: aSituation({
      payees: [aPayee({ accountId: null })],
      owed: { shareWaits: true, awards: [] },
    }),
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

const NOT_WRITTEN = [
  "detachLabel",
  "misread",
  "startPledge",
  "retryCharge",
  "changeCard",
  "withdrawPledge",
  "renewPledge",
  "connectPayee",
  "declineShare",
  "askHandover",
  "withdrawHandover",
  // Other forms of `/release` and `/reject`.
  "agreeHandover",
  "rejectHandover",
];

test("every command that people can write has a row", () => {
  const requests = COMMANDS.map(({ example }) => example).length;
  const written = Object.keys(COMMAND_ROWS).filter((name) => !NOT_WRITTEN.includes(name));
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
