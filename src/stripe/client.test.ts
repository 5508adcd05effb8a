// The Stripe adapter's conduct when Stripe does not do what was asked, over the network's own interface:
// which failure is which, what is looked for before it is done again, and what a call carries.
import { expect, test } from "@jest/globals";
import nock from "nock";
import { useNock } from "../../test/nocked.ts";
import type { Payout } from "../core/payout.ts";
import type { Log, Stripe } from "../ports.ts";
import { createStripe } from "./client.ts";
import { keyMode } from "./key-mode.ts";

const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };
const API = "https://api.stripe.com";

useNock();

const CLIENTS: [what: string, stripe: Stripe][] = [
  ["Node's own client", createStripe({ secretKey: "sk_test_1", apiBase: null, log: SILENT })],
  [
    "fetch",
    createStripe({
      secretKey: "sk_test_1",
      apiBase: null,
      fetch: (input, init) => fetch(input, init),
      log: SILENT,
    }),
  ],
];
let sent: unknown;

function capture(body: unknown): boolean {
  sent = body;
  return true;
}

const stripe = createStripe({ secretKey: "sk_test_1", apiBase: null, log: SILENT });

const refund = {
  key: "refund:p1:1:1",
  mayExist: false,
  effectKey: "refund:p1:1",
  pledgeId: "p1",
  chargeId: "ch_1",
  amount: 1000n,
  reason: "cancelled",
};

const made = {
  id: "re_1",
  object: "refund",
  amount: 1000,
  charge: "ch_1",
  payment_intent: "pi_1",
  metadata: { whipround_pledge: "p1", whipround_effect: "refund:p1:1" },
  status: "succeeded",
  balance_transaction: {
    id: "txn_1",
    object: "balance_transaction",
    amount: -1000,
    fee: 0,
    currency: "usd",
  },
};

const stripeError = (type: string, more: object = {}) => ({
  error: { type, message: "no", ...more },
});

const FAILURES: [what: string, status: number, body: object | string, failure: object][] = [
  [
    "a key in use",
    409,
    stripeError("idempotency_error", { code: "idempotency_key_in_use" }),
    { name: "TransientFailure" },
  ],
  [
    "a lock",
    429,
    stripeError("invalid_request_error", { code: "lock_timeout" }),
    { name: "TransientFailure" },
  ],
  ["too many requests", 429, stripeError("invalid_request_error"), { name: "TransientFailure" }],
  ["500", 500, stripeError("api_error"), { name: "ServerFailure" }],
  ["503", 503, stripeError("api_error"), { name: "ServerFailure" }],
  ["a proxy's page", 502, "<html>", { name: "ServerFailure" }],
  ["a proxy's JSON", 502, { message: "Bad Gateway" }, { name: "ServerFailure" }],
  ["a 500 with an error that is not Stripe's", 500, { error: "oops" }, { name: "ServerFailure" }],
  ["a 500 that says nothing", 500, "null", { name: "ServerFailure" }],
  ["a proxy's 404", 404, { message: "no route" }, { name: "ServerFailure" }],
  ["a success that says nothing", 200, "null", { name: "ServerFailure" }],
  ["a wrong key", 401, stripeError("invalid_request_error"), { name: "TransientFailure" }],
  [
    "a key that may not",
    403,
    stripeError("invalid_request_error", { code: "secret_key_required" }),
    { name: "TransientFailure" },
  ],
  [
    "an account that is not ours",
    403,
    stripeError("invalid_request_error", { code: "account_invalid" }),
    { name: "PermanentFailure", code: "account_invalid" },
  ],
  [
    "a refusal",
    400,
    stripeError("invalid_request_error", { code: "charge_already_refunded" }),
    { name: "PermanentFailure", code: "charge_already_refunded" },
  ],
  [
    "a refusal without a code",
    400,
    stripeError("invalid_request_error"),
    { name: "PermanentFailure", code: "invalid_request_error" },
  ],
  [
    "other parameters under the same key",
    400,
    stripeError("idempotency_error"),
    { name: "ServerFailure" },
  ],
  [
    "a decline",
    402,
    stripeError("card_error", { code: "card_declined" }),
    { name: "PermanentFailure", code: "card_declined" },
  ],
];

test.each(
  CLIENTS.flatMap(([client, one]) =>
    FAILURES.map(([what, ...rest]) => [`${what}, by ${client},`, one, ...rest] as const),
  ),
)("%s becomes our failure, and is asked once", async (_what, one, status, body, failure) => {
  nock(API).post("/v1/refunds").reply(status, body);
  await expect(one.refund(refund)).rejects.toMatchObject(failure);
});

test.each(CLIENTS)("a connection that breaks is worth another try, by %s", async (_what, one) => {
  nock(API).post("/v1/refunds").replyWithError("no route");
  await expect(one.refund(refund)).rejects.toMatchObject({ name: "TransientFailure" });
});

