// What the two databases have in common, as the rest of the store needs it: a handle for writing, one
// for reading, and the few things that each does its own way.
import { type DialectAdapter, type Kysely, PostgresAdapter } from "kysely";
import type { Delivery } from "../ports.ts";
import type { Tables } from "./schema.ts";

/** A connection or a transaction: what statements are run on. */
export type Handle = Kysely<Tables>;

export type DialectName = "sqlite" | "postgres";

/** What the two do differently in one statement: locks, mostly. */
export function dialectOf(db: { getExecutor(): { adapter: DialectAdapter } }): DialectName {
  return db.getExecutor().adapter instanceof PostgresAdapter ? "postgres" : "sqlite";
}

export interface Engine {
  /** Inside a transaction it must not be used: on SQLite that would wait for itself. */
  writes: Handle;
  /** Read only; the same handle as `writes` for a database in memory. */
  reads: Handle;
  /** Inserts deliveries that are not known yet, in one transaction. */
  insertDeliveries(deliveries: readonly Delivery[]): Promise<void>;
  /** Counts this process among those that work here; `work` runs before, if no other one does. */
  whenAlone(work: () => Promise<void>): Promise<void>;
  /** Whether the same work may succeed a moment later: a deadlock, a busy database, a lost connection. */
  isTransient(error: unknown): boolean;
  close(): Promise<void>;
}

/** A database error's code: SQLite's `SQLITE_BUSY`, Postgres' SQLSTATE, Node's `ECONNRESET`. */
export function codeOf(error: unknown): string {
  if (typeof error !== "object" || error === null || !("code" in error)) return "";
  return typeof error.code === "string" ? error.code : "";
}
