// The Stripe objects the sandbox keeps, typed by the SDK's own declarations so that every answer is whole.
// A stored object refers to others by id only; expand.ts puts them in when a request asks for it.
import type Stripe from "stripe";

/** An API object whose expandable fields hold ids. */
type Stored<T> = {
  [K in keyof T]: string extends NonNullable<T[K]>
    ? Extract<T[K], string | null | undefined>
    : T[K];
};

export type Account = Stored<Stripe.Account>;
export type BalanceTransaction = Stored<Stripe.BalanceTransaction>;
export type Charge = Stored<Stripe.Charge>;
export type Customer = Stored<Stripe.Customer>;
export type Dispute = Stored<Stripe.Dispute>;
export type PaymentIntent = Stored<Stripe.PaymentIntent>;
export type PaymentMethod = Stored<Stripe.PaymentMethod>;
export type Payout = Stored<Stripe.Payout>;
export type Refund = Stored<Stripe.Refund>;
export type Session = Stored<Stripe.Checkout.Session>;
export type SetupIntent = Stored<Stripe.SetupIntent>;
export type Topup = Stored<Stripe.Topup>;
export type Transfer = Stored<Stripe.Transfer>;
export type TransferReversal = Stored<Stripe.TransferReversal>;
export type LineItem = Stripe.LineItem;
export type BalanceTransactionType = Stripe.BalanceTransaction.Type;
export type EventType = Stripe.Event.Type;
export type ApiList<T> = { object: "list"; data: T[]; has_more: boolean; url: string };

export interface StripeEvent {
  id: string;
  object: "event";
  account?: string;
  api_version: string;
  created: number;
  data: { object: object; previous_attributes?: object };
  livemode: false;
  pending_webhooks: number;
  request: { id: string | null; idempotency_key: string | null };
  type: EventType;
}

export type Metadata = Record<string, string>;
/** Minor units. `pending` becomes `available` when its balance transaction settles. */
export interface Funds {
  available: number;
  pending: number;
}
