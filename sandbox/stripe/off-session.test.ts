// A promise and its charge: a card saved on one day, charged on another without its owner, and what the
// owner does when that fails: confirms the same intent on a page, or gives it another card.
import { expect, test } from "@jest/globals";
import type Stripe from "stripe";
import { testContract } from "./contract-bench.ts";
import { type Bench, createBench, open, post } from "./test-bench.ts";

const alwaysAsks = "4000002760003184";
const asksOnce = "4000002500003155";
const asksInVain = "4000008260003178";
const saved = "4000000000000341";
const poor = "4000000000009995";
const declinesAtOnce = "4000000000000002";
const good = "4242424242424242";
const returnUrl = "http://app.test/pledges/1?from=stripe";

interface Promised {
  customer: string;
  method: string;
}

/** Saves a card on Checkout's page; for a customer who has one already, another one. */
async function promise(bench: Bench, card: string, customer?: string): Promise<Promised> {
  const { stripe, sandbox } = bench;
  const session = await stripe.checkout.sessions.create({
    mode: "setup",
    currency: "usd",
    ...(customer ? { customer } : { customer_creation: "always" }),
    success_url: "http://app.test/thanks",
    setup_intent_data: { metadata: { pledge: "p1" } },
  });
  expect(sandbox.pay(session.id, { card })).toMatchObject({ kind: "complete" });
  const done = await stripe.checkout.sessions.retrieve(session.id, { expand: ["setup_intent"] });
  const setup = done.setup_intent as Stripe.SetupIntent;
  return { customer: done.customer as string, method: setup.payment_method as string };
}

function intentFor(bench: Bench, { customer, method }: Promised): Promise<Stripe.PaymentIntent> {
  return bench.stripe.paymentIntents.create({
    amount: 5000,
    currency: "usd",
    customer,
    payment_method: method,
    metadata: { pledge: "p1" },
  });
}

/** The intent, after it was declined without its owner. */
async function declined(bench: Bench, promised: Promised, refusal: object): Promise<string> {
  const { stripe } = bench;
  const { id } = await intentFor(bench, promised);
  const charged = stripe.paymentIntents.confirm(id, { off_session: true });
  await expect(charged).rejects.toMatchObject({
    type: "StripeCardError",
    statusCode: 402,
    payment_intent: { id, status: "requires_payment_method", payment_method: null },
    payment_method: { id: promised.method },
    ...refusal,
  });
  expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({
    status: "requires_payment_method",
    last_payment_error: { type: "card_error", payment_method: { id: promised.method }, ...refusal },
    metadata: { pledge: "p1" },
  });
  return id;
}

const asked = { code: "authentication_required", decline_code: "authentication_required" };

/** The backer comes to the page: the server confirms with them present, and leads them to their bank. */
async function confirmOnPage(bench: Bench, id: string, method: string): Promise<string> {
  const again = await bench.stripe.paymentIntents.confirm(id, {
    payment_method: method,
    off_session: false,
    return_url: returnUrl,
  });
  expect(again).toMatchObject({
    id,
    status: "requires_action",
    next_action: { type: "redirect_to_url", redirect_to_url: { return_url: returnUrl } },
  });
  return again.next_action?.redirect_to_url?.url ?? "";
}

test.each([
  [good, "the plain card"],
  [asksOnce, "the card that was authenticated when it was saved"],
])("%s, %s, is charged without its owner", async (card) => {
  const bench = createBench();
  const { id } = await intentFor(bench, await promise(bench, card));
  const paid = await bench.stripe.paymentIntents.confirm(id, { off_session: true });
  expect(paid).toMatchObject({ status: "succeeded", amount_received: 5000 });
});

test.each([
  [alwaysAsks, asked],
  [poor, { code: "card_declined", decline_code: "insufficient_funds" }],
  [saved, { code: "card_declined", decline_code: "generic_decline" }],
  [asksInVain, asked],
])("%s is saved, and declined without its owner", async (card, refusal) => {
  const bench = createBench();
  const id = await declined(bench, await promise(bench, card), refusal);
  await bench.pass(1000);
  expect(bench.delivered.map(({ type }) => type).slice(-2)).toEqual([
    "charge.failed",
    "payment_intent.payment_failed",
  ]);
  expect((await bench.stripe.charges.list({ payment_intent: id })).data).toMatchObject([
    { status: "failed", paid: false, balance_transaction: null },
  ]);
});

