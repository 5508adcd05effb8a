// What people say on GitHub: comments with commands and without, right and wrong, and labels.
import { isMaintainer } from "../town.ts";
import type { World } from "../world.ts";
import { type Place, personIn, textFor, threadOf } from "./places.ts";

export const wordSteps = {
  /** Somebody comments; `{issue}` and `{pull}` in the text stand for the numbers of their slots. */
  async say(world: World, step: { on: Place; by: string; text: string }): Promise<void> {
    const thread = threadOf(world, step.on);
    if (thread === null) return;
    const text = textFor(world, step.text);
    const { repository, number } = thread;
    const { id } = await personIn(world, step.by, repository).comment(number, text);
    world.notes.comments.push({
      id,
      at: world.now(),
      by: step.by,
      byId: world.town.github.user(step.by).id,
      repository,
      thread: number,
      text,
      mayCommand: isMaintainer(step.by),
      rewritten: false,
    });
  },

  /** A comment is changed after the fact: only new ones command. */
  async rewrite(world: World, step: { by: string; text: string }): Promise<void> {
    const own = world.notes.comments.findLast(({ by }) => by === step.by);
    if (own === undefined) return;
    const person = personIn(world, step.by, own.repository);
    await person.editComment(own.id, textFor(world, step.text));
    own.rewritten = true;
  },

  async label(world: World, step: { on: Place; by: string; name: string }): Promise<void> {
    const thread = threadOf(world, step.on);
    if (thread === null) return;
    await personIn(world, step.by, thread.repository).label(thread.number, step.name);
    const { by, name } = step;
    world.notes.labels.push({ at: world.now(), thread: thread.number, by, name });
  },

  async unlabel(world: World, step: { on: Place; by: string; name: string }): Promise<void> {
    const thread = threadOf(world, step.on);
    if (thread === null) return;
    await personIn(world, step.by, thread.repository).unlabel(thread.number, step.name);
    world.notes.unlabels.push(world.now());
  },
};
