// Reviews over GraphQL.
import { type Graph, type GraphNode, graphNode } from "./graphql-types.ts";
import type { PullIssue } from "./pulls.ts";
import { reviewJson } from "./shape-pulls.ts";
import type { Review } from "./state.ts";

export function reviewNode(graph: Graph, issue: PullIssue, review: Review): GraphNode {
  const json = reviewJson(graph.call.world, issue, review);
  return graphNode("PullRequestReview", ["Node", "Comment"], {
    id: () => json.node_id,
    databaseId: () => review.id,
    fullDatabaseId: () => String(review.id),
    state: () => review.state,
    body: () => review.body,
    url: () => json.html_url,
    author: () => graph.account(review.authorId),
    authorAssociation: () => json.author_association,
    submittedAt: () => json.submitted_at,
    commit: () => graph.commit(review.commitSha, issue.repoId),
    pullRequest: () => graph.issue(issue),
  });
}
