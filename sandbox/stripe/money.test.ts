// Money going out: refunds, transfers, reversals, payouts, and what each does to the balances.
import { expect, test } from "@jest/globals";
import { createBench, paidCharge, payee, pledge } from "./test-bench.ts";

const dayMs = 24 * 3600 * 1000;
const atOnce = "4000000000000077";

test("a refund takes the gross from the balance: the fee is not returned", async () => {
  const bench = createBench();
  const { stripe, sandbox } = bench;
  const charge = await paidCharge(bench, { card: atOnce });
  sandbox.topUp(1000, "usd");
  const part = await stripe.refunds.create({ charge: charge.id, amount: 2000 });
  expect(part).toMatchObject({ status: "succeeded", amount: 2000 });
  const rest = await stripe.refunds.create({
    payment_intent: charge.payment_intent as string,
    expand: ["balance_transaction"],
  });
  expect(rest).toMatchObject({ amount: 3000, balance_transaction: { amount: -3000, fee: 0 } });
  expect(await stripe.charges.retrieve(charge.id)).toMatchObject({
    amount_refunded: 5000,
    refunded: true,
  });
  expect(sandbox.balance().available).toMatchObject([{ amount: 1000 - 175 }]);
  await expect(stripe.refunds.create({ charge: charge.id })).rejects.toMatchObject({
    code: "charge_already_refunded",
  });
});

test("a refund of more than is left is refused", async () => {
  const bench = createBench();
  const charge = await paidCharge(bench, { card: atOnce });
  await expect(
    bench.stripe.refunds.create({ charge: charge.id, amount: 5001 }),
  ).rejects.toMatchObject({ statusCode: 400, param: "amount" });
});

test("a refund without funds waits until they are there", async () => {
  const bench = createBench();
  const { stripe, sandbox } = bench;
  const charge = await paidCharge(bench);
  const refund = await stripe.refunds.create({ charge: charge.id, amount: 1000 });
  expect(refund).toMatchObject({ status: "pending", pending_reason: "insufficient_funds" });
  expect(refund.balance_transaction).toBeNull();
  await bench.pass(2 * dayMs);
  const sent = await stripe.refunds.retrieve(refund.id);
  expect(sent).toMatchObject({ status: "succeeded", balance_transaction: expect.any(String) });
  expect(bench.delivered.map(({ type }) => type)).toContain("refund.updated");
  expect(sandbox.balance().available).toMatchObject([{ amount: 4825 - 1000 }]);
});

test("a refund of a charge that has not cleared waits for it", async () => {
  const bench = createBench();
  const { stripe, sandbox } = bench;
  sandbox.topUp(5000, "usd");
  const session = await pledge(stripe);
  sandbox.pay(session.id);
  const charge = sandbox.charges()[0]?.id ?? "";
  const refund = await stripe.refunds.create({ charge });
  expect(refund).toMatchObject({ status: "pending", pending_reason: "charge_pending" });
  await bench.pass(1000);
  expect(await stripe.refunds.retrieve(refund.id)).toMatchObject({ status: "succeeded" });
  expect(sandbox.balance()).toMatchObject({
    available: [{ amount: 0 }],
    pending: [{ amount: 4825 }],
  });
});

test("a refund may fail afterwards, and the money comes back", async () => {
  const bench = createBench();
  const { stripe, sandbox } = bench;
  const charge = await paidCharge(bench, { card: atOnce });
  const refund = await stripe.refunds.create({ charge: charge.id, amount: 1000 });
  sandbox.failRefund(refund.id);
  const failed = await stripe.refunds.retrieve(refund.id, {
    expand: ["failure_balance_transaction"],
  });
  expect(failed).toMatchObject({
    status: "failed",
    failure_balance_transaction: { amount: 1000, type: "refund_failure" },
  });
  expect((await stripe.charges.retrieve(charge.id)).amount_refunded).toBe(0);
  expect(sandbox.balance().available).toMatchObject([{ amount: 4825 }]);
  await bench.pass(0);
  expect(bench.delivered.map(({ type }) => type)).toContain("refund.failed");
});

test("a transfer with a source charge succeeds at once and follows its money", async () => {
  const bench = createBench();
  const { stripe, sandbox } = bench;
  const charge = await paidCharge(bench);
  const worker = await payee(bench);
  const transfer = await stripe.transfers.create({
    amount: 4825,
    currency: "usd",
    destination: worker.id,
    source_transaction: charge.id,
    transfer_group: "award-1",
  });
  expect(transfer).toMatchObject({ reversed: false, transfer_group: "award-1" });
  expect(sandbox.balance()).toMatchObject({ available: [{ amount: 0 }], pending: [{ amount: 0 }] });
  expect(sandbox.accountBalance(worker.id)).toMatchObject({
    available: [{ amount: 0 }],
    pending: [{ amount: 4825 }],
  });
  await bench.pass(2 * dayMs);
  expect(sandbox.accountBalance(worker.id).available).toMatchObject([{ amount: 4825 }]);
  const payment = await stripe.charges.retrieve(
    transfer.destination_payment as string,
    {},
    {
      stripeAccount: worker.id,
    },
  );
  expect(payment).toMatchObject({ amount: 4825, source_transfer: transfer.id });
  const found = await stripe.transfers.list({ transfer_group: "award-1", destination: worker.id });
  expect(found.data).toHaveLength(1);
});

