// The inbox: deliveries waiting to be worked, leased in the order of their arrival. A row that is done
// stays, without its message, so that the same delivery is known when it comes again.
import { sql } from "kysely";
import { type InboxRow, TransientFailure } from "../ports.ts";
import type { Handle } from "./engine.ts";
import { fromJson } from "./json.ts";
import { messageSchema } from "./message-schema.ts";
import { atMost, manyRows, oneRow, writing } from "./statement.ts";

/** Spelt out, not bound: SQLite uses a partial index only for the condition that it was made with. */
const WAITING = sql.lit("waiting" as const);

const selectDue = manyRows((db, { now, limit }: { now: bigint; limit: bigint }, dialect) =>
  db
    .selectFrom("inbox")
    .select(["id", "source", "delivery_id", "part", "received_at", "message", "tries"])
    .where("state", "=", WAITING)
    .where("due_at", "<=", now)
    .orderBy("id")
    .limit(atMost(limit))
    .$if(dialect === "postgres", (query) => query.forUpdate().skipLocked()),
);

// Without an error it is leased; with one it waits for another try.
const leaseRows = writing((db, { until, ids }: { until: bigint; ids: readonly bigint[] }) =>
  db
    .updateTable("inbox")
    .set((eb) => ({ due_at: until, tries: eb("tries", "+", 1n), error: null }))
    .where("id", "in", ids),
);

/** `trx` is a transaction: what was chosen is still free when it is taken. */
export async function leaseDeliveries(
  trx: Handle,
  { now, leaseMs, limit }: { now: number; leaseMs: number; limit: number },
): Promise<InboxRow[]> {
  const rows = await selectDue(trx, { now: BigInt(now), limit: BigInt(limit) });
  if (rows.length === 0) return [];
  await leaseRows(trx, { until: BigInt(now + leaseMs), ids: rows.map(({ id }) => id) });
  const leased: InboxRow[] = [];
  for (const row of rows) {
    try {
      leased.push({
        id: row.id,
        source: row.source === "stripe" ? "stripe" : "github",
        deliveryId: row.delivery_id,
        part: Number(row.part),
        message: fromJson(messageSchema, row.message ?? ""),
        receivedAt: Number(row.received_at),
        tries: Number(row.tries),
      });
    } catch (error) {
      // What cannot be read must not stop what can.
      await quarantineDelivery(trx, row.id, `unreadable: ${error}`);
    }
  }
  return leased;
}

const finish = writing((db, { id }: { id: bigint }) =>
  db
    .updateTable("inbox")
    .set({ state: "done", message: null, error: null })
    .where("id", "=", id)
    .where("state", "=", WAITING)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("inbox as earlier")
            .select("earlier.id")
            .whereRef("earlier.source", "=", "inbox.source")
            .whereRef("earlier.delivery_id", "=", "inbox.delivery_id")
            .whereRef("earlier.part", "<", "inbox.part")
            .where("earlier.state", "!=", "done"),
        ),
      ),
    ),
);

/**
 * Throws unless this run may end it, and with it the decision: another run of it, after its lease had run
 * out, may have; and what one comment asks for is done in the order in which it is written.
 */
export async function finishDelivery(trx: Handle, id: bigint): Promise<void> {
  if ((await finish(trx, { id })) === 0n) {
    throw new TransientFailure("it is done already, or a part before it is not");
  }
}

/** Whoever has one of them leased finds it done, and decides nothing. */
export async function endLaterParts(
  trx: Handle,
  { source, deliveryId, part }: Pick<InboxRow, "source" | "deliveryId" | "part">,
): Promise<number> {
  const { numUpdatedRows } = await trx
    .updateTable("inbox")
    .set({ state: "done", message: null, error: null })
    .where("source", "=", source)
    .where("delivery_id", "=", deliveryId)
    .where("part", ">", BigInt(part))
    .where("state", "=", WAITING)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

const selectUndecided = oneRow((db, { id }: { id: bigint }) =>
  db.selectFrom("inbox").select("id").where("id", "=", id).where("state", "=", WAITING),
);

export async function isUndecided(db: Handle, id: bigint): Promise<boolean> {
  return (await selectUndecided(db, { id })) !== undefined;
}

export async function releaseDeliveries(db: Handle): Promise<void> {
  await db
    .updateTable("inbox")
    .set((eb) => ({ due_at: eb.ref("received_at") }))
    .where("state", "=", WAITING)
    .where("error", "is", null)
    .execute();
}

/** Only what still waits: an answer that came too late must not bring back a row that is done. */
export async function retryDelivery(
  db: Handle,
  id: bigint,
  { dueAt, error }: { dueAt: number; error: string },
): Promise<void> {
  await db
    .updateTable("inbox")
    .set({ due_at: BigInt(dueAt), error })
    .where("id", "=", id)
    .where("state", "=", WAITING)
    .execute();
}

export async function quarantineDelivery(db: Handle, id: bigint, error: string): Promise<void> {
  await db
    .updateTable("inbox")
    .set({ state: "quarantined", error })
    .where("id", "=", id)
    .where("state", "=", WAITING)
    .execute();
}
