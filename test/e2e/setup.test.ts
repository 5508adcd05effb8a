// `whipround setup` as a process of its own: Probot's pages on this machine alone, and nobody is asked but
// the GitHub that makes the App.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseEnv } from "node:util";
import { afterAll, afterEach, beforeEach, expect, test } from "@jest/globals";
import { freePlaces, type Listening, listenAt } from "../../sandbox/listen.ts";
import type { Places } from "../../sandbox/town.ts";
import { buildApp, until } from "./process.ts";

/** Says of every connection that the process opens where it leads. */
const WATCHED = `data:text/javascript,${encodeURIComponent(`
  import net from "node:net";
  const { connect } = net.Socket.prototype;
  net.Socket.prototype.connect = function (...all) {
    const [{ host, port }] = all.flat();
    console.log("connects to " + host + ":" + port);
    return connect.apply(this, all);
  };
`)}`;
const MADE = {
  id: 77,
  client_id: "Iv23made",
  client_secret: "client secret",
  webhook_secret: "webhook secret",
  pem: "-----BEGIN KEY-----\nabc\n-----END KEY-----\n",
};

const built = buildApp();
afterAll(() => built.remove());

let folder: string;
let places: Places;
let github: Listening;
let child: ChildProcess;
let said: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "whipround-setup-story-"));
  copyFileSync("app.yml", join(folder, "app.yml"));
  places = await freePlaces();
  github = await listenAt(places.github, async (request) =>
    new URL(request.url).pathname === "/api/v3/app-manifests/once/conversions"
      ? Response.json({ ...MADE, html_url: `${places.github}/apps/whipround` }, { status: 201 })
      : new Response(null, { status: 404 }),
  );
});

afterEach(async () => {
  child.kill("SIGKILL");
  if (child.exitCode === null) await once(child, "exit");
  await github.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(more: Record<string, string> = {}): Promise<void> {
  child = spawn(process.execPath, ["--import", WATCHED, built.main, "setup"], {
    cwd: folder,
    env: {
      PATH: process.env["PATH"],
      PUBLIC_URL: "https://bounties.example.org/",
      PORT: new URL(places.app).port,
      GHE_HOST: new URL(places.github).host,
      GHE_PROTOCOL: "http",
      ...more,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  await until(() => said.includes("Listening on") || child.exitCode !== null);
}

function connections(): string[] {
  return [...said.matchAll(/^connects to (.*)$/gm)].map((match) => match[1] ?? "");
}

function saved(): NodeJS.Dict<string> {
  return parseEnv(readFileSync(join(folder, ".env"), "utf8"));
}

test("its page carries the manifest with the public address, for the organisation that was named", async () => {
  await start({ GH_ORG: "acme" });
  const page = await (await fetch(`${places.app}/probot`)).text();
  expect(page).toContain(`action="${places.github}/organizations/acme/settings/apps/new"`);
  const manifest = JSON.parse(/ value='([^']*)'/.exec(page)?.[1] ?? "");
  expect(manifest).toMatchObject({
    url: "https://bounties.example.org",
    hook_attributes: { url: "https://bounties.example.org/api/github/webhooks", active: true },
    callback_urls: ["https://bounties.example.org/oauth/callback"],
    redirect_url: `${places.app}/probot/setup`,
  });
});

test("it listens on 127.0.0.1 alone", async () => {
  await start({ HOST: "0.0.0.0" });
  const { port } = new URL(places.app);
  for (const host of ["127.0.0.2", "[::1]"]) {
    await expect(fetch(`http://${host}:${port}/probot`)).rejects.toThrow("fetch failed");
  }
});

test("what GitHub answers is written to .env, and nobody else is asked for anything", async () => {
  await start();
  const answer = await fetch(`${places.app}/probot/setup?code=once`, { redirect: "manual" });
  expect(answer.headers.get("location")).toBe(`${places.github}/apps/whipround/installations/new`);
  expect(saved()).toEqual({
    PUBLIC_URL: "https://bounties.example.org",
    SESSION_SECRET: expect.stringMatching(/^[0-9a-f]{64}$/),
    APP_ID: "77",
    PRIVATE_KEY: MADE.pem,
    WEBHOOK_SECRET: "webhook secret",
    GITHUB_CLIENT_ID: "Iv23made",
    GITHUB_CLIENT_SECRET: "client secret",
  });
  expect(connections()).toEqual([new URL(places.github).host]);
});

test("a channel and a Redis that are set already are left alone", async () => {
  await start({ WEBHOOK_PROXY_URL: `${places.stripe}/channel`, REDIS_URL: "redis://127.0.0.1:9" });
  await fetch(`${places.app}/probot`);
  expect(connections()).toEqual([]);
});
