// `npm run sandbox`: GitHub, Stripe and the app on this machine, to click through; `-- --play` plays the
// main job by itself.
import { mkdirSync } from "node:fs";
import process from "node:process";
import { parseArgs } from "node:util";
import { openHost } from "./host.ts";
import { play } from "./play.ts";
import { runApp } from "./run-app.ts";
import type { Places } from "./town.ts";

const FOLDER = "data/sandbox";

function placesFrom(port: number): Places {
  const at = (one: number): string => `http://127.0.0.1:${one}`;
  return { app: at(port), github: at(port + 1), stripe: at(port + 2) };
}

async function open(places: Places): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const trafficLog = process.env["SANDBOX_TRAFFIC_LOG"] ?? null;
  const host = await openHost({ places, file: `${FOLDER}/town.json`, trafficLog });
  const app = await runApp(host.town.environment, { databaseFile: `${FOLDER}/whipround.db` });
  console.log(`Whipround's sandbox is open. No account, no card and no money is real here.

  GitHub     ${places.github}/acme/widgets
             open an issue as "maintainer", put the label "bounty: $200" on it, follow the card
  Whipround  ${places.app}
  Stripe     ${places.stripe}/dashboard
             pay with card 4242 4242 4242 4242, any date and code

Everything is kept in ${FOLDER}; delete that folder to begin anew. Ctrl-C ends it.`);
  const stop = (): void => {
    void app.stop().then(async () => {
      await host.stop();
      process.exit(0);
    });
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      play: { type: "boolean", default: false },
      port: { type: "string", default: "3000" },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 1 || port > 65_533) {
    throw new Error(`--port ${values.port} is not a port number`);
  }
  if (values.play) process.exit((await play()) ? 0 : 1);
  await open(placesFrom(port));
}

main().catch((error: unknown) => {
  const taken = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
  const words = error instanceof Error ? error.message : String(error);
  console.error(taken ? `${words}\nAnother port: npm run sandbox -- --port 4000` : words);
  process.exit(1);
});
