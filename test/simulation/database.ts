// One database in memory for all histories of a process. A history is a transaction that is undone at its
// end, and what the app takes for a transaction is a savepoint in it: its statements stay prepared from one
// history to the next, and making an empty database costs nothing.
import Database from "better-sqlite3";
import { migrate } from "../../src/store/migrate.ts";
import { sqliteOver } from "../../src/store/sqlite.ts";

export interface Board {
  /** An empty database of this version, handed from one life of the app to the next. */
  begin(): Database.Database;
  /** Undoes everything since `begin`. */
  clear(): void;
}

export async function createBoard(): Promise<Board> {
  const database = new Database(":memory:");
  // Each savepoint keeps a copy of every page that it writes: small ones are copied, and stay at hand, faster.
  database.pragma("page_size = 2048");
  await migrate(sqliteOver(database).writes);
  const transactions = createTransactions(database);
  const prepared = new Map<string, unknown>(Object.entries(transactions.statements));
  const connection: Database.Database = Object.create(database, {
    inTransaction: { get: transactions.isOpen },
    prepare: {
      value(text: string): unknown {
        const known = prepared.get(text);
        if (known !== undefined) return known;
        const statement = database.prepare(text);
        prepared.set(text, statement);
        return statement;
      },
    },
    exec: {
      value(text: string): void {
        if (text === "rollback") transactions.rollback();
        else database.exec(text);
      },
    },
  });
  return {
    begin() {
      database.exec("begin");
      return connection;
    },
    clear() {
      if (transactions.isOpen()) transactions.rollback();
      database.exec("rollback");
    },
  };
}

/** Begin, commit and rollback as the store asks for them. */
function createTransactions(database: Database.Database) {
  const enter = database.prepare("savepoint app");
  const leave = database.prepare("release app");
  const undo = database.prepare("rollback to app");
  let open = false;
  return {
    isOpen: () => open,
    statements: {
      "begin immediate": {
        run() {
          enter.run();
          open = true;
        },
      },
      commit: {
        reader: false,
        run() {
          open = false;
          return leave.run();
        },
      },
    },
    rollback() {
      undo.run();
      leave.run();
      open = false;
    },
  };
}
