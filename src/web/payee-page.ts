// The payee's page: what waits for the person signed in and why, what was paid, and the Stripe account.
import type { Award } from "../core/award.ts";
import type { Campaign, Person } from "../core/campaign.ts";
import { canPay, countryName, payeeCountries } from "../core/countries.ts";
import { type Handover, partOfAward } from "../core/handover.ts";
import { formatMoney } from "../core/money.ts";
import { isOwed, type Owed } from "../core/owed.ts";
import { obstacleTo, type Payee, type PayoutState } from "../core/payout.ts";
import type { PayoutLine } from "../ports.ts";
import { layout } from "./layout.ts";
import { dateTag, type Markup, markup, NOTHING } from "./markup.ts";
import type { Site } from "./site.ts";

const PAST: readonly PayoutState[] = ["paid", "overpaid", "reversed", "returned", "handed"];

export interface PayeeView {
  person: Person;
  payee: Payee | null;
  payouts: PayoutLine[];
  /** Campaigns that were awarded to the person, newest first. */
  awarded: (Campaign & { issue: string; award: Award })[];
  owed: Owed;
  /** What the person asked for, and no maintainer has answered. */
  handovers: Handover[];
  /** Campaigns of the payouts that wait, by id. */
  campaigns: ReadonlyMap<string, Campaign>;
  /** Of the platform's Stripe account; null while it is not known. */
  platformCountry: string | null;
  at: number;
}

export function signInPage(site: Site, notice: Markup = NOTHING): Markup {
  return layout(site, {
    title: "Get paid",
    description: "Sign in with GitHub to receive what you were awarded.",
    body: markup`<article class="message"><h1>Get paid</h1>
${notice}
<p>If a bounty was awarded to you, sign in with the GitHub account that was awarded, then connect a Stripe account to receive it.</p>
<form method="post" action="${site.base}/sign-in"><button class="primary">Sign in with GitHub</button></form>
<p class="hint">We ask GitHub only who you are. Its answer, your account’s number and login, stays signed in this browser for twelve hours.</p></article>`,
  });
}

export function payeePage(
  site: Site,
  view: PayeeView,
  { notice = NOTHING, refreshSeconds }: { notice?: Markup; refreshSeconds?: number } = {},
): Markup {
  const { person, payouts } = view;
  const waiting = payouts.filter(({ state }) => state === "waiting" || state === "sending");
  const past = payouts.filter(({ state }) => PAST.includes(state));
  return layout(site, {
    title: "Your payouts",
    unlisted: true,
    ...(refreshSeconds === undefined ? {} : { refreshSeconds }),
    body: markup`
<div class="title-row"><h1>Your payouts</h1>
<form method="post" action="${site.base}/sign-out"><span>Signed in as <strong>${person.login}</strong></span><button class="small">Sign out</button></form></div>
${notice}
${account(site, view)}
<section><h2>Waiting for you</h2>${waiting.length === 0 ? markup`<p class="empty">Nothing is waiting for this account.</p>` : table(site, waiting, (line) => waitText(site, line, view))}</section>
${collecting(site, view)}
${past.length === 0 ? NOTHING : markup`<section><h2>So far</h2>${table(site, past, pastText)}</section>`}`,
  });
}

/**
 * The person's part of the promises that an award called in, before fees; nothing of what they gave up, or of an award
 * that was taken back.
 */
