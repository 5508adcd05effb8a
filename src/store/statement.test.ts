// Statements that are compiled once: other values, names and lengths of lists must not meet in one.
import { afterEach, expect, test } from "@jest/globals";
import Database from "better-sqlite3";
import type { Engine } from "./engine.ts";
import { migrate } from "./migrate.ts";
import { sqliteOver } from "./sqlite.ts";
import { atMost, manyRows, oneRow, upsert, writing } from "./statement.ts";

let engine: Engine;
afterEach(async () => await engine.close());

async function open(): Promise<Engine["writes"]> {
  engine = sqliteOver(new Database(":memory:"));
  await migrate(engine.writes);
  return engine.writes;
}

const put = upsert("replies", ["key"]);
const find = oneRow((db, key: { key: string } | { node_id: string }) =>
  db
    .selectFrom("replies")
    .select("comment_id")
    .where((eb) => eb.and(key)),
);

test("values are bound anew at every run, whatever was given first", async () => {
  const db = await open();
  await put(db, { key: "a", comment_id: 1n, node_id: "n1" });
  await put(db, { key: "b", comment_id: 2n, node_id: "n2" });
  await put(db, { key: "a", comment_id: 3n, node_id: "n3" });
  expect(await find(db, { key: "a" })).toEqual({ comment_id: 3n });
  expect(await find(db, { key: "b" })).toEqual({ comment_id: 2n });
  expect(await find(db, { key: "c" })).toBeUndefined();
});

test("what is given under another name is another statement", async () => {
  const db = await open();
  await put(db, { key: "a", comment_id: 1n, node_id: "n1" });
  expect(await find(db, { key: "a" })).toEqual({ comment_id: 1n });
  expect(await find(db, { node_id: "a" })).toBeUndefined();
  expect(await find(db, { node_id: "n1" })).toEqual({ comment_id: 1n });
});

test("a list of each length is bound whole", async () => {
  const db = await open();
  for (const n of [1n, 2n, 3n]) await put(db, { key: `k${n}`, comment_id: n, node_id: "n" });
  const listed = manyRows((trx, { keys }: { keys: readonly string[] }) =>
    trx.selectFrom("replies").select("key").where("key", "in", keys).orderBy("key"),
  );
  expect(await listed(db, { keys: ["k3", "k1"] })).toEqual([{ key: "k1" }, { key: "k3" }]);
  expect(await listed(db, { keys: ["k2"] })).toEqual([{ key: "k2" }]);
  expect(await listed(db, { keys: ["k2", "k3"] })).toEqual([{ key: "k2" }, { key: "k3" }]);
});

test("it runs on whatever handle it is given, and counts what it wrote", async () => {
  const db = await open();
  const forget = writing((trx, { node_id }: { node_id: string }) =>
    trx.deleteFrom("replies").where("node_id", "=", node_id),
  );
  for (const key of ["a", "b"]) await put(db, { key, comment_id: 1n, node_id: "n" });
  expect(await forget(db, { node_id: "n" })).toBe(2n);
  const other = sqliteOver(new Database(":memory:"));
  await migrate(other.writes);
  expect(await forget(other.writes, { node_id: "n" })).toBe(0n);
  await other.close();
});

test("a value that is missing is refused, not bound as null", async () => {
  const db = await open();
  await put(db, { key: "a", comment_id: 1n, node_id: "n1" });
  const missing = { key: undefined } as unknown as { key: string };
  await expect(find(db, missing)).rejects.toThrow();
});

test("a limit that would have SQLite compile it at every run is refused", async () => {
  const db = await open();
  const bare = manyRows((trx, { most }: { most: bigint }) =>
    trx.selectFrom("replies").select("key").limit(most),
  );
  await expect(bare(db, { most: 1n })).rejects.toThrow("A LIMIT is bound by itself");
  const page = manyRows((trx, { most }: { most: bigint }) =>
    trx.selectFrom("replies").select("key").orderBy("key").limit(atMost(most)),
  );
  for (const key of ["a", "b", "c"]) await put(db, { key, comment_id: 1n, node_id: "n" });
  expect(await page(db, { most: 2n })).toEqual([{ key: "a" }, { key: "b" }]);
  expect(await page(db, { most: 1n })).toEqual([{ key: "a" }]);
});