test("the same intent is confirmed on the bank's page, which leads back without JavaScript", async () => {
  const bench = createBench();
  const promised = await promise(bench, alwaysAsks);
  const id = await declined(bench, promised, asked);
  const page = await confirmOnPage(bench, id, promised.method);
  const before = bench.sandbox.snapshot();
  expect((await open(bench, page)).text).toContain("Complete authentication");
  expect(bench.sandbox.snapshot()).toEqual(before);
  const { location } = await post(bench, page, { answer: "complete" });
  const back = new URL(location ?? "");
  expect(Object.fromEntries(back.searchParams)).toEqual({
    from: "stripe",
    payment_intent: id,
    payment_intent_client_secret: expect.stringContaining(`${id}_secret_`),
    redirect_status: "succeeded",
  });
  await bench.pass(1000);
  const paid = await bench.stripe.paymentIntents.retrieve(id, { expand: ["latest_charge"] });
  expect(paid).toMatchObject({
    status: "succeeded",
    last_payment_error: null,
    latest_charge: {
      payment_method_details: { card: { three_d_secure: { result: "authenticated" } } },
    },
  });
  expect(bench.delivered.map(({ type }) => type).slice(-4)).toEqual([
    "payment_intent.requires_action",
    "charge.succeeded",
    "payment_intent.succeeded",
    "charge.updated",
  ]);
  expect((await open(bench, page)).response.status).toBe(410);
  expect((await post(bench, page, { answer: "complete" })).response.status).toBe(410);
});

test("a failed authentication leads back as well, and the intent can be confirmed again", async () => {
  const bench = createBench();
  const promised = await promise(bench, alwaysAsks);
  const id = await declined(bench, promised, asked);
  const page = await confirmOnPage(bench, id, promised.method);
  const { location } = await post(bench, page, { answer: "fail" });
  expect(new URL(location ?? "").searchParams.get("redirect_status")).toBe("failed");
  expect(await bench.stripe.paymentIntents.retrieve(id)).toMatchObject({
    status: "requires_payment_method",
    next_action: null,
    last_payment_error: { code: "payment_intent_authentication_failure" },
  });
  await confirmOnPage(bench, id, promised.method);
  bench.sandbox.authenticate(id, "complete");
  expect((await bench.stripe.paymentIntents.retrieve(id)).status).toBe("succeeded");
});

test("somebody who leaves the bank's page finds the intent waiting, and may be sent there again", async () => {
  const bench = createBench();
  const promised = await promise(bench, alwaysAsks);
  const id = await declined(bench, promised, asked);
  await confirmOnPage(bench, id, promised.method);
  await bench.pass(7 * 24 * 3600 * 1000);
  const page = await confirmOnPage(bench, id, promised.method);
  await post(bench, page, { answer: "complete" });
  expect(bench.sandbox.charges().filter(({ paid }) => paid)).toHaveLength(1);
});

test("an authentication does not help a card without funds", async () => {
  const bench = createBench();
  const promised = await promise(bench, asksInVain);
  const id = await declined(bench, promised, asked);
  const page = await confirmOnPage(bench, id, promised.method);
  const { location } = await post(bench, page, { answer: "complete" });
  expect(new URL(location ?? "").searchParams.get("redirect_status")).toBe("failed");
  expect(await bench.stripe.paymentIntents.retrieve(id)).toMatchObject({
    status: "requires_payment_method",
    last_payment_error: { code: "card_declined", decline_code: "insufficient_funds" },
  });
});

test("another card of the same backer pays the same intent", async () => {
  const bench = createBench();
  const { stripe } = bench;
  const first = await promise(bench, saved);
  const id = await declined(bench, first, { code: "card_declined" });
  const second = await promise(bench, good, first.customer);
  expect(second.customer).toBe(first.customer);
  await stripe.paymentIntents.update(id, { payment_method: second.method });
  const paid = await stripe.paymentIntents.confirm(id, { off_session: true });
  expect(paid).toMatchObject({ id, status: "succeeded", payment_method: second.method });
});

test("a card of somebody else is refused", async () => {
  const bench = createBench();
  const id = await declined(bench, await promise(bench, poor), { code: "card_declined" });
  const other = await promise(bench, good);
  await expect(
    bench.stripe.paymentIntents.confirm(id, { payment_method: other.method, off_session: true }),
  ).rejects.toMatchObject({ statusCode: 400, param: "payment_method" });
});

test("an action that is an error: the server says that nobody can authenticate", async () => {
  const bench = createBench();
  const promised = await promise(bench, alwaysAsks);
  const { id } = await intentFor(bench, promised);
  await expect(
    bench.stripe.paymentIntents.confirm(id, {
      error_on_requires_action: true,
      return_url: returnUrl,
    }),
  ).rejects.toMatchObject({ statusCode: 402, ...asked });
});

