// Issues and repositories that move or go away, and an App that is removed and comes back.
import { ELSEWHERE, OWNER } from "../town.ts";
import type { World } from "../world.ts";
import { personIn, threadOf } from "./places.ts";

export const moveSteps = {
  /** To another repository of the same owner, where the App is installed as well, or is not. */
  async transferIssue(
    world: World,
    step: { issue: number; by: string; covered: boolean },
  ): Promise<void> {
    const { notes, town } = world;
    const thread = threadOf(world, { issue: step.issue });
    if (thread === null || thread.repository !== notes.repository) return;
    const there = step.covered ? ELSEWHERE.covered : ELSEWHERE.uncovered;
    if (!notes.repositories.includes(there)) {
      town.github.addRepo({ fullName: there });
      if (step.covered) town.github.addToInstallation(there);
      notes.repositories.push(there);
    }
    const number = await personIn(world, step.by).transferIssue(thread.number, there);
    notes.moved.set(step.issue, { at: world.now(), repository: there, number });
  },

  async deleteIssue(world: World, step: { issue: number; by: string }): Promise<void> {
    const thread = threadOf(world, { issue: step.issue });
    if (thread === null) return;
    await personIn(world, step.by, thread.repository).deleteIssue(thread.number);
    world.notes.deleted.push({ at: world.now(), ...thread });
  },

  async renameRepo(world: World, step: { by: string; to: string }): Promise<void> {
    const { notes } = world;
    await personIn(world, step.by).renameRepo(step.to);
    notes.repository = `${OWNER}/${step.to}`;
    notes.repositories.push(notes.repository);
  },

  async deleteRepo(world: World, step: { by: string }): Promise<void> {
    const { notes } = world;
    await personIn(world, step.by).deleteRepo();
    notes.deleted.push({ at: world.now(), repository: notes.repository, number: null });
  },

  /** Removed in GitHub's settings; its tokens are worth nothing at once. */
  async uninstall(world: World, _step: object): Promise<void> {
    world.town.github.uninstall(OWNER);
    Object.assign(world.notes, { installed: "no", installedAt: world.now() });
  },

  async install(world: World, _step: object): Promise<void> {
    world.town.github.install(OWNER, "all");
    Object.assign(world.notes, { installed: "again", installedAt: world.now() });
  },
};
