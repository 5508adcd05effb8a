// What backers consented to, kept beside the core and by its own reckoning: who may be charged, who may be awarded.
import type { Award } from "../src/core/award.ts";
import type { Campaign } from "../src/core/campaign.ts";
import type { Decision } from "../src/core/decision.ts";
import { GOAL_GRACE_MS } from "../src/core/goal.ts";
import type { Payout } from "../src/core/payout.ts";
import { DAY_MS, isReturnedInFull, type Pledge } from "../src/core/pledge.ts";
import type { Refund } from "../src/core/refund.ts";
import type { Books } from "./core-stripe.ts";
import type { World } from "./core-world.ts";

interface Consents {
  /** Each `/extend` of a campaign: from which deadline to which. */
  moved: Map<string, Map<number, number>>;
  /** The deadline that a backer saw last. */
  seen: Map<string, number | null>;
  /** Goals that were reached at any time. */
  reached: Set<string>;
}

/** Watches every decision of this world, before it is written. */
export function watchConsents(world: World): Consents {
  const consents: Consents = { moved: new Map(), seen: new Map(), reached: new Set() };
  world.watch = (decided) => look({ world, consents, decided });
  return consents;
}

function must(isSo: boolean, otherwise: string): void {
  if (!isSo) throw new Error(otherwise);
}

interface Looking {
  world: World;
  consents: Consents;
  decided: Decision;
}

function look(looking: Looking): void {
  const { world, decided } = looking;
  const campaigns = lastOf(decided, (one) => (one.put === "campaign" ? one.campaign : null));
  const pledges = lastOf(decided, (one) => (one.put === "pledge" ? one.pledge : null));
  const payouts = lastOf(decided, (one) => (one.put === "payout" ? one.payout : null));
  for (const after of campaigns) onCampaign(after, pledges, looking);
  for (const after of pledges) {
    const campaign = [...campaigns, ...world.campaigns.values()].find(
      ({ id }) => id === after.campaignId,
    );
    if (campaign !== undefined) onPledge(after, campaign, looking);
  }
  for (const after of payouts) onPayout(after, world);
  for (const change of decided.changes) {
    if (change.put === "refund" && change.refund.reason === "withdrawn")
      onWithdrawn(change.refund, world);
  }
}

function lastOf<T extends { id: string }>(
  { changes }: Decision,
  pick: (change: Decision["changes"][number]) => T | null,
): T[] {
  const last = new Map(changes.flatMap((one) => pick(one) ?? []).map((one) => [one.id, one]));
  return [...last.values()];
}

/** Reached only with enough and in time, seen as soon as there is enough, and undone by nobody's failed charge. */
function onCampaign(
  after: Campaign,
  pledges: readonly Pledge[],
  { world, consents }: Looking,
): void {
  const before = world.campaigns.get(after.id);
  const { id, goal, ask } = after;
  const { at } = world;
  if (before !== undefined) isInTime(before, after);
  if (goal === null || ask === null) return;
  if (before?.goal != null && goal.extensions.length > before.goal.extensions.length) {
    must(at < before.goal.deadline, `goal ${id} was extended after its deadline`);
    const moved = consents.moved.get(id) ?? new Map<number, number>();
    consents.moved.set(id, moved.set(before.goal.deadline, goal.deadline));
  }
  if (before !== undefined && isAnew(before, after)) {
    must(
      after.state === "open" && before.totals.unfinishedCount === 0,
      `goal ${id} is attached anew`,
    );
    return;
  }
  if (after.state === "reached") consents.reached.add(id);
  const enough = raised(after) >= ask;
  const move = `${before?.state} to ${after.state}`;
  if (move === "open to reached") {
    must(enough && at < goal.deadline + GOAL_GRACE_MS, `goal ${id} is not reached`);
  }
  if (after.state === "open" && at < goal.deadline) must(!enough, `goal ${id} has enough`);
  if (move === "reached to open") {
    const takenBack = pledges.some((pledge) => {
      const was = world.pledges.get(pledge.id);
      return was !== undefined && was.state !== "charging" && countOf(pledge) < countOf(was);
    });
    must(goal.charge === "award" && at < goal.deadline, `goal ${id} was reached for good`);
    must(takenBack, `nobody took back what goal ${id} was reached by`);
  }
  if (move === "open to expired" && after.endReason?.includes("not reached")) {
    must(!enough && at >= goal.deadline, `goal ${id} is not missed`);
  }
}

