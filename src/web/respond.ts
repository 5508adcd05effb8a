// Every answer the pages give, each with the headers that keep it harmless: no script runs, nothing frames
// us, nothing leaks to other sites.
import type { Markup } from "./markup.ts";
import { sha256Hex } from "./signing.ts";

// No `form-action`: after a form is posted we redirect to Stripe and GitHub, and Chromium holds redirects
// to that list too; their hosts differ between live and sandbox.
const PAGE_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const IMAGE_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox";

const SAFE = {
  "X-Content-Type-Options": "nosniff",
  // `no-referrer` would turn the Origin header of our own forms into `null`.
  "Referrer-Policy": "same-origin",
  "X-Frame-Options": "DENY",
};

export type HeaderList = Readonly<Record<string, string>>;

export function pageResponse(
  page: Markup,
  { status = 200, headers = {} }: { status?: number; headers?: HeaderList } = {},
): Response {
  return new Response(page.toString(), {
    status,
    headers: {
      ...SAFE,
      "Content-Type": "text/html; charset=utf-8",
      "Content-Security-Policy": PAGE_POLICY,
      "Cross-Origin-Opener-Policy": "same-origin",
      // A form's nonce must not come back from a cache; nor what a signed-in person saw.
      "Cache-Control": "no-store",
      ...headers,
    },
  });
}

/** After a POST: the browser goes on with a GET. */
export function seeOther(location: string, headers: HeaderList = {}): Response {
  return new Response(null, {
    status: 303,
    headers: { ...SAFE, Location: location, "Cache-Control": "no-store", ...headers },
  });
}

/** The name or the place changed; another may take the old one later, so that nobody should remember it. */
export function movedTo(location: string): Response {
  return new Response(null, {
    status: 302,
    headers: { ...SAFE, Location: location, "Cache-Control": "no-store" },
  });
}

export function textResponse(text: string, status = 200): Response {
  return new Response(text, {
    status,
    headers: { ...SAFE, "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store" },
  });
}

export function jsonResponse(value: object, { status = 200, headers = {} } = {}): Response {
  return new Response(JSON.stringify(value), {
    status,
    headers: {
      ...SAFE,
      "Content-Type": "application/json; charset=utf-8",
      "Cache-Control": "no-cache",
      ...headers,
    },
  });
}

/** Text that others embed or that rarely changes: answered with 304 when the asker has it already. */
export function taggedResponse(
  request: Request,
  options: { body: string; type: string; headers?: HeaderList },
): Response {
  const etag = `"${sha256Hex(options.body).slice(0, 32)}"`;
  const headers = {
    ...SAFE,
    "Content-Type": options.type,
    "Content-Security-Policy": IMAGE_POLICY,
    "Cache-Control": "no-cache",
    ETag: etag,
    ...options.headers,
  };
  const known = (request.headers.get("If-None-Match") ?? "")
    .split(",")
    .map((tag) => tag.trim().replace(/^W\//, ""));
  if (known.includes(etag) || known.includes("*")) {
    return new Response(null, { status: 304, headers });
  }
  return new Response(options.body, { status: 200, headers });
}

export function imageResponse(request: Request, picture: Markup): Response {
  return taggedResponse(request, {
    body: picture.toString(),
    type: "image/svg+xml; charset=utf-8",
    headers: { "Cross-Origin-Resource-Policy": "cross-origin" },
  });
}
