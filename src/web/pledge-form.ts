// The pledge form: an amount, the terms in full, then the button. What was entered stays when it is refused.

import type { Person } from "../core/campaign.ts";
import { type Campaign, isOpen } from "../core/campaign.ts";
import {
  AMOUNT_MINOR_MAX,
  type Currency,
  chargeMinimum,
  decimalText,
  formatMoney,
  parseAmount,
} from "../core/money.ts";
import { closedFor, type PayingIn } from "../core/paying-in.ts";
import type { PledgeMode } from "../core/pledge.ts";
import { type Policy, pledgeMinimum } from "../core/policy.ts";
import { type Refusal, refusalText } from "../core/refusals.ts";
import { wording } from "../core/wording.ts";
import type { CampaignView } from "./campaign-page.ts";
import { roughStripeFee } from "./fee.ts";
import { type Markup, markup, NOTHING, refusalSentence, sentence } from "./markup.ts";
import { campaignPath } from "./places.ts";
import { type Entered, type Modes, offeredModes } from "./pledge-input.ts";
import { sha256Hex } from "./signing.ts";
import type { Site } from "./site.ts";

export interface FormState {
  entered: Entered;
  /** Why the form came back, or null. */
  problem: Markup | null;
  backer: Person | null;
  payingIn: PayingIn;
}

/** Hash of one mode's terms as shown; the pledge pins it. */
export function wordingHashOf(
  site: Site,
  mode: PledgeMode,
  { goal }: Pick<Campaign, "goal">,
): string {
  return sha256Hex(wording(mode, site, goal).join("\n"));
}

/** Of the terms of every mode: the page shows them all, and whoever posts it has seen these. */
export function shownTermsHash(site: Site, campaign: Pick<Campaign, "goal">): string {
  const hashes = [
    wordingHashOf(site, "on-merge", campaign),
    wordingHashOf(site, "pay-now", campaign),
  ];
  return sha256Hex(hashes.join("\n"));
}

/** Why no form is shown, or null when there is one. */
function closed(
  { campaign, repository, policy }: CampaignView,
  { payingIn }: FormState,
): string | null {
  if (!isOpen(campaign)) return refusalText({ refusal: "campaignIsOver" });
  if (!repository.installed) return refusalText({ refusal: "appNotInstalled" });
  if (openModes(policy, { campaign, open: payingIn }).length > 0) return null;
  const refusal = payNowProblem(policy, payingIn);
  return refusal === null ? null : refusalText(refusal);
}

/** Why nobody can pay now, or null. */
function payNowProblem({ pay }: Policy, open: PayingIn): Refusal | null {
  return closedFor("pay-now", { open, promisesOffered: pay !== "now" });
}

/** What is offered and open at this moment. */
function openModes(
  policy: Policy,
  { campaign, open }: { campaign: Campaign; open: PayingIn },
): Modes {
  return offeredModes(policy, campaign).filter(
    ({ mode }) => closedFor(mode, { open, promisesOffered: true }) === null,
  );
}

export function pledgeForm(site: Site, view: CampaignView, state: FormState): Markup {
  const reason = closed(view, state);
  const problem =
    state.problem === null
      ? NOTHING
      : markup`<p class="notice error" role="alert" id="problem">${state.problem}</p>`;
  if (reason !== null) {
    return markup`<h2>Pledges are closed</h2>${problem}<p>${sentence(reason)}</p>`;
  }
  const { entered } = state;
  const modes = openModes(view.policy, { campaign: view.campaign, open: state.payingIn });
  const shut = payNowProblem(view.policy, state.payingIn);
  const checked = modes.find(({ mode }) => mode === entered.mode)?.mode ?? modes[0]?.mode;
  return markup`<h2>Pledge to this issue</h2>
${problem}
<form method="post" action="${campaignPath(site, view)}">
${amountField(site, view, state)}
<fieldset class="modes"><legend>When you pay</legend>${modes.map((one) => modeField({ ...one, checked: one.mode === checked }))}${shut === null ? NOTHING : markup`<p class="hint">${refusalSentence(shut)}</p>`}</fieldset>
${nameFields(state)}
${terms(site, view, { modes, entered })}
<input type="hidden" name="nonce" value="${entered.nonce}">
<input type="hidden" name="via" value="${entered.via}">
<input type="hidden" name="terms" value="${shownTermsHash(site, view.campaign)}">
<button class="primary wide">Continue to Stripe</button>
<p class="hint centred">Nothing is charged before you confirm on Stripe’s page.</p>
</form>`;
}

