// Every refusal of the API, as Stripe words it: one function per refusal, thrown as `StripeError`.
import type { PaymentIntent, PaymentMethod, SetupIntent } from "./types.ts";

interface ErrorBody {
  type: "api_error" | "card_error" | "idempotency_error" | "invalid_request_error";
  code?: string;
  decline_code?: string;
  doc_url?: string;
  message: string;
  param?: string;
  charge?: string;
  payment_intent?: PaymentIntent;
  setup_intent?: SetupIntent;
  payment_method?: PaymentMethod;
  request_log_url?: string;
}

export class StripeError extends Error {
  readonly status: number;
  readonly body: ErrorBody;
  /** An answer to a request that never began is not kept under its idempotency key. */
  readonly began: boolean;

  constructor(status: number, body: ErrorBody, began = true) {
    super(body.message);
    this.name = "StripeError";
    this.status = status;
    this.body = body.code
      ? {
          doc_url: `https://stripe.com/docs/error-codes/${body.code.replaceAll("_", "-")}`,
          ...body,
        }
      : body;
    this.began = began;
  }
}

/** What somebody did by hand in the dashboard, and what cannot be done now. Says why. */
export class Refused extends Error {
  constructor(message: string) {
    super(message);
    this.name = "Refused";
  }
}

interface Details {
  code?: string;
  param?: string;
  payment_intent?: PaymentIntent;
}

/** A 400 of the request's own making, refused by the operation itself. */
export function invalidRequest(message: string, details: Details = {}): StripeError {
  return new StripeError(400, { type: "invalid_request_error", message, ...details });
}

function badParameter(code: string, param: string, message: string): StripeError {
  return new StripeError(400, { type: "invalid_request_error", code, message, param }, false);
}

export function unknownParameter(param: string): StripeError {
  return badParameter("parameter_unknown", param, `Received unknown parameter: ${param}`);
}

export function missingParameter(param: string): StripeError {
  return badParameter("parameter_missing", param, `Missing required param: ${param}.`);
}

export function emptyParameter(param: string): StripeError {
  const message = `You passed an empty string for '${param}'. We assume empty values are an attempt to unset a parameter; however '${param}' cannot be unset. You should remove '${param}' from your request or supply a non-empty value.`;
  return badParameter("parameter_invalid_empty", param, message);
}

export function invalidInteger(param: string, value: string): StripeError {
  return badParameter("parameter_invalid_integer", param, `Invalid integer: ${value}`);
}

export function invalidParameter(param: string, message: string): StripeError {
  return new StripeError(400, { type: "invalid_request_error", message, param }, false);
}

export function notFound(kind: string, id: string, param = "id"): StripeError {
  const message = `No such ${kind}: '${id}'`;
  return new StripeError(404, {
    type: "invalid_request_error",
    code: "resource_missing",
    message,
    param,
  });
}

/** An id in a parameter (not in the path) that leads nowhere. */
export function noSuch(kind: string, id: string, param: string): StripeError {
  return invalidRequest(`No such ${kind}: '${id}'`, { code: "resource_missing", param });
}

export function unknownUrl(method: string, path: string): StripeError {
  const message = `Unrecognized request URL (${method}: ${path}). The sandbox knows only what Whipround uses; see sandbox/stripe/routes.ts.`;
  return new StripeError(404, { type: "invalid_request_error", message }, false);
}

export function unauthorized(message: string): StripeError {
  return new StripeError(401, { type: "invalid_request_error", message }, false);
}

export function balanceInsufficient(message: string): StripeError {
  return invalidRequest(message, { code: "balance_insufficient" });
}

export function cardDeclined(body: Omit<ErrorBody, "type">): StripeError {
  return new StripeError(402, { type: "card_error", ...body });
}
