// Stripe's payment page: opened for a pledge, closed again, and what became of it.
import type StripeSdk from "stripe";
import type { Pledge } from "../core/pledge.ts";
import type { Stripe } from "../ports.ts";
import { expanded, METADATA, paymentOf, pledgeIdOf } from "./facts.ts";
import { translated, unlessMissing } from "./failures.ts";

type CheckoutOptions = Parameters<Stripe["openCheckout"]>[1];

/** The page charges at once, in the pledge's own currency, cards only (docs.stripe.com/api/checkout/sessions/create). */
function sessionParams(
  pledge: Pledge,
  { issue, successUrl, cancelUrl, expiresAt }: CheckoutOptions,
): StripeSdk.Checkout.SessionCreateParams {
  const metadata = { [METADATA.pledge]: pledge.id };
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
    // Other methods settle days later or can be taken back; `payment_method_types` is gone from this API.
    allowed_payment_method_types: ["card"],
    // Otherwise the backer might be charged in another currency than they pledged.
    adaptive_pricing: { enabled: false },
    metadata,
    // Checkout does not copy the session's metadata to the payment. The transfers out of this charge must
    // name the charge's own group.
    payment_intent_data: {
      metadata,
      description: `Work on ${issue}`,
      transfer_group: pledge.campaignId,
    },
    success_url: successUrl,
    cancel_url: cancelUrl,
    expires_at: Math.floor(expiresAt / 1000),
  };
}

export async function openCheckout(
  sdk: StripeSdk,
  pledge: Pledge,
  options: CheckoutOptions,
): ReturnType<Stripe["openCheckout"]> {
  const session = await translated(
    sdk.checkout.sessions.create(sessionParams(pledge, options), { idempotencyKey: options.key }),
  );
  if (session.url === null) throw new Error(`session ${session.id} has no page`);
  return { sessionId: session.id, url: session.url, expiresAt: session.expires_at * 1000 };
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
  const expand = ["payment_intent.latest_charge.balance_transaction"];
  const session = await unlessMissing(sdk.checkout.sessions.retrieve(sessionId, { expand }));
  const pledgeId = session === null ? null : pledgeIdOf(session);
  if (session === null || pledgeId === null) return null;
  switch (session.status) {
    case "expired":
      return { state: "expired", pledgeId };
    case "complete": {
      const intent = expanded(session.payment_intent);
      return { state: "complete", pledgeId, payment: intent === null ? null : paymentOf(intent) };
    }
    default:
      return { state: "open" };
  }
}
