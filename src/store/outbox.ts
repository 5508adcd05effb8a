// The outbox: effects in the order in which they fall due, each leased while it is performed.
// An effect that renews is one row for ever: asked for while it waits, it runs once for all who asked;
// asked for while it runs, it runs again after.
import { type RawBuilder, sql } from "kysely";
import {
  type Effect,
  effectKey,
  isRenewable,
  type PlannedEffect,
  RENEWAL_GAP_MS,
} from "../core/effects.ts";
import type { EffectRow } from "../ports.ts";
import { effectSchema } from "./effect-schema.ts";
import type { DialectName, Handle } from "./engine.ts";
import { fromJson, toJson } from "./json.ts";
import { numberOrNull } from "./rows.ts";
import { atMost, manyRows, oneRow, writing } from "./statement.ts";

/** Spelt out, not bound: SQLite uses a partial index only for the condition that it was made with. */
const PENDING = sql.lit("pending" as const);

export async function planEffect(
  trx: Handle,
  { planned, at }: { planned: PlannedEffect; at: number },
): Promise<void> {
  const { effect, dueAt } = planned;
  const given = { key: effectKey(effect), effect: toJson(effect), dueAt: BigInt(dueAt ?? at) };
  if (isRenewable(effect)) await insertOrRenew(trx, { ...given, at: BigInt(at) });
  else await insertOnce(trx, given);
}

type NewRow = { key: string; effect: string; dueAt: bigint };

const insertOnce = writing((db, given: NewRow) =>
  insertRow(db, given).onConflict((on) => on.column("key").doNothing()),
);

const insertOrRenew = writing((db, { at, ...given }: NewRow & { at: bigint }, dialect) =>
  insertRow(db, given).onConflict((on) => on.column("key").doUpdateSet(renewed(dialect, at))),
);

function insertRow(db: Handle, { key, effect, dueAt }: NewRow) {
  return db.insertInto("outbox").values({
    key,
    effect,
    state: "pending",
    due_at: dueAt,
    not_before: 0n,
    requests: 1n,
    tries: 0n,
    attempt: 1n,
  });
}

/** What asking again makes of the row that is there; `excluded` is the new request. */
function renewed(dialect: DialectName, at: bigint) {
  const least = sql.raw(dialect === "sqlite" ? "min" : "least");
  const greatest = sql.raw(dialect === "sqlite" ? "max" : "greatest");
  const pending = sql<boolean>`outbox.state = 'pending'`;
  const leased = sql<boolean>`(${pending} and coalesce(outbox.leased_until, 0) > ${at})`;
  // Between two pages of one run it still runs: who asks now needs a run that begins after.
  const running = sql<boolean>`(${leased} or (${pending} and outbox.continuation is not null))`;
  const due = sql<bigint>`${greatest}(excluded.due_at, outbox.not_before)`;
  return {
    state: "pending" as const,
    effect: sql<string>`excluded.effect`,
    requests: sql<bigint>`outbox.requests + 1`,
    wanted_at: choose<bigint | null>(
      running,
      sql`${least}(coalesce(outbox.wanted_at, excluded.due_at), excluded.due_at)`,
      sql`null`,
    ),
    due_at: choose<bigint>(
      leased,
      sql`outbox.due_at`,
      choose(pending, sql`${least}(outbox.due_at, ${due})`, due),
    ),
    // A parked one begins anew, but its earlier try may have taken effect: it is not the first.
    tries: choose<bigint>(pending, sql`outbox.tries`, sql`${least}(outbox.tries, 1)`),
    continuation: choose<string | null>(pending, sql`outbox.continuation`, sql`null`),
    error: choose<string | null>(pending, sql`outbox.error`, sql`null`),
  };
}

function choose<T>(
  when: RawBuilder<boolean>,
  then: RawBuilder<unknown>,
  otherwise: RawBuilder<unknown>,
): RawBuilder<T> {
  return sql<T>`case when ${when} then ${then} else ${otherwise} end`;
}

const selectDue = manyRows((db, { now, limit }: { now: bigint; limit: bigint }, dialect) =>
  db
    .selectFrom("outbox")
    .selectAll()
    .where("state", "=", PENDING)
    .where("due_at", "<=", now)
    .orderBy("due_at")
    .orderBy("id")
    .limit(atMost(limit))
    .$if(dialect === "postgres", (query) => query.forUpdate().skipLocked()),
);

