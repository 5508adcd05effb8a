// Queues the App's webhooks, sends what is due and keeps the list of deliveries. Nothing is ever sent
// again by itself: as on GitHub, a failed delivery waits until somebody asks for it.
import { createHmac } from "node:crypto";
import { installationOf } from "./access.ts";
import { accountJson, installationJson, organizationJson } from "./shape-accounts.ts";
import { repoJson } from "./shape-repos.ts";
import type { Delivery, Installation, QueuedDelivery, Repo } from "./state.ts";
import { account, newId, nodeId, randomUuid, type World } from "./world.ts";

const keptMs = 3 * 24 * 60 * 60 * 1000;
const keptMax = 20_000;
const alwaysSent = ["installation", "installation_repositories"];

export interface Emission {
  event: string;
  action?: string;
  repo?: Repo;
  senderId: number;
  payload: Record<string, unknown>;
  /** Stands in for the one that covers the repository: it may already be gone, or not yet there. */
  installation?: Installation;
}

export function emit(world: World, emission: Emission): void {
  const { event, action, repo, senderId } = emission;
  const installation = emission.installation ?? (repo && installationOf(world, repo));
  if (!installation) return;
  const always = alwaysSent.includes(event);
  if (
    !always &&
    (installation.suspendedAtMs !== null || !world.options.app.events.includes(event))
  ) {
    return;
  }
  const payload = {
    ...(action ? { action } : {}),
    ...emission.payload,
    ...(repo && !("repository" in emission.payload) ? { repository: repoJson(world, repo) } : {}),
    ...(repo ? organizationOf(world, repo) : {}),
    sender: accountJson(world, account(world, senderId)),
    installation: always
      ? installationJson(world, installation)
      : { id: installation.id, node_id: nodeId("MDIz", installation.id) },
  };
  world.state.queue.push({
    guid: randomUuid(world),
    event,
    action: action ?? null,
    installationId: installation.id,
    repositoryId: repo?.id ?? null,
    redelivery: false,
    payload: JSON.stringify(payload),
    dueAtMs: world.ports.now(),
  });
}

function organizationOf(world: World, repo: Repo) {
  const owner = account(world, repo.ownerId);
  return owner.type === "Organization" ? { organization: organizationJson(world, owner) } : {};
}

export function redeliver(world: World, delivery: Delivery): void {
  const { guid, event, action, installationId, repositoryId, payload } = delivery;
  const dueAtMs = world.ports.now();
  const redelivery = true;
  world.state.queue.push({
    guid,
    event,
    action,
    installationId,
    repositoryId,
    redelivery,
    payload,
    dueAtMs,
  });
}

export function nextDue(world: World): number | null {
  const times = world.state.queue.map((one) => one.dueAtMs);
  return times.length === 0 ? null : Math.min(...times);
}

/** Sends in order, one after another; what the receiver's own calls add while we send goes too. */
export async function sendDue(world: World): Promise<number> {
  let sent = 0;
  for (let item = takeDue(world); item; item = takeDue(world)) {
    await send(world, item);
    sent += 1;
  }
  return sent;
}

function takeDue(world: World): QueuedDelivery | undefined {
  const now = world.ports.now();
  const index = world.state.queue.findIndex((one) => one.dueAtMs <= now);
  return index < 0 ? undefined : world.state.queue.splice(index, 1)[0];
}

function requestHeaders(world: World, item: QueuedDelivery): Record<string, string> {
  const { app } = world.options;
  const hmac = createHmac("sha256", app.webhookSecret).update(item.payload).digest("hex");
  return {
    Accept: "*/*",
    "Content-Type": "application/json",
    "User-Agent": "GitHub-Hookshot/5ab0c2e",
    "X-GitHub-Delivery": item.guid,
    "X-GitHub-Event": item.event,
    "X-GitHub-Hook-ID": String(app.id),
    "X-GitHub-Hook-Installation-Target-ID": String(app.id),
    "X-GitHub-Hook-Installation-Target-Type": "integration",
    "X-Hub-Signature-256": `sha256=${hmac}`,
  };
}

async function send(world: World, item: QueuedDelivery): Promise<void> {
  const headers = requestHeaders(world, item);
  const startedAtMs = world.ports.now();
  world.ports.record?.({
    kind: "webhook",
    service: "github",
    event: item.event,
    headers,
    body: item.payload,
  });
  const { dueAtMs: _, ...rest } = item;
  const delivery: Delivery = {
    id: newId(world),
    ...rest,
    deliveredAtMs: startedAtMs,
    durationMs: 0,
    status: "OK",
    statusCode: 0,
    requestHeaders: headers,
    responseHeaders: null,
    responsePayload: null,
  };
  const { webhookUrl } = world.options.app;
  try {
    const request = new Request(webhookUrl, { method: "POST", headers, body: item.payload });
    const response = await world.ports.deliver(request);
    delivery.statusCode = response.status;
    delivery.responseHeaders = Object.fromEntries(response.headers);
    delivery.responsePayload = await response.text();
    if (response.status >= 400) delivery.status = `Invalid HTTP Response: ${response.status}`;
  } catch {
    delivery.status = "failed to connect to host";
    delivery.statusCode = 502;
  }
  delivery.durationMs = world.ports.now() - startedAtMs;
  keep(world, delivery);
}

function keep(world: World, delivery: Delivery): void {
  const { deliveries } = world.state;
  deliveries.push(delivery);
  const oldest = world.ports.now() - keptMs;
  while (deliveries[0] && (deliveries.length > keptMax || deliveries[0].deliveredAtMs < oldest)) {
    deliveries.shift();
  }
}
