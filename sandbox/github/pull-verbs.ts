// What happens to a pull request: opened, reviewed, merged. A merge into the default branch closes the
// issues that the body names (closer: the pull request), then those that only its commits name.
import { push } from "./branches.ts";
import { closeAll, closingReferences } from "./closing.ts";
import { addCommit, commitBySha, commitsBetween, mergedTree } from "./git.ts";
import { apiError } from "./http.ts";
import { type Author, addEvent, closeIssue, emitIssue, newIssue, touch } from "./issue-verbs.ts";
import { type PullIssue, pullSimpleJson, reviewJson } from "./shape-pulls.ts";
import type { Commit, Repo, Review } from "./state.ts";
import { emit } from "./webhooks.ts";
import { account, newId, repoById, type World } from "./world.ts";

export interface NewPull {
  title: string;
  body: string | null;
  headRepo: Repo;
  headRef: string;
  headSha: string;
  baseRef: string;
  baseSha: string;
  draft: boolean;
}

export function openPull(world: World, repo: Repo, author: Author, fresh: NewPull): PullIssue {
  const issue = newIssue(world, repo, author, { title: fresh.title, body: fresh.body });
  const pullIssue: PullIssue = Object.assign(issue, {
    pull: {
      id: newId(world),
      headRepoId: fresh.headRepo.id,
      headRef: fresh.headRef,
      headSha: fresh.headSha,
      baseRef: fresh.baseRef,
      baseSha: fresh.baseSha,
      commitShas: commitsBetween(world, fresh.baseSha, fresh.headSha),
      draft: fresh.draft,
      mergedAtMs: null,
      mergedById: null,
      mergeCommitSha: null,
      reviews: [],
      linkedIssueIds: [],
    },
  });
  emitIssue(world, pullIssue, "opened", author.id);
  return pullIssue;
}

export function addReview(
  world: World,
  issue: PullIssue,
  authorId: number,
  fresh: Pick<Review, "state" | "body" | "commitSha">,
): Review {
  const review: Review = { id: newId(world), authorId, submittedAtMs: world.ports.now(), ...fresh };
  issue.pull.reviews.push(review);
  touch(world, issue);
  const json = reviewJson(world, issue, review);
  // In webhooks, unlike in the API, the state is in lower case.
  const payload = {
    review: { ...json, state: review.state.toLowerCase(), updated_at: json.submitted_at },
    pull_request: pullSimpleJson(world, issue),
  };
  const repo = repoById(world, issue.repoId);
  emit(world, {
    event: "pull_request_review",
    action: "submitted",
    repo,
    senderId: authorId,
    payload,
  });
  return review;
}

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
  if (order.method === "rebase") return rebased(world, issue, onto);
  if (order.method === "squash") {
    const [only, ...others] = pull.commitShas.map((sha) => commitBySha(world, sha).message);
    const title = order.title ?? `${issue.title} (#${issue.number})`;
    const list = [only ?? "", ...others].map((one) => `* ${one}`).join("\n\n");
    const single = (only ?? "").split("\n").slice(1).join("\n").trim();
    const text = order.message ?? (others.length > 0 ? list : single);
    const message = text ? `${title}\n\n${text}` : title;
    return addCommit(world, {
      message,
      authorId: issue.authorId,
      parents: [onto.tip],
      tree: onto.tree,
    });
  }
  const head = world.state.repos[pull.headRepoId];
  const headOwner = account(world, head?.ownerId ?? issue.authorId).login;
  const title =
    order.title ?? `Merge pull request #${issue.number} from ${headOwner}/${pull.headRef}`;
  const message = `${title}\n\n${order.message ?? issue.title}`;
  const parents = [onto.tip, pull.headSha];
  return addCommit(world, { message, authorId: order.actorId, parents, tree: onto.tree });
}

function rebased(world: World, issue: PullIssue, onto: Onto): Commit {
  let parent = onto.tip;
  let last = commitBySha(world, onto.tip);
  for (const sha of issue.pull.commitShas) {
    const old = commitBySha(world, sha);
    const authorId = old.authorId ?? issue.authorId;
    const author = { name: old.authorName, email: old.authorEmail };
    const tree = sha === issue.pull.headSha ? onto.tree : old.tree;
    last = addCommit(world, { message: old.message, authorId, parents: [parent], tree, author });
    parent = last.sha;
  }
  return last;
}
