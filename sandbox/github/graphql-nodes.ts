// The part of GitHub's GraphQL graph that the REST API does not show: closing references, closers and
// minimised comments, with what leads to them.
import { canSee, demand } from "./access.ts";
import type { Call } from "./call.ts";
import { closingReferences } from "./closing.ts";
import { connection, type GraphNode, graphNode } from "./graphql-types.ts";
import { apiError } from "./http.ts";
import { commentsOf } from "./routes-comments.ts";
import { issuesOf } from "./routes-issues.ts";
import { accountJson } from "./shape-accounts.ts";
import { commentJson, issueHtmlUrl, labelsOf } from "./shape-issues.ts";
import { isPull, type PullIssue } from "./shape-pulls.ts";
import type { Closer, Comment, Issue, IssueEvent, Repo } from "./state.ts";
import {
  account,
  findRepo,
  fromNodeId,
  fullName,
  htmlUrl,
  iso,
  isoOrNull,
  nodeId,
  repoById,
} from "./world.ts";

export function queryRoot(call: Call): GraphNode {
  return graphNode("Query", [], {
    repository: ({ owner, name }) => findRepository(call, `${String(owner)}/${String(name)}`),
    node: ({ id }) => nodeById(call, String(id)),
    viewer: () => accountNode(call, viewerId(call)),
    rateLimit: () => rateLimit(call),
  });
}

function viewerId(call: Call): number {
  if (call.actor.kind !== "user") throw apiError(403, "Resource not accessible by integration");
  return call.actor.userId;
}

function rateLimit(call: Call): GraphNode {
  const resetAt = iso(call.world.ports.now() + 3_600_000);
  return graphNode("RateLimit", [], {
    limit: () => 5000,
    cost: () => 1,
    remaining: () => 5000,
    used: () => 0,
    resetAt: () => resetAt,
  });
}

function findRepository(call: Call, name: string): GraphNode {
  const found = findRepo(call.world, name);
  if (!found || !canSee(call.world, call.actor, found)) {
    throw apiError(404, `Could not resolve to a Repository with the name '${name}'.`);
  }
  return repositoryNode(call, found);
}

function numbered(call: Call, repo: Repo, number: unknown, kind: "Issue" | "PullRequest"): Issue {
  const permission = kind === "Issue" ? "issues" : "pull_requests";
  demand(call.world, call.actor, repo, { permission, level: "read", role: "read" });
  const issue = call.world.state.issues[repo.numbers[String(number)] ?? 0];
  if (!issue || issue.gone || isPull(issue) !== (kind === "PullRequest")) {
    const words = kind === "Issue" ? "an Issue" : "a PullRequest";
    throw apiError(404, `Could not resolve to ${words} with the number of ${String(number)}.`);
  }
  return issue;
}

export function repositoryNode(call: Call, repo: Repo): GraphNode {
  const { world } = call;
  return graphNode("Repository", ["Node"], {
    id: () => nodeId("R", repo.id),
    databaseId: () => repo.id,
    name: () => repo.name,
    nameWithOwner: () => fullName(world, repo),
    isPrivate: () => repo.private,
    url: () => htmlUrl(world, `/${fullName(world, repo)}`),
    owner: () => accountNode(call, repo.ownerId),
    defaultBranchRef: () => graphNode("Ref", ["Node"], { name: () => repo.defaultBranch }),
    issue: ({ number }) => issueNode(call, numbered(call, repo, number, "Issue")),
    pullRequest: ({ number }) => issueNode(call, numbered(call, repo, number, "PullRequest")),
    issues: (args) => {
      const found = issuesOf(world, repo).filter((one) => !one.pull);
      return connection(
        "Issue",
        found.map((one) => issueNode(call, one)),
        args,
      );
    },
  });
}

function accountNode(call: Call, id: number | null): GraphNode | null {
  if (id === null) return null;
  const one = account(call.world, id);
  const json = accountJson(call.world, one);
  return graphNode(one.type, ["Node", "Actor", "RepositoryOwner"], {
    id: () => json.node_id,
    databaseId: () => one.id,
    // GraphQL leaves the "[bot]" off.
    login: () => one.login.replace("[bot]", ""),
    url: () => json.html_url,
  });
}

export function issueNode(call: Call, issue: Issue): GraphNode {
  const { world } = call;
  const shared: GraphNode["fields"] = {
    id: () => (issue.pull ? nodeId("PR", issue.pull.id) : nodeId("I", issue.id)),
    databaseId: () => issue.pull?.id ?? issue.id,
    number: () => issue.number,
    title: () => issue.title,
    body: () => issue.body ?? "",
    url: () => issueHtmlUrl(world, issue),
    createdAt: () => iso(issue.createdAtMs),
    closedAt: () => isoOrNull(issue.closedAtMs),
    closed: () => issue.state === "closed",
    locked: () => issue.locked,
    author: () => accountNode(call, issue.authorId),
    repository: () => repositoryNode(call, repoById(world, issue.repoId)),
    comments: (args) =>
      connection(
        "IssueComment",
        commentsOf(world, issue).map((one) => commentNode(call, one, issue)),
        args,
      ),
    labels: (args) =>
      connection(
        "Label",
        labelsOf(world, issue).map((one) =>
          graphNode("Label", ["Node"], {
            id: () => one.node_id,
            name: () => one.name,
            color: () => one.color,
          }),
        ),
        args,
      ),
    timelineItems: (args) =>
      connection("TimelineItems", timeline(call, issue, args["itemTypes"]), args),
  };
  if (isPull(issue))
    return graphNode("PullRequest", ["Node", "Closer"], { ...shared, ...pullFields(call, issue) });
  return graphNode("Issue", ["Node"], {
    ...shared,
    state: () => issue.state.toUpperCase(),
    stateReason: () => issue.stateReason?.toUpperCase() ?? null,
    closedByPullRequestsReferences: (args) => {
      const closing = Object.values(world.state.issues).filter(
        (one): one is PullIssue =>
          isPull(one) &&
          (one.state === "open" || args["includeClosedPrs"] === true) &&
          canSee(world, call.actor, repoById(world, one.repoId)) &&
          closingReferences(world, one).some(({ id }) => id === issue.id),
      );
      return connection(
        "PullRequest",
        closing.map((one) => issueNode(call, one)),
        args,
      );
    },
  });
}

