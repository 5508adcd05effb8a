// The wires: the app's calls to GitHub and Stripe, their webhooks to the app, and people's browsers. Every
// fault between them happens here.

import type { Town } from "../../sandbox/town.ts";
import { createVisitor, type Visitor } from "../../sandbox/visitor.ts";
import { PLACES, type Send } from "./clients.ts";
import type { Clockwork } from "./clockwork.ts";
import type { Fault, Faults, Service } from "./faults.ts";
import { type Life, never } from "./life.ts";
import type { Notes } from "./notes.ts";
import { OWNER } from "./town.ts";
import { noteDispute, noteReaction, noteShown, noteTold } from "./wiretap.ts";

export interface NetworkOptions {
  town: Town;
  faults: Faults;
  notes: Notes;
  /** The app's process now, or null while none runs. */
  life(): Life | null;
  clock: Clockwork;
  say(line: string): void;
}

export interface Network {
  send: Send;
  deliver(request: Request): Promise<Response>;
  browser(): Visitor;
  /** From now on nothing goes wrong any more. */
  heal(): void;
}

export function createNetwork(options: NetworkOptions): Network {
  const webhooks = createWebhooks(options);
  return {
    send: createSend(options),
    ...webhooks,
    browser: () => createVisitor((request) => browse(request, options)),
  };
}

async function browse(request: Request, { town, life }: NetworkOptions): Promise<Response> {
  if (request.url.startsWith(PLACES.github)) return town.github.fetch(request);
  if (request.url.startsWith(PLACES.stripe)) return town.stripe.fetch(request);
  return reach(life(), request);
}

function reach(life: Life | null, request: Request): Promise<Response> {
  if (life === null) return Promise.reject(new TypeError("connection refused"));
  return Promise.race([life.app.fetch(request), life.death]);
}

// ---- The app's calls ----

interface Call {
  life: Life;
  service: Service;
  method: string;
  path: string;
  writes: boolean;
  body: string | null;
  request: Request;
}

function createSend(options: NetworkOptions): Send {
  const { town, faults, life: current, say, notes, clock } = options;
  return async (service, url, { method = "GET", headers = {}, body = null }) => {
    const life = current();
    if (life === null) return never();
    const request = new Request(url, { method, headers, body });
    if (service === "github" && notes.installed === "again") {
      // Where it was installed anew, tokens are of that installation; the client's own is the first one's.
      request.headers.set("authorization", `token ${town.github.installationToken(OWNER)}`);
    }
    const path = url.slice(PLACES[service].length);
    const text = typeof body === "string" ? body : null;
    const writes =
      method !== "GET" && !(typeof body === "string" && body.includes('"query":"query'));
    const call: Call = { life, service, method, path, writes, body: text, request };
    const name = `${method} ${path}`;
    if (writes && life.passes(`before ${name}`)) return never();
    const fault = faults.onCall(service, name);
    say(`app → ${service} ${name}${fault === null ? "" : ` [${fault.fault}]`}`);
    const response = await answer(call, fault, options);
    say(`app ← ${service} ${name} ${response.status}`);
    noteReaction({ path, body, response }, { notes, clock });
    if (life.isDead()) return never();
    noteDispute({ path, response }, options);
    return writes && life.passes(`after ${name}`) ? never() : response;
  };
}

type Struck = Extract<Fault, { on: "call" }> | null;

async function answer(call: Call, struck: Struck, options: NetworkOptions): Promise<Response> {
  const { service, request, life, body, path, writes } = call;
  const { town, notes, clock } = options;
  const done = async (): Promise<Response> => {
    const response = await followed(await town[service].fetch(request), call, options);
    // It stands from now on, whenever the app learns of it.
    if (writes && path.includes("/check-runs")) {
      await noteShown({ request: body ?? "", response }, { notes, clock });
    }
    return response;
  };
  if (struck === null) return done();
  switch (struck.fault) {
    case "never arrives":
      throw new TypeError("fetch failed");
    case "answer lost":
      await done();
      throw new TypeError("fetch failed");
    case "failed with 5xx":
      return service === "stripe" ? failing(call, town, false) : badGateway();
    case "done, then 5xx":
      if (service === "stripe") return failing(call, town, true);
      await done();
      return badGateway();
    case "limited":
      return Response.json(
        { message: "slow down", error: { type: "invalid_request_error", code: "rate_limit" } },
        { status: 429, headers: { "retry-after": "60" } },
      );
    case "slow there":
      await clock.sleep(struck.ms);
      // Whoever sent it may be dead by now, and another process have looked for it in vain.
      if (life.isDead() && body !== null) notes.ghosts.push(body);
      return done();
    case "slow back": {
      const response = await done();
      await clock.sleep(struck.ms);
      return response;
    }
  }
}

