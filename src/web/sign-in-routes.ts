// Signing in with GitHub and out again. The attempt is bound to the browser by a signed cookie and to
// GitHub's answer by its state; the code is worth nothing without the verifier (PKCE).
import type { Context } from "hono";
import { PermanentFailure, TransientFailure } from "../ports.ts";
import { clientOf, exceeded } from "./limits.ts";
import { markup } from "./markup.ts";
import { seeOther } from "./respond.ts";
import { errorPage, type Route, tooMany } from "./route.ts";
import {
  attemptCookie,
  attemptOf,
  codeChallengeOf,
  endedAttemptCookie,
  endedSessionCookie,
  newAttempt,
  type SignInAttempt,
  sessionCookie,
} from "./session.ts";
import { sameText } from "./signing.ts";
import type { Site } from "./site.ts";

export function signInRoutes(site: Site): Route[] {
  return [
    { path: "/sign-in", form: (c, fields) => beginSignIn(site, c, fields) },
    { path: "/oauth/callback", get: (c) => finishSignIn(site, c) },
    { path: "/sign-out", form: () => signOut(site) },
  ];
}

function redirectUrl({ publicUrl }: Site): string {
  return `${publicUrl}/oauth/callback`;
}

async function beginSignIn(site: Site, c: Context, fields: URLSearchParams): Promise<Response> {
  const who = clientOf(site.clientAddress(c.req.raw));
  const limit = await exceeded(site, { what: "signInsPerAddress", who });
  if (limit !== null) return tooMany(site, limit);
  const attempt = newAttempt(site, fields.get("next"));
  const url = site.signIn.authorizeUrl({
    state: attempt.state,
    codeChallenge: codeChallengeOf(attempt),
    redirectUrl: redirectUrl(site),
  });
  return seeOther(url, { "Set-Cookie": attemptCookie(site, attempt) });
}

async function finishSignIn(site: Site, c: Context): Promise<Response> {
  const attempt = attemptOf(site, c);
  const state = c.req.query("state") ?? "";
  if (attempt === null || !sameText(state, attempt.state)) return stale(site);
  if (c.req.query("error") === "access_denied") return denied(site);
  const code = c.req.query("code");
  return code === undefined || code === "" ? stale(site) : exchange(site, { attempt, code });
}

async function exchange(
  site: Site,
  { attempt, code }: { attempt: SignInAttempt; code: string },
): Promise<Response> {
  try {
    const person = await site.signIn.personByCode({
      code,
      codeVerifier: attempt.codeVerifier,
      redirectUrl: redirectUrl(site),
    });
    const response = seeOther(`${site.base}/${attempt.next}`);
    response.headers.append("Set-Cookie", sessionCookie(site, person));
    response.headers.append("Set-Cookie", endedAttemptCookie(site));
    return response;
  } catch (error) {
    if (error instanceof PermanentFailure) return stale(site);
    if (!(error instanceof TransientFailure)) throw error;
    site.log.warn({ err: error }, "GitHub could not be asked who signed in");
    return failed(site, {
      status: 503,
      title: "GitHub does not answer",
      text: "We could not ask GitHub who you are. Please try again in a moment.",
    });
  }
}

function stale(site: Site): Response {
  return failed(site, {
    status: 400,
    title: "That sign-in is over",
    text: "It was not begun in this browser, took longer than ten minutes, or was used before. Begin again below, in the same browser.",
  });
}

function denied(site: Site): Response {
  return failed(site, {
    status: 403,
    title: "You did not sign in",
    text: "GitHub says that you declined. Nothing changed. You can sign in whenever you like; until then what waits for you stays, within its dates.",
  });
}

function failed(site: Site, options: { status: number; title: string; text: string }): Response {
  return errorPage(site, {
    ...options,
    headers: { "Set-Cookie": endedAttemptCookie(site) },
    more: markup`<form method="post" action="${site.base}/sign-in"><button class="primary">Sign in with GitHub</button></form>`,
  });
}

function signOut(site: Site): Response {
  return seeOther(`${site.base}/payee`, { "Set-Cookie": endedSessionCookie(site) });
}
