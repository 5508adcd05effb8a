// Every refusal: a command turned down, named as a sentence, with what to do instead.
// Plain text about our own rules; what people wrote is only ever quoted neutralised.
import type { Campaign } from "./campaign.ts";
import { type CommandName, usageOf } from "./commands.ts";
import {
  AMOUNT_MINOR_MAX,
  type AmountProblem,
  type Currency,
  currencyCodes,
  formatMoney,
} from "./money.ts";
import type { WhoMay } from "./policy.ts";
import { quote, timeText } from "./text.ts";

export type Refusal =
  | { refusal: "senderLacksTheRole"; who: WhoMay }
  | { refusal: "commandNotUnderstood"; name: CommandName }
  | { refusal: "commandsUsedUp"; until: number }
  | { refusal: "amountNotUnderstood"; text: string; problem: AmountProblem; currency: Currency }
  | { refusal: "amountBelowMinimum"; minimum: bigint; currency: Currency }
  | { refusal: "amountAboveMaximum"; maximum: bigint; currency: Currency }
  | { refusal: "amountInAnotherCurrency"; currency: Currency }
  | { refusal: "repositoryIsPrivate" }
  | { refusal: "ownerNotAllowed"; owner: string }
  | { refusal: "appNotInstalled" }
  | { refusal: "issueIsAPull" }
  | { refusal: "issueIsClosed" }
  | { refusal: "noCampaign" }
  | { refusal: "severalCampaigns"; issueNumbers: number[] }
  | { refusal: "severalPulls"; pullNumbers: number[] }
  | { refusal: "campaignIsOver" }
  | { refusal: "campaignStands"; kind: Campaign["kind"] }
  | { refusal: "dateNotUnderstood"; text: string }
  | { refusal: "dateIsPast" }
  | { refusal: "dateIsTooFar"; days: number }
  | { refusal: "notAGoal" }
  | { refusal: "goalDeadlinePassed" }
  | { refusal: "goalNotReached" }
  | { refusal: "campaignHasPledges" }
  | { refusal: "paidOutsideButPledged" }
  | { refusal: "campaignIsAwarded" }
  | { refusal: "notAPull" }
  | { refusal: "notTheAuthor" }
  | { refusal: "authorIsABot" }
  | { refusal: "noSuchPerson"; login: string }
  | { refusal: "payeeIsABot"; login: string }
  | { refusal: "nothingToRelease" }
  | { refusal: "nothingToReject" }
  | { refusal: "claimIsRejected" }
  | { refusal: "payoutsHaveLeft" }
  | { refusal: "awardIsUndone" }
  | { refusal: "nobodyToPay" }
  | { refusal: "nothingPaidIn" }
  | { refusal: "modeNotOffered" }
  | { refusal: "payingInClosed" }
  | { refusal: "payNowClosed"; promisesOffered: boolean }
  | { refusal: "nothingToConfirm" }
  | { refusal: "payeeNotKnown" }
  | { refusal: "nothingCollectedYet" }
  | { refusal: "shareIsGivenUp" }
  | { refusal: "handoverOfATip" }
  | { refusal: "handoverToOneself" }
  | { refusal: "handoverToGiver"; login: string }
  | { refusal: "handoversUsedUp" }
  | { refusal: "noHandover" }
  | { refusal: "handoverOfOnesOwn" }
  | { refusal: "tipToOneself" }
  | { refusal: "tipAboveLimit"; maximum: bigint; currency: Currency }
  | { refusal: "tipsAreOff" }
  | { refusal: "tipIsOver" }
  | { refusal: "pledgeIsAwarded" }
  | { refusal: "pledgeIsBeingCharged" }
  | { refusal: "nothingToWithdraw" }
  | { refusal: "renewalNotOffered" };

