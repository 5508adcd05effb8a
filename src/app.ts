// The app as one value over its ports: no module state, no timers, clocks or randomness of its own, so
// that a test or a simulation can make it, drop it, and make another on the same store.
import type { Comparison } from "./core/books.ts";
import type { Operator } from "./core/decision.ts";
import { createFlow, type FlowPorts } from "./flow/flow.ts";
import { createGithubReceiver } from "./github/receive.ts";
import type { Delivery, Desk, SignIn } from "./ports.ts";
import { createStripeReceiver } from "./stripe/receive.ts";
import { createBackerLinks } from "./web/backer-link.ts";
import { createWeb } from "./web/web.ts";

export type AppPorts = Omit<FlowPorts, "backerLink"> & {
  signIn: SignIn;
  /** GitHub's signature over the raw body, checked with the webhook secret. */
  verifyGithub(body: Uint8Array, signature: string): Promise<boolean>;
  /** Stripe signs with one secret per endpoint; the platform's and the connected accounts' may be two. */
  stripeWebhookSecrets: string[];
  live: boolean;
  sessionSecret: string;
  /** Where GitHub's pages are: links to issues lead there. */
  githubUrl: string;
  /** The address a request came from: rate limits count by it. */
  clientAddress(request: Request): string;
};

export interface App {
  fetch(request: Request): Promise<Response>;
  accept(deliveries: readonly Delivery[]): Promise<void>;
  desk: Desk;
  drain(): Promise<void>;
  nextDue(): Promise<number | null>;
  begin(): Promise<void>;
  reconcile(): Promise<Comparison>;
  pause(): Promise<void>;
}

/** GitHub drops payloads over 25 MB; nothing that we use comes near that. */
const BODY_BYTES_MAX = 25 * 1024 * 1024;

export function createApp(ports: AppPorts): App {
  const { clock, log, live, sessionSecret } = ports;
  const { publicUrl } = ports.operator;
  const backerLink = createBackerLinks({ publicUrl, sessionSecret, clock });
  const flow = createFlow({ ...ports, backerLink });
  const receiving = { accept: flow.accept, clock, log, bodyBytesMax: BODY_BYTES_MAX };
  const web = createWeb({
    ...ports,
    read: ports.store.read,
    desk: flow.desk,
    publicUrl,
    operatorFeeBasisPoints: ports.operator.feeBasisPoints,
    holdDaysMax: ports.operator.holdDaysMax,
    receiveGithub: createGithubReceiver({ ...receiving, verify: ports.verifyGithub }),
    receiveStripe: createStripeReceiver({
      ...receiving,
      secret: ports.stripeWebhookSecrets,
      liveMode: live,
    }),
    ready: () => readiness(ports),
  });
  return { ...flow, fetch: async (request) => web.fetch(request) };
}

async function readiness({ store, log }: AppPorts): Promise<{ ok: boolean; problems: string[] }> {
  try {
    await store.ping();
    return { ok: true, problems: [] };
  } catch (error) {
    log.error({ err: error }, "the database does not answer");
    return { ok: false, problems: ["the database does not answer"] };
  }
}

export type OperatorSettings = Omit<Operator, "payingIn">;
