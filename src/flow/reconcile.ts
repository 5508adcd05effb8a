// What the webhooks did not say: Stripe's lists are read since the last time, what is new goes through the
// inbox like a webhook, and the ledger is held to Stripe's balance. A page at a time; each may be read again.
import {
  type Comparison,
  compareBalances,
  compareMovements,
  isBookable,
  isEqual,
  type Movement,
  type Sides,
} from "../core/books.ts";
import { reportLines } from "../core/books-report.ts";
import type { SweepStep } from "../core/effects.ts";
import type {
  Clock,
  CursorName,
  Delivery,
  EffectRow,
  GitHub,
  Hint,
  Listed,
  Log,
  Redelivery,
  Store,
  Stripe,
} from "../ports.ts";
import type { Named, Outcome, Performing } from "./outcome.ts";
import { lookAtCampaigns, redeliver } from "./reconcile-github.ts";

export interface Reconciler {
  /** Reads one page, stores what is new as deliveries, and says how it goes on; null: it is at its end. */
  step(step: SweepStep | null, tried: { tries: number }): Promise<SweepStep | null>;
  /** All steps but the comparison, for somebody who asks: without what is left to another time. */
  sweep(): Promise<void>;
  /** The ledger against Stripe, and where they differ what explains it. */
  compare(): Promise<Comparison>;
}

interface Options {
  store: Store;
  stripe: Stripe;
  github: GitHub;
  redelivery: Redelivery | null;
  clock: Clock;
  log: Log;
  accept(deliveries: readonly Delivery[]): Promise<void>;
}

/** Stripe lists no older events. */
const EVENTS_MS = 30 * 86_400_000;
/** Lists are read again this far back: their times are Stripe's, ours may differ. */
const OVERLAP_MS = 3_600_000;
const PAGE = 50;
const SWEEPS_A_DAY = 4;
const EVERY_MS = 86_400_000 / SWEEPS_A_DAY;

export function createReconciler(options: Options): Reconciler {
  const { clock, log } = options;

  async function step(
    given: SweepStep | null,
    { tries, all }: { tries: number; all: boolean },
  ): Promise<SweepStep | null> {
    const current = given ?? { of: "events" as const, begunAt: clock.now(), after: null };
    switch (current.of) {
      case "events":
        return readEvents(current, options);
      case "movements":
        return readMovements(current, options);
      case "accounts":
        return rereadAccounts(current, { ...options, all });
      case "deliveries":
        return redeliver(current, options);
      case "campaigns":
        return lookAtCampaigns(current, { ...options, tries });
      case "done":
        return prune(current, options);
      case "comparison":
        return look(current);
    }
  }

  async function look({ tries }: Extract<SweepStep, { of: "comparison" }>) {
    const comparison = await compareRecent(options);
    if (isEqual(comparison)) return null;
    if (tries + 1 < COMPARISONS_MAX) return { of: "comparison" as const, tries: tries + 1 };
    log.error({ report: reportLines(comparison) }, "the ledger and Stripe's balance differ");
    return null;
  }

  return {
    step: (given, { tries }) => step(given, { tries, all: false }),
    async sweep() {
      const once = { tries: 0, all: true };
      let next = await step(null, once);
      while (next !== null && next.of !== "comparison") next = await step(next, once);
    },
    compare: () => compare(options),
  };
}

async function readEvents(
  step: Extract<SweepStep, { of: "events" }>,
  { store, stripe, accept }: Options,
): Promise<SweepStep> {
  const { begunAt, after } = step;
  const since = (await store.read.cursor("stripe events")) ?? begunAt - EVENTS_MS;
  const { items, next } = await stripe.listEvents({ since, after });
  // Under the event's own id: one that its webhook brought changes nothing.
  await accept(items.flatMap(({ id, hints }) => deliveriesOf(id, { hints, at: begunAt })));
  if (next !== null) return { ...step, after: next };
  await advance(store, { name: "stripe events", at: begunAt - OVERLAP_MS });
  return { of: "movements", begunAt, after: null, openSince: null };
}

async function readMovements(
  step: Extract<SweepStep, { of: "movements" }>,
  { store, stripe, accept }: Options,
): Promise<SweepStep> {
  const { begunAt, after } = step;
  const since = (await store.read.cursor("stripe movements")) ?? 0;
  const page = await stripe.listMovements({ since, after });
  const open = await unbooked(page, store);
  await accept(
    open.flatMap(({ id }) =>
      // What could not be booked the last time is tried again.
      deliveriesOf(`${id}:${begunAt}`, {
        hints: [{ kind: "movement", transactionId: id }],
        at: begunAt,
      }),
    ),
  );
  const openSince = earliest([step.openSince, ...open.map(({ at }) => at)]);
  if (page.next !== null) return { ...step, after: page.next, openSince };
  const at = earliest([openSince, begunAt - OVERLAP_MS]) ?? begunAt;
  await advance(store, { name: "stripe movements", at });
  return { of: "accounts", begunAt, after: null };
}

