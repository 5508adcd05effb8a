// Which reply a refusal stands in until it is handled: one row per topic that nobody has put right yet.
import type { Change } from "../core/decision.ts";
import type { Handle } from "./engine.ts";
import { oneRow, upsert } from "./statement.ts";

const selectReplyKey = oneRow((db, { topic }: { topic: string }) =>
  db.selectFrom("standing_refusals").select("reply_key").where("topic", "=", topic),
);

const putRow = upsert("standing_refusals", ["topic"]);

export async function standingRefusal(trx: Handle, topic: string): Promise<string | null> {
  const row = await selectReplyKey(trx, { topic });
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
  await putRow(trx, { topic, reply_key: replyKey });
}
