// Makes a failing history as short as it gets while the same rule still fails: whole stretches of steps
// are dropped first, then single ones.
import type { History } from "./history.ts";
import type { Step } from "./steps/table.ts";

/** Each try is a whole history: enough for the few dozen steps that histories have. */
const TRIES_MAX = 300;

/** `fails` says whether a history still breaks the rule in question. */
export async function shrink(
  history: History,
  fails: (shorter: History) => Promise<boolean>,
): Promise<History> {
  let { steps } = history;
  let tries = 0;
  for (let size = Math.ceil(steps.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from < steps.length && tries < TRIES_MAX; ) {
      const rest: Step[] = [...steps.slice(0, from), ...steps.slice(from + size)];
      tries += 1;
      if (await fails({ ...history, steps: rest })) steps = rest;
      else from += size;
    }
  }
  return { ...history, steps };
}
