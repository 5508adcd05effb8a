// The books and the troubles, as `reconcile`, `doctor` and the sandbox's report read them.
import { sql } from "kysely";
import type { Posting } from "../core/ledger.ts";
import type { Currency } from "../core/money.ts";
import { isLastRefund } from "../core/refund.ts";
import type { BalanceLine, Trouble } from "../ports.ts";
import type { Handle } from "./engine.ts";
import { campaignSchema, payoutSchema, pledgeSchema } from "./entity-schemas.ts";
import { fromJson } from "./json.ts";

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

/** Asked for every pledge form: each half is one index of its own, which holds the amounts too. */
export async function operatorBalance(db: Handle, currency: Currency): Promise<bigint> {
  const { rows } = await sql<{ amount: bigint }>`
    select cast(
      (select coalesce(sum(amount), 0) from postings
        where destination = 'operator' and currency = ${currency})
      - (select coalesce(sum(amount), 0) from postings
        where source = 'operator' and currency = ${currency})
      as bigint) as amount`.execute(db);
  return rows[0]?.amount ?? 0n;
}

export async function openCurrencies(db: Handle): Promise<Currency[]> {
  const rows = await db
    .selectFrom("campaigns")
    .select("body")
    .where("state", "in", ["open", "reached"])
    .execute();
  return [...new Set(rows.map(({ body }) => fromJson(campaignSchema, body).currency))].sort();
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

/** Parked effects by key, quarantined deliveries as `source:deliveryId:part`, payouts by their id. */
export async function troubles(db: Handle): Promise<Trouble[]> {
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
    ...(await payoutTroubles(db)),
    ...(await refundTroubles(db)),
  ];
}

/** Money that did not get back to its backer, until a later try is on its way. */
async function refundTroubles(db: Handle): Promise<Trouble[]> {
  const rows = await db
    .selectFrom("refunds")
    .innerJoin("pledges", "pledges.id", "refunds.pledge_id")
    .select(["refunds.effect_key as key", "pledges.body as pledge"])
    .where("refunds.state", "=", "failed")
    .orderBy("refunds.effect_key")
    .execute();
  return rows
    .map(({ key, pledge }) => ({ key, pledge: fromJson(pledgeSchema, pledge) }))
    .filter(({ key, pledge }) => pledge.state === "paid" && isLastRefund(key, pledge))
    .map(({ key }) => ({
      kind: "refund",
      key,
      error:
        "it did not go through, and is tried again by itself. A charge that a bank took back Stripe refunds no more: give its backer the rest another way",
    }));
}

/** Those whose money is not where it belongs, until it is: turned down and not yet through, or paid twice. */
async function payoutTroubles(db: Handle): Promise<Trouble[]> {
  const rows = await db
    .selectFrom("payouts")
    .select("body")
    .where("state", "in", ["overpaid", "failed"])
    .orderBy("id")
    .execute();
  const troubles: Trouble[] = [];
  for (const { body } of rows) {
    const { id: key, state, transferId, pledgeId, payeeId, round } = fromJson(payoutSchema, body);
    if (state === "overpaid") {
      const error = `transfer ${transferId} was made although its share went elsewhere; your balance bears it. Reverse it at Stripe unless it is due`;
      troubles.push({ kind: "payout", key, error });
      continue;
    }
    const next = await db
      .selectFrom("payouts")
      .select("id")
      .where("pledge_id", "=", pledgeId)
      .where("payee_id", "=", BigInt(payeeId))
      .where("round", "=", BigInt(round + 1))
      .where("state", "in", ["waiting", "sending"])
      .executeTakeFirst();
    const error = "Stripe turned the transfer down; it is tried again every day";
    if (next !== undefined) troubles.push({ kind: "payout", key, error });
  }
  return troubles;
}
