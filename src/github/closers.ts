// What closes an issue: pull requests that would, and what did.
import type { Repository } from "../core/campaign.ts";
import { PermanentFailure } from "../ports.ts";
import { allPages, assertSame, type Connection, type Session } from "./connection.ts";
import { isGone } from "./failures.ts";

const CLOSED_BY = `query closedBy($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    databaseId
    issue(number: $number) {
      closedByPullRequestsReferences(first: 50, includeClosedPrs: false) {
        nodes { number repository { databaseId } }
      }
    }
  }
}`;

interface ClosedByAnswer {
  repository: {
    databaseId: number | null;
    issue: {
      closedByPullRequestsReferences: {
        nodes: ({ number: number; repository: { databaseId: number | null } } | null)[] | null;
      } | null;
    } | null;
  } | null;
}

/** Pull requests of other repositories are left out: what merges there releases nothing here. */
export async function openPullsClosing(
  connection: Connection,
  repository: Repository,
  issueNumber: number,
): Promise<number[]> {
  return connection.as(repository, async ({ octokit, request }) => {
    const { owner, name } = repository;
    const variables = { owner, name, number: issueNumber, request };
    const answer = await octokit.graphql<ClosedByAnswer>(CLOSED_BY, variables);
    assertSame(repository, answer.repository?.databaseId);
    const nodes = answer.repository?.issue?.closedByPullRequestsReferences?.nodes ?? [];
    return nodes.flatMap((node) =>
      node !== null && node.repository.databaseId === repository.id ? [node.number] : [],
    );
  });
}

const CLOSER = `query closer($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    databaseId
    issue(number: $number) {
      closed
      timelineItems(itemTypes: [CLOSED_EVENT], last: 1) {
        nodes {
          __typename
          ... on ClosedEvent {
            closer {
              __typename
              ... on PullRequest { number repository { databaseId } }
              ... on Commit { oid repository { databaseId } }
            }
          }
        }
      }
    }
  }
}`;

type Closer =
  | { __typename: "PullRequest"; number: number; repository: { databaseId: number | null } }
  | { __typename: "Commit"; oid: string; repository: { databaseId: number | null } }
  | { __typename: "ProjectV2" };

interface CloserAnswer {
  repository: {
    databaseId: number | null;
    issue: {
      closed: boolean;
      timelineItems: { nodes: ({ closer?: Closer | null } | null)[] | null };
    } | null;
  } | null;
}

export async function closingPull(
  connection: Connection,
  repository: Repository,
  issueNumber: number,
): Promise<number | null> {
  try {
    return await connection.as(repository, async (session) => {
      const { owner, name } = repository;
      const { octokit, request } = session;
      const variables = { owner, name, number: issueNumber, request };
      const answer = await octokit.graphql<CloserAnswer>(CLOSER, variables);
      assertSame(repository, answer.repository?.databaseId);
      const issue = answer.repository?.issue;
      if (issue == null || !issue.closed) return null;
      return closerNumber(session, repository, issue.timelineItems.nodes?.at(-1)?.closer ?? null);
    });
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

/** Numbers mean something in their own repository only: what was closed from elsewhere, nobody here closed. */
async function closerNumber(
  session: Session,
  repository: Repository,
  closer: Closer | null,
): Promise<number | null> {
  if (closer === null || closer.__typename === "ProjectV2") return null;
  if (closer.repository.databaseId !== repository.id) return null;
  return closer.__typename === "PullRequest"
    ? closer.number
    : pullOfCommit(session, repository, closer.oid);
}

/** The merged pull request that brought a commit to the default branch, or null. */
export async function mergedPullOf(
  connection: Connection,
  repository: Repository,
  sha: string,
): Promise<number | null> {
  try {
    return await connection.as(repository, (session) => pullOfCommit(session, repository, sha));
  } catch (error) {
    // A commit that is nowhere: GitHub answers 422 for it.
    if (isGone(error) || isUnknownCommit(error)) return null;
    throw error;
  }
}

function isUnknownCommit(error: unknown): boolean {
  return error instanceof PermanentFailure && error.code === "github_422";
}

/**
 * A keyword in a commit's message closes the issue, and no pull request is listed as the closer: the one
 * that brought the commit to the default branch is.
 */
async function pullOfCommit(
  { octokit, request }: Session,
  repository: Repository,
  sha: string,
): Promise<number | null> {
  const { owner, name: repo } = repository;
  const pulls = await allPages((page) =>
    octokit.rest.repos.listPullRequestsAssociatedWithCommit({
      owner,
      repo,
      commit_sha: sha,
      per_page: 100,
      page,
      request,
    }),
  );
  const merged = pulls.filter(
    ({ merged_at, base }) =>
      merged_at !== null && base.repo.id === repository.id && base.ref === repository.defaultBranch,
  );
  const exact = merged.find(({ merge_commit_sha }) => merge_commit_sha === sha);
  return (exact ?? merged[0])?.number ?? null;
}
