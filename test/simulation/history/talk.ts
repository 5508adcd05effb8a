// What is said around a bounty, right and wrong; and policies that change halfway.
import type { Dice } from "../random.ts";
import type { Step } from "../steps/table.ts";
import { DAY, HOUR, MINUTE, type Span } from "./times.ts";

const WORDS: readonly (readonly [by: string, text: string])[] = [
  ["stranger", "/cancel I want it so"],
  ["stranger", "/release"],
  ["contributor", "/split @contributor 100"],
  ["stranger", "/hold it"],
  ["machine[bot]", "/bounty $100"],
  ["stranger", "/pledge $20"],
  ["stranger", "/pledge twenty"],
  ["stranger", "/help"],
  ["maintainer", "/bounty lots"],
  ["maintainer", "/split nobody"],
  ["maintainer", "/release"],
  ["octo-alice", "What do you think of `/cancel`?"],
  ["reviewer", "/bounty $75"],
  ["maintainer", "/reject not what we want"],
  ["stranger", "/reject no"],
  ["stranger", "/tip @contributor 20"],
  ["maintainer", "/extend 10"],
  ["maintainer", "/cancel"],
  ["maintainer", "/paid $50"],
  ["stranger", "/paid $50"],
];

export function drawChatter(dice: Dice, issue: number, { begins, ends }: Span): Step[] {
  const steps: Step[] = [];
  const within = (): number => dice.between(begins + 2 * MINUTE, ends + 2 * DAY);
  const count = dice.below(4);
  for (let index = 0; index < count; index += 1) {
    const [by, text] = dice.pick(WORDS);
    const at = within();
    steps.push({ at, do: "say", on: { issue }, by, text });
    if (dice.chance(0.1)) steps.push({ at: at + HOUR, do: "rewrite", by, text: "/cancel" });
  }
  if (dice.chance(0.06)) steps.push({ at: within(), do: "closeIssue", issue, by: "maintainer" });
  if (dice.chance(0.06)) {
    steps.push({ at: within(), do: "unlabel", on: { issue }, by: "maintainer", name: "bounty" });
  }
  return steps;
}

const POLICIES = [
  "minimum: 20\n",
  "minimum: 5\nmaximum: 100\n",
  "who: maintain\n",
  "who: triage\n",
  "minimum: [\n",
  "labels:\n  bounty: reward\n",
  "pay: now\n",
  "charge: reached\n",
  "hold_days: 3\n",
  "review_share: 10\n",
];

/** The rules change halfway. */
export function drawPolicies(dice: Dice): Step[] {
  if (!dice.chance(0.15)) return [];
  const at = dice.between(0, 40 * DAY);
  return [{ at, do: "policy", by: "maintainer", text: dice.pick(POLICIES) }];
}
