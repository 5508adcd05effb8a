// The people and things of the core's examples: each a plain value, varied by the parts that matter.
import type { Award, Claim, MergeFacts, Notice, Pull } from "../src/core/award.ts";
import { type Campaign, type Person, partOf, type Repository } from "../src/core/campaign.ts";
import type { Asked, PledgeForm, Request, Thread } from "../src/core/commands.ts";
import type { Command } from "../src/core/decide.ts";
import type { NamedPerson, Situation } from "../src/core/decision.ts";
import type { DisputeFact } from "../src/core/dispute.ts";
import type { Payment, RefundFact, VerifiedCard } from "../src/core/events.ts";
import type { Goal } from "../src/core/goal.ts";
import type { Handover } from "../src/core/handover.ts";
import { NOTHING_OWED } from "../src/core/owed.ts";
import type { Payee, Payout } from "../src/core/payout.ts";
import { type Charging, DAY_MS, type Pledge, STANDARD_TERMS } from "../src/core/pledge.ts";
import { DEFAULT_POLICY, NO_ROLE, type Role } from "../src/core/policy.ts";
import type { Refund } from "../src/core/refund.ts";

export const NOW = Date.UTC(2027, 0, 31, 12);

export const ALICE: Person = { id: 7, login: "alice" };
export const BOB: Person = { id: 8, login: "bob" };
export const CAROL: Person = { id: 9, login: "carol" };
export const MAINTAINER: Person = { id: 1, login: "mona" };
export const WRITE: Role = { ...NO_ROLE, triage: true, push: true };

export const REPOSITORY: Repository = {
  id: 100,
  installationId: 5,
  ownerId: 1,
  owner: "acme",
  name: "rocket",
  private: false,
  defaultBranch: "main",
  installed: true,
};

export const THREAD: Thread = {
  repositoryId: 100,
  issueId: 1200,
  number: 12,
  title: "The rocket does not start",
  open: true,
  isPull: false,
};

export const PULL_THREAD: Thread = {
  ...THREAD,
  issueId: 1400,
  number: 14,
  title: "Fix",
  isPull: true,
};

export function aCampaign(
  parts: Partial<Campaign> = {},
  pledges: readonly Pledge[] = [],
): Campaign {
  return {
    id: "c1",
    repositoryId: 100,
    issueId: 1200,
    issueNumber: 12,
    issueTitle: "The rocket does not start",
    issueOpen: true,
    issueReopened: false,
    kind: "bounty",
    goal: null,
    state: "open",
    currency: "usd",
    ask: null,
    createdBy: MAINTAINER,
    createdAt: NOW,
    split: null,
    hold: null,
    waitingPullId: null,
    linked: true,
    endReason: null,
    paidOutside: null,
    unfinishedCommentId: null,
    cardCommentId: null,
    totals: totalsOf(pledges),
    ...parts,
  };
}

/** The totals as the sum over all pledges: what the kept totals must always equal. */
export function totalsOf(pledges: readonly Pledge[]): Campaign["totals"] {
  const sum = {
    paidIn: 0n,
    promised: 0n,
    collecting: 0n,
    uncollected: 0n,
    clearing: 0n,
    fees: 0n,
    released: 0n,
    takenBack: 0n,
    refunding: 0n,
    refunded: 0n,
    disputed: 0n,
    lost: 0n,
    backersCount: 0,
    unfinishedCount: 0,
    refundingCount: 0,
    refundedCount: 0,
  };
  for (const pledge of pledges) {
    const part = partOf(pledge);
    sum.paidIn += part.paidIn;
    sum.promised += part.promised;
    sum.collecting += part.collecting;
    sum.uncollected += part.uncollected;
    sum.clearing += part.clearing;
    sum.fees += part.fees;
    sum.released += part.released;
    sum.takenBack += part.takenBack;
    sum.refunding += part.refunding;
    sum.refunded += part.refunded;
    sum.disputed += part.disputed;
    sum.lost += part.lost;
    sum.backersCount += part.backersCount;
    sum.unfinishedCount += part.unfinishedCount;
    sum.refundingCount += part.refundingCount;
    sum.refundedCount += part.refundedCount;
  }
  return sum;
}

