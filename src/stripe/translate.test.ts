// Each Stripe event that means something to us, and the object it points at.
import { expect, test } from "@jest/globals";
import type { Hint } from "../ports.ts";
import { STRIPE_EVENTS, translate } from "./translate.ts";

const session = { id: "cs_1", object: "checkout.session", amount_total: 5000 };
const charge = { id: "ch_1", object: "charge", payment_intent: "pi_1" };
const refund = { id: "re_1", object: "refund", charge: "ch_1" };
const transfer = { id: "tr_1", object: "transfer" };
const capability = { id: "transfers", object: "capability", account: "acct_1" };

const CHECKOUT: Hint = { kind: "checkout", sessionId: "cs_1" };
const PAYMENT: Hint = { kind: "payment", paymentIntentId: "pi_1" };
const REFUND: Hint = { kind: "refund", refundId: "re_1" };
const TRANSFER: Hint = { kind: "transfer", transferId: "tr_1" };
const ACCOUNT: Hint = { kind: "account", accountId: "acct_1" };

const dispute = { id: "du_1", object: "dispute" };
const DISPUTE: Hint = { kind: "dispute", disputeId: "du_1" };

const TABLE: [type: string, object: { id: string; object: string }, hints: Hint[]][] = [
  ["checkout.session.completed", session, [CHECKOUT]],
  ["checkout.session.async_payment_succeeded", session, [CHECKOUT]],
  ["checkout.session.async_payment_failed", session, [CHECKOUT]],
  ["checkout.session.expired", session, [CHECKOUT]],
  ["payment_intent.succeeded", { id: "pi_1", object: "payment_intent" }, [PAYMENT]],
  ["payment_intent.canceled", { id: "pi_1", object: "payment_intent" }, [PAYMENT]],
  ["charge.succeeded", charge, [PAYMENT]],
  ["charge.updated", charge, [PAYMENT]],
  ["refund.created", refund, [REFUND]],
  ["refund.updated", refund, [REFUND]],
  ["refund.failed", refund, [REFUND]],
  ["charge.refund.updated", refund, [REFUND]],
  ["transfer.created", transfer, [TRANSFER]],
  ["transfer.updated", transfer, [TRANSFER]],
  ["transfer.reversed", transfer, [TRANSFER]],
  ["charge.dispute.created", dispute, [DISPUTE]],
  ["charge.dispute.updated", dispute, [DISPUTE]],
  ["charge.dispute.funds_withdrawn", dispute, [DISPUTE]],
  ["charge.dispute.funds_reinstated", dispute, [DISPUTE]],
  ["charge.dispute.closed", dispute, [DISPUTE]],
  ["account.updated", { id: "acct_1", object: "account" }, [ACCOUNT]],
  ["capability.updated", capability, [ACCOUNT]],
];

const application = { id: "ca_1", object: "application" };
const bankPayout = { id: "po_1", object: "payout" };
const BANK_PAYOUT: Hint = { kind: "bankPayout", accountId: "acct_1", bankPayoutId: "po_1" };

/** Events that mean something on a connected account, and nothing on our own. */
const ON_ACCOUNTS: typeof TABLE = [
  ["account.application.deauthorized", application, [ACCOUNT]],
  ["payout.paid", bankPayout, [BANK_PAYOUT]],
  ["payout.failed", bankPayout, [BANK_PAYOUT]],
];

const IGNORED: [type: string, object: { id: string; object: string }][] = [
  ["charge.refunded", charge],
  ["payment_intent.created", { id: "pi_1", object: "payment_intent" }],
  ["payment_intent.payment_failed", { id: "pi_1", object: "payment_intent" }],
  ["customer.created", { id: "cus_1", object: "customer" }],
  ["payout.paid", { id: "po_1", object: "payout" }],
  ["constructor", charge],
];

const event = (type: string, object: { object: string; [field: string]: unknown }) => ({
  id: "evt_1",
  object: "event" as const,
  type,
  livemode: false,
  data: { object },
});

test.each(TABLE)("%s says which object to read", (type, object, hints) => {
  expect(translate(event(type, object))).toEqual(hints);
});

test("the table is complete", () => {
  expect([...TABLE, ...ON_ACCOUNTS].map(([type]) => type)).toEqual(STRIPE_EVENTS);
});

test.each(ON_ACCOUNTS)(
  "%s is about the account it happened on, never our own",
  (type, object, hints) => {
    expect(translate({ ...event(type, object), account: "acct_1" })).toEqual(hints);
    expect(translate(event(type, object))).toEqual([]);
  },
);

test.each(IGNORED)("%s is ignored", (type, object) => {
  expect(translate(event(type, object))).toEqual([]);
});

test("a charge without an intent is none of ours", () => {
  expect(translate(event("charge.succeeded", { ...charge, payment_intent: null }))).toEqual([]);
});

test("of connected accounts, only what they themselves become is heard", () => {
  const connected = { account: "acct_1" };
  expect(translate({ ...event("charge.succeeded", charge), ...connected })).toEqual([]);
  expect(translate({ ...event("capability.updated", capability), ...connected })).toEqual([
    ACCOUNT,
  ]);
});

test("an object without its id is refused, not guessed", () => {
  expect(() => translate(event("refund.created", { ...refund, id: "" }))).toThrow(/id/);
});
