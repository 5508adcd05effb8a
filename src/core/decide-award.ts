// From a linked pull request to the award: claims, notices, the merge, and a maintainer's `/release`.
import {
  type Award,
  type Claim,
  isMergedFor,
  latestOf,
  type MergeFacts,
  type Notice,
  type Pull,
  type ReleaseBlocker,
  releaseBlockers,
  standingNotice,
} from "./award.ts";
import {
  awardable,
  type Campaign,
  hasNothingToAward,
  isOpen,
  type PayeeShare,
  type Person,
} from "./campaign.ts";
import type { Asked } from "./commands.ts";
import { lacksRole } from "./decide-campaign.ts";
import { type Answer, both, type Decision, decision, needed, type Situation } from "./decision.ts";
import { now, type PlannedEffect } from "./effects.ts";
import type { Event } from "./events.ts";
import { isUnreached } from "./goal.ts";
import { askToConnect } from "./owed.ts";
import { payeesFor } from "./payees.ts";
import { newPayee, type Payee } from "./payout.ts";
import { DAY_MS } from "./pledge.ts";
import { waitingReply } from "./replies.ts";
import { accept, done, minimizeWaiting, refuse, show, waitingKey } from "./steps.ts";

/** `/claim #n` on a pull request; the situation's campaign is the one of issue n. */
export function claimIssue(asked: Asked, { campaign, pull, claims, at }: Situation): Answer {
  if (!asked.thread.isPull || pull === null) return refuse({ refusal: "notAPull" });
  if (pull.authorIsBot) return refuse({ refusal: "authorIsABot" });
  if (pull.author.id !== asked.by.id) return refuse({ refusal: "notTheAuthor" });
  if (campaign === null) return refuse({ refusal: "noCampaign" });
  if (!isOpen(campaign)) return refuse({ refusal: "campaignIsOver" });
  if (claimOn(campaign, claims)?.rejected != null) return refuse({ refusal: "claimIsRejected" });
  const claim = aClaim({ campaignId: campaign.id, pullId: pull.id, by: "command", at });
  const linked = link({ pull, claim, campaign }, { claims, pull });
  return accept({ ...linked, effects: [...linked.effects, ...done(asked)] });
}

function aClaim(parts: Omit<Claim, "rejected">): Claim {
  return { ...parts, rejected: null };
}

function claimOn({ id }: Campaign, claims: readonly Claim[]): Claim | undefined {
  return claims.find(({ campaignId }) => campaignId === id);
}

function link(
  { pull: seen, claim, campaign }: { pull: Pull; claim: Claim; campaign: Campaign },
  { claims, pull: known }: Pick<Situation, "claims" | "pull">,
): Decision {
  const pull = latestOf(known, seen);
  const before = claimOn(campaign, claims);
  // A command says more than GitHub's guess: it stays when the closing keyword goes.
  const stronger = before === undefined || (before.by !== "command" && claim.by === "command");
  const rejected = before?.rejected ?? null;
  return decision({
    changes: [
      { put: "pull", pull },
      ...(stronger ? [{ put: "claim" as const, claim: { ...claim, rejected } }] : []),
      ...(campaign.linked
        ? []
        : [{ put: "campaign" as const, campaign: { ...campaign, linked: true } }]),
    ],
    effects: showPull(pull, campaign.id),
  });
}

/** The notice belongs before the merge: a pull request that is closed gets none. */
function showPull(pull: Pull, campaignId: string): PlannedEffect[] {
  return [
    ...(pull.open ? [now({ effect: "postNotice", pullId: pull.id, campaignId })] : []),
    now({ effect: "updateCard", campaignId }),
  ];
}

export function onPullLinked(
  { pull, by }: Extract<Event, { event: "pullLinked" }>,
  situation: Situation,
): Decision {
  const campaign = needed(situation.campaign, "campaign");
  const claim = aClaim({ campaignId: campaign.id, pullId: pull.id, by, at: situation.at });
  return link({ pull, claim, campaign }, situation);
}

/** A push, an edit, a close: every campaign that the pull request is linked to shows it anew. */
export function onPullSeen(seen: Pull, { claims, pull: known }: Situation): Decision {
  const pull = latestOf(known, seen);
  return decision({
    changes: [{ put: "pull", pull }],
    effects: claims.flatMap(({ campaignId }) => showPull(pull, campaignId)),
  });
}

