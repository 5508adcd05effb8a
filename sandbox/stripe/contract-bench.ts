// Runs a scene and hands what went over the wire to the contract check, where `CONTRACT_CHECKER` names one.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { expect, test } from "@jest/globals";
import { type Bench, createBench } from "./test-bench.ts";

const checker = process.env["CONTRACT_CHECKER"] ?? "";
const withChecker = existsSync(checker) ? test : test.skip;

export function testContract(name: string, scene: (bench: Bench) => Promise<void>): void {
  withChecker(name, async () => {
    const bench = createBench();
    await scene(bench);
    expect(problemsIn(bench)).toEqual([]);
  });
}

function problemsIn({ traffic }: Bench): unknown[] {
  const folder = mkdtempSync(join(tmpdir(), "stripe-sandbox-"));
  try {
    const file = join(folder, "traffic.jsonl");
    writeFileSync(file, traffic.map((line) => JSON.stringify(line)).join("\n"));
    // The exit status says no more than the report: problems are in both.
    const command = `node "${checker}" "${file}" --json || [ $? -eq 1 ]`;
    const report = execFileSync("sh", ["-c", command], { maxBuffer: 64 * 1024 * 1024 });
    return (JSON.parse(report.toString()) as { problems: unknown[] }).problems;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
