// Issues and repositories that went away or elsewhere, and the App that was removed and comes back.
import { type Campaign, isOpen } from "../core/campaign.ts";
import type { Hint } from "../ports.ts";
import { type Ask, about } from "./ask.ts";
import type { Resolved, Sources } from "./facts.ts";

export async function resolveIssueGone(
  { repository, thread, transferred }: Extract<Hint, { kind: "issueGone" }>,
  { read }: Sources,
): Promise<Resolved> {
  const campaign = await read.campaignByIssue(repository.id, thread.number);
  if (campaign === null) return { repository, asks: [] };
  const { id: campaignId } = campaign;
  const { issueId } = thread;
  const gone: Ask = transferred
    ? about({ event: "issueLeft", campaignId, issueId })
    : about({ event: "issueGone", campaignId, issueId, why: "the issue was deleted" });
  return { repository, asks: [gone] };
}

export async function resolveIssueArrived(
  { repository, thread, from }: Extract<Hint, { kind: "issueArrived" }>,
  { read }: Sources,
): Promise<Resolved> {
  const campaign = await read.campaignByIssue(from.repositoryId, from.number);
  if (campaign === null) return { repository, asks: [] };
  const to = { repositoryId: repository.id, issueId: thread.issueId, issueNumber: thread.number };
  const { id: campaignId } = campaign;
  // Attached before we knew what came along: an issue has one bounty, and the newer one may have pledges of its own.
  const other = await read.campaignByIssue(repository.id, thread.number);
  if (other !== null && isOpen(campaign)) {
    const why = "the issue was transferred, and another bounty was attached to it there";
    const { issueId } = from;
    return { repository, asks: [about({ event: "issueGone", campaignId, issueId, why })] };
  }
  return { repository, asks: [about({ event: "issueArrived", campaignId, from, to })] };
}

/** With a repository all its issues are gone. */
export async function goneAsks(
  repositoryId: number,
  { read }: Pick<Sources, "read">,
): Promise<Ask[]> {
  const why = "the repository was deleted";
  const campaigns = (await read.campaignsOfRepository(repositoryId)).filter(isOpen);
  return campaigns.map(({ id: campaignId, issueId }) =>
    about({ event: "issueGone", campaignId, issueId, why }),
  );
}

/** The App is back: what happened meanwhile is shown, as it is now. */
export async function resolveInstallation(
  message: Extract<Hint, { kind: "installation" }>,
  { read }: Sources,
): Promise<Resolved> {
  const { installed, installationId, repositoryIds } = message;
  if (!installed) return { installation: message, asks: [] };
  const ids = repositoryIds ?? (await read.repositoryIdsOf(installationId));
  const asks: Ask[] = [];
  for (const id of ids) {
    for (const campaign of await read.campaignsOfRepository(id)) {
      if (isShown(campaign))
        asks.push(about({ event: "surroundingsChanged", campaignId: campaign.id }));
    }
  }
  return { installation: message, asks };
}

/** One that ended meanwhile has a card that does not say so. */
function isShown(campaign: Campaign): boolean {
  return isOpen(campaign) || campaign.cardCommentId !== null;
}
