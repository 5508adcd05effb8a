// A world in memory that obeys the core's decisions: entities by id, balances, an outbox, and a Stripe of
// its own that keeps separate books. For whole-life tests of the pure core; it decides nothing itself.
import { isDeepStrictEqual } from "node:util";
import type { Notice, Pull } from "../src/core/award.ts";
import type { Campaign } from "../src/core/campaign.ts";
import { type Command, decideCommand, decideEvent } from "../src/core/decide.ts";
import { type Change, type Decision, decision, type Situation } from "../src/core/decision.ts";
import type { Dispute } from "../src/core/dispute.ts";
import { type Effect, effectKey, isRenewable } from "../src/core/effects.ts";
import type { Event } from "../src/core/events.ts";
import type { Handover } from "../src/core/handover.ts";
import { assertLawful, describe, kindOf, MAY_OVERDRAW, type Posting } from "../src/core/ledger.ts";
import type { Payee, Payout } from "../src/core/payout.ts";
import type { Pledge } from "../src/core/pledge.ts";
import { DEFAULT_POLICY, type Policy } from "../src/core/policy.ts";
import type { Refund } from "../src/core/refund.ts";
import { basis, situationOf } from "./core-situation.ts";
import { aSituation, NOW, totalsOf } from "./core-spec.ts";

export interface Due {
  key: string;
  effect: Effect;
  dueAt: number;
  pending: boolean;
}

export interface World {
  at: number;
  ids: number;
  operator: Situation["operator"];
  policy: Policy;
  /** Told of every decision before it is written. */
  watch: ((decided: Decision) => void) | null;
  campaigns: Map<string, Campaign>;
  pledges: Map<string, Pledge>;
  refunds: Map<string, Refund>;
  disputes: Map<string, Dispute>;
  payouts: Map<string, Payout>;
  payees: Map<number, Payee>;
  awards: Map<string, NonNullable<Situation["award"]>>;
  handovers: Map<string, Handover>;
  pulls: Map<number, Pull>;
  notices: Notice[];
  claims: Situation["claims"];
  balances: Map<string, bigint>;
  postings: Posting[];
  outbox: Map<string, Due>;
  /** Every change of a state so far, as `pledge: paid --> released`. */
  moves: Set<string>;
}

export function createWorld(
  operator: Partial<Situation["operator"]> = {},
  policy: Partial<Policy> = {},
): World {
  return {
    at: NOW,
    ids: 0,
    operator: { ...aSituation().operator, ...operator },
    policy: { ...DEFAULT_POLICY, ...policy },
    watch: null,
    campaigns: new Map(),
    pledges: new Map(),
    refunds: new Map(),
    disputes: new Map(),
    payouts: new Map(),
    payees: new Map(),
    awards: new Map(),
    handovers: new Map(),
    pulls: new Map(),
    notices: [],
    claims: [],
    balances: new Map(),
    postings: [],
    outbox: new Map(),
    moves: new Set(),
  };
}

/** Decides an event, applies it, then applies the same again: a fact that is known changes nothing. */
export function happen(world: World, event: Event): void {
  apply(world, decideEvent(event, situationOf(world, event)));
  const before = snapshot(world);
  apply(world, decideEvent(event, situationOf(world, event)));
  const after = snapshot(world);
  if (isDeepStrictEqual(before, after)) return;
  throw new Error(`${event.event} is not idempotent\n${inJson(before)}\n${inJson(after)}`);
}

/** True when it was done, false when it was refused. */
export function ask(world: World, command: Command, parts: Partial<Situation>): boolean {
  const answer = decideCommand(command, { ...basis(world), ...parts });
  if (answer.ok) apply(world, answer.decision);
  return answer.ok;
}

/** Writes a decision as a store does, and throws where one would: law, overdraft, a total that drifted. */
function apply(world: World, { changes, postings, effects }: Decision = decision({})): void {
  world.watch?.({ changes, postings, effects });
  for (const posting of postings) post(world, posting);
  for (const change of changes) {
    const before = stateOf(world, change) ?? "[*]";
    put(world, change);
    const after = stateOf(world, change);
    if (after !== null && before !== after) {
      world.moves.add(`${change.put}: ${before} --> ${after}`);
    }
  }
  for (const { effect, dueAt } of effects) plan(world, effect, dueAt ?? world.at);
  for (const campaign of world.campaigns.values()) {
    const mine = [...world.pledges.values()].filter((one) => one.campaignId === campaign.id);
    const [kept, summed] = [inJson(campaign.totals), inJson(totalsOf(mine))];
    if (kept !== summed) throw new Error(`totals drifted\n${kept}\n${summed}`);
    if (kept.includes('"-')) throw new Error(`a total below zero ${kept}`);
  }
}

