// The interfaces between the parts. Delivery: something received, stored before it is answered.
// Situation: what the core needs to know. Effect row: something to do, leased while it is done.
// Adapters throw TransientFailure (try again) or PermanentFailure (park); anything else is a bug.
import type { Heard } from "./core/attention.ts";
import type { Award, Claim, Notice, Pull, PullCommit, Review } from "./core/award.ts";
import type { Amount, Movement } from "./core/books.ts";
import type { Campaign, Person, Repository } from "./core/campaign.ts";
import type { PledgeForm, Request, Thread } from "./core/commands.ts";
import type { Decision, NamedPerson, Situation } from "./core/decision.ts";
import type { DisputeFact } from "./core/dispute.ts";
import type { Effect, Reaction, WaitingOf } from "./core/effects.ts";
import type { Event, Payment, RefundFact, VerifiedCard } from "./core/events.ts";
import type { Handover } from "./core/handover.ts";
import type { Posting } from "./core/ledger.ts";
import type { Currency } from "./core/money.ts";
import type { Owed } from "./core/owed.ts";
import type { PayingIn } from "./core/paying-in.ts";
import type { Payee, Payout } from "./core/payout.ts";
import type { ChargeProblem, Pledge } from "./core/pledge.ts";
import type { Policy, Role } from "./core/policy.ts";
import type { Refund } from "./core/refund.ts";
import type { Refusal } from "./core/refusals.ts";

