// What only a goal's people do in a random life: exact amounts, deadlines that move and pass, maintainers who come late.
import { awardable } from "../src/core/campaign.ts";
import type { Request } from "../src/core/commands.ts";
import { isMendable } from "../src/core/decide-charge.ts";
import { GOAL_GRACE_MS } from "../src/core/goal.ts";
import { DAY_MS, endsAt } from "../src/core/pledge.ts";
import type { Story } from "./core-outbox.ts";
import { campaignId, PEOPLE, say } from "./core-people.ts";
import { around, aroundPledge, newId } from "./core-situation.ts";
import { aForm } from "./core-spec.ts";
import { confirmIntent } from "./core-stripe.ts";
import { ask } from "./core-world.ts";

const MINUTE_MS = 60_000;

/** A new one, where none stands: below, at and above what people pledge. */
export function attachesGoal(story: Story): boolean {
  const amount = `$${story.choose.between(20, 150)}`;
  return say(story, { command: "attachGoal", amount, by: null, label: null });
}

/** What the goal lacks, to the cent; or a cent less, or more. */
export function pledgesTheRest(story: Story): void {
  const { world, choose } = story;
  const campaign = world.campaigns.get(campaignId(story));
  if (campaign?.ask == null) return;
  const rest = campaign.ask - awardable(campaign) + choose.of([0n, 0n, -1n, 1n]);
  if (rest < 500n) return;
  const id = newId(world);
  const amount = `${rest / 100n}.${`${rest % 100n}`.padStart(2, "0")}`;
  const mode = choose.of(["pay-now", "on-merge"] as const);
  const form = aForm({ campaignId: campaign.id, pledgeId: id, nonce: id, amount, mode });
  ask(world, { command: "startPledge", form }, around(world, campaign.id));
}

export function extendsGoal(story: Story): void {
  say(story, { command: "extendGoal", days: story.choose.between(1, 30) });
}

/** Consents to the deadline that stands now, as its page offers it. */
export function renews({ world, choose }: Story): void {
  const running = [...world.pledges.values()].filter((pledge) => endsAt(pledge) !== null);
  if (running.length === 0) return;
  const pledge = choose.of(running);
  const { id: pledgeId } = pledge;
  const from = endsAt(pledge) ?? 0;
  const command = { command: "renewPledge", pledgeId, from, wordingHash: "later" } as const;
  ask(world, command, aroundPledge(world, pledgeId));
}

export function withdraws({ world, books, choose }: Story): void {
  if (world.pledges.size === 0) return;
  const pledges = [...world.pledges.values()];
  // Those whose charge waits for them are few, and stay so for a short time only.
  const waiting = pledges.filter(isMendable);
  const pledge = choose.of(waiting.length > 0 ? waiting : pledges);
  const { id: pledgeId, paymentIntentId, amount } = pledge;
  ask(world, { command: "withdrawPledge", pledgeId }, aroundPledge(world, pledgeId));
  if (!isMendable(pledge) || paymentIntentId === null || choose.chance(0.3)) return;
  // Their bank's page was open still.
  confirmIntent(books, { paymentIntentId, pledgeId, amount, at: world.at });
}

/** Around the deadline, or one before it, and the minutes in which Stripe's word may be late; nobody has seen to it yet. */
export function nearsDeadline(story: Story, chance = 0.3): void {
  const { world, choose } = story;
  const goal = world.campaigns.get(campaignId(story))?.goal;
  if (goal == null) return;
  const moments = [-DAY_MS, -1, 0, MINUTE_MS, GOAL_GRACE_MS - 1, GOAL_GRACE_MS, DAY_MS];
  const dates = [goal.deadline, ...goal.extensions.map(({ from }) => from)];
  const at = choose.of(dates) + choose.of(moments);
  if (at > world.at && choose.chance(chance)) world.at = at;
}

/** The bot is down until something was due: at its moment, just before it, or well after. */
export function sleeps({ world, choose }: Story): void {
  const dates = [...world.outbox.values()].filter(
    ({ pending, dueAt, effect }) =>
      pending && dueAt > world.at + MINUTE_MS && effect.effect !== "mailBacker",
  );
  if (dates.length === 0 || choose.chance(0.7)) return;
  const at = choose.of(dates).dueAt + choose.of([-1, 0, 0, 3_600_000]);
  world.at = Math.max(world.at, at);
}

/** Whether the goal runs, is reached, or is over. */
export function goalCommands(story: Story): void {
  const { choose } = story;
  const parts = PEOPLE.map(({ login }) => ({ login, weight: choose.between(1, 9) }));
  const requests: Request[] = [
    { command: "holdAward", why: "wait" },
    { command: "releaseAward" },
    { command: "releaseAward" },
    { command: "splitAward", parts },
    { command: "extendGoal", days: choose.between(1, 30) },
  ];
  if (choose.chance(0.2)) requests.push({ command: "cancelCampaign", why: "no" });
  if (choose.chance(0.2)) requests.push({ command: "attachBounty", amount: "$10", label: null });
  if (choose.chance(0.5)) {
    requests.push({ command: "attachGoal", amount: "$30", by: null, label: null });
  }
  say(story, choose.of(requests));
}
