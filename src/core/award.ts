// An award: the decision who is paid which share, made when a claim merges, and the pull requests,
// notices and claims it rests on.
import type { Campaign, Hold, PayeeShare, Person } from "./campaign.ts";
import { isUnreached } from "./goal.ts";
import type { HandedShare } from "./handover.ts";
import { type Reviewer, samePayees, sameWorkers } from "./payees.ts";

/** A pull request as GitHub describes it. */
export interface Pull {
  /** GitHub's id of the pull request. */
  id: number;
  repositoryId: number;
  number: number;
  title: string;
  author: Person;
  authorIsBot: boolean;
  /** People whom the author's commits name in a `Co-authored-by` line; no bots. */
  coAuthors: Person[];
  /** People whose last word on the code stands; whether they count is the policy's matter. */
  reviewers: Reviewer[];
  baseRef: string;
  headSha: string;
  open: boolean;
  /** GitHub's own time of the merge. */
  mergedAt: number | null;
  mergedBy: Person | null;
  /** GitHub's own time of its last change. */
  updatedAt: number;
}

/** A person's last word on a pull request's code: a comment is none. */
export interface Review {
  by: Person;
  verdict: "approved" | "changes requested";
  headSha: string;
  at: number;
}

/** A commit of a pull request, as GitHub names its authors: git's own first, then those of its trailers. */
export interface PullCommit {
  sha: string;
  message: string;
  /** null: an address that belongs to no person's account. */
  authors: (Person | null)[];
  isMerge: boolean;
}

/**
 * The people whom the author names. Commits that are another's name nobody: whoever may push to the branch
 * could give themselves a share.
 */
export function coAuthorsOf(author: Person, commits: readonly PullCommit[]): Person[] {
  const found = new Map<number, Person>();
  for (const { authors, isMerge } of commits) {
    const [first, ...others] = authors;
    if (isMerge || (first != null && first.id !== author.id)) continue;
    for (const one of others) if (one !== null && one.id !== author.id) found.set(one.id, one);
  }
  return [...found.values()];
}

/** A pull request that says it solves a campaign's issue. */
export interface Claim {
  campaignId: string;
  pullId: number;
  /** GitHub's closing references, or the author's `/claim`. */
  by: "closing reference" | "command";
  at: number;
  /** A maintainer declined it. */
  rejected: Hold | null;
}

/** What merging would pay, as GitHub confirmed that it was shown on the pull request. */
export interface Notice {
  pullId: number;
  campaignId: string;
  /** Nobody where it said that a merge releases nothing by itself. */
  payees: PayeeShare[];
  /** Paid in and promised at that time, in minor units of the campaign's currency. */
  amount: bigint;
  headSha: string;
  checkRunId: number;
  /** GitHub's own time of the check run that shows it. */
  confirmedAt: number;
}

interface AwardPayee extends PayeeShare {
  /** Allotted so far over all pledges, in minor units. */
  allotted: bigint;
}

export interface Award {
  id: string;
  campaignId: string;
  /** The merged pull request, or null when a maintainer released without one. */
  pullId: number | null;
  pullNumber: number | null;
  at: number;
  /** Who decided: the merger, or the maintainer who said `/release`. */
  by: Person;
  /** Payouts leave from then on: the policy gives maintainers days to stop them. */
  payableFrom: number;
  payees: AwardPayee[];
  /** Numbers the awards of one campaign: another may follow one that was taken back. */
  round: number;
  /** A maintainer took it back before anything of it had left. */
  undone: Hold | null;
  /** The number of the pull request that reverted what it was made for. */
  revertedBy: number | null;
  /** Payees, by id, who gave up their share in favour of the backers. */
  declined: number[];
  /** Payees in whose place somebody else is paid, as a maintainer agreed. */
  handed: HandedShare[];
}

/**
 * Merged since this bounty was attached. What was merged before solved the issue for another one, or not at
 * all: an edit of it years later must not end this one. GitHub tells times in whole seconds.
 */
export function isMergedFor({ mergedAt }: Pull, { createdAt }: Campaign): boolean {
  return mergedAt !== null && mergedAt >= createdAt - (createdAt % 1000);
}

