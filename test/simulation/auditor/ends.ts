// Every pledge comes to an end, or is held for a stated reason until a date; every queue is worked off.

import type { World } from "../world.ts";
import type { Moment } from "./audit.ts";
import { isBeyondRefund, UNDECIDED } from "./money.ts";

const ENDS = ["released", "refunded", "abandoned", "withdrawn", "failed", "lapsed", "lost"];

export function pledgesEnd({ database, town }: World, moment: Moment): string[] {
  if (moment !== "at the end") return [];
  const rows = database.prepare("select id, state, charge_id from pledges").all() as {
    id: string;
    state: string;
    charge_id: string | null;
  }[];
  return rows
    .filter(({ state }) => !ENDS.includes(state))
    .filter((row) => !isHeldByABank(row, town) || !hasADate(row, database))
    .map(({ id, state }) => `pledge ${id} is ${state} for ever`);
}

/** A bank that has not decided about a dispute, or after which Stripe sends nothing: no date of ours can end that. */
function isHeldByABank(
  { charge_id: charge }: { charge_id: string | null },
  { stripe }: World["town"],
): boolean {
  const disputes = stripe.disputes().filter((one) => one.charge === charge);
  const refunds = stripe.refunds().filter((one) => one.charge === charge);
  return (
    disputes.some(({ status }) => UNDECIDED.includes(status)) || isBeyondRefund(disputes, refunds)
  );
}

/** Something is planned for it. */
function hasADate({ id }: { id: string }, database: World["database"]): boolean {
  return pendingEffects(database).some((effect) => effect.includes(id));
}

function pendingEffects(database: World["database"]): string[] {
  const rows = database.prepare("select key, effect from outbox where state = 'pending'").all() as {
    key: string;
    effect: string;
  }[];
  return rows.map(({ key, effect }) => `${key} ${effect}`);
}

/** Whoever paid was booked: no session that Stripe calls complete is unknown to the app. */
export function paymentsAreKnown({ database, town }: World): string[] {
  const known = new Set(
    (database.prepare("select charge_id from pledges").all() as { charge_id: string | null }[]).map(
      ({ charge_id }) => charge_id,
    ),
  );
  return town.stripe
    .charges()
    .filter(({ paid, id }) => paid && !known.has(id))
    .map(({ id }) => `${id} was paid, and no pledge knows it`);
}

/** A payee whose account is empty has nothing that a chargeback could take back: the operator is told, and bears it. */
export function isForTheOperator(words: string): boolean {
  return words.includes("Insufficient funds in the connected account");
}

export function queuesAreWorkedOff({ database }: World, moment: Moment): string[] {
  const parked = database.prepare("select key, error from outbox where state = 'parked'").all() as {
    key: string;
    error: string;
  }[];
  const stuck = database
    .prepare("select delivery_id, error from inbox where state <> 'done'")
    .all() as { delivery_id: string; error: string }[];
  const pending = database
    .prepare("select key, error from outbox where state = 'pending'")
    .all() as { key: string; error: string }[];
  return [
    ...parked
      .filter(({ error }) => !isForTheOperator(error))
      .map(({ key, error }) => `the effect ${key} is parked: ${error}`),
    ...stuck.map((one) => `the delivery ${one.delivery_id} is stuck: ${one.error}`),
    ...(moment === "at the end" && pledgesWithoutEnd(database) === 0
      ? pending.map(({ key }) => `the effect ${key} is never done`)
      : []),
  ];
}

/** Judged by the rule above: while one has no end, something is planned for it. */
function pledgesWithoutEnd(database: World["database"]): number {
  const marks = ENDS.map(() => "?").join(", ");
  const row = database
    .prepare(`select count(*) as count from pledges where state not in (${marks})`)
    .get(...ENDS) as { count: bigint };
  return Number(row.count);
}
