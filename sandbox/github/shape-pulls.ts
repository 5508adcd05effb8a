// Pull requests, reviews and check runs, as the REST API and the webhooks show them.
import { hasConflicts } from "./git.ts";
import { type PullIssue, pullsHolding } from "./pulls.ts";
import { accountJson, accountJsonOf, appJson } from "./shape-accounts.ts";
import { associationOf, issueHtmlUrl, issueJson, labelsOf } from "./shape-issues.ts";
import { repoApiUrl, repoJson } from "./shape-repos.ts";
import type { CheckRun, Review } from "./state.ts";
import {
  account,
  fullName,
  htmlUrl,
  iso,
  isoOrNull,
  nodeId,
  repoById,
  type World,
} from "./world.ts";

function ends(world: World, issue: PullIssue) {
  const { pull } = issue;
  const base = repoById(world, issue.repoId);
  const head = world.state.repos[pull.headRepoId];
  const baseOwner = account(world, base.ownerId);
  const headOwner = head ? account(world, head.ownerId) : account(world, issue.authorId);
  return {
    head: {
      label: `${headOwner.login}:${pull.headRef}`,
      ref: pull.headRef,
      sha: pull.headSha,
      user: accountJson(world, headOwner),
      repo: head ? repoJson(world, head) : null,
    },
    base: {
      label: `${baseOwner.login}:${pull.baseRef}`,
      ref: pull.baseRef,
      sha: pull.baseSha,
      user: accountJson(world, baseOwner),
      repo: repoJson(world, base),
    },
  };
}

function urls(world: World, issue: PullIssue) {
  const page = issueHtmlUrl(world, issue);
  const api = repoApiUrl(world, repoById(world, issue.repoId));
  const self = `${api}/pulls/${issue.number}`;
  const issueUrl = `${api}/issues/${issue.number}`;
  const statuses = `${api}/statuses/${issue.pull.headSha}`;
  const flat = {
    url: self,
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: issueUrl,
    commits_url: `${self}/commits`,
    review_comments_url: `${self}/comments`,
    review_comment_url: `${api}/pulls/comments{/number}`,
    comments_url: `${issueUrl}/comments`,
    statuses_url: statuses,
  };
  const links = {
    self: { href: self },
    html: { href: page },
    issue: { href: issueUrl },
    comments: { href: flat.comments_url },
    review_comments: { href: flat.review_comments_url },
    review_comment: { href: flat.review_comment_url },
    commits: { href: flat.commits_url },
    statuses: { href: statuses },
  };
  return { flat, links };
}

/** The form of lists and of review webhooks. */
export function pullSimpleJson(world: World, issue: PullIssue) {
  const { pull } = issue;
  const { flat, links } = urls(world, issue);
  const shared = issueJson(world, issue);
  return {
    ...flat,
    id: pull.id,
    node_id: nodeId("PR", pull.id),
    number: issue.number,
    state: issue.state,
    locked: issue.locked,
    title: issue.title,
    user: shared.user,
    body: issue.body,
    created_at: shared.created_at,
    updated_at: shared.updated_at,
    closed_at: shared.closed_at,
    merged_at: isoOrNull(pull.mergedAtMs),
    merge_commit_sha: pull.mergeCommitSha,
    assignee: shared.assignee,
    assignees: shared.assignees,
    requested_reviewers: [],
    requested_teams: [],
    labels: labelsOf(world, issue),
    milestone: null,
    draft: pull.draft,
    ...ends(world, issue),
    _links: links,
    author_association: shared.author_association,
    auto_merge: null,
    active_lock_reason: null,
  };
}

export function pullJson(world: World, issue: PullIssue) {
  const { pull } = issue;
  const merged = pull.mergedAtMs !== null;
  const mergeable = issue.state === "open" ? !hasConflicts(world, issue) : null;
  return {
    ...pullSimpleJson(world, issue),
    merged,
    mergeable,
    rebaseable: mergeable,
    mergeable_state: mergeable === null ? "unknown" : mergeable ? "clean" : "dirty",
    merged_by: accountJsonOf(world, pull.mergedById),
    comments: issue.commentIds.length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: pull.commitShas.length,
    additions: pull.commitShas.length,
    deletions: 0,
    changed_files: pull.commitShas.length,
  };
}

export function reviewJson(world: World, issue: PullIssue, review: Review) {
  const { flat } = urls(world, issue);
  const page = `${flat.html_url}#pullrequestreview-${review.id}`;
  return {
    id: review.id,
    node_id: nodeId("PRR", review.id),
    user: accountJsonOf(world, review.authorId),
    body: review.body,
    state: review.state,
    html_url: page,
    pull_request_url: flat.url,
    _links: { html: { href: page }, pull_request: { href: flat.url } },
    submitted_at: iso(review.submittedAtMs),
    commit_id: review.commitSha,
    author_association: associationOf(world, repoById(world, issue.repoId), review.authorId),
  };
}

/** Pull requests are listed on a check run only when their head is in the same repository. */
function pullsOfCheck(world: World, run: CheckRun) {
  const repo = repoById(world, run.repoId);
  const api = repoApiUrl(world, repo);
  const minimal = { id: repo.id, url: api, name: repo.name };
  return pullsHolding(world, repo, run.headSha).flatMap(({ number, state, pull }) => {
    if (state !== "open" || pull.headSha !== run.headSha || pull.headRepoId !== repo.id) return [];
    return [
      {
        id: pull.id,
        number,
        url: `${api}/pulls/${number}`,
        head: { ref: pull.headRef, sha: pull.headSha, repo: minimal },
        base: { ref: pull.baseRef, sha: pull.baseSha, repo: minimal },
      },
    ];
  });
}

export function checkRunJson(world: World, run: CheckRun) {
  const repo = repoById(world, run.repoId);
  const url = `${repoApiUrl(world, repo)}/check-runs/${run.id}`;
  const page = htmlUrl(world, `/${fullName(world, repo)}/runs/${run.id}`);
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId("CR", run.id),
    head_sha: run.headSha,
    external_id: run.externalId,
    url,
    html_url: page,
    details_url: run.detailsUrl ?? world.options.origin,
    status: run.status,
    conclusion: run.conclusion,
    started_at: isoOrNull(run.startedAtMs),
    completed_at: isoOrNull(run.completedAtMs),
    output: { ...run.output, annotations_count: 0, annotations_url: `${url}/annotations` },
    check_suite: { id: run.suiteId },
    app: appJson(world),
    pull_requests: pullsOfCheck(world, run),
  };
}