test("Stripe's wish to wait is heard", async () => {
  const headers = { "retry-after": "7" };
  nock(API).post("/v1/refunds").reply(429, stripeError("api_error"), headers);
  await expect(stripe.refund(refund)).rejects.toMatchObject({ retryAfterMs: 7_000 });
});

test("a refund carries the key as it was given, the metadata and the API version", async () => {
  nock(API, {
    reqheaders: { "idempotency-key": "refund:p1:1:1", "stripe-version": "2026-10-28.endive" },
  })
    .post("/v1/refunds", capture)
    .reply(200, made);
  expect(await stripe.refund(refund)).toEqual({
    pledgeId: "p1",
    refundId: "re_1",
    chargeId: "ch_1",
    paymentIntentId: "pi_1",
    amount: 1000n,
    effectKey: "refund:p1:1",
    status: "succeeded",
    settlement: { id: "txn_1", currency: "usd", amount: 1000n, fee: 0n },
    failureSettlement: null,
  });
  expect(sent).toEqual({
    charge: "ch_1",
    amount: "1000",
    "metadata[whipround_pledge]": "p1",
    "metadata[whipround_effect]": "refund:p1:1",
    "metadata[whipround_reason]": "cancelled",
    "expand[0]": "balance_transaction",
    "expand[1]": "failure_balance_transaction",
    "expand[2]": "charge",
  });
});

test("all that is left of a charge is asked for by no amount", async () => {
  nock(API)
    .post("/v1/refunds", (body) => !("amount" in body))
    .reply(200, made);
  await stripe.refund({ ...refund, amount: null });
});

test("a refund that may exist is looked for on every page, and not made again", async () => {
  const other = { ...made, id: "re_0", metadata: { whipround_effect: "refund:p1:0" } };
  const url = "/v1/refunds";
  nock(API)
    .get(url)
    .query(({ charge, starting_after }) => charge === "ch_1" && starting_after === undefined)
    .reply(200, { object: "list", url, has_more: true, data: [other] });
  nock(API)
    .get(url)
    .query(({ starting_after }) => starting_after === "re_0")
    .reply(200, { object: "list", url, has_more: false, data: [made] });
  expect((await stripe.refund({ ...refund, mayExist: true })).refundId).toBe("re_1");
});

test("when the look-up fails, nothing is made", async () => {
  nock(API).get("/v1/refunds").query(true).reply(500, stripeError("api_error"));
  const again = stripe.refund({ ...refund, mayExist: true });
  await expect(again).rejects.toMatchObject({ name: "ServerFailure" });
});

test("a refused look-up is no refusal: an earlier try may have been done", async () => {
  nock(API).get("/v1/refunds").query(true).reply(404, stripeError("invalid_request_error"));
  const again = stripe.refund({ ...refund, mayExist: true });
  await expect(again).rejects.toMatchObject({ name: "TransientFailure" });
});

