// Showing the pledge form and taking it: counted, read, handed to the desk, and on to Stripe's page; or
// back to the form with what was entered and the reason.
import type { Context } from "hono";
import type { PledgeForm } from "../core/commands.ts";
import { recipientsOf } from "../core/handover.ts";
import { PermanentFailure, TransientFailure } from "../ports.ts";
import { campaignPage } from "./campaign-page.ts";
import { clientOf, exceeded } from "./limits.ts";
import { type Markup, markup, NOTHING, refusalSentence } from "./markup.ts";
import { findPlace, type Place } from "./places.ts";
import { pledgeForm, shownTermsHash, wordingHashOf } from "./pledge-form.ts";
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
  const [{ policy }, pulls, award, nextRefundAt, payingIn, platformCountry] = await Promise.all([
    read.policyOf(campaign.repositoryId),
    read.pullsOfCampaign(campaign.id),
    read.awardOf(campaign.id),
    read.nextRefundAt(campaign.id),
    desk.payingIn(campaign.currency),
    desk.platformCountry(),
  ]);
  const payees = award === null ? [] : await read.payeesOf(recipientsOf(award));
  const view = { ...place, policy, pulls, award, payees, nextRefundAt, platformCountry };
  const form = pledgeForm(site, view, {
    entered: shown.entered ?? prefilled(c, random.id()),
    problem,
    backer: signedIn(site, c),
    payingIn,
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
  if (input.terms !== undefined && input.terms !== shownTermsHash(site, place.campaign)) {
    return showForm(site, c, { place, entered, problem: TERMS_CHANGED, status: 422 });
  }
  return start(site, c, { place, entered, input });
}

export const TERMS_CHANGED = markup`The terms changed since you opened this page. Nothing was charged. Please read them again below.`;

async function start(
  site: Site,
  c: Context,
  { place, entered, input }: { place: Place; entered: Entered; input: Input },
): Promise<Response> {
  const form = pledgeFormOf(input, {
    campaignId: place.campaign.id,
    pledgeId: site.random.id(),
    backerId: signedIn(site, c)?.id ?? null,
    wordingHash: wordingHashOf(site, input.mode, place.campaign),
  });
  return startAndGo(site, {
    form,
    entered,
    show: (again) => showForm(site, c, { place, ...again }),
  });
}

/** The form as it comes back: with what was entered, and why. */
export interface ShownAgain {
  entered: Entered;
  problem: Markup;
  status: number;
  headers?: HeaderList;
}

/** Starts the pledge and leads to Stripe's page; else the form is shown again with the reason. */
export async function startAndGo(
  { desk, random, log }: Site,
  options: {
    form: PledgeForm;
    entered: Entered;
    show(again: ShownAgain): Promise<Response>;
  },
): Promise<Response> {
  const { form, entered, show } = options;
  const { campaignId: campaign } = form;
  try {
    const outcome = await desk.startPledge(form);
    if (outcome.ok) return seeOther(outcome.url);
    return await show({ entered, problem: refusalSentence(outcome.refusal), status: 422 });
  } catch (error) {
    if (error instanceof TransientFailure) {
      log.warn({ err: error, campaign }, "a pledge could not be started now");
      const seconds = Math.ceil((error.retryAfterMs ?? RETRY_MS) / 1000);
      return show({
        entered,
        problem: markup`Stripe’s page could not be opened just now. Nothing was charged. Please try again in a moment.`,
        status: 503,
        headers: { "Retry-After": String(seconds) },
      });
    }
    if (error instanceof PermanentFailure) {
      log.error({ err: error, campaign }, "Stripe would not open its page");
      return show({
        entered: { ...entered, nonce: random.id() },
        problem: markup`Stripe would not open its page for this pledge. Nothing was charged.`,
        status: 502,
      });
    }
    throw error;
  }
}

const RETRY_MS = 10_000;
