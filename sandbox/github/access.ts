// What a caller may do in a repository: an installation by its token's permissions, a person by their role.
// Where reports about GitHub differ, the stricter answer is given.
import type { Actor } from "./actors.ts";
import { apiError, notFound, requiresAuthentication } from "./http.ts";
import type { Installation, Level, Repo, Role } from "./state.ts";
import { account, appBot, type World } from "./world.ts";

/** What an endpoint asks for: an App's permission, and a person's least role in the repository. */
export interface Need {
  permission: string;
  level: Level;
  role: Role;
}

const ranks: Record<Role, number> = {
  none: 0,
  read: 1,
  triage: 2,
  write: 3,
  maintain: 4,
  admin: 5,
};

export function atLeast(role: Role, wanted: Role): boolean {
  return ranks[role] >= ranks[wanted];
}

export function roleOf(world: World, repo: Repo, userId: number): Role {
  const owner = account(world, repo.ownerId);
  if (owner.id === userId || owner.ownerIds.includes(userId)) return "admin";
  const isMember = owner.memberIds.includes(userId);
  return repo.roles[userId]?.role ?? (repo.private && !isMember ? "none" : "read");
}

export function installationOn(world: World, accountId: number): Installation | undefined {
  return Object.values(world.state.installations).find((one) => one.accountId === accountId);
}

export function installationOf(world: World, repo: Repo): Installation | undefined {
  const found = installationOn(world, repo.ownerId);
  return found && covers(found, repo) ? found : undefined;
}

export function covers(installation: Installation, repo: Repo): boolean {
  if (installation.accountId !== repo.ownerId) return false;
  return installation.selection === "all" || installation.repoIds.includes(repo.id);
}

export function actorId(world: World, actor: Actor): number {
  if (actor.kind === "user") return actor.userId;
  if (actor.kind === "installation") return appBot(world).id;
  throw requiresAuthentication();
}

export function isViaApp(actor: Actor): boolean {
  return actor.kind === "installation" || (actor.kind === "user" && actor.viaApp);
}

/** May the caller know that the repository exists? */
export function canSee(world: World, actor: Actor, repo: Repo): boolean {
  if (!repo.private) return true;
  if (actor.kind === "installation") return inToken(world, actor, repo);
  return actor.kind === "user" && roleOf(world, repo, actor.userId) !== "none";
}

/** Throws GitHub's refusal unless the caller may do what the endpoint needs. */
export function demand(world: World, actor: Actor, repo: Repo, need: Need): void {
  demandRight(world, actor, repo, need);
  if (repo.archived && need.level === "write" && need.permission !== "administration") {
    throw apiError(403, "Repository was archived so is read-only.");
  }
}

function demandRight(world: World, actor: Actor, repo: Repo, need: Need): void {
  if (actor.kind === "anonymous" || actor.kind === "app") {
    if (need.level === "write" || atLeast(need.role, "triage")) throw requiresAuthentication();
    if (repo.private) throw notFound();
    return;
  }
  if (!canSee(world, actor, repo)) throw notFound();
  if (actor.kind === "installation") {
    demandOfApp(world, actor, repo, need);
    return;
  }
  if (!atLeast(roleOf(world, repo, actor.userId), need.role)) throw notAllowed(need.role);
  if (actor.viaApp && (need.level === "write" || repo.private))
    demandOfApp(world, actor, repo, need);
}

function demandOfApp(world: World, actor: Actor, repo: Repo, need: Need): void {
  const permissions =
    actor.kind === "installation" ? actor.permissions : world.options.app.permissions;
  const inside =
    actor.kind === "installation"
      ? inToken(world, actor, repo)
      : Boolean(installationOf(world, repo));
  if (!inside) {
    if (need.level === "read" && !repo.private) return;
    throw notAccessible(need);
  }
  if (!grants(permissions, need)) throw notAccessible(need);
}

export function grants(
  permissions: Record<string, Level>,
  need: Pick<Need, "permission" | "level">,
): boolean {
  const level = permissions[need.permission];
  if (need.permission === "metadata") return need.level === "read";
  return level === "write" || (level === "read" && need.level === "read");
}

function inToken(world: World, actor: Actor & { kind: "installation" }, repo: Repo): boolean {
  const installation = world.state.installations[actor.installationId];
  if (!installation || !covers(installation, repo)) return false;
  return actor.repoIds === null || actor.repoIds.includes(repo.id);
}

export function notAccessible(need: Pick<Need, "permission" | "level">): Error {
  return apiError(403, "Resource not accessible by integration", {
    headers: { "x-accepted-github-permissions": `${need.permission}=${need.level}` },
  });
}

export function notAllowed(role: Role): Error {
  if (role === "write") return apiError(403, "You must have write access to this repository.");
  if (role === "triage") return apiError(403, "You must have triage access to this repository.");
  return apiError(403, "Must have admin rights to Repository.");
}