function collecting(site: Site, { person, awarded, payee, owed }: PayeeView): Markup {
  const some = awarded.filter(
    ({ award, totals }) =>
      partOfAward(award, person.id) > 0 && totals.collecting + totals.uncollected > 0n,
  );
  if (some.length === 0) return NOTHING;
  const text = ({ currency, award }: PayeeView["awarded"][number], minor: bigint): string =>
    formatMoney({ minor: (minor * BigInt(partOfAward(award, person.id))) / 10_000n, currency });
  const row = (one: PayeeView["awarded"][number]): Markup =>
    markup`<tr><td>${issueLink(site, one)}</td><td class="right amount">${text(one, one.totals.collecting)}</td><td class="right amount">${text(one, one.totals.uncollected)}</td></tr>`;
  const later =
    payee?.accountId == null && !isOwed(person.id, owed)
      ? markup` You can connect a Stripe account as soon as some of it is paid in.`
      : NOTHING;
  return markup`<section><h2>Promised to bounties of yours</h2>
<p>Cards that backers saved are charged when a bounty is awarded, or before, when a goal is reached. This is your part of it, less Stripe’s fee once it is collected; a card that is declined can be mended by its backer for two weeks.${later}</p>
<div class="scroll" tabindex="0" role="region" aria-label="Promised"><table><thead><tr><th scope="col">For</th><th scope="col" class="right">Still being collected</th><th scope="col" class="right">Could not be collected</th></tr></thead>
<tbody>${some.map(row)}</tbody></table></div></section>`;
}

interface Panel {
  tone: "todo" | "good";
  title: string;
  text: string;
  /** The button's label, where there is something to do. */
  action: string | null;
}

function account(site: Site, { payee, owed, platformCountry }: PayeeView): Markup {
  if (payee === null) return NOTHING;
  const panel = panelOf(payee, { platform: platformCountry, isOwed: isOwed(payee.id, owed) });
  if (panel === null) return NOTHING;
  const { tone, title, text, action } = panel;
  const button =
    action === null
      ? NOTHING
      : markup`<form method="post" action="${site.base}/payee/connect"><button class="primary">${action}</button></form>`;
  return markup`<section class="panel ${tone}"><div><h2>${title}</h2><p>${text}</p></div>${button}</section>`;
}

const DISCONNECTED = "Your account is no longer connected";

function toConnect({ accountsLost }: Payee, platform: string | null): Panel {
  const where =
    platform === null ? "" : ` Accounts in ${payeeCountries(platform)} can be paid from here.`;
  return {
    tone: "todo",
    title: accountsLost === 0 ? "Connect a Stripe account" : DISCONNECTED,
    text: `Stripe asks who you are and where to send the money, on its own pages. What waits for you leaves once Stripe says that the account can receive it.${where}`,
    action: "Connect with Stripe",
  };
}

/** Another account is opened only for whom money is there. */
function disconnected({ accountsLost }: Payee): Panel | null {
  if (accountsLost === 0) return null;
  const text = "You can connect another one as soon as something waits for you.";
  return { tone: "todo", title: DISCONNECTED, text, action: null };
}

/** null: nothing is to be said of it. */
function panelOf(
  payee: Payee,
  { platform, isOwed: mayConnect }: { platform: string | null; isOwed: boolean },
): Panel | null {
  const { accountId, country, bankFailedAt, ready } = payee;
  if (accountId === null) return mayConnect ? toConnect(payee, platform) : disconnected(payee);
  if (bankFailedAt !== null) {
    return {
      tone: "todo",
      title: "Your bank turned a payment down",
      text: "What you were paid is in your Stripe account, and Stripe could not send it on to your bank. Look over your bank details with Stripe.",
      action: "Continue with Stripe",
    };
  }
  if (ready) {
    return {
      tone: "good",
      title: "Your Stripe account can receive money",
      text: "Stripe says so. What is awarded to you is sent there without further steps.",
      action: null,
    };
  }
  const unreachable = platform !== null && country !== null && !canPay(platform, country);
  return unreachable
    ? {
        tone: "todo",
        title: `Accounts in ${countryName(country)} cannot be paid from here`,
        text: `Stripe pays accounts in ${payeeCountries(platform)}. What waits for you goes back to the backers on its date, unless Stripe comes to reach your account before.`,
        action: null,
      }
    : {
        tone: "todo",
        title: "Stripe needs more from you",
        text: "Stripe does not let your account receive money at the moment. Go on with Stripe: it says there what it needs.",
        action: "Continue with Stripe",
      };
}

