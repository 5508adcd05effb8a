// GitHub and Stripe side by side with the keys that the app needs to talk to them: the whole outside
// world of one app. Knows no HTTP, no files, no timers.
import { createHash, generateKeyPairSync } from "node:crypto";
import { APP_EVENTS, APP_PERMISSIONS } from "./github/manifest.ts";
import { createGithubSandbox, type GithubSandbox } from "./github/sandbox.ts";
import type { SandboxPorts } from "./ports.ts";
import { createStripeSandbox, type StripeSandbox } from "./stripe/sandbox.ts";
import type { StripeSandboxOptions } from "./stripe/state.ts";

export interface Places {
  app: string;
  github: string;
  stripe: string;
}

/** The App's key pair, PEM. */
export interface Keys {
  privateKey: string;
  publicKey: string;
}

/** What is kept from one run to the next; `null` to begin with. */
export interface TownState extends Keys {
  github: unknown;
  stripe: unknown;
}

export interface Town {
  github: GithubSandbox;
  stripe: StripeSandbox;
  /** The app's environment, as an operator would write it into .env. */
  environment: Record<string, string>;
  nextDue(): number | null;
  runDue(): Promise<number>;
  snapshot(): TownState;
}

const APP_ID = 4242;
const CLIENT_ID = "Iv23sandbox";
const STRIPE_KEY = "sk_test_sandbox";
const API_VERSION = "2026-10-28.endive";

export function createTown(
  ports: SandboxPorts,
  options: { places: Places; stripe?: Partial<StripeSandboxOptions>; keys?: Keys },
  state: TownState | null,
): Town {
  const { places } = options;
  const { privateKey, publicKey } = state ?? options.keys ?? newKeys();
  const github = createGithubSandbox(
    ports,
    {
      origin: places.github,
      app: {
        id: APP_ID,
        slug: "whipround",
        name: "Whipround",
        clientId: CLIENT_ID,
        clientSecret: secret("client"),
        webhookSecret: secret("github"),
        webhookUrl: `${places.app}/api/github/webhooks`,
        publicKeyPem: publicKey,
        callbackUrls: [`${places.app}/oauth/callback`],
        permissions: { ...APP_PERMISSIONS },
        events: [...APP_EVENTS],
      },
    },
    state?.github,
  );
  const stripe = createStripeSandbox(
    ports,
    {
      origin: places.stripe,
      secretKey: STRIPE_KEY,
      webhookEndpoint: {
        url: `${places.app}/api/stripe/webhooks`,
        secret: `whsec_${secret("stripe")}`,
        apiVersion: API_VERSION,
      },
      ...options.stripe,
    },
    state?.stripe,
  );
  return {
    github,
    stripe,
    environment: environmentOf(places, privateKey),
    nextDue: () => earliest(github.nextDue(), stripe.nextDue()),
    runDue: async () => (await github.runDue()) + (await stripe.runDue()),
    snapshot: () => ({
      privateKey,
      publicKey,
      github: github.snapshot(),
      stripe: stripe.snapshot(),
    }),
  };
}

function environmentOf(places: Places, privateKey: string): Record<string, string> {
  const github = new URL(places.github);
  return {
    APP_ID: String(APP_ID),
    PRIVATE_KEY: privateKey,
    WEBHOOK_SECRET: secret("github"),
    GITHUB_CLIENT_ID: CLIENT_ID,
    GITHUB_CLIENT_SECRET: secret("client"),
    GHE_HOST: github.host,
    GHE_PROTOCOL: github.protocol.replace(":", ""),
    PUBLIC_URL: places.app,
    PORT: new URL(places.app).port,
    HOST: new URL(places.app).hostname,
    STRIPE_SECRET_KEY: STRIPE_KEY,
    STRIPE_WEBHOOK_SECRET: `whsec_${secret("stripe")}`,
    STRIPE_API_BASE: places.stripe,
    SESSION_SECRET: secret("session"),
    ALLOWED_OWNERS: "acme",
    LOG_LEVEL: "warn",
  };
}

/** Nothing here is secret: it all happens on this machine. */
function secret(of: string): string {
  return createHash("sha256").update(`sandbox ${of}`).digest("hex");
}

/** As long as GitHub's own, which takes some tenths of a second; tests are content with shorter ones. */
export function newKeys(modulusLength = 2048): Keys {
  return generateKeyPairSync("rsa", {
    modulusLength,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  });
}

function earliest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}
