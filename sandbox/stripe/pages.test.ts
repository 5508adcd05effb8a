// What a person clicks: the payment page, the authentication, the onboarding, the dashboard.
import { expect, test } from "@jest/globals";
import { createBench, open, paidCharge, payee, pledge, post } from "./test-bench.ts";

test("looking at the payment page changes nothing; paying leads back to the app", async () => {
  const bench = createBench();
  const session = await pledge(bench.stripe);
  const before = bench.sandbox.snapshot();
  const { response, text } = await open(bench, session.url ?? "");
  expect(response.status).toBe(200);
  expect(text).toContain("Sandbox Stripe");
  expect(text).toContain("$50.00");
  expect(bench.sandbox.snapshot()).toEqual(before);
  const email = "ann@example.com";
  const wrong = await post(bench, session.url ?? "", { card: "1234", email });
  expect([wrong.response.status, wrong.text]).toEqual([422, expect.stringContaining("test card")]);
  const poor = await post(bench, session.url ?? "", { card: "4000 0000 0000 9995", email });
  expect([poor.response.status, poor.text]).toEqual([402, expect.stringContaining("insufficient")]);
  const paid = await post(bench, session.url ?? "", { card: "4242 4242 4242 4242", email });
  expect([paid.response.status, paid.location]).toEqual([
    303,
    `http://app.test/thanks?session=${session.id}`,
  ]);
  expect((await open(bench, `/c/pay/${session.id}`)).response.status).toBe(410);
});

test("what people wrote is shown as text, never as markup", async () => {
  const bench = createBench();
  const session = await pledge(bench.stripe, {
    line_items: [
      {
        price_data: {
          currency: "usd",
          product_data: { name: "<script>alert(1)</script>" },
          unit_amount: 5000,
        },
        quantity: 1,
      },
    ],
  });
  const { text } = await open(bench, session.url ?? "");
  expect(text).not.toContain("<script>");
  expect(text).toContain("&lt;script&gt;");
});

test("a failed authentication leads back to the payment page, which says so", async () => {
  const bench = createBench();
  const session = await pledge(bench.stripe);
  const asked = await post(bench, session.url ?? "", {
    card: "4000 0027 6000 3184",
    email: "ann@example.com",
  });
  expect(asked.location).toMatch(/^\/authenticate\/pi_/);
  expect((await open(bench, asked.location ?? "")).text).toContain("Complete authentication");
  const failed = await post(bench, asked.location ?? "", { answer: "fail" });
  expect(failed.location).toBe(`/c/pay/${session.id}`);
  expect((await open(bench, failed.location ?? "")).text).toContain("failed authentication");
  const again = await post(bench, session.url ?? "", {
    card: "4000 0027 6000 3184",
    email: "ann@example.com",
  });
  const done = await post(bench, again.location ?? "", { answer: "complete" });
  expect(done.location).toContain("http://app.test/thanks");
});

test("an onboarding link is good for one visit; the second leads to the refresh page", async () => {
  const bench = createBench();
  const { stripe } = bench;
  const account = await stripe.accounts.create({
    controller: {
      fees: { payer: "application" },
      losses: { payments: "application" },
      stripe_dashboard: { type: "express" },
    },
    capabilities: { transfers: { requested: true } },
  });
  expect(account).toMatchObject({ details_submitted: false, payouts_enabled: false });
  const makeLink = () =>
    stripe.accountLinks.create({
      account: account.id,
      refresh_url: "http://app.test/refresh",
      return_url: "http://app.test/return",
      type: "account_onboarding",
    });
  const first = await makeLink();
  expect((await open(bench, first.url)).text).toContain("Bank account number");
  const second = await open(bench, first.url);
  expect(second.response.headers.get("location")).toBe("http://app.test/refresh");
  const left = await post(bench, first.url, { answer: "leave" });
  expect(left.location).toBe("http://app.test/return");
  expect((await stripe.accounts.retrieve(account.id)).details_submitted).toBe(false);

  const late = await makeLink();
  bench.clock.now += 6 * 60 * 1000;
  const expired = await open(bench, late.url);
  expect(expired.response.headers.get("location")).toBe("http://app.test/refresh");

  const link = await makeLink();
  await open(bench, link.url);
  const nameless = await post(bench, link.url, { answer: "finish", bank: "123456", country: "US" });
  expect([nameless.response.status, nameless.text]).toEqual([
    422,
    expect.stringContaining("Enter your name."),
  ]);
  const form = { answer: "finish", name: "Ann", bank: "000123456789", country: "DE" };
  expect((await post(bench, link.url, form)).location).toBe("http://app.test/return");
  expect(await stripe.accounts.retrieve(account.id)).toMatchObject({
    country: "DE",
    details_submitted: true,
    payouts_enabled: true,
    capabilities: { transfers: "active" },
    requirements: { currently_due: [] },
  });
  await bench.pass(0);
  const updated = bench.delivered.find(({ type }) => type === "account.updated");
  expect(JSON.parse(updated?.body ?? "")).toMatchObject({ account: account.id });
  expect(bench.delivered.map(({ type }) => type)).toContain("capability.updated");
});

test("the dashboard shows the money and what became of each webhook", async () => {
  const bench = createBench();
  const charge = await paidCharge(bench);
  const worker = await payee(bench);
  const { text } = await open(bench, "/dashboard");
  for (const shown of [charge.id, worker.id, "$48.25", "charge.updated", "delivered after 1"]) {
    expect(text).toContain(shown);
  }
  const event = bench.sandbox.events()[0];
  expect((await open(bench, `/dashboard/events/${event?.id}`)).text).toContain(event?.type);
  expect((await open(bench, "/nowhere")).response.status).toBe(404);
  expect((await open(bench, "/c/pay/cs_test_none")).response.status).toBe(404);
});