function amountField(site: Site, view: CampaignView, { entered, problem }: FormState): Markup {
  const { currency } = view.campaign;
  const { policy } = view;
  const least = formatMoney({ minor: pledgeMinimum({ ...policy, currency }), currency });
  const most =
    policy.maximum === null ? "" : `, at most ${formatMoney({ minor: policy.maximum, currency })}`;
  const described = problem === null ? "amount-hint" : "problem amount-hint";
  return markup`<div class="field"><label for="amount">Amount</label>
<div class="with-unit"><input id="amount" name="amount" value="${entered.amount}" required inputmode="decimal" autocomplete="off" maxlength="40" aria-describedby="${described}"${problem === null ? NOTHING : markup` aria-invalid="true" autofocus`}><span class="unit">${currency.toUpperCase()}</span></div>
<p class="hint" id="amount-hint">At least ${least}${most}.</p>
<p class="quick"><span class="hint">Fill in:</span>${quickAmounts(view).map((minor) => quickLink(site, view, { minor, via: entered.via }))}</p></div>`;
}

function quickLink(
  site: Site,
  view: CampaignView,
  { minor, via }: { minor: bigint; via: string },
): Markup {
  const { currency } = view.campaign;
  const query = new URLSearchParams({ amount: decimalText({ minor, currency }) });
  if (via !== "") query.set("via", via);
  return markup`<a class="button small" rel="nofollow" href="${campaignPath(site, view)}?${query.toString()}#pledge">${formatMoney({ minor, currency }).replace(/\.00$/, "")}</a>`;
}

/** The card's amounts, scaled to currencies with smaller units, as far as the policy takes them. */
function quickAmounts({ campaign: { currency }, policy }: CampaignView): bigint[] {
  const scale = chargeMinimum(currency) > 50n ? chargeMinimum(currency) / 50n : 1n;
  const least = pledgeMinimum({ ...policy, currency });
  const most = policy.maximum ?? AMOUNT_MINOR_MAX;
  return [1_000n, 2_500n, 10_000n]
    .map((minor) => minor * scale)
    .filter((minor) => minor >= least && minor <= most);
}

function modeField(options: {
  mode: string;
  label: string;
  detail: string;
  checked: boolean;
}): Markup {
  const { mode, label, detail, checked } = options;
  return markup`<label class="choice"><input type="radio" name="mode" value="${mode}" required${checked ? markup` checked` : NOTHING}><span><strong>${label}</strong><small>${detail}</small></span></label>`;
}

export function nameFields({ entered, backer }: FormState): Markup {
  const who =
    backer === null
      ? NOTHING
      : markup`<p class="hint">You are signed in as ${backer.login}; the pledge is recorded for that GitHub account.</p>`;
  return markup`<div class="field"><label for="name">Your name <span class="optional">(optional)</span></label>
<input id="name" name="name" value="${entered.name}" maxlength="60" autocomplete="name" aria-describedby="name-hint">
<p class="hint" id="name-hint">Shown as a guest’s name, never as a GitHub account.</p>${who}
<label class="choice"><input type="checkbox" name="anonymous" value="1"${entered.anonymous ? markup` checked` : NOTHING}><span>Stay anonymous: do not show my name</span></label></div>`;
}

function terms(
  site: Site,
  view: CampaignView,
  { modes, entered }: { modes: Modes; entered: Entered },
): Markup {
  const list = ({ mode, label }: Modes[number]): Markup =>
    markup`${modes.length === 1 ? NOTHING : markup`<h4>${label}</h4>`}<ul>${wording(mode, site, view.campaign.goal).map((line) => markup`<li>${line}</li>`)}</ul>`;
  return markup`<section class="terms" aria-labelledby="terms-title"><h3 id="terms-title">What you agree to</h3>
${modes.map(list)}
<p>${feeFigure(site, view.campaign.currency, entered)}</p></section>`;
}

/** The figure for the amount entered, else for an example; never more exact than we can know. */
export function feeFigure(site: Site, currency: Currency, { amount }: Entered): string {
  const parsed = parseAmount(amount, currency);
  const known = parsed.ok && parsed.money.currency === currency;
  const money = known ? parsed.money : { minor: exampleAmount(currency), currency };
  const fee = roughStripeFee(money);
  const left = money.minor > fee.minor ? money.minor - fee.minor : 0n;
  const operator = (left * BigInt(site.operatorFeeBasisPoints)) / 10_000n;
  const text = (minor: bigint): string => formatMoney({ minor, currency });
  const rest =
    operator === 0n
      ? `about ${text(left)} is paid out or goes back`
      : `about ${text(left - operator)} is paid out, or ${text(left)} goes back`;
  return `${known ? "Of" : "For example, of"} ${formatMoney(money)} Stripe keeps roughly ${formatMoney(fee)}, refund or not: ${rest}. Cards from abroad cost more. The exact fee is known once Stripe has booked the charge.`;
}

function exampleAmount(currency: string): bigint {
  return 2_500n * (chargeMinimum(currency) > 50n ? chargeMinimum(currency) / 50n : 1n);
}
