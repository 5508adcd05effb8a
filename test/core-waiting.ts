// Rules of whatever waits in a life: it waits for something that is planned, by a date, and its sums are its parts'.
import type { Effect } from "../src/core/effects.ts";
import { DAY_MS, type Pledge } from "../src/core/pledge.ts";
import { unfinishedOf } from "./core-goal-steps.ts";
import { leavesNothingWithWhoGaveItUp, solvent } from "./core-rules.ts";
import type { World } from "./core-world.ts";

/** What holds at every moment, whatever has not been told or done yet. */
export function obeys(world: World): void {
  solvent(world);
  leavesNothingWithWhoGaveItUp(world);
  waitsForSomething(world);
  holdsSharesOfItsPayouts(world);
}

/** A pledge that has not ended goes on by itself, and by its date. What a bank has not decided waits for the bank. */
function waitsForSomething(world: World): void {
  const nextOf = nextSteps(world);
  for (const { id: campaignId, state } of world.campaigns.values()) {
    const isOver = state === "cancelled" || state === "expired";
    for (const { id } of unfinishedOf(world, campaignId)) {
      const pledge = world.pledges.get(id);
      if (pledge === undefined || pledge.disputed > 0n) continue;
      const next = Math.min(nextOf.get(id) ?? NEVER, nextOf.get(campaignId) ?? NEVER);
      const by = isOver && isIdle(pledge) ? world.at : Math.max(world.at, lastDate(pledge));
      if (next > by) throw new Error(`${pledge.state} ${id} waits for nothing, until ${next}`);
    }
  }
}

/** Nothing has begun to end it. */
function isIdle({ state, returnReason }: Pledge): boolean {
  return returnReason === null && ["promised", "clearing", "paid"].includes(state);
}

const NEVER = Number.POSITIVE_INFINITY;

/** By when something has to come of it; `MAX_SAFE_INTEGER` where only something. */
function lastDate({
  state,
  capturedAt,
  terms,
  promisedAt,
  renewals,
  returnReason,
}: Pledge): number {
  if (state === "promised" && promisedAt !== null) {
    return renewals.at(-1)?.until ?? promisedAt + terms.lapseAfterDays * DAY_MS;
  }
  // What Stripe has not settled cannot be sent anywhere.
  return state === "paid" && capturedAt !== null && returnReason === null
    ? capturedAt + terms.holdDaysMax * DAY_MS
    : Number.MAX_SAFE_INTEGER;
}

/** When the next planned step of each pledge is due, and of each campaign for all of its pledges. */
function nextSteps({ outbox }: World): Map<string, number> {
  const next = new Map<string, number>();
  for (const { pending, dueAt, effect } of outbox.values()) {
    const of = pending ? movedBy(effect) : null;
    if (of === null) continue;
    // Steps for all the pledges of a campaign follow at once: it is only here that days pass between two pages.
    const from = "pledgeId" in effect || "payoutId" in effect ? dueAt : 0;
    next.set(of, Math.min(next.get(of) ?? NEVER, from));
  }
  return next;
}

function movedBy(effect: Effect): string | null {
  switch (effect.effect) {
    case "mailBacker":
    case "forgetCard":
    case "chaseCharge":
      return null;
    case "returnPledges":
    case "distributeAward":
    case "undoAward":
      return effect.campaignId;
    case "transfer":
    case "reverseTransfer":
    case "returnPayout":
      return effect.payoutId.split(":")[0] ?? null;
    default:
      return "pledgeId" in effect ? effect.pledgeId : null;
  }
}

/** What is in the shares of a pledge is in its payouts: what waits, and what the operator took back. */
function holdsSharesOfItsPayouts({ balances, payouts }: World): void {
  const owed = new Map<string, bigint>();
  for (const {
    pledgeId,
    payeeId,
    state,
    amount,
    reversed,
    reversedReturned,
    currency,
  } of payouts.values()) {
    const name = `share:${pledgeId}:${payeeId} ${currency}`;
    const part = state === "waiting" ? amount : state === "paid" ? reversed - reversedReturned : 0n;
    owed.set(name, (owed.get(name) ?? 0n) + part);
  }
  for (const [name, amount] of balances) {
    if (!name.startsWith("share:") || amount === (owed.get(name) ?? 0n)) continue;
    throw new Error(`${name} is at ${amount}, not ${owed.get(name)}`);
  }
}
