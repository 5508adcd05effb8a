// A backer's page for one pledge: what is known of it, its dates, its refunds, its terms, and what the backer
// may do. Showing it changes nothing; each change has a page of its own that says what it comes to.
import { type Campaign, isAwarded } from "../core/campaign.ts";
import { isMendable } from "../core/decide-charge.ts";
import { formatMoney } from "../core/money.ts";
import { byHand, endsAt, type Pledge } from "../core/pledge.ts";
import type { Refund } from "../core/refund.ts";
import { renewalOffer, renewalWording } from "../core/renewal.ts";
import { dateText } from "../core/text.ts";
import { tipWording } from "../core/tip.ts";
import { wording } from "../core/wording.ts";
import { chargePanels } from "./backer-charge.ts";
import { backerPath } from "./backer-link.ts";
import { panel } from "./backer-panel.ts";
import { crumbs } from "./crumbs.ts";
import { roughStripeFee } from "./fee.ts";
import { layout } from "./layout.ts";
import { backerText, dateTag, type Markup, markup, NOTHING, plain } from "./markup.ts";
import { issueUrl, type Place } from "./places.ts";
import { because, pledgeFacts, saidOf } from "./pledge-said.ts";
import { sha256Hex } from "./signing.ts";
import type { Site } from "./site.ts";

/** Everything the page shows, read at the moment it is shown. */
export interface BackerView extends Place {
  pledge: Pledge;
  refunds: Refund[];
}

export function backerPage(site: Site, view: BackerView, notice: Markup = NOTHING): Markup {
  const { pledge, campaign } = view;
  const { title, text, tone } = saidOf(view, site.clock.now());
  return layout(site, {
    title: "Your pledge",
    unlisted: true,
    body: markup`
${crumbs(site, view)}
${notice}
<article class="message ${tone}">
<h1>${title}</h1>
${text}
<dl class="numbers">
<div><dt>Pledge</dt><dd class="amount">${formatMoney({ minor: pledge.amount, currency: pledge.currency })}</dd></div>
<div><dt>For</dt><dd><a href="${issueUrl(site, view)}">${plain(campaign.issueTitle)}</a></dd></div>
<div><dt>From</dt><dd>${backerText(pledge)}</dd></div>
<div><dt>Begun</dt><dd>${dateTag(pledge.startedAt)}</dd></div>
${pledgeFacts(pledge, campaign)}
</dl>
<p class="hint">Receipts come from Stripe by e-mail. Keep this page’s address to yourself: whoever has it can do what you can do here.</p>
</article>
${actions(site, view)}
${refundTable(view)}
${terms(pledge, campaign)}`,
  });
}

/** What the backer may do now, a panel each. */
function actions(site: Site, view: BackerView): Markup {
  const panels = [
    ...chargePanels(site, view.pledge),
    renewPanel(site, view),
    withdrawPanel(site, view),
  ].filter((one) => one !== NOTHING);
  return panels.length === 0
    ? NOTHING
    : markup`<section aria-labelledby="actions"><h2 id="actions">What you can do</h2>${panels}</section>`;
}

function withdrawPanel(site: Site, { pledge, campaign }: BackerView): Markup {
  if (!isWithdrawable(pledge, campaign)) return NOTHING;
  const action = markup`<a class="button" rel="nofollow" href="${backerPath(site, pledge)}/withdraw">${isUncharged(pledge) ? "Take the promise back…" : "Take the money back…"}</a>`;
  return panel({
    title: "Take it back",
    text: `Until the ${campaign.kind} is awarded you may take your pledge back. The next page says what that comes to; nothing happens before you confirm it there.`,
    action,
  });
}

