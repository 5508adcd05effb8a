// A fetch handler on a port of this machine, and ports that are free.
import { createServer, type Server } from "node:http";
import process from "node:process";
import { threadId } from "node:worker_threads";
import { getRequestListener } from "@hono/node-server";
import type { Places } from "./town.ts";

export interface Listening {
  close(): Promise<void>;
}

export interface Connection {
  /** Breaks the connection: the other side never learns the answer. */
  cut(): void;
}

export async function listenAt(
  place: string,
  answer: (request: Request, connection: Connection) => Promise<Response>,
): Promise<Listening> {
  const { hostname, port } = new URL(place);
  const server = createServer(
    getRequestListener((request, { incoming }) =>
      answer(request, { cut: () => incoming.socket?.destroy() }),
    ),
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port: Number(port), host: hostname }, resolve);
  });
  return { close: () => closed(server) };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/**
 * Three places that are free, and stay so until somebody listens there. A port that the system chooses is one of
 * those it gives to outgoing connections as well, and a moment later it may be one's: these are below all such.
 */
export async function freePlaces(): Promise<Places> {
  return { app: await freePlace(), github: await freePlace(), stripe: await freePlace() };
}

const PORT_MIN = 16_384;
const SHARES = 64;
const SHARE_PORTS = 256;
/** Each thread has a share of its own, and begins it again only when it has been through. */
const share = PORT_MIN + ((process.pid + threadId) % SHARES) * SHARE_PORTS;
let given = 0;

async function freePlace(): Promise<string> {
  for (let tries = 0; tries < SHARE_PORTS; tries += 1) {
    const place = `http://127.0.0.1:${share + (given++ % SHARE_PORTS)}`;
    if (await isFree(place)) return place;
  }
  throw new Error(`no port is free from ${share} on`);
}

async function isFree(place: string): Promise<boolean> {
  try {
    const listening = await listenAt(place, async () => new Response());
    await listening.close();
    return true;
  } catch {
    return false;
  }
}
