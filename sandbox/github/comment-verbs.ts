// What happens to a comment, with the webhook that GitHub sends for it. Permissions were checked before.
import { type Author, touch } from "./issue-verbs.ts";
import { commentJson, issueJson } from "./shape-issues.ts";
import type { Comment, Issue } from "./state.ts";
import { emit } from "./webhooks.ts";
import { newId, repoById, type World } from "./world.ts";

export function addComment(world: World, issue: Issue, author: Author, body: string): Comment {
  const now = world.ports.now();
  const comment: Comment = {
    id: newId(world),
    issueId: issue.id,
    authorId: author.id,
    viaApp: author.viaApp,
    body,
    createdAtMs: now,
    updatedAtMs: now,
    minimizedReason: null,
    reactions: [],
  };
  world.state.comments[comment.id] = comment;
  issue.commentIds.push(comment.id);
  touch(world, issue);
  emitComment(world, issue, comment, "created", author.id);
  return comment;
}

function emitComment(
  world: World,
  issue: Issue,
  comment: Comment,
  action: "created" | "edited" | "deleted",
  actorId: number,
  more: Record<string, unknown> = {},
): void {
  const repo = repoById(world, issue.repoId);
  const payload = () => ({
    ...more,
    issue: issueJson(world, issue),
    comment: commentJson(world, comment, issue),
  });
  emit(world, { event: "issue_comment", action, repo, senderId: actorId, payload });
}

export function editComment(world: World, comment: Comment, body: string, actorId: number): void {
  const issue = world.state.issues[comment.issueId];
  const from = comment.body;
  comment.body = body;
  comment.updatedAtMs = world.ports.now();
  if (issue) emitComment(world, issue, comment, "edited", actorId, { changes: { body: { from } } });
}

export function deleteComment(world: World, comment: Comment, actorId: number): void {
  const issue = world.state.issues[comment.issueId];
  delete world.state.comments[comment.id];
  if (!issue) return;
  issue.commentIds = issue.commentIds.filter((id) => id !== comment.id);
  touch(world, issue);
  emitComment(world, issue, comment, "deleted", actorId);
}
