// What the operator clicks in the dashboard, object by object.
import { expect, test } from "@jest/globals";
import { type Bench, createBench, open, paidCharge, payee, post } from "./test-bench.ts";

const atOnce = "4000000000000077";

/** Does one deed on an object's page; answers the page that follows. */
async function click(bench: Bench, id: string, fields: Record<string, string>): Promise<string> {
  const { response, location, text } = await post(bench, `/dashboard/objects/${id}`, fields);
  if (location === null) return `${response.status} ${text}`;
  expect(location).toBe(`/dashboard/objects/${id}`);
  return (await open(bench, location)).text;
}

test("an object's page shows what the API shows, and changes nothing by being looked at", async () => {
  const bench = createBench();
  const charge = await paidCharge(bench, { card: atOnce });
  const before = bench.sandbox.snapshot();
  const { response, text } = await open(bench, `/dashboard/objects/${charge.id}`);
  expect(response.status).toBe(200);
  expect(text).toContain(charge.payment_intent as string);
  expect(text).toContain("Dispute it");
  expect(bench.sandbox.snapshot()).toEqual(before);
  expect((await open(bench, "/dashboard")).text).toContain(`/dashboard/objects/${charge.id}`);
  expect((await open(bench, "/dashboard/objects/ch_none")).response.status).toBe(404);
  expect((await post(bench, "/dashboard/objects/ch_none", { do: "dispute" })).response.status).toBe(
    404,
  );
});

test("a charge is disputed in part, answered and won, the fee returned, by clicks", async () => {
  const bench = createBench();
  const charge = await paidCharge(bench, { card: atOnce });
  await click(bench, charge.id, { do: "dispute", kind: "chargeback", amount: "12.50" });
  const [dispute] = bench.sandbox.disputes();
  expect(dispute).toMatchObject({ amount: 1250, status: "needs_response" });
  const id = dispute?.id ?? "";
  expect(await click(bench, id, { do: "answer" })).toContain("under_review");
  expect(await click(bench, id, { do: "win", fee: "returned" })).toContain("won");
  expect(bench.sandbox.balance().available).toMatchObject([{ amount: 4825 }]);
});

test("an inquiry is escalated and lost by clicks; another is closed", async () => {
  const bench = createBench();
  const first = await paidCharge(bench, { card: "4000000000001976" });
  const id = bench.sandbox.disputes()[0]?.id ?? "";
  expect(await click(bench, id, { do: "escalate" })).toContain("needs_response");
  expect(await click(bench, id, { do: "lose" })).toContain("lost");
  expect(await click(bench, first.id, { do: "dispute", kind: "chargeback", amount: "" })).toContain(
    "422",
  );
  await paidCharge(bench, { card: "4000000000001976" });
  const other = bench.sandbox.disputes()[1]?.id ?? "";
  expect(await click(bench, other, { do: "drop" })).toContain("warning_closed");
});

test.each([
  [{ do: "dispute", kind: "quarrel" }, "choose one of"],
  [{ do: "dispute", kind: "chargeback", amount: "1.234" }, "not an amount of usd"],
  [{ do: "dispute", kind: "chargeback", amount: "50.01" }, "between 1 and 5000"],
  [{ do: "win" }, "cannot be done"],
])("%j on a charge is refused, and says why", async (fields, why) => {
  const bench = createBench();
  const charge = await paidCharge(bench, { card: atOnce });
  const before = bench.sandbox.snapshot();
  const answer = await click(bench, charge.id, fields as Record<string, string>);
  expect(answer.slice(0, 3)).toBe("422");
  expect(answer).toContain(why);
  expect(bench.sandbox.snapshot()).toEqual(before);
});

