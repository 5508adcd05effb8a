// What people said of a pull request's code, and who of them may say so.
import type { Review } from "../core/award.ts";
import type { Repository } from "../core/campaign.ts";
import { allPages, type Connection, type Session } from "./connection.ts";

type RestReview = Awaited<
  ReturnType<Session["octokit"]["rest"]["pulls"]["listReviews"]>
>["data"][0];

/** Only a review that says something about the code replaces the one before it: a comment does not. */
const VERDICTS: Readonly<Record<string, Review["verdict"] | "dismissed">> = {
  APPROVED: "approved",
  CHANGES_REQUESTED: "changes requested",
  DISMISSED: "dismissed",
};

/** Each person's last word that stands, in the order given. Bots have none. */
export async function readReviews(
  connection: Connection,
  repository: Repository,
  pullNumber: number,
): Promise<Review[]> {
  return connection.as(repository, async ({ octokit, request }) => {
    const { owner, name: repo } = repository;
    const reviews = await allPages((page) =>
      octokit.rest.pulls.listReviews({
        owner,
        repo,
        pull_number: pullNumber,
        per_page: 100,
        page,
        request,
      }),
    );
    const latest = new Map<number, RestReview>();
    // GitHub lists them in the order they were submitted.
    for (const review of reviews) {
      if (review.user?.type !== "User" || VERDICTS[review.state] === undefined) continue;
      latest.delete(review.user.id);
      latest.set(review.user.id, review);
    }
    return [...latest.values()].flatMap((review) => reviewOf(review) ?? []);
  });
}

function reviewOf({ user, state, commit_id, submitted_at }: RestReview): Review | null {
  const verdict = VERDICTS[state];
  if (user === null || verdict === undefined || verdict === "dismissed") return null;
  return {
    by: { id: user.id, login: user.login },
    verdict,
    headSha: commit_id ?? "",
    at: submitted_at === undefined ? 0 : Date.parse(submitted_at),
  };
}
