// Charges: made by a payment attempt, cleared a moment later, when their balance transaction
// and with it the fee becomes known (asynchronous capture).
import { cardBehind, cardExpiry, cardFingerprint, type Decline, type TestCard } from "./cards.ts";
import { convert, exchangeRate } from "./currency.ts";
import { schedule } from "./due.ts";
import { emit } from "./emit.ts";
import { notFound } from "./errors.ts";
import { mergeMetadata, metadata, text } from "./fields.ts";
import { move } from "./funds.ts";
import { newId } from "./ids.ts";
import { listRows, pageFields } from "./pagination.ts";
import { checkReference } from "./references.ts";
import { type Call, type Route, route } from "./route.ts";
import { addRow, findRow, getRow, nowSeconds, type World } from "./state.ts";
import type { Charge, PaymentIntent, PaymentMethod } from "./types.ts";

interface Attempt {
  intent: PaymentIntent;
  method: PaymentMethod;
  authenticated: boolean;
  decline?: Decline;
}

export function makeCharge(world: World, attempt: Attempt): Charge {
  const { intent, method, decline } = attempt;
  const id = newId(world, "ch");
  const paid = decline === undefined;
  const row = addRow(world, "charges", {
    ...emptyCharge(),
    id,
    amount: intent.amount,
    amount_captured: paid ? intent.amount : 0,
    billing_details: method.billing_details,
    calculated_statement_descriptor: "WHIPROUND SANDBOX",
    captured: paid,
    created: nowSeconds(world),
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    failure_code: decline?.code ?? null,
    failure_message: decline?.message ?? null,
    metadata: { ...intent.metadata },
    on_behalf_of: intent.on_behalf_of,
    outcome: outcomeOf(decline),
    paid,
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: methodDetails(world, attempt),
    receipt_email: intent.receipt_email,
    receipt_url: paid ? `${world.options.origin}/receipts/${id}` : null,
    status: paid ? "succeeded" : "failed",
    transfer_group: intent.transfer_group,
  });
  if (paid) {
    const clearsAt = world.ports.now() + world.options.clearingDelayMs;
    schedule(world, clearsAt, { kind: "clear", charge: id });
  }
  return row;
}

export function emptyCharge(): Omit<
  Charge,
  "id" | "amount" | "created" | "currency" | "status" | "payment_method_details"
> {
  return {
    object: "charge",
    amount_captured: 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: { address: null, email: null, name: null, phone: null, tax_id: null },
    calculated_statement_descriptor: null,
    captured: true,
    customer: null,
    description: null,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    fraud_details: {},
    livemode: false,
    metadata: {},
    on_behalf_of: null,
    outcome: null,
    paid: true,
    payment_intent: null,
    payment_method: null,
    radar_options: {},
    receipt_email: null,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    transfer_data: null,
    transfer_group: null,
  };
}

function outcomeOf(decline: Decline | undefined): Charge["outcome"] {
  return {
    advice_code: null,
    network_advice_code: null,
    network_decline_code: null,
    network_status: decline ? "declined_by_network" : "approved_by_network",
    reason: decline ? decline.declineCode : null,
    risk_level: "normal",
    risk_score: 12,
    seller_message: decline ? "The bank declined the payment." : "Payment complete.",
    type: decline ? "issuer_declined" : "authorized",
  };
}

function methodDetails(world: World, attempt: Attempt): Charge["payment_method_details"] {
  const card = cardBehind(world, attempt.method.id);
  return {
    card: {
      amount_authorized: attempt.decline ? null : attempt.intent.amount,
      authorization_code: attempt.decline ? null : "123456",
      brand: card.brand,
      checks: { address_line1_check: null, address_postal_code_check: "pass", cvc_check: "pass" },
      country: "US",
      electronic_commerce_indicator: null,
      ...cardExpiry(world),
      extended_authorization: { status: "disabled" },
      fingerprint: cardFingerprint(card),
      funding: "credit",
      incremental_authorization: { status: "unavailable" },
      installments: null,
      last4: card.number.slice(-4),
      mandate: null,
      multicapture: { status: "unavailable" },
      network: card.brand,
      network_token: { used: false },
      network_transaction_id: attempt.decline ? null : "MCCSANDBOX0001",
      overcapture: { maximum_amount_capturable: attempt.intent.amount, status: "unavailable" },
      regulated_status: "unregulated",
      three_d_secure: attempt.authenticated ? authentication() : null,
      transaction_link_id: null,
      wallet: null,
    },
    type: "card",
  };
}

