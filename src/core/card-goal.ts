// How a goal differs from a bounty on its card: the deadline, and what is reached or not.
import { awardable, type Campaign } from "./campaign.ts";
import type { Goal } from "./goal.ts";
import { formatMoney } from "./money.ts";
import { dateText } from "./text.ts";

/** What people call the campaign, at the start of a sentence. */
export function nameOf({ kind }: Campaign): string {
  return kind === "goal" ? "Goal" : "Bounty";
}

/** The day whose end is the deadline: `2027-01-31`. */
export function lastDay({ deadline }: Goal): string {
  return dateText(deadline - 1);
}

/** `Goal: $120.00 of $500.00 by 2027-01-31`, or that it is reached; of a goal that runs. */
export function goalTitle(campaign: Campaign, goal: Goal): string {
  const { currency, ask, state } = campaign;
  const pledged = formatMoney({ minor: awardable(campaign), currency });
  const target = formatMoney({ minor: ask ?? 0n, currency });
  return state === "reached"
    ? `Goal reached: ${pledged} of ${target}`
    : `Goal: ${pledged} of ${target} by ${lastDay(goal)}`;
}

/** Whether anybody will pay, and from when on; of a goal that runs. */
export function goalTerms({ state }: Campaign, goal: Goal): string {
  if (state !== "reached") {
    const atOnce =
      goal.charge === "reached" ? " As soon as it is reached, saved cards are charged." : "";
    return `If it is not reached by the end of ${lastDay(goal)} (UTC), nobody pays: promises end and what is paid in goes back.${atOnce}`;
  }
  return goal.charge === "reached"
    ? "The goal is reached: saved cards are charged now, and work can start."
    : "The goal is reached, and work can start: saved cards are charged when the work is merged.";
}
