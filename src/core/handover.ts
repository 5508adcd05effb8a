// A handover: a payee asks that somebody else is paid in their place. It is in force only once a maintainer
// who is neither of the two has agreed.
import type { Award } from "./award.ts";
import type { Person } from "./campaign.ts";
import { DAY_MS, STANDARD_TERMS } from "./pledge.ts";

export type HandoverState =
  | "asked"
  | "agreed"
  | "withdrawn"
  | "superseded"
  | "rejected"
  | "expired";

/** A request as it was made; the ids count, the logins are those of that moment. */
export interface Handover {
  /** `<campaign>:<round>:<payee>:<number>` */
  id: string;
  campaignId: string;
  /** The award's: an award that takes the place of another knows nothing of its requests. */
  round: number;
  from: Person;
  to: Person;
  askedAt: number;
  state: HandoverState;
  /** The maintainer who agreed or declined, and when. */
  decided: { by: Person; at: number } | null;
}

/** A handover in force: whatever waits for `from`, or comes to, is `to`'s. */
export interface HandedShare {
  /** GitHub's id of the payee who asked. */
  from: number;
  to: Person;
  /** The maintainer who agreed. */
  by: Person;
  at: number;
}

/** Each request is a comment: more of one payee for one award are a mistake, or mischief. */
export const HANDOVERS_MAX = 5;

/** And of all payees of one award: whoever is named may pass it on, and each may want an account of their own. */
export const HANDOVERS_PER_AWARD_MAX = 20;

/** Every share of the award has gone to its payee or back to its backer by then. */
export function handoverEndsAt({ at }: Award): number {
  return at + STANDARD_TERMS.claimWithinDays * DAY_MS;
}

/** Where the shares of this payee go, by the agreement of a maintainer; null: nowhere else. */
export function handedBy(award: Award | null, payeeId: number): HandedShare | null {
  return award?.handed.find(({ from }) => from === payeeId) ?? null;
}

/** Somebody to whom a part of the award goes, or went. */
export function isPayeeOf({ payees, handed }: Award, personId: number): boolean {
  return payees.some(({ id }) => id === personId) || handed.some(({ to }) => to.id === personId);
}

/** Nothing of this award can come to them any more: to pass a share on to them would lead in a circle. */
export function hasGivenUp(award: Award, personId: number): boolean {
  return award.declined.includes(personId) || handedBy(award, personId) !== null;
}

/** Who is paid in the end, by id, each once. */
export function recipientsOf(award: Award): number[] {
  return [...new Set(award.payees.map(({ id }) => recipientOf(award, id)))];
}

/** Handovers follow one another, never in a circle. */
function recipientOf(award: Award, payeeId: number): number {
  const next = handedBy(award, payeeId);
  return next === null ? payeeId : recipientOf(award, next.to.id);
}

/** The part of whatever is still to come that is theirs in the end, in basis points. */
export function partOfAward(award: Award, personId: number): number {
  if (award.undone !== null || award.declined.includes(personId)) return 0;
  return award.payees
    .filter(({ id }) => recipientOf(award, id) === personId)
    .reduce((sum, { basisPoints }) => sum + basisPoints, 0);
}
