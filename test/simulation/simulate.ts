// Runs histories of consecutive seeds; what fails is cut down to what it takes, and told so that it can be
// replayed and kept.
import { drawHistory, type History } from "./history.ts";
import type { Outcome } from "./run.ts";
import { shrink } from "./shrink.ts";
import { describeStep } from "./steps/table.ts";

type Run = (history: History) => Promise<Outcome>;

export interface Failure {
  seed: number;
  /** What was found, one line each, and the shortest history that shows it. */
  report: string;
}

/** Tells of `histories` histories from `seed` on; calls `onFailure` as they fail. */
export async function simulate(options: {
  run: Run;
  seed: number;
  histories: number;
  onFailure(failure: Failure): void;
}): Promise<Record<string, number>> {
  const { run, seed: first, histories, onFailure } = options;
  const totals: Record<string, number> = {};
  for (let seed = first; seed < first + histories; seed += 1) {
    const history = drawHistory(seed);
    const outcome = await run(history);
    for (const [name, count] of Object.entries(outcome.happened)) {
      totals[name] = (totals[name] ?? 0) + count;
    }
    if (outcome.findings.length > 0) {
      onFailure({ seed, report: await reportOf(history, outcome, run) });
    }
  }
  return totals;
}

async function reportOf(history: History, outcome: Outcome, run: Run): Promise<string> {
  const broken = outcome.findings[0]?.rule;
  const short = await shrink(history, async (shorter) => {
    const { findings } = await run(shorter);
    return findings.some(({ rule }) => rule === broken);
  });
  return [
    `seed ${history.seed} breaks:`,
    ...outcome.findings.map(({ rule, words }) => `  ${rule}: ${words}`),
    `the shortest history that breaks "${broken}":`,
    ...short.steps.map((step) => `  ${describeStep(step)}`),
    `as a regression: ${JSON.stringify(short)}`,
    `its whole trace: npm run simulate -- --replay ${history.seed}`,
  ].join("\n");
}
