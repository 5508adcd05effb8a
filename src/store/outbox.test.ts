// The outbox: one row per key, leased by one at a time; what renews is run again for whoever asks after.
import { expect, test } from "@jest/globals";
import { at, type Effect, effectKey, now, RENEWAL_GAP_MS } from "../core/effects.ts";
import type { EffectRow, Store } from "../ports.ts";
import { onEachEngine, write } from "./engines-spec.ts";

const CARD: Effect = { effect: "updateCard", campaignId: "c1" };
const NOTICES: Effect = { effect: "refreshNotices", campaignId: "c1" };
const REFUND: Effect = {
  effect: "refund",
  pledgeId: "p1",
  number: 1,
  chargeId: "ch_1",
  amount: 1912n,
  currency: "usd",
  reason: "cancelled",
};
const PAGES: Effect = {
  effect: "returnPledges",
  campaignId: "c1",
  reason: "cancelled",
  after: null,
};
const WAITING: Effect = { effect: "payWaiting", of: { campaignId: "c1" }, after: null };

async function ask(store: Store, time: number, effect: Effect, dueAt?: number): Promise<void> {
  const planned = dueAt === undefined ? now(effect) : at(dueAt, effect);
  await write(store, { effects: [planned] }, time);
}

async function lease(store: Store, time: number): Promise<EffectRow[]> {
  return await store.leaseEffects({ now: time, leaseMs: 100, limit: 50 });
}

async function leaseOne(store: Store, time: number): Promise<EffectRow> {
  const rows = await lease(store, time);
  expect(rows).toHaveLength(1);
  return rows[0] as EffectRow;
}

async function finish(
  store: Store,
  row: EffectRow,
  time: number,
  again?: { effect: Effect; dueAt: number },
): Promise<void> {
  if (again === undefined) await store.finishEffect(row, { at: time });
  else await store.transact(async (trx) => await trx.finishEffect(row, { at: time, again }));
}

