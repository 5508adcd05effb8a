// Signing in with GitHub: the App's web flow with PKCE. The user's token answers one question, who this
// is, and is then forgotten: no row, no log and no error ever holds it.
import { Octokit } from "@octokit/rest";
import { z } from "zod";
import type { Person } from "../core/campaign.ts";
import { PermanentFailure, ServerFailure, type SignIn, TransientFailure } from "../ports.ts";
import { readable } from "./connection.ts";
import { toFailure } from "./failures.ts";
import { SILENT } from "./silent.ts";

interface SignInOptions {
  clientId: string;
  clientSecret: string;
  /** Where people sign in: `https://github.com`. */
  webUrl: string;
  /** `https://api.github.com`. */
  apiUrl: string;
  fetch?: typeof fetch;
  answerMsMax?: number;
}

const ANSWER_MS_MAX = 10_000;

/** docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app */
export function createSignIn(options: SignInOptions): SignIn {
  const { clientId, webUrl } = options;
  return {
    authorizeUrl({ state, codeChallenge, redirectUrl }) {
      const url = new URL(`${webUrl}/login/oauth/authorize`);
      url.search = new URLSearchParams({
        client_id: clientId,
        redirect_uri: redirectUrl,
        state,
        code_challenge: codeChallenge,
        code_challenge_method: "S256",
      }).toString();
      return url.href;
    },
    async personByCode(grant) {
      return whoIs(await exchange(grant, options), options);
    },
  };
}

const tokenAnswer = z.object({
  access_token: z.string().min(1).optional(),
  error: z.string().optional(),
});

async function exchange(
  grant: Parameters<SignIn["personByCode"]>[0],
  options: SignInOptions,
): Promise<string> {
  const { clientId, clientSecret, webUrl, fetch: send = globalThis.fetch } = options;
  const answer = await send(`${webUrl}/login/oauth/access_token`, {
    method: "POST",
    headers: { accept: "application/json", "content-type": "application/json" },
    body: JSON.stringify({
      client_id: clientId,
      client_secret: clientSecret,
      code: grant.code,
      code_verifier: grant.codeVerifier,
      redirect_uri: grant.redirectUrl,
    }),
    signal: AbortSignal.timeout(options.answerMsMax ?? ANSWER_MS_MAX),
  }).catch((error: unknown) => {
    throw new TransientFailure("GitHub did not answer the sign-in", { cause: error });
  });
  const read = tokenAnswer.safeParse(await answer.json().catch(() => null));
  if (answer.status >= 500) throw new ServerFailure(`GitHub answered ${answer.status}`);
  if (answer.ok && !read.success) throw new ServerFailure("GitHub's answer cannot be read");
  if (answer.status === 429) throw new TransientFailure("GitHub limits us");
  // GitHub answers a bad code with 200 and an error's name.
  const error = read.success ? read.data.error : `github_${answer.status}`;
  const token = read.success ? read.data.access_token : undefined;
  if (token === undefined || error !== undefined) {
    const code = error ?? "github_no_token";
    throw new PermanentFailure(`GitHub did not accept the sign-in: ${code}`, { code });
  }
  return token;
}

async function whoIs(token: string, options: SignInOptions): Promise<Person> {
  const { apiUrl, fetch: send } = options;
  const octokit = new Octokit({
    auth: token,
    baseUrl: apiUrl,
    log: SILENT,
    request: { ...(send === undefined ? {} : { fetch: send }) },
  });
  try {
    const request = { signal: AbortSignal.timeout(options.answerMsMax ?? ANSWER_MS_MAX) };
    const { id, login } = readable(await octokit.rest.users.getAuthenticated({ request }));
    return { id, login };
  } catch (error) {
    throw toFailure(error);
  }
}
