// The few changes that GitHub offers through GraphQL alone: minimising a comment, transferring and
// deleting an issue, reverting a pull request.
import { atLeast, demand, notAllowed, roleOf } from "./access.ts";
import { author, type Call, callerId, conversationNeed } from "./call.ts";
import { isBody, optionalFlag, optionalText, requiredText } from "./fields.ts";
import { issueByNodeId } from "./graphql-nodes.ts";
import { type Args, type Graph, type GraphNode, graphNode } from "./graphql-types.ts";
import { apiError } from "./http.ts";
import { deleteIssue, transferIssue } from "./issue-moves.ts";
import { revertPull } from "./merge-verbs.ts";
import { isPull } from "./pulls.ts";
import type { Comment, Issue, Repo } from "./state.ts";
import { fromNodeId, repoById } from "./world.ts";

const classifiers = [
  "SPAM",
  "ABUSE",
  "OFF_TOPIC",
  "OUTDATED",
  "DUPLICATE",
  "RESOLVED",
  "LOW_QUALITY",
];

export function mutationRoot(graph: Graph): GraphNode {
  return graphNode("Mutation", [], {
    minimizeComment: (args) => minimize(graph, inputOf(args)),
    unminimizeComment: (args) => unminimize(graph, inputOf(args)),
    transferIssue: (args) => transfer(graph, inputOf(args)),
    deleteIssue: (args) => remove(graph, inputOf(args)),
    revertPullRequest: (args) => revert(graph, inputOf(args)),
  });
}

function inputOf(args: Args): Args {
  const { input } = args as { input?: unknown };
  if (!isBody(input)) throw apiError(422, "Argument 'input' is required.");
  return input;
}

function missing(id: string): Error {
  return apiError(404, `Could not resolve to a node with the global id of '${id}'`);
}

function subject(call: Call, input: Args): { comment: Comment; issue: Issue } {
  const id = requiredText(input, "subjectId");
  const named = fromNodeId(id);
  const comment = named?.prefix === "IC" ? call.world.state.comments[named.id] : undefined;
  const issue = comment && call.world.state.issues[comment.issueId];
  if (!comment || !issue || issue.gone) throw missing(id);
  const repo = repoById(call.world, issue.repoId);
  const own = call.actor.kind === "user" && call.actor.userId === comment.authorId;
  demand(call.world, call.actor, repo, conversationNeed(issue, "write", own ? "read" : "triage"));
  return { comment, issue };
}

function payload(type: string, input: Args, fields: GraphNode["fields"]): GraphNode {
  const clientMutationId = optionalText(input, "clientMutationId") ?? null;
  return graphNode(type, [], { clientMutationId: () => clientMutationId, ...fields });
}

function minimize(graph: Graph, input: Args): GraphNode {
  const classifier = requiredText(input, "classifier");
  if (!classifiers.includes(classifier)) {
    throw apiError(422, `Argument 'classifier' has an invalid value (${classifier}).`);
  }
  const { comment, issue } = subject(graph.call, input);
  comment.minimizedReason = classifier;
  const minimizedComment = () => graph.comment(comment, issue);
  return payload("MinimizeCommentPayload", input, { minimizedComment });
}

function unminimize(graph: Graph, input: Args): GraphNode {
  const { comment, issue } = subject(graph.call, input);
  comment.minimizedReason = null;
  const unminimizedComment = () => graph.comment(comment, issue);
  return payload("UnminimizeCommentPayload", input, { unminimizedComment });
}

function issueById(call: Call, id: string): Issue {
  const issue = issueByNodeId(call.world, id);
  if (!issue || issue.gone) throw missing(id);
  return issue;
}

function transfer(graph: Graph, input: Args): GraphNode {
  const { call } = graph;
  const { world, actor } = call;
  const issue = issueById(call, requiredText(input, "issueId"));
  const targetId = fromNodeId(requiredText(input, "repositoryId"));
  const target: Repo | undefined = world.state.repos[targetId?.id ?? 0];
  if (!target) throw missing(requiredText(input, "repositoryId"));
  const source = repoById(world, issue.repoId);
  for (const repo of [source, target]) {
    demand(world, actor, repo, { permission: "issues", level: "write", role: "write" });
  }
  if (issue.pull) throw missing(requiredText(input, "issueId"));
  if (target.private === false && source.private) {
    throw apiError(422, "Issues cannot be transferred from a private repository to a public one.");
  }
  if (source.ownerId !== target.ownerId) {
    throw apiError(422, "Issues can only be transferred between repositories of one owner.");
  }
  const moved = transferIssue(world, issue, target, callerId(call));
  return payload("TransferIssuePayload", input, { issue: () => graph.issue(moved) });
}

function remove(graph: Graph, input: Args): GraphNode {
  const { call } = graph;
  const { world, actor } = call;
  const issue = issueById(call, requiredText(input, "issueId"));
  const repo = repoById(world, issue.repoId);
  if (actor.kind !== "user" || !atLeast(roleOf(world, repo, actor.userId), "admin")) {
    throw notAllowed("admin");
  }
  deleteIssue(world, issue, callerId(call));
  return payload("DeleteIssuePayload", input, { repository: () => graph.repository(repo) });
}

function revert(graph: Graph, input: Args): GraphNode {
  const { call } = graph;
  const id = requiredText(input, "pullRequestId");
  const issue = issueById(call, id);
  if (!isPull(issue)) throw missing(id);
  const repo = repoById(call.world, issue.repoId);
  const write = { level: "write", role: "write" } as const;
  demand(call.world, call.actor, repo, { permission: "contents", ...write });
  demand(call.world, call.actor, repo, { permission: "pull_requests", ...write });
  const reverting = revertPull(call.world, issue, {
    author: author(call),
    title: optionalText(input, "title"),
    body: optionalText(input, "body"),
    draft: optionalFlag(input, "draft"),
  });
  return payload("RevertPullRequestPayload", input, {
    pullRequest: () => graph.issue(issue),
    revertPullRequest: () => graph.issue(reverting),
  });
}
