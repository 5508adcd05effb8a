// A campaign's page: how far it is, what was paid and where it went, what a merge does, and the form.
import type { Award, Pull } from "../core/award.ts";
import { type Campaign, isOpen, type PaidOutside } from "../core/campaign.ts";
import { endedText } from "../core/card-end.ts";
import { goalTerms, nameOf } from "../core/card-goal.ts";
import { payeeCountries } from "../core/countries.ts";
import { type ChargedWhen, chargedWhen } from "../core/goal.ts";
import type { Money } from "../core/money.ts";
import type { Payee } from "../core/payout.ts";
import type { Policy } from "../core/policy.ts";
import { chargedText, promisedOf } from "../core/raised.ts";
import { layout } from "./layout.ts";
import { amountTag, count, dateTag, type Markup, markup, NOTHING, plain } from "./markup.ts";
import { boardPath, campaignPath, issueUrl, type Place, repositoryUrl } from "./places.ts";
import { progressBar, stateChip } from "./progress-tags.ts";
import type { Site } from "./site.ts";

/** Everything the page shows, read at the moment it is shown. */
export interface CampaignView extends Place {
  policy: Policy;
  pulls: Pull[];
  award: Award | null;
  payees: Payee[];
  /** When the first money paid in goes back unless awarded. */
  nextRefundAt: number | null;
  /** Of the platform's Stripe account; null while it is not known. */
  platformCountry: string | null;
}

export function campaignPage(
  site: Site,
  view: CampaignView,
  { form, notice }: { form: Markup; notice: Markup },
): Markup {
  const { campaign, repository } = view;
  const title = plain(campaign.issueTitle);
  const where = `${repository.owner}/${repository.name}#${campaign.issueNumber}`;
  return layout(site, {
    title: `${title} · ${where}`,
    description: `A ${campaign.kind} on ${where}, paid to whoever solves the issue when their pull request is merged.`,
    body: markup`
<p class="crumbs"><a href="${boardPath(site, repository)}">${repository.owner}/${repository.name}</a><span aria-hidden="true">›</span><a href="${issueUrl(site, view)}">Issue #${campaign.issueNumber}</a></p>
<h1>${title}</h1>
<p class="under">${stateChip(campaign)}<span>${nameOf(campaign)} attached by ${campaign.createdBy.login} on ${dateTag(campaign.createdAt)}</span></p>
${notice}
<div class="columns">
<div class="summary">
${progressBar(campaign)}
${happening(site, view)}
</div>
<aside class="pledge" id="pledge">${form}</aside>
<div class="details">
${numbers(view)}
${dates(view)}
${sharing(site, view)}
</div>
</div>`,
  });
}

function money({ currency }: Campaign, minor: bigint): Money {
  return { minor, currency };
}

function happening(site: Site, view: CampaignView): Markup {
  const { campaign } = view;
  const hold =
    campaign.hold === null || campaign.state === "settled"
      ? NOTHING
      : markup`<p class="notice warn"><strong>On hold</strong> since ${dateTag(campaign.hold.at)}, by ${campaign.hold.by.login}: “${plain(campaign.hold.why)}” Nothing is paid out before a maintainer ends the hold.</p>`;
  const waiting =
    campaign.waitingPullId === null
      ? NOTHING
      : markup`<p class="notice">A merged pull request waits for a maintainer’s <code>/release</code>.</p>`;
  return markup`<section><h2>${isOpen(campaign) ? "What happens on merge" : "What happened"}</h2>
${isOpen(campaign) ? onMerge(site, view) : ending(view)}${waiting}${hold}</section>`;
}

/** Said before anybody starts to work. */
function payable(country: string | null): Markup {
  return country === null
    ? NOTHING
    : markup`<p>To be paid you need a Stripe account in ${payeeCountries(country)}.</p>`;
}

