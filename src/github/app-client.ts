// What the operator's side asks of GitHub as the App itself: who it is, and which of its deliveries failed.
import { createPrivateKey, sign } from "node:crypto";
import { Octokit } from "@octokit/rest";
import { type Clock, PermanentFailure, ServerFailure, TransientFailure } from "../ports.ts";
import { toFailure } from "./failures.ts";
import { SILENT } from "./silent.ts";

export interface AppDescription {
  slug: string;
  ownerLogin: string;
  ownerId: number;
}

export interface AppClient {
  /** Throws TransientFailure when GitHub cannot be reached, PermanentFailure for an App or key that is not good. */
  describeApp(): Promise<AppDescription>;
}

export interface AppClientOptions {
  appId: number;
  /** PEM, PKCS#1 as GitHub makes it or PKCS#8. */
  privateKey: string;
  /** `https://api.github.com`. */
  apiUrl: string;
  clock: Clock;
  fetch?: typeof fetch;
}

const ANSWER_MS_MAX = 10_000;

export function createAppClient(options: AppClientOptions): AppClient {
  return {
    async describeApp() {
      const { data } = await asApp(options, (octokit, request) =>
        octokit.rest.apps.getAuthenticated({ request }),
      );
      const { owner, slug } = data ?? {};
      if (owner == null || !("login" in owner) || slug === undefined) {
        throw new PermanentFailure("GitHub does not say who owns the App", {
          code: "github_no_owner",
        });
      }
      return { slug, ownerLogin: owner.login, ownerId: owner.id };
    },
  };
}

async function asApp<T>(
  options: AppClientOptions,
  work: (octokit: Octokit, request: { signal: AbortSignal }) => Promise<T>,
): Promise<T> {
  const octokit = new Octokit({
    auth: appToken(options),
    baseUrl: options.apiUrl,
    log: SILENT,
    request: { ...(options.fetch === undefined ? {} : { fetch: options.fetch }) },
  });
  try {
    return await work(octokit, { signal: AbortSignal.timeout(ANSWER_MS_MAX) });
  } catch (error) {
    const failure = toFailure(error);
    if (!(failure instanceof TransientFailure)) throw failure;
    // A refused installation token is renewed; a refused App token means a wrong key, id or clock.
    if (isUnauthorized(error)) {
      const words = "GitHub does not accept the App's id and private key";
      throw new PermanentFailure(words, { code: "github_401", cause: error });
    }
    if (failure instanceof ServerFailure) throw failure;
    throw new TransientFailure(`GitHub cannot be reached at ${options.apiUrl}`, {
      cause: error,
      retryAfterMs: failure.retryAfterMs,
    });
  }
}

function isUnauthorized(error: unknown): boolean {
  return typeof error === "object" && error !== null && "status" in error && error.status === 401;
}

/**
 * A token lives ten minutes at most and may not come from the future, so it is dated back a minute
 * (docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app).
 */
function appToken({ appId, privateKey, clock }: AppClientOptions): string {
  const now = Math.floor(clock.now() / 1000);
  const claims = { iat: now - 60, exp: now + 540, iss: String(appId) };
  const text = [{ alg: "RS256", typ: "JWT" }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  const signature = sign("RSA-SHA256", Buffer.from(text), createPrivateKey(privateKey));
  return `${text}.${signature.toString("base64url")}`;
}
