// The processes that are measured: the app as it is deployed, built and run by plain Node, and what it is
// compared with. Each is started here and ended here, by its own id.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { SignedWebhook } from "./webhook.ts";
import type { World } from "./world.ts";

const ROOT = join(import.meta.dirname, "..");
export const BUILT = join(ROOT, "lib");
const START_MS_MAX = 30_000;
const KNOCK_EVERY_MS = 10;

/** `paused` is the app with nobody at its queues; `stock` is Probot with a handler that does nothing. */
export type Kind = "app" | "paused" | "stock";

export interface Running {
  /** From the process's start until the first signed webhook was answered with a 2xx. */
  firstAnswerMs: number;
  databaseFile: string;
  /** Resident memory in bytes. */
  memory(): number;
  /** Processor seconds used until now. */
  cpuSeconds(): number;
  /** Without a word, as a power cut would: only what is committed is left. */
  kill(): Promise<void>;
  /** Removes its folder. */
  forget(): void;
}

export function build(): void {
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  const options = ["-p", join(ROOT, "tsconfig.build.json")];
  const { status, stdout } = spawnSync(process.execPath, [tsc, ...options], { encoding: "utf8" });
  if (status !== 0) throw new Error(`the build failed:\n${stdout}`);
}

export async function start(
  kind: Kind,
  { world, webhook }: { world: World; webhook: SignedWebhook },
): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), "whipround-bench-"));
  mkdirSync(join(folder, "data"));
  const profile = process.env["BENCH_CPU_PROF"];
  const flags =
    profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${resolve(profile, kind)}`];
  const began = performance.now();
  const child = spawn(process.execPath, [...flags, ...commandOf(kind)], {
    cwd: folder,
    env: { PATH: process.env["PATH"], NODE_ENV: "production", ...world.town.environment },
    stdio: ["ignore", "ignore", "inherit"],
  });
  try {
    await firstAnswer(child, webhook);
  } catch (error) {
    await end(child, "SIGKILL");
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return {
    firstAnswerMs: performance.now() - began,
    databaseFile: join(folder, "data/whipround.db"),
    memory: () => memoryOf(child),
    cpuSeconds: () => cpuSecondsOf(child),
    kill: () => end(child, profile === undefined ? "SIGKILL" : "SIGINT"),
    forget: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function commandOf(kind: Kind): string[] {
  switch (kind) {
    case "app":
      return [join(BUILT, "main.js"), "start"];
    case "paused":
      return [join(import.meta.dirname, "paused.js"), BUILT];
    case "stock":
      return [join(import.meta.dirname, "stock.js")];
  }
}

async function firstAnswer(child: ChildProcess, webhook: SignedWebhook): Promise<void> {
  const end = performance.now() + START_MS_MAX;
  while (!(await knock(webhook))) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    if (performance.now() > end) throw new Error("it did not answer");
    await delay(KNOCK_EVERY_MS);
  }
}

function knock({ url, headers, body }: SignedWebhook): Promise<boolean> {
  return new Promise((answered) => {
    const sent = request(url, {
      method: "POST",
      headers: { ...headers, "X-GitHub-Delivery": "knock" },
      agent: false,
    });
    sent.on("error", () => answered(false));
    sent.on("response", (response) => {
      response.resume();
      const { statusCode = 500 } = response;
      answered(statusCode >= 200 && statusCode < 300);
    });
    sent.end(body);
  });
}

async function end(child: ChildProcess, signal: "SIGKILL" | "SIGINT"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill(signal);
  await gone;
}

function memoryOf({ pid }: ChildProcess): number {
  const status = `/proc/${pid}/status`;
  if (!existsSync(status)) return Number.NaN;
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(status, "utf8"))?.[1];
  return Number(kilobytes) * 1024;
}

/** As the kernel counts them, in ticks of a hundredth of a second (`man proc`). */
function cpuSecondsOf({ pid }: ChildProcess): number {
  const stat = `/proc/${pid}/stat`;
  if (!existsSync(stat)) return Number.NaN;
  const fields = readFileSync(stat, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
