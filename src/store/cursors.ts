// How far the lists of GitHub and Stripe were read.
import type { CursorName } from "../ports.ts";
import type { Handle } from "./engine.ts";
import { numberOrNull } from "./rows.ts";

export async function cursorAt(db: Handle, name: CursorName): Promise<number | null> {
  const row = await db
    .selectFrom("cursors")
    .select("at")
    .where("name", "=", name)
    .executeTakeFirst();
  return numberOrNull(row?.at ?? null);
}

export async function saveCursor(
  trx: Handle,
  { name, at }: { name: CursorName; at: number },
): Promise<void> {
  const row = { name, at: BigInt(at) };
  await trx
    .insertInto("cursors")
    .values(row)
    .onConflict((on) => on.column("name").doUpdateSet(row))
    .execute();
}
