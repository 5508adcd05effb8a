// From a seed to a history: a list of steps drawn from what real bounties look like, what people get
// wrong, and what networks and machines do. Nothing here runs; a history can be cut, kept and read.
import { drawBounty } from "./history/bounty.ts";
import { drawScenes } from "./history/scenes.ts";
import { DISPUTED_CARDS } from "./history/scenes-money.ts";
import { drawPolicies } from "./history/talk.ts";
import { drawTroubles } from "./history/troubles.ts";
import { createDice, type Dice } from "./random.ts";
import type { Step } from "./steps/table.ts";
import type { Settings } from "./world.ts";

export interface History {
  seed: number;
  settings: Settings;
  steps: Step[];
}

export function drawHistory(seed: number): History {
  const dice = createDice(seed, "history");
  const kind = dice.chance(HOSTILE_SHARE) ? "hostile" : "ordinary";
  const drawn = kind === "hostile" ? drawScenes(dice) : drawOrdinary(dice);
  drawn.push(...drawTroubles(dice, drawn));
  const steps = dice.chance(WHOLE_SHARES[kind])
    ? inOrder(drawn)
    : leftAnywhere(dice, inOrder(drawn));
  return { seed, settings: drawSettings(dice, steps), steps };
}

function drawSettings(dice: Dice, steps: readonly Step[]): Settings {
  return {
    feeBasisPoints: dice.weigh([
      [3, 0],
      [1, 500],
      [1, 333],
    ]),
    firstPayoutHoldDays: dice.pick([0, 7]),
    chargebacksBorneBy: dice.pick(["operator", "payee"]),
    reconciles: steps.some(isLearntFromLists) || dice.chance(0.1),
  };
}

/** When the webhook of it is lost, only \`whipround reconcile\` finds it out. */
function isLearntFromLists(step: Step): boolean {
  return BY_LISTS.includes(step.do) || (step.do === "pay" && DISPUTED_CARDS.includes(step.card));
}

const BY_LISTS: readonly Step["do"][] = [
  "dispute",
  "refundByHand",
  "failRefund",
  "reverse",
  "topUp",
  "chargeFee",
  "transferIssue",
  "deleteIssue",
  "renameRepo",
  "deleteRepo",
  "uninstall",
  "install",
];

/**
 * Many are left at any step, as if everybody went away: then the dates pass over what they left half done. They
 * cost half of what whole ones do, and reach states that no plan leads to.
 */
function leftAnywhere(dice: Dice, steps: Step[]): Step[] {
  return steps.slice(0, 1 + dice.below(steps.length));
}

/** What a scene is about comes near its end. */
const WHOLE_SHARES = { hostile: 0.5, ordinary: 0.15 };

/** Dense histories find in seconds what ordinary ones find in hours. */
const HOSTILE_SHARE = 0.65;

/** As real bounties are: days pass, and most of them go well. */
function drawOrdinary(dice: Dice): Step[] {
  const steps: Step[] = [];
  const issues = dice.weigh([
    [14, 1],
    [1, 2],
  ]);
  for (let issue = 0; issue < issues; issue += 1) {
    steps.push(...drawBounty(dice, issue));
  }
  return [...steps, ...drawPolicies(dice)];
}

/** By time; what has no time of its own stands where it was drawn. */
function inOrder(steps: Step[]): Step[] {
  const whole = steps.map((step) => ({ ...step, at: Math.round(step.at) }));
  return whole.sort((a, b) => a.at - b.at);
}
