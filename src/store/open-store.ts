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
  const write = <T>(work: (trx: Handle) => Promise<T>): Promise<T> =>
    gate.passAlone(() => engine.writes.transaction().execute(work));
  const read = <T>(work: (db: Handle) => Promise<T>): Promise<T> =>
    gate.pass(() => work(engine.reads));
  /** Somebody else who writes just now is waited for by a transaction, and by that alone. */
  async function endedAlone(run: { row: EffectRow; at: number }): Promise<boolean> {
    try {
      return await gate.pass(() => endAlone(engine.writes, run));
    } catch (error) {
      if (error instanceof TransientFailure) return false;
      throw error;
    }
  }
  return {
    read: createReader(read),
    accept: async (deliveries) => {
      if (deliveries.length === 0) return;
      await gate.pass(() => engine.insertDeliveries(deliveries));
    },
    transact: (work) => write((trx) => transact(trx, work)),
    leaseDeliveries: (options) => write((trx) => leaseDeliveries(trx, options)),
    leaseEffects: (options) => write((trx) => leaseEffects(trx, options)),
    leaseEffect: (options) =>
      write(async (trx) => {
        const rows = await leaseEffects(trx, { ...options, limit: 1 });
        return rows[0] ?? null;
      }),
    releaseLeases: async () => {
      const release = async (trx: Handle): Promise<void> => {
        await releaseDeliveries(trx);
        await releaseEffects(trx);
      };
      await engine.whenAlone(() => write(release));
    },
    isUndecided: (id) => read((db) => isUndecided(db, id)),
    retryDelivery: (id, options) => write((trx) => retryDelivery(trx, id, options)),
    finishEffect: async (row, { at }) => {
      if (await endedAlone({ row, at })) return;
      await write((trx) => finishEffect(trx, { row, at }));
    },
    retryEffect: (key, options) => write((trx) => retryEffect(trx, key, options)),
    quarantineDelivery: (id, error) => write((trx) => quarantineDelivery(trx, id, error)),
    parkEffect: (key, error) => write((trx) => parkEffect(trx, key, error)),
    prune: (options) => write((trx) => prune(trx, options)),
    due: (options) => read((db) => queuesDue(db, options)),
    nextDue: () => read(nextDue),
    ping: async () => {
      await read((db) => sql`select 1`.execute(db));
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
    load: (subject) => step(() => load(trx, subject)),
    apply: (decision, at) => step(() => apply(trx, { decision, at })),
    saveRepository: (repository) => step(() => saveRepository(trx, repository)),
    saveInstallation: (options) => step(() => saveInstallation(trx, options)),
    saveReply: (reply) => step(() => saveReply(trx, reply)),
    saveCursor: (cursor) => step(() => saveCursor(trx, cursor)),
    finishDelivery: (id) => step(() => finishDelivery(trx, id)),
    heard: (whom) => step(() => heardForUpdate(trx, whom)),
    standingRefusal: (topic) => step(() => standingRefusal(trx, topic)),
    endLaterParts: (row) => step(() => endLaterParts(trx, row)),
    finishEffect: (row, options) => step(() => finishEffect(trx, { row, ...options })),
  });
  if (failures.length > 0) throw failures[0];
  return result;
}
