// How fast the store takes deliveries in groups of several sizes, each group durable before the next: on
// SQLite, and on Postgres when TEST_DATABASE_URL names one.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import pg from "pg";
import type { Delivery, Store } from "../src/ports.ts";
import { BUILT } from "./processes.ts";

const GROUP_SIZES: readonly number[] = [1, 10, 50];
const RUN_MS = 1_000;

export interface StoreFigure {
  engine: "SQLite" | "Postgres";
  groupSize: number;
  perSecond: number;
}

export async function measureStore(databaseUrl: string | undefined): Promise<StoreFigure[]> {
  const built = pathToFileURL(join(BUILT, "store/open-store.js")).href;
  const { openStore } = (await import(built)) as typeof import("../src/store/open-store.ts");
  const folder = mkdtempSync(join(tmpdir(), "whipround-bench-"));
  try {
    const file = join(folder, "whipround.db");
    const figures = await measure("SQLite", await openStore({ databaseUrl: null, file }));
    if (databaseUrl === undefined) return figures;
    const onPostgres = await inSchemaOfOurs(databaseUrl, async (url) =>
      measure("Postgres", await openStore({ databaseUrl: url })),
    );
    return [...figures, ...onPostgres];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The database may be in use: nothing is seen of ours there, and nothing stays. */
async function inSchemaOfOurs<T>(
  databaseUrl: string,
  work: (databaseUrl: string) => Promise<T>,
): Promise<T> {
  const schema = `bench_${process.pid}_${Date.now()}`;
  const url = new URL(databaseUrl);
  url.searchParams.set("options", `-c search_path=${schema}`);
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`create schema ${schema}`);
    return await work(url.href);
  } finally {
    await client.query(`drop schema if exists ${schema} cascade`);
    await client.end();
  }
}

async function measure(engine: StoreFigure["engine"], store: Store): Promise<StoreFigure[]> {
  const figures: StoreFigure[] = [];
  const run = Date.now();
  let id = 0;
  for (const groupSize of GROUP_SIZES) {
    const began = performance.now();
    let accepted = 0;
    while (performance.now() - began < RUN_MS) {
      const group = Array.from({ length: groupSize }, () => {
        id += 1;
        return delivery(`bench-${run}-${id}`);
      });
      await store.accept(group);
      accepted += groupSize;
    }
    const perSecond = (accepted * 1000) / (performance.now() - began);
    figures.push({ engine, groupSize, perSecond });
  }
  await store.close();
  return figures;
}

/** A command as GitHub's webhook is trimmed to it, of some 400 bytes. */
function delivery(deliveryId: string): Delivery {
  return {
    source: "github",
    deliveryId,
    part: 0,
    receivedAt: Date.now(),
    message: {
      kind: "command",
      repository: {
        id: 1,
        installationId: 2,
        ownerId: 3,
        owner: "acme",
        name: "widgets",
        private: false,
        defaultBranch: "main",
        installed: true,
      },
      thread: {
        repositoryId: 1,
        issueId: 4,
        number: 5,
        title: "Dark mode",
        open: true,
        isPull: false,
      },
      by: { id: 6, login: "maintainer" },
      commentId: 7,
      request: { command: "attachBounty", amount: "$20", label: null },
    },
  };
}
