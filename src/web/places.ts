// Finds what an address names: a public repository, its campaign on an issue, a pledge to it.
// What is private and what does not exist are both null.
import type { Context } from "hono";
import type { Campaign, Repository } from "../core/campaign.ts";
import type { Pledge } from "../core/pledge.ts";
import { part } from "./route.ts";
import type { Site } from "./site.ts";

export interface Place {
  repository: Repository;
  campaign: Campaign;
}

export async function findRepository({ read }: Site, c: Context): Promise<Repository | null> {
  const repository = await read.repositoryByName(part(c, "owner"), part(c, "repo"));
  return repository === null || repository.private ? null : repository;
}

export async function findPlace(site: Site, c: Context): Promise<Place | null> {
  const number = issueNumberOf(part(c, "number").replace(/\.json$/, ""));
  if (number === null) return null;
  const repository = await findRepository(site, c);
  if (repository === null) return null;
  const campaign = await site.read.campaignByIssue(repository.id, number);
  return campaign === null ? movedPlace(site, repository, number) : { repository, campaign };
}

/** A transferred issue's campaign, where it is now. */
async function movedPlace(site: Site, { id }: Repository, number: number): Promise<Place | null> {
  const campaign = await site.read.movedFrom(id, number);
  return campaign === null ? null : findPublicCampaign(site, campaign.id);
}

/** Where an address that was left leads to, or null for the one in use. Names do not know case. */
export function newAddress(c: Context, path: string): string | null {
  const { pathname, search } = new URL(c.req.url);
  // A proxy may keep to itself the part of the address that leads to us.
  const isSame = path.toLowerCase().endsWith(pathname.toLowerCase());
  return isSame ? null : `${path}${search}`;
}

/** A pledge on the address of its own issue. The campaign is the pledge's, not the issue's newest. */
export async function findPledge(
  site: Site,
  c: Context,
): Promise<(Place & { pledge: Pledge }) | null> {
  const pledge = await site.read.pledgeById(c.req.query("pledge") ?? "");
  const repository = pledge === null ? null : await findRepository(site, c);
  if (pledge === null || repository === null) return null;
  const campaign = await site.read.campaignById(pledge.campaignId);
  const here =
    campaign !== null &&
    campaign.repositoryId === repository.id &&
    campaign.issueNumber === issueNumberOf(part(c, "number"));
  return here ? { repository, campaign, pledge } : null;
}

export async function findPublicCampaign({ read }: Site, id: string): Promise<Place | null> {
  const whole = await read.wholeCampaign(id);
  if (whole === null || whole.repository.private) return null;
  const { repository, campaign } = whole;
  return { repository, campaign };
}

function issueNumberOf(text: string): number | null {
  return /^[1-9][0-9]{0,8}$/.test(text) ? Number(text) : null;
}

export function boardPath(
  { base }: Site,
  { owner, name }: Pick<Repository, "owner" | "name">,
): string {
  return `${base}/gh/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
}

export function campaignPath(site: Site, { repository, campaign }: Place): string {
  if (campaign.kind === "tip") return `${site.base}/tips/${campaign.id}`;
  return `${boardPath(site, repository)}/issues/${campaign.issueNumber}`;
}

export function repositoryUrl(
  { githubUrl }: Site,
  { owner, name }: Pick<Repository, "owner" | "name">,
): string {
  return `${githubUrl}/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
}

export function issueUrl(site: Site, { repository, campaign }: Place): string {
  return `${repositoryUrl(site, repository)}/issues/${campaign.issueNumber}`;
}
