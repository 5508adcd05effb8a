// What happens to an issue or to a pull request's issue half: each verb changes the state and sends
// the webhook that GitHub sends. Permissions were checked before.
import { commentJson, issueJson, labelsOf } from "./shape-issues.ts";
import { isPull, pullJson } from "./shape-pulls.ts";
import { labelJson, repoJson } from "./shape-repos.ts";
import type { Closer, Comment, Issue, IssueEvent, Label, Repo } from "./state.ts";
import { emit } from "./webhooks.ts";
import { newId, repoById, type World } from "./world.ts";

export interface Author {
  id: number;
  viaApp: boolean;
}

export function newIssue(
  world: World,
  repo: Repo,
  author: Author,
  fresh: { title: string; body: string | null; labelIds?: number[]; assigneeIds?: number[] },
): Issue {
  const now = world.ports.now();
  const issue: Issue = {
    id: newId(world),
    repoId: repo.id,
    number: repo.nextNumber,
    title: fresh.title,
    body: fresh.body,
    authorId: author.id,
    viaApp: author.viaApp,
    state: "open",
    stateReason: null,
    closedAtMs: null,
    closedById: null,
    locked: false,
    labelIds: fresh.labelIds ?? [],
    assigneeIds: fresh.assigneeIds ?? [],
    commentIds: [],
    reactions: [],
    events: [],
    createdAtMs: now,
    updatedAtMs: now,
    gone: null,
    movedTo: null,
    pull: null,
  };
  repo.nextNumber += 1;
  repo.numbers[issue.number] = issue.id;
  world.state.issues[issue.id] = issue;
  return issue;
}

/** `issues.*` for an issue, `pull_request.*` for a pull request. */
export function emitIssue(
  world: World,
  issue: Issue,
  action: string,
  actorId: number,
  more: Record<string, unknown> = {},
): void {
  const repo = repoById(world, issue.repoId);
  const payload = isPull(issue)
    ? { number: issue.number, pull_request: pullJson(world, issue), ...more }
    : { issue: issueJson(world, issue), ...more };
  const event = issue.pull ? "pull_request" : "issues";
  emit(world, { event, action, repo, senderId: actorId, payload });
}

export function openIssue(
  world: World,
  repo: Repo,
  author: Author,
  fresh: Parameters<typeof newIssue>[3],
): Issue {
  const issue = newIssue(world, repo, author, fresh);
  emitIssue(world, issue, "opened", author.id);
  for (const id of issue.labelIds) {
    const label = repo.labels.find((one) => one.id === id);
    if (label) announceLabel(world, issue, "labeled", label, author.id);
  }
  return issue;
}

export function touch(world: World, issue: Issue): void {
  issue.updatedAtMs = world.ports.now();
}

export function addEvent(
  world: World,
  issue: Issue,
  event: Omit<IssueEvent, "id" | "createdAtMs">,
): void {
  issue.events.push({ id: newId(world), createdAtMs: world.ports.now(), ...event });
}

export function closeIssue(
  world: World,
  issue: Issue,
  actorId: number,
  how: { reason?: Issue["stateReason"]; closer?: Closer | null; commitId?: string } = {},
): void {
  if (issue.state === "closed") return;
  issue.state = "closed";
  issue.stateReason = issue.pull ? null : (how.reason ?? "completed");
  issue.closedAtMs = world.ports.now();
  issue.closedById = actorId;
  touch(world, issue);
  addEvent(world, issue, {
    event: "closed",
    actorId,
    closer: how.closer ?? null,
    stateReason: issue.stateReason,
    ...(how.commitId ? { commitId: how.commitId } : {}),
  });
  emitIssue(world, issue, "closed", actorId);
}

export function reopenIssue(world: World, issue: Issue, actorId: number): void {
  if (issue.state === "open") return;
  issue.state = "open";
  issue.stateReason = issue.pull ? null : "reopened";
  issue.closedAtMs = null;
  issue.closedById = null;
  touch(world, issue);
  addEvent(world, issue, { event: "reopened", actorId, stateReason: issue.stateReason });
  emitIssue(world, issue, "reopened", actorId);
}

