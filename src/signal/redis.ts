// Wake-ups and limits shared by many processes through Redis. It holds nothing that the store does not:
// an emptied Redis costs a moment's delay, for the queues are also polled.
import { Redis } from "ioredis";
import { RateLimiterMemory, RateLimiterRedis } from "rate-limiter-flexible";
import type { Log, Signal } from "../ports.ts";
import { createLimits } from "./limits.ts";

const CHANNEL = "whipround:wake";

export async function createRedisSignal(options: { url: string; log: Log }): Promise<Signal> {
  const { url, log } = options;
  const client = new Redis(url, { lazyConnect: true });
  const subscriber = new Redis(url, { lazyConnect: true });
  for (const connection of [client, subscriber]) {
    // Its words only: the error of a refused login carries the command, and with it the password.
    connection.on("error", ({ message: why }) => log.warn({ why }, "Redis does not answer"));
  }
  await Promise.all([client.connect(), subscriber.connect()]);
  await subscriber.subscribe(CHANNEL);
  const listeners: (() => void)[] = [];
  const wakeHere = (): void => {
    for (const listener of listeners) listener();
  };
  subscriber.on("message", wakeHere);
  return {
    wake() {
      // Our own process does not wait for Redis, and works on while Redis is away.
      wakeHere();
      client.publish(CHANNEL, "").catch((error: unknown) => {
        log.warn({ err: error }, "other processes were not woken; they look by themselves soon");
      });
    },
    onWake(listener) {
      listeners.push(listener);
    },
    allow: createLimits(
      (limits) =>
        new RateLimiterRedis({
          ...limits,
          storeClient: client,
          insuranceLimiter: new RateLimiterMemory(limits),
        }),
    ),
    async close() {
      listeners.length = 0;
      await Promise.allSettled([client.quit(), subscriber.quit()]);
    },
  };
}
