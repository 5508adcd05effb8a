// Money that moves between the operator and Stripe without any pledge: top-ups, Stripe's own fees, and
// what Stripe sets aside because a connected account owes it something.
import { emit } from "./emit.ts";
import { notFound, Refused } from "./errors.ts";
import { choice } from "./fields.ts";
import { fundsOf, move } from "./funds.ts";
import { newId } from "./ids.ts";
import { listRows, pageFields } from "./pagination.ts";
import { resumeRefunds } from "./refund-outcomes.ts";
import { type Call, type Route, route } from "./route.ts";
import { addRow, findRow, nowSeconds, type World } from "./state.ts";
import type { BalanceTransaction, Topup } from "./types.ts";

function checkWhole(amount: number): void {
  if (!Number.isSafeInteger(amount) || amount === 0) throw new Refused("an amount is needed");
}

/** Adds money from outside, available at once. */
export function topUp(world: World, amount: number, currency: string): Topup {
  checkWhole(amount);
  if (amount < 0) throw new Refused("a top-up adds money");
  const id = newId(world, "tu");
  const topup = addRow(world, "topups", {
    id,
    object: "topup",
    amount,
    balance_transaction: null,
    created: nowSeconds(world),
    currency,
    description: "Top-up by hand",
    expected_availability_date: nowSeconds(world),
    failure_code: null,
    failure_message: null,
    initiated_by: "user",
    livemode: false,
    metadata: {},
    payment_method: null,
    payment_method_options: null,
    source: null,
    statement_descriptor: null,
    status: "succeeded",
    transfer_group: null,
  });
  const { description } = topup;
  const row = move(world, { type: "topup", amount, currency, source: id, description });
  topup.balance_transaction = row.id;
  emit(world, "topup.created", topup);
  emit(world, "topup.succeeded", topup);
  resumeRefunds(world);
  return topup;
}

export interface Fee {
  /** Minor units; negative: Stripe gives a fee back. */
  amount: number;
  currency: string;
  description?: string;
}

/** Stripe takes a fee of its own: for an active account, a payout. No event tells of it. */
export function chargeFee(world: World, { amount, currency, ...more }: Fee): BalanceTransaction {
  checkWhole(amount);
  const { description = "Connect: Active Account Billing" } = more;
  const row = move(world, {
    type: "stripe_fee",
    amount: -amount,
    currency,
    source: null,
    description,
  });
  if (amount < 0) resumeRefunds(world);
  return row;
}

/** Stripe sets a part of the available balance aside; a negative amount is given back. */
export function reserve(world: World, amount: number, currency: string): BalanceTransaction {
  checkWhole(amount);
  const held = world.state.reserved.get(currency) ?? 0;
  if (held + amount < 0) throw new Refused(`only ${held} ${currency} is reserved`);
  if (fundsOf(world, undefined, currency).available < amount) {
    throw new Refused(`less than ${amount} ${currency} is available`);
  }
  world.state.reserved.set(currency, held + amount);
  const row = move(world, {
    type: "reserve_transaction",
    category: "connect_reserved_funds",
    amount: -amount,
    currency,
    source: null,
    description: amount > 0 ? "Connect reserve hold" : "Connect reserve release",
  });
  if (amount < 0) resumeRefunds(world);
  return row;
}

function retrieve({ world, id }: Call<Record<never, never>>): Topup {
  const topup = findRow(world, "topups", id);
  if (!topup) throw notFound("topup", id);
  return topup;
}

const listFields = {
  ...pageFields,
  status: choice("canceled", "failed", "pending", "succeeded"),
};

function list({ world, params }: Call<typeof listFields>): object {
  return listRows(world, {
    table: "topups",
    url: "/v1/topups",
    params,
    where: ({ status }) => (params.status ?? status) === status,
  });
}

export const topupRoutes: Route[] = [
  route("GET", "/v1/topups", listFields, list),
  route("GET", "/v1/topups/:id", {}, retrieve),
];