/** One click, under the words that it consents to. */
function renewPanel(site: Site, { pledge, campaign }: BackerView): Markup {
  const offer = renewalOffer({ pledge, campaign }, site.clock.now());
  if (offer === null) return NOTHING;
  const words = renewalWording({ pledge, campaign }, offer);
  const action = markup`<form method="post" action="${backerPath(site, pledge)}/renew"><input type="hidden" name="from" value="${offer.from}"><input type="hidden" name="terms" value="${renewalHashOf(words)}"><button>Move the date</button></form>`;
  return panel({
    title: `Wait longer, until ${dateText(offer.until)}`,
    text: words.join(" "),
    action,
  });
}

/** Hash of the consent as shown; the renewal pins it. */
export function renewalHashOf(words: readonly string[]): string {
  return sha256Hex(words.join("\n"));
}

/** Whether the core would grant it, as far as this page knows. */
export function isWithdrawable(pledge: Pledge, campaign: Campaign): boolean {
  const { state } = pledge;
  const free =
    state === "promised" || state === "clearing" || state === "paid" || isMendable(pledge);
  return free && pledge.returnReason === null && !isAwarded(campaign);
}

function isUncharged({ state }: Pledge): boolean {
  return state === "promised" || state === "charging";
}

export function withdrawPage(site: Site, view: BackerView, notice: Markup = NOTHING): Markup {
  const { pledge, campaign } = view;
  const path = backerPath(site, pledge);
  const promised = isUncharged(pledge);
  const title = promised ? "Take your promise back?" : "Take your money back?";
  return layout(site, {
    title,
    unlisted: true,
    body: markup`
${crumbs(site, view)}
<article class="message">
<h1>${title}</h1>
${notice}
${whatComesBack(pledge)}
<form method="post" action="${path}/withdraw"><input type="hidden" name="shown" value="${shownOf(pledge)}"><button class="primary">${promised ? "Take the promise back" : "Take the money back"}</button> <a class="button" href="${path}">Leave it as it is</a></form>
<p class="hint">It counts from the moment you confirm, unless the ${campaign.kind} was awarded before.</p>
</article>`,
  });
}

/** What the page said would come back: another figure asks for another look. */
export function shownOf(pledge: Pledge): string {
  return `${pledge.state}:${leftOf(pledge)}`;
}

/** Of what came in, less Stripe's fee and what went back by hand before. */
function leftOf(pledge: Pledge): bigint {
  const { net } = pledge;
  return net > byHand(pledge) ? net - byHand(pledge) : 0n;
}

function whatComesBack(pledge: Pledge): Markup {
  const { state, amount, currency, stripeFee, settlementCurrency } = pledge;
  const text = (minor: bigint): string => formatMoney({ minor, currency });
  const fee = roughStripeFee({ minor: amount, currency }).minor;
  if (state === "promised") {
    return markup`<p>Nothing was charged, and nothing will be. The card saved for this promise is removed.</p>`;
  }
  if (state === "charging") {
    return markup`<p>Nothing was charged so far. Stripe is asked to end the charge; as soon as it has, your promise is over and the card saved for it is removed.</p>
<p>Should the charge go through all the same at that very moment, what Stripe’s fee leaves of it, roughly ${text(amount > fee ? amount - fee : 0n)} of your ${text(amount)}, goes back to your card.</p>`;
  }
  if (settlementCurrency === null) {
    return markup`<p>You paid ${text(amount)}. Stripe keeps its fee, which is not booked yet: roughly ${text(fee)}. What is left, about ${text(amount > fee ? amount - fee : 0n)}, goes back to your card as soon as Stripe has booked it.</p>`;
  }
  const before =
    byHand(pledge) === 0n ? "" : ` ${text(byHand(pledge))} was given back to you by hand already.`;
  return markup`<p>You paid ${text(amount)}. Stripe keeps its fee of ${text(stripeFee)}, as you agreed when you pledged.${before}</p>
<p><strong>${text(leftOf(pledge))} goes back to your card.</strong> Banks take five to ten days to show it.</p>`;
}

