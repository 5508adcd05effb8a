// Takes away what is long done. A delivery's row is needed as long as it may come again, an effect's key as long as it
// could be asked for again and must not be. What is parked or quarantined stays until the operator has looked.
import { sql } from "kysely";
import { mayBeForgotten } from "../core/forgotten.ts";
import type { Store } from "../ports.ts";
import { effectSchema } from "./effect-schema.ts";
import type { Handle } from "./engine.ts";
import { fromJson } from "./json.ts";

type Options = Parameters<Store["prune"]>[0];

/** One page of both queues; where the inbox goes on, or null when nothing is left to do. */
export async function prune(trx: Handle, options: Options): Promise<number | null> {
  const next = await pruneDeliveries(trx, options);
  const left = await pruneEffects(trx, options);
  await trx.deleteFrom("heard").where("since", "<", BigInt(options.before)).execute();
  return next ?? (left ? options.after : null);
}

/** In the order of their arrival, up to a page that holds none as old: a clock may have been wrong for one. */
async function pruneDeliveries(
  trx: Handle,
  { before, after, limit }: Options,
): Promise<number | null> {
  const rows = await trx
    .selectFrom("inbox")
    .select(["id", "received_at"])
    .where("id", ">", BigInt(after))
    .orderBy("id")
    .limit(limit)
    .execute();
  const old = rows.filter((row) => Number(row.received_at) < before).map(({ id }) => id);
  if (old.length > 0) {
    await trx.deleteFrom("inbox").where("id", "in", old).where("state", "=", "done").execute();
  }
  const last = rows.at(-1);
  const more = rows.length === limit && old.length > 0;
  return more && last !== undefined ? Number(last.id) : null;
}

/** Of those whose key stays, what they were asked to do goes: they are not looked at again. */
async function pruneEffects(trx: Handle, { before, limit }: Options): Promise<boolean> {
  const rows = await trx
    .selectFrom("outbox")
    .select(["id", "effect"])
    // As the index says it: SQLite uses a partial index only for a condition written the same way.
    .where("state", "=", sql.lit("done" as const))
    .where("effect", "<>", sql.lit(""))
    // When its last lease would have ended.
    .where("due_at", "<", BigInt(before))
    .orderBy("due_at")
    .limit(limit)
    .execute();
  const forgotten = rows.filter(({ effect }) => isForgotten(effect)).map(({ id }) => id);
  const kept = rows.filter(({ effect }) => !isForgotten(effect)).map(({ id }) => id);
  // Asked for again at this moment, it is not done any more.
  if (forgotten.length > 0) {
    await trx
      .deleteFrom("outbox")
      .where("id", "in", forgotten)
      .where("state", "=", "done")
      .execute();
  }
  if (kept.length > 0) {
    await trx
      .updateTable("outbox")
      .set({ effect: "" })
      .where("id", "in", kept)
      .where("state", "=", "done")
      .execute();
  }
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
