// Who made a commit: addresses and the accounts they belong to, and the co-authors that a message names.
import type { Account, Commit, Signature } from "./state.ts";
import { account, findAccount, type World } from "./world.ts";

/** What GitHub itself commits, a merge say, it commits as this account, which is of type User. */
export const webFlow = { id: 19_864_447, login: "web-flow", name: "GitHub Web Flow" };
const webFlowSignature: Signature = { id: webFlow.id, name: "GitHub", email: "noreply@github.com" };

export function byGithub(): Signature {
  return { ...webFlowSignature };
}

export function emailOf(one: Account): string {
  return `${one.id}+${one.login}@users.noreply.github.com`;
}

export function signatureOf(world: World, userId: number): Signature {
  const one = account(world, userId);
  return { id: userId, name: one.name ?? one.login, email: emailOf(one) };
}

/** Noreply addresses without a number belong to accounts older than this. */
const numberedSinceMs = Date.parse("2017-07-18T00:00:00Z");

/** The account that GitHub takes an address for. A numbered one outlives the login in it. */
function accountByEmail(world: World, email: string): Account | undefined {
  const text = email.toLowerCase();
  if (text === webFlowSignature.email) return world.state.accounts[webFlow.id];
  const [, id, login] = /^(?:(\d+)\+)?([^@+]+)@users\.noreply\.github\.com$/.exec(text) ?? [];
  if (id !== undefined) return world.state.accounts[Number(id)];
  if (login !== undefined) {
    const named = findAccount(world, login);
    return named && named.createdAtMs < numberedSinceMs ? named : undefined;
  }
  return Object.values(world.state.accounts).find((one) => one.email?.toLowerCase() === text);
}

export function signed(world: World, name: string, email: string): Signature {
  return { id: accountByEmail(world, email)?.id ?? null, name, email };
}

/** Those whom the message's last paragraph names in `Co-authored-by:` lines. */
function coAuthorsIn(world: World, message: string): Signature[] {
  const last =
    message
      .trimEnd()
      .split(/\n\s*\n/)
      .at(-1) ?? "";
  const named = [...last.matchAll(/^co-authored-by:[ \t]*(.*?)[ \t]*<([^<>\s]+)>[ \t]*$/gim)];
  return distinct(named.map(([, name = "", email = ""]) => signed(world, name, email)));
}

/** The git author first, then the co-authors; nobody twice. */
export function authorsOf(world: World, commit: Commit): Signature[] {
  return distinct([commit.author, ...coAuthorsIn(world, commit.message)]);
}

function distinct(signatures: Signature[]): Signature[] {
  const seen = new Map<string, Signature>();
  for (const one of signatures) {
    const key = one.id === null ? one.email.toLowerCase() : String(one.id);
    if (!seen.has(key)) seen.set(key, one);
  }
  return [...seen.values()];
}

/** The trailers with which a squash keeps everybody but the commit's own author. */
export function coAuthorTrailers(world: World, commits: Commit[], own: Signature): string[] {
  const all = distinct([own, ...commits.flatMap((one) => authorsOf(world, one))]);
  return all.slice(1).map((one) => `Co-authored-by: ${one.name} <${one.email}>`);
}
