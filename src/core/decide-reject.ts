// `/reject` and reverts: a claim that a maintainer declines, an award that is taken back before any of it
// has left, and the money's way back to the bounty.
import type { Award, Claim, Pull } from "./award.ts";
import { type Campaign, isOpen } from "./campaign.ts";
import type { Asked } from "./commands.ts";
import { lacksRole } from "./decide-campaign.ts";
import { endCharge } from "./decide-charge.ts";
import { rejectAllHandovers } from "./decide-handover.ts";
import { type Answer, both, type Decision, decision, needed, type Situation } from "./decision.ts";
import { now, type PlannedEffect } from "./effects.ts";
import type { Event } from "./events.ts";
import { takeSharesBack } from "./former-award.ts";
import { isShared, type Pledge } from "./pledge.ts";
import { rejectedReply, revertedReply } from "./replies.ts";
import {
  accept,
  done,
  giveBack,
  isPromiseOver,
  judgedNow,
  lapse,
  minimizeWaiting,
  reasonToReturn,
  refuse,
  settle,
  show,
  stateOf,
} from "./steps.ts";

/** `/reject <why>` on a pull request, or on the issue for the one that waits or was awarded. */
export function rejectClaim(
  { asked, why }: { asked: Asked; why: string },
  situation: Situation,
): Answer {
  const { policy, campaign, pull, award, claims } = situation;
  const refusal = lacksRole(asked, policy);
  if (refusal !== null) return refuse(refusal);
  if (campaign === null) return refuse({ refusal: "noCampaign" });
  const claim = claims.find(({ campaignId }) => campaignId === campaign.id);
  if (pull === null || claim === undefined) return refuse({ refusal: "nothingToReject" });
  const rejected: Claim = { ...claim, rejected: { why, by: asked.by, at: situation.at } };
  if (isOpen(campaign)) return rejectOpen({ asked, rejected, pull, campaign });
  if (campaign.state !== "awarded") return refuse({ refusal: "campaignIsOver" });
  if (award === null || award.pullId !== pull.id) return refuse({ refusal: "campaignIsAwarded" });
  if (situation.payoutsLeft) return refuse({ refusal: "payoutsHaveLeft" });
  return undoAward({ asked, rejected, pull, campaign, award }, situation);
}

interface Rejecting {
  asked: Asked;
  rejected: Claim;
  pull: Pull;
  campaign: Campaign;
}

function rejectOpen({ asked, rejected, pull, campaign }: Rejecting): Answer {
  const waits = campaign.waitingPullId === pull.id;
  return accept({
    changes: [
      { put: "claim", claim: rejected },
      ...(waits
        ? [{ put: "campaign" as const, campaign: { ...campaign, waitingPullId: null } }]
        : []),
    ],
    effects: [
      ...(pull.open
        ? [now({ effect: "postNotice" as const, pullId: pull.id, campaignId: campaign.id })]
        : []),
      ...show(campaign),
      ...(waits ? minimizeWaiting(campaign) : []),
      reply({ asked, rejected, pull, campaign }),
      ...done(asked),
    ],
  });
}

function reply({ asked, rejected, pull, campaign }: Rejecting): PlannedEffect {
  const body = rejectedReply({ campaign, pull, why: rejected.rejected?.why ?? "" });
  return now({
    effect: "reply",
    repositoryId: pull.repositoryId,
    issueNumber: pull.number,
    key: asked.key,
    body,
  });
}

/** Payouts stand still at once; then the shares go back into their pledges, and the bounty is open again. */
function undoAward(rejecting: Rejecting & { award: Award }, situation: Situation): Answer {
  const { at } = situation;
  const { asked, rejected, campaign, award } = rejecting;
  const { id: campaignId } = campaign;
  const { why } = rejected.rejected ?? { why: "" };
  const undone = { why, by: asked.by, at };
  // A revert's hold ends with the award that it was about; what a maintainer said stays.
  const hold = award.revertedBy === null ? (campaign.hold ?? undone) : undone;
  const taken = decision({
    changes: [
      { put: "claim", claim: rejected },
      { put: "award", award: { ...award, undone } },
      { put: "campaign", campaign: { ...campaign, hold } },
    ],
    effects: [
      now({ effect: "undoAward", campaignId, round: award.round, after: null }),
      ...show(campaign),
      reply(rejecting),
      ...done(asked),
    ],
  });
  return { ok: true, decision: both(taken, rejectAllHandovers(asked.by, situation)) };
}