/** The bank took all of $20.00, and Stripe $15.00 for it. */
export function aDisputeFact(parts: Partial<DisputeFact> = {}): DisputeFact {
  return {
    disputeId: "du_1",
    pledgeId: "p1",
    chargeId: "ch_1",
    phase: "open",
    amount: 2000n,
    movements: [{ id: "txn_d", currency: "usd", amount: -2000n, fee: 1500n }],
    ...parts,
  };
}

/** Ten days to go. */
export function aGoal(parts: Partial<Goal> = {}): Goal {
  return {
    deadline: NOW + 10 * DAY_MS,
    extensions: [],
    reachedAt: null,
    charge: "award",
    ...parts,
  };
}

/** $50.00 within ten days. */
export function aGoalCampaign(
  parts: Partial<Campaign> = {},
  pledges: readonly Pledge[] = [],
): Campaign {
  return aCampaign({ kind: "goal", ask: 5000n, goal: aGoal(), ...parts }, pledges);
}

/** $20.00, on Stripe's page. */
export function aPledge(parts: Partial<Pledge> = {}): Pledge {
  return {
    id: "p1",
    campaignId: "c1",
    backerId: null,
    backerName: null,
    anonymous: false,
    amount: 2000n,
    currency: "usd",
    state: "started",
    terms: {
      ...STANDARD_TERMS,
      mode: "pay-now",
      operatorFeeBasisPoints: 0,
      wordingHash: "hash",
      goalDeadline: null,
    },
    renewals: [],
    startedAt: NOW,
    nonce: "n1",
    viaReply: null,
    sessionId: "cs_1",
    sessionUrl: "https://checkout.stripe.test/cs_1",
    sessionExpiresAt: NOW + 3_600_000,
    pagesCount: 1,
    promisedAt: null,
    card: null,
    charging: null,
    paymentIntentId: null,
    chargeId: null,
    capturedAt: null,
    settlementCurrency: null,
    stripeFee: 0n,
    net: 0n,
    operatorFee: 0n,
    operatorFeeReturned: 0n,
    shared: 0n,
    released: 0n,
    sharesReturned: 0n,
    takenBack: 0n,
    refunding: 0n,
    refunded: 0n,
    refundsCount: 0,
    disputed: 0n,
    lost: 0n,
    sharesStopped: 0n,
    sharesGivenWay: 0n,
    covered: 0n,
    coveredForBank: 0n,
    setOff: 0n,
    handRefunding: 0n,
    handRefunded: 0n,
    handReturned: 0n,
    returnReason: null,
    ...parts,
  };
}

/** A card saved for $20.00, to be charged at the award. */
export function aPromise(parts: Partial<Pledge> = {}): Pledge {
  const before = aPledge();
  return {
    ...before,
    state: "promised",
    terms: { ...before.terms, mode: "on-merge" },
    sessionUrl: null,
    sessionExpiresAt: null,
    promisedAt: NOW,
    card: { customerId: "cus_1", paymentMethodId: "pm_1", setupIntentIds: ["seti_1"] },
    ...parts,
  };
}

/** Its charge is being confirmed, for the first time. */
export function aCharging(parts: Partial<Charging> = {}, pledge: Partial<Pledge> = {}): Pledge {
  return aPromise({
    state: "charging",
    paymentIntentId: "pi_1",
    charging: {
      at: NOW,
      triesCount: 1,
      problem: null,
      failedAt: null,
      pageUrl: null,
      ending: false,
      ...parts,
    },
    ...pledge,
  });
}

/** Stripe saved the card that Checkout asked for. */
export function aCard(parts: Partial<VerifiedCard> = {}): VerifiedCard {
  return {
    pledgeId: "p1",
    setupIntentId: "seti_1",
    customerId: "cus_1",
    paymentMethodId: "pm_1",
    ...parts,
  };
}

