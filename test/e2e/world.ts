// One world for one story: the real app over HTTP, GitHub and Stripe from the sandbox, a virtual clock
// that every part of this process reads, and nothing that waits or sleeps.
import { createHash } from "node:crypto";
import { appendFileSync } from "node:fs";
import { basename } from "node:path";
import { expect } from "@jest/globals";
import { type Clock, install } from "@sinonjs/fake-timers";
import { type Connection, freePlaces, type Listening, listenAt } from "../../sandbox/listen.ts";
import type { Sandbox, TrafficLine } from "../../sandbox/ports.ts";
import { runApp } from "../../sandbox/run-app.ts";
import type { StripeSandboxOptions } from "../../sandbox/stripe/state.ts";
import { createTown, newKeys, type Places, type Town } from "../../sandbox/town.ts";
import { createVisitor, hiddenFields, type Page, type Visitor } from "../../sandbox/visitor.ts";
import { decision } from "../../src/core/decision.ts";
import type { Posting } from "../../src/core/ledger.ts";
import type { Reader } from "../../src/ports.ts";
import type { Served } from "../../src/serve.ts";
import { createDatabase } from "./database.ts";

export const REPOSITORY = "acme/widgets";
export const GOOD_CARD = "4242424242424242";
/** Its money is available at once; other cards' takes two days. */
export const AT_ONCE_CARD = "4000000000000077";
const SECOND = 1_000;
export const DAY = 86_400_000;

/**
 * What a story may do to a call of the app's on its way: lose the answer, never let it arrive, or put
 * another answer in its place.
 */
export type Fault = "answer lost" | "never arrives" | Response | null;

/** A call of the app's, as `GET /v1/balance`, or `POST /api/graphql query pull`. */
interface Call {
  at: number;
  call: string;
  /** Stripe's idempotency key. */
  key: string | null;
}

/** What it takes to open pages of the app and the town. */
export interface Visited {
  town: Town;
  places: Places;
  visitor(): Visitor;
}

