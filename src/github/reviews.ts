// What people said of a pull request's code, and who of them may say so.
import type { Review } from "../core/award.ts";
import { type Actor, personOf } from "./actors.ts";

export interface ReviewNode {
  state: string;
  author: Actor | null;
  /** null: it is nowhere any more. */
  commit: { oid: string } | null;
  submittedAt: string | null;
}

/** The only ones that are asked for: a comment does not replace the review before it. */
const VERDICTS: Readonly<Record<string, Review["verdict"] | "dismissed">> = {
  APPROVED: "approved",
  CHANGES_REQUESTED: "changes requested",
  DISMISSED: "dismissed",
};

/** Each person's last word that stands, in the order in which they were submitted. Bots have none. */
export function standingReviews(reviews: readonly ReviewNode[]): Review[] {
  const latest = new Map<number, ReviewNode>();
  for (const review of reviews.toSorted((a, b) => timeOf(a) - timeOf(b))) {
    const by = personOf(review.author);
    if (by === null || review.author?.__typename !== "User") continue;
    if (VERDICTS[review.state] === undefined) continue;
    latest.delete(by.id);
    latest.set(by.id, review);
  }
  return [...latest.values()].flatMap((review) => reviewOf(review) ?? []);
}

function reviewOf({ author, state, commit, submittedAt }: ReviewNode): Review | null {
  const verdict = VERDICTS[state];
  const by = personOf(author);
  if (by === null || verdict === undefined || verdict === "dismissed") return null;
  return {
    by,
    verdict,
    headSha: commit?.oid ?? "",
    at: timeOf({ submittedAt }),
  };
}

function timeOf({ submittedAt }: Pick<ReviewNode, "submittedAt">): number {
  return submittedAt === null ? 0 : Date.parse(submittedAt);
}
