// Reading the books: balance transactions, the balance, and payouts to the bank.
import { schedule } from "./due.ts";
import { emit } from "./emit.ts";
import { balanceInsufficient, notFound } from "./errors.ts";
import { choice, currency, integer, mergeMetadata, metadata, required, text } from "./fields.ts";
import { fundsOf, move } from "./funds.ts";
import { newId } from "./ids.ts";
import { listRows, pageFields } from "./pagination.ts";
import { type Call, type Route, route } from "./route.ts";
import { addRow, findRow, getRow, nowSeconds, type World } from "./state.ts";
import type { BalanceTransaction, Payout } from "./types.ts";

type NoFields = Record<never, never>;

interface Amount {
  amount: number;
  currency: string;
  source_types: { card: number };
}

export interface Balance {
  object: "balance";
  available: Amount[];
  connect_reserved?: { amount: number; currency: string }[];
  livemode: false;
  pending: Amount[];
}

export function balanceOf(world: World, account?: string): Balance {
  const first = world.options.settlementCurrencies[0] ?? "usd";
  // Stripe shows the default currency even before there is any money.
  fundsOf(world, account, first);
  const all = Object.entries(world.state.funds.get(account ?? "platform") ?? {});
  const amounts = (kind: "available" | "pending"): Amount[] =>
    all.map(([code, funds]) => ({
      amount: funds[kind],
      currency: code,
      source_types: { card: funds[kind] },
    }));
  const reserved = all.map(([code]) => ({ amount: 0, currency: code }));
  return {
    object: "balance",
    available: amounts("available"),
    ...(account ? {} : { connect_reserved: reserved }),
    livemode: false,
    pending: amounts("pending"),
  };
}

function retrieve({ world, id, account }: Call<NoFields>): BalanceTransaction {
  const row = findRow(world, "balanceTransactions", id);
  if (!row || world.state.owners.get(id) !== account) throw notFound("balance transaction", id);
  return row;
}

const listFields = {
  ...pageFields,
  currency: currency(),
  payout: text(),
  source: text(),
  type: text(),
};

function list({ world, params, account }: Call<typeof listFields>): object {
  const source = params.payout ?? params.source;
  return listRows(world, {
    table: "balanceTransactions",
    url: "/v1/balance_transactions",
    params,
    account,
    where: (row) =>
      (params.currency ?? row.currency) === row.currency &&
      (source ?? row.source) === row.source &&
      (params.type ?? row.type) === row.type,
  });
}

const payoutFields = {
  amount: required(integer({ min: 1 })),
  currency: required(currency()),
  description: text(),
  metadata: metadata(),
  method: choice("standard", "instant"),
  statement_descriptor: text(22),
};

const bankDelayMs = 24 * 60 * 60 * 1000;

function createPayout({ world, params, account }: Call<typeof payoutFields>): Payout {
  const { amount, currency: code } = params;
  if (fundsOf(world, account, code).available < amount) {
    throw balanceInsufficient(
      "You have insufficient funds in your Stripe account for this payout.",
    );
  }
  const arrivesAt = world.ports.now() + bankDelayMs;
  const payout = addRow(world, "payouts", {
    id: newId(world, "po"),
    object: "payout",
    amount,
    application_fee: null,
    application_fee_amount: null,
    arrival_date: Math.floor(arrivesAt / 1000),
    automatic: false,
    balance_transaction: null,
    created: nowSeconds(world),
    currency: code,
    description: params.description ?? "STRIPE PAYOUT",
    destination: `ba_sandbox_${code}`,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    livemode: false,
    metadata: mergeMetadata(null, params.metadata ?? {}),
    method: params.method ?? "standard",
    original_payout: null,
    payout_method: null,
    reconciliation_status: "not_applicable",
    reversed_by: null,
    source_type: "card",
    statement_descriptor: params.statement_descriptor ?? null,
    status: "pending",
    trace_id: null,
    type: "bank_account",
  });
  if (account) world.state.owners.set(payout.id, account);
  payout.balance_transaction = move(world, {
    type: "payout",
    amount: -amount,
    currency: code,
    source: payout.id,
    description: payout.description,
    account,
  }).id;
  emit(world, "payout.created", payout, account ? { account } : {});
  schedule(world, arrivesAt, { kind: "arrive", payout: payout.id });
  return payout;
}

export function arrivePayout(world: World, id: string): void {
  const payout = getRow(world, "payouts", id);
  payout.status = "paid";
  const account = world.state.owners.get(id);
  emit(world, "payout.paid", payout, account ? { account } : {});
}

function retrievePayout({ world, id, account }: Call<NoFields>): Payout {
  const payout = findRow(world, "payouts", id);
  if (!payout || world.state.owners.get(id) !== account) throw notFound("payout", id);
  return payout;
}

const payoutListFields = { ...pageFields, status: text() };

function listPayouts({ world, params, account }: Call<typeof payoutListFields>): object {
  return listRows(world, {
    table: "payouts",
    url: "/v1/payouts",
    params,
    account,
    where: ({ status }) => (params.status ?? status) === status,
  });
}

const connect = { connect: true };

export const balanceRoutes: Route[] = [
  route("GET", "/v1/balance", {}, ({ world, account }) => balanceOf(world, account), connect),
  route("GET", "/v1/balance_transactions", listFields, list, connect),
  route("GET", "/v1/balance_transactions/:id", {}, retrieve, connect),
  route("POST", "/v1/payouts", payoutFields, createPayout, connect),
  route("GET", "/v1/payouts", payoutListFields, listPayouts, connect),
  route("GET", "/v1/payouts/:id", {}, retrievePayout, connect),
];
