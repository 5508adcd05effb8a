// Counting how often somebody does something, by a limiter of the library's for each kind of limit.
import { type RateLimiterAbstract, RateLimiterRes } from "rate-limiter-flexible";
import type { Signal } from "../ports.ts";

export interface LimiterOptions {
  keyPrefix: string;
  points: number;
  /** Seconds. */
  duration: number;
}

export function createLimits(
  limiterOf: (options: LimiterOptions) => RateLimiterAbstract,
): Signal["allow"] {
  const limiters = new Map<string, RateLimiterAbstract>();
  return async ({ what, who, limit, windowMs }) => {
    const keyPrefix = `whipround:${what}:${limit}:${windowMs}`;
    const limiter =
      limiters.get(keyPrefix) ??
      limiterOf({ keyPrefix, points: limit, duration: Math.ceil(windowMs / 1000) });
    limiters.set(keyPrefix, limiter);
    try {
      await limiter.consume(who);
      return true;
    } catch (error) {
      // The library rejects with its count when the limit is reached, and with an Error when it is broken.
      if (error instanceof RateLimiterRes) return false;
      throw error;
    }
  };
}
