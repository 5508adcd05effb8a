// Which campaigns were awarded to a person is found by itself: their page shows what is still being collected.
import { type Kysely, sql } from "kysely";

export async function findByAwardPayee(
  db: Kysely<unknown>,
  dialect: "sqlite" | "postgres",
): Promise<void> {
  const sqlite = dialect === "sqlite";
  const int = sqlite ? "integer" : "bigint";
  const text = sqlite ? "text" : 'text collate "C"';
  const known = sqlite
    ? "select json_extract(one.value, '$.id'), campaign_id from awards, json_each(body, '$.payees') as one"
    : `select cast(one ->> 'id' as bigint), campaign_id
       from awards, json_array_elements(cast(body as json) -> 'payees') as one`;
  const statements = [
    `create table award_payees (
      payee_id ${int} not null,
      campaign_id ${text} not null references campaigns (id),
      primary key (payee_id, campaign_id)
    )${sqlite ? " strict" : ""}`,
    `insert into award_payees (payee_id, campaign_id) ${known}`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
