// The operator's own money at Stripe, and the books that must be right to the cent whatever happens.
import { expect, test } from "@jest/globals";
import { testContract } from "./contract-bench.ts";
import { type Bench, createBench, paidCharge, payee } from "./test-bench.ts";

const dayMs = 24 * 3600 * 1000;
const atOnce = "4000000000000077";

async function typesSince(bench: Bench, from: number): Promise<string[]> {
  await bench.pass(0);
  return bench.delivered.slice(from).map(({ type }) => type);
}

test("a top-up is an object, a balance transaction and two events", async () => {
  const bench = createBench();
  const { stripe, sandbox } = bench;
  const topup = sandbox.topUp(2500, "usd");
  expect(await stripe.topups.retrieve(topup.id)).toMatchObject({ amount: 2500 });
  const { data } = await stripe.balanceTransactions.list({ type: "topup" });
  expect(data).toMatchObject([{ amount: 2500, net: 2500, source: topup.id, status: "available" }]);
  expect((await stripe.topups.list({ status: "succeeded" })).data).toHaveLength(1);
  expect(await typesSince(bench, 0)).toEqual(["topup.created", "topup.succeeded"]);
  for (const amount of [0, -5, 1.5]) expect(() => sandbox.topUp(amount, "usd")).toThrow();
});

test("the operator pays out to their bank by hand, and it may come back", async () => {
  const bench = createBench();
  const { stripe, sandbox } = bench;
  sandbox.topUp(2500, "usd");
  const payout = sandbox.payOut({ currency: "usd", amount: 2000 });
  await bench.pass(dayMs);
  expect(await stripe.payouts.retrieve(payout.id)).toMatchObject({ status: "paid", amount: 2000 });
  sandbox.failPayout(payout.id);
  const { data } = await stripe.balanceTransactions.list({ source: payout.id });
  expect(data.map(({ type, net }) => [type, net])).toEqual([
    ["payout_failure", 2000],
    ["payout", -2000],
  ]);
  expect(sandbox.balance().available).toMatchObject([{ amount: 2500 }]);
  expect(sandbox.payOut({ currency: "usd" })).toMatchObject({ amount: 2500 });
});

test("Stripe's own fees come without an event, and may make the balance negative", async () => {
  const bench = createBench();
  const { stripe, sandbox } = bench;
  sandbox.chargeFee({ amount: 200, currency: "usd" });
  sandbox.chargeFee({ amount: -50, currency: "usd", description: "Credit" });
  const { data } = await stripe.balanceTransactions.list({ type: "stripe_fee" });
  expect(data).toMatchObject([
    { amount: 50, fee: 0, net: 50, source: null, description: "Credit" },
    { amount: -200, fee: 0, net: -200, source: null, reporting_category: "fee" },
  ]);
  expect(await typesSince(bench, 0)).toEqual([]);
  expect(sandbox.balance().available).toMatchObject([{ amount: -150 }]);
});

test("what Stripe reserves leaves the available balance, and comes back", async () => {
  const { stripe, sandbox } = createBench();
  sandbox.topUp(1000, "usd");
  sandbox.reserve(400, "usd");
  expect(await stripe.balance.retrieve()).toMatchObject({
    available: [{ amount: 600 }],
    connect_reserved: [{ amount: 400, currency: "usd" }],
  });
  expect(() => sandbox.reserve(601, "usd")).toThrow("less than 601 usd is available");
  expect(() => sandbox.reserve(-401, "usd")).toThrow("only 400 usd is reserved");
  sandbox.reserve(-400, "usd");
  expect(await stripe.balance.retrieve()).toMatchObject({
    available: [{ amount: 1000 }],
    connect_reserved: [{ amount: 0 }],
  });
});

/** Minor units of dollars: the sum of the balance transactions' nets, those of the reserve apart. */
async function booked({ stripe }: Bench): Promise<{ net: number; reserved: number }> {
  const sum = { net: 0, reserved: 0 };
  for await (const row of stripe.balanceTransactions.list({ limit: 3, currency: "usd" })) {
    sum.net += row.net;
    if (row.type === "reserve_transaction") sum.reserved -= row.net;
  }
  return sum;
}

test("the balance is what the balance transactions add up to, at every moment", async () => {
  const bench = createBench();
  const { stripe, sandbox } = bench;
  const worker = await payee(bench);
  const pending = await paidCharge(bench);
  const cleared = await paidCharge(bench, { card: atOnce, amount: 7777 });
  const other = await paidCharge(bench, { card: atOnce, amount: 3333 });
  const transfer = await stripe.transfers.create({
    amount: 999,
    currency: "usd",
    destination: worker.id,
    source_transaction: cleared.id,
  });
  const deeds = [
    () => sandbox.topUp(5000, "usd"),
    () => sandbox.refund(pending.id, 1234),
    () => sandbox.failRefund(sandbox.refunds()[0]?.id ?? ""),
    () => sandbox.dispute(cleared.id),
    () => sandbox.winDispute(sandbox.disputes()[0]?.id ?? "", { feeReturned: true }),
    () => sandbox.dispute(other.id, { kind: "inquiry" }),
    () => sandbox.escalateDispute(sandbox.disputes()[1]?.id ?? ""),
    () => sandbox.reverse(transfer.id, 99),
    () => sandbox.chargeFee({ amount: 225, currency: "usd" }),
    () => sandbox.reserve(700, "usd"),
    () => sandbox.payOut({ currency: "usd", amount: 100 }),
    () => sandbox.failPayout(sandbox.payouts()[0]?.id ?? ""),
    () => sandbox.reserve(-300, "usd"),
  ];
  for (const deed of deeds) {
    deed();
    const {
      available,
      pending: coming,
      connect_reserved: reserved,
    } = await stripe.balance.retrieve();
    const sum = await booked(bench);
    expect((available[0]?.amount ?? 0) + (coming[0]?.amount ?? 0)).toBe(sum.net);
    expect(reserved?.[0]?.amount).toBe(sum.reserved);
    await bench.pass(dayMs / 4);
  }
});

testContract("the operator's money keeps to Stripe's description", async (bench) => {
  const { stripe, sandbox } = bench;
  sandbox.topUp(5000, "usd");
  sandbox.chargeFee({ amount: 200, currency: "usd" });
  sandbox.reserve(100, "usd");
  const payout = sandbox.payOut({ currency: "usd", amount: 300 });
  sandbox.failPayout(payout.id);
  await stripe.topups.list({ expand: ["data.balance_transaction"] });
  await stripe.payouts.list({ arrival_date: { gte: 1 }, expand: ["data.balance_transaction"] });
  await stripe.balanceTransactions.list({ expand: ["data.source"] });
  await stripe.balance.retrieve();
  await bench.pass(0);
});
