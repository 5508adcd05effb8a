// The ledger, and its law held by the database itself: whatever SQL anybody runs, money makes only
// legal moves, no account that may not is overdrawn, and no posting is changed or deleted.
import { type Kysely, sql } from "kysely";

/** As core's MOVES stood when this was released; a test compares the table with core. */
const MOVES = [
  ["world", "pledge"],
  ["pledge", "stripe-fees"],
  ["stripe-fees", "pledge"],
  ["pledge", "share"],
  ["share", "pledge"],
  ["pledge", "operator"],
  ["operator", "pledge"],
  ["pledge", "outgoing"],
  ["outgoing", "pledge"],
  ["share", "outgoing"],
  ["outgoing", "share"],
  ["operator", "outgoing"],
  ["outgoing", "operator"],
  ["outgoing", "world"],
  ["world", "outgoing"],
  ["pledge", "dispute"],
  ["dispute", "pledge"],
  ["dispute", "world"],
  ["operator", "stripe-fees"],
  ["stripe-fees", "operator"],
  ["operator", "world"],
  ["world", "operator"],
] as const;

export async function createLedger(
  db: Kysely<unknown>,
  dialect: "sqlite" | "postgres",
): Promise<void> {
  const moves = MOVES.map(([from, to]) => `('${from}', '${to}')`).join(", ");
  const statements = [
    ...(dialect === "sqlite" ? SQLITE_TABLES : POSTGRES_TABLES),
    // One Stripe balance transaction is mirrored at most once per kind of move.
    `create unique index postings_once_per_balance_transaction
      on postings (balance_transaction_id, source_kind, destination_kind)
      where balance_transaction_id is not null`,
    `insert into moves (source_kind, destination_kind) values ${moves}`,
    ...(dialect === "sqlite" ? SQLITE_TRIGGERS : POSTGRES_TRIGGERS),
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}

/** The three accounts that stand alone bear no id, all others do. */
const WELL_FORMED = `
  check ((source_kind in ('world', 'operator', 'stripe-fees')) = (source = source_kind)),
  check ((destination_kind in ('world', 'operator', 'stripe-fees')) = (destination = destination_kind))`;

/** Between a pledge, its shares and its dispute money stays with the pledge. */
function sameFirstId(firstId: (account: string) => string): string {
  return `check (
    source_kind not in ('pledge', 'share', 'dispute')
    or destination_kind not in ('pledge', 'share', 'dispute')
    or ${firstId("source")} = ${firstId("destination")})`;
}

function sqliteKind(account: string): string {
  return `case instr(${account}, ':') when 0 then ${account}
    else substr(${account}, 1, instr(${account}, ':') - 1) end`;
}

function sqliteFirstId(account: string): string {
  const rest = `substr(${account} || ':', instr(${account} || ':', ':') + 1)`;
  return `substr(${rest}, 1, instr(${rest}, ':') - 1)`;
}

const SQLITE_TABLES = [
  `create table moves (
    source_kind text not null,
    destination_kind text not null,
    primary key (source_kind, destination_kind)
  ) strict`,
  `create table balances (
    account text not null,
    currency text not null,
    amount integer not null check (amount >= 0),
    primary key (account, currency)
  ) strict`,
  `create table postings (
    id integer primary key autoincrement check (id > 0),
    source text not null,
    destination text not null,
    amount integer not null check (amount > 0),
    currency text not null check (length(currency) = 3),
    balance_transaction_id text,
    decided_at integer not null,
    source_kind text not null generated always as (${sqliteKind("source")}) stored,
    destination_kind text not null generated always as (${sqliteKind("destination")}) stored,
    ${WELL_FORMED},
    ${sameFirstId(sqliteFirstId)}
  ) strict`,
];

// Nothing in here may conflict: a caller's `insert or replace` would override how it is resolved.
const SQLITE_TRIGGERS = [
  `create trigger postings_law after insert on postings begin
    select raise(abort, 'illegal move') where not exists (
      select 1 from moves
      where source_kind = new.source_kind and destination_kind = new.destination_kind);
    select raise(abort, 'overdraft')
      where new.source_kind not in ('world', 'operator') and not exists (
        select 1 from balances
        where account = new.source and currency = new.currency and amount >= new.amount);
    update balances set amount = amount - new.amount
      where account = new.source and currency = new.currency
        and new.source_kind not in ('world', 'operator');
    insert into balances (account, currency, amount)
      select new.destination, new.currency, 0
      where new.destination_kind not in ('world', 'operator') and not exists (
        select 1 from balances where account = new.destination and currency = new.currency);
    update balances set amount = amount + new.amount
      where account = new.destination and currency = new.currency
        and new.destination_kind not in ('world', 'operator');
  end`,
  // `insert or replace` deletes without asking the delete trigger.
  `create trigger postings_never_replaced before insert on postings
    when exists (select 1 from postings where id = new.id) or exists (
      select 1 from postings
      where balance_transaction_id = new.balance_transaction_id
        and source_kind = ${sqliteKind("new.source")}
        and destination_kind = ${sqliteKind("new.destination")})
    begin select raise(abort, 'a posting is never replaced'); end`,
  `create trigger postings_never_updated before update on postings
    begin select raise(abort, 'a posting is never changed'); end`,
  `create trigger postings_never_deleted before delete on postings
    begin select raise(abort, 'a posting is never deleted'); end`,
];

function postgresFirstId(account: string): string {
  return `split_part(${account}, ':', 2)`;
}

const POSTGRES_TABLES = [
  `create table moves (
    source_kind text collate "C" not null,
    destination_kind text collate "C" not null,
    primary key (source_kind, destination_kind)
  )`,
  `create table balances (
    account text collate "C" not null,
    currency text collate "C" not null,
    amount bigint not null check (amount >= 0),
    primary key (account, currency)
  )`,
  `create table postings (
    id bigint generated always as identity primary key,
    source text collate "C" not null,
    destination text collate "C" not null,
    amount bigint not null check (amount > 0),
    currency text collate "C" not null check (length(currency) = 3),
    balance_transaction_id text collate "C",
    decided_at bigint not null,
    source_kind text collate "C" not null generated always as (split_part(source, ':', 1)) stored,
    destination_kind text collate "C" not null
      generated always as (split_part(destination, ':', 1)) stored,
    ${WELL_FORMED},
    ${sameFirstId(postgresFirstId)}
  )`,
];

const POSTGRES_TRIGGERS = [
  `create function hold_postings_law() returns trigger language plpgsql as $$
    begin
      if not exists (
        select 1 from moves
        where source_kind = new.source_kind and destination_kind = new.destination_kind
      ) then
        raise exception 'illegal move % -> %', new.source, new.destination;
      end if;
      if new.source_kind not in ('world', 'operator') then
        update balances set amount = amount - new.amount
          where account = new.source and currency = new.currency and amount >= new.amount;
        if not found then raise exception 'overdraft of %', new.source; end if;
      end if;
      if new.destination_kind not in ('world', 'operator') then
        insert into balances (account, currency, amount)
          values (new.destination, new.currency, new.amount)
          on conflict (account, currency) do update
            set amount = balances.amount + excluded.amount;
      end if;
      return null;
    end $$`,
  `create trigger postings_law after insert on postings
    for each row execute function hold_postings_law()`,
  `create function refuse_change_of_postings() returns trigger language plpgsql as $$
    begin raise exception 'a posting is never changed or deleted'; end $$`,
  `create trigger postings_never_changed before update or delete on postings
    for each row execute function refuse_change_of_postings()`,
  `create trigger postings_never_truncated before truncate on postings
    for each statement execute function refuse_change_of_postings()`,
];