/** Worth trying again: the network, a 5xx, a rate limit. `retryAfterMs` when the other side said so. */
export class TransientFailure extends Error {
  readonly retryAfterMs: number | null;
  constructor(message: string, options: { cause?: unknown; retryAfterMs?: number | null } = {}) {
    super(message, { cause: options.cause });
    this.name = "TransientFailure";
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

/** Our name for a repository leads to another one by now: a later word of GitHub's on ours tells its new name. */
export class RenamedFailure extends TransientFailure {
  constructor({ owner, name }: { owner: string; name: string }) {
    super(`${owner}/${name} is now another repository`);
    this.name = "RenamedFailure";
  }
}

/** Never worth trying again as it is: the other side refused for a reason. */
export class PermanentFailure extends Error {
  /** The other side's own code or status, for the log and for decisions: `resource_missing`, `404`. */
  readonly code: string;
  constructor(message: string, options: { code: string; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.name = "PermanentFailure";
    this.code = options.code;
  }
}

/** Stripe refused because of the payee's account: what it objects to can change only there. */
export class AccountFailure extends PermanentFailure {
  constructor(message: string, options: { code: string; cause?: unknown }) {
    super(message, options);
    this.name = "AccountFailure";
  }
}

/**
 * The other side answered with a 5xx: it may have acted. Stripe replays that answer for the same
 * idempotency key, so flow looks the object up and, absent twice an hour apart, begins a new attempt.
 */
export class ServerFailure extends TransientFailure {
  constructor(message: string, options: { cause?: unknown; retryAfterMs?: number | null } = {}) {
    super(message, options);
    this.name = "ServerFailure";
  }
}

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
}

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** A new id: lower-case letters and digits, unguessable, without a prefix. */
  id(): string;
}

export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

// ---- Deliveries: what the inbox holds, translated and trimmed to what we use ----

/** A command as it was given on GitHub; who may give it is asked when it is processed. */
export interface GivenCommand {
  kind: "command";
  repository: Repository;
  thread: Thread;
  by: Person;
  commentId: number | null;
  request: Request;
}

/** Something happened that must be looked at: the facts are read anew when it is processed. */
export type Hint =
  | {
      kind: "label";
      repository: Repository;
      thread: Thread;
      by: Person;
      label: string;
      added: boolean;
    }
  | { kind: "issue"; repository: Repository; thread: Thread; closed: boolean }
  | { kind: "issueGone"; repository: Repository; thread: Thread; transferred: boolean }
  | {
      kind: "issueArrived";
      repository: Repository;
      thread: Thread;
      from: { repositoryId: number; issueId: number; number: number };
    }
  | { kind: "pull"; repository: Repository; pullNumber: number; merged: boolean }
  | { kind: "push"; repository: Repository; sha: string }
  | { kind: "repository"; repository: Repository }
  | {
      kind: "installation";
      installationId: number;
      repositoryIds: number[] | null;
      installed: boolean;
    }
  | { kind: "checkout"; sessionId: string }
  | { kind: "payment"; paymentIntentId: string }
  | { kind: "refund"; refundId: string }
  | { kind: "transfer"; transferId: string }
  | { kind: "dispute"; disputeId: string }
  /** One of Stripe's balance transactions that no posting mirrors. */
  | { kind: "movement"; transactionId: string }
  | { kind: "account"; accountId: string }
  /** Stripe's transfer from a payee's own balance to their bank. */
  | { kind: "bankPayout"; accountId: string; bankPayoutId: string };

export type Message = GivenCommand | Hint;

export interface Delivery {
  source: "github" | "stripe";
  /** GitHub's delivery GUID or Stripe's event id: unique per source and part. */
  deliveryId: string;
  /** Its place among the messages of one delivery. */
  part: number;
  message: Message;
  receivedAt: number;
}

export interface InboxRow extends Delivery {
  id: bigint;
  tries: number;
}

export interface EffectRow {
  key: string;
  effect: Effect;
  /** How often it was begun before this time: above 0, an earlier try may have taken effect. */
  tries: number;
  /** When it was first begun, or null. */
  firstTriedAt: number | null;
  /** How often it was asked for; a renewable effect runs again when this grew while it ran. */
  requests: number;
  /** Numbers Stripe's idempotency keys: `<key>:<attempt>`, from 1. */
  attempt: number;
  /** When this attempt was first answered with a 5xx, or null. */
  attemptFailedAt: number | null;
}

// ---- Store ----

/** Which rows a question is about; the store loads the situation around them, locked for writing. */
export type Subject =
  | { of: "repository"; repositoryId: number }
  | { of: "issue"; repositoryId: number; issueId: number; pullId?: number }
  | { of: "campaign"; campaignId: string; pullId?: number }
  | { of: "pull"; pullId: number }
  | { of: "pledge"; pledgeId: string }
  | { of: "payment"; pledgeId: string; chargeId: string }
  | { of: "nonce"; campaignId: string; nonce: string }
  /** `charge`: Stripe's id of what a refund refunds that was made by hand and is not known yet. */
  | { of: "refund"; effectKey: string; charge?: string }
  | { of: "dispute"; disputeId: string; pledgeId: string; chargeId: string }
  | { of: "movement"; transactionId: string; currency: Currency }
  | { of: "payout"; payoutId: string }
  | { of: "payee"; payeeId: number };

/** The store's part of a situation; flow adds the time, an id and the operator's settings. */
export type Loaded = Omit<Situation, "at" | "newId" | "operator">;

/** One database transaction: everything in it commits together or not at all. */
export interface Transaction {
  load(subject: Subject): Promise<Loaded>;
  /** Writes changes, postings and effects. Throws when a posting breaks the ledger's law. */
  apply(decision: Decision, at: number): Promise<void>;
  saveRepository(repository: Repository): Promise<void>;
  /** Marks what an installation lost or gained; `null` means all its repositories. */
  saveInstallation(options: {
    installationId: number;
    repositoryIds: number[] | null;
    installed: boolean;
  }): Promise<void>;
  /** Remembers a comment of ours by its key, so that it can be minimised. */
  saveReply(reply: { key: string; commentId: number; nodeId: string }): Promise<void>;
  /** What was heard of a person's commands in an installation, locked for writing; null: nothing ever. */
  heard(whom: Pick<Heard, "personId" | "installationId">): Promise<Heard | null>;
  /** The key of the reply in which a refusal of this topic stands, or null. */
  standingRefusal(topic: string): Promise<string | null>;
  /** How far a list of the other side's was read, by its name. */
  saveCursor(cursor: { name: CursorName; at: number }): Promise<void>;
  /** Throws when it is done already, or a part of the same delivery before it is not: nothing is decided then. */
  finishDelivery(id: bigint): Promise<void>;
  /** Ends the parts of the same delivery after this one, undecided. How many there were. */
  endLaterParts(row: Pick<InboxRow, "source" | "deliveryId" | "part">): Promise<number>;
  /**
   * Ends an effect's run. With `again` it stays, with that payload and date; a renewable one that was
   * asked for meanwhile stays by itself.
   */
  finishEffect(
    row: EffectRow,
    options: { at: number; again?: { effect: Effect; dueAt: number } },
  ): Promise<void>;
}

/** Everything before it was read and dealt with; epoch milliseconds. */
export type CursorName = "github deliveries" | "stripe events" | "stripe movements";

export interface BalanceLine {
  account: string;
  currency: string;
  amount: bigint;
}

/** A payout, the issue as people write it, and what kind of campaign it comes from. */
export type PayoutLine = Payout & { issue: string; kind: Campaign["kind"] };

export interface Trouble {
  kind: "effect" | "delivery" | "payout" | "refund";
  key: string;
  error: string;
}

/** A campaign where it stands, with the award that stands: none after it was taken back. */
export interface WholeCampaign {
  campaign: Campaign;
  repository: Repository;
  policy: Policy;
  award: Award | null;
}

/** Reads for pages, effects and the sandbox's report: through a second, read-only connection. */
export interface Reader {
  repositoryById(id: number): Promise<Repository | null>;
  /** By its name of today, else by one that it had before. */
  repositoryByName(owner: string, name: string): Promise<Repository | null>;
  policyOf(repositoryId: number): Promise<{ policy: Policy; sha: string | null }>;
  campaignById(id: string): Promise<Campaign | null>;
  /** null: there is none, or its repository is not known. */
  wholeCampaign(id: string): Promise<WholeCampaign | null>;
  /** The newest campaign of an issue. */
  campaignByIssue(repositoryId: number, issueNumber: number): Promise<Campaign | null>;
  campaignsOfRepository(repositoryId: number): Promise<Campaign[]>;
  /** Campaigns the pull request is linked to, with the issues' numbers. */
  campaignsOfPull(pullId: number): Promise<Campaign[]>;
  pullById(id: number): Promise<Pull | null>;
  /** Without those whose claim was declined. */
  pullsOfCampaign(campaignId: string): Promise<Pull[]>;
  /** The campaign of an issue that was transferred away from here. */
  movedFrom(repositoryId: number, issueNumber: number): Promise<Campaign | null>;
  repositoryIdsOf(installationId: number): Promise<number[]>;
  pullByNumber(repositoryId: number, number: number): Promise<Pull | null>;
  claimsOf(pullId: number): Promise<Claim[]>;
  noticesOf(options: { pullId: number; campaignId: string }): Promise<Notice[]>;
  pledgeById(id: string): Promise<Pledge | null>;
  /** Ids after `after`, ascending, of pledges that have not ended. */
  unfinishedPledgeIds(options: {
    campaignId: string;
    after: string | null;
    limit: number;
  }): Promise<string[]>;
  /** Those whose first page at Stripe is not known to be over. */
  pledgesOnPages(options: { campaignId: string; limit: number }): Promise<Pledge[]>;
  /** Of somebody who signed in with GitHub, newest first. */
  pledgesOfBacker(backerId: number): Promise<Pledge[]>;
  /** In the order in which they were begun. */
  refundsOfPledge(pledgeId: string): Promise<Refund[]>;
  nextRefundAt(campaignId: string): Promise<number | null>;
  /** The award that stands: none after it was taken back. */
  awardOf(campaignId: string): Promise<Award | null>;
  payoutById(id: string): Promise<Payout | null>;
  /** What this payee asked for and nobody has answered: one for each award at most. */
  askedHandovers(payeeId: number): Promise<Handover[]>;
  waitingPayoutIds(options: {
    of: WaitingOf | { campaignId: string; payeeId: number };
    after: string | null;
    limit: number;
  }): Promise<string[]>;
  /** Awarded to the person, newest first, with the award and the issue as people write it. */
  campaignsOfPayee(payeeId: number): Promise<(Campaign & { issue: string; award: Award })[]>;
  payoutsOfPayee(payeeId: number): Promise<PayoutLine[]>;
  /** What was heard of a person's commands in an installation; null: nothing ever. */
  heard(whom: Pick<Heard, "personId" | "installationId">): Promise<Heard | null>;
  /** What waits for this person, and the awards that name them. */
  owedTo(payeeId: number): Promise<Owed>;
  payeeById(id: number): Promise<Payee | null>;
  payeeByAccount(accountId: string): Promise<Payee | null>;
  payeesOf(ids: readonly number[]): Promise<Payee[]>;
  /** Whether an effect waits to be performed, or is being performed. */
  isPending(effectKey: string): Promise<boolean>;
  replyByKey(key: string): Promise<{ commentId: number; nodeId: string } | null>;
  balances(): Promise<BalanceLine[]>;
  /** The operator's own money; below zero, backers' money covers it. */
  operatorBalance(currency: Currency): Promise<bigint>;
  /** null: nothing was read yet. */
  cursor(name: CursorName): Promise<number | null>;
  /** Those of Stripe's balance transactions that a posting mirrors. */
  bookedTransactions(ids: readonly string[]): Promise<string[]>;
  /** Deliveries that the inbox holds or held, by their ids. */
  knownDeliveries(source: Delivery["source"], ids: readonly string[]): Promise<string[]>;
  /** Ids after `after`, ascending, of campaigns that an award may still come to. */
  openCampaignIds(options: { after: string | null; limit: number }): Promise<string[]>;
  /**
   * Payees with an account and something to be paid, by id: those after `after`. Of those whose account is not ready,
   * with `turn` only every `of`th.
   */
  waitingPayees(options: {
    after: number | null;
    limit: number;
    turn: { of: number; now: number } | null;
  }): Promise<Payee[]>;
  postings(): Promise<(Posting & { at: number })[]>;
  /** Those of campaigns that take money, by name. */
  openCurrencies(): Promise<Currency[]>;
  /**
   * What an operator must look at: parked effects, quarantined deliveries, and payouts that Stripe turned
   * down for no fault of the payee's or made although their share had gone elsewhere.
   */
  troubles(): Promise<Trouble[]>;
}

/** Of the inbox and of the outbox. */
export interface Queues {
  deliveries: boolean;
  effects: boolean;
}

export interface Store {
  read: Reader;
  /** Stores deliveries in one commit; a delivery already known changes nothing. Resolves when durable. */
  accept(deliveries: readonly Delivery[]): Promise<void>;
  transact<T>(work: (trx: Transaction) => Promise<T>): Promise<T>;
  /** Takes up to `limit` due rows for `leaseMs`; nobody else gets them until then. */
  leaseDeliveries(options: { now: number; leaseMs: number; limit: number }): Promise<InboxRow[]>;
  leaseEffects(options: { now: number; leaseMs: number; limit: number }): Promise<EffectRow[]>;
  /** Takes one effect by its key if it is free, due or not: for a web request that must answer with its outcome. */
  leaseEffect(options: { key: string; now: number; leaseMs: number }): Promise<EffectRow | null>;
  /**
   * For the start of a process that works the queues: what a dead one had taken is due at once. On Postgres
   * only if no other one is alive, whose rows would be worked twice: then leases run out.
   */
  releaseLeases(): Promise<void>;
  /** Whether a delivery still waits to be decided: a part before it may have ended it. */
  isUndecided(id: bigint): Promise<boolean>;
  /** Puts a row back for later, with the reason. */
  retryDelivery(id: bigint, options: { dueAt: number; error: string }): Promise<void>;
  /** Ends the run of an effect of which nothing is to be decided, as `Transaction.finishEffect` does. */
  finishEffect(row: EffectRow, options: { at: number }): Promise<void>;
  retryEffect(
    key: string,
    options: { dueAt: number; error: string; attempt: number; attemptFailedAt: number | null },
  ): Promise<void>;
  /** Takes a row out of the queue for good, until the operator looks. */
  quarantineDelivery(id: bigint, error: string): Promise<void>;
  parkEffect(key: string, error: string): Promise<void>;
  /**
   * Takes away some rows of what was done before `before`: deliveries in the order of their arrival, from `after` on, and
   * effects; of those that must never be repeated the key stays. Where to go on, or null when nothing is left. What is
   * parked or quarantined stays.
   */
  prune(options: { before: number; after: number; limit: number }): Promise<number | null>;
  /** Which of the queues have something that is due, at a moment. */
  due(options: { now: number }): Promise<Queues>;
  /** Earliest time at which anything in the queues falls due, or null. */
  nextDue(): Promise<number | null>;
  /** Throws when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

// ---- GitHub ----

export interface PullFacts {
  /** Without its co-authors and reviewers: they are asked for apart. */
  pull: Pull;
  body: string;
  /** Issues that GitHub says this pull request closes, by repository id and number. */
  closes: { repositoryId: number; issueNumber: number }[];
  /** Oldest first; of more than 250 the first. */
  commits: PullCommit[];
  /** Each person's last word on the code that stands, in the order given; bots have none. */
  reviews: Review[];
}

export interface CommentRef {
  commentId: number;
  nodeId: string;
}

export type PolicyFile =
  | { found: false }
  | { found: true; sha: string; policy: Policy }
  | { found: true; sha: string; problems: string[] };

/** The calls we make to GitHub, each as the installation of the repository given. */
export interface GitHub {
  /** No role for whoever carries the login by now with another id. */
  roleOf(repository: Repository, person: Person): Promise<Role>;
  /** null when GitHub knows nobody by that login. */
  personByLogin(repository: Repository, login: string): Promise<NamedPerson>;
  /** What the person is called now; null when the account is gone. */
  loginOf(repository: Repository, personId: number): Promise<string | null>;
  pull(repository: Repository, pullNumber: number): Promise<PullFacts | null>;
  /** Numbers of the repository's open pull requests that GitHub says would close the issue. */
  openPullsClosing(repository: Repository, issueNumber: number): Promise<number[]>;
  /** What closed the issue last: a pull request's number, or null (a person, a commit of none). */
  closingPull(repository: Repository, issueNumber: number): Promise<number | null>;
  /**
   * Where an issue was transferred to, as GitHub leads on from its old place. null: it is there still, or GitHub says
   * nothing of where it is.
   */
  movedIssue(
    repository: Repository,
    issue: { issueId: number; issueNumber: number },
  ): Promise<{
    repository: Omit<Repository, "installationId" | "installed">;
    thread: Thread;
  } | null>;
  /** Number of the merged pull request that brought a commit to the default branch, or null. */
  pullOfCommit(repository: Repository, sha: string): Promise<number | null>;
  /** The policy file at a commit, or on the default branch when `ref` is null. */
  policyFile(repository: Repository, ref: string | null): Promise<PolicyFile>;
  /**
   * Writes a comment that carries `markerText`. With `commentId` it edits; a comment that is gone (404,
   * 410) is written anew. When an earlier try may have succeeded, `since` makes it look first.
   */
  putComment(
    repository: Repository,
    options: {
      issueNumber: number;
      body: string;
      markerText: string;
      commentId: number | null;
      since: number | null;
    },
  ): Promise<CommentRef>;
  react(repository: Repository, options: { commentId: number; reaction: Reaction }): Promise<void>;
  minimize(repository: Repository, nodeId: string): Promise<void>;
  /**
   * Puts a completed, neutral check run on a commit: edits `checkRunId`, else creates one (looking first
   * for `externalId` when `mayExist`). Answers with GitHub's own time of its start.
   */
  putCheckRun(
    repository: Repository,
    options: {
      sha: string;
      name: string;
      externalId: string;
      title: string;
      summary: string;
      conclusion: "neutral" | "success" | "failure";
      checkRunId: number | null;
      mayExist: boolean;
    },
  ): Promise<{ checkRunId: number; startedAt: number }>;
}

/** What GitHub sent to the App and could not hand over, and where the App is: asked as the App itself. */
export interface Redelivery {
  /** Newest first, of the last three days; `next` is a page's cursor. Those that another try may mend. */
  failedDeliveries(after: string | null): Promise<Listed<{ id: number; guid: string; at: number }>>;
  /** Has GitHub send it again, under its own GUID. */
  redeliver(id: number): Promise<void>;
  /** The installation that sees this repository; null: the App is not installed there. */
  installationOn(repository: Pick<Repository, "owner" | "name">): Promise<number | null>;
}

// ---- Stripe ----

export type ChargeOutcome =
  | { outcome: "paid"; payment: Payment }
  /** `why` is Stripe's own code, for the log. */
  | { outcome: "declined"; problem: ChargeProblem; why: string }
  | { outcome: "redirected"; url: string }
  | { outcome: "canceled" };

/** A page of a list, from `since` (epoch milliseconds); `after`: the last id of the page before. */
export interface ListPage {
  since: number;
  after: string | null;
}

/** `next`: for the next page; null on the last one. */
export interface Listed<T> {
  items: T[];
  next: string | null;
}

export interface Stripe {
  /** The platform's own account: currencies it settles in, whether its payouts are manual. */
  platform(): Promise<{ currencies: string[]; manualPayouts: boolean; country: string }>;
  /** Effects: `key` is the idempotency key. */
  openCheckout(
    pledge: Pledge,
    options: {
      key: string;
      effectKey: string;
      /** When an earlier try may have made it: sessions made since a day before that are looked through first. */
      triedAt: number | null;
      issue: string;
      successUrl: string;
      cancelUrl: string;
      expiresAt: number;
    },
  ): Promise<{
    sessionId: string;
    /** null: an earlier try made it, and it is over. */
    url: string | null;
    expiresAt: number;
  }>;
  expireCheckout(sessionId: string): Promise<void>;
  /** Makes the one intent of a promise, without confirming it; answers its id. */
  openCharge(
    pledge: Pledge,
    options: { key: string; mayExist: boolean; issue: string },
  ): Promise<string>;
  /** Charges the card. A decline is an answer; another card or another try confirms the same intent. */
  confirmCharge(options: {
    key: string;
    /** Reads the intent first: an earlier try may have taken effect. */
    mayExist: boolean;
    paymentIntentId: string;
    paymentMethodId: string;
    /** The backer is there and can be led to their bank's page, which leads back to `returnUrl`. */
    onSession: boolean;
    returnUrl: string;
  }): Promise<ChargeOutcome>;
  /** Ends an intent for good. What it captured, when somebody paid before; else null. */
  cancelCharge(paymentIntentId: string): Promise<Payment | null>;
  refund(options: {
    key: string;
    /** Looks among the charge's refunds first: an earlier try may have taken effect. */
    mayExist: boolean;
    effectKey: string;
    pledgeId: string;
    chargeId: string;
    amount: bigint | null;
    reason: string;
  }): Promise<RefundFact>;
  /** Throws AccountFailure when Stripe objects to the payee's account, or they have none any more. */
  transfer(options: {
    key: string;
    mayExist: boolean;
    payout: Payout;
    accountId: string | null;
    chargeId: string;
    issue: string;
  }): Promise<Extract<Event, { event: "transferSeen" }>>;
  /** Detaches a saved card; one that is gone already is no failure. */
  forgetCard(paymentMethodId: string): Promise<void>;
  /** Takes a part of a transfer back out of the payee's Stripe balance. */
  reverseTransfer(options: {
    key: string;
    mayExist: boolean;
    effectKey: string;
    transferId: string;
    amount: bigint;
  }): Promise<Extract<Event, { event: "transferSeen" }> | null>;
  openAccount(options: {
    key: string;
    payeeId: number;
    mayExist: boolean;
  }): Promise<Extract<Event, { event: "accountSeen" }>>;
  /** A single-visit link to Stripe's onboarding. */
  accountLink(options: {
    accountId: string;
    refreshUrl: string;
    returnUrl: string;
  }): Promise<string>;
  /** Facts, read anew; null when the object is proven not ours. */
  readCheckout(
    sessionId: string,
  ): Promise<
    | { state: "open" }
    | { state: "expired"; pledgeId: string }
    | { state: "complete"; pledgeId: string; payment: Payment | null; card: VerifiedCard | null }
    | null
  >;
  /** null as well while nothing is captured and anything may still be. */
  readPayment(
    paymentIntentId: string,
  ): Promise<{ state: "paid"; payment: Payment } | { state: "canceled"; pledgeId: string } | null>;
  /** The address that a backer gave Stripe; null when there is none. */
  readEmail(pledge: Pledge): Promise<string | null>;
  readRefund(refundId: string): Promise<RefundFact | null>;
  readDispute(disputeId: string): Promise<{ paymentIntentId: string; dispute: DisputeFact } | null>;
  readTransfer(transferId: string): Promise<Extract<Event, { event: "transferSeen" }> | null>;
  /** What happened on our own account since, newest first, at most 30 days back, as the webhooks would have said. */
  listEvents(page: ListPage): Promise<Listed<{ id: string; hints: Hint[] }>>;
  /** Our balance's movements since, newest first. */
  listMovements(page: ListPage): Promise<Listed<Movement & { at: number }>>;
  /** `of`: what it moved for, if that may be ours. null: not there. */
  readMovement(transactionId: string): Promise<{ movement: Movement; of: Hint | null } | null>;
  /** Every part of what Stripe holds for us: available, pending, reserved for connected accounts. */
  readBalance(): Promise<Amount[]>;
  /** null: no account of ours, or one that is no longer connected. */
  readAccount(accountId: string): Promise<Extract<Event, { event: "accountSeen" }> | null>;
  /** null: not there any more, or on its way still. */
  readBankPayout(options: {
    accountId: string;
    bankPayoutId: string;
  }): Promise<{ begunAt: number; failed: boolean } | null>;
}

// ---- What the pages ask of flow ----

export interface Desk {
  /** Commits the pledge, opens Stripe's page and answers its URL; the same nonce answers the same URL. */
  startPledge(
    form: PledgeForm,
  ): Promise<{ ok: true; url: string } | { ok: false; refusal: Refusal }>;
  /** Ensures the person's Stripe account and answers a link to its onboarding. Throws TransientFailure. */
  connectPayee(
    person: Person,
  ): Promise<{ ok: true; url: string } | { ok: false; refusal: Refusal }>;
  /** Tries a promise's charge again with its backer there; answers the bank's page, if it wants them to confirm. */
  retryCharge(
    pledgeId: string,
  ): Promise<{ ok: true; url: string | null } | { ok: false; refusal: Refusal }>;
  /** Answers Stripe's page on which another card can be saved for a promise. */
  changeCard(
    pledgeId: string,
  ): Promise<{ ok: true; url: string } | { ok: false; refusal: Refusal }>;
  /** Ends a promise, or begins the way back of what was paid in. A second time changes nothing. */
  withdrawPledge(pledgeId: string): Promise<{ ok: true } | { ok: false; refusal: Refusal }>;
  /** A new consent, to a later date than `from`. A second time for the same date changes nothing. */
  renewPledge(options: {
    pledgeId: string;
    from: number;
    wordingHash: string;
  }): Promise<{ ok: true } | { ok: false; refusal: Refusal }>;
  /** Gives up the person's share of a campaign's award, in favour of its backers. For good. */
  declineShare(
    person: Person,
    campaignId: string,
  ): Promise<{ ok: true } | { ok: false; refusal: Refusal }>;
  /** Asks that `login` is paid in the person's place; a maintainer has to agree. Throws TransientFailure. */
  askHandover(
    person: Person,
    options: { campaignId: string; login: string },
  ): Promise<{ ok: true } | { ok: false; refusal: Refusal }>;
  /** As long as nobody has agreed. A second time changes nothing. */
  withdrawHandover(
    person: Person,
    campaignId: string,
  ): Promise<{ ok: true } | { ok: false; refusal: Refusal }>;
  /** Reads the payee's account anew (they came back from Stripe). */
  refreshPayee(payeeId: number): Promise<void>;
  /** Which ways to pay are open now, in this currency. */
  payingIn(currency: Currency): Promise<PayingIn>;
  /** The country of the platform's Stripe account (two capital letters), or null while Stripe does not say. */
  platformCountry(): Promise<string | null>;
}

/** Signing in with GitHub: the web flow with PKCE. */
export interface SignIn {
  authorizeUrl(options: { state: string; codeChallenge: string; redirectUrl: string }): string;
  /** Exchanges the code and asks who it is. Throws PermanentFailure for a code that is not good. */
  personByCode(options: {
    code: string;
    codeVerifier: string;
    redirectUrl: string;
  }): Promise<Person>;
}

// ---- Mail ----

interface Mail {
  /** One address. */
  to: string;
  subject: string;
  text: string;
  /** The same key is the same mail: a repeat carries the same Message-ID. */
  key: string;
}

/** Sends mail at least once: a mail whose answer was lost is sent again. */
export interface Mailer {
  /** Throws PermanentFailure when the server refuses this mail or its recipient, else TransientFailure. */
  send(mail: Mail): Promise<void>;
}

// ---- Signal ----

/** Wake-ups and shared limits: in one process, or over Redis for many. */
export interface Signal {
  /** Something became due: whoever works the queues should look now. */
  wake(): void;
  onWake(listener: () => void): void;
  /** Counts one more of `what` by `who`; false when that is more than `limit` in `windowMs`. */
  allow(options: { what: string; who: string; limit: number; windowMs: number }): Promise<boolean>;
  close(): Promise<void>;
}