const selectFree = manyRows((db, { now, key }: { now: bigint; key: string }, dialect) =>
  db
    .selectFrom("outbox")
    .selectAll()
    .where("state", "=", PENDING)
    .where("key", "=", key)
    .where((eb) => eb(eb.fn.coalesce("leased_until", eb.val(0n)), "<=", now))
    .$if(dialect === "postgres", (query) => query.forUpdate().skipLocked()),
);

const leaseRows = writing(
  (db, { now, until, ids }: { now: bigint; until: bigint; ids: readonly bigint[] }) =>
    db
      .updateTable("outbox")
      .set((eb) => ({
        due_at: until,
        leased_until: until,
        tries: eb("tries", "+", 1n),
        first_tried_at: eb.fn.coalesce("first_tried_at", eb.val(now)),
      }))
      .where("id", "in", ids),
);

/**
 * The queue takes what is due; asked for by its key, an effect need only be free. `trx` is a transaction:
 * what was chosen is still free when it is taken.
 */
export async function leaseEffects(
  trx: Handle,
  options: { now: number; leaseMs: number; limit: number; key?: string },
): Promise<EffectRow[]> {
  const { leaseMs, limit, key } = options;
  const now = BigInt(options.now);
  const rows =
    key === undefined
      ? await selectDue(trx, { now, limit: BigInt(limit) })
      : await selectFree(trx, { now, key });
  if (rows.length === 0) return [];
  await leaseRows(trx, { now, until: now + BigInt(leaseMs), ids: rows.map(({ id }) => id) });
  const leased: EffectRow[] = [];
  for (const row of rows) {
    try {
      leased.push({
        key: row.key,
        effect: fromJson(effectSchema, row.continuation ?? row.effect),
        tries: Number(row.tries),
        firstTriedAt: numberOrNull(row.first_tried_at),
        requests: Number(row.requests),
        attempt: Number(row.attempt),
        attemptFailedAt: numberOrNull(row.attempt_failed_at),
      });
    } catch (error) {
      // What cannot be read must not stop what can.
      await parkEffect(trx, row.key, `unreadable: ${error}`);
    }
  }
  return leased;
}

const FINISHED = {
  leased_until: null,
  tries: 0n,
  first_tried_at: null,
  attempt_failed_at: null,
  error: null,
};

type LastRun = { key: string; tries: bigint; requests: bigint; notBefore: bigint | null };

/** One that nobody asked for meanwhile, and that is no page of a longer run: mostly. How many it ended. */
const endLastRun = writing((db, { key, tries, requests, notBefore }: LastRun) =>
  db
    .updateTable("outbox")
    .set((eb) => ({
      ...FINISHED,
      not_before: eb.fn.coalesce(eb.val(notBefore), "not_before"),
      state: "done",
    }))
    .where("key", "=", key)
    .where("state", "=", PENDING)
    .where("tries", "=", tries)
    .where("requests", "=", requests)
    .where("wanted_at", "is", null)
    .where("continuation", "is", null),
);

const selectCurrent = oneRow((db, { key }: { key: string }, dialect) =>
  db
    .selectFrom("outbox")
    .select(["state", "requests", "tries", "continuation", "wanted_at", "not_before"])
    .where("key", "=", key)
    .$if(dialect === "postgres", (query) => query.forUpdate()),
);

const end = writing((db, given: { key: string; notBefore: bigint }) =>
  db
    .updateTable("outbox")
    .set({ ...FINISHED, not_before: given.notBefore, continuation: null, state: "done" })
    .where("key", "=", given.key),
);

type NextRun = {
  key: string;
  notBefore: bigint;
  continuation: string | null;
  wantedAt: bigint | null;
  dueAt: bigint;
};

const goOn = writing((db, { key, notBefore, continuation, wantedAt, dueAt }: NextRun) =>
  db
    .updateTable("outbox")
    .set({
      ...FINISHED,
      not_before: notBefore,
      continuation,
      wanted_at: wantedAt,
      due_at: dueAt,
    })
    .where("key", "=", key),
);

