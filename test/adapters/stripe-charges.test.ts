// A promise at Stripe, through the adapter: a card is saved, and its one intent charged once, whatever goes wrong.
import { expect, test } from "@jest/globals";
import { type Bench, createBench } from "../../sandbox/stripe/test-bench.ts";
import type { Pledge } from "../../src/core/pledge.ts";
import type { Stripe } from "../../src/ports.ts";
import { checkout, connect, HOUR_MS, PLEDGE } from "./stripe-rig.ts";

const PROMISE: Pledge = { ...PLEDGE, terms: { ...PLEDGE.terms, mode: "on-merge" } };
const ISSUE = "acme/widgets#12";
const DECLINES_LATER = "4000000000009995";
const ASKS_ALWAYS = "4000002760003184";
const CHARGED_ONCE = { amount_received: 5000, status: "succeeded" };

interface Saved {
  bench: Bench;
  stripe: Stripe;
  pledge: Pledge;
  intentId: string;
}

/** Saves a card on Stripe's page, with the bank's page where it is wanted. */
async function saveCard(bench: Bench, promise: Pledge, card: string): Promise<Pledge> {
  const stripe = connect(bench);
  const key = `checkout:p1:${promise.pagesCount}:1`;
  const { sessionId } = await stripe.openCheckout(promise, checkout(bench, key));
  const paid = bench.sandbox.pay(sessionId, { card });
  if (paid.kind === "authenticate") bench.sandbox.authenticate(paid.intent, "complete");
  const session = await stripe.readCheckout(sessionId);
  if (session?.state !== "complete" || session.card === null) throw new Error("no card saved");
  const { customerId, paymentMethodId, setupIntentId } = session.card;
  return {
    ...promise,
    state: "charging",
    pagesCount: promise.pagesCount + 1,
    card: { customerId, paymentMethodId, setupIntentIds: [setupIntentId] },
  };
}

async function saved(card = "4242424242424242"): Promise<Saved> {
  const bench = createBench();
  const stripe = connect(bench);
  const pledge = await saveCard(bench, PROMISE, card);
  const wanted = { key: "intent:p1:1", mayExist: false, issue: ISSUE };
  return { bench, stripe, pledge, intentId: await stripe.openCharge(pledge, wanted) };
}

function tryOf({ pledge, intentId }: Saved, number: number, onSession = false) {
  return {
    key: `charge:p1:${number}:1`,
    mayExist: false,
    paymentIntentId: intentId,
    paymentMethodId: pledge.card?.paymentMethodId ?? "",
    onSession,
    returnUrl: "http://app.test/thanks?pledge=p1",
  };
}

test("the page saves a card for a customer of its own, and charges nothing", async () => {
  const { bench, pledge } = await saved();
  const [session] = bench.sandbox.sessions();
  expect(session).toMatchObject({
    mode: "setup",
    currency: "usd",
    customer_creation: "always",
    allowed_payment_method_types: ["card"],
    metadata: { whipround_pledge: "p1" },
  });
  const setup = await bench.stripe.setupIntents.list({ limit: 1 });
  expect(setup.data[0]?.metadata).toEqual({ whipround_pledge: "p1" });
  expect(pledge.card?.customerId).toMatch(/^cus_/);
  expect(bench.sandbox.charges()).toEqual([]);
});

test("another card for the same promise belongs to the same customer", async () => {
  const { bench, pledge } = await saved();
  const again = await saveCard(bench, pledge, "5555555555554444");
  expect(again.card?.customerId).toBe(pledge.card?.customerId);
  expect(again.card?.paymentMethodId).not.toBe(pledge.card?.paymentMethodId);
});

test("the intent is made unconfirmed, under the pledge's name, and found again under another key", async () => {
  const { bench, stripe, pledge, intentId } = await saved();
  expect(await bench.stripe.paymentIntents.retrieve(intentId)).toMatchObject({
    amount: 5000,
    currency: "usd",
    customer: pledge.card?.customerId,
    status: "requires_payment_method",
    transfer_group: "c1",
    setup_future_usage: null,
    metadata: { whipround_pledge: "p1" },
  });
  const again = { key: "intent:p1:2", mayExist: true, issue: ISSUE };
  expect(await stripe.openCharge(pledge, again)).toBe(intentId);
});

