// When the queues want to be looked at. Asked at every look, and always the same: compiled once.
import { CompiledQuery } from "kysely";
import type { Handle } from "./engine.ts";
import { numberOrNull } from "./rows.ts";

const DELIVERIES = "select min(due_at) as due from inbox where state = 'waiting'";
const EFFECTS = "select min(due_at) as due from outbox where state = 'pending'";

/** Of the inbox, in milliseconds since 1970; null when nothing waits. */
export const nextDeliveryDue = asking(DELIVERIES);
/** Of the outbox. */
export const nextEffectDue = asking(EFFECTS);
/** Of both. */
export const nextDue = asking(
  `select min(due) as due from (${DELIVERIES} union all ${EFFECTS}) as queues`,
);

function asking(text: string): (db: Handle) => Promise<number | null> {
  const query = CompiledQuery.raw(text);
  return async (db) => {
    const { rows } = await db.executeQuery<{ due: bigint | null }>(query);
    return numberOrNull(rows[0]?.due ?? null);
  };
}
