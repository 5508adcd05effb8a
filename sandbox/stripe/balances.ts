// Reading the books: balance transactions and the balance.
import { notFound } from "./errors.ts";
import { currency, text } from "./fields.ts";
import { fundsOf } from "./funds.ts";
import { listRows, pageFields } from "./pagination.ts";
import { type Call, type Route, route } from "./route.ts";
import { findRow, type World } from "./state.ts";
import type { BalanceTransaction } from "./types.ts";

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
  const reserved = all.map(([code]) => ({
    amount: world.state.reserved.get(code) ?? 0,
    currency: code,
  }));
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

const connect = { connect: true };

export const balanceRoutes: Route[] = [
  route("GET", "/v1/balance", {}, ({ world, account }) => balanceOf(world, account), connect),
  route("GET", "/v1/balance_transactions", listFields, list, connect),
  route("GET", "/v1/balance_transactions/:id", {}, retrieve, connect),
];