function refundTable({ pledge, campaign, refunds }: BackerView): Markup {
  if (refunds.length === 0) return NOTHING;
  const row = ({ begunAt, pledgeAmount, reason, state }: Refund): Markup =>
    markup`<tr><td>${dateTag(begunAt)}</td><td class="right amount">${formatMoney({ minor: pledgeAmount, currency: pledge.currency })}</td><td>${REFUND_STATES[state]}${because(reason, campaign)}</td></tr>`;
  return markup`<section><h2>Refunds</h2><div class="scroll" tabindex="0" role="region" aria-label="Refunds"><table><thead><tr><th scope="col">Begun</th><th scope="col" class="right">Amount</th><th scope="col">Status</th></tr></thead>
<tbody>${refunds.map(row)}</tbody></table></div></section>`;
}

const REFUND_STATES: Readonly<Record<Refund["state"], string>> = {
  sending: "on its way",
  succeeded: "through; banks take five to ten days to show it",
  failed: "did not go through; it is tried again by itself",
};

/** As the page that took the pledge says them. */
function wordsOf({ terms: pinned }: Pledge, { goal, kind, split }: Campaign): string[] {
  const { mode, goalDeadline } = pinned;
  const payee = split?.[0];
  if (kind === "tip" && payee !== undefined) return tipWording(payee.login, pinned);
  // The deadline that was on the page: it may have been moved since.
  const seen = goal === null || goalDeadline === null ? null : { ...goal, deadline: goalDeadline };
  return wording(mode, pinned, seen);
}

function terms(pledge: Pledge, campaign: Campaign): Markup {
  const { terms: pinned } = pledge;
  const lines = wordsOf(pledge, campaign);
  const same = sha256Hex(lines.join("\n")) === pinned.wordingHash;
  const intro = same
    ? "Word for word what was on the page when you pledged:"
    : "The page has been reworded since you pledged. The figures and dates above follow what you agreed to; today’s words are:";
  return markup`<section><h2>What you agreed to</h2><p>${intro}</p><ul class="spaced">${lines.map((line) => markup`<li>${line}</li>`)}</ul></section>`;
}

export function backerSignInPage(site: Site): Markup {
  return layout(site, {
    title: "Your pledges",
    description: "Sign in with GitHub to see what you pledged.",
    body: markup`<article class="message"><h1>Your pledges</h1>
<p>Pledges that you made while you were signed in with GitHub are listed here. A pledge made as a guest is found through its own link.</p>
<form method="post" action="${site.base}/sign-in"><input type="hidden" name="next" value="backer"><button class="primary">Sign in with GitHub</button></form></article>`,
  });
}

/** The pledges of somebody who signed in, newest first. */
export function backerListPage(
  site: Site,
  { login, views }: { login: string; views: BackerView[] },
): Markup {
  const row = (view: BackerView): Markup => {
    const { pledge, repository, campaign } = view;
    const date = endsAt(pledge);
    return markup`<tr><td><a href="${backerPath(site, pledge)}">${repository.owner}/${repository.name}#${campaign.issueNumber}</a></td><td class="right amount">${formatMoney({ minor: pledge.amount, currency: pledge.currency })}</td><td>${saidOf(view, site.clock.now()).title}${date === null ? NOTHING : markup`<small>until ${dateTag(date)}</small>`}</td></tr>`;
  };
  return layout(site, {
    title: "Your pledges",
    unlisted: true,
    body: markup`
<div class="title-row"><h1>Your pledges</h1>
<form method="post" action="${site.base}/sign-out"><span>Signed in as <strong>${login}</strong></span><button class="small">Sign out</button></form></div>
${
  views.length === 0
    ? markup`<p class="empty">No pledge was made while this account was signed in. A pledge made as a guest is found through its own link: on the page after paying.</p>`
    : markup`<div class="scroll" tabindex="0" role="region" aria-label="Pledges"><table><thead><tr><th scope="col">For</th><th scope="col" class="right">Amount</th><th scope="col">Status</th></tr></thead><tbody>${views.map(row)}</tbody></table></div>`
}`,
  });
}
