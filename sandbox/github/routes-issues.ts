// Issues over REST: read, list, open, change, lock.
import { atLeast, demand, roleOf } from "./access.ts";
import {
  author,
  type Call,
  callerId,
  conversationNeed,
  issueFor,
  issueIn,
  list,
  type Route,
  repoFor,
  route,
  visibleRepo,
} from "./call.ts";
import { nameList, nullableText, optionalChoice, optionalText, requiredText } from "./fields.ts";
import { apiError, created, noContent, ok, type Reply, validationFailed } from "./http.ts";
import { closeIssue, editIssue, openIssue, reopenIssue, setLocked } from "./issue-verbs.ts";
import { labelsNamed, replaceLabels, resolveLabels } from "./label-verbs.ts";
import { fullIssueJson, issueJson } from "./shape-issues.ts";
import type { Issue, Repo } from "./state.ts";
import { findAccount, type World } from "./world.ts";

const bodyLengthMax = 65_536;

export const issueRoutes: Route[] = [
  route("GET", "/repos/:owner/:repo/issues", listIssues),
  route("POST", "/repos/:owner/:repo/issues", createIssue),
  route("GET", "/repos/:owner/:repo/issues/:number", (call) =>
    ok(fullIssueJson(call.world, issueFor(call, "read"))),
  ),
  route("PATCH", "/repos/:owner/:repo/issues/:number", updateIssue),
  route("PUT", "/repos/:owner/:repo/issues/:number/lock", (call) => lock(call, true)),
  route("DELETE", "/repos/:owner/:repo/issues/:number/lock", (call) => lock(call, false)),
  route("POST", "/repos/:owner/:repo/issues/:number/assignees", (call) => assign(call, true)),
  route("DELETE", "/repos/:owner/:repo/issues/:number/assignees", (call) => assign(call, false)),
];

export function checkBodyLength(text: string | null | undefined, resource = "Issue"): void {
  if (text && text.length > bodyLengthMax) {
    const message = `body is too long (maximum is ${bodyLengthMax} characters)`;
    throw validationFailed({ resource, code: "custom", field: "body", message });
  }
}

export function issuesOf(world: World, repo: Repo): Issue[] {
  return Object.values(repo.numbers).flatMap((id) => {
    const issue = world.state.issues[id];
    return issue && issue.gone === null ? [issue] : [];
  });
}

function refuseIfWithout(repo: Repo): void {
  if (!repo.hasIssues) throw apiError(410, "Issues has been disabled in this repository.");
}

function listIssues(call: Call): Reply {
  const { world, query } = call;
  const repo = repoFor(call, { permission: "issues", level: "read", role: "read" });
  refuseIfWithout(repo);
  const state = query.get("state") ?? "open";
  const labels = (query.get("labels") ?? "").split(",").filter(Boolean);
  const sinceMs = Date.parse(query.get("since") ?? "1970-01-01T00:00:00Z");
  const creator = query.get("creator");
  const creatorId = creator === null ? null : (findAccount(world, creator)?.id ?? 0);
  const wanted = labelsNamed(repo, labels);
  const found = issuesOf(world, repo).filter((issue) => {
    if (state !== "all" && issue.state !== state) return false;
    if (creatorId !== null && creatorId !== issue.authorId) return false;
    if (wanted.length < labels.length) return false;
    return issue.updatedAtMs >= sinceMs && wanted.every((one) => issue.labelIds.includes(one.id));
  });
  return list(call, sorted(found, query), (issue) => issueJson(world, issue));
}

function sorted(issues: Issue[], query: URLSearchParams): Issue[] {
  const sign = query.get("direction") === "asc" ? 1 : -1;
  const sort = query.get("sort") ?? "created";
  function key(issue: Issue): number {
    if (sort === "updated") return issue.updatedAtMs;
    return sort === "comments" ? issue.commentIds.length : issue.createdAtMs;
  }
  return issues.sort((a, b) => sign * (key(a) - key(b) || a.number - b.number));
}

