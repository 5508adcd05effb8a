// The Probot app: makes the real ports from the configuration and wires everything; decides nothing.
import { randomBytes, randomInt } from "node:crypto";
import { getRequestListener } from "@hono/node-server";
import type { ApplicationFunctionOptions, Probot } from "probot";
import { clientAddressOf } from "./address.ts";
import { type App, createApp, type OperatorSettings } from "./app.ts";
import { type Config, configFromEnvironment } from "./config.ts";
import { costsOf, isEqual } from "./core/books.ts";
import { costLines, reportLines } from "./core/books-report.ts";
import { endOnSignal } from "./ending.ts";
import { type AppClient, createAppClient } from "./github/app-client.ts";
import { createGitHub } from "./github/client.ts";
import { deliveriesOf } from "./github/receive.ts";
import { createSignIn } from "./github/sign-in.ts";
import { createSignatureCheck } from "./github/signature.ts";
import { translate } from "./github/translate.ts";
import type { Clock, Log, Mailer, Random, Signal } from "./ports.ts";
import { preflight, troubleLines } from "./preflight.ts";
import { createLocalSignal } from "./signal/local.ts";
import { openStore } from "./store/open-store.ts";
import { createStripe } from "./stripe/client.ts";
import { createWorker } from "./worker.ts";

type AddHandler = ApplicationFunctionOptions["addHandler"];
type Handler = Parameters<AddHandler>[0];

/** What Probot loads: serves pages and webhooks and works the queues, by the process's environment. */
export default async function whipround(
  probot: Probot,
  { addHandler }: { addHandler: AddHandler },
): Promise<void> {
  const config = configFromEnvironment();
  const { app, handler, work, stop } = await assemble(probot, { config });
  addHandler(handler);
  // Under `probot run` Probot's own route comes first, and has verified what it hands on.
  probot.onAny(({ id, name, payload }) => {
    const messages = translate({ name, payload });
    return app.accept(deliveriesOf({ deliveryId: id, messages, at: clock.now() }));
  });
  await work();
  // Probot hears of SIGINT at most, and knows of its server alone. What comes meanwhile is not stored, and fails.
  endOnSignal(stop);
}

export interface Assembled {
  app: App;
  /** Answers everything: pages, webhooks, health. */
  handler: Handler;
  /** Begins to work the queues. Call it once the port is ours: another process would be robbed. */
  work(): Promise<void>;
  /** What is wrong outside and what waits for the operator, one line each; empty when all is well. */
  examine(): Promise<string[]>;
  /** Makes up for lost webhooks and compares the books with Stripe's: what it found, one line each. */
  reconcile(): Promise<{ equal: boolean; lines: string[] }>;
  /** Ends what is at work, begins nothing new, and closes the database. */
  stop(): Promise<void>;
}

/** The app on its real ports. `databaseFile` is SQLite's, `data/whipround.db` when left out. */
export async function assemble(
  probot: Probot,
  { config, databaseFile }: { config: Config; databaseFile?: string },
): Promise<Assembled> {
  const log = logOf(probot);
  const appClient = appClientOf(config);
  const operator = await operatorOf(config, { appClient, log });
  const signal = await signalOf(config, log);
  const { databaseUrl } = config;
  const file = databaseFile === undefined ? {} : { file: databaseFile };
  const store = await openStore({ databaseUrl, log, ...file });
  const mailer = await mailerOf(config);
  const others = { ...outside(probot, config, log), mailer, redelivery: appClient };
  // Asked only where a limit counts by it: webhooks come often and need none.
  const addresses = new WeakMap<Request, () => string>();
  const app = createApp({
    store,
    signal,
    clock,
    random,
    log,
    operator,
    turn: () => new Promise((resolve) => setImmediate(resolve)),
    ...others,
    stripeWebhookSecrets: config.stripeWebhookSecrets,
    live: config.live,
    sessionSecret: config.sessionSecret,
    githubUrl: config.githubWebUrl,
    clientAddress: (request) => addresses.get(request)?.() ?? "unknown",
  });
  const listener = getRequestListener((request, { incoming }) => {
    addresses.set(request, () => clientAddressOf(incoming));
    return app.fetch(request);
  });
  const worker = createWorker({ ...app, signal, clock, log });
  return {
    app,
    async handler(incoming, outgoing) {
      await listener(incoming, outgoing);
      return true;
    },
    async work() {
      await store.releaseLeases();
      await app.begin();
      worker.start();
    },
    examine: async () => [
      ...(await preflight({ appClient, stripe: others.stripe, read: store.read })),
      ...(await troubleLines(store.read)),
    ],
    async reconcile() {
      const comparison = await app.reconcile();
      const costs = costLines(costsOf(await store.read.postings()));
      const lines = [...reportLines(comparison), ...costs, ...(await troubleLines(store.read))];
      return { equal: isEqual(comparison), lines };
    },
    async stop() {
      await app.pause();
      await worker.stop();
      await signal.close();
      await store.close();
    },
  };
}

