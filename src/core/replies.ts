// Every text the bot writes as a comment of its own, but the card: one named function each.
import type { Pull, ReleaseBlocker } from "./award.ts";
import type { Campaign, PayeeShare, Person, Repository } from "./campaign.ts";
import { decimalText, formatMoney, type Money } from "./money.ts";
import { STANDARD_TERMS } from "./pledge.ts";
import { type Refusal, refusalText } from "./refusals.ts";

/** The commands as a Markdown table: `/help`, the web help and the README show the same. */
export function commandTable(
  commands: readonly { usage: string; who: string; what: string }[],
): string {
  const rows = commands.map(({ usage, who, what }) => `| \`${usage}\` | ${who} | ${what} |`);
  return ["| command | who | what |", "|---|---|---|", ...rows].join("\n");
}

export function helpReply(
  commands: readonly { usage: string; who: string; what: string }[],
): string {
  return `These are my commands. Write one at the start of a line in a comment.\n\n${commandTable(commands)}`;
}

export function refusalReply(refusal: Refusal): string {
  return `I did not do that. ${refusalText(refusal)}`;
}

/** Where people pledge to an issue's campaign; `amount` and `replyKey` prefill the form. */
export function pledgeUrl(options: {
  publicUrl: string;
  repository: Pick<Repository, "owner" | "name">;
  issueNumber: number;
  amount?: Money;
  replyKey?: string;
}): string {
  const { publicUrl, repository, issueNumber, amount, replyKey } = options;
  const url = `${publicUrl}/gh/${repository.owner}/${repository.name}/issues/${issueNumber}`;
  const query = new URLSearchParams();
  if (amount !== undefined) query.set("amount", decimalText(amount));
  if (replyKey !== undefined) query.set("via", replyKey);
  return query.size === 0 ? url : `${url}?${query}`;
}

export function pledgeLinkReply(options: {
  publicUrl: string;
  repository: Repository;
  issueNumber: number;
  amount: Money;
  replyKey: string;
}): string {
  const amount = formatMoney(options.amount);
  return `[Pledge ${amount} to this issue](${pledgeUrl(options)}). Nothing is charged before you confirm it on Stripe's page.`;
}

/** A merge that does not release by itself: what waits, why, and how to pay. Said once, on the pull request. */
export function waitingReply(options: {
  campaign: Campaign;
  pull: Pull;
  blockers: readonly ReleaseBlocker[];
  payees: readonly PayeeShare[];
}): string {
  const { campaign, pull, blockers, payees } = options;
  const amount = formatMoney({ minor: campaign.totals.paidIn, currency: campaign.currency });
  const { mergedBy } = pull;
  // GitHub gives bots, and only bots, a login that ends so; they read no replies.
  const merger = mergedBy === null || /\[bot\]$/.test(mergedBy.login) ? "" : `@${mergedBy.login}: `;
  return [
    `${merger}${amount} is paid in for #${campaign.issueNumber}, and this merge did not release it:`,
    blockers.map((blocker) => `- ${blockerText(blocker)}`).join("\n"),
    payees.length === 0
      ? "A maintainer can name who is paid with `/split @a 100`, and then pay them with `/release`, both written here."
      : `A maintainer can pay it to ${people(payees)}, less fees, by writing \`/release\` here.`,
  ].join("\n\n");
}

function blockerText(blocker: ReleaseBlocker): string {
  switch (blocker) {
    case "notTheDefaultBranch":
      return "It was not merged into the default branch.";
    case "notClosingTheIssue":
      return "GitHub does not say that it closes the issue, and its author did not `/claim` it.";
    case "mergerLacksTheRole":
      return "No person with the role that the policy asks for merged it, or approved its last commit.";
    case "noPayee":
      return "Its author is a bot, and nobody else is named to be paid.";
    case "noticeMissing":
      return "The notice of what merging pays was not on the pull request before the merge.";
    case "noticeNamesOthers":
      return "The notice on the pull request named other people or other shares.";
    case "noticeShowedMore":
      return "The notice on the pull request showed more money than is there now.";
    case "onHold":
      return "A maintainer put the bounty on hold.";
  }
}

/** `@a 70 %, @b 30 %`; one person stands without a number. */
export function people(payees: readonly PayeeShare[]): string {
  if (payees.length === 1) return `@${payees[0]?.login}`;
  return payees.map(({ login, basisPoints }) => `@${login} ${basisPoints / 100} %`).join(", ");
}

/** Tells those who are owed money and have no account yet where to connect one. Said once per award. */
export function connectReply(options: {
  publicUrl: string;
  repository: Repository;
  campaign: Campaign;
  payees: readonly Person[];
}): string {
  const { publicUrl, campaign, payees } = options;
  const names = payees.map(({ login }) => `@${login}`).join(", ");
  return `${names}: the bounty on #${campaign.issueNumber} is awarded to you. [Connect a Stripe account](${publicUrl}/payee) to be paid: sign in there with the GitHub account named here. What is not claimed within ${STANDARD_TERMS.holdDaysMax} days of a backer's payment goes back to that backer.`;
}
