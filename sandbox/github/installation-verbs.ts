// What an account's owner does with the App in GitHub's settings: install it, choose its repositories,
// suspend it, remove it. Each tells the App; a removed installation's tokens are worth nothing at once.
import { covers, installationOn } from "./access.ts";
import { shortRepoJson } from "./repo-verbs.ts";
import type { Account, Installation, Level, Repo } from "./state.ts";
import { emit } from "./webhooks.ts";
import { account, newId, randomToken, type World } from "./world.ts";

export function reposOf(world: World, installation: Installation): Repo[] {
  return Object.values(world.state.repos).filter((repo) => covers(installation, repo));
}

/** The person who clicks: an organization's first owner, or the account itself. */
function clickerId(world: World, installation: Installation): number {
  return account(world, installation.accountId).ownerIds[0] ?? installation.accountId;
}

function announce(world: World, installation: Installation, action: string): void {
  const senderId = clickerId(world, installation);
  const payload = () => ({
    repositories: reposOf(world, installation).map((one) => shortRepoJson(world, one)),
  });
  emit(world, { event: "installation", action, installation, senderId, payload });
}

/** Without a word to the App: the world begins so. */
export function addInstallation(world: World, owner: Account, repos: "all" | Repo[]): Installation {
  if (installationOn(world, owner.id)) throw new Error(`the App is on ${owner.login} already`);
  const installation: Installation = {
    id: newId(world),
    accountId: owner.id,
    selection: repos === "all" ? "all" : "selected",
    repoIds: repos === "all" ? [] : repos.map(({ id }) => id),
    createdAtMs: world.ports.now(),
    suspendedAtMs: null,
  };
  world.state.installations[installation.id] = installation;
  return installation;
}

export function install(world: World, owner: Account, repos: "all" | Repo[]): Installation {
  const installation = addInstallation(world, owner, repos);
  announce(world, installation, "created");
  return installation;
}

export function uninstall(world: World, installation: Installation): void {
  announce(world, installation, "deleted");
  delete world.state.installations[installation.id];
}

export function setSuspended(world: World, installation: Installation, suspended: boolean): void {
  if (suspended === (installation.suspendedAtMs !== null)) return;
  installation.suspendedAtMs = suspended ? world.ports.now() : null;
  announce(world, installation, suspended ? "suspend" : "unsuspend");
}

/** Taking one out of "all repositories" leaves a choice of all the others. */
export function setCovered(
  world: World,
  installation: Installation,
  repo: Repo,
  covered: boolean,
): void {
  if (covers(installation, repo) === covered) return;
  const others = reposOf(world, installation).filter((one) => one !== repo);
  installation.selection = "selected";
  installation.repoIds = [...others, ...(covered ? [repo] : [])].map(({ id }) => id);
  const changed = [shortRepoJson(world, repo)];
  const payload = () => ({
    repository_selection: installation.selection,
    repositories_added: covered ? changed : [],
    repositories_removed: covered ? [] : changed,
    requester: null,
  });
  const action = covered ? "added" : "removed";
  const senderId = clickerId(world, installation);
  emit(world, { event: "installation_repositories", action, installation, senderId, payload });
}

export function allPermissions(world: World): Record<string, Level> {
  return { metadata: "read", ...world.options.app.permissions };
}

const tokenMs = 3_600_000;

/** With all permissions for all repositories, unless it is for less. */
export function issueToken(
  world: World,
  { id: installationId }: Installation,
  limits?: { permissions: Record<string, Level>; repoIds: number[] | null },
): { token: string; expiresAtMs: number } {
  sweepTokens(world);
  const { permissions = allPermissions(world), repoIds = null } = limits ?? {};
  const token = randomToken(world, "ghs_");
  const expiresAtMs = world.ports.now() + tokenMs;
  const kind = "installation";
  world.state.tokens[token] = { kind, installationId, expiresAtMs, permissions, repoIds };
  return { token, expiresAtMs };
}

function sweepTokens(world: World): void {
  const dayAgo = world.ports.now() - 24 * tokenMs;
  for (const [text, token] of Object.entries(world.state.tokens)) {
    if (token.kind !== "personal" && token.expiresAtMs < dayAgo) delete world.state.tokens[text];
  }
}
