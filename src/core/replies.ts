// Every text the bot writes as a comment of its own, but the card: one named function each.
import type { Pull, ReleaseBlocker } from "./award.ts";
import type { Campaign, PayeeShare, Person, Repository } from "./campaign.ts";
import { decimalText, formatMoney, type Money } from "./money.ts";
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
  const reasons = blockers.map((blocker) => `- ${blockerText(blocker)}`).join("\n");
  const merger = pull.mergedBy === null ? "" : `@${pull.mergedBy.login}: `;
  const who = payees.length === 0 ? "" : ` It would go to ${people(payees)}.`;
  return `${merger}${amount} is paid in for #${campaign.issueNumber}, and this merge did not release it:\n\n${reasons}\n\n${who.trim()} A maintainer can pay it with \`/release\` here or on the issue${payees.length === 0 ? ", after `/split @a 100` named who is paid" : ""}.`;
}

function blockerText(blocker: ReleaseBlocker): string {
  switch (blocker) {
    case "notTheDefaultBranch":
      return "it was not merged into the default branch;";
    case "notClosingTheIssue":
      return "GitHub does not say that it closes the issue, and its author did not `/claim` it;";
    case "mergerLacksTheRole":
      return "it was not merged, nor its last commit approved, by a person with the role that the policy asks for;";
    case "noPayee":
      return "its author is a bot, and nobody is named to be paid;";
    case "noticeMissing":
      return "the notice of what merging would pay was not on the pull request before the merge;";
    case "noticeNamesOthers":
      return "the notice on the pull request named other people or shares;";
    case "noticeShowedMore":
      return "the notice on the pull request showed more money than is there now;";
    case "onHold":
      return "a maintainer put it on hold;";
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
  return `${names}: you are paid for #${campaign.issueNumber}. [Connect a Stripe account](${publicUrl}/payee) to receive it; sign in there with this GitHub account. What is not claimed in time goes back to the backers.`;
}
