// Queues each event's webhook, unless the way to the app is tampered with: then some get lost, come late
// (and so in another order), come twice, or come as two events of different ids for one fact.

import { schedule } from "./due.ts";
import { Refused } from "./errors.ts";
import { newId } from "./ids.ts";
import { plainCopy } from "./plain-copy.ts";
import { addRow, findRow, type World } from "./state.ts";
import type { StripeEvent } from "./types.ts";

export const tamperings = ["lose", "delay", "duplicate", "twin"] as const;

export interface Tampering {
  /** `lose`: never sent, and listed as undelivered. */
  how: (typeof tamperings)[number];
  /** The beginning of the events' type; left out, any. */
  type?: string;
  /** How many events it meets; left out, one. */
  times?: number;
  /** How late the late one comes; left out, an hour. */
  delayMs?: number;
}

const hourMs = 60 * 60 * 1000;

export function tamper(world: World, { how, ...terms }: Tampering): void {
  const { type = "", times = 1, delayMs = hourMs } = terms;
  if (!(Number.isInteger(times) && times >= 1 && delayMs >= 0)) {
    throw new Refused("at least one event, and no time in the past");
  }
  world.state.tamperings.push({ how, type, times, delayMs });
}

function takeTampering(world: World, { type }: StripeEvent): Required<Tampering> | undefined {
  const { tamperings: waiting } = world.state;
  const index = waiting.findIndex((one) => type.startsWith(one.type));
  const found = waiting[index];
  if (!found) return undefined;
  found.times -= 1;
  if (found.times === 0) waiting.splice(index, 1);
  return found;
}

export function queueWebhook(world: World, event: StripeEvent): void {
  const { enabledEvents } = world.options;
  if (enabledEvents?.includes(event.type) === false) {
    event.pending_webhooks = 0;
    return;
  }
  const now = world.ports.now();
  const { how, delayMs } = takeTampering(world, event) ?? { how: "send", delayMs: 0 };
  const lost = how === "lose";
  const status = lost ? "given up" : "pending";
  world.state.deliveries.set(event.id, { attempts: 0, lastStatus: null, status });
  if (lost) return;
  const at = how === "delay" ? now + delayMs : now;
  schedule(world, at, { kind: "deliver", event: event.id });
  if (how === "duplicate") schedule(world, now + delayMs, { kind: "resend", event: event.id });
  if (how === "twin") addTwin(world, event, now + delayMs);
}

function addTwin(world: World, event: StripeEvent, at: number): void {
  const twin = addRow(world, "events", { ...plainCopy(event), id: newId(world, "evt") });
  world.state.deliveries.set(twin.id, { attempts: 0, lastStatus: null, status: "pending" });
  schedule(world, at, { kind: "deliver", event: twin.id });
}

/** Sends an event once more, whatever became of it before: as the dashboard's button does. */
export function resend(world: World, id: string): void {
  if (!findRow(world, "events", id)) throw new Refused(`there is no event ${id}`);
  schedule(world, world.ports.now(), { kind: "resend", event: id });
}
