// A route: its path and what answers a GET, a posted form, or another service's call. Every form passes
// the same guard (same site, right type, small) before its handler sees it; no handler can forget it.
import type { Context, Hono, MiddlewareHandler } from "hono";
import { messagePage } from "./layout.ts";
import { type Markup, markup } from "./markup.ts";
import { type HeaderList, jsonResponse, pageResponse } from "./respond.ts";
import type { Limit, Site } from "./site.ts";

type Answer = Response | Promise<Response>;

export interface Route {
  path: string;
  /** Must change nothing: links in public issues are crawled. */
  get?: (c: Context) => Answer;
  form?: (c: Context, fields: URLSearchParams) => Answer;
  /** Gets the request untouched: its signature covers every byte. */
  receive?: (request: Request) => Promise<Response>;
}

const FORM_BYTES_MAX = 16 * 1024;
const FORM_TYPE = "application/x-www-form-urlencoded";
const JSON_TYPE = "application/json";

export function mount(app: Hono, site: Site, routes: readonly Route[]): void {
  for (const { path, get, form, receive } of routes) {
    if (get !== undefined) app.get(path, get);
    if (receive !== undefined) {
      app.post(path, (c) => (typeOf(c) === JSON_TYPE ? receive(c.req.raw) : notJson()));
    }
    if (form !== undefined) {
      app.post(path, sameSite(site), formType(site), async (c) => {
        const fields = await readFields(c.req.raw);
        return fields === null ? tooLarge(site) : form(c, fields);
      });
    }
    const allowed = [
      ...(get === undefined ? [] : ["GET", "HEAD"]),
      ...(form === undefined && receive === undefined ? [] : ["POST"]),
    ].join(", ");
    app.all(path, () =>
      errorPage(site, {
        status: 405,
        title: "Not this way",
        text: "This address does not take that kind of request.",
        headers: { Allow: allowed },
      }),
    );
  }
}

/**
 * A browser says where a form was posted from. Sec-Fetch-Site decides where it is sent, else Origin;
 * a request with neither is no browser's that we would take money from.
 */
function sameSite(site: Site): MiddlewareHandler {
  return async (c, next) => {
    const fetchSite = c.req.header("Sec-Fetch-Site");
    const same =
      fetchSite === undefined
        ? c.req.header("Origin") === site.origin
        : fetchSite === "same-origin";
    if (same) return next();
    return errorPage(site, {
      status: 403,
      title: "That form came from elsewhere",
      text: "For your safety only forms on this site are taken. Open the page here and send it again. Nothing was done.",
    });
  };
}

function typeOf(c: Context): string {
  return (c.req.header("Content-Type") ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

/** GitHub can also send a form, where the App's settings say so: its words tell the operator what to set. */
function notJson(): Response {
  return jsonResponse({ error: `the content type must be ${JSON_TYPE}` }, { status: 415 });
}

function formType(site: Site): MiddlewareHandler {
  return async (c, next) => {
    if (typeOf(c) === FORM_TYPE) return next();
    return errorPage(site, {
      status: 415,
      title: "Not a form",
      text: "This address takes its own form only. Nothing was done.",
    });
  };
}

/**
 * The form's fields, or null when it is too large. Read here rather than by a middleware that would put
 * another request in the place of this one: the client's address is looked up by the request itself.
 */
async function readFields(request: Request): Promise<URLSearchParams | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.length;
    if (bytes > FORM_BYTES_MAX) return null;
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString());
}

function tooLarge(site: Site): Response {
  return errorPage(site, {
    status: 413,
    title: "That is too much",
    text: "The form holds more than this page takes. Nothing was done.",
  });
}

export function errorPage(
  site: Site,
  options: { status: number; title: string; text: string; headers?: HeaderList; more?: Markup },
): Response {
  const { status, title, text, headers = {}, more = markup`` } = options;
  return pageResponse(messagePage(site, { title, body: markup`<p>${text}</p>${more}` }), {
    status,
    headers,
  });
}

/** What is private and what does not exist are answered alike. */
export function notFound(site: Site): Response {
  return errorPage(site, {
    status: 404,
    title: "There is nothing here",
    text: "The address may be mistyped, the bounty may not exist, or its repository may not be public.",
    more: markup`<p><a href="${site.base}/help">How Whipround works</a></p>`,
  });
}

export function tooMany(site: Site, { windowMs }: Limit): Response {
  return errorPage(site, {
    status: 429,
    title: "One moment, please",
    text: "More requests came than this page takes in a short time. Nothing was charged. Try again in a few minutes.",
    headers: { "Retry-After": String(Math.ceil(windowMs / 1000)) },
  });
}

/** A part of the path; an absent one is a mistake in the route table. */
export function part(c: Context, name: string): string {
  const value = c.req.param(name);
  if (value === undefined) throw new Error(`the route has no ${name}`);
  return value;
}
