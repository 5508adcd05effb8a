// Keeps the queues moving: drains when woken and when the next thing falls due. The only timers of the app.
import type { Clock, Log, Signal } from "./ports.ts";

export interface Worker {
  start(): void;
  /** Ends the work at hand and starts none. */
  stop(): Promise<void>;
}

/** However quiet it is, the queues are looked at this often: another process may have died at work. */
const LOOK_MS_MAX = 15_000;
const LOOK_MS_MIN = 5;
const TROUBLE_MS = 2_000;
/** While one call hangs, what falls due beside it is taken up this soon. */
const BESIDE_MS = 1_000;

export function createWorker(options: {
  drain(): Promise<void>;
  nextDue(): Promise<number | null>;
  signal: Signal;
  clock: Clock;
  log: Log;
}): Worker {
  const { drain, nextDue, signal, clock, log } = options;
  let timer: NodeJS.Timeout | null = null;
  let beside: NodeJS.Timeout | null = null;
  let working: Promise<void> | null = null;
  let stopped = true;
  let woken = false;

  function look(): void {
    woken = true;
    if (stopped) return;
    // A running drain is told to look again; a finished one begins anew.
    if (working !== null) {
      void drain().catch(() => {});
      return;
    }
    if (timer !== null) clearTimeout(timer);
    working = work().finally(() => {
      working = null;
    });
  }

  async function work(): Promise<void> {
    let waitMs = LOOK_MS_MAX;
    try {
      do {
        woken = false;
        await drain();
      } while (woken && !stopped);
      const due = await nextDue();
      if (due !== null) waitMs = Math.min(LOOK_MS_MAX, Math.max(LOOK_MS_MIN, due - clock.now()));
    } catch (error) {
      log.error({ err: error }, "the queues cannot be read; trying again");
      waitMs = TROUBLE_MS;
    }
    if (!stopped) timer = setTimeout(look, waitMs);
  }

  signal.onWake(look);
  return {
    start() {
      stopped = false;
      beside = setInterval(() => {
        if (working !== null) look();
      }, BESIDE_MS);
      look();
    },
    async stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      if (beside !== null) clearInterval(beside);
      await working;
    },
  };
}
