// The one place where GitHub's errors become ours: what is worth another try, what never is, and when.
import { PermanentFailure, ServerFailure, TransientFailure } from "../ports.ts";

/** Octokit's RequestError by its looks: several copies of its class may be installed. */
interface RequestErrorLike {
  message: string;
  status: number;
  response?: { url?: string; headers?: Record<string, string | number | undefined> } | undefined;
}

/** `path` leads through the answer to what it is about. */
type GraphqlErrors = readonly { type?: string; path?: readonly (string | number)[] }[];

/** Octokit's GraphqlResponseError. */
interface GraphqlErrorLike {
  name: "GraphqlResponseError";
  message: string;
  errors: GraphqlErrors;
  headers?: Record<string, string | number | undefined>;
}

/** What plugin-throttling makes of an answer of GraphQL that says RATE_LIMITED. */
interface ThrottledErrorLike {
  message: string;
  data: { errors: GraphqlErrors };
  response: { headers?: Record<string, string | number | undefined> };
}

/** Without a word from GitHub a limited client waits at least a minute (docs.github.com, rate limits). */
const LIMITED_MS = 60_000;

/** GitHub's own word that something is not there, or no longer. */
export function isGone(error: unknown): boolean {
  return (
    error instanceof PermanentFailure &&
    (error.code === "github_404" || error.code === "github_410")
  );
}

/** What a call to GitHub threw, as a failure; anything that is none of GitHub's stays what it was. */
export function toFailure(error: unknown): unknown {
  if (error instanceof TransientFailure || error instanceof PermanentFailure) return error;
  if (typeof error !== "object" || error === null || !("message" in error)) return error;
  if (isGraphqlError(error)) return graphqlFailure(error, error);
  if (isThrottledError(error)) {
    const { data, response, message } = error;
    return graphqlFailure({ ...response, ...data, message }, error);
  }
  if (isRequestError(error)) return requestFailure(error);
  if ("name" in error && (error.name === "AbortError" || error.name === "TimeoutError")) {
    return new TransientFailure("GitHub did not answer in time", { cause: error });
  }
  return error;
}

function isRequestError(error: object): error is RequestErrorLike {
  return "status" in error && typeof error.status === "number";
}

function isGraphqlError(error: object): error is GraphqlErrorLike {
  return "name" in error && error.name === "GraphqlResponseError" && "errors" in error;
}

function isThrottledError(error: object): error is ThrottledErrorLike {
  if (!("data" in error && "response" in error) || "status" in error) return false;
  const { data } = error;
  return typeof data === "object" && data !== null && "errors" in data;
}

function requestFailure(error: RequestErrorLike): Error {
  const { status, response } = error;
  // Octokit gives a request that was never answered the status 500, and no response.
  if (response === undefined) {
    return new TransientFailure(`GitHub did not answer: ${error.message}`, { cause: error });
  }
  const retryAfterMs = waitOf(response.headers ?? {});
  if (status >= 500) {
    return new ServerFailure(`GitHub answered ${status}: ${error.message}`, {
      cause: error,
      retryAfterMs,
    });
  }
  if (status === 429 || (status === 403 && isLimited(error))) {
    return new TransientFailure(`GitHub limits us: ${error.message}`, {
      cause: error,
      retryAfterMs: retryAfterMs ?? LIMITED_MS,
    });
  }
  // An installation's token expires and is revoked; the next one is made for the next try.
  if (status === 401) {
    return new TransientFailure(`GitHub refused the token: ${error.message}`, { cause: error });
  }
  // The installation itself is gone: no word on whatever was asked for.
  const code = response.url?.endsWith("/access_tokens")
    ? "github_installation"
    : `github_${status}`;
  return new PermanentFailure(`GitHub answered ${status}: ${error.message}`, {
    code,
    cause: error,
  });
}

function isLimited({ message, response }: RequestErrorLike): boolean {
  const headers = response?.headers ?? {};
  return (
    headers["retry-after"] !== undefined ||
    String(headers["x-ratelimit-remaining"]) === "0" ||
    /secondary rate limit|rate limit exceeded|abuse detection/i.test(message)
  );
}

/** `retry-after`, else the time at which the budget is renewed, by GitHub's own clock. */
function waitOf(headers: Record<string, string | number | undefined>): number | null {
  const seconds = Number(headers["retry-after"] ?? Number.NaN);
  if (Number.isFinite(seconds)) return Math.max(0, seconds) * 1000;
  if (String(headers["x-ratelimit-remaining"]) !== "0") return null;
  const resetAt = Number(headers["x-ratelimit-reset"] ?? Number.NaN) * 1000;
  const answeredAt = Date.parse(String(headers["date"] ?? ""));
  const waitMs = resetAt - answeredAt + 1000;
  return Number.isFinite(waitMs) ? Math.max(waitMs, 1000) : LIMITED_MS;
}

function graphqlFailure(
  error: Pick<GraphqlErrorLike, "errors" | "headers" | "message">,
  cause: unknown,
): Error {
  const types = error.errors.map(({ type }) => type);
  const options = { cause };
  if (types.includes("RATE_LIMITED")) {
    const retryAfterMs = waitOf(error.headers ?? {}) ?? LIMITED_MS;
    return new TransientFailure(`GitHub limits us: ${error.message}`, { ...options, retryAfterMs });
  }
  const code = GRAPHQL_CODES.find(([type]) => types.includes(type))?.[1];
  if (code !== undefined && !(code === "github_404" && error.errors.some(isWithin))) {
    return new PermanentFailure(`GitHub refused: ${error.message}`, { ...options, code });
  }
  // An error without a type is GitHub's own: a timeout, "something went wrong".
  return types.includes(undefined)
    ? new ServerFailure(`GitHub failed: ${error.message}`, options)
    : new PermanentFailure(`GitHub refused: ${error.message}`, {
        ...options,
        code: "github_graphql",
      });
}

/** What was asked for is there, and something in it is missing: `repository.pullRequest.author`, say. */
function isWithin({ path = [] }: GraphqlErrors[0]): boolean {
  return path.length > 2;
}

const GRAPHQL_CODES: readonly (readonly [string, string])[] = [
  ["NOT_FOUND", "github_404"],
  ["FORBIDDEN", "github_403"],
  ["INSUFFICIENT_SCOPES", "github_403"],
  ["UNPROCESSABLE", "github_422"],
];