export interface World extends Visited {
  app(): Served;
  /** Lets the time pass, performing whatever falls due on the way. */
  pass(ms: number): Promise<void>;
  /** Half a minute: every webhook, settlement and edit that follows from what was just done. */
  settle(): Promise<void>;
  /** Ends the app and starts another on the same database, with these variables changed for good. */
  restart(changes?: Record<string, string>): Promise<void>;
  /** Asked for every call the app makes. */
  faults: Record<"github" | "stripe", (request: Request, call: string) => Fault>;
  /** Every call that the app made, oldest first; those that begin with `call`. */
  calls(call: string): Call[];
  /** Stands between the sandboxes' webhooks and the app. */
  webhooks: { deliver(request: Request, send: Send): Promise<Response> };
  /** The card's text on an issue; every card comment there. */
  cards(issueNumber: number): string[];
  replies(number: number): string[];
  postings(): Promise<string[]>;
  /** Puts postings into the ledger that no decision of the app's made. */
  book(postings: Posting[]): Promise<void>;
  /** What the database holds, read as another process does. */
  reading<T>(look: (read: Reader) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

type Send = (request: Request) => Promise<Response>;

export interface WorldOptions {
  environment?: Record<string, string>;
  /** How the Stripe sandbox differs: currencies that settle, fees, the payout schedule. */
  stripe?: Partial<StripeSandboxOptions>;
  /** False for stories that send wrong requests on purpose. */
  recorded?: boolean;
}

const KEYS = newKeys(1024);
const START = Date.UTC(2026, 11, 1, 9);

export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const clock = useVirtualClock();
  try {
    return await createWorldAt(clock, options);
  } catch (error) {
    clock.uninstall();
    throw error;
  }
}

async function createWorldAt(clock: Clock, options: WorldOptions): Promise<World> {
  const { recorded = true } = options;
  const environment = { ...options.environment };
  const database = await createDatabase();
  const places = await freePlaces();
  const faults: World["faults"] = { github: () => null, stripe: () => null };
  const calls: Call[] = [];
  const webhooks: World["webhooks"] = { deliver: (request, send) => send(request) };
  const log = recorded ? (process.env["SANDBOX_TRAFFIC_LOG"] ?? null) : null;
  const town = createTown(
    {
      now: () => Date.now(),
      random: seeded(seedOfStory()),
      deliver: (request) => webhooks.deliver(request, (one) => fetch(one)),
      ...(log === null
        ? {}
        : { record: (line: TrafficLine) => appendFileSync(log, `${JSON.stringify(line)}\n`) }),
    },
    { places, keys: KEYS, ...(options.stripe === undefined ? {} : { stripe: options.stripe }) },
    null,
  );
  const listening = await listen({ town, places, faults, calls });
  const run = (): Promise<Served> =>
    runApp(
      {
        ...town.environment,
        ...database.environment,
        LOG_LEVEL: process.env["STORY_LOG_LEVEL"] ?? "fatal",
        ...environment,
      },
      { databaseFile: database.file, work: false },
    );
  let served = await run();

  async function pass(ms: number): Promise<void> {
    const end = Date.now() + ms;
    for (;;) {
      await quiet(town, served);
      const due = earliest(town.nextDue(), await served.app.nextDue());
      if (due === null || due > end) break;
      clock.setSystemTime(Math.max(due, Date.now()));
    }
    clock.setSystemTime(end);
    await quiet(town, served);
  }

  return {
    town,
    places,
    app: () => served,
    pass,
    settle: () => pass(30 * SECOND),
    async restart(changes = {}) {
      await served.stop();
      Object.assign(environment, changes);
      served = await run();
      await reach(places.app);
    },
    faults,
    calls: (call) => calls.filter((one) => one.call.startsWith(call)),
    webhooks,
    visitor: () => createVisitor((request) => fetch(request)),
    cards: (number) => ours(town, number, "whipround:card"),
    replies: (number) => ours(town, number, "whipround:reply"),
    postings: async () => postingsIn((await database.store()).read),
    async book(postings) {
      const store = await database.store();
      await store.transact((trx) => trx.apply(decision({ postings }), Date.now()));
    },
    reading: async (look) => look((await database.store()).read),
    async close() {
      try {
        await served.stop();
        await Promise.all(listening.map((one) => one.close()));
        await database.remove();
      } finally {
        clock.uninstall();
      }
    },
  };
}

/** GitHub and Stripe on their ports: each call of the app's is written down, and may meet a fault. */
function listen(options: {
  town: Town;
  places: Places;
  faults: World["faults"];
  calls: Call[];
}): Promise<Listening[]> {
  const { town, places, faults, calls } = options;
  const at = (side: "github" | "stripe"): Promise<Listening> =>
    listenAt(
      places[side],
      faulty(town[side], async (request) => {
        const call = await nameOf(request);
        calls.push({ at: Date.now(), call, key: request.headers.get("idempotency-key") });
        return faults[side](request, call);
      }),
    );
  return Promise.all([at("github"), at("stripe")]);
}

async function nameOf(request: Request): Promise<string> {
  const { method, url } = request;
  const { pathname } = new URL(url);
  const call = `${method} ${pathname}`;
  if (!pathname.endsWith("/graphql")) return call;
  const { query } = (await request.clone().json()) as { query: string };
  return `${call} ${/^\w+ \w+/.exec(query)?.[0] ?? ""}`;
}

/** This process's fetch keeps connections to the app that is gone: they are found closed here, not later. */
async function reach(place: string): Promise<void> {
  const tries = Array.from({ length: 5 }, () => fetch(`${place}/healthz`));
  const failed = (await Promise.allSettled(tries)).some(({ status }) => status === "rejected");
  if (failed) await reach(place);
}

/** Only the date is virtual: sockets and promises go on as ever. */
function useVirtualClock(): Clock {
  return install({ now: START, toFake: ["Date"] });
}

async function quiet(town: Town, { app }: Served): Promise<void> {
  for (;;) {
    const sent = await town.runDue();
    await app.drain();
    const due = town.nextDue();
    if (sent === 0 && (due === null || due > Date.now())) return;
  }
}

function earliest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}

function faulty(sandbox: Sandbox, faultFor: (request: Request) => Promise<Fault>) {
  return async (request: Request, { cut }: Connection): Promise<Response> => {
    const fault = await faultFor(request);
    if (fault === "never arrives") {
      cut();
      return new Response(null, { status: 503 });
    }
    if (fault instanceof Response) return fault;
    const response = await sandbox.fetch(request);
    if (fault === "answer lost") cut();
    return response;
  };
}

