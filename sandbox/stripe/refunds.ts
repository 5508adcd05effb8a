// Refunds: they draw on the available balance, wait when it does not suffice, and may fail afterwards.
// Stripe's fee is not returned.
import { convert, formatAmount } from "./currency.ts";
import { emit } from "./emit.ts";
import { invalidRequest, missingParameter, notFound } from "./errors.ts";
import { choice, integer, mergeMetadata, metadata, text } from "./fields.ts";
import { fundsOf, move } from "./funds.ts";
import { newId } from "./ids.ts";
import { listRows, pageFields } from "./pagination.ts";
import { checkReference, reference } from "./references.ts";
import { type Call, type Route, route } from "./route.ts";
import { addRow, findRow, getRow, nowSeconds, type World } from "./state.ts";
import type { Charge, Refund } from "./types.ts";

const createFields = {
  amount: integer({ min: 1 }),
  charge: text(),
  metadata: metadata(),
  payment_intent: text(),
  reason: choice("duplicate", "fraudulent", "requested_by_customer"),
};

function create({ world, params }: Call<typeof createFields>): Refund {
  const charge = chargeToRefund(world, params);
  const rest = charge.amount - charge.amount_refunded;
  if (rest === 0) {
    const message = `Charge ${charge.id} has already been refunded.`;
    throw invalidRequest(message, { code: "charge_already_refunded" });
  }
  if (charge.disputed) {
    const message = `Charge ${charge.id} has been charged back; cannot issue a refund.`;
    throw invalidRequest(message, { code: "charge_disputed" });
  }
  const amount = params.amount ?? rest;
  if (amount > rest) {
    const unrefunded = charge.amount_refunded > 0 ? "unrefunded amount on charge" : "charge amount";
    const message = `Refund amount (${formatAmount(amount, charge.currency)}) is greater than ${unrefunded} (${formatAmount(rest, charge.currency)})`;
    throw invalidRequest(message, { param: "amount" });
  }
  const refund = addRow(world, "refunds", {
    ...emptyRefund(),
    id: newId(world, "re"),
    amount,
    charge: charge.id,
    created: nowSeconds(world),
    currency: charge.currency,
    metadata: mergeMetadata(null, params.metadata ?? {}),
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    reason: params.reason ?? null,
  });
  changeRefunded(charge, amount);
  const waits = whyPending(world, refund);
  if (waits) {
    refund.pending_reason = waits;
    world.state.waitingRefunds.push(refund.id);
  } else {
    sendRefund(world, refund);
  }
  emit(world, "refund.created", refund);
  emit(world, "charge.refunded", charge);
  return refund;
}

export function emptyRefund(): Omit<Refund, "id" | "amount" | "created" | "currency"> {
  return {
    object: "refund",
    balance_transaction: null,
    charge: null,
    customer: null,
    customer_account: null,
    destination_details: {
      card: {
        reference_status: "pending",
        reference_type: "acquirer_reference_number",
        type: "refund",
      },
      type: "card",
    },
    metadata: {},
    payment_intent: null,
    payment_method: null,
    reason: null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: "pending",
    transfer_reversal: null,
  };
}

function chargeToRefund(
  world: World,
  params: { charge?: string | undefined; payment_intent?: string | undefined },
): Charge {
  if (params.charge !== undefined && params.payment_intent !== undefined) {
    throw invalidRequest("You may only specify one of these parameters: charge, payment_intent.");
  }
  if (params.payment_intent !== undefined) {
    const intent = reference(world, "paymentIntents", params.payment_intent, "payment_intent");
    const charge = intent.latest_charge
      ? getRow(world, "charges", intent.latest_charge)
      : undefined;
    if (charge?.paid) return charge;
    const message = `This PaymentIntent (${intent.id}) does not have a successful charge to refund.`;
    throw invalidRequest(message, { param: "payment_intent" });
  }
  if (params.charge === undefined) throw missingParameter("charge");
  const charge = reference(world, "charges", params.charge, "charge");
  if (charge.paid && charge.source_transfer === null) return charge;
  throw invalidRequest(`Charge ${charge.id} cannot be refunded: it was not paid.`, {
    param: "charge",
  });
}

function changeRefunded(charge: Charge, by: number): void {
  charge.amount_refunded += by;
  charge.refunded = charge.amount_refunded === charge.amount;
}

