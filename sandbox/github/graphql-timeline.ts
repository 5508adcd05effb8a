// What happened to an issue or a pull request, over GraphQL. Only here GitHub says what closed it.
import { reviewNode } from "./graphql-reviews.ts";
import { type Graph, type GraphNode, graphNode, listed } from "./graphql-types.ts";
import { isPull } from "./pulls.ts";
import { issueHtmlUrl } from "./shape-issues.ts";
import type { Closer, Issue, IssueEvent } from "./state.ts";
import { iso, nodeId } from "./world.ts";

const eventTypes: Record<IssueEvent["event"], string> = {
  closed: "ClosedEvent",
  reopened: "ReopenedEvent",
  labeled: "LabeledEvent",
  unlabeled: "UnlabeledEvent",
  renamed: "RenamedTitleEvent",
  locked: "LockedEvent",
  unlocked: "UnlockedEvent",
  merged: "MergedEvent",
  transferred: "TransferredEvent",
  review_dismissed: "ReviewDismissedEvent",
};

export function eventsOf(issue: Issue, itemTypes: unknown): IssueEvent[] {
  const wanted = listed(itemTypes);
  return issue.events.filter((one) => !wanted || wanted.includes(enumName(eventTypes[one.event])));
}

function enumName(typeName: string): string {
  return typeName.replace(/(?<!^)[A-Z]/g, "_$&").toUpperCase();
}

export function eventNode(graph: Graph, issue: Issue, event: IssueEvent): GraphNode {
  return graphNode(eventTypes[event.event], ["Node"], {
    id: () => nodeId("EV", event.id),
    createdAt: () => iso(event.createdAtMs),
    actor: () => graph.account(event.actorId),
    ...ownFields(graph, issue, event),
  });
}

function ownFields(graph: Graph, issue: Issue, event: IssueEvent): GraphNode["fields"] {
  const { world } = graph.call;
  switch (event.event) {
    case "closed":
      return {
        stateReason: () => event.stateReason?.toUpperCase() ?? null,
        closer: () => (event.closer ? closerNode(graph, event.closer) : null),
        closable: () => graph.issue(issue),
        url: () => `${issueHtmlUrl(world, issue)}#event-${event.id}`,
      };
    case "reopened":
      return { stateReason: () => "REOPENED", closable: () => graph.issue(issue) };
    case "labeled":
    case "unlabeled":
      return { label: () => labelNode(event) };
    case "renamed":
      return {
        previousTitle: () => event.rename?.from ?? "",
        currentTitle: () => event.rename?.to ?? "",
      };
    case "merged":
      return {
        commit: () => (event.commitId ? graph.commit(event.commitId, issue.repoId) : null),
        pullRequest: () => graph.issue(issue),
      };
    case "transferred":
      return {
        fromRepository: () => repoNode(graph, event.fromRepoId),
        issue: () => graph.issue(issue),
      };
    case "review_dismissed":
      return dismissedFields(graph, issue, event);
    case "locked":
    case "unlocked":
      return {};
  }
}

function repoNode(graph: Graph, id: number | undefined): GraphNode | null {
  const repo = graph.call.world.state.repos[id ?? 0];
  return repo ? graph.repository(repo) : null;
}

function labelNode({ label }: IssueEvent): GraphNode {
  return graphNode("Label", ["Node"], { name: () => label?.name, color: () => label?.color });
}

function dismissedFields(graph: Graph, issue: Issue, event: IssueEvent): GraphNode["fields"] {
  const found = issue.pull?.reviews.find(({ id }) => id === event.review?.id);
  return {
    databaseId: () => event.id,
    dismissalMessage: () => event.review?.message ?? null,
    previousReviewState: () => event.review?.state,
    pullRequest: () => graph.issue(issue),
    review: () => (found && isPull(issue) ? reviewNode(graph, issue, found) : null),
  };
}

function closerNode(graph: Graph, closer: Closer): GraphNode | null {
  if (closer.kind === "commit") return graph.commit(closer.sha, closer.repoId);
  const issue = graph.call.world.state.issues[closer.issueId];
  return issue ? graph.issue(issue) : null;
}
