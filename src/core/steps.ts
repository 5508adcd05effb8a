// Steps that several deciders share: answering, showing, writing a pledge with its campaign, giving money back.
import { type Campaign, isAwarded, isOpen, recount } from "./campaign.ts";
import type { Asked } from "./commands.ts";
import { type Answer, both, type Decision, decision, needed, type Situation } from "./decision.ts";
import { setOff } from "./dispute.ts";
import { now, type PlannedEffect } from "./effects.ts";
import { chargesNow, firstDeadline, hasOutlived, judged } from "./goal.ts";
import { isPending, type Payout } from "./payout.ts";
import {
  lapseDate,
  type Pledge,
  type PledgeState,
  type ReturnReason,
  refundDate,
} from "./pledge.ts";
import { beginRefund } from "./refund.ts";
import type { Refusal } from "./refusals.ts";
import { reachedReply } from "./replies.ts";

/** How long a webhook may be late before we ask Stripe ourselves. */
export const REREAD_MS = 10 * 60_000;

/** Marks replies that only offer a link: the form's `via` may minimise these and no others. */
export const OFFER_PREFIX = "pledge:";

export function refuse(refusal: Refusal): Answer {
  return { ok: false, refusal };
}

export function accept(parts: Partial<Decision>): Answer {
  return { ok: true, decision: decision(parts) };
}

/** 🚀 on the comment that was obeyed; a label gets none. */
export function done({ commentId, thread }: Asked): PlannedEffect[] {
  return reaction(commentId, thread.repositoryId, "rocket");
}

export function reaction(
  commentId: number | null,
  repositoryId: number,
  kind: "eyes" | "rocket",
): PlannedEffect[] {
  return commentId === null
    ? []
    : [now({ effect: "react", repositoryId, commentId, reaction: kind })];
}

/**
 * What everybody must see again after a campaign changed: the card, and the notices on pull requests. Notices
 * of one that is over say no more than that: what ends a campaign passes it as it was, what opens it again as it is.
 */
export function show(campaign: Campaign): PlannedEffect[] {
  return isOpen(campaign)
    ? showAll(campaign)
    : [now({ effect: "updateCard", campaignId: campaign.id })];
}

/** The same where nothing could be shown for a while: its end may not have been. */
export function showAll({ id: campaignId, linked }: Campaign): PlannedEffect[] {
  const card = now({ effect: "updateCard", campaignId });
  return linked ? [card, now({ effect: "refreshNotices", campaignId })] : [card];
}

/** Names the reply that says what a merged pull request waits for. */
export function waitingKey({ id }: Campaign, pullId: number): string {
  return `waits:${pullId}:${id}`;
}

/** What waited is paid or over: the reply that said so is handled. */
export function minimizeWaiting(campaign: Campaign): PlannedEffect[] {
  const { waitingPullId, repositoryId } = campaign;
  if (waitingPullId === null) return [];
  const key = waitingKey(campaign, waitingPullId);
  return [now({ effect: "minimizeReply", repositoryId, key })];
}

/**
 * Settled no more, where something is to be paid out after all: a share is the payee's again (a transfer was
 * reversed), or what was paid before the award is told of only now.
 */
export function reopened(campaign: Campaign): Campaign {
  return campaign.totals.paidIn > 0n && campaign.state === "settled"
    ? { ...campaign, state: "awarded" }
    : campaign;
}

/**
 * A campaign whose last pledge has reached its end: an awarded one is settled, and the command that
 * began the ending gets its rocket.
 */
function finish(known: Campaign): { campaign: Campaign; effects: PlannedEffect[] } {
  const campaign = reopened(known);
  if (campaign.totals.unfinishedCount > 0 || isOpen(campaign)) return { campaign, effects: [] };
  const { unfinishedCommentId, repositoryId } = campaign;
  return {
    campaign: {
      ...campaign,
      state: campaign.state === "awarded" ? "settled" : campaign.state,
      unfinishedCommentId: null,
    },
    effects: reaction(unfinishedCommentId, repositoryId, "rocket"),
  };
}

/** The campaign with a pledge's part in its totals replaced, and what becomes of a goal by that. */
export function counted(
  change: { before: Pledge | null; after: Pledge },
  { campaign, at }: Situation,
): Counted {
  return judgedNow(recount(needed(campaign, "campaign"), change), at);
}

interface Counted {
  campaign: Campaign;
  effects: PlannedEffect[];
}

/** A goal as its totals make it, and what follows where that is new. */
export function judgedNow(before: Campaign, at: number): Counted {
  const campaign = judged(before, at);
  if (before.state === campaign.state) return { campaign, effects: [] };
  return {
    campaign,
    effects: campaign.state === "reached" ? milestone(campaign) : undone(campaign),
  };
}

/** Not reached any more: consents that ended meanwhile were given for a goal that is reached by then. */
function undone({ id: campaignId, goal }: Campaign): PlannedEffect[] {
  const extended = goal !== null && goal.extensions.length > 1;
  return extended ? [now({ effect: "boundConsents", campaignId, after: null })] : [];
}

/** Names the reply that a goal is reached. Another may be attached to the same campaign once everything went back. */
function milestoneKey({ id, ask, goal }: Campaign): string {
  return `reached:${id}:${ask}:${goal === null ? "" : firstDeadline(goal)}`;
}

