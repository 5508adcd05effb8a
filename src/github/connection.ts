// How every call to GitHub is made: as an installation, within a deadline, never repeated by Octokit,
// its errors translated. What is called is the other files' matter.
import type { ProbotOctokit } from "probot";
import type { Repository } from "../core/campaign.ts";
import { type Log, RenamedFailure, ServerFailure, TransientFailure } from "../ports.ts";
import { toFailure } from "./failures.ts";

/** What a call is given: the installation's client, and options that each request must carry. */
export interface Session {
  octokit: ProbotOctokit;
  request: { retries: 0; signal: AbortSignal };
}

export interface Connection {
  /** GitHub's numeric id of our App. */
  appId: number;
  log: Log;
  /** Throws TransientFailure or PermanentFailure, or what is a bug. */
  as<T>(repository: Repository, work: (session: Session) => Promise<T>): Promise<T>;
}

/** One visit, with all its requests, must be over well before the lease of the effect that makes it. */
const VISIT_MS_MAX = 45_000;

export function createConnection(options: {
  octokitFor(installationId: number): Promise<ProbotOctokit>;
  appId: number;
  log: Log;
  visitMsMax?: number;
}): Connection {
  const { octokitFor, appId, log, visitMsMax = VISIT_MS_MAX } = options;
  return {
    appId,
    log,
    async as({ installationId }, work) {
      const signal = AbortSignal.timeout(visitMsMax);
      try {
        // plugin-retry would repeat a POST after a 5xx, and a comment would stand there twice; the
        // outbox repeats instead, and looks first. The signal also ends what waits in the throttle
        // (up to an hour for a used-up budget): nothing leaves after the deadline.
        const request = { retries: 0 as const, signal };
        const done = octokitFor(installationId).then((octokit) => work({ octokit, request }));
        return await Promise.race([done, expiryOf(signal, done)]);
      } catch (error) {
        throw toFailure(error);
      }
    },
  };
}

function expiryOf(signal: AbortSignal, done: Promise<unknown>): Promise<never> {
  return new Promise((_, reject) => {
    const expire = () =>
      reject(new TransientFailure("GitHub did not answer in time", { cause: signal.reason }));
    signal.addEventListener("abort", expire, { once: true });
    const forget = () => signal.removeEventListener("abort", expire);
    done.then(forget, forget);
  });
}

/** The answer's object. Octokit hands out a body that broke off as text, under the status it came with. */
export function readable<T>({ data }: { data: T }): T {
  if (typeof data !== "object" || data === null) {
    throw new ServerFailure("GitHub's answer cannot be read");
  }
  return data;
}

/** All items of a list that GitHub answers in pages. */
export async function allPages<T>(
  page: (number: number) => Promise<{ data: T[]; headers: { link?: string | undefined } }>,
): Promise<T[]> {
  const items: T[] = [];
  for (let number = 1; ; number += 1) {
    const answer = await page(number);
    items.push(...readable(answer));
    if (!/rel="next"/.test(answer.headers.link ?? "")) return items;
  }
}

/** A renamed repository's old name may by now belong to another: then our row is about to be renewed. */
export function assertSame(repository: Repository, id: number | null | undefined): void {
  if (id === repository.id) return;
  throw new RenamedFailure(repository);
}
