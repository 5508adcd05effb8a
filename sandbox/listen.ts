// A fetch handler on a port of this machine, and ports that are free.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
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

/** Three places on ports that are free now. */
export async function freePlaces(): Promise<Places> {
  const servers = await Promise.all([probe(), probe(), probe()]);
  const [app, github, stripe] = servers.map(placeOf);
  await Promise.all(servers.map(closed));
  return { app: String(app), github: String(github), stripe: String(stripe) };
}

function probe(): Promise<Server> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
}

function placeOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