function onMerge(
  site: Site,
  { repository, campaign, pulls, platformCountry }: CampaignView,
): Markup {
  const open = pulls.filter((pull) => pull.open);
  const working =
    open.length === 0
      ? NOTHING
      : markup`<p>In progress: ${open.map(({ number, author }, index) => markup`${index === 0 ? "" : ", "}<a href="${repositoryUrl(site, repository)}/pull/${number}">#${number}</a> by ${author.login}`)}.</p>`;
  const closed = campaign.issueOpen
    ? NOTHING
    : markup`<p>The issue is closed at the moment. If it stays unmerged, the money goes back on its dates.</p>`;
  const atAward = chargedWhen(campaign) === "at the award";
  const promised = promisedOf(campaign);
  const charged =
    promised === 0n
      ? NOTHING
      : markup` ${amountTag(money(campaign, promised))} promised ${chargedText(campaign)}; what is collected goes to the same people.`;
  return markup`<p>When a pull request that closes this issue is merged, what is paid in goes to ${payeeText(campaign)}, less Stripe’s fee${operatorFee(site)}.${charged} If none is merged in time, what was paid goes back to the backers${atAward ? ", and promises end uncharged" : ""}.</p>${payable(platformCountry)}${working}${closed}`;
}

function operatorFee({ operatorFeeBasisPoints }: Site): string {
  return operatorFeeBasisPoints === 0
    ? ""
    : ` and ${operatorFeeBasisPoints / 100} % for the operator of this bot`;
}

function payeeText({ split }: Campaign): string {
  if (split === null)
    return "the people named on it: its author and, by the repository’s policy, co-authors and reviewers";
  return split.map(({ login, basisPoints }) => `${login} (${basisPoints / 100} %)`).join(", ");
}

function ending(view: CampaignView): Markup {
  const { campaign, award } = view;
  switch (campaign.state) {
    case "open":
    case "reached":
      return NOTHING;
    case "awarded":
    case "settled":
      return award === null ? NOTHING : awarded(award, view);
    case "cancelled":
    case "expired":
      return ended(campaign);
  }
}

function awarded(award: Award, { payees, campaign }: CampaignView): Markup {
  const to = award.payees
    .map(({ login, basisPoints }) =>
      award.payees.length === 1 ? login : `${login} (${basisPoints / 100} %)`,
    )
    .join(", ");
  const pull = award.pullNumber === null ? "" : ` for pull request #${award.pullNumber}`;
  const missing = campaign.state === "settled" ? [] : payees.filter(({ ready }) => !ready);
  const wait =
    missing.length === 0
      ? NOTHING
      : markup`<p>Waiting for the Stripe account of ${missing.map(({ login }) => login).join(", ")}. What is not claimed in time goes back to the backers.</p>`;
  return markup`<p>Awarded to <strong>${to}</strong>${pull} on ${dateTag(award.at)}, decided by ${award.by.login}.</p>${instead(award)}${wait}`;
}

function ended(campaign: Campaign): Markup {
  const { endReason, paidOutside } = campaign;
  if (paidOutside !== null) return paidElsewhere(campaign, paidOutside);
  const why = endReason === null ? NOTHING : markup`<p>Reason given: “${plain(endReason)}”</p>`;
  return markup`${why}<p>${endedText(campaign, "page")}</p>`;
}

function instead({ payees, handed }: Award): Markup {
  const known = [...payees, ...handed.map(({ to }) => to)];
  const lines = handed.map(({ from, to, by }) => {
    const login = known.find(({ id }) => id === from)?.login ?? "a payee";
    return markup`<p>In the place of ${login}, ${to.login} is paid what had not left: ${login} asked for it, and ${by.login} agreed.</p>`;
  });
  return markup`${lines}`;
}

/** A person's word, and said as one. */
function paidElsewhere(campaign: Campaign, { amount, by, at }: PaidOutside): Markup {
  return markup`<p>${money(campaign, amount)} was paid outside of Whipround, as ${by.login} said on ${dateTag(at)}. None of it passed through here, and nothing can be pledged to this any more.</p>`;
}

