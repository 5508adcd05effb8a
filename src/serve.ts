// The app on a port: Probot for GitHub's side, our own handler before Probot's, so that a webhook is
// acknowledged only when it is stored.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createNodeMiddleware, createProbot, type Options, type Probot } from "probot";
import type { App } from "./app.ts";
import { type Config, ConfigError } from "./config.ts";
import { type Assembled, assemble } from "./index.ts";

export interface Served {
  app: App;
  port: number;
  /** Requests at work are answered, work at hand ends, nothing new begins. */
  stop(): Promise<void>;
  log: { info(message: string): void; warn(message: string): void };
  /** What is wrong outside and what waits for the operator, one line each. */
  examine(): Promise<string[]>;
}

export interface ServeOptions {
  databaseFile?: string;
  /** Probot's GitHub client, when not its own (a test without its write throttle). */
  Octokit?: NonNullable<Options["Octokit"]>;
  /** False: the queues are worked only when somebody calls `app.drain()`. */
  work?: boolean;
}

/** Opens everything and listens. Throws ConfigError, or what a service answered, as one clear message. */
export async function serve(config: Config, options: ServeOptions = {}): Promise<Served> {
  const { databaseFile, Octokit, work = true } = options;
  const probot = probotFor(config, Octokit);
  await probot.ready();
  const file = databaseFile === undefined ? {} : { databaseFile };
  const assembled: Assembled = await assemble(probot, { config, ...file });
  const middleware = await createNodeMiddleware(
    (_app, { addHandler }) => addHandler(assembled.handler),
    { probot },
  );
  const server = createServer((request, response) => {
    void middleware(request, response);
  });
  await listen(server, config);
  if (work) await assembled.work();
  return {
    app: assembled.app,
    port: (server.address() as AddressInfo).port,
    log: probot.log,
    examine: assembled.examine,
    async stop() {
      await close(server);
      await assembled.stop();
    },
  };
}

/** Looks outside and into the queues without serving anything. */
export async function examine(config: Config): Promise<string[]> {
  const probot = probotFor(config);
  await probot.ready();
  const assembled = await assemble(probot, { config });
  const problems = await assembled.examine();
  await assembled.stop();
  return problems;
}

/** Asks GitHub and Stripe for what their webhooks did not say, and compares the books; beside a running app or without one. */
export async function reconcile(
  config: Config,
  options: Pick<ServeOptions, "databaseFile" | "Octokit"> = {},
): Promise<{ equal: boolean; lines: string[] }> {
  const { databaseFile, Octokit } = options;
  const probot = probotFor(config, Octokit);
  await probot.ready();
  const file = databaseFile === undefined ? {} : { databaseFile };
  const assembled = await assemble(probot, { config, ...file });
  try {
    return await assembled.reconcile();
  } finally {
    await assembled.stop();
  }
}

function probotFor(config: Config, Octokit?: ServeOptions["Octokit"]): Probot {
  const { appId, privateKey, webhookSecret: secret, logLevel, redisUrl, githubApiUrl } = config;
  return createProbot({
    overrides: {
      appId,
      privateKey,
      secret,
      logLevel,
      baseUrl: githubApiUrl,
      redisConfig: redisUrl ?? undefined,
      ...(Octokit === undefined ? {} : { Octokit }),
    },
  });
}

function listen(server: Server, { port, host }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const taken = error.code === "EADDRINUSE";
      reject(taken ? new ConfigError([`PORT: ${port} is already in use on ${host}`]) : error);
    });
    server.listen({ port, host }, resolve);
  });
}

/** Requests at work are answered; connections that only wait are closed. */
function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
