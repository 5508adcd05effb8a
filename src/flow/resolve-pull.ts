// Issues and pull requests: which campaigns a pull request is linked to, and what GitHub says of its merge.
import { isMergedFor, type MergeFacts } from "../core/award.ts";
import { type Campaign, isOpen, type Repository } from "../core/campaign.ts";
import { readCommands } from "../core/commands.ts";
import type { Hint, PullFacts } from "../ports.ts";
import { type Ask, about } from "./ask.ts";
import type { Resolved, Resolving, Sources } from "./facts.ts";
import { pageAsks } from "./open-pages.ts";
import { type PullWithPeople, whoStandsForIt, withPeople } from "./pull-people.ts";
import { revertAsks } from "./resolve-revert.ts";

type LinkedBy = "closing reference" | "command" | "closer" | "known";

interface Link {
  campaign: Campaign;
  by: LinkedBy;
}

export async function resolveIssue(
  { repository, thread, closed }: Extract<Hint, { kind: "issue" }>,
  sources: Resolving,
): Promise<Resolved> {
  const { title, open, number } = thread;
  const campaign = await sources.read.campaignByIssue(repository.id, number);
  if (campaign === null) return { repository, asks: [] };
  const changed = about({ event: "issueChanged", campaignId: campaign.id, title, open });
  // Whoever closes it with a merge tells of the merge as well: mostly it is awarded by then.
  if (!closed || !isOpen(campaign)) return { repository, asks: [changed] };
  const pullNumber = await sources.github.closingPull(repository, number);
  if (pullNumber === null) return { repository, asks: [changed] };
  const facts = await sources.github.pull(repository, pullNumber);
  if (facts === null || facts.pull.mergedAt === null) return { repository, asks: [changed] };
  const link: Link = { campaign, by: "closer" };
  const whole = await withPeople(repository, facts, sources);
  const merged = await mergeAsks({ repository, whole, link }, sources);
  return { repository, asks: [changed, ...merged] };
}

export async function resolvePull(
  { repository, pullNumber }: Extract<Hint, { kind: "pull" }>,
  sources: Resolving,
): Promise<Resolved> {
  const facts = await sources.github.pull(repository, pullNumber);
  if (facts === null) return { repository, asks: [] };
  const mergeOf = async (number: number): Promise<Ask[]> => {
    const merged = await sources.github.pull(repository, number);
    // It is held either way: no page is waited for.
    const atOnce = { ...sources, tries: Number.POSITIVE_INFINITY };
    return merged === null ? [] : workAsks(repository, merged, atOnce);
  };
  const reverts = await revertAsks({ repository, facts, mergeOf }, sources);
  return { repository, asks: [...reverts, ...(await workAsks(repository, facts, sources))] };
}

/** What a pull request is to the campaigns that it is linked to. */
async function workAsks(
  repository: Repository,
  facts: PullFacts,
  sources: Resolving,
): Promise<Ask[]> {
  const links = await linksOf(repository, facts, sources);
  if (links.length === 0) return [];
  const whole = await withPeople(repository, facts, sources);
  const { pull } = whole;
  const asks: Ask[] = [];
  for (const link of links) {
    const { campaign, by } = link;
    if (by === "closing reference" || by === "command") {
      asks.push(about({ event: "pullLinked", pull, campaignId: campaign.id, by }));
    }
  }
  asks.push(about({ event: "pullSeen", pull }));
  if (pull.mergedAt !== null) {
    for (const link of links) asks.push(...(await mergeAsks({ repository, whole, link }, sources)));
  }
  return asks;
}

/** Every campaign of this repository that the pull request claims, closes, or was linked to before. */
async function linksOf(
  repository: Repository,
  { pull, body, closes }: PullFacts,
  { read }: Sources,
): Promise<Link[]> {
  const links = new Map<string, Link>();
  for (const campaign of await read.campaignsOfPull(pull.id)) {
    links.set(campaign.id, { campaign, by: "known" });
  }
  for (const { repositoryId, issueNumber } of closes) {
    if (repositoryId !== repository.id) continue;
    const campaign = await read.campaignByIssue(repositoryId, issueNumber);
    if (campaign !== null) links.set(campaign.id, { campaign, by: "closing reference" });
  }
  for (const request of pull.authorIsBot ? [] : readCommands(body)) {
    if (request.command !== "claimIssue") continue;
    const campaign = await read.campaignByIssue(repository.id, request.issueNumber);
    if (campaign !== null) links.set(campaign.id, { campaign, by: "command" });
  }
  return [...links.values()];
}

/** What was paid before the merge is told of comes first. */
async function mergeAsks(
  options: { repository: Repository; whole: PullWithPeople; link: Link },
  sources: Resolving,
): Promise<Ask[]> {
  const { repository, whole, link } = options;
  const { pull, closes } = whole;
  const { campaign } = link;
  const closesIssue =
    link.by === "closer" ||
    closes.some(
      (one) => one.repositoryId === repository.id && one.issueNumber === campaign.issueNumber,
    );
  const merge: MergeFacts = {
    intoDefaultBranch: pull.baseRef === repository.defaultBranch,
    closesIssue,
    ...(await whoStandsForIt(repository, whole, sources)),
  };
  // An edit of what was merged long ago awards nothing: its author has Stripe asked nothing by it.
  const pages = isMergedFor(pull, campaign) ? await pageAsks(campaign, sources) : [];
  return [...pages, about({ event: "pullMerged", pull, campaignId: campaign.id, facts: merge })];
}
