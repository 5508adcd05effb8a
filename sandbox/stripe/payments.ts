// One attempt to pay an intent with a card: it succeeds, is declined, or needs the backer to authenticate.
// The payment page, the confirm operation and the authentication page all come through here.

import { cardBehind, type Decline, declineOf } from "./cards.ts";
import { makeCharge } from "./charges.ts";
import { emit } from "./emit.ts";
import { newId, randomText } from "./ids.ts";
import { plainCopy } from "./plain-copy.ts";
import { addRow, nowSeconds, type World } from "./state.ts";
import type { Charge, Metadata, PaymentIntent, PaymentMethod } from "./types.ts";

export type Outcome =
  | { kind: "succeeded"; charge: Charge }
  | { kind: "declined"; decline: Decline; charge: Charge }
  | { kind: "requires action" };

export interface IntentData {
  amount: number;
  currency: string;
  customer?: string | null;
  description?: string | null;
  metadata?: Metadata;
  on_behalf_of?: string | null;
  receipt_email?: string | null;
  setup_future_usage?: "off_session" | "on_session" | null;
  statement_descriptor_suffix?: string | null;
  transfer_group?: string | null;
  allowed_payment_method_types?: PaymentIntent["allowed_payment_method_types"];
}

export function makeIntent(world: World, data: IntentData): PaymentIntent {
  const id = newId(world, "pi");
  const row = addRow(world, "paymentIntents", {
    id,
    object: "payment_intent",
    allowed_payment_method_types: data.allowed_payment_method_types ?? null,
    amount: data.amount,
    amount_capturable: 0,
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: { allow_redirects: "always", enabled: true },
    canceled_at: null,
    cancellation_reason: null,
    capture_method: "automatic_async",
    client_secret: `${id}_secret_${randomText(world, 25)}`,
    confirmation_method: "automatic",
    created: nowSeconds(world),
    currency: data.currency,
    customer: data.customer ?? null,
    customer_account: null,
    description: data.description ?? null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: data.metadata ?? {},
    next_action: null,
    on_behalf_of: data.on_behalf_of ?? null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: {
        installments: null,
        mandate_options: null,
        network: null,
        request_three_d_secure: "automatic",
      },
    },
    payment_method_types: ["card"],
    payment_record: null,
    processing: null,
    receipt_email: data.receipt_email ?? null,
    review: null,
    setup_future_usage: data.setup_future_usage ?? null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: data.statement_descriptor_suffix ?? null,
    status: "requires_payment_method",
    transfer_data: null,
    transfer_group: data.transfer_group ?? null,
  });
  emit(world, "payment_intent.created", row);
  return row;
}

interface Try {
  intent: PaymentIntent;
  method: PaymentMethod;
  /** The backer is not there to authenticate. */
  offSession: boolean;
  authenticated: boolean;
}

export function attemptPayment(world: World, attempt: Try): Outcome {
  const { intent, method, authenticated, offSession } = attempt;
  intent.payment_method = method.id;
  intent.last_payment_error = null;
  intent.next_action = null;
  if (!authenticated && needsAuthentication(world, method)) {
    if (offSession) {
      return declinePayment(world, attempt, {
        code: "authentication_required",
        declineCode: "authentication_required",
        message: "Your card was declined. This transaction requires authentication.",
      });
    }
    requireAction(world, intent);
    return { kind: "requires action" };
  }
  const decline = declineOf(cardBehind(world, method.id));
  if (decline) return declinePayment(world, attempt, decline);
  const charge = makeCharge(world, { intent, method, authenticated });
  intent.latest_charge = charge.id;
  intent.amount_received = intent.amount;
  intent.status = "succeeded";
  if (intent.setup_future_usage === "off_session") markSetUp(world, method);
  keepOrSpend(world, intent, method);
  emit(world, "charge.succeeded", charge);
  emit(world, "payment_intent.succeeded", intent);
  return { kind: "succeeded", charge };
}

export function needsAuthentication(world: World, method: PaymentMethod): boolean {
  const { behaviour } = cardBehind(world, method.id);
  if (behaviour === "always authenticates" || behaviour === "authenticates without funds") {
    return true;
  }
  const setUp = world.state.cards.get(method.id)?.setUp ?? false;
  return behaviour === "authenticates unless set up" && !setUp;
}

/** What a payment leaves of its method: saved with the customer, if that was asked for, else used up. */
function keepOrSpend(world: World, intent: PaymentIntent, method: PaymentMethod): void {
  if (method.customer !== null) return;
  if (intent.customer && intent.setup_future_usage) attachTo(world, method, intent.customer);
  else spend(world, method);
}

export function attachTo(world: World, method: PaymentMethod, customer: string): void {
  method.customer = customer;
  emit(world, "payment_method.attached", method);
}

export function spend(world: World, method: PaymentMethod): void {
  const card = world.state.cards.get(method.id);
  if (card) card.spent = true;
}

export function markSetUp(world: World, method: PaymentMethod): void {
  const card = world.state.cards.get(method.id);
  if (card) card.setUp = true;
}

function requireAction(world: World, intent: PaymentIntent): void {
  const url = `${world.options.origin}/authenticate/${intent.id}`;
  intent.status = "requires_action";
  intent.next_action = {
    redirect_to_url: { return_url: world.state.returnUrls.get(intent.id) ?? null, url },
    type: "redirect_to_url",
  };
  emit(world, "payment_intent.requires_action", intent);
}

function declinePayment(world: World, attempt: Try, decline: Decline): Outcome {
  const { intent, method, authenticated } = attempt;
  const charge = makeCharge(world, { intent, method, authenticated, decline });
  intent.latest_charge = charge.id;
  failIntent(intent, method, decline, charge.id);
  emit(world, "charge.failed", charge);
  emit(world, "payment_intent.payment_failed", intent);
  return { kind: "declined", decline, charge };
}

function failIntent(
  intent: PaymentIntent,
  method: PaymentMethod,
  decline: Decline,
  charge?: string,
): void {
  intent.status = "requires_payment_method";
  intent.payment_method = null;
  intent.next_action = null;
  intent.last_payment_error = {
    ...(charge ? { charge } : {}),
    code: decline.code,
    ...(charge ? { decline_code: decline.declineCode } : {}),
    doc_url: `https://stripe.com/docs/error-codes/${decline.code.replaceAll("_", "-")}`,
    message: decline.message,
    payment_method: plainCopy(method),
    type: charge ? "card_error" : "invalid_request_error",
  };
}

/** The backer failed, or turned away from, the authentication: no charge is made at all. */
export function failAuthentication(
  world: World,
  intent: PaymentIntent,
  method: PaymentMethod,
): void {
  failIntent(intent, method, {
    code: "payment_intent_authentication_failure",
    declineCode: "authentication_failure",
    message:
      "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.",
  });
  emit(world, "payment_intent.payment_failed", intent);
}

export function cancelIntent(
  world: World,
  intent: PaymentIntent,
  reason: NonNullable<PaymentIntent["cancellation_reason"]> | null,
): void {
  intent.status = "canceled";
  intent.canceled_at = nowSeconds(world);
  intent.cancellation_reason = reason;
  intent.next_action = null;
  emit(world, "payment_intent.canceled", intent);
}
