// The charge of a promise: one PaymentIntent, made without confirming it, confirmed off-session or with the
// backer there, cancelled. Stripe refuses to confirm an intent that succeeded, so that no repeat charges twice.
import StripeSdk from "stripe";
import type { Payment } from "../core/events.ts";
import type { Pledge } from "../core/pledge.ts";
import { type ChargeOutcome, PermanentFailure, type Stripe, TransientFailure } from "../ports.ts";
import { idOf, METADATA, paymentOf, pledgeIdOf } from "./facts.ts";
import { translated, unlessMissing } from "./failures.ts";
import { firstOf } from "./listing.ts";

type OpenOptions = Parameters<Stripe["openCharge"]>[1];
type ConfirmOptions = Parameters<Stripe["confirmCharge"]>[0];

const INTENT_PARTS = ["latest_charge.balance_transaction"];
const PAGE = 100;

export async function openCharge(
  sdk: StripeSdk,
  pledge: Pledge,
  { key, mayExist, issue }: OpenOptions,
): Promise<string> {
  const { id, amount, currency, campaignId, card } = pledge;
  if (card === null) throw new Error(`pledge ${id} has no card`);
  const { customerId: customer } = card;
  if (mayExist) {
    const listed = sdk.paymentIntents.list({ customer, limit: PAGE });
    const earlier = await firstOf(listed, (one) => pledgeIdOf(one) === id);
    if (earlier !== null) return earlier.id;
  }
  const made = await translated(
    sdk.paymentIntents.create(
      {
        amount: Number(amount),
        currency,
        customer,
        allowed_payment_method_types: ["card"],
        description: `Work on ${issue}`,
        metadata: { [METADATA.pledge]: id },
        // The transfers out of this charge must name the charge's own group.
        transfer_group: campaignId,
      },
      { idempotencyKey: key },
    ),
  );
  return made.id;
}

export async function confirmCharge(
  sdk: StripeSdk,
  options: ConfirmOptions,
): Promise<ChargeOutcome> {
  const { key, mayExist, paymentIntentId, paymentMethodId, onSession, returnUrl } = options;
  if (mayExist || onSession) {
    const known = await readIntent(sdk, paymentIntentId);
    // The bank's page that an earlier try led to is still the one to go to, while the card is the same.
    const waits =
      known.status === "requires_action" && idOf(known.payment_method) === paymentMethodId;
    if (isFinal(known) || (onSession && waits)) return outcomeOf(known);
  }
  try {
    const intent = await translated(
      sdk.paymentIntents.confirm(
        paymentIntentId,
        {
          payment_method: paymentMethodId,
          return_url: returnUrl,
          off_session: !onSession,
          expand: INTENT_PARTS,
        },
        { idempotencyKey: key },
      ),
    );
    return outcomeOf(intent);
  } catch (error) {
    if (!(error instanceof PermanentFailure)) throw error;
    if (error.code === "payment_intent_unexpected_state") {
      return outcomeOf(await readIntent(sdk, paymentIntentId));
    }
    if (!(error.cause instanceof StripeSdk.errors.StripeCardError)) throw error;
    return { outcome: "declined", problem: problemOf(error.code), why: error.code };
  }
}

/** What it captured, if somebody paid before; else null: it can never be confirmed again. One under way is waited for. */
export async function cancelCharge(
  sdk: StripeSdk,
  paymentIntentId: string,
): Promise<Payment | null> {
  try {
    await translated(sdk.paymentIntents.cancel(paymentIntentId));
    return null;
  } catch (error) {
    if (!(error instanceof PermanentFailure)) throw error;
    const intent = await readIntent(sdk, paymentIntentId);
    if (intent.status === "canceled") return null;
    if (intent.status === "succeeded") return paidBy(intent);
    if (intent.status === "processing") throw processing(intent);
    throw error;
  }
}

/** What became of an intent of ours, if anything did. */
export async function readPayment(
  sdk: StripeSdk,
  paymentIntentId: string,
): ReturnType<Stripe["readPayment"]> {
  const retrieved = sdk.paymentIntents.retrieve(paymentIntentId, { expand: INTENT_PARTS });
  const intent = await unlessMissing(retrieved);
  const pledgeId = intent === null ? null : pledgeIdOf(intent);
  if (intent === null || pledgeId === null) return null;
  const payment = paymentOf(intent);
  if (payment !== null) return { state: "paid", payment };
  return intent.status === "canceled" ? { state: "canceled", pledgeId } : null;
}

function processing({ id }: StripeSdk.PaymentIntent): TransientFailure {
  return new TransientFailure(`intent ${id} is being processed`);
}

function readIntent(sdk: StripeSdk, id: string): Promise<StripeSdk.PaymentIntent> {
  return translated(sdk.paymentIntents.retrieve(id, { expand: INTENT_PARTS }));
}

function isFinal({ status }: StripeSdk.PaymentIntent): boolean {
  return status === "succeeded" || status === "canceled" || status === "processing";
}

function outcomeOf(intent: StripeSdk.PaymentIntent): ChargeOutcome {
  switch (intent.status) {
    case "succeeded":
      return { outcome: "paid", payment: paidBy(intent) };
    case "canceled":
      return { outcome: "canceled" };
    case "processing":
      throw processing(intent);
    case "requires_action": {
      const url = intent.next_action?.redirect_to_url?.url ?? null;
      return url === null
        ? { outcome: "declined", problem: "authentication needed", why: "no page to confirm it on" }
        : { outcome: "redirected", url };
    }
    default: {
      const code = intent.last_payment_error?.code ?? intent.status;
      return { outcome: "declined", problem: problemOf(code), why: code };
    }
  }
}

function problemOf(code: string): Extract<ChargeOutcome, { outcome: "declined" }>["problem"] {
  return code === "authentication_required" || code === "payment_intent_authentication_failure"
    ? "authentication needed"
    : "card declined";
}

function paidBy(intent: StripeSdk.PaymentIntent): Payment {
  const payment = paymentOf(intent);
  if (payment === null) throw new TransientFailure(`intent ${intent.id} shows no charge yet`);
  return payment;
}
