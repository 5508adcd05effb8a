// Events: a copy of the object as it is now, kept for the list and queued for the webhook endpoint.
import { schedule } from "./due.ts";
import { newId } from "./ids.ts";
import { addRow, nowSeconds, type World } from "./state.ts";
import type { EventType, StripeEvent } from "./types.ts";

export function emit(
  world: World,
  type: EventType,
  object: object,
  about: { account?: string; previous?: object } = {},
): void {
  const { caller, options } = world;
  const event: StripeEvent = {
    id: newId(world, "evt"),
    object: "event",
    ...(about.account ? { account: about.account } : {}),
    api_version: options.webhookEndpoint.apiVersion,
    created: nowSeconds(world),
    data: {
      object: structuredClone(object),
      ...(about.previous ? { previous_attributes: structuredClone(about.previous) } : {}),
    },
    livemode: false,
    pending_webhooks: 1,
    request: { id: caller.requestId, idempotency_key: caller.idempotencyKey },
    type,
  };
  addRow(world, "events", event);
  world.state.deliveries.set(event.id, { attempts: 0, lastStatus: null, status: "pending" });
  schedule(world, world.ports.now(), { kind: "deliver", event: event.id });
}
