// What a sandbox (GitHub's or Stripe's) is given and what it gives: a fetch handler over an injected
// clock, randomness and state, so that a whole history can run in one process on virtual time.
// HTTP, timers and files live in the shell that hosts it, never here.

/** One exchange or webhook, as `SANDBOX_TRAFFIC_LOG` records it: bodies are the raw strings of the wire. */
export type TrafficLine =
  | {
      kind: "request";
      service: "github" | "stripe";
      method: string;
      path: string;
      query: string;
      requestHeaders: Record<string, string>;
      requestBody: string | null;
      status: number;
      responseBody: string | null;
    }
  | {
      kind: "webhook";
      service: "github" | "stripe";
      event?: string;
      headers: Record<string, string>;
      body: string;
    };

export interface SandboxPorts {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Uniform in [0, 1): the only source of randomness (ids, delays, tokens). */
  random(): number;
  /** Sends a webhook. Rejects when nobody answers; a slow answer is the receiver's matter. */
  deliver(request: Request): Promise<Response>;
  /** Called once for each API exchange and each webhook sent. */
  record?(line: TrafficLine): void;
}

export interface Sandbox {
  fetch(request: Request): Promise<Response>;
  /** Time at which the sandbox's own next piece of work falls due (a webhook, a settlement), or null. */
  nextDue(): number | null;
  /** Performs what is due by `now()`, webhooks included, in order; answers how many pieces it performed. */
  runDue(): Promise<number>;
  /** The whole state as JSON: handing it to the sandbox's create function brings everything back. */
  snapshot(): unknown;
}
