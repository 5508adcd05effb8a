// The one place where Stripe's errors become ours: what is worth another try, what may have been done
// all the same, and what Stripe refused for a reason.
import StripeSdk from "stripe";
import { PermanentFailure, ServerFailure, TransientFailure } from "../ports.ts";

type StripeError = InstanceType<typeof StripeSdk.errors.StripeError>;

/** Codes of requests that met another one, whatever their HTTP status (docs.stripe.com/error-codes). */
const COLLISIONS: readonly string[] = ["idempotency_key_in_use", "lock_timeout", "rate_limit"];

export function toFailure(error: unknown): unknown {
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
  // The key was rotated or revoked: nothing was done, and all of it can be done once it is replaced.
  // Were this a refusal, every payout under way would count as turned down for good.
  if (error instanceof StripeSdk.errors.StripeAuthenticationError) {
    return new TransientFailure(message, options);
  }
  // No status: the answer was not JSON, so it was not Stripe's own word.
  if (error instanceof StripeSdk.errors.StripeAPIError && (status === undefined || status >= 500)) {
    return new ServerFailure(message, options);
  }
  return new PermanentFailure(message, { code: codeOf(error), cause: error });
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
    const missing = ["resource_missing", "account_invalid"];
    if (error instanceof PermanentFailure && missing.includes(error.code)) return null;
    throw error;
  }
}
