// The API's way in: checks key, version and idempotency key, finds the operation, performs it, answers in JSON.
// Nothing is awaited between the claim of an idempotency key and the performance but the request's body.
import { TrieRouter } from "hono/router/trie-router";
import { connectedAccount } from "./accounts.ts";
import { invalidRequest, StripeError, unauthorized, unknownUrl } from "./errors.ts";
import { expandAnswer } from "./expand.ts";
import { canonicalForm, decodeForm } from "./form.ts";
import { checkSameRequest, claimKey, keepAnswer, releaseKey } from "./idempotency.ts";
import { newId } from "./ids.ts";
import type { Route } from "./route.ts";
import { routes } from "./routes.ts";
import type { Fault, KeptAnswer, World } from "./state.ts";

interface Answer {
  status: number;
  body: string;
  headers?: Record<string, string>;
}

const router = new TrieRouter<Route>();
for (const route of routes) router.add(route.method, route.path, route);

export async function answerApi(world: World, request: Request): Promise<Response> {
  const url = new URL(request.url);
  const requestId = newId(world, "req");
  const key = request.method === "POST" ? request.headers.get("idempotency-key") : null;
  const target = `${request.method} ${url.pathname}`;
  const claim = claimFor(world, request, { key, target });
  const body = await request.text();
  const answer =
    "refusal" in claim
      ? errorAnswer(claim.refusal)
      : answerKeyed(world, { request, url, body, key, requestId, kept: claim.kept });
  const headers: Record<string, string> = {
    "content-type": "application/json",
    "request-id": requestId,
    "stripe-version": world.options.webhookEndpoint.apiVersion,
    ...(key === null ? {} : { "idempotency-key": key }),
    ...answer.headers,
  };
  world.ports.record?.({
    kind: "request",
    service: "stripe",
    method: request.method,
    path: url.pathname,
    query: url.search.slice(1),
    requestHeaders: recordedHeaders(request),
    requestBody: body === "" ? null : body,
    status: answer.status,
    responseBody: answer.body,
  });
  return new Response(answer.body, { status: answer.status, headers });
}

function recordedHeaders(request: Request): Record<string, string> {
  return { ...Object.fromEntries(request.headers), authorization: "Bearer sk_test_***" };
}

type Claim = { kept: KeptAnswer | undefined } | { refusal: StripeError };

function claimFor(
  world: World,
  request: Request,
  { key, target }: { key: string | null; target: string },
): Claim {
  try {
    checkKey(world, request);
    checkVersion(world, request);
    return { kept: key === null ? undefined : claimKey(world, { key, target }) };
  } catch (error) {
    if (error instanceof StripeError) return { refusal: error };
    throw error;
  }
}

function checkKey(world: World, request: Request): void {
  const header = request.headers.get("authorization") ?? "";
  const [scheme = "", credentials = ""] = header.split(" ");
  const key = /^basic$/i.test(scheme)
    ? (Buffer.from(credentials, "base64").toString().split(":")[0] ?? "")
    : credentials;
  if (key === "") {
    throw unauthorized(
      "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
    );
  }
  if (/^(sk|rk)_live_/.test(key)) {
    throw unauthorized("This is a sandbox: it never takes a live key. Use the sandbox's test key.");
  }
  if (key !== world.options.secretKey) {
    throw unauthorized(`Invalid API Key provided: ${key.slice(0, 8)}****${key.slice(-4)}`);
  }
}

function checkVersion(world: World, request: Request): void {
  const asked = request.headers.get("stripe-version");
  const known = world.options.webhookEndpoint.apiVersion;
  if (asked === null || asked === known) return;
  throw invalidRequest(`Invalid Stripe API version: ${asked}. The sandbox speaks only ${known}.`);
}

interface Keyed {
  request: Request;
  url: URL;
  body: string;
  key: string | null;
  requestId: string;
  kept: KeptAnswer | undefined;
}

function answerKeyed(world: World, asked: Keyed): Answer {
  const { request, url, body, key, requestId, kept } = asked;
  const canonical = `${request.headers.get("stripe-account") ?? ""}?${canonicalForm(body)}`;
  if (key !== null && kept?.answer) {
    try {
      const target = `${request.method} ${url.pathname}`;
      checkSameRequest(kept, { key, target }, canonical);
      return { ...kept.answer, headers: { "idempotent-replayed": "true" } };
    } catch (error) {
      return errorAnswer(error);
    }
  }
  const { caller } = world;
  world.caller = { requestId, idempotencyKey: key };
  try {
    const answer = performFaulty(world, asked);
    if (key !== null) keepAnswer(world, key, { request: canonical, answer });
    return answer;
  } catch (error) {
    const answer = errorAnswer(error);
    const began = error instanceof StripeError && error.began;
    if (key !== null && began) keepAnswer(world, key, { request: canonical, answer });
    return answer;
  } finally {
    if (key !== null) releaseKey(world, key);
    world.caller = caller;
  }
}

function performFaulty(world: World, asked: Keyed): Answer {
  const fault = takeFault(world, asked);
  if (fault?.status === 429) {
    const message =
      "Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.";
    const code = "rate_limit";
    throw new StripeError(429, { type: "invalid_request_error", code, message }, false);
  }
  if (!fault) return perform(world, asked);
  if (fault.performed) perform(world, asked);
  const message = "An unknown error occurred";
  throw new StripeError(fault.status, { type: "api_error", message });
}

function takeFault(world: World, { request, url }: Keyed): Fault | undefined {
  const { faults } = world.state;
  const index = faults.findIndex(
    ({ method, pathPrefix }) => method === request.method && url.pathname.startsWith(pathPrefix),
  );
  return index < 0 ? undefined : faults.splice(index, 1)[0];
}

function perform(world: World, { request, url, body }: Keyed): Answer {
  const method = request.method;
  const [match] = router.match(method, url.pathname)[0];
  if (!match) throw unknownUrl(method, url.pathname);
  const [route, path] = match as [Route, Record<string, string>];
  const type = request.headers.get("content-type") ?? "";
  if (body !== "" && !type.startsWith("application/x-www-form-urlencoded")) {
    throw invalidRequest("Invalid request: the body must be application/x-www-form-urlencoded.");
  }
  const account = accountOf(world, request, route);
  const raw = decodeForm(method === "GET" ? url.search : body);
  const { answer, expand } = route.perform({ world, raw, id: path["id"] ?? "", account });
  const shown = expandAnswer(world, answer, expand);
  return { status: 200, body: JSON.stringify(shown) };
}

function accountOf(world: World, request: Request, route: Route): string | undefined {
  const id = request.headers.get("stripe-account");
  if (id === null || id === world.state.platform) return undefined;
  connectedAccount(world, id);
  if (route.connect) return id;
  throw invalidRequest(
    `The sandbox does not perform ${route.method} ${route.path} on behalf of a connected account.`,
  );
}

function errorAnswer(error: unknown): Answer {
  if (!(error instanceof StripeError)) throw error;
  const retry: Record<string, string> =
    error.status === 409 || error.status === 429 ? { "stripe-should-retry": "true" } : {};
  return {
    status: error.status,
    body: JSON.stringify({ error: error.body }),
    headers: retry,
  };
}
