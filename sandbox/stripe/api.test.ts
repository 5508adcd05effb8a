// The API's manners: errors, keys, idempotency, lists, events and their delivery, snapshots.
import { describe, expect, test } from "@jest/globals";
import type Stripe from "stripe";
import { testContract } from "./contract-bench.ts";
import { type Bench, connect, createBench, paidCharge, payee, pledge } from "./test-bench.ts";

const hourMs = 3600 * 1000;
const dayMs = 24 * hourMs;

async function call(bench: Bench, method: string, path: string, body = ""): Promise<Response> {
  return bench.sandbox.fetch(
    new Request(`http://stripe.test${path}`, {
      method,
      headers: {
        authorization: "Bearer sk_test_sandbox",
        "content-type": "application/x-www-form-urlencoded",
      },
      ...(method === "GET" ? {} : { body }),
    }),
  );
}

describe("errors have Stripe's shape", () => {
  test.each([
    ["GET", "/v1/nothing", "", 404, {}],
    ["POST", "/v1/charges", "amount=1", 404, {}],
    ["GET", "/v2/core/events", "", 404, {}],
    ["GET", "/v1/refunds/re_none", "", 404, { code: "resource_missing", param: "id" }],
    ["GET", "/v1/charges?nonsense=1", "", 400, { code: "parameter_unknown", param: "nonsense" }],
    ["GET", "/v1/charges?limit=101", "", 400, { param: "limit" }],
    ["GET", "/v1/charges?limit=x", "", 400, { code: "parameter_invalid_integer" }],
    ["GET", "/v1/charges?starting_after=ch_no", "", 400, { code: "resource_missing" }],
    ["GET", "/v1/charges?payment_intent=pi_no", "", 400, { code: "resource_missing" }],
    ["GET", "/v1/balance?expand[]=nothing", "", 400, { param: "expand" }],
    ["POST", "/v1/transfers", "amount=1", 400, { code: "parameter_missing", param: "currency" }],
    ["POST", "/v1/refunds", "charge=", 400, { code: "parameter_invalid_empty", param: "charge" }],
    ["POST", "/v1/payment_intents", "amount=1&currency=xxx", 400, { param: "currency" }],
    ["GET", "/v1/accounts/acct_no", "", 403, { code: "account_invalid" }],
  ])("%s %s %s", async (method, path, body, status, error) => {
    const response = await call(createBench(), method, path, body);
    expect(response.status).toBe(status);
    expect(response.headers.get("request-id")).toMatch(/^req_\w+$/);
    const answer = (await response.json()) as { error: { message: string } };
    expect(answer.error).toMatchObject({ type: "invalid_request_error", ...error });
    expect(answer.error.message).not.toBe("");
  });

  test("a wrong key and a live key are refused", async () => {
    const { sandbox } = createBench();
    for (const key of ["sk_test_other", "sk_live_real"]) {
      await expect(connect(sandbox, key).balance.retrieve()).rejects.toMatchObject({
        type: "StripeAuthenticationError",
        statusCode: 401,
      });
    }
  });
});

