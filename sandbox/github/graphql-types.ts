// The shape of a GraphQL node and of a connection.
import { apiError } from "./http.ts";

export type Args = Record<string, unknown>;

export interface GraphNode {
  type: string;
  /** The interfaces and unions it belongs to. */
  also: string[];
  fields: Record<string, (args: Args) => unknown>;
}

export function graphNode(type: string, also: string[], fields: GraphNode["fields"]): GraphNode {
  return { type, also, fields };
}

/** GitHub refuses a connection that is asked for without a size. */
export function connection(name: string, items: GraphNode[], args: Args): GraphNode {
  const { first, last } = args as { first?: unknown; last?: unknown };
  if (typeof first !== "number" && typeof last !== "number") {
    throw apiError(
      422,
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`,
    );
  }
  const from = Number(/^c(\d+)$/.exec(String(args["after"] ?? ""))?.[1] ?? -1) + 1;
  const rest = items.slice(from);
  const shown = typeof first === "number" ? rest.slice(0, first) : rest.slice(-Number(last));
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
      shown.map((node, index) =>
        graphNode("Edge", [], { node: () => node, cursor: () => `c${start + index}` }),
      ),
    totalCount: () => items.length,
    pageInfo: () => pageInfo,
  });
}
