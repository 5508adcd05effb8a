// Comments on issues and pull requests, and the reactions to both.
import { atLeast, notAccessible, notAllowed, roleOf } from "./access.ts";
import {
  author,
  type Call,
  callerId,
  commentFor,
  issueFor,
  list,
  numberParam,
  type Route,
  repoFor,
  route,
} from "./call.ts";
import { addComment, deleteComment, editComment } from "./comment-verbs.ts";
import { optionalChoice, requiredText } from "./fields.ts";
import { created, noContent, notFound, ok, type Reply, validationFailed } from "./http.ts";

import { checkBodyLength, refuseIfLocked } from "./routes-issues.ts";
import { commentJson, reactionContents, reactionJson } from "./shape-issues.ts";
import type { Comment, Issue, Reaction, Repo } from "./state.ts";
import { newId, repoById, type World } from "./world.ts";

const issuePath = "/repos/:owner/:repo/issues/:number";
const commentPath = "/repos/:owner/:repo/issues/comments/:comment";

export const commentRoutes: Route[] = [
  route("GET", "/repos/:owner/:repo/issues/comments", listRepoComments),
  route("GET", `${issuePath}/comments`, listComments),
  route("POST", `${issuePath}/comments`, createComment),
  route("GET", commentPath, getComment),
  route("PATCH", commentPath, updateComment),
  route("DELETE", commentPath, removeComment),
  route("GET", `${commentPath}/reactions`, (call) => listReactions(call, onComment(call, "read"))),
  route("POST", `${commentPath}/reactions`, (call) => react(call, onComment(call, "write"))),
  route("DELETE", `${commentPath}/reactions/:reaction`, (call) =>
    unreact(call, onComment(call, "write")),
  ),
  route("GET", `${issuePath}/reactions`, (call) => listReactions(call, issueFor(call, "read"))),
  route("POST", `${issuePath}/reactions`, (call) => react(call, issueFor(call, "write"))),
  route("DELETE", `${issuePath}/reactions/:reaction`, (call) =>
    unreact(call, issueFor(call, "write")),
  ),
];

export function commentsOf(world: World, issue: Issue): Comment[] {
  return issue.commentIds.flatMap((id) => world.state.comments[id] ?? []);
}

function since(call: Call, comments: Comment[]): Comment[] {
  const sinceMs = Date.parse(call.query.get("since") ?? "1970-01-01T00:00:00Z");
  return comments.filter((one) => one.updatedAtMs >= sinceMs);
}

function listComments(call: Call): Reply {
  const { world } = call;
  const issue = issueFor(call, "read");
  return list(call, since(call, commentsOf(world, issue)), (one) => commentJson(world, one, issue));
}

function listRepoComments(call: Call): Reply {
  const { world, query } = call;
  const repo = repoFor(call, { permission: "issues", level: "read", role: "read" });
  const sign = query.get("direction") === "desc" ? -1 : 1;
  const key = query.get("sort") === "updated" ? "updatedAtMs" : "createdAtMs";
  const all = Object.values(world.state.comments)
    .filter((one) => {
      const issue = world.state.issues[one.issueId];
      return issue?.repoId === repo.id && issue.gone === null;
    })
    .sort((a, b) => sign * (a[key] - b[key] || a.id - b.id));
  return list(call, since(call, all), (one) => {
    const issue = world.state.issues[one.issueId];
    return issue && commentJson(world, one, issue);
  });
}

function commentText(call: Call): string {
  const text = requiredText(call.body, "body");
  if (!text.trim()) {
    const message = "Body cannot be blank";
    throw validationFailed({
      resource: "IssueComment",
      code: "unprocessable",
      field: "data",
      message,
    });
  }
  checkBodyLength(text, "IssueComment");
  return text;
}

function createComment(call: Call): Reply {
  const { world } = call;
  const issue = issueFor(call, "write");
  const text = commentText(call);
  refuseIfLocked(call, issue, repoById(world, issue.repoId));
  return created(commentJson(world, addComment(world, issue, author(call), text), issue));
}

function getComment(call: Call): Reply {
  const { comment, issue } = commentFor(call, "read");
  return ok(commentJson(call.world, comment, issue));
}

/** People change their own and, with write access, others'; an App changes only its own. */
function demandOwn(call: Call, comment: Comment, repo: Repo): void {
  const { actor, world } = call;
  if (comment.authorId === callerId(call)) return;
  if (actor.kind === "user" && atLeast(roleOf(world, repo, actor.userId), "write")) return;
  throw actor.kind === "user"
    ? notAllowed("admin")
    : notAccessible({ permission: "issues", level: "write" });
}

function updateComment(call: Call): Reply {
  const { comment, issue, repo } = commentFor(call, "write");
  demandOwn(call, comment, repo);
  const text = commentText(call);
  editComment(call.world, comment, text, callerId(call));
  return ok(commentJson(call.world, comment, issue));
}

function removeComment(call: Call): Reply {
  const { comment, repo } = commentFor(call, "write");
  // An App with the permission may moderate: deleting needs no authorship.
  if (call.actor.kind === "user") demandOwn(call, comment, repo);
  deleteComment(call.world, comment, callerId(call));
  return noContent();
}

interface Subject {
  reactions: Reaction[];
}

function onComment(call: Call, level: "read" | "write"): Subject {
  return commentFor(call, level).comment;
}

function listReactions(call: Call, subject: Subject): Reply {
  const content = call.query.get("content");
  const found = subject.reactions.filter((one) => !content || one.content === content);
  return list(call, found, (one) => reactionJson(call.world, one));
}

function react(call: Call, subject: Subject): Reply {
  const { world, body } = call;
  requiredText(body, "content");
  const content = optionalChoice(body, "content", reactionContents) ?? "eyes";
  const userId = callerId(call);
  const before = subject.reactions.find((one) => one.userId === userId && one.content === content);
  if (before) return ok(reactionJson(world, before));
  const reaction = { id: newId(world), userId, content, createdAtMs: world.ports.now() };
  subject.reactions.push(reaction);
  return created(reactionJson(world, reaction));
}

function unreact(call: Call, subject: Subject): Reply {
  const id = numberParam(call, "reaction");
  const found = subject.reactions.find((one) => one.id === id);
  if (!found) throw notFound();
  if (found.userId !== callerId(call)) throw notAllowed("admin");
  subject.reactions = subject.reactions.filter((one) => one !== found);
  return noContent();
}
