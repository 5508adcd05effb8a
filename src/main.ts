#!/usr/bin/env node
// The command line: start the app, or set it up.
import { existsSync } from "node:fs";
import process from "node:process";
import type { SmeeClient } from "smee-client";
import { type Config, ConfigError, configFromEnvironment } from "./config.ts";
import { endOnSignal } from "./ending.ts";
import { reconcile as compareBooks, examine, serve } from "./serve.ts";
import { setup } from "./setup.ts";

const USAGE = `usage: whipround <command>

  start      run the app with the configuration of the environment (or of .env)
  setup      make a GitHub App for it in the browser, and write .env
  doctor     look at GitHub, Stripe and the queues; exit 1 when something is wrong
  reconcile  make up for lost webhooks and compare the books with Stripe's; exit 1 when they differ`;

async function main(command: string | undefined): Promise<void> {
  if (existsSync(".env")) process.loadEnvFile(".env");
  switch (command) {
    case "start":
      return start();
    case "setup":
      return setup();
    case "doctor":
      return doctor();
    case "reconcile":
      return reconcile();
    default:
      console.error(USAGE);
      process.exitCode = 2;
  }
}

async function start(): Promise<void> {
  const config = configFromEnvironment();
  const { port, log, stop, examine: look } = await serve(config);
  log.info(`Whipround listens on http://${config.host}:${port}, reached at ${config.publicUrl}`);
  const proxy = await proxyFor(config, port);
  endOnSignal(async () => {
    log.info("stopping: what is at work comes to its end");
    await proxy?.stop();
    await stop();
    log.info("stopped");
  });
  for (const problem of await look()) log.warn(problem);
}

async function doctor(): Promise<void> {
  const problems = await examine(configFromEnvironment());
  for (const problem of problems) console.log(`✗ ${problem}`);
  if (problems.length === 0) console.log("✓ GitHub, Stripe and the queues are well");
  process.exit(problems.length === 0 ? 0 : 1);
}

async function reconcile(): Promise<void> {
  const { equal, lines } = await compareBooks(configFromEnvironment());
  for (const line of lines) console.log(line);
  console.log(equal ? "✓ equal to the cent" : "✗ the books differ");
  process.exit(equal ? 0 : 1);
}

async function proxyFor({ webhookProxyUrl }: Config, port: number): Promise<SmeeClient | null> {
  if (webhookProxyUrl === null) return null;
  // Loaded only where it is used: in production nobody does.
  const { SmeeClient } = await import("smee-client");
  const proxy = new SmeeClient({
    source: webhookProxyUrl,
    target: `http://127.0.0.1:${port}/api/github/webhooks`,
  });
  await proxy.start();
  return proxy;
}

main(process.argv[2]).catch((error: unknown) => {
  if (error instanceof ConfigError) {
    const list = error.problems.map((one) => `  - ${one}`).join("\n");
    console.error(`Whipround cannot start:\n\n${list}\n`);
    console.error(
      "Write these into .env (.env.example explains them); `npm run setup` makes the App.",
    );
  } else {
    const words = error instanceof Error ? error.message : String(error);
    console.error(`Whipround cannot start: ${words}`);
  }
  process.exit(1);
});
