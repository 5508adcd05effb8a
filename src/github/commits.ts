// The commits of a pull request with everybody who had a part in them: only GraphQL knows the accounts
// that the trailers' addresses belong to.
import type { PullCommit } from "../core/award.ts";

export interface CommitNode {
  oid: string;
  message: string;
  parents: { totalCount: number };
  authors: {
    nodes: ({ user: { databaseId: number | null; login: string } | null } | null)[] | null;
  };
}

/** Only people are users here: a bot's address leads to nobody. */
export function commitOf({ oid, message, parents, authors }: CommitNode): PullCommit {
  return {
    sha: oid,
    message,
    isMerge: parents.totalCount > 1,
    authors: (authors.nodes ?? []).map((actor) => {
      const id = actor?.user?.databaseId;
      return id == null ? null : { id, login: actor?.user?.login ?? "" };
    }),
  };
}
