// What Stripe says of a payee's account beyond whether it is ready, and which campaigns are tips.
import { type Kysely, sql } from "kysely";

export async function addPayeeAccounts(
  db: Kysely<unknown>,
  dialect: "sqlite" | "postgres",
): Promise<void> {
  const int = dialect === "sqlite" ? "integer" : "bigint";
  const text = dialect === "sqlite" ? "text" : 'text collate "C"';
  const statements = [
    `alter table payees add column accounts_lost ${int} not null default 0`,
    `alter table payees add column country ${text}`,
    `alter table payees add column bank_failed_at ${int}`,
    "create index payees_by_account on payees (account_id) where account_id is not null",
    `create index payouts_in_trouble on payouts (id) where state in ('failed', 'overpaid')`,
    `alter table campaigns add column kind ${text} not null default 'bounty'`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
