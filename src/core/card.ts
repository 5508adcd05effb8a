// The card: the one comment that shows a campaign on its issue, and the notice on a pull request.
// Pure text from the newest state; "paid" is only ever said on Stripe's evidence.
import type { Award, Pull } from "./award.ts";
import { type Campaign, isOpen, type PayeeShare, type Repository } from "./campaign.ts";
import { formatMoney } from "./money.ts";
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
  const { totals, ask } = campaign;
  const paid = money(campaign, totals.paidIn);
  switch (campaign.state) {
    case "open":
    case "reached":
      return ask === null
        ? `Bounty: ${paid} paid in`
        : `Bounty: ${paid} of ${money(campaign, ask)} paid in`;
    case "awarded":
      return "Bounty awarded: being paid out";
    case "settled":
      return totals.released > 0n
        ? `Bounty paid: ${money(campaign, totals.released)}`
        : "Bounty over";
    case "cancelled":
      return totals.unfinishedCount > 0
        ? "Bounty cancelled: the money is on its way back"
        : "Bounty cancelled";
    case "expired":
      return "Bounty over";
  }
}

/** GitHub shows the picture through its proxy: the text below carries the same numbers. */
function picture({ publicUrl, campaign }: CardView): string {
  const url = `${publicUrl}/campaigns/${campaign.id}/progress`;
  const alt = neutralize(progressText(campaign)).replace(/"/g, "&quot;");
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
  const backers = `${totals.backersCount} ${totals.backersCount === 1 ? "backer" : "backers"}`;
  const of = ask === null ? "" : ` of ${money(campaign, ask)}`;
  return `${money(campaign, totals.paidIn)}${of} paid in by ${backers}`;
}

function numbers({ campaign, nextRefundAt }: CardView): string {
  const { totals } = campaign;
  const rows: [string, string][] = [];
  const row = (name: string, minor: bigint, more = ""): void => {
    if (minor > 0n) rows.push([name, `${money(campaign, minor)}${more}`]);
  };
  if (campaign.ask !== null) rows.push(["Asked for", money(campaign, campaign.ask)]);
  rows.push(["Paid in", money(campaign, totals.paidIn)]);
  row("of that, clearing at Stripe", totals.clearing);
  row("Stripe's fees on it", totals.fees);
  row("Paid out", totals.released);
  row("On its way back", totals.refunding, ` (${count(totals.refundingCount, "pledge")})`);
  row("Given back", totals.refunded, ` (${count(totals.refundedCount, "pledge")} in full)`);
  rows.push(["Backers", String(totals.backersCount)]);
  if (isOpen(campaign) && nextRefundAt !== null) {
    rows.push(["First refund unless awarded", dateText(nextRefundAt)]);
  }
  return ["| | |", "|---|---|", ...rows.map(([name, value]) => `| ${name} | ${value} |`)].join(
    "\n",
  );
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function whatHappens(view: CardView): string {
  const { campaign, award, payees } = view;
  const lines: string[] = [];
  switch (campaign.state) {
    case "open":
    case "reached":
      lines.push(onMerge(campaign));
      break;
    case "awarded":
    case "settled":
      if (award !== null) lines.push(awardLine(award, payees));
      break;
    case "cancelled":
    case "expired":
      lines.push(endLine(campaign));
      break;
  }
  if (campaign.hold !== null) {
    lines.push(`**On hold** by ${campaign.hold.by.login}: ${quote(campaign.hold.why, 200)}`);
  }
  if (campaign.waitingPullId !== null) {
    lines.push("A merged pull request waits for a maintainer's `/release`.");
  }
  return lines.join("\n\n");
}

function onMerge(campaign: Campaign): string {
  const who =
    campaign.split === null
      ? "the pull request's author"
      : people(campaign.split).replace(/@/g, "");
  const closed = campaign.issueOpen ? "" : " The issue is closed at the moment.";
  return `What is paid in goes to ${who} when a pull request that closes this issue is merged, less Stripe's fee. If it is never merged, it goes back to the backers.${closed}`;
}

function awardLine({ payees: shares, pullNumber }: Award, payees: readonly Payee[]): string {
  const to = people(shares).replace(/@/g, "");
  const by = pullNumber === null ? "" : ` for #${pullNumber}`;
  const missing = payees.filter(({ ready }) => !ready).map(({ login }) => login);
  const wait =
    missing.length === 0 ? "" : ` ${missing.join(", ")} has not connected a Stripe account yet.`;
  return `Awarded to ${to}${by}.${wait}`;
}

function endLine({ endReason, totals }: Campaign): string {
  const why = endReason === null ? "" : `Reason: ${quote(endReason, 200)}. `;
  if (totals.unfinishedCount > 0) {
    return `${why}Everybody gets their money back; this card says when each refund is through.`;
  }
  return totals.refundedCount > 0 ? `${why}Every refund is through.` : `${why}Nobody was charged.`;
}

function pullLines({ pulls }: CardView): string {
  const open = pulls.filter((pull) => pull.open);
  if (open.length === 0) return "";
  const list = open.map(({ number, author }) => `#${number} by ${author.login}`).join(", ");
  return `In progress: ${list}`;
}

function links({ publicUrl, repository, campaign }: CardView): string {
  if (!isOpen(campaign)) return "";
  const place = { publicUrl, repository, issueNumber: campaign.issueNumber };
  const quick = [1000n, 2500n, 10000n].map((minor) => {
    const amount = { minor, currency: campaign.currency };
    return `[${formatMoney(amount)}](${pledgeUrl({ ...place, amount })})`;
  });
  return `**[Pledge to this issue](${pledgeUrl(place)})** (${quick.join(" · ")})\n\n<sub>Commands: \`/pledge <amount>\`, \`/claim #n\` on your pull request; maintainers: \`/bounty\`, \`/split\`, \`/hold\`, \`/release\`, \`/cancel\`. All of them: \`/help\`.</sub>`;
}

/** The check run on a pull request: what merging it pays, and to whom. It never blocks a merge. */
export function renderNotice(options: {
  campaign: Campaign;
  payees: readonly PayeeShare[];
  pull: Pull;
}): { title: string; summary: string } {
  const { campaign, payees, pull } = options;
  const amount = money(campaign, campaign.totals.paidIn);
  if (!isOpen(campaign)) {
    return {
      title: "Nothing more is released by merging",
      summary: `The bounty on #${campaign.issueNumber} is over or already awarded.`,
    };
  }
  if (payees.length === 0) {
    return {
      title: `Merging releases nothing yet: nobody is named to be paid`,
      summary: `${amount} is paid in for #${campaign.issueNumber}. The author of this pull request is a bot; a maintainer can name the people with \`/split @a 100\`.`,
    };
  }
  const held =
    campaign.hold === null ? "" : " It is on hold: merging releases nothing before `/release`.";
  return {
    title: `Merging releases ${amount} to ${people(payees)}`,
    summary: `Merging #${pull.number} into the default branch releases what is paid in for #${campaign.issueNumber}: ${amount}, less Stripe's fees, to ${people(payees)}. This check never blocks a merge. A maintainer can change who is paid with \`/split\`, and stop it with \`/hold <why>\`.${held}`,
  };
}
