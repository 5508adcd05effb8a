// How far the lists of GitHub and Stripe were read.
import type { CursorName } from "../ports.ts";
import type { Handle } from "./engine.ts";
import { numberOrNull } from "./rows.ts";
import { oneRow, upsert } from "./statement.ts";

const selectCursor = oneRow((db, { name }: { name: CursorName }) =>
  db.selectFrom("cursors").select("at").where("name", "=", name),
);

const putCursor = upsert("cursors", ["name"]);

export async function cursorAt(db: Handle, name: CursorName): Promise<number | null> {
  const row = await selectCursor(db, { name });
  return numberOrNull(row?.at ?? null);
}

export async function saveCursor(
  trx: Handle,
  { name, at }: { name: CursorName; at: number },
): Promise<void> {
  await putCursor(trx, { name, at: BigInt(at) });
}
