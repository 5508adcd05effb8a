// From Stripe's objects to the core's facts. Our metadata says whose they are; amounts become bigint,
// always positive; what Stripe has not settled yet is null, never guessed.
import type Stripe from "stripe";
import type { Event, Payment, RefundFact, Settlement, VerifiedCard } from "../core/events.ts";

/** Names of the metadata that tie Stripe's objects to ours. */
export const METADATA = {
  pledge: "whipround_pledge",
  effect: "whipround_effect",
  payout: "whipround_payout",
  payee: "whipround_payee",
  reason: "whipround_reason",
} as const;

type Metadata = Record<string, string> | null | undefined;
/** An object, if it was expanded and not just named. */
type Expandable<T> = string | T | null | undefined;

export function expanded<T extends object>(value: Expandable<T>): T | null {
  return typeof value === "object" ? value : null;
}

function nameOf(value: Expandable<{ id: string }>): string | null {
  return typeof value === "object" ? (value?.id ?? null) : (value ?? null);
}

function metadataOf(
  metadata: Metadata,
  name: (typeof METADATA)[keyof typeof METADATA],
): string | null {
  return metadata?.[name] ?? null;
}

export function pledgeIdOf({ metadata }: { metadata?: Metadata }): string | null {
  return metadataOf(metadata, METADATA.pledge);
}

export function effectKeyOf({ metadata }: { metadata: Metadata }): string | null {
  return metadataOf(metadata, METADATA.effect);
}

export function payoutIdOf({ metadata }: Stripe.Transfer): string | null {
  return metadataOf(metadata, METADATA.payout);
}

export function payeeIdOf({ metadata }: Stripe.Account): number | null {
  const text = metadataOf(metadata, METADATA.payee);
  return text !== null && /^[0-9]{1,15}$/.test(text) ? Number(text) : null;
}

/** A balance transaction counts what leaves as negative; our facts say which way by their kind. */
function settlementOf(value: Expandable<Stripe.BalanceTransaction>): Settlement | null {
  const transaction = expanded(value);
  if (transaction === null) return null;
  const { id, currency, amount, fee } = transaction;
  return { id, currency, amount: BigInt(Math.abs(amount)), fee: BigInt(fee) };
}

/** What an intent of ours captured; null when it is not ours, or has captured nothing. */
export function paymentOf(intent: Stripe.PaymentIntent): Payment | null {
  const charge = expanded(intent.latest_charge);
  const pledgeId = pledgeIdOf(intent);
  if (pledgeId === null || charge === null || !charge.paid || !charge.captured) return null;
  return {
    pledgeId,
    paymentIntentId: intent.id,
    chargeId: charge.id,
    amount: BigInt(charge.amount_captured),
    currency: charge.currency,
    capturedAt: charge.created * 1000,
    settlement: settlementOf(charge.balance_transaction),
  };
}

/** The card that a page in `setup` mode saved; null before it did, and for a page that charged. */
export function cardOf(
  { setup_intent: setup, customer }: Stripe.Checkout.Session,
  pledgeId: string,
): VerifiedCard | null {
  const intent = expanded(setup);
  const paymentMethodId = intent === null ? null : idOf(intent.payment_method);
  const customerId = idOf(intent?.customer) ?? idOf(customer);
  if (intent?.status !== "succeeded" || paymentMethodId === null || customerId === null)
    return null;
  return { pledgeId, setupIntentId: intent.id, customerId, paymentMethodId };
}

export function idOf(value: Expandable<{ id: string }>): string | null {
  return typeof value === "string" ? value : (value?.id ?? null);
}

/** A refund begun in the dashboard carries no metadata of ours; its charge does. */
export function refundOf(refund: Stripe.Refund): RefundFact | null {
  const charge = expanded(refund.charge);
  const pledgeId = pledgeIdOf(refund) ?? (charge === null ? null : pledgeIdOf(charge));
  const chargeId = nameOf(refund.charge);
  if (pledgeId === null || chargeId === null) return null;
  return {
    pledgeId,
    refundId: refund.id,
    chargeId,
    paymentIntentId: nameOf(refund.payment_intent),
    amount: BigInt(refund.amount),
    effectKey: effectKeyOf(refund),
    status: refundStatus(refund.status),
    settlement: settlementOf(refund.balance_transaction),
    failureSettlement: settlementOf(refund.failure_balance_transaction),
  };
}

/** `requires_action` is one that waits, too (docs.stripe.com/api/refunds/object). */
function refundStatus(status: string | null): RefundFact["status"] {
  switch (status) {
    case "succeeded":
    case "failed":
    case "canceled":
      return status;
    default:
      return "pending";
  }
}

/** `reversals`: all of the transfer's, their balance transactions expanded. */
export function transferOf(
  transfer: Stripe.Transfer,
  reversals: readonly Stripe.TransferReversal[] = [],
): Extract<Event, { event: "transferSeen" }> | null {
  const payoutId = payoutIdOf(transfer);
  if (payoutId === null) return null;
  return {
    event: "transferSeen",
    payoutId,
    transferId: transfer.id,
    settlement: settlementOf(transfer.balance_transaction),
    reversals: reversals.flatMap((one) => {
      const settlement = settlementOf(one.balance_transaction);
      return settlement === null ? [] : [{ id: one.id, settlement, effectKey: effectKeyOf(one) }];
    }),
  };
}

export function accountOf(
  account: Stripe.Account,
): Extract<Event, { event: "accountSeen" }> | null {
  const payeeId = payeeIdOf(account);
  if (payeeId === null) return null;
  const ready =
    account.capabilities?.transfers === "active" &&
    account.details_submitted &&
    account.requirements?.disabled_reason == null;
  const country = account.country ?? null;
  return { event: "accountSeen", payeeId, accountId: account.id, ready, country };
}
