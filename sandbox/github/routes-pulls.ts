// Pull requests over REST: open, read, change, review, merge.
import { demand } from "./access.ts";
import {
  author,
  type Call,
  callerId,
  list,
  param,
  pullIn,
  type Route,
  repoFor,
  route,
  visibleRepo,
} from "./call.ts";
import {
  nullableText,
  optionalChoice,
  optionalFlag,
  optionalText,
  requiredText,
} from "./fields.ts";
import { commitBySha, resolveRef } from "./git.ts";
import {
  apiError,
  created,
  noContent,
  notFound,
  ok,
  type Reply,
  validationFailed,
} from "./http.ts";
import { closeIssue, editIssue, emitIssue, reopenIssue } from "./issue-verbs.ts";
import { mergePull } from "./merge-verbs.ts";
import { openPull } from "./pull-verbs.ts";
import { isPull, type PullIssue, pullsAtHead, pullsHolding } from "./pulls.ts";
import { checkBodyLength, issuesOf } from "./routes-issues.ts";
import { pullJson, pullSimpleJson } from "./shape-pulls.ts";
import { commitJson } from "./shape-repos.ts";
import type { Repo } from "./state.ts";
import { account, findRepo, type World } from "./world.ts";

const path = "/repos/:owner/:repo/pulls/:number";
const read = { permission: "pull_requests", level: "read", role: "read" } as const;
const write = { permission: "pull_requests", level: "write", role: "read" } as const;

export const pullRoutes: Route[] = [
  route("GET", "/repos/:owner/:repo/pulls", listPulls),
  route("POST", "/repos/:owner/:repo/pulls", createPull),
  route("GET", path, (call) => ok(pullJson(call.world, pullIn(call, repoFor(call, read))))),
  route("PATCH", path, updatePull),
  route("GET", `${path}/commits`, listCommits),
  route("GET", `${path}/merge`, isMerged),
  route("PUT", `${path}/merge`, merge),
  route("GET", "/repos/:owner/:repo/commits/:sha/pulls", pullsOfCommit),
];

function pullsIn(world: World, repo: Repo): PullIssue[] {
  return issuesOf(world, repo).filter(isPull);
}

function headLabel(world: World, issue: PullIssue): string {
  const head = world.state.repos[issue.pull.headRepoId];
  return `${account(world, head?.ownerId ?? issue.authorId).login}:${issue.pull.headRef}`;
}

function listPulls(call: Call): Reply {
  const { world, query } = call;
  const repo = repoFor(call, read);
  const state = query.get("state") ?? "open";
  const head = query.get("head");
  const base = query.get("base");
  const sort = query.get("sort") ?? "created";
  const sign = (query.get("direction") ?? (sort === "created" ? "desc" : "asc")) === "asc" ? 1 : -1;
  const key = sort === "updated" ? "updatedAtMs" : "createdAtMs";
  const found = pullsIn(world, repo).filter((issue) => {
    if (state !== "all" && issue.state !== state) return false;
    if (base && issue.pull.baseRef !== base) return false;
    return !head || headLabel(world, issue) === head;
  });
  found.sort((a, b) => sign * (a[key] - b[key] || a.number - b.number));
  return list(call, found, (issue) => pullSimpleJson(world, issue));
}

interface Head {
  repo: Repo;
  ref: string;
}

/** `branch`, or `owner:branch` for a branch of that account's fork. */
function findHead(call: Call, base: Repo): Head {
  const { world, body } = call;
  const [first = "", second] = requiredText(body, "head").split(":");
  const refused = validationFailed({ resource: "PullRequest", field: "head", code: "invalid" });
  if (second === undefined) return { repo: base, ref: first };
  const isNetwork = (repo: Repo) => repo.id === base.id || repo.forkOf === base.id;
  const repo = Object.values(world.state.repos).find(
    (one) =>
      isNetwork(one) && account(world, one.ownerId).login.toLowerCase() === first.toLowerCase(),
  );
  const named = optionalText(body, "head_repo");
  const chosen = named ? findRepo(world, named.includes("/") ? named : `${first}/${named}`) : repo;
  if (!chosen || !isNetwork(chosen)) throw refused;
  return { repo: chosen, ref: second };
}

