// The root of the GraphQL graph, with repositories, accounts and comments.
import { canSee, demand } from "./access.ts";
import { type Call, formerRepo } from "./call.ts";
import { isBody } from "./fields.ts";
import { commitNode } from "./graphql-commits.ts";
import { issueNode } from "./graphql-issues.ts";
import {
  type Args,
  connection,
  type Graph,
  type GraphNode,
  graphNode,
  listed,
} from "./graphql-types.ts";
import { apiError } from "./http.ts";
import { isPull } from "./pulls.ts";
import { issuesOf } from "./routes-issues.ts";
import { accountJson } from "./shape-accounts.ts";
import { commentJson, labelsOf } from "./shape-issues.ts";
import type { Comment, Issue, Repo } from "./state.ts";
import {
  account,
  findAccount,
  findRepo,
  fromNodeId,
  fullName,
  htmlUrl,
  iso,
  nodeId,
  repoById,
  type World,
} from "./world.ts";

export function createGraph(call: Call): Graph {
  const graph: Graph = {
    call,
    account: (id) => accountNode(call, id),
    repository: (repo) => repositoryNode(graph, repo),
    issue: (issue) => issueNode(graph, issue),
    comment: (comment, issue) => commentNode(graph, comment, issue),
    commit: (sha, repoId) => commitNode(graph, sha, repoId),
  };
  return graph;
}

