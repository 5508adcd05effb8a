// Who worked on a pull request and who reviewed it, with which role: read only for those that a bounty is linked to.
import { coAuthorsOf, type MergeFacts, type Review } from "../core/award.ts";
import type { Repository } from "../core/campaign.ts";
import type { Reviewer } from "../core/payees.ts";
import { hasRole } from "../core/policy.ts";
import type { PullFacts } from "../ports.ts";
import type { Sources } from "./facts.ts";

/** A pull request with its people, and the role of whoever reviewed it. */
export interface PullWithPeople extends PullFacts {
  reviews: (Review & Pick<Reviewer, "role">)[];
}

/** Anybody may review, and each one's role is asked: of a crowd the last count. */
const REVIEWS_MAX = 30;

export async function withPeople(
  repository: Repository,
  facts: PullFacts,
  { github }: Pick<Sources, "github">,
): Promise<PullWithPeople> {
  const { pull, commits } = facts;
  const reviews: PullWithPeople["reviews"] = [];
  for (const review of facts.reviews.slice(-REVIEWS_MAX)) {
    if (review.by.id === pull.author.id) continue;
    reviews.push({ ...review, role: await github.roleOf(repository, review.by) });
  }
  const reviewers = reviews.map(({ by, role, at }) => ({ ...by, role, at }));
  const coAuthors = coAuthorsOf(pull.author, commits);
  return { ...facts, pull: { ...pull, coAuthors, reviewers }, reviews };
}

/** The merger's role, and when somebody with the role that the policy asks for approved the merged head. */
export async function whoStandsForIt(
  repository: Repository,
  { pull, reviews }: PullWithPeople,
  { github, read }: Sources,
): Promise<Pick<MergeFacts, "mergerIsBot" | "mergerHasRole" | "approvedAt">> {
  const { who } = (await read.policyOf(repository.id)).policy;
  const { mergedBy } = pull;
  const mergerIsBot = mergedBy === null || isBot(mergedBy.login);
  const mergerHasRole =
    mergedBy !== null && !mergerIsBot && hasRole(await github.roleOf(repository, mergedBy), who);
  const approvals = reviews.filter(
    ({ verdict, headSha, role, at }) =>
      verdict === "approved" &&
      headSha === pull.headSha &&
      hasRole(role, who) &&
      at <= (pull.mergedAt ?? 0),
  );
  const approvedAt = approvals.length === 0 ? null : Math.max(...approvals.map(({ at }) => at));
  return { mergerIsBot, mergerHasRole, approvedAt };
}

/** GitHub gives bots, and only bots, a login that ends so. */
function isBot(login: string): boolean {
  return login.endsWith("[bot]");
}
