// What happens to a whole repository, with the webhooks GitHub sends for it. A former name keeps leading
// to the repository until somebody else takes that name.
import { installationOf } from "./access.ts";
import { accountJson } from "./shape-accounts.ts";
import type { Account, Repo } from "./state.ts";
import { emit } from "./webhooks.ts";
import { account, findRepo, fullName, newId, nodeId, type World } from "./world.ts";

function remember(world: World, repo: Repo): void {
  world.state.formerNames[fullName(world, repo).toLowerCase()] = repo.id;
}

export function addRepo(
  world: World,
  owner: Account,
  fresh: Pick<Repo, "name" | "description" | "private" | "forkOf">,
): Repo {
  const now = world.ports.now();
  const repo: Repo = {
    id: newId(world),
    ownerId: owner.id,
    ...fresh,
    defaultBranch: "main",
    createdAtMs: now,
    updatedAtMs: now,
    pushedAtMs: now,
    branches: {},
    labels: [],
    nextNumber: 1,
    numbers: {},
    roles: {},
  };
  world.state.repos[repo.id] = repo;
  delete world.state.formerNames[fullName(world, repo).toLowerCase()];
  return repo;
}

export function forkRepo(world: World, repo: Repo, ownerId: number): Repo {
  const owner = account(world, ownerId);
  const before = Object.values(world.state.repos).find(
    (one) => one.ownerId === ownerId && (one.forkOf === repo.id || one.id === repo.id),
  );
  if (before) return before;
  const taken = findRepo(world, `${owner.login}/${repo.name}`);
  const name = taken ? `${repo.name}-1` : repo.name;
  const { description } = repo;
  const fork = addRepo(world, owner, { name, description, private: repo.private, forkOf: repo.id });
  fork.branches = { ...repo.branches };
  fork.defaultBranch = repo.defaultBranch;
  return fork;
}

export function renameRepo(world: World, repo: Repo, name: string, actorId: number): void {
  const from = repo.name;
  remember(world, repo);
  repo.name = name;
  repo.updatedAtMs = world.ports.now();
  delete world.state.formerNames[fullName(world, repo).toLowerCase()];
  const payload = { changes: { repository: { name: { from } } } };
  emit(world, { event: "repository", action: "renamed", repo, senderId: actorId, payload });
}

export function setPrivate(world: World, repo: Repo, hidden: boolean, actorId: number): void {
  if (repo.private === hidden) return;
  repo.private = hidden;
  repo.updatedAtMs = world.ports.now();
  const action = hidden ? "privatized" : "publicized";
  emit(world, { event: "repository", action, repo, senderId: actorId, payload: {} });
}

/** Only the new owner's installation hears of it; the old one loses the repository. */
export function transferRepo(world: World, repo: Repo, owner: Account, actorId: number): void {
  const old = account(world, repo.ownerId);
  const left = installationOf(world, repo);
  if (left) left.repoIds = left.repoIds.filter((id) => id !== repo.id);
  remember(world, repo);
  repo.ownerId = owner.id;
  repo.updatedAtMs = world.ports.now();
  const from = { [old.type === "Organization" ? "organization" : "user"]: accountJson(world, old) };
  const payload = { changes: { owner: { from } } };
  emit(world, { event: "repository", action: "transferred", repo, senderId: actorId, payload });
}

export function deleteRepo(world: World, repo: Repo, actorId: number): void {
  emit(world, { event: "repository", action: "deleted", repo, senderId: actorId, payload: {} });
  for (const id of Object.values(repo.numbers)) {
    for (const comment of world.state.issues[id]?.commentIds ?? []) {
      delete world.state.comments[comment];
    }
    delete world.state.issues[id];
  }
  for (const installation of Object.values(world.state.installations)) {
    installation.repoIds = installation.repoIds.filter((one) => one !== repo.id);
  }
  delete world.state.repos[repo.id];
}

export function shortRepoJson(world: World, repo: Repo) {
  return {
    id: repo.id,
    node_id: nodeId("R", repo.id),
    name: repo.name,
    full_name: fullName(world, repo),
    private: repo.private,
  };
}
