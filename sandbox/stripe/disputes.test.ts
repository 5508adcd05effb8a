// Disputes as the app meets them: the object, the events, the money, and who may still refund.
import { describe, expect, test } from "@jest/globals";
import { testContract } from "./contract-bench.ts";
import type { DisputeKind } from "./dispute-object.ts";
import { type Bench, createBench, paidCharge } from "./test-bench.ts";

const dayMs = 24 * 3600 * 1000;
const disputedCard = "4000000000000259";
const inquiredCard = "4000000000001976";
const atOnce = "4000000000000077";

function eventsOf({ delivered }: Bench): string[] {
  return delivered.map(({ type }) => type).filter((type) => type.startsWith("charge.dispute"));
}

function available({ sandbox }: Bench): number {
  return sandbox.balance().available[0]?.amount ?? 0;
}

async function disputed(bench: Bench, kind: DisputeKind = "chargeback"): Promise<string> {
  const charge = await paidCharge(bench, { card: atOnce });
  return bench.sandbox.dispute(charge.id, { kind }).id;
}

test("the card that is charged back: the charge clears, then its gross and a fee are taken", async () => {
  const bench = createBench();
  const { stripe } = bench;
  const charge = await paidCharge(bench, { card: disputedCard });
  const { data } = await stripe.disputes.list({ charge: charge.id });
  expect(data).toMatchObject([
    {
      amount: 5000,
      currency: "usd",
      charge: charge.id,
      payment_intent: charge.payment_intent,
      reason: "fraudulent",
      status: "needs_response",
      is_charge_refundable: false,
      evidence_details: { has_evidence: false, past_due: false },
      payment_method_details: { card: { case_type: "chargeback" } },
      balance_transactions: [
        {
          amount: -5000,
          fee: 1500,
          net: -6500,
          type: "adjustment",
          reporting_category: "dispute",
          source: data[0]?.id,
          fee_details: [{ amount: 1500, description: "Dispute fee" }],
        },
      ],
    },
  ]);
  expect((await stripe.charges.retrieve(charge.id)).disputed).toBe(true);
  expect(bench.sandbox.balance()).toMatchObject({
    available: [{ amount: -6500 }],
    pending: [{ amount: 4825 }],
  });
  expect(bench.delivered.map(({ type }) => type).slice(-3)).toEqual([
    "charge.updated",
    "charge.dispute.created",
    "charge.dispute.funds_withdrawn",
  ]);
  const byIntent = await stripe.disputes.list({ payment_intent: charge.payment_intent as string });
  expect(byIntent.data).toHaveLength(1);
  const found = await stripe.disputes.retrieve(data[0]?.id ?? "", { expand: ["charge"] });
  expect(found.charge).toMatchObject({ id: charge.id });
});

test("a chargeback that nobody answers is lost, and its money stays away", async () => {
  const bench = createBench();
  const id = await disputed(bench);
  await bench.pass(14 * dayMs);
  expect(await bench.stripe.disputes.retrieve(id)).toMatchObject({
    status: "lost",
    evidence_details: { past_due: true },
  });
  expect(available(bench)).toBe(4825 - 6500);
  expect(eventsOf(bench).at(-1)).toBe("charge.dispute.closed");
});

test("answered, it is under review for months, and then won: the amount comes back, the fee does not", async () => {
  const bench = createBench();
  const { stripe, sandbox } = bench;
  const id = await disputed(bench);
  expect(sandbox.answerDispute(id)).toMatchObject({
    status: "under_review",
    evidence_details: { has_evidence: true, submission_count: 1 },
  });
  await bench.pass(200 * dayMs);
  expect((await stripe.disputes.retrieve(id)).status).toBe("under_review");
  sandbox.winDispute(id);
  await bench.pass(0);
  const won = await stripe.disputes.retrieve(id);
  expect(won).toMatchObject({
    status: "won",
    is_charge_refundable: true,
    balance_transactions: [
      { amount: -5000, fee: 1500, net: -6500 },
      { amount: 5000, fee: 0, net: 5000, reporting_category: "dispute_reversal" },
    ],
  });
  expect(available(bench)).toBe(4825 - 1500);
  expect(eventsOf(bench)).toEqual([
    "charge.dispute.created",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_reinstated",
  ]);
});

