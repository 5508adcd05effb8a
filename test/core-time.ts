// Time in the world in memory: effects that are due, taken by chance or the earliest first, and days that pass.
import { DAY_MS } from "../src/core/pledge.ts";
import { perform, type Story } from "./core-outbox.ts";
import { obeys } from "./core-waiting.ts";

export function works(story: Story): void {
  const { world, choose } = story;
  const ready = [...world.outbox.values()].filter(
    ({ pending, dueAt, effect }) => pending && dueAt <= world.at && effect.effect !== "mailBacker",
  );
  if (ready.length > 0) perform(story, choose.of(ready));
}

export function waits({ world, choose }: Story): void {
  world.at += choose.of([60_000, 3_600_000, DAY_MS, 9 * DAY_MS]);
}

export function worksOff(story: Story): void {
  const { world } = story;
  for (let turns = 0; turns < 5000; turns += 1) {
    const pending = [...world.outbox.values()].filter((due) => due.pending);
    const next = pending.sort((a, b) => a.dueAt - b.dueAt)[0];
    if (next === undefined) return;
    world.at = Math.max(world.at, next.dueAt);
    perform(story, next);
    obeys(world);
  }
  throw new Error("the outbox never empties");
}
