// From a seed to a history: a list of steps drawn from what real bounties look like, what people get
// wrong, and what networks and machines do. Nothing here runs; a history can be cut, kept and read.
import { drawBounty } from "./history/bounty.ts";
import { drawPolicies } from "./history/talk.ts";
import { drawTroubles } from "./history/troubles.ts";
import { createDice } from "./random.ts";
import type { Step } from "./steps/table.ts";
import type { Settings } from "./world.ts";

export interface History {
  seed: number;
  settings: Settings;
  steps: Step[];
}

export function drawHistory(seed: number): History {
  const dice = createDice(seed, "history");
  const settings = {
    feeBasisPoints: dice.weigh([
      [3, 0],
      [1, 500],
      [1, 333],
    ]),
    firstPayoutHoldDays: dice.weigh([
      [2, 0],
      [1, 7],
    ]),
  };
  const steps: Step[] = [];
  const issues = dice.weigh([
    [6, 1],
    [2, 2],
    [1, 3],
  ]);
  for (let issue = 0; issue < issues; issue += 1) {
    steps.push(...drawBounty(dice, issue));
  }
  steps.push(...drawPolicies(dice), ...drawTroubles(dice, steps));
  return { seed, settings, steps: inOrder(steps) };
}

/** By time; what has no time of its own stands where it was drawn. */
function inOrder(steps: Step[]): Step[] {
  const whole = steps.map((step) => ({ ...step, at: Math.round(step.at) }));
  return whole.sort((a, b) => a.at - b.at);
}
