// Somebody at work on pull requests.

import { type NewCommit, putFile } from "./act-repos.ts";
import { must, mutate, type Session } from "./act-session.ts";
import type { PullView, ReviewView } from "./control.ts";
import { newId } from "./world.ts";

interface OpenPull {
  title?: string;
  body?: string;
  /** The default branch when left out. */
  base?: string;
  /** From a fork of one's own (the default), or from a branch of the repository itself. */
  fork?: boolean;
  draft?: boolean;
  /** The first commit. */
  commit?: NewCommit;
}

export interface PullActs {
  openPull(pull?: OpenPull): Promise<PullView>;
  editPull(
    number: number,
    edit: { title?: string; body?: string; base?: string },
  ): Promise<PullView>;
  /** Onto the pull request's head: `pull_request.synchronize`. Answers the commit's id. */
  pushCommit(pullNumber: number, commit?: NewCommit): Promise<string>;
  review(
    number: number,
    event?: "APPROVE" | "REQUEST_CHANGES" | "COMMENT",
    body?: string,
  ): Promise<ReviewView>;
  dismissReview(number: number, reviewId: number, message?: string): Promise<ReviewView>;
  /** Answers the merge commit's id. */
  merge(
    number: number,
    how?: { method?: "merge" | "squash" | "rebase"; title?: string; message?: string },
  ): Promise<string>;
  /** GitHub's button on a merged pull request; answers the pull request that would take it back. */
  revert(number: number): Promise<PullView>;
}

export function pullActs(session: Session): PullActs {
  return {
    openPull: (pull = {}) => openPull(session, pull),
    editPull: (number, edit) => must(session, "PATCH", `/pulls/${number}`, edit),
    pushCommit: async (number, commit = {}) => {
      const { head } = await must<PullView>(session, "GET", `/pulls/${number}`);
      if (!head.repo) throw new Error(`the fork behind #${number} was deleted`);
      return putFile({ ...session, repo: head.repo.full_name }, head.ref, commit);
    },
    review: (number, event = "APPROVE", body = event === "APPROVE" ? "" : "See above.") =>
      must(session, "POST", `/pulls/${number}/reviews`, { event, body }),
    dismissReview: (number, id, message = "This no longer holds.") =>
      must(session, "PUT", `/pulls/${number}/reviews/${id}/dismissals`, { message }),
    merge: async (number, how = {}) => {
      const { method: merge_method = "merge", title, message } = how;
      const order = { merge_method, commit_title: title, commit_message: message };
      const done = await must<{ sha: string }>(session, "PUT", `/pulls/${number}/merge`, order);
      return done.sha;
    },
    revert: async (number) => {
      const { node_id } = await must<PullView>(session, "GET", `/pulls/${number}`);
      const { revertPullRequest } = await mutate<{ revertPullRequest: { number: number } }>(
        session,
        {
          name: "revertPullRequest",
          variables: { pullRequestId: node_id },
          select: "revertPullRequest { number }",
        },
      );
      return must(session, "GET", `/pulls/${revertPullRequest.number}`);
    },
  };
}

async function openPull(session: Session, pull: OpenPull): Promise<PullView> {
  const { title = "Do it", body, draft = false, fork = true, commit = {} } = pull;
  const { default_branch } = await must<{ default_branch: string }>(session, "GET", "");
  const base = pull.base ?? default_branch;
  const from = fork
    ? { ...session, repo: (await must<{ full_name: string }>(session, "POST", "/forks")).full_name }
    : session;
  const tip = await must<{ sha: string }>(session, "GET", `/commits/${base}`);
  const branch = `patch-${newId(session.world)}`;
  await must(from, "POST", "/git/refs", { ref: `refs/heads/${branch}`, sha: tip.sha });
  await putFile(from, branch, { message: title, ...commit });
  const head = fork ? `${from.repo.split("/")[0] ?? ""}:${branch}` : branch;
  return must(session, "POST", "/pulls", { title, body, head, base, draft });
}
