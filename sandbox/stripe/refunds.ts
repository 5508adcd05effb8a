// Refunds: made by the app or by hand, whole or in part; what becomes of them is in refund-outcomes.ts.
import { formatAmount } from "./currency.ts";
import { emit } from "./emit.ts";
import { invalidRequest, missingParameter, notFound } from "./errors.ts";
import { choice, integer, mergeMetadata, metadata, text, type Values } from "./fields.ts";
import { newId } from "./ids.ts";
import { listRows, pageFields } from "./pagination.ts";
import { checkReference, reference } from "./references.ts";
import { beginRefund, changeRefunded } from "./refund-outcomes.ts";
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

type CreateParams = Values<typeof createFields>;

export function createRefund(world: World, params: Partial<CreateParams>): Refund {
  const charge = chargeToRefund(world, params);
  const rest = charge.amount - charge.amount_refunded;
  if (rest === 0) {
    const message = `Charge ${charge.id} has already been refunded.`;
    throw invalidRequest(message, { code: "charge_already_refunded" });
  }
  if (forbidsRefund(world, charge)) {
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
  beginRefund(world, refund);
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

function chargeToRefund(world: World, params: Partial<CreateParams>): Charge {
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

/** A chargeback that is open or lost: its cardholder has the money already. */
function forbidsRefund(world: World, charge: Charge): boolean {
  if (!charge.disputed) return false;
  return world.state.tables.disputes.rows.some(
    (dispute) => dispute.charge === charge.id && !dispute.is_charge_refundable,
  );
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
  route("POST", "/v1/refunds", createFields, ({ world, params }) => createRefund(world, params)),
  route("GET", "/v1/refunds", listFields, list, { connect: true }),
  route("GET", "/v1/refunds/:id", {}, ({ world, id, account }) => find(world, id, account), {
    connect: true,
  }),
  route("POST", "/v1/refunds/:id", updateFields, update),
];
