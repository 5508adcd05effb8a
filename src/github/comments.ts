// Our comments: one per marker, edited in place, found again by the marker and our App's id together,
// since anybody can copy the marker's text. Also reactions, and hiding what is done with.
import type { Repository } from "../core/campaign.ts";
import type { Reaction } from "../core/effects.ts";
import { type CommentRef, type GitHub, PermanentFailure } from "../ports.ts";
import { allPages, type Connection, readable, type Session } from "./connection.ts";
import { isGone, toFailure } from "./failures.ts";

type CommentOptions = Parameters<GitHub["putComment"]>[1];

/**
 * By how much our clock may run ahead of GitHub's when we look for what we may have written: a clock may be a day
 * off, and a look that missed it would leave a second card.
 */
const CLOCK_SKEW_MS = 25 * 3_600_000;

export async function putComment(
  connection: Connection,
  repository: Repository,
  options: CommentOptions,
): Promise<CommentRef> {
  const { commentId, since } = options;
  return connection.as(repository, async (session) => {
    const place = { session, repository };
    if (commentId !== null) {
      const edited = await edit(place, { commentId, body: options.body });
      if (edited !== null) return edited;
    }
    const written =
      since === null ? null : await findWritten(place, { ...options, since }, connection);
    return written ?? (await create(place, options));
  });
}

interface Place {
  session: Session;
  repository: Repository;
}

function refOf({ id, node_id }: { id: number; node_id: string }): CommentRef {
  return { commentId: id, nodeId: node_id };
}

/** null when the comment is gone: deleted (404), or its issue is (410). */
async function edit(
  { session: { octokit, request }, repository: { owner, name: repo } }: Place,
  { commentId, body }: { commentId: number; body: string },
): Promise<CommentRef | null> {
  try {
    const edited = await octokit.rest.issues.updateComment({
      owner,
      repo,
      comment_id: commentId,
      body,
      request,
    });
    return refOf(readable(edited));
  } catch (error) {
    if (isGone(toFailure(error))) return null;
    throw error;
  }
}

async function create(
  { session: { octokit, request }, repository: { owner, name: repo } }: Place,
  { issueNumber, body }: CommentOptions,
): Promise<CommentRef> {
  const created = await octokit.rest.issues.createComment({
    owner,
    repo,
    issue_number: issueNumber,
    body,
    request,
  });
  const written = readable(created);
  // Sent on to where its issue went, a POST becomes a GET: what answers is no comment.
  if (typeof written.id !== "number") {
    throw new PermanentFailure("the issue was transferred", { code: "github_410" });
  }
  return refOf(written);
}

/** What an earlier try wrote, brought up to date; a second one is deleted. */
async function findWritten(
  place: Place,
  options: CommentOptions & { since: number },
  { appId, log }: Connection,
): Promise<CommentRef | null> {
  const { octokit, request } = place.session;
  const { owner, name: repo } = place.repository;
  const { issueNumber, markerText, body, since } = options;
  const listed = await allPages((page) =>
    octokit.rest.issues.listComments({
      owner,
      repo,
      issue_number: issueNumber,
      since: new Date(Math.max(0, since - CLOCK_SKEW_MS)).toISOString(),
      per_page: 100,
      page,
      request,
    }),
  );
  const ours = listed.filter(
    (comment) =>
      comment.performed_via_github_app?.id === appId && comment.body?.includes(markerText) === true,
  );
  const [first, ...others] = ours.sort((a, b) => a.id - b.id);
  if (first === undefined) return null;
  for (const { id } of others) {
    log.warn({ commentId: id, issueNumber, owner, repo }, "a second comment of ours is deleted");
    await remove(place, id);
  }
  return first.body === body ? refOf(first) : edit(place, { commentId: first.id, body });
}

async function remove(
  { session: { octokit, request }, repository: { owner, name: repo } }: Place,
  commentId: number,
): Promise<void> {
  try {
    await octokit.rest.issues.deleteComment({ owner, repo, comment_id: commentId, request });
  } catch (error) {
    if (!isGone(toFailure(error))) throw error;
  }
}

/** GitHub answers a reaction that stands already as if it were new. A deleted comment needs none. */
export async function react(
  connection: Connection,
  repository: Repository,
  { commentId, reaction }: { commentId: number; reaction: Reaction },
): Promise<void> {
  const { owner, name: repo } = repository;
  await unlessGone(
    connection.as(repository, ({ octokit, request }) =>
      octokit.rest.reactions.createForIssueComment({
        owner,
        repo,
        comment_id: commentId,
        content: reaction,
        request,
      }),
    ),
  );
}

const MINIMIZE = `mutation minimize($id: ID!) {
  minimizeComment(input: { subjectId: $id, classifier: RESOLVED }) {
    minimizedComment { isMinimized }
  }
}`;

/** GraphQL only: docs.github.com/graphql/reference/mutations#minimizecomment. */
export async function minimize(
  connection: Connection,
  repository: Repository,
  nodeId: string,
): Promise<void> {
  await unlessGone(
    connection.as(repository, ({ octokit, request }) =>
      octokit.graphql(MINIMIZE, { id: nodeId, request }),
    ),
  );
}

async function unlessGone(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}
