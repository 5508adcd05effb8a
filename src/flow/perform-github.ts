// Effects on GitHub: the card, notices, reactions, replies. Each writes the newest state, so that a
// repeat is harmless and a late one is right.
import type { Repository } from "../core/campaign.ts";
import { awardable, isOpen } from "../core/campaign.ts";
import { type CardView, cardKey, marker, renderCard } from "../core/card.ts";
import { now, replyEffectKey } from "../core/effects.ts";
import type { Event } from "../core/events.ts";
import { recipientsOf } from "../core/handover.ts";
import { announcedBy, renderNotice } from "../core/notice.ts";
import { payeesFor, samePayees } from "../core/payees.ts";
import { lookAtYourPledgeReply } from "../core/replies.ts";
import { neutralize } from "../core/text.ts";
import type { EffectRow, Reader, WholeCampaign } from "../ports.ts";
import { isPlaceGone, notInstalled } from "./gone.ts";
import type { Named, Outcome, Performing } from "./outcome.ts";
import { withPeople } from "./pull-people.ts";

/** How long a reply that is still to be written is waited for, each time. */
const UNWRITTEN_MS = 15_000;

/** When an earlier try may have taken effect: look from its time on before creating anything. */
function unclearSince({ tries, firstTriedAt }: EffectRow): number | null {
  return tries > 0 ? firstTriedAt : null;
}

async function repositoryOf(read: Reader, id: number): Promise<Repository> {
  const repository = await read.repositoryById(id);
  if (repository === null) throw new Error(`repository ${id} is not known`);
  return installed(repository);
}

/** Throws where the App is not: nothing is written there. */
function installed(repository: Repository): Repository {
  if (!repository.installed) throw notInstalled(repository);
  return repository;
}

export async function updateCard(
  row: EffectRow,
  { campaignId }: Named<"updateCard">,
  on: Performing,
): Promise<Outcome> {
  const { read, github } = on;
  const whole = await read.wholeCampaign(campaignId);
  if (whole === null || whole.campaign.kind === "tip") return {};
  const { campaign } = whole;
  const newest = await read.campaignByIssue(campaign.repositoryId, campaign.issueNumber);
  // A campaign that ended gave its card to the next one on the same issue.
  if (newest !== null && newest.id !== campaign.id) return {};
  const { commentId } = await github.putComment(installed(whole.repository), {
    issueNumber: campaign.issueNumber,
    body: renderCard(await cardView(whole, on)),
    markerText: marker(cardKey(campaign)),
    commentId: campaign.cardCommentId,
    since: unclearSince(row),
  });
  // Mostly it is edited, and nothing is to be decided.
  if (commentId === campaign.cardCommentId) return {};
  return { events: [{ event: "cardPosted", campaignId, commentId }] };
}

async function cardView(
  whole: WholeCampaign,
  { read, publicUrl, platform }: Performing,
): Promise<CardView> {
  const { campaign, award } = whole;
  return {
    ...whole,
    publicUrl,
    pulls: await read.pullsOfCampaign(campaign.id),
    payees: award === null ? [] : await read.payeesOf(recipientsOf(award)),
    nextRefundAt: await read.nextRefundAt(campaign.id),
    platformCountry: await platform.country(),
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
  const { policy } = await read.policyOf(pull.repositoryId);
  const shown = payeesFor({ pull, split: campaign.split, policy });
  const claims = await read.claimsOf(pullId);
  const rejected = claims.some((one) => one.campaignId === campaignId && one.rejected !== null);
  const view = { campaign, payees: shown, rejected, pull, defaultBranch };
  const payees = [...announcedBy(view)];
  const notices = await read.noticesOf({ pullId, campaignId });
  const last = notices.at(-1) ?? null;
  if (!isOpen(campaign) && last === null) return {};
  // What announces nobody, or others, is not edited into what does: its time would be the older one's.
  const isEdited = payees.length === 0 || (last !== null && samePayees(last.payees, payees));
  const standing = last?.headSha === pull.headSha && isEdited ? last : null;
  const named = payees.map(({ id, basisPoints }) => `${id}-${basisPoints}`).join("-");
  const { checkRunId, startedAt } = await github.putCheckRun(repository, {
    sha: pull.headSha,
    name: `Whipround #${campaign.issueNumber}`,
    externalId: `${campaignId}:${named}:${notices.length}`,
    ...renderNotice(view),
    conclusion: "neutral",
    checkRunId: standing?.checkRunId ?? null,
    mayExist: row.tries > 0,
  });
  const amount = awardable(campaign);
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
  const whole = await read.wholeCampaign(campaignId);
  if (whole === null || !isOpen(whole.campaign)) return {};
  const { campaign } = whole;
  const repository = installed(whole.repository);
  const events: Event[] = [];
  for (const number of await github.openPullsClosing(repository, campaign.issueNumber)) {
    const facts = await github.pull(repository, number);
    if (facts === null) continue;
    const { pull } = await withPeople(repository, facts, { github });
    events.push({ event: "pullLinked", pull, campaignId, by: "closing reference" });
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

/** Says on the issue, in words that tell nobody else anything, that a backer's pledge needs them. */
export async function mentionBacker(
  row: EffectRow,
  { campaignId, backerId }: Named<"mentionBacker">,
  on: Performing,
): Promise<Outcome> {
  const { read, github, publicUrl } = on;
  const whole = await read.wholeCampaign(campaignId);
  if (whole === null) return {};
  const { repositoryId, issueNumber } = whole.campaign;
  const login = await github.loginOf(installed(whole.repository), backerId);
  if (login === null) return {};
  const body = lookAtYourPledgeReply({ login, publicUrl });
  const key = row.key;
  return writeReply(row, { effect: "reply", repositoryId, issueNumber, key, body }, on);
}

/** A reply that is not written yet is waited for; one that never will be needs nothing. */
export async function minimizeReply(
  effect: Named<"minimizeReply">,
  { read, github, clock }: Performing,
): Promise<Outcome> {
  const { repositoryId, key } = effect;
  // Asked first: once it is not pending, what it wrote is there to be read.
  const pending = await read.isPending(replyEffectKey(key));
  const reply = await read.replyByKey(key);
  if (reply === null)
    return pending ? { again: { effect, dueAt: clock.now() + UNWRITTEN_MS } } : {};
  await github.minimize(await repositoryOf(read, repositoryId), reply.nodeId);
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

/**
 * What there is nobody to show to is done: it is shown anew when the App is installed again. Nothing else
 * hangs on it: dates, refunds and transfers are no matter of GitHub's.
 */
export async function unlessGone(
  row: EffectRow,
  outcome: Promise<Outcome>,
  { log }: Pick<Performing, "log">,
): Promise<Outcome> {
  try {
    return await outcome;
  } catch (error) {
    if (!isPlaceGone(error)) throw error;
    log.info({ effect: row.key, err: error }, "there is no place on GitHub for an effect");
    return {};
  }
}
