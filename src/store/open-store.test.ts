// Opening, transactions and closing: what holds whatever is stored.
import { existsSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { aCampaign, aPledge, REPOSITORY } from "../../test/core-spec.ts";
import { now } from "../core/effects.ts";
import type { Delivery } from "../ports.ts";
import { failing, onEachEngine, write } from "./engines-spec.ts";
import { openStore } from "./open-store.ts";

const HINT: Delivery = {
  source: "stripe",
  deliveryId: "evt_1",
  part: 0,
  message: { kind: "account", accountId: "acct_1" },
  receivedAt: 0,
};

onEachEngine("the store", (database) => {
  test("makes its folder and answers", async () => {
    const { store, options } = database();
    if (options.file !== undefined) expect(existsSync(options.file)).toBe(true);
    await store.ping();
    expect(await store.nextDue()).toBeNull();
  });

  test("finds everything again when it is opened anew", async () => {
    const { store, another } = database();
    await write(store, {
      changes: [{ put: "campaign", campaign: aCampaign() }],
      effects: [now({ effect: "updateCard", campaignId: "c1" })],
    });
    await store.accept([HINT]);
    await store.close();
    const again = await another();
    expect(await again.read.campaignById("c1")).toEqual(aCampaign());
    expect(await again.leaseEffects({ now: 0, leaseMs: 1, limit: 9 })).toHaveLength(1);
    expect(await again.leaseDeliveries({ now: 0, leaseMs: 1, limit: 9 })).toHaveLength(1);
  });

  test("says how far it was migrated", async () => {
    const rows = await database().sql("select name from schema_version order by name");
    expect(rows.map(({ name }) => name)).toEqual(["0001-first", "0002-ledger-law"]);
  });

  test("refuses a database from a newer version, in one line, and leaves it alone", async () => {
    const { options, sql } = database();
    await sql("insert into schema_version (name, timestamp) values ('9999-later', '2099-01-01')");
    const refusal = await failing(openStore(options));
    expect(refusal).toMatch(/^This database is from a newer version of Whipround .*9999-later/);
    expect(refusal).not.toContain("\n");
    expect(await sql("select name from schema_version")).toHaveLength(3);
  });

  test("leaves nothing of a transaction that throws", async () => {
    const { store, sql } = database();
    await store.accept([HINT]);
    const [row] = await store.leaseDeliveries({ now: 0, leaseMs: 10, limit: 1 });
    const work = store.transact(async (trx) => {
      await trx.saveRepository(REPOSITORY);
      await trx.saveReply({ key: "k", commentId: 1, nodeId: "n" });
      await trx.apply(
        {
          changes: [{ put: "campaign", campaign: aCampaign() }],
          postings: [
            {
              source: "world",
              destination: "operator",
              amount: 5n,
              currency: "usd",
              balanceTransactionId: null,
            },
          ],
          effects: [now({ effect: "updateCard", campaignId: "c1" })],
        },
        0,
      );
      await trx.finishDelivery(row?.id ?? 0n);
      throw new Error("stop");
    });
    await expect(work).rejects.toThrow("stop");
    for (const table of ["repositories", "replies", "campaigns", "postings", "outbox"]) {
      expect(await sql(`select 1 from ${table}`)).toEqual([]);
    }
    expect(await store.leaseDeliveries({ now: 10, leaseMs: 10, limit: 1 })).toHaveLength(1);
  });

  test("rolls back too when a failure was swallowed inside", async () => {
    const { store } = database();
    const orphan = aPledge({ campaignId: "nowhere" });
    const answer = await failing(
      store.transact(async (trx) => {
        await trx.apply(
          { changes: [{ put: "campaign", campaign: aCampaign() }], postings: [], effects: [] },
          0,
        );
        const changes = [{ put: "pledge" as const, pledge: orphan }];
        await failing(trx.apply({ changes, postings: [], effects: [] }, 0));
      }),
    );
    expect(answer).not.toBe("");
    expect(await store.read.campaignById("c1")).toBeNull();
  });

  test("does not show to readers what is not committed", async () => {
    const { store } = database();
    const seen = Promise.withResolvers<void>();
    const wrote = Promise.withResolvers<void>();
    const writing = store.transact(async (trx) => {
      await trx.saveRepository(REPOSITORY);
      wrote.resolve();
      await seen.promise;
    });
    await wrote.promise;
    expect(await store.read.repositoryById(100)).toBeNull();
    seen.resolve();
    await writing;
    expect(await store.read.repositoryById(100)).toEqual(REPOSITORY);
  });

  test("runs transactions side by side without mixing them", async () => {
    const { store } = database();
    const works = Array.from({ length: 12 }, async (_, index) => {
      const work = store.transact(async (trx) => {
        await trx.saveReply({ key: `a${index}`, commentId: 1, nodeId: "n" });
        await Promise.resolve();
        if (index % 3 === 0) throw new Error("stop");
        await trx.saveReply({ key: `b${index}`, commentId: 1, nodeId: "n" });
      });
      await failing(work);
    });
    await Promise.all(works);
    for (let index = 0; index < 12; index += 1) {
      const found = [
        await store.read.replyByKey(`a${index}`),
        await store.read.replyByKey(`b${index}`),
      ];
      expect(found.map((one) => one !== null)).toEqual([index % 3 !== 0, index % 3 !== 0]);
    }
  });

  test("refuses to be asked inside a transaction, rather than to wait for itself", async () => {
    const { store } = database();
    const inside = "Inside a transaction only the transaction itself may be asked.";
    for (const mistake of [
      () => store.transact(async () => {}),
      () => store.read.campaignById("c1"),
      () => store.accept([HINT]),
      () => store.leaseEffects({ now: 0, leaseMs: 1, limit: 1 }),
      () => store.nextDue(),
    ]) {
      expect(await failing(store.transact(async () => await mistake()))).toBe(inside);
    }
  });

  test("may be asked later by what was begun inside a transaction", async () => {
    const { store } = database();
    const ended = Promise.withResolvers<void>();
    const late: Promise<void>[] = [];
    await store.transact(async () => {
      late.push(ended.promise.then(async () => await store.ping()));
    });
    ended.resolve();
    await Promise.all(late);
  });

  test("waits for what runs before it closes, and lets nobody in after", async () => {
    const { store, another } = database();
    const go = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const writing = store.transact(async (trx) => {
      begun.resolve();
      await go.promise;
      await trx.saveRepository(REPOSITORY);
    });
    await begun.promise;
    let closed = false;
    const closing = store.close().then(() => {
      closed = true;
    });
    expect(await failing(store.ping())).toBe("The store is closed.");
    expect(closed).toBe(false);
    go.resolve();
    await writing;
    await closing;
    expect(await (await another()).read.repositoryById(100)).toEqual(REPOSITORY);
  });
});
