// What histories share, made once for a process: clients, the town they begin in, an empty database.
import Database from "better-sqlite3";
import type { Log } from "../../src/ports.ts";
import { migrate } from "../../src/store/migrate.ts";
import { sqliteOver } from "../../src/store/sqlite.ts";
import { type Clients, createClients } from "./clients.ts";
import { createTownTemplate, type TownTemplate } from "./town.ts";

export interface Workshop {
  clients: Clients;
  town: TownTemplate;
  /** An empty database of this version. */
  database: Buffer;
  log: Log;
  /** What the app logged as an error: a bug of its own, or something given up. */
  errors: string[];
}

export async function createWorkshop(): Promise<Workshop> {
  const errors: string[] = [];
  const log = createLog(errors);
  const database = new Database(":memory:");
  await migrate(sqliteOver(database).writes);
  return {
    clients: createClients(log),
    town: createTownTemplate(),
    database: database.serialize(),
    log,
    errors,
  };
}

function createLog(errors: string[]): Log {
  return {
    debug: nothing,
    info: nothing,
    warn: nothing,
    error: (fields, message) => {
      const { err } = fields as { err?: unknown };
      errors.push(err === undefined ? message : `${message}: ${String(err)}`);
    },
  };
}

function nothing(): void {}
