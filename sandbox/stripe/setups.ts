// SetupIntents: a card saved and verified for later, as `setup` mode of Checkout makes them.

import { cardBehind, type Decline, saveDeclineOf } from "./cards.ts";
import { emit } from "./emit.ts";
import { invalidRequest, notFound } from "./errors.ts";
import { choice, text } from "./fields.ts";
import { newId, randomText } from "./ids.ts";
import { listRows, pageFields } from "./pagination.ts";
import { attachTo, markSetUp, needsAuthentication } from "./payments.ts";
import { plainCopy } from "./plain-copy.ts";
import { checkReference } from "./references.ts";
import { type Call, type Route, route } from "./route.ts";
import { addRow, findRow, nowSeconds, type World } from "./state.ts";
import type { Metadata, PaymentMethod, SetupIntent } from "./types.ts";

interface SetupData {
  customer?: string | null;
  description?: string | null;
  metadata?: Metadata;
}

export function makeSetupIntent(world: World, data: SetupData): SetupIntent {
  const id = newId(world, "seti");
  const row = addRow(world, "setupIntents", {
    id,
    object: "setup_intent",
    allowed_payment_method_types: null,
    application: null,
    automatic_payment_methods: { allow_redirects: "always", enabled: true },
    cancellation_reason: null,
    client_secret: `${id}_secret_${randomText(world, 25)}`,
    created: nowSeconds(world),
    customer: data.customer ?? null,
    customer_account: null,
    description: data.description ?? null,
    excluded_payment_method_types: null,
    flow_directions: null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: false,
    mandate: null,
    metadata: data.metadata ?? {},
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: { mandate_options: null, network: null, request_three_d_secure: "automatic" },
    },
    payment_method_types: ["card"],
    single_use_mandate: null,
    status: "requires_payment_method",
    usage: "off_session",
  });
  emit(world, "setup_intent.created", row);
  return row;
}

interface Try {
  intent: SetupIntent;
  method: PaymentMethod;
  authenticated: boolean;
}

export type SetupOutcome =
  | { kind: "succeeded" }
  | { kind: "declined"; decline: Decline }
  | { kind: "requires action" };

export function attemptSetup(world: World, { intent, method, authenticated }: Try): SetupOutcome {
  intent.last_setup_error = null;
  intent.next_action = null;
  const decline = saveDeclineOf(cardBehind(world, method.id));
  if (decline) {
    failSetup(world, { intent, method, decline });
    return { kind: "declined", decline };
  }
  intent.payment_method = method.id;
  if (!authenticated && needsAuthentication(world, method)) {
    const url = `${world.options.origin}/authenticate/${intent.id}`;
    intent.status = "requires_action";
    intent.next_action = {
      redirect_to_url: { return_url: world.state.returnUrls.get(intent.id) ?? null, url },
      type: "redirect_to_url",
    };
    emit(world, "setup_intent.requires_action", intent);
    return { kind: "requires action" };
  }
  intent.status = "succeeded";
  markSetUp(world, method);
  if (intent.customer && method.customer === null) {
    attachTo(world, method, intent.customer);
  }
  emit(world, "setup_intent.succeeded", intent);
  return { kind: "succeeded" };
}

interface Failure {
  intent: SetupIntent;
  method: PaymentMethod;
  decline: Decline;
}

function failSetup(world: World, { intent, method, decline }: Failure): void {
  intent.status = "requires_payment_method";
  intent.payment_method = null;
  intent.next_action = null;
  intent.last_setup_error = {
    code: decline.code as NonNullable<NonNullable<SetupIntent["last_setup_error"]>["code"]>,
    decline_code: decline.declineCode,
    message: decline.message,
    payment_method: plainCopy(method),
    type: "card_error",
  };
  emit(world, "setup_intent.setup_failed", intent);
}

export function failSetupAuthentication(
  world: World,
  intent: SetupIntent,
  method: PaymentMethod,
): void {
  const message =
    "The latest attempt to set up the payment method has failed because authentication failed.";
  failSetup(world, {
    intent,
    method,
    decline: {
      code: "setup_intent_authentication_failure",
      declineCode: "authentication_failure",
      message,
    },
  });
}

function find(world: World, id: string): SetupIntent {
  const intent = findRow(world, "setupIntents", id);
  if (!intent) throw notFound("setupintent", id, "intent");
  return intent;
}

const listFields = { ...pageFields, customer: text(), payment_method: text() };

function list({ world, params }: Call<typeof listFields>): object {
  checkReference(world, "customers", params.customer, "customer");
  return listRows(world, {
    table: "setupIntents",
    url: "/v1/setup_intents",
    params,
    where: (intent) =>
      (params.customer ?? intent.customer) === intent.customer &&
      (params.payment_method ?? intent.payment_method) === intent.payment_method,
  });
}

const cancelFields = {
  cancellation_reason: choice("abandoned", "duplicate", "requested_by_customer"),
};

function cancel({ world, id, params }: Call<typeof cancelFields>): SetupIntent {
  const intent = find(world, id);
  if (intent.status === "succeeded" || intent.status === "canceled") {
    const message = `You cannot cancel this SetupIntent because it has a status of ${intent.status}.`;
    throw invalidRequest(message, { code: "setup_intent_unexpected_state" });
  }
  intent.status = "canceled";
  intent.cancellation_reason = params.cancellation_reason ?? null;
  emit(world, "setup_intent.canceled", intent);
  return intent;
}

export const setupRoutes: Route[] = [
  route("GET", "/v1/setup_intents", listFields, list),
  route("GET", "/v1/setup_intents/:id", {}, ({ world, id }) => find(world, id)),
  route("POST", "/v1/setup_intents/:id/cancel", cancelFields, cancel),
];
