// A renewal: a later date for a pledge, which its backer consents to anew. The terms that were pinned stay;
// dates are reckoned from the last consent.
import { type Campaign, isOpen } from "./campaign.ts";
import { type ChargedWhen, chargedWhen, consentUntil } from "./goal.ts";
import { DAY_MS, endsAt, type Pledge, type Renewal } from "./pledge.ts";
import { dateText } from "./text.ts";

/** What a backer may consent to now. */
export type RenewalOffer = Pick<Renewal, "from" | "until" | "goalDeadline">;

/**
 * A promise is given for as long again, from now; money that is paid in stays up to the longest that the
 * terms allow, and no longer. Null when nothing would be gained, or the bounty no longer runs.
 */
export function renewalOffer(
  { pledge, campaign }: { pledge: Pledge; campaign: Campaign },
  at: number,
): RenewalOffer | null {
  const from = endsAt(pledge);
  if (from === null || at >= from || !isOpen(campaign)) return null;
  const until = Math.max(from, longest(pledge, at));
  const { goal } = campaign;
  const consented = goal === null ? null : consentUntil(pledge, goal);
  const goalMoved = goal !== null && consented !== null && consented < goal.deadline;
  return until - from >= DAY_MS || goalMoved
    ? { from, until, goalDeadline: goal?.deadline ?? null }
    : null;
}

function longest({ state, capturedAt, terms }: Pledge, at: number): number {
  return state === "promised" || capturedAt === null
    ? at + terms.lapseAfterDays * DAY_MS
    : capturedAt + terms.holdDaysMax * DAY_MS;
}

const CHARGED: Readonly<Record<ChargedWhen, string>> = {
  "at the award": "if the bounty is awarded",
  "once reached": "as soon as the goal is reached",
  now: "now that the goal is reached",
};

/** The consent in words, as the backer's page shows it; the renewal pins their hash. */
export function renewalWording(
  { pledge, campaign }: { pledge: Pledge; campaign: Campaign },
  { from, until, goalDeadline }: RenewalOffer,
): string[] {
  const { state, terms } = pledge;
  const date = dateText(until);
  // A deadline is the first moment after its day.
  const goal =
    goalDeadline === null ? "" : ` The goal's deadline is ${dateText(goalDeadline - 1)} now.`;
  return state === "promised"
    ? [
        `Your promise stands until ${date} instead of ${dateText(from)}.${goal} Until then your card is charged ${CHARGED[chargedWhen(campaign)]}, as you agreed when you pledged; after that nothing is charged.`,
      ]
    : [
        `Your money waits for the work until ${date} instead of ${dateText(from)}.${goal} If it is not awarded by then, it goes back to your card less Stripe's fee; it is never held longer than ${terms.holdDaysMax} days after the charge.`,
      ];
}
