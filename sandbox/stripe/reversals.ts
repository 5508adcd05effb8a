// Transfer reversals: money back from a connected account, as far as its balance reaches.

import { connectedAccount } from "./accounts.ts";
import { formatAmount } from "./currency.ts";
import { emit } from "./emit.ts";
import { balanceInsufficient, invalidRequest } from "./errors.ts";
import { integer, mergeMetadata, metadata, text, type Values } from "./fields.ts";
import { availableWith, fundsOf, move } from "./funds.ts";
import { newId } from "./ids.ts";
import { listRows, pageFields } from "./pagination.ts";
import { plainCopy } from "./plain-copy.ts";
import { resumeRefunds } from "./refund-outcomes.ts";
import { emptyRefund } from "./refunds.ts";
import { type Call, type Route, route } from "./route.ts";
import { addRow, getRow, nowSeconds, type World } from "./state.ts";
import { countTransferred, findTransfer } from "./transfers.ts";
import type { Transfer, TransferReversal } from "./types.ts";

const createFields = { amount: integer({ min: 1 }), description: text(), metadata: metadata() };

type CreateParams = Values<typeof createFields>;

/** By the app, or by hand in the dashboard. */
export function reverseTransfer(
  world: World,
  id: string,
  params: Partial<CreateParams> = {},
): TransferReversal {
  const transfer = findTransfer(world, id);
  const rest = transfer.amount - transfer.amount_reversed;
  const amount = params.amount ?? rest;
  if (rest === 0) throw invalidRequest(`Transfer ${id} is already fully reversed.`);
  if (amount > rest) {
    const message = `Reversal amount (${formatAmount(amount, transfer.currency)}) is greater than unreversed amount of the transfer (${formatAmount(rest, transfer.currency)})`;
    throw invalidRequest(message, { param: "amount" });
  }
  const availableAt = checkFunds(world, transfer, amount);
  const payment = getRow(world, "charges", transfer.destination_payment ?? "");
  const reversal = addRow(world, "reversals", {
    id: newId(world, "trr"),
    object: "transfer_reversal",
    amount,
    balance_transaction: null,
    created: nowSeconds(world),
    currency: transfer.currency,
    destination_payment_refund: newId(world, "pyr"),
    metadata: mergeMetadata(null, params.metadata ?? {}),
    source_refund: null,
    transfer: transfer.id,
  });
  reversal.balance_transaction = move(world, {
    type: "transfer_refund",
    amount,
    currency: transfer.currency,
    source: reversal.id,
    availableAt,
  }).id;
  takeBack(world, { transfer, reversal, availableAt });
  payment.amount_refunded += amount;
  payment.refunded = payment.amount_refunded === payment.amount;
  transfer.amount_reversed += amount;
  countTransferred(world, transfer.source_transaction, -amount);
  transfer.reversed = transfer.amount_reversed === transfer.amount;
  transfer.reversals.data.unshift(plainCopy(reversal));
  transfer.reversals.data.length = Math.min(transfer.reversals.data.length, 10);
  emit(world, "transfer.reversed", transfer);
  resumeRefunds(world);
  return reversal;
}

/** Answers when the money is back: with the transfer's own, while that is still pending. */
function checkFunds(world: World, transfer: Transfer, amount: number): number {
  connectedAccount(world, transfer.destination ?? "");
  const sent = getRow(world, "balanceTransactions", transfer.balance_transaction ?? "");
  const { available } = fundsOf(world, transfer.destination ?? "", transfer.currency);
  if (sent.status === "available" && available < amount) {
    throw balanceInsufficient(
      `Insufficient funds in the connected account: it has ${formatAmount(available, transfer.currency)} available, and ${formatAmount(amount, transfer.currency)} is to be reversed.`,
    );
  }
  return availableWith(world, sent);
}

interface TakenBack {
  transfer: Transfer;
  reversal: TransferReversal;
  availableAt: number;
}

/** The reversal as the connected account sees it: a refund of the payment that had come in. */
function takeBack(world: World, { transfer, reversal, availableAt }: TakenBack): void {
  const account = transfer.destination ?? "";
  const { amount, currency } = reversal;
  const refund = addRow(world, "refunds", {
    ...emptyRefund(),
    id: reversal.destination_payment_refund ?? "",
    amount,
    charge: transfer.destination_payment ?? null,
    created: nowSeconds(world),
    currency,
    status: "succeeded",
    transfer_reversal: reversal.id,
  });
  delete refund.destination_details;
  world.state.owners.set(refund.id, account);
  refund.balance_transaction = move(world, {
    type: "payment_refund",
    amount: -amount,
    currency,
    source: refund.id,
    availableAt,
    account,
  }).id;
}

const { limit, starting_after, ending_before } = pageFields;
const listFields = { limit, starting_after, ending_before };

function list({ world, id, params }: Call<typeof listFields>): object {
  const transfer = findTransfer(world, id);
  return listRows(world, {
    table: "reversals",
    url: transfer.reversals.url,
    params,
    where: (reversal) => reversal.transfer === id,
  });
}

export const reversalRoutes: Route[] = [
  route("POST", "/v1/transfers/:id/reversals", createFields, ({ world, id, params }) =>
    reverseTransfer(world, id, params),
  ),
  route("GET", "/v1/transfers/:id/reversals", listFields, list),
];
