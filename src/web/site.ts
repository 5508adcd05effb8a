// What the pages are given: ports to read and ask through, the operator's settings, and limits.
// The one place that knows how options become the site that every page is rendered for.
import type { Clock, Desk, Log, Random, Reader, Signal, SignIn } from "../ports.ts";
import { createSigner, type Signer } from "./signing.ts";

/** How often something may be asked for; `windowMs` is in milliseconds. */
export interface Limit {
  limit: number;
  windowMs: number;
}

export interface Limits {
  pledgesPerAddress: Limit;
  pledgesPerCampaign: Limit;
  signInsPerAddress: Limit;
  /** Calls to Stripe's Connect API that one signed-in person may cause. */
  connectsPerPayee: Limit;
  /** What backers change through their links. */
  backerChangesPerAddress: Limit;
}

export interface WebOptions {
  read: Reader;
  desk: Desk;
  signIn: SignIn;
  signal: Signal;
  clock: Clock;
  random: Random;
  log: Log;
  /** Where people reach the pages, without a slash at the end. */
  publicUrl: string;
  sessionSecret: string;
  operatorFeeBasisPoints: number;
  /** Days from its capture that no money of a new pledge is held beyond. */
  holdDaysMax: number;
  /** Where a request comes from, by the connection or a trusted proxy; never a header anybody can send. */
  clientAddress(request: Request): string;
  receiveGithub(request: Request): Promise<Response>;
  receiveStripe(request: Request): Promise<Response>;
  ready(): Promise<{ ok: boolean; problems: string[] }>;
  /** The GitHub App's own page, for the landing page's link. */
  appUrl?: string | undefined;
  /** Where issues are read; the sandbox has its own. */
  githubUrl?: string | undefined;
  limits?: Partial<Limits> | undefined;
}

export interface Site extends Omit<WebOptions, "limits" | "githubUrl"> {
  /** The path under which the pages are served, empty or `/like-this`: it begins every link. */
  base: string;
  origin: string;
  /** Cookies travel over https only. */
  secure: boolean;
  githubUrl: string;
  limits: Limits;
  signer: Signer;
}

const MINUTE_MS = 60_000;

const LIMITS: Limits = {
  pledgesPerAddress: { limit: 20, windowMs: 10 * MINUTE_MS },
  // Bounds what a card tester with many addresses can do, above what a popular issue sees.
  pledgesPerCampaign: { limit: 200, windowMs: MINUTE_MS },
  signInsPerAddress: { limit: 30, windowMs: 10 * MINUTE_MS },
  connectsPerPayee: { limit: 20, windowMs: 10 * MINUTE_MS },
  backerChangesPerAddress: { limit: 30, windowMs: 10 * MINUTE_MS },
};

export function createSite(options: WebOptions): Site {
  const url = new URL(options.publicUrl);
  return {
    ...options,
    publicUrl: options.publicUrl.replace(/\/+$/, ""),
    base: url.pathname.replace(/\/+$/, ""),
    origin: url.origin,
    secure: url.protocol === "https:",
    githubUrl: (options.githubUrl ?? "https://github.com").replace(/\/+$/, ""),
    limits: { ...LIMITS, ...options.limits },
    signer: createSigner({ secret: options.sessionSecret, clock: options.clock }),
  };
}