const PAYOUT: Payout = {
  id: "p1:7:2",
  awardId: "a1",
  campaignId: "c1",
  pledgeId: "p1",
  payeeId: 7,
  round: 2,
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

test("an earlier round's transfer is not this round's", async () => {
  const earlier = { id: "tr_1", object: "transfer", metadata: { whipround_payout: "p1:7:1" } };
  const url = "/v1/transfers";
  nock(API)
    .get(url)
    .query(({ transfer_group }) => transfer_group === "c1")
    .reply(200, { object: "list", url, has_more: false, data: [earlier] });
  nock(API)
    .post(url, capture)
    .reply(200, { id: "tr_2", object: "transfer", metadata: { whipround_payout: "p1:7:2" } });
  const seen = await stripe.transfer({
    key: "transfer:p1:7:2:1",
    mayExist: true,
    payout: PAYOUT,
    accountId: "acct_1",
    chargeId: "ch_1",
    issue: "acme/widgets#12",
  });
  expect(seen).toEqual({
    event: "transferSeen",
    payoutId: "p1:7:2",
    transferId: "tr_2",
    settlement: null,
    reversals: [],
  });
  expect(sent).toMatchObject({
    amount: "4000",
    currency: "usd",
    destination: "acct_1",
    source_transaction: "ch_1",
    transfer_group: "c1",
    "metadata[whipround_payout]": "p1:7:2",
  });
});

test("an account is asked for transfers only, and paid out once a month", async () => {
  nock(API)
    .post("/v1/accounts", capture)
    .reply(200, { id: "acct_1", object: "account", metadata: { whipround_payee: "7" } });
  expect(await stripe.openAccount({ key: "a", payeeId: 7, mayExist: false })).toEqual({
    event: "accountSeen",
    payeeId: 7,
    accountId: "acct_1",
    ready: false,
    country: null,
  });
  expect(sent).toEqual({
    type: "express",
    "capabilities[transfers][requested]": "true",
    "settings[payouts][schedule][interval]": "monthly",
    "settings[payouts][schedule][monthly_payout_days][0]": "1",
    "metadata[whipround_payee]": "7",
  });
});

const READY: [what: string, account: object, ready: boolean][] = [
  ["active transfers", { capabilities: { transfers: "active" }, details_submitted: true }, true],
  ["pending transfers", { capabilities: { transfers: "pending" }, details_submitted: true }, false],
  [
    "a form half filled in",
    { capabilities: { transfers: "active" }, details_submitted: false },
    false,
  ],
  [
    "a reason against it",
    {
      capabilities: { transfers: "active" },
      details_submitted: true,
      requirements: { disabled_reason: "rejected.fraud" },
    },
    false,
  ],
];

test.each(READY)("an account with %s is ready: %#", async (_what, account, ready) => {
  const metadata = { whipround_payee: "7" };
  nock(API)
    .get("/v1/accounts/acct_1")
    .reply(200, { id: "acct_1", object: "account", metadata, ...account });
  expect((await stripe.readAccount("acct_1"))?.ready).toBe(ready);
});

const MISSING: [what: string, status: number, code: string][] = [
  ["an object that is not there", 404, "resource_missing"],
  ["an account we have no access to", 403, "account_invalid"],
];

test.each(MISSING)("%s is not ours", async (_what, status, code) => {
  nock(API)
    .get("/v1/accounts/acct_1")
    .reply(status, stripeError("invalid_request_error", { code }));
  expect(await stripe.readAccount("acct_1")).toBeNull();
});

test("an account without our metadata, or with somebody's nonsense in it, is not ours", async () => {
  nock(API).get("/v1/accounts/acct_1").reply(200, { id: "acct_1", metadata: {} });
  expect(await stripe.readAccount("acct_1")).toBeNull();
  const metadata = { whipround_payee: "7; drop" };
  nock(API).get("/v1/accounts/acct_1").reply(200, { id: "acct_1", metadata });
  expect(await stripe.readAccount("acct_1")).toBeNull();
});

test("a charge that was not captured is no payment", async () => {
  nock(API)
    .get("/v1/payment_intents/pi_1")
    .query(true)
    .reply(200, {
      id: "pi_1",
      metadata: { whipround_pledge: "p1" },
      latest_charge: { id: "ch_1", paid: false, captured: false, status: "failed" },
    });
  expect(await stripe.readPayment("pi_1")).toBeNull();
});

test("an intent of somebody else's is nothing of ours, though it was cancelled", async () => {
  nock(API)
    .get("/v1/payment_intents/pi_1")
    .query(true)
    .reply(200, { id: "pi_1", metadata: {}, status: "canceled", latest_charge: null });
  expect(await stripe.readPayment("pi_1")).toBeNull();
});

test("a payment that is being processed cannot be ended yet: it is waited for", async () => {
  nock(API)
    .post("/v1/payment_intents/pi_1/cancel")
    .reply(400, stripeError("invalid_request_error", { code: "payment_intent_unexpected_state" }));
  nock(API)
    .get("/v1/payment_intents/pi_1")
    .query(true)
    .reply(200, { id: "pi_1", metadata: { whipround_pledge: "p1" }, status: "processing" });
  await expect(stripe.cancelCharge("pi_1")).rejects.toMatchObject({ name: "TransientFailure" });
});

test("a page that cannot be closed because it is open after all stays a failure", async () => {
  nock(API)
    .post("/v1/checkout/sessions/cs_1/expire")
    .reply(400, stripeError("invalid_request_error"));
  nock(API).get("/v1/checkout/sessions/cs_1").reply(200, { id: "cs_1", status: "open" });
  await expect(stripe.expireCheckout("cs_1")).rejects.toMatchObject({ name: "PermanentFailure" });
});

test("a key longer than Stripe takes is refused before anything is sent", async () => {
  const key = "k".repeat(256);
  await expect(async () => stripe.refund({ ...refund, key })).rejects.toMatchObject({
    code: "idempotency_key_length",
  });
});

test.each([
  ["http://localhost:4010", "http://localhost:4010"],
  ["https://stripe.example", "https://stripe.example:443"],
  ["http://127.0.0.1", "http://127.0.0.1:80"],
])("%s can stand in for Stripe", async (apiBase, origin) => {
  nock(origin).get("/v1/accounts/acct_1").reply(200, { id: "acct_1", metadata: {} });
  const other = createStripe({ secretKey: "sk_test_1", apiBase, log: SILENT });
  expect(await other.readAccount("acct_1")).toBeNull();
});

test.each([
  ["sk_test_abc", "test"],
  ["rk_test_abc", "test"],
  ["sk_live_abc", "live"],
  ["rk_live_abc", "live"],
  ["pk_test_abc", "unknown"],
  ["", "unknown"],
])("the key %j is of mode %s", (key, mode) => {
  expect(keyMode(key)).toBe(mode);
});
