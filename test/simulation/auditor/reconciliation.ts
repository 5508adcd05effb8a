// What \`whipround reconcile\` says of the books is true: equal when they are, and never without a difference named.
import type { World } from "../world.ts";
import type { Moment } from "./audit.ts";
import { ledgerEqualsStripe } from "./ledger.ts";

export function reconcileTellsTheTruth(world: World, moment: Moment): string[] {
  const last = world.notes.comparisons.at(-1);
  if (moment !== "at the end" || last === undefined || !world.settings.reconciles) return [];
  const differs = ledgerEqualsStripe(world).length > 0;
  return last.equal === !differs ? [] : [`it said "${last.words}"`];
}
