// Transfers to connected accounts, with and without a source charge. With one, they succeed at once
// and follow the charge's money; without, the available balance must cover them.
import { emptyCharge, settlementCurrency } from "./charges.ts";
import { formatAmount } from "./currency.ts";
import { emit } from "./emit.ts";
import { balanceInsufficient, invalidRequest, noSuch, notFound } from "./errors.ts";
import { currency, integer, mergeMetadata, metadata, required, text } from "./fields.ts";
import { availableWith, fundsOf, move } from "./funds.ts";
import { newId } from "./ids.ts";
import { listRows, pageFields } from "./pagination.ts";
import { checkReference, reference } from "./references.ts";
import { type Call, type Route, route } from "./route.ts";
import { addRow, findRow, getRow, nowSeconds, type World } from "./state.ts";
import type { Account, Charge, Transfer } from "./types.ts";

const createFields = {
  amount: required(integer({ min: 1 })),
  currency: required(currency()),
  description: text(),
  destination: required(text()),
  metadata: metadata(),
  source_transaction: text(),
  transfer_group: text(),
};

function create({ world, params }: Call<typeof createFields>): Transfer {
  const { amount, currency: code } = params;
  const destination = checkDestination(world, params.destination);
  const source =
    params.source_transaction === undefined
      ? undefined
      : checkSource(world, { id: params.source_transaction, amount, currency: code });
  if (!source && fundsOf(world, undefined, code).available < amount) {
    throw balanceInsufficient(
      `You have insufficient available funds in your Stripe account (${code}). Try adding funds directly to your available balance by creating Charges using the 4000000000000077 test card. See: https://stripe.com/docs/testing#available-balance`,
    );
  }
  return addTransfer(world, {
    amount,
    currency: code,
    description: params.description ?? null,
    destination: destination.id,
    metadata: mergeMetadata(null, params.metadata ?? {}),
    source_transaction: source?.charge.id ?? null,
    // Stripe groups transfers with their charge, if nothing else was said.
    transfer_group: params.transfer_group ?? source?.charge.transfer_group ?? null,
    availableAt: source?.availableAt ?? world.ports.now(),
  });
}

function checkDestination(world: World, id: string): Account {
  const account = findRow(world, "accounts", id);
  if (!account || id === world.state.platform || world.state.disconnected.has(id))
    throw noSuch("destination", id, "destination");
  if (account.capabilities?.transfers !== "active") {
    const message =
      "Your destination account needs to have at least one of the following capabilities enabled: transfers, crypto_transfers, legacy_payments";
    throw invalidRequest(message, { code: "insufficient_capabilities_for_transfer" });
  }
  return account;
}

interface Source {
  charge: Charge;
  availableAt: number;
}

function checkSource(
  world: World,
  wanted: { id: string; amount: number; currency: string },
): Source {
  const param = "source_transaction";
  const charge = reference(world, "charges", wanted.id, param);
  if (!charge.paid || charge.source_transfer !== null) {
    throw invalidRequest(`The charge ${charge.id} must have succeeded to be transferred.`, {
      param,
    });
  }
  const settled = settlementCurrency(world, charge.currency);
  if (wanted.currency !== settled) {
    const message = `The currency of source_transaction's balance transaction (${settled}) must be the same as the transfer currency (${wanted.currency})`;
    throw invalidRequest(message, { param });
  }
  if (charge.balance_transaction === null) {
    throw invalidRequest(
      `The charge ${charge.id} has no balance transaction yet: wait for charge.updated.`,
      { param },
    );
  }
  const money = getRow(world, "balanceTransactions", charge.balance_transaction);
  const earlier = world.state.transferred.get(charge.id) ?? 0;
  if (earlier + wanted.amount > money.amount) {
    const message = `The transfers of ${charge.id} may not add up to more than the charge: ${formatAmount(earlier, settled)} of ${formatAmount(money.amount, settled)} is transferred already, and ${formatAmount(wanted.amount, settled)} more was asked for.`;
    throw invalidRequest(message, { param: "amount" });
  }
  return { charge, availableAt: availableWith(world, money) };
}

/** Counts a transfer of a charge's money; a reversal counts against it. */
export function countTransferred(world: World, charge: string | null, amount: number): void {
  if (charge === null) return;
  const before = world.state.transferred.get(charge) ?? 0;
  world.state.transferred.set(charge, before + amount);
}

interface NewTransfer
  extends Pick<
    Transfer,
    "amount" | "currency" | "description" | "metadata" | "source_transaction" | "transfer_group"
  > {
  destination: string;
  availableAt: number;
}

function addTransfer(world: World, made: NewTransfer): Transfer {
  const { availableAt, ...given } = made;
  const id = newId(world, "tr");
  const row = addRow(world, "transfers", {
    ...given,
    id,
    object: "transfer",
    amount_reversed: 0,
    balance_transaction: null,
    created: nowSeconds(world),
    destination_payment: newId(world, "py"),
    livemode: false,
    reversals: { object: "list", data: [], has_more: false, url: `/v1/transfers/${id}/reversals` },
    reversed: false,
    source_type: "card",
  });
  const { amount, currency: code, description } = row;
  row.balance_transaction = move(world, {
    type: "transfer",
    amount: -amount,
    currency: code,
    source: id,
    description,
    availableAt,
  }).id;
  countTransferred(world, row.source_transaction, amount);
  addPayment(world, row, availableAt);
  emit(world, "transfer.created", row);
  return row;
}

/** The transfer as the connected account sees it: a payment that came in. */
function addPayment(world: World, transfer: Transfer, availableAt: number): void {
  const account = transfer.destination ?? "";
  const id = transfer.destination_payment ?? "";
  const payment = addRow(world, "charges", {
    ...emptyCharge(),
    id,
    amount: transfer.amount,
    amount_captured: transfer.amount,
    created: nowSeconds(world),
    currency: transfer.currency,
    payment_method_details: { stripe_account: {}, type: "stripe_account" },
    source_transfer: transfer.id,
    status: "succeeded",
    transfer_group: transfer.transfer_group,
  });
  world.state.owners.set(id, account);
  payment.balance_transaction = move(world, {
    type: "payment",
    amount: transfer.amount,
    currency: transfer.currency,
    source: id,
    availableAt,
    account,
  }).id;
}

export function findTransfer(world: World, id: string): Transfer {
  const transfer = findRow(world, "transfers", id);
  if (!transfer) throw notFound("transfer", id, "transfer");
  return transfer;
}

const updateFields = { description: text(), metadata: metadata() };

function update({ world, id, params }: Call<typeof updateFields>): Transfer {
  const transfer = findTransfer(world, id);
  transfer.description = params.description ?? transfer.description;
  transfer.metadata = mergeMetadata(transfer.metadata, params.metadata);
  emit(world, "transfer.updated", transfer);
  return transfer;
}

const listFields = { ...pageFields, destination: text(), transfer_group: text() };

function list({ world, params }: Call<typeof listFields>): object {
  checkReference(world, "accounts", params.destination, "destination");
  return listRows(world, {
    table: "transfers",
    url: "/v1/transfers",
    params,
    where: (transfer) =>
      (params.destination ?? transfer.destination) === transfer.destination &&
      (params.transfer_group ?? transfer.transfer_group) === transfer.transfer_group,
  });
}

export const transferRoutes: Route[] = [
  route("POST", "/v1/transfers", createFields, create),
  route("GET", "/v1/transfers", listFields, list),
  route("GET", "/v1/transfers/:id", {}, ({ world, id }) => findTransfer(world, id)),
  route("POST", "/v1/transfers/:id", updateFields, update),
];
