// Three hundred histories, one of them of a fresh seed; what once broke a rule; and the same seed twice is the same
// trace to the byte.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { drawHistory, type History } from "./history.ts";
import { runHistory } from "./run.ts";
import { simulate } from "./simulate.ts";
import { createWorkshop, type Workshop } from "./workshop.ts";

const FIXED = 299;

const { AbortSignal, Headers, Request, Response } = globalThis;
const { stackTraceLimit } = Error;
/** What a simulation changes for its whole process is put back for the next file. */
afterAll(() => {
  Object.assign(globalThis, { AbortSignal, Headers, Request, Response });
  Object.assign(Error, { stackTraceLimit });
});

let workshop: Workshop;
beforeAll(async () => {
  workshop = await createWorkshop();
});

/** The reports of those that fail. */
async function failuresOf(seed: number, histories: number): Promise<string[]> {
  const reports: string[] = [];
  const onFailure = ({ report }: { report: string }): void => {
    reports.push(report);
  };
  await simulate({ run: (one) => runHistory(one, { workshop }), seed, histories, onFailure });
  return reports;
}

test("histories of fixed seeds keep every rule", async () => {
  expect(await failuresOf(1, FIXED)).toEqual([]);
}, 600_000);

test("a history of a fresh seed keeps every rule", async () => {
  const seed = Math.floor(Math.random() * 1e9);
  expect(await failuresOf(seed, 1)).toEqual([]);
});

/** One history in a line, as a failing seed prints it, with what it was about. */
const REGRESSIONS = readFileSync(join(import.meta.dirname, "regressions.jsonl"), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as { what: string; history: History });

test("what once broke a rule holds", async () => {
  for (const { what, history } of REGRESSIONS) {
    const { findings } = await runHistory(history, { workshop });
    expect({ what, findings }).toEqual({ what, findings: [] });
  }
});

test("a replay is equal to the byte, whatever ran before", async () => {
  for (const seed of [3, 10, 26]) {
    const first = await runHistory(drawHistory(seed), { workshop, traced: true });
    const again = await runHistory(drawHistory(seed), {
      workshop: await createWorkshop(),
      traced: true,
    });
    expect(first.trace.length).toBeGreaterThan(20);
    expect(again.trace.join("\n")).toBe(first.trace.join("\n"));
  }
});
