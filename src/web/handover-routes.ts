// A payee names who is to be paid in their place: the page with its form, what was asked for, and the way back.
import type { Context } from "hono";
import { type Campaign, isAwarded, type Person } from "../core/campaign.ts";
import { type Handover, hasGivenUp, isPayeeOf } from "../core/handover.ts";
import { TransientFailure } from "../ports.ts";
import { layout } from "./layout.ts";
import { exceeded } from "./limits.ts";
import { type Markup, markup, NOTHING, refusalSentence } from "./markup.ts";
import { pageResponse, seeOther } from "./respond.ts";
import { errorPage, notFound, type Route, tooMany } from "./route.ts";
import { signedIn } from "./session.ts";
import type { Site } from "./site.ts";

export function handoverRoutes(site: Site): Route[] {
  return [
    {
      path: "/payee/handover",
      get: (c) => show(site, c),
      form: (c, fields) => askFor(site, c, fields),
    },
    {
      path: "/payee/handover/withdraw",
      form: (c, fields) => withdraw(site, c, fields),
    },
  ];
}

interface Asking {
  campaign: Campaign;
  open: Handover | null;
}

async function show(site: Site, c: Context): Promise<Response> {
  const person = signedIn(site, c);
  if (person === null) return seeOther(`${site.base}/payee`);
  const asking = await askingOf(site, person, c.req.query("campaign") ?? "");
  return asking === null ? notFound(site) : pageResponse(page(site, asking));
}

async function askingOf(
  { read }: Site,
  person: Person,
  campaignId: string,
): Promise<Asking | null> {
  const whole = await read.wholeCampaign(campaignId);
  if (whole === null) return null;
  const { campaign, award } = whole;
  if (!isAwarded(campaign) || campaign.kind === "tip") return null;
  if (award === null || !isPayeeOf(award, person.id) || hasGivenUp(award, person.id)) return null;
  const asked = await read.askedHandovers(person.id);
  return { campaign, open: asked.find((one) => one.campaignId === campaignId) ?? null };
}

function page(site: Site, { campaign, open }: Asking, problem: Markup | null = null): Markup {
  const title = "Somebody else in your place";
  const said =
    problem === null
      ? NOTHING
      : markup`<p class="notice error" role="alert" id="problem">${problem}</p>`;
  const hidden = markup`<input type="hidden" name="campaign" value="${campaign.id}">`;
  const asked =
    open === null
      ? NOTHING
      : markup`<form method="post" action="${site.base}/payee/handover/withdraw">${hidden}<p>You asked that <strong>${open.to.login}</strong> is paid. A maintainer has not answered yet. <button class="small">Take that back</button></p></form>`;
  return layout(site, {
    title,
    unlisted: true,
    body: markup`<article class="message"><h1>${title}</h1>
${said}
<p>What waits for you from #${campaign.issueNumber}, and what is still collected for it, can be paid to somebody else. A maintainer who is neither of you has to agree: the issue says what you ask for. What was sent to you already stays yours.</p>
<p>Until a maintainer agrees you can take it back; then you cannot. What nobody claims in time goes back to the backers, as before.</p>
${asked}
<form method="post" action="${site.base}/payee/handover">${hidden}<div class="field"><label for="login">Their login on GitHub</label><input id="login" name="login" required maxlength="40" autocomplete="off" autocapitalize="none" spellcheck="false"></div><button class="primary">Ask the maintainers</button> <a class="button" href="${site.base}/payee">Keep it</a></form></article>`,
  });
}

async function askFor(site: Site, c: Context, fields: URLSearchParams): Promise<Response> {
  const person = signedIn(site, c);
  if (person === null) return seeOther(`${site.base}/payee`);
  const limit = await exceeded(site, { what: "connectsPerPayee", who: String(person.id) });
  if (limit !== null) return tooMany(site, limit);
  const campaignId = fields.get("campaign") ?? "";
  const login = (fields.get("login") ?? "").trim().replace(/^@/, "");
  try {
    const outcome = await site.desk.askHandover(person, { campaignId, login });
    if (outcome.ok) return seeOther(`${site.base}/payee`);
    const problem = refusalSentence(outcome.refusal);
    const asking = await askingOf(site, person, campaignId);
    if (asking !== null) return pageResponse(page(site, asking, problem), { status: 422 });
    return errorPage(site, {
      status: 422,
      title: "That is not yours to pass on",
      text: "Nothing was done.",
      more: markup`<p>${problem}</p>`,
    });
  } catch (error) {
    if (!(error instanceof TransientFailure)) throw error;
    site.log.warn({ err: error, payee: person.id }, "GitHub could not be asked after a person now");
    return errorPage(site, {
      status: 503,
      title: "GitHub could not be reached just now",
      text: "Nothing was done. Please try again in a moment.",
    });
  }
}

async function withdraw(site: Site, c: Context, fields: URLSearchParams): Promise<Response> {
  const person = signedIn(site, c);
  if (person === null) return seeOther(`${site.base}/payee`);
  await site.desk.withdrawHandover(person, fields.get("campaign") ?? "");
  return seeOther(`${site.base}/payee`);
}
