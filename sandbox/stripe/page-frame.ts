// The frame of every page here, and the few pieces they share.
import type { HtmlEscapedString } from "hono/utils/html";
import { layout, markup } from "../pages.ts";

const brand = "Sandbox Stripe";

interface Page {
  title: string;
  body: HtmlEscapedString;
  status?: number;
}

export function page({ title, body, status = 200 }: Page): Response {
  const nav = markup`<a href="/dashboard">Dashboard</a>`;
  const text = layout({ title, body, nav, brand, home: "/dashboard" });
  return new Response(String(text), {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
    },
  });
}

/** A page that says only why there is nothing to do. */
export function notice(title: string, message: string, status: number): Response {
  return page({ title, status, body: markup`<h1>${title}</h1><p>${message}</p>` });
}

export function redirect(to: string): Response {
  return new Response(null, { status: 303, headers: { location: to } });
}

export function flash(message: string | undefined): HtmlEscapedString {
  return message ? markup`<p class="flash" role="alert">${message}</p>` : markup``;
}

/** Fields of a posted form; files and repeated names are not expected here. */
export async function formOf(request: Request): Promise<Record<string, string>> {
  return Object.fromEntries(new URLSearchParams(await request.text()));
}

export function dateTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ");
}