test("where Stripe gives the fee back, it is a negative fee", async () => {
  const bench = createBench();
  const id = await disputed(bench);
  bench.sandbox.winDispute(id, { feeReturned: true });
  const won = await bench.stripe.disputes.retrieve(id);
  expect(won.balance_transactions[1]).toMatchObject({ amount: 5000, fee: -1500, net: 6500 });
  expect(available(bench)).toBe(4825);
});

test("a lost dispute may be won after all", async () => {
  const bench = createBench();
  const id = await disputed(bench);
  bench.sandbox.loseDispute(id);
  bench.sandbox.winDispute(id);
  expect((await bench.stripe.disputes.retrieve(id)).status).toBe("won");
  expect(() => bench.sandbox.loseDispute(id)).toThrow(`dispute ${id} is won`);
});

describe("an inquiry", () => {
  test("moves no money, leaves the charge refundable, and is closed in the end", async () => {
    const bench = createBench();
    const { stripe, sandbox } = bench;
    const charge = await paidCharge(bench, { card: inquiredCard });
    const [dispute] = sandbox.disputes();
    expect(dispute).toMatchObject({
      status: "warning_needs_response",
      is_charge_refundable: true,
      balance_transactions: [],
    });
    sandbox.answerDispute(dispute?.id ?? "");
    await stripe.refunds.create({ charge: charge.id, amount: 100 });
    await bench.pass(120 * dayMs);
    expect((await stripe.disputes.retrieve(dispute?.id ?? "")).status).toBe("warning_closed");
    expect(available(bench)).toBe(4825 - 100);
    expect(eventsOf(bench)).toEqual([
      "charge.dispute.created",
      "charge.dispute.updated",
      "charge.dispute.closed",
    ]);
  });

  test("becomes a chargeback when the bank escalates it", async () => {
    const bench = createBench();
    const id = await disputed(bench, "inquiry");
    expect(available(bench)).toBe(4825);
    expect(bench.sandbox.escalateDispute(id)).toMatchObject({
      status: "needs_response",
      is_charge_refundable: false,
      payment_method_details: { card: { case_type: "chargeback" } },
    });
    expect(available(bench)).toBe(4825 - 6500);
    await bench.pass(14 * dayMs);
    expect((await bench.stripe.disputes.retrieve(id)).status).toBe("lost");
    await bench.pass(120 * dayMs);
    expect(eventsOf(bench)).toEqual([
      "charge.dispute.created",
      "charge.dispute.updated",
      "charge.dispute.funds_withdrawn",
      "charge.dispute.closed",
    ]);
  });

  test("is dropped by hand", async () => {
    const bench = createBench();
    const id = await disputed(bench, "inquiry");
    expect(bench.sandbox.dropInquiry(id).status).toBe("warning_closed");
    expect(() => bench.sandbox.escalateDispute(id)).toThrow("is warning_closed");
    expect(() => bench.sandbox.winDispute(id)).toThrow("is warning_closed");
  });
});

test.each([
  ["block", 0, 4825],
  ["resolution", 1, 4825 - 5000],
] as const)("a dispute prevented by a %s", async (kind, movements, left) => {
  const bench = createBench();
  const id = await disputed(bench, kind);
  const dispute = await bench.stripe.disputes.retrieve(id);
  expect(dispute).toMatchObject({
    status: "prevented",
    is_charge_refundable: kind === "block",
    payment_method_details: { card: { case_type: kind } },
  });
  expect(dispute.balance_transactions).toHaveLength(movements);
  expect(available(bench)).toBe(left);
  await bench.pass(200 * dayMs);
  expect((await bench.stripe.disputes.retrieve(id)).status).toBe("prevented");
});

