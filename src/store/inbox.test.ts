// The inbox: known deliveries change nothing, each is leased by one, in order, until it is done.
import { expect, test } from "@jest/globals";
import { REPOSITORY, THREAD } from "../../test/core-spec.ts";
import { type Delivery, type Message, TransientFailure } from "../ports.ts";
import { onEachEngine } from "./engines-spec.ts";

const COMMENT: Message = {
  kind: "command",
  repository: REPOSITORY,
  thread: THREAD,
  by: { id: 1, login: "mona" },
  commentId: 55,
  request: { command: "splitAward", parts: [{ login: "alice", weight: 70 }] },
};

function delivery(deliveryId: string, parts: Partial<Delivery> = {}): Delivery {
  return { source: "github", deliveryId, part: 0, message: COMMENT, receivedAt: 1000, ...parts };
}

const LEASE = { now: 2000, leaseMs: 500, limit: 100 };

onEachEngine("the inbox", (database) => {
  test("gives back each kind of message as it came", async () => {
    const { store } = database();
    const repository = REPOSITORY;
    const by = { id: 1, login: "mona" };
    const messages: Message[] = [
      COMMENT,
      { ...COMMENT, commentId: null, request: { command: "misread", name: "split" } },
      {
        kind: "label",
        repository,
        thread: THREAD,
        by,
        label: "bounty: $5 \u0000 \\ \" '",
        added: true,
      },
      { kind: "issue", repository, thread: THREAD, closed: true },
      { kind: "pull", repository, pullNumber: 14, merged: true },
      { kind: "push", repository, sha: "abc" },
      { kind: "repository", repository },
      { kind: "installation", installationId: 5, repositoryIds: null, installed: false },
      { kind: "installation", installationId: 5, repositoryIds: [100, 101], installed: true },
      { kind: "checkout", sessionId: "cs_1" },
      { kind: "payment", paymentIntentId: "pi_1" },
      { kind: "refund", refundId: "re_1" },
      { kind: "transfer", transferId: "tr_1" },
      { kind: "account", accountId: "acct_1" },
    ];
    await store.accept(messages.map((message, part) => delivery("d1", { message, part })));
    const rows = await store.leaseDeliveries(LEASE);
    expect(rows.map(({ message }) => message)).toEqual(messages);
    expect(rows[2]).toEqual({
      id: expect.anything(),
      ...delivery("d1", { message: messages[2] as Message, part: 2 }),
      tries: 0,
    });
  });

  test("knows a delivery by source, id and part, even when it is done", async () => {
    const { store } = database();
    await store.accept([delivery("d1"), delivery("d1"), delivery("d1", { part: 1 })]);
    await store.accept([delivery("d1", { source: "stripe" }), delivery("d1", { receivedAt: 9 })]);
    const rows = await store.leaseDeliveries(LEASE);
    expect(rows.map(({ source, part }) => [source, part])).toEqual([
      ["github", 0],
      ["github", 1],
      ["stripe", 0],
    ]);
    for (const { id } of rows) {
      await store.transact(async (trx) => await trx.finishDelivery(id));
    }
    await store.accept([delivery("d1"), delivery("d2")]);
    const again = await store.leaseDeliveries(LEASE);
    expect(again.map(({ deliveryId }) => deliveryId)).toEqual(["d2"]);
  });

  test("keeps of what is done only that it was there", async () => {
    const { store, sql } = database();
    await store.accept([delivery("d1")]);
    const [row] = await store.leaseDeliveries(LEASE);
    await store.transact(async (trx) => await trx.finishDelivery(row?.id ?? 0n));
    expect(await sql("select delivery_id, message, state from inbox")).toEqual([
      { delivery_id: "d1", message: null, state: "done" },
    ]);
    expect(await store.nextDue()).toBeNull();
  });

  test("is leased in the order of arrival, as many as asked for", async () => {
    const { store } = database();
    await store.accept([delivery("c"), delivery("a"), delivery("b")]);
    await store.accept([delivery("0")]);
    const lease = async (limit: number): Promise<string[]> =>
      (await store.leaseDeliveries({ ...LEASE, limit })).map(({ deliveryId }) => deliveryId);
    expect(await lease(1)).toEqual(["c"]);
    expect(await lease(2)).toEqual(["a", "b"]);
    expect(await lease(9)).toEqual(["0"]);
    expect(await lease(9)).toEqual([]);
  });

  test("is free again when a lease has ended, and counts the tries", async () => {
    const { store } = database();
    await store.accept([delivery("d1")]);
    const leaseAt = async (now: number): Promise<number[]> =>
      (await store.leaseDeliveries({ ...LEASE, now })).map(({ tries }) => tries);
    expect(await leaseAt(2000)).toEqual([0]);
    expect(await leaseAt(2499)).toEqual([]);
    expect(await store.nextDue()).toBe(2500);
    expect(await leaseAt(2500)).toEqual([1]);
    expect(await leaseAt(3000)).toEqual([2]);
  });

  test("holds nobody back for one that is tried again later", async () => {
    const { store } = database();
    await store.accept([delivery("d1"), delivery("d2"), delivery("d3")]);
    const rows = await store.leaseDeliveries({ ...LEASE, limit: 2 });
    await store.retryDelivery(rows[0]?.id ?? 0n, { dueAt: 4000, error: "not now" });
    await store.retryDelivery(rows[1]?.id ?? 0n, { dueAt: 2000, error: "not now" });
    const lease = async (now: number): Promise<string[]> =>
      (await store.leaseDeliveries({ ...LEASE, now })).map(({ deliveryId }) => deliveryId);
    expect(await lease(2000)).toEqual(["d2", "d3"]);
    expect(await store.nextDue()).toBe(2500);
    expect(await lease(4000)).toEqual(["d1", "d2", "d3"]);
  });

  test("takes a quarantined one out until the operator looks", async () => {
    const { store } = database();
    await store.accept([delivery("d1"), delivery("d2", { source: "stripe", part: 3 })]);
    const rows = await store.leaseDeliveries(LEASE);
    await store.quarantineDelivery(rows[1]?.id ?? 0n, "Error: a bug");
    expect(await store.leaseDeliveries({ ...LEASE, now: 9000 })).toHaveLength(1);
    expect(await store.read.troubles()).toEqual([
      { kind: "delivery", key: "stripe:d2:3", error: "Error: a bug" },
    ]);
  });

  test("is ended by one run only, and in the order of its parts", async () => {
    const { store } = database();
    await store.accept([delivery("d1"), delivery("d1", { part: 1 })]);
    const [first, second] = await store.leaseDeliveries(LEASE);
    const finish = (id = 0n): Promise<void> =>
      store.transact(async (trx) => await trx.finishDelivery(id));
    await expect(finish(second?.id)).rejects.toThrow(TransientFailure);
    await finish(first?.id);
    await expect(finish(first?.id)).rejects.toThrow(TransientFailure);
    await finish(second?.id);
    expect(await store.nextDue()).toBeNull();
  });

  test("ends the later parts of one that was refused, also where they are leased, and no others", async () => {
    const { store } = database();
    const parts = [0, 1, 2, 3].map((part) => delivery("d1", { part }));
    await store.accept([...parts, delivery("d2", { part: 2 })]);
    await store.accept([delivery("d1", { source: "stripe", part: 2 })]);
    const rows = await store.leaseDeliveries(LEASE);
    const idOf = (part: number): bigint => rows[part]?.id ?? 0n;
    await store.transact(async (trx) => await trx.finishDelivery(idOf(0)));
    const end = () =>
      store.transact(async (trx) => {
        const undone = await trx.endLaterParts({ source: "github", deliveryId: "d1", part: 1 });
        await trx.finishDelivery(idOf(1));
        return undone;
      });
    expect(await store.isUndecided(idOf(2))).toBe(true);
    expect(await end()).toBe(2);
    expect(await store.isUndecided(idOf(2))).toBe(false);
    await expect(store.transact(async (trx) => await trx.finishDelivery(idOf(3)))).rejects.toThrow(
      TransientFailure,
    );
    await store.retryDelivery(idOf(3), { dueAt: 0, error: "late" });
    const left = await store.leaseDeliveries({ ...LEASE, now: 9000 });
    expect(left.map(({ source, deliveryId }) => [source, deliveryId])).toEqual([
      ["github", "d2"],
      ["stripe", "d1"],
    ]);
  });

  test("is not brought back by an answer that came too late", async () => {
    const { store } = database();
    await store.accept([delivery("d1")]);
    const [row] = await store.leaseDeliveries(LEASE);
    const id = row?.id ?? 0n;
    await store.transact(async (trx) => await trx.finishDelivery(id));
    await store.retryDelivery(id, { dueAt: 0, error: "late" });
    await store.quarantineDelivery(id, "late");
    expect(await store.leaseDeliveries({ ...LEASE, now: 9000 })).toEqual([]);
    expect(await store.read.troubles()).toEqual([]);
  });

  test("quarantines what it cannot read, and goes on with the rest", async () => {
    const { store, sql } = database();
    await store.accept([delivery("d1"), delivery("d2"), delivery("d3")]);
    await sql(`update inbox set message = '{"kind":"nonsense"}' where delivery_id = 'd1'`);
    await sql("update inbox set message = '{' where delivery_id = 'd2'");
    const rows = await store.leaseDeliveries(LEASE);
    expect(rows.map(({ deliveryId }) => deliveryId)).toEqual(["d3"]);
    const troubles = await store.read.troubles();
    expect(troubles.map(({ key }) => key)).toEqual(["github:d1:0", "github:d2:0"]);
  });

  test("accepts more at once than a statement has room for", async () => {
    const { store } = database();
    const many = Array.from({ length: 7000 }, (_, index) => delivery(`d${index}`));
    await store.accept(many);
    await store.accept(many);
    await store.accept([]);
    const rows = await store.leaseDeliveries({ ...LEASE, limit: 8000 });
    expect(rows.map(({ deliveryId }) => deliveryId)).toEqual(many.map((one) => one.deliveryId));
  });

  test("gives no delivery to two processes", async () => {
    const { store, another } = database();
    const other = await another();
    await store.accept(Array.from({ length: 200 }, (_, index) => delivery(`d${index}`)));
    const lease = (from: typeof store) => from.leaseDeliveries({ ...LEASE, limit: 15 });
    const groups = await Promise.all(
      Array.from({ length: 20 }, (_, index) => lease(index % 2 === 0 ? store : other)),
    );
    const ids = groups.flat().map(({ deliveryId }) => deliveryId);
    expect(new Set(ids).size).toBe(ids.length);
    let left = 200 - ids.length;
    for (; left > 0; left -= (await lease(store)).length);
    expect(left).toBe(0);
  });

  test("stores what two processes are told at once a single time", async () => {
    const { store, another } = database();
    const other = await another();
    const many = Array.from({ length: 100 }, (_, index) => delivery(`d${index}`));
    await Promise.all([
      store.accept(many),
      other.accept(many.toReversed()),
      store.accept(many.toReversed()),
      other.accept(many),
    ]);
    expect(await store.leaseDeliveries({ ...LEASE, limit: 1000 })).toHaveLength(100);
  });

  test("gives up every lease at once, but not the wait before another try", async () => {
    const { store } = database();
    await store.accept([delivery("d1"), delivery("d2"), delivery("d3")]);
    const [first, second] = await store.leaseDeliveries(LEASE);
    await store.retryDelivery(first?.id ?? 0n, { dueAt: 9000, error: "not now" });
    await store.transact(async (trx) => await trx.finishDelivery(second?.id ?? 0n));
    await store.releaseLeases();
    const again = await store.leaseDeliveries(LEASE);
    expect(again.map(({ deliveryId, tries }) => [deliveryId, tries])).toEqual([["d3", 1]]);
  });
});
