// Money: every movement is a balance transaction, first pending, then available. The balances are
// the running sums of them, per account and currency; nothing else may change a balance.
import { schedule } from "./due.ts";
import { newId } from "./ids.ts";
import { addRow, getRow, nowSeconds, type World } from "./state.ts";
import type { BalanceTransaction, BalanceTransactionType, Funds } from "./types.ts";

export interface Movement {
  type: BalanceTransactionType;
  /** Signed, minor units. */
  amount: number;
  currency: string;
  source: string | null;
  /** Negative: a fee that comes back. */
  fee?: number;
  feeDescription?: string;
  /** Left out: as the type says. */
  category?: string;
  exchangeRate?: number;
  description?: string | null;
  /** Milliseconds; left out: at once. */
  availableAt?: number;
  /** The connected account it happens on; left out: the platform. */
  account?: string | undefined;
}

const reportingCategories: Partial<Record<BalanceTransactionType, string>> = {
  payment: "charge",
  payment_refund: "refund",
  refund_failure: "refund_failure",
  transfer_refund: "transfer_reversal",
  stripe_fee: "fee",
};

export function fundsOf(world: World, account: string | undefined, currency: string): Funds {
  const key = account ?? "platform";
  const all = world.state.funds.get(key) ?? {};
  world.state.funds.set(key, all);
  const funds = all[currency] ?? { available: 0, pending: 0 };
  all[currency] = funds;
  return funds;
}

export function move(world: World, movement: Movement): BalanceTransaction {
  const { type, amount, currency, source, account, fee = 0, exchangeRate = null } = movement;
  const now = world.ports.now();
  const availableAt = Math.max(movement.availableAt ?? now, now);
  const settled = availableAt <= now;
  const net = amount - fee;
  const row = addRow(world, "balanceTransactions", {
    id: newId(world, "txn"),
    object: "balance_transaction",
    amount,
    available_on: Math.floor(availableAt / 1000),
    balance_type: "payments",
    created: nowSeconds(world),
    currency,
    description: movement.description ?? null,
    exchange_rate: exchangeRate,
    fee,
    fee_details: fee === 0 ? [] : [stripeFee(movement)],
    net,
    reporting_category: movement.category ?? reportingCategories[type] ?? type,
    source,
    status: settled ? "available" : "pending",
    type,
  });
  if (account) world.state.owners.set(row.id, account);
  fundsOf(world, account, currency)[settled ? "available" : "pending"] += net;
  if (!settled) {
    world.state.settlesAt.set(row.id, availableAt);
    schedule(world, availableAt, { kind: "settle", balanceTransaction: row.id });
  }
  return row;
}

function stripeFee(movement: Movement): BalanceTransaction["fee_details"][number] {
  const { currency, fee: amount = 0, feeDescription: description } = movement;
  return {
    amount,
    application: null,
    currency,
    description: description ?? "Stripe processing fees",
    type: "stripe_fee",
  };
}

export function settle(world: World, id: string): void {
  const row = getRow(world, "balanceTransactions", id);
  if (row.status === "available") return;
  row.status = "available";
  world.state.settlesAt.delete(id);
  const funds = fundsOf(world, world.state.owners.get(id), row.currency);
  funds.pending -= row.net;
  funds.available += row.net;
}

/** When money that follows this balance transaction may be used: with it, never before. */
export function availableWith(world: World, balanceTransaction: BalanceTransaction): number {
  return world.state.settlesAt.get(balanceTransaction.id) ?? world.ports.now();
}
