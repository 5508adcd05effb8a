// Everything Whipround asks of Stripe, as the port `Stripe`, over Stripe's SDK at the API version it pins.
import StripeSdk from "stripe";
import { type Log, PermanentFailure, type Stripe } from "../ports.ts";
import { accountLink, openAccount, platform, readAccount, readBankPayout } from "./accounts.ts";
import { stripesOwnWord } from "./answers.ts";
import { listEvents, listMovements, readBalance, readMovement } from "./books.ts";
import { cancelCharge, confirmCharge, openCharge, readPayment } from "./charges.ts";
import { expireCheckout, forgetCard, openCheckout, readCheckout, readEmail } from "./checkout.ts";
import { readDispute } from "./disputes.ts";
import { readRefund, readTransfer, refund, reverseTransfer, transfer } from "./money-out.ts";

export interface StripeOptions {
  secretKey: string;
  /** Another server than Stripe's own, such as the sandbox: `http://localhost:4010`. */
  apiBase: string | null;
  fetch?: typeof fetch;
  log: Log;
  answerMsMax?: number;
}

const ANSWER_MS_MAX = 20_000;

export function createStripe(options: StripeOptions): Stripe {
  const sdk = createSdk(options);
  return {
    platform: () => platform(sdk),
    openCheckout: (pledge, checkout) => openCheckout(sdk, pledge, keyed(checkout)),
    expireCheckout: (sessionId) => expireCheckout(sdk, sessionId),
    openCharge: (pledge, wanted) => openCharge(sdk, pledge, keyed(wanted)),
    confirmCharge: (wanted) => confirmCharge(sdk, keyed(wanted)),
    cancelCharge: (paymentIntentId) => cancelCharge(sdk, paymentIntentId),
    refund: (wanted) => refund(sdk, keyed(wanted)),
    transfer: (wanted) => transfer(sdk, keyed(wanted)),
    forgetCard: (paymentMethodId) => forgetCard(sdk, paymentMethodId),
    reverseTransfer: (wanted) => reverseTransfer(sdk, keyed(wanted)),
    openAccount: (wanted) => openAccount(sdk, keyed(wanted)),
    accountLink: (wanted) => accountLink(sdk, wanted),
    readCheckout: (sessionId) => readCheckout(sdk, sessionId),
    readPayment: (paymentIntentId) => readPayment(sdk, paymentIntentId),
    readEmail: (pledge) => readEmail(sdk, pledge),
    readRefund: (refundId) => readRefund(sdk, refundId),
    readDispute: (disputeId) => readDispute(sdk, disputeId),
    readTransfer: (transferId) => readTransfer(sdk, transferId),
    listEvents: (page) => listEvents(sdk, page, options.log),
    listMovements: (page) => listMovements(sdk, page),
    readMovement: (transactionId) => readMovement(sdk, transactionId),
    readBalance: () => readBalance(sdk),
    readAccount: (accountId) => readAccount(sdk, accountId),
    readBankPayout: (wanted) => readBankPayout(sdk, wanted),
  };
}

/** Stripe refuses longer keys (docs.stripe.com/api/idempotent_requests); cutting one could make two the same. */
const KEY_LENGTH_MAX = 255;

function keyed<T extends { key: string }>(wanted: T): T {
  if (wanted.key.length <= KEY_LENGTH_MAX) return wanted;
  throw new PermanentFailure("the idempotency key is too long", { code: "idempotency_key_length" });
}

/** Without retries of its own: the outbox repeats, and knows under which key. */
function createSdk(options: StripeOptions): StripeSdk {
  const { secretKey, apiBase, fetch: send, log, answerMsMax = ANSWER_MS_MAX } = options;
  const base = apiBase === null ? null : new URL(apiBase);
  const secure = base?.protocol === "https:";
  const sdk = new StripeSdk(secretKey, {
    maxNetworkRetries: 0,
    timeout: answerMsMax,
    telemetry: false,
    ...(base === null
      ? {}
      : {
          protocol: secure ? "https" : "http",
          host: base.hostname,
          port: base.port === "" ? (secure ? 443 : 80) : Number(base.port),
        }),
    httpClient: stripesOwnWord(send),
  });
  sdk.on("response", (event: StripeSdk.ResponseEvent) => {
    const { method, path, status, request_id: requestId, elapsed: elapsedMs } = event;
    const fields = { method, path, status, requestId, elapsedMs };
    log.debug(fields, "Stripe answered");
    if (status === 401) log.error(fields, "Stripe does not accept our secret key");
  });
  return sdk;
}
