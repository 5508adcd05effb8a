// Merging and taking back. A merge into the default branch closes the issues that the body names (closer:
// the pull request), then those that only its commits name. A revert is one more pull request.
import { push } from "./branches.ts";
import { closeAll, closingReferences } from "./closing.ts";
import { addCommit, commitBySha, mergedTree, mergeTrees } from "./git.ts";
import { apiError } from "./http.ts";
import { type Author, addEvent, closeIssue } from "./issue-verbs.ts";
import { openPull } from "./pull-verbs.ts";
import { type PullIssue, rememberPull } from "./pulls.ts";
import { byGithub, coAuthorTrailers, signatureOf } from "./signatures.ts";
import type { Commit, Repo } from "./state.ts";
import { account, fullName, repoById, type World } from "./world.ts";

type MergeMethod = "merge" | "squash" | "rebase";

export interface MergeOrder {
  method: MergeMethod;
  actorId: number;
  title?: string | undefined;
  message?: string | undefined;
}

export function mergePull(world: World, issue: PullIssue, order: MergeOrder): string {
  const { pull } = issue;
  const repo = repoById(world, issue.repoId);
  const tip = repo.branches[pull.baseRef];
  const tree = tip ? mergedTree(world, tip, pull.headSha) : null;
  if (!tip || !tree) throw apiError(405, "Pull Request is not mergeable");
  const commit = mergeCommit(world, issue, order, { tip, tree });
  pull.baseSha = tip;
  pull.mergedAtMs = world.ports.now();
  pull.mergedById = order.actorId;
  pull.mergeCommitSha = commit.sha;
  rememberPull(world, issue);
  if (!repo.contributorIds.includes(issue.authorId)) repo.contributorIds.push(issue.authorId);
  const references = closingReferences(world, issue);
  addEvent(world, issue, { event: "merged", actorId: order.actorId, commitId: commit.sha });
  closeIssue(world, issue, order.actorId, { commitId: commit.sha });
  closeAll(world, references, {
    actorId: order.actorId,
    from: repo,
    closer: { kind: "pull", issueId: issue.id },
    commitId: commit.sha,
  });
  push(world, repo, pull.baseRef, { to: commit.sha, actorId: order.actorId });
  return commit.sha;
}

interface Onto {
  tip: string;
  tree: Record<string, string>;
}

function mergeCommit(world: World, issue: PullIssue, order: MergeOrder, onto: Onto): Commit {
  const { pull } = issue;
  if (order.method === "rebase") return rebased(world, issue, order.actorId, onto);
  if (order.method === "squash") return squashed(world, issue, order, onto);
  const head = world.state.repos[pull.headRepoId];
  const headOwner = account(world, head?.ownerId ?? issue.authorId).login;
  const title =
    order.title ?? `Merge pull request #${issue.number} from ${headOwner}/${pull.headRef}`;
  const message = `${title}\n\n${order.message ?? issue.title}`;
  const parents = [onto.tip, pull.headSha];
  const { tree } = onto;
  const committer = byGithub();
  return addCommit(world, { message, byId: order.actorId, parents, tree, committer });
}

function squashed(world: World, issue: PullIssue, order: MergeOrder, onto: Onto): Commit {
  const title = order.title ?? `${issue.title} (#${issue.number})`;
  const text = order.message ?? squashText(world, issue);
  return addCommit(world, {
    message: text ? `${title}\n\n${text}` : title,
    byId: issue.authorId,
    parents: [onto.tip],
    tree: onto.tree,
    committer: byGithub(),
  });
}

/** One commit's own text, or a list of all messages; then whoever else had a part in it. */
function squashText(world: World, issue: PullIssue): string {
  const commits = issue.pull.commitShas.map((sha) => commitBySha(world, sha));
  const [only = "", ...others] = commits.map(({ message }) => message);
  const single = only.split("\n").slice(1).join("\n").trim();
  const isList = others.length > 0;
  const text = isList ? [only, ...others].map((one) => `* ${one}`).join("\n\n") : single;
  const trailers = coAuthorTrailers(world, commits, signatureOf(world, issue.authorId));
  const missing = isList ? trailers : trailers.filter((one) => !text.includes(one));
  if (missing.length === 0) return text;
  const rule = isList ? ["---------"] : [];
  return [...(text ? [text] : []), ...rule, missing.join("\n")].join("\n\n");
}

function rebased(world: World, issue: PullIssue, byId: number, onto: Onto): Commit {
  let parent = onto.tip;
  let last = commitBySha(world, onto.tip);
  for (const sha of issue.pull.commitShas) {
    const { message, author, tree: old } = commitBySha(world, sha);
    const tree = sha === issue.pull.headSha ? onto.tree : old;
    last = addCommit(world, { message, byId, parents: [parent], tree, author });
    parent = last.sha;
  }
  return last;
}

export interface RevertOrder {
  author: Author;
  title?: string | undefined;
  body?: string | undefined;
  draft?: boolean | undefined;
}

/** A branch of the repository takes back what the merge brought, and a pull request asks for it. */
export function revertPull(world: World, issue: PullIssue, order: RevertOrder): PullIssue {
  const { pull } = issue;
  const repo = repoById(world, issue.repoId);
  const baseSha = repo.branches[pull.baseRef];
  if (pull.mergeCommitSha === null || !baseSha) throw notReverted();
  const now = commitBySha(world, baseSha).tree;
  const tree = mergeTrees({
    old: commitBySha(world, pull.mergeCommitSha).tree,
    ours: now,
    theirs: commitBySha(world, pull.baseSha).tree,
  });
  if (!tree || isSame(tree, now)) throw notReverted();
  const branch = freeBranch(repo, `revert-${issue.number}-${pull.headRef}`);
  const { author } = order;
  const commit = addCommit(world, {
    message: `Revert "${issue.title} (#${issue.number})"\n\nThis reverts commit ${pull.mergeCommitSha}.`,
    byId: author.id,
    parents: [baseSha],
    tree,
    committer: byGithub(),
  });
  push(world, repo, branch, { to: commit.sha, actorId: author.id });
  return openPull(world, repo, author, {
    title: order.title ?? `Revert "${issue.title}"`,
    body: order.body ?? `Reverts ${fullName(world, repo)}#${issue.number}`,
    headRepo: repo,
    headRef: branch,
    headSha: commit.sha,
    baseRef: pull.baseRef,
    baseSha,
    draft: order.draft ?? false,
  });
}

function isSame(a: Commit["tree"], b: Commit["tree"]): boolean {
  const paths = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...paths].every((path) => a[path] === b[path]);
}

function freeBranch(repo: Repo, name: string): string {
  let free = name;
  for (let n = 1; repo.branches[free]; n += 1) free = `${name}-${n}`;
  return free;
}

function notReverted(): Error {
  return apiError(
    422,
    "This pull request cannot be reverted: it is not merged, is reverted already, or was changed again since.",
  );
}
