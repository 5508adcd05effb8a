// What the operator's side asks of GitHub as the App itself: who it is, and which of its deliveries failed.
import { createAppAuth } from "@octokit/auth-app";
import { Octokit } from "@octokit/rest";
import { PermanentFailure, ServerFailure, TransientFailure } from "../ports.ts";
import { toFailure } from "./failures.ts";
import { SILENT } from "./silent.ts";

interface AppDescription {
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
    authStrategy: createAppAuth,
    auth: { appId: options.appId, privateKey: options.privateKey },
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
