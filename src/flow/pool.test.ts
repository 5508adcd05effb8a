// A queue's hands: what runs beside what, and when the queue is looked at again.
import { expect, test } from "@jest/globals";
import { createPool } from "./pool.ts";

interface Asked {
  id: number;
  lane: string;
  wish: string | null;
}

interface Run {
  ids: number[];
  end(plansMore: boolean): void;
  fail(): void;
}

/** `looks`: what each look at the queue finds; after the last of them nothing is due. */
function worked(looks: Asked[][], { size = 8 } = {}) {
  const runs: Run[] = [];
  let looked = 0;
  const pool = createPool<Asked>({
    size,
    lease: async () => looks[looked++] ?? [],
    laneOf: ({ lane }) => lane,
    wishOf: ({ wish }) => wish,
    run: (rows) =>
      new Promise((end, reject) => {
        const fail = (): void => reject(new Error("the database is away"));
        runs.push({ ids: rows.map(({ id }) => id), end, fail });
      }),
  });
  return { pool, runs, looked: () => looked };
}

async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

function ids(runs: readonly Run[]): number[][] {
  return runs.map((run) => run.ids);
}

test("rows that ask for the same as one that waits run with it; one that runs is joined by nobody", async () => {
  const payment = { lane: "pi_1", wish: "pi_1" };
  const { pool, runs } = worked([
    [
      { id: 1, ...payment },
      { id: 2, ...payment },
      { id: 3, lane: "pi_2", wish: "pi_2" },
      { id: 4, lane: "pi_1", wish: null },
    ],
    [
      { id: 5, ...payment },
      { id: 6, ...payment },
    ],
  ]);
  const drained = pool.drain();
  await turn();
  expect(ids(runs)).toEqual([[1, 2], [3]]);
  void pool.drain();
  await turn();
  // The lane is one after another: the next row stands for itself, and after it those that came meanwhile.
  runs[0]?.end(false);
  await turn();
  expect(ids(runs)).toEqual([[1, 2], [3], [4]]);
  runs[2]?.end(false);
  await turn();
  expect(ids(runs)).toEqual([[1, 2], [3], [4], [5, 6]]);
  for (const run of runs) run.end(false);
  await drained;
});

test("the queue is looked at again when a row planned more, or as many were due as there are hands", async () => {
  const one = (id: number): Asked => ({ id, lane: String(id), wish: null });
  const { pool, runs, looked } = worked([[one(1)], [one(2), one(3)], [one(4)]], { size: 2 });
  const drained = pool.drain();
  await turn();
  expect([ids(runs), looked()]).toEqual([[[1]], 1]);
  runs[0]?.end(true);
  await turn();
  expect([ids(runs), looked()]).toEqual([[[1], [2], [3]], 2]);
  runs[1]?.end(false);
  await turn();
  expect([ids(runs), looked()]).toEqual([[[1], [2], [3], [4]], 3]);
  for (const run of runs) run.end(false);
  await drained;
  expect(looked()).toBe(4);
});

test("a run that fails holds up neither its lane nor those who ask for the same, now or later", async () => {
  const account = { lane: "acct_1", wish: "acct_1" };
  const { pool, runs } = worked([
    [{ id: 1, ...account }],
    [{ id: 2, ...account }],
    [{ id: 3, ...account }],
  ]);
  const drained = pool.drain();
  await turn();
  void pool.drain();
  await turn();
  runs[0]?.fail();
  await expect(drained).rejects.toThrow("the database is away");
  await turn();
  expect(ids(runs)).toEqual([[1], [2]]);
  const again = pool.drain();
  await turn();
  runs[1]?.end(false);
  await turn();
  expect(ids(runs)).toEqual([[1], [2], [3]]);
  runs[2]?.end(false);
  await again;
});
