// Effects that are done and still say what they did are found by themselves: they are taken away after a time.
import { type Kysely, sql } from "kysely";

export async function findDoneEffects(db: Kysely<unknown>): Promise<void> {
  const index = "create index outbox_done on outbox (due_at) where state = 'done' and effect <> ''";
  await sql.raw(index).execute(db);
}
