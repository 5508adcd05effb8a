// Takes away what is long done. A delivery's row is needed as long as it may come again, an effect's key as long as it
// could be asked for again and must not be. What is parked or quarantined stays until the operator has looked.
import { sql } from "kysely";
import { mayBeForgotten } from "../core/forgotten.ts";
import type { Store } from "../ports.ts";
import { effectSchema } from "./effect-schema.ts";
import type { Handle } from "./engine.ts";
import { fromJson } from "./json.ts";
import { atMost, manyRows, writing } from "./statement.ts";

type Options = Parameters<Store["prune"]>[0];

type Ids = { ids: readonly bigint[] };

const DONE = sql.lit("done" as const);

const selectDeliveries = manyRows((db, { after, limit }: { after: bigint; limit: bigint }) =>
  db
    .selectFrom("inbox")
    .select(["id", "received_at"])
    .where("id", ">", after)
    .orderBy("id")
    .limit(atMost(limit)),
);

const deleteDeliveries = writing((db, { ids }: Ids) =>
  db.deleteFrom("inbox").where("id", "in", ids).where("state", "=", DONE),
);

// "state" and "effect" as the index says them: SQLite uses a partial index only for conditions written the same way.
// `due_at` is when its last lease would have ended.
const selectEffects = manyRows((db, { before, limit }: { before: bigint; limit: bigint }) =>
  db
    .selectFrom("outbox")
    .select(["id", "effect"])
    .where("state", "=", DONE)
    .where("effect", "<>", sql.lit(""))
    .where("due_at", "<", before)
    .orderBy("due_at")
    .limit(atMost(limit)),
);

const deleteEffects = writing((db, { ids }: Ids) =>
  db.deleteFrom("outbox").where("id", "in", ids).where("state", "=", DONE),
);

const emptyEffects = writing((db, { ids }: Ids) =>
  db.updateTable("outbox").set({ effect: "" }).where("id", "in", ids).where("state", "=", DONE),
);

const deleteHeard = writing((db, { before }: { before: bigint }) =>
  db.deleteFrom("heard").where("since", "<", before),
);

/** One page of both queues; where the inbox goes on, or null when nothing is left to do. */
export async function prune(trx: Handle, options: Options): Promise<number | null> {
  const next = await pruneDeliveries(trx, options);
  const left = await pruneEffects(trx, options);
  await deleteHeard(trx, { before: BigInt(options.before) });
  return next ?? (left ? options.after : null);
}

/** In the order of their arrival, up to a page that holds none as old: a clock may have been wrong for one. */
async function pruneDeliveries(
  trx: Handle,
  { before, after, limit }: Options,
): Promise<number | null> {
  const rows = await selectDeliveries(trx, { after: BigInt(after), limit: BigInt(limit) });
  const old = rows.filter((row) => Number(row.received_at) < before).map(({ id }) => id);
  if (old.length > 0) {
    await deleteDeliveries(trx, { ids: old });
  }
  const last = rows.at(-1);
  const more = rows.length === limit && old.length > 0;
  return more && last !== undefined ? Number(last.id) : null;
}

/** Of those whose key stays, what they were asked to do goes: they are not looked at again. */
async function pruneEffects(trx: Handle, { before, limit }: Options): Promise<boolean> {
  const rows = await selectEffects(trx, { before: BigInt(before), limit: BigInt(limit) });
  const forgotten = rows.filter(({ effect }) => isForgotten(effect)).map(({ id }) => id);
  const kept = rows.filter(({ effect }) => !isForgotten(effect)).map(({ id }) => id);
  // Asked for again at this moment, it is not done any more.
  if (forgotten.length > 0) await deleteEffects(trx, { ids: forgotten });
  if (kept.length > 0) await emptyEffects(trx, { ids: kept });
  return rows.length === limit;
}

/** What an earlier version wrote and nobody can read any more keeps its key. */
function isForgotten(effect: string): boolean {
  try {
    return mayBeForgotten(fromJson(effectSchema, effect));
  } catch {
    return false;
  }
}
