// The card: the one comment that shows a campaign on its issue, and the notice on a pull request.
// Pure text from the newest state; "paid" is only ever said on Stripe's evidence.
import type { Award, Pull } from "./award.ts";
import {
  type Campaign,
  type Hold,
  isAwarded,
  isOpen,
  type PaidOutside,
  type Repository,
} from "./campaign.ts";
import { sinceAward } from "./card-award.ts";
import { endedText, isReturning } from "./card-end.ts";
import { goalTerms, goalTitle, lastDay, nameOf } from "./card-goal.ts";
import { named, onMerge, payable } from "./card-merge.ts";
import { chargeMinimum, formatMoney } from "./money.ts";
import type { Payee } from "./payout.ts";
import type { Policy } from "./policy.ts";
import { promisedOf, sumText } from "./raised.ts";
import { pledgeUrl } from "./replies.ts";
import { dateText, neutralize, quote } from "./text.ts";

/** Everything the card shows, read at the moment it is written. */
export interface CardView {
  publicUrl: string;
  repository: Repository;
  campaign: Campaign;
  /** Pull requests linked to the campaign, newest first; a handful. */
  pulls: Pull[];
  policy: Policy;
  award: Award | null;
  payees: Payee[];
  /** When the first money paid in goes back unless awarded. */
  nextRefundAt: number | null;
  /** Of the platform's Stripe account, two capital letters; null while it is not known. */
  platformCountry: string | null;
}

/** Hidden in every comment of ours: with our app id it identifies the comment again. */
export function marker(key: string): string {
  return `<!-- whipround:${key} -->`;
}

export function cardKey({ issueId }: Pick<Campaign, "issueId">): string {
  return `card:${issueId}`;
}

export function renderCard(view: CardView): string {
  const { campaign } = view;
  const sections = [
    marker(cardKey(campaign)),
    `### ${title(view)}`,
    picture(view),
    numbers(view),
    whatHappens(view),
    pullLines(view),
    links(view),
  ];
  return sections.filter((section) => section !== "").join("\n\n");
}

function money(campaign: Campaign, minor: bigint): string {
  return formatMoney({ minor, currency: campaign.currency });
}

function title({ campaign }: CardView): string {
  const { goal, state } = campaign;
  const kind = nameOf(campaign);
  switch (state) {
    case "open":
    case "reached":
      if (goal !== null) return goalTitle(campaign, goal);
      return `Bounty: ${sumText(campaign)}`;
    case "awarded":
      return `${kind} awarded: being ${isOnlyPromised(campaign) ? "collected" : "paid out"}`;
    case "settled":
      return settledTitle(campaign);
    case "cancelled":
    case "expired": {
      if (campaign.paidOutside !== null) return `${kind} over: paid outside of Whipround`;
      const name = `${kind} ${state === "cancelled" ? "cancelled" : "over"}`;
      return isReturning(campaign) ? `${name}: the money is on its way back` : name;
    }
  }
}

function settledTitle(campaign: Campaign): string {
  const { released, uncollected, refunded, lost } = campaign.totals;
  const kind = nameOf(campaign);
  if (released > 0n) return `${kind} paid out: ${money(campaign, released)}`;
  if (refunded > 0n) return `${kind} over: nobody claimed it`;
  if (lost > 0n) return `${kind} over: taken back by backers' banks`;
  return `${kind} over: ${uncollected > 0n ? "nothing could be collected" : "nobody claimed it"}`;
}

/** Nothing of it is there yet. */
function isOnlyPromised(campaign: Campaign): boolean {
  const { paidIn, released } = campaign.totals;
  return promisedOf(campaign) > 0n && paidIn === 0n && released === 0n;
}

