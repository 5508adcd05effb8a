// Issues and the work on them: pull requests opened, pushed to, reviewed, merged, reverted; policies changed.
import { isMaintainer } from "../town.ts";
import type { World } from "../world.ts";
import { personIn, pullOf, textFor, threadOf } from "./places.ts";

export const workSteps = {
  async openIssue(world: World, step: { issue: number; by: string }): Promise<void> {
    const { number } = await personIn(world, step.by).openIssue({ title: `Wish ${step.issue}` });
    world.notes.issues[step.issue] = number;
  },

  async closeIssue(world: World, step: { issue: number; by: string }): Promise<void> {
    const thread = threadOf(world, step);
    if (thread === null) return;
    await personIn(world, step.by, thread.repository).close(thread.number, "not_planned");
  },

  async reopenIssue(world: World, step: { issue: number; by: string }): Promise<void> {
    const thread = threadOf(world, step);
    if (thread !== null) {
      await personIn(world, step.by, thread.repository).reopen(thread.number);
    }
  },

  /** Where the issue is; `with` are named in the first commit as its co-authors. */
  async openPull(
    world: World,
    step: { pull: number; issue: number; author: string; body: string; with?: string[] },
  ): Promise<void> {
    const thread = threadOf(world, { issue: step.issue });
    if (thread === null || thread.repository !== world.notes.repository) return;
    const body = textFor(world, step.body);
    const fork = step.author !== "maintainer";
    const commit = { message: "Do it", coAuthors: step.with ?? [] };
    const { number, head } = await personIn(world, step.author).openPull({ body, fork, commit });
    const { author, with: coAuthors = [] } = step;
    world.notes.pulls[step.pull] = { number, issue: thread.number, author, coAuthors };
    world.notes.heads.push({ pull: number, sha: head.sha });
  },

  async editPull(world: World, step: { pull: number; body: string }): Promise<void> {
    const pull = pullOf(world, step.pull);
    if (pull === null) return;
    await personIn(world, pull.author).editPull(pull.number, { body: textFor(world, step.body) });
  },

  async push(world: World, step: { pull: number; with?: string[] }): Promise<void> {
    const pull = pullOf(world, step.pull);
    if (pull === null) return;
    const commit = { message: "More", coAuthors: step.with ?? [] };
    const sha = await personIn(world, pull.author).pushCommit(pull.number, commit);
    pull.coAuthors.push(...(step.with ?? []));
    world.notes.heads.push({ pull: pull.number, sha });
  },

  async approve(
    world: World,
    step: { pull: number; by: string; verdict?: "APPROVE" | "REQUEST_CHANGES" | "COMMENT" },
  ): Promise<void> {
    const pull = pullOf(world, step.pull);
    if (pull === null) return;
    const { by, verdict = "APPROVE" } = step;
    await personIn(world, by).review(pull.number, verdict);
    const { head } = world.town.github.pull(world.notes.repository, pull.number);
    const { number } = pull;
    world.notes.reviews.push({ pull: number, sha: head.sha, by, verdict, at: world.now() });
  },

  async merge(world: World, step: { pull: number; by: string }): Promise<void> {
    const { notes, town } = world;
    const pull = pullOf(world, step.pull);
    if (pull === null) return;
    await personIn(world, step.by).merge(pull.number);
    const { head } = town.github.pull(notes.repository, pull.number);
    const approved = notes.reviews.some(
      ({ sha, by, verdict }) =>
        sha === head.sha && verdict === "APPROVE" && by !== pull.author && isMaintainer(by),
    );
    notes.merges.push({
      at: world.now(),
      by: step.by,
      stoodFor: isMaintainer(step.by) || approved,
      pull: pull.number,
      sha: head.sha,
      author: pull.author,
      coAuthors: [...pull.coAuthors],
    });
  },

  async closePull(world: World, step: { pull: number; by: string }): Promise<void> {
    const pull = pullOf(world, step.pull);
    if (pull !== null) await personIn(world, step.by).close(pull.number);
  },

  /** GitHub's button on a merged pull request, and the merge of what it opens. */
  async revert(world: World, step: { pull: number; by: string }): Promise<void> {
    const pull = pullOf(world, step.pull);
    if (pull === null) return;
    const person = personIn(world, step.by);
    const { number } = await person.revert(pull.number);
    await person.merge(number);
    world.notes.revertsCount += 1;
  },

  async policy(world: World, step: { by: string; text: string }): Promise<void> {
    world.notes.policies.push({ at: world.now(), text: step.text });
    await personIn(world, step.by).putFile(".github/whipround.yml", step.text);
  },
};
