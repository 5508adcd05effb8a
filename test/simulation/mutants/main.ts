// `npm run mutants`: plants each bug in a copy of the tree and runs histories there until one fails.
// Writes the table of who was caught by what. Exit 1 when a bug lives, or no longer fits the code.
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import type { Mutant } from "./mutant.ts";
import { MUTANTS } from "./table.ts";

const HISTORIES_MAX = 2_000;
const COPIED = ["src", "sandbox", "scripts", "test/simulation", "package.json", "tsconfig.json"];

interface Verdict {
  mutant: Mutant;
  /** The first seed that fails and what it breaks; null when every history passed. */
  caught: { seed: number; rule: string } | null;
}

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    jobs: { type: "string", default: "2" },
    histories: { type: "string", default: String(HISTORIES_MAX) },
    seed: { type: "string", default: "1" },
    write: { type: "string" },
  },
});

function plant({ name, patches }: Mutant): string {
  const copy = mkdtempSync(join(tmpdir(), "whipround-mutant-"));
  for (const path of COPIED) cpSync(path, join(copy, path), { recursive: true });
  symlinkSync(resolve("node_modules"), join(copy, "node_modules"));
  for (const { file, find, replace } of patches) {
    const path = join(copy, file);
    const parts = readFileSync(path, "utf8").split(find);
    if (parts.length !== 2) {
      throw new Error(`"${name}" fits ${parts.length - 1} times in ${file}, not once`);
    }
    writeFileSync(path, parts.join(replace));
  }
  return copy;
}

async function judge(mutant: Mutant): Promise<Verdict> {
  const copy = plant(mutant);
  try {
    const said = await run(copy, [
      "--first",
      "--seed",
      values.seed,
      "--histories",
      values.histories,
    ]);
    const line = /^FIRST FAILURE (\d+) (.*)$/m.exec(said);
    if (line === null && !/^\d+ histories/m.test(said)) throw new Error(`${mutant.name}: ${said}`);
    const [, seed, rule] = line ?? [];
    return {
      mutant,
      caught: seed === undefined ? null : { seed: Number(seed), rule: rule ?? "" },
    };
  } finally {
    rmSync(copy, { recursive: true });
  }
}

/** What the seeds break is the planted bugs' doing: without those, they hold. */
async function assertHold(verdicts: readonly Verdict[]): Promise<void> {
  const seeds = new Set(verdicts.flatMap(({ caught }) => (caught === null ? [] : [caught.seed])));
  if (seeds.size === 0) return;
  const said = await run(".", ["--seeds", [...seeds].join(",")]);
  if (!said.includes("failed: none")) throw new Error(`fails without a bug as well: ${said}`);
}

function run(folder: string, options: readonly string[]): Promise<string> {
  const args = ["--max-semi-space-size=16", "scripts/bundled.js", "test/simulation/main.ts"];
  const child = spawn(process.execPath, [...args, ...options], { cwd: folder });
  const heard: string[] = [];
  child.stdout.on("data", (chunk: Buffer) => heard.push(String(chunk)));
  child.stderr.on("data", (chunk: Buffer) => heard.push(String(chunk)));
  return new Promise((done) => {
    child.once("close", () => done(heard.join("")));
  });
}

function tableOf(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ mutant: { name }, caught }) =>
    caught === null ? `| ${name} | none | |` : `| ${name} | ${caught.seed} | ${caught.rule} |`,
  );
  return ["| planted bug | first seed | what noticed |", "|:---|---:|:---|", ...rows].join("\n");
}

const wanted = MUTANTS.filter(({ name }) => new RegExp(values.only).test(name));
const waiting = [...wanted];
// All that no longer fit the code are named before any time is spent.
for (const one of wanted) rmSync(plant(one), { recursive: true });
const verdicts: Verdict[] = [];
async function work(): Promise<void> {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const verdict = await judge(next);
    verdicts.push(verdict);
    const { caught } = verdict;
    const words = caught === null ? "LIVES" : `seed ${caught.seed}: ${caught.rule}`;
    process.stdout.write(`${next.name}: ${words}\n`);
  }
}
await Promise.all(Array.from({ length: Number(values.jobs) }, work));
await assertHold(verdicts);
verdicts.sort((a, b) => MUTANTS.indexOf(a.mutant) - MUTANTS.indexOf(b.mutant));
const table = tableOf(verdicts);
process.stdout.write(`\n${table}\n`);
if (values.write !== undefined) writeFileSync(values.write, `${table}\n`);
process.exitCode = verdicts.every(({ caught }) => caught !== null) ? 0 : 1;
