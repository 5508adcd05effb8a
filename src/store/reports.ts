// The books and the troubles, as `reconcile`, `doctor` and the sandbox's report read them.
import { sql } from "kysely";
import type { Posting } from "../core/ledger.ts";
import type { BalanceLine } from "../ports.ts";
import type { Handle } from "./engine.ts";

/**
 * Every account that is not empty, by name. `world` and `operator` have no balance row (on Postgres
 * it would make every posting wait for every other): theirs is the sum of their postings.
 */
export async function balances(db: Handle): Promise<BalanceLine[]> {
  const { rows } = await sql<BalanceLine>`
    select account, currency, amount from balances where amount <> 0
    union all
    select account, currency, cast(sum(amount) as bigint) as amount from (
      select destination as account, currency, amount from postings
        where destination in ('world', 'operator')
      union all
      select source as account, currency, -amount as amount from postings
        where source in ('world', 'operator')
    ) as open_ended
    group by account, currency having sum(amount) <> 0
    order by account, currency`.execute(db);
  return rows.map(({ account, currency, amount }) => ({ account, currency, amount }));
}

/** In the order in which they were written. */
export async function postings(db: Handle): Promise<(Posting & { at: number })[]> {
  const rows = await db.selectFrom("postings").selectAll().orderBy("id").execute();
  return rows.map((row) => ({
    source: row.source,
    destination: row.destination,
    amount: row.amount,
    currency: row.currency,
    balanceTransactionId: row.balance_transaction_id,
    at: Number(row.decided_at),
  }));
}

/** Parked effects by key, quarantined deliveries as `source:deliveryId:part`. */
export async function troubles(
  db: Handle,
): Promise<{ kind: "effect" | "delivery"; key: string; error: string }[]> {
  const parked = await db
    .selectFrom("outbox")
    .select(["key", "error"])
    .where("state", "=", sql.lit("parked"))
    .orderBy("id")
    .execute();
  const quarantined = await db
    .selectFrom("inbox")
    .select(["source", "delivery_id", "part", "error"])
    .where("state", "=", sql.lit("quarantined"))
    .orderBy("id")
    .execute();
  return [
    ...parked.map(({ key, error }) => ({ kind: "effect" as const, key, error: error ?? "" })),
    ...quarantined.map(({ source, delivery_id, part, error }) => ({
      kind: "delivery" as const,
      key: `${source}:${delivery_id}:${part}`,
      error: error ?? "",
    })),
  ];
}
