// What every part of the sandbox is handed: the ports, the options and the state, with the few
// primitives on them (ids, names, times, tokens). No part keeps anything elsewhere.
import type { SandboxPorts } from "../ports.ts";
import type { Account, Level, Repo, Role, State } from "./state.ts";

interface GithubAppOptions {
  id: number;
  slug: string;
  name: string;
  clientId: string;
  clientSecret: string;
  webhookSecret: string;
  webhookUrl: string;
  publicKeyPem: string;
  callbackUrls: string[];
  permissions: Record<string, Level>;
  events: string[];
  /** The login of the account that owns the App; `acme` when left out. */
  owner?: string;
}

export interface GithubSeed {
  users: {
    login: string;
    name?: string;
    /** A confirmed address of their own, beside the noreply one that everybody has. */
    email?: string;
    type?: Account["type"];
    /** ISO 8601; four years before the sandbox's start when left out. */
    createdAt?: string;
    /** An organization's owners. */
    owners?: string[];
    /** Its other members. */
    members?: string[];
  }[];
  repos: {
    /** `owner/name` */
    fullName: string;
    private?: boolean;
    description?: string;
    labels?: { name: string; color?: string; description?: string }[];
    roles?: Record<string, Role>;
    files?: Record<string, string>;
  }[];
  installations: { account: string; repos: "all" | string[] }[];
}

export interface GithubSandboxOptions {
  /** Such as `http://127.0.0.1:7001`, without a slash at the end. */
  origin: string;
  app: GithubAppOptions;
  seed?: GithubSeed;
}

export interface World {
  ports: SandboxPorts;
  options: GithubSandboxOptions;
  state: State;
  /** Derived from the state; null after any change of a name. */
  names: Names | null;
}

interface Names {
  /** By what they are called now, in lower case. */
  accounts: Map<string, Account>;
  repos: Map<string, Repo>;
}

export function newId(world: World): number {
  world.state.nextId += 1;
  return world.state.nextId;
}

let latest = { timeMs: Number.NaN, text: "" };

/** GitHub tells times in whole seconds. */
export function iso(timeMs: number): string {
  // One answer tells the same time again and again.
  if (latest.timeMs !== timeMs) {
    latest = { timeMs, text: `${new Date(timeMs).toISOString().slice(0, 19)}Z` };
  }
  return latest.text;
}

export function isoOrNull(timeMs: number | null): string | null {
  return timeMs === null ? null : iso(timeMs);
}

function randomText(world: World, length: number, alphabet: string): string {
  let text = "";
  for (let i = 0; i < length; i += 1) {
    text += alphabet[Math.floor(world.ports.random() * alphabet.length)] ?? "";
  }
  return text;
}

/** Eight digits from each draw. */
export function randomHex(world: World, length: number): string {
  let text = "";
  while (text.length < length) {
    text += Math.floor(world.ports.random() * 2 ** 32)
      .toString(16)
      .padStart(8, "0");
  }
  return text.slice(0, length);
}

export function randomToken(world: World, prefix: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  return prefix + randomText(world, 36, alphabet);
}

export function randomUuid(world: World): string {
  const hex = randomHex(world, 32);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** Opaque to clients; `fromNodeId` reads it back. */
export function nodeId(prefix: string, id: number | string): string {
  return `${prefix}_${Buffer.from(`kwDO:${id}`).toString("base64url")}`;
}

export function fromNodeId(text: string): { prefix: string; id: number } | null {
  const [prefix, encoded] = text.split(/_(.*)/s);
  const found = /^kwDO:(\d+)$/.exec(Buffer.from(encoded ?? "", "base64url").toString());
  return found && prefix ? { prefix, id: Number(found[1]) } : null;
}

export function account(world: World, id: number): Account {
  const found = world.state.accounts[id];
  if (!found) throw new Error(`the sandbox has no account ${id}`);
  return found;
}

function namesOf(world: World): Names {
  if (world.names) return world.names;
  const { accounts, repos } = world.state;
  world.names = {
    accounts: new Map(Object.values(accounts).map((one) => [one.login.toLowerCase(), one])),
    repos: new Map(Object.values(repos).map((one) => [fullName(world, one).toLowerCase(), one])),
  };
  return world.names;
}

/** To be said whenever an account or a repository comes, goes, or is called something else. */
export function forgetNames(world: World): void {
  world.names = null;
}

export function findAccount(world: World, login: string): Account | undefined {
  return namesOf(world).accounts.get(login.toLowerCase());
}

export function repoById(world: World, id: number): Repo {
  const found = world.state.repos[id];
  if (!found) throw new Error(`the sandbox has no repository ${id}`);
  return found;
}

export function fullName(world: World, repo: Repo): string {
  return `${account(world, repo.ownerId).login}/${repo.name}`;
}

export function findRepo(world: World, name: string): Repo | undefined {
  return namesOf(world).repos.get(name.toLowerCase());
}

export function appBot(world: World): Account {
  const bot = findAccount(world, `${world.options.app.slug}[bot]`);
  if (!bot) throw new Error("the sandbox has no account for the App's bot");
  return bot;
}

export function apiUrl(world: World, path: string): string {
  return `${world.options.origin}/api/v3${path}`;
}

export function htmlUrl(world: World, path: string): string {
  return `${world.options.origin}${path}`;
}