export function editIssue(
  world: World,
  issue: Issue,
  actorId: number,
  edit: { title?: string | undefined; body?: string | null | undefined },
): void {
  const changes: Record<string, { from: string }> = {};
  if (edit.title !== undefined && edit.title !== issue.title) {
    changes["title"] = { from: issue.title };
    addEvent(world, issue, {
      event: "renamed",
      actorId,
      rename: { from: issue.title, to: edit.title },
    });
    issue.title = edit.title;
  }
  if (edit.body !== undefined && edit.body !== issue.body) {
    changes["body"] = { from: issue.body ?? "" };
    issue.body = edit.body;
  }
  if (Object.keys(changes).length === 0) return;
  touch(world, issue);
  emitIssue(world, issue, "edited", actorId, { changes });
}

function announceLabel(
  world: World,
  issue: Issue,
  action: "labeled" | "unlabeled",
  label: Label,
  actorId: number,
): void {
  const { name, color } = label;
  addEvent(world, issue, { event: action, actorId, label: { name, color } });
  const repo = repoById(world, issue.repoId);
  emitIssue(world, issue, action, actorId, { label: labelJson(world, repo, label) });
}

export function addLabels(world: World, issue: Issue, labels: Label[], actorId: number): void {
  for (const label of labels) {
    if (issue.labelIds.includes(label.id)) continue;
    issue.labelIds.push(label.id);
    touch(world, issue);
    announceLabel(world, issue, "labeled", label, actorId);
  }
}

export function removeLabel(world: World, issue: Issue, label: Label, actorId: number): void {
  issue.labelIds = issue.labelIds.filter((id) => id !== label.id);
  touch(world, issue);
  announceLabel(world, issue, "unlabeled", label, actorId);
}

export function setLocked(world: World, issue: Issue, locked: boolean, actorId: number): void {
  if (issue.locked === locked) return;
  issue.locked = locked;
  addEvent(world, issue, { event: locked ? "locked" : "unlocked", actorId });
  emitIssue(world, issue, locked ? "locked" : "unlocked", actorId);
}

export function deleteIssue(world: World, issue: Issue, actorId: number): void {
  emitIssue(world, issue, "deleted", actorId);
  issue.gone = "deleted";
}

/** A transferred issue is a new one, with a new id; its labels stay behind unless they exist there too. */
export function transferIssue(world: World, issue: Issue, target: Repo, actorId: number): Issue {
  const source = repoById(world, issue.repoId);
  const names = labelsOf(world, issue).map((label) => label.name);
  const moved = newIssue(
    world,
    target,
    { id: issue.authorId, viaApp: issue.viaApp },
    {
      title: issue.title,
      body: issue.body,
      labelIds: target.labels.filter((one) => names.includes(one.name)).map((one) => one.id),
    },
  );
  moved.createdAtMs = issue.createdAtMs;
  moved.commentIds = issue.commentIds;
  for (const id of moved.commentIds) {
    const comment = world.state.comments[id];
    if (comment) comment.issueId = moved.id;
  }
  issue.commentIds = [];
  const changes = transferChanges(world, moved, target);
  emitIssue(world, issue, "transferred", actorId, { changes });
  const old_issue = issueJson(world, issue);
  const opened = { old_issue, old_repository: repoJson(world, source) };
  emitIssue(world, moved, "opened", actorId, { changes: opened });
  issue.gone = "transferred";
  issue.movedTo = moved.id;
  return moved;
}

function transferChanges(world: World, moved: Issue, target: Repo) {
  return { new_issue: issueJson(world, moved), new_repository: repoJson(world, target) };
}

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
  const payload = {
    ...more,
    issue: issueJson(world, issue),
    comment: commentJson(world, comment, issue),
  };
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
