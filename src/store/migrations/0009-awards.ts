// Claims that were declined, what of an award has left, and where repositories and issues were before.
import { type Kysely, sql } from "kysely";

export async function addAwardRules(
  db: Kysely<unknown>,
  dialect: "sqlite" | "postgres",
): Promise<void> {
  const int = dialect === "sqlite" ? "integer" : "bigint";
  const text = dialect === "sqlite" ? "text" : 'text collate "C"';
  const end = dialect === "sqlite" ? "strict" : "";
  const statements = [
    `alter table claims add column rejected ${text}`,
    "create index pulls_by_number on pulls (repository_id, number)",
    "create index payouts_by_campaign on payouts (campaign_id, state)",
    `create table former_names (
      owner ${text} not null,
      name ${text} not null,
      repository_id ${int} not null,
      primary key (owner, name)
    ) ${end}`,
    `create table former_issues (
      repository_id ${int} not null,
      issue_number ${int} not null,
      campaign_id ${text} not null,
      primary key (repository_id, issue_number)
    ) ${end}`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