export function queryRoot(graph: Graph): GraphNode {
  const { call } = graph;
  return graphNode("Query", [], {
    repository: (args) => findRepository(graph, args),
    user: ({ login }) => findUser(graph, String(login)),
    node: ({ id }) => nodeById(graph, String(id)),
    viewer: () => graph.account(viewerId(call)),
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

function findUser(graph: Graph, login: string): GraphNode {
  const found = findAccount(graph.call.world, login);
  if (found?.type !== "User") {
    throw apiError(404, `Could not resolve to a User with the login of '${login}'.`);
  }
  return accountNode(graph.call, found.id) as GraphNode;
}

/** A former name leads to the repository, unless the query says otherwise. */
function findRepository(graph: Graph, args: Args): GraphNode {
  const { world, actor } = graph.call;
  const name = `${String(args["owner"])}/${String(args["name"])}`;
  const former = args["followRenames"] === false ? undefined : formerRepo(world, name);
  const found = findRepo(world, name) ?? former;
  if (!found || !canSee(world, actor, found)) {
    throw apiError(404, `Could not resolve to a Repository with the name '${name}'.`);
  }
  return repositoryNode(graph, found);
}

type Kind = "Issue" | "PullRequest";

function demandRead({ call }: Graph, repo: Repo, kind: Kind): void {
  const permission = kind === "Issue" ? "issues" : "pull_requests";
  demand(call.world, call.actor, repo, { permission, level: "read", role: "read" });
}

function numbered(graph: Graph, repo: Repo, number: unknown, kind: Kind): GraphNode {
  demandRead(graph, repo, kind);
  const issue = graph.call.world.state.issues[repo.numbers[String(number)] ?? 0];
  if (!issue || issue.gone || isPull(issue) !== (kind === "PullRequest")) {
    const words = kind === "Issue" ? "an Issue" : "a PullRequest";
    throw apiError(404, `Could not resolve to ${words} with the number of ${String(number)}.`);
  }
  return graph.issue(issue);
}

function repositoryNode(graph: Graph, repo: Repo): GraphNode {
  const { world } = graph.call;
  const tip = repo.branches[repo.defaultBranch];
  return graphNode("Repository", ["Node"], {
    id: () => nodeId("R", repo.id),
    databaseId: () => repo.id,
    name: () => repo.name,
    nameWithOwner: () => fullName(world, repo),
    isPrivate: () => repo.private,
    isArchived: () => repo.archived,
    hasIssuesEnabled: () => repo.hasIssues,
    url: () => htmlUrl(world, `/${fullName(world, repo)}`),
    owner: () => graph.account(repo.ownerId),
    defaultBranchRef: () =>
      graphNode("Ref", ["Node"], {
        name: () => repo.defaultBranch,
        target: () => (tip ? graph.commit(tip, repo.id) : null),
      }),
    issue: ({ number }) => numbered(graph, repo, number, "Issue"),
    pullRequest: ({ number }) => numbered(graph, repo, number, "PullRequest"),
    issues: (args) => {
      demandRead(graph, repo, "Issue");
      return connection("Issue", chosen(graph, repo, args, "Issue"), args, graph.issue);
    },
    pullRequests: (args) => {
      demandRead(graph, repo, "PullRequest");
      return connection("PullRequest", chosen(graph, repo, args, "PullRequest"), args, graph.issue);
    },
  });
}

function stateOf(issue: Issue): string {
  if (issue.pull && issue.pull.mergedAtMs !== null) return "MERGED";
  return issue.state.toUpperCase();
}

/** Oldest first unless `orderBy` says otherwise. */
function chosen({ call }: Graph, repo: Repo, args: Args, kind: Kind): Issue[] {
  const filter = isBody(args["filterBy"]) ? args["filterBy"] : {};
  const states = listed(args["states"] ?? filter["states"]);
  const labels = listed(args["labels"] ?? filter["labels"]);
  const base = args["baseRefName"];
  const sinceMs = typeof filter["since"] === "string" ? Date.parse(filter["since"]) : 0;
  const found = issuesOf(call.world, repo).filter((one) => {
    if (isPull(one) !== (kind === "PullRequest") || one.updatedAtMs < sinceMs) return false;
    if (states && !states.includes(stateOf(one))) return false;
    if (typeof base === "string" && one.pull?.baseRef !== base) return false;
    return !labels || labelsOf(call.world, one).some(({ name }) => labels.includes(name));
  });
  const order = isBody(args["orderBy"]) ? args["orderBy"] : {};
  const sign = order["direction"] === "DESC" ? -1 : 1;
  const key = order["field"] === "UPDATED_AT" ? "updatedAtMs" : "createdAtMs";
  return found.sort((a, b) => sign * (a[key] - b[key] || a.number - b.number));
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
    name: () => one.name,
    createdAt: () => iso(one.createdAtMs),
    url: () => json.html_url,
  });
}

function commentNode(graph: Graph, comment: Comment, issue: Issue): GraphNode {
  const json = commentJson(graph.call.world, comment, issue);
  return graphNode("IssueComment", ["Node", "Minimizable", "Comment"], {
    id: () => json.node_id,
    databaseId: () => comment.id,
    body: () => comment.body,
    url: () => json.html_url,
    createdAt: () => json.created_at,
    author: () => graph.account(comment.authorId),
    issue: () => graph.issue(issue),
    isMinimized: () => comment.minimizedReason !== null,
    minimizedReason: () => comment.minimizedReason?.toLowerCase() ?? null,
  });
}

function nodeById(graph: Graph, text: string): GraphNode {
  const { world, actor } = graph.call;
  const named = fromNodeId(text);
  const repo = named?.prefix === "R" ? world.state.repos[named.id] : undefined;
  if (repo && canSee(world, actor, repo)) return graph.repository(repo);
  const comment = named?.prefix === "IC" ? world.state.comments[named.id] : undefined;
  const issue = comment ? world.state.issues[comment.issueId] : issueByNodeId(world, text);
  if (!issue || issue.gone || !canSee(world, actor, repoById(world, issue.repoId))) {
    throw apiError(404, `Could not resolve to a node with the global id of '${text}'`);
  }
  return comment ? graph.comment(comment, issue) : graph.issue(issue);
}

/** An issue, or a pull request, which has a number of its own. */
export function issueByNodeId(world: World, text: string): Issue | undefined {
  const named = fromNodeId(text);
  if (named?.prefix === "I") return world.state.issues[named.id];
  if (named?.prefix !== "PR") return undefined;
  return Object.values(world.state.issues).find(({ pull }) => pull?.id === named.id);
}