test("a charge that is charged back cannot be refunded; one that was won can", async () => {
  const bench = createBench();
  const id = await disputed(bench);
  const charge = bench.sandbox.charges()[0]?.id ?? "";
  const refund = () => bench.stripe.refunds.create({ charge });
  await expect(refund()).rejects.toMatchObject({ code: "charge_disputed", statusCode: 400 });
  bench.sandbox.loseDispute(id);
  await expect(refund()).rejects.toMatchObject({ code: "charge_disputed" });
  bench.sandbox.winDispute(id);
  bench.sandbox.topUp(5000, "usd");
  await expect(refund()).resolves.toMatchObject({ status: "succeeded", amount: 5000 });
});

test("money that a bank gives back sends the refunds that waited for it", async () => {
  const bench = createBench();
  const { stripe, sandbox } = bench;
  const id = await disputed(bench);
  const other = await paidCharge(bench, { card: atOnce });
  const refund = await stripe.refunds.create({ charge: other.id });
  expect(refund.status).toBe("pending");
  sandbox.winDispute(id, { feeReturned: true });
  expect((await stripe.refunds.retrieve(refund.id)).status).toBe("succeeded");
});

test("what is refunded is not disputed, unless the bank says so", async () => {
  const bench = createBench();
  const { stripe, sandbox } = bench;
  const part = await paidCharge(bench, { card: atOnce });
  await stripe.refunds.create({ charge: part.id, amount: 2000 });
  expect(sandbox.dispute(part.id)).toMatchObject({ amount: 3000 });
  const whole = await paidCharge(bench, { card: atOnce });
  await stripe.refunds.create({ charge: whole.id, amount: 2000 });
  expect(sandbox.dispute(whole.id, { amount: 5000 })).toMatchObject({ amount: 5000 });
});

test("a dispute is settled in the currency of the charge's money", async () => {
  const bench = createBench({ settlementCurrencies: ["usd"] });
  const charge = await paidCharge(bench, { code: "eur", amount: 1000, card: atOnce });
  expect(bench.sandbox.dispute(charge.id)).toMatchObject({
    amount: 1000,
    currency: "eur",
    balance_transactions: [{ amount: -1100, currency: "usd", exchange_rate: 1.1, fee: 1500 }],
  });
});

test("what cannot be disputed is refused, and nothing has changed", async () => {
  const bench = createBench();
  const { stripe, sandbox } = bench;
  const charge = await paidCharge(bench, { card: atOnce });
  expect(() => sandbox.dispute("ch_none")).toThrow("no paid charge ch_none");
  for (const amount of [0, 5001, 1.5]) {
    expect(() => sandbox.dispute(charge.id, { amount })).toThrow("between 1 and 5000");
  }
  expect(sandbox.disputes()).toEqual([]);
  sandbox.topUp(1000, "usd");
  await stripe.refunds.create({ charge: charge.id });
  expect(() => sandbox.dispute(charge.id)).toThrow("refunded in full");
  const other = await paidCharge(bench, { card: atOnce });
  sandbox.dispute(other.id);
  expect(() => sandbox.dispute(other.id)).toThrow("is disputed already");
});

test("a charge refunded before it cleared is not disputed by its card", async () => {
  const bench = createBench();
  const { stripe, sandbox } = bench;
  sandbox.topUp(5000, "usd");
  const intent = await stripe.paymentIntents.create({
    amount: 2000,
    currency: "usd",
    payment_method: "pm_card_createDispute",
    confirm: true,
    return_url: "http://app.test/back",
  });
  await stripe.refunds.create({ payment_intent: intent.id });
  await bench.pass(1000);
  expect(sandbox.disputes()).toEqual([]);
});

testContract("the answers and webhooks keep to Stripe's description", async (bench) => {
  await disputed(bench, "block");
  await disputed(bench, "resolution");
  bench.sandbox.escalateDispute(await disputed(bench, "inquiry"));
  bench.sandbox.winDispute(await disputed(bench));
  await bench.stripe.disputes.list({ expand: ["data.charge", "data.payment_intent"] });
  await bench.stripe.balanceTransactions.list({ expand: ["data.source"] });
  await bench.pass(0);
});
