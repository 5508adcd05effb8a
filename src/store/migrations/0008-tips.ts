// How much of a day's limit for tips a payee has used.
import { type Kysely, sql } from "kysely";

export async function addTipDays(
  db: Kysely<unknown>,
  dialect: "sqlite" | "postgres",
): Promise<void> {
  const int = dialect === "sqlite" ? "integer" : "bigint";
  await sql.raw(`alter table payees add column tip_day ${int}`).execute(db);
  await sql.raw(`alter table payees add column tip_day_used ${int} not null default 0`).execute(db);
}
