// Locks that a decision takes before it looks: on Postgres two decisions about one thing go one after the
// other; on SQLite there is only ever one writer, and nothing to lock.
// The order is fixed, so that two decisions cannot wait for each other: issue, campaign, pledge, pull
// request, payees by id, and balances (by account) last.
import { sql } from "kysely";
import { dialectOf, type Handle } from "./engine.ts";

/** Locks something that may not have a row yet, until the transaction ends. */
export async function lockName(trx: Handle, name: string): Promise<void> {
  if (dialectOf(trx) === "sqlite") return;
  await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(trx);
}

/** Payees are written by several campaigns: two first awards must not both believe to be the first. */
export async function lockPayees(trx: Handle, ids: readonly number[]): Promise<void> {
  for (const id of [...ids].sort((a, b) => a - b)) await lockName(trx, `payee:${id}`);
}

export async function lockBalances(trx: Handle, accounts: readonly string[]): Promise<void> {
  if (dialectOf(trx) === "sqlite" || accounts.length === 0) return;
  await trx
    .selectFrom("balances")
    .select("account")
    .where("account", "in", [...accounts])
    .orderBy("account")
    .orderBy("currency")
    .forUpdate()
    .execute();
}
