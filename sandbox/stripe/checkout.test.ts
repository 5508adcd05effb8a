// A pledge from the payment page to the books, as the real SDK sees it.
import { expect, test } from "@jest/globals";
import Stripe from "stripe";
import { createBench, paidCharge, pledge, secret } from "./test-bench.ts";

test("a pledge is paid on the page, and its fee is known a moment later", async () => {
  const bench = createBench();
  const { stripe, sandbox } = bench;
  const session = await pledge(stripe);
  expect(session).toMatchObject({ status: "open", payment_status: "unpaid", amount_total: 5000 });
  expect(session.payment_intent).toBeNull();

  const outcome = sandbox.pay(session.id, { email: "ann@example.com" });
  expect(outcome).toEqual({
    kind: "complete",
    redirect: `http://app.test/thanks?session=${session.id}`,
  });

  const [charge] = sandbox.charges();
  expect(charge).toMatchObject({ status: "succeeded", amount: 5000, balance_transaction: null });
  expect(charge?.metadata).toEqual({ pledge: "p1" });
  await bench.pass(1000);
  expect(bench.delivered.map(({ type }) => type)).toEqual([
    "payment_intent.created",
    "charge.succeeded",
    "payment_intent.succeeded",
    "checkout.session.completed",
    "charge.updated",
  ]);

  const paid = await stripe.checkout.sessions.retrieve(session.id, {
    expand: ["payment_intent.latest_charge.balance_transaction", "line_items"],
  });
  expect(paid).toMatchObject({
    status: "complete",
    payment_status: "paid",
    url: null,
    customer_details: { email: "ann@example.com" },
    payment_intent: {
      status: "succeeded",
      latest_charge: { balance_transaction: { amount: 5000, fee: 175, net: 4825 } },
    },
  });
  expect(paid.line_items?.data).toHaveLength(1);
  expect(await stripe.balance.retrieve()).toMatchObject({
    available: [{ amount: 0, currency: "usd" }],
    pending: [{ amount: 4825, currency: "usd" }],
  });
  await bench.pass(2 * 24 * 3600 * 1000);
  expect(sandbox.balance().available).toMatchObject([{ amount: 4825, currency: "usd" }]);
});

test("a webhook's signature is the real one", async () => {
  const bench = createBench();
  const session = await pledge(bench.stripe);
  bench.sandbox.pay(session.id);
  await bench.pass(0);
  const [first] = bench.delivered;
  const event = Stripe.webhooks.constructEvent(
    first?.body ?? "",
    first?.signature ?? "",
    secret,
    300,
    undefined,
    bench.clock.now,
  );
  expect(event).toMatchObject({ type: "payment_intent.created", pending_webhooks: 1 });
  expect(() =>
    Stripe.webhooks.constructEvent(`${first?.body} `, first?.signature ?? "", secret),
  ).toThrow();
});

test("a declined card may try again on the same intent", async () => {
  const { stripe, sandbox } = createBench();
  const session = await pledge(stripe);
  expect(sandbox.pay(session.id, { card: "4000000000009995" })).toMatchObject({
    kind: "declined",
    message: "Your card has insufficient funds.",
    decline: { code: "card_declined", declineCode: "insufficient_funds" },
  });
  const before = await stripe.checkout.sessions.retrieve(session.id);
  expect(before.status).toBe("open");
  expect(sandbox.pay(session.id)).toMatchObject({ kind: "complete" });
  const after = await stripe.checkout.sessions.retrieve(session.id);
  expect(after.payment_intent).toBe(before.payment_intent);
  expect(sandbox.charges().map(({ status }) => status)).toEqual(["failed", "succeeded"]);
});

test("a card that authenticates leads through the authentication page", async () => {
  const { stripe, sandbox } = createBench();
  const session = await pledge(stripe);
  const card = "4000002760003184";
  expect(sandbox.pay(session.id, { card, authentication: "leave" })).toMatchObject({
    kind: "authenticate",
  });
  expect(sandbox.pay(session.id, { card, authentication: "fail" })).toMatchObject({
    kind: "declined",
  });
  expect(sandbox.pay(session.id, { card })).toMatchObject({ kind: "complete" });
});

