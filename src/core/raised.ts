// What a campaign has raised, in words: paid in and promised are never said in one figure without its parts.
import { awardable, type Campaign } from "./campaign.ts";
import { chargedWhen } from "./goal.ts";
import { formatMoney } from "./money.ts";

/** Promised, or being charged before an award: not paid yet, and it may fail. */
export function promisedOf({ totals }: Campaign): bigint {
  return totals.promised + totals.collecting;
}

function money({ currency }: Campaign, minor: bigint): string {
  return formatMoney({ minor, currency });
}

/** `$50.00 is paid in and $70.00 promised`. */
export function raisedText(campaign: Campaign): string {
  const { paidIn } = campaign.totals;
  const promised = promisedOf(campaign);
  if (promised === 0n) return `${money(campaign, paidIn)} is paid in`;
  if (paidIn === 0n) return `${money(campaign, promised)} is promised`;
  return `${money(campaign, paidIn)} is paid in and ${money(campaign, promised)} promised`;
}

/** `$120.00 of $200.00 paid in`; what is not all paid in is only pledged. */
export function sumText(campaign: Campaign): string {
  const { ask } = campaign;
  const ofAsk = ask === null ? "" : ` of ${money(campaign, ask)}`;
  return `${money(campaign, awardable(campaign))}${ofAsk} ${sumWord(campaign)}`;
}

/** What all of it together may be called. */
export function sumWord(campaign: Campaign): string {
  if (promisedOf(campaign) === 0n) return "paid in";
  return campaign.totals.paidIn === 0n ? "promised" : "pledged";
}

/** Said wherever a promise is counted, after the words of a merge where it is charged by one. */
export function chargedText(campaign: Campaign): string {
  switch (chargedWhen(campaign)) {
    case "at the award":
      return "is charged then, usually within minutes, and may fail";
    case "once reached":
      return "is charged as soon as the goal is reached, usually within minutes, and may fail";
    case "now":
      return "is being collected now that the goal is reached, which may fail";
  }
}
