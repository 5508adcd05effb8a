// SQLite answers at once: what Kysely compiled is run without the dozen promises that it passes around each statement,
// as long as no other one's transaction is to be waited for.
import type { Database } from "better-sqlite3";
import { type CompiledQuery, type QueryResult, SqliteAdapter } from "kysely";
import type { Handle } from "./engine.ts";

/** What both sides prepare statements with: they stay prepared. */
export type Prepare = (sql: string) => ReturnType<Database["prepare"]>;

export class ImmediateAdapter extends SqliteAdapter {
  readonly #database: Database;
  readonly #prepare: Prepare;
  /** Which transaction each handle is of: the how-manieth of the connection. */
  readonly #transactionOf = new WeakMap<Handle, number>();
  #begunCount = 0;

  constructor(database: Database, prepare: Prepare) {
    super();
    this.#database = database;
    this.#prepare = prepare;
  }

  /** Kysely does not use it, but SQLite can: a migration that fails half-way leaves nothing. */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }

  /** To be called when a transaction has begun. */
  hasBegun(): void {
    this.#begunCount += 1;
  }

  /** Whether no transaction is open on the connection but the handle's own: one that is over is Kysely's to refuse. */
  isFree(db: Handle): boolean {
    if (db.isTransaction !== this.#database.inTransaction) return false;
    if (!db.isTransaction) return true;
    const own = this.#transactionOf.get(db) ?? this.#begunCount;
    this.#transactionOf.set(db, own);
    return own === this.#begunCount;
  }

  run<R>({ sql, parameters }: CompiledQuery<R>): QueryResult<R> {
    const statement = this.#prepare(sql);
    if (statement.reader) return { rows: statement.all(parameters) as R[] };
    return { rows: [], numAffectedRows: BigInt(statement.run(parameters).changes) };
  }
}
