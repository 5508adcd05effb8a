// Wake-ups and limits, in process and over Redis (when TEST_REDIS_URL names one).
import { describe, expect, test } from "@jest/globals";
import type { Log, Signal } from "../ports.ts";
import { createLocalSignal } from "./local.ts";
import { createRedisSignal } from "./redis.ts";

const url = process.env["TEST_REDIS_URL"];
const nothing = (): void => {};
const log: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };

const kinds: [name: string, open: (() => Promise<Signal>) | null][] = [
  ["in process", async () => createLocalSignal()],
  ["over Redis", url === undefined ? null : () => createRedisSignal({ url, log })],
];

for (const [name, open] of kinds) {
  (open === null ? describe.skip : describe)(`a signal ${name}`, () => {
    async function withSignal(work: (signal: Signal) => Promise<void>): Promise<void> {
      if (open === null) return;
      const signal = await open();
      try {
        await work(signal);
      } finally {
        await signal.close();
      }
    }

    test("wakes whoever listens", () =>
      withSignal(async (signal) => {
        const woken = new Promise<void>((resolve) => signal.onWake(resolve));
        signal.wake();
        await woken;
      }));

    test("allows as many as the limit, to each by themselves", () =>
      withSignal(async (signal) => {
        const unique = `${process.pid}-${Math.random()}`;
        const ask = (who: string): Promise<boolean> =>
          signal.allow({ what: "test", who: `${who}-${unique}`, limit: 2, windowMs: 60_000 });
        expect([await ask("a"), await ask("a"), await ask("a"), await ask("b")]).toEqual([
          true,
          true,
          false,
          true,
        ]);
      }));
  });
}

(url === undefined ? test.skip : test)(
  "one process wakes another, and they share a limit",
  async () => {
    if (url === undefined) return;
    const one = await createRedisSignal({ url, log });
    const two = await createRedisSignal({ url, log });
    try {
      const woken = new Promise<void>((resolve) => two.onWake(resolve));
      one.wake();
      await woken;
      const place = {
        what: "shared",
        who: `${process.pid}-${Math.random()}`,
        limit: 1,
        windowMs: 60_000,
      };
      expect([await one.allow(place), await two.allow(place)]).toEqual([true, false]);
    } finally {
      await one.close();
      await two.close();
    }
  },
);