/** Facts are decided in another order than they were read in: a merge is final, else the later word stands. */
export function latestOf(known: Pull | null, seen: Pull): Pull {
  if (known === null || known.id !== seen.id) return seen;
  if (known.mergedAt !== null && seen.mergedAt === null) return known;
  return seen.updatedAt < known.updatedAt ? known : seen;
}

/** What GitHub says of a merge, beyond the pull request itself. */
export interface MergeFacts {
  /** Into the repository's default branch as it is now. */
  intoDefaultBranch: boolean;
  /** GitHub says that this pull request closes, or closed, the campaign's issue. */
  closesIssue: boolean;
  mergerIsBot: boolean;
  /** The merger holds the role that the policy asks for. */
  mergerHasRole: boolean;
  /** When a human with that role, not the author, last approved the merged head; null: nobody did. */
  approvedAt: number | null;
}

export type ReleaseBlocker =
  | "notTheDefaultBranch"
  | "notClosingTheIssue"
  | "mergerLacksTheRole"
  | "approvedUnseen"
  | "noPayee"
  | "noticeMissing"
  | "noticeNamesOthers"
  | "noticeShowedMore"
  | "goalNotReached"
  | "onHold";

/**
 * What stands between a merge and its automatic release; empty when it may be released.
 * The notice must have stood, by GitHub's clock, before the merge.
 */
export function releaseBlockers(options: {
  pull: Pull;
  facts: MergeFacts;
  claimed: boolean;
  payees: readonly PayeeShare[];
  notices: readonly Notice[];
  amount: bigint;
  campaign: Pick<Campaign, "goal" | "state" | "hold">;
}): ReleaseBlocker[] {
  const { pull, facts, claimed, payees, notices, amount, campaign } = options;
  const blockers: ReleaseBlocker[] = [];
  if (!facts.intoDefaultBranch) blockers.push("notTheDefaultBranch");
  if (!facts.closesIssue && !claimed) blockers.push("notClosingTheIssue");
  const mergedByRole = !facts.mergerIsBot && facts.mergerHasRole;
  if (!mergedByRole && facts.approvedAt === null) blockers.push("mergerLacksTheRole");
  if (payees.length === 0) blockers.push("noPayee");
  const notice = standingNotice(notices, pull.mergedAt ?? 0);
  // Whoever approved what a bot merges stands for it: they must have been shown who is paid.
  const since = namedSince({ pull, notices, payees });
  if (!mergedByRole && facts.approvedAt !== null && since !== null && facts.approvedAt <= since) {
    blockers.push("approvedUnseen");
  }
  // One that said that a merge releases nothing announced no payment: what came after the merge is not its.
  const named = notice === null ? 0 : notice.payees.length;
  if (notice === null || notice.amount === 0n || (named === 0 && payees.length > 0)) {
    blockers.push("noticeMissing");
  } else if (!samePayees(notice.payees, payees)) blockers.push("noticeNamesOthers");
  else if (notice.amount > amount) blockers.push("noticeShowedMore");
  if (isUnreached(campaign)) blockers.push("goalNotReached");
  if (campaign.hold !== null) blockers.push("onHold");
  return blockers;
}

/** The last notice that GitHub confirmed before the merge. */
export function standingNotice(notices: readonly Notice[], mergedAt: number): Notice | null {
  let standing: Notice | null = null;
  for (const notice of notices) {
    if (notice.confirmedAt >= mergedAt) continue;
    if (standing === null || notice.confirmedAt >= standing.confirmedAt) standing = notice;
  }
  return standing;
}

/** Since when the notices before the merge have named these people without a break; null: the last did not. */
function namedSince(options: {
  pull: Pull;
  notices: readonly Notice[];
  payees: readonly PayeeShare[];
}): number | null {
  const { pull, notices, payees } = options;
  const shown = notices
    .filter(({ confirmedAt }) => confirmedAt < (pull.mergedAt ?? 0))
    .sort((a, b) => b.confirmedAt - a.confirmedAt);
  let since: number | null = null;
  for (const notice of shown) {
    if (!sameWorkers(notice.payees, payees, pull.reviewers)) break;
    since = notice.confirmedAt;
  }
  return since;
}
