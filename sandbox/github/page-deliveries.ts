// The pages of webhooks: those that wait, where a person may play the network, and those that were sent.
import { markup } from "../pages.ts";
import type { Markup } from "./page-frame.ts";
import { when } from "./page-parts.ts";
import type { Delivery, QueuedDelivery } from "./state.ts";
import { recentDeliveries } from "./webhooks.ts";
import type { World } from "./world.ts";

const verbs = {
  fail: "Fail",
  lose: "Lose without a trace",
  twice: "Send twice",
  last: "Send last",
};

function waitingRow(item: QueuedDelivery, at: number): Markup {
  const buttons = Object.entries(verbs).map(
    ([verb, words]) => markup`<button formaction="/sandbox/queue/${verb}">${words}</button>`,
  );
  return markup`<tr><td>${nameOf(item)}</td><td><code>${item.guid}</code></td><td><form method="post" class="row"><input type="hidden" name="at" value="${at}">${buttons}</form></td></tr>`;
}

function waiting(world: World): Markup {
  const { held, queue } = world.state;
  const words = held ? "Let them go" : "Hold webhooks from now on";
  const verb = held ? "release" : "hold";
  const rows = queue.map(waitingRow);
  const list = rows.length > 0 ? markup`<table class="wide">${rows}</table>` : "";
  const note = held ? markup`<span>Webhooks wait here until you let them go.</span>` : "";
  return markup`<form method="post" action="/sandbox/queue/${verb}" class="row"><button>${words}</button>${note}</form>${list}`;
}

function nameOf({ event, action }: Pick<Delivery, "event" | "action">): string {
  return action ? `${event}.${action}` : event;
}

function deliveryMark(delivery: Delivery): string {
  return delivery.statusCode < 400 ? "✓" : "✗";
}

export function deliveriesPage(world: World): Markup {
  const { webhookUrl } = world.options.app;
  const rows = recentDeliveries(world)
    .slice(-200)
    .reverse()
    .map(
      (one) =>
        markup`<tr><td>${deliveryMark(one)} ${one.statusCode}</td><td><a href="/sandbox/deliveries/${one.id}">${nameOf(one)}</a>${one.redelivery ? markup` <span class="tag">again</span>` : ""}</td><td><code>${one.guid}</code></td><td>${when(one.deliveredAtMs)}</td><td>${again(one)}</td></tr>`,
    );
  return markup`<h1>Webhook deliveries</h1>${waiting(world)}<p class="muted">To <code>${webhookUrl}</code>, the newest first, for three days. GitHub never sends a failed one again by itself.</p><table class="wide"><tr><th>Status</th><th>Event</th><th>GUID</th><th>When (UTC)</th><th></th></tr>${rows}</table>`;
}

function again(delivery: Delivery): Markup {
  return markup`<form method="post" action="/sandbox/deliveries/${delivery.id}/attempts"><button>Redeliver</button></form>`;
}

export function deliveryPage(delivery: Delivery): Markup {
  const payload = JSON.stringify(JSON.parse(delivery.payload), null, 2);
  const headers = Object.entries(delivery.requestHeaders).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return markup`<p><a href="/sandbox/deliveries">Webhook deliveries</a></p><h1>${deliveryMark(delivery)} ${nameOf(delivery)}</h1><p>${delivery.status} (${delivery.statusCode}), ${when(delivery.deliveredAtMs)}</p>${again(delivery)}<h2>Request</h2><pre>${headers.join("\n")}</pre><pre>${payload}</pre><h2>Response</h2><pre>${delivery.responsePayload ?? "(none)"}</pre>`;
}
