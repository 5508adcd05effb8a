// A pull request comes into being; all else that happens to one alone is in merge-verbs and review-verbs.
import { commitsBetween } from "./git.ts";
import { type Author, emitIssue, newIssue } from "./issue-verbs.ts";
import { type PullIssue, rememberPull } from "./pulls.ts";
import type { Repo } from "./state.ts";
import { newId, type World } from "./world.ts";

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
  rememberPull(world, pullIssue);
  emitIssue(world, pullIssue, "opened", author.id);
  return pullIssue;
}