/** Said once of each goal, on the issue: work can start. */
function milestone(campaign: Campaign): PlannedEffect[] {
  const { id, repositoryId, issueNumber } = campaign;
  const body = reachedReply(campaign);
  const callIn = now({ effect: "callIn", campaignId: id, after: null });
  return [
    now({ effect: "reply", repositoryId, issueNumber, key: milestoneKey(campaign), body }),
    ...(chargesNow(campaign) ? [callIn] : []),
  ];
}

/** Nothing is left of what was reached: the reply that said so is handled. */
export function minimizeMilestone(campaign: Campaign): PlannedEffect[] {
  const { state, repositoryId } = campaign;
  if (state !== "reached") return [];
  return [now({ effect: "minimizeReply", repositoryId, key: milestoneKey(campaign) })];
}

/** Writes a pledge with its campaign's totals, and ends the campaign if that was the last. */
export function settle(
  { before, after }: { before: Pledge; after: Pledge },
  situation: Situation,
): Decision {
  const totalled = counted({ before, after }, situation);
  const finished = finish(totalled.campaign);
  return decision({
    changes: [
      { put: "pledge", pledge: after },
      { put: "campaign", campaign: finished.campaign },
    ],
    effects: [...show(finished.campaign), ...totalled.effects, ...finished.effects],
  });
}

/** Nothing was charged, and nothing will be. */
export function lapse(
  { before, after }: { before: Pledge; after: Pledge },
  situation: Situation,
): Decision {
  const settled = settle({ before, after: { ...after, state: "lapsed" } }, situation);
  return { ...settled, effects: [...settled.effects, ...forgetCard(after)] };
}

/** The same by its backer's own wish: it is not counted as one that could not be collected. */
export function withdraw(before: Pledge, situation: Situation): Decision {
  const after: Pledge = { ...before, state: "withdrawn", returnReason: null };
  const settled = settle({ before, after }, situation);
  return { ...settled, effects: [...settled.effects, ...forgetCard(after)] };
}

/** The card was saved for one charge of this pledge, and for nothing else. */
export function forgetCard({ id, card }: Pledge): PlannedEffect[] {
  if (card === null) return [];
  const { paymentMethodId } = card;
  return [now({ effect: "forgetCard", pledgeId: id, paymentMethodId })];
}

/**
 * Why undivided money can only go back, or null: it may wait, or be divided by the award that stands. What is to be
 * done about a date may not have been done yet; an award counts from its own moment.
 */
export function reasonToReturn(
  pledge: Pledge,
  { campaign: known, award, at }: Situation,
): ReturnReason | null {
  const campaign = needed(known, "campaign");
  if (pledge.returnReason !== null) return pledge.returnReason;
  if (hasOutlived(campaign, pledge, at)) return "goal missed";
  const date = refundDate(pledge);
  const awardedAt = isAwarded(campaign) && award?.undone === null ? award.at : null;
  return date !== null && (awardedAt ?? at) >= date ? "refund date reached" : null;
}

/** The same of a promise: what calls it in came at or after its date, or when its backer's consent had ended. */
export function isPromiseOver(
  pledge: Pledge,
  { by }: { by: number },
  { campaign, at }: Situation,
): boolean {
  const date = lapseDate(pledge);
  return hasOutlived(needed(campaign, "campaign"), pledge, at) || (date !== null && by >= date);
}

/**
 * Begins the refund of everything the pledge holds; while a bank's dispute about it is undecided, the verdict does.
 * `after` is the pledge as the same decision changed it.
 */
export function giveBack(
  {
    reason,
    before,
    after,
    held,
  }: { reason: ReturnReason; before: Pledge; after: Pledge; held: bigint },
  situation: Situation,
): Decision {
  if (after.disputed > 0n) {
    const waits: Pledge = { ...after, state: "disputed", returnReason: reason };
    return settle({ before, after: waits }, situation);
  }
  // For what a bank took before, the operator has covered: it comes first.
  const recovered = setOff(after, held);
  const { pledge, left } = recovered;
  const begun = beginRefund({ pledge, held: left, reason, begunAt: situation.at });
  const nothing = begun.pledge === pledge;
  const { payouts } = situation;
  const state = nothing ? stateOf({ pledge, payouts, held: 0n }) : begun.pledge.state;
  return both(
    decision({ postings: recovered.postings }),
    both(begun.decision, settle({ before, after: { ...begun.pledge, state } }, situation)),
  );
}

/** The state that follows from where a pledge's money is. */
export function stateOf(options: {
  pledge: Pledge;
  payouts: readonly Payout[];
  held: bigint;
}): PledgeState {
  const { pledge, payouts, held } = options;
  if (pledge.disputed > 0n) return "disputed";
  if (pledge.refunding > 0n) return "refunding";
  if (payouts.some(isPending) || held > 0n) return "paid";
  if (pledge.released > 0n) return "released";
  if (pledge.handRefunding > 0n) return "refunding";
  const back = pledge.refunded + pledge.handRefunded;
  return pledge.lost > 0n && back === 0n ? "lost" : "refunded";
}
