// Replies to refused commands are found again when the command is done after all: then they are minimised.
import { type Kysely, sql } from "kysely";

export async function rememberRefusals(
  db: Kysely<unknown>,
  dialect: "sqlite" | "postgres",
): Promise<void> {
  const [text, end] = dialect === "sqlite" ? ["text", "strict"] : ['text collate "C"', ""];
  const table = `create table standing_refusals (
    topic ${text} primary key,
    reply_key ${text} not null
  ) ${end}`;
  await sql.raw(table).execute(db);
}
