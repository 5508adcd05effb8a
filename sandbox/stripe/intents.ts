// The operations on PaymentIntents that the app calls: create unconfirmed, confirm, cancel, look up.

import { formatAmount, greatestAmount, minimumCharge } from "./currency.ts";
import { cardDeclined, invalidRequest, missingParameter, notFound } from "./errors.ts";
import {
  choice,
  currency,
  emailAddress,
  flag,
  integer,
  list,
  mergeMetadata,
  metadata,
  required,
  shape,
  text,
  url,
} from "./fields.ts";
import { listRows, pageFields } from "./pagination.ts";
import { methodFor } from "./payment-methods.ts";
import { attemptPayment, cancelIntent, makeIntent } from "./payments.ts";
import { plainCopy } from "./plain-copy.ts";
import { checkReference } from "./references.ts";
import { type Call, type Route, route } from "./route.ts";
import { findRow, type World } from "./state.ts";
import type { PaymentIntent } from "./types.ts";

const createFields = {
  amount: required(integer({ min: 1 })),
  currency: required(currency()),
  automatic_payment_methods: shape({
    enabled: required(flag()),
    allow_redirects: choice("always", "never"),
  }),
  allowed_payment_method_types: list(text()),
  confirm: flag(),
  customer: text(),
  description: text(1000),
  error_on_requires_action: flag(),
  metadata: metadata(),
  off_session: flag(),
  on_behalf_of: text(),
  payment_method: text(),
  receipt_email: emailAddress(),
  return_url: url(),
  setup_future_usage: choice("off_session", "on_session"),
  statement_descriptor_suffix: text(22),
  transfer_group: text(),
};

function create({ world, params }: Call<typeof createFields>): PaymentIntent {
  const { amount, currency: code } = params;
  const minimum = minimumCharge(code);
  if (amount < minimum) {
    const message = `Amount must be at least ${formatAmount(minimum, code)} ${code}`;
    throw invalidRequest(message, { code: "amount_too_small", param: "amount" });
  }
  if (amount > greatestAmount) {
    const message = `Amount must be no more than ${formatAmount(greatestAmount, code)}`;
    throw invalidRequest(message, { code: "amount_too_large", param: "amount" });
  }
  checkReference(world, "customers", params.customer, "customer");
  if (params.off_session && !params.confirm) {
    const message = "You can only use `off_session` when `confirm` is set to `true`.";
    throw invalidRequest(message, { param: "off_session" });
  }
  const method = params.payment_method
    ? methodFor(world, params.payment_method, params.customer ?? null)
    : undefined;
  const intent = makeIntent(world, {
    amount,
    currency: code,
    customer: params.customer ?? null,
    description: params.description ?? null,
    metadata: mergeMetadata(null, params.metadata ?? {}),
    on_behalf_of: params.on_behalf_of ?? null,
    receipt_email: params.receipt_email ?? null,
    setup_future_usage: params.setup_future_usage ?? null,
    statement_descriptor_suffix: params.statement_descriptor_suffix ?? null,
    transfer_group: params.transfer_group ?? null,
    allowed_payment_method_types: (params.allowed_payment_method_types ??
      null) as PaymentIntent["allowed_payment_method_types"],
  });
  if (params.automatic_payment_methods) {
    const { allow_redirects = "always", enabled } = params.automatic_payment_methods;
    intent.automatic_payment_methods = { allow_redirects, enabled };
  }
  if (method) {
    intent.payment_method = method.id;
    intent.status = "requires_confirmation";
  }
  return params.confirm ? confirmIntent(world, intent, params) : intent;
}

const confirmFields = {
  error_on_requires_action: flag(),
  off_session: flag(),
  payment_method: text(),
  receipt_email: emailAddress(),
  return_url: url(),
  setup_future_usage: choice("off_session", "on_session"),
};

interface ConfirmParams {
  error_on_requires_action?: boolean | undefined;
  off_session?: boolean | undefined;
  payment_method?: string | undefined;
  receipt_email?: string | undefined;
  return_url?: string | undefined;
  setup_future_usage?: "off_session" | "on_session" | undefined;
}

function confirm({ world, id, params }: Call<typeof confirmFields>): PaymentIntent {
  return confirmIntent(world, find(world, id), params);
}

const confirmable = ["requires_payment_method", "requires_confirmation", "requires_action"];

