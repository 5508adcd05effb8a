// The few changes that GitHub offers through GraphQL alone: minimising a comment, transferring and
// deleting an issue, linking nothing else.
import { atLeast, demand, notAllowed, roleOf } from "./access.ts";
import { type Call, callerId, conversationNeed } from "./call.ts";
import { isBody, optionalText, requiredText } from "./fields.ts";
import { commentNode, issueNode, repositoryNode } from "./graphql-nodes.ts";
import { type Args, type GraphNode, graphNode } from "./graphql-types.ts";
import { apiError } from "./http.ts";
import { deleteIssue, transferIssue } from "./issue-verbs.ts";
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

export function mutationRoot(call: Call): GraphNode {
  return graphNode("Mutation", [], {
    minimizeComment: (args) => minimize(call, inputOf(args)),
    unminimizeComment: (args) => unminimize(call, inputOf(args)),
    transferIssue: (args) => transfer(call, inputOf(args)),
    deleteIssue: (args) => remove(call, inputOf(args)),
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

function minimize(call: Call, input: Args): GraphNode {
  const classifier = requiredText(input, "classifier");
  if (!classifiers.includes(classifier)) {
    throw apiError(422, `Argument 'classifier' has an invalid value (${classifier}).`);
  }
  const { comment, issue } = subject(call, input);
  comment.minimizedReason = classifier;
  const minimizedComment = () => commentNode(call, comment, issue);
  return payload("MinimizeCommentPayload", input, { minimizedComment });
}

function unminimize(call: Call, input: Args): GraphNode {
  const { comment, issue } = subject(call, input);
  comment.minimizedReason = null;
  const unminimizedComment = () => commentNode(call, comment, issue);
  return payload("UnminimizeCommentPayload", input, { unminimizedComment });
}

function issueById(call: Call, id: string): Issue {
  const named = fromNodeId(id);
  const issue = named?.prefix === "I" ? call.world.state.issues[named.id] : undefined;
  if (!issue || issue.gone) throw missing(id);
  return issue;
}

function transfer(call: Call, input: Args): GraphNode {
  const { world, actor } = call;
  const issue = issueById(call, requiredText(input, "issueId"));
  const targetId = fromNodeId(requiredText(input, "repositoryId"));
  const target: Repo | undefined = world.state.repos[targetId?.id ?? 0];
  if (!target) throw missing(requiredText(input, "repositoryId"));
  const source = repoById(world, issue.repoId);
  for (const repo of [source, target]) {
    demand(world, actor, repo, { permission: "issues", level: "write", role: "write" });
  }
  if (source.ownerId !== target.ownerId) {
    throw apiError(422, "Issues can only be transferred between repositories of one owner.");
  }
  const moved = transferIssue(world, issue, target, callerId(call));
  return payload("TransferIssuePayload", input, { issue: () => issueNode(call, moved) });
}

function remove(call: Call, input: Args): GraphNode {
  const { world, actor } = call;
  const issue = issueById(call, requiredText(input, "issueId"));
  const repo = repoById(world, issue.repoId);
  if (actor.kind !== "user" || !atLeast(roleOf(world, repo, actor.userId), "admin")) {
    throw notAllowed("admin");
  }
  deleteIssue(world, issue, callerId(call));
  return payload("DeleteIssuePayload", input, { repository: () => repositoryNode(call, repo) });
}