export function onNoticePosted(notice: Notice): Decision {
  return decision({ changes: [{ put: "notice", notice }] });
}

/** A merge releases the campaign when the notice stood and GitHub's facts agree; else it waits for `/release`. */
export function onPullMerged(
  { pull, facts }: Extract<Event, { event: "pullMerged" }>,
  situation: Situation,
): Decision {
  const campaign = needed(situation.campaign, "campaign");
  const latest = latestOf(situation.pull, pull);
  const seen = decision({ changes: [{ put: "pull", pull: latest }] });
  if (!isOpen(campaign) || !isMergedFor(pull, campaign)) return seen;
  if (claimOn(campaign, situation.claims)?.rejected != null) return seen;
  // The issue was transferred: what merges in its old repository solves nothing of it.
  if (pull.repositoryId !== campaign.repositoryId) return seen;
  const merged = both(seen, closerClaim({ pull, facts, campaign }, situation));
  if (hasNothingToAward(campaign)) return both(merged, solvedUnpaid(campaign, facts));
  const notice = standingNotice(situation.notices, pull.mergedAt ?? 0);
  const { split } = campaign;
  const { policy } = situation;
  const payees = payeesFor({ pull, split, policy, shown: notice?.payees ?? [] });
  const blockers = releaseBlockers({
    pull,
    facts,
    claimed: situation.claims.some(
      ({ campaignId, by }) => campaignId === campaign.id && by === "command",
    ),
    payees,
    notices: situation.notices,
    amount: awardable(campaign),
    campaign,
  });
  if (blockers.length > 0) return both(merged, waits({ pull, blockers }, situation));
  const by = pull.mergedBy ?? pull.author;
  return both(merged, award({ campaign, pull, payees, by }, situation));
}

/** GitHub names it as what closed the issue, which nothing said before the merge: from now on it is linked. */
function closerClaim(
  { pull, facts, campaign }: { pull: Pull; facts: MergeFacts; campaign: Campaign },
  { claims, at }: Situation,
): Decision {
  const known = claims.some(({ campaignId }) => campaignId === campaign.id);
  if (known || !facts.closesIssue) return decision({});
  const by = "closing reference";
  const claim = aClaim({ campaignId: campaign.id, pullId: pull.id, by, at });
  return decision({ changes: [{ put: "claim", claim }] });
}

/** Solved before anybody paid, as Stripe was asked: nothing is owed, and what is paid after that goes back in full. */
function solvedUnpaid(
  campaign: Campaign,
  { intoDefaultBranch, closesIssue }: { intoDefaultBranch: boolean; closesIssue: boolean },
): Decision {
  // Its author can link a merged pull request by an edit: solved is what closed with it.
  if (!intoDefaultBranch || !closesIssue || campaign.issueOpen) return decision({});
  const { id } = campaign;
  const expired: Campaign = {
    ...campaign,
    state: "expired",
    waitingPullId: null,
    endReason: "the issue was solved before anything was pledged",
  };
  return decision({
    changes: [{ put: "campaign", campaign: expired }],
    effects: [
      now({ effect: "returnPledges", campaignId: id, reason: "campaign over", after: null }),
      ...show(campaign),
    ],
  });
}

function waits(
  { pull, blockers }: { pull: Pull; blockers: ReleaseBlocker[] },
  situation: Situation,
): Decision {
  const campaign = needed(situation.campaign, "campaign");
  const payees = payeesFor({ pull, split: campaign.split, policy: situation.policy });
  const solves =
    !blockers.includes("notTheDefaultBranch") && !blockers.includes("notClosingTheIssue");
  // One that solves the issue is not pushed aside by one that does not.
  const waitingPullId = solves ? pull.id : (campaign.waitingPullId ?? pull.id);
  const body = waitingReply({ campaign, pull, blockers, payees });
  return decision({
    changes: [{ put: "campaign", campaign: { ...campaign, waitingPullId } }],
    effects: [
      now({
        effect: "reply",
        repositoryId: campaign.repositoryId,
        issueNumber: pull.number,
        key: waitingKey(campaign, pull.id),
        body,
      }),
      now({ effect: "updateCard", campaignId: campaign.id }),
    ],
  });
}

