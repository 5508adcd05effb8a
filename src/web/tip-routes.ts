// The routes of a tip: its page with the form, and where Stripe sends whoever paid it.
import type { Context } from "hono";
import { decimalText } from "../core/money.ts";
import { clientOf, exceeded } from "./limits.ts";
import { type Markup, markup, NOTHING } from "./markup.ts";
import { findPublicCampaign } from "./places.ts";
import { type Entered, pledgeFormOf, prefilled, readInput } from "./pledge-input.ts";
import { type ShownAgain, startAndGo, TERMS_CHANGED } from "./pledge-route.ts";
import { pageResponse } from "./respond.ts";
import { notFound, part, type Route, tooMany } from "./route.ts";
import { signedIn } from "./session.ts";
import type { Site } from "./site.ts";
import { thanksPage } from "./thanks-page.ts";
import { type TipView, tipPage, tipTermsHash } from "./tip-page.ts";

export function tipRoutes(site: Site): Route[] {
  return [
    {
      path: "/tips/:id",
      get: (c) => showTip(site, c),
      form: (c, fields) => payTip(site, c, fields),
    },
    { path: "/tips/:id/thanks", get: (c) => showThanks(site, c) },
  ];
}

async function findTip(site: Site, c: Context): Promise<TipView | null> {
  const place = await findPublicCampaign(site, part(c, "id"));
  const payee = place?.campaign.split?.[0];
  if (place?.campaign.kind !== "tip" || payee === undefined) return null;
  return { ...place, payee, platformCountry: await site.desk.platformCountry() };
}

async function showTip(site: Site, c: Context): Promise<Response> {
  const view = await findTip(site, c);
  if (view === null) return notFound(site);
  const { ask, currency } = view.campaign;
  const fresh = prefilled(c, site.random.id());
  const offered = ask === null ? "" : decimalText({ minor: ask, currency });
  const left =
    c.req.query("left") === "1"
      ? markup`<p class="notice" role="status">You left Stripe’s page without paying. Nothing was charged; you can start again below.</p>`
      : NOTHING;
  const entered = { ...fresh, mode: "pay-now", amount: fresh.amount || offered };
  return show(site, c, { view, entered, notice: left });
}

async function show(
  site: Site,
  c: Context,
  shown: { view: TipView; entered: Entered; notice?: Markup } & Partial<ShownAgain>,
): Promise<Response> {
  const { view, entered, notice = NOTHING, problem = null, status = 200, headers = {} } = shown;
  const payingIn = await site.desk.payingIn(view.campaign.currency);
  const state = { entered, problem, backer: signedIn(site, c), payingIn };
  return pageResponse(tipPage(site, view, { state, notice }), { status, headers });
}

async function payTip(site: Site, c: Context, fields: URLSearchParams): Promise<Response> {
  const who = clientOf(site.clientAddress(c.req.raw));
  const byAddress = await exceeded(site, { what: "pledgesPerAddress", who });
  if (byAddress !== null) return tooMany(site, byAddress);
  const view = await findTip(site, c);
  if (view === null) return notFound(site);
  const { id: campaignId } = view.campaign;
  const byTip = await exceeded(site, { what: "pledgesPerCampaign", who: campaignId });
  if (byTip !== null) return tooMany(site, byTip);
  const { entered, input, problem } = readInput(fields, { newNonce: site.random.id() });
  if (input === null) {
    return show(site, c, { view, entered, problem: markup`${problem}`, status: 422 });
  }
  const wordingHash = tipTermsHash(site, view.payee);
  if (input.terms !== wordingHash) {
    return show(site, c, { view, entered, problem: TERMS_CHANGED, status: 422 });
  }
  const form = pledgeFormOf(input, {
    campaignId,
    pledgeId: site.random.id(),
    backerId: signedIn(site, c)?.id ?? null,
    wordingHash,
  });
  return startAndGo(site, { form, entered, show: (again) => show(site, c, { view, ...again }) });
}

async function showThanks(site: Site, c: Context): Promise<Response> {
  const place = await findPublicCampaign(site, part(c, "id"));
  const pledge = await site.read.pledgeById(c.req.query("pledge") ?? "");
  return place?.campaign.kind === "tip" && pledge?.campaignId === place.campaign.id
    ? pageResponse(thanksPage(site, { ...place, pledge }))
    : notFound(site);
}
