// The tables as Kysely sees them. Every integer is a bigint here (times in epoch milliseconds, booleans
// 0 or 1, money in minor units); `body` is the whole entity as JSON, the columns beside it are what
// queries and laws need of it.
import type { Generated } from "kysely";

export interface Tables {
  repositories: {
    id: bigint;
    installation_id: bigint;
    owner_id: bigint;
    owner: string;
    name: string;
    private: bigint;
    default_branch: string;
    installed: bigint;
    /** Grows with every change: of two repositories that bore one name, the later holds it. */
    seen: bigint;
  };
  policies: { repository_id: bigint; sha: string; body: string | null };
  campaigns: {
    seq: Generated<bigint>;
    id: string;
    repository_id: bigint;
    issue_id: bigint;
    issue_number: bigint;
    kind: string;
    state: string;
    body: string;
  };
  pledges: {
    id: string;
    campaign_id: string;
    nonce: string;
    charge_id: string | null;
    state: string;
    unfinished: bigint;
    amount: bigint;
    currency: string;
    /** When it goes back unless awarded; only while its money is here. */
    refund_at: bigint | null;
    /** GitHub id of the backer who signed in. */
    backer_id: bigint | null;
    body: string;
  };
  pulls: { id: bigint; repository_id: bigint; number: bigint; body: string };
  claims: {
    campaign_id: string;
    pull_id: bigint;
    claimed_by: string;
    claimed_at: bigint;
    rejected: string | null;
  };
  notices: {
    campaign_id: string;
    pull_id: bigint;
    check_run_id: bigint;
    confirmed_at: bigint;
    body: string;
  };
  cursors: { name: string; at: bigint };
  disputes: { id: string; pledge_id: string; phase: string; body: string };
  award_payees: { payee_id: bigint; campaign_id: string };
  /** In lower case: GitHub's names do not know case. */
  former_names: { owner: string; name: string; repository_id: bigint };
  former_issues: { repository_id: bigint; issue_number: bigint; campaign_id: string };
  handovers: {
    id: string;
    campaign_id: string;
    round: bigint;
    from_id: bigint;
    state: string;
    body: string;
  };
  awards: { id: string; campaign_id: string; body: string };
  payees: {
    id: bigint;
    login: string;
    account_id: string | null;
    ready: bigint;
    payable_from: bigint | null;
    accounts_lost: bigint;
    country: string | null;
    bank_failed_at: bigint | null;
    tip_day: bigint | null;
    tip_day_used: bigint;
  };
  payouts: {
    id: string;
    award_id: string;
    campaign_id: string;
    pledge_id: string;
    payee_id: bigint;
    round: bigint;
    amount: bigint;
    currency: string;
    state: string;
    body: string;
  };
  refunds: {
    effect_key: string;
    pledge_id: string;
    amount: bigint;
    currency: string;
    state: string;
    body: string;
  };
  replies: { key: string; comment_id: bigint; node_id: string };
  heard: { person_id: bigint; installation_id: bigint; since: bigint; count: bigint };
  /** Refusals that nobody has put right yet, by what they are about. */
  standing_refusals: { topic: string; reply_key: string };
  moves: { source_kind: string; destination_kind: string };
  postings: {
    id: Generated<bigint>;
    source: string;
    destination: string;
    amount: bigint;
    currency: string;
    balance_transaction_id: string | null;
    decided_at: bigint;
  };
  balances: { account: string; currency: string; amount: bigint };
  inbox: {
    id: Generated<bigint>;
    source: string;
    delivery_id: string;
    part: bigint;
    received_at: bigint;
    /** null once it is done: the row stays only to know a repeated delivery. */
    message: string | null;
    state: "waiting" | "done" | "quarantined";
    /** While it is leased: when the lease ends. */
    due_at: bigint;
    tries: bigint;
    error: string | null;
  };
  outbox: {
    id: Generated<bigint>;
    key: string;
    /** As last asked for; empty when it is long done, and only its key is needed. */
    effect: string;
    /** The next page of a run that is under way; it goes before `effect`. */
    continuation: string | null;
    state: "pending" | "done" | "parked";
    /** While it is leased: when the lease ends. */
    due_at: bigint;
    leased_until: bigint | null;
    /** Asked for while a run was under way: when the next is wanted. */
    wanted_at: bigint | null;
    not_before: bigint;
    requests: bigint;
    tries: bigint;
    first_tried_at: bigint | null;
    attempt: bigint;
    attempt_failed_at: bigint | null;
    error: string | null;
  };
}
