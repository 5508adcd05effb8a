// What was decided for many, one page at a time: the cost of each step does not grow with the campaign.
import type { Event } from "../core/events.ts";
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

export async function payWaiting(
  effect: Named<"payWaiting">,
  { read, clock }: Performing,
): Promise<Outcome> {
  const ids = await read.waitingPayoutIds({ of: effect.of, after: effect.after, limit: PAGE });
  const events = ids.map((payoutId): Event => ({ event: "payoutDue", payoutId }));
  return page({ effect, ids, events, at: clock.now() });
}

function page(options: {
  effect: Named<"returnPledges"> | Named<"distributeAward"> | Named<"payWaiting">;
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
