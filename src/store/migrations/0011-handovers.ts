// What payees ask for: that somebody else is paid in their place.
import { type Kysely, sql } from "kysely";

export async function createHandovers(
  db: Kysely<unknown>,
  dialect: "sqlite" | "postgres",
): Promise<void> {
  const int = dialect === "sqlite" ? "integer" : "bigint";
  const text = dialect === "sqlite" ? "text" : 'text collate "C"';
  const end = dialect === "sqlite" ? "strict" : "";
  const statements = [
    `create table handovers (
      id ${text} primary key,
      campaign_id ${text} not null,
      round ${int} not null,
      from_id ${int} not null,
      state ${text} not null,
      body ${text} not null
    ) ${end}`,
    "create index handovers_by_award on handovers (campaign_id, round)",
    "create index handovers_by_payee on handovers (from_id) where state = 'asked'",
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
