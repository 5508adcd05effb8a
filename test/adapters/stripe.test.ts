// The Stripe adapter against the sandbox, through Stripe's own SDK: a pledge from the payment page to the
// payee's account, or back.
import { expect, test } from "@jest/globals";
import { type Bench, createBench, secret } from "../../sandbox/stripe/test-bench.ts";
import type { Payment } from "../../src/core/events.ts";
import type { Payout } from "../../src/core/payout.ts";
import type { Delivery, Stripe } from "../../src/ports.ts";
import { createStripeReceiver } from "../../src/stripe/receive.ts";
import { checkout, connect, HOUR_MS, PLEDGE, SILENT } from "./stripe-rig.ts";

const PAYOUT: Payout = {
  id: "p1:7:1",
  awardId: "a1",
  campaignId: "c1",
  pledgeId: "p1",
  payeeId: 7,
  round: 1,
  awardRound: 1,
  amount: 4000n,
  currency: "usd",
  state: "sending",
  payableFrom: 0,
  claimBy: 0,
  transferId: null,
  reversalIds: [],
  reversed: 0n,
  reversedReturned: 0n,
  overpaidBy: 0n,
  takenByBank: null,
  needsRelease: false,
  handedFrom: null,
};

async function paid(bench: Bench, stripe: Stripe): Promise<Payment> {
  const { sessionId } = await stripe.openCheckout(PLEDGE, checkout(bench));
  bench.sandbox.pay(sessionId);
  await bench.pass(HOUR_MS);
  const session = await stripe.readCheckout(sessionId);
  if (session?.state !== "complete" || session.payment === null) throw new Error("not paid");
  return session.payment;
}

/** The payment method that a Checkout in setup mode saved for a new customer. */
async function savedCard(bench: Bench): Promise<string> {
  const session = await bench.stripe.checkout.sessions.create({
    mode: "setup",
    currency: "usd",
    customer: (await bench.stripe.customers.create()).id,
    success_url: "http://app.test/thanks",
  });
  bench.sandbox.pay(session.id);
  const done = await bench.stripe.checkout.sessions.retrieve(session.id, {
    expand: ["setup_intent"],
  });
  const intent = typeof done.setup_intent === "object" ? done.setup_intent : null;
  if (typeof intent?.payment_method !== "string") throw new Error("no card was saved");
  return intent.payment_method;
}

async function payee(bench: Bench, stripe: Stripe): Promise<string> {
  const { accountId } = await stripe.openAccount({ key: "k", payeeId: 7, mayExist: false });
  bench.sandbox.onboard(accountId);
  return accountId;
}

test("the platform says its country, its currencies and who triggers its payouts", async () => {
  const bench = createBench({ settlementCurrencies: ["usd", "eur"] });
  expect(await connect(bench).platform()).toEqual({
    country: "US",
    currencies: ["usd", "eur"],
    manualPayouts: true,
  });
  const swept = createBench({ payoutSchedule: "daily" });
  expect((await connect(swept).platform()).manualPayouts).toBe(false);
});

test("a pledge is opened, paid and settled, and the same key opens the same page", async () => {
  const bench = createBench();
  const stripe = connect(bench);
  const opened = await stripe.openCheckout(PLEDGE, checkout(bench));
  expect(opened.expiresAt).toBe(bench.clock.now + 2 * HOUR_MS);
  expect(await stripe.openCheckout(PLEDGE, checkout(bench))).toEqual(opened);
  expect(await stripe.readCheckout(opened.sessionId)).toEqual({ state: "open" });
  bench.sandbox.pay(opened.sessionId);
  const [session] = bench.sandbox.sessions();
  expect(session).toMatchObject({
    allowed_payment_method_types: ["card"],
    adaptive_pricing: { enabled: false },
    submit_type: "pay",
    metadata: { whipround_pledge: "p1" },
    success_url: "http://app.test/thanks?session={CHECKOUT_SESSION_ID}",
  });
  const fresh = await stripe.readCheckout(opened.sessionId);
  expect(fresh).toMatchObject({ state: "complete", pledgeId: "p1", payment: { settlement: null } });
  await bench.pass(HOUR_MS);
  const settled = await stripe.readCheckout(opened.sessionId);
  const payment = settled?.state === "complete" ? settled.payment : null;
  expect(payment).toMatchObject({
    pledgeId: "p1",
    amount: 5000n,
    currency: "usd",
    settlement: { currency: "usd", amount: 5000n, fee: 175n },
  });
  expect(await stripe.readPayment(payment?.paymentIntentId ?? "")).toEqual({
    state: "paid",
    payment,
  });
});

