// `npm run setup`: Probot's manifest flow makes the GitHub App in the browser and .env receives its keys.
// Its pages have no password, so it listens on this machine alone and never in production.

import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { run } from "probot";
import { openNoChannel, setupEnvironment } from "./config.ts";

/** The address that app.yml carries until somebody sets the App up. */
const PLACEHOLDER = "https://whipround.example.org";

/** Throws ConfigError in production, or when PUBLIC_URL is not set. */
export async function setup(): Promise<void> {
  const { publicUrl, port, environment } = setupEnvironment();
  const envFile = join(process.cwd(), ".env");
  // Probot reads the manifest from the working folder: give it one with this installation's address.
  const folder = mkdtempSync(join(tmpdir(), "whipround-setup-"));
  const manifest = readFileSync("app.yml", "utf8").replaceAll(PLACEHOLDER, publicUrl);
  writeFileSync(join(folder, "app.yml"), manifest);
  process.chdir(folder);
  saveVariables(envFile, {
    PUBLIC_URL: publicUrl,
    SESSION_SECRET: randomBytes(32).toString("hex"),
  });
  console.log(
    `Open http://127.0.0.1:${port} in a browser on this machine and follow it to GitHub.`,
  );
  console.log(
    `What GitHub answers is written to ${envFile}. Then add Stripe's keys there and run npm start.`,
  );
  openNoChannel();
  await run(() => {}, {
    env: environment,
    updateEnv: (variables: Record<string, string>) => saveVariables(envFile, variables),
  } as Parameters<typeof run>[1]);
}

/** Sets variables in a .env file, keeping its other lines; a secret that stands is not made anew. */
export function saveVariables(file: string, variables: Readonly<Record<string, string>>): void {
  const lines = existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : [];
  for (const [name, value] of Object.entries(variables)) {
    const index = lines.findIndex((line) => line.startsWith(`${name}=`));
    if (index >= 0 && name === "SESSION_SECRET" && lines[index] !== `${name}=`) continue;
    const line = `${name}=${value.replace(/\n/g, "\\n")}`;
    if (index >= 0) lines[index] = line;
    else lines.push(line);
  }
  writeFileSync(file, `${lines.join("\n")}\n`, { mode: 0o600 });
}
