// Money that somebody moves in the dashboard, or a bank by itself: the app hears of it only by webhooks.
import { describe, expect, test } from "@jest/globals";
import { testContract } from "./contract-bench.ts";
import { type Bench, createBench, paidCharge, payee } from "./test-bench.ts";

const dayMs = 24 * 3600 * 1000;
const atOnce = "4000000000000077";
const slow = "4000000000007726";
const vain = "4000000000005126";

function available({ sandbox }: Bench): number {
  return sandbox.balance().available[0]?.amount ?? 0;
}

async function typesSince(bench: Bench, from: number): Promise<string[]> {
  await bench.pass(0);
  return bench.delivered.slice(from).map(({ type }) => type);
}

describe("refunds by hand", () => {
  test("in several parts: each is an object and an event, the charge adds them up", async () => {
    const bench = createBench();
    const { stripe, sandbox, delivered } = bench;
    const charge = await paidCharge(bench, { card: atOnce });
    const before = delivered.length;
    sandbox.refund(charge.id, 1000);
    sandbox.refund(charge.id, 500);
    sandbox.topUp(1000, "usd");
    sandbox.refund(charge.id);
    const { data } = await stripe.refunds.list({ charge: charge.id });
    expect(data.map(({ amount }) => amount)).toEqual([3500, 500, 1000]);
    const byIntent = { payment_intent: charge.payment_intent as string, limit: 2 };
    expect((await stripe.refunds.list(byIntent)).data).toHaveLength(2);
    expect(await stripe.charges.retrieve(charge.id)).toMatchObject({
      refunded: true,
      amount_refunded: 5000,
    });
    const types = await typesSince(bench, before);
    for (const type of ["refund.created", "charge.refunded"]) {
      expect(types.filter((one) => one === type)).toHaveLength(3);
    }
    expect(() => sandbox.refund(charge.id)).toThrow("has already been refunded");
    expect(() => sandbox.settleRefund(data[0]?.id ?? "")).toThrow("not on its way");
  });

  test("a slow bank: pending with the money gone, then succeeded", async () => {
    const bench = createBench();
    const { stripe, sandbox } = bench;
    sandbox.topUp(5000, "usd");
    const charge = await paidCharge(bench, { card: slow });
    const refund = await stripe.refunds.create({ charge: charge.id, amount: 2000 });
    expect(refund).toMatchObject({
      status: "pending",
      pending_reason: "processing",
      balance_transaction: expect.any(String),
    });
    expect(available(bench)).toBe(3000);
    await bench.pass(0);
    const before = bench.delivered.length;
    await bench.pass(dayMs);
    expect(await stripe.refunds.retrieve(refund.id)).toMatchObject({ status: "succeeded" });
    expect(await typesSince(bench, before)).toEqual(["refund.updated", "charge.refund.updated"]);
  });

  test("a bank that turns it down after a day: succeeded, then failed, the money back", async () => {
    const bench = createBench();
    const { stripe, sandbox } = bench;
    sandbox.topUp(5000, "usd");
    const charge = await paidCharge(bench, { card: vain });
    const refund = await stripe.refunds.create({ charge: charge.id });
    expect(refund).toMatchObject({ status: "succeeded" });
    await bench.pass(dayMs);
    expect(await stripe.refunds.retrieve(refund.id)).toMatchObject({
      status: "failed",
      failure_reason: "expired_or_canceled_card",
      failure_balance_transaction: expect.any(String),
    });
    expect(available(bench)).toBe(5000);
    expect(await stripe.charges.retrieve(charge.id)).toMatchObject({
      refunded: false,
      amount_refunded: 0,
    });
    expect(bench.delivered.slice(-3).map(({ type }) => type)).toEqual([
      "refund.failed",
      "refund.updated",
      "charge.refund.updated",
    ]);
  });

  test("what was settled or failed by hand is not changed by the bank's later answer", async () => {
    const bench = createBench();
    const { stripe, sandbox } = bench;
    sandbox.topUp(20_000, "usd");
    const early = await stripe.refunds.create({
      charge: (await paidCharge(bench, { card: slow })).id,
    });
    const refused = await stripe.refunds.create({
      charge: (await paidCharge(bench, { card: vain })).id,
    });
    sandbox.failRefund(early.id);
    sandbox.failRefund(refused.id);
    expect(() => sandbox.failRefund(refused.id)).toThrow("already failed");
    await bench.pass(0);
    const before = bench.delivered.length;
    await bench.pass(3 * dayMs);
    expect(bench.delivered).toHaveLength(before);
    const statuses = sandbox.refunds().map(({ status }) => status);
    expect(statuses).toEqual(["failed", "failed"]);
  });

  test("a chargeback ends the refunds that waited for money", async () => {
    const bench = createBench();
    const { stripe, sandbox } = bench;
    const charge = await paidCharge(bench);
    const refund = await stripe.refunds.create({ charge: charge.id });
    expect(refund).toMatchObject({ status: "pending", pending_reason: "insufficient_funds" });
    expect(sandbox.dispute(charge.id)).toMatchObject({ amount: 5000 });
    expect(await stripe.refunds.retrieve(refund.id)).toMatchObject({
      status: "failed",
      failure_reason: "charge_for_pending_refund_disputed",
    });
    await bench.pass(3 * dayMs);
    expect(available(bench)).toBe(4825 - 6500);
  });
});

