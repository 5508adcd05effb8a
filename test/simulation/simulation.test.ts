// Histories with fixed seeds and one fresh one; the same seed twice is the same trace to the byte.
import { beforeAll, expect, test } from "@jest/globals";
import { drawHistory } from "./history.ts";
import { REGRESSIONS } from "./regressions.ts";
import { runHistory } from "./run.ts";
import { simulate } from "./simulate.ts";
import { createWorkshop, type Workshop } from "./workshop.ts";

const FIXED = 29;

let workshop: Workshop;
beforeAll(async () => {
  workshop = await createWorkshop();
});

async function failuresOf(seed: number, histories: number): Promise<string[]> {
  const failures: string[] = [];
  const onFailure = ({ report }: { report: string }): void => void failures.push(report);
  await simulate({ workshop, seed, histories, onFailure });
  return failures;
}

test("histories of fixed seeds keep every rule", async () => {
  expect(await failuresOf(1, FIXED)).toEqual([]);
}, 600_000);

test("a history of a fresh seed keeps every rule", async () => {
  const seed = Math.floor(Math.random() * 1e9);
  expect(await failuresOf(seed, 1)).toEqual([]);
});

test("what once broke a rule holds", async () => {
  for (const { what, history } of REGRESSIONS) {
    const { findings } = await runHistory(history, { workshop });
    expect({ what, findings }).toEqual({ what, findings: [] });
  }
});

test("a replay is equal to the byte, whatever ran before", async () => {
  const floods = REGRESSIONS.filter(({ what }) => what.includes("sixty commands"));
  const histories = [...[3, 10, 26].map(drawHistory), ...floods.map(({ history }) => history)];
  for (const history of histories) {
    const first = await runHistory(history, { workshop, traced: true });
    const again = await runHistory(history, { workshop: await createWorkshop(), traced: true });
    expect(first.trace.length).toBeGreaterThan(20);
    expect(again.trace.join("\n")).toBe(first.trace.join("\n"));
  }
});
