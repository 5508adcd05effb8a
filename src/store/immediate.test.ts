// What is run at once: nothing that would see, or join, somebody else's transaction.
import { expect, test } from "@jest/globals";
import Database from "better-sqlite3";
import { sql } from "kysely";
import { sqliteOver } from "./sqlite.ts";
import { manyRows, writing } from "./statement.ts";

const names = manyRows(() => sql.raw<{ name: string }>("select name from things"));
const add = writing((_db, { name }: { name: string }) => sql`insert into things values (${name})`);

test("a transaction that is over writes nothing more, nor into another", async () => {
  const database = new Database(":memory:");
  database.exec("create table things (name text)");
  const { writes, close } = sqliteOver(database);
  const over = await writes.transaction().execute(async (trx) => {
    await add(trx, { name: "in time" });
    return trx;
  });
  const refused = /already committed/;
  await expect(add(over, { name: "late" })).rejects.toThrow(refused);
  await writes.transaction().execute(async (trx) => {
    expect(await names(trx, {})).toEqual([{ name: "in time" }]);
    await expect(add(over, { name: "later" })).rejects.toThrow(refused);
  });
  expect(await names(writes, {})).toEqual([{ name: "in time" }]);
  await close();
  expect(database.open).toBe(false);
});

test("beside a transaction it waits for its end; inside it sees what it wrote; after it, what stands", async () => {
  const database = new Database(":memory:");
  database.exec("create table things (name text)");
  const { writes } = sqliteOver(database);
  let goOn: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const undone = writes.transaction().execute(async (trx) => {
    await add(trx, { name: "inside" });
    expect(await names(trx, {})).toEqual([{ name: "inside" }]);
    await gate;
    throw new Error("undone");
  });
  const failed = expect(undone).rejects.toThrow("undone");
  while (!database.inTransaction) await new Promise((resolve) => setImmediate(resolve));
  const beside = names(writes, {});
  const written = add(writes, { name: "beside" });
  goOn();
  await failed;
  expect(await beside).toEqual([]);
  expect(await written).toBe(1n);
  expect(await names(writes, {})).toEqual([{ name: "beside" }]);
  await writes.destroy();
});