describe("transfers reversed by hand", () => {
  test("in part and then whole", async () => {
    const bench = createBench();
    const { stripe, sandbox } = bench;
    const charge = await paidCharge(bench);
    const worker = await payee(bench);
    const transfer = await stripe.transfers.create({
      amount: 4000,
      currency: "usd",
      destination: worker.id,
      source_transaction: charge.id,
    });
    await bench.pass(0);
    const before = bench.delivered.length;
    expect(sandbox.reverse(transfer.id, 1500)).toMatchObject({ amount: 1500 });
    expect(await stripe.transfers.retrieve(transfer.id)).toMatchObject({
      amount_reversed: 1500,
      reversed: false,
    });
    expect(sandbox.reverse(transfer.id)).toMatchObject({ amount: 2500 });
    const { data } = await stripe.transfers.listReversals(transfer.id);
    expect(data.map(({ amount }) => amount)).toEqual([2500, 1500]);
    expect(await typesSince(bench, before)).toEqual(["transfer.reversed", "transfer.reversed"]);
    expect(sandbox.accountBalance(worker.id).pending).toMatchObject([{ amount: 0 }]);
    expect(() => sandbox.reverse(transfer.id)).toThrow("already fully reversed");
  });

  test("not beyond what the connected account holds", async () => {
    const bench = createBench();
    const { stripe, sandbox } = bench;
    sandbox.topUp(1000, "usd");
    const worker = await payee(bench);
    const transfer = await stripe.transfers.create({
      amount: 1000,
      currency: "usd",
      destination: worker.id,
    });
    await stripe.payouts.create({ amount: 700, currency: "usd" }, { stripeAccount: worker.id });
    expect(() => sandbox.reverse(transfer.id)).toThrow("Insufficient funds");
    expect((await stripe.transfers.retrieve(transfer.id)).amount_reversed).toBe(0);
  });
});

testContract("what is done by hand keeps to Stripe's description", async (bench) => {
  const { stripe, sandbox } = bench;
  sandbox.topUp(10_000, "usd");
  for (const card of [slow, vain]) {
    const charge = await paidCharge(bench, { card });
    sandbox.refund(charge.id, 700);
    await stripe.refunds.list({ charge: charge.id, expand: ["data.balance_transaction"] });
  }
  const charge = await paidCharge(bench);
  sandbox.refund(charge.id, 600);
  sandbox.dispute(charge.id);
  await bench.pass(3 * dayMs);
  await stripe.refunds.list({ expand: ["data.failure_balance_transaction", "data.charge"] });
});
