// Webhooks accepted per second: the app as deployed, a stock Probot and the app with its queues paused, by
// turns, each a fresh process; afterwards the process is killed and its rows are counted.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import Database from "better-sqlite3";
import type { LoadOrder, LoadReport } from "./load.ts";
import { type Kind, start } from "./processes.ts";
import { median } from "./table.ts";
import type { SignedWebhook } from "./webhook.ts";
import type { World } from "./world.ts";

const CONNECTIONS = 50;
const WARM_UP_REQUESTS = 3_000;
const REQUESTS = 15_000;
const KINDS: readonly Kind[] = ["app", "stock", "paused"];

interface Round extends LoadReport {
  kind: Kind;
  perSecond: number;
  /** Rows in the file after the process was killed, the warm-up's included; null for stock. */
  stored: number | null;
  /** 2xx answers, the warm-up's and the very first included. */
  answered: number;
  /** Rows that were decided, too, when the process was killed. */
  decided: number | null;
  cpuMicrosPerRequest: number;
}

interface Compared {
  /** Medians over the rounds. */
  perSecond: number;
  p99Ms: number;
  /** Medians of what each round makes of it, divided by the same round's stock. */
  rate: number;
  slower: number;
}

export interface Throughput {
  rounds: Round[];
  of: Record<Kind, Compared>;
}

export async function measureThroughput(options: {
  world: World;
  webhook: SignedWebhook;
  rounds: number;
  say(line: string): void;
}): Promise<Throughput> {
  const rounds: Round[] = [];
  for (let number = 1; number <= options.rounds; number += 1) {
    for (const kind of KINDS) {
      const round = await measureOne(kind, options);
      rounds.push(round);
      options.say(`  round ${number} ${lineOf(round)}`);
    }
  }
  return {
    rounds,
    of: {
      app: compare(rounds, "app"),
      stock: compare(rounds, "stock"),
      paused: compare(rounds, "paused"),
    },
  };
}

async function measureOne(
  kind: Kind,
  { world, webhook }: { world: World; webhook: SignedWebhook },
): Promise<Round> {
  const running = await start(kind, { world, webhook });
  try {
    const order = { webhook, connections: CONNECTIONS };
    const warm = await load({ ...order, requests: WARM_UP_REQUESTS, prefix: "warm" });
    const cpuBefore = running.cpuSeconds();
    const report = await load({ ...order, requests: REQUESTS, prefix: "load" });
    const cpuSeconds = running.cpuSeconds() - cpuBefore;
    await running.kill();
    const rows = kind === "stock" ? null : countRows(running.databaseFile);
    return {
      ...report,
      kind,
      perSecond: report.accepted / report.seconds,
      stored: rows?.stored ?? null,
      decided: rows?.decided ?? null,
      answered: warm.accepted + report.accepted + 1,
      cpuMicrosPerRequest: (cpuSeconds * 1e6) / report.accepted,
    };
  } finally {
    await running.kill();
    running.forget();
  }
}

/** The rows of what was sent here; the app has others sent again that found nobody there. */
function countRows(file: string): { stored: number; decided: number } {
  const database = new Database(file);
  const count = (where: string): number =>
    database.prepare(`select count(*) from inbox where ${where}`).pluck().get() as number;
  const sent = "delivery_id = 'knock' or delivery_id like 'warm-%' or delivery_id like 'load-%'";
  const counted = { stored: count(sent), decided: count(`(${sent}) and state = 'done'`) };
  database.close();
  return counted;
}

function load(order: LoadOrder): Promise<LoadReport> {
  const tsx = pathToFileURL(join(import.meta.dirname, "../node_modules/tsx/dist/loader.mjs")).href;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--import", tsx, join(import.meta.dirname, "load.ts")], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(JSON.parse(text) as LoadReport);
      else reject(new Error(`the load generator ended with ${code}`));
    });
    child.stdin.end(JSON.stringify(order));
  });
}

function compare(rounds: readonly Round[], kind: Kind): Compared {
  const mine = rounds.filter((round) => round.kind === kind);
  const stock = rounds.filter((round) => round.kind === "stock");
  const ratios = (of: (round: Round) => number): number[] =>
    mine.map((round, index) => of(round) / of(stock[index] ?? round));
  return {
    perSecond: median(mine.map(({ perSecond }) => perSecond)),
    p99Ms: median(mine.map(({ p99Ms }) => p99Ms)),
    rate: median(ratios(({ perSecond }) => perSecond)),
    slower: median(ratios(({ p99Ms }) => p99Ms)),
  };
}

function lineOf(round: Round): string {
  const { kind, perSecond, p50Ms, p99Ms, maxMs, refused, unanswered, generatorBusy } = round;
  const rows =
    round.stored === null
      ? ""
      : `, ${round.stored} rows for ${round.answered} answers, ${round.decided} decided`;
  return (
    `${kind.padEnd(6)} ${Math.round(perSecond)}/s, p50 ${p50Ms} p99 ${p99Ms} max ${maxMs} ms, ` +
    `${Math.round(round.cpuMicrosPerRequest)} µs of processor each, ` +
    `${refused} refused, ${unanswered} unanswered${rows}; generator ${Math.round(generatorBusy * 100)} % busy`
  );
}