function numbers({ campaign }: CampaignView): Markup {
  const { totals, ask } = campaign;
  const row = (name: string, minor: bigint, meaning: string): Markup =>
    markup`<div><dt>${name}<small>${meaning}</small></dt><dd>${amountTag(money(campaign, minor))}</dd></div>`;
  const some = (name: string, minor: bigint, meaning: string): Markup =>
    minor > 0n ? row(name, minor, meaning) : NOTHING;
  return markup`<section><h2>The numbers</h2><dl class="numbers">
${ask === null ? NOTHING : row(...askRow(campaign, ask))}
${row("Paid in", totals.paidIn, paidInMeaning(campaign))}
${some("Of that, clearing", totals.clearing, "paid; Stripe’s fee on it is not yet known")}
${some("Stripe’s fees on it", totals.fees, "as booked so far; kept by Stripe whatever happens")}
${some("Promised", totals.promised, `cards verified and saved; charged ${CHARGED[chargedWhen(campaign)]}, which may fail`)}
${some("Still being collected", totals.collecting, "promises that were called in and are not paid yet")}
${some("Could not be collected", totals.uncollected, "promises that were called in and never paid")}
${some("Paid out", totals.released, "sent to the people who did the work")}
${some("On its way back", totals.refunding, `refunds under way: ${count(totals.refundingCount, "pledge")}`)}
${some("Disputed by a bank", totals.disputed, "a backer’s bank asks about it or took it; nothing of it is paid out before it decides")}
${some("Lost to a chargeback", totals.lost, "taken back by backers’ banks for good")}
${some("Given back", totals.refunded, `refunds that are through: ${count(totals.refundedCount, "pledge")} in full`)}
<div><dt>Backers</dt><dd>${totals.backersCount}</dd></div>
</dl></section>`;
}

const CHARGED: Readonly<Record<ChargedWhen, string>> = {
  "at the award": "at the award",
  "once reached": "as soon as the goal is reached",
  now: "now that the goal is reached",
};

function askRow({ goal }: Campaign, ask: bigint): [string, bigint, string] {
  return goal === null
    ? ["Asked for", ask, "what the maintainers hope for; less is paid out all the same"]
    : ["Goal", ask, "what must be pledged by the deadline; for less nobody pays"];
}

function paidInMeaning(campaign: Campaign): string {
  return isOpen(campaign)
    ? "charged by Stripe to backers’ cards, not yet on its way anywhere"
    : "pledges charged by Stripe that are not wholly paid out or given back";
}

function dates({ campaign, nextRefundAt }: CampaignView): Markup {
  const { goal, kind } = campaign;
  if (!isOpen(campaign) || (nextRefundAt === null && goal === null)) return NOTHING;
  const deadline =
    goal === null
      ? NOTHING
      : markup`<div><dt>Deadline<small>${goalTerms(campaign, goal)}</small></dt><dd>${dateTag(goal.deadline - 1)}, end of the day UTC</dd></div>`;
  const refund =
    nextRefundAt === null
      ? NOTHING
      : markup`<div><dt>First refund<small>the earliest pledge goes back then, unless the ${kind} is awarded before</small></dt><dd>${dateTag(nextRefundAt)}</dd></div>`;
  return markup`<section><h2>Dates</h2><dl class="numbers">
${deadline}${refund}
</dl></section>`;
}

function sharing(site: Site, view: CampaignView): Markup {
  const address = `${site.publicUrl}${campaignPath({ ...site, base: "" }, view)}`;
  const text = `[![bounty](${address}/badge.svg)](${address})`;
  return markup`<section><h2>Share it</h2><p>A badge for a README or a comment, and the same as <a href="${campaignPath(site, view)}.json">data</a>:</p>
<p><img src="${campaignPath(site, view)}/badge.svg" alt="The badge as it is now" height="20"></p>
<pre tabindex="0"><code>${text}</code></pre></section>`;
}
