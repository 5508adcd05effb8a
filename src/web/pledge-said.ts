// What is known of a pledge at this moment, in words for its backer, and its figures: the page after paying
// and the backer's own page say the same.
import { type Campaign, isAwarded } from "../core/campaign.ts";
import { chargedWhen, chargesNow, goalDateOf, isUnreached } from "../core/goal.ts";
import { formatMoney } from "../core/money.ts";
import {
  COLLECT_WITHIN_DAYS,
  DAY_MS,
  endsAt,
  type Pledge,
  type ReturnReason,
} from "../core/pledge.ts";
import { dateTag, type Markup, markup, NOTHING } from "./markup.ts";
import type { Place } from "./places.ts";

export interface Said {
  title: string;
  text: Markup;
  tone: "wait" | "good" | "neutral" | "warn";
}

/** What is known of a pledge, for its backer. */
export function saidOf({ pledge, campaign }: Place & { pledge: Pledge }, at: number): Said {
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
        text: markup`<p>${promised(campaign)}</p>`,
      };
    case "charging":
      return charging(pledge, campaign);
    case "clearing":
    case "paid":
      return paid(pledge, campaign);
    case "released":
      return {
        tone: "good",
        title: "Paid out: thank you",
        text: markup`<p>${amount(pledge, pledge.released)} of your pledge was sent to the people who did the work.${pledge.refunded + pledge.handRefunded > 0n ? ` ${amount(pledge, pledge.refunded + pledge.handRefunded)} went back to your card.` : ""}</p>`,
      };
    case "refunding":
      return {
        tone: "neutral",
        title: "Your money is on its way back",
        text: markup`<p>Stripe was asked to return ${amount(pledge, pledge.refunding + pledge.handRefunding)} to your card${because(pledge.returnReason, campaign)}. Banks take five to ten days to show it.</p>`,
      };
    case "refunded":
      return {
        tone: "neutral",
        title: "Your money went back",
        text: markup`<p>${amount(pledge, pledge.refunded + pledge.handRefunded)} was returned to your card${because(pledge.returnReason, campaign)}. Banks take five to ten days to show it.</p>`,
      };
    case "withdrawn":
      return {
        tone: "neutral",
        title: "You took your promise back",
        text: markup`<p>Nothing was charged, and your card is no longer saved for this pledge.</p>`,
      };
    case "abandoned":
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
        text: markup`<p>Nothing was charged. You can pledge again from the ${campaign.kind}’s page.</p>`,
      };
    case "disputed":
      return {
        tone: "warn",
        title: "This payment is disputed",
        text: markup`<p>Your bank asks about the payment, or took it back for now. Nothing of it is paid out or sent back before that is decided.</p>`,
      };
    case "lost":
      return {
        tone: "neutral",
        title: "This payment was taken back",
        text: markup`<p>Your bank returned the money to you.</p>`,
      };
  }
}

function promised(campaign: Campaign): string {
  if (isAwarded(campaign)) return `The ${campaign.kind} is awarded: your promise is called in now.`;
  switch (chargedWhen(campaign)) {
    case "at the award":
      return `Nothing is charged until the ${campaign.kind} is awarded. You may take the promise back until then.`;
    case "once reached":
      return "Nothing is charged until the goal is reached; then your card is charged at once. You may take the promise back until then, and what Stripe’s fee leaves of your money until the award.";
    case "now":
      return "The goal is reached: your card is charged now.";
  }
}

