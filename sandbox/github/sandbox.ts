// GitHub on localhost: hands each request to the API, the sign-in or the pages, and records what passed.
// It holds no state but the JSON it can hand out and take back.
import type { Sandbox, SandboxPorts } from "../ports.ts";
import { act, type Person } from "./act.ts";
import { answerApi } from "./api.ts";
import { type Control, createControl } from "./control.ts";
import { isBody } from "./fields.ts";
import type { Reply } from "./http.ts";
import { authorize, authorizePage, exchange } from "./oauth.ts";
import { type PageRequest, readCookies } from "./page-frame.ts";
import { answerPage } from "./pages.ts";
import { plant } from "./seed.ts";
import { emptyState, type State } from "./state.ts";
import { nextDue, sendDue } from "./webhooks.ts";
import type { GithubSandboxOptions, World } from "./world.ts";

export type { GithubSandboxOptions } from "./world.ts";

export interface GithubSandbox extends Sandbox, Control {
  /** Somebody who works through the API with their own token, recorded like anybody's traffic. */
  act(login: string): Person;
}

export function createGithubSandbox(
  ports: SandboxPorts,
  options: GithubSandboxOptions,
  snapshot?: unknown,
): GithubSandbox {
  const state = snapshot === undefined ? emptyState() : structuredClone(snapshot as State);
  const world: World = { ports, options, state };
  if (snapshot === undefined) plant(world);
  const answer = (request: Request) => handle(world, request);
  return {
    ...createControl(world),
    fetch: answer,
    nextDue: () => nextDue(world),
    runDue: () => sendDue(world),
    snapshot: () => structuredClone(world.state),
    act: (login) => act(world, answer, login),
  };
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
  const url = new URL(request.url);
  const { method, headers } = request;
  const text = method === "GET" || method === "HEAD" ? null : await request.text();
  const path = apiPath(url.pathname);
  if (path !== null) {
    const reply = answerApi(world, { method, url, path, headers, text: text || null });
    return recorded(world, { request, url, text }, reply);
  }
  if (url.pathname === "/login/oauth/access_token" && method === "POST") {
    return recorded(world, { request, url, text }, answerExchange(world, headers, text ?? ""));
  }
  const form = new URLSearchParams(text ?? "");
  const page: PageRequest = { method, url, form, cookies: readCookies(headers.get("cookie")) };
  return toResponse(await answerHtml(world, request, page));
}

async function answerHtml(world: World, request: Request, page: PageRequest): Promise<Reply> {
  if (page.method !== "GET" && !isSameOrigin(request, page.url)) {
    const words = "A form must be sent from the sandbox's own pages.";
    return { status: 403, body: words, headers: { "content-type": "text/plain; charset=utf-8" } };
  }
  if (page.url.pathname === "/login/oauth/authorize") {
    return page.method === "POST" ? authorize(world, page) : authorizePage(world, page);
  }
  return answerPage(world, (one) => handle(world, one), page);
}

function isSameOrigin(request: Request, url: URL): boolean {
  const origin = request.headers.get("origin");
  if (origin !== null) return URL.canParse(origin) && new URL(origin).host === url.host;
  return (request.headers.get("sec-fetch-site") ?? "same-origin") === "same-origin";
}

function answerExchange(world: World, headers: Headers, text: string): Reply {
  const isJson = (headers.get("content-type") ?? "").includes("json");
  const fields = isJson ? jsonFields(text) : new URLSearchParams(text);
  const result = exchange(world, fields);
  const date = { date: new Date(world.ports.now()).toUTCString() };
  if ((headers.get("accept") ?? "").includes("json")) {
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

function bodyText(reply: Reply): string | null {
  if (reply.body === undefined) return null;
  const isJson = reply.headers?.["content-type"]?.startsWith("application/json") ?? false;
  return isJson ? JSON.stringify(reply.body) : String(reply.body);
}

function toResponse(reply: Reply, text = bodyText(reply)): Response {
  return new Response(text, { status: reply.status, headers: reply.headers ?? {} });
}

interface Asked {
  request: Request;
  url: URL;
  text: string | null;
}

function recorded(world: World, asked: Asked, reply: Reply): Response {
  const { request, url, text } = asked;
  const responseBody = bodyText(reply);
  world.ports.record?.({
    kind: "request",
    service: "github",
    method: request.method,
    path: url.pathname,
    query: url.search.slice(1),
    requestHeaders: Object.fromEntries(request.headers),
    requestBody: text || null,
    status: reply.status,
    responseBody,
  });
  return toResponse(reply, request.method === "HEAD" ? null : responseBody);
}
