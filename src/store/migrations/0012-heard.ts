// How many commands of a person were heard in an installation within the hour.
import { type Kysely, sql } from "kysely";

export async function countCommands(
  db: Kysely<unknown>,
  dialect: "sqlite" | "postgres",
): Promise<void> {
  const [int, end] = dialect === "sqlite" ? ["integer", "strict"] : ["bigint", ""];
  const table = `create table heard (
    person_id ${int} not null,
    installation_id ${int} not null,
    since ${int} not null,
    count ${int} not null,
    primary key (person_id, installation_id)
  ) ${end}`;
  await sql.raw(table).execute(db);
}