onEachEngine("the outbox", (database) => {
  test("gives back each effect as it was planned", async () => {
    const { store } = database();
    const effects: Effect[] = [
      CARD,
      NOTICES,
      { effect: "postNotice", pullId: 140, campaignId: "c1" },
      { effect: "react", repositoryId: 100, commentId: 55, reaction: "confused" },
      {
        effect: "reply",
        repositoryId: 100,
        issueNumber: 12,
        key: "d1:0",
        body: "`hi` 'you' \u0000",
      },
      { effect: "minimizeReply", repositoryId: 100, key: "d1:0" },
      { effect: "explainPolicy", repositoryId: 100, sha: "s1", problems: ["a", "b"] },
      { effect: "openCheckout", pledgeId: "p1", number: 1 },
      { effect: "openCharge", pledgeId: "p1" },
      {
        effect: "confirmCharge",
        pledgeId: "p1",
        number: 2,
        paymentMethodId: "pm_1",
        onSession: true,
      },
      { effect: "cancelCharge", pledgeId: "p1", paymentIntentId: "pi_1" },
      { effect: "chaseCharge", pledgeId: "p1", number: 3 },
      { effect: "lapsePledge", pledgeId: "p1", dueAt: 1_800_000_000_000 },
      { effect: "mentionBacker", campaignId: "c1", backerId: 8 },
      { effect: "expireCheckout", pledgeId: "p1", sessionId: "cs_1" },
      REFUND,
      { ...REFUND, number: 2, amount: null },
      { effect: "transfer", payoutId: "p1:7:1" },
      { effect: "openAccount", payeeId: 7, number: 1 },
      { effect: "reread", object: "checkout", id: "cs_1", pledgeId: "p1" },
      PAGES,
      { effect: "distributeAward", campaignId: "c1", round: 1, after: "p9" },
      WAITING,
      { effect: "payWaiting", of: { payeeId: 7 }, after: "p1:7:1" },
      { effect: "payWaiting", of: { payeeId: 7, from: 1000 }, after: null },
      { effect: "returnPledge", pledgeId: "p1", reason: "refund date reached", number: 0 },
      { effect: "returnPayout", payoutId: "p1:7:1" },
      { effect: "remindPayee", payoutId: "p1:7:1" },
    ];
    await write(store, { effects: effects.map(now) }, 1000);
    const rows = await lease(store, 1000);
    expect(rows.map(({ effect }) => effect)).toEqual(effects);
    expect(rows.map(({ key }) => key)).toEqual(effects.map(effectKey));
    expect(rows[0]).toEqual({
      key: "card:c1",
      effect: CARD,
      tries: 0,
      firstTriedAt: null,
      requests: 1,
      attempt: 1,
      attemptFailedAt: null,
    });
  });

  test("is leased in the order in which it falls due", async () => {
    const { store } = database();
    await ask(store, 0, PAGES, 300);
    await ask(store, 0, REFUND, 200);
    await ask(store, 0, NOTICES, 300);
    await ask(store, 100, CARD);
    expect(await store.nextDue()).toBe(100);
    expect(await lease(store, 99)).toEqual([]);
    const keys = (rows: EffectRow[]): string[] => rows.map(({ key }) => key);
    expect(keys(await store.leaseEffects({ now: 300, leaseMs: 1, limit: 3 }))).toEqual([
      "card:c1",
      "refund:p1:1",
      "return-pledges:c1",
    ]);
    expect(keys(await lease(store, 300))).toEqual(["notices:c1"]);
  });

  test("is once and for all when it does not renew", async () => {
    const { store } = database();
    await ask(store, 0, REFUND);
    await ask(store, 5, { ...REFUND, amount: 1n }, 3);
    const row = await leaseOne(store, 10);
    expect(row).toMatchObject({ effect: REFUND, requests: 1 });
    await ask(store, 11, REFUND);
    await finish(store, row, 12);
    await ask(store, 13, REFUND);
    expect(await store.nextDue()).toBeNull();
    expect(await lease(store, 9999)).toEqual([]);
  });

  test("is free again when a lease has ended, and says that it was tried", async () => {
    const { store } = database();
    await ask(store, 0, REFUND);
    await lease(store, 10);
    expect(await lease(store, 109)).toEqual([]);
    expect(await store.nextDue()).toBe(110);
    expect(await leaseOne(store, 110)).toMatchObject({ tries: 1, firstTriedAt: 10 });
    expect(await leaseOne(store, 500)).toMatchObject({ tries: 2, firstTriedAt: 10 });
  });

  test("comes back when it is to be tried again, with its attempt", async () => {
    const { store } = database();
    await ask(store, 0, REFUND);
    await lease(store, 10);
    await store.retryEffect("refund:p1:1", {
      dueAt: 700,
      error: "503",
      attempt: 2,
      attemptFailedAt: 20,
    });
    expect(await store.nextDue()).toBe(700);
    expect(await lease(store, 699)).toEqual([]);
    expect(await leaseOne(store, 700)).toMatchObject({
      tries: 1,
      firstTriedAt: 10,
      attempt: 2,
      attemptFailedAt: 20,
    });
  });

  test("is parked until the operator looks", async () => {
    const { store } = database();
    await ask(store, 0, REFUND);
    await lease(store, 10);
    await store.parkEffect("refund:p1:1", "resource_missing");
    await ask(store, 20, REFUND);
    expect(await lease(store, 9999)).toEqual([]);
    expect(await store.nextDue()).toBeNull();
    expect(await store.read.troubles()).toEqual([
      { kind: "effect", key: "refund:p1:1", error: "resource_missing" },
    ]);
  });

  test("is not brought back by an answer that came too late", async () => {
    const { store } = database();
    await ask(store, 0, REFUND);
    await finish(store, await leaseOne(store, 10), 20);
    const late = { dueAt: 0, error: "late", attempt: 2, attemptFailedAt: null };
    await store.retryEffect("refund:p1:1", late);
    await store.parkEffect("refund:p1:1", "late");
    expect(await lease(store, 9999)).toEqual([]);
    expect(await store.read.troubles()).toEqual([]);
  });

  test("can be leased by its key when it is free, due or not", async () => {
    const { store } = database();
    const take = async (time: number) =>
      await store.leaseEffect({ key: "refund:p1:1", now: time, leaseMs: 100 });
    expect(await take(0)).toBeNull();
    await ask(store, 0, CARD);
    await ask(store, 0, REFUND, 500);
    const row = await take(10);
    expect(row).toMatchObject({ key: "refund:p1:1", effect: REFUND, tries: 0 });
    expect(await take(109)).toBeNull();
    expect((await lease(store, 109)).map(({ key }) => key)).toEqual(["card:c1"]);
    const again = (await take(110)) as EffectRow;
    expect(again).toMatchObject({ tries: 1, firstTriedAt: 10 });
    await finish(store, again, 120);
    expect(await take(130)).toBeNull();
  });

  test("goes on with the next page, and with a later date, as if new", async () => {
    const { store } = database();
    await ask(store, 0, PAGES);
    await lease(store, 10);
    await store.retryEffect("return-pledges:c1", {
      dueAt: 20,
      error: "503",
      attempt: 1,
      attemptFailedAt: 15,
    });
    const next: Effect = { ...PAGES, after: "p50" };
    await finish(store, await leaseOne(store, 20), 30, { effect: next, dueAt: 40 });
    expect(await store.nextDue()).toBe(40);
    const row = await leaseOne(store, 40);
    expect(row).toEqual({
      key: "return-pledges:c1",
      effect: next,
      tries: 0,
      firstTriedAt: null,
      requests: 1,
      attempt: 1,
      attemptFailedAt: null,
    });
    await finish(store, row, 50);
    expect(await store.nextDue()).toBeNull();
  });

  test("commits with the decision that ends it, or not at all", async () => {
    const { store } = database();
    await ask(store, 0, REFUND);
    const row = await leaseOne(store, 10);
    const crash = store.transact(async (trx) => {
      await trx.apply({ changes: [], postings: [], effects: [now(CARD)] }, 20);
      await trx.finishEffect(row, { at: 20 });
      throw new Error("crash");
    });
    await expect(crash).rejects.toThrow("crash");
    expect(await leaseOne(store, 110)).toMatchObject({ key: "refund:p1:1", tries: 1 });
  });

  test("parks what it cannot read, and goes on with the rest", async () => {
    const { store, sql } = database();
    await ask(store, 0, REFUND);
    await ask(store, 0, PAGES);
    await sql(`update outbox set effect = '{"effect":"nonsense"}' where key = 'refund:p1:1'`);
    expect(await leaseOne(store, 10)).toMatchObject({ key: "return-pledges:c1" });
    expect((await store.read.troubles()).map(({ key }) => key)).toEqual(["refund:p1:1"]);
  });

  test("gives no effect to two processes", async () => {
    const { store, another } = database();
    const other = await another();
    const effects = Array.from({ length: 120 }, (_, number) => now({ ...REFUND, number }));
    await write(store, { effects });
    const groups = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? store : other).leaseEffects({ now: 0, leaseMs: 100, limit: 10 }),
      ),
    );
    const keys = groups.flat().map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(
      keys.length + (await store.leaseEffects({ now: 0, leaseMs: 1, limit: 200 })).length,
    ).toBe(120);
  });

  test("leaves a run to whoever leased it last", async () => {
    const { store } = database();
    await ask(store, 0, PAGES);
    const slow = await leaseOne(store, 0);
    const quick = await leaseOne(store, 100);
    const second: Effect = { ...PAGES, after: "p50" };
    await finish(store, quick, 110, { effect: second, dueAt: 110 });
    await finish(store, slow, 120);
    const page = await leaseOne(store, 130);
    expect(page.effect).toEqual(second);
    // The slow one's try has the same number as the second page's.
    await finish(store, slow, 140);
    await finish(store, page, 150, { effect: { ...PAGES, after: "p99" }, dueAt: 150 });
    expect((await leaseOne(store, 150)).effect).toEqual({ ...PAGES, after: "p99" });
  });
});