function pullFields(call: Call, issue: PullIssue): GraphNode["fields"] {
  const { world } = call;
  const { pull } = issue;
  return {
    state: () => (pull.mergedAtMs === null ? issue.state.toUpperCase() : "MERGED"),
    merged: () => pull.mergedAtMs !== null,
    mergedAt: () => isoOrNull(pull.mergedAtMs),
    mergedBy: () => accountNode(call, pull.mergedById),
    mergeCommit: () =>
      pull.mergeCommitSha ? commitNode(call, pull.mergeCommitSha, issue.repoId) : null,
    headRefOid: () => pull.headSha,
    baseRefName: () => pull.baseRef,
    closingIssuesReferences: (args) => {
      const visible = closingReferences(world, issue).filter((one) =>
        canSee(world, call.actor, repoById(world, one.repoId)),
      );
      return connection(
        "Issue",
        visible.map((one) => issueNode(call, one)),
        args,
      );
    },
  };
}

const eventTypes: Record<IssueEvent["event"], string> = {
  closed: "ClosedEvent",
  reopened: "ReopenedEvent",
  labeled: "LabeledEvent",
  unlabeled: "UnlabeledEvent",
  renamed: "RenamedTitleEvent",
  locked: "LockedEvent",
  unlocked: "UnlockedEvent",
  merged: "MergedEvent",
};

function timeline(call: Call, issue: Issue, itemTypes: unknown): GraphNode[] {
  const wanted = Array.isArray(itemTypes) ? itemTypes.map(String) : null;
  return issue.events
    .filter((one) => !wanted || wanted.includes(enumName(eventTypes[one.event])))
    .map((one) => eventNode(call, issue, one));
}

function enumName(typeName: string): string {
  return typeName.replace(/(?<!^)[A-Z]/g, "_$&").toUpperCase();
}

function eventNode(call: Call, issue: Issue, event: IssueEvent): GraphNode {
  const shared: GraphNode["fields"] = {
    id: () => nodeId("EV", event.id),
    createdAt: () => iso(event.createdAtMs),
    actor: () => accountNode(call, event.actorId),
  };
  const closed: GraphNode["fields"] = {
    stateReason: () => event.stateReason?.toUpperCase() ?? null,
    closer: () => (event.closer ? closerNode(call, event.closer) : null),
    url: () => `${issueHtmlUrl(call.world, issue)}#event-${event.id}`,
  };
  const more =
    event.event === "closed"
      ? closed
      : event.event === "reopened"
        ? { stateReason: () => "REOPENED" }
        : {};
  return graphNode(eventTypes[event.event], ["Node"], { ...shared, ...more });
}

function closerNode(call: Call, closer: Closer): GraphNode | null {
  if (closer.kind === "commit") return commitNode(call, closer.sha, closer.repoId);
  const issue = call.world.state.issues[closer.issueId];
  return issue ? issueNode(call, issue) : null;
}

function commitNode(call: Call, sha: string, repoId: number): GraphNode {
  const { world } = call;
  const repo = repoById(world, repoId);
  const holding = issuesOf(world, repo).filter(
    ({ pull }) => pull && (pull.mergeCommitSha === sha || pull.commitShas.includes(sha)),
  );
  return graphNode("Commit", ["Node", "GitObject", "Closer"], {
    id: () => nodeId("C", sha),
    oid: () => sha,
    message: () => world.state.commits[sha]?.message ?? "",
    url: () => htmlUrl(world, `/${fullName(world, repo)}/commit/${sha}`),
    repository: () => repositoryNode(call, repo),
    associatedPullRequests: (args) =>
      connection(
        "PullRequest",
        holding.map((one) => issueNode(call, one)),
        args,
      ),
  });
}

export function commentNode(call: Call, comment: Comment, issue: Issue): GraphNode {
  const json = commentJson(call.world, comment, issue);
  return graphNode("IssueComment", ["Node", "Minimizable", "Comment"], {
    id: () => json.node_id,
    databaseId: () => comment.id,
    body: () => comment.body,
    url: () => json.html_url,
    createdAt: () => json.created_at,
    author: () => accountNode(call, comment.authorId),
    issue: () => issueNode(call, issue),
    isMinimized: () => comment.minimizedReason !== null,
    minimizedReason: () => comment.minimizedReason?.toLowerCase() ?? null,
  });
}

/** Answers null for what does not exist or may not be seen. */
function nodeById(call: Call, text: string): GraphNode {
  const { state } = call.world;
  const missing = apiError(404, `Could not resolve to a node with the global id of '${text}'`);
  const named = fromNodeId(text);
  if (!named) throw missing;
  const comment = named.prefix === "IC" ? state.comments[named.id] : undefined;
  const issue = comment
    ? state.issues[comment.issueId]
    : Object.values(state.issues).find((one) =>
        named.prefix === "PR"
          ? one.pull?.id === named.id
          : named.prefix === "I" && one.id === named.id,
      );
  if (!issue || issue.gone || !canSee(call.world, call.actor, repoById(call.world, issue.repoId)))
    throw missing;
  return comment ? commentNode(call, comment, issue) : issueNode(call, issue);
}
