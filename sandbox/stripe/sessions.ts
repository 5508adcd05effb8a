// Checkout Sessions: made by the app, paid on the hosted page (checkout.ts), completed or expired here.
import { formatAmount, greatestAmount, minimumCharge } from "./currency.ts";
import { schedule } from "./due.ts";
import { emit } from "./emit.ts";
import { invalidRequest, missingParameter, notFound } from "./errors.ts";
import { lineItemList } from "./expand.ts";
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
  type Values,
} from "./fields.ts";
import { newId } from "./ids.ts";
import { listRows, pageFields } from "./pagination.ts";
import { cancelIntent } from "./payments.ts";
import { checkReference } from "./references.ts";
import { type Call, type Route, route } from "./route.ts";
import { emptySession } from "./session-object.ts";
import { addRow, findRow, getRow, nowSeconds, type World } from "./state.ts";
import type { LineItem, Session } from "./types.ts";

const intentFields = {
  description: text(1000),
  metadata: metadata(),
  on_behalf_of: text(),
  receipt_email: emailAddress(),
  setup_future_usage: choice("off_session", "on_session"),
  statement_descriptor_suffix: text(22),
  transfer_group: text(),
};

const itemFields = {
  price_data: required(
    shape({
      currency: required(currency()),
      product_data: required(
        shape({ name: required(text()), description: text(), metadata: metadata() }),
      ),
      unit_amount: required(integer({ min: 0 })),
    }),
  ),
  quantity: integer({ min: 1 }),
};

const customText = shape({ message: required(text(1200)) });

const createFields = {
  mode: required(choice("payment", "setup")),
  ui_mode: choice("hosted_page"),
  line_items: list(shape(itemFields)),
  success_url: url(),
  cancel_url: url(),
  client_reference_id: text(200),
  currency: currency(),
  customer: text(),
  customer_creation: choice("always", "if_required"),
  customer_email: emailAddress(),
  expires_at: integer(),
  locale: text(),
  metadata: metadata(),
  payment_intent_data: shape(intentFields),
  setup_intent_data: shape({ description: text(1000), metadata: metadata(), on_behalf_of: text() }),
  submit_type: choice("auto", "book", "donate", "pay"),
  adaptive_pricing: shape({ enabled: flag() }),
  allowed_payment_method_types: list(text()),
  billing_address_collection: choice("auto", "required"),
  custom_text: shape({ submit: customText, after_submit: customText }),
};

type CreateParams = Values<typeof createFields>;

function create({ world, params }: Call<typeof createFields>): Session {
  checkCreate(world, params);
  const id = newId(world, "cs_test");
  const created = nowSeconds(world);
  const expiresAt = params.expires_at ?? created + 24 * 3600;
  const items = (params.line_items ?? []).map((item) => makeLineItem(world, item, created));
  const total = items.reduce((sum, item) => sum + item.amount_total, 0);
  const payment = params.mode === "payment";
  if (payment) checkTotal(total, itemCurrency(params));
  const session = addRow(world, "sessions", {
    ...emptySession(),
    id,
    adaptive_pricing: payment ? { enabled: params.adaptive_pricing?.enabled ?? false } : null,
    allowed_payment_method_types:
      (params.allowed_payment_method_types as Session["allowed_payment_method_types"]) ?? null,
    amount_subtotal: payment ? total : null,
    amount_total: payment ? total : null,
    billing_address_collection: params.billing_address_collection ?? null,
    cancel_url: params.cancel_url ?? null,
    client_reference_id: params.client_reference_id ?? null,
    created,
    currency: (payment ? itemCurrency(params) : params.currency) ?? null,
    custom_text: {
      after_submit: params.custom_text?.after_submit ?? null,
      shipping_address: null,
      submit: params.custom_text?.submit ?? null,
      terms_of_service_acceptance: null,
    },
    customer: params.customer ?? null,
    customer_creation: params.customer ? null : (params.customer_creation ?? "if_required"),
    customer_email: params.customer_email ?? null,
    expires_at: expiresAt,
    locale: (params.locale as Session["locale"]) ?? null,
    metadata: mergeMetadata(null, params.metadata ?? {}),
    mode: params.mode,
    payment_status: payment ? "unpaid" : "no_payment_required",
    submit_type: params.submit_type ?? null,
    success_url: params.success_url ?? null,
    url: `${world.options.origin}/c/pay/${id}`,
  });
  world.state.lineItems.set(id, items);
  const { metadata: given, ...data } =
    (payment ? params.payment_intent_data : params.setup_intent_data) ?? {};
  world.state.intentData.set(id, { ...data, metadata: mergeMetadata(null, given ?? {}) });
  schedule(world, expiresAt * 1000, { kind: "expire", session: id });
  return session;
}

function checkCreate(world: World, params: CreateParams): void {
  if (!params.success_url) throw missingParameter("success_url");
  checkReference(world, "customers", params.customer, "customer");
  if (params.customer && params.customer_email) {
    throw invalidRequest("You may only specify one of these parameters: customer, customer_email.");
  }
  const given = params.expires_at;
  const fromNow = given === undefined ? undefined : given - nowSeconds(world);
  if (fromNow !== undefined && (fromNow < 30 * 60 || fromNow > 24 * 3600)) {
    const bound = fromNow < 30 * 60 ? "at least 30 minutes" : "less than 24 hours";
    const message = `The \`expires_at\` timestamp must be ${bound} from Checkout Session creation.`;
    throw invalidRequest(message, { param: "expires_at" });
  }
  if (params.mode === "payment") checkPaymentMode(params);
  else checkSetupMode(params);
}

