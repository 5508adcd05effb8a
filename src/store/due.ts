// When the queues want to be looked at.
import { sql } from "kysely";
import type { Handle } from "./engine.ts";
import { numberOrNull } from "./rows.ts";
import { oneRow } from "./statement.ts";

const DELIVERIES = "select min(due_at) as due from inbox where state = 'waiting'";
const EFFECTS = "select min(due_at) as due from outbox where state = 'pending'";

/** Of the inbox, in milliseconds since 1970; null when nothing waits. */
export const nextDeliveryDue = asking(DELIVERIES);
/** Of the outbox. */
export const nextEffectDue = asking(EFFECTS);
/** Asks for the same as `nextDue`, as one statement. */
export const NEXT_DUE = `select min(due) as due from (${DELIVERIES} union all ${EFFECTS}) as queues`;
/** Of both. */
export const nextDue = asking(NEXT_DUE);

function asking(text: string): (db: Handle) => Promise<number | null> {
  const select = oneRow(() => sql.raw<{ due: bigint | null }>(text));
  return async (db) => numberOrNull((await select(db, {}))?.due ?? null);
}