test("a page that was left expires, and expiring it again changes nothing", async () => {
  const bench = createBench();
  const stripe = connect(bench);
  const { sessionId } = await stripe.openCheckout(PLEDGE, checkout(bench));
  await stripe.expireCheckout(sessionId);
  await stripe.expireCheckout(sessionId);
  expect(await stripe.readCheckout(sessionId)).toEqual({ state: "expired", pledgeId: "p1" });
});

test("what is not ours is null", async () => {
  const bench = createBench();
  const stripe = connect(bench);
  const foreign = await bench.stripe.checkout.sessions.create({
    mode: "payment",
    success_url: "http://elsewhere.test/",
    line_items: [
      {
        quantity: 1,
        price_data: { currency: "usd", unit_amount: 900, product_data: { name: "X" } },
      },
    ],
  });
  bench.sandbox.pay(foreign.id);
  const [charge] = bench.sandbox.charges();
  expect(await stripe.readCheckout(foreign.id)).toBeNull();
  expect(await stripe.readPayment(String(charge?.payment_intent))).toBeNull();
  expect(await stripe.readCheckout("cs_test_nothing")).toBeNull();
  expect(await stripe.readPayment("pi_nothing")).toBeNull();
  expect(await stripe.readRefund("re_nothing")).toBeNull();
  expect(await stripe.readTransfer("tr_nothing")).toBeNull();
  expect(await stripe.readAccount("acct_nothing")).toBeNull();
});

test("a refund returns what is asked, is found again under another key, and the rest when nothing is asked", async () => {
  const bench = createBench();
  const stripe = connect(bench);
  const { chargeId } = await paid(bench, stripe);
  await bench.pass(72 * HOUR_MS);
  const wanted = {
    key: "refund:p1:1:1",
    mayExist: false,
    effectKey: "refund:p1:1",
    pledgeId: "p1",
    chargeId,
    amount: 1000n,
    reason: "cancelled",
  };
  bench.sandbox.topUp(10_000, "usd");
  const first = await stripe.refund(wanted);
  expect(first).toMatchObject({
    pledgeId: "p1",
    effectKey: "refund:p1:1",
    status: "succeeded",
    settlement: { amount: 1000n, currency: "usd", fee: 0n },
    failureSettlement: null,
  });
  expect(await stripe.refund({ ...wanted, key: "refund:p1:1:2", mayExist: true })).toEqual(first);
  const rest = { ...wanted, key: "r2", effectKey: "refund:p1:2", amount: null, mayExist: true };
  const second = await stripe.refund(rest);
  expect(second.settlement?.amount).toBe(4000n);
  await expect(
    stripe.refund({ ...rest, key: "r3", effectKey: "refund:p1:3" }),
  ).rejects.toMatchObject({ name: "PermanentFailure", code: "charge_already_refunded" });
  bench.sandbox.failRefund(first.refundId);
  expect(await stripe.readRefund(first.refundId)).toMatchObject({
    status: "failed",
    failureSettlement: { amount: 1000n },
  });
});

test("a refund made by hand is known by its charge's pledge, and carries no effect of ours", async () => {
  const bench = createBench();
  const stripe = connect(bench);
  const { chargeId } = await paid(bench, stripe);
  const byHand = await bench.stripe.refunds.create({ charge: chargeId, amount: 100 });
  expect(await stripe.readRefund(byHand.id)).toMatchObject({ pledgeId: "p1", effectKey: null });
});

test("a saved card is forgotten once; one that is gone is no failure", async () => {
  const bench = createBench();
  const stripe = connect(bench);
  const card = await savedCard(bench);
  await stripe.forgetCard(card);
  expect((await bench.stripe.paymentMethods.retrieve(card)).customer).toBeNull();
  await stripe.forgetCard(card);
  await stripe.forgetCard("pm_nobody");
});

