// The web flow of a GitHub App: a page to authorize, a code that works once, tokens and their refresh.
// Errors of the token endpoint come with status 200, as GitHub's do.
import { createHash, timingSafeEqual } from "node:crypto";
import { layout, markup } from "../pages.ts";
import type { Reply } from "./http.ts";
import { chosenLogin, htmlReply, type PageRequest, peopleOf, redirectTo } from "./page-frame.ts";
import { findAccount, randomHex, randomToken, type World } from "./world.ts";

const codeMs = 10 * 60 * 1000;
const tokenSeconds = 28_800;
const refreshSeconds = 15_897_600;

interface Authorization {
  redirectUri: string;
  state: string | null;
  challenge: string | null;
}

/** A reply when the request is refused, else what it asks for. */
function readAuthorization(world: World, fields: URLSearchParams): Authorization | string {
  const { app } = world.options;
  if (fields.get("client_id") !== app.clientId) return "No App has this client_id.";
  const redirectUri = fields.get("redirect_uri") ?? app.callbackUrls[0] ?? "";
  if (!app.callbackUrls.includes(redirectUri)) {
    return "The redirect_uri is not associated with this application.";
  }
  const challenge = fields.get("code_challenge");
  if (challenge !== null && fields.get("code_challenge_method") !== "S256") {
    return "The code_challenge_method must be S256.";
  }
  return { redirectUri, state: fields.get("state"), challenge };
}

export function authorizePage(world: World, page: PageRequest): Reply {
  const fields = page.url.searchParams;
  const wanted = readAuthorization(world, fields);
  if (typeof wanted === "string") return htmlReply(refusal(wanted), 404);
  const current = fields.get("login") ?? chosenLogin(world, page);
  const { app } = world.options;
  const options = peopleOf(world).map(
    (one) =>
      markup`<option value="${one.login}" ${one.login === current ? "selected" : ""}>${one.login}</option>`,
  );
  const hidden = [...fields].map(
    ([name, value]) => markup`<input type="hidden" name="${name}" value="${value}">`,
  );
  const body = markup`<div class="box" style="max-width:480px;margin:40px auto"><div class="head"><strong>Authorize ${app.name}</strong></div>
<div class="body"><form method="post" action="/login/oauth/authorize">${hidden}
<label for="as">Sign in as</label><select id="as" name="as">${options}</select>
<p class="muted">${app.name} will learn who you are. You return to <code>${wanted.redirectUri}</code>.</p>
<div class="row"><button class="primary" name="decision" value="authorize">Authorize ${app.name}</button>
<button name="decision" value="cancel">Cancel</button></div></form></div></div>`;
  return htmlReply(layout({ title: `Authorize ${app.name}`, body, brand: "Sandbox GitHub" }));
}

function refusal(words: string) {
  const body = markup`<h1>This sign-in cannot go on</h1><p class="flash">${words}</p>`;
  return layout({ title: "Sign-in refused", body, brand: "Sandbox GitHub" });
}

export function authorize(world: World, page: PageRequest): Reply {
  const wanted = readAuthorization(world, page.form);
  if (typeof wanted === "string") return htmlReply(refusal(wanted), 404);
  const target = new URL(wanted.redirectUri);
  if (wanted.state !== null) target.searchParams.set("state", wanted.state);
  if (page.form.get("decision") === "cancel") {
    target.searchParams.set("error", "access_denied");
    target.searchParams.set("error_description", "The user has denied your application access.");
    return redirectTo(target.href);
  }
  const user = findAccount(world, page.form.get("as") ?? chosenLogin(world, page));
  if (user?.type !== "User") return htmlReply(refusal("There is no such user."), 404);
  const code = randomHex(world, 20);
  const { redirectUri, challenge } = wanted;
  const expiresAtMs = world.ports.now() + codeMs;
  world.state.codes[code] = { userId: user.id, redirectUri, challenge, expiresAtMs };
  target.searchParams.set("code", code);
  return redirectTo(target.href, {
    "set-cookie": `sandbox_user=${user.login}; Path=/; SameSite=Lax`,
  });
}

function oauthError(error: string, description: string): Record<string, unknown> {
  const error_uri =
    "https://docs.github.com/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-oauth-app-access-token-request-errors";
  return { error, error_description: description, error_uri };
}

export function exchange(world: World, fields: URLSearchParams): Record<string, unknown> {
  const { app } = world.options;
  const secret = createHash("sha256")
    .update(fields.get("client_secret") ?? "")
    .digest();
  const expected = createHash("sha256").update(app.clientSecret).digest();
  if (fields.get("client_id") !== app.clientId || !timingSafeEqual(secret, expected)) {
    return oauthError(
      "incorrect_client_credentials",
      "The client_id and/or client_secret passed are incorrect.",
    );
  }
  const grant = fields.get("grant_type");
  if (grant === "refresh_token") return refresh(world, fields.get("refresh_token") ?? "");
  if (grant && grant !== "authorization_code") {
    return oauthError("unsupported_grant_type", "The grant_type is not supported.");
  }
  return redeem(world, fields);
}

function redeem(world: World, fields: URLSearchParams): Record<string, unknown> {
  const text = fields.get("code") ?? "";
  const code = world.state.codes[text];
  const bad = oauthError("bad_verification_code", "The code passed is incorrect or expired.");
  if (!code) return bad;
  // A code works once, whatever comes of it.
  delete world.state.codes[text];
  if (code.expiresAtMs <= world.ports.now()) return bad;
  const redirectUri = fields.get("redirect_uri");
  if (redirectUri !== null && redirectUri !== code.redirectUri) {
    return oauthError(
      "redirect_uri_mismatch",
      "The redirect_uri MUST match the registered callback URL for this application.",
    );
  }
  if (code.challenge !== null) {
    const verifier = fields.get("code_verifier") ?? "";
    const hash = createHash("sha256").update(verifier).digest("base64url");
    if (hash !== code.challenge) return bad;
  }
  return issueTokens(world, code.userId);
}

function refresh(world: World, text: string): Record<string, unknown> {
  const token = world.state.tokens[text];
  if (token?.kind !== "refresh" || token.expiresAtMs <= world.ports.now()) {
    return oauthError("bad_refresh_token", "The refresh token passed is incorrect or expired.");
  }
  delete world.state.tokens[text];
  for (const [old, other] of Object.entries(world.state.tokens)) {
    if (other.kind === "oauth" && other.userId === token.userId) delete world.state.tokens[old];
  }
  return issueTokens(world, token.userId);
}

function issueTokens(world: World, userId: number): Record<string, unknown> {
  const now = world.ports.now();
  const access = randomToken(world, "ghu_");
  const refreshToken = randomToken(world, "ghr_");
  const { tokens } = world.state;
  tokens[access] = { kind: "oauth", userId, expiresAtMs: now + tokenSeconds * 1000 };
  tokens[refreshToken] = { kind: "refresh", userId, expiresAtMs: now + refreshSeconds * 1000 };
  return {
    access_token: access,
    expires_in: tokenSeconds,
    refresh_token: refreshToken,
    refresh_token_expires_in: refreshSeconds,
    scope: "",
    token_type: "bearer",
  };
}
