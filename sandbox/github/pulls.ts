// What makes an issue a pull request, and how pull requests are found by their head or by a commit
// without looking through all of them.
import type { Issue, Pull, Repo } from "./state.ts";
import type { World } from "./world.ts";

export interface PullIssue extends Issue {
  pull: Pull;
}

export function isPull(issue: Issue): issue is PullIssue {
  return issue.pull !== null;
}

/** To be said when a pull request is opened and whenever commits are added to it. */
export function rememberPull(world: World, issue: PullIssue): void {
  const { pull } = issue;
  const head = world.state.repos[pull.headRepoId];
  if (head) addTo(head.pullsByHead, pull.headRef, issue.id);
  for (const sha of pull.commitShas) addTo(world.state.pullsOfCommit, sha, issue.id);
  if (pull.mergeCommitSha) addTo(world.state.pullsOfCommit, pull.mergeCommitSha, issue.id);
}

function addTo(index: Record<string, number[]>, key: string, id: number): void {
  const ids = index[key] ?? [];
  if (!ids.includes(id)) ids.push(id);
  index[key] = ids;
}

function pullsNamed(world: World, ids: number[] = []): PullIssue[] {
  return ids.flatMap((id) => {
    const issue = world.state.issues[id];
    return issue && isPull(issue) ? [issue] : [];
  });
}

/** Those whose head is this branch, whatever became of them. */
export function pullsAtHead(world: World, head: Repo, branch: string): PullIssue[] {
  return pullsNamed(world, head.pullsByHead[branch]);
}

/** Those to the repository that the commit belongs to now or that made it when they were merged. */
export function pullsHolding(world: World, repo: Repo, sha: string): PullIssue[] {
  return pullsNamed(world, world.state.pullsOfCommit[sha]).filter(
    ({ repoId, pull }) =>
      repoId === repo.id && (pull.mergeCommitSha === sha || pull.commitShas.includes(sha)),
  );
}