export async function finishEffect(
  trx: Handle,
  options: { row: EffectRow; at: number; again?: { effect: Effect; dueAt: number } | undefined },
): Promise<void> {
  const { row, at, again } = options;
  const { key } = row;
  if (again === undefined && (await endAlone(trx, { row, at }))) return;
  const current = await selectCurrent(trx, { key });
  if (current === undefined) throw new Error(`There is no effect ${key} to finish.`);
  // Its lease ran out and another has it, or has finished: whoever leased last decides what follows.
  if (!isRunOf(row, current)) return;
  // Asked for after the lease had run out, the row looked free, but this run went on.
  const wantedAt =
    current.wanted_at ?? (Number(current.requests) > row.requests ? BigInt(at) : null);
  const notBefore = notBeforeAfter(row.effect, at) ?? current.not_before;
  if (again !== undefined) {
    const continuation = toJson(again.effect);
    await goOn(trx, { key, notBefore, continuation, wantedAt, dueAt: BigInt(again.dueAt) });
  } else if (wantedAt !== null) {
    const dueAt = later(wantedAt, notBefore);
    await goOn(trx, { key, notBefore, continuation: null, wantedAt: null, dueAt });
  } else {
    await end(trx, { key, notBefore });
  }
}

/** Whether the row is still leased, or last was, for this run of it: the same try of the same page. */
function isRunOf(
  { tries, effect }: EffectRow,
  current: { state: string; tries: bigint; continuation: string | null },
): boolean {
  if (current.state !== "pending" || Number(current.tries) !== tries + 1) return false;
  if (current.continuation === null) return true;
  return toJson(fromJson(effectSchema, current.continuation)) === toJson(effect);
}

/** In one statement, which is its own transaction. False: more is to be looked at, and nothing was written. */
export async function endAlone(
  db: Handle,
  { row, at }: { row: EffectRow; at: number },
): Promise<boolean> {
  const { key, tries, requests, effect } = row;
  const notBefore = notBeforeAfter(effect, at);
  const run = { key, tries: BigInt(tries + 1), requests: BigInt(requests), notBefore };
  return (await endLastRun(db, run)) > 0n;
}

/** Edits of one comment or check run keep their distance, so that many requests become few edits. null: as before. */
function notBeforeAfter({ effect }: Effect, at: number): bigint | null {
  return effect === "updateCard" || effect === "postNotice" ? BigInt(at + RENEWAL_GAP_MS) : null;
}

function later(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

/** What was leased is due since its first try, which may have taken effect: `tries` stays. */
export async function releaseEffects(db: Handle): Promise<void> {
  await db
    .updateTable("outbox")
    .set((eb) => ({ due_at: eb.fn.coalesce("first_tried_at", "due_at"), leased_until: null }))
    .where("state", "=", PENDING)
    .where("leased_until", "is not", null)
    .execute();
}

/** Only what is still pending: an answer that came too late must not bring back a row that is done. */
export async function retryEffect(
  db: Handle,
  key: string,
  options: { dueAt: number; error: string; attempt: number; attemptFailedAt: number | null },
): Promise<void> {
  const { dueAt, error, attempt, attemptFailedAt } = options;
  await db
    .updateTable("outbox")
    .set({
      due_at: BigInt(dueAt),
      // Whoever asks again meanwhile waits as long: what failed would only fail again.
      not_before: BigInt(dueAt),
      leased_until: null,
      error,
      attempt: BigInt(attempt),
      attempt_failed_at: attemptFailedAt === null ? null : BigInt(attemptFailedAt),
    })
    .where("key", "=", key)
    .where("state", "=", PENDING)
    .execute();
}

export async function parkEffect(db: Handle, key: string, error: string): Promise<void> {
  await db
    .updateTable("outbox")
    .set({ state: "parked", leased_until: null, error })
    .where("key", "=", key)
    .where("state", "=", PENDING)
    .execute();
}

const selectPending = oneRow((db, { key }: { key: string }) =>
  db.selectFrom("outbox").select("id").where("key", "=", key).where("state", "=", PENDING),
);

export async function isPending(db: Handle, key: string): Promise<boolean> {
  return (await selectPending(db, { key })) !== undefined;
}
