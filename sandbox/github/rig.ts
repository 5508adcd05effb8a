// A sandbox with everything injected and observable, for the tests of this folder and for any other
// that wants GitHub without an App behind it.
import { createSign, generateKeyPairSync } from "node:crypto";
import type { TrafficLine } from "../ports.ts";
import { APP_EVENTS, APP_PERMISSIONS } from "./manifest.ts";
import { createGithubSandbox, type GithubSandbox, type GithubSandboxOptions } from "./sandbox.ts";

const { privateKey, publicKey } = generateKeyPairSync("rsa", {
  modulusLength: 1024,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
});

/** JSON of any shape, to be looked into without ceremony. */
type Json = ReturnType<typeof JSON.parse>;

interface Received {
  event: string;
  action: string | undefined;
  headers: Headers;
  text: string;
  payload: Json;
}

export interface Rig {
  sandbox: GithubSandbox;
  options: GithubSandboxOptions;
  privateKeyPem: string;
  traffic: TrafficLine[];
  received: Received[];
  clock: { nowMs: number };
  /** What the App answers to webhooks from now on; a function may throw. */
  answerWith(answer: () => Response): void;
  jwt(claims?: Record<string, unknown>): string;
  /** A fresh installation token for the default installation. */
  installationToken(body?: unknown): Promise<string>;
  /** A bare request with the given Authorization. */
  call(
    method: string,
    path: string,
    how?: { auth?: string; body?: unknown; headers?: Record<string, string> },
  ): Promise<{ status: number; headers: Headers; body: Json }>;
  restart(): GithubSandbox;
}

const origin = "http://127.0.0.1:7001";

function rigOptions(): GithubSandboxOptions {
  return {
    origin,
    app: {
      id: 4242,
      slug: "whipround",
      name: "Whipround",
      clientId: "Iv23sandbox",
      clientSecret: "client-secret",
      webhookSecret: "webhook-secret",
      webhookUrl: "http://127.0.0.1:3000/api/github/webhooks",
      publicKeyPem: publicKey,
      callbackUrls: ["http://127.0.0.1:3000/auth/github/callback"],
      permissions: { ...APP_PERMISSIONS },
      events: [...APP_EVENTS],
    },
  };
}

/** A small seeded generator: the same run every time. */
function seeded(): () => number {
  let state = 7;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

export function createRig(change: (options: GithubSandboxOptions) => void = () => {}): Rig {
  const options = rigOptions();
  change(options);
  const clock = { nowMs: Date.parse("2027-03-01T09:00:00Z") };
  const traffic: TrafficLine[] = [];
  const received: Received[] = [];
  let answer = () => new Response("ok");
  const ports = {
    now: () => clock.nowMs,
    random: seeded(),
    record: (line: TrafficLine) => traffic.push(line),
    deliver: async (request: Request) => {
      const text = await request.text();
      const payload: Json = JSON.parse(text);
      const event = request.headers.get("x-github-event") ?? "";
      received.push({ event, action: payload.action, headers: request.headers, text, payload });
      return answer();
    },
  };
  let sandbox = createGithubSandbox(ports, options);
  const jwt = (claims: Record<string, unknown> = {}) => signJwt(options, clock.nowMs, claims);
  const call: Rig["call"] = (method, path, how = {}) => bareCall(sandbox, method, path, how);
  return {
    get sandbox() {
      return sandbox;
    },
    options,
    privateKeyPem: privateKey,
    traffic,
    received,
    clock,
    answerWith: (next) => {
      answer = next;
    },
    jwt,
    installationToken: async (body) => {
      const path = `/app/installations/${sandbox.installationId("acme")}/access_tokens`;
      const answered = await call("POST", path, { auth: `Bearer ${jwt()}`, body });
      return answered.body.token;
    },
    call,
    restart: () => {
      sandbox = createGithubSandbox(ports, options, JSON.parse(JSON.stringify(sandbox.snapshot())));
      return sandbox;
    },
  };
}

function signJwt(
  options: GithubSandboxOptions,
  nowMs: number,
  claims: Record<string, unknown>,
): string {
  const nowSeconds = Math.floor(nowMs / 1000);
  const payload = { iat: nowSeconds - 30, exp: nowSeconds + 300, iss: options.app.id, ...claims };
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${encode({ alg: "RS256", typ: "JWT" })}.${encode(payload)}`;
  return `${signed}.${createSign("RSA-SHA256").update(signed).sign(privateKey, "base64url")}`;
}

async function bareCall(
  sandbox: GithubSandbox,
  method: string,
  path: string,
  how: { auth?: string; body?: unknown; headers?: Record<string, string> },
) {
  const headers = new Headers({
    "user-agent": "rig",
    accept: "application/vnd.github+json",
    ...how.headers,
  });
  if (how.auth) headers.set("authorization", how.auth);
  const init: RequestInit = { method, headers };
  if (how.body !== undefined) init.body = JSON.stringify(how.body);
  const response = await sandbox.fetch(
    new Request(`${origin}${path.startsWith("/login") ? "" : "/api/v3"}${path}`, init),
  );
  const text = await response.text();
  const isJson = (response.headers.get("content-type") ?? "").includes("json");
  const body: Json = text && isJson ? JSON.parse(text) : text;
  return { status: response.status, headers: response.headers, body };
}
