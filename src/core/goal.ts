// A goal: a campaign with a binding threshold (its ask) and a deadline. Reached in time, or nobody pays.
import { awardable, type Campaign } from "./campaign.ts";
import { consentedDeadline, DAY_MS, endsAt, type Pledge } from "./pledge.ts";
import { dateText } from "./text.ts";

export interface Goal {
  /** The first moment that is too late: midnight UTC after the day that was named. */
  deadline: number;
  /** Each `/extend`: from which deadline to which. */
  extensions: { from: number; to: number }[];
  reachedAt: number | null;
  /** When its promises are charged; the policy's word at the time it was attached. */
  charge: "award" | "reached";
}

/** A goal runs no longer than a promise lasts. */
export const GOAL_DAYS_MAX = 180;

/** How late Stripe's word may be on what happened before the deadline. */
export const GOAL_GRACE_MS = 15 * 60_000;

export type ReadDeadline = { ok: true; deadline: number } | { ok: false; problem: DateProblem };
type DateProblem = "notADate" | "past" | "tooFar";

const DATE = /^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$/;

/** Reads `2027-01-31` as the end of that day, UTC. */
export function readDeadline(text: string, at: number): ReadDeadline {
  if (!DATE.test(text)) return { ok: false, problem: "notADate" };
  if (text < dateText(at)) return { ok: false, problem: "past" };
  for (let days = 0; days <= GOAL_DAYS_MAX; days += 1) {
    const deadline = deadlineAfter(days, at);
    const day = dateText(deadline - DAY_MS);
    if (day === text) return { ok: true, deadline };
    // The calendar went past it: there is no such day in that month.
    if (day > text) return { ok: false, problem: "notADate" };
  }
  return { ok: false, problem: "tooFar" };
}

/** The one that it was attached with. */
export function firstDeadline({ deadline, extensions }: Goal): number {
  return extensions[0]?.from ?? deadline;
}

/** The end of the day that is `days` from now. */
export function deadlineAfter(days: number, at: number): number {
  return at - (at % DAY_MS) + (days + 1) * DAY_MS;
}

export function isTooFar(deadline: number, at: number): boolean {
  return deadline > deadlineAfter(GOAL_DAYS_MAX, at);
}

/** A goal that nobody may be paid from: not reached. */
export function isUnreached({ goal, state }: Pick<Campaign, "goal" | "state">): boolean {
  return goal !== null && state === "open";
}

/** Reached, and its promises are charged for that alone. */
export function chargesNow({ goal, state }: Campaign): boolean {
  return goal?.charge === "reached" && state === "reached";
}

/** When promises to a campaign that runs are charged. */
export type ChargedWhen = "at the award" | "once reached" | "now";

export function chargedWhen(campaign: Campaign): ChargedWhen {
  if (chargesNow(campaign)) return "now";
  return isUnreached(campaign) && campaign.goal?.charge === "reached"
    ? "once reached"
    : "at the award";
}

/** Past its deadline and not reached: what comes now is too late, though the verdict may be a moment off. */
export function isTooLate({ goal, state }: Campaign, at: number): boolean {
  return goal !== null && state === "open" && at >= goal.deadline;
}

/**
 * A goal in the state that its totals make it. Before the deadline what goes back may undo "reached", a charge that
 * failed never; after it, or once reaching it has charged the cards, nothing does.
 */
export function judged(campaign: Campaign, at: number): Campaign {
  const { goal, ask, state, totals } = campaign;
  if (goal === null || ask === null) return campaign;
  const raised = awardable(campaign);
  if (state === "open" && raised >= ask && at < goal.deadline + GOAL_GRACE_MS) {
    return { ...campaign, state: "reached", goal: { ...goal, reachedAt: at } };
  }
  const tooLittle = raised + totals.uncollected < ask;
  if (state === "reached" && tooLittle && at < goal.deadline && goal.charge === "award") {
    return { ...campaign, state: "open", goal: { ...goal, reachedAt: null } };
  }
  return campaign;
}

/**
 * Until when a pledge's consent reaches: the deadline that its backer saw, extended once. A further extension
 * needs a new consent.
 */
export function consentUntil(pledge: Pledge, { extensions }: Goal): number | null {
  const goalDeadline = consentedDeadline(pledge);
  if (goalDeadline === null) return null;
  return extensions.find(({ from }) => from === goalDeadline)?.to ?? goalDeadline;
}

/** What a goal that is not reached ends a pledge at, where that is before the pledge's own date. */
export interface GoalDate {
  at: number;
  is: "deadline" | "end of consent";
}

export function goalDateOf(pledge: Pledge, { goal }: Campaign): GoalDate | null {
  const own = endsAt(pledge);
  const until = goal === null ? null : consentUntil(pledge, goal);
  if (goal === null || own === null || until === null || until >= own) return null;
  return { at: until, is: until < goal.deadline ? "end of consent" : "deadline" };
}

/**
 * A further extension kept the goal alive beyond the consent of this pledge: at that time its date was over, and the
 * goal had not been reached by it.
 */
export function hasOutlived({ goal, state }: Campaign, pledge: Pledge, at: number): boolean {
  const until = goal === null ? null : consentUntil(pledge, goal);
  if (goal === null || until === null || until >= goal.deadline || at < until) return false;
  return state === "open" || (goal.reachedAt !== null && until <= goal.reachedAt);
}
