// The terms in words, as the pledge page shows them: what a pledge pins the hash of.
import { COLLECT_WITHIN_DAYS, type Offer, type PledgeMode, termsWithin } from "./pledge.ts";
import { dateText } from "./text.ts";

type Dates = ReturnType<typeof termsWithin>;

/** What a goal adds to the terms. */
export interface GoalTerms {
  deadline: number;
  charge: "award" | "reached";
}

export function wording(
  mode: PledgeMode,
  { operatorFeeBasisPoints, holdDaysMax }: Offer,
  goal: GoalTerms | null = null,
): string[] {
  const terms = termsWithin(holdDaysMax);
  const fee =
    operatorFeeBasisPoints === 0
      ? "The operator of this bot takes no fee."
      : `The operator of this bot takes ${operatorFeeBasisPoints / 100} % of what is paid out, nothing of what goes back.`;
  const lines = mode === "pay-now" ? payNowWording(fee, terms) : promiseWording(fee, terms, goal);
  return goal === null ? lines : [...lines, goalWording(mode, goal)];
}

function goalWording(mode: PledgeMode, { deadline }: GoalTerms): string {
  const day = dateText(deadline - 1);
  const missed = {
    "pay-now": "the money goes back to your card, less Stripe's fee",
    "on-merge": "your promise ends and nothing is charged",
  }[mode];
  return `This is a goal: if less than it asks for is pledged by the end of ${day} (UTC), ${missed}. The maintainers may move that day once without asking you again.`;
}

function payNowWording(
  fee: string,
  { refundAfterDays, holdDaysMax, claimWithinDays }: Dates,
): string[] {
  const claimDays = Math.min(claimWithinDays, holdDaysMax);
  return [
    "Your card is charged now. You pay for work on this issue; the operator of this bot holds the money until the work is merged. It is neither a donation nor an escrow account.",
    `When a pull request that solves the issue is merged, the money is paid to the people who did the work, less Stripe's fee. ${fee}`,
    `Money that is not awarded within ${refundAfterDays} days of the charge goes back to your card. A share that is awarded and not claimed goes back ${claimDays} days after the award, and never later than ${holdDaysMax} days after the charge.`,
    "The maintainers may cancel the bounty; then the money goes back at once.",
    "Stripe keeps its fee on refunds: what goes back is what you paid less that fee. Only a payment that arrives after the bounty is over, arrives twice or settles in another currency goes back in full.",
  ];
}

function promiseWording(fee: string, terms: Dates, goal: GoalTerms | null): string[] {
  return goal?.charge === "reached" ? onReachedWording(fee, terms) : onMergeWording(fee, terms);
}

const MENDING = `If your bank declines the charge or wants you to confirm it, you can confirm it or change the card for ${COLLECT_WITHIN_DAYS} days and are reminded of it; after that the promise ends and nothing is charged.`;

function onMergeWording(fee: string, { lapseAfterDays, holdDaysMax }: Dates): string[] {
  return [
    "Stripe verifies and saves your card now; nothing is charged. You promise to pay for work on this issue. It is neither a donation nor an escrow account.",
    `When the bounty is awarded (a pull request that solves the issue is merged, or a maintainer releases it), your card is charged the amount you promised, once and without asking you again, and the money is paid to the people who did the work, less Stripe's fee. ${fee}`,
    MENDING,
    "Until the bounty is awarded you may take the promise back, through the link on the page that follows.",
    `The promise ends by itself after ${lapseAfterDays} days, or when the maintainers cancel the bounty; then nothing is charged and no fee is due. The card is saved for this one charge and removed after it.`,
    `A share that was charged, is awarded and not claimed goes back to your card ${holdDaysMax} days after the charge at the latest, less Stripe's fee.`,
  ];
}

/** Of a goal that charges its promises as soon as it is reached: from then on they are money that is paid in. */
function onReachedWording(
  fee: string,
  { lapseAfterDays, refundAfterDays, holdDaysMax, claimWithinDays }: Dates,
): string[] {
  const claimDays = Math.min(claimWithinDays, holdDaysMax);
  return [
    "Stripe verifies and saves your card now; nothing is charged before the goal is reached. You promise to pay for work on this issue. It is neither a donation nor an escrow account.",
    "As soon as the goal is reached (at once, if it is already), your card is charged the amount you promised, once and without asking you again. The operator of this bot holds the money until the work is merged.",
    `When the goal is awarded (a pull request that solves the issue is merged, or a maintainer releases it), the money is paid to the people who did the work, less Stripe's fee. ${fee}`,
    MENDING,
    "Until your card is charged you may take the promise back; after that, until the goal is awarded, what you paid less Stripe's fee. Both through the link on the page that follows.",
    `Before the charge the promise ends by itself after ${lapseAfterDays} days, or when the maintainers cancel the goal; then nothing is charged and no fee is due. The card is saved for this one charge and removed after it.`,
    `Money that is not awarded within ${refundAfterDays} days of the charge goes back to your card; at once, if the maintainers cancel the goal. A share that is awarded and not claimed goes back ${claimDays} days after the award, and never later than ${holdDaysMax} days after the charge. Stripe keeps its fee on what goes back.`,
  ];
}
