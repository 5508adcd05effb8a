// What performing the effects of goals comes to in the world in memory: page by page, as flow has it.
import type { Effect } from "../src/core/effects.ts";
import type { Event } from "../src/core/events.ts";
import { GOAL_GRACE_MS } from "../src/core/goal.ts";
import type { Story } from "./core-outbox.ts";
import type { World } from "./core-world.ts";

/** `again`: what is left of the effect, and when. */
interface GoalOutcome {
  events: Event[];
  again?: { effect: Effect; dueAt: number };
}

/** null: it is no effect of a goal. */
export function goalOutcome(story: Story, effect: Effect): GoalOutcome | null {
  const { world } = story;
  switch (effect.effect) {
    case "decideGoal": {
      const { campaignId, deadline, step } = effect;
      if (step === "decide") return { events: [{ event: "goalDue", campaignId, deadline }] };
      const closing = pageOf(story, { ...effect, after: step.closePagesAfter });
      const events = closing.ids.map((pledgeId): Event => ({ event: "goalPageClosing", pledgeId }));
      const again: GoalOutcome["again"] =
        closing.last === null
          ? { effect: { ...effect, step: "decide" }, dueAt: world.at + GOAL_GRACE_MS }
          : { effect: { ...effect, step: { closePagesAfter: closing.last } }, dueAt: world.at };
      return { events, again };
    }
    case "callIn":
    case "boundConsents": {
      const event = effect.effect === "callIn" ? "promiseCalledIn" : "goalExtended";
      const { ids, last } = pageOf(story, effect);
      const events = ids.map((pledgeId): Event => ({ event, pledgeId }));
      if (last === null) return { events };
      return { events, again: { effect: { ...effect, after: last }, dueAt: world.at } };
    }
    case "callInPledge":
      return { events: [{ event: "promiseCalledIn", pledgeId: effect.pledgeId }] };
    case "endConsent":
      return { events: [{ event: "consentEnded", pledgeId: effect.pledgeId }] };
    default:
      return null;
  }
}

/** Two at a time or all: whatever happens between two pages. */
function pageOf(
  { world, books, choose }: Story,
  { campaignId, after }: { campaignId: string; after: string | null },
): { ids: string[]; last: string | null } {
  const left = unfinishedOf(world, campaignId)
    .map(({ id }) => id)
    .sort()
    .filter((id) => after === null || id > after);
  const ids = books.chaos && choose.chance(0.5) ? left.slice(0, 2) : left;
  return { ids, last: ids.length < left.length ? (ids.at(-1) ?? null) : null };
}

/** The campaign's pledges that have not reached an end. */
export function unfinishedOf({ pledges }: World, campaignId: string): { id: string }[] {
  return [...pledges.values()].filter(
    (one) =>
      one.campaignId === campaignId &&
      ["started", "promised", "charging", "clearing", "paid", "refunding", "disputed"].includes(
        one.state,
      ),
  );
}
