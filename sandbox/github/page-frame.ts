// What every page shares: the request as a form, who the visitor plays, the frame, messages.
import { type LayoutOptions, layout, markup } from "../pages.ts";
import { notFound, type Reply } from "./http.ts";
import { webFlow } from "./signatures.ts";
import type { Account } from "./state.ts";
import { findAccount, type World } from "./world.ts";

export type Markup = LayoutOptions["body"];

export interface PageRequest {
  method: string;
  url: URL;
  form: URLSearchParams;
  cookies: Record<string, string>;
}

export function readCookies(header: string | null): Record<string, string> {
  const pairs = (header ?? "").split(";").map((one) => one.trim().split("=") as [string, string?]);
  return Object.fromEntries(pairs.map(([name, value = ""]) => [name, value]));
}

/** The people a visitor may play: users who are no bots, nor GitHub itself. */
export function peopleOf(world: World): Account[] {
  return Object.values(world.state.accounts).filter(
    ({ id, type }) => type === "User" && id !== webFlow.id,
  );
}

export function chosenLogin(world: World, page: PageRequest): string {
  const people = peopleOf(world);
  const chosen = decodeURIComponent(page.cookies["sandbox_user"] ?? "");
  return (people.find((one) => one.login === chosen) ?? people[0])?.login ?? "";
}

export function visitor(world: World, page: PageRequest): Account {
  const found = findAccount(world, chosenLogin(world, page));
  if (!found) throw notFound();
  return found;
}

export function htmlReply(body: Markup, status = 200): Reply {
  return { status, body: body.toString(), headers: { "content-type": "text/html; charset=utf-8" } };
}

export function redirectTo(location: string, headers: Record<string, string> = {}): Reply {
  return { status: 303, headers: { ...headers, location } };
}

export function themeOf(page: PageRequest): "light" | "dark" | undefined {
  const { sandbox_theme: theme } = page.cookies as { sandbox_theme?: string };
  return theme === "light" || theme === "dark" ? theme : undefined;
}

function switchers(world: World, page: PageRequest): Markup {
  const login = chosenLogin(world, page);
  const back = page.url.pathname + page.url.search;
  const people = peopleOf(world).map(
    (one) =>
      markup`<option value="${one.login}" ${one.login === login ? "selected" : ""}>${one.login}</option>`,
  );
  const theme = themeOf(page);
  const other = theme === "dark" ? "light" : "dark";
  return markup`<a href="/sandbox/accounts">Accounts</a><a href="/sandbox/deliveries">Webhook deliveries</a>
<form class="inline" method="post" action="/sandbox/theme"><input type="hidden" name="back" value="${back}"><button name="theme" value="${other}" title="Switch to ${other}">${other === "dark" ? "Dark" : "Light"}</button></form>
<form class="inline" method="post" action="/sandbox/user"><input type="hidden" name="back" value="${back}"><label class="plain" for="who">You are</label><select id="who" name="login" onchange="this.form.submit()">${people}</select><noscript><button>Switch</button></noscript></form>`;
}

export function framed(world: World, page: PageRequest, title: string, body: Markup): Markup {
  const theme = themeOf(page);
  const message = page.url.searchParams.get("message");
  const flash = message ? markup`<p class="flash" role="alert">${message}</p>` : "";
  return layout({
    title,
    body: markup`${flash}${body}`,
    nav: switchers(world, page),
    brand: "Sandbox GitHub",
    ...(theme ? { theme } : {}),
  });
}

/** Only a path of our own: the form's field comes from the browser. */
export function safeBack(text: string | null): string {
  return text && /^\/(?![/\\])/.test(text) ? text : "/";
}
