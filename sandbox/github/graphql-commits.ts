// Commits over GraphQL. Unlike REST it names all the authors of one: git's own and the co-authors of the
// message's trailers, each with the account that the address belongs to.
import { connection, type Graph, type GraphNode, graphNode } from "./graphql-types.ts";
import { type PullIssue, pullsHolding } from "./pulls.ts";
import { authorsOf, webFlow } from "./signatures.ts";
import type { Signature } from "./state.ts";
import { fullName, htmlUrl, iso, nodeId, repoById } from "./world.ts";

export function commitNode(graph: Graph, sha: string, repoId: number): GraphNode {
  const { world } = graph.call;
  const repo = repoById(world, repoId);
  const commit = world.state.commits[sha];
  const actor = (one: Signature) => gitActor(graph, one, commit?.createdAtMs ?? 0);
  return graphNode("Commit", ["Node", "GitObject", "Closer"], {
    id: () => nodeId("C", sha),
    oid: () => sha,
    message: () => commit?.message ?? "",
    messageHeadline: () => commit?.message.split("\n")[0] ?? "",
    messageBody: () => commit?.message.split("\n").slice(1).join("\n").trim() ?? "",
    url: () => htmlUrl(world, `/${fullName(world, repo)}/commit/${sha}`),
    authoredDate: () => iso(commit?.createdAtMs ?? 0),
    committedDate: () => iso(commit?.createdAtMs ?? 0),
    committedViaWeb: () => commit?.committer.id === webFlow.id,
    authoredByCommitter: () => commit?.author.email === commit?.committer.email,
    author: () => (commit ? actor(commit.author) : null),
    committer: () => (commit ? actor(commit.committer) : null),
    authors: (args) => connection("GitActor", commit ? authorsOf(world, commit) : [], args, actor),
    parents: (args) =>
      connection("Commit", commit?.parents ?? [], args, (one) => graph.commit(one, repoId)),
    repository: () => graph.repository(repo),
    associatedPullRequests: (args) =>
      connection("PullRequest", pullsHolding(world, repo, sha), args, graph.issue),
  });
}

/** Only people are users here: a bot's address leads to nobody, nor does GitHub's own. */
function gitActor(graph: Graph, one: Signature, atMs: number): GraphNode {
  return graphNode("GitActor", [], {
    name: () => one.name,
    email: () => one.email,
    date: () => iso(atMs),
    user: () => {
      const user = one.id === webFlow.id ? null : graph.account(one.id);
      return user?.type === "User" ? user : null;
    },
  });
}

export function pullCommitNode(graph: Graph, issue: PullIssue, sha: string): GraphNode {
  return graphNode("PullRequestCommit", ["Node"], {
    id: () => nodeId("PURC", `${issue.pull.id}:${sha}`),
    commit: () => graph.commit(sha, issue.repoId),
    pullRequest: () => graph.issue(issue),
  });
}
