// Disputes, for both dialects.
import { type Kysely, sql } from "kysely";

export async function createDisputes(
  db: Kysely<unknown>,
  dialect: "sqlite" | "postgres",
): Promise<void> {
  const text = dialect === "sqlite" ? "text" : 'text collate "C"';
  const end = dialect === "sqlite" ? "strict" : "";
  const statement = `create table disputes (
    id ${text} primary key,
    pledge_id ${text} not null references pledges (id),
    phase ${text} not null,
    body ${text} not null
  ) ${end}`;
  await sql.raw(statement).execute(db);
}
