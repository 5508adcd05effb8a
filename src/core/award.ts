// An award: the decision who is paid which share, made when a claim merges, and the pull requests,
// notices and claims it rests on.
import type { Campaign, PayeeShare, Person } from "./campaign.ts";

/** A pull request as GitHub describes it. */
export interface Pull {
  /** GitHub's id of the pull request. */
  id: number;
  repositoryId: number;
  number: number;
  title: string;
  author: Person;
  authorIsBot: boolean;
  baseRef: string;
  headSha: string;
  open: boolean;
  /** GitHub's own time of the merge. */
  mergedAt: number | null;
  mergedBy: Person | null;
}

/** A pull request that says it solves a campaign's issue. */
export interface Claim {
  campaignId: string;
  pullId: number;
  /** GitHub's closing references, or the author's `/claim`. */
  by: "closing reference" | "command";
  at: number;
}

/** What merging would pay, as GitHub confirmed that it was shown on the pull request. */
export interface Notice {
  pullId: number;
  campaignId: string;
  payees: PayeeShare[];
  /** Paid in at that time, in minor units of the campaign's currency. */
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
  payees: AwardPayee[];
}

/**
 * Merged since this bounty was attached. What was merged before solved the issue for another one, or not at
 * all: an edit of it years later must not end this one. GitHub tells times in whole seconds.
 */
export function isMergedFor({ mergedAt }: Pull, { createdAt }: Campaign): boolean {
  return mergedAt !== null && mergedAt >= createdAt - (createdAt % 1000);
}

/** Who would be paid for this pull request: the split, else its human author, else nobody. */
export function payeesFor(pull: Pull | null, split: readonly PayeeShare[] | null): PayeeShare[] {
  if (split !== null) return [...split];
  if (pull === null || pull.authorIsBot) return [];
  return [{ ...pull.author, basisPoints: 10_000 }];
}

/** Same people with the same weights; logins may have been renamed. */
export function samePayees(a: readonly PayeeShare[], b: readonly PayeeShare[]): boolean {
  if (a.length !== b.length) return false;
  return a.every((one) =>
    b.some((other) => other.id === one.id && other.basisPoints === one.basisPoints),
  );
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
  /** A human with that role, not the author, approved the merged head. */
  approvedByRole: boolean;
}

export type ReleaseBlocker =
  | "notTheDefaultBranch"
  | "notClosingTheIssue"
  | "mergerLacksTheRole"
  | "noPayee"
  | "noticeMissing"
  | "noticeNamesOthers"
  | "noticeShowedMore"
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
  onHold: boolean;
}): ReleaseBlocker[] {
  const { pull, facts, claimed, payees, notices, amount, onHold } = options;
  const blockers: ReleaseBlocker[] = [];
  if (!facts.intoDefaultBranch) blockers.push("notTheDefaultBranch");
  if (!facts.closesIssue && !claimed) blockers.push("notClosingTheIssue");
  const mergedByRole = !facts.mergerIsBot && facts.mergerHasRole;
  if (!mergedByRole && !facts.approvedByRole) blockers.push("mergerLacksTheRole");
  if (payees.length === 0) blockers.push("noPayee");
  const notice = standingNotice(notices, pull.mergedAt ?? 0);
  // One that said that nothing is paid in announced no payment: what came after the merge is not its.
  if (notice === null || notice.amount === 0n) blockers.push("noticeMissing");
  else if (!samePayees(notice.payees, payees)) blockers.push("noticeNamesOthers");
  else if (notice.amount > amount) blockers.push("noticeShowedMore");
  if (onHold) blockers.push("onHold");
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