/** GitHub and Stripe, by the calls we make to them. */
function outside(probot: Probot, config: Config, log: Log) {
  return {
    github: createGitHub({
      octokitFor: (installationId) => probot.auth(installationId),
      appId: config.appId,
      log,
    }),
    stripe: createStripe({
      secretKey: config.stripeSecretKey,
      apiBase: config.stripeApiBase,
      log,
    }),
    signIn: createSignIn({
      clientId: config.clientId,
      clientSecret: config.clientSecret,
      webUrl: config.githubWebUrl,
      apiUrl: config.githubApiUrl,
    }),
    verifyGithub: createSignatureCheck(config.webhookSecret),
  };
}

const clock: Clock = { now: () => Date.now() };

const random: Random = {
  next: () => randomInt(2 ** 47) / 2 ** 47,
  id: () => BigInt(`0x${randomBytes(16).toString("hex")}`).toString(36),
};

function logOf(probot: Probot): Log {
  const log = probot.log.child({ name: "whipround" });
  return {
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => log.error(fields, message),
  };
}

function appClientOf({ appId, privateKey, githubApiUrl: apiUrl }: Config): AppClient {
  return createAppClient({ appId, privateKey, apiUrl });
}

/** Who may raise money here: the accounts named, else the App's own owner, whom GitHub tells. */
async function operatorOf(
  config: Config,
  { appClient, log }: { appClient: AppClient; log: Log },
): Promise<OperatorSettings> {
  const { publicUrl, firstPayoutHoldDays, tipLimitDollars, chargebacksBorneBy } = config;
  const { operatorFeeBasisPoints: feeBasisPoints, holdDaysMax } = config;
  const allowedOwnerIds =
    config.allowedOwners === null
      ? [(await appClient.describeApp()).ownerId]
      : await idsOf(config.allowedOwners, { appClient, log });
  return {
    publicUrl,
    allowedOwnerIds,
    firstPayoutHoldDays,
    feeBasisPoints,
    holdDaysMax,
    tipLimitDollars,
    chargebacksBorneBy,
  };
}

/** Names are looked up once, here: whoever takes over a name that is given up later is not meant. */
async function idsOf(
  logins: readonly string[],
  { appClient, log }: { appClient: AppClient; log: Log },
): Promise<number[]> {
  const ids: number[] = [];
  for (const login of logins) {
    const id = await appClient.accountId(login);
    if (id === null)
      log.error({ login }, "ALLOWED_OWNERS names an account that GitHub does not know");
    else ids.push(id);
  }
  return ids;
}

async function mailerOf({ mail }: Config): Promise<Mailer | null> {
  if (mail === null) return null;
  // Loaded only where it is used: its client takes memory.
  const { createSmtpMailer } = await import("./mail/smtp.ts");
  return createSmtpMailer(mail);
}

async function signalOf({ redisUrl }: Config, log: Log): Promise<Signal> {
  if (redisUrl === null) return createLocalSignal();
  // Loaded only where it is used: its client takes memory.
  const { createRedisSignal } = await import("./signal/redis.ts");
  return createRedisSignal({ url: redisUrl, log });
}