/** What a maintainer says of a campaign that is over changes nothing of it. */
function isInTime(before: Campaign, after: Campaign): void {
  const { id, state } = before;
  const runs = state === "open" || state === "reached";
  const said = [before.split, before.ask, before.endReason, before.goal?.deadline];
  const now = [after.split, after.ask, after.endReason, after.goal?.deadline];
  must(runs || said.every((one, index) => one === now[index]), `${state} ${id} was changed`);
  must(
    runs || state === "awarded" || after.hold === null || after.hold === before.hold,
    `${state} ${id} was held`,
  );
}

/** Once the award's row exists it is too late; what was going back before goes on. */
function onWithdrawn({ pledgeId, reason }: Refund, { refunds, pledges, campaigns }: World): void {
  const goesOn = [...refunds.values()].some(
    (one) => one.pledgeId === pledgeId && one.reason === reason,
  );
  const pledge = pledges.get(pledgeId);
  if (pledge === undefined || goesOn || pledge.returnReason === reason) return;
  const state = campaigns.get(pledge.campaignId)?.state ?? "unknown";
  must(
    ["open", "reached", "cancelled", "expired"].includes(state),
    `${pledgeId} was withdrawn, though ${state}`,
  );
}

/** `/goal` again, where nothing is pledged: nobody's deadline moves by it. */
function isAnew(before: Campaign, { goal }: Campaign): boolean {
  const isExtended = (goal?.extensions.length ?? 0) > (before.goal?.extensions.length ?? 0);
  return !isExtended && goal?.deadline !== before.goal?.deadline;
}

function raised({ totals }: Campaign): bigint {
  return totals.paidIn + totals.promised + totals.collecting;
}

/** What of it a goal was reached by. */
function countOf(pledge: Pledge): bigint {
  const { state, amount, returnReason, disputed, lost, handRefunding, handRefunded } = pledge;
  const runs = ["promised", "charging", "clearing", "paid"].includes(state);
  return runs && returnReason === null && disputed === 0n
    ? amount - lost - handRefunding - handRefunded
    : 0n;
}

function onPledge(after: Pledge, campaign: Campaign, looking: Looking): void {
  const { world, consents } = looking;
  const before = world.pledges.get(after.id);
  const deadline = campaign.goal?.deadline ?? null;
  if (before === undefined) consents.seen.set(after.id, deadline);
  const renewal = after.renewals.at(-1);
  if (renewal !== undefined && after.renewals.length > (before?.renewals.length ?? 0)) {
    must(world.at < renewal.from, `${after.id} was renewed after its date`);
    consents.seen.set(after.id, deadline);
  }
  if (after.state === "charging" && before?.state !== "charging") {
    mayBeCharged(after, campaign, looking);
  }
  if (after.shared > 0n && before?.shared === 0n && campaign.kind !== "tip") {
    mayBeAwarded(after, campaign, looking);
  }
  if (after.chargeId !== null && before?.chargeId == null) isKeptForAReason(after, campaign, world);
}

/** A promise: by an award that stands, or a goal that charges when it is reached, under a consent that is in force. */
function mayBeCharged(pledge: Pledge, campaign: Campaign, looking: Looking): void {
  const { id } = pledge;
  const { goal } = campaign;
  const award = awardOf(campaign, looking.world);
  const calledAt =
    campaign.state === "awarded" && award?.undone === null
      ? award.at
      : campaign.state === "reached" && goal?.charge === "reached"
        ? goal.reachedAt
        : null;
  const promisedAt = pledge.promisedAt ?? Number.POSITIVE_INFINITY;
  const ends = pledge.renewals.at(-1)?.until ?? promisedAt + pledge.terms.lapseAfterDays * DAY_MS;
  must(calledAt !== null && calledAt < ends, `nothing calls promise ${id} in`);
  must(isForThisGoal(pledge, campaign, looking), `promise ${id} was for an earlier deadline`);
}