export function aClearingPledge(parts: Partial<Pledge> = {}): Pledge {
  return aPledge({
    state: "clearing",
    paymentIntentId: "pi_1",
    chargeId: "ch_1",
    capturedAt: NOW,
    ...parts,
  });
}

/** $20.00 paid in, of which $19.12 is there. */
export function aPaidPledge(parts: Partial<Pledge> = {}): Pledge {
  return aClearingPledge({
    state: "paid",
    settlementCurrency: "usd",
    stripeFee: 88n,
    net: 1912n,
    ...parts,
  });
}

export function aPayment(parts: Partial<Payment> = {}): Payment {
  return {
    pledgeId: "p1",
    paymentIntentId: "pi_1",
    chargeId: "ch_1",
    amount: 2000n,
    currency: "usd",
    capturedAt: NOW,
    settlement: { id: "txn_1", currency: "usd", amount: 2000n, fee: 88n },
    ...parts,
  };
}

export function aRefund(parts: Partial<Refund> = {}): Refund {
  return {
    effectKey: "refund:p1:1",
    pledgeId: "p1",
    refundId: null,
    amount: 1912n,
    currency: "usd",
    pledgeAmount: 1912n,
    reason: "cancelled",
    begunAt: NOW,
    state: "sending",
    booked: false,
    ...parts,
  };
}

export function aRefundFact(parts: Partial<RefundFact> = {}): RefundFact {
  return {
    pledgeId: "p1",
    refundId: "re_1",
    effectKey: "refund:p1:1",
    chargeId: "ch_1",
    paymentIntentId: "pi_1",
    amount: 1912n,
    status: "succeeded",
    settlement: { id: "txn_r", currency: "usd", amount: 1912n, fee: 0n },
    failureSettlement: null,
    ...parts,
  };
}

/** By Alice, open. */
export function aPull(parts: Partial<Pull> = {}): Pull {
  return {
    id: 140,
    repositoryId: 100,
    number: 14,
    title: "Fix the rocket",
    author: ALICE,
    authorIsBot: false,
    coAuthors: [],
    reviewers: [],
    baseRef: "main",
    headSha: "abc",
    open: true,
    mergedAt: null,
    mergedBy: null,
    updatedAt: NOW,
    ...parts,
  };
}

export function aMergedPull(parts: Partial<Pull> = {}): Pull {
  return aPull({ open: false, mergedAt: NOW, mergedBy: MAINTAINER, ...parts });
}

export const GOOD_MERGE: MergeFacts = {
  intoDefaultBranch: true,
  closesIssue: true,
  mergerIsBot: false,
  mergerHasRole: true,
  approvedAt: null,
};

export function aClaim(parts: Partial<Claim> = {}): Claim {
  return {
    campaignId: "c1",
    pullId: 140,
    by: "closing reference",
    at: NOW,
    rejected: null,
    ...parts,
  };
}

/** An hour before the merge: $20.00 to Alice. */
export function aNotice(parts: Partial<Notice> = {}): Notice {
  return {
    pullId: 140,
    campaignId: "c1",
    payees: [{ ...ALICE, basisPoints: 10_000 }],
    amount: 2000n,
    headSha: "abc",
    checkRunId: 900,
    confirmedAt: NOW - 3_600_000,
    ...parts,
  };
}

export function anAward(parts: Partial<Award> = {}): Award {
  return {
    id: "a1",
    campaignId: "c1",
    pullId: 140,
    pullNumber: 14,
    at: NOW,
    by: MAINTAINER,
    payableFrom: NOW,
    round: 1,
    undone: null,
    revertedBy: null,
    payees: [{ ...ALICE, basisPoints: 10_000, allotted: 0n }],
    declined: [],
    handed: [],
    ...parts,
  };
}

