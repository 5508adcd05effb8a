// Which reply a refusal stands in until it is handled: one row per topic that nobody has put right yet.
import type { Change } from "../core/decision.ts";
import type { Handle } from "./engine.ts";

export async function standingRefusal(trx: Handle, topic: string): Promise<string | null> {
  const row = await trx
    .selectFrom("standing_refusals")
    .select("reply_key")
    .where("topic", "=", topic)
    .executeTakeFirst();
  return row?.reply_key ?? null;
}

export async function putStandingRefusal(
  trx: Handle,
  { topic, replyKey }: Extract<Change, { put: "standingRefusal" }>,
): Promise<void> {
  if (replyKey === null) {
    await trx.deleteFrom("standing_refusals").where("topic", "=", topic).execute();
    return;
  }
  const row = { topic, reply_key: replyKey };
  await trx
    .insertInto("standing_refusals")
    .values(row)
    .onConflict((on) => on.column("topic").doUpdateSet(row))
    .execute();
}
