// Issues, comments and reactions, as the REST API and the webhooks show them.
import { roleOf } from "./access.ts";
import { accountJson, accountJsonOf, appJson } from "./shape-accounts.ts";
import { labelJson, repoApiUrl } from "./shape-repos.ts";
import type { Comment, Issue, Reaction, Repo } from "./state.ts";
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

export const reactionContents = [
  "+1",
  "-1",
  "laugh",
  "confused",
  "heart",
  "hooray",
  "rocket",
  "eyes",
] as const;

export function reactionJson(world: World, reaction: Reaction) {
  return {
    id: reaction.id,
    node_id: nodeId("REA", reaction.id),
    user: accountJsonOf(world, reaction.userId),
    content: reaction.content,
    created_at: iso(reaction.createdAtMs),
  };
}

function rollup(url: string, reactions: Reaction[]) {
  function count(content: string): number {
    return reactions.filter((one) => one.content === content).length;
  }
  return {
    url: `${url}/reactions`,
    total_count: reactions.length,
    "+1": count("+1"),
    "-1": count("-1"),
    laugh: count("laugh"),
    hooray: count("hooray"),
    confused: count("confused"),
    heart: count("heart"),
    rocket: count("rocket"),
    eyes: count("eyes"),
  };
}

/** Members need not hold any role, and a private one shows as CONTRIBUTOR or NONE on GitHub: never judge by this. */
export function associationOf(world: World, repo: Repo, userId: number): string {
  const owner = account(world, repo.ownerId);
  if (owner.id === userId) return "OWNER";
  if (owner.ownerIds.includes(userId) || owner.memberIds.includes(userId)) return "MEMBER";
  if (repo.roles[userId] && roleOf(world, repo, userId) !== "none") return "COLLABORATOR";
  return repo.contributorIds.includes(userId) ? "CONTRIBUTOR" : "NONE";
}

export function issuePath(issue: Issue): string {
  return issue.pull ? `pull/${issue.number}` : `issues/${issue.number}`;
}

export function issueHtmlUrl(world: World, issue: Issue): string {
  const repo = repoById(world, issue.repoId);
  return htmlUrl(world, `/${fullName(world, repo)}/${issuePath(issue)}`);
}

export function labelsOf(world: World, issue: Issue) {
  const repo = repoById(world, issue.repoId);
  return issue.labelIds.flatMap((id) => {
    const label = repo.labels.find((one) => one.id === id);
    return label ? [labelJson(world, repo, label)] : [];
  });
}

function issuePullJson(world: World, issue: Issue) {
  if (!issue.pull) return {};
  const page = issueHtmlUrl(world, issue);
  const api = repoApiUrl(world, repoById(world, issue.repoId));
  return {
    draft: issue.pull.draft,
    pull_request: {
      url: `${api}/pulls/${issue.number}`,
      html_url: page,
      diff_url: `${page}.diff`,
      patch_url: `${page}.patch`,
      merged_at: isoOrNull(issue.pull.mergedAtMs),
    },
  };
}

/** The issue in lists and webhooks: there GitHub leaves `closed_by` out. */
export function issueJson(world: World, issue: Issue) {
  const repo = repoById(world, issue.repoId);
  const api = repoApiUrl(world, repo);
  const url = `${api}/issues/${issue.number}`;
  const assignees = issue.assigneeIds.map((id) => accountJson(world, account(world, id)));
  return {
    url,
    repository_url: api,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: issueHtmlUrl(world, issue),
    id: issue.id,
    node_id: nodeId(issue.pull ? "PR" : "I", issue.pull ? issue.pull.id : issue.id),
    number: issue.number,
    title: issue.title,
    user: accountJsonOf(world, issue.authorId),
    labels: labelsOf(world, issue),
    state: issue.state,
    state_reason: issue.stateReason,
    locked: issue.locked,
    active_lock_reason: null,
    assignee: assignees[0] ?? null,
    assignees,
    milestone: null,
    comments: issue.commentIds.length,
    created_at: iso(issue.createdAtMs),
    updated_at: iso(issue.updatedAtMs),
    closed_at: isoOrNull(issue.closedAtMs),
    author_association: associationOf(world, repo, issue.authorId),
    ...issuePullJson(world, issue),
    body: issue.body,
    reactions: rollup(url, issue.reactions),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: issue.viaApp ? appJson(world) : null,
  };
}

export function fullIssueJson(world: World, issue: Issue) {
  return { ...issueJson(world, issue), closed_by: accountJsonOf(world, issue.closedById) };
}

function commentHtmlUrl(world: World, comment: Comment): string {
  const issue = world.state.issues[comment.issueId];
  return issue ? `${issueHtmlUrl(world, issue)}#issuecomment-${comment.id}` : "";
}

export function commentJson(world: World, comment: Comment, issue: Issue) {
  const repo = repoById(world, issue.repoId);
  const api = repoApiUrl(world, repo);
  const url = `${api}/issues/comments/${comment.id}`;
  return {
    url,
    html_url: commentHtmlUrl(world, comment),
    issue_url: `${api}/issues/${issue.number}`,
    id: comment.id,
    node_id: nodeId("IC", comment.id),
    user: accountJsonOf(world, comment.authorId),
    created_at: iso(comment.createdAtMs),
    updated_at: iso(comment.updatedAtMs),
    author_association: associationOf(world, repo, comment.authorId),
    body: comment.body,
    reactions: rollup(url, comment.reactions),
    performed_via_github_app: comment.viaApp ? appJson(world) : null,
  };
}
