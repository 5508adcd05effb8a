// What the tests share: a sandbox on a virtual clock, the real SDK talking to it, and what its webhooks brought.
import Stripe from "stripe";
import type { TrafficLine } from "../ports.ts";
import { createStripeSandbox, type StripeSandbox } from "./sandbox.ts";
import type { StripeSandboxOptions } from "./state.ts";

export const secret = "whsec_sandbox";
const apiVersion = "2026-10-28.endive";
const secretKey = "sk_test_sandbox";

interface Delivered {
  type: string;
  body: string;
  signature: string;
}

export interface Bench {
  sandbox: StripeSandbox;
  stripe: Stripe;
  delivered: Delivered[];
  traffic: TrafficLine[];
  clock: { now: number };
  /** What the webhook endpoint answers from now on. */
  endpoint: { status: number };
  /** Lets the time pass, doing what falls due on the way. */
  pass(ms: number): Promise<void>;
  /** A bench on the same clock that starts from this one's snapshot. */
  restored(): Bench;
}

export function createBench(options: Partial<StripeSandboxOptions> = {}): Bench {
  return startBench(options, { now: Date.UTC(2026, 10, 22, 12) }, undefined);
}

function startBench(
  options: Partial<StripeSandboxOptions>,
  clock: { now: number },
  snapshot: unknown,
): Bench {
  const delivered: Delivered[] = [];
  const traffic: TrafficLine[] = [];
  const endpoint = { status: 200 };
  const random = seeded(snapshot === undefined ? 7 : 8);
  const sandbox = createStripeSandbox(
    {
      now: () => clock.now,
      random,
      async deliver(request) {
        const body = await request.text();
        const signature = request.headers.get("stripe-signature") ?? "";
        delivered.push({ type: JSON.parse(body).type, body, signature });
        return new Response(null, { status: endpoint.status });
      },
      record: (line) => traffic.push(line),
    },
    {
      origin: "http://stripe.test",
      secretKey,
      webhookEndpoint: { url: "http://app.test/stripe", secret, apiVersion },
      ...options,
    },
    snapshot,
  );
  return {
    sandbox,
    stripe: connect(sandbox),
    delivered,
    traffic,
    clock,
    endpoint,
    pass: (ms) => passTime(sandbox, clock, clock.now + ms),
    restored: () => startBench(options, clock, sandbox.snapshot()),
  };
}

export function connect(sandbox: StripeSandbox, key = secretKey): Stripe {
  const fetchSandbox = ((url: string, init?: RequestInit) =>
    sandbox.fetch(new Request(url, init))) as typeof fetch;
  return new Stripe(key, {
    httpClient: Stripe.createFetchHttpClient(fetchSandbox),
    maxNetworkRetries: 0,
    telemetry: false,
  });
}

async function passTime(
  sandbox: StripeSandbox,
  clock: { now: number },
  until: number,
): Promise<void> {
  for (;;) {
    const due = sandbox.nextDue();
    if (due === null || due > until) break;
    clock.now = Math.max(clock.now, due);
    await sandbox.runDue();
  }
  clock.now = until;
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

/** A payment page for one pledge. */
export function pledge(
  stripe: Stripe,
  changes: Stripe.Checkout.SessionCreateParams & { amount?: number; code?: string } = {},
  request?: Stripe.RequestOptions,
): Promise<Stripe.Checkout.Session> {
  const { amount = 5000, code = "usd", ...params } = changes;
  const item = {
    price_data: { currency: code, product_data: { name: "Bounty" }, unit_amount: amount },
    quantity: 1,
  };
  return stripe.checkout.sessions.create(
    {
      mode: "payment",
      line_items: [item],
      success_url: "http://app.test/thanks?session={CHECKOUT_SESSION_ID}",
      cancel_url: "http://app.test/pledge",
      metadata: { pledge: "p1" },
      payment_intent_data: { metadata: { pledge: "p1" } },
      ...params,
    },
    request,
  );
}

/** A pledge that is paid and cleared: answers its charge. */
export async function paidCharge(
  bench: Bench,
  changes: { amount?: number; code?: string; card?: string } = {},
): Promise<Stripe.Charge> {
  const { card = "4242424242424242", ...amounts } = changes;
  const session = await pledge(bench.stripe, amounts);
  bench.sandbox.pay(session.id, { card });
  await bench.pass(1000);
  const paid = await bench.stripe.checkout.sessions.retrieve(session.id, {
    expand: ["payment_intent.latest_charge.balance_transaction"],
  });
  return (paid.payment_intent as Stripe.PaymentIntent).latest_charge as Stripe.Charge;
}

/** An Express account that has finished onboarding. */
export async function payee(bench: Bench, country = "US"): Promise<Stripe.Account> {
  const account = await bench.stripe.accounts.create({
    type: "express",
    country,
    capabilities: { transfers: { requested: true } },
  });
  bench.sandbox.onboard(account.id);
  return bench.stripe.accounts.retrieve(account.id);
}

export async function open(
  bench: Bench,
  address: string,
): Promise<{ response: Response; text: string }> {
  const response = await bench.sandbox.fetch(new Request(new URL(address, "http://stripe.test")));
  return { response, text: await response.text() };
}

/** Submits a form of the sandbox's pages. */
export async function post(
  bench: Bench,
  address: string,
  fields: Record<string, string>,
): Promise<{ response: Response; text: string; location: string | null }> {
  const url = new URL(address, "http://stripe.test");
  const body = new URLSearchParams(fields);
  const response = await bench.sandbox.fetch(new Request(url, { method: "POST", body }));
  return { response, text: await response.text(), location: response.headers.get("location") };
}
