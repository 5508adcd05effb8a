// Steps that several deciders share: answering, showing, writing a pledge with its campaign, giving money back.
import { type Campaign, isOpen, recount } from "./campaign.ts";
import type { Asked } from "./commands.ts";
import { type Answer, both, type Decision, decision, needed, type Situation } from "./decision.ts";
import { now, type PlannedEffect } from "./effects.ts";
import type { Payout } from "./payout.ts";
import type { Pledge, PledgeState, ReturnReason } from "./pledge.ts";
import { beginRefund } from "./refund.ts";
import type { Refusal } from "./refusals.ts";

/** How long a webhook may be late before we ask Stripe ourselves. */
export const REREAD_MS = 10 * 60_000;

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

/** What everybody must see again after a campaign changed: the card, and the notices on pull requests. */
export function show(campaignId: string): PlannedEffect[] {
  return [now({ effect: "updateCard", campaignId }), now({ effect: "refreshNotices", campaignId })];
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
 * A campaign whose last pledge has reached its end: an awarded one is settled, and the command that
 * began the ending gets its rocket.
 */
function finish(campaign: Campaign): { campaign: Campaign; effects: PlannedEffect[] } {
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

/** Writes a pledge with its campaign's totals, and ends the campaign if that was the last. */
export function settle(
  { before, after }: { before: Pledge; after: Pledge },
  situation: Situation,
): Decision {
  const campaign = needed(situation.campaign, "campaign");
  const finished = finish(recount(campaign, { before, after }));
  return decision({
    changes: [
      { put: "pledge", pledge: after },
      { put: "campaign", campaign: finished.campaign },
    ],
    effects: [...show(campaign.id), ...finished.effects],
  });
}

/** Begins the refund of everything the pledge holds. `after` is the pledge as the same decision changed it. */
export function giveBack(
  {
    reason,
    before,
    after,
    held,
  }: { reason: ReturnReason; before: Pledge; after: Pledge; held: bigint },
  situation: Situation,
): Decision {
  const begun = beginRefund({ pledge: after, held, reason });
  return both(begun.decision, settle({ before, after: begun.pledge }, situation));
}

/** The state that follows from where a pledge's money is. */
export function stateOf(options: {
  pledge: Pledge;
  payouts: readonly Payout[];
  held: bigint;
}): PledgeState {
  const { pledge, payouts, held } = options;
  if (pledge.refunding > 0n) return "refunding";
  const open = payouts.some(({ state }) => state === "waiting" || state === "sending");
  if (open || held > 0n) return "paid";
  return pledge.released > 0n ? "released" : "refunded";
}
