// A push: moves a branch, tells the App, refreshes the pull requests whose head it is and, on the
// default branch, closes the issues that the new commits' messages name.

import { closeAll, issuesClosedBy } from "./closing.ts";
import { commitBySha, commitsBetween } from "./git.ts";
import { emitIssue, touch } from "./issue-verbs.ts";
import { pullsAtHead, rememberPull } from "./pulls.ts";
import { accountJson } from "./shape-accounts.ts";
import { repoJson } from "./shape-repos.ts";
import { emailOf } from "./signatures.ts";
import type { Commit, Repo, Signature } from "./state.ts";
import { emit } from "./webhooks.ts";
import { account, fullName, htmlUrl, iso, type World } from "./world.ts";

const nowhere = "0".repeat(40);

export function push(
  world: World,
  repo: Repo,
  branch: string,
  move: { to: string; actorId: number },
): void {
  const before = repo.branches[branch] ?? nowhere;
  repo.branches[branch] = move.to;
  repo.pushedAtMs = world.ports.now();
  const fresh = before === nowhere ? [] : commitsBetween(world, before, move.to);
  const commits = fresh.map((sha) => commitBySha(world, sha));
  emitPush(world, repo, { branch, before, after: move.to, commits, actorId: move.actorId });
  refreshPulls(world, repo, branch, move);
  if (branch !== repo.defaultBranch) return;
  for (const commit of commits) {
    closeAll(world, issuesClosedBy(world, repo, commit.message), {
      actorId: move.actorId,
      from: repo,
      closer: { kind: "commit", sha: commit.sha, repoId: repo.id },
      commitId: commit.sha,
    });
  }
}

function refreshPulls(
  world: World,
  repo: Repo,
  branch: string,
  move: { to: string; actorId: number },
) {
  for (const issue of pullsAtHead(world, repo, branch)) {
    const { pull } = issue;
    const before = pull.headSha;
    if (issue.state !== "open" || before === move.to) continue;
    const base = world.state.repos[issue.repoId]?.branches[pull.baseRef] ?? pull.baseSha;
    pull.headSha = move.to;
    pull.commitShas = commitsBetween(world, base, move.to);
    rememberPull(world, issue);
    touch(world, issue);
    emitIssue(world, issue, "synchronize", move.actorId, { before, after: move.to });
  }
}

interface Pushed {
  branch: string;
  before: string;
  after: string;
  commits: Commit[];
  actorId: number;
}

function emitPush(world: World, repo: Repo, pushed: Pushed): void {
  const payload = () => pushJson(world, repo, pushed);
  emit(world, { event: "push", repo, senderId: pushed.actorId, payload });
}

function pushJson(world: World, repo: Repo, pushed: Pushed) {
  const { branch, before, after, commits, actorId } = pushed;
  const head = world.state.commits[after];
  const page = htmlUrl(world, `/${fullName(world, repo)}`);
  const owner = account(world, repo.ownerId);
  const pusher = account(world, actorId);
  const shared = repoJson(world, repo);
  const repository = {
    ...shared,
    created_at: Math.floor(repo.createdAtMs / 1000),
    pushed_at: Math.floor(repo.pushedAtMs / 1000),
    owner: { ...accountJson(world, owner), name: owner.login, email: null },
    stargazers: 0,
    master_branch: repo.defaultBranch,
    ...(owner.type === "Organization" ? { organization: owner.login } : {}),
  };
  return {
    ref: `refs/heads/${branch}`,
    before,
    after,
    repository,
    pusher: { name: pusher.login, email: emailOf(pusher) },
    created: before === nowhere,
    deleted: false,
    forced: false,
    base_ref: null,
    compare: `${page}/compare/${before.slice(0, 12)}...${after.slice(0, 12)}`,
    commits: commits.map((one) => pushCommitJson(world, page, one)),
    head_commit: head ? pushCommitJson(world, page, head) : null,
  };
}

function pushCommitJson(world: World, page: string, commit: Commit) {
  const old = world.state.commits[commit.parents[0] ?? ""]?.tree ?? {};
  const paths = Object.keys(commit.tree);
  return {
    id: commit.sha,
    tree_id: commit.sha,
    distinct: true,
    message: commit.message,
    timestamp: iso(commit.createdAtMs),
    url: `${page}/commit/${commit.sha}`,
    author: signatureJson(world, commit.author),
    committer: signatureJson(world, commit.committer),
    added: paths.filter((path) => !old[path]),
    removed: Object.keys(old).filter((path) => !commit.tree[path]),
    modified: paths.filter((path) => old[path] && old[path] !== commit.tree[path]),
  };
}

function signatureJson(world: World, { id, name, email }: Signature) {
  return { name, email, ...(id === null ? {} : { username: account(world, id).login }) };
}
