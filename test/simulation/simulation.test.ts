// Three hundred histories, one of them of a fresh seed; what once broke a rule; and the same seed twice is the same
// trace to the byte.
import { execFile } from "node:child_process";
import process from "node:process";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "@jest/globals";
import { drawHistory } from "./history.ts";
import { REGRESSIONS } from "./regressions.ts";
import { runHistory } from "./run.ts";
import { createWorkshop, type Workshop } from "./workshop.ts";

const FIXED = 299;

let workshop: Workshop;
beforeAll(async () => {
  workshop = await createWorkshop();
});

/** What the command line says of them, with a report of each that fails. */
async function simulated(seed: number, histories: number): Promise<string> {
  const options = ["--seed", `${seed}`, "--histories", `${histories}`];
  const program = ["scripts/bundled.js", "test/simulation/main.ts"];
  // Outside of Jest's own contexts, where everything global costs several times as much.
  const env = { ...process.env, NODE_OPTIONS: "" };
  const ran = promisify(execFile)(process.execPath, [...program, ...options], { env });
  return await ran.then(
    ({ stdout }) => stdout,
    (error: { stdout: string; stderr: string }) => error.stdout + error.stderr,
  );
}

test("histories of fixed seeds keep every rule", async () => {
  const said = await simulated(1, FIXED);
  expect(said).toMatch(new RegExp(`^${FIXED} histories from seed 1: `, "m"));
  expect(said).toMatch(/^0 failed; /m);
}, 600_000);

test("a history of a fresh seed keeps every rule", async () => {
  const seed = Math.floor(Math.random() * 1e9);
  expect(await simulated(seed, 1)).toMatch(/^0 failed; /m);
});

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
