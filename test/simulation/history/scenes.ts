// Hostile histories: a few dense scenes, each made for one kind of trouble, with faults where they hurt.
import type { Dice } from "../random.ts";
import type { Step } from "../steps/table.ts";
import { aimedAt, calledIn, extended } from "./scenes-goals.ts";
import { givenAway, handed } from "./scenes-handover.ts";
import {
  byHand,
  dated,
  disputed,
  lastMinute,
  promised,
  returned,
  unheard,
  unpayable,
} from "./scenes-money.ts";
import { moved } from "./scenes-moves.ts";
import { outside } from "./scenes-outside.ts";
import { taken } from "./scenes-taken.ts";
import { ownTip, tipped } from "./scenes-tips.ts";
import { divided, hasty, held, loud, reviewed, undone } from "./scenes-work.ts";
import { MINUTE } from "./times.ts";

/** Where and when a scene is played. */
export interface Place {
  issue: number;
  at: number;
}

/** Some are there more than once: they have more ways to go wrong. */
const SCENES = [
  divided,
  hasty,
  reviewed,
  held,
  undone,
  loud,
  promised,
  returned,
  disputed,
  disputed,
  byHand,
  unpayable,
  tipped,
  tipped,
  ownTip,
  aimedAt,
  dated,
  moved,
  handed,
  givenAway,
  givenAway,
  givenAway,
  outside,
  extended,
  calledIn,
  taken,
  taken,
  unheard,
  lastMinute,
] as const satisfies readonly ((dice: Dice, place: Place) => Step[])[];

export function drawScenes(dice: Dice): Step[] {
  const first = dice.pick(SCENES)(dice, { issue: 0, at: MINUTE });
  return dice.chance(0.9)
    ? first
    : [...first, ...dice.pick(SCENES)(dice, { issue: 1, at: dice.between(MINUTE, 120 * MINUTE) })];
}
