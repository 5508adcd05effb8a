// The App's list of its webhook deliveries, which reaches three days back, and sending one again.
import { type Call, clamp, numberParam, type Route, route } from "./call.ts";
import { notFound, ok, type Reply } from "./http.ts";
import { asApp } from "./routes-app.ts";
import type { Delivery } from "./state.ts";
import { recentDeliveries, redeliver } from "./webhooks.ts";

const path = "/app/hook/deliveries";

export const deliveryRoutes: Route[] = [
  route("GET", path, (call) => asApp(call, listDeliveries)),
  route("GET", `${path}/:id`, (call) => asApp(call, getDelivery)),
  route("POST", `${path}/:id/attempts`, (call) => asApp(call, attemptDelivery)),
];

function deliveryItem(delivery: Delivery) {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: new Date(delivery.deliveredAtMs).toISOString(),
    redelivery: delivery.redelivery,
    duration: delivery.durationMs / 1000,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  };
}

/** Newest first; a cursor names the first delivery of its page. */
function listDeliveries(call: Call): Reply {
  const size = clamp(call.query.get("per_page"), 30, 100);
  const cursor = /^v1_(\d+)$/.exec(call.query.get("cursor") ?? "")?.[1];
  const all = recentDeliveries(call.world);
  const page: Delivery[] = [];
  for (let at = startOf(all, cursor); at >= 0 && page.length <= size; at -= 1) {
    const one = all[at];
    if (one && isWanted(one, call.query.get("status"))) page.push(one);
  }
  const next = page[size];
  const headers: Record<string, string> = {};
  if (next) {
    const url = new URL(call.url);
    url.searchParams.set("cursor", `v1_${next.id}`);
    headers["link"] = `<${url}>; rel="next"`;
  }
  return { status: 200, body: page.slice(0, size).map(deliveryItem), headers };
}

function startOf(all: Delivery[], cursor: string | undefined): number {
  if (cursor === undefined) return all.length - 1;
  return all.findLastIndex(({ id }) => id <= Number(cursor));
}

function isWanted({ statusCode }: Delivery, status: string | null): boolean {
  if (status === "success") return statusCode < 400;
  return status !== "failure" || statusCode >= 400;
}

function findDelivery(call: Call): Delivery {
  const id = numberParam(call, "id");
  const found = recentDeliveries(call.world).find((one) => one.id === id);
  if (!found) throw notFound();
  return found;
}

function getDelivery(call: Call): Reply {
  const delivery = findDelivery(call);
  const payload: unknown = JSON.parse(delivery.payload);
  const { requestHeaders, responseHeaders, responsePayload } = delivery;
  return ok({
    ...deliveryItem(delivery),
    url: call.world.options.app.webhookUrl,
    request: { headers: requestHeaders, payload },
    response: { headers: responseHeaders, payload: responsePayload },
  });
}

function attemptDelivery(call: Call): Reply {
  redeliver(call.world, findDelivery(call));
  return { status: 202, body: {} };
}
