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
/** They carry the whole installation; the others only its id. */
const aboutInstallation = ["installation", "installation_repositories"];
const alwaysSent = [...aboutInstallation, "installation_target"];

export interface Emission {
  event: string;
  action?: string;
  repo?: Repo;
  senderId: number;
  /** Made only when somebody is there to hear of it. */
  payload: () => Record<string, unknown>;
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
    ...(repo ? { repository: repoJson(world, repo), ...organizationOf(world, repo) } : {}),
    ...emission.payload(),
    sender: accountJson(world, account(world, senderId)),
    installation: aboutInstallation.includes(event)
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

/** While webhooks are held, nothing falls due. */
export function nextDue(world: World): number | null {
  const { held, queue } = world.state;
  if (held || queue.length === 0) return null;
  return queue.reduce((least, { dueAtMs }) => Math.min(least, dueAtMs), Number.POSITIVE_INFINITY);
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
  if (world.state.held) return undefined;
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
  world.ports.record?.({
    kind: "webhook",
    service: "github",
    event: item.event,
    headers,
    body: item.payload,
  });
  const delivery = begun(world, item, headers);
  const { webhookUrl } = world.options.app;
  try {
    const request = new Request(webhookUrl, { method: "POST", headers, body: item.payload });
    const response = await world.ports.deliver(request);
    delivery.statusCode = response.status;
    delivery.responseHeaders = Object.fromEntries(response.headers);
    delivery.responsePayload = await response.text();
    delivery.status = response.status >= 400 ? `Invalid HTTP Response: ${response.status}` : "OK";
  } catch {
    // It stays what it is when nobody answers.
  }
  delivery.durationMs = world.ports.now() - delivery.deliveredAtMs;
  keep(world, delivery);
}

function begun(
  world: World,
  item: QueuedDelivery,
  requestHeaders: Record<string, string>,
): Delivery {
  const { dueAtMs: _, ...rest } = item;
  return {
    id: newId(world),
    ...rest,
    deliveredAtMs: world.ports.now(),
    durationMs: 0,
    status: "failed to connect to host",
    statusCode: 502,
    requestHeaders,
    responseHeaders: null,
    responsePayload: null,
  };
}

/** As if nobody had listened: the App finds it in the list of deliveries, if it looks. */
export function failDelivery(world: World, item: QueuedDelivery): void {
  keep(world, begun(world, item, requestHeaders(world, item)));
}

function keep(world: World, delivery: Delivery): void {
  const deliveries = recentDeliveries(world);
  deliveries.push(delivery);
  if (deliveries.length > keptMax) deliveries.splice(0, deliveries.length - keptMax);
}

/** Oldest first. GitHub forgets what is older than three days. */
export function recentDeliveries(world: World): Delivery[] {
  const { deliveries } = world.state;
  const oldest = world.ports.now() - keptMs;
  const old = deliveries.findIndex(({ deliveredAtMs }) => deliveredAtMs >= oldest);
  if (old !== 0) deliveries.splice(0, old < 0 ? deliveries.length : old);
  return deliveries;
}