test("an open session expires, and its page takes no money afterwards", async () => {
  const bench = createBench();
  const expires = Math.floor(bench.clock.now / 1000) + 30 * 60;
  const session = await pledge(bench.stripe, { expires_at: expires });
  await bench.pass(30 * 60 * 1000);
  expect(bench.delivered.map(({ type }) => type)).toEqual(["checkout.session.expired"]);
  expect(bench.sandbox.pay(session.id)).toEqual({
    kind: "refused",
    message: "This payment page has expired.",
  });
  await expect(bench.stripe.checkout.sessions.expire(session.id)).rejects.toMatchObject({
    statusCode: 400,
  });
});

test("a charge in a foreign currency settles in the default one", async () => {
  const bench = createBench({ settlementCurrencies: ["usd"] });
  const charge = await paidCharge(bench, { code: "eur", amount: 1000 });
  expect(charge.balance_transaction).toMatchObject({
    amount: 1100,
    currency: "usd",
    exchange_rate: 1.1,
  });
});

test.each([
  [{ amount: 49 }, "amount_too_small"],
  [{ amount: 29, code: "gbp" }, "amount_too_small"],
  [{ amount: 49, code: "jpy" }, "amount_too_small"],
  [{ expires_at: 1 }, undefined],
  [{ payment_method_types: ["card"] }, "parameter_unknown"],
  [{ customer: "cus_none" }, "resource_missing"],
  [{ metadata: { ["k".repeat(41)]: "v" } }, undefined],
])("a session with %j is refused", async (changes, code) => {
  const { stripe } = createBench();
  await expect(pledge(stripe, changes as never)).rejects.toMatchObject({
    type: "StripeInvalidRequestError",
    statusCode: 400,
    ...(code ? { code } : {}),
  });
});

test("setup mode saves a card that is charged later, once", async () => {
  const bench = createBench();
  const { stripe, sandbox } = bench;
  const session = await stripe.checkout.sessions.create({
    mode: "setup",
    currency: "usd",
    customer_creation: "always",
    success_url: "http://app.test/thanks",
    setup_intent_data: { metadata: { pledge: "p2" } },
  });
  expect(sandbox.pay(session.id, { card: "4000002500003155" })).toMatchObject({
    kind: "complete",
  });
  const saved = await stripe.checkout.sessions.retrieve(session.id, { expand: ["setup_intent"] });
  const setup = saved.setup_intent as Stripe.SetupIntent;
  expect(setup).toMatchObject({ status: "succeeded", metadata: { pledge: "p2" } });

  const intent = await stripe.paymentIntents.create({
    amount: 2000,
    currency: "usd",
    customer: saved.customer as string,
    payment_method: setup.payment_method as string,
  });
  const confirmed = await stripe.paymentIntents.confirm(intent.id, { off_session: true });
  expect(confirmed.status).toBe("succeeded");
  await expect(
    stripe.paymentIntents.confirm(intent.id, { off_session: true }),
  ).rejects.toMatchObject({ statusCode: 400, code: "payment_intent_unexpected_state" });
});

test("an off-session charge that needs authentication can be confirmed on a page", async () => {
  const { stripe, sandbox } = createBench();
  const intent = await stripe.paymentIntents.create({ amount: 2000, currency: "usd" });
  const card = "pm_card_authenticationRequired";
  await expect(
    stripe.paymentIntents.confirm(intent.id, { payment_method: card, off_session: true }),
  ).rejects.toMatchObject({ statusCode: 402, code: "authentication_required" });
  const again = await stripe.paymentIntents.confirm(intent.id, {
    payment_method: card,
    return_url: "http://app.test/back",
  });
  expect(again.next_action?.redirect_to_url?.url).toBe(
    `http://stripe.test/authenticate/${intent.id}`,
  );
  const outcome = sandbox.authenticate(intent.id, "complete");
  expect(outcome).toMatchObject({ kind: "complete" });
  expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe("succeeded");
});