/** GitHub shows the picture through its proxy: the text below carries the same numbers. */
function picture(view: CardView): string {
  const { publicUrl, campaign } = view;
  const url = `${publicUrl}/campaigns/${campaign.id}/progress`;
  const text = isOpen(campaign) && campaign.goal === null ? progressText(campaign) : title(view);
  const alt = neutralize(text).replace(/"/g, "&quot;");
  return [
    "<picture>",
    `<source media="(prefers-color-scheme: dark)" srcset="${url}-dark.svg">`,
    `<img alt="${alt}" src="${url}-light.svg" width="600" height="60">`,
    "</picture>",
  ].join("");
}

/** `$120.00 of $200.00 paid in by 3 backers`. */
export function progressText(campaign: Campaign): string {
  const { totals } = campaign;
  const by = totals.backersCount === 0 ? "" : ` by ${count(totals.backersCount, "backer")}`;
  return `${sumText(campaign)}${by}`;
}

function numbers(view: CardView): string {
  const { campaign, nextRefundAt } = view;
  const { totals } = campaign;
  const rows: [string, string][] = [];
  const row = (name: string, minor: bigint, more = ""): void => {
    if (minor > 0n) rows.push([name, `${money(campaign, minor)}${more}`]);
  };
  if (isOpen(campaign)) rows.push(["Paid in", money(campaign, totals.paidIn)]);
  else row(isAwarded(campaign) ? "Awarded, not yet paid out" : "Paid in", totals.paidIn);
  row("of that, taken back by the operator", totals.takenBack);
  row("of that, clearing at Stripe", totals.clearing);
  row("Stripe's fees on it", totals.fees);
  row("Promised (card verified)", totals.promised);
  row("Still being collected", totals.collecting);
  row("Could not be collected", totals.uncollected);
  row("Paid out", totals.released);
  row("On its way back", totals.refunding, ` (${count(totals.refundingCount, "pledge")})`);
  row("Disputed by a bank", totals.disputed);
  row("Lost to a chargeback", totals.lost);
  row("Given back", totals.refunded, givenBack(campaign));
  if (isOpen(campaign)) row("Asked for", campaign.ask ?? 0n);
  if (totals.backersCount > 0) rows.push(["Backers", String(totals.backersCount)]);
  if (isOpen(campaign) && campaign.goal !== null) {
    rows.push(["Deadline", `${lastDay(campaign.goal)}, end of the day UTC`]);
  }
  if (isOpen(campaign) && nextRefundAt !== null) {
    rows.push(["First refund unless awarded", dateText(nextRefundAt)]);
  }
  const [head, ...rest] = rows.map(([name, value]) => `| ${name} | ${value} |`);
  return head === undefined ? "" : [head, "|:---|:---|", ...rest].join("\n");
}

/** How many pledges went back as a whole; nothing when only unclaimed shares did. */
function givenBack({ totals }: Campaign): string {
  return totals.refundedCount === 0 ? "" : ` (${count(totals.refundedCount, "pledge")})`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function whatHappens(view: CardView): string {
  const { campaign, award, payees } = view;
  const over = campaign.state === "cancelled" || campaign.state === "expired";
  const running = isOpen(campaign) || campaign.state === "awarded";
  const lines = [
    isOpen(campaign) && campaign.goal !== null ? goalTerms(campaign, campaign.goal) : "",
    isOpen(campaign) ? onMerge(campaign, view.policy) : "",
    isOpen(campaign) ? payable(view.platformCountry) : "",
    award === null ? "" : awardLine(award, { payees, campaign }),
    ...sinceAward(campaign, view),
    over ? endLine(campaign) : "",
    running && campaign.hold !== null ? holdLine(campaign.hold) : "",
    isOpen(campaign) ? waitingLine(view) : "",
  ];
  return lines.filter((line) => line !== "").join("\n\n");
}

function awardLine(
  { payees: shares, pullNumber }: Award,
  { payees, campaign }: { payees: readonly Payee[]; campaign: Campaign },
): string {
  const by = pullNumber === null ? "" : ` for #${pullNumber}`;
  const wait = campaign.state === "awarded" ? waitsFor(payees, campaign) : "";
  return `Awarded to ${named(shares)}${by}.${wait}`;
}

/** What the payouts wait for; of an account never more than that it is not ready. */
function waitsFor(payees: readonly Payee[], { totals }: Campaign): string {
  const names = (some: readonly Payee[]): string => some.map(({ login }) => login).join(", ");
  const unconnected = payees.filter(({ accountId }) => accountId === null);
  const notReady = payees.filter(({ accountId, ready }) => accountId !== null && !ready);
  const lines = [
    unconnected.length === 0 ? "" : ` Not yet connected to Stripe: ${names(unconnected)}.`,
    notReady.length === 0
      ? ""
      : ` Stripe does not pay into their account at the moment: ${names(notReady)}.`,
    totals.takenBack === 0n
      ? ""
      : " A payment was taken back by the operator of this bot; one taken back in full is sent again by a maintainer's `/release`.",
  ].filter((line) => line !== "");
  return lines.length === 0
    ? ""
    : `${lines.join("")} What is not claimed in time goes back to the backers.`;
}

function holdLine({ by, why }: Hold): string {
  return `**On hold** by ${by.login}: ${quote(why, 200)}. Nothing is paid out before a maintainer's \`/release\`.`;
}

function waitingLine({ campaign, pulls }: CardView): string {
  const { waitingPullId } = campaign;
  if (waitingPullId === null) return "";
  const pull = pulls.find(({ id }) => id === waitingPullId);
  const which = pull === undefined ? "A merged pull request" : `#${pull.number} is merged and`;
  return `${which} waits for a maintainer's \`/release\`.`;
}

function endLine(campaign: Campaign): string {
  const { endReason, paidOutside } = campaign;
  if (paidOutside !== null) return outsideLine(campaign, paidOutside);
  const why = endReason === null ? "" : `Reason: ${quote(endReason, 200)}. `;
  return `${why}${endedText(campaign, "card")}`;
}

/** A person's word, and said as one. The card mentions nobody. */
function outsideLine(campaign: Campaign, { amount, by, at }: PaidOutside): string {
  return `${money(campaign, amount)} was paid outside of Whipround, as ${by.login} said on ${dateText(at)}. None of it passed through here. Nothing can be pledged to this any more; a maintainer can attach a new bounty with \`/bounty\`.`;
}

function pullLines({ pulls, campaign }: CardView): string {
  const open = pulls.filter((pull) => pull.open);
  if (open.length === 0 || !isOpen(campaign)) return "";
  const list = open.map(({ number, author }) => `#${number} by ${author.login}`).join(", ");
  return `In progress: ${list}`;
}

/** Amounts to pledge with one click, as multiples of the least that can be charged: $10, $25, $100. */
const QUICK_MULTIPLES = [20n, 50n, 200n];

function links({ publicUrl, repository, campaign }: CardView): string {
  if (!isOpen(campaign)) return "";
  const { currency, issueNumber } = campaign;
  const place = { publicUrl, repository, issueNumber };
  const quick = QUICK_MULTIPLES.map((multiple) => {
    const amount = { minor: multiple * chargeMinimum(currency), currency };
    return `[${formatMoney(amount)}](${pledgeUrl({ ...place, amount })})`;
  });
  return `**[Pledge to this issue](${pledgeUrl(place)})** (${quick.join(" · ")})\n\n<sub>Commands: \`/pledge <amount>\`, \`/claim #n\` on your pull request; maintainers: \`/bounty\`, \`/split\`, \`/hold\`, \`/release\`, \`/cancel\`. All of them: \`/help\`.</sub>`;
}
