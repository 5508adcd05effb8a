// The app on a port: Probot for GitHub's side, our own handler before Probot's, so that a webhook is
// acknowledged only when it is stored.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createNodeMiddleware, createProbot, type Options } from "probot";
import type { App } from "./app.ts";
import { type Config, ConfigError } from "./config.ts";
import { type Assembled, assemble } from "./index.ts";

export interface Served {
  app: App;
  port: number;
  /** Requests at work are answered, work at hand ends, nothing new begins. */
  stop(): Promise<void>;
  log: { info(message: string): void };
}

export interface ServeOptions {
  databaseFile?: string;
  /** Probot's GitHub client, when not its own (a test without its write throttle). */
  Octokit?: NonNullable<Options["Octokit"]>;
  /** False: the queues are worked only when somebody calls `app.drain()`. */
  work?: boolean;
}

export async function serve(config: Config, options: ServeOptions = {}): Promise<Served> {
  const { databaseFile, Octokit, work = true } = options;
  const { appId, privateKey, webhookSecret: secret, logLevel, redisUrl, githubApiUrl } = config;
  const probot = createProbot({
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
  if (work) assembled.work();
  return {
    app: assembled.app,
    port: (server.address() as AddressInfo).port,
    log: probot.log,
    async stop() {
      await close(server);
      await assembled.stop();
    },
  };
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
