// The machine that the app runs on: starts its process, works its queues as the real worker does, and
// starts another on the same database when it was killed.
import type { Database } from "better-sqlite3";
import type { Town } from "../../sandbox/town.ts";
import type { AppPorts } from "../../src/app.ts";
import { isEqual } from "../../src/core/books.ts";
import { reportLines } from "../../src/core/books-report.ts";
import { STANDARD_TERMS } from "../../src/core/pledge.ts";
import { createGitHub } from "../../src/github/client.ts";
import { createSignIn } from "../../src/github/sign-in.ts";
import { createSignatureCheck } from "../../src/github/signature.ts";
import { NEXT_DUE } from "../../src/store/due.ts";
import { openStore } from "../../src/store/open-store.ts";
import { PLACES } from "./clients.ts";
import type { Clockwork } from "./clockwork.ts";
import type { Faults } from "./faults.ts";
import { type Life, startLife } from "./life.ts";
import type { Notes } from "./notes.ts";
import { idFrom } from "./random.ts";
import { isInstalled, notInstalled, redeliveryOf } from "./settings.ts";
import { TIP_LIMIT_CENTS } from "./town.ts";
import type { Workshop } from "./workshop.ts";
import type { Settings } from "./world.ts";

export interface Host {
  life(): Life | null;
  /** Whether something happened that somebody may be waiting for. */
  look(): Promise<boolean>;
  /** When the queues want to be looked at, or the next process starts. */
  nextDue(): number | null;
  /** The clock came to a time at which the queues may have something due. */
  wake(): void;
  setClockError(ms: number): void;
  /** Asks GitHub and Stripe for what their webhooks did not say, and compares the books; nothing while none runs. */
  reconcile(): Promise<void>;
  /** The process runs, at once. */
  heal(): void;
}

export interface HostOptions {
  workshop: Workshop;
  settings: Settings;
  town: Town;
  database: Database;
  clock: Clockwork;
  faults: Faults;
  notes: Notes;
  random(): number;
  say(line: string): void;
}

export function createHost(options: HostOptions): Host {
  const { database, clock, faults, notes, say } = options;
  let clockErrorMs = 0;
  let life: Life | null = null;
  let startsAt: number | null = clock.now();
  let downMs = 0;
  let woken = false;
  let draining = false;

  function diesAt(place: string): boolean {
    const fault = faults.onWrite(place);
    if (fault === null) return false;
    say(`the app is killed ${place}`);
    downMs = fault.ms;
    notes.kills += 1;
    return true;
  }

  async function start(): Promise<void> {
    if (database.inTransaction) database.exec("rollback");
    say("the app starts");
    const store = await openStore({ databaseUrl: null, connection: database });
    const signal = { wake, onWake: () => {}, allow: async () => true, close: async () => {} };
    const now = (): number => clock.now() + clockErrorMs;
    life = startLife({ ports: { ...portsOf(options), store, signal, clock: { now } }, diesAt });
    startsAt = null;
    draining = false;
    wake();
    await store.releaseLeases();
  }

  function wake(): void {
    woken = true;
  }

  function drain(): void {
    if (life === null || !woken) return;
    woken = false;
    const worker = life;
    // While it works, this makes it look again.
    const drained = worker.app.drain();
    if (draining) return;
    draining = true;
    const over = (error?: unknown): void => {
      if (worker !== life) return;
      draining = false;
      say("the queues are worked off");
      if (error !== undefined) notes.oddities.push(`the queues: ${String(error)}`);
    };
    drained.then(() => over(), over);
  }

  return {
    life: () => life,
    wake,
    async look() {
      if (life?.isDead() === true) {
        life = null;
        startsAt = clock.now() + downMs;
      }
      if (startsAt !== null && startsAt <= clock.now()) await start();
      const works = life !== null && woken;
      drain();
      return works;
    },
    nextDue() {
      if (life === null) return startsAt;
      // At each move of the clock: the way through the app takes ten times as long.
      const { due } = database.prepare<[], { due: bigint | null }>(NEXT_DUE).get() ?? { due: null };
      return due === null ? null : Number(due) - clockErrorMs;
    },
    setClockError(ms) {
      clockErrorMs = ms;
      wake();
    },
    reconcile: () => compare(life, options),
    heal() {
      clockErrorMs = 0;
      wake();
      if (startsAt !== null) startsAt = clock.now();
    },
  };
}

async function compare(life: Life | null, { clock, notes, say }: HostOptions): Promise<void> {
  if (life === null) return;
  const comparison = await life.app.reconcile();
  const words = reportLines(comparison).join("; ");
  say(`the books are compared: ${words}`);
  notes.comparisons.push({ at: clock.now(), equal: isEqual(comparison), words });
}

function portsOf({
  workshop,
  settings,
  town,
  notes,
  random,
}: HostOptions): Omit<AppPorts, "signal" | "store" | "clock"> {
  const { clients, log } = workshop;
  const secret = (name: string): string => town.environment[name] ?? "";
  return {
    log,
    mailer: {
      send: async (mail) => {
        notes.mails.push(mail);
      },
    },
    random: { next: random, id: () => idFrom(random) },
    turn: async () => {},
    github: createGitHub({
      octokitFor: async (id) => {
        if (!isInstalled(id, town)) throw notInstalled();
        return clients.octokit;
      },
      appId: Number(secret("APP_ID")),
      log,
    }),
    stripe: clients.stripe,
    redelivery: redeliveryOf(town),
    signIn: createSignIn({
      clientId: secret("GITHUB_CLIENT_ID"),
      clientSecret: secret("GITHUB_CLIENT_SECRET"),
      webUrl: PLACES.github,
      apiUrl: `${PLACES.github}/api/v3`,
      fetch: clients.fetch,
    }),
    verifyGithub: createSignatureCheck(secret("WEBHOOK_SECRET")),
    stripeWebhookSecrets: [secret("STRIPE_WEBHOOK_SECRET")],
    live: false,
    sessionSecret: secret("SESSION_SECRET"),
    githubUrl: PLACES.github,
    clientAddress: () => "203.0.113.1",
    operator: {
      publicUrl: PLACES.app,
      allowedOwnerIds: [town.github.user("acme").id],
      tipLimitDollars: TIP_LIMIT_CENTS / 100,
      holdDaysMax: STANDARD_TERMS.holdDaysMax,
      ...settings,
    },
  };
}
