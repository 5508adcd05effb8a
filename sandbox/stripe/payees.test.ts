// A connected account after its onboarding: doubts, a bank that turns payouts down, the payee who leaves.
import { describe, expect, test } from "@jest/globals";
import { testContract } from "./contract-bench.ts";
import { type Bench, createBench, payee } from "./test-bench.ts";

const dayMs = 24 * 3600 * 1000;

interface Delivered {
  type: string;
  account?: string;
  data: { object: Record<string, unknown> };
}

/** What the webhooks about one connected account say, since `from` deliveries. */
async function told(bench: Bench, account: string, from = 0): Promise<Delivered[]> {
  await bench.pass(0);
  const events = bench.delivered.slice(from).map(({ body }) => JSON.parse(body) as Delivered);
  return events.filter((event) => event.account === account);
}

/** A payee to whom money was sent: minor units, available. */
async function paidPayee(bench: Bench, amount = 1000): Promise<string> {
  const { id } = await payee(bench);
  bench.sandbox.topUp(amount, "usd");
  await bench.stripe.transfers.create({ amount, currency: "usd", destination: id });
  await bench.pass(0);
  return id;
}

describe("a restricted account", () => {
  test("cannot receive transfers until the restriction is lifted", async () => {
    const bench = createBench();
    const { stripe, sandbox } = bench;
    const id = await paidPayee(bench);
    sandbox.topUp(100, "usd");
    const before = bench.delivered.length;
    sandbox.restrict(id);
    expect(await stripe.accounts.retrieve(id)).toMatchObject({
      payouts_enabled: false,
      charges_enabled: false,
      capabilities: { transfers: "inactive" },
      requirements: {
        disabled_reason: "requirements.past_due",
        past_due: ["individual.verification.document"],
      },
    });
    const send = () => stripe.transfers.create({ amount: 100, currency: "usd", destination: id });
    await expect(send()).rejects.toMatchObject({ code: "insufficient_capabilities_for_transfer" });
    const pay = stripe.payouts.create({ amount: 1, currency: "usd" }, { stripeAccount: id });
    await expect(pay).rejects.toMatchObject({ code: "payouts_not_allowed" });
    sandbox.liftRestriction(id);
    await expect(send()).resolves.toMatchObject({ destination: id });
    const types = (await told(bench, id, before)).map(({ type }) => type);
    expect(types.filter((type) => type === "account.updated")).toHaveLength(2);
    expect(types.filter((type) => type === "capability.updated")).toHaveLength(2);
  });

  test("rejected by Stripe asks for nothing more", async () => {
    const bench = createBench();
    const id = await paidPayee(bench);
    bench.sandbox.restrict(id, "rejected.fraud");
    expect((await bench.stripe.accounts.retrieve(id)).requirements).toMatchObject({
      disabled_reason: "rejected.fraud",
      currently_due: [],
    });
  });

  test("that has not finished its onboarding has nothing to lift", async () => {
    const { stripe, sandbox } = createBench();
    const { id } = await stripe.accounts.create({ type: "express" });
    expect(() => sandbox.liftRestriction(id)).toThrow("has not finished onboarding");
    expect(() => sandbox.restrict("acct_none")).toThrow("no account acct_none");
    expect(() => sandbox.restrict(sandbox.platform())).toThrow("no account");
  });
});

describe("a payout of a payee", () => {
  test("is paid after a day, and told to the platform", async () => {
    const bench = createBench();
    const { stripe, sandbox } = bench;
    const id = await paidPayee(bench);
    const before = bench.delivered.length;
    const payout = sandbox.payOut({ account: id, currency: "usd" });
    expect(payout).toMatchObject({ amount: 1000, status: "pending" });
    expect(sandbox.accountBalance(id).available).toMatchObject([{ amount: 0 }]);
    await bench.pass(dayMs);
    const account = { stripeAccount: id };
    const { data } = await stripe.payouts.list({ status: "paid" }, account);
    expect(data).toMatchObject([{ id: payout.id, destination: expect.stringMatching(/^ba_/) }]);
    expect((await stripe.payouts.list({ status: "failed" }, account)).data).toEqual([]);
    expect((await stripe.payouts.list()).data).toEqual([]);
    await expect(stripe.payouts.retrieve(payout.id)).rejects.toMatchObject({ statusCode: 404 });
    expect((await told(bench, id, before)).map(({ type }) => type).slice(-2)).toEqual([
      "payout.created",
      "payout.paid",
    ]);
  });

  test("fails after it was paid: the money is back, the bank account is out of order", async () => {
    const bench = createBench();
    const { stripe, sandbox } = bench;
    const id = await paidPayee(bench);
    const payout = sandbox.payOut({ account: id, currency: "usd", amount: 600 });
    await bench.pass(3 * dayMs);
    const before = bench.delivered.length;
    expect(sandbox.failPayout(payout.id)).toMatchObject({
      status: "failed",
      failure_code: "account_closed",
      failure_balance_transaction: expect.any(String),
    });
    expect(sandbox.accountBalance(id).available).toMatchObject([{ amount: 1000 }]);
    expect((await told(bench, id, before)).map(({ type }) => type)).toEqual([
      "payout.failed",
      "account.external_account.updated",
      "account.updated",
    ]);
    expect(await stripe.accounts.retrieve(id)).toMatchObject({
      payouts_enabled: false,
      capabilities: { transfers: "active" },
      external_accounts: { data: [{ status: "errored" }] },
      requirements: { past_due: ["external_account"] },
    });
    expect(() => sandbox.payOut({ account: id, currency: "usd" })).toThrow("disabled");
    sandbox.liftRestriction(id);
    expect(sandbox.payOut({ account: id, currency: "usd" })).toMatchObject({ amount: 1000 });
    expect(() => sandbox.failPayout(payout.id)).toThrow("has failed already");
  });

  test("fails before it arrives, and is never paid", async () => {
    const bench = createBench();
    const id = await paidPayee(bench);
    const payout = bench.sandbox.payOut({ account: id, currency: "usd" });
    bench.sandbox.failPayout(payout.id);
    await bench.pass(2 * dayMs);
    expect((await told(bench, id)).map(({ type }) => type)).not.toContain("payout.paid");
  });

  test("needs something to pay out", async () => {
    const bench = createBench();
    const { id } = await payee(bench);
    expect(() => bench.sandbox.payOut({ account: id, currency: "usd" })).toThrow("nothing is");
    expect(() => bench.sandbox.payOut({ account: id, currency: "usd", amount: 5 })).toThrow(
      "insufficient funds",
    );
    expect(() => bench.sandbox.payOut({ account: "acct_no", currency: "usd" })).toThrow("acct_no");
  });
});