/**
 * `/release`: a maintainer pays for the merged pull request, or the people named by `/split`. It also
 * ends a hold; where nothing merged waits it does only that, so that no split is paid by surprise.
 */
export function releaseAward(asked: Asked, situation: Situation): Answer {
  const { policy, campaign } = situation;
  const pull = situation.pull?.mergedAt == null ? null : situation.pull;
  const refusal = lacksRole(asked, policy);
  if (refusal !== null) return refuse(refusal);
  if (campaign === null) return refuse({ refusal: "noCampaign" });
  if (campaign.state === "awarded" && situation.award?.undone != null) {
    return refuse({ refusal: "awardIsUndone" });
  }
  const freed: Campaign = { ...campaign, hold: null };
  const payees = payeesFor({ pull, split: campaign.split, policy });
  const payable = payees.length > 0 && !hasNothingToAward(campaign);
  if (campaign.hold !== null && !(isOpen(campaign) && pull !== null && payable)) {
    return endHold(asked, freed);
  }
  if (campaign.state === "awarded" && campaign.totals.takenBack > 0n) return endHold(asked, freed);
  if (campaign.state === "awarded") return refuse({ refusal: "campaignIsAwarded" });
  if (!isOpen(campaign)) return refuse({ refusal: "campaignIsOver" });
  if (isUnreached(campaign)) return refuse({ refusal: "goalNotReached" });
  if (pull === null && campaign.split === null) return refuse({ refusal: "nothingToRelease" });
  if (payees.length === 0) return refuse({ refusal: "nobodyToPay" });
  if (hasNothingToAward(campaign)) return refuse({ refusal: "nothingPaidIn" });
  const { changes, postings, effects } = award(
    { campaign: freed, pull, payees, by: asked.by },
    situation,
  );
  return accept({ changes, postings, effects: [...effects, ...done(asked)] });
}

function endHold(asked: Asked, freed: Campaign): Answer {
  const { id } = freed;
  return accept({
    changes: [{ put: "campaign", campaign: freed }],
    effects: [
      now({ effect: "payWaiting", of: { campaignId: id }, after: null }),
      ...show(freed),
      ...done(asked),
    ],
  });
}

function award(
  options: { campaign: Campaign; pull: Pull | null; payees: PayeeShare[]; by: Person },
  situation: Situation,
): Decision {
  const { campaign, pull, payees, by } = options;
  const { at, newId, operator, policy } = situation;
  const { id: campaignId } = campaign;
  const before = situation.award;
  const row: Award = {
    // Another award of the campaign takes the place of the one that was taken back.
    id: before?.id ?? newId,
    campaignId,
    pullId: pull?.id ?? null,
    pullNumber: pull?.number ?? null,
    at,
    by,
    payableFrom: at + policy.holdDays * DAY_MS,
    payees: payees.map((payee) => ({ ...payee, allotted: 0n })),
    round: (before?.round ?? 0) + 1,
    undone: null,
    revertedBy: null,
    declined: [],
    handed: [],
  };
  const rows = payees.map((payee) => payeeRow(payee, situation));
  // Of promises alone nothing is there yet: they are asked once the first of them is paid.
  const toAsk = campaign.totals.paidIn > 0n ? rows.filter(({ ready }) => !ready) : [];
  return decision({
    changes: [
      { put: "award", award: row },
      { put: "campaign", campaign: { ...campaign, state: "awarded", waitingPullId: null } },
      ...rows.map((payee) => ({ put: "payee" as const, payee })),
    ],
    effects: [
      now({ effect: "distributeAward", campaignId, round: row.round, after: null }),
      ...show(campaign),
      ...minimizeWaiting(campaign),
      ...askToConnect({ award: row, campaign, payees: toAsk }, operator),
    ],
  });
}

/** A person's first award starts their hold; later awards find it passed or running. */
export function payeeRow({ id, login }: Person, { payees, at, operator }: Situation): Payee {
  const before = payees.find((one) => one.id === id) ?? newPayee({ id, login });
  const payableFrom = before.payableFrom ?? at + operator.firstPayoutHoldDays * DAY_MS;
  return { ...before, login, payableFrom };
}
