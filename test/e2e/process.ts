// The app as a process of its own on real time, to be killed: the town listens here and can strike at
// the very moment of a call. Only for what a virtual clock cannot show.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { freePlaces, type Listening, listenAt } from "../../sandbox/listen.ts";
import type { Sandbox } from "../../sandbox/ports.ts";
import { runApp } from "../../sandbox/run-app.ts";
import { createTown, type Places, type Town } from "../../sandbox/town.ts";
import { createVisitor } from "../../sandbox/visitor.ts";
import type { Store } from "../../src/ports.ts";
import { openStore } from "../../src/store/open-store.ts";
import type { Audited } from "./books.ts";
import { AT_ONCE_CARD, pledgeAndPay, REPOSITORY, type Visited } from "./world.ts";

const ROOT = join(import.meta.dirname, "../..");
const LOADER = pathToFileURL(join(ROOT, "node_modules/tsx/dist/loader.mjs")).href;
const MAIN = join(ROOT, "src/main.ts");
const WAIT_MS_MAX = 30_000;
const LOOK_MS = 10;

export interface Mortal extends Audited, Visited {
  town: Town;
  places: Places;
  /** What happened before the story begins: told to an app in this process, which knows no write throttle. */
  before(past: () => Promise<void>): Promise<void>;
  /** Starts the app; resolves when it listens. */
  start(): Promise<void>;
  /** Starts it to see it fail: its exit code and what it said. */
  startInVain(): Promise<{ code: number | null; said: string }>;
  /** Kills the app with SIGKILL at the next such call, before the call is performed or after. */
  killAt(call: string, when: "before" | "after"): Promise<void>;
  /** Sends SIGTERM; the exit code. */
  terminate(): Promise<number | null>;
  replies(number: number): string[];
  /** Whether nothing falls due within the next minute. */
  atRest(): Promise<boolean>;
  close(): Promise<void>;
}

interface Strike {
  call: string;
  when: "before" | "after";
  dead(): void;
}

interface State {
  child: ChildProcess | null;
  strike: Strike | null;
}

export async function createMortal(): Promise<Mortal> {
  const folder = mkdtempSync(join(tmpdir(), "whipround-mortal-"));
  const places = await freePlaces();
  const state: State = { child: null, strike: null };
  const town = createTown(
    { now: () => Date.now(), random: () => Math.random(), deliver: (request) => fetch(request) },
    { places, stripe: { clearingDelayMs: 20 } },
    null,
  );
  const servers = [
    await listenAt(places.github, struck(town.github, state)),
    await listenAt(places.stripe, struck(town.stripe, state)),
  ];
  const timer = turning(town);
  const ours = (number: number, mark: string): string[] =>
    town.github
      .comments(REPOSITORY, number)
      .map(({ body }) => body ?? "")
      .filter((body) => body.includes(mark));
  return {
    town,
    places,
    visitor: () => createVisitor((request) => fetch(request)),
    async before(past) {
      const served = await runApp(town.environment, { databaseFile: fileIn(folder) });
      await past();
      await served.stop();
    },
    start: () => start(folder, town, state),
    startInVain: () => startInVain(folder, town),
    killAt: (call, when) =>
      new Promise((dead) => {
        state.strike = { call, when, dead };
      }),
    terminate: () => terminate(state),
    cards: (number) => ours(number, "whipround:card"),
    replies: (number) => ours(number, "whipround:reply"),
    reading: (look) => withStore(folder, ({ read }) => look(read)),
    atRest: () =>
      withStore(
        folder,
        async (store) => ((await store.nextDue()) ?? Infinity) > Date.now() + 60_000,
      ),
    async close() {
      clearInterval(timer);
      if (state.child !== null) await kill(state);
      await Promise.all(servers.map((one: Listening) => one.close()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function withStore<T>(folder: string, look: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore({ databaseUrl: null, file: fileIn(folder) });
  try {
    return await look(store);
  } finally {
    await store.close();
  }
}

function fileIn(folder: string): string {
  return join(folder, "data/whipround.db");
}

/** Lets the town do what falls due, as sandbox/host.ts does. */
function turning(town: Town): NodeJS.Timeout {
  let running = false;
  return setInterval(() => {
    const due = town.nextDue();
    if (running || due === null || due > Date.now()) return;
    running = true;
    const done = (): void => {
      running = false;
    };
    town.runDue().then(done, done);
  }, LOOK_MS);
}

function struck(sandbox: Sandbox, state: State) {
  return async (request: Request): Promise<Response> => {
    const { strike } = state;
    const call = `${request.method} ${new URL(request.url).pathname}`;
    if (strike === null || !call.startsWith(strike.call)) return sandbox.fetch(request);
    state.strike = null;
    if (strike.when === "after") await sandbox.fetch(request);
    await kill(state);
    strike.dead();
    return new Response(null, { status: 503 });
  };
}

async function kill(state: State): Promise<void> {
  const { child } = state;
  state.child = null;
  if (child === null || child.exitCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

function launch(folder: string, town: Town): { child: ChildProcess; said(): string } {
  const child = spawn(process.execPath, ["--import", LOADER, MAIN, "start"], {
    cwd: folder,
    env: { PATH: process.env["PATH"], ...town.environment, LOG_LEVEL: "info" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  return { child, said: () => text };
}

async function start(folder: string, town: Town, state: State): Promise<void> {
  const { child, said } = launch(folder, town);
  state.child = child;
  await until(() => {
    if (child.exitCode !== null) throw new Error(`the app did not start: ${said()}`);
    return said().includes("Whipround listens on");
  });
}

async function startInVain(
  folder: string,
  town: Town,
): Promise<{ code: number | null; said: string }> {
  const { child, said } = launch(folder, town);
  const [code] = (await once(child, "exit")) as [number | null];
  return { code, said: said() };
}

async function terminate(state: State): Promise<number | null> {
  const { child } = state;
  state.child = null;
  if (child === null) throw new Error("nothing runs");
  const gone = once(child, "exit") as Promise<[number | null]>;
  child.kill("SIGTERM");
  return (await gone)[0];
}

/** Looks until it is so: the app lives on real time of its own. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + WAIT_MS_MAX;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`it did not come to pass: ${isSo}`);
    await delay(LOOK_MS);
  }
}

/** Nothing waits to be decided or performed now. */
export async function rest(app: Mortal): Promise<void> {
  await until(() => app.town.nextDue() === null || (app.town.nextDue() ?? 0) > Date.now());
  await until(() => app.atRest());
}

/** Issues with a bounty, each paid in with that amount, booked by Stripe. */
export async function paidBounties(app: Mortal, ...amounts: string[]): Promise<number[]> {
  const maintainer = app.town.github.act("maintainer");
  const issues: number[] = [];
  for (const amount of amounts) {
    const { number } = await maintainer.openIssue({ labels: ["bounty"] });
    await until(() => app.cards(number).length === 1);
    await pledgeAndPay(app, number, amount, AT_ONCE_CARD);
    issues.push(number);
  }
  await until(async () => (await moved(app, "pledge", "stripe-fees")) === amounts.length);
  return issues;
}

/** How many postings there are from one kind of account to another. */
export async function moved(app: Mortal, from: string, to: string): Promise<number> {
  const postings = await app.reading((read) => read.postings());
  return postings.filter((one) => one.source.startsWith(from) && one.destination.startsWith(to))
    .length;
}
