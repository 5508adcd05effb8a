// Issues and the work on them: pull requests opened, pushed to, reviewed, merged, closed; policies changed.
import { isMaintainer, REPOSITORY } from "../town.ts";
import type { World } from "../world.ts";
import { textFor } from "./places.ts";

export const workSteps = {
  async openIssue(world: World, step: { issue: number; by: string }): Promise<void> {
    const { number } = await world.person(step.by).openIssue({ title: `Wish ${step.issue}` });
    world.notes.issues[step.issue] = number;
  },

  async closeIssue(world: World, step: { issue: number; by: string }): Promise<void> {
    const number = world.notes.issues[step.issue];
    if (number !== undefined) await world.person(step.by).close(number, "not_planned");
  },

  async reopenIssue(world: World, step: { issue: number; by: string }): Promise<void> {
    const number = world.notes.issues[step.issue];
    if (number !== undefined) await world.person(step.by).reopen(number);
  },

  async openPull(
    world: World,
    step: { pull: number; issue: number; author: string; body: string },
  ): Promise<void> {
    const issue = world.notes.issues[step.issue];
    if (issue === undefined) return;
    const body = textFor(world, step.body);
    const fork = step.author !== "maintainer";
    const { number, head } = await world.person(step.author).openPull({ body, fork });
    world.notes.pulls[step.pull] = { number, issue, author: step.author };
    world.notes.heads.push({ pull: number, sha: head.sha });
  },

  async editPull(world: World, step: { pull: number; body: string }): Promise<void> {
    const pull = world.notes.pulls[step.pull];
    if (pull === undefined) return;
    await world.person(pull.author).editPull(pull.number, { body: textFor(world, step.body) });
  },

  async push(world: World, step: { pull: number }): Promise<void> {
    const pull = world.notes.pulls[step.pull];
    if (pull === undefined) return;
    const sha = await world.person(pull.author).pushCommit(pull.number);
    world.notes.heads.push({ pull: pull.number, sha });
  },

  async approve(world: World, step: { pull: number; by: string }): Promise<void> {
    const pull = world.notes.pulls[step.pull];
    if (pull === undefined) return;
    await world.person(step.by).review(pull.number, "APPROVE");
    const { head } = world.town.github.pull(REPOSITORY, pull.number);
    world.notes.approvals.push({ sha: head.sha, by: step.by, at: world.now() });
  },

  async merge(world: World, step: { pull: number; by: string }): Promise<void> {
    const { notes, town } = world;
    const pull = notes.pulls[step.pull];
    if (pull === undefined) return;
    await world.person(step.by).merge(pull.number);
    const { head } = town.github.pull(REPOSITORY, pull.number);
    const approved = notes.approvals.some(
      ({ sha, by }) => sha === head.sha && by !== pull.author && isMaintainer(by),
    );
    notes.merges.push({
      at: world.now(),
      by: step.by,
      stoodFor: isMaintainer(step.by) || approved,
      pull: pull.number,
      sha: head.sha,
      author: pull.author,
    });
  },

  async closePull(world: World, step: { pull: number; by: string }): Promise<void> {
    const pull = world.notes.pulls[step.pull];
    if (pull !== undefined) await world.person(step.by).close(pull.number);
  },

  async policy(world: World, step: { by: string; text: string }): Promise<void> {
    world.notes.policies.push(step.text);
    await world.person(step.by).putFile(".github/whipround.yml", step.text);
  },
};
