// The routes of those who are paid: their page, and the way to Stripe's onboarding and back.
import type { Context } from "hono";
import type { Campaign, Person } from "../core/campaign.ts";
import { TransientFailure } from "../ports.ts";
import { exceeded } from "./limits.ts";
import { type Markup, markup, refusalSentence } from "./markup.ts";
import { type PayeeView, payeePage, signInPage } from "./payee-page.ts";
import { type HeaderList, pageResponse, seeOther } from "./respond.ts";
import { type Route, tooMany } from "./route.ts";
import { signedIn } from "./session.ts";
import type { Site } from "./site.ts";

export function payeeRoutes(site: Site): Route[] {
  return [
    { path: "/payee", get: (c) => showPayee(site, c) },
    { path: "/payee/connect", form: (c) => connect(site, c) },
    { path: "/payee/return", get: (c) => comeBack(site, c) },
    { path: "/payee/refresh", get: (c) => showPayee(site, c, { notice: LINK_USED }) },
  ];
}

const LINK_USED = markup`<p class="notice" role="status">Stripe’s link works once and for a few minutes only, and that one is over. Ask for a new one below.</p>`;

interface Shown {
  notice?: Markup;
  status?: number;
  headers?: HeaderList;
}

async function showPayee(site: Site, c: Context, shown: Shown = {}): Promise<Response> {
  const person = signedIn(site, c);
  const { status = 200, headers = {}, ...rest } = shown;
  if (person === null) return pageResponse(signInPage(site, shown.notice));
  const view = await payeeView(site, person);
  return pageResponse(payeePage(site, view, rest), { status, headers });
}

async function payeeView({ read, clock, desk }: Site, person: Person): Promise<PayeeView> {
  const [payee, payouts, awarded, owed, handovers, platformCountry] = await Promise.all([
    read.payeeById(person.id),
    read.payoutsOfPayee(person.id),
    read.campaignsOfPayee(person.id),
    read.owedTo(person.id),
    read.askedHandovers(person.id),
    desk.platformCountry(),
  ]);
  const ids = new Set(
    payouts.filter(({ state }) => state === "waiting").map(({ campaignId }) => campaignId),
  );
  const campaigns = new Map<string, Campaign>();
  for (const id of ids) {
    const campaign = await read.campaignById(id);
    if (campaign !== null) campaigns.set(id, campaign);
  }
  return {
    person,
    payee,
    payouts,
    awarded,
    owed,
    handovers,
    campaigns,
    platformCountry,
    at: clock.now(),
  };
}

async function connect(site: Site, c: Context): Promise<Response> {
  const person = signedIn(site, c);
  if (person === null) return seeOther(`${site.base}/payee`);
  const limit = await exceeded(site, { what: "connectsPerPayee", who: String(person.id) });
  if (limit !== null) return tooMany(site, limit);
  try {
    const outcome = await site.desk.connectPayee(person);
    if (outcome.ok) return seeOther(outcome.url);
    const notice = markup`<p class="notice error" role="alert">${refusalSentence(outcome.refusal)}</p>`;
    return await showPayee(site, c, { notice, status: 422 });
  } catch (error) {
    if (!(error instanceof TransientFailure)) throw error;
    site.log.warn({ err: error, payee: person.id }, "Stripe's onboarding could not be opened now");
    return showPayee(site, c, {
      notice: markup`<p class="notice error" role="alert">Stripe could not be reached just now. Nothing is lost: what waits for you stays. Please try again in a moment.</p>`,
      status: 503,
      headers: { "Retry-After": String(Math.ceil((error.retryAfterMs ?? 10_000) / 1000)) },
    });
  }
}

/**
 * Back from Stripe, which says nothing of how it went: we read the account anew. That asks, and changes
 * nothing a person could not see; a crawler has no session and asks nothing.
 */
async function comeBack(site: Site, c: Context): Promise<Response> {
  const person = signedIn(site, c);
  if (person === null) return showPayee(site, c);
  const limit = await exceeded(site, { what: "connectsPerPayee", who: String(person.id) });
  if (limit !== null) return tooMany(site, limit);
  try {
    await site.desk.refreshPayee(person.id);
  } catch (error) {
    if (!(error instanceof TransientFailure)) throw error;
    site.log.warn({ err: error, payee: person.id }, "a payee's account could not be read now");
  }
  const payee = await site.read.payeeById(person.id);
  if (payee?.ready === true) return showPayee(site, c, { notice: READY });
  return showPayee(site, c, { notice: NOT_YET });
}

const READY = markup`<p class="notice good" role="status">Welcome back. Your account is connected.</p>`;
const NOT_YET = markup`<p class="notice" role="status">Welcome back. Stripe has not yet said that your account can receive money. It often takes a few minutes; this page shows it when you open it again.</p>`;
