// What the card says that a merge does: to whom what is paid in goes, and when what is promised is charged.
import type { Campaign, PayeeShare } from "./campaign.ts";
import { payeeCountries } from "./countries.ts";
import { chargedWhen } from "./goal.ts";
import { formatMoney } from "./money.ts";
import type { Policy } from "./policy.ts";
import { chargedText, promisedOf } from "./raised.ts";
import { people } from "./replies.ts";

/** Of a campaign that runs. */
export function onMerge(campaign: Campaign, policy: Policy): string {
  const who = campaign.split === null ? authors(policy) : named(campaign.split);
  const closed = campaign.issueOpen ? "" : " The issue is closed at the moment.";
  return `${onMergeText(campaign, who)}${held(policy)}${closed}`;
}

function onMergeText(campaign: Campaign, who: string): string {
  const { totals, currency } = campaign;
  const money = (minor: bigint): string => formatMoney({ minor, currency });
  const promised = promisedOf(campaign);
  const paidIn = `What is paid in goes to ${who} when a pull request that closes this issue is merged, less fees. If none is merged in time, it goes back to the backers.`;
  if (promised === 0n) return paidIn;
  const charged = `the ${money(promised)} promised ${chargedText(campaign)}`;
  // Charged by reaching the goal, it is paid in by the time of a merge, or not there.
  if (chargedWhen(campaign) !== "at the award") return `${sentence(charged)} ${paidIn}`;
  const merge = "When a pull request that closes this issue is merged";
  return totals.paidIn === 0n
    ? `${merge}, ${charged}; what is collected goes to ${who}, less fees. If none is merged in time, nobody is charged.`
    : `${merge}, the ${money(totals.paidIn)} paid in is released to ${who}, less fees; ${charged}. If none is merged in time, what is paid in goes back to the backers, and the promises end uncharged.`;
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

/** Said before anybody starts to work: who lives elsewhere cannot be paid. */
export function payable(country: string | null): string {
  if (country === null) return "";
  return `To be paid you need a Stripe account in ${payeeCountries(country)}.`;
}

function authors({ coAuthors, reviewShareBasisPoints }: Policy): string {
  const who = coAuthors ? "the pull request's author and co-authors" : "the pull request's author";
  return reviewShareBasisPoints === 0
    ? who
    : `${who} (${reviewShareBasisPoints / 100} % to its reviewers)`;
}

function held({ holdDays }: Policy): string {
  const days = holdDays === 1 ? "1 day" : `${holdDays} days`;
  return holdDays === 0 ? "" : ` Payouts leave ${days} after the award.`;
}

/** The card mentions nobody: an edit of it should not notify. */
export function named(payees: readonly PayeeShare[]): string {
  return people(payees).replace(/@/g, "");
}
