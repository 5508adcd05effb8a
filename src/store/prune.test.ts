// What is taken away when it is long done, and what stays.
import { expect, test } from "@jest/globals";
import { type Effect, effectKey, now } from "../core/effects.ts";
import { mayBeForgotten } from "../core/forgotten.ts";
import type { Delivery, Store } from "../ports.ts";
import { onEachEngine, type TestDatabase, write } from "./engines-spec.ts";

const DAY = 86_400_000;
const LATER = 100 * DAY;
const BEFORE = 10 * DAY;

const CARD: Effect = { effect: "updateCard", campaignId: "c1" };
const REACTION: Effect = {
  effect: "react",
  repositoryId: 100,
  commentId: 55,
  reaction: "rocket",
};
const REPLY: Effect = {
  effect: "reply",
  repositoryId: 100,
  issueNumber: 12,
  key: "d1:0",
  body: "Hello.",
};
const TRANSFER: Effect = { effect: "transfer", payoutId: "p1:7:1" };
const ACCOUNT: Effect = { effect: "openAccount", payeeId: 7, number: 1 };

function delivery(deliveryId: string, receivedAt: number, part = 0): Delivery {
  const message = { kind: "account" as const, accountId: "acct_1" };
  return { source: "stripe", deliveryId, part, message, receivedAt };
}

/** Whatever is due is leased and ends at that time; what is named is left to its fate. */
async function workOff(store: Store, at: number, but: readonly string[] = []): Promise<void> {
  for (const row of await store.leaseEffects({ now: at, leaseMs: 1, limit: 99 })) {
    if (but.includes(row.key)) continue;
    await store.transact(async (trx) => await trx.finishEffect(row, { at }));
  }
  for (const row of await store.leaseDeliveries({ now: at, leaseMs: 1, limit: 99 })) {
    if (but.includes(row.deliveryId)) continue;
    await store.transact(async (trx) => await trx.finishDelivery(row.id));
  }
}

async function pruneAll(store: Store, limit = 2): Promise<number> {
  let after: number | null = 0;
  let pages = 0;
  while (after !== null) {
    after = await store.prune({ before: BEFORE, after, limit });
    pages += 1;
  }
  return pages;
}

async function keysOf(sql: TestDatabase["sql"]): Promise<string[]> {
  const rows = await sql("select key, effect from outbox order by key");
  return rows.map(({ key, effect }) => `${key}${effect === "" ? " (its key)" : ""}`);
}

onEachEngine("what is long done", (database) => {
  test("of deliveries goes, page by page; what is young, waits or is quarantined stays", async () => {
    const { store, sql } = database();
    const old = ["a", "b", "c", "d", "e"].map((id, index) => delivery(id, index * DAY));
    await store.accept([
      // Under a clock that was wrong for a moment.
      delivery("future", LATER * 9),
      ...old,
      delivery("a", 0, 1),
      delivery("bad", 3 * DAY),
      delivery("waiting", 4 * DAY),
      delivery("young", BEFORE),
    ]);
    const [bad] = (await store.leaseDeliveries({ now: LATER, leaseMs: 1, limit: 99 })).filter(
      ({ deliveryId }) => deliveryId === "bad",
    );
    await store.quarantineDelivery(bad?.id ?? 0n, "no");
    await workOff(store, LATER + 1, ["waiting"]);
    expect(await pruneAll(store)).toBeGreaterThan(2);
    const rows = await sql("select delivery_id as id from inbox order by id");
    expect(rows.map(({ id }) => id)).toEqual(["bad", "future", "waiting", "young"]);
    expect(await store.read.knownDeliveries("stripe", ["a", "young"])).toEqual(["young"]);
    expect(await store.read.troubles()).toMatchObject([{ key: "stripe:bad:0" }]);
    expect(await pruneAll(store)).toBeLessThan(4);
  });

  test("of effects goes; of those that must not be repeated the key stays, and holds", async () => {
    const { store, sql } = database();
    const effects = [CARD, REACTION, REPLY, TRANSFER, ACCOUNT].map(now);
    await write(store, { effects });
    await workOff(store, 0);
    expect(await pruneAll(store)).toBeGreaterThan(1);
    expect(await keysOf(sql)).toEqual([
      "account:7 (its key)",
      "reply:d1:0 (its key)",
      "transfer:p1:7:1 (its key)",
    ]);
    expect(await pruneAll(store)).toBe(1);

    // Asked for again, what runs once does not run again; what renews does, and is whole.
    await write(store, { effects: [...effects, now({ ...REPLY, body: "Again." })] }, LATER);
    const again = await store.leaseEffects({ now: LATER, leaseMs: 1, limit: 9 });
    expect(again.map(({ key, effect }) => [key, effect])).toEqual(
      [
        ["account:7", ACCOUNT],
        ["card:c1", CARD],
        ["react:55:rocket", REACTION],
      ].sort(),
    );
  });

  test("of effects is not what was done lately, waits, or is parked", async () => {
    const { store, sql } = database();
    const late: Effect = { effect: "returnPayout", payoutId: "p1:7:1" };
    const parked: Effect = { effect: "returnPayout", payoutId: "p2:7:1" };
    await write(store, { effects: [now(CARD), now(REACTION), now(late), now(parked)] });
    await store.parkEffect(effectKey(parked), "no");
    await workOff(store, 0, [effectKey(CARD), effectKey(late)]);
    const row = await store.leaseEffect({ key: effectKey(late), now: BEFORE, leaseMs: 1 });
    if (row === null) throw new Error("it is not free");
    await store.transact(async (trx) => await trx.finishEffect(row, { at: BEFORE }));
    await pruneAll(store);
    expect(await keysOf(sql)).toEqual(["card:c1", effectKey(late), effectKey(parked)].sort());
    expect(await store.read.troubles()).toMatchObject([{ key: effectKey(parked) }]);
  });

  test("that nobody can read any more keeps its key", async () => {
    const { store, sql } = database();
    await write(store, { effects: [now(REACTION)] });
    await workOff(store, 0);
    await sql(`update outbox set effect = '{"effect":"of another time"}'`);
    await pruneAll(store);
    expect(await keysOf(sql)).toEqual(["react:55:rocket (its key)"]);
  });

  test("of what was heard of people goes", async () => {
    const { store } = database();
    const heard = (personId: number, since: number) => ({
      put: "heard" as const,
      heard: { personId, installationId: 5, since, count: 3 },
    });
    await write(store, { changes: [heard(7, BEFORE - 1), heard(8, BEFORE)] });
    await pruneAll(store);
    expect(await store.read.heard({ personId: 7, installationId: 5 })).toBeNull();
    expect((await store.read.heard({ personId: 8, installationId: 5 }))?.count).toBe(3);
  });
});

test("money, mails and words leave once: their keys are never forgotten", () => {
  const kept: Effect[] = [
    REPLY,
    TRANSFER,
    ACCOUNT,
    { effect: "openCheckout", pledgeId: "p1", number: 1 },
    { effect: "openCharge", pledgeId: "p1" },
    { effect: "mailBacker", pledgeId: "p1", about: "your link", of: "" },
    { effect: "mentionBacker", campaignId: "c1", backerId: 8 },
  ];
  expect(kept.filter(mayBeForgotten)).toEqual([]);
});
