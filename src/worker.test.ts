// The worker: woken, it works; stopped, it does not.
import { expect, test } from "@jest/globals";
import { install } from "@sinonjs/fake-timers";
import type { Log } from "./ports.ts";
import { createLocalSignal } from "./signal/local.ts";
import { createWorker } from "./worker.ts";

const nothing = (): void => {};
const log: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const clock = { now: () => 0 };

test("it drains at its start and whenever it is woken, and not after it was stopped", async () => {
  const signal = createLocalSignal();
  let drained = 0;
  let seen: () => void = nothing;
  const next = (): Promise<void> => new Promise((resolve) => (seen = resolve));
  const worker = createWorker({
    drain: async () => {
      drained += 1;
      seen();
    },
    nextDue: async () => null,
    signal,
    clock,
    log,
  });
  const first = next();
  worker.start();
  await first;
  await worker.stop();
  const before = drained;
  signal.wake();
  expect(drained).toBe(before);
});

test("a database that does not answer is told to the log, and tried again", async () => {
  const errors: string[] = [];
  const worker = createWorker({
    drain: () => Promise.reject(new Error("gone")),
    nextDue: async () => null,
    signal: createLocalSignal(),
    clock,
    log: { ...log, error: (_fields, message) => errors.push(message) },
  });
  worker.start();
  await worker.stop();
  expect(errors).toEqual(["the queues cannot be read; trying again"]);
});

test("stopped in the middle of its work, it ends that and begins nothing", async () => {
  const time = install();
  try {
    const signal = createLocalSignal();
    const begun: (() => void)[] = [];
    const worker = createWorker({
      drain: () => new Promise((resolve) => begun.push(resolve)),
      // Were it to look again, it would be at once.
      nextDue: async () => 0,
      signal,
      clock,
      log,
    });
    worker.start();
    // At work it is told to look again.
    signal.wake();
    expect(begun).toHaveLength(2);
    let isStopped = false;
    const stopped = worker.stop().then(() => {
      isStopped = true;
    });
    signal.wake();
    await time.tickAsync(60_000);
    expect([isStopped, begun.length]).toEqual([false, 2]);
    for (const end of begun) end();
    await stopped;
    expect([time.countTimers(), begun.length]).toEqual([0, 2]);
  } finally {
    time.uninstall();
  }
});
