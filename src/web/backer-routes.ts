// The routes of backers: one pledge behind its signed link, and the list of those who sign in. A GET shows;
// a change is posted from the page that said what it comes to.
import type { Context } from "hono";
import type { Pledge } from "../core/pledge.ts";
import { renewalOffer, renewalWording } from "../core/renewal.ts";
import { changeCard, confirmCharge, type Problem } from "./backer-charge.ts";
import { backerPath, pledgeIdOf } from "./backer-link.ts";
import {
  type BackerView,
  backerListPage,
  backerPage,
  backerSignInPage,
  isWithdrawable,
  renewalHashOf,
  shownOf,
  withdrawPage,
} from "./backer-page.ts";
import { clientOf, exceeded } from "./limits.ts";
import { type Markup, markup, refusalSentence } from "./markup.ts";
import { pageResponse, seeOther } from "./respond.ts";
import { errorPage, part, type Route, tooMany } from "./route.ts";
import { signedIn } from "./session.ts";
import type { Site } from "./site.ts";

export function backerRoutes(site: Site): Route[] {
  return [
    { path: "/backer", get: (c) => showList(site, c) },
    { path: "/pledge/:token", get: (c) => opened(site, c, (view) => page(site, view)) },
    {
      path: "/pledge/:token/withdraw",
      get: (c) => opened(site, c, (view) => showWithdraw(site, view)),
      form: (c, fields) => changed(site, c, (view) => withdraw(site, view, fields)),
    },
    {
      path: "/pledge/:token/confirm",
      form: (c) => changed(site, c, (view) => led(site, view, confirmCharge)),
    },
    {
      path: "/pledge/:token/card",
      form: (c) => changed(site, c, (view) => led(site, view, changeCard)),
    },
    {
      path: "/pledge/:token/renew",
      form: (c, fields) => changed(site, c, (view) => renew(site, view, fields)),
    },
  ];
}

/** On to Stripe, or back to the pledge's own page with what went wrong. */
async function led(
  site: Site,
  view: BackerView,
  lead: (site: Site, pledge: Pledge) => Promise<Response | Problem>,
): Promise<Response> {
  const outcome = await lead(site, view.pledge);
  if (outcome instanceof Response) return outcome;
  return page(site, (await viewOf(site, view.pledge.id)) ?? view, outcome);
}

type Shown = (view: BackerView) => Response | Promise<Response>;

function page(site: Site, view: BackerView, problem?: Problem): Response {
  if (problem === undefined) return pageResponse(backerPage(site, view));
  const notice = markup`<p class="notice error" role="alert" id="problem">${problem.text}</p>`;
  return pageResponse(backerPage(site, view, notice), { status: problem.status });
}

/** The pledge that the link opens; a link that opens none says why that may be. */
async function opened(site: Site, c: Context, show: Shown): Promise<Response> {
  const pledgeId = pledgeIdOf(site, part(c, "token"));
  const view = pledgeId === null ? null : await viewOf(site, pledgeId);
  return view === null ? noPledge(site) : show(view);
}

async function changed(site: Site, c: Context, change: Shown): Promise<Response> {
  const who = clientOf(site.clientAddress(c.req.raw));
  const limit = await exceeded(site, { what: "backerChangesPerAddress", who });
  return limit === null ? opened(site, c, change) : tooMany(site, limit);
}

function noPledge(site: Site): Response {
  return errorPage(site, {
    status: 404,
    title: "This link opens no pledge",
    text: "It may be cut off or mistyped, or its time is over: it ends some months after the last date of the pledge. Use the newest link you have, from the page after paying or from a mail; if you were signed in with GitHub when you pledged, your pledges are listed here.",
    more: markup`<p><a href="${site.base}/backer">Your pledges</a></p>`,
  });
}

async function viewOf({ read }: Site, pledgeId: string): Promise<BackerView | null> {
  const pledge = await read.pledgeById(pledgeId);
  const whole = pledge === null ? null : await read.wholeCampaign(pledge.campaignId);
  if (pledge === null || whole === null) return null;
  const { campaign, repository } = whole;
  return { pledge, campaign, repository, refunds: await read.refundsOfPledge(pledge.id) };
}

function showWithdraw(site: Site, view: BackerView, notice?: Markup): Response {
  const { pledge, campaign } = view;
  // It was taken back or awarded meanwhile: the pledge's own page says so.
  if (!isWithdrawable(pledge, campaign)) return seeOther(backerPath(site, pledge));
  const status = notice === undefined ? 200 : 422;
  return pageResponse(withdrawPage(site, view, notice), { status });
}

const FIGURES_CHANGED = markup`<p class="notice" role="alert">What would come back changed since you opened this page. Nothing was done; please look again.</p>`;

async function withdraw(site: Site, view: BackerView, fields: URLSearchParams): Promise<Response> {
  const { pledge, campaign } = view;
  const seen = fields.get("shown");
  if (isWithdrawable(pledge, campaign) && seen !== shownOf(pledge)) {
    return showWithdraw(site, view, FIGURES_CHANGED);
  }
  const outcome = await site.desk.withdrawPledge(pledge.id);
  if (outcome.ok) return seeOther(backerPath(site, pledge));
  const newest = (await viewOf(site, pledge.id)) ?? view;
  return page(site, newest, { text: refusalSentence(outcome.refusal), status: 422 });
}

const WORDS_CHANGED = markup`What you would agree to changed since you opened this page. Nothing was done; please read it again below.`;

async function renew(site: Site, view: BackerView, fields: URLSearchParams): Promise<Response> {
  const { pledge, campaign } = view;
  const from = Number(fields.get("from") ?? Number.NaN);
  const wordingHash = fields.get("terms") ?? "";
  const offer = renewalOffer({ pledge, campaign }, site.clock.now());
  const words = offer === null ? [] : renewalWording({ pledge, campaign }, offer);
  if (!Number.isSafeInteger(from)) return page(site, view, { text: WORDS_CHANGED, status: 422 });
  if (offer?.from === from && renewalHashOf(words) !== wordingHash) {
    return page(site, view, { text: WORDS_CHANGED, status: 422 });
  }
  const outcome = await site.desk.renewPledge({ pledgeId: pledge.id, from, wordingHash });
  if (outcome.ok) return seeOther(backerPath(site, pledge));
  return page(site, view, { text: refusalSentence(outcome.refusal), status: 422 });
}

async function showList(site: Site, c: Context): Promise<Response> {
  const person = signedIn(site, c);
  if (person === null) return pageResponse(backerSignInPage(site));
  const pledges = await site.read.pledgesOfBacker(person.id);
  const views: BackerView[] = [];
  for (const { id } of pledges) {
    const view = await viewOf(site, id);
    if (view !== null) views.push(view);
  }
  return pageResponse(backerListPage(site, { login: person.login, views }));
}
