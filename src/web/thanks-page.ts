// Where Stripe sends a backer afterwards: says what is known of the pledge at this moment and no more.
import { type Campaign, isAwarded } from "../core/campaign.ts";
import { formatMoney } from "../core/money.ts";
import { type Pledge, type ReturnReason, refundDate } from "../core/pledge.ts";
import { layout } from "./layout.ts";
import { backerText, dateTag, type Markup, markup, NOTHING, plain } from "./markup.ts";
import { boardPath, campaignPath, issueUrl, type Place } from "./places.ts";
import type { Site } from "./site.ts";

/** How often, and for how long after the pledge began, the page looks again by itself. */
const REFRESH_SECONDS = 4;
const REFRESH_FOR_MS = 30 * 60_000;

interface Said {
  title: string;
  text: Markup;
  tone: "wait" | "good" | "neutral" | "warn";
}

export function thanksPage(site: Site, place: Place & { pledge: Pledge }): Markup {
  const { pledge, campaign, repository } = place;
  const { title, text, tone } = said(place, site.clock.now());
  const unknown = pledge.state === "started" || pledge.state === "charging";
  const looking = unknown && site.clock.now() - pledge.startedAt < REFRESH_FOR_MS;
  return layout(site, {
    title,
    unlisted: true,
    ...(looking ? { refreshSeconds: REFRESH_SECONDS } : {}),
    body: markup`
<p class="crumbs"><a href="${boardPath(site, repository)}">${repository.owner}/${repository.name}</a><span aria-hidden="true">›</span><a href="${campaignPath(site, place)}">Bounty on #${campaign.issueNumber}</a></p>
<article class="message ${tone}">
<h1>${title}</h1>
${text}
<dl class="numbers">
<div><dt>Pledge</dt><dd class="amount">${formatMoney({ minor: pledge.amount, currency: pledge.currency })}</dd></div>
<div><dt>For</dt><dd><a href="${issueUrl(site, place)}">${plain(campaign.issueTitle)}</a></dd></div>
<div><dt>From</dt><dd>${backerText(pledge)}</dd></div>
${facts(pledge)}
</dl>
${looking ? markup`<p class="hint">This page looks again every ${REFRESH_SECONDS} seconds.</p>` : NOTHING}
<p><a href="${campaignPath(site, place)}">Back to the bounty</a></p>
<p class="hint">Keep this page’s address to look at your pledge again: whoever has it can see this, and nothing more.</p>
</article>`,
  });
}

function said({ pledge, campaign }: Place & { pledge: Pledge }, at: number): Said {
  switch (pledge.state) {
    case "started":
      return {
        tone: "wait",
        title: "Stripe has not told us yet",
        text: markup`<p>If you confirmed on Stripe’s page, its word arrives here within moments, even if you close this page. If you did not, nothing was charged${stripeLink(pledge, at)}.</p>`,
      };
    case "promised":
      return {
        tone: "good",
        title: "Your card is saved",
        text: markup`<p>Nothing is charged until the bounty is awarded.</p>`,
      };
    case "charging":
      return {
        tone: "wait",
        title: "Your card is being charged",
        text: markup`<p>Stripe has not told us yet how it went.</p>`,
      };
    case "clearing":
    case "paid":
      return paid(pledge, campaign);
    case "released":
      return {
        tone: "good",
        title: "Paid out: thank you",
        text: markup`<p>${amount(pledge, pledge.released)} of your pledge was sent to the people who did the work.${pledge.refunded > 0n ? ` ${amount(pledge, pledge.refunded)} went back to your card.` : ""}</p>`,
      };
    case "refunding":
      return {
        tone: "neutral",
        title: "Your money is on its way back",
        text: markup`<p>Stripe was asked to return ${amount(pledge, pledge.refunding)} to your card${because(pledge.returnReason)}. Banks take five to ten days to show it.</p>`,
      };
    case "refunded":
      return {
        tone: "neutral",
        title: "Your money went back",
        text: markup`<p>${amount(pledge, pledge.refunded)} was returned to your card${because(pledge.returnReason)}. Banks take five to ten days to show it.</p>`,
      };
    case "abandoned":
    case "withdrawn":
    case "lapsed":
      return {
        tone: "neutral",
        title: "Nothing was charged",
        text: markup`<p>This pledge ended without a payment.</p>`,
      };
    case "failed":
      return {
        tone: "warn",
        title: "The payment did not go through",
        text: markup`<p>Nothing was charged. You can pledge again from the bounty’s page.</p>`,
      };
    case "disputed":
      return {
        tone: "warn",
        title: "This payment is disputed",
        text: markup`<p>Your bank took the payment back for now; Stripe and the bank will decide.</p>`,
      };
    case "lost":
      return {
        tone: "neutral",
        title: "This payment was taken back",
        text: markup`<p>Your bank returned the money to you.</p>`,
      };
  }
}

function paid(pledge: Pledge, campaign: Campaign): Said {
  const clearing = pledge.state === "clearing";
  const { returnReason } = pledge;
  if (returnReason !== null) {
    return {
      tone: "warn",
      title: "Paid, and it goes back",
      text: markup`<p>Stripe took the payment. It is returned to your card${clearing ? " once Stripe has cleared it" : ""}${because(returnReason)}.</p>`,
    };
  }
  return clearing
    ? {
        tone: "good",
        title: "Paid, and clearing: thank you",
        text: markup`<p>Stripe took the payment. Its fee is not booked yet; until then your pledge counts as clearing.</p>`,
      }
    : {
        tone: "good",
        title: "Paid: thank you",
        text: markup`<p>Your payment is in and ${isAwarded(campaign) ? "belongs to the people who did the work" : "waits for the work to be merged"}.</p>`,
      };
}

function facts(pledge: Pledge): Markup {
  const { state, stripeFee, net, settlementCurrency } = pledge;
  const booked =
    settlementCurrency === null
      ? NOTHING
      : markup`<div><dt>Stripe’s fee</dt><dd class="amount">${formatMoney({ minor: stripeFee, currency: settlementCurrency })}</dd></div>
<div><dt>Left for the work</dt><dd class="amount">${formatMoney({ minor: net, currency: settlementCurrency })}</dd></div>`;
  const date = state === "clearing" || state === "paid" ? refundDate(pledge) : null;
  const back =
    date === null
      ? NOTHING
      : markup`<div><dt>Goes back unless awarded</dt><dd>${dateTag(date)}</dd></div>`;
  return markup`${booked}${back}`;
}

function amount({ currency }: Pledge, minor: bigint): string {
  return formatMoney({ minor, currency });
}

function stripeLink({ sessionUrl, sessionExpiresAt }: Pledge, at: number): Markup {
  return sessionUrl === null || at >= (sessionExpiresAt ?? 0)
    ? NOTHING
    : markup`; you can still <a href="${sessionUrl}" rel="noreferrer">go back to Stripe’s page</a>`;
}

function because(reason: ReturnReason | null): string {
  switch (reason) {
    case null:
      return "";
    case "cancelled":
      return ": the bounty was cancelled";
    case "refund date reached":
      return ": nobody was awarded it in time";
    case "award not claimed":
      return ": a share that was awarded was not claimed in time";
    case "campaign over":
      return ": the bounty was already over when it arrived";
    case "settled in another currency":
      return ": it arrived in another currency than the bounty’s";
    case "paid twice":
      return ": it was paid twice";
  }
}