/** `owner/name#12` leads to that bounty's page. */
function issueLink({ base }: Site, { issue, kind }: Pick<PayoutLine, "issue" | "kind">): Markup {
  if (kind === "tip") return markup`a tip on ${issue}`;
  const [, owner, name, number] = /^([\w.-]+)\/([\w.-]+)#([0-9]+)$/.exec(issue) ?? [];
  return number === undefined
    ? markup`${issue}`
    : markup`<a href="${base}/gh/${owner}/${name}/issues/${number}">${issue}</a>`;
}

function table(
  site: Site,
  lines: readonly PayoutLine[],
  status: (line: PayoutLine) => Markup,
): Markup {
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="Payouts"><table><thead><tr><th scope="col">For</th><th scope="col" class="right">Amount</th><th scope="col">Status</th></tr></thead>
<tbody>${lines.map((line) => markup`<tr><td>${issueLink(site, line)}</td><td class="right amount">${formatMoney({ minor: line.amount, currency: line.currency })}</td><td>${status(line)}</td></tr>`)}</tbody></table></div>`;
}

function waitText(site: Site, line: PayoutLine, view: PayeeView): Markup {
  if (line.state === "sending") return markup`being sent by Stripe`;
  const path = `${site.base}/payee/decline?campaign=${encodeURIComponent(line.campaignId)}`;
  return markup`${why(line, view)}<small>goes back to the backer after ${dateTag(line.claimBy)} · <a rel="nofollow" href="${path}">give it up…</a>${handover(site, line, view)}</small>`;
}

/** A tip is for one person. */
function handover(site: Site, { kind, campaignId }: PayoutLine, { handovers }: PayeeView): Markup {
  if (kind === "tip") return NOTHING;
  const open = handovers.find((one) => one.campaignId === campaignId);
  const path = `${site.base}/payee/handover?campaign=${encodeURIComponent(campaignId)}`;
  return open === undefined
    ? markup` · <a rel="nofollow" href="${path}">have somebody else paid…</a>`
    : markup` · <a rel="nofollow" href="${path}">you asked that ${open.to.login} is paid</a>: a maintainer has to agree`;
}

/** What stands in the way, in the order in which the payee can do something about it. */
function why(line: PayoutLine, { payee, campaigns, at }: PayeeView): Markup {
  const campaign = campaigns.get(line.campaignId);
  if (payee === null || campaign === undefined) return markup`waiting`;
  switch (obstacleTo({ payout: line, payee, campaign, at })) {
    case "claim date over":
      return markup`its date is over: it goes back to the backer`;
    case "campaign on hold":
      return markup`a maintainer put it on hold`;
    case "taken back by the operator":
      return markup`taken back by the operator of this bot; a maintainer can release it again`;
    case "payee not connected":
    case "payee's account not ready":
      return markup`waits for your Stripe account`;
    case "award held":
      return line.kind === "tip"
        ? held(line.payableFrom)
        : markup`leaves on ${dateTag(line.payableFrom)}: until then a maintainer can stop it`;
    case "first payout held":
      return held(payee.payableFrom);
    case null:
      return markup`about to be sent`;
  }
}

function held(until: number | null): Markup {
  return markup`held against stolen cards${until === null ? "" : markup` until ${dateTag(until)}`}`;
}

function pastText({ state, reversed, currency }: PayoutLine): Markup {
  switch (state) {
    case "paid":
    case "overpaid":
      return reversed === 0n
        ? markup`paid`
        : markup`paid; ${formatMoney({ minor: reversed, currency })} of it was taken back by the operator of this bot`;
    case "stopped":
      return markup`stopped: the payment went back to the backer, by their bank or by the operator’s hand`;
    case "reversed":
      return markup`paid, and taken back by the operator of this bot`;
    case "handed":
      return markup`somebody else is paid it, as you asked`;
    default:
      return markup`went back to the backer`;
  }
}
