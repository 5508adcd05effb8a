// What only SQLite does: a database in memory on one connection, other processes' locks, and inserts that
// say how they want conflicts resolved.
import { existsSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import Database from "better-sqlite3";
import { sql } from "kysely";
import { REPOSITORY } from "../../test/core-spec.ts";
import { type Effect, now } from "../core/effects.ts";
import type { EffectRow } from "../ports.ts";
import type { Handle } from "./engine.ts";
import { failing, onSqlite, write } from "./engines-spec.ts";
import { openStore } from "./open-store.ts";
import { openSqlite } from "./sqlite.ts";

describe("the store, in memory", () => {
  test("makes readers wait for the transaction instead of showing half of it", async () => {
    const store = await openStore({ databaseUrl: null, file: ":memory:" });
    const go = Promise.withResolvers<void>();
    const writing = store.transact(async (trx) => {
      await trx.saveRepository(REPOSITORY);
      await go.promise;
      throw new Error("stop");
    });
    const reading = store.read.repositoryById(100);
    go.resolve();
    expect(await failing(writing)).toBe("stop");
    expect(await reading).toBeNull();
    await store.close();
  });

  test("refuses to read inside a transaction, which would wait for itself", async () => {
    const store = await openStore({ databaseUrl: null, file: ":memory:" });
    const work = store.transact(async () => await store.read.repositoryById(100));
    expect(await failing(work)).toMatch("only the transaction itself");
    await store.close();
  });

  test("is a database of its own each time", async () => {
    const one = await openStore({ databaseUrl: null, file: ":memory:" });
    const other = await openStore({ databaseUrl: null, file: ":memory:" });
    await one.transact(async (trx) => await trx.saveRepository(REPOSITORY));
    expect(await other.read.repositoryById(100)).toBeNull();
    await one.close();
    await other.close();
  });
});

onSqlite("the file", (database) => {
  test("is whole when it is closed: nothing is left beside it", async () => {
    const file = `${database().options.file}-own`;
    const store = await openStore({ databaseUrl: null, file });
    await store.transact(async (trx) => await trx.saveRepository(REPOSITORY));
    expect(await store.read.repositoryById(100)).toEqual(REPOSITORY);
    await store.close();
    expect([existsSync(file), existsSync(`${file}-wal`)]).toEqual([true, false]);
  });

  test("is written ahead and through to the disk, with foreign keys, and read without writing", async () => {
    const engine = openSqlite(database().options.file ?? "");
    const ask = async (handle: Handle, pragma: string) =>
      (await sql.raw<object>(`pragma ${pragma}`).execute(handle)).rows;
    expect(await ask(engine.writes, "journal_mode")).toEqual([{ journal_mode: "wal" }]);
    expect(await ask(engine.writes, "synchronous")).toEqual([{ synchronous: 2n }]);
    expect(await ask(engine.writes, "foreign_keys")).toEqual([{ foreign_keys: 1n }]);
    const insert = engine.reads
      .insertInto("replies")
      .values({ key: "k", comment_id: 1n, node_id: "n" })
      .execute();
    expect(await failing(insert)).toMatch("readonly database");
    await engine.close();
  });

  test("can be opened by several at once for the first time", async () => {
    const file = `${database().options.file}.fresh`;
    const open = async () => await openStore({ databaseUrl: null, file });
    const stores = await Promise.all([open(), open(), open()]);
    for (const store of stores) await store.ping();
    for (const store of stores) await store.close();
  });

  test("leaves nothing of a migration that fails half-way", async () => {
    const file = `${database().options.file}.taken`;
    const taken = new Database(file);
    taken.exec("create table outbox (somebody text)");
    expect(await failing(openStore({ databaseUrl: null, file }))).toBe(
      "The database could not be brought to this version.",
    );
    const tables = taken.prepare("select name from sqlite_schema where name = 'campaigns'").all();
    taken.close();
    expect(tables).toEqual([]);
  });

  test("waits for another process's write without stopping this one", async () => {
    const { store, options } = database();
    const process = new Database(options.file);
    process.exec("begin immediate");
    const writing = store.transact(async (trx) => await trx.saveRepository(REPOSITORY));
    // A reader of this process is answered meanwhile, though the writer waits.
    expect(await store.read.repositoryById(100)).toBeNull();
    process.exec("commit");
    process.close();
    await writing;
    expect(await store.read.repositoryById(100)).toEqual(REPOSITORY);
  });

  test("waits for it as well where one statement is all that is to be written", async () => {
    const { store, options } = database();
    const effect: Effect = { effect: "updateCard", campaignId: "c1" };
    await write(store, { effects: [now(effect)] }, 0);
    const [row] = await store.leaseEffects({ now: 0, leaseMs: 100, limit: 1 });
    const process = new Database(options.file);
    process.exec("begin immediate");
    const ending = store.finishEffect(row as EffectRow, { at: 1 });
    expect(await store.nextDue()).toBe(100);
    process.exec("commit");
    process.close();
    await ending;
    expect(await store.nextDue()).toBeNull();
  });

  test("keeps its books when an insert says how it wants conflicts resolved", async () => {
    const { store } = database();
    const insert = async (verb: string, source: string, destination: string): Promise<string> =>
      await failing(
        database().sql(`${verb} postings (source, destination, amount, currency, decided_at)
          values ('${source}', '${destination}', 1000, 'usd', 0)`),
      );
    for (const verb of ["insert or replace into", "insert or ignore into", "insert or fail into"]) {
      expect(await insert(verb, "world", "pledge:p1")).toBe("");
      expect(await insert(verb, "share:p1:7", "pledge:p1")).toMatch("overdraft");
      expect(await insert(verb, "world", "share:p1:7")).toMatch("illegal move");
    }
    expect(await store.read.balances()).toEqual([
      { account: "pledge:p1", currency: "usd", amount: 3000n },
      { account: "world", currency: "usd", amount: -3000n },
    ]);
  });

  test("never replaces a posting, by its number or its balance transaction", async () => {
    const { store } = database();
    const columns =
      "(id, source, destination, amount, currency, balance_transaction_id, decided_at)";
    const replace = async (values: string): Promise<string> =>
      await failing(
        database().sql(`insert or replace into postings ${columns} values (${values})`),
      );
    expect(await replace("1, 'world', 'pledge:p1', 5, 'usd', 'txn_1', 0")).toBe("");
    expect(await replace("1, 'world', 'pledge:p1', 9, 'usd', null, 0")).toMatch("never replaced");
    expect(await replace("2, 'world', 'pledge:p2', 9, 'usd', 'txn_1', 0")).toMatch(
      "never replaced",
    );
    expect(await replace("-1, 'world', 'pledge:p2', 9, 'usd', null, 0")).toMatch(/check/i);
    expect((await store.read.postings()).map(({ amount }) => amount)).toEqual([5n]);
  });

  test("uses its indexes for what is asked often", async () => {
    const planOf = async (query: string): Promise<string> =>
      (await database().sql(`explain query plan ${query}`)).map(({ detail }) => detail).join("; ");
    expect(
      await planOf(
        "select * from inbox where state = 'waiting' and due_at <= 5 order by id limit 9",
      ),
    ).toBe("SCAN inbox USING INDEX inbox_waiting");
    expect(await planOf("select min(due_at) from inbox where state = 'waiting'")).toBe(
      "SEARCH inbox USING COVERING INDEX inbox_waiting",
    );
    expect(
      await planOf(
        "select * from outbox where state = 'pending' and due_at <= 5 order by due_at, id limit 9",
      ),
    ).toBe("SEARCH outbox USING INDEX outbox_pending (due_at<?)");
    expect(
      await planOf(
        "select id, effect from outbox where state = 'done' and effect <> '' and due_at < 5 order by due_at limit 9",
      ),
    ).toBe("SEARCH outbox USING INDEX outbox_done (due_at<?)");
    expect(
      await planOf(
        "select id from pledges where campaign_id = 'c' and unfinished = 1 and id > 'a' order by id limit 9",
      ),
    ).toMatch("INDEX pledges_unfinished (campaign_id=? AND id>?)");
    expect(
      await planOf(
        "select refund_at from pledges where campaign_id = 'c' and refund_at is not null order by refund_at limit 1",
      ),
    ).toMatch("INDEX pledges_by_refund_date (campaign_id=?");
    expect(
      await planOf(
        "select id from payouts where payee_id = 7 and state = 'waiting' and id > 'a' order by id",
      ),
    ).toMatch("INDEX payouts_by_payee (payee_id=? AND state=? AND id>?)");
    expect(
      await planOf(
        "select id from payouts where campaign_id = 'c' and state = 'waiting' and id > 'a' order by id",
      ),
    ).toMatch("INDEX payouts_waiting (campaign_id=? AND id>?)");
    expect(
      await planOf(
        "select sum(amount) from postings where destination = 'operator' and currency = 'usd'",
      ),
    ).toBe("SEARCH postings USING COVERING INDEX postings_to_operator (currency=?)");
    expect(
      await planOf(
        "select sum(amount) from postings where source = 'operator' and currency = 'usd'",
      ),
    ).toBe("SEARCH postings USING COVERING INDEX postings_from_operator (currency=?)");
  });
});
