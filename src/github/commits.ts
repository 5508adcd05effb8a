// The commits of a pull request with everybody who had a part in them: only GraphQL knows the accounts
// that the trailers' addresses belong to.
import type { PullCommit } from "../core/award.ts";
import type { Repository } from "../core/campaign.ts";
import type { Connection } from "./connection.ts";

const COMMITS = `query commits($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      commits(first: 50, after: $after) {
        nodes {
          commit {
            oid
            message
            parents(first: 2) { totalCount }
            authors(first: 20) { nodes { user { databaseId login } } }
          }
        }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}`;

interface CommitNode {
  oid: string;
  message: string;
  parents: { totalCount: number };
  authors: {
    nodes: ({ user: { databaseId: number | null; login: string } | null } | null)[] | null;
  };
}

interface CommitsAnswer {
  repository: {
    pullRequest: {
      commits: {
        nodes: ({ commit: CommitNode } | null)[] | null;
        pageInfo: { hasNextPage: boolean; endCursor: string | null };
      };
    } | null;
  } | null;
}

/** As many as GitHub's own list of them shows. */
const COMMITS_MAX = 250;

export async function readCommits(
  connection: Connection,
  repository: Repository,
  number: number,
): Promise<PullCommit[]> {
  return connection.as(repository, async ({ octokit, request }) => {
    const { owner, name } = repository;
    const commits: PullCommit[] = [];
    let after: string | null = null;
    do {
      const variables = { owner, name, number, after, request };
      const answer: CommitsAnswer = await octokit.graphql<CommitsAnswer>(COMMITS, variables);
      const page = answer.repository?.pullRequest?.commits;
      for (const node of page?.nodes ?? []) if (node !== null) commits.push(commitOf(node.commit));
      after = page?.pageInfo.hasNextPage === true ? page.pageInfo.endCursor : null;
    } while (after !== null && commits.length < COMMITS_MAX);
    return commits;
  });
}

/** Only people are users here: a bot's address leads to nobody. */
function commitOf({ oid, message, parents, authors }: CommitNode): PullCommit {
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
