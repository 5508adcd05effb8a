// Opening, transactions and closing: what holds whatever is stored.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { aCampaign, anAward, aPledge, aRefund, REPOSITORY } from "../../test/core-spec.ts";
import { now } from "../core/effects.ts";
import type { Delivery } from "../ports.ts";
import { failing, onEachEngine, type TestDatabase, write } from "./engines-spec.ts";
import { openStore } from "./open-store.ts";

/** As their files are named. */
const MIGRATIONS = readdirSync(join(import.meta.dirname, "migrations"))
  .map((file) => file.replace(/\.ts$/, ""))
  .sort();

const HINT: Delivery = {
  source: "stripe",
  deliveryId: "evt_1",
  part: 0,
  message: { kind: "account", accountId: "acct_1" },
  receivedAt: 0,
};

type Statements = readonly string[] | Readonly<Record<TestDatabase["dialect"], readonly string[]>>;

/** What undoes each migration, newest first: each new one adds its own. */
const UNDO: readonly (readonly [name: string, statements: Statements])[] = [
  [
    "0014-one-pledge",
    {
      sqlite: ["drop trigger postings_of_one_pledge"],
      postgres: ["alter table postings drop constraint postings_of_one_pledge"],
    },
  ],
  ["0013-done-effects", ["drop index outbox_done"]],
  ["0012-heard", ["drop table heard"]],
  ["0011-handovers", ["drop table handovers"]],
  [
    "0010-cursors",
    ["drop table cursors", "drop index postings_to_operator", "drop index postings_from_operator"],
  ],
  [
    "0009-awards",
    [
      "alter table claims drop column rejected",
      "drop index pulls_by_number",
      "drop index payouts_by_campaign",
      "drop table former_names",
      "drop table former_issues",
    ],
  ],
  [
    "0008-tips",
    ["alter table payees drop column tip_day", "alter table payees drop column tip_day_used"],
  ],
  ["0007-award-payees", ["drop table award_payees"]],
  ["0006-standing-refusals", ["drop table standing_refusals"]],
  ["0005-disputes", ["drop table disputes"]],
  [
    "0004-payees",
    [
      "drop index payees_by_account",
      "drop index payouts_in_trouble",
      "alter table payees drop column accounts_lost",
      "alter table payees drop column country",
      "alter table payees drop column bank_failed_at",
      "alter table campaigns drop column kind",
    ],
  ],
  [
    "0003-backers",
    [
      "drop index refunds_by_pledge",
      "drop index pledges_by_backer",
      "alter table pledges drop column backer_id",
    ],
  ],
];

/** The database as it was before the migration of that name. */
async function goBackBefore(name: string, { sql, dialect }: TestDatabase): Promise<void> {
  for (const [version, statements] of UNDO.filter(([version]) => version >= name)) {
    const own = "sqlite" in statements ? statements[dialect] : statements;
    for (const statement of own) await sql(statement);
    await sql(`delete from schema_version where name = '${version}'`);
  }
}

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
    expect(rows.map(({ name }) => name)).toEqual(MIGRATIONS);
  });

  test("gives pledges made before it their backers, so that they are found by them", async () => {
    const { store, another } = database();
    const pledge = aPledge({ backerId: 7 });
    await write(store, {
      changes: [
        { put: "campaign", campaign: aCampaign() },
        { put: "pledge", pledge },
        { put: "pledge", pledge: aPledge({ id: "p2", nonce: "n2" }) },
      ],
    });
    await store.close();
    await goBackBefore("0003-backers", database());
    expect(await (await another()).read.pledgesOfBacker(7)).toEqual([pledge]);
  });

  test("gives awards made before it their payees, so that they are found by them", async () => {
    const { store, another } = database();
    await write(store, {
      changes: [
        { put: "campaign", campaign: aCampaign({ state: "awarded" }) },
        { put: "award", award: anAward() },
      ],
    });
    await store.close();
    await goBackBefore("0007-award-payees", database());
    const [found] = await (await another()).read.campaignsOfPayee(7);
    expect(found?.id).toBe("c1");
  });

  test("names money that is on its way by hand after its pledge", async () => {
    const { store, sql, another } = database();
    const refund = aRefund({ effectKey: "re_h", refundId: "re_h", amount: 400n });
    await write(store, {
      changes: [
        { put: "campaign", campaign: aCampaign() },
        { put: "pledge", pledge: aPledge() },
        { put: "refund", refund },
      ],
    });
    await store.close();
    await goBackBefore("0014-one-pledge", database());
    for (const [from, to, amount] of [
      ["world", "pledge:p1", 1000],
      ["pledge:p1", "outgoing:re_h", 400],
    ]) {
      await sql(`insert into postings (source, destination, amount, currency, decided_at)
        values ('${from}', '${to}', ${amount}, 'usd', 5)`);
    }
    const lines = await (await another()).read.balances();
    expect(lines.map(({ account, amount }) => `${account} ${amount}`)).toEqual([
      "outgoing:hand:p1:re_h 400",
      "pledge:p1 600",
      "world -1000",
    ]);
  });

  test("refuses a database from a newer version, in one line, and leaves it alone", async () => {
    const { options, sql } = database();
    await sql("insert into schema_version (name, timestamp) values ('9999-later', '2099-01-01')");
    const refusal = await failing(openStore(options));
    expect(refusal).toMatch(/^This database is from a newer version of Whipround .*9999-later/);
    expect(refusal).not.toContain("\n");
    expect(await sql("select name from schema_version")).toHaveLength(MIGRATIONS.length + 1);
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
