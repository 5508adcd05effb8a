// Stripe's payment page: opened for a pledge, closed again, and what became of it.
import type StripeSdk from "stripe";
import type { Pledge } from "../core/pledge.ts";
import type { Stripe } from "../ports.ts";
import { cardOf, effectKeyOf, expanded, METADATA, paymentOf, pledgeIdOf } from "./facts.ts";
import { translated, unlessMissing } from "./failures.ts";
import { firstOf } from "./listing.ts";

type CheckoutOptions = Parameters<Stripe["openCheckout"]>[1];

/** What both modes share (docs.stripe.com/api/checkout/sessions/create). */
function sessionParams(
  pledge: Pledge,
  options: CheckoutOptions,
): StripeSdk.Checkout.SessionCreateParams {
  const { successUrl, cancelUrl, expiresAt } = options;
  const metadata = { [METADATA.pledge]: pledge.id, [METADATA.effect]: options.effectKey };
  return {
    ...(pledge.terms.mode === "pay-now"
      ? paymentParams(pledge, options)
      : setupParams(pledge, options)),
    // Other methods settle days later or can be taken back; `payment_method_types` is gone from this API.
    allowed_payment_method_types: ["card"],
    metadata,
    success_url: successUrl,
    cancel_url: cancelUrl,
    expires_at: Math.floor(expiresAt / 1000),
  };
}

/** The page verifies and saves a card; another one for the same pledge belongs to the same customer. */
function setupParams(
  { id, currency, card }: Pledge,
  { issue }: CheckoutOptions,
): StripeSdk.Checkout.SessionCreateParams {
  return {
    mode: "setup",
    currency,
    ...(card === null ? { customer_creation: "always" } : { customer: card.customerId }),
    setup_intent_data: {
      metadata: { [METADATA.pledge]: id },
      description: `A promise to pay for work on ${issue}`,
    },
  };
}

/** The page charges at once, in the pledge's own currency. */
function paymentParams(
  pledge: Pledge,
  { issue }: CheckoutOptions,
): StripeSdk.Checkout.SessionCreateParams {
  return {
    mode: "payment",
    submit_type: "pay",
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: pledge.currency,
          unit_amount: Number(pledge.amount),
          product_data: { name: `Work on ${issue}` },
        },
      },
    ],
    // Otherwise the backer might be charged in another currency than they pledged.
    adaptive_pricing: { enabled: false },
    // Checkout does not copy the session's metadata to the payment. The transfers out of this charge must
    // name the charge's own group.
    payment_intent_data: {
      metadata: { [METADATA.pledge]: pledge.id },
      description: `Work on ${issue}`,
      transfer_group: pledge.campaignId,
    },
  };
}

export async function openCheckout(
  sdk: StripeSdk,
  pledge: Pledge,
  options: CheckoutOptions,
): ReturnType<Stripe["openCheckout"]> {
  const earlier = await findSession(sdk, options);
  const { id, url, expires_at } =
    earlier ??
    (await translated(
      sdk.checkout.sessions.create(sessionParams(pledge, options), { idempotencyKey: options.key }),
    ));
  if (url === null && earlier === null) throw new Error(`session ${id} has no page`);
  return { sessionId: id, url, expiresAt: expires_at * 1000 };
}

const PAGE = 100;
/** Our clock and Stripe's may differ. */
const BEFORE_S = 86_400;

/** Stripe forgets its idempotency keys after a day; what a try made whose answer was lost is found by its metadata. */
async function findSession(
  sdk: StripeSdk,
  { effectKey, triedAt }: CheckoutOptions,
): Promise<StripeSdk.Checkout.Session | null> {
  if (triedAt === null) return null;
  const created = { gte: Math.floor(triedAt / 1000) - BEFORE_S };
  const listed = sdk.checkout.sessions.list({ created, limit: PAGE });
  return firstOf(listed, (one) => effectKeyOf(one) === effectKey);
}

/** Done as well when the page is closed already: paid, or expired by itself. */
export async function expireCheckout(sdk: StripeSdk, sessionId: string): Promise<void> {
  try {
    await translated(sdk.checkout.sessions.expire(sessionId));
  } catch (error) {
    const session = await unlessMissing(sdk.checkout.sessions.retrieve(sessionId));
    if (session === null || session.status === "open") throw error;
  }
}

export async function readCheckout(
  sdk: StripeSdk,
  sessionId: string,
): ReturnType<Stripe["readCheckout"]> {
  const expand = ["payment_intent.latest_charge.balance_transaction", "setup_intent"];
  const session = await unlessMissing(sdk.checkout.sessions.retrieve(sessionId, { expand }));
  const pledgeId = session === null ? null : pledgeIdOf(session);
  if (session === null || pledgeId === null) return null;
  switch (session.status) {
    case "expired":
      return { state: "expired", pledgeId };
    case "complete": {
      const intent = expanded(session.payment_intent);
      return {
        state: "complete",
        pledgeId,
        payment: intent === null ? null : paymentOf(intent),
        card: cardOf(session, pledgeId),
      };
    }
    default:
      return { state: "open" };
  }
}

/** Done as well when the card was detached before, or is not there. */
export async function forgetCard(sdk: StripeSdk, paymentMethodId: string): Promise<void> {
  try {
    await translated(sdk.paymentMethods.detach(paymentMethodId));
  } catch (error) {
    const method = await unlessMissing(sdk.paymentMethods.retrieve(paymentMethodId));
    if (method !== null && method.customer !== null) throw error;
  }
}

/** As given on Stripe's page; else of the customer whose card was saved, or as given for the charge. */
export async function readEmail(
  sdk: StripeSdk,
  { sessionId, card, chargeId }: Pledge,
): Promise<string | null> {
  if (sessionId !== null) {
    const session = await unlessMissing(sdk.checkout.sessions.retrieve(sessionId));
    const email = session?.customer_details?.email ?? null;
    if (email !== null) return email;
  }
  if (card !== null) {
    const customer = await unlessMissing(sdk.customers.retrieve(card.customerId));
    if (customer !== null && customer.deleted !== true && customer.email !== null) {
      return customer.email;
    }
  }
  if (chargeId === null) return null;
  const charge = await unlessMissing(sdk.charges.retrieve(chargeId));
  return charge?.billing_details.email ?? null;
}
