// What real bounties look like: the few figures that histories are drawn from. Source: replication data
// of a study of bounties (github.com/MUICT-SERU/GitCoin-Study, MIT): 2,816 Bountysource issues and 4,557
// Gitcoin bounties.
import type { Dice } from "./random.ts";

/** Bountysource: dollars that many pledges are made of, and the share of each. */
const COMMON_DOLLARS: readonly (readonly [share: number, dollars: number])[] = [
  [0.143, 15],
  [0.128, 5],
  [0.114, 50],
  [0.09, 100],
  [0.081, 10],
  [0.06, 20],
  [0.056, 25],
  [0.054, 30],
];
const COMMON_SHARE = 0.726;

/** Bountysource: dollars per issue, by quantile. */
const DOLLARS: Quantiles = [
  [0, 5],
  [0.1, 5],
  [0.25, 15],
  [0.5, 30],
  [0.75, 100],
  [0.9, 200],
  [0.95, 400],
  [0.99, 2100],
  [0.999, 8300],
  [1, 13_200],
];

/** Bountysource: pledges per issue. The rare thirty are left to the benchmarks. */
const PLEDGES: readonly (readonly [share: number, count: number])[] = [
  [0.7546, 1],
  [0.1477, 2],
  [0.0408, 3],
  [0.0192, 4],
  [0.0117, 5],
  [0.0259, 7],
];

/** Gitcoin: days from a bounty to its end, by quantile. */
const DAYS_TO_DONE: Quantiles = [
  [0, 0.02],
  [0.1, 2],
  [0.25, 6.8],
  [0.5, 19.3],
  [0.75, 42.7],
  [0.9, 113],
  [0.95, 203],
  [1, 307],
];

/** Bountysource: the share of issues whose bounty was paid out in the end. */
export const SUCCESS_SHARE = 0.5355;

type Quantiles = readonly (readonly [quantile: number, value: number])[];

/** Cents of one pledge: a common sum, or anything in between with odd cents. */
export function pledgeCents(dice: Dice): number {
  if (dice.chance(COMMON_SHARE)) return dice.weigh(COMMON_DOLLARS) * 100;
  return Math.round(quantile(DOLLARS, dice.next()) * 100);
}

export function pledgeCount(dice: Dice): number {
  return dice.weigh(PLEDGES);
}

export function daysToDone(dice: Dice): number {
  return quantile(DAYS_TO_DONE, dice.next());
}

/** Between two quantiles the values are taken to lie evenly on a logarithmic scale. */
function quantile(table: Quantiles, at: number): number {
  for (let index = 1; index < table.length; index += 1) {
    const [low, lowValue] = table[index - 1] ?? [0, 1];
    const [high, highValue] = table[index] ?? [1, 1];
    if (at > high) continue;
    const part = (at - low) / (high - low);
    return lowValue * (highValue / lowValue) ** part;
  }
  throw new Error("a quantile is at most 1");
}
