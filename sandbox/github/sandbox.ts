// GitHub on localhost: hands each request to the API, the sign-in or the pages, and records what passed.
// It holds no state but the JSON it can hand out and take back.
import type { Sandbox, SandboxPorts } from "../ports.ts";
import { act, type Person } from "./act.ts";
import type { Answered, Ask, Asked } from "./act-session.ts";
import { answerApi } from "./api.ts";
import { type Control, createControl } from "./control.ts";
import { isBody } from "./fields.ts";
import type { Reply } from "./http.ts";
import { authorize, authorizePage, exchange } from "./oauth.ts";
import { type PageRequest, readCookies } from "./page-frame.ts";
import { answerPage } from "./pages.ts";
import { plant } from "./seed.ts";
import { emptyState, type State, stateVersion } from "./state.ts";
import { nextDue, sendDue } from "./webhooks.ts";
import type { GithubSandboxOptions, World } from "./world.ts";

export type { GithubSandboxOptions } from "./world.ts";

export interface GithubSandbox extends Sandbox, Control {
  /** What `fetch` answers at an address of the API, without the cost of a Request and a Response. */
  ask: Ask;
  /** Somebody who works through the API with their own token, recorded like anybody's traffic. */
  act(login: string): Person;
}

export function createGithubSandbox(
  ports: SandboxPorts,
  options: GithubSandboxOptions,
  snapshot?: unknown,
): GithubSandbox {
  const state = snapshot === undefined ? emptyState() : restored(snapshot as State);
  const world: World = { ports, options, state, names: null };
  if (snapshot === undefined) plant(world);
  const ask = (asked: Asked) => answerAsked(world, asked);
  return {
    ...createControl(world),
    ask,
    fetch: (request) => handle(world, request),
    nextDue: () => nextDue(world),
    runDue: () => sendDue(world),
    snapshot: () => structuredClone(world.state),
    act: (login) => act(world, ask, login),
  };
}

function restored(snapshot: State): State {
  if (snapshot.version === stateVersion) return structuredClone(snapshot);
  throw new Error("This GitHub was kept by another version of the sandbox: begin anew.");
}

const apiRoots =
  /^\/(app|installation|repos|repositories|user|users|orgs|rate_limit|meta|graphql)(\/|$)/;

/** The path inside the API, or null for a page. */
function apiPath(pathname: string): string | null {
  if (pathname === "/api/graphql") return "/graphql";
  if (/^\/api\/v3(\/|$)/.test(pathname)) return pathname.slice(7) || "/";
  return apiRoots.test(pathname) ? pathname : null;
}

async function handle(world: World, request: Request): Promise<Response> {
  const { method, url: address } = request;
  const url = new URL(address);
  const body = method === "GET" || method === "HEAD" ? null : await request.text();
  const isExchange = url.pathname === tokenPath && method === "POST";
  if (isExchange || apiPath(url.pathname) !== null) {
    const headers = Object.fromEntries(request.headers);
    const answered = answerAsked(world, { method, url: address, headers, body });
    const { status } = answered;
    return new Response(answered.body, { status, headers: answered.headers });
  }
  const form = new URLSearchParams(body ?? "");
  const page: PageRequest = {
    method,
    url,
    form,
    cookies: readCookies(request.headers.get("cookie")),
  };
  return toResponse(await answerHtml(world, request, page));
}

const tokenPath = "/login/oauth/access_token";

function answerAsked(world: World, asked: Asked): Answered {
  const { method, headers, body } = asked;
  const url = new URL(asked.url);
  const path = apiPath(url.pathname);
  const reply =
    path === null
      ? answerExchange(world, headers, body ?? "")
      : answerApi(world, { method, url, path, headers, text: body || null });
  const text = bodyText(reply);
  world.ports.record?.({
    kind: "request",
    service: "github",
    method,
    path: url.pathname,
    query: url.search.slice(1),
    requestHeaders: headers,
    requestBody: body || null,
    status: reply.status,
    responseBody: text,
  });
  const isHead = method === "HEAD";
  return { status: reply.status, headers: reply.headers ?? {}, body: isHead ? null : text };
}

async function answerHtml(world: World, request: Request, page: PageRequest): Promise<Reply> {
  if (page.method !== "GET" && !isSameOrigin(request, page.url)) {
    const words = "A form must be sent from the sandbox's own pages.";
    return { status: 403, body: words, headers: { "content-type": "text/plain; charset=utf-8" } };
  }
  if (page.url.pathname === "/login/oauth/authorize") {
    return page.method === "POST" ? authorize(world, page) : authorizePage(world, page);
  }
  return answerPage(world, (asked) => answerAsked(world, asked), page);
}

function isSameOrigin(request: Request, url: URL): boolean {
  const origin = request.headers.get("origin");
  if (origin !== null) return URL.canParse(origin) && new URL(origin).host === url.host;
  return (request.headers.get("sec-fetch-site") ?? "same-origin") === "same-origin";
}

function answerExchange(world: World, headers: Asked["headers"], text: string): Reply {
  const isJson = (headers["content-type"] ?? "").includes("json");
  const fields = isJson ? jsonFields(text) : new URLSearchParams(text);
  const result = exchange(world, fields);
  const date = { date: new Date(world.ports.now()).toUTCString() };
  if ((headers["accept"] ?? "").includes("json")) {
    const type = { "content-type": "application/json; charset=utf-8" };
    return { status: 200, body: result, headers: { ...date, ...type } };
  }
  const type = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
  return { status: 200, body: String(textFields(result)), headers: { ...date, ...type } };
}

function jsonFields(text: string): URLSearchParams {
  try {
    const value: unknown = JSON.parse(text);
    return textFields(isBody(value) ? value : {});
  } catch {
    return new URLSearchParams();
  }
}

function textFields(values: Record<string, unknown>): URLSearchParams {
  const fields = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) fields.set(name, String(value));
  return fields;
}

function bodyText({ body }: Reply): string | null {
  if (body === undefined) return null;
  return typeof body === "string" ? body : JSON.stringify(body);
}

function toResponse(reply: Reply): Response {
  return new Response(bodyText(reply), { status: reply.status, headers: reply.headers ?? {} });
}