/** What the refund takes from the balance, in the currency that its charge settled in. */
function settlement(
  world: World,
  refund: Refund,
): { amount: number; currency: string; exchangeRate?: number } | undefined {
  const charge = getRow(world, "charges", refund.charge ?? "");
  if (charge.balance_transaction === null) return undefined;
  const settled = getRow(world, "balanceTransactions", charge.balance_transaction);
  const amount = convert(refund.amount, charge.currency, settled.currency);
  const { exchange_rate: rate, currency } = settled;
  return { amount, currency, ...(rate === null ? {} : { exchangeRate: rate }) };
}

function whyPending(world: World, refund: Refund): Refund["pending_reason"] {
  const drawn = settlement(world, refund);
  if (!drawn) return "charge_pending";
  const { available } = fundsOf(world, undefined, drawn.currency);
  return available < drawn.amount ? "insufficient_funds" : undefined;
}

function sendRefund(world: World, refund: Refund): void {
  const drawn = settlement(world, refund);
  if (!drawn) throw new Error(`refund ${refund.id} before its charge has cleared`);
  const row = move(world, {
    type: "refund",
    amount: -drawn.amount,
    currency: drawn.currency,
    source: refund.id,
    description: "REFUND FOR CHARGE",
    ...(drawn.exchangeRate === undefined ? {} : { exchangeRate: drawn.exchangeRate }),
  });
  refund.balance_transaction = row.id;
  refund.status = "succeeded";
  delete refund.pending_reason;
}

/** Called whenever money came in: waiting refunds go out, oldest first. */
export function resumeRefunds(world: World): void {
  const { state } = world;
  state.waitingRefunds = state.waitingRefunds.filter((id) => {
    const refund = getRow(world, "refunds", id);
    const waits = whyPending(world, refund);
    if (waits) {
      refund.pending_reason = waits;
      return true;
    }
    const previous = { balance_transaction: null, status: "pending" };
    sendRefund(world, refund);
    emit(world, "refund.updated", refund, { previous });
    return false;
  });
}

/** The backer's bank turned the refund down: the money comes back to the balance. */
export function failRefund(world: World, id: string): Refund {
  const refund = getRow(world, "refunds", id);
  if (refund.status === "failed" || refund.status === "canceled") {
    throw new Error(`refund ${id} is already ${refund.status}`);
  }
  const previous = { status: refund.status };
  if (refund.balance_transaction !== null) {
    const drawn = getRow(world, "balanceTransactions", refund.balance_transaction);
    const row = move(world, {
      type: "refund_failure",
      amount: -drawn.amount,
      currency: drawn.currency,
      source: refund.id,
      description: "REFUND FAILURE",
    });
    refund.failure_balance_transaction = row.id;
  }
  world.state.waitingRefunds = world.state.waitingRefunds.filter((waiting) => waiting !== id);
  refund.status = "failed";
  refund.failure_reason = "expired_or_canceled_card";
  delete refund.pending_reason;
  const charge = getRow(world, "charges", refund.charge ?? "");
  changeRefunded(charge, -refund.amount);
  emit(world, "refund.failed", refund, { previous });
  emit(world, "refund.updated", refund, { previous });
  resumeRefunds(world);
  return refund;
}

function find(world: World, id: string, account?: string): Refund {
  const refund = findRow(world, "refunds", id);
  if (!refund || world.state.owners.get(id) !== account) throw notFound("refund", id);
  return refund;
}

const updateFields = { metadata: metadata() };

function update({ world, id, params }: Call<typeof updateFields>): Refund {
  const refund = find(world, id);
  refund.metadata = mergeMetadata(refund.metadata, params.metadata);
  emit(world, "refund.updated", refund);
  return refund;
}

const listFields = { ...pageFields, charge: text(), payment_intent: text() };

function list({ world, params, account }: Call<typeof listFields>): object {
  checkReference(world, "charges", params.charge, "charge");
  checkReference(world, "paymentIntents", params.payment_intent, "payment_intent");
  return listRows(world, {
    table: "refunds",
    url: "/v1/refunds",
    params,
    account,
    where: (refund) =>
      (params.charge ?? refund.charge) === refund.charge &&
      (params.payment_intent ?? refund.payment_intent) === refund.payment_intent,
  });
}

export const refundRoutes: Route[] = [
  route("POST", "/v1/refunds", createFields, create),
  route("GET", "/v1/refunds", listFields, list, { connect: true }),
  route("GET", "/v1/refunds/:id", {}, ({ world, id, account }) => find(world, id, account), {
    connect: true,
  }),
  route("POST", "/v1/refunds/:id", updateFields, update),
];