test("confirmed off-session it is paid, and a second confirm finds that, whatever its key", async () => {
  const one = await saved();
  const { bench, stripe, intentId } = one;
  const first = await stripe.confirmCharge(tryOf(one, 1));
  expect(first).toMatchObject({
    outcome: "paid",
    payment: { pledgeId: "p1", paymentIntentId: intentId, amount: 5000n, currency: "usd" },
  });
  expect(await stripe.confirmCharge(tryOf(one, 2))).toMatchObject({ outcome: "paid" });
  expect(await stripe.confirmCharge({ ...tryOf(one, 3), mayExist: true })).toMatchObject({
    outcome: "paid",
  });
  expect(bench.sandbox.charges()).toHaveLength(1);
  expect(await bench.stripe.paymentIntents.retrieve(intentId)).toMatchObject(CHARGED_ONCE);
  expect(await stripe.cancelCharge(intentId)).toMatchObject({ pledgeId: "p1", amount: 5000n });
});

test.each([
  ["was unavailable", { status: 503 as const, performed: true }],
  ["failed at Stripe", { status: 500 as const, performed: true }],
])("a confirm that %s after it took effect is found, not repeated", async (_what, fault) => {
  const one = await saved();
  one.bench.sandbox.failNext({ method: "POST", pathPrefix: "/v1/payment_intents/", ...fault });
  await expect(one.stripe.confirmCharge(tryOf(one, 1))).rejects.toThrow();
  const found = await one.stripe.confirmCharge({ ...tryOf(one, 1), mayExist: true });
  expect(found).toMatchObject({ outcome: "paid" });
  expect(one.bench.sandbox.charges()).toHaveLength(1);
});

test("a decline is an answer; with another card the same intent is paid", async () => {
  const one = await saved(DECLINES_LATER);
  const { bench, stripe, intentId } = one;
  expect(await stripe.confirmCharge(tryOf(one, 1))).toEqual({
    outcome: "declined",
    problem: "card declined",
    why: "card_declined",
  });
  expect(await stripe.confirmCharge({ ...tryOf(one, 1), mayExist: true })).toMatchObject({
    outcome: "declined",
  });
  const pledge = await saveCard(bench, one.pledge, "4242424242424242");
  expect(await stripe.confirmCharge(tryOf({ ...one, pledge }, 2))).toMatchObject({
    outcome: "paid",
    payment: { paymentIntentId: intentId },
  });
});

test("a bank that wants to ask: declined off-session, then a page, and the same intent is paid", async () => {
  const one = await saved(ASKS_ALWAYS);
  const { bench, stripe, intentId } = one;
  expect(await stripe.confirmCharge(tryOf(one, 1))).toMatchObject({
    outcome: "declined",
    problem: "authentication needed",
  });
  const asked = await stripe.confirmCharge(tryOf(one, 2, true));
  if (asked.outcome !== "redirected") throw new Error(asked.outcome);
  expect(new URL(asked.url).origin).toBe("http://stripe.test");
  expect(await stripe.confirmCharge(tryOf(one, 3, true))).toEqual(asked);
  bench.sandbox.authenticate(intentId, "complete");
  await bench.pass(HOUR_MS);
  expect(await stripe.readPayment(intentId)).toMatchObject({
    state: "paid",
    payment: { pledgeId: "p1", amount: 5000n },
  });
  expect(await stripe.confirmCharge(tryOf(one, 4, true))).toMatchObject({ outcome: "paid" });
});

test("who fails the bank's question can be asked again", async () => {
  const one = await saved(ASKS_ALWAYS);
  await one.stripe.confirmCharge(tryOf(one, 1, true));
  one.bench.sandbox.authenticate(one.intentId, "fail");
  expect(await one.stripe.readPayment(one.intentId)).toBeNull();
  expect(await one.stripe.confirmCharge(tryOf(one, 2, true))).toMatchObject({
    outcome: "redirected",
  });
});

test("cancelled, it can never be confirmed again", async () => {
  const one = await saved(DECLINES_LATER);
  await one.stripe.confirmCharge(tryOf(one, 1));
  expect(await one.stripe.readPayment(one.intentId)).toBeNull();
  expect(await one.stripe.cancelCharge(one.intentId)).toBeNull();
  expect(await one.stripe.cancelCharge(one.intentId)).toBeNull();
  expect(await one.stripe.readPayment(one.intentId)).toEqual({ state: "canceled", pledgeId: "p1" });
  expect(await one.stripe.confirmCharge(tryOf(one, 2))).toEqual({ outcome: "canceled" });
});

test("a card that is gone from Stripe is refused for good", async () => {
  const one = await saved();
  const wanted = { ...tryOf(one, 1), paymentMethodId: "pm_gone" };
  await expect(one.stripe.confirmCharge(wanted)).rejects.toMatchObject({
    name: "PermanentFailure",
    code: "resource_missing",
  });
});
