// The app as a process of its own on real time, to be killed: the town listens here and can strike at
// the very moment of a call. Only for what a virtual clock cannot show.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { buildSync } from "esbuild";
import { freePlaces, type Listening, listenAt } from "../../sandbox/listen.ts";
import type { Sandbox } from "../../sandbox/ports.ts";
import { runApp } from "../../sandbox/run-app.ts";
import { createTown, newKeys, type Places, type Town } from "../../sandbox/town.ts";
import { createVisitor } from "../../sandbox/visitor.ts";
import type { Store } from "../../src/ports.ts";
import type { Audited } from "./books.ts";
import { createDatabase, type StoryDatabase } from "./database.ts";
import { AT_ONCE_CARD, pledgeAndPay, REPOSITORY, type Visited } from "./world.ts";

const ROOT = join(import.meta.dirname, "../..");
/** Have native parts, or look for files of their own. */
const LEFT_ALONE = ["better-sqlite3", "pg-native", "pino", "pino-pretty"];
const REQUIRE = `import { createRequire as requireOf } from "node:module";
const require = requireOf(import.meta.url);`;
const KEYS = newKeys(1024);
const PROBOT = join(ROOT, "node_modules/probot/bin/probot.js");
const WAIT_MS_MAX = 50_000;
const LOOK_MS = 10;
/** A look into the database takes some of the time that is waited for: later ones come further apart. */
const LOOK_MS_MAX = 100;

/** The app in one file: it starts in a third of the time that it takes with a file for each module. */
export interface Built {
  main: string;
  /** How Node is called with a command of the command line. */
  called(command: string): string[];
  remove(): void;
}

/** The command line; or what Probot loads, under Probot's own command line. */
export function buildApp(entry: "main" | "index" = "main"): Built {
  const folder = mkdtempSync(join(tmpdir(), "whipround-built-"));
  const main = join(folder, "lib/main.js");
  buildSync({
    entryPoints: [join(ROOT, `src/${entry}.ts`)],
    outfile: main,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    external: LEFT_ALONE,
    banner: { js: REQUIRE },
    logLevel: "error",
  });
  copyFileSync(join(ROOT, "package.json"), join(folder, "package.json"));
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"), "junction");
  return {
    main,
    called: (command) => (entry === "main" ? [main, command] : [PROBOT, "run", main]),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export interface Mortal extends Audited, Visited {
  town: Town;
  places: Places;
  /** What happened before the story begins: told to an app in this process, which knows no write throttle. */
  before(past: () => Promise<void>): Promise<void>;
  /** Starts the app; resolves when it listens. */
  start(): Promise<void>;
  /** What it has said since it was started last. */
  said(): string;
  /** Runs a command of the command line to its end: its exit code and what it said. */
  run(command: string): Promise<{ code: number | null; said: string }>;
  /** Writes into the database as another process does. */
  writing(work: (store: Store) => Promise<void>): Promise<void>;
  /** Runs a statement on the database as an operator does by hand. */
  execute(statement: string): Promise<void>;
  /** Kills the app with SIGKILL at the next such call, before the call is performed or after. */
  killAt(call: string, when: "before" | "after"): Promise<void>;
  /** Sends the signals, SIGTERM when none is named; the exit code. */
  terminate(...signals: NodeJS.Signals[]): Promise<number | null>;
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
  built: Built;
  database: StoryDatabase;
  child: ChildProcess | null;
  said(): string;
  environment: Readonly<Record<string, string>>;
  strike: Strike | null;
}

/** `environment`: what differs from the town's. */
export async function createMortal(
  built: Built,
  environment: Readonly<Record<string, string>> = {},
): Promise<Mortal> {
  const database = await createDatabase();
  const places = await freePlaces();
  const state: State = {
    built,
    database,
    environment,
    child: null,
    said: () => "",
    strike: null,
  };
  const town = createTown(
    { now: () => Date.now(), random: () => Math.random(), deliver: (request) => fetch(request) },
    { places, keys: KEYS, stripe: { clearingDelayMs: 20 } },
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
    before: (past) =>
      alone(async () => {
        const served = await runApp(
          { ...town.environment, ...database.environment },
          { databaseFile: database.file },
        );
        await past();
        await served.stop();
      }),
    start: () => start(town, state),
    said: () => state.said(),
    execute: (statement) => database.execute(statement),
    run: (command) => run(command, town, state),
    writing: async (work) => work(await database.store()),
    killAt: (call, when) =>
      new Promise((dead) => {
        state.strike = { call, when, dead };
      }),
    terminate: (...signals) => terminate(state, signals),
    cards: (number) => ours(number, "whipround:card"),
    replies: (number) => ours(number, "whipround:reply"),
    reading: async (look) => look((await database.store()).read),
    atRest: async () => {
      const due = await (await database.store()).nextDue();
      return (due ?? Infinity) > Date.now() + 60_000;
    },
    async close() {
      clearInterval(timer);
      if (state.child !== null) await kill(state);
      await Promise.all(servers.map((one: Listening) => one.close()));
      await database.remove();
    },
  };
}

let last: Promise<unknown> = Promise.resolve();

/** One after the other: Octokit shares the token that it waits for among all apps of this process. */
function alone<T>(work: () => Promise<T>): Promise<T> {
  const mine = last.then(work);
  last = mine.catch(() => {});
  return mine;
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

function launch(
  town: Town,
  { built, database, environment }: State,
  command = "start",
): { child: ChildProcess; said(): string } {
  const child = spawn(process.execPath, built.called(command), {
    cwd: database.folder,
    env: {
      PATH: process.env["PATH"],
      ...town.environment,
      ...database.environment,
      LOG_LEVEL: "info",
      ...environment,
    },
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

async function start(town: Town, state: State): Promise<void> {
  const { child, said } = launch(town, state);
  state.child = child;
  state.said = said;
  await until(() => {
    if (child.exitCode !== null) throw new Error(`the app did not start: ${said()}`);
    return /(Whipround listens|Listening) on http/.test(said());
  });
}

async function run(
  command: string,
  town: Town,
  state: State,
): Promise<{ code: number | null; said: string }> {
  const { child, said } = launch(town, state, command);
  const [code] = (await once(child, "exit")) as [number | null];
  return { code, said: said() };
}

async function terminate(state: State, signals: NodeJS.Signals[]): Promise<number | null> {
  const { child } = state;
  state.child = null;
  if (child === null) throw new Error("nothing runs");
  const gone = once(child, "exit") as Promise<[number | null]>;
  for (const signal of signals.length === 0 ? (["SIGTERM"] as const) : signals) child.kill(signal);
  return (await gone)[0];
}

/** Looks until it is so: the app lives on real time of its own. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + WAIT_MS_MAX;
  for (let pauseMs = LOOK_MS; !(await isSo()); pauseMs = Math.min(2 * pauseMs, LOOK_MS_MAX)) {
    if (Date.now() > end) throw new Error(`it did not come to pass: ${isSo}`);
    await delay(pauseMs);
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
