// What each of Stripe's events means to Whipround: one table from type to the object to read anew.
// An event is a hint: what it says of amounts and states is never believed, only where to look.
import { z } from "zod";
import type { Hint } from "../ports.ts";

/** docs.stripe.com/api/events/object; thin (v2) events are of another shape. */
export const stripeEvent = z.object({
  id: z.string().min(1),
  object: z.literal("event"),
  type: z.string(),
  livemode: z.boolean(),
  /** The connected account on which it happened, or absent for our own. */
  account: z.string().nullish(),
  data: z.object({ object: z.looseObject({ object: z.string() }) }),
});

export type StripeEvent = z.infer<typeof stripeEvent>;

type Translation = (object: unknown, account: string) => Hint[];

const TABLE: ReadonlyMap<string, Translation> = new Map<string, Translation>([
  ["checkout.session.completed", onCheckout],
  ["checkout.session.async_payment_succeeded", onCheckout],
  ["checkout.session.async_payment_failed", onCheckout],
  ["checkout.session.expired", onCheckout],
  ["payment_intent.succeeded", onIntent],
  // A decline is told by the call that met it; the end of an intent may be somebody else's doing.
  ["payment_intent.canceled", onIntent],
  ["charge.succeeded", onCharge],
  // The charge has its balance transaction: the fee is known.
  ["charge.updated", onCharge],
  ["refund.created", onRefund],
  ["refund.updated", onRefund],
  ["refund.failed", onRefund],
  ["charge.refund.updated", onRefund],
  ["transfer.created", onTransfer],
  ["transfer.updated", onTransfer],
  ["transfer.reversed", onTransfer],
  ["charge.dispute.created", onDispute],
  ["charge.dispute.updated", onDispute],
  ["charge.dispute.funds_withdrawn", onDispute],
  ["charge.dispute.funds_reinstated", onDispute],
  ["charge.dispute.closed", onDispute],
  ["account.updated", onAccount],
  ["capability.updated", onCapability],
  // The account itself stands in the event alone: what it carries is our own platform.
  ["account.application.deauthorized", onDeauthorized],
  // A payee's bank. Our own account's payouts are the operator's.
  ["payout.paid", onBankPayout],
  ["payout.failed", onBankPayout],
]);

/** What happens on connected accounts only, and what of it is our business: their payments are not. */
const ON_ACCOUNTS: readonly string[] = [
  "account.application.deauthorized",
  "payout.paid",
  "payout.failed",
];
const OF_ACCOUNTS: readonly string[] = ["account.updated", "capability.updated", ...ON_ACCOUNTS];

/** Event types to subscribe the webhook endpoints to. */
export const STRIPE_EVENTS: readonly string[] = [...TABLE.keys()];

/** Throws a `ZodError` when the object lacks what its kind must have. */
export function translate({ type, account, data }: StripeEvent): Hint[] {
  const meant = account == null ? !ON_ACCOUNTS.includes(type) : OF_ACCOUNTS.includes(type);
  return meant ? (TABLE.get(type)?.(data.object, account ?? "") ?? []) : [];
}

const identified = z.object({ id: z.string().min(1) });
const ofCharge = z.object({ payment_intent: z.string().nullish() });
const ofAccount = z.object({ account: z.string().min(1) });

function onCheckout(object: unknown): Hint[] {
  return [{ kind: "checkout", sessionId: identified.parse(object).id }];
}

function onIntent(object: unknown): Hint[] {
  return [{ kind: "payment", paymentIntentId: identified.parse(object).id }];
}

/** A charge without an intent was not made by Checkout, so it is none of ours. */
function onCharge(object: unknown): Hint[] {
  const { payment_intent: paymentIntentId } = ofCharge.parse(object);
  return paymentIntentId == null ? [] : [{ kind: "payment", paymentIntentId }];
}

function onRefund(object: unknown): Hint[] {
  return [{ kind: "refund", refundId: identified.parse(object).id }];
}

function onTransfer(object: unknown): Hint[] {
  return [{ kind: "transfer", transferId: identified.parse(object).id }];
}

function onDispute(object: unknown): Hint[] {
  return [{ kind: "dispute", disputeId: identified.parse(object).id }];
}

function onAccount(object: unknown): Hint[] {
  return [{ kind: "account", accountId: identified.parse(object).id }];
}

function onCapability(object: unknown): Hint[] {
  return [{ kind: "account", accountId: ofAccount.parse(object).account }];
}

function onDeauthorized(_application: unknown, accountId: string): Hint[] {
  return [{ kind: "account", accountId }];
}

function onBankPayout(object: unknown, accountId: string): Hint[] {
  return [{ kind: "bankPayout", accountId, bankPayoutId: identified.parse(object).id }];
}
