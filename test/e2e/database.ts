// The database of one story: a SQLite file, or with STORIES_ON=postgres a Postgres database of its own on
// the server of TEST_DATABASE_URL; either is copied from a template that is migrated once.
import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import Sqlite from "better-sqlite3";
import pg from "pg";
import type { Store } from "../../src/ports.ts";
import { openStore } from "../../src/store/open-store.ts";

export interface StoryDatabase {
  /** A folder of the story's own. */
  folder: string;
  /** What the app's environment says of the database. */
  environment: Record<string, string>;
  /** SQLite's file, in its usual place below the folder. */
  file: string;
  /** The database as another process has it open; opened by the first who asks, closed with the story. */
  store(): Promise<Store>;
  /** Runs a statement as an operator does by hand. */
  execute(statement: string): Promise<void>;
  remove(): Promise<void>;
}

const MIGRATIONS = join(import.meta.dirname, "../../src/store/migrations");
/** No other locks of this kind are taken on the server. */
const TEMPLATE_LOCK = 7_461_223;

export async function createDatabase(): Promise<StoryDatabase> {
  const folder = mkdtempSync(join(tmpdir(), "whipround-story-"));
  const file = join(folder, "data/whipround.db");
  const postgres = serverUrl();
  const databaseUrl = postgres === null ? null : await copyOfTemplate(postgres);
  if (postgres === null) {
    mkdirSync(dirname(file));
    writeFileSync(file, await migratedFile());
  }
  let opened: Promise<Store> | null = null;
  return {
    folder,
    environment: databaseUrl === null ? {} : { DATABASE_URL: databaseUrl },
    file,
    store: () => {
      opened ??= openStore({ databaseUrl, file });
      return opened;
    },
    async execute(statement) {
      if (databaseUrl !== null) return query(databaseUrl, statement);
      const database = new Sqlite(file);
      database.exec(statement);
      database.close();
    },
    async remove() {
      await (await opened)?.close();
      if (postgres !== null && databaseUrl !== null) {
        await query(postgres, `drop database ${nameIn(databaseUrl)} with (force)`);
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

let migrated: Promise<Buffer> | null = null;

/** What an empty SQLite file holds that has been through all migrations. */
function migratedFile(): Promise<Buffer> {
  migrated ??= (async () => {
    const folder = mkdtempSync(join(tmpdir(), "whipround-template-"));
    const file = join(folder, "whipround.db");
    await (await openStore({ databaseUrl: null, file })).close();
    const bytes = readFileSync(file);
    rmSync(folder, { recursive: true });
    return bytes;
  })();
  return migrated;
}

/** Where stories run on Postgres; null when they run on SQLite. */
function serverUrl(): string | null {
  const { STORIES_ON: engine = "sqlite", TEST_DATABASE_URL: url } = process.env;
  if (engine === "sqlite") return null;
  if (engine !== "postgres") throw new Error(`STORIES_ON: sqlite or postgres, not ${engine}`);
  if (url === undefined) throw new Error("STORIES_ON=postgres needs TEST_DATABASE_URL");
  return url;
}

async function copyOfTemplate(server: string): Promise<string> {
  const template = await migratedTemplate(server);
  const own = `whipround_story_${randomUUID().replaceAll("-", "")}`;
  await query(server, `create database ${own} template ${template}`);
  const url = new URL(named(server, own));
  // A commit survives the app, as on SQLite: what disks promise is not what is told here.
  url.searchParams.set("options", "-c synchronous_commit=off");
  return url.href;
}

let template: Promise<string> | null = null;

/**
 * The template's name says which migrations it has been through, so that none is ever out of date. It gets
 * its name when it is complete: who finds it may copy it.
 */
function migratedTemplate(server: string): Promise<string> {
  template ??= (async () => {
    const name = `whipround_template_${digestOf(MIGRATIONS)}`;
    const unfinished = `${name}_unfinished`;
    await alone(server, async (ask) => {
      if ((await ask(`select 1 from pg_database where datname = '${name}'`)).length > 0) return;
      await ask(`drop database if exists ${unfinished} with (force)`);
      await ask(`create database ${unfinished}`);
      await (await openStore({ databaseUrl: named(server, unfinished) })).close();
      await ask(`alter database ${unfinished} rename to ${name}`);
    });
    return name;
  })();
  return template;
}

function digestOf(folder: string): string {
  const digest = createHash("sha256");
  for (const file of readdirSync(folder).sort()) digest.update(readFileSync(join(folder, file)));
  return digest.digest("hex").slice(0, 12);
}

type Ask = (text: string) => Promise<unknown[]>;

/** One after the other among all processes that tell stories on this server. */
async function alone(server: string, work: (ask: Ask) => Promise<void>): Promise<void> {
  await connected(server, async (ask) => {
    await ask(`select pg_advisory_lock(${TEMPLATE_LOCK})`);
    await work(ask);
  });
}

async function query(server: string, text: string): Promise<void> {
  await connected(server, async (ask) => {
    await ask(text);
  });
}

async function connected(server: string, work: (ask: Ask) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await work(async (text) => (await client.query(text)).rows);
  } finally {
    await client.end();
  }
}

function named(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

function nameIn(databaseUrl: string): string {
  return new URL(databaseUrl).pathname.slice(1);
}
