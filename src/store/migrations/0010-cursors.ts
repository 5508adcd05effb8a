// How far the lists of GitHub and Stripe were read; and the operator's own money is found by itself, for it is asked for often.
import { type Kysely, sql } from "kysely";

export async function createCursors(
  db: Kysely<unknown>,
  dialect: "sqlite" | "postgres",
): Promise<void> {
  const sqlite = dialect === "sqlite";
  const statements = [
    `create table cursors (
      name ${sqlite ? "text" : 'text collate "C"'} primary key,
      at ${sqlite ? "integer" : "bigint"} not null
    )${sqlite ? " strict" : ""}`,
    `create index postings_to_operator on postings (currency, amount)
      where destination = 'operator'`,
    "create index postings_from_operator on postings (currency, amount) where source = 'operator'",
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
