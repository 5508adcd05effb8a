// Steps name issues, pull requests and forms by slots of their own; here the slots meet what came of them.
// A slot that nothing came of (its step was dropped, or failed) makes the steps that name it do nothing.
import type { World } from "../world.ts";

export type Place = { issue: number } | { pull: number };

/** The number of the issue or pull request on GitHub, or null. */
export function threadOf({ notes }: World, place: Place): number | null {
  const found = "issue" in place ? notes.issues[place.issue] : notes.pulls[place.pull]?.number;
  return found ?? null;
}

export function textFor(world: World, text: string): string {
  return text
    .replace(/\{issue (\d+)\}/g, (_, slot) => String(threadOf(world, { issue: Number(slot) }) ?? 0))
    .replace(/\{pull (\d+)\}/g, (_, slot) => String(threadOf(world, { pull: Number(slot) }) ?? 0));
}
