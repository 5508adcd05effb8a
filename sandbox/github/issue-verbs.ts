// What happens to an issue or to a pull request's issue half: each verb changes the state and sends
// the webhook that GitHub sends. Permissions were checked before.
import { isPull } from "./pulls.ts";
import { issueJson } from "./shape-issues.ts";
import { pullJson } from "./shape-pulls.ts";
import { labelJson } from "./shape-repos.ts";
import type { Closer, Issue, IssueEvent, Label, Repo } from "./state.ts";
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
  repo.openCount += 1;
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
  const payload = () =>
    isPull(issue)
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
  repoById(world, issue.repoId).openCount -= 1;
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
  repoById(world, issue.repoId).openCount += 1;
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