/** Paid-in money: by an award that came before the date on which it goes back. */
function mayBeAwarded(pledge: Pledge, campaign: Campaign, looking: Looking): void {
  const { id, capturedAt, terms } = pledge;
  const award = awardOf(campaign, looking.world);
  const captured = capturedAt ?? Number.NEGATIVE_INFINITY;
  const consented = pledge.renewals.findLast(({ at }) => at >= captured + 1000)?.until;
  const date = Math.min(
    consented ?? captured + terms.refundAfterDays * DAY_MS,
    captured + terms.holdDaysMax * DAY_MS,
  );
  must(award?.undone === null && award.at < date, `${id} was awarded after its date`);
  const { returnReason } = looking.world.pledges.get(id) ?? pledge;
  must(returnReason === null, `${id} was awarded, though it was to go back`);
  must(isForThisGoal(pledge, campaign, looking), `${id} was for an earlier deadline`);
}

/** Reached by the deadline that its backer saw, moved once at most. */
function isForThisGoal(pledge: Pledge, campaign: Campaign, { consents }: Looking): boolean {
  const { goal } = campaign;
  if (goal === null) return true;
  const seen = consents.seen.get(pledge.id) ?? null;
  if (goal.reachedAt === null || seen === null) return false;
  const until = consents.moved.get(campaign.id)?.get(seen) ?? seen;
  return until === goal.deadline || goal.reachedAt < until;
}

/** What is captured when it is over goes back in full, from the first moment; what an award found captured does not. */
function isKeptForAReason(pledge: Pledge, campaign: Campaign, world: World): void {
  if (campaign.kind === "tip") return;
  const { id, capturedAt, returnReason } = pledge;
  const before = world.campaigns.get(campaign.id) ?? campaign;
  const { goal } = campaign;
  const wasCalledIn = world.pledges.get(id)?.state === "charging";
  const isAwarded = ["awarded", "settled"].includes(before.state);
  const awardedAt = awardOf(campaign, world)?.at ?? Number.NEGATIVE_INFINITY;
  const wasThere = isAwarded && (wasCalledIn || (capturedAt ?? 0) < awardedAt);
  const isOver =
    (before.state === "open" && goal !== null && (capturedAt ?? 0) >= goal.deadline) ||
    !(wasThere || ["open", "reached"].includes(before.state));
  const back = returnReason !== null && isReturnedInFull(returnReason);
  must(!isOver || back, `late payment ${id} is kept`);
  const isStray = !world.pledges.has(id);
  must(
    !(wasThere && goal === null && !isStray && returnReason === "campaign over"),
    `${id} was paid before the award, and goes back`,
  );
}

/** A share leaves by the award that stands, and before its claim date. */
function onPayout(after: Payout, world: World): void {
  const { id, claimBy, awardId, awardRound } = after;
  if (after.state !== "sending" || world.payouts.get(id)?.state === "sending") return;
  const award = world.awards.get(awardId);
  must(world.at < claimBy, `${id} leaves after its claim date`);
  must(award?.undone === null && award.round === awardRound, `no award sends ${id}`);
}

function awardOf({ id }: Campaign, { awards }: World): Award | undefined {
  return [...awards.values()].find(({ campaignId }) => campaignId === id);
}

/** A goal that never was reached charged nobody who promised, and paid nobody. */
export function missedGoalsTookNothing(
  { pledges, campaigns }: World,
  { charges }: Books,
  { reached }: Consents,
): void {
  const charged = new Set([...charges.values()].map(({ pledgeId }) => pledgeId));
  for (const { id, campaignId, terms, shared, released } of pledges.values()) {
    if (campaigns.get(campaignId)?.goal == null || reached.has(campaignId)) continue;
    must(shared === 0n && released === 0n, `${id} was paid out for a missed goal`);
    must(terms.mode === "pay-now" || !charged.has(id), `${id} was charged for a missed goal`);
  }
}