describe("idempotency keys", () => {
  test("replay the first answer, and refuse other parameters", async () => {
    const { stripe, sandbox } = createBench();
    const first = await pledge(stripe, {}, { idempotencyKey: "k" });
    const second = await pledge(stripe, {}, { idempotencyKey: "k" });
    expect(second.id).toBe(first.id);
    expect(sandbox.sessions()).toHaveLength(1);
    await expect(pledge(stripe, { amount: 1 }, { idempotencyKey: "k" })).rejects.toMatchObject({
      type: "StripeIdempotencyError",
      statusCode: 400,
    });
    await expect(stripe.customers.create({}, { idempotencyKey: "k" })).rejects.toMatchObject({
      type: "StripeIdempotencyError",
    });
  });

  test("replay a decline even after the card would succeed, and are forgotten after a day", async () => {
    const bench = createBench();
    const { stripe, sandbox } = bench;
    const intent = await stripe.paymentIntents.create({ amount: 2000, currency: "usd" });
    const confirm = (card: string, idempotencyKey: string) =>
      stripe.paymentIntents.confirm(
        intent.id,
        { payment_method: card, off_session: true },
        { idempotencyKey },
      );
    const poor = "pm_card_visa_chargeDeclinedInsufficientFunds";
    for (const _try of [1, 2]) {
      await expect(confirm(poor, "try-1")).rejects.toMatchObject({
        statusCode: 402,
        code: "card_declined",
        decline_code: "insufficient_funds",
      });
    }
    expect(sandbox.charges()).toHaveLength(1);
    bench.clock.now += dayMs;
    await expect(confirm(poor, "try-1")).rejects.toMatchObject({ statusCode: 402 });
    expect(sandbox.charges()).toHaveLength(2);
    await expect(confirm("pm_card_visa", "try-2")).resolves.toMatchObject({ status: "succeeded" });
  });

  test("keep a 5xx, whether or not the work was done", async () => {
    const { stripe, sandbox } = createBench();
    const fault = { method: "POST", pathPrefix: "/v1/customers", status: 500 } as const;
    sandbox.failNext({ ...fault, performed: true });
    for (const _try of [1, 2]) {
      await expect(
        stripe.customers.create({ name: "Ann" }, { idempotencyKey: "k" }),
      ).rejects.toMatchObject({ statusCode: 500 });
    }
    expect((await stripe.customers.list()).data).toHaveLength(1);
  });

  test("are not used up by requests that never began", async () => {
    const { stripe, sandbox } = createBench();
    const request = { idempotencyKey: "k" };
    await expect(
      stripe.customers.create({ nonsense: "1" } as never, request),
    ).rejects.toMatchObject({ code: "parameter_unknown" });
    sandbox.failNext({ method: "POST", pathPrefix: "/v1/", status: 429, performed: false });
    await expect(stripe.customers.create({}, request)).rejects.toMatchObject({ statusCode: 429 });
    await expect(stripe.customers.create({}, request)).resolves.toMatchObject({
      object: "customer",
    });
  });

  test("two requests at once with one key: one begins, the other is told so", async () => {
    const { stripe } = createBench();
    const results = await Promise.allSettled([
      stripe.customers.create({}, { idempotencyKey: "k" }),
      stripe.customers.create({}, { idempotencyKey: "k" }),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const refused = results.find((result) => result.status === "rejected");
    expect(refused?.reason).toMatchObject({ statusCode: 409, code: "idempotency_key_in_use" });
  });
});

test("lists are paged newest first, forwards and backwards", async () => {
  const { stripe, clock } = createBench();
  const made: string[] = [];
  for (const name of ["a", "b", "c", "d", "e"]) {
    made.unshift((await stripe.customers.create({ name })).id);
    clock.now += 1000;
  }
  const ids = (page: { data: { id: string }[] }) => page.data.map(({ id }) => id);
  const first = await stripe.customers.list({ limit: 2 });
  expect([ids(first), first.has_more]).toEqual([made.slice(0, 2), true]);
  const next = await stripe.customers.list({ limit: 3, starting_after: made[1] ?? "" });
  expect([ids(next), next.has_more]).toEqual([made.slice(2), false]);
  const back = await stripe.customers.list({ limit: 2, ending_before: made[4] ?? "" });
  expect([ids(back), back.has_more]).toEqual([made.slice(2, 4), true]);
  const all: string[] = [];
  for await (const { id } of stripe.customers.list({ limit: 2 })) all.push(id);
  expect(all).toEqual(made);
  const since = Math.floor(clock.now / 1000) - 2;
  expect(ids(await stripe.customers.list({ created: { gte: since } }))).toEqual(made.slice(0, 2));
});

test("a refused webhook is sent again until it is taken, and the events list knows", async () => {
  const bench = createBench();
  const { stripe, delivered, endpoint } = bench;
  endpoint.status = 500;
  await stripe.customers.create({});
  await bench.pass(hourMs);
  expect(delivered).toHaveLength(3);
  expect(new Set(delivered.map(({ body }) => JSON.parse(body).id)).size).toBe(1);
  const failing = await stripe.events.list({ delivery_success: false });
  expect(failing.data).toMatchObject([{ type: "customer.created", pending_webhooks: 1 }]);
  endpoint.status = 200;
  await bench.pass(2 * hourMs);
  expect(delivered).toHaveLength(4);
  expect((await stripe.events.list({ delivery_success: false })).data).toEqual([]);
  expect((await stripe.events.list({ types: ["customer.created"] })).data).toHaveLength(1);
  expect((await stripe.events.list({ type: "charge.*" })).data).toHaveLength(0);
  expect(bench.sandbox.nextDue()).toBeNull();
});

test("a webhook nobody takes is given up after three days", async () => {
  const bench = createBench();
  bench.endpoint.status = 404;
  await bench.stripe.customers.create({});
  await bench.pass(4 * dayMs);
  expect(bench.delivered).toHaveLength(11);
  expect(bench.sandbox.nextDue()).toBeNull();
});

test("a snapshot brings everything back: money, due work, keys", async () => {
  const bench = createBench();
  const session = await pledge(bench.stripe, {}, { idempotencyKey: "k" });
  bench.sandbox.pay(session.id);
  const after = bench.restored();
  expect(after.sandbox.snapshot()).toEqual(bench.sandbox.snapshot());
  expect((await pledge(after.stripe, {}, { idempotencyKey: "k" })).id).toBe(session.id);
  await after.pass(3 * dayMs);
  expect(after.delivered.map(({ type }) => type)).toContain("charge.updated");
  expect(after.sandbox.balance().available).toMatchObject([{ amount: 4825 }]);
  expect(bench.sandbox.charges()[0]?.balance_transaction).toBeNull();
});

testContract("the traffic keeps to Stripe's own description", everyOperation);

async function everyOperation(bench: Bench): Promise<void> {
  const { stripe, sandbox } = bench;
  const charge = await paidCharge(bench, { card: "4000000000000077" });
  const declined = await pledge(stripe, { customer_creation: "always" });
  sandbox.pay(declined.id, { card: "4000002760003184", authentication: "fail" });
  sandbox.pay(declined.id, { card: "4000000000009995" });
  await stripe.checkout.sessions.expire(declined.id);
  const worker = await payee(bench);
  await stripe.accounts.createLoginLink(worker.id);
  await stripe.accountLinks.create({
    account: worker.id,
    refresh_url: "http://app.test/again",
    return_url: "http://app.test/done",
    type: "account_onboarding",
  });
  const transfer = await stripe.transfers.create({
    amount: 1000,
    currency: "usd",
    destination: worker.id,
    source_transaction: charge.id,
    metadata: { payout: "1" },
  });
  await stripe.transfers.createReversal(transfer.id, { amount: 400, expand: ["transfer"] });
  await stripe.transfers.listReversals(transfer.id);
  await stripe.transfers.retrieve(transfer.id, { expand: ["destination_payment"] });
  const refund = await stripe.refunds.create({ charge: charge.id, amount: 500 });
  await stripe.refunds.retrieve(refund.id, { expand: ["balance_transaction", "charge"] });
  sandbox.failRefund(refund.id);
  await stripe.payouts.create({ amount: 100, currency: "usd" });
  await bench.pass(2 * dayMs);
  await readEverything(stripe, worker.id);
  await bench.pass(0);
}

async function readEverything(stripe: Stripe, worker: string): Promise<void> {
  const expanded = await stripe.balanceTransactions.list({ expand: ["data.source"] });
  expect(new Set(expanded.data.map(({ type }) => type))).toEqual(
    new Set(["payout", "refund_failure", "refund", "transfer_refund", "transfer", "charge"]),
  );
  await stripe.balanceTransactions.list({}, { stripeAccount: worker });
  await stripe.balance.retrieve({}, { stripeAccount: worker });
  await stripe.balance.retrieve();
  await stripe.balanceSettings.retrieve();
  await stripe.balanceSettings.update({
    payments: { payouts: { schedule: { interval: "manual" } } },
  });
  await stripe.charges.list({ expand: ["data.refunds", "data.payment_intent"] });
  await stripe.charges.list({}, { stripeAccount: worker });
  await stripe.checkout.sessions.list({ limit: 3, expand: ["data.line_items"] });
  await stripe.paymentIntents.list({ limit: 3, expand: ["data.payment_method"] });
  await stripe.setupIntents.list();
  await stripe.customers.list();
  await stripe.payouts.list();
  await stripe.refunds.list();
  await stripe.transfers.list({ destination: worker });
  await stripe.accounts.list();
  await stripe.accounts.listCapabilities(worker);
  await stripe.accounts.retrieveCurrent();
  await stripe.accounts.update(worker, { metadata: { user: "7" } });
  await stripe.events.list({ limit: 100 });
  await expect(stripe.refunds.retrieve("re_none")).rejects.toMatchObject({ statusCode: 404 });
}
