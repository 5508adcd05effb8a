// SQLite in one file: one connection that writes, one that reads. Every write transaction takes the write
// lock at its beginning, every commit is on the disk before it is answered.
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import Database from "better-sqlite3";
import { type Dialect, Kysely, SqliteDialect } from "kysely";
import type { Delivery } from "../ports.ts";
import { codeOf, type Engine } from "./engine.ts";
import { ImmediateAdapter, type Prepare } from "./immediate.ts";
import { toJson } from "./json.ts";
import type { Tables } from "./schema.ts";

/** How long a writer waits for another process (the command line, say) before it gives up. */
const BUSY_MS_MAX = 10_000;
const BUSY_PAUSE_MS = 5;
/** Statements kept prepared; those that carry lists differ by their length. */
const PREPARED_COUNT_MAX = 500;

const IN_MEMORY = ":memory:";

export function openSqlite(file: string): Engine {
  if (file !== IN_MEMORY) mkdirSync(dirname(file), { recursive: true });
  const database = new Database(file, { timeout: BUSY_MS_MAX });
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  return sqliteOver(database, file === IN_MEMORY ? database : openToRead(file));
}

/** Writes through one connection, and reads through another, or the same. */
export function sqliteOver(database: Database.Database, reader = database): Engine {
  database.defaultSafeIntegers(true);
  database.pragma("foreign_keys = ON");
  const writes = kyselyOver(database);
  const reads = reader === database ? writes : kyselyOver(reader);
  return {
    writes,
    reads,
    insertDeliveries: async (deliveries) =>
      await writes.transaction().execute(async () => insertDeliveries(database, deliveries)),
    // One process works one file.
    whenAlone: async (work) => await work(),
    isTransient: (error) => /^SQLITE_(BUSY|LOCKED|FULL|IOERR)/.test(codeOf(error)),
    close: async () => {
      // Kysely closes none through which it ran no statement itself.
      await reads.destroy();
      reader.close();
      await writes.destroy();
      database.close();
    },
  };
}

function kyselyOver(database: Database.Database): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: sqliteDialect(database) });
}

function openToRead(file: string): Database.Database {
  const database = new Database(file, { readonly: true, timeout: BUSY_MS_MAX });
  return database.defaultSafeIntegers(true);
}

/** Kysely's dialect, but: statements stay prepared, transactions begin as writers, migrations are atomic. */
function sqliteDialect(database: Database.Database): Dialect {
  const prepare = preparing(database);
  const adapter = new ImmediateAdapter(database, prepare);
  const dialect = new SqliteDialect({ database: { prepare, close: () => database.close() } });
  return {
    createDriver() {
      const driver = dialect.createDriver();
      const begin = beginning(database);
      driver.beginTransaction = async () => {
        await begin();
        adapter.hasBegun();
      };
      driver.rollbackTransaction = async () => {
        // A full disk makes SQLite roll back by itself.
        if (database.inTransaction) database.exec("rollback");
      };
      return driver;
    },
    createAdapter: () => adapter,
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createIntrospector: (db) => dialect.createIntrospector(db),
  };
}

function preparing(database: Database.Database): Prepare {
  const prepared = new Map<string, ReturnType<Prepare>>();
  return (sql) => {
    const known = prepared.get(sql);
    if (known !== undefined) return known;
    const statement = database.prepare(sql);
    const oldest = prepared.keys().next();
    if (prepared.size >= PREPARED_COUNT_MAX && !oldest.done) prepared.delete(oldest.value);
    prepared.set(sql, statement);
    return statement;
  };
}

/**
 * Waits for another process's write without blocking this one: SQLite's own waiting would stop the event
 * loop, and with it a second store of this very process that holds the lock. Whoever holds it never waits.
 */
function beginning(database: Database.Database): () => Promise<void> {
  const begin = database.prepare("begin immediate");
  let isPatient = true;
  return async () => {
    if (isPatient) database.pragma("busy_timeout = 0");
    isPatient = false;
    for (let waitedMs = 0; ; waitedMs += BUSY_PAUSE_MS) {
      try {
        begin.run();
        return;
      } catch (error) {
        if (!codeOf(error).startsWith("SQLITE_BUSY") || waitedMs >= BUSY_MS_MAX) throw error;
      }
      await delay(BUSY_PAUSE_MS);
    }
  };
}

/** One prepared statement run many times is the fastest way in; the transaction makes it one commit. */
function insertDeliveries(database: Database.Database, deliveries: readonly Delivery[]): void {
  const insert = database.prepare(
    `insert into inbox (source, delivery_id, part, received_at, message, state, due_at, tries)
      values (?, ?, ?, ?, ?, 'waiting', ?, 0)
      on conflict (source, delivery_id, part) do nothing`,
  );
  for (const { source, deliveryId, part, receivedAt, message } of deliveries) {
    const at = BigInt(receivedAt);
    insert.run(source, deliveryId, BigInt(part), at, toJson(message), at);
  }
}
