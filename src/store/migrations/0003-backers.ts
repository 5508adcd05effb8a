// A backer's pledges and a pledge's refunds are found by themselves: backers have pages of their own.
import { type Kysely, sql } from "kysely";

export async function findByBacker(
  db: Kysely<unknown>,
  dialect: "sqlite" | "postgres",
): Promise<void> {
  const backerId =
    dialect === "sqlite"
      ? "json_extract(body, '$.backerId')"
      : "cast(cast(body as json) ->> 'backerId' as bigint)";
  const int = dialect === "sqlite" ? "integer" : "bigint";
  const statements = [
    `alter table pledges add column backer_id ${int}`,
    `update pledges set backer_id = ${backerId}`,
    "create index pledges_by_backer on pledges (backer_id) where backer_id is not null",
    "create index refunds_by_pledge on refunds (pledge_id)",
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
