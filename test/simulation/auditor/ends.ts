// Every pledge comes to an end, or is held for a stated reason until a date; every queue is worked off.

import type { World } from "../world.ts";
import type { Moment } from "./audit.ts";

const ENDS = ["released", "refunded", "abandoned", "withdrawn", "failed", "lapsed", "lost"];

export function pledgesEnd({ database }: World, moment: Moment): string[] {
  if (moment !== "at the end") return [];
  const rows = database.prepare("select id, state from pledges").all() as {
    id: string;
    state: string;
  }[];
  return rows
    .filter(({ state }) => !ENDS.includes(state))
    .map(({ id, state }) => `pledge ${id} is ${state} for ever`);
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
    ...parked.map(({ key, error }) => `the effect ${key} is parked: ${error}`),
    ...stuck.map((one) => `the delivery ${one.delivery_id} is stuck: ${one.error}`),
    ...(moment === "at the end" ? pending.map(({ key }) => `the effect ${key} is never done`) : []),
  ];
}