function createPull(call: Call): Reply {
  const { world, body } = call;
  const repo = repoFor(call, write);
  const baseRef = requiredText(body, "base");
  const baseSha = repo.branches[baseRef];
  if (!baseSha) throw validationFailed({ resource: "PullRequest", field: "base", code: "invalid" });
  const head = findHead(call, repo);
  const headSha = head.repo.branches[head.ref];
  if (!headSha) throw validationFailed({ resource: "PullRequest", field: "head", code: "invalid" });
  demand(world, call.actor, head.repo, { permission: "contents", level: "read", role: "write" });
  const title = requiredText(body, "title");
  if (!title.trim())
    throw validationFailed({ resource: "PullRequest", field: "title", code: "missing_field" });
  const text = nullableText(body, "body") ?? null;
  checkBodyLength(text, "PullRequest");
  refuseTwins(world, repo, head, baseRef);
  const draft = optionalFlag(body, "draft") ?? false;
  const fresh = {
    title,
    body: text,
    headRepo: head.repo,
    headRef: head.ref,
    headSha,
    baseRef,
    baseSha,
    draft,
  };
  if (headSha === baseSha)
    throw custom(`No commits between ${baseRef} and ${requiredText(body, "head")}`);
  return created(pullJson(world, openPull(world, repo, author(call), fresh)));
}

function custom(message: string): Error {
  return validationFailed({ resource: "PullRequest", field: "base", code: "custom", message });
}

function refuseTwins(world: World, repo: Repo, head: Head, baseRef: string): void {
  const twin = pullsAtHead(world, head.repo, head.ref).find(
    ({ state, repoId, pull }) => state === "open" && repoId === repo.id && pull.baseRef === baseRef,
  );
  if (!twin) return;
  const label = `${account(world, head.repo.ownerId).login}:${head.ref}`;
  throw custom(`A pull request already exists for ${label}.`);
}

function updatePull(call: Call): Reply {
  const { world, body, actor } = call;
  const repo = visibleRepo(call);
  const issue = pullIn(call, repo);
  const own = actor.kind === "user" && actor.userId === issue.authorId;
  demand(world, actor, repo, { ...write, role: own ? "read" : "triage" });
  const actorId = callerId(call);
  const text = nullableText(body, "body");
  checkBodyLength(text, "PullRequest");
  const state = optionalChoice(body, "state", ["open", "closed"]);
  changeBase(call, repo, issue);
  editIssue(world, issue, actorId, { title: optionalText(body, "title"), body: text });
  if (state === "closed") closeIssue(world, issue, actorId);
  if (state === "open" && issue.pull.mergedAtMs !== null) {
    const message = "state cannot be changed. The pull request has been merged.";
    throw validationFailed({ resource: "PullRequest", code: "custom", field: "state", message });
  }
  if (state === "open") reopenIssue(world, issue, actorId);
  return ok(pullJson(world, issue));
}

function changeBase(call: Call, repo: Repo, issue: PullIssue): void {
  const base = optionalText(call.body, "base");
  const { pull } = issue;
  if (base === undefined || base === pull.baseRef) return;
  const sha = repo.branches[base];
  if (!sha || issue.state === "closed") {
    throw validationFailed({ resource: "PullRequest", field: "base", code: "invalid" });
  }
  const changes = { base: { ref: { from: pull.baseRef }, sha: { from: pull.baseSha } } };
  pull.baseRef = base;
  pull.baseSha = sha;
  emitIssue(call.world, issue, "edited", callerId(call), { changes });
}

function listCommits(call: Call): Reply {
  const { world } = call;
  const repo = repoFor(call, read);
  const { commitShas } = pullIn(call, repo).pull;
  return list(call, commitShas, (sha) => commitJson(world, repo, commitBySha(world, sha)));
}

function isMerged(call: Call): Reply {
  if (pullIn(call, repoFor(call, read)).pull.mergedAtMs === null) throw notFound();
  return noContent();
}

function merge(call: Call): Reply {
  const { world, body } = call;
  const repo = repoFor(call, { permission: "contents", level: "write", role: "write" });
  const issue = pullIn(call, repo);
  const method = optionalChoice(body, "merge_method", ["merge", "squash", "rebase"]) ?? "merge";
  const wantedSha = optionalText(body, "sha");
  if (issue.state !== "open") throw apiError(405, "Pull Request is not mergeable");
  if (issue.pull.draft) throw apiError(405, "Pull Request is still a draft");
  if (wantedSha && wantedSha !== issue.pull.headSha) {
    throw apiError(409, "Head branch was modified. Review and try the merge again.");
  }
  const title = optionalText(body, "commit_title");
  const message = optionalText(body, "commit_message");
  const sha = mergePull(world, issue, { method, actorId: callerId(call), title, message });
  return ok({ sha, merged: true, message: "Pull Request successfully merged" });
}

/** Merged into the default branch: the pull request that brought the commit; else the open ones that hold it. */
function pullsOfCommit(call: Call): Reply {
  const { world } = call;
  const repo = repoFor(call, { permission: "contents", level: "read", role: "read" });
  const sha = resolveRef(world, repo, param(call, "sha"));
  if (!sha) throw apiError(422, `No commit found for SHA: ${param(call, "sha")}`);
  return list(call, pullsHolding(world, repo, sha), (issue) => pullSimpleJson(world, issue));
}
