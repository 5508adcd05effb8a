// When the queues want to be looked at.
import { sql } from "kysely";
import type { Queues } from "../ports.ts";
import type { Handle } from "./engine.ts";
import { numberOrNull } from "./rows.ts";
import { oneRow } from "./statement.ts";

const DELIVERIES = "select min(due_at) as due from inbox where state = 'waiting'";
const EFFECTS = "select min(due_at) as due from outbox where state = 'pending'";

/** Asks for the same as `nextDue`, as one statement. */
export const NEXT_DUE = `select min(due) as due from (${DELIVERIES} union all ${EFFECTS}) as queues`;

const selectNext = oneRow(() => sql.raw<{ due: bigint | null }>(NEXT_DUE));

/** Of both, in milliseconds since 1970; null when nothing waits. */
export async function nextDue(db: Handle): Promise<number | null> {
  return numberOrNull((await selectNext(db, {}))?.due ?? null);
}

const selectDue = oneRow(() =>
  sql.raw<{ deliveries: bigint | null; effects: bigint | null }>(
    `select (${DELIVERIES}) as deliveries, (${EFFECTS}) as effects`,
  ),
);

export async function queuesDue(db: Handle, { now }: { now: number }): Promise<Queues> {
  const next = await selectDue(db, {});
  const isDue = (at: bigint | null | undefined): boolean => at != null && at <= BigInt(now);
  return { deliveries: isDue(next?.deliveries), effects: isDue(next?.effects) };
}