function isTrusted(call: Call, repo: Repo): boolean {
  const { actor, world } = call;
  if (actor.kind === "installation") return true;
  return actor.kind === "user" && atLeast(roleOf(world, repo, actor.userId), "triage");
}

function createIssue(call: Call): Reply {
  const { world, body } = call;
  const repo = repoFor(call, { permission: "issues", level: "write", role: "read" });
  refuseIfWithout(repo);
  const title = requiredText(body, "title");
  if (!title.trim()) {
    throw validationFailed({ resource: "Issue", code: "missing_field", field: "title" });
  }
  const text = nullableText(body, "body") ?? null;
  checkBodyLength(text);
  // Without triage GitHub drops labels and assignees in silence.
  const trusted = isTrusted(call, repo);
  const labels = trusted
    ? resolveLabels(world, repo, nameList(body["labels"], "labels") ?? [])
    : [];
  const assigneeIds = trusted ? accountIds(world, nameList(body["assignees"], "assignees")) : [];
  const labelIds = labels.map((one) => one.id);
  const issue = openIssue(world, repo, author(call), { title, body: text, labelIds, assigneeIds });
  return created(fullIssueJson(world, issue));
}

function accountIds(world: World, logins: string[] = []): number[] {
  return logins.flatMap((login) => findAccount(world, login)?.id ?? []);
}

function updateIssue(call: Call): Reply {
  const { world, body } = call;
  const repo = visibleRepo(call);
  const issue = issueIn(call, repo);
  const ownIssue = call.actor.kind === "user" && call.actor.userId === issue.authorId;
  const role = ownIssue && body["labels"] === undefined ? "read" : "triage";
  demand(world, call.actor, repo, conversationNeed(issue, "write", role));
  const title = optionalText(body, "title");
  const text = nullableText(body, "body");
  if (title !== undefined && !title.trim()) {
    throw validationFailed({ resource: "Issue", code: "missing_field", field: "title" });
  }
  checkBodyLength(text);
  const state = optionalChoice(body, "state", ["open", "closed"]);
  const reason =
    body["state_reason"] === null
      ? undefined
      : optionalChoice(body, "state_reason", ["completed", "not_planned", "reopened", "duplicate"]);
  const labels = nameList(body["labels"], "labels");
  const actorId = callerId(call);
  editIssue(world, issue, actorId, { title, body: text });
  if (labels) replaceLabels(world, issue, labels, actorId);
  if (state === "closed") closeIssue(world, issue, actorId, { reason: reason ?? "completed" });
  if (state === "open") reopen(call, issue, actorId);
  return ok(fullIssueJson(world, issue));
}

function reopen(call: Call, issue: Issue, actorId: number): void {
  if (issue.pull && issue.pull.mergedAtMs !== null) {
    const message = "state cannot be changed. The pull request has been merged.";
    throw validationFailed({ resource: "PullRequest", code: "custom", field: "state", message });
  }
  reopenIssue(call.world, issue, actorId);
}

function lock(call: Call, locked: boolean): Reply {
  const issue = issueFor(call, "write", "triage");
  setLocked(call.world, issue, locked, callerId(call));
  return noContent();
}

function assign(call: Call, add: boolean): Reply {
  const issue = issueFor(call, "write", "triage");
  const ids = accountIds(call.world, nameList(call.body["assignees"], "assignees"));
  const others = issue.assigneeIds.filter((id) => !ids.includes(id));
  issue.assigneeIds = add ? [...others, ...ids] : others;
  return { status: add ? 201 : 200, body: fullIssueJson(call.world, issue) };
}

export function refuseIfLocked(call: Call, issue: Issue, repo: Repo): void {
  const { actor, world } = call;
  const above = actor.kind === "user" ? atLeast(roleOf(world, repo, actor.userId), "write") : false;
  if (issue.locked && !above) {
    throw apiError(403, "Unable to create comment because issue is locked.");
  }
}
