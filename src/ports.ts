// The interfaces between the parts. Delivery: something received, stored before it is answered.
// Situation: what the core needs to know. Effect row: something to do, leased while it is done.
// Adapters throw TransientFailure (try again) or PermanentFailure (park); anything else is a bug.
import type { Award, Notice, Pull } from "./core/award.ts";
import type { Campaign, Person, Repository } from "./core/campaign.ts";
import type { PledgeForm, Request, Thread } from "./core/commands.ts";
import type { Decision, NamedPerson, Situation } from "./core/decision.ts";
import type { Effect, Reaction, WaitingOf } from "./core/effects.ts";
import type { Event, Payment, RefundFact } from "./core/events.ts";
import type { Posting } from "./core/ledger.ts";
import type { Currency } from "./core/money.ts";
import type { Payee, Payout } from "./core/payout.ts";
import type { Pledge } from "./core/pledge.ts";
import type { Policy, Role } from "./core/policy.ts";
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
  | { kind: "account"; accountId: string };

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
  | { of: "refund"; effectKey: string }
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
  /** Throws when it is done already, or a part of the same delivery before it is not: nothing is decided then. */
  finishDelivery(id: bigint): Promise<void>;
  /**
   * Ends an effect's run. With `again` it stays, with that payload and date; a renewable one that was
   * asked for meanwhile stays by itself.
   */
  finishEffect(
    row: EffectRow,
    options: { at: number; again?: { effect: Effect; dueAt: number } },
  ): Promise<void>;
}

export interface BalanceLine {
  account: string;
  currency: string;
  amount: bigint;
}

/** Reads for pages, effects and the sandbox's report: through a second, read-only connection. */
export interface Reader {
  repositoryById(id: number): Promise<Repository | null>;
  repositoryByName(owner: string, name: string): Promise<Repository | null>;
  policyOf(repositoryId: number): Promise<{ policy: Policy; sha: string | null }>;
  campaignById(id: string): Promise<Campaign | null>;
  /** The newest campaign of an issue. */
  campaignByIssue(repositoryId: number, issueNumber: number): Promise<Campaign | null>;
  campaignsOfRepository(repositoryId: number): Promise<Campaign[]>;
  /** Campaigns the pull request is linked to, with the issues' numbers. */
  campaignsOfPull(pullId: number): Promise<Campaign[]>;
  pullById(id: number): Promise<Pull | null>;
  pullsOfCampaign(campaignId: string): Promise<Pull[]>;
  noticesOf(options: { pullId: number; campaignId: string }): Promise<Notice[]>;
  pledgeById(id: string): Promise<Pledge | null>;
  /** Ids after `after`, ascending, of pledges that have not ended. */
  unfinishedPledgeIds(options: {
    campaignId: string;
    after: string | null;
    limit: number;
  }): Promise<string[]>;
  nextRefundAt(campaignId: string): Promise<number | null>;
  awardOf(campaignId: string): Promise<Award | null>;
  payoutById(id: string): Promise<Payout | null>;
  waitingPayoutIds(options: {
    of: WaitingOf;
    after: string | null;
    limit: number;
  }): Promise<string[]>;
  payoutsOfPayee(payeeId: number): Promise<(Payout & { issue: string })[]>;
  payeeById(id: number): Promise<Payee | null>;
  payeesOf(ids: readonly number[]): Promise<Payee[]>;
  replyByKey(key: string): Promise<{ commentId: number; nodeId: string } | null>;
  balances(): Promise<BalanceLine[]>;
  postings(): Promise<(Posting & { at: number })[]>;
  /** What an operator must look at: parked effects and quarantined deliveries. */
  troubles(): Promise<{ kind: "effect" | "delivery"; key: string; error: string }[]>;
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
   * Ends every lease: what a process that died had taken is due at once. Only for a start where nobody
   * else works the queues (SQLite); a living process's rows would be worked twice.
   */
  releaseLeases(): Promise<void>;
  /** Puts a row back for later, with the reason. */
  retryDelivery(id: bigint, options: { dueAt: number; error: string }): Promise<void>;
  retryEffect(
    key: string,
    options: { dueAt: number; error: string; attempt: number; attemptFailedAt: number | null },
  ): Promise<void>;
  /** Takes a row out of the queue for good, until the operator looks. */
  quarantineDelivery(id: bigint, error: string): Promise<void>;
  parkEffect(key: string, error: string): Promise<void>;
  /** Earliest time at which anything in the queues falls due, or null. */
  nextDue(): Promise<number | null>;
  /** Throws when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

// ---- GitHub ----

export interface PullFacts {
  pull: Pull;
  body: string;
  /** Issues that GitHub says this pull request closes, by repository id and number. */
  closes: { repositoryId: number; issueNumber: number }[];
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
  roleOf(repository: Repository, login: string): Promise<Role>;
  /** null when GitHub knows nobody by that login. */
  personByLogin(repository: Repository, login: string): Promise<NamedPerson>;
  pull(repository: Repository, pullNumber: number): Promise<PullFacts | null>;
  /** Numbers of the repository's open pull requests that GitHub says would close the issue. */
  openPullsClosing(repository: Repository, issueNumber: number): Promise<number[]>;
  /** What closed the issue last: a pull request's number, or null (a person, a commit of none). */
  closingPull(repository: Repository, issueNumber: number): Promise<number | null>;
  /** Logins and ids of those who approved this commit, by their latest review. */
  approvers(
    repository: Repository,
    options: { pullNumber: number; sha: string },
  ): Promise<Person[]>;
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

// ---- Stripe ----

export interface Stripe {
  /** The platform's own account: currencies it settles in, whether its payouts are manual. */
  platform(): Promise<{ currencies: string[]; manualPayouts: boolean; country: string }>;
  /** Effects: `key` is the idempotency key. */
  openCheckout(
    pledge: Pledge,
    options: {
      key: string;
      issue: string;
      successUrl: string;
      cancelUrl: string;
      expiresAt: number;
    },
  ): Promise<{ sessionId: string; url: string; expiresAt: number }>;
  expireCheckout(sessionId: string): Promise<void>;
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
  transfer(options: {
    key: string;
    mayExist: boolean;
    payout: Payout;
    accountId: string;
    chargeId: string;
    issue: string;
  }): Promise<Extract<Event, { event: "transferSeen" }>>;
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
    | { state: "complete"; pledgeId: string; payment: Payment | null }
    | null
  >;
  readPayment(paymentIntentId: string): Promise<Payment | null>;
  readRefund(refundId: string): Promise<RefundFact | null>;
  readTransfer(transferId: string): Promise<Extract<Event, { event: "transferSeen" }> | null>;
  readAccount(accountId: string): Promise<Extract<Event, { event: "accountSeen" }> | null>;
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
  /** Reads the payee's account anew (they came back from Stripe). */
  refreshPayee(payeeId: number): Promise<void>;
  /** Whether money in this currency can be paid in now. */
  payNowOpen(currency: Currency): Promise<boolean>;
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
