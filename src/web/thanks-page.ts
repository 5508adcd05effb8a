// Where Stripe sends a backer afterwards: says what is known of the pledge at this moment and no more.
import type { Campaign } from "../core/campaign.ts";
import { formatMoney } from "../core/money.ts";
import type { Pledge, PledgeState } from "../core/pledge.ts";
import { backerPath } from "./backer-link.ts";
import { crumbs } from "./crumbs.ts";
import { layout } from "./layout.ts";
import { backerText, type Markup, markup, NOTHING, plain } from "./markup.ts";
import { campaignPath, issueUrl, type Place } from "./places.ts";
import { pledgeFacts, saidOf } from "./pledge-said.ts";
import type { Site } from "./site.ts";

/** How often, and for how long after the pledge began, the page looks again by itself. */
const REFRESH_SECONDS = 4;
const REFRESH_FOR_MS = 30 * 60_000;

export function thanksPage(site: Site, place: Place & { pledge: Pledge }): Markup {
  const { pledge, campaign } = place;
  const { title, text, tone } = saidOf(place, site.clock.now());
  const looking = isLooking(pledge, site.clock.now());
  return layout(site, {
    title,
    unlisted: true,
    ...(looking ? { refreshSeconds: REFRESH_SECONDS } : {}),
    body: markup`
${crumbs(site, place)}
<article class="message ${tone}">
<h1>${title}</h1>
${text}
<dl class="numbers">
<div><dt>Pledge</dt><dd class="amount">${formatMoney({ minor: pledge.amount, currency: pledge.currency })}</dd></div>
<div><dt>For</dt><dd><a href="${issueUrl(site, place)}">${plain(campaign.issueTitle)}</a></dd></div>
<div><dt>From</dt><dd>${backerText(pledge)}</dd></div>
${pledgeFacts(pledge, campaign)}
</dl>
${looking ? markup`<p class="hint">This page looks again every ${REFRESH_SECONDS} seconds.</p>` : NOTHING}
${campaign.kind === "tip" ? NOTHING : markup`<p><a href="${campaignPath(site, place)}">Back to the ${campaign.kind}</a></p>`}
${ownLink(site, place)}
</article>`,
  });
}

/** Whether Stripe's word may arrive at any moment: then it is worth to look again. */
function isLooking({ state, startedAt, charging }: Pledge, at: number): boolean {
  if (state === "started") return at - startedAt < REFRESH_FOR_MS;
  return state === "charging" && (charging?.problem ?? null) === null;
}

/** There is nothing to do with a pledge that Stripe has not told us of, or that ended without a payment. */
const WITHOUT_LINK: readonly PledgeState[] = ["started", "abandoned", "failed"];

function ownLink(site: Site, { pledge, campaign }: { pledge: Pledge; campaign: Campaign }): Markup {
  if (WITHOUT_LINK.includes(pledge.state)) return NOTHING;
  const label =
    campaign.kind === "tip"
      ? "Your payment: dates and terms"
      : "Your pledge: dates, terms, what you can do";
  return markup`<p><a class="button" href="${backerPath(site, pledge)}">${label}</a></p>
<p class="hint">Keep that page’s address, and keep it to yourself: whoever has it can do what you can do there.</p>`;
}