/**
 * What connected accounts' events would say is read from the accounts themselves, where money waits for them: those that
 * were ready each time, those whose owners have not finished once a day. A share's claim date ends it.
 */
async function rereadAccounts(
  step: Extract<SweepStep, { of: "accounts" }>,
  { store, accept, all }: Options & { all: boolean },
): Promise<SweepStep> {
  const { begunAt, after } = step;
  const turn = all ? null : { of: SWEEPS_A_DAY, now: Math.floor(begunAt / EVERY_MS) };
  const payees = await store.read.waitingPayees({ after, limit: PAGE, turn });
  const accounts = payees.map(({ accountId }) => accountId).filter((id) => id !== null);
  await accept(
    accounts.flatMap((accountId) =>
      deliveriesOf(`${accountId}:${begunAt}`, {
        hints: [{ kind: "account", accountId }],
        at: begunAt,
      }),
    ),
  );
  const last = payees.at(-1);
  return last === undefined || payees.length < PAGE
    ? { of: "deliveries", begunAt, after: null }
    : { ...step, after: last.id };
}

/** A delivery can come again for three days from GitHub, and be listed by Stripe for thirty. */
const KEPT_MS = 90 * 86_400_000;
const PRUNED_AT_ONCE = 500;

async function prune(
  { begunAt, after }: Extract<SweepStep, { of: "done" }>,
  { store }: Options,
): Promise<SweepStep> {
  const next = await store.prune({ before: begunAt - KEPT_MS, after, limit: PRUNED_AT_ONCE });
  return next === null ? { of: "comparison", tries: 0 } : { of: "done", begunAt, after: next };
}

/** Every movement that Stripe lists with every posting: what cancels out is a difference as well. */
async function compare({ store, stripe }: Options): Promise<Comparison> {
  const { read } = store;
  const differences = compareMovements(await read.postings(), await allMovements(stripe, 0));
  return { balances: await balancesOf({ store, stripe }), differences };
}

/** The same, unless the balances agree and everything of late is booked: Stripe's whole list is not read every six hours. */
async function compareRecent(options: Options): Promise<Comparison> {
  const { store, stripe } = options;
  const since = (await store.read.cursor("stripe movements")) ?? 0;
  const open = await unbooked({ items: await allMovements(stripe, since) }, store);
  const recent = { balances: await balancesOf(options), differences: [] };
  return open.length === 0 && isEqual(recent) ? recent : await compare(options);
}

async function balancesOf({ store, stripe }: Pick<Options, "store" | "stripe">): Promise<Sides[]> {
  return compareBalances(await store.read.balances(), await stripe.readBalance());
}

async function allMovements(stripe: Stripe, since: number): Promise<(Movement & { at: number })[]> {
  const all: (Movement & { at: number })[] = [];
  let after: string | null = null;
  do {
    const page: Listed<Movement & { at: number }> = await stripe.listMovements({ since, after });
    all.push(...page.items);
    after = page.next;
  } while (after !== null);
  return all;
}

const IDS_ASKED_MAX = 500;

async function unbooked<T extends Movement>(
  { items }: { items: readonly T[] },
  { read }: Pick<Store, "read">,
): Promise<T[]> {
  const bookable = items.filter(isBookable);
  const booked = new Set<string>();
  for (let from = 0; from < bookable.length; from += IDS_ASKED_MAX) {
    const ids = bookable.slice(from, from + IDS_ASKED_MAX).map(({ id }) => id);
    for (const id of await read.bookedTransactions(ids)) booked.add(id);
  }
  return bookable.filter(({ id }) => !booked.has(id));
}

async function advance(store: Store, cursor: { name: CursorName; at: number }): Promise<void> {
  await store.transact((trx) => trx.saveCursor(cursor));
}

function deliveriesOf(
  deliveryId: string,
  { hints, at }: { hints: readonly Hint[]; at: number },
): Delivery[] {
  return hints.map((message, part) => ({
    source: "stripe",
    deliveryId,
    part,
    message,
    receivedAt: at,
  }));
}

function earliest(times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.min(...known);
}

/** What the sweep brought is decided by then, and what was on its way has arrived. */
const COMPARE_AFTER_MS = 300_000;
const COMPARISONS_MAX = 3;

/** The timer: one step after the other, and again some hours later. */
export async function reconcile(
  { tries }: EffectRow,
  { step }: Named<"reconcile">,
  { reconciler, clock }: Performing,
): Promise<Outcome> {
  const next = await reconciler.step(step, { tries });
  const waitMs = next === null ? EVERY_MS : next.of === "comparison" ? COMPARE_AFTER_MS : 0;
  return { again: { effect: { effect: "reconcile", step: next }, dueAt: clock.now() + waitMs } };
}