test("a backer's address is as given on Stripe's page, or of the customer whose card was saved", async () => {
  const bench = createBench();
  const stripe = connect(bench);
  const { sessionId } = await stripe.openCheckout(PLEDGE, checkout(bench));
  expect(await stripe.readEmail({ ...PLEDGE, sessionId })).toBeNull();
  bench.sandbox.pay(sessionId, { email: "ann@example.net" });
  await bench.pass(HOUR_MS);
  expect(await stripe.readEmail({ ...PLEDGE, sessionId })).toBe("ann@example.net");
  const chargeId = bench.sandbox.charges()[0]?.id ?? "";
  expect(await stripe.readEmail({ ...PLEDGE, chargeId })).toBe("ann@example.net");
  const { id: customerId } = await bench.stripe.customers.create({ email: "bob@example.net" });
  const card = { customerId, paymentMethodId: "pm_1", setupIntentIds: [] };
  expect(await stripe.readEmail({ ...PLEDGE, card })).toBe("bob@example.net");
  expect(await stripe.readEmail(PLEDGE)).toBeNull();
});

test("an account is opened once, and ready when Stripe says that transfers are active", async () => {
  const bench = createBench();
  const stripe = connect(bench);
  const opened = await stripe.openAccount({ key: "a1", payeeId: 7, mayExist: false });
  expect(opened).toMatchObject({ event: "accountSeen", payeeId: 7, ready: false });
  const { accountId } = opened;
  expect(await stripe.openAccount({ key: "a2", payeeId: 7, mayExist: true })).toEqual(opened);
  const link = {
    accountId,
    refreshUrl: "http://app.test/again",
    returnUrl: "http://app.test/done",
  };
  expect(new URL(await stripe.accountLink(link)).origin).toBe("http://stripe.test");
  bench.sandbox.onboard(accountId);
  expect((await stripe.readAccount(accountId))?.ready).toBe(true);
  bench.sandbox.restrict(accountId);
  expect((await stripe.readAccount(accountId))?.ready).toBe(false);
});

test("a transfer leaves out of its own charge, and is found again under another key", async () => {
  const bench = createBench();
  const stripe = connect(bench);
  const { chargeId } = await paid(bench, stripe);
  const accountId = await payee(bench, stripe);
  const wanted = {
    key: "transfer:p1:7:1:1",
    mayExist: false,
    payout: PAYOUT,
    accountId,
    chargeId,
    issue: "acme/widgets#12",
  };
  const seen = await stripe.transfer(wanted);
  expect(seen).toMatchObject({
    event: "transferSeen",
    payoutId: "p1:7:1",
    settlement: { amount: 4000n, currency: "usd", fee: 0n },
  });
  expect(await stripe.transfer({ ...wanted, key: "another", mayExist: true })).toEqual(seen);
  expect(await stripe.readTransfer(seen.transferId)).toEqual(seen);
  expect(bench.sandbox.transfers()).toMatchObject([
    { source_transaction: chargeId, transfer_group: "c1", destination: accountId },
  ]);
});

test("a payee who is not ready is refused for good", async () => {
  const bench = createBench();
  const stripe = connect(bench);
  const { chargeId } = await paid(bench, stripe);
  const { accountId } = await stripe.openAccount({ key: "a", payeeId: 7, mayExist: false });
  const wanted = { key: "t", mayExist: false, payout: PAYOUT, accountId, chargeId, issue: "x" };
  await expect(stripe.transfer(wanted)).rejects.toMatchObject({
    name: "AccountFailure",
    code: "insufficient_capabilities_for_transfer",
  });
  const gone = { ...wanted, key: "t2", accountId: "acct_nobody" };
  await expect(stripe.transfer(gone)).rejects.toMatchObject({ name: "AccountFailure" });
});

test("a transfer that the charge stands against is no fault of the payee's", async () => {
  const bench = createBench();
  const stripe = connect(bench);
  const { chargeId } = await paid(bench, stripe);
  const accountId = await payee(bench, stripe);
  const wanted = { key: "t", mayExist: false, payout: PAYOUT, accountId, chargeId, issue: "x" };
  const tooMuch = { ...wanted, payout: { ...PAYOUT, amount: 9_000n } };
  await expect(stripe.transfer(tooMuch)).rejects.toMatchObject({ name: "PermanentFailure" });
  const noCharge = { ...wanted, key: "t2", chargeId: "ch_nothing" };
  await expect(stripe.transfer(noCharge)).rejects.toMatchObject({ name: "PermanentFailure" });
});

