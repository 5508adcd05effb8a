// Every text the bot writes as a comment of its own, but the card: one named function each.
import type { Pull, ReleaseBlocker } from "./award.ts";
import type { Campaign, PayeeShare, Person, Repository } from "./campaign.ts";
import { chargesNow } from "./goal.ts";
import type { Handover } from "./handover.ts";
import { decimalText, formatMoney, type Money } from "./money.ts";
import { raisedText } from "./raised.ts";
import { type Refusal, refusalText } from "./refusals.ts";
import { dateText, quote } from "./text.ts";
import { TIP_OPEN_DAYS } from "./tip.ts";

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
  return `These are my commands. Write one at the start of a line in a comment. Several are done in their order, up to one that I turn down.\n\n${commandTable(commands)}`;
}

/** `undoneCount`: commands after it in the same comment, which are not run after a refusal. */
export function refusalReply(refusal: Refusal, undoneCount = 0): string {
  const text = `I did not do that. ${refusalText(refusal)}`;
  if (undoneCount === 0) return text;
  const [commands, them] =
    undoneCount === 1 ? ["The command", "it"] : [`The ${undoneCount} commands`, "them"];
  return `${text}\n\n${commands} after it in the same comment I did not run either: they may rest on it. Write ${them} again when this is put right.`;
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

/** A goal's milestone. Nothing of who pledged what: that is on the card. */
export function reachedReply(campaign: Campaign): string {
  const { ask, currency, goal, waitingPullId } = campaign;
  const target = ask === null ? "" : ` of ${formatMoney({ minor: ask, currency })}`;
  const charged = chargesNow(campaign) ? " Saved cards are charged now." : "";
  const until = goal === null ? "" : ` Pledges can still be taken back until the work is accepted.`;
  const next =
    waitingPullId === null
      ? "Work can start: what is pledged is paid out when a pull request that closes this issue is merged."
      : "A merged pull request waits: a maintainer can pay for it with `/release`.";
  return `The goal${target} is reached.${charged} ${next}${until}`;
}

/** Where a tip is paid. Mentions nobody: nothing is paid yet. */
export function tipReply(options: {
  publicUrl: string;
  tip: Campaign;
  person: Person;
  replyKey: string;
}): string {
  const { publicUrl, tip, person, replyKey } = options;
  const amount = formatMoney({ minor: tip.ask ?? 0n, currency: tip.currency });
  const query = new URLSearchParams({ via: replyKey });
  return `[Pay ${person.login} ${amount} for their work](${publicUrl}/tips/${tip.id}?${query}). Nothing is charged before you confirm it on Stripe's page. The link works once, for ${TIP_OPEN_DAYS} days.`;
}

/** Somebody was tipped and cannot be paid yet. Says nothing of who paid. */
export function tippedReply(options: {
  publicUrl: string;
  payee: Person;
  claimBy: number;
}): string {
  const { publicUrl, payee, claimBy } = options;
  return `@${payee.login}: a tip for your work here waits for you. [Connect a Stripe account](${publicUrl}/payee) to be paid: sign in there with the GitHub account named here. What is not claimed by ${dateText(claimBy)} goes back to whoever paid it.`;
}

/** A merge that does not release by itself: what waits, why, and how to pay. Said once, on the pull request. */
export function waitingReply(options: {
  campaign: Campaign;
  pull: Pull;
  blockers: readonly ReleaseBlocker[];
  payees: readonly PayeeShare[];
}): string {
  const { campaign, pull, blockers, payees } = options;
  const { mergedBy } = pull;
  // GitHub gives bots, and only bots, a login that ends so; they read no replies.
  const merger = mergedBy === null || /\[bot\]$/.test(mergedBy.login) ? "" : `@${mergedBy.login}: `;
  return [
    `${merger}${raisedText(campaign)} for #${campaign.issueNumber}, and this merge did not release it:`,
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
    case "approvedUnseen":
      return "It was approved before the notice said who is paid, and no person with the role that the policy asks for merged it.";
    case "noPayee":
      return "Its author is a bot, and nobody else is named to be paid.";
    case "noticeMissing":
      return "The notice of what merging pays was not on the pull request before the merge.";
    case "noticeNamesOthers":
      return "The notice on the pull request named other people or other shares.";
    case "noticeShowedMore":
      return "The notice on the pull request showed more money than is there now.";
    case "goalNotReached":
      return "The goal is not reached; nobody pays for less. If it is reached by its deadline, `/release` pays.";
    case "onHold":
      return "A maintainer put the bounty on hold.";
  }
}

/** `@a 70 %, @b 30 %`; one person stands without a number. */
export function people(payees: readonly PayeeShare[]): string {
  if (payees.length === 1) return `@${payees[0]?.login}`;
  return payees.map(({ login, basisPoints }) => `@${login} ${basisPoints / 100} %`).join(", ");
}

/** Said once on the pull request, to its author. */
export function rejectedReply(options: { campaign: Campaign; pull: Pull; why: string }): string {
  const { campaign, pull, why } = options;
  const author = pull.authorIsBot ? "" : `@${pull.author.login}: `;
  return `${author}A maintainer declined this pull request's claim to the bounty on #${campaign.issueNumber}: ${quote(why, 500)}. Merging it releases nothing by itself.`;
}

/** An awarded pull request was taken back before its money left. Said once, to whoever merged the revert. */
export function revertedReply(options: {
  campaign: Campaign;
  pull: Pull;
  revert: number;
  by: Person;
  left: boolean;
}): string {
  const { campaign, pull, revert, by, left } = options;
  const name = /\[bot\]$/.test(by.login) ? "" : `@${by.login}: `;
  const take = left
    ? "Some of it has left already; what stays on hold goes back to the backers on its date."
    : "`/reject <why>`, written here, takes the award back: the bounty is open again.";
  return `${name}#${revert} reverts #${pull.number}, for which the bounty on #${campaign.issueNumber} was awarded. Its payouts are on hold. \`/release\` pays all the same. ${take}`;
}

/** Tells those who are owed money and have no account yet where to connect one. Said once per award. */
export function connectReply(options: {
  publicUrl: string;
  campaign: Campaign;
  payees: readonly Person[];
  holdDaysMax: number;
}): string {
  const { publicUrl, campaign, payees, holdDaysMax } = options;
  const names = payees.map(({ login }) => `@${login}`).join(", ");
  return `${names}: the bounty on #${campaign.issueNumber} is awarded to you. [Connect a Stripe account](${publicUrl}/payee) to be paid: sign in there with the GitHub account named here. What is not claimed within ${holdDaysMax} days of a backer's payment goes back to that backer.`;
}

/** Before the first of it goes back. Said once to each payee of an award, and of a tip nothing of who paid. */
export function claimReply(options: {
  publicUrl: string;
  campaign: Pick<Campaign, "kind" | "issueNumber">;
  payee: Person;
  claimBy: number;
}): string {
  const { publicUrl, campaign, payee, claimBy } = options;
  const { kind, issueNumber } = campaign;
  const what =
    kind === "tip" ? "a tip for your work here" : `your part of the bounty on #${issueNumber}`;
  return `@${payee.login}: ${what} still waits for you. [Connect a Stripe account](${publicUrl}/payee), or go on with the one that you began, to be paid: sign in there with the GitHub account named here. From ${dateText(claimBy)} on, what is not claimed goes back to whoever paid it. There is no other reminder.`;
}

/**
 * Said once on the issue. It mentions the payee alone, whose account may be in other hands: whom they name
 * has not asked to be called.
 */
export function handoverReply(options: { publicUrl: string; handover: Handover }): string {
  const { publicUrl, handover } = options;
  const { from, to } = handover;
  const names = `@${to.login} for @${from.login}`;
  return `@${from.login} asks that ${to.login} is paid in their place for this bounty: what waits for them, and what is still collected. A maintainer who is neither of the two can agree by writing \`/release ${names}\` here, or decline by \`/reject ${names}\`. Until then nothing changes, and ${from.login} can take it back on [their page](${publicUrl}/payee).`;
}

/** Tells whoever is paid in another's place, and has no account yet. */
export function handedReply(options: {
  publicUrl: string;
  handover: Handover;
  holdDaysMax: number;
}): string {
  const { publicUrl, handover, holdDaysMax } = options;
  const { from, to } = handover;
  return `@${to.login}: ${from.login} asked that you are paid in their place for this bounty, and a maintainer agreed. [Connect a Stripe account](${publicUrl}/payee) to be paid: sign in there with the GitHub account named here. What is not claimed within ${holdDaysMax} days of a backer's payment goes back to that backer.`;
}

/** Whoever reads it beside its addressee learns nothing of what became of the pledge. */
export function lookAtYourPledgeReply({
  login,
  publicUrl,
}: {
  login: string;
  publicUrl: string;
}): string {
  return `@${login}: please have a look at [your pledge](${publicUrl}/backer) to this issue.`;
}
