// Events: a copy of the object as it is now, kept for the list and queued for the webhook endpoint.

import { newId } from "./ids.ts";
import { plainCopy } from "./plain-copy.ts";
import { addRow, nowSeconds, type World } from "./state.ts";
import { queueWebhook } from "./tampering.ts";
import type { EventType, StripeEvent } from "./types.ts";

export function emit(
  world: World,
  type: EventType,
  object: object,
  about: { account?: string; previous?: object } = {},
): void {
  const { caller, options } = world;
  if (about.account && world.state.disconnected.has(about.account)) return;
  const event: StripeEvent = {
    id: newId(world, "evt"),
    object: "event",
    ...(about.account ? { account: about.account } : {}),
    api_version: options.webhookEndpoint.apiVersion,
    created: nowSeconds(world),
    data: {
      object: plainCopy(object),
      ...(about.previous ? { previous_attributes: plainCopy(about.previous) } : {}),
    },
    livemode: false,
    pending_webhooks: 1,
    request: { id: caller.requestId, idempotency_key: caller.idempotencyKey },
    type,
  };
  queueWebhook(world, addRow(world, "events", event));
}