test("a confirmation that could lead elsewhere needs the way back", async () => {
  const bench = createBench();
  const { id } = await intentFor(bench, await promise(bench, alwaysAsks));
  await expect(bench.stripe.paymentIntents.confirm(id)).rejects.toMatchObject({
    statusCode: 400,
    param: "return_url",
  });
});

test("cancelled by hand in the dashboard, it says so by a webhook, and can be confirmed no more", async () => {
  const bench = createBench();
  const promised = await promise(bench, poor);
  const id = await declined(bench, promised, { code: "card_declined" });
  expect((await open(bench, `/dashboard/objects/${id}`)).text).toContain("Cancel it");
  await post(bench, `/dashboard/objects/${id}`, { do: "cancel" });
  await bench.pass(1000);
  expect(bench.delivered.at(-1)?.type).toBe("payment_intent.canceled");
  expect(bench.sandbox.events().at(-1)?.data.object).toMatchObject({
    id,
    status: "canceled",
    cancellation_reason: "requested_by_customer",
  });
  await expect(
    bench.stripe.paymentIntents.confirm(id, { payment_method: promised.method }),
  ).rejects.toMatchObject({ code: "payment_intent_unexpected_state" });
  expect(() => bench.sandbox.cancelPayment(id)).toThrow("status of canceled");
  expect((await open(bench, `/dashboard/objects/${id}`)).text).not.toContain("Cancel it");
});

test("the payment of an open page is ended by closing the page, not by hand", async () => {
  const bench = createBench();
  const { id } = await bench.stripe.checkout.sessions.create({
    mode: "payment",
    success_url: returnUrl,
    line_items: [
      { price_data: { currency: "usd", unit_amount: 5000, product_data: { name: "Work" } } },
    ],
  });
  expect(bench.sandbox.pay(id, { card: declinesAtOnce }).kind).toBe("declined");
  const [intent] = bench.sandbox.paymentIntents();
  expect(() => bench.sandbox.cancelPayment(intent?.id ?? "")).toThrow("expire the Session");
  await bench.stripe.checkout.sessions.expire(id);
  await bench.pass(1000);
  expect(bench.delivered.map(({ type }) => type).slice(-2)).toEqual([
    "payment_intent.canceled",
    "checkout.session.expired",
  ]);
});

test("a canceled intent takes nobody to a bank any more", async () => {
  const bench = createBench();
  const promised = await promise(bench, alwaysAsks);
  const { id } = await intentFor(bench, promised);
  const page = await confirmOnPage(bench, id, promised.method);
  await bench.stripe.paymentIntents.cancel(id, { cancellation_reason: "abandoned" });
  expect((await post(bench, page, { answer: "complete" })).response.status).toBe(410);
  expect(bench.sandbox.charges()).toEqual([]);
});

test("a card that belongs to nobody is used once; one that was taken from its customer never", async () => {
  const { stripe } = createBench();
  const pay = (method: string, more: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
    stripe.paymentIntents.create({
      amount: 5000,
      currency: "usd",
      payment_method: method,
      confirm: true,
      return_url: returnUrl,
      ...more,
    });
  const used = (await pay("pm_card_visa")).payment_method as string;
  await expect(pay(used)).rejects.toThrow("It may not be used again");

  const { id: customer } = await stripe.customers.create({});
  const kept = await pay("pm_card_visa", { customer, setup_future_usage: "off_session" });
  const method = kept.payment_method as string;
  expect(await stripe.paymentMethods.retrieve(method)).toMatchObject({ customer });
  expect(await pay(method, { customer })).toMatchObject({ status: "succeeded" });
  await stripe.paymentMethods.detach(method);
  await expect(pay(method, { customer })).rejects.toThrow("It may not be used again");
});

testContract("what is said off-session keeps to Stripe's description", async (bench) => {
  const { stripe } = bench;
  const promised = await promise(bench, alwaysAsks);
  const id = await declined(bench, promised, asked);
  await confirmOnPage(bench, id, promised.method);
  bench.sandbox.authenticate(id, "fail");
  const other = await promise(bench, good, promised.customer);
  await stripe.paymentIntents.confirm(id, { payment_method: other.method, off_session: true });
  await stripe.setupIntents.list({ customer: promised.customer, expand: ["data.payment_method"] });
  await stripe.paymentIntents.list({ customer: promised.customer });
  await stripe.paymentMethods.detach(promised.method);
  await bench.pass(1000);
});
