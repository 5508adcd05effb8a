// What becomes of the money of a campaign that ended without an award.
import type { Campaign } from "./campaign.ts";

/** Backers' money is there that is to go back: all of it, when a campaign is over. */
export function isReturning({ totals }: Campaign): boolean {
  return totals.paidIn > 0n || totals.refunding > 0n;
}

export function endedText(campaign: Campaign, where: "card" | "page"): string {
  const { disputed, refunded, lost } = campaign.totals;
  if (isReturning(campaign)) {
    return `Everybody who paid gets their money back, less the fee that Stripe keeps; this ${where} says when it is through.`;
  }
  if (disputed > 0n) {
    return "A backer's bank asks about what was paid, or took it back; what it leaves goes back to the backer.";
  }
  if (refunded > 0n) return "Every refund is through.";
  return lost > 0n ? "Backers' banks took back what was paid." : "Nobody was charged.";
}
