// Those who are paid, and how long they take.
import type { Dice } from "../random.ts";
import type { Step } from "../steps/table.ts";
import { DAY, HOUR, MINUTE, SECOND } from "./times.ts";

/** They connect before the merge, after it, long after it, or never. */
export function drawPayee(dice: Dice, login: string, merged: number): Step[] {
  if (login.endsWith("[bot]") || dice.chance(0.15)) return [];
  const at =
    merged +
    dice.weigh([
      [5, dice.between(MINUTE, DAY)],
      [2, dice.between(DAY, 40 * DAY)],
      [1, dice.between(40 * DAY, 100 * DAY)],
    ]);
  const steps: Step[] = [{ at, do: "connect", login }];
  if (dice.chance(0.1)) steps.push({ at: at + SECOND, do: "connect", login });
  // Who never finishes is rare.
  if (dice.chance(0.985)) {
    const later =
      at +
      dice.weigh([
        [6, 10 * MINUTE],
        [1, 12 * HOUR],
        [0.1, 6 * DAY],
      ]);
    const country = dice.weigh([
      [8, "US"],
      [2, "DE"],
      [0.12, "BR"],
    ]);
    steps.push({ at: later, do: "onboard", login, country });
    if (dice.chance(0.06)) {
      steps.push({ at: later + HOUR, do: "restrict", login });
      steps.push({ at: later + dice.between(HOUR, 2 * DAY), do: "onboard", login, country: "US" });
    }
  }
  if (dice.chance(0.06)) steps.push({ at: at - HOUR, do: "rename", login });
  return steps;
}