function ours({ github }: Town, number: number, mark: string): string[] {
  return github
    .comments(REPOSITORY, number)
    .map(({ body }) => body ?? "")
    .filter((body) => body.includes(mark));
}

async function postingsIn(read: Reader): Promise<string[]> {
  const postings = await read.postings();
  return postings.map(
    ({ source, destination, amount, currency }) =>
      `${kind(source)} -> ${kind(destination)} ${amount} ${currency}`,
  );
}

/** Ids differ from run to run; the kinds of accounts tell the story. */
function kind(account: string): string {
  return account.split(":")[0] ?? account;
}

/** Each story's own, and the same in every run: ids that several sandboxes make must not meet in one log. */
function seedOfStory(): number {
  const { testPath = "", currentTestName = "" } = expect.getState();
  const name = `${basename(testPath)} ${currentTestName}`;
  return createHash("sha256").update(name).digest().readUInt32LE(0);
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

// ---- What people do, in one line each ----

/** Somebody fills in the pledge form; the page they are led to. */
export async function pledge(
  world: Visited,
  issueNumber: number,
  fields: Record<string, string>,
): Promise<Page> {
  const visitor = world.visitor();
  const url = `${world.places.app}/gh/${REPOSITORY}/issues/${issueNumber}`;
  const page = await visitor.get(url);
  return visitor.post(url, { ...hiddenFields(page), mode: "pay-now", ...fields });
}

/** The Checkout Session that a pledge led to. */
export function sessionOf(page: Page): string {
  const session = /\/c\/pay\/(cs_[a-zA-Z0-9_]+)/.exec(page.location ?? "")?.[1];
  if (session === undefined) throw new Error(`no Stripe page: ${page.status} ${problemOn(page)}`);
  return session;
}

export async function pledgeAndPay(
  world: Visited,
  issueNumber: number,
  amount: string,
  card = GOOD_CARD,
): Promise<void> {
  const session = sessionOf(await pledge(world, issueNumber, { amount }));
  const outcome = world.town.stripe.pay(session, { card });
  if (outcome.kind !== "complete") throw new Error(`not paid: ${outcome.kind}`);
}

/** Somebody saves a card, to be charged when the work is merged. */
export async function promise(
  world: Visited,
  issueNumber: number,
  amount: string,
  card = GOOD_CARD,
): Promise<void> {
  const session = sessionOf(await pledge(world, issueNumber, { amount, mode: "on-merge" }));
  const outcome = world.town.stripe.pay(session, { card });
  if (outcome.kind === "authenticate") {
    world.town.stripe.authenticate(outcome.intent, "complete");
  } else if (outcome.kind !== "complete") throw new Error(`no card saved: ${outcome.kind}`);
}

/** Somebody signs in with GitHub as `login`; their visitor afterwards. */
export async function signIn(world: Visited, login: string): Promise<Visitor> {
  const visitor = world.visitor();
  const begun = await visitor.post(`${world.places.app}/sign-in`, {});
  const asked = new URL(begun.location ?? "");
  const consent = await visitor.post(`${world.places.github}/login/oauth/authorize`, {
    ...Object.fromEntries(asked.searchParams),
    as: login,
    decision: "authorize",
  });
  await visitor.get(consent.location ?? "");
  return visitor;
}

/** A payee signs in and finishes Stripe's onboarding; the Stripe account's id. */
export async function connect(world: Visited, login: string): Promise<string> {
  const visitor = await signIn(world, login);
  const page = await visitor.post(`${world.places.app}/payee/connect`, {});
  const account = /(acct_[a-zA-Z0-9]+)/.exec(page.location ?? "")?.[1];
  if (account === undefined) throw new Error(`no onboarding: ${page.status} ${page.text}`);
  world.town.stripe.onboard(account, {});
  return account;
}

/** What a payee's Stripe account holds in cents, available and pending together. */
export function balanceOf({ town }: Pick<World, "town">, account: string): number {
  const { available, pending } = town.stripe.accountBalance(account);
  return [...available, ...pending].reduce((sum, { amount }) => sum + amount, 0);
}

/** What a page complains of, without its markup. */
export function problemOn({ text }: Page): string {
  const alert = /<[^>]*id="problem"[^>]*>(.*?)<\/(?:p|div)>/s.exec(text)?.[1] ?? text;
  return alert.replace(/<[^>]*>/g, "").trim();
}
