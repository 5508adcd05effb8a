// What happens to a review, with the webhook that GitHub sends for it. Permissions were checked before.
import { addEvent, touch } from "./issue-verbs.ts";
import type { PullIssue } from "./pulls.ts";
import { pullSimpleJson, reviewJson } from "./shape-pulls.ts";
import type { repoJson } from "./shape-repos.ts";
import type { Review } from "./state.ts";
import { emit } from "./webhooks.ts";
import { newId, repoById, type World } from "./world.ts";

export function addReview(
  world: World,
  issue: PullIssue,
  authorId: number,
  fresh: Pick<Review, "state" | "body" | "commitSha">,
): Review {
  const review: Review = { id: newId(world), authorId, submittedAtMs: world.ports.now(), ...fresh };
  issue.pull.reviews.push(review);
  touch(world, issue);
  emitReview(world, issue, review, { action: "submitted", actorId: authorId });
  return review;
}

export function editReview(
  world: World,
  issue: PullIssue,
  review: Review,
  edit: { body: string; actorId: number },
): void {
  const from = review.body;
  review.body = edit.body;
  const changes = from === edit.body ? {} : { body: { from } };
  emitReview(world, issue, review, { action: "edited", actorId: edit.actorId, changes });
}

/** It keeps its text, its commit and its time, and says nothing any more. */
export function dismissReview(
  world: World,
  issue: PullIssue,
  review: Review,
  by: { message: string; actorId: number },
): void {
  const { id, state } = review;
  const { message, actorId } = by;
  review.state = "DISMISSED";
  touch(world, issue);
  addEvent(world, issue, { event: "review_dismissed", actorId, review: { id, state, message } });
  emitReview(world, issue, review, { action: "dismissed", actorId });
}

function emitReview(
  world: World,
  issue: PullIssue,
  review: Review,
  what: { action: string; actorId: number; changes?: Record<string, unknown> },
): void {
  const { action, actorId: senderId, changes } = what;
  const repo = repoById(world, issue.repoId);
  const payload = () => {
    const json = reviewJson(world, issue, review);
    return {
      ...(changes ? { changes } : {}),
      // In webhooks, unlike in the API, the state is in lower case.
      review: { ...json, state: json.state.toLowerCase(), updated_at: json.submitted_at },
      pull_request: action === "edited" ? asDescribed(world, issue) : pullSimpleJson(world, issue),
    };
  };
  emit(world, { event: "pull_request_review", action, repo, senderId, payload });
}

/** Leaves out two fields that GitHub's description does not know in this one event. */
function asDescribed(world: World, issue: PullIssue) {
  const { head, base, ...rest } = pullSimpleJson(world, issue);
  return {
    ...rest,
    head: { ...head, repo: head.repo && olderForm(head.repo) },
    base: { ...base, repo: olderForm(base.repo) },
  };
}

function olderForm(repo: ReturnType<typeof repoJson>) {
  const { has_discussions: _, web_commit_signoff_required: __, ...rest } = repo;
  return rest;
}
