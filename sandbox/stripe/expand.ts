// `expand[]`: puts the object in where a stored object holds an id. The table says what Stripe lets expand.
import { invalidRequest } from "./errors.ts";
import { findRow, type TableName, type World } from "./state.ts";

type Json = Record<string, unknown>;

/** Expandable fields of each kind of object, and the table that each leads to. */
const expandable: Record<string, Record<string, TableName | TableName[]>> = {
  account: {},
  balance_transaction: {
    source: ["charges", "refunds", "transfers", "reversals", "payouts", "disputes", "topups"],
  },
  charge: {
    balance_transaction: "balanceTransactions",
    customer: "customers",
    failure_balance_transaction: "balanceTransactions",
    payment_intent: "paymentIntents",
    source_transfer: "transfers",
    transfer: "transfers",
  },
  "checkout.session": {
    customer: "customers",
    payment_intent: "paymentIntents",
    setup_intent: "setupIntents",
  },
  dispute: { charge: "charges", payment_intent: "paymentIntents" },
  payment_intent: {
    customer: "customers",
    latest_charge: "charges",
    payment_method: "paymentMethods",
  },
  payment_method: { customer: "customers" },
  payout: {
    balance_transaction: "balanceTransactions",
    failure_balance_transaction: "balanceTransactions",
  },
  refund: {
    balance_transaction: "balanceTransactions",
    charge: "charges",
    failure_balance_transaction: "balanceTransactions",
    payment_intent: "paymentIntents",
    payment_method: "paymentMethods",
  },
  setup_intent: { customer: "customers", payment_method: "paymentMethods" },
  topup: { balance_transaction: "balanceTransactions" },
  transfer: {
    balance_transaction: "balanceTransactions",
    destination: "accounts",
    destination_payment: "charges",
    source_transaction: "charges",
  },
  transfer_reversal: {
    balance_transaction: "balanceTransactions",
    destination_payment_refund: "refunds",
    source_refund: "refunds",
    transfer: "transfers",
  },
};

/** Stored objects are never changed by being shown: each on a path is copied before it is expanded. */
export function expandAnswer(world: World, answer: object, paths: string[]): object {
  const copy: Json = { ...answer };
  for (const path of paths) {
    const keys = path.split(".");
    if (keys.length > 4 + Number(keys[0] === "data")) {
      throw invalidRequest("You cannot expand more than 4 levels of a property.", {
        param: "expand",
      });
    }
    expandPath(world, copy, keys, path);
  }
  return copy;
}

function expandPath(world: World, target: Json, keys: string[], path: string): void {
  const [key = "", ...rest] = keys;
  if (target["object"] === "list") {
    if (key !== "data") throw cannotExpand(path);
    const data = (target["data"] as Json[]).map((row) => ({ ...row }));
    target["data"] = data;
    for (const row of data) expandPath(world, row, rest, path);
    return;
  }
  if (key === "line_items" && target["object"] === "checkout.session") {
    target[key] ??= lineItemList(world, String(target["id"]));
    return;
  }
  if (key === "refunds" && target["object"] === "charge") {
    target[key] ??= refundList(world, String(target["id"]));
  } else {
    putIn(world, target, key, path);
  }
  const value = target[key];
  if (rest.length > 0 && typeof value === "object" && value !== null) {
    const inner = { ...value } as Json;
    target[key] = inner;
    expandPath(world, inner, rest, path);
  }
}

function putIn(world: World, target: Json, key: string, path: string): void {
  const tables = expandable[String(target["object"])]?.[key];
  if (!tables) throw cannotExpand(path);
  const value = target[key];
  if (typeof value !== "string") return;
  for (const table of [tables].flat()) {
    const row = findRow(world, table, value);
    if (row) target[key] = row;
  }
}

export function lineItemList(world: World, session: string): Json {
  const data = world.state.lineItems.get(session) ?? [];
  const url = `/v1/checkout/sessions/${session}/line_items`;
  return { object: "list", data, has_more: false, url };
}

function refundList(world: World, charge: string): Json {
  const rows = world.state.tables.refunds.rows.filter((refund) => refund.charge === charge);
  const data = rows.reverse().slice(0, 10);
  const url = `/v1/charges/${charge}/refunds`;
  return { object: "list", data, has_more: rows.length > 10, url };
}

function cannotExpand(path: string): Error {
  const message = `This property cannot be expanded (${path}). You may want to try expanding another property.`;
  return invalidRequest(message, { param: "expand" });
}
