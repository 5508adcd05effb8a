// The card: the one comment that shows a campaign on its issue, and the notice on a pull request.
// Pure text from the newest state; "paid" is only ever said on Stripe's evidence.
import type { Award, Pull } from "./award.ts";
import {
  type Campaign,
  type Hold,
  isAwarded,
  isOpen,
  type PayeeShare,
  type Repository,
} from "./campaign.ts";
import { chargeMinimum, formatMoney } from "./money.ts";
import type { Payee } from "./payout.ts";
import { people, pledgeUrl } from "./replies.ts";
import { dateText, neutralize, quote } from "./text.ts";

/** Everything the card shows, read at the moment it is written. */
export interface CardView {
  publicUrl: string;
  repository: Repository;
  campaign: Campaign;
  /** Pull requests linked to the campaign, newest first; a handful. */
  pulls: Pull[];
  award: Award | null;
  payees: Payee[];
  /** When the first money paid in goes back unless awarded. */
  nextRefundAt: number | null;
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
  const { totals, ask, state } = campaign;
  switch (state) {
    case "open":
    case "reached":
      return `Bounty: ${money(campaign, totals.paidIn)}${ofAsk(campaign, ask)} paid in`;
    case "awarded":
      return "Bounty awarded: being paid out";
    case "settled":
      return totals.released > 0n
        ? `Bounty paid out: ${money(campaign, totals.released)}`
        : "Bounty over: nobody claimed it";
    case "cancelled":
    case "expired": {
      const name = state === "cancelled" ? "Bounty cancelled" : "Bounty over";
      return isReturning(campaign) ? `${name}: the money is on its way back` : name;
    }
  }
}

function ofAsk(campaign: Campaign, ask: bigint | null): string {
  return ask === null ? "" : ` of ${money(campaign, ask)}`;
}

/** Backers' money is there that is to go back: all of it, when a campaign is over. */
function isReturning({ totals }: Campaign): boolean {
  return totals.paidIn > 0n || totals.refunding > 0n;
}

/** GitHub shows the picture through its proxy: the text below carries the same numbers. */
function picture(view: CardView): string {
  const { publicUrl, campaign } = view;
  const url = `${publicUrl}/campaigns/${campaign.id}/progress`;
  const text = isOpen(campaign) ? progressText(campaign) : title(view);
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
  const { totals, ask } = campaign;
  const by = totals.backersCount === 0 ? "" : ` by ${count(totals.backersCount, "backer")}`;
  return `${money(campaign, totals.paidIn)}${ofAsk(campaign, ask)} paid in${by}`;
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
  row("of that, clearing at Stripe", totals.clearing);
  row("Stripe's fees on it", totals.fees);
  row("Paid out", totals.released);
  row("On its way back", totals.refunding, ` (${count(totals.refundingCount, "pledge")})`);
  row("Given back", totals.refunded, givenBack(campaign));
  if (isOpen(campaign)) row("Asked for", campaign.ask ?? 0n);
  if (totals.backersCount > 0) rows.push(["Backers", String(totals.backersCount)]);
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
    isOpen(campaign) ? onMerge(campaign) : "",
    award === null ? "" : awardLine(award, { payees, campaign }),
    over ? endLine(campaign) : "",
    running && campaign.hold !== null ? holdLine(campaign.hold) : "",
    isOpen(campaign) ? waitingLine(view) : "",
  ];
  return lines.filter((line) => line !== "").join("\n\n");
}

function onMerge(campaign: Campaign): string {
  const who = campaign.split === null ? "the pull request's author" : named(campaign.split);
  const closed = campaign.issueOpen ? "" : " The issue is closed at the moment.";
  return `What is paid in goes to ${who} when a pull request that closes this issue is merged, less fees. If none is merged in time, it goes back to the backers.${closed}`;
}

/** The card mentions nobody: an edit of it should not notify. */
function named(payees: readonly PayeeShare[]): string {
  return people(payees).replace(/@/g, "");
}

function awardLine(
  { payees: shares, pullNumber }: Award,
  { payees, campaign }: { payees: readonly Payee[]; campaign: Campaign },
): string {
  const by = pullNumber === null ? "" : ` for #${pullNumber}`;
  const missing = payees.filter(({ ready }) => !ready).map(({ login }) => login);
  const wait =
    missing.length === 0 || campaign.state !== "awarded"
      ? ""
      : ` Not yet connected to Stripe: ${missing.join(", ")}. What is not claimed in time goes back to the backers.`;
  return `Awarded to ${named(shares)}${by}.${wait}`;
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
  const { endReason, totals } = campaign;
  const why = endReason === null ? "" : `Reason: ${quote(endReason, 200)}. `;
  if (isReturning(campaign)) {
    return `${why}Everybody who paid gets their money back, less the fee that Stripe keeps; this card says when it is through.`;
  }
  return totals.refunded > 0n ? `${why}Every refund is through.` : `${why}Nobody was charged.`;
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

/** The check run on a pull request: what merging it pays, and to whom. It never blocks a merge. */
export function renderNotice(options: {
  campaign: Campaign;
  payees: readonly PayeeShare[];
  pull: Pull;
  defaultBranch: string;
}): { title: string; summary: string } {
  const { campaign, payees, pull, defaultBranch } = options;
  const { issueNumber, totals } = campaign;
  const amount = money(campaign, totals.paidIn);
  const calm = "This check never blocks a merge.";
  if (!isOpen(campaign)) {
    return {
      title: "Nothing more is released by merging",
      summary: `The bounty on #${issueNumber} is over or already awarded. ${calm}`,
    };
  }
  if (payees.length === 0) {
    return {
      title: "Merging releases nothing yet: nobody is named to be paid",
      summary: `${amount} is paid in for #${issueNumber}. The author of this pull request is a bot; a maintainer can name the people with \`/split @a 100\`. ${calm}`,
    };
  }
  if (totals.paidIn === 0n) {
    return {
      title: "Merging releases nothing yet: nothing is paid in",
      summary: `What is paid in for #${issueNumber} by the time of the merge goes to ${people(payees)}, less fees. ${calm}`,
    };
  }
  if (pull.baseRef !== defaultBranch) {
    return {
      title: "Merging releases nothing by itself: this is not the default branch",
      summary: `${amount} is paid in for #${issueNumber}. It is released by a merge into the default branch; after a merge into this one, \`/release\` pays it to ${people(payees)}, less fees. ${calm}`,
    };
  }
  if (campaign.hold !== null) {
    return {
      title: `On hold: merging does not release ${amount} by itself`,
      summary: `A maintainer put the bounty on #${issueNumber} on hold. After the merge, \`/release\` pays what is paid in to ${people(payees)}, less fees. ${calm}`,
    };
  }
  return {
    title: `Merging releases ${amount} to ${people(payees)}`,
    summary: `Merging #${pull.number} into the default branch, so that it closes #${issueNumber}, releases what is paid in for that issue: ${amount}, less fees (Stripe's, and the operator's if it takes one), to ${people(payees)}. ${calm} A maintainer can change who is paid with \`/split\`, and stop it with \`/hold <why>\`.`,
  };
}
