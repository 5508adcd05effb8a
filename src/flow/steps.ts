// What was decided for many, one page at a time: the cost of each step does not grow with the campaign.
import type { Event } from "../core/events.ts";
import { GOAL_GRACE_MS } from "../core/goal.ts";
import type { Named, Outcome, Performing } from "./outcome.ts";

const PAGE = 50;

export async function returnPledges(
  effect: Named<"returnPledges">,
  { read, clock }: Performing,
): Promise<Outcome> {
  const { campaignId, after, reason } = effect;
  const ids = await read.unfinishedPledgeIds({ campaignId, after, limit: PAGE });
  const events = ids.map((pledgeId): Event => ({ event: "pledgeReturnDue", pledgeId, reason }));
  return page({ effect, ids, events, at: clock.now() });
}

export async function distributeAward(
  effect: Named<"distributeAward">,
  { read, clock }: Performing,
): Promise<Outcome> {
  const { campaignId, after } = effect;
  const ids = await read.unfinishedPledgeIds({ campaignId, after, limit: PAGE });
  const events = ids.map((pledgeId): Event => ({ event: "pledgeAwarded", pledgeId }));
  return page({ effect, ids, events, at: clock.now() });
}

export async function undoAward(
  effect: Named<"undoAward">,
  { read, clock }: Performing,
): Promise<Outcome> {
  const { campaignId, round, after } = effect;
  const ids = await read.unfinishedPledgeIds({ campaignId, after, limit: PAGE });
  const events = ids.map((pledgeId): Event => ({ event: "pledgeAwardUndone", pledgeId }));
  const step = page({ effect, ids, events, at: clock.now() });
  return step.again === undefined
    ? { events: [...events, { event: "awardUndone", campaignId, round }] }
    : step;
}

export async function payWaiting(
  effect: Named<"payWaiting">,
  { read, clock }: Performing,
): Promise<Outcome> {
  const ids = await read.waitingPayoutIds({ of: effect.of, after: effect.after, limit: PAGE });
  // For a campaign's, at no date of theirs, only `/release` asks.
  const released = "campaignId" in effect.of && effect.of.from === undefined;
  const events = ids.map((payoutId): Event => ({ event: "payoutDue", payoutId, released }));
  return page({ effect, ids, events, at: clock.now() });
}

export async function callIn(
  effect: Named<"callIn">,
  { read, clock }: Performing,
): Promise<Outcome> {
  const { campaignId, after } = effect;
  const ids = await read.unfinishedPledgeIds({ campaignId, after, limit: PAGE });
  const events = ids.map((pledgeId): Event => ({ event: "promiseCalledIn", pledgeId }));
  return page({ effect, ids, events, at: clock.now() });
}

/** What waits for a payee who gave it up, of one campaign. */
export async function returnShares(
  effect: Named<"returnShares">,
  { read, clock }: Performing,
): Promise<Outcome> {
  const { campaignId, payeeId, after } = effect;
  const of = { campaignId, payeeId };
  const ids = await read.waitingPayoutIds({ of, after, limit: PAGE });
  const events = ids.map((payoutId): Event => ({ event: "shareDeclined", payoutId }));
  return page({ effect, ids, events, at: clock.now() });
}

/** What waits for a payee in whose place somebody else is paid, of one campaign. */
export async function handShares(
  effect: Named<"handShares">,
  { read, clock }: Performing,
): Promise<Outcome> {
  const { campaignId, payeeId, after } = effect;
  const of = { campaignId, payeeId };
  const ids = await read.waitingPayoutIds({ of, after, limit: PAGE });
  const events = ids.map((payoutId): Event => ({ event: "shareHanded", payoutId }));
  return page({ effect, ids, events, at: clock.now() });
}

export async function boundConsents(
  effect: Named<"boundConsents">,
  { read, clock }: Performing,
): Promise<Outcome> {
  const { campaignId, after } = effect;
  const ids = await read.unfinishedPledgeIds({ campaignId, after, limit: PAGE });
  const events = ids.map((pledgeId): Event => ({ event: "goalExtended", pledgeId }));
  return page({ effect, ids, events, at: clock.now() });
}

/** Closes the payment pages that are still open, so that Stripe says who paid in time; then has the goal decided. */
export async function decideGoal(
  effect: Named<"decideGoal">,
  { read, clock }: Performing,
): Promise<Outcome> {
  const { campaignId, deadline, step } = effect;
  if (step === "decide") return { events: [{ event: "goalDue", campaignId, deadline }] };
  const after = step.closePagesAfter;
  const ids = await read.unfinishedPledgeIds({ campaignId, after, limit: PAGE });
  const events = ids.map((pledgeId): Event => ({ event: "goalPageClosing", pledgeId }));
  const last = ids.at(-1);
  return last === undefined || ids.length < PAGE
    ? {
        events,
        again: { effect: { ...effect, step: "decide" }, dueAt: clock.now() + GOAL_GRACE_MS },
      }
    : {
        events,
        again: { effect: { ...effect, step: { closePagesAfter: last } }, dueAt: clock.now() },
      };
}

function page(options: {
  effect:
    | Named<"returnPledges">
    | Named<"distributeAward">
    | Named<"undoAward">
    | Named<"payWaiting">
    | Named<"returnShares">
    | Named<"handShares">
    | Named<"callIn">
    | Named<"boundConsents">;
  ids: readonly string[];
  events: Event[];
  at: number;
}): Outcome {
  const { effect, ids, events, at } = options;
  const last = ids.at(-1);
  return last === undefined || ids.length < PAGE
    ? { events }
    : { events, again: { effect: { ...effect, after: last }, dueAt: at } };
}
