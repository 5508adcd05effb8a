// Sends one queued event to the webhook endpoint: signed, at least once, retried for three days.
import { createHmac } from "node:crypto";
import { schedule } from "./due.ts";
import { getRow, nowSeconds, type World } from "./state.ts";

const minuteMs = 60 * 1000;
const hourMs = 60 * minuteMs;
/** Waits before each repetition; they add up to about three days. */
const retryDelaysMs = [5 * minuteMs, 30 * minuteMs, 2 * hourMs, 5 * hourMs, 10 * hourMs].concat(
  Array<number>(5).fill(12 * hourMs),
);

function signatureHeader(payload: string, secret: string, seconds: number): string {
  const mac = createHmac("sha256", secret).update(`${seconds}.${payload}`).digest("hex");
  return `t=${seconds},v1=${mac}`;
}

export async function deliverEvent(world: World, id: string): Promise<void> {
  const { ports, state } = world;
  const delivery = state.deliveries.get(id);
  if (delivery?.status !== "pending") return;
  delivery.attempts += 1;
  const delayMs = retryDelaysMs[delivery.attempts - 1];
  // The repetition is queued before the attempt, so that no snapshot taken meanwhile loses the event.
  if (delayMs !== undefined) schedule(world, ports.now() + delayMs, { kind: "deliver", event: id });
  if (await send(world, id)) {
    const repeat = state.due.findIndex(({ work }) => work.kind === "deliver" && work.event === id);
    if (repeat >= 0) state.due.splice(repeat, 1);
  } else if (delayMs === undefined) {
    delivery.status = "given up";
  }
}

/** Once more, without further repetitions. */
export async function resendEvent(world: World, id: string): Promise<void> {
  const delivery = world.state.deliveries.get(id);
  if (delivery) delivery.attempts += 1;
  await send(world, id);
}

/** Answers whether the endpoint took it. */
async function send(world: World, id: string): Promise<boolean> {
  const { options, ports, state } = world;
  const event = getRow(world, "events", id);
  const body = JSON.stringify(event, null, 2);
  const { url, secret } = options.webhookEndpoint;
  const headers = {
    accept: "*/*; q=0.5, application/xml",
    "content-type": "application/json; charset=utf-8",
    "stripe-signature": signatureHeader(body, secret, nowSeconds(world)),
    "user-agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
  };
  ports.record?.({ kind: "webhook", service: "stripe", headers, body });
  const status = await statusOf(world, new Request(url, { method: "POST", headers, body }));
  const delivery = state.deliveries.get(id);
  const taken = status !== null && status >= 200 && status < 300;
  if (delivery) delivery.lastStatus = status;
  if (taken) event.pending_webhooks = 0;
  if (taken && delivery) delivery.status = "delivered";
  return taken;
}

async function statusOf(world: World, request: Request): Promise<number | null> {
  try {
    const response = await world.ports.deliver(request);
    return response.status;
  } catch {
    return null;
  }
}
