// A failing history is made as short as it gets while it still fails.
import { expect, test } from "@jest/globals";
import { drawHistory, type History } from "./history.ts";
import { shrink } from "./shrink.ts";
import { simulate } from "./simulate.ts";
import type { Step } from "./steps/table.ts";

function waits(count: number): History {
  const steps = Array.from({ length: count }, (_, at): Step => ({ at, do: "wait" }));
  return { ...drawHistory(1), steps };
}

test.each([
  ["one step", [17]],
  ["several, wherever they stand", [0, 13, 14, 39]],
  ["none", []],
])("what fails because of %s is left with that", async (_, needed) => {
  const tried: number[] = [];
  const short = await shrink(waits(40), async ({ steps }) => {
    tried.push(steps.length);
    return needed.every((at) => steps.some((step) => step.at === at));
  });
  expect(short.steps.map(({ at }) => at)).toEqual(needed);
  expect(tried.length).toBeLessThanOrEqual(300);
});

test("what fails only whole stays whole, with its seed and its settings", async () => {
  const history = waits(12);
  expect(await shrink(history, async ({ steps }) => steps.length === 12)).toEqual(history);
});

test("a failing seed is reported with its rules, and the steps that it takes to break the first of them", async () => {
  const reports: { seed: number; report: string }[] = [];
  const { steps: all } = drawHistory(7);
  const [first, last] = [all[0], all.at(-1)];
  const happened = await simulate({
    seed: 6,
    histories: 3,
    async run({ seed, steps }) {
      const has = (wanted?: Step) =>
        steps.some((step) => JSON.stringify(step) === JSON.stringify(wanted));
      const broken = seed === 7 && has(first) && has(last);
      return {
        findings: [
          ...(broken ? [{ rule: "nobody is paid twice", words: "pi_1 was" }] : []),
          ...(seed === 7 ? [{ rule: "holds hold", words: "c1 did not" }] : []),
        ],
        trace: [],
        happened: { steps: 1 },
      };
    },
    onFailure: (failure) => void reports.push(failure),
  });
  expect(happened).toEqual({ steps: 3 });
  expect(reports.map(({ seed }) => seed)).toEqual([7]);
  const lines = reports[0]?.report.split("\n") ?? [];
  expect(lines.slice(0, 4)).toEqual([
    "seed 7 breaks:",
    "  nobody is paid twice: pi_1 was",
    "  holds hold: c1 did not",
    'the shortest history that breaks "nobody is paid twice":',
  ]);
  const kept = JSON.parse((lines.at(-2) ?? "").replace("as a regression: ", "")) as History;
  expect(kept).toEqual({ ...drawHistory(7), steps: [first, last] });
  expect(lines.slice(4, -2)).toHaveLength(2);
  expect(lines.at(-1)).toBe("its whole trace: npm run simulate -- --replay 7");
});
