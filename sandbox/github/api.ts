// From a request to a reply: finds the route, reads caller and body, and dresses the answer with the
// headers that GitHub sends (date, rate limit, ETag).
import { createHash } from "node:crypto";
import { type Actor, readActor } from "./actors.ts";
import type { Call, Route } from "./call.ts";
import { isBody } from "./fields.ts";
import { runGraphql } from "./graphql.ts";
import { ApiError, apiError, notFound, ok, type Reply } from "./http.ts";
import { appRoutes } from "./routes-app.ts";
import { checkRoutes } from "./routes-checks.ts";
import { commentRoutes } from "./routes-comments.ts";
import { contentRoutes } from "./routes-contents.ts";
import { deliveryRoutes } from "./routes-deliveries.ts";
import { issueRoutes } from "./routes-issues.ts";
import { labelRoutes } from "./routes-labels.ts";
import { pullRoutes } from "./routes-pulls.ts";
import { repoRoutes } from "./routes-repos.ts";
import { reviewRoutes } from "./routes-reviews.ts";
import { timelineRoutes } from "./routes-timeline.ts";
import { userRoutes } from "./routes-users.ts";
import { fullName, randomHex, type World } from "./world.ts";

const routes: Route[] = [
  ...appRoutes,
  ...deliveryRoutes,
  ...userRoutes,
  ...commentRoutes,
  ...timelineRoutes,
  ...issueRoutes,
  ...labelRoutes,
  ...pullRoutes,
  ...reviewRoutes,
  ...checkRoutes,
  ...contentRoutes,
  ...repoRoutes,
  { method: "GET", pattern: "/rate_limit", handle: rateLimit },
  {
    method: "GET",
    pattern: "/meta",
    handle: () => ok({ verifiable_password_authentication: false }),
  },
  { method: "POST", pattern: "/graphql", handle: runGraphql },
];

interface Compiled {
  route: Route;
  pattern: RegExp;
  names: string[];
}

/** By method and the first part that is no name (`issues` in `/repos/a/b/issues/1`), in the order they stand. */
const compiled = new Map<string, Compiled[]>();
for (const one of routes) {
  const key = shelf(one.method, one.pattern);
  compiled.set(key, [...(compiled.get(key) ?? []), compile(one)]);
}

function shelf(method: string, path: string): string {
  const [, first = "", , , fourth = ""] = path.split("/", 5);
  return `${method} ${first} ${first === "repos" ? fourth : ""}`;
}

/** `:name` is one segment, `:name+` the whole rest. */
function compile(route: Route): Compiled {
  const names: string[] = [];
  const source = route.pattern.replace(/:(\w+)(\+?)/g, (_, name: string, rest: string) => {
    names.push(name);
    return rest ? "(.+)" : "([^/]+)";
  });
  return { route, pattern: new RegExp(`^${source}$`), names };
}

export interface Incoming {
  method: string;
  url: URL;
  /** Without `/api/v3` or `/api`. */
  path: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  text: string | null;
}

export function answerApi(world: World, incoming: Incoming): Reply {
  let actor: Actor = { kind: "anonymous" };
  let reply: Reply;
  try {
    if (!incoming.headers["user-agent"]) {
      const words =
        "Request forbidden by administrative rules. Please make sure your request has a User-Agent header.";
      throw apiError(403, words);
    }
    actor = readActor(world, incoming.headers["authorization"] ?? null);
    reply = dispatch(world, actor, incoming);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    reply = error.reply;
  }
  return dress(world, actor, incoming, reply);
}

function dispatch(world: World, actor: Actor, incoming: Incoming): Reply {
  const path = withNames(world, incoming.path);
  const method = incoming.method === "HEAD" ? "GET" : incoming.method;
  for (const { route, pattern, names } of compiled.get(shelf(method, path)) ?? []) {
    const match = pattern.exec(path);
    if (!match) continue;
    const params = Object.fromEntries(names.map((name, i) => [name, decode(match[i + 1] ?? "")]));
    const { url } = incoming;
    const rawBody = readJson(incoming.text);
    const body = isBody(rawBody) ? rawBody : {};
    const call: Call = {
      world,
      actor,
      method,
      path,
      url,
      params,
      query: url.searchParams,
      body,
      rawBody,
    };
    return route.handle(call);
  }
  throw notFound();
}

