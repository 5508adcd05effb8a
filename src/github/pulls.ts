// Pull requests: what GitHub says of one, which issues it closes, what closed an issue.
import type { Pull } from "../core/award.ts";
import type { Person, Repository } from "../core/campaign.ts";
import { PermanentFailure, type PullFacts, RenamedFailure } from "../ports.ts";
import { allPages, type Connection, readable, type Session } from "./connection.ts";
import { isGone } from "./failures.ts";

type RestPull = Awaited<ReturnType<Session["octokit"]["rest"]["pulls"]["get"]>>["data"];

export async function readPull(
  connection: Connection,
  repository: Repository,
  pullNumber: number,
): Promise<PullFacts | null> {
  try {
    return await connection.as(repository, async (session) => {
      const { owner, name: repo } = repository;
      const { octokit, request } = session;
      const pull = readable(
        await octokit.rest.pulls.get({ owner, repo, pull_number: pullNumber, request }),
      );
      assertSame(repository, pull.base.repo.id);
      const closes = await closingReferences(session, repository, pullNumber);
      return { pull: pullOf(pull), body: pull.body ?? "", closes };
    });
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

/** A renamed repository's old name may by now belong to another: then our row is about to be renewed. */
export function assertSame(repository: Repository, id: number | null | undefined): void {
  if (id === repository.id) return;
  throw new RenamedFailure(repository);
}

function pullOf(pull: RestPull): Pull {
  return {
    id: pull.id,
    repositoryId: pull.base.repo.id,
    number: pull.number,
    title: pull.title,
    author: personOf(pull.user) ?? GHOST,
    // Whoever is not a person (a bot, a deleted account, an import) is never paid by default.
    authorIsBot: pull.user?.type !== "User",
    coAuthors: [],
    reviewers: [],
    baseRef: pull.base.ref,
    headSha: pull.head.sha,
    open: pull.state === "open",
    mergedAt: pull.merged_at === null ? null : Date.parse(pull.merged_at),
    mergedBy: personOf(pull.merged_by),
    updatedAt: Date.parse(pull.updated_at),
  };
}

/** The account that GitHub shows in place of a deleted one. */
const GHOST: Person = { id: 10137, login: "ghost" };

function personOf(user: { id: number; login: string } | null | undefined): Person | null {
  return user == null ? null : { id: user.id, login: user.login };
}

const CLOSING_REFERENCES = `query closingReferences($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      closingIssuesReferences(first: 50, after: $after) {
        nodes { number repository { databaseId } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}`;

interface ClosingReferences {
  repository: {
    pullRequest: {
      closingIssuesReferences: {
        nodes: ({ number: number; repository: { databaseId: number | null } } | null)[] | null;
        pageInfo: { hasNextPage: boolean; endCursor: string | null };
      } | null;
    } | null;
  } | null;
}

async function closingReferences(
  { octokit, request }: Session,
  { owner, name }: Repository,
  number: number,
): Promise<PullFacts["closes"]> {
  const closes: PullFacts["closes"] = [];
  let after: string | null = null;
  do {
    const answer: ClosingReferences = await octokit.graphql<ClosingReferences>(CLOSING_REFERENCES, {
      owner,
      name,
      number,
      after,
      request,
    });
    const found = answer.repository?.pullRequest?.closingIssuesReferences;
    for (const node of found?.nodes ?? []) {
      const repositoryId = node?.repository.databaseId;
      if (node && repositoryId != null) closes.push({ repositoryId, issueNumber: node.number });
    }
    after = found?.pageInfo.hasNextPage === true ? found.pageInfo.endCursor : null;
  } while (after !== null);
  return closes;
}

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
