// To whom money is owed, and since when: only for them an account is opened at Stripe, each of which costs the
// operator. To be named is not enough: anybody can name anybody.
import type { Award } from "./award.ts";
import type { Campaign, Person } from "./campaign.ts";
import { now, type PlannedEffect } from "./effects.ts";
import { handedBy, partOfAward } from "./handover.ts";
import { connectReply } from "./replies.ts";

/** What the books say of one person. */
export interface Owed {
  /** A share of theirs waits to be sent. */
  shareWaits: boolean;
  /** Awards that name them and are not settled, without tips: a tip that is paid is a share at once. */
  awards: { award: Award; campaign: Campaign }[];
}

export const NOTHING_OWED: Owed = { shareWaits: false, awards: [] };

/** A share waits for them, or money is paid in that an award will divide with them. A promise is no money. */
export function isOwed(payeeId: number, { shareWaits, awards }: Owed): boolean {
  return shareWaits || awards.some((one) => hasPart(payeeId, one) && isToBeDivided(one));
}

/** Promises are being charged, of which a part would be theirs. */
export function isCollectedFor(payeeId: number, { awards }: Pick<Owed, "awards">): boolean {
  return awards.some((one) => {
    const { promised, collecting } = one.campaign.totals;
    return hasPart(payeeId, one) && promised + collecting > 0n;
  });
}

function hasPart(payeeId: number, { award }: Owed["awards"][number]): boolean {
  return partOfAward(award, payeeId) > 0;
}

/**
 * Paid in, and in nobody's share yet or not any more: before the first pledge is divided, while a fee is not known,
 * and while a bank may give back what it took.
 */
function isToBeDivided({ award, campaign }: Owed["awards"][number]): boolean {
  const { clearing, disputed, paidIn } = campaign.totals;
  return clearing + disputed > 0n || (paidIn > 0n && !isDivided(award));
}

function isDivided({ payees }: Award): boolean {
  return payees.some(({ allotted }) => allotted > 0n);
}

/**
 * Asks an award's payees to connect their accounts: with the award when money is there, else when the first of
 * it comes. Once, by its key.
 */
export function askToConnect(
  options: { award: Award; campaign: Campaign; payees: readonly Person[] },
  { publicUrl, holdDaysMax }: { publicUrl: string; holdDaysMax: number },
): PlannedEffect[] {
  const { award, campaign } = options;
  const payees = options.payees.filter(
    ({ id }) => !award.declined.includes(id) && handedBy(award, id) === null,
  );
  if (payees.length === 0 || isDivided(award)) return [];
  const { id, round, pullNumber } = award;
  return [
    now({
      effect: "reply",
      repositoryId: campaign.repositoryId,
      issueNumber: pullNumber ?? campaign.issueNumber,
      key: round === 1 ? `connect:${id}` : `connect:${id}:${round}`,
      body: connectReply({ publicUrl, campaign, payees, holdDaysMax }),
    }),
  ];
}
