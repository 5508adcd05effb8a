// How the store is tested: the same suite on each database, every test on empty tables of its own, with a
// second connection that knows nothing of the store. Postgres runs when TEST_DATABASE_URL is set.
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe } from "@jest/globals";
import Database from "better-sqlite3";
import pg from "pg";
import type { Decision } from "../core/decision.ts";
import type { Store, Subject } from "../ports.ts";
import { openStore, type StoreOptions } from "./open-store.ts";

export interface TestDatabase {
  dialect: "sqlite" | "postgres";
  /** Where it is: opens the same database again. */
  options: StoreOptions;
  /** The store of this test. */
  store: Store;
  /** Another process's store on the same database. */
  another(): Promise<Store>;
  /** Plain SQL from somebody who goes around the store; numbers come back as the driver likes. */
  sql(text: string): Promise<Record<string, unknown>[]>;
}

interface Place {
  options: StoreOptions;
  sql(text: string): Promise<Record<string, unknown>[]>;
  remove(): Promise<void>;
}

const postgresUrl = process.env["TEST_DATABASE_URL"];

type Suite = (database: () => TestDatabase) => void;

/** `database()` is this test's own; it is gone when the test ends. */
export function onEachEngine(name: string, suite: Suite): void {
  onSqlite(name, suite);
  onPostgres(name, suite);
}

export function onSqlite(name: string, suite: Suite): void {
  describe(`${name}, on SQLite`, () => suite(perTest("sqlite", sqlitePlace)));
}

export function onPostgres(name: string, suite: Suite): void {
  const describeIf = postgresUrl === undefined ? describe.skip : describe;
  const place = async () => await postgresPlace(postgresUrl ?? "");
  describeIf(`${name}, on Postgres`, () => suite(perTest("postgres", place)));
}

function perTest(
  dialect: TestDatabase["dialect"],
  makePlace: () => Promise<Place>,
): () => TestDatabase {
  let current: TestDatabase | undefined;
  let finish = async (): Promise<void> => {};

  beforeEach(async () => {
    const place = await makePlace();
    const open: Store[] = [];
    const another = async (): Promise<Store> => {
      const store = await openStore(place.options);
      open.push(store);
      return store;
    };
    current = {
      dialect,
      options: place.options,
      store: await another(),
      another,
      sql: place.sql,
    };
    finish = async () => {
      for (const store of open) await store.close();
      await place.remove();
    };
  });

  afterEach(async () => await finish());

  return () => {
    if (current === undefined) throw new Error("there is a database only while a test runs");
    return current;
  };
}

async function sqlitePlace(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), "whipround-"));
  const file = join(folder, "data", "test.db");
  return {
    options: { databaseUrl: null, file },
    async sql(text) {
      const database = new Database(file);
      try {
        const statement = database.prepare(text);
        return statement.reader ? (statement.all() as Record<string, unknown>[]) : run(statement);
      } finally {
        database.close();
      }
    },
    remove: async () => rmSync(folder, { recursive: true }),
  };
}

function run(statement: Database.Statement): [] {
  statement.run();
  return [];
}

async function postgresPlace(url: string): Promise<Place> {
  const database = await databaseOfWorker(url);
  const schema = `test_${randomUUID().replaceAll("-", "")}`;
  const databaseUrl = new URL(database);
  databaseUrl.searchParams.set("options", `-c search_path=${schema}`);
  await query(database, `create schema ${schema}`);
  return {
    options: { databaseUrl: databaseUrl.href },
    sql: async (text) => await query(databaseUrl.href, text),
    remove: async () => {
      await query(database, `drop schema ${schema} cascade`);
    },
  };
}

/**
 * A database for each of Jest's workers: a migration looks at every schema of its database, and fails
 * when another test drops one at that moment.
 */
async function databaseOfWorker(url: string): Promise<string> {
  const own = new URL(url);
  own.pathname = `/whipround_test_${process.env["JEST_WORKER_ID"] ?? "1"}`;
  try {
    await query(url, `create database ${own.pathname.slice(1)}`);
  } catch (error) {
    const exists = ["42P04", "23505"].includes(String((error as { code?: unknown }).code));
    if (!exists) throw error;
  }
  return own.href;
}

async function query(connectionString: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query(text)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}

/** Writes parts of a decision in a transaction of their own. */
export async function write(store: Store, parts: Partial<Decision>, at = 0): Promise<void> {
  const decision: Decision = { changes: [], postings: [], effects: [], ...parts };
  await store.transact(async (trx) => await trx.apply(decision, at));
}

/** What the work failed with, or an empty text. */
export async function failing(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

export async function situationOf(store: Store, subject: Subject) {
  return await store.transact(async (trx) => await trx.load(subject));
}

/** A small generator (mulberry32): the same seed, the same choices. */
export function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
