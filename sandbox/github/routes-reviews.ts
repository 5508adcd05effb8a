// Reviews of pull requests over REST: read, submit, edit, dismiss.
import { notAllowed } from "./access.ts";
import {
  type Call,
  callerId,
  list,
  numberParam,
  pullIn,
  type Route,
  repoFor,
  route,
} from "./call.ts";
import { optionalChoice, optionalText, requiredText } from "./fields.ts";
import { apiError, notFound, ok, type Reply, unprocessable } from "./http.ts";
import type { PullIssue } from "./pulls.ts";
import { addReview, dismissReview, editReview } from "./review-verbs.ts";
import { reviewJson } from "./shape-pulls.ts";
import type { Review } from "./state.ts";

const path = "/repos/:owner/:repo/pulls/:number/reviews";
const read = { permission: "pull_requests", level: "read", role: "read" } as const;
const write = { permission: "pull_requests", level: "write", role: "read" } as const;

export const reviewRoutes: Route[] = [
  route("GET", path, listReviews),
  route("POST", path, createReview),
  route("GET", `${path}/:review`, getReview),
  route("PUT", `${path}/:review`, updateReview),
  route("PUT", `${path}/:review/dismissals`, dismiss),
];

function listReviews(call: Call): Reply {
  const issue = pullIn(call, repoFor(call, read));
  return list(call, issue.pull.reviews, (one) => reviewJson(call.world, issue, one));
}

function reviewIn(call: Call, issue: PullIssue): Review {
  const id = numberParam(call, "review");
  const found = issue.pull.reviews.find((one) => one.id === id);
  if (!found) throw notFound();
  return found;
}

function getReview(call: Call): Reply {
  const issue = pullIn(call, repoFor(call, read));
  return ok(reviewJson(call.world, issue, reviewIn(call, issue)));
}

const reviewStates = {
  APPROVE: "APPROVED",
  REQUEST_CHANGES: "CHANGES_REQUESTED",
  COMMENT: "COMMENTED",
} as const;

function createReview(call: Call): Reply {
  const { world, body } = call;
  const issue = pullIn(call, repoFor(call, write));
  const event = optionalChoice(body, "event", ["APPROVE", "REQUEST_CHANGES", "COMMENT"]);
  const text = optionalText(body, "body") ?? "";
  const actorId = callerId(call);
  if (!event) throw apiError(422, "The sandbox keeps no pending reviews: send an event.");
  if (event !== "APPROVE" && !text) throw unprocessable("Body can't be blank");
  if (event !== "COMMENT" && actorId === issue.authorId) {
    const verb = event === "APPROVE" ? "approve" : "request changes on";
    throw unprocessable(`Can not ${verb} your own pull request`);
  }
  const commitSha = optionalText(body, "commit_id") ?? issue.pull.headSha;
  if (!issue.pull.commitShas.includes(commitSha)) {
    throw unprocessable("commit_id is not part of the pull request");
  }
  const review = addReview(world, issue, actorId, {
    state: reviewStates[event],
    body: text,
    commitSha,
  });
  return ok(reviewJson(world, issue, review));
}

function updateReview(call: Call): Reply {
  const issue = pullIn(call, repoFor(call, write));
  const review = reviewIn(call, issue);
  if (review.authorId !== callerId(call)) throw notAllowed("admin");
  editReview(call.world, issue, review, {
    body: requiredText(call.body, "body"),
    actorId: review.authorId,
  });
  return ok(reviewJson(call.world, issue, review));
}

const dismissable: Review["state"][] = ["APPROVED", "CHANGES_REQUESTED"];

/** Only what says yes or no can be dismissed, and only once. */
function dismiss(call: Call): Reply {
  const issue = pullIn(call, repoFor(call, { ...write, role: "write" }));
  const review = reviewIn(call, issue);
  const message = requiredText(call.body, "message");
  optionalChoice(call.body, "event", ["DISMISS"]);
  if (!dismissable.includes(review.state)) {
    throw unprocessable(`Can not dismiss a ${review.state.toLowerCase()} pull request review`);
  }
  dismissReview(call.world, issue, review, { message, actorId: callerId(call) });
  return ok(reviewJson(call.world, issue, review));
}
