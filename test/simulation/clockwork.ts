// Virtual time: it moves only when somebody moves it, and wakes whoever sleeps until then.

export interface Clockwork {
  now(): number;
  moveTo(time: number): void;
  sleep(ms: number): Promise<void>;
  /** When the next sleeper wakes, or null. */
  nextWake(): number | null;
  /** Wakes who is due; whether anybody was. */
  wakeDue(): boolean;
}

export function createClockwork(start: number): Clockwork {
  let time = start;
  const sleepers: { at: number; wake(): void }[] = [];
  return {
    now: () => time,
    moveTo(later) {
      time = Math.max(time, later);
    },
    sleep: (ms) =>
      new Promise((wake) => {
        sleepers.push({ at: time + ms, wake });
        sleepers.sort((a, b) => a.at - b.at);
      }),
    nextWake: () => sleepers[0]?.at ?? null,
    wakeDue() {
      let woken = false;
      while (sleepers[0] !== undefined && sleepers[0].at <= time) {
        sleepers.shift()?.wake();
        woken = true;
      }
      return woken;
    },
  };
}
