// What the operator's side asks of GitHub as the App itself: who it is, where it is, and which of its deliveries failed.
import { createAppAuth } from "@octokit/auth-app";
import { Octokit } from "@octokit/rest";
import { PermanentFailure, type Redelivery, ServerFailure, TransientFailure } from "../ports.ts";
import { readable } from "./connection.ts";
import { isGone, toFailure } from "./failures.ts";
import { SILENT } from "./silent.ts";

interface AppDescription {
  slug: string;
  ownerLogin: string;
  ownerId: number;
}

export interface AppClient extends Redelivery {
  /** Throws TransientFailure when GitHub cannot be reached, PermanentFailure for an App or key that is not good. */
  describeApp(): Promise<AppDescription>;
  /** The id behind a login, a person's or an organisation's. null when there is none. */
  accountId(login: string): Promise<number | null>;
}

export interface AppClientOptions {
  appId: number;
  /** PEM, PKCS#1 as GitHub makes it or PKCS#8. */
  privateKey: string;
  /** `https://api.github.com`. */
  apiUrl: string;
  fetch?: typeof fetch;
  answerMsMax?: number;
}

/** Who somebody is may be asked by anybody; GitHub takes the App's own token for the App's own matters only. */
type Identity = "app" | "anybody";

const ANSWER_MS_MAX = 10_000;
const PAGE = 100;
/** What our own door answers to what will never do. */
const OUR_LAST_WORD: readonly number[] = [400, 413, 422];

export function createAppClient(options: AppClientOptions): AppClient {
  return {
    async describeApp() {
      const answer = await as("app", options, (octokit, request) =>
        octokit.rest.apps.getAuthenticated({ request }),
      );
      const { owner, slug } = readable(answer) ?? {};
      if (owner == null || !("login" in owner) || slug === undefined) {
        throw new PermanentFailure("GitHub does not say who owns the App", {
          code: "github_no_owner",
        });
      }
      return { slug, ownerLogin: owner.login, ownerId: owner.id };
    },
    async failedDeliveries(after) {
      const answer = await as("app", options, (octokit, request) =>
        octokit.rest.apps.listWebhookDeliveries({
          per_page: PAGE,
          status: "failure",
          ...(after === null ? {} : { cursor: after }),
          request,
        }),
      );
      const mendable = readable(answer).filter(
        ({ status_code: status }) => !OUR_LAST_WORD.includes(status),
      );
      return {
        items: mendable.map(({ id, guid, delivered_at: at }) => ({ id, guid, at: Date.parse(at) })),
        next: /[?&]cursor=([^&>]+)[^>]*>; rel="next"/.exec(answer.headers.link ?? "")?.[1] ?? null,
      };
    },
    async redeliver(id) {
      await as("app", options, (octokit, request) =>
        octokit.rest.apps.redeliverWebhookDelivery({ delivery_id: id, request }),
      );
    },
    async installationOn({ owner, name: repo }) {
      try {
        const answer = await as("app", options, (octokit, request) =>
          octokit.rest.apps.getRepoInstallation({ owner, repo, request }),
        );
        return readable(answer).id;
      } catch (error) {
        if (isGone(error)) return null;
        throw error;
      }
    },
    async accountId(username) {
      try {
        const answer = await as("anybody", options, (octokit, request) =>
          octokit.rest.users.getByUsername({ username, request }),
        );
        return readable(answer).id;
      } catch (error) {
        if (isGone(error)) return null;
        throw error;
      }
    },
  };
}

async function as<T>(
  identity: Identity,
  options: AppClientOptions,
  work: (octokit: Octokit, request: { signal: AbortSignal }) => Promise<T>,
): Promise<T> {
  const octokit = new Octokit({
    ...(identity === "app"
      ? {
          authStrategy: createAppAuth,
          auth: { appId: options.appId, privateKey: options.privateKey },
        }
      : {}),
    baseUrl: options.apiUrl,
    log: SILENT,
    request: { ...(options.fetch === undefined ? {} : { fetch: options.fetch }) },
  });
  try {
    return await work(octokit, {
      signal: AbortSignal.timeout(options.answerMsMax ?? ANSWER_MS_MAX),
    });
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