test("transfers of one charge add up to its gross at most, in its currency", async () => {
  const bench = createBench();
  const { stripe } = bench;
  const charge = await paidCharge(bench);
  const worker = await payee(bench);
  const send = (amount: number, changes = {}) =>
    stripe.transfers.create({
      amount,
      currency: "usd",
      destination: worker.id,
      source_transaction: charge.id,
      ...changes,
    });
  await expect(send(100, { currency: "eur" })).rejects.toMatchObject({
    statusCode: 400,
    param: "source_transaction",
  });
  await send(4000);
  await expect(send(1001)).rejects.toMatchObject({ statusCode: 400, param: "amount" });
  const gross = await send(1000);
  await stripe.transfers.createReversal(gross.id);
  await expect(send(1000)).resolves.toMatchObject({ amount: 1000 });
});

test("a transfer without a source needs available balance", async () => {
  const bench = createBench();
  await paidCharge(bench);
  const worker = await payee(bench);
  const transfer = { amount: 1000, currency: "usd", destination: worker.id };
  await expect(bench.stripe.transfers.create(transfer)).rejects.toMatchObject({
    statusCode: 400,
    code: "balance_insufficient",
  });
  await bench.pass(2 * dayMs);
  await expect(bench.stripe.transfers.create(transfer)).resolves.toMatchObject({ amount: 1000 });
});

test("a transfer needs a destination that may receive it", async () => {
  const bench = createBench();
  const { stripe, sandbox } = bench;
  sandbox.topUp(1000, "usd");
  const send = (destination: string) =>
    stripe.transfers.create({ amount: 100, currency: "usd", destination });
  await expect(send("acct_none")).rejects.toMatchObject({ code: "resource_missing" });
  const fresh = await stripe.accounts.create({
    type: "express",
    capabilities: { transfers: { requested: true } },
  });
  const refusal = { code: "insufficient_capabilities_for_transfer" };
  await expect(send(fresh.id)).rejects.toMatchObject(refusal);
  sandbox.onboard(fresh.id);
  await expect(send(fresh.id)).resolves.toMatchObject({ destination: fresh.id });
  sandbox.restrict(fresh.id);
  await expect(send(fresh.id)).rejects.toMatchObject(refusal);
});

test("a reversal needs the connected account's balance", async () => {
  const bench = createBench();
  const { stripe, sandbox } = bench;
  sandbox.topUp(1000, "usd");
  const worker = await payee(bench);
  const transfer = await stripe.transfers.create({
    amount: 1000,
    currency: "usd",
    destination: worker.id,
  });
  const account = { stripeAccount: worker.id };
  await stripe.payouts.create({ amount: 700, currency: "usd" }, account);
  await expect(stripe.transfers.createReversal(transfer.id)).rejects.toMatchObject({
    code: "balance_insufficient",
  });
  await stripe.transfers.createReversal(transfer.id, { amount: 300 });
  expect(await stripe.transfers.retrieve(transfer.id)).toMatchObject({
    amount_reversed: 300,
    reversed: false,
    reversals: { data: [{ amount: 300 }] },
  });
  expect(sandbox.balance().available).toMatchObject([{ amount: 300 }]);
  expect(sandbox.accountBalance(worker.id).available).toMatchObject([{ amount: 0 }]);
});

test("the balance is the sum of the balance transactions, whatever happened", async () => {
  const bench = createBench();
  const { stripe, sandbox } = bench;
  const worker = await payee(bench);
  const charge = await paidCharge(bench);
  await paidCharge(bench, { card: atOnce, amount: 777 });
  await stripe.refunds.create({ charge: charge.id, amount: 1234 });
  await stripe.transfers.create({
    amount: 99,
    currency: "usd",
    destination: worker.id,
    source_transaction: charge.id,
  });
  await stripe.payouts.create({ amount: 50, currency: "usd" });
  for (const ms of [0, dayMs, 2 * dayMs]) {
    await bench.pass(ms);
    let net = 0;
    for await (const row of stripe.balanceTransactions.list({ limit: 2 })) net += row.net;
    const { available, pending } = sandbox.balance();
    expect((available[0]?.amount ?? 0) + (pending[0]?.amount ?? 0)).toBe(net);
  }
});
