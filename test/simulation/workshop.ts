// What histories share, made once for a process: clients, the town they begin in, an empty database.
import type { Log } from "../../src/ports.ts";
import { type Clients, createClients } from "./clients.ts";
import { type Board, createBoard } from "./database.ts";
import { createTownTemplate, type TownTemplate } from "./town.ts";

export interface Workshop {
  clients: Clients;
  town: TownTemplate;
  board: Board;
  log: Log;
  /** What the app logged as an error: a bug of its own, or something given up. */
  errors: string[];
}

export async function createWorkshop(): Promise<Workshop> {
  const errors: string[] = [];
  const log = createLog(errors);
  return {
    clients: createClients(log),
    town: createTownTemplate(),
    board: await createBoard(),
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
