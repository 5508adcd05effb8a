// What people say on GitHub: comments with commands and without, right and wrong, and labels.
import { isMaintainer } from "../town.ts";
import type { World } from "../world.ts";
import { type Place, textFor, threadOf } from "./places.ts";

export const wordSteps = {
  /** Somebody comments; `{issue}` and `{pull}` in the text stand for the numbers of their slots. */
  async say(world: World, step: { on: Place; by: string; text: string }): Promise<void> {
    const thread = threadOf(world, step.on);
    if (thread === null) return;
    const text = textFor(world, step.text);
    const { id } = await world.person(step.by).comment(thread, text);
    world.notes.comments.push({
      id,
      at: world.now(),
      by: step.by,
      thread,
      text,
      mayCommand: isMaintainer(step.by),
    });
  },

  /** A comment is changed after the fact: only new ones command. */
  async rewrite(world: World, step: { by: string; text: string }): Promise<void> {
    const own = world.notes.comments.findLast(({ by }) => by === step.by);
    if (own === undefined) return;
    await world.person(step.by).editComment(own.id, textFor(world, step.text));
  },

  async label(world: World, step: { on: Place; by: string; name: string }): Promise<void> {
    const thread = threadOf(world, step.on);
    if (thread !== null) await world.person(step.by).label(thread, step.name);
  },

  async unlabel(world: World, step: { on: Place; by: string; name: string }): Promise<void> {
    const thread = threadOf(world, step.on);
    if (thread === null) return;
    await world.person(step.by).unlabel(thread, step.name);
    world.notes.unlabels.push(world.now());
  },
};
