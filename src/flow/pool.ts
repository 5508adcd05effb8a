// Works a queue with a few hands: leases what is due, runs it side by side, until nothing is due.
// Rows of one lane run one after another, in the order they were leased. Those that ask for the same as one that still
// waits are run with it.

export interface Pool {
  /** Resolves when nothing is due and nothing runs. Called while working, it makes the pool look again. */
  drain(): Promise<void>;
  /** Takes no new rows; what runs comes to its end. */
  pause(): void;
}

export function createPool<Row>(options: {
  size: number;
  lease(limit: number): Promise<Row[]>;
  /** Whether more may be due by it. Failures are written to the rows; it rejects where that failed, too. */
  run(rows: readonly [Row, ...Row[]]): Promise<boolean>;
  laneOf(row: Row): string;
  /** What it asks for, if that can be done once for all who ask. */
  wishOf?(row: Row): string | null;
}): Pool {
  const { size, lease, run, laneOf, wishOf = () => null } = options;
  const lanes = new Map<string, Promise<void>>();
  const waiting = new Map<string, [Row, ...Row[]]>();
  const running = new Set<Promise<void>>();
  let draining: Promise<void> | null = null;
  let nudge: () => void = () => {};
  // Whether more may be due than was leased. What says so while the queue is being read must not be lost: it
  // is read once more.
  let more = false;
  let paused = false;

  function start(row: Row): void {
    const wish = wishOf(row);
    const twins = wish === null ? undefined : waiting.get(wish);
    if (twins !== undefined) {
      twins.push(row);
      return;
    }
    const rows: [Row, ...Row[]] = [row];
    if (wish !== null) waiting.set(wish, rows);
    const lane = laneOf(row);
    // What failed before it in the lane is not its own.
    const before = (lanes.get(lane) ?? Promise.resolve()).catch(() => {});
    const mine: Promise<void> = before
      .then(async () => {
        if (wish !== null) waiting.delete(wish);
        if (await run(rows)) more = true;
      })
      .finally(() => {
        running.delete(mine);
        if (lanes.get(lane) === mine) lanes.delete(lane);
      });
    // Whoever waits for it is told; if nobody does, its lease runs out.
    mine.catch(() => {});
    lanes.set(lane, mine);
    running.add(mine);
  }

  async function work(): Promise<void> {
    for (;;) {
      const nudged = new Promise<void>((resolve) => {
        nudge = resolve;
      });
      const free = size - running.size;
      if (more && free > 0 && !paused) {
        more = false;
        const rows = await lease(free);
        for (const row of rows) start(row);
        if (rows.length === free) more = true;
        continue;
      }
      if (running.size === 0) return;
      await Promise.race([nudged, ...running]);
    }
  }

  return {
    pause() {
      paused = true;
    },
    drain() {
      more = true;
      nudge();
      draining ??= work().finally(() => {
        draining = null;
      });
      return draining;
    },
  };
}
