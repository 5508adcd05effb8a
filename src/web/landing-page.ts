// The front page: what this bot is and how to read its card. Says nothing that is not so.
import { type Campaign, NO_TOTALS } from "../core/campaign.ts";
import { layout } from "./layout.ts";
import { type Markup, markup, NOTHING } from "./markup.ts";
import { progressBar } from "./progress-tags.ts";
import type { Site } from "./site.ts";

export function landingPage(site: Site): Markup {
  const { base, appUrl, publicUrl } = site;
  const app =
    appUrl === undefined
      ? NOTHING
      : markup`<a class="button primary" href="${appUrl}">The GitHub App</a>`;
  return layout(site, {
    title: "Bounties on issues",
    description:
      "A GitHub bot for bounties on issues: paid when the pull request is merged, else given back.",
    body: markup`
<div class="hero">
<h1>Bounties on issues, paid when the work is merged</h1>
<p class="lead">Whipround is a GitHub bot. Maintainers put a bounty on an issue, backers chip in through Stripe, and the people whose pull request solves it are paid. Money that is not awarded goes back.</p>
<p class="actions">${app}<a class="button" href="${base}/help">How it works</a><a class="button" href="${base}/payee">Get paid</a></p>
</div>
<section><h2>How to read a card</h2>
<p>Each issue with a bounty carries one comment by the bot, kept up to date. It begins with a picture like this one:</p>
<figure class="sample">${progressBar(SAMPLE)}
<figcaption>An example, not a real bounty.</figcaption></figure>
<dl class="meanings">
<div><dt>Paid in</dt><dd>Stripe has charged backers’ cards for it. It waits for the merge.</dd></div>
<div><dt>Clearing</dt><dd>The part of it that Stripe has not booked yet, shown striped. Its fee is not known so far.</dd></div>
<div><dt>Paid out</dt><dd>Stripe has sent it to the people who did the work.</dd></div>
<div><dt>On its way back, given back</dt><dd>Refunds that are under way, and those that are through.</dd></div>
</dl></section>
<section><h2>Look at a repository</h2>
<p>Every repository with the bot has a board at <code>${publicUrl}/gh/owner/name</code>, and every bounty a page that its card links to.</p></section>`,
  });
}

const SAMPLE: Campaign = {
  id: "example",
  repositoryId: 0,
  issueId: 0,
  issueNumber: 0,
  issueTitle: "",
  issueOpen: true,
  issueReopened: false,
  kind: "bounty",
  goal: null,
  state: "open",
  currency: "usd",
  ask: 20_000n,
  createdBy: { id: 0, login: "" },
  createdAt: 0,
  split: null,
  hold: null,
  waitingPullId: null,
  linked: false,
  endReason: null,
  paidOutside: null,
  unfinishedCommentId: null,
  cardCommentId: null,
  totals: { ...NO_TOTALS, paidIn: 12_500n, clearing: 2_500n, backersCount: 4 },
};
