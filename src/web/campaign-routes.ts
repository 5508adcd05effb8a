// The routes about campaigns: board, page, pledge form, where Stripe sends backers afterwards, badge, data.
import type { Context } from "hono";
import { decimalText } from "../core/money.ts";
import { boardPage } from "./board-page.ts";
import { markup } from "./markup.ts";
import { badge } from "./picture.ts";
import {
  boardPath,
  campaignPath,
  findPlace,
  findPledge,
  findRepository,
  newAddress,
  type Place,
} from "./places.ts";
import { postPledge, showForm } from "./pledge-route.ts";
import { imageResponse, jsonResponse, movedTo, pageResponse } from "./respond.ts";
import { notFound, type Route } from "./route.ts";
import type { Site } from "./site.ts";
import { thanksPage } from "./thanks-page.ts";

export function campaignRoutes(site: Site): Route[] {
  const issue = "/gh/:owner/:repo/issues/:number{[0-9]+}";
  return [
    { path: "/gh/:owner/:repo", get: (c) => showBoard(site, c) },
    {
      path: issue,
      get: (c) => showCampaign(site, c),
      form: (c, fields) => postPledge(site, c, fields),
    },
    { path: `${issue}/thanks`, get: (c) => showThanks(site, c) },
    { path: `${issue}/badge.svg`, get: (c) => showBadge(site, c) },
    { path: "/gh/:owner/:repo/issues/:number{[0-9]+\\.json}", get: (c) => showData(site, c) },
  ];
}

async function showBoard(site: Site, c: Context): Promise<Response> {
  const repository = await findRepository(site, c);
  if (repository === null) return notFound(site);
  const address = newAddress(c, boardPath(site, repository));
  if (address !== null) return movedTo(address);
  const campaigns = await site.read.campaignsOfRepository(repository.id);
  return pageResponse(boardPage(site, { repository, campaigns }));
}

async function showCampaign(site: Site, c: Context): Promise<Response> {
  const place = await findPlace(site, c);
  if (place === null) return notFound(site);
  const address = newAddress(c, campaignPath(site, place));
  if (address !== null) return movedTo(address);
  const left = c.req.query("left") === "1";
  const notice = left
    ? markup`<p class="notice" role="status">You left Stripe’s page without paying. Nothing was charged; you can start again below.</p>`
    : markup``;
  return showForm(site, c, { place, notice });
}

async function showThanks(site: Site, c: Context): Promise<Response> {
  const found = await findPledge(site, c);
  return found === null ? notFound(site) : pageResponse(thanksPage(site, found));
}

async function showBadge(site: Site, c: Context): Promise<Response> {
  const place = await findPlace(site, c);
  return place === null ? notFound(site) : imageResponse(c.req.raw, badge(place.campaign));
}

async function showData(site: Site, c: Context): Promise<Response> {
  const place = await findPlace(site, c);
  return place === null
    ? jsonResponse({ error: "not found" }, { status: 404 })
    : jsonResponse(dataOf(site, place), { headers: { "Access-Control-Allow-Origin": "*" } });
}

/** The campaign's numbers for other programs: amounts as decimal text in `currency`, times as ISO 8601. */
function dataOf(site: Site, place: Place): object {
  const { campaign, repository } = place;
  const { currency, totals } = campaign;
  const amount = (minor: bigint): string => decimalText({ minor, currency });
  return {
    repository: `${repository.owner}/${repository.name}`,
    issue: campaign.issueNumber,
    title: campaign.issueTitle,
    url: `${site.publicUrl}${campaignPath({ ...site, base: "" }, place)}`,
    kind: campaign.kind,
    state: campaign.state,
    onHold: campaign.hold !== null,
    createdAt: new Date(campaign.createdAt).toISOString(),
    currency,
    ask: campaign.ask === null ? null : amount(campaign.ask),
    deadline: campaign.goal === null ? null : new Date(campaign.goal.deadline).toISOString(),
    paidIn: amount(totals.paidIn),
    clearing: amount(totals.clearing),
    promised: amount(totals.promised),
    collecting: amount(totals.collecting),
    uncollected: amount(totals.uncollected),
    fees: amount(totals.fees),
    released: amount(totals.released),
    refunding: amount(totals.refunding),
    refunded: amount(totals.refunded),
    disputed: amount(totals.disputed),
    lost: amount(totals.lost),
    backers: totals.backersCount,
  };
}