function charging({ charging: charge, returnReason }: Pledge, campaign: Campaign): Said {
  const problem = charge?.problem ?? null;
  if (charge?.ending && returnReason === "withdrawn") {
    return {
      tone: "wait",
      title: "Your pledge is ending",
      text: markup`<p>You took it back. Stripe is asked to end the charge; should it have gone through all the same, what Stripe’s fee leaves of it goes back to your card.</p>`,
    };
  }
  if (charge === null || problem === null || charge.ending) {
    return {
      tone: "wait",
      title: charge?.ending ? "Your pledge is ending" : "Your card is being charged",
      text: markup`<p>Stripe has not told us yet how it went.</p>`,
    };
  }
  const until = (charge.failedAt ?? charge.at) + COLLECT_WITHIN_DAYS * DAY_MS;
  const calledIn = chargesNow(campaign)
    ? "The goal was reached"
    : `The ${campaign.kind} was awarded`;
  const why =
    problem === "authentication needed"
      ? `${calledIn}. Your bank wants you to confirm the payment before it lets it through.`
      : `${calledIn}, and your bank declined the payment.`;
  return {
    tone: "warn",
    title:
      problem === "authentication needed" ? "Please confirm the payment" : "Your card was declined",
    text: markup`<p>${why} Nothing was charged so far. You can mend it until ${dateTag(until)}; after that your promise ends and nothing is charged.</p>
${charge.pageUrl === null ? NOTHING : markup`<p>If you just confirmed it, Stripe’s word arrives within moments: load this page again.</p>`}`,
  };
}

function paid(pledge: Pledge, campaign: Campaign): Said {
  const clearing = pledge.state === "clearing";
  const { returnReason } = pledge;
  if (returnReason !== null) {
    return {
      tone: "warn",
      title: "Paid, and it goes back",
      text: markup`<p>Stripe took the payment. It is returned to your card${clearing ? " once Stripe has cleared it" : ""}${because(returnReason, campaign)}.</p>`,
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

/** Rows of the pledge's figures, as far as they are known. */
export function pledgeFacts(pledge: Pledge, campaign: Campaign): Markup {
  const { state, stripeFee, net, settlementCurrency } = pledge;
  const booked =
    settlementCurrency === null
      ? NOTHING
      : markup`<div><dt>Stripe’s fee</dt><dd class="amount">${formatMoney({ minor: stripeFee, currency: settlementCurrency })}</dd></div>
<div><dt>Left for the work</dt><dd class="amount">${formatMoney({ minor: net, currency: settlementCurrency })}</dd></div>`;
  const date = endsAt(pledge);
  const back =
    date === null
      ? NOTHING
      : markup`<div><dt>${state === "promised" ? "Ends unless charged before" : "Goes back unless awarded"}</dt><dd>${dateTag(date)}</dd></div>`;
  return markup`${booked}${goalFact(pledge, campaign)}${back}`;
}

/** The day of a goal that is not reached: where it ends the pledge before the pledge's own date. */
function goalFact(pledge: Pledge, campaign: Campaign): Markup {
  const date = isUnreached(campaign) ? goalDateOf(pledge, campaign) : null;
  return date === null
    ? NOTHING
    : markup`<div><dt>Ends unless the goal is reached by the end of</dt><dd>${dateTag(date.at - 1)}</dd></div>`;
}

function amount({ currency }: Pledge, minor: bigint): string {
  return formatMoney({ minor, currency });
}

function stripeLink({ sessionUrl, sessionExpiresAt }: Pledge, at: number): Markup {
  return sessionUrl === null || at >= (sessionExpiresAt ?? 0)
    ? NOTHING
    : markup`; you can still <a href="${sessionUrl}" rel="noreferrer">go back to Stripe’s page</a>`;
}

export function because(reason: ReturnReason | null, { kind }: Campaign): string {
  switch (reason) {
    case null:
      return "";
    case "cancelled":
      return `: the ${kind} was cancelled`;
    case "withdrawn":
      return ": you took it back";
    case "refunded by hand":
      return ": the operator gave it back by hand";
    case "refund date reached":
      return ": nobody was awarded it in time";
    case "declined by the payee":
      return " because the person it was awarded to gave it up";
    case "award not claimed":
      return ": a share that was awarded was not claimed in time";
    case "campaign over":
      return `: the ${kind} was already over when it arrived`;
    case "goal missed":
      return ": the goal was not reached in time";
    case "settled in another currency":
      return `: it arrived in another currency than the ${kind}’s`;
    case "paid twice":
      return ": it was paid twice";
  }
}
