// Reading events back: the list that reaches 30 days, with the state of their delivery. Those of a connected
// account are read in its name only, though their webhooks come to the platform's endpoint.
import { invalidRequest, notFound } from "./errors.ts";
import { flag, list, text } from "./fields.ts";
import { listRows, pageFields } from "./pagination.ts";
import { type Call, type Route, route } from "./route.ts";
import { findRow, nowSeconds, type World } from "./state.ts";
import type { StripeEvent } from "./types.ts";

const keptForSeconds = 30 * 24 * 3600;

function isKept(world: World, event: StripeEvent): boolean {
  return event.created >= nowSeconds(world) - keptForSeconds;
}

function retrieve({ world, id, account }: Call<Record<never, never>>): StripeEvent {
  const event = findRow(world, "events", id);
  if (!event || !isKept(world, event) || event.account !== account) {
    throw notFound("event", id);
  }
  return event;
}

const listFields = {
  ...pageFields,
  delivery_success: flag(),
  type: text(),
  types: list(text()),
};

function listEvents({ world, params, account }: Call<typeof listFields>): object {
  const { type, types, delivery_success: delivered } = params;
  if (type !== undefined && types !== undefined) {
    throw invalidRequest("You may only specify one of these parameters: type, types.");
  }
  const wanted = types ?? (type === undefined ? undefined : [type]);
  const matches = (pattern: string, event: StripeEvent) =>
    pattern.endsWith("*") ? event.type.startsWith(pattern.slice(0, -1)) : event.type === pattern;
  return listRows(world, {
    table: "events",
    url: "/v1/events",
    params,
    where: (event) =>
      isKept(world, event) &&
      event.account === account &&
      (wanted === undefined || wanted.some((pattern) => matches(pattern, event))) &&
      (delivered === undefined || delivered === (event.pending_webhooks === 0)),
  });
}

export const eventRoutes: Route[] = [
  route("GET", "/v1/events", listFields, listEvents, { connect: true }),
  route("GET", "/v1/events/:id", {}, retrieve, { connect: true }),
];
