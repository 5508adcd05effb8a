// The first tables, for both dialects. Forward only: once released, a migration is never edited.
import { type Kysely, sql } from "kysely";

/** The few words in which the dialects' table definitions differ. */
interface Words {
  /** A 64-bit integer. */
  int: string;
  /** A 64-bit integer key that the database counts up. */
  serial: string;
  /** Text compared by its bytes: ids sort the same in both, whatever the server's locale. */
  text: string;
  end: string;
}

const WORDS: Record<"sqlite" | "postgres", Words> = {
  sqlite: {
    int: "integer",
    serial: "integer primary key autoincrement",
    text: "text",
    end: "strict",
  },
  postgres: {
    int: "bigint",
    serial: "bigint generated always as identity primary key",
    text: 'text collate "C"',
    end: "",
  },
};

export async function createTables(
  db: Kysely<unknown>,
  dialect: "sqlite" | "postgres",
): Promise<void> {
  const words = WORDS[dialect];
  for (const statement of [...campaignTables(words), ...moneyTables(words), ...queues(words)]) {
    await sql.raw(statement).execute(db);
  }
}

function campaignTables({ int, serial, text, end }: Words): string[] {
  return [
    `create table repositories (
      id ${int} primary key,
      installation_id ${int} not null,
      owner_id ${int} not null,
      owner ${text} not null,
      name ${text} not null,
      private ${int} not null check (private in (0, 1)),
      default_branch ${text} not null,
      installed ${int} not null check (installed in (0, 1)),
      seen ${int} not null
    ) ${end}`,
    "create index repositories_by_name on repositories (lower(owner), lower(name), seen)",
    "create index repositories_by_installation on repositories (installation_id)",
    "create index repositories_by_seen on repositories (seen)",
    `create table policies (
      repository_id ${int} primary key,
      sha ${text} not null,
      body ${text}
    ) ${end}`,
    `create table campaigns (
      seq ${serial},
      id ${text} not null unique,
      repository_id ${int} not null,
      issue_id ${int} not null,
      issue_number ${int} not null,
      state ${text} not null,
      body ${text} not null
    ) ${end}`,
    `create unique index campaigns_one_open_per_issue on campaigns (repository_id, issue_id)
      where state in ('open', 'reached')`,
    "create index campaigns_by_issue on campaigns (repository_id, issue_id, seq)",
    "create index campaigns_by_number on campaigns (repository_id, issue_number, seq)",
    `create table pulls (
      id ${int} primary key,
      repository_id ${int} not null,
      number ${int} not null,
      body ${text} not null
    ) ${end}`,
    `create table claims (
      campaign_id ${text} not null references campaigns (id),
      pull_id ${int} not null references pulls (id),
      claimed_by ${text} not null,
      claimed_at ${int} not null,
      primary key (campaign_id, pull_id)
    ) ${end}`,
    "create index claims_by_pull on claims (pull_id)",
    `create table notices (
      campaign_id ${text} not null references campaigns (id),
      pull_id ${int} not null references pulls (id),
      check_run_id ${int} not null,
      confirmed_at ${int} not null,
      body ${text} not null,
      primary key (campaign_id, pull_id, check_run_id, confirmed_at)
    ) ${end}`,
    `create table replies (
      key ${text} primary key,
      comment_id ${int} not null,
      node_id ${text} not null
    ) ${end}`,
  ];
}

function moneyTables({ int, text, end }: Words): string[] {
  return [
    `create table pledges (
      id ${text} primary key,
      campaign_id ${text} not null references campaigns (id),
      nonce ${text} not null unique,
      charge_id ${text} unique,
      state ${text} not null,
      unfinished ${int} not null check (unfinished in (0, 1)),
      amount ${int} not null check (amount > 0),
      currency ${text} not null,
      refund_at ${int},
      body ${text} not null
    ) ${end}`,
    "create index pledges_unfinished on pledges (campaign_id, id) where unfinished = 1",
    `create index pledges_by_refund_date on pledges (campaign_id, refund_at)
      where refund_at is not null`,
    `create table awards (
      id ${text} primary key,
      campaign_id ${text} not null unique references campaigns (id),
      body ${text} not null
    ) ${end}`,
    `create table payees (
      id ${int} primary key,
      login ${text} not null,
      account_id ${text},
      ready ${int} not null check (ready in (0, 1)),
      payable_from ${int}
    ) ${end}`,
    `create table payouts (
      id ${text} primary key,
      award_id ${text} not null references awards (id),
      campaign_id ${text} not null references campaigns (id),
      pledge_id ${text} not null references pledges (id),
      payee_id ${int} not null references payees (id),
      round ${int} not null,
      amount ${int} not null check (amount > 0),
      currency ${text} not null,
      state ${text} not null,
      body ${text} not null,
      unique (pledge_id, payee_id, round)
    ) ${end}`,
    "create index payouts_by_payee on payouts (payee_id, state, id)",
    "create index payouts_waiting on payouts (campaign_id, id) where state = 'waiting'",
    `create table refunds (
      effect_key ${text} primary key,
      pledge_id ${text} not null references pledges (id),
      amount ${int} not null check (amount > 0),
      currency ${text} not null,
      state ${text} not null,
      body ${text} not null
    ) ${end}`,
  ];
}

function queues({ int, serial, text, end }: Words): string[] {
  return [
    `create table inbox (
      id ${serial},
      source ${text} not null,
      delivery_id ${text} not null,
      part ${int} not null,
      received_at ${int} not null,
      message ${text},
      state ${text} not null check (state in ('waiting', 'done', 'quarantined')),
      due_at ${int} not null,
      tries ${int} not null,
      error ${text},
      unique (source, delivery_id, part)
    ) ${end}`,
    "create index inbox_waiting on inbox (id, due_at) where state = 'waiting'",
    "create index inbox_quarantined on inbox (id) where state = 'quarantined'",
    `create table outbox (
      id ${serial},
      key ${text} not null unique,
      effect ${text} not null,
      continuation ${text},
      state ${text} not null check (state in ('pending', 'done', 'parked')),
      due_at ${int} not null,
      leased_until ${int},
      wanted_at ${int},
      not_before ${int} not null,
      requests ${int} not null,
      tries ${int} not null,
      first_tried_at ${int},
      attempt ${int} not null,
      attempt_failed_at ${int},
      error ${text}
    ) ${end}`,
    "create index outbox_pending on outbox (due_at, id) where state = 'pending'",
    "create index outbox_parked on outbox (id) where state = 'parked'",
  ];
}
