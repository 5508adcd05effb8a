// A goal from its attachment to its deadline: reached, extended, or missed.
import { type Campaign, isOpen } from "./campaign.ts";
import type { Asked } from "./commands.ts";
import { attachTo, lacksRole, mayAttach, readAsk } from "./decide-campaign.ts";
import { closeCheckout } from "./decide-pledge.ts";
import { onPledgeReturnDue } from "./decide-refund.ts";
import { type Answer, type Decision, decision, needed, type Situation } from "./decision.ts";
import { at as due, now, type PlannedEffect } from "./effects.ts";
import type { Event } from "./events.ts";
import {
  consentUntil,
  deadlineAfter,
  GOAL_DAYS_MAX,
  hasOutlived,
  isTooFar,
  isTooLate,
  isUnreached,
  type ReadDeadline,
  readDeadline,
} from "./goal.ts";
import { goalReminder } from "./mails.ts";
import { DAY_MS, isShared } from "./pledge.ts";
import type { Policy } from "./policy.ts";
import type { Refusal } from "./refusals.ts";
import { accept, done, minimizeWaiting, refuse, show } from "./steps.ts";

/** `/goal <amount> by <date>`, or a label with an amount: then the policy's number of days. */
export function attachGoal(
  options: { asked: Asked; amount: string; by: string | null },
  situation: Situation,
): Answer {
  const { asked, amount, by } = options;
  const { policy, at } = situation;
  const refusal = mayAttach(asked, situation);
  if (refusal !== null) return refuse(refusal);
  const attached = attachTo("goal", asked, situation);
  if (!attached.ok) return attached;
  const read = readAsk(amount, { policy, currency: policy.currency });
  if (!read.ok) return refuse(read.refusal);
  const day = deadlineOf(by, { policy, at });
  if (!day.ok) return refuse(dateRefusal(day.problem, by));
  const goal = { deadline: day.deadline, extensions: [], reachedAt: null, charge: policy.charge };
  const campaign: Campaign = {
    ...attached.campaign,
    kind: "goal",
    currency: policy.currency,
    ask: read.minor,
    goal,
  };
  return accept({
    changes: [{ put: "campaign", campaign }],
    effects: [deadline(campaign.id, day.deadline), ...attached.effects, ...done(asked)],
  });
}

function deadlineOf(
  by: string | null,
  { policy, at }: { policy: Policy; at: number },
): ReadDeadline {
  return by === null
    ? { ok: true, deadline: deadlineAfter(policy.goalDays, at) }
    : readDeadline(by, at);
}

function dateRefusal(
  problem: Extract<ReadDeadline, { ok: false }>["problem"],
  text: string | null,
): Refusal {
  switch (problem) {
    case "notADate":
      return { refusal: "dateNotUnderstood", text: text ?? "" };
    case "past":
      return { refusal: "dateIsPast" };
    case "tooFar":
      return { refusal: "dateIsTooFar", days: GOAL_DAYS_MAX };
  }
}

function deadline(campaignId: string, at: number): PlannedEffect {
  return due(at, {
    effect: "decideGoal",
    campaignId,
    deadline: at,
    step: { closePagesAfter: null },
  });
}

/** `/extend <days>`: whoever pledged under the deadline that stands now is taken along; once. */
export function extendGoal(
  { asked, days }: { asked: Asked; days: number },
  { policy, campaign, at }: Situation,
): Answer {
  const refusal = lacksRole(asked, policy);
  if (refusal !== null) return refuse(refusal);
  if (campaign === null) return refuse({ refusal: "noCampaign" });
  const { goal, id } = campaign;
  if (goal === null) return refuse({ refusal: "notAGoal" });
  if (!isOpen(campaign)) return refuse({ refusal: "campaignIsOver" });
  if (at >= goal.deadline) return refuse({ refusal: "goalDeadlinePassed" });
  const to = goal.deadline + days * DAY_MS;
  if (isTooFar(to, at)) return refuse({ refusal: "dateIsTooFar", days: GOAL_DAYS_MAX });
  const extensions = [...goal.extensions, { from: goal.deadline, to }];
  return accept({
    changes: [
      { put: "campaign", campaign: { ...campaign, goal: { ...goal, deadline: to, extensions } } },
    ],
    effects: [
      deadline(id, to),
      now({ effect: "boundConsents", campaignId: id, after: null }),
      ...show(campaign),
      ...done(asked),
    ],
  });
}

/**
 * One step of an extension: whoever is taken along is reminded of the new date. A pledge that went along with the first
 * ends at that date by a second, unless renewed; at once where it had been reached by then and is not any more.
 */
export function onGoalExtended(situation: Situation): Decision {
  const pledge = needed(situation.pledge, "pledge");
  const campaign = needed(situation.campaign, "campaign");
  const { goal } = campaign;
  const until = goal === null ? null : consentUntil(pledge, goal);
  if (goal === null || until === null) return decision({});
  const mails = goalReminder({ pledge, campaign }, situation.at);
  if (until >= goal.deadline) return decision({ effects: mails });
  if (until <= situation.at) return onConsentEnded(situation);
  const end = due(until, { effect: "endConsent", pledgeId: pledge.id, until });
  return decision({ effects: [end, ...mails] });
}

/** One step of a deadline: whoever is still on Stripe's page is too late, unless Stripe says otherwise. */
export function onGoalPageClosing(situation: Situation): Decision {
  const { campaign, pledge } = situation;
  return isTooLate(needed(campaign, "campaign"), situation.at)
    ? decision({ effects: closeCheckout(needed(pledge, "pledge")) })
    : decision({});
}

/** The date that a pledge's consent reached to: it goes its way, unless the goal was reached by then. */
export function onConsentEnded(situation: Situation): Decision {
  const pledge = needed(situation.pledge, "pledge");
  const campaign = needed(situation.campaign, "campaign");
  if (isShared(pledge) || !hasOutlived(campaign, pledge, situation.at)) return decision({});
  return onPledgeReturnDue("goal missed", situation);
}

/** The deadline and the time for Stripe's late word have passed: reached, or everybody gets their money back. */
export function onGoalDue(
  { deadline: judgedAt }: Extract<Event, { event: "goalDue" }>,
  situation: Situation,
): Decision {
  const campaign = needed(situation.campaign, "campaign");
  const { id, goal } = campaign;
  if (goal === null || goal.deadline !== judgedAt || !isUnreached(campaign)) return decision({});
  const missed: Campaign = {
    ...campaign,
    state: "expired",
    waitingPullId: null,
    endReason: "the goal was not reached in time",
  };
  return decision({
    changes: [{ put: "campaign", campaign: missed }],
    effects: [
      now({ effect: "returnPledges", campaignId: id, reason: "goal missed", after: null }),
      ...show(campaign),
      ...minimizeWaiting(campaign),
    ],
  });
}