describe("a payee who disconnects", () => {
  test("says so once; then the account opens nothing any more", async () => {
    const bench = createBench();
    const { stripe, sandbox } = bench;
    const id = await paidPayee(bench);
    const [transfer] = sandbox.transfers();
    sandbox.payOut({ account: id, currency: "usd", amount: 100 });
    sandbox.topUp(100, "usd");
    const before = bench.delivered.length;
    sandbox.disconnect(id);
    await bench.pass(2 * dayMs);
    const last = await told(bench, id, before);
    expect(last.at(-1)).toMatchObject({
      type: "account.application.deauthorized",
      account: id,
      data: { object: { object: "application", name: "Whipround" } },
    });
    expect(last.map(({ type }) => type)).not.toContain("payout.paid");
    const gone = { code: "account_invalid", statusCode: 403 };
    await expect(stripe.accounts.retrieve(id)).rejects.toMatchObject(gone);
    await expect(stripe.balance.retrieve({}, { stripeAccount: id })).rejects.toMatchObject(gone);
    await expect(stripe.transfers.createReversal(transfer?.id ?? "")).rejects.toMatchObject(gone);
    await expect(
      stripe.transfers.create({ amount: 100, currency: "usd", destination: id }),
    ).rejects.toMatchObject({ statusCode: 400, param: "destination" });
    const link = { refresh_url: "http://app.test/a", return_url: "http://app.test/b" };
    await expect(
      stripe.accountLinks.create({ account: id, type: "account_onboarding", ...link }),
    ).rejects.toMatchObject(gone);
    expect((await stripe.accounts.list()).data).toEqual([]);
    expect(() => sandbox.disconnect(id)).toThrow("is disconnected");
  });
});

test("a country that Stripe does not serve is refused when the account is made", async () => {
  const { stripe } = createBench();
  await expect(stripe.accounts.create({ type: "express", country: "PE" })).rejects.toMatchObject({
    statusCode: 400,
    code: "country_unsupported",
    param: "country",
    message: "PE is not currently supported by Stripe.",
  });
});

test("a payee beyond the region of transfers finishes the form, and cannot be paid all the same", async () => {
  const bench = createBench();
  const { id } = await payee(bench, "JP");
  bench.sandbox.topUp(100, "usd");
  expect(await bench.stripe.accounts.retrieve(id)).toMatchObject({
    details_submitted: true,
    capabilities: { transfers: "inactive" },
  });
  await expect(
    bench.stripe.transfers.create({ amount: 100, currency: "usd", destination: id }),
  ).rejects.toMatchObject({ code: "insufficient_capabilities_for_transfer" });
});

test("what happens on a payee's account is listed in its name only", async () => {
  const bench = createBench();
  const { stripe } = bench;
  const id = await paidPayee(bench);
  const own = await stripe.events.list({ limit: 100 });
  expect(own.data.every((event) => event.account === undefined)).toBe(true);
  const theirs = await stripe.events.list({ limit: 100 }, { stripeAccount: id });
  expect(theirs.data.map(({ type }) => type)).toContain("account.updated");
  const event = theirs.data[0]?.id ?? "";
  await expect(stripe.events.retrieve(event)).rejects.toMatchObject({ statusCode: 404 });
  expect((await stripe.events.retrieve(event, {}, { stripeAccount: id })).id).toBe(event);
});

testContract("what befalls payees keeps to Stripe's description", async (bench) => {
  const { stripe, sandbox } = bench;
  const id = await paidPayee(bench);
  sandbox.restrict(id, "under_review");
  await stripe.accounts.retrieve(id);
  sandbox.liftRestriction(id);
  const payout = sandbox.payOut({ account: id, currency: "usd" });
  await bench.pass(dayMs);
  sandbox.failPayout(payout.id);
  const account = { stripeAccount: id };
  await stripe.payouts.list({ expand: ["data.failure_balance_transaction"] }, account);
  await stripe.balanceTransactions.list({ expand: ["data.source"] }, account);
  await stripe.events.list({}, account);
  await stripe.accounts.list();
  sandbox.disconnect(id);
  await expect(stripe.accounts.retrieve(id)).rejects.toThrow();
  await expect(stripe.accounts.create({ type: "express", country: "PE" })).rejects.toThrow();
  await bench.pass(0);
});
