// Ids that stand in parameters: a request that names what does not exist is refused.
import { noSuch } from "./errors.ts";
import { findRow, type TableName, type Tables, type World } from "./state.ts";

const kinds: Record<TableName, string> = {
  accounts: "account",
  balanceTransactions: "balance_transaction",
  charges: "charge",
  customers: "customer",
  disputes: "dispute",
  events: "event",
  paymentIntents: "payment_intent",
  paymentMethods: "PaymentMethod",
  payouts: "payout",
  refunds: "refund",
  reversals: "transfer_reversal",
  sessions: "checkout.session",
  setupIntents: "setupintent",
  topups: "topup",
  transfers: "transfer",
};

export function reference<K extends TableName>(
  world: World,
  table: K,
  id: string,
  param: string,
): Tables[K] {
  const row = findRow(world, table, id);
  if (!row) throw noSuch(kinds[table], id, param);
  return row;
}

export function checkReference(
  world: World,
  table: TableName,
  id: string | undefined,
  param: string,
): void {
  if (id !== undefined) reference(world, table, id, param);
}
