// What the tests of the Stripe adapter share: the adapter over the sandbox, and a pledge to pay.
import type { Bench } from "../../sandbox/stripe/test-bench.ts";
import { type Pledge, STANDARD_TERMS } from "../../src/core/pledge.ts";
import type { Log, Stripe } from "../../src/ports.ts";
import { createStripe } from "../../src/stripe/client.ts";

export const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };
export const HOUR_MS = 3_600_000;

export function connect({ sandbox }: Bench, secretKey = "sk_test_sandbox"): Stripe {
  return createStripe({
    secretKey,
    apiBase: "http://stripe.test",
    fetch: (input, init) => sandbox.fetch(new Request(input, init)),
    log: SILENT,
  });
}

export const PLEDGE: Pledge = {
  id: "p1",
  campaignId: "c1",
  backerId: null,
  backerName: null,
  anonymous: false,
  amount: 5000n,
  currency: "usd",
  state: "started",
  terms: {
    ...STANDARD_TERMS,
    mode: "pay-now",
    operatorFeeBasisPoints: 0,
    goalDeadline: null,
    wordingHash: "0".repeat(64),
  },
  renewals: [],
  startedAt: 0,
  nonce: "n1",
  viaReply: null,
  sessionId: null,
  sessionUrl: null,
  sessionExpiresAt: null,
  pagesCount: 1,
  promisedAt: null,
  card: null,
  charging: null,
  paymentIntentId: null,
  chargeId: null,
  capturedAt: null,
  settlementCurrency: null,
  stripeFee: 0n,
  net: 0n,
  operatorFee: 0n,
  operatorFeeReturned: 0n,
  shared: 0n,
  released: 0n,
  sharesReturned: 0n,
  takenBack: 0n,
  refunding: 0n,
  refunded: 0n,
  refundsCount: 0,
  disputed: 0n,
  lost: 0n,
  sharesStopped: 0n,
  sharesGivenWay: 0n,
  covered: 0n,
  coveredForBank: 0n,
  setOff: 0n,
  handRefunding: 0n,
  handRefunded: 0n,
  handReturned: 0n,
  returnReason: null,
};

export function checkout({ clock }: Bench, key = "checkout:p1:1") {
  return {
    key,
    effectKey: key.replace(/:[0-9]+$/, ""),
    triedAt: null,
    issue: "acme/widgets#12",
    successUrl: "http://app.test/thanks?session={CHECKOUT_SESSION_ID}",
    cancelUrl: "http://app.test/left",
    expiresAt: clock.now + 2 * HOUR_MS,
  };
}
