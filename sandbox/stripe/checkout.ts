// What a person does on the payment page: enters a card, authenticates, or leaves.
// The pages and the control surface both act through these functions.
import { type Decline, findCard, makePaymentMethod, type Payer, type TestCard } from "./cards.ts";
import { makeCustomer } from "./customers.ts";
import { emit } from "./emit.ts";
import { attemptPayment, failAuthentication, type IntentData, makeIntent } from "./payments.ts";
import { attemptSetup, failSetupAuthentication, makeSetupIntent } from "./setups.ts";
import { findRow, getRow, type World } from "./state.ts";
import type { PaymentIntent, PaymentMethod, Session, SetupIntent } from "./types.ts";

export interface Payment {
  /** A test card's number. */
  card: string;
  email?: string;
  name?: string;
}

export type PageOutcome =
  | { kind: "complete"; redirect: string }
  | { kind: "authenticate"; redirect: string; intent: string }
  | { kind: "declined"; message: string; decline: Decline | null }
  | { kind: "refused"; message: string };

export function payOnPage(world: World, id: string, payment: Payment): PageOutcome {
  const session = findRow(world, "sessions", id);
  const closed = whyClosed(session);
  if (!session || closed) return { kind: "refused", message: closed ?? "" };
  const card = findCard(payment.card);
  if (!card) return { kind: "refused", message: "Your card number is invalid: use a test card." };
  const email = payment.email ?? session.customer_email ?? emailOfCustomer(world, session);
  if (!email || !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) {
    return { kind: "refused", message: "Enter an email address." };
  }
  const payer = { email, name: payment.name?.trim() || null };
  return session.mode === "setup"
    ? setUpOnPage(world, session, { card, payer })
    : chargeOnPage(world, session, { card, payer });
}

export function whyClosed(session: Session | undefined): string | undefined {
  if (!session) return "There is no such payment page.";
  if (session.status === "complete") return "This payment page has already been used.";
  if (session.status === "expired") return "This payment page has expired.";
  return undefined;
}

function emailOfCustomer(world: World, session: Session): string | null {
  return session.customer ? getRow(world, "customers", session.customer).email : null;
}

interface Entered {
  card: TestCard;
  payer: Payer;
}

function chargeOnPage(world: World, session: Session, { card, payer }: Entered): PageOutcome {
  const intent = session.payment_intent
    ? getRow(world, "paymentIntents", session.payment_intent)
    : makeIntent(world, intentDataOf(world, session));
  session.payment_intent = intent.id;
  prepareCustomer(world, session, payer);
  intent.customer = session.customer;
  const method = makePaymentMethod(world, card, payer);
  const outcome = attemptPayment(world, {
    intent,
    method,
    authenticated: false,
    offSession: false,
  });
  if (outcome.kind === "requires action") {
    return { kind: "authenticate", redirect: `/authenticate/${intent.id}`, intent: intent.id };
  }
  if (outcome.kind === "declined") {
    return { kind: "declined", message: outcome.decline.message, decline: outcome.decline };
  }
  return complete(world, session, payer);
}

function setUpOnPage(world: World, session: Session, { card, payer }: Entered): PageOutcome {
  prepareCustomer(world, session, payer);
  const intent = session.setup_intent
    ? getRow(world, "setupIntents", session.setup_intent)
    : makeSetupIntent(world, {
        ...(world.state.intentData.get(session.id) ?? {}),
        customer: session.customer,
      });
  session.setup_intent = intent.id;
  const method = makePaymentMethod(world, card, payer);
  const outcome = attemptSetup(world, { intent, method, authenticated: false });
  if (outcome.kind === "requires action") {
    return { kind: "authenticate", redirect: `/authenticate/${intent.id}`, intent: intent.id };
  }
  if (outcome.kind === "declined") {
    return { kind: "declined", message: outcome.decline.message, decline: outcome.decline };
  }
  return complete(world, session, payer);
}

function intentDataOf(world: World, session: Session): IntentData {
  const data = world.state.intentData.get(session.id) ?? {};
  return {
    ...data,
    amount: session.amount_total ?? 0,
    currency: session.currency ?? "usd",
    allowed_payment_method_types:
      session.allowed_payment_method_types as PaymentIntent["allowed_payment_method_types"],
  };
}

function prepareCustomer(world: World, session: Session, payer: Payer): void {
  const data = world.state.intentData.get(session.id);
  const wanted = session.customer_creation === "always" || data?.["setup_future_usage"];
  if (session.customer || !wanted) return;
  session.customer = makeCustomer(world, { email: payer.email, name: payer.name }).id;
}

function complete(world: World, session: Session, payer: Payer): PageOutcome {
  const redirect = (session.success_url ?? "/").replaceAll("{CHECKOUT_SESSION_ID}", session.id);
  session.status = "complete";
  if (session.mode === "payment") session.payment_status = "paid";
  session.url = null;
  session.customer_details = {
    address: {
      city: null,
      country: "US",
      line1: null,
      line2: null,
      postal_code: "94107",
      state: null,
    },
    business_name: null,
    email: payer.email,
    individual_name: null,
    name: payer.name,
    phone: null,
    tax_exempt: "none",
    tax_ids: [],
  };
  emit(world, "checkout.session.completed", session);
  return { kind: "complete", redirect };
}

export type Authentication = "complete" | "fail";

/** The answer on the authentication page, for an intent of a session or one that the app confirmed. */
export function authenticate(world: World, id: string, answer: Authentication): PageOutcome {
  const intent = findRow(world, "paymentIntents", id) ?? findRow(world, "setupIntents", id);
  if (intent?.status !== "requires_action" || !intent.payment_method) {
    return { kind: "refused", message: "This payment does not wait for authentication." };
  }
  const method = getRow(world, "paymentMethods", intent.payment_method);
  const declined = resolveAction(world, { intent, method, answer });
  const session = world.state.tables.sessions.rows.find(
    ({ payment_intent, setup_intent }) => payment_intent === id || setup_intent === id,
  );
  if (!session) return { kind: "complete", redirect: returnUrl(world, intent) };
  if (declined) return { kind: "declined", message: declined, decline: null };
  const { email, name } = method.billing_details;
  return complete(world, session, { email, name });
}

interface Resolution {
  intent: PaymentIntent | SetupIntent;
  method: PaymentMethod;
  answer: Authentication;
}

function resolveAction(world: World, { intent, method, answer }: Resolution): string | undefined {
  const failed = answer === "fail";
  if (intent.object === "setup_intent") {
    if (!failed) attemptSetup(world, { intent, method, authenticated: true });
    else failSetupAuthentication(world, intent, method);
    return intent.last_setup_error?.message;
  }
  if (!failed) {
    attemptPayment(world, { intent, method, authenticated: true, offSession: false });
  } else {
    failAuthentication(world, intent, method);
  }
  return intent.last_payment_error?.message;
}

function returnUrl(world: World, intent: PaymentIntent | SetupIntent): string {
  const base = world.state.returnUrls.get(intent.id);
  if (!base) return "/dashboard";
  const url = new URL(base);
  url.searchParams.set(intent.object, intent.id);
  url.searchParams.set(`${intent.object}_client_secret`, intent.client_secret ?? "");
  url.searchParams.set("redirect_status", intent.status === "succeeded" ? "succeeded" : "failed");
  return url.href;
}
