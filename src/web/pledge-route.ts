// Showing the pledge form and taking it: counted, read, handed to the desk, and on to Stripe's page; or
// back to the form with what was entered and the reason.
import type { Context } from "hono";
import { PermanentFailure, TransientFailure } from "../ports.ts";
import { campaignPage } from "./campaign-page.ts";
import { clientOf, exceeded } from "./limits.ts";
import { type Markup, markup, NOTHING, refusalSentence } from "./markup.ts";
import { findPlace, type Place } from "./places.ts";
import { pledgeForm, wordingHashOf } from "./pledge-form.ts";
import { type Entered, type Input, pledgeFormOf, prefilled, readInput } from "./pledge-input.ts";
import { type HeaderList, pageResponse, seeOther } from "./respond.ts";
import { notFound, tooMany } from "./route.ts";
import { signedIn } from "./session.ts";
import type { Site } from "./site.ts";

interface Shown {
  place: Place;
  notice?: Markup;
  entered?: Entered;
  problem?: Markup;
  status?: number;
  headers?: HeaderList;
}

/** The campaign's page with its form: fresh, or as it was posted. */
export async function showForm(site: Site, c: Context, shown: Shown): Promise<Response> {
  const { place, notice = NOTHING, problem = null, status = 200, headers = {} } = shown;
  const { read, desk, random } = site;
  const { campaign } = place;
  const [{ policy }, pulls, award, nextRefundAt, payNowOpen] = await Promise.all([
    read.policyOf(campaign.repositoryId),
    read.pullsOfCampaign(campaign.id),
    read.awardOf(campaign.id),
    read.nextRefundAt(campaign.id),
    desk.payNowOpen(campaign.currency),
  ]);
  const payees = award === null ? [] : await read.payeesOf(award.payees.map(({ id }) => id));
  const view = { ...place, policy, pulls, award, payees, nextRefundAt };
  const form = pledgeForm(site, view, {
    entered: shown.entered ?? prefilled(c, random.id()),
    problem,
    backer: signedIn(site, c),
    payNowOpen,
  });
  return pageResponse(campaignPage(site, view, { form, notice }), { status, headers });
}

export async function postPledge(
  site: Site,
  c: Context,
  fields: URLSearchParams,
): Promise<Response> {
  const who = clientOf(site.clientAddress(c.req.raw));
  const byAddress = await exceeded(site, { what: "pledgesPerAddress", who });
  if (byAddress !== null) return tooMany(site, byAddress);
  const place = await findPlace(site, c);
  if (place === null) return notFound(site);
  const byCampaign = await exceeded(site, { what: "pledgesPerCampaign", who: place.campaign.id });
  if (byCampaign !== null) return tooMany(site, byCampaign);
  const { entered, input, problem } = readInput(fields, { newNonce: site.random.id() });
  if (input === null) {
    return showForm(site, c, { place, entered, problem: markup`${problem}`, status: 422 });
  }
  if (input.terms !== undefined && input.terms !== wordingHashOf(site)) {
    return showForm(site, c, { place, entered, problem: TERMS_CHANGED, status: 422 });
  }
  return start(site, c, { place, entered, input });
}

const TERMS_CHANGED = markup`The terms changed since you opened this page. Nothing was charged. Please read them again below.`;

async function start(
  site: Site,
  c: Context,
  { place, entered, input }: { place: Place; entered: Entered; input: Input },
): Promise<Response> {
  const { desk, random, log } = site;
  const form = pledgeFormOf(input, {
    campaignId: place.campaign.id,
    pledgeId: random.id(),
    backerId: signedIn(site, c)?.id ?? null,
    wordingHash: wordingHashOf(site),
  });
  try {
    const outcome = await desk.startPledge(form);
    if (outcome.ok) return seeOther(outcome.url);
    const problem = refusalSentence(outcome.refusal);
    return await showForm(site, c, { place, entered, problem, status: 422 });
  } catch (error) {
    if (error instanceof TransientFailure) {
      log.warn({ err: error, campaign: place.campaign.id }, "a pledge could not be started now");
      const seconds = Math.ceil((error.retryAfterMs ?? RETRY_MS) / 1000);
      return showForm(site, c, {
        place,
        entered,
        problem: markup`Stripe’s page could not be opened just now. Nothing was charged. Please try again in a moment.`,
        status: 503,
        headers: { "Retry-After": String(seconds) },
      });
    }
    if (error instanceof PermanentFailure) {
      log.error({ err: error, campaign: place.campaign.id }, "Stripe would not open its page");
      return showForm(site, c, {
        place,
        entered: { ...entered, nonce: random.id() },
        problem: markup`Stripe would not open its page for this pledge. Nothing was charged.`,
        status: 502,
      });
    }
    throw error;
  }
}

const RETRY_MS = 10_000;
