// Issues and pull requests over GraphQL: what REST does not show of them are the closing references, in
// both directions.
import { canSee } from "./access.ts";
import { closingReferences, mayClose } from "./closing.ts";
import { pullCommitNode } from "./graphql-commits.ts";
import { reviewNode } from "./graphql-reviews.ts";
import { eventNode, eventsOf } from "./graphql-timeline.ts";
import {
  type Args,
  connection,
  type Graph,
  type GraphNode,
  graphNode,
  listed,
} from "./graphql-types.ts";
import { isPull, type PullIssue } from "./pulls.ts";
import { commentsOf } from "./routes-comments.ts";
import { issueHtmlUrl, labelsOf } from "./shape-issues.ts";
import type { Issue } from "./state.ts";
import { iso, isoOrNull, nodeId, repoById } from "./world.ts";

export function issueNode(graph: Graph, issue: Issue): GraphNode {
  return isPull(issue)
    ? graphNode("PullRequest", ["Node", "Closer", "Closable"], {
        ...sharedFields(graph, issue),
        ...pullFields(graph, issue),
      })
    : graphNode("Issue", ["Node", "Closable"], {
        ...sharedFields(graph, issue),
        ...issueFields(graph, issue),
      });
}

function sharedFields(graph: Graph, issue: Issue): GraphNode["fields"] {
  const { world } = graph.call;
  const id = issue.pull?.id ?? issue.id;
  return {
    id: () => nodeId(issue.pull ? "PR" : "I", id),
    databaseId: () => id,
    fullDatabaseId: () => String(id),
    number: () => issue.number,
    title: () => issue.title,
    body: () => issue.body ?? "",
    url: () => issueHtmlUrl(world, issue),
    createdAt: () => iso(issue.createdAtMs),
    updatedAt: () => iso(issue.updatedAtMs),
    closedAt: () => isoOrNull(issue.closedAtMs),
    closed: () => issue.state === "closed",
    locked: () => issue.locked,
    author: () => graph.account(issue.authorId),
    repository: () => graph.repository(repoById(world, issue.repoId)),
    comments: (args) =>
      connection("IssueComment", commentsOf(world, issue), args, (one) =>
        graph.comment(one, issue),
      ),
    labels: (args) =>
      connection("Label", labelsOf(world, issue), args, (one) =>
        graphNode("Label", ["Node"], {
          id: () => one.node_id,
          name: () => one.name,
          color: () => one.color,
        }),
      ),
    timelineItems: (args) =>
      connection("TimelineItems", eventsOf(issue, args["itemTypes"]), args, (one) =>
        eventNode(graph, issue, one),
      ),
  };
}

function issueFields(graph: Graph, issue: Issue): GraphNode["fields"] {
  return {
    state: () => issue.state.toUpperCase(),
    stateReason: () => issue.stateReason?.toUpperCase() ?? null,
    closedByPullRequestsReferences: (args) =>
      connection("PullRequest", closers(graph, issue, args), args, graph.issue),
  };
}

function closers(graph: Graph, issue: Issue, args: Args): PullIssue[] {
  const { world, actor } = graph.call;
  const closed = args["includeClosedPrs"] === true;
  return Object.values(world.state.issues).filter(
    (one): one is PullIssue =>
      isPull(one) &&
      (one.state === "open" || closed) &&
      mayClose(one, issue) &&
      canSee(world, actor, repoById(world, one.repoId)) &&
      closingReferences(world, one).some(({ id }) => id === issue.id),
  );
}

function pullFields(graph: Graph, issue: PullIssue): GraphNode["fields"] {
  const { world, actor } = graph.call;
  const { pull } = issue;
  const commitOrNull = (sha: string | null) => (sha ? graph.commit(sha, issue.repoId) : null);
  return {
    state: () => (pull.mergedAtMs === null ? issue.state.toUpperCase() : "MERGED"),
    isDraft: () => pull.draft,
    merged: () => pull.mergedAtMs !== null,
    mergedAt: () => isoOrNull(pull.mergedAtMs),
    mergedBy: () => graph.account(pull.mergedById),
    mergeCommit: () => commitOrNull(pull.mergeCommitSha),
    headRefOid: () => pull.headSha,
    headRefName: () => pull.headRef,
    baseRefOid: () => pull.baseSha,
    baseRefName: () => pull.baseRef,
    isCrossRepository: () => pull.headRepoId !== issue.repoId,
    commits: (args) =>
      connection("PullRequestCommit", pull.commitShas, args, (sha) =>
        pullCommitNode(graph, issue, sha),
      ),
    reviews: (args) => {
      const states = listed(args["states"]);
      const author = args["author"];
      const found = pull.reviews.filter(
        (one) =>
          (!states || states.includes(one.state)) &&
          (!author || world.state.accounts[one.authorId]?.login === author),
      );
      return connection("PullRequestReview", found, args, (one) => reviewNode(graph, issue, one));
    },
    closingIssuesReferences: (args) => {
      const visible = closingReferences(world, issue).filter((one) =>
        canSee(world, actor, repoById(world, one.repoId)),
      );
      return connection("Issue", visible, args, graph.issue);
    },
  };
}