function confirmIntent(world: World, intent: PaymentIntent, params: ConfirmParams): PaymentIntent {
  if (!confirmable.includes(intent.status)) {
    const why =
      intent.status === "succeeded"
        ? "it has already succeeded after being previously confirmed."
        : `it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be confirmed: ${confirmable.join(", ")}.`;
    throw unexpectedState(intent, `You cannot confirm this PaymentIntent because ${why}`);
  }
  const methodId = params.payment_method ?? intent.payment_method;
  if (!methodId) {
    const message =
      "You cannot confirm this PaymentIntent because it's missing a payment method. Update the PaymentIntent with a payment method and then try again.";
    throw unexpectedState(intent, message);
  }
  // Nobody can be led anywhere: the charge is refused instead of waiting for an authentication.
  const offSession = params.off_session || params.error_on_requires_action || false;
  const redirects = intent.automatic_payment_methods?.allow_redirects !== "never";
  if (!offSession && redirects && !params.return_url) throw missingParameter("return_url");
  if (params.return_url) world.state.returnUrls.set(intent.id, params.return_url);
  const method = methodFor(world, methodId, intent.customer);
  intent.receipt_email = params.receipt_email ?? intent.receipt_email;
  intent.setup_future_usage = params.setup_future_usage ?? intent.setup_future_usage;
  const outcome = attemptPayment(world, { intent, method, offSession, authenticated: false });
  if (outcome.kind === "declined") {
    const { code, declineCode, message } = outcome.decline;
    throw cardDeclined({
      code,
      decline_code: declineCode,
      message,
      charge: outcome.charge.id,
      payment_intent: plainCopy(intent),
      payment_method: plainCopy(method),
    });
  }
  return intent;
}

function unexpectedState(intent: PaymentIntent, message: string): Error {
  return invalidRequest(message, {
    code: "payment_intent_unexpected_state",
    payment_intent: plainCopy(intent),
  });
}

function find(world: World, id: string): PaymentIntent {
  const intent = findRow(world, "paymentIntents", id);
  if (!intent) throw notFound("payment_intent", id, "intent");
  return intent;
}

const cancelFields = {
  cancellation_reason: choice("abandoned", "duplicate", "fraudulent", "requested_by_customer"),
};

function cancel({ world, id, params }: Call<typeof cancelFields>): PaymentIntent {
  return cancelPayment(world, id, params.cancellation_reason ?? null);
}

/** Whether nothing was taken yet, and anything may still be. */
export function isCancelable({ status }: PaymentIntent): boolean {
  return confirmable.includes(status);
}

/** By the API, or by hand in the dashboard. */
export function cancelPayment(
  world: World,
  id: string,
  reason: "abandoned" | "duplicate" | "fraudulent" | "requested_by_customer" | null = null,
): PaymentIntent {
  const intent = find(world, id);
  if (!isCancelable(intent)) {
    const message = `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be canceled: ${confirmable.join(", ")}, requires_capture, processing.`;
    throw unexpectedState(intent, message);
  }
  const session = world.state.tables.sessions.rows.find(
    ({ payment_intent }) => payment_intent === id,
  );
  if (session?.status === "open") {
    throw invalidRequest(
      "You cannot cancel a PaymentIntent created by a Checkout Session; expire the Session instead.",
    );
  }
  cancelIntent(world, intent, reason);
  return intent;
}

const updateFields = {
  description: text(1000),
  metadata: metadata(),
  payment_method: text(),
  receipt_email: emailAddress(),
  transfer_group: text(),
};

function update({ world, id, params }: Call<typeof updateFields>): PaymentIntent {
  const intent = find(world, id);
  if (params.payment_method !== undefined) {
    if (!confirmable.includes(intent.status)) {
      const message = `This PaymentIntent's payment_method could not be updated because it has a status of ${intent.status}.`;
      throw unexpectedState(intent, message);
    }
    intent.payment_method = methodFor(world, params.payment_method, intent.customer).id;
    intent.status = "requires_confirmation";
  }
  intent.description = params.description ?? intent.description;
  intent.receipt_email = params.receipt_email ?? intent.receipt_email;
  intent.transfer_group = params.transfer_group ?? intent.transfer_group;
  intent.metadata = mergeMetadata(intent.metadata, params.metadata);
  return intent;
}

const listFields = { ...pageFields, customer: text() };

function listIntents({ world, params }: Call<typeof listFields>): object {
  checkReference(world, "customers", params.customer, "customer");
  return listRows(world, {
    table: "paymentIntents",
    url: "/v1/payment_intents",
    params,
    where: ({ customer }) => (params.customer ?? customer) === customer,
  });
}

export const intentRoutes: Route[] = [
  route("POST", "/v1/payment_intents", createFields, create),
  route("GET", "/v1/payment_intents", listFields, listIntents),
  route("GET", "/v1/payment_intents/:id", {}, ({ world, id }) => find(world, id)),
  route("POST", "/v1/payment_intents/:id", updateFields, update),
  route("POST", "/v1/payment_intents/:id/confirm", confirmFields, confirm),
  route("POST", "/v1/payment_intents/:id/cancel", cancelFields, cancel),
];