/** Of what a change puts, if it has a life with states. */
function stateOf(world: World, change: Change): string | null {
  switch (change.put) {
    case "pledge":
      return world.pledges.get(change.pledge.id)?.state ?? null;
    case "campaign":
      return world.campaigns.get(change.campaign.id)?.state ?? null;
    case "payout":
      return world.payouts.get(change.payout.id)?.state ?? null;
    case "refund":
      return world.refunds.get(change.refund.effectKey)?.state ?? null;
    case "dispute":
      return world.disputes.get(change.dispute.id)?.phase ?? null;
    default:
      return null;
  }
}

function plan(world: World, effect: Effect, dueAt: number): void {
  const key = effectKey(effect);
  const standing = world.outbox.get(key);
  if (standing !== undefined && !isRenewable(effect)) return;
  const due = standing?.pending === true ? Math.min(standing.dueAt, dueAt) : dueAt;
  world.outbox.set(key, { key, effect, dueAt: due, pending: true });
}

function post(world: World, posting: Posting): void {
  assertLawful(posting);
  const { source, destination, amount, currency } = posting;
  const from = `${source} ${currency}`;
  const to = `${destination} ${currency}`;
  const left = (world.balances.get(from) ?? 0n) - amount;
  if (left < 0n && !MAY_OVERDRAW.includes(kindOf(source))) {
    throw new Error(`overdraft ${describe(posting)}`);
  }
  const { balanceTransactionId: id } = posting;
  const move = `${kindOf(source)}-${kindOf(destination)}`;
  const booked = world.postings.some(
    (one) =>
      id !== null &&
      one.balanceTransactionId === id &&
      `${kindOf(one.source)}-${kindOf(one.destination)}` === move,
  );
  if (booked) throw new Error(`balance transaction ${id} booked twice`);
  world.balances.set(from, left);
  world.balances.set(to, (world.balances.get(to) ?? 0n) + amount);
  world.postings.push(posting);
}

function put(world: World, change: Change): void {
  switch (change.put) {
    case "campaign":
      world.campaigns.set(change.campaign.id, change.campaign);
      break;
    case "pledge":
      world.pledges.set(change.pledge.id, change.pledge);
      break;
    case "refund":
      world.refunds.set(change.refund.effectKey, change.refund);
      break;
    case "pull":
      world.pulls.set(change.pull.id, change.pull);
      break;
    case "claim":
      world.claims = [
        ...world.claims.filter(
          ({ campaignId, pullId }) =>
            campaignId !== change.claim.campaignId || pullId !== change.claim.pullId,
        ),
        change.claim,
      ];
      break;
    case "notice":
      world.notices = [
        ...world.notices.filter(({ confirmedAt }) => confirmedAt !== change.notice.confirmedAt),
        change.notice,
      ];
      break;
    case "award":
      world.awards.set(change.award.id, change.award);
      break;
    case "handover":
      world.handovers.set(change.handover.id, change.handover);
      break;
    case "payout":
      world.payouts.set(change.payout.id, change.payout);
      break;
    case "payee":
      world.payees.set(change.payee.id, change.payee);
      break;
    case "dispute":
      world.disputes.set(change.dispute.id, change.dispute);
      break;
    case "formerIssue":
    case "policy":
    case "standingRefusal":
    case "heard":
      break;
  }
}

function inJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "bigint" ? part.toString() : part instanceof Map ? [...part] : part,
  );
}

/** Entities are replaced, never changed: to keep the maps is enough, and the same entity compares at once. */
function snapshot(world: World): World {
  const kept = Object.entries(world).map(([name, value]) => [
    name,
    value instanceof Map ? new Map(value) : Array.isArray(value) ? [...value] : value,
  ]);
  return { ...Object.fromEntries(kept), ids: 0 };
}

/** Sum of the balances of these kinds of accounts, per currency. */
export function held(world: World, kinds: readonly string[]): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const [name, amount] of world.balances) {
    const [account = "", currency = ""] = name.split(" ");
    if (!kinds.includes(kindOf(account))) continue;
    sums.set(currency, (sums.get(currency) ?? 0n) + amount);
  }
  return sums;
}
