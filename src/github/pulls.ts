// What GitHub says of a pull request, in one answer: itself, which issues it closes, its commits and its reviews, as
// of one moment.
import type { Pull } from "../core/award.ts";
import type { Person, Repository } from "../core/campaign.ts";
import { type PullFacts, ServerFailure, TransientFailure } from "../ports.ts";
import { type Actor, personOf, WHO } from "./actors.ts";
import { type CommitNode, commitOf } from "./commits.ts";
import { assertSame, type Connection, readable, type Session } from "./connection.ts";
import { isGone } from "./failures.ts";
import { type ReviewNode, standingReviews } from "./reviews.ts";

const PULL = `query pull(
  $owner: String!, $name: String!, $number: Int!, $closes: String, $commits: String, $reviews: String
) {
  repository(owner: $owner, name: $name) {
    databaseId
    pullRequest(number: $number) {
      fullDatabaseId
      number
      title
      body
      state
      author { ...who }
      baseRefName
      headRefOid
      mergedAt
      mergedBy { ...who }
      updatedAt
      closingIssuesReferences(first: 25, after: $closes) {
        nodes { number repository { databaseId } }
        pageInfo { hasNextPage endCursor }
      }
      commits(first: 50, after: $commits) {
        nodes {
          commit {
            oid
            message
            parents(first: 1) { totalCount }
            authors(first: 20) { nodes { user { databaseId login } } }
          }
        }
        pageInfo { hasNextPage endCursor }
      }
      reviews(first: 50, after: $reviews, states: [APPROVED, CHANGES_REQUESTED, DISMISSED]) {
        nodes { state author { ...who } commit { oid } submittedAt }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}
${WHO}`;

interface Page<Node> {
  nodes: (Node | null)[] | null;
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

interface ClosedNode {
  number: number;
  repository: { databaseId: number | null };
}

interface PullNode {
  /** The number of REST; too large for GraphQL's own kind. */
  fullDatabaseId: string | null;
  number: number;
  title: string;
  body: string;
  state: "OPEN" | "CLOSED" | "MERGED";
  author: Actor | null;
  baseRefName: string;
  headRefOid: string;
  mergedAt: string | null;
  mergedBy: Actor | null;
  updatedAt: string;
  closingIssuesReferences: Page<ClosedNode> | null;
  commits: Page<{ commit: CommitNode }>;
  reviews: Page<ReviewNode> | null;
}

interface PullAnswer {
  repository: { databaseId: number | null; pullRequest: PullNode | null } | null;
}

/** As many as GitHub's own list of them shows. */
const COMMITS_MAX = 250;

export async function readPull(
  connection: Connection,
  repository: Repository,
  pullNumber: number,
): Promise<PullFacts | null> {
  try {
    return await connection.as(repository, async (session) => {
      const pages = await pagesOf(session, repository, pullNumber);
      const first = pages[0] as PullNode;
      const closes = pages.flatMap((page) => nodesOf(page.closingIssuesReferences));
      const commits = pages.flatMap((page) => nodesOf(page.commits));
      const reviews = pages.flatMap((page) => nodesOf(page.reviews));
      return {
        pull: pullOf(first, repository),
        body: first.body,
        closes: closes.flatMap((node) => closedOf(node) ?? []),
        commits: commits.slice(0, COMMITS_MAX).map(({ commit }) => commitOf(commit)),
        reviews: standingReviews(reviews),
      };
    });
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

/** Each list goes on where its page ended, until the longest is through; mostly there is one page. All are of one moment. */
async function pagesOf(
  { octokit, request }: Session,
  repository: Repository,
  number: number,
): Promise<PullNode[]> {
  const { owner, name } = repository;
  const pages: PullNode[] = [];
  let from: Cursors | null = { closes: null, commits: null, reviews: null };
  while (from !== null) {
    const variables = { owner, name, number, ...from, request };
    const answer = readable({ data: await octokit.graphql<PullAnswer>(PULL, variables) });
    assertSame(repository, answer.repository?.databaseId);
    const page = answer.repository?.pullRequest;
    if (page?.fullDatabaseId == null) {
      throw new ServerFailure("GitHub answered without the pull request");
    }
    if (hasMoved(page, pages[0] ?? page)) {
      throw new TransientFailure(`pull request ${number} was changed while it was read`);
    }
    pages.push(page);
    from = after(page, from, pages.length);
  }
  return pages;
}

/** Where each list goes on: of one that is through, after its last. */
interface Cursors {
  closes: string | null;
  commits: string | null;
  reviews: string | null;
}

const COMMIT_PAGES_MAX = COMMITS_MAX / 50;

/** null: there is nothing more to read. */
function after(
  { closingIssuesReferences, commits, reviews }: PullNode,
  from: Cursors,
  pagesCount: number,
): Cursors | null {
  const goesOn =
    hasMore(closingIssuesReferences) ||
    hasMore(reviews) ||
    (hasMore(commits) && pagesCount < COMMIT_PAGES_MAX);
  return goesOn
    ? {
        closes: endOf(closingIssuesReferences) ?? from.closes,
        commits: endOf(commits) ?? from.commits,
        reviews: endOf(reviews) ?? from.reviews,
      }
    : null;
}

function hasMoved(page: PullNode, first: PullNode): boolean {
  const { headRefOid, baseRefName, state, mergedAt } = page;
  return (
    headRefOid !== first.headRefOid ||
    baseRefName !== first.baseRefName ||
    state !== first.state ||
    mergedAt !== first.mergedAt
  );
}

function hasMore(page: Page<unknown> | null): boolean {
  return page?.pageInfo.hasNextPage === true && page.pageInfo.endCursor !== null;
}

function endOf(page: Page<unknown> | null): string | null {
  return page?.pageInfo.endCursor ?? null;
}

function nodesOf<Node>(page: Page<Node> | null): Node[] {
  return (page?.nodes ?? []).filter((node) => node !== null);
}

function closedOf({ number, repository }: ClosedNode): PullFacts["closes"][0] | null {
  const { databaseId: repositoryId } = repository;
  return repositoryId === null ? null : { repositoryId, issueNumber: number };
}

function pullOf(pull: PullNode, { id: repositoryId }: Repository): Pull {
  const author = personOf(pull.author);
  return {
    id: Number(pull.fullDatabaseId),
    repositoryId,
    number: pull.number,
    title: pull.title,
    author: author ?? GHOST,
    // Whoever is not a person (a bot, a deleted account, an import) is never paid by default.
    authorIsBot: author === null || pull.author?.__typename !== "User",
    coAuthors: [],
    reviewers: [],
    baseRef: pull.baseRefName,
    headSha: pull.headRefOid,
    open: pull.state === "OPEN",
    mergedAt: pull.mergedAt === null ? null : Date.parse(pull.mergedAt),
    mergedBy: personOf(pull.mergedBy),
    updatedAt: Date.parse(pull.updatedAt),
  };
}

/** The account that GitHub shows in place of a deleted one. */
const GHOST: Person = { id: 10137, login: "ghost" };
