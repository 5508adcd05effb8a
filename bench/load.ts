// The load generator, a process of its own: sends the webhook that it is given so often, each time under
// another delivery id, and writes what came back as one line of JSON.
import autocannon from "autocannon";
import type { SignedWebhook } from "./webhook.ts";

export interface LoadOrder {
  webhook: SignedWebhook;
  connections: number;
  requests: number;
  /** Begins every delivery id. */
  prefix: string;
}

export interface LoadReport {
  seconds: number;
  accepted: number;
  refused: number;
  /** Connections that broke, and requests that were not answered in time. */
  unanswered: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
  /** The generator's own share of one core: near 1, it would be what is measured. */
  generatorBusy: number;
}

const ANSWER_S_MAX = 20;
const RUN_MS_MAX = 120_000;

async function load({ webhook, connections, requests, prefix }: LoadOrder): Promise<LoadReport> {
  const { url, headers, body } = webhook;
  let count = 0;
  const began = performance.now();
  let ended = began;
  const cpu = process.cpuUsage();
  const options: autocannon.Options = {
    url,
    connections,
    amount: requests,
    timeout: ANSWER_S_MAX,
    method: "POST",
    requests: [
      {
        headers,
        body,
        setupRequest: (request) => {
          count += 1;
          const id = `${prefix}-${String(count).padStart(12, "0")}`;
          return { ...request, headers: { ...headers, "X-GitHub-Delivery": id } };
        },
      },
    ],
  };
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const run = autocannon(options, (error, done) => (error ? reject(error) : resolve(done)));
    // The run itself is over at a full second only.
    run.on("response", () => {
      ended = performance.now();
    });
  });
  const seconds = (ended - began) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return {
    seconds,
    accepted: result["2xx"],
    refused: result.non2xx,
    unanswered: result.errors + result.timeouts,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    maxMs: result.latency.max,
    generatorBusy: (user + system) / 1e6 / seconds,
  };
}

setTimeout(() => process.exit(1), RUN_MS_MAX).unref();
let text = "";
for await (const chunk of process.stdin) text += chunk;
process.stdout.write(`${JSON.stringify(await load(JSON.parse(text) as LoadOrder))}\n`);
