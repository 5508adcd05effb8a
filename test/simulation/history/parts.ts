// What scenes are made of: a bounty, a pledge, work and its merge, an account; each as few steps as it takes.
import type { Dice } from "../random.ts";
import type { Step } from "../steps/table.ts";
import { MINUTE, SECOND } from "./times.ts";

export function bounty(issue: number, at: number): Step[] {
  return [
    { at, do: "openIssue", issue, by: "maintainer" },
    { at: at + SECOND, do: "label", on: { issue }, by: "maintainer", name: "bounty" },
  ];
}

interface PledgePart {
  issue: number;
  form: string;
  at: number;
  mode?: "pay-now" | "on-merge";
  card?: string;
  /** Odd ones leave cents over wherever they are divided. */
  cents?: number;
}

/** The form, and a minute later the page that it leads to. */
export function pledge(dice: Dice, part: PledgePart): Step[] {
  const { issue, form, at } = part;
  const mode = part.mode ?? (dice.chance(0.5) ? "on-merge" : "pay-now");
  const cents = part.cents ?? 500 + dice.below(9_500);
  const card = part.card ?? dice.pick(AT_ONCE);
  const amount = (cents / 100).toFixed(2);
  return [
    { at, do: "click", issue, form, amount, cents, mode, clicks: 1, looks: false },
    { at: at + MINUTE, do: "pay", form, card, gives: "through" },
  ];
}

/** The second one's money is there at once: refunds and reversals need not wait for it. */
const AT_ONCE = ["4242424242424242", "4000000000000077", "4000000000000077"];

interface WorkPart {
  issue: number;
  pull: number;
  author?: string;
  with?: string[];
  opened: number;
  merged: number;
}

export function solved(part: WorkPart): Step[] {
  const { issue, pull, author = "contributor", with: others = [], opened, merged } = part;
  const body = `Fixes #{issue ${issue}}`;
  return [
    { at: opened, do: "openPull", pull, issue, author, body, with: others },
    { at: merged, do: "merge", pull, by: "maintainer" },
  ];
}

/** Somebody asks to be paid, and has an account a minute later. */
export function connected(login: string, at: number, country = "US"): Step[] {
  return [
    { at, do: "connect", login },
    { at: at + MINUTE, do: "onboard", login, country },
  ];
}

export function says(on: { issue: number } | { pull: number }, text: string, at: number): Step {
  return { at, do: "say", on, by: "maintainer", text };
}