test("what was taken back of a transfer is read with each balance transaction", async () => {
  const bench = createBench();
  const stripe = connect(bench);
  const { chargeId } = await paid(bench, stripe);
  const accountId = await payee(bench, stripe);
  const wanted = { key: "t", mayExist: false, payout: PAYOUT, accountId, chargeId, issue: "x" };
  const { transferId } = await stripe.transfer(wanted);
  const first = bench.sandbox.reverse(transferId, 1500);
  const effectKey = "reverse:p1:7:1:du_1";
  const ours = { key: "r", mayExist: false, effectKey, transferId, amount: 500n };
  await stripe.reverseTransfer(ours);
  const last = bench.sandbox.reverse(transferId);
  const seen = await stripe.readTransfer(transferId);
  expect(seen?.reversals).toMatchObject([
    { id: last.id, settlement: { amount: 2000n, currency: "usd" }, effectKey: null },
    { settlement: { amount: 500n, currency: "usd" }, effectKey },
    { id: first.id, settlement: { amount: 1500n, currency: "usd" }, effectKey: null },
  ]);
  expect(await stripe.transfer({ ...wanted, mayExist: true })).toEqual(seen);
});

test("a 5xx is a server's failure, and what it did all the same is found by looking", async () => {
  const bench = createBench();
  const stripe = connect(bench);
  const { chargeId } = await paid(bench, stripe);
  const wanted = {
    mayExist: false,
    effectKey: "refund:p1:1",
    pledgeId: "p1",
    chargeId,
    amount: 1000n,
    reason: "cancelled",
  };
  bench.sandbox.failNext({
    method: "POST",
    pathPrefix: "/v1/refunds",
    status: 500,
    performed: true,
  });
  await expect(stripe.refund({ ...wanted, key: "k:1" })).rejects.toMatchObject({
    name: "ServerFailure",
  });
  await stripe.refund({ ...wanted, key: "k:2", mayExist: true });
  await stripe.refund({ ...wanted, key: "k:3", mayExist: true });
  expect(bench.sandbox.refunds()).toHaveLength(1);
});

test("the same key with another amount is unclear: the earlier one may stand", async () => {
  const bench = createBench();
  const stripe = connect(bench);
  await stripe.openCheckout(PLEDGE, checkout(bench));
  await expect(
    stripe.openCheckout({ ...PLEDGE, amount: 6000n }, checkout(bench)),
  ).rejects.toMatchObject({ name: "ServerFailure" });
});

test("a wrong key waits for the operator", async () => {
  const stripe = connect(createBench(), "sk_test_wrong");
  await expect(stripe.platform()).rejects.toMatchObject({ name: "TransientFailure" });
});

test("every webhook the sandbox sends is understood, and says which object to read", async () => {
  const bench = createBench();
  const stripe = connect(bench);
  const stored: Delivery[] = [];
  const receive = createStripeReceiver({
    secret,
    accept: async (deliveries) => void stored.push(...deliveries),
    clock: { now: () => bench.clock.now },
    log: SILENT,
    bodyBytesMax: 1_000_000,
    liveMode: false,
  });
  const { chargeId } = await paid(bench, stripe);
  const accountId = await payee(bench, stripe);
  await stripe.transfer({
    key: "t",
    mayExist: false,
    payout: PAYOUT,
    accountId,
    chargeId,
    issue: "x",
  });
  await bench.pass(60_000);
  for (const { body, signature, type } of bench.delivered) {
    const headers = { "stripe-signature": signature };
    bench.clock.now = Number(/t=(\d+)/.exec(signature)?.[1]) * 1000;
    const request = new Request("http://app.test/", { method: "POST", headers, body });
    expect({ type, status: (await receive(request)).status }).toEqual({ type, status: 202 });
  }
  const kinds = new Set(stored.map(({ message }) => message.kind));
  expect(kinds).toEqual(new Set(["checkout", "payment", "transfer", "account"]));
  expect(stored.length).toBeLessThan(bench.delivered.length);
});