function authentication(): NonNullable<
  NonNullable<NonNullable<Charge["payment_method_details"]>["card"]>["three_d_secure"]
> {
  return {
    authentication_flow: "challenge",
    electronic_commerce_indicator: "05",
    exemption_indicator: null,
    result: "authenticated",
    result_reason: null,
    transaction_id: "00000000-0000-4000-8000-000000000000",
    version: "2.2.0",
  };
}

/** A charge in a currency we do not settle in lands in the default currency. */
export function settlementCurrency(world: World, currency: string): string {
  const { settlementCurrencies } = world.options;
  if (settlementCurrencies.includes(currency)) return currency;
  return settlementCurrencies[0] ?? "usd";
}

/** Answers whether a waiting refund may go out now: this charge's own, or any if it brought money at once. */
export function clearCharge(world: World, id: string): boolean {
  const charge = getRow(world, "charges", id);
  const { availableAfterMs, feeRule } = world.options;
  const currency = settlementCurrency(world, charge.currency);
  const amount = convert(charge.amount, charge.currency, currency);
  const fee = Math.round((amount * feeRule.basisPoints) / 10_000) + feeRule.fixed;
  const behaviour = chargedCard(world, charge)?.behaviour;
  const atOnce = behaviour === "available at once";
  const row = move(world, {
    type: "charge",
    amount,
    currency,
    source: charge.id,
    fee,
    description: charge.description,
    availableAt: world.ports.now() + (atOnce ? 0 : availableAfterMs),
    ...(currency === charge.currency
      ? {}
      : { exchangeRate: exchangeRate(charge.currency, currency) }),
  });
  charge.balance_transaction = row.id;
  emit(world, "charge.updated", charge, { previous: { balance_transaction: null } });
  if (behaviour === "disputed" || behaviour === "inquired") {
    const as = behaviour === "disputed" ? "chargeback" : "inquiry";
    schedule(world, world.ports.now(), { kind: "dispute", charge: charge.id, as });
  }
  return row.status === "available" || charge.amount_refunded > 0;
}

function chargedCard(world: World, charge: Charge): TestCard | undefined {
  return charge.payment_method ? cardBehind(world, charge.payment_method) : undefined;
}

function retrieve({ world, id, account }: Call<Record<never, never>>): Charge {
  const charge = findRow(world, "charges", id);
  if (!charge || world.state.owners.get(id) !== account) throw notFound("charge", id);
  return charge;
}

const listFields = {
  ...pageFields,
  customer: text(),
  payment_intent: text(),
  transfer_group: text(),
};

function list({ world, params, account }: Call<typeof listFields>): object {
  checkReference(world, "paymentIntents", params.payment_intent, "payment_intent");
  checkReference(world, "customers", params.customer, "customer");
  return listRows(world, {
    table: "charges",
    url: "/v1/charges",
    params,
    account,
    where: (charge) =>
      (params.payment_intent ?? charge.payment_intent) === charge.payment_intent &&
      (params.customer ?? charge.customer) === charge.customer &&
      (params.transfer_group ?? charge.transfer_group) === charge.transfer_group,
  });
}

const updateFields = { description: text(), metadata: metadata(), transfer_group: text() };

function update({ world, id, params }: Call<typeof updateFields>): Charge {
  const charge = findRow(world, "charges", id);
  if (!charge) throw notFound("charge", id);
  charge.description = params.description ?? charge.description;
  charge.transfer_group = params.transfer_group ?? charge.transfer_group;
  charge.metadata = mergeMetadata(charge.metadata, params.metadata);
  emit(world, "charge.updated", charge);
  return charge;
}

export const chargeRoutes: Route[] = [
  route("GET", "/v1/charges", listFields, list, { connect: true }),
  route("GET", "/v1/charges/:id", {}, retrieve, { connect: true }),
  route("POST", "/v1/charges/:id", updateFields, update),
];