/** `/repositories/{id}/...` is the same as `/repos/{owner}/{repo}/...`, and outlives renames. */
function withNames(world: World, path: string): string {
  const match = /^\/repositories\/(\d+)(\/.*)?$/.exec(path);
  const repo = match && world.state.repos[Number(match[1])];
  return repo ? `/repos/${fullName(world, repo)}${match[2] ?? ""}` : path.replace(/(?<=.)\/$/, "");
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw notFound();
  }
}

function readJson(text: string | null): unknown {
  if (text === null || text === "") return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw apiError(400, "Problems parsing JSON");
  }
  if (typeof value !== "object" || value === null)
    throw apiError(400, "Body should be a JSON object");
  return value;
}

const hourMs = 3_600_000;

function rateKey(actor: Actor): { key: string; limit: number } {
  if (actor.kind === "installation")
    return { key: `installation:${actor.installationId}`, limit: 5000 };
  if (actor.kind === "user") return { key: `user:${actor.userId}`, limit: 5000 };
  return actor.kind === "app" ? { key: "app", limit: 5000 } : { key: "anonymous", limit: 60 };
}

/** Counts only: whoever wants limits to bite wraps the sandbox in them. */
function rateHeaders(world: World, actor: Actor, cost: number): Record<string, string> {
  const { key, limit } = rateKey(actor);
  const now = world.ports.now();
  const before = world.state.rates[key];
  const rate = before && now - before.startedAtMs < hourMs ? before : { startedAtMs: now, used: 0 };
  rate.used += cost;
  world.state.rates[key] = rate;
  return {
    "x-ratelimit-limit": String(limit),
    "x-ratelimit-remaining": String(Math.max(0, limit - rate.used)),
    "x-ratelimit-used": String(rate.used),
    "x-ratelimit-reset": String(Math.ceil((rate.startedAtMs + hourMs) / 1000)),
    "x-ratelimit-resource": "core",
  };
}

function rateLimit(call: Call): Reply {
  const headers = rateHeaders(call.world, call.actor, 0);
  const core = {
    limit: Number(headers["x-ratelimit-limit"]),
    used: Number(headers["x-ratelimit-used"]),
    remaining: Number(headers["x-ratelimit-remaining"]),
    reset: Number(headers["x-ratelimit-reset"]),
  };
  return ok({ resources: { core, search: core, graphql: core }, rate: core });
}

function dress(world: World, actor: Actor, incoming: Incoming, reply: Reply): Reply {
  const { method, headers: asked } = incoming;
  const headers: Record<string, string> = {
    date: new Date(world.ports.now()).toUTCString(),
    "x-github-media-type": "github.v3; format=json",
    "x-github-request-id": randomHex(world, 24).toUpperCase(),
    "x-github-api-version-selected": asked["x-github-api-version"] ?? "2022-11-28",
    ...reply.headers,
  };
  let { status } = reply;
  let body = reply.body === undefined ? undefined : JSON.stringify(reply.body);
  if ((method === "GET" || method === "HEAD") && status === 200) {
    const etag = `W/"${createHash("sha256")
      .update(body ?? "")
      .digest("hex")}"`;
    headers["etag"] = etag;
    const known = (asked["if-none-match"] ?? "").split(",").map((one) => one.trim());
    if (known.some((one) => one.replace(/^W\//, "") === etag.slice(2))) {
      status = 304;
      body = undefined;
    }
  }
  Object.assign(headers, rateHeaders(world, actor, status === 304 ? 0 : 1));
  if (body !== undefined) headers["content-type"] = "application/json; charset=utf-8";
  return body === undefined ? { status, headers } : { status, body, headers };
}
