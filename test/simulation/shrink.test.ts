// A failing history is made as short as it gets while it still fails.
import { expect, test } from "@jest/globals";
import { drawHistory, type History } from "./history.ts";
import { shrink } from "./shrink.ts";
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
