// What only Postgres does: readers that cannot write, locks between processes, deadlocks.
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { aCampaign, aPledge } from "../../test/core-spec.ts";
import { TransientFailure } from "../ports.ts";
import { failing, onPostgres, write } from "./engines-spec.ts";
import { openStore } from "./open-store.ts";
import { openPostgres } from "./postgres.ts";

/** Connections of this database that hold a lock on being alive. */
const COUNTED_IN = `select pid from pg_locks join pg_database on pg_database.oid = pg_locks.database
  where locktype = 'advisory' and mode = 'ShareLock' and datname = current_database()`;

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await delay(20);
}

onPostgres("the server", (database) => {
  test("calls a deadlock a transient failure, and lets the other one through", async () => {
    const { store, another } = database();
    const other = await another();
    const second = aCampaign({ id: "c2", issueId: 1300, issueNumber: 13 });
    await write(store, {
      changes: [
        { put: "campaign", campaign: aCampaign() },
        { put: "campaign", campaign: second },
      ],
    });
    const both = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const lockBoth = async (from: typeof store, ids: string[], mine: number): Promise<unknown> =>
      await from
        .transact(async (trx) => {
          await trx.load({ of: "campaign", campaignId: ids[0] ?? "" });
          both[mine]?.resolve();
          await both[1 - mine]?.promise;
          await trx.load({ of: "campaign", campaignId: ids[1] ?? "" });
        })
        .then(
          () => "through",
          (error: unknown) => error,
        );
    const outcomes = await Promise.all([
      lockBoth(store, ["c1", "c2"], 0),
      lockBoth(other, ["c2", "c1"], 1),
    ]);
    expect(outcomes.filter((outcome) => outcome === "through")).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome instanceof TransientFailure)).toHaveLength(1);
  });

  test("calls a lost connection a transient failure", async () => {
    const { store, sql } = database();
    const work = store.transact(async (trx) => {
      await trx.load({ of: "campaign", campaignId: "c1" });
      await sql(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where state = 'idle in transaction' and pid <> pg_backend_pid()
            and query like '%campaigns%' and backend_start > now() - interval '1 minute'
            and pid in (select pid from pg_locks where relation = 'campaigns'::regclass)`,
      );
      await trx.load({ of: "campaign", campaignId: "c1" });
    });
    await expect(work).rejects.toBeInstanceOf(TransientFailure);
    await store.ping();
  });

  test("calls it a bug, not a transient failure, when a row breaks a rule", async () => {
    const { store } = database();
    await write(store, { changes: [{ put: "campaign", campaign: aCampaign() }] });
    await write(store, { changes: [{ put: "pledge", pledge: aPledge() }] });
    const work = write(store, { changes: [{ put: "pledge", pledge: aPledge({ id: "p2" }) }] });
    await expect(work).rejects.not.toBeInstanceOf(TransientFailure);
  });

  test("takes from a dead process what it had leased, and nothing while another is alive", async () => {
    const { another, sql } = database();
    const dead = await another();
    await dead.releaseLeases();
    await dead.accept([
      {
        source: "stripe",
        deliveryId: "evt_1",
        part: 0,
        message: { kind: "refund", refundId: "re_1" },
        receivedAt: 0,
      },
    ]);
    const lease = { now: 1000, leaseMs: 60_000, limit: 1 };
    expect(await dead.leaseDeliveries(lease)).toHaveLength(1);

    const [locked] = await sql(COUNTED_IN);
    await sql(`select pg_terminate_backend(${locked?.["pid"]})`);
    await until(async () => (await sql(COUNTED_IN))[0]?.["pid"] !== locked?.["pid"]);
    await until(async () => (await sql(COUNTED_IN)).length === 1);
    const next = await another();
    await next.releaseLeases();
    expect(await next.leaseDeliveries(lease)).toEqual([]);
    await next.close();

    await dead.close();
    const last = await another();
    await last.releaseLeases();
    expect(await last.leaseDeliveries(lease)).toHaveLength(1);
  });

  test("can be opened by several at once for the first time", async () => {
    const { sql, options } = database();
    const [row] = await sql("select current_schema() as schema");
    await sql(`drop schema ${row?.["schema"]} cascade; create schema ${row?.["schema"]}`);
    const stores = await Promise.all([1, 2, 3].map(async () => await openStore(options)));
    for (const store of stores) await store.ping();
    for (const store of stores) await store.close();
  });

  test("does not let a reader write", async () => {
    const { options } = database();
    const engine = openPostgres(options.databaseUrl ?? "", undefined);
    const insert = engine.reads
      .insertInto("replies")
      .values({ key: "k", comment_id: 1n, node_id: "n" })
      .execute();
    expect(await failing(insert)).toMatch("read-only transaction");
    await engine.close();
  });

  test("lets work on one campaign pass work on another", async () => {
    const { store } = database();
    const second = aCampaign({ id: "c2", issueId: 1300, issueNumber: 13 });
    await write(store, {
      changes: [
        { put: "campaign", campaign: aCampaign() },
        { put: "campaign", campaign: second },
      ],
    });
    const go = Promise.withResolvers<void>();
    const locked = Promise.withResolvers<void>();
    const first = store.transact(async (trx) => {
      await trx.load({ of: "campaign", campaignId: "c1" });
      locked.resolve();
      await go.promise;
    });
    await locked.promise;
    await store.transact(async (trx) => await trx.load({ of: "campaign", campaignId: "c2" }));
    go.resolve();
    await first;
  });
});
