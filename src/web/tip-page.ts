// The page of a tip: for whom, how much, the terms in full, and the button that leads to Stripe.
import type { Campaign, Person } from "../core/campaign.ts";
import { payeeCountries } from "../core/countries.ts";
import { formatMoney } from "../core/money.ts";
import { closedFor } from "../core/paying-in.ts";
import { refusalText } from "../core/refusals.ts";
import { takesTip, tipWording } from "../core/tip.ts";
import { layout } from "./layout.ts";
import { type Markup, markup, NOTHING, plain, sentence } from "./markup.ts";
import { boardPath, campaignPath, issueUrl, type Place } from "./places.ts";
import { type FormState, feeFigure, nameFields } from "./pledge-form.ts";
import type { Entered } from "./pledge-input.ts";
import { sha256Hex } from "./signing.ts";
import type { Site } from "./site.ts";

export interface TipView extends Place {
  payee: Person;
  platformCountry: string | null;
}

/** Hash of the terms as shown; the pledge pins it. */
export function tipTermsHash(site: Site, { login }: Person): string {
  return sha256Hex(tipWording(login, site).join("\n"));
}

export function tipPage(
  site: Site,
  view: TipView,
  { state, notice }: { state: FormState; notice: Markup },
): Markup {
  const { campaign, repository, payee } = view;
  const where = `${repository.owner}/${repository.name}#${campaign.issueNumber}`;
  return layout(site, {
    title: `Pay ${payee.login} for their work`,
    unlisted: true,
    body: markup`
<p class="crumbs"><a href="${boardPath(site, repository)}">${repository.owner}/${repository.name}</a><span aria-hidden="true">›</span><a href="${issueUrl(site, view)}">#${campaign.issueNumber}</a></p>
<article class="message"><h1>Pay ${payee.login} for their work</h1>
<p>${campaign.createdBy.login} offered this tip on “${plain(campaign.issueTitle)}” (${where}).</p>
${notice}
${form(site, view, state)}</article>`,
  });
}

/** Why no form is shown, or null when there is one. */
function closed(site: Site, { campaign, repository }: TipView, { payingIn }: FormState) {
  if (!takesTip(campaign, site.clock.now())) return refusalText({ refusal: "tipIsOver" });
  if (!repository.installed) return refusalText({ refusal: "appNotInstalled" });
  const refusal = closedFor("pay-now", { open: payingIn, promisesOffered: false });
  return refusal === null ? null : refusalText(refusal);
}

function form(site: Site, view: TipView, state: FormState): Markup {
  const { payee, campaign, platformCountry } = view;
  const { entered } = state;
  const reason = closed(site, view, state);
  if (reason !== null) return markup`<p>${sentence(reason)}</p>`;
  const problem =
    state.problem === null
      ? NOTHING
      : markup`<p class="notice error" role="alert" id="problem">${state.problem}</p>`;
  const where =
    platformCountry === null
      ? NOTHING
      : markup`<p class="hint">${payee.login} can be paid if they have a Stripe account in ${payeeCountries(platformCountry)}.</p>`;
  return markup`${problem}
<form method="post" action="${campaignPath(site, view)}">
${amountField(campaign, entered)}
${nameFields(state)}
<section class="terms" aria-labelledby="terms-title"><h2 id="terms-title">What you agree to</h2>
<ul>${tipWording(payee.login, site).map((line) => markup`<li>${line}</li>`)}</ul>
<p>${feeFigure(site, campaign.currency, entered)}</p></section>
${where}
<input type="hidden" name="mode" value="pay-now">
<input type="hidden" name="nonce" value="${entered.nonce}">
<input type="hidden" name="via" value="${entered.via}">
<input type="hidden" name="terms" value="${tipTermsHash(site, payee)}">
<button class="primary wide">Continue to Stripe</button>
<p class="hint centred">Nothing is charged before you confirm on Stripe’s page.</p>
</form>`;
}

function amountField({ currency, ask }: Campaign, { amount }: Entered): Markup {
  const offered =
    ask === null
      ? NOTHING
      : markup`<p class="hint">${formatMoney({ minor: ask, currency })} was offered; you may pay more or less.</p>`;
  return markup`<div class="field"><label for="amount">Amount</label>
<div class="with-unit"><input id="amount" name="amount" value="${amount}" required inputmode="decimal" autocomplete="off" maxlength="40"><span class="unit">${currency.toUpperCase()}</span></div>
${offered}</div>`;
}
