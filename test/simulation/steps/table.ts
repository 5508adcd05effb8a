// Every kind of step, in one table: what it is called and what it does. A step is data; run against a world
// that lacks what it names, it does nothing, so that any part of a history is a history.
import type { World } from "../world.ts";
import { bankSteps } from "./bank.ts";
import { handoverSteps } from "./handovers.ts";
import { moveSteps } from "./moves.ts";
import { payeeSteps } from "./payees.ts";
import { pledgingSteps } from "./pledging.ts";
import { tipSteps } from "./tips.ts";
import { troubleSteps } from "./trouble.ts";
import { wordSteps } from "./words.ts";
import { workSteps } from "./work.ts";

const KINDS = {
  ...workSteps,
  ...wordSteps,
  ...pledgingSteps,
  ...tipSteps,
  ...payeeSteps,
  ...handoverSteps,
  ...bankSteps,
  ...moveSteps,
  ...troubleSteps,
};

type Kinds = typeof KINDS;

/** `at`: milliseconds since the history began. Steps of one time happen together. */
export type Step = {
  [Kind in keyof Kinds]: { at: number; do: Kind } & Parameters<Kinds[Kind]>[1];
}[keyof Kinds];

export function runStep(world: World, step: Step): Promise<void> {
  const run = KINDS[step.do] as (world: World, step: Step) => Promise<void>;
  return run(world, step);
}

export function describeStep({ at, do: kind, ...rest }: Step): string {
  const days = Math.floor(at / 86_400_000);
  const time = new Date(at % 86_400_000).toISOString().slice(11, 19);
  return `day ${days} ${time}  ${kind} ${JSON.stringify(rest)}`;
}
