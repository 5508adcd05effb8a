// The real clients of GitHub and Stripe, made once for a process: making them costs more than using them.
// Octokit comes without its authentication, throttle and retries; what they send goes to whoever listens.
import { Octokit } from "@octokit/rest";
import type { ProbotOctokit } from "probot";
import { SILENT } from "../../src/github/silent.ts";
import type { Log, Stripe } from "../../src/ports.ts";
import { createStripe } from "../../src/stripe/client.ts";
import type { Service } from "./faults.ts";
import { usePlainMessages } from "./messages.ts";

export type Send = (service: Service, url: string, init: RequestInit) => Promise<Response>;

export interface Clients {
  octokit: ProbotOctokit;
  stripe: Stripe;
  fetch: typeof fetch;
  /** Who takes what the clients send from now on. */
  connect(send: Send): void;
}

export const PLACES = {
  app: "http://app.test",
  github: "http://github.test",
  stripe: "http://stripe.test",
};

/** Stands for the installation's token, which the real authentication would fetch every hour. */
export const INSTALLATION_TOKEN = "ghs_simulation";

/** Deadlines are the wall clock's: in a simulation a call that does not answer is a fault of its own. */
function stopTheWallClock(): void {
  const never = Object.assign(Object.create(AbortSignal.prototype), {
    addEventListener() {},
    removeEventListener() {},
  }) as AbortSignal;
  // A class of our own: changing the platform's would reach beyond this simulation.
  class Patient extends AbortSignal {
    static override timeout(): AbortSignal {
      return never;
    }
  }
  Object.assign(globalThis, { AbortSignal: Patient });
}

export function createClients(log: Log): Clients {
  stopTheWallClock();
  usePlainMessages();
  let send: Send = () => Promise.reject(new Error("nobody listens"));
  const sendTo =
    (service: Service) =>
    (url: unknown, init: RequestInit = {}): Promise<Response> =>
      send(service, String(url), init);
  const toGithub = sendTo("github") as typeof fetch;
  const octokit = new Octokit({
    auth: INSTALLATION_TOKEN,
    baseUrl: `${PLACES.github}/api/v3`,
    log: SILENT,
    request: { fetch: toGithub, parseSuccessResponseBody: false },
  });
  // Octokit's own reader looks into every string for numbers beyond 2^53, of which the sandbox sends none.
  octokit.hook.after("request", async (response) => {
    if (response.data)
      response.data = await new Response(response.data as unknown as string).json();
  });
  return {
    octokit: octokit as unknown as ProbotOctokit,
    stripe: createStripe({
      secretKey: "sk_test_sandbox",
      apiBase: PLACES.stripe,
      fetch: sendTo("stripe") as typeof fetch,
      log,
    }),
    fetch: toGithub,
    connect(next) {
      send = next;
    },
  };
}
