// The command line: `npm run simulate -- --seed 1 --histories 1000`, or `--replay <seed>` for one trace;
// with `--first` it stops at the first history that fails. Exit 1 when one does.
import process from "node:process";
import { parseArgs } from "node:util";
import { drawHistory } from "./history.ts";
import { runHistory } from "./run.ts";
import { simulate } from "./simulate.ts";
import { createWorkshop } from "./workshop.ts";

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function replay(seed: number): Promise<number> {
  const workshop = await createWorkshop();
  const { trace, findings } = await runHistory(drawHistory(seed), { workshop, traced: true });
  for (const line of trace) print(line);
  for (const { rule, words } of findings) print(`${rule}: ${words}`);
  return findings.length;
}

async function many(seed: number, histories: number): Promise<number> {
  const workshop = await createWorkshop();
  let failed = 0;
  const began = { wall: performance.now(), cpu: process.cpuUsage() };
  const happened = await simulate({
    run: (history) => runHistory(history, { workshop }),
    seed,
    histories,
    onFailure({ report }) {
      failed += 1;
      print(report);
    },
  });
  const seconds = (performance.now() - began.wall) / 1000;
  const { user, system } = process.cpuUsage(began.cpu);
  const cpu = (user + system) / 1e6;
  const counts = Object.entries(happened).map(([name, count]) => `${count} ${name}`);
  print(`${histories} histories from seed ${seed}: ${counts.join(", ")}`);
  print(
    `${failed} failed; ${seconds.toFixed(1)} s, ${(histories / seconds).toFixed(1)} per second (${(histories / cpu).toFixed(1)} per second of processor time)`,
  );
  return failed;
}

/** Of these seeds, which fail. */
async function some(seeds: readonly number[]): Promise<number> {
  const workshop = await createWorkshop();
  const failed: number[] = [];
  for (const seed of seeds) {
    const { findings } = await runHistory(drawHistory(seed), { workshop });
    if (findings.length > 0) failed.push(seed);
  }
  print(`${seeds.length} seeds, failed: ${failed.join(" ") || "none"}`);
  return failed.length;
}

async function first(seed: number, histories: number): Promise<number> {
  const workshop = await createWorkshop();
  for (let next = seed; next < seed + histories; next += 1) {
    const { findings } = await runHistory(drawHistory(next), { workshop });
    if (findings[0] === undefined) continue;
    print(`FIRST FAILURE ${next} ${findings[0].rule}`);
    return findings.length;
  }
  print(`${histories} histories from seed ${seed}: none failed`);
  return 0;
}

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    histories: { type: "string", default: "1000" },
    replay: { type: "string" },
    first: { type: "boolean", default: false },
    seeds: { type: "string" },
  },
});

function run(): Promise<number> {
  const { replay: replayed, seeds, seed, histories } = values;
  if (replayed !== undefined) return replay(Number(replayed));
  if (seeds !== undefined) return some(seeds.split(",").map(Number));
  return values.first
    ? first(Number(seed), Number(histories))
    : many(Number(seed), Number(histories));
}
const failed = await run();
// A killed process leaves calls behind that never end.
process.exit(failed === 0 ? 0 : 1);