onEachEngine("an effect that renews", (database) => {
  test("runs once for all who asked while it waited", async () => {
    const { store } = database();
    for (const time of [0, 1, 2]) await ask(store, time, CARD);
    const row = await leaseOne(store, 2);
    expect(row).toMatchObject({ requests: 3 });
    await finish(store, row, 5);
    expect(await store.nextDue()).toBeNull();
  });

  test("takes the earliest date asked for", async () => {
    const { store } = database();
    await ask(store, 0, NOTICES, 500);
    await ask(store, 0, NOTICES, 300);
    await ask(store, 0, NOTICES, 400);
    expect(await store.nextDue()).toBe(300);
    await ask(store, 100, NOTICES);
    expect(await store.nextDue()).toBe(100);
  });

  test("runs again when it was asked for while it ran", async () => {
    const { store } = database();
    await ask(store, 0, NOTICES);
    const row = await leaseOne(store, 0);
    await ask(store, 10, NOTICES, 80);
    await ask(store, 20, NOTICES, 60);
    await ask(store, 30, NOTICES, 70);
    expect(await lease(store, 99)).toEqual([]);
    await finish(store, row, 50);
    expect(await store.nextDue()).toBe(60);
    const second = await leaseOne(store, 60);
    expect(second).toMatchObject({ requests: 4, tries: 0, firstTriedAt: null });
    await finish(store, second, 70);
    expect(await store.nextDue()).toBeNull();
  });

  test("edits the first at once, then keeps its distance, and ends on the newest", async () => {
    const { store } = database();
    await ask(store, 1000, CARD);
    await finish(store, await leaseOne(store, 1000), 1010);
    const edits: number[] = [];
    for (let time = 1011; time <= 1500 + 3 * RENEWAL_GAP_MS; time += 100) {
      await ask(store, time, CARD);
      for (const row of await lease(store, time)) {
        edits.push(time);
        await finish(store, row, time);
      }
    }
    expect(edits).toHaveLength(3);
    const gaps = edits.map((time, index) => time - (edits[index - 1] ?? 1010));
    expect(gaps.every((gap) => gap >= RENEWAL_GAP_MS && gap < RENEWAL_GAP_MS + 100)).toBe(true);
    const last = await store.nextDue();
    expect(last).toBe((edits.at(-1) ?? 0) + RENEWAL_GAP_MS);
    await finish(store, await leaseOne(store, last ?? 0), last ?? 0);
    expect(await store.nextDue()).toBeNull();
  });

  test("keeps its distance too when it was asked for while it ran", async () => {
    const { store } = database();
    await ask(store, 0, CARD);
    const row = await leaseOne(store, 0);
    await ask(store, 10, CARD);
    await finish(store, row, 50);
    expect(await store.nextDue()).toBe(50 + RENEWAL_GAP_MS);
  });

  test("stays away until it is time again after a failure, whoever asks", async () => {
    const { store } = database();
    await ask(store, 0, CARD);
    await lease(store, 0);
    const later = { dueAt: 60_000, error: "rate limit", attempt: 1, attemptFailedAt: null };
    await store.retryEffect("card:c1", later);
    await ask(store, 50, CARD);
    expect(await store.nextDue()).toBe(60_000);
    expect(await leaseOne(store, 60_000)).toMatchObject({ tries: 1, firstTriedAt: 0, requests: 2 });
  });

  test("begins anew after it was parked, knowing that it was tried", async () => {
    const { store } = database();
    await ask(store, 0, CARD);
    await lease(store, 0);
    await lease(store, 100);
    await store.parkEffect("card:c1", "404");
    await ask(store, 300, CARD);
    expect(await store.read.troubles()).toEqual([]);
    expect(await leaseOne(store, 300)).toMatchObject({ tries: 1, firstTriedAt: 0 });
  });

  test("keeps a request that came after a lease had run out", async () => {
    const { store } = database();
    await ask(store, 0, NOTICES);
    const slow = await leaseOne(store, 0);
    await ask(store, 150, NOTICES);
    await finish(store, slow, 160);
    const second = await leaseOne(store, 160);
    await finish(store, second, 170);
    expect(await store.nextDue()).toBeNull();
  });

  test("finishes all its pages, then runs again for who asked meanwhile", async () => {
    const { store } = database();
    await ask(store, 0, WAITING);
    const first = await leaseOne(store, 0);
    await ask(store, 5, WAITING, 9000);
    await finish(store, first, 10, { effect: { ...WAITING, after: "x" }, dueAt: 10 });
    await ask(store, 11, WAITING, 8000);
    const second = await leaseOne(store, 12);
    expect(second.effect).toEqual({ ...WAITING, after: "x" });
    await finish(store, second, 20);
    expect(await store.nextDue()).toBe(8000);
    const anew = await leaseOne(store, 8000);
    expect(anew.effect).toEqual(WAITING);
    await finish(store, anew, 8001);
    expect(await store.nextDue()).toBeNull();
  });

  test("gives up every lease at once when the process that held them is dead", async () => {
    const { store } = database();
    await ask(store, 1000, REFUND);
    await ask(store, 1000, CARD, 9000);
    await leaseOne(store, 1000);
    await store.releaseLeases();
    expect(await store.nextDue()).toBe(1000);
    const row = await leaseOne(store, 1001);
    expect(row).toMatchObject({ key: "refund:p1:1", tries: 1, firstTriedAt: 1000 });
    await finish(store, row, 1001);
    await store.releaseLeases();
    // What waits for its date, and what is done, were not leased.
    expect(await store.nextDue()).toBe(9000);
  });
});