test("a refund of a part, failed at the bank, and a transfer reversed in part, by clicks", async () => {
  const bench = createBench();
  const charge = await paidCharge(bench, { card: "4000000000007726" });
  bench.sandbox.topUp(5000, "usd");
  await click(bench, charge.id, { do: "refund", amount: "7.25" });
  await click(bench, charge.id, { do: "refund", amount: "1" });
  const [first, second] = bench.sandbox.refunds().map(({ id }) => id);
  expect(await click(bench, first ?? "", { do: "fail" })).toContain("failed");
  expect(await click(bench, second ?? "", { do: "settle" })).toContain("succeeded");
  expect(bench.sandbox.charges()[0]).toMatchObject({ amount_refunded: 100 });
  expect(await click(bench, charge.id, { do: "refund", amount: "50" })).toContain("422");

  const worker = await payee(bench);
  const transfer = await bench.stripe.transfers.create({
    amount: 1000,
    currency: "usd",
    destination: worker.id,
  });
  await click(bench, transfer.id, { do: "reverse", amount: "4" });
  expect(bench.sandbox.transfers()[0]).toMatchObject({ amount_reversed: 400, reversed: false });
});

test("the operator's own account: top up, a fee, a reserve, a payout that fails, by clicks", async () => {
  const bench = createBench();
  const { sandbox } = bench;
  const id = sandbox.platform();
  const { text } = await open(bench, "/dashboard");
  for (const label of [
    "Top up the balance",
    "Pay out to the bank",
    "Tamper with the next webhooks",
  ]) {
    expect(text).toContain(label);
  }
  await click(bench, id, { do: "topUp", amount: "25.50", currency: "usd" });
  await click(bench, id, { do: "fee", amount: "2", currency: "usd" });
  await click(bench, id, { do: "reserve", amount: "10", currency: "usd" });
  await click(bench, id, { do: "release", amount: "4", currency: "usd" });
  await click(bench, id, { do: "payOut", amount: "", currency: "usd" });
  const [payout] = sandbox.payouts();
  expect(payout).toMatchObject({ amount: 1750 });
  expect(sandbox.balance()).toMatchObject({
    available: [{ amount: 0 }],
    connect_reserved: [{ amount: 600 }],
  });
  await click(bench, payout?.id ?? "", { do: "fail" });
  expect(sandbox.balance().available).toMatchObject([{ amount: 1750 }]);
  expect(await click(bench, id, { do: "topUp", amount: "", currency: "usd" })).toContain(
    "enter an amount",
  );
  expect((await open(bench, "/dashboard")).text).toContain("Reserved");
});

test("a payee's account is restricted, freed, paid out and disconnected by clicks", async () => {
  const bench = createBench();
  const { sandbox } = bench;
  const { id } = await payee(bench);
  sandbox.topUp(1000, "usd");
  await bench.stripe.transfers.create({ amount: 1000, currency: "usd", destination: id });
  expect(await click(bench, id, { do: "restrict", reason: "listed" })).toContain("listed");
  expect(await click(bench, id, { do: "topUp", amount: "1", currency: "usd" })).toContain("422");
  await click(bench, id, { do: "lift" });
  await click(bench, id, { do: "payOut", amount: "4", currency: "usd" });
  expect(sandbox.accountBalance(id).available).toMatchObject([{ amount: 600 }]);
  expect((await open(bench, "/dashboard")).text).toContain(id);
  await click(bench, id, { do: "disconnect" });
  expect((await open(bench, "/dashboard")).text).toContain("disconnected");
  expect(await click(bench, id, { do: "restrict", reason: "listed" })).toContain("cannot be done");
});

test("a webhook is lost and sent again by clicks", async () => {
  const bench = createBench();
  const { sandbox, stripe, delivered } = bench;
  await click(bench, sandbox.platform(), { do: "tamper", how: "lose", type: "customer." });
  await stripe.customers.create({});
  await bench.pass(1000);
  expect(delivered).toEqual([]);
  const event = sandbox.events()[0]?.id ?? "";
  expect((await open(bench, `/dashboard/events/${event}`)).text).toContain("Send its webhook");
  await click(bench, event, { do: "resend" });
  await bench.pass(0);
  expect(delivered).toHaveLength(1);
});