/** One step of it: what the award gave to payees is the pledge's again, and its dates have kept running. */
export function onPledgeAwardUndone(situation: Situation): Decision {
  const { award } = situation;
  const pledge = needed(situation.pledge, "pledge");
  if (award === null || award.undone === null) return decision({});
  if (pledge.state === "charging") return endCollecting(pledge);
  const isUntouched = pledge.state === "promised" || pledge.state === "clearing";
  if (isUntouched) return untouched(pledge, situation);
  const undivided = pledge.state === "paid" && pledge.returnReason === null;
  if (!isShared(pledge) && !undivided) return decision({});
  const back = takeSharesBack({ ...situation, pledge });
  const { held, payouts } = back;
  const reason = reasonToReturn(back.pledge, situation);
  const after: Pledge = { ...back.pledge, state: stateOf(back) };
  if (reason === null || held === 0n) {
    return both(back.decision, settle({ before: pledge, after }, situation));
  }
  return both(
    back.decision,
    giveBack({ reason, before: pledge, after, held }, { ...situation, payouts }),
  );
}

/** Its date left it to the award, which had not got to it: if it is over by now, nothing else ends it. */
function untouched(before: Pledge, situation: Situation): Decision {
  if (before.state === "promised") {
    return isPromiseOver(before, { by: situation.at }, situation)
      ? lapse({ before, after: before }, situation)
      : decision({});
  }
  const returnReason = reasonToReturn(before, situation);
  return before.returnReason === returnReason
    ? decision({})
    : settle({ before, after: { ...before, returnReason } }, situation);
}

/** No award calls the promise in any more: it ends uncharged, unless the bank has said yes already. */
function endCollecting(pledge: Pledge): Decision {
  const charging = needed(pledge.charging, "charge");
  if (charging.ending) return decision({});
  const ending: Pledge = { ...pledge, charging: { ...charging, ending: true } };
  // Stripe is still being asked for its intent: the answer ends it.
  return pledge.paymentIntentId === null
    ? decision({ changes: [{ put: "pledge", pledge: ending }] })
    : endCharge(pledge);
}

/** The last page of it is through: another pull request can be awarded. */
export function onAwardUndone(
  { round }: Extract<Event, { event: "awardUndone" }>,
  { campaign: current, award, at }: Situation,
): Decision {
  const campaign = needed(current, "campaign");
  if (campaign.state !== "awarded" || award?.undone == null) return decision({});
  if (award.round !== round) return decision({});
  const state = campaign.goal === null ? "open" : "reached";
  // One that a maintainer said meanwhile stays.
  const hold = campaign.hold?.at === award.undone.at ? null : campaign.hold;
  // What went back while it was awarded does not count for a goal that can still be missed.
  const again = judgedNow({ ...campaign, state, hold }, at);
  return decision({
    changes: [{ put: "campaign", campaign: again.campaign }],
    effects: [...show(again.campaign), ...again.effects],
  });
}

/** What an award rests on was taken back in the code: nothing more leaves until a maintainer has looked. */
export function onPullReverted(
  { pullId, revert, by }: Extract<Event, { event: "pullReverted" }>,
  situation: Situation,
): Decision {
  const campaign = needed(situation.campaign, "campaign");
  const { award, at } = situation;
  const pull = needed(situation.pull, "pull request");
  if (award === null || award.pullId !== pullId || award.undone !== null) return decision({});
  // A maintainer may have released it all the same.
  if (award.revertedBy !== null) return decision({});
  const { id } = campaign;
  const hold = campaign.hold ?? { why: `#${revert} reverts #${pull.number}`, by, at };
  const held = decision({
    changes: [
      { put: "award", award: { ...award, revertedBy: revert } },
      { put: "campaign", campaign: { ...campaign, hold } },
    ],
    effects: show(campaign),
  });
  // Nothing is left to be stopped; money of it that comes back, or is told of late, finds the hold.
  if (campaign.state !== "awarded") return held;
  return {
    ...held,
    effects: [
      ...held.effects,
      now({
        effect: "reply",
        repositoryId: pull.repositoryId,
        issueNumber: pull.number,
        key: `reverted:${id}:${award.round}`,
        body: revertedReply({ campaign, pull, revert, by, left: situation.payoutsLeft }),
      }),
    ],
  };
}
