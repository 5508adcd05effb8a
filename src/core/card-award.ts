// What the card says of an award after it was made: what happened to the code and to the issue since.
import { type Award, isMergedFor, type Pull } from "./award.ts";
import { type Campaign, isAwarded } from "./campaign.ts";
import type { HandedShare } from "./handover.ts";

/** Empty while nothing happened. Nothing of it takes money back by itself. */
export function sinceAward(
  campaign: Campaign,
  { award, pulls }: { award: Award | null; pulls: readonly Pull[] },
): string[] {
  if (award === null || !isAwarded(campaign)) return [];
  return [
    ...award.handed.map((one) => handedLine(one, award)),
    revertLine(award),
    reopenedLine(campaign),
    laterLine(campaign, { award, pulls }),
  ].filter((line) => line !== "");
}

function handedLine({ from, to, by }: HandedShare, { payees, handed }: Award): string {
  const known = [...payees, ...handed.map((one) => one.to)];
  const login = known.find(({ id }) => id === from)?.login ?? "a payee";
  return `In the place of ${login}, ${to.login} is paid what had not left: ${login} asked for it, and ${by.login} agreed.`;
}

function revertLine({ revertedBy, pullNumber }: Award): string {
  return revertedBy === null ? "" : `#${revertedBy} reverts #${pullNumber}.`;
}

function reopenedLine({ issueReopened }: Campaign): string {
  return issueReopened
    ? "The issue is open again. What was paid out stays with the people who did the work: nothing is taken back."
    : "";
}

function laterLine(
  campaign: Campaign,
  { award, pulls }: { award: Award; pulls: readonly Pull[] },
): string {
  const later = pulls
    .filter((pull) => pull.number !== award.pullNumber && isMergedFor(pull, campaign))
    .map(({ number }) => `#${number}`)
    .sort();
  if (later.length === 0) return "";
  const were = later.length === 1 ? "was" : "were";
  return `${later.join(", ")} ${were} merged too: the bounty is awarded once, and nothing more is paid.`;
}
