// The queue of the sandbox's own future work, in the order of time and, at one time, of scheduling.
import type { DueWork, Work, World } from "./state.ts";

export function schedule(world: World, at: number, work: Work): void {
  const { state } = world;
  const entry: DueWork = { at, order: state.dueCount, work };
  state.dueCount += 1;
  let low = 0;
  let high = state.due.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((state.due[middle]?.at ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  state.due.splice(low, 0, entry);
}

/** Takes the first piece that is due and that `wanted` accepts. */
export function takeDue(world: World, wanted: (work: Work) => boolean): Work | undefined {
  const { due } = world.state;
  const now = world.ports.now();
  for (const [index, entry] of due.entries()) {
    if (entry.at > now) return undefined;
    if (!wanted(entry.work)) continue;
    due.splice(index, 1);
    return entry.work;
  }
  return undefined;
}
