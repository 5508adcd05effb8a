// A payee gives up their share of one campaign: the page that asks once more, and the form it leads to.
import type { Context } from "hono";
import { type Campaign, isAwarded, type Person } from "../core/campaign.ts";
import { hasGivenUp, isPayeeOf } from "../core/handover.ts";
import { layout } from "./layout.ts";
import { exceeded } from "./limits.ts";
import { type Markup, markup, refusalSentence } from "./markup.ts";
import { pageResponse, seeOther } from "./respond.ts";
import { errorPage, notFound, type Route, tooMany } from "./route.ts";
import { signedIn } from "./session.ts";
import type { Site } from "./site.ts";

export function declineRoutes(site: Site): Route[] {
  return [
    {
      path: "/payee/decline",
      get: (c) => askAgain(site, c),
      form: (c, fields) => decline(site, c, fields),
    },
  ];
}

async function askAgain(site: Site, c: Context): Promise<Response> {
  const person = signedIn(site, c);
  if (person === null) return seeOther(`${site.base}/payee`);
  const campaign = await awardedTo(site, person, c.req.query("campaign") ?? "");
  return campaign === null ? notFound(site) : pageResponse(confirmPage(site, campaign));
}

async function awardedTo(
  { read }: Site,
  person: Person,
  campaignId: string,
): Promise<Campaign | null> {
  const whole = await read.wholeCampaign(campaignId);
  if (whole === null || !isAwarded(whole.campaign)) return null;
  const { campaign, award } = whole;
  const owed = award !== null && isPayeeOf(award, person.id) && !hasGivenUp(award, person.id);
  return owed ? campaign : null;
}

function confirmPage(site: Site, campaign: Campaign): Markup {
  const title = "Give up your share?";
  return layout(site, {
    title,
    unlisted: true,
    body: markup`<article class="message"><h1>${title}</h1>
<p>What waits for you from #${campaign.issueNumber}, and what is still collected for it, goes back to the backers. What was sent to you already stays yours.</p>
<p>This cannot be undone: the refunds begin at once.</p>
<form method="post" action="${site.base}/payee/decline"><input type="hidden" name="campaign" value="${campaign.id}"><button class="primary">Give it back to the backers</button> <a class="button" href="${site.base}/payee">Keep it</a></form></article>`,
  });
}

async function decline(site: Site, c: Context, fields: URLSearchParams): Promise<Response> {
  const person = signedIn(site, c);
  if (person === null) return seeOther(`${site.base}/payee`);
  const limit = await exceeded(site, { what: "connectsPerPayee", who: String(person.id) });
  if (limit !== null) return tooMany(site, limit);
  const outcome = await site.desk.declineShare(person, fields.get("campaign") ?? "");
  if (outcome.ok) return seeOther(`${site.base}/payee`);
  return errorPage(site, {
    status: 422,
    title: "That is not yours to give up",
    text: "Nothing was done.",
    more: markup`<p>${refusalSentence(outcome.refusal)}</p>`,
  });
}
