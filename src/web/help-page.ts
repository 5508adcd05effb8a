// How it works: for each who uses it, the commands from the code's own table, and the terms in full.
import { COMMANDS } from "../core/commands.ts";
import type { PledgeMode } from "../core/pledge.ts";
import { wording } from "../core/wording.ts";
import { layout } from "./layout.ts";
import { type Markup, markup } from "./markup.ts";
import type { Site } from "./site.ts";

export function helpPage(site: Site): Markup {
  return layout(site, {
    title: "How it works",
    description: "How bounties work here: the commands, where the money goes, and the terms.",
    body: markup`
<h1>How it works</h1>
<p class="lead">A maintainer puts a bounty on an issue. Backers save a card or pay at once, through Stripe. When a pull request that solves the issue is merged, saved cards are charged and the money goes to whoever wrote it; a goal may charge them as soon as it is reached. If that never happens, nobody is charged, and what was paid goes back.</p>
${journey()}
${commands()}
${people(site)}
<section id="terms"><h2>Terms of a pledge</h2><p>Every backer sees these before paying; they are kept with the pledge and never change for it. A goal adds its deadline to them, and says so where it charges saved cards as soon as it is reached.</p>
${terms(site, "on-merge")}
${terms(site, "pay-now")}</section>`,
  });
}

function terms(site: Site, mode: PledgeMode): Markup {
  const name = mode === "on-merge" ? "Charged when it’s merged" : "Paid now";
  return markup`<h3>${name}</h3><ul class="spaced">${wording(mode, site).map((line) => markup`<li>${line}</li>`)}</ul>`;
}

function journey(): Markup {
  return markup`<section id="money"><h2>Where the money goes</h2>
<ol class="steps">
<li><strong>Pledged.</strong> You name an amount here and confirm on Stripe’s page. We never see the card.</li>
<li><strong>Promised.</strong> Stripe has verified and saved the card, and charges nothing before the award; for a goal that says so, before it is reached.</li>
<li><strong>Paid in.</strong> Or, where you chose to pay now: Stripe has charged the card. The money waits in this bot’s Stripe account for the merge. At first it is <em>clearing</em>: Stripe has it but has not booked it, and its fee is not known yet.</li>
<li><strong>Awarded.</strong> A pull request that closes the issue was merged; what it would pay, and to whom, stood on it beforehand. Else a maintainer decided it with <code>/release</code>. Promises that are not charged yet are charged now; a card that is declined can be mended by its backer for two weeks.</li>
<li><strong>Paid out.</strong> Stripe has transferred the money to the contributor’s own Stripe account.</li>
</ol>
<p>Or <strong>given back</strong>: when the bounty is cancelled, when nobody solves the issue in time, or when what was awarded is not claimed in time, the money returns to the card it came from. There is no third way: unclaimed money can go to the award or back, and never to the operator.</p></section>`;
}

function commands(): Markup {
  return markup`<section id="commands"><h2>Commands</h2><p>Write one at the start of a line in a comment on the issue or the pull request. A reaction says that it was seen (👀), done (🚀) or turned down (😕, with a reply that says why). Several in one comment are done in their order, up to one that is turned down.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Commands"><table><thead><tr><th scope="col">Command</th><th scope="col">Who</th><th scope="col">What it does</th></tr></thead>
<tbody>${COMMANDS.map(({ usage, who, what, example }) => markup`<tr><td><code>${usage}</code></td><td>${who}</td><td>${codeSpans(what)}${example === usage ? "" : markup`<small>for example <code>${example}</code></small>`}</td></tr>`)}</tbody></table></div>
<p>The label <code>bounty</code>, or <code>bounty: $200</code>, does the same as <code>/bounty</code>. A repository may name its label otherwise in <code>.github/whipround.yml</code>.</p></section>`;
}

function codeSpans(text: string): Markup {
  const parts = text.split("`");
  return markup`${parts.map((part, index) => (index % 2 === 1 ? markup`<code>${part}</code>` : part))}`;
}

function people({ base }: Site): Markup {
  return markup`<section><h2>If you maintain the project</h2>
<p>Nothing is advertised that you did not ask for: a bounty exists when somebody with the right role attached it. The bot keeps one comment on the issue and edits it in place. On each linked pull request a check says what merging releases, and to whom, before you merge; it never blocks. <code>/hold</code> stops a payout, <code>/split</code> changes who is paid.</p></section>
<section><h2>If you do the work</h2>
<p>Open a pull request that closes the issue, or write <code>/claim</code> on yours. After the merge, <a href="${base}/payee">sign in here with GitHub</a> and connect a Stripe account to be paid. Stripe asks who you are and where to send the money; that stays with Stripe.</p></section>
<section><h2>If you pay</h2>
<p>No account is needed. “Paid in” is only ever said when Stripe says so. The page you land on after paying shows where your pledge stands, for as long as you keep its address.</p></section>`;
}
