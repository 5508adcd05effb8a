// Wake-ups and limits inside one process: no service needed, nothing to lose that the store does not hold.
import { type RateLimiterAbstract, RateLimiterMemory } from "rate-limiter-flexible";
import type { Signal } from "../ports.ts";
import { createLimits } from "./limits.ts";

export function createLocalSignal(): Signal {
  const listeners: (() => void)[] = [];
  const allow = createLimits((options): RateLimiterAbstract => new RateLimiterMemory(options));
  return {
    wake() {
      for (const listener of listeners) listener();
    },
    onWake(listener) {
      listeners.push(listener);
    },
    allow,
    async close() {
      listeners.length = 0;
    },
  };
}
