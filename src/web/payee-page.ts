// The payee's page: what waits for the person signed in and why, what was paid, and the Stripe account.
import type { Campaign, Person } from "../core/campaign.ts";
import { formatMoney } from "../core/money.ts";
import { obstacleTo, type Payee, type Payout } from "../core/payout.ts";
import { layout } from "./layout.ts";
import { dateTag, type Markup, markup, NOTHING } from "./markup.ts";
import type { Site } from "./site.ts";

type PayoutLine = Payout & { issue: string };

export interface PayeeView {
  person: Person;
  payee: Payee | null;
  payouts: PayoutLine[];
  /** Campaigns of the payouts that wait, by id. */
  campaigns: ReadonlyMap<string, Campaign>;
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
  const past = payouts.filter(({ state }) => state === "paid" || state === "returned");
  return layout(site, {
    title: "Your payouts",
    unlisted: true,
    ...(refreshSeconds === undefined ? {} : { refreshSeconds }),
    body: markup`
<div class="title-row"><h1>Your payouts</h1>
<form method="post" action="${site.base}/sign-out"><span>Signed in as <strong>${person.login}</strong></span><button class="small">Sign out</button></form></div>
${notice}
${account(site, view)}
<section><h2>Waiting for you</h2>${waiting.length === 0 ? markup`<p class="empty">Nothing is waiting for this account.</p>` : table(site, waiting, (line) => waitText(line, view))}</section>
${past.length === 0 ? NOTHING : markup`<section><h2>So far</h2>${table(site, past, pastText)}</section>`}`,
  });
}

function account(site: Site, { payee }: PayeeView): Markup {
  if (payee === null) return NOTHING;
  const button = (label: string): Markup =>
    markup`<form method="post" action="${site.base}/payee/connect"><button class="primary">${label}</button></form>`;
  const panel = (options: { tone: string; title: string; text: string; action: Markup }): Markup =>
    markup`<section class="panel ${options.tone}"><div><h2>${options.title}</h2><p>${options.text}</p></div>${options.action}</section>`;
  if (payee.accountId === null) {
    return panel({
      tone: "todo",
      title: "Connect a Stripe account",
      text: "Stripe asks who you are and where to send the money, on its own pages. What waits for you leaves once Stripe says that the account can receive it.",
      action: button("Connect with Stripe"),
    });
  }
  return payee.ready
    ? panel({
        tone: "good",
        title: "Your Stripe account can receive money",
        text: "Stripe says so. What is awarded to you is sent there without further steps.",
        action: NOTHING,
      })
    : panel({
        tone: "todo",
        title: "Stripe needs more from you",
        text: "An account was begun, and Stripe does not let it receive money yet. Go on where you stopped.",
        action: button("Continue with Stripe"),
      });
}

/** `owner/name#12` leads to that bounty's page. */
function issueLink({ base }: Site, issue: string): Markup {
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
<tbody>${lines.map((line) => markup`<tr><td>${issueLink(site, line.issue)}</td><td class="right amount">${formatMoney({ minor: line.amount, currency: line.currency })}</td><td>${status(line)}</td></tr>`)}</tbody></table></div>`;
}

function waitText(line: PayoutLine, view: PayeeView): Markup {
  if (line.state === "sending") return markup`being sent by Stripe`;
  return markup`${why(line, view)}<small>goes back to the backer after ${dateTag(line.claimBy)}</small>`;
}

/** What stands in the way, in the order in which the payee can do something about it. */
function why(line: PayoutLine, { payee, campaigns, at }: PayeeView): Markup {
  const campaign = campaigns.get(line.campaignId);
  if (payee === null || campaign === undefined) return markup`waiting`;
  switch (obstacleTo({ payee, campaign, at })) {
    case "campaign on hold":
      return markup`a maintainer put it on hold`;
    case "payee not connected":
      return markup`waits for your Stripe account`;
    case "first payout held":
      return markup`held against stolen cards${payee.payableFrom === null ? "" : markup` until ${dateTag(payee.payableFrom)}`}`;
    case null:
      return markup`about to be sent`;
  }
}

function pastText({ state }: PayoutLine): Markup {
  return state === "paid" ? markup`paid` : markup`went back to the backer: not claimed in time`;
}
