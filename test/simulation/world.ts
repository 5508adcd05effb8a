// The simulated world: a town, one process of the app at a time on one database in memory, one clock that
// moves only when nothing else can. Nothing in it waits for real time, so that a seed tells the whole story.
import type { Database } from "better-sqlite3";
import type { Person } from "../../sandbox/github/act.ts";
import type { Town } from "../../sandbox/town.ts";
import type { Visitor } from "../../sandbox/visitor.ts";
import { type Clockwork, createClockwork } from "./clockwork.ts";
import { createFaults, type Fault, type Faults } from "./faults.ts";
import { createHost, type Host } from "./host.ts";
import { createNetwork, type Network } from "./network.ts";
import { emptyNotes, type Notes } from "./notes.ts";
import { createDice } from "./random.ts";
import { REPOSITORY, START, townFrom } from "./town.ts";
import type { Workshop } from "./workshop.ts";

/** What the operator of one history has set. */
export interface Settings {
  feeBasisPoints: number;
  firstPayoutHoldDays: number;
  chargebacksBorneBy: "operator" | "payee";
  /** Whether `whipround reconcile` is run after the last step, and at the end. */
  reconciles: boolean;
}

export interface World {
  town: Town;
  notes: Notes;
  faults: Faults;
  database: Database;
  settings: Settings;
  trace: readonly string[];
  now(): number;
  person(login: string): Person;
  browser(): Visitor;
  /** Sets the app's clock wrong by so many milliseconds from now on. */
  setClockError(ms: number): void;
  say(line: string): void;
  /** Begins what somebody does; what it waits for may come much later. */
  begin(what: string, work: () => Promise<void>): void;
  /** Lets the time pass until `end`, doing whatever falls due on the way. */
  passUntil(end: number): Promise<void>;
  /** The operator runs `whipround reconcile`, beside the process if one runs. */
  reconcile(): Promise<void>;
  /** Nothing goes wrong any more: the process runs, the clock is right, the network is whole. */
  heal(): void;
}

export interface WorldOptions {
  workshop: Workshop;
  seed: number;
  settings: Settings;
  /** Whether what passes is written down; it costs time. */
  traced: boolean;
}

export async function createWorld(options: WorldOptions): Promise<World> {
  const { workshop, settings } = options;
  const database = workshop.board.begin();
  const random = createDice(options.seed, "world").next;
  const notes = emptyNotes();
  notes.repository = REPOSITORY;
  notes.repositories.push(REPOSITORY);
  const clock = createClockwork(START);
  const faults = createFaults((fault, name) => {
    notes.faults += 1;
    if (setsBack(fault, name)) notes.setbacks.push(clock.now());
  });
  const journal = createJournal(clock, options.traced);
  const { say } = journal;
  const town = townFrom(workshop.town, {
    now: clock.now,
    random,
    deliver: (request) => network.deliver(request),
  });
  const host = createHost({ ...options, town, database, clock, faults, notes, random, say });
  const network: Network = createNetwork({ town, faults, notes, clock, life: host.life, say });
  workshop.errors.length = 0;
  workshop.clients.connect(network.send);
  const time = createTime({ town, clock, host, journal, notes });
  await time.rest();
  return {
    town,
    notes,
    faults,
    database,
    settings,
    trace: journal.lines,
    now: clock.now,
    person: (login) => town.github.act(login),
    browser: network.browser,
    setClockError(ms) {
      host.setClockError(ms);
      notes.clockErrorMsMax = Math.max(notes.clockErrorMsMax, Math.abs(ms));
    },
    say,
    begin(what, work) {
      work().then(
        () => say(`${what}: done`),
        (error: unknown) => say(`${what}: ${error instanceof Error ? error.message : error}`),
      );
    },
    passUntil: time.passUntil,
    reconcile: host.reconcile,
    heal() {
      faults.clear();
      network.heal();
      host.heal();
    },
  };
}

interface Journal {
  lines: string[];
  say(line: string): void;
  /** How much was said so far: while it grows, the world is not at rest. */
  count(): number;
}

function createJournal(clock: Clockwork, traced: boolean): Journal {
  const lines: string[] = [];
  let count = 0;
  return {
    lines,
    count: () => count,
    say(line) {
      count += 1;
      if (traced) lines.push(`${new Date(clock.now()).toISOString()} ${line}`);
    },
  };
}

/** More than a history of months needs: beyond it something goes round in circles. */
const WAKES_MAX = 20_000;
const TURNS_MAX = 10_000;

function createTime(options: {
  town: Town;
  clock: Clockwork;
  host: Host;
  journal: Journal;
  notes: Notes;
}): { rest(): Promise<void>; passUntil(end: number): Promise<void> } {
  const { town, clock, host, journal, notes } = options;
  let delivering = false;
  let wakes = 0;

  function deliver(): void {
    const due = town.nextDue();
    if (delivering || due === null || due > clock.now()) return;
    delivering = true;
    town
      .runDue()
      .catch((error: unknown) => notes.oddities.push(`the town: ${String(error)}`))
      .finally(() => {
        delivering = false;
        journal.say("the town has sent what was due");
      });
  }

  /** Everything that can happen now happens: until two turns of the event loop bring nothing new. */
  async function rest(): Promise<void> {
    for (let idle = 0, turns = 0; idle < 2; turns += 1) {
      if (turns > TURNS_MAX) throw new Error("at one moment the app never comes to rest");
      const before = journal.count();
      const woke = clock.wakeDue();
      const works = await host.look();
      deliver();
      await new Promise<void>((resolve) => setImmediate(resolve));
      idle = woke || works || journal.count() !== before ? 0 : idle + 1;
    }
  }

  return {
    rest,
    async passUntil(end) {
      for (;;) {
        await rest();
        const own = host.nextDue();
        const due = earliest([own, town.nextDue(), clock.nextWake()]);
        if (due === null || due > end) break;
        wakes += 1;
        if (wakes > WAKES_MAX) throw new Error("the app never comes to rest");
        clock.moveTo(Math.max(due, clock.now() + 1));
        if (own !== null && own <= clock.now()) host.wake();
      }
      clock.moveTo(end);
    },
  };
}

function earliest(times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.min(...known);
}

/** Whether a transfer that was decided on may leave later for it. Making a page of Stripe's has no part in that. */
function setsBack(fault: Fault, name: string): boolean {
  if (fault.on === "write") return true;
  return fault.on === "call" && fault.service === "stripe" && !name.includes("/checkout/sessions");
}
