// When a failed row is tried again: exponential, capped, with jitter, and never before the other side said.
import { PermanentFailure, type Random, TransientFailure } from "../ports.ts";

const RETRY_MS_FIRST = 1_000;
const RETRY_MS_MAX = 3_600_000;
/** A row that fails for no stated reason (a bug) is taken out after so many tries. */
export const TRIES_MAX = 10;

export function retryAt(options: {
  error: unknown;
  tries: number;
  now: number;
  random: Random;
}): number {
  const { error, tries, now, random } = options;
  const most = Math.min(RETRY_MS_MAX, RETRY_MS_FIRST * 2 ** Math.min(tries, 20));
  const delay = most * (0.5 + random.next() / 2);
  const asked = error instanceof TransientFailure ? (error.retryAfterMs ?? 0) : 0;
  return now + Math.ceil(Math.max(delay, asked));
}

/** An adapter's own word, as opposed to a bug of ours. */
export function isFailure(error: unknown): error is TransientFailure | PermanentFailure {
  return error instanceof TransientFailure || error instanceof PermanentFailure;
}

export function failureText(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
