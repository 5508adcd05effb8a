// An issue that is no longer where it was: deleted, or transferred to another repository.
import { type Campaign, isOpen } from "./campaign.ts";
import { type Decision, decision, needed, type Situation } from "./decision.ts";
import { at, now } from "./effects.ts";
import type { Event } from "./events.ts";
import { minimizeWaiting, show } from "./steps.ts";

/** Its new repository tells of its arrival, if the App is installed there. */
const ARRIVAL_MS = 3_600_000;

/** Nothing can be solved any more: everybody's money goes back. What was awarded is paid out all the same. */
export function onIssueGone(
  { issueId, why }: Extract<Event, { event: "issueGone" }>,
  { campaign: current }: Situation,
): Decision {
  const campaign = needed(current, "campaign");
  // It went on to another repository, where the campaign followed it.
  if (campaign.issueId !== issueId || !isOpen(campaign)) return decision({});
  const { id } = campaign;
  const ended: Campaign = {
    ...campaign,
    state: "cancelled",
    issueOpen: false,
    endReason: why,
    waitingPullId: null,
  };
  return decision({
    changes: [{ put: "campaign", campaign: ended }],
    effects: [
      now({ effect: "returnPledges", campaignId: id, reason: "cancelled", after: null }),
      ...show(campaign),
      ...minimizeWaiting(campaign),
    ],
  });
}

/** It left: if nobody tells of its arrival, it went where the App is not. */
export function onIssueLeft(
  { issueId }: Extract<Event, { event: "issueLeft" }>,
  situation: Situation,
): Decision {
  const { id: campaignId, issueId: current } = needed(situation.campaign, "campaign");
  if (issueId !== current) return decision({});
  const effect = { effect: "endUnlessArrived", campaignId, issueId } as const;
  return decision({ effects: [at(situation.at + ARRIVAL_MS, effect)] });
}

/** The campaign follows its issue; the comments went along. Pull requests elsewhere solve it no more. */
export function onIssueArrived(
  { from, to }: Extract<Event, { event: "issueArrived" }>,
  { campaign: current }: Situation,
): Decision {
  const campaign = needed(current, "campaign");
  if (campaign.issueId !== from.issueId) return decision({});
  const { id, repositoryId, issueNumber } = campaign;
  return decision({
    changes: [
      { put: "campaign", campaign: { ...campaign, ...to, waitingPullId: null } },
      { put: "formerIssue", repositoryId, issueNumber, campaignId: id },
    ],
    effects: [
      ...show(campaign),
      ...(isOpen(campaign) ? [now({ effect: "linkPulls" as const, campaignId: id })] : []),
    ],
  });
}