/** The refusal in words: why, and what to do. Markdown that is also readable as plain text. */
export function refusalText(refusal: Refusal): string {
  switch (refusal.refusal) {
    case "senderLacksTheRole":
      return `This needs the ${refusal.who} role on this repository. A maintainer can do it.`;
    case "commandNotUnderstood": {
      const { usage, example } = usageOf(refusal.name);
      return `I could not read that. Write \`${usage}\`, for example \`${example}\`.`;
    }
    case "commandsUsedUp":
      return `You have given me as many commands as I answer within an hour to somebody who does not maintain the repository. I answer yours again after ${timeText(refusal.until)} UTC. The links on the card and the pages work without me.`;
    case "amountNotUnderstood":
      return `${quote(refusal.text)} ${problemText(refusal.problem, refusal.currency)}`;
    case "amountBelowMinimum":
      return `The smallest amount here is ${formatMoney({ minor: refusal.minimum, currency: refusal.currency })}.`;
    case "amountAboveMaximum":
      return `The largest amount here is ${formatMoney({ minor: refusal.maximum, currency: refusal.currency })}.`;
    case "amountInAnotherCurrency":
      return `This repository's bounties are in ${refusal.currency.toUpperCase()}. Write the amount in ${refusal.currency.toUpperCase()}, for example \`${example(refusal.currency)}\`.`;
    case "repositoryIsPrivate":
      return "Bounties work in public repositories only for now: the pledge page could not yet tell who may see a private issue.";
    case "ownerNotAllowed":
      return `The operator of this bot has not opened it for ${quote(refusal.owner)}. They can add the account to ALLOWED_OWNERS.`;
    case "appNotInstalled":
      return "The bot is no longer installed on this repository, so nothing new can start. Money that was paid in still goes out or back on its dates.";
    case "issueIsAPull":
      return "Bounties belong to issues. Put the label or the command on the issue that the pull request solves.";
    case "issueIsClosed":
      return "This issue is closed. Reopen it first.";
    case "noCampaign":
      return "There is no bounty here. A maintainer can attach one with `/bounty`.";
    case "severalCampaigns":
      return `This pull request is linked to several bounties (${refusal.issueNumbers.map((number) => `#${number}`).join(", ")}). Write the command on the issue you mean.`;
    case "severalPulls":
      return `Several merged pull requests are linked to this bounty (${refusal.pullNumbers.map((number) => `#${number}`).join(", ")}). Write \`/release\` on the one you mean.`;
    case "campaignIsOver":
      return "This bounty is over and takes no more pledges or changes. Once all its money is out or back, a maintainer can attach a new one with `/bounty`.";
    case "campaignStands":
      return `There is a ${refusal.kind} on this issue already, and people have pledged to it. It stays what they agreed to; to end it and give the money back, write \`/cancel <why>\`.`;
    case "dateNotUnderstood":
      return `${quote(refusal.text)} is not a date I can read. Write year, month and day, for example \`/goal $500 by 2027-01-31\`.`;
    case "dateIsPast":
      return "That day is over. A goal needs a day to come; it ends at midnight UTC after that day.";
    case "dateIsTooFar":
      return `A goal runs ${refusal.days} days at most from now: pledges do not last longer without being renewed.`;
    case "notAGoal":
      return "Only a goal has a deadline, and there is none here. A maintainer can attach one with `/goal <amount> by <date>`.";
    case "goalDeadlinePassed":
      return "The goal's deadline has passed.";
    case "goalNotReached":
      return "The goal is not reached, and nobody pays for less. It can be reached until its deadline; then write `/release` again.";
    case "campaignHasPledges":
      return "People have pledged to this bounty, so taking the label off does not end it. To end it and give the money back, write `/cancel <why>`.";
    case "paidOutsideButPledged":
      return "People have pledged to this bounty, or are on the payment page at this moment. What is pledged is paid out here or goes back; it is never recorded as paid outside. To give it back first, write `/cancel <why>`.";
    case "campaignIsAwarded":
      return "This bounty is already awarded; its money belongs to the people who did the work. `/hold <why>` stops payouts that have not left.";
    case "notAPull":
      return "Write `/claim #n` on your pull request, where n is the number of the issue it solves.";
    case "notTheAuthor":
      return "Only the author of a pull request can claim with it. A maintainer can name other people with `/split @a 70 @b 30`.";
    case "authorIsABot":
      return "A bot cannot be paid, and this pull request's author is one. A maintainer can name the people who did the work with `/split @a 100`, written on the issue.";
    case "noSuchPerson":
      return `GitHub knows no person named ${quote(refusal.login)}. Check the spelling.`;
    case "payeeIsABot":
      return `${quote(refusal.login)} is not a person's account; only people can be paid.`;
    case "nothingToRelease":
      return "No merged pull request waits here. Merge one that closes the issue and write `/release` on it, or name the people with `/split @a 100` first.";
    case "nothingToReject":
      return "No claim is meant. Write `/reject <why>` on the pull request whose claim you decline.";
    case "claimIsRejected":
      return "A maintainer declined this pull request's claim. They can still pay for it with `/release` once it is merged.";
    case "payoutsHaveLeft":
      return "Some of this award was sent already, so it cannot be taken back. `/hold <why>` stops the rest; what stays on hold goes back to the backers on its date.";
    case "awardIsUndone":
      return "This award was declined, and its money is on the way back into the bounty. Try again in a minute.";
    case "nobodyToPay":
      return "Nobody can be paid for this pull request yet: its author is a bot. Name the people with `/split @a 100`, then `/release`.";
    case "nothingPaidIn":
      return "Nothing is paid in or promised, so there is nothing to release.";
    case "modeNotOffered":
      return "This repository takes pledges that are paid now only. Choose to pay now.";
    case "payNowClosed":
      return `Paying now is closed for the moment: the operator's own balance is below zero after a loss, such as a chargeback, and nobody's new money may cover it. Nothing was charged. ${refusal.promisesOffered ? "You can pledge with a card that is saved instead, or" : "Please"} try again later.`;
    case "payingInClosed":
      return "Paying is closed for the moment: the operator's Stripe account is not set up for it. Nothing was charged. Please try again later.";
    case "nothingToConfirm":
      return "This pledge waits for nothing from you: there is no charge to confirm and no card to change.";
    case "payeeNotKnown":
      return "Nothing is waiting for this account.";
    case "nothingCollectedYet":
      return "What was promised to you is still being collected, and none of it is there yet. You can connect an account as soon as some of it is paid in.";
    case "shareIsGivenUp":
      return "You gave up your share of this bounty, or somebody else is paid in your place already.";
    case "handoverOfATip":
      return "A tip is for one person: it can be given back, and not passed on.";
    case "handoverToOneself":
      return "Name somebody else: what waits for you is yours already.";
    case "handoverToGiver":
      return `${quote(refusal.login)} gave up a share of this bounty, so nothing of it can be passed on to them.`;
    case "handoversUsedUp":
      return "This was asked for several times already. Ask the maintainers on the issue.";
    case "noHandover":
      return "No payee of this bounty asks for that, or not any more. Write both by the names they have now, for example `/release @octo-bob for @octo-alice` when octo-alice asked that octo-bob is paid in their place.";
    case "handoverOfOnesOwn":
      return "Neither of the two can agree to it. Another maintainer can.";
    case "tipToOneself":
      return "A tip is for somebody else.";
    case "tipAboveLimit":
      return `The operator of this bot takes tips up to ${formatMoney({ minor: refusal.maximum, currency: refusal.currency })}.`;
    case "tipsAreOff":
      return "The operator of this bot takes no tips.";
    case "tipIsOver":
      return "This tip is paid already, or its link is too old. Write `/tip @user <amount>` again for a new one.";
    case "pledgeIsAwarded":
      return "The bounty is awarded: this pledge belongs to the people who did the work now. What they do not claim in time goes back to your card by itself.";
    case "pledgeIsBeingCharged":
      return "Your card is being charged at this moment, or the charge is being ended. Look again in a few minutes.";
    case "renewalNotOffered":
      return "The date of this pledge cannot be moved: it is as late as it may be, or the pledge or its bounty has ended.";
    case "nothingToWithdraw":
      return "This pledge has ended, or was never paid or promised: there is nothing to take back.";
  }
}

function problemText(problem: AmountProblem, currency: Currency): string {
  const hint = `Write it like \`${example(currency)}\`.`;
  switch (problem) {
    case "notAnAmount":
      return `is not an amount I can read. ${hint}`;
    case "unknownCurrency":
      return `is in a currency I do not know. I know ${currencyCodes()
        .map((code) => code.toUpperCase())
        .join(", ")}. ${hint}`;
    case "tooManyDecimals":
      return `has more decimals than the currency, or could be a thousand. ${hint}`;
    case "notPositive":
      return `is not more than zero. ${hint}`;
    case "tooLarge":
      return `is more than a card payment can carry: ${formatMoney({ minor: AMOUNT_MINOR_MAX, currency })} at most. ${hint}`;
    case "ambiguous":
      return `can be read two ways. ${hint}`;
  }
}

function example(currency: Currency): string {
  switch (currency) {
    case "usd":
      return "$1,000.50";
    case "eur":
      return "€1,000.50";
    case "gbp":
      return "£1,000.50";
    case "jpy":
      return "1000 JPY";
    default:
      return `1000.50 ${currency.toUpperCase()}`;
  }
}
