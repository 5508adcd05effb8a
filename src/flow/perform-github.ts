// Effects on GitHub: the card, notices, reactions, replies. Each writes the newest state, so that a
// repeat is harmless and a late one is right.
import { payeesFor, samePayees } from "../core/award.ts";
import type { Campaign, Repository } from "../core/campaign.ts";
import { isOpen } from "../core/campaign.ts";
import { type CardView, cardKey, marker, renderCard, renderNotice } from "../core/card.ts";
import { now } from "../core/effects.ts";
import type { Event } from "../core/events.ts";
import { neutralize } from "../core/text.ts";
import type { EffectRow, Reader } from "../ports.ts";
import type { Named, Outcome, Performing } from "./outcome.ts";

/** When an earlier try may have taken effect: look from its time on before creating anything. */
function unclearSince({ tries, firstTriedAt }: EffectRow): number | null {
  return tries > 0 ? firstTriedAt : null;
}

async function repositoryOf(read: Reader, id: number): Promise<Repository> {
  const repository = await read.repositoryById(id);
  if (repository === null) throw new Error(`repository ${id} is not known`);
  return repository;
}

export async function updateCard(
  row: EffectRow,
  { campaignId }: Named<"updateCard">,
  on: Performing,
): Promise<Outcome> {
  const { read, github } = on;
  const campaign = await read.campaignById(campaignId);
  if (campaign === null) return {};
  const newest = await read.campaignByIssue(campaign.repositoryId, campaign.issueNumber);
  // A campaign that ended gave its card to the next one on the same issue.
  if (newest !== null && newest.id !== campaign.id) return {};
  const repository = await repositoryOf(read, campaign.repositoryId);
  const { commentId } = await github.putComment(repository, {
    issueNumber: campaign.issueNumber,
    body: renderCard(await cardView({ campaign, repository }, on)),
    markerText: marker(cardKey(campaign)),
    commentId: campaign.cardCommentId,
    since: unclearSince(row),
  });
  return { events: [{ event: "cardPosted", campaignId, commentId }] };
}

async function cardView(
  { campaign, repository }: { campaign: Campaign; repository: Repository },
  { read, publicUrl }: Performing,
): Promise<CardView> {
  const award = await read.awardOf(campaign.id);
  return {
    publicUrl,
    repository,
    campaign,
    pulls: await read.pullsOfCampaign(campaign.id),
    award,
    payees: award === null ? [] : await read.payeesOf(award.payees.map(({ id }) => id)),
    nextRefundAt: await read.nextRefundAt(campaign.id),
  };
}

export async function refreshNotices(
  { campaignId }: Named<"refreshNotices">,
  { read }: Performing,
): Promise<Outcome> {
  const pulls = await read.pullsOfCampaign(campaignId);
  return {
    effects: pulls
      .filter(({ open }) => open)
      .map(({ id }) => now({ effect: "postNotice", pullId: id, campaignId })),
  };
}

/** A new run for a new commit or other payees, else an edit: GitHub's time of the run is the notice's. */
export async function postNotice(
  row: EffectRow,
  { pullId, campaignId }: Named<"postNotice">,
  { read, github }: Performing,
): Promise<Outcome> {
  const pull = await read.pullById(pullId);
  const campaign = await read.campaignById(campaignId);
  if (pull === null || campaign === null || !pull.open) return {};
  const repository = await repositoryOf(read, pull.repositoryId);
  const { defaultBranch } = repository;
  const shown = payeesFor(pull, campaign.split);
  // What was said of a merge into another branch does not announce one into the default branch.
  const payees = pull.baseRef === defaultBranch ? shown : [];
  const notices = await read.noticesOf({ pullId, campaignId });
  const last = notices.at(-1) ?? null;
  if (!isOpen(campaign) && last === null) return {};
  const standing =
    last !== null && last.headSha === pull.headSha && samePayees(last.payees, payees) ? last : null;
  const named = payees.map(({ id, basisPoints }) => `${id}-${basisPoints}`).join("-");
  const { checkRunId, startedAt } = await github.putCheckRun(repository, {
    sha: pull.headSha,
    name: `Whipround #${campaign.issueNumber}`,
    externalId: `${campaignId}:${named}:${notices.length}`,
    ...renderNotice({ campaign, payees: shown, pull, defaultBranch }),
    conclusion: "neutral",
    checkRunId: standing?.checkRunId ?? null,
    mayExist: row.tries > 0,
  });
  const amount = campaign.totals.paidIn;
  const { headSha } = pull;
  const notice = {
    pullId,
    campaignId,
    payees,
    amount,
    headSha,
    checkRunId,
    confirmedAt: startedAt,
  };
  return { events: [{ event: "noticePosted", notice }] };
}

/** Pull requests that were open before the bounty was attached are linked as if opened now. */
export async function linkPulls(
  { campaignId }: Named<"linkPulls">,
  { read, github }: Performing,
): Promise<Outcome> {
  const campaign = await read.campaignById(campaignId);
  if (campaign === null || !isOpen(campaign)) return {};
  const repository = await repositoryOf(read, campaign.repositoryId);
  const events: Event[] = [];
  for (const number of await github.openPullsClosing(repository, campaign.issueNumber)) {
    const facts = await github.pull(repository, number);
    if (facts === null) continue;
    events.push({ event: "pullLinked", pull: facts.pull, campaignId, by: "closing reference" });
  }
  return { events };
}

export async function react(
  { repositoryId, commentId, reaction }: Named<"react">,
  { read, github }: Performing,
): Promise<Outcome> {
  await github.react(await repositoryOf(read, repositoryId), { commentId, reaction });
  return {};
}

export async function writeReply(
  row: EffectRow,
  { repositoryId, issueNumber, key, body }: Named<"reply">,
  { read, github }: Performing,
): Promise<Outcome> {
  const markerText = marker(`reply:${key}`);
  const comment = await github.putComment(await repositoryOf(read, repositoryId), {
    issueNumber,
    body: `${body}\n\n${markerText}`,
    markerText,
    commentId: null,
    since: unclearSince(row),
  });
  return { reply: { key, ...comment } };
}

export async function minimizeReply(
  { repositoryId, key }: Named<"minimizeReply">,
  { read, github }: Performing,
): Promise<Outcome> {
  const reply = await read.replyByKey(key);
  if (reply !== null) await github.minimize(await repositoryOf(read, repositoryId), reply.nodeId);
  return {};
}

export async function explainPolicy(
  row: EffectRow,
  { repositoryId, sha, problems }: Named<"explainPolicy">,
  { read, github }: Performing,
): Promise<Outcome> {
  const list = problems.map((problem) => `- ${neutralize(problem)}`).join("\n");
  await github.putCheckRun(await repositoryOf(read, repositoryId), {
    sha,
    name: "Whipround policy",
    externalId: `policy:${sha}`,
    title: "The policy file has problems; the last good one stays in force",
    summary: `\`.github/whipround.yml\` cannot be used as it is:\n\n${list}`,
    conclusion: "failure",
    checkRunId: null,
    mayExist: row.tries > 0,
  });
  return {};
}