/** Alice asks that Bob is paid in her place. */
export function aHandover(parts: Partial<Handover> = {}): Handover {
  return {
    id: "c1:1:7:1",
    campaignId: "c1",
    round: 1,
    from: ALICE,
    to: BOB,
    askedAt: NOW,
    state: "asked",
    decided: null,
    ...parts,
  };
}

/** Alice, connected, her first hold over. */
export function aPayee(parts: Partial<Payee> = {}): Payee {
  return {
    ...ALICE,
    accountId: "acct_7",
    ready: true,
    payableFrom: NOW - 1,
    accountsLost: 0,
    country: "US",
    bankFailedAt: null,
    tipDay: null,
    tipDayUsed: 0,
    ...parts,
  };
}

/** All of the pledge's $19.12 for Alice. */
export function aPayout(parts: Partial<Payout> = {}): Payout {
  return {
    id: "p1:7:1",
    awardId: "a1",
    campaignId: "c1",
    pledgeId: "p1",
    payeeId: 7,
    round: 1,
    awardRound: 1,
    amount: 1912n,
    currency: "usd",
    state: "waiting",
    payableFrom: NOW,
    claimBy: NOW + 90 * DAY_MS,
    transferId: null,
    reversalIds: [],
    reversed: 0n,
    reversedReturned: 0n,
    overpaidBy: 0n,
    takenByBank: null,
    needsRelease: false,
    handedFrom: null,
    ...parts,
  };
}

export function aSituation(parts: Partial<Situation> = {}): Situation {
  return {
    at: NOW,
    newId: "new1",
    operator: {
      publicUrl: "https://whip.test",
      allowedOwnerIds: [1],
      firstPayoutHoldDays: 0,
      feeBasisPoints: 0,
      holdDaysMax: 90,
      tipLimitDollars: 100,
      chargebacksBorneBy: "operator",
      payingIn: "open",
    },
    repository: REPOSITORY,
    policy: DEFAULT_POLICY,
    policySha: "s0",
    campaign: null,
    pledge: null,
    held: 0n,
    refund: null,
    dispute: null,
    books: null,
    award: null,
    handovers: [],
    payout: null,
    payouts: [],
    payoutsLeft: false,
    payees: [],
    owed: NOTHING_OWED,
    pull: null,
    claims: [],
    notices: [],
    ...parts,
  };
}

/** A campaign with one pledge, its totals right, and the money where its state says. */
export function withPledge(pledge: Pledge, parts: Partial<Situation> = {}): Situation {
  const held = pledge.state === "paid" && pledge.shared === 0n ? pledge.net : 0n;
  const campaign = aCampaign({}, [pledge]);
  return aSituation({ campaign, pledge, held, ...parts });
}

/** The same after the award: the campaign's pledge is divided, its payouts as given. */
export function withAward(options: {
  pledge: Pledge;
  payouts: Payout[];
  campaign?: Partial<Campaign>;
  parts?: Partial<Situation>;
}): Situation {
  const { pledge, payouts, campaign = {}, parts = {} } = options;
  return aSituation({
    campaign: aCampaign({ state: "awarded", ...campaign }, [pledge]),
    pledge,
    award: anAward(),
    payout: payouts[0] ?? null,
    payouts,
    payees: [aPayee()],
    ...parts,
  });
}

export function asked(parts: Partial<Asked> = {}): Asked {
  return { by: MAINTAINER, role: WRITE, thread: THREAD, commentId: 55, key: "d1:0", ...parts };
}

/** What a person wrote on GitHub. */
export function says(
  request: Request,
  parts: Partial<Asked> & { named?: NamedPerson[] } = {},
): Command {
  const { named = [], ...rest } = parts;
  return { command: "onGithub", asked: asked(rest), request, named };
}

export function aForm(parts: Partial<PledgeForm> = {}): PledgeForm {
  return {
    campaignId: "c1",
    pledgeId: "p1",
    amount: "20",
    mode: "pay-now",
    backerId: null,
    name: null,
    anonymous: false,
    nonce: "n1",
    viaReply: null,
    wordingHash: "hash",
    ...parts,
  };
}