/** As every fetch does it: sent on by a 301, a POST becomes a GET. */
async function followed(
  response: Response,
  { service, method, body, request }: Call,
  { town, say }: NetworkOptions,
): Promise<Response> {
  const location = response.headers.get("location");
  if (![301, 302, 307, 308].includes(response.status) || location === null) return response;
  say(`app → ${service} ${method} sent on to ${location}`);
  const gets = method === "POST" && response.status < 307;
  const { headers } = request;
  if (gets) return town[service].fetch(new Request(location, { headers }));
  return town[service].fetch(new Request(location, { method, headers, body }));
}

function badGateway(): Response {
  return Response.json({ message: "Server Error" }, { status: 502 });
}

/** Stripe keeps a 5xx under its idempotency key: the sandbox answers it, so that it does, too. */
function failing(
  { method, path, request }: Call,
  { stripe }: Town,
  performed: boolean,
): Promise<Response> {
  const [pathPrefix = path] = path.split("?");
  stripe.failNext({ method, pathPrefix, status: 500, performed });
  return stripe.fetch(request);
}

// ---- Webhooks ----

function createWebhooks(options: NetworkOptions): Pick<Network, "deliver" | "heal"> {
  const { faults, notes, clock, say } = options;
  const { now, sleep } = clock;
  const lost = new Set<string>();
  const lateUntil = new Map<string, number>();
  let healed = false;

  function strike(service: Service, id: string): Extract<Fault, { on: "webhook" }> | null {
    const fault = healed ? null : faults.onWebhook(service);
    if (fault?.fault === "lost") {
      lost.add(id);
      if (service === "github") notes.lost.push(now());
    }
    if (fault?.fault === "late") lateUntil.set(id, now() + fault.ms);
    return fault;
  }

  return {
    async deliver(request) {
      const text = await request.text();
      const service = request.url.includes("/api/stripe/") ? "stripe" : "github";
      const copy = () =>
        new Request(request.url, { method: "POST", headers: request.headers, body: text });
      const id = idOf(service, request, text);
      const fault = strike(service, id);
      const name = `${service} → app ${eventOf(service, request, text)}`;
      say(`${name}${fault === null ? "" : ` [${fault.fault}]`}`);
      noteTold(service, { request, text, id }, options);
      if (lost.has(id)) return Response.json({}, { status: 504 });
      if ((lateUntil.get(id) ?? 0) > now()) {
        // Stripe signs each try anew, so a late event is one whose first tries failed.
        if (service === "stripe") return Response.json({}, { status: 504 });
        void sleep((lateUntil.get(id) ?? 0) - now()).then(() => arrive(copy(), id, options));
        return Response.json({}, { status: 202 });
      }
      if (fault?.fault === "twice") {
        const after = service === "stripe" ? Math.min(fault.ms, SIGNATURE_MS_MAX) : fault.ms;
        void sleep(after).then(() => arrive(copy(), id, options));
      }
      const response = await arrive(copy(), id, options);
      say(`${name} ${response.status}`);
      return fault?.fault === "answer lost" ? Response.json({}, { status: 504 }) : response;
    },
    heal() {
      healed = true;
      lost.clear();
    },
  };
}

const SIGNATURE_MS_MAX = 200_000;

async function arrive(request: Request, id: string, options: NetworkOptions): Promise<Response> {
  const { notes, life, say } = options;
  const told = notes.told.get(id);
  const listener = life();
  try {
    const response = await reach(listener, request);
    if (told !== undefined && response.status < 300) told.arrived = "yes";
    if (response.status >= 500) notes.oddities.push(`a webhook was answered ${response.status}`);
    return response;
  } catch {
    if (told?.arrived === "no" && listener !== null) told.arrived = "perhaps";
    say("nobody answers");
    if (request.url.includes("/api/github/")) notes.lost.push(options.clock.now());
    return Response.json({}, { status: 502 });
  }
}

function idOf(service: Service, request: Request, text: string): string {
  if (service === "github") return request.headers.get("x-github-delivery") ?? "";
  return /"id": "(evt_[^"]*)"/.exec(text)?.[1] ?? "";
}

function eventOf(service: Service, request: Request, text: string): string {
  if (service === "stripe") return /"type": "([a-z_.]+)",?\n?\s*}?$/m.exec(text)?.[1] ?? "event";
  const action = /^{"action":"([a-z_]+)"/.exec(text)?.[1];
  return [request.headers.get("x-github-event"), action].filter(Boolean).join(".");
}