function checkPaymentMode(params: CreateParams): void {
  if (!params.line_items?.length) throw missingParameter("line_items");
  if (params.setup_intent_data) {
    throw invalidRequest("You can only use `setup_intent_data` in `setup` mode.", {
      param: "setup_intent_data",
    });
  }
  const currencies = new Set(params.line_items.map((item) => item.price_data.currency));
  if (params.currency) currencies.add(params.currency);
  if (currencies.size > 1) {
    throw invalidRequest("All line items of a Checkout Session must be in one currency.");
  }
}

function checkSetupMode(params: CreateParams): void {
  for (const name of ["line_items", "payment_intent_data", "submit_type"] as const) {
    if (params[name] !== undefined) {
      throw invalidRequest(`You can not pass \`${name}\` in \`setup\` mode.`, { param: name });
    }
  }
  if (!params.currency) throw missingParameter("currency");
}

function itemCurrency(params: CreateParams): string {
  return params.line_items?.[0]?.price_data.currency ?? "usd";
}

function checkTotal(total: number, code: string): void {
  const minimum = minimumCharge(code);
  if (total < minimum) {
    const message = `The Checkout Session's total amount due must add up to at least ${formatAmount(minimum, code)} ${code}`;
    throw invalidRequest(message, { code: "amount_too_small" });
  }
  if (total > greatestAmount) {
    const message = `The Checkout Session's total amount must be no more than ${formatAmount(greatestAmount, code)}`;
    throw invalidRequest(message, { code: "amount_too_large" });
  }
}

function makeLineItem(world: World, item: Values<typeof itemFields>, created: number): LineItem {
  const { currency: code, product_data: product, unit_amount: unitAmount } = item.price_data;
  const quantity = item.quantity ?? 1;
  const amount = unitAmount * quantity;
  const price = {
    id: newId(world, "price"),
    object: "price",
    active: false,
    billing_scheme: "per_unit",
    created,
    currency: code,
    custom_unit_amount: null,
    livemode: false,
    lookup_key: null,
    metadata: {},
    nickname: null,
    product: newId(world, "prod"),
    recurring: null,
    tax_behavior: "unspecified",
    tiers_mode: null,
    transform_quantity: null,
    type: "one_time",
    unit_amount: unitAmount,
    unit_amount_decimal: String(unitAmount),
  };
  return {
    id: newId(world, "li"),
    object: "item",
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: amount,
    amount_tax: 0,
    amount_total: amount,
    currency: code,
    description: product.name,
    metadata: {},
    // The SDK reads the decimal amount as a Decimal; on the wire it is text.
    price: price as unknown as LineItem["price"],
    quantity,
  };
}

function sessionOf(world: World, id: string): Session {
  const session = findRow(world, "sessions", id);
  if (!session) throw notFound("checkout.session", id, "session");
  return session;
}

const listFields = {
  ...pageFields,
  customer: text(),
  customer_details: shape({ email: required(text()) }),
  payment_intent: text(),
  status: choice("complete", "expired", "open"),
};

function listSessions({ world, params }: Call<typeof listFields>): object {
  checkReference(world, "paymentIntents", params.payment_intent, "payment_intent");
  checkReference(world, "customers", params.customer, "customer");
  const email = params.customer_details?.email.toLowerCase();
  return listRows(world, {
    table: "sessions",
    url: "/v1/checkout/sessions",
    params,
    where: (session) =>
      (params.payment_intent ?? session.payment_intent) === session.payment_intent &&
      (params.customer ?? session.customer) === session.customer &&
      (params.status ?? session.status) === session.status &&
      (email === undefined || email === session.customer_details?.email?.toLowerCase()),
  });
}

function expire({ world, id }: Call<Record<never, never>>): Session {
  const session = sessionOf(world, id);
  if (session.status !== "open") {
    const message = `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of \`${session.status}\`.`;
    throw invalidRequest(message);
  }
  expireSession(world, id);
  return session;
}

export function expireSession(world: World, id: string): void {
  const session = getRow(world, "sessions", id);
  if (session.status !== "open") return;
  session.status = "expired";
  session.url = null;
  const intent = session.payment_intent
    ? getRow(world, "paymentIntents", session.payment_intent)
    : undefined;
  if (intent) cancelIntent(world, intent, "expired");
  emit(world, "checkout.session.expired", session);
}

const updateFields = { metadata: metadata() };

function update({ world, id, params }: Call<typeof updateFields>): Session {
  const session = sessionOf(world, id);
  session.metadata = mergeMetadata(session.metadata, params.metadata);
  return session;
}

export const sessionRoutes: Route[] = [
  route("POST", "/v1/checkout/sessions", createFields, create),
  route("GET", "/v1/checkout/sessions", listFields, listSessions),
  route("GET", "/v1/checkout/sessions/:id", {}, ({ world, id }) => sessionOf(world, id)),
  route("POST", "/v1/checkout/sessions/:id", updateFields, update),
  route("POST", "/v1/checkout/sessions/:id/expire", {}, expire),
  route("GET", "/v1/checkout/sessions/:id/line_items", pageFields, ({ world, id }) =>
    lineItemList(world, sessionOf(world, id).id),
  ),
];
