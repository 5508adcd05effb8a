// Who is signed in, and the minute between asking GitHub and its answer: both in signed cookies, nothing
// on the server. GitHub's numeric id identifies a person; the login is only shown.
import type { Context } from "hono";
import { generateCookie, getCookie } from "hono/cookie";
import * as z from "zod";
import type { Person } from "../core/campaign.ts";
import { type Purpose, sha256 } from "./signing.ts";
import type { Site } from "./site.ts";

const SESSION_MS = 12 * 60 * 60_000;
const SIGN_IN_MS = 10 * 60_000;

const SESSION_COOKIE = "whipround-session";
const SIGN_IN_COOKIE = "whipround-sign-in";

const PersonSchema = z.object({ id: z.int().positive(), login: z.string() });
/** The pages that somebody may come back to after signing in. */
const NextSchema = z.enum(["payee", "backer"]).default("payee").catch("payee");

const AttemptSchema = z.object({
  state: z.string().min(1),
  codeVerifier: z.string().min(1),
  next: NextSchema,
});

/** What must come back from GitHub, and the proof that we are who asked. */
export type SignInAttempt = z.infer<typeof AttemptSchema>;

export function signedIn(site: Site, c: Context): Person | null {
  const payload = unsealed(site, c, { name: SESSION_COOKIE, purpose: "session" });
  return PersonSchema.safeParse(payload).data ?? null;
}

/** Cookies are answered as Set-Cookie lines. */
export function sessionCookie(site: Site, { id, login }: Person): string {
  const token = site.signer.seal("session", { id, login }, SESSION_MS);
  return cookie(site, { name: SESSION_COOKIE, token, lifetimeMs: SESSION_MS });
}

export function endedSessionCookie(site: Site): string {
  return cookie(site, { name: SESSION_COOKIE, token: "", lifetimeMs: 0 });
}

/** `next` is what the form asked for: one of our own pages, or the payee's. */
export function newAttempt({ random }: Site, next: string | null): SignInAttempt {
  return {
    state: secretText(random.id),
    codeVerifier: secretText(random.id),
    next: NextSchema.parse(next ?? undefined),
  };
}

/** PKCE asks for 43 to 128 characters. */
const SECRET_LENGTH_MIN = 43;

function secretText(id: () => string): string {
  let text = "";
  while (text.length < SECRET_LENGTH_MIN) text += id();
  return text.slice(0, 128);
}

export function codeChallengeOf({ codeVerifier }: SignInAttempt): string {
  return sha256(codeVerifier).toString("base64url");
}

export function attemptCookie(site: Site, attempt: SignInAttempt): string {
  const token = site.signer.seal("sign-in", attempt, SIGN_IN_MS);
  return cookie(site, { name: SIGN_IN_COOKIE, token, lifetimeMs: SIGN_IN_MS });
}

/** An attempt serves once: each answer to GitHub's redirect ends it. */
export function endedAttemptCookie(site: Site): string {
  return cookie(site, { name: SIGN_IN_COOKIE, token: "", lifetimeMs: 0 });
}

export function attemptOf(site: Site, c: Context): SignInAttempt | null {
  const payload = unsealed(site, c, { name: SIGN_IN_COOKIE, purpose: "sign-in" });
  return AttemptSchema.safeParse(payload).data ?? null;
}

function unsealed(
  site: Site,
  c: Context,
  { name, purpose }: { name: string; purpose: Purpose },
): unknown {
  const token = site.secure ? getCookie(c, name, "host") : getCookie(c, name);
  return token === undefined ? null : site.signer.unseal(purpose, token);
}

/** Lax, for GitHub and Stripe send people back by a link; `__Host-` keeps sibling hosts from setting it. */
function cookie(
  { secure }: Site,
  { name, token, lifetimeMs }: { name: string; token: string; lifetimeMs: number },
): string {
  return generateCookie(name, token, {
    path: "/",
    httpOnly: true,
    sameSite: "Lax",
    secure,
    maxAge: lifetimeMs / 1000,
    ...(secure ? { prefix: "host" as const } : {}),
  });
}
