// Every list that reconciling reads: by time, by cursor, in pages.
import { expect, test } from "@jest/globals";
import type Stripe from "stripe";
import { type Bench, createBench, paidCharge, payee, pledge } from "./test-bench.ts";

const hourMs = 3600 * 1000;
const atOnce = "4000000000000077";

interface Page {
  data: { id: string; created: number }[];
  has_more: boolean;
}
type Ask = (
  params: Stripe.PaginationParams & { created?: Stripe.RangeQueryParam },
) => Promise<Page>;

/** One of each, all made within this call. */
async function oneOfEach(bench: Bench): Promise<void> {
  const { stripe, sandbox } = bench;
  const worker = await payee(bench);
  const charge = await paidCharge(bench, { card: atOnce });
  const setup = await stripe.checkout.sessions.create({
    mode: "setup",
    currency: "usd",
    success_url: "http://app.test/thanks",
  });
  sandbox.pay(setup.id);
  sandbox.topUp(1000, "usd");
  sandbox.refund(charge.id, 100);
  await stripe.transfers.create({ amount: 100, currency: "usd", destination: worker.id });
  sandbox.dispute(charge.id);
  sandbox.topUp(5000, "usd");
  sandbox.payOut({ currency: "usd", amount: 100 });
}

const lists: [string, (stripe: Stripe) => Ask][] = [
  ["events", (stripe) => (params) => stripe.events.list(params)],
  ["balance transactions", (stripe) => (params) => stripe.balanceTransactions.list(params)],
  ["payment intents", (stripe) => (params) => stripe.paymentIntents.list(params)],
  ["setup intents", (stripe) => (params) => stripe.setupIntents.list(params)],
  ["charges", (stripe) => (params) => stripe.charges.list(params)],
  ["refunds", (stripe) => (params) => stripe.refunds.list(params)],
  ["transfers", (stripe) => (params) => stripe.transfers.list(params)],
  ["disputes", (stripe) => (params) => stripe.disputes.list(params)],
  ["payouts", (stripe) => (params) => stripe.payouts.list(params)],
  ["top-ups", (stripe) => (params) => stripe.topups.list(params)],
  ["checkout sessions", (stripe) => (params) => stripe.checkout.sessions.list(params)],
];

test.each(lists)("%s are listed since a time, after an id, a few at a time", async (_name, of) => {
  const bench = createBench();
  const ask = of(bench.stripe);
  await oneOfEach(bench);
  await bench.pass(hourMs);
  const early = await ask({ limit: 100 });
  const since = Math.floor(bench.clock.now / 1000);
  await oneOfEach(bench);
  const late = await ask({ limit: 100, created: { gte: since } });
  expect(late.data.length).toBeGreaterThan(0);
  expect(late.data.every(({ created }) => created >= since)).toBe(true);
  const all = await ask({ limit: 100 });
  expect(all.data.map(({ id }) => id)).toEqual([...late.data, ...early.data].map(({ id }) => id));
  expect((await ask({ limit: 100, created: { lt: since } })).data).toEqual(early.data);

  const one = await ask({ limit: 1 });
  expect([one.data.length, one.has_more]).toEqual([1, true]);
  const rest = await ask({ limit: 100, starting_after: one.data[0]?.id ?? "" });
  expect([...one.data, ...rest.data]).toEqual(all.data);
  expect(rest.has_more).toBe(false);
});

test("balance transactions are found by type and by what they come from", async () => {
  const bench = createBench();
  const { stripe, sandbox } = bench;
  await oneOfEach(bench);
  const [dispute] = sandbox.disputes();
  const [refund] = sandbox.refunds();
  const found = async (params: Stripe.BalanceTransactionListParams) =>
    (await stripe.balanceTransactions.list(params)).data;
  expect(await found({ source: refund?.id ?? "" })).toMatchObject([{ type: "refund", net: -100 }]);
  expect(await found({ source: dispute?.id ?? "" })).toMatchObject([{ type: "adjustment" }]);
  expect(await found({ type: "transfer" })).toMatchObject([{ net: -100 }]);
  expect(await found({ type: "charge", currency: "eur" })).toEqual([]);
});

test("sessions and intents are found by their customer, open ones by their status", async () => {
  const { stripe } = createBench();
  const customer = await stripe.customers.create({});
  const session = await pledge(stripe, { customer: customer.id });
  await pledge(stripe);
  const open = await stripe.checkout.sessions.list({ customer: customer.id, status: "open" });
  expect(open.data.map(({ id }) => id)).toEqual([session.id]);
  const intent = await stripe.paymentIntents.create({
    amount: 100,
    currency: "usd",
    customer: customer.id,
  });
  const { data } = await stripe.paymentIntents.list({ customer: customer.id });
  expect(data.map(({ id }) => id)).toEqual([intent.id]);
});
