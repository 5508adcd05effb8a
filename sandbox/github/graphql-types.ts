// The shape of a GraphQL node and of a connection, and what the files that make nodes share.
import type { Call } from "./call.ts";
import { apiError } from "./http.ts";
import type { Comment, Issue, Repo } from "./state.ts";

export type Args = Record<string, unknown>;

export interface GraphNode {
  type: string;
  /** The interfaces and unions it belongs to. */
  also: string[];
  fields: Record<string, (args: Args) => unknown>;
}

/** One call's nodes lead to one another: each file makes its own kinds and asks here for the others. */
export interface Graph {
  call: Call;
  account(id: number | null): GraphNode | null;
  repository(repo: Repo): GraphNode;
  issue(issue: Issue): GraphNode;
  comment(comment: Comment, issue: Issue): GraphNode;
  commit(sha: string, repoId: number): GraphNode;
}

export function graphNode(type: string, also: string[], fields: GraphNode["fields"]): GraphNode {
  return { type, also, fields };
}

/** Nodes are made for those on the page only. GitHub refuses a connection that is asked for without a size. */
export function connection<T>(
  name: string,
  items: T[],
  args: Args,
  node: (item: T) => GraphNode,
): GraphNode {
  const { first, last } = args as { first?: unknown; last?: unknown };
  if (typeof first !== "number" && typeof last !== "number") {
    throw apiError(
      422,
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`,
    );
  }
  if (Math.max(Number(first ?? 0), Number(last ?? 0)) > 100) {
    throw apiError(
      422,
      `Requesting more than 100 records on the \`${name}\` connection exceeds the \`first\` limit of 100 records.`,
    );
  }
  const from = Number(/^c(\d+)$/.exec(String(args["after"] ?? ""))?.[1] ?? -1) + 1;
  const rest = items.slice(from);
  const chosen = typeof first === "number" ? rest.slice(0, first) : rest.slice(-Number(last));
  const shown = chosen.map(node);
  const start = typeof first === "number" ? from : items.length - shown.length;
  const pageInfo = graphNode("PageInfo", [], {
    hasNextPage: () => start + shown.length < items.length,
    hasPreviousPage: () => start > 0,
    startCursor: () => (shown.length > 0 ? `c${start}` : null),
    endCursor: () => (shown.length > 0 ? `c${start + shown.length - 1}` : null),
  });
  return graphNode(`${name}Connection`, [], {
    nodes: () => shown,
    edges: () =>
      shown.map((one, index) =>
        graphNode("Edge", [], { node: () => one, cursor: () => `c${start + index}` }),
      ),
    totalCount: () => items.length,
    pageInfo: () => pageInfo,
  });
}

/** The strings in an argument that is a list of enum values or names; null when it was left out. */
export function listed(value: unknown): string[] | null {
  if (value === undefined || value === null) return null;
  return (Array.isArray(value) ? value : [value]).map(String);
}
