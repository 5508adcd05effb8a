// Opens the store: SQLite in one file, or Postgres; the same tables, the same behaviour. Everything else
// of the program knows only the `Store` of ports.
import type { Database } from "better-sqlite3";
import { sql } from "kysely";
import {
  type EffectRow,
  type Log,
  type Store,
  type Transaction,
  TransientFailure,
} from "../ports.ts";
import { apply, saveInstallation, saveReply, saveRepository } from "./apply.ts";
import { saveCursor } from "./cursors.ts";
import { nextDue, queuesDue } from "./due.ts";
import type { Engine, Handle } from "./engine.ts";
import { createGate } from "./gate.ts";
import { heardForUpdate } from "./heard.ts";
import {
  endLaterParts,
  finishDelivery,
  isUndecided,
  leaseDeliveries,
  quarantineDelivery,
  releaseDeliveries,
  retryDelivery,
} from "./inbox.ts";
import { load } from "./load.ts";
import { migrate } from "./migrate.ts";
import {
  endAlone,
  finishEffect,
  leaseEffects,
  parkEffect,
  releaseEffects,
  retryEffect,
} from "./outbox.ts";
import { prune } from "./prune.ts";
import { createReader } from "./reader.ts";
import { openSqlite, sqliteOver } from "./sqlite.ts";
import { standingRefusal } from "./standing-refusals.ts";

const DEFAULT_FILE = "data/whipround.db";

export interface StoreOptions {
  /** `postgres://…`, or null for SQLite. */
  databaseUrl: string | null;
  /** SQLite's file; its folder is created. `:memory:` for tests and simulation. */
  file?: string;
  /**
   * SQLite: an open connection to a database of this version, in place of `file`. A simulation hands it
   * from one life of the app to the next, and does without the watch over what is asked inside a
   * transaction: to know it slows every promise of the process.
   */
  connection?: Database;
  log?: Log;
}

/**
 * Brings the database to this version and opens it. Throws one clear line when the database is from a
 * newer version.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { databaseUrl, file = DEFAULT_FILE, connection, log } = options;
  if (connection !== undefined) return createStore(sqliteOver(connection), { watchful: false });
  const engine = databaseUrl === null ? openSqlite(file) : await openedPostgres(databaseUrl, log);
  try {
    await migrate(engine.writes);
  } catch (error) {
    await engine.close();
    throw error;
  }
  return createStore(engine, { watchful: true });
}

async function openedPostgres(databaseUrl: string, log: Log | undefined): Promise<Engine> {
  // Loaded only where it is used: its client takes memory.
  const { openPostgres } = await import("./postgres.ts");
  return openPostgres(databaseUrl, log);
}

function createStore(engine: Engine, { watchful }: { watchful: boolean }): Store {
  const gate = createGate(engine.isTransient, { watchful });
  const write = async <T>(work: (trx: Handle) => Promise<T>): Promise<T> =>
    await gate.passAlone(async () => await engine.writes.transaction().execute(work));
  const read = async <T>(work: (db: Handle) => Promise<T>): Promise<T> =>
    await gate.pass(async () => await work(engine.reads));
  /** Somebody else who writes just now is waited for by a transaction, and by that alone. */
  async function endedAlone(run: { row: EffectRow; at: number }): Promise<boolean> {
    try {
      return await gate.pass(async () => await endAlone(engine.writes, run));
    } catch (error) {
      if (error instanceof TransientFailure) return false;
      throw error;
    }
  }
  return {
    read: createReader(read),
    accept: async (deliveries) => {
      if (deliveries.length === 0) return;
      await gate.pass(async () => await engine.insertDeliveries(deliveries));
    },
    transact: async (work) => await write(async (trx) => await transact(trx, work)),
    leaseDeliveries: async (options) =>
      await write(async (trx) => await leaseDeliveries(trx, options)),
    leaseEffects: async (options) => await write(async (trx) => await leaseEffects(trx, options)),
    leaseEffect: async (options) =>
      await write(async (trx) => {
        const rows = await leaseEffects(trx, { ...options, limit: 1 });
        return rows[0] ?? null;
      }),
    releaseLeases: async () => {
      const release = async (trx: Handle): Promise<void> => {
        await releaseDeliveries(trx);
        await releaseEffects(trx);
      };
      await engine.whenAlone(async () => await write(release));
    },
    isUndecided: async (id) => await read(async (db) => await isUndecided(db, id)),
    retryDelivery: async (id, options) =>
      await write(async (trx) => await retryDelivery(trx, id, options)),
    finishEffect: async (row, { at }) => {
      if (await endedAlone({ row, at })) return;
      await write(async (trx) => await finishEffect(trx, { row, at }));
    },
    retryEffect: async (key, options) =>
      await write(async (trx) => await retryEffect(trx, key, options)),
    quarantineDelivery: async (id, error) =>
      await write(async (trx) => await quarantineDelivery(trx, id, error)),
    parkEffect: async (key, error) => await write(async (trx) => await parkEffect(trx, key, error)),
    prune: async (options) => await write(async (trx) => await prune(trx, options)),
    due: async (options) => await read(async (db) => await queuesDue(db, options)),
    nextDue: async () => await read(nextDue),
    ping: async () => {
      await read(async (db) => await sql`select 1`.execute(db));
    },
    close: async () => {
      await gate.shut();
      await engine.close();
    },
  };
}

/**
 * A step that failed and was caught spoils the transaction all the same: Postgres would refuse to commit
 * it, SQLite would commit the rest.
 */
async function transact<T>(trx: Handle, work: (trx: Transaction) => Promise<T>): Promise<T> {
  const failures: unknown[] = [];
  const step = async <R>(run: () => Promise<R>): Promise<R> => {
    try {
      return await run();
    } catch (error) {
      failures.push(error);
      throw error;
    }
  };
  const result = await work({
    load: async (subject) => await step(async () => await load(trx, subject)),
    apply: async (decision, at) => await step(async () => await apply(trx, { decision, at })),
    saveRepository: async (repository) =>
      await step(async () => await saveRepository(trx, repository)),
    saveInstallation: async (options) =>
      await step(async () => await saveInstallation(trx, options)),
    saveReply: async (reply) => await step(async () => await saveReply(trx, reply)),
    saveCursor: async (cursor) => await step(async () => await saveCursor(trx, cursor)),
    finishDelivery: async (id) => await step(async () => await finishDelivery(trx, id)),
    heard: async (whom) => await step(async () => await heardForUpdate(trx, whom)),
    standingRefusal: async (topic) => await step(async () => await standingRefusal(trx, topic)),
    endLaterParts: async (row) => await step(async () => await endLaterParts(trx, row)),
    finishEffect: async (row, options) =>
      await step(async () => await finishEffect(trx, { row, ...options })),
  });
  if (failures.length > 0) throw failures[0];
  return result;
}
