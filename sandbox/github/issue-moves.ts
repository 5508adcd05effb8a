// How an issue leaves its repository: deleted, or transferred to another of the same owner.
import { emitIssue, newIssue } from "./issue-verbs.ts";
import { issueJson, labelsOf } from "./shape-issues.ts";
import { repoJson } from "./shape-repos.ts";
import type { Issue, Repo } from "./state.ts";
import { newId, repoById, type World } from "./world.ts";

export function deleteIssue(world: World, issue: Issue, actorId: number): void {
  leave(world, issue, "deleted");
  emitIssue(world, issue, "deleted", actorId);
}

function leave(world: World, issue: Issue, how: "deleted" | "transferred"): void {
  issue.gone = how;
  if (issue.state === "open") repoById(world, issue.repoId).openCount -= 1;
}

/**
 * A transferred issue is a new one with a new id and number. Its state, comments, assignees and past go
 * with it; its labels stay behind unless they exist there too.
 */
export function transferIssue(world: World, issue: Issue, target: Repo, actorId: number): Issue {
  const source = repoById(world, issue.repoId);
  const moved = arrive(world, issue, target);
  moved.events = [
    ...issue.events,
    {
      id: newId(world),
      event: "transferred",
      actorId,
      createdAtMs: world.ports.now(),
      fromRepoId: source.id,
    },
  ];
  for (const id of moved.commentIds) {
    const comment = world.state.comments[id];
    if (comment) comment.issueId = moved.id;
  }
  issue.commentIds = [];
  issue.movedTo = moved.id;
  const there = { new_issue: issueJson(world, moved), new_repository: repoJson(world, target) };
  emitIssue(world, issue, "transferred", actorId, { changes: there });
  const here = { old_issue: issueJson(world, issue), old_repository: repoJson(world, source) };
  emitIssue(world, moved, "opened", actorId, { changes: here });
  leave(world, issue, "transferred");
  return moved;
}

function arrive(world: World, issue: Issue, target: Repo): Issue {
  const names = labelsOf(world, issue).map((label) => label.name);
  const author = { id: issue.authorId, viaApp: issue.viaApp };
  const moved = newIssue(world, target, author, {
    title: issue.title,
    body: issue.body,
    labelIds: target.labels.filter((one) => names.includes(one.name)).map((one) => one.id),
    assigneeIds: issue.assigneeIds,
  });
  if (issue.state === "closed") target.openCount -= 1;
  const { state, stateReason, closedAtMs, closedById, locked, reactions, commentIds } = issue;
  const kept = { state, stateReason, closedAtMs, closedById, locked, reactions, commentIds };
  return Object.assign(moved, kept, { createdAtMs: issue.createdAtMs });
}
