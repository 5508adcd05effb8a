// The one place where Stripe's errors become ours: what is worth another try, what may have been done
// all the same, and what Stripe refused for a reason.
import StripeSdk from "stripe";
import { PermanentFailure, ServerFailure, TransientFailure } from "../ports.ts";

type StripeError = InstanceType<typeof StripeSdk.errors.StripeError>;

/** A 403 about an account that is not, or no longer, connected to ours. */
export const ACCOUNT_INVALID = "account_invalid";

/** Codes of requests that met another one, whatever their HTTP status (docs.stripe.com/error-codes). */
const COLLISIONS: readonly string[] = ["idempotency_key_in_use", "lock_timeout", "rate_limit"];

function toFailure(error: unknown): unknown {
  if (!(error instanceof StripeSdk.errors.StripeError)) return error;
  const options = { cause: error, retryAfterMs: waitOf(error) };
  const message = `Stripe: ${error.message}`;
  const { statusCode: status } = error;
  if (error instanceof StripeSdk.errors.StripeConnectionError) {
    return new TransientFailure(message, options);
  }
  if (status === 429 || status === 409 || COLLISIONS.includes(error.code ?? "")) {
    return new TransientFailure(message, options);
  }
  if (isUnclear(error)) return new ServerFailure(message, options);
  return isKeyTrouble(error)
    ? new TransientFailure(message, options)
    : new PermanentFailure(message, { code: codeOf(error), cause: error });
}

/**
 * Stripe may have acted. No status: the answer was not JSON, so it was not Stripe's own word. An
 * idempotency error: an earlier try went out under this key with other parameters (the repository was
 * renamed meanwhile, say), and what became of it is not told.
 */
function isUnclear(error: StripeError): boolean {
  const { StripeAPIError, StripeIdempotencyError } = StripeSdk.errors;
  if (error instanceof StripeIdempotencyError) return true;
  const { statusCode: status } = error;
  return error instanceof StripeAPIError && (status === undefined || status >= 500);
}

/**
 * Our key was rotated or lacks a permission: nothing was done, and all of it can be once the operator
 * mends it. Were this a refusal, every payout under way would count as turned down for good.
 */
function isKeyTrouble(error: StripeError): boolean {
  const { StripeAuthenticationError, StripePermissionError } = StripeSdk.errors;
  if (error instanceof StripeAuthenticationError) return true;
  return error instanceof StripePermissionError && error.code !== ACCOUNT_INVALID;
}

function codeOf(error: StripeError): string {
  return error.code ?? error.rawType ?? `stripe_${error.statusCode ?? "unknown"}`;
}

function waitOf({ headers }: StripeError): number | null {
  const seconds = Number(headers?.["retry-after"] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
}

/** What `work` answers, its errors translated. */
export async function translated<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw toFailure(error);
  }
}

/**
 * What `work` reads, or null when Stripe says that no such object is ours: it is not there, or it is an
 * account that we have no access to.
 */
export async function unlessMissing<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await translated(work);
  } catch (error) {
    const missing = ["resource_missing", ACCOUNT_INVALID];
    if (error instanceof PermanentFailure && missing.includes(error.code)) return null;
    throw error;
  }
}
