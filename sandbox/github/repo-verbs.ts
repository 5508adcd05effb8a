// What happens to a whole repository, with the webhooks GitHub sends for it. A former name keeps leading
// to the repository until another takes that name.
import { installationOf } from "./access.ts";
import { accountJson, organizationJson } from "./shape-accounts.ts";
import type { Account, Repo } from "./state.ts";
import { emit } from "./webhooks.ts";
import {
  account,
  findRepo,
  forgetNames,
  fullName,
  newId,
  nodeId,
  repoById,
  type World,
} from "./world.ts";

/** Changes what the repositories are called; their former names lead to them from now on. */
export function callOtherwise(world: World, repos: Repo[], change: () => void): void {
  const { formerNames } = world.state;
  for (const repo of repos) formerNames[fullName(world, repo).toLowerCase()] = repo.id;
  change();
  forgetNames(world);
  for (const repo of repos) delete formerNames[fullName(world, repo).toLowerCase()];
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
    forkIds: [],
    archived: false,
    hasIssues: fresh.forkOf === null,
    createdAtMs: now,
    updatedAtMs: now,
    pushedAtMs: now,
    branches: {},
    labels: [],
    nextNumber: 1,
    numbers: {},
    openCount: 0,
    pullsByHead: {},
    contributorIds: [],
    roles: {},
  };
  world.state.repos[repo.id] = repo;
  forgetNames(world);
  delete world.state.formerNames[fullName(world, repo).toLowerCase()];
  return repo;
}

export function forkRepo(world: World, repo: Repo, ownerId: number): Repo {
  const owner = account(world, ownerId);
  const forks = [repo.id, ...repo.forkIds].map((id) => repoById(world, id));
  const before = forks.find((one) => one.ownerId === ownerId);
  if (before) return before;
  const taken = findRepo(world, `${owner.login}/${repo.name}`);
  const name = taken ? `${repo.name}-1` : repo.name;
  const { description } = repo;
  const fork = addRepo(world, owner, { name, description, private: repo.private, forkOf: repo.id });
  repo.forkIds.push(fork.id);
  fork.branches = { ...repo.branches };
  fork.defaultBranch = repo.defaultBranch;
  return fork;
}

function emitRepo(
  world: World,
  repo: Repo,
  what: { action: string; actorId: number; changes?: Record<string, unknown> },
): void {
  const { action, actorId: senderId, changes } = what;
  const payload = () => (changes ? { changes } : {});
  emit(world, { event: "repository", action, repo, senderId, payload });
}

export function announceRepo(world: World, repo: Repo): void {
  const owner = account(world, repo.ownerId);
  emitRepo(world, repo, { action: "created", actorId: owner.ownerIds[0] ?? owner.id });
}

export function renameRepo(world: World, repo: Repo, name: string, actorId: number): void {
  const from = repo.name;
  callOtherwise(world, [repo], () => {
    repo.name = name;
  });
  repo.updatedAtMs = world.ports.now();
  const changes = { repository: { name: { from } } };
  emitRepo(world, repo, { action: "renamed", actorId, changes });
}

export interface RepoEdit {
  description?: string | null | undefined;
  defaultBranch?: string | undefined;
  hasIssues?: boolean | undefined;
}

export function editRepo(world: World, repo: Repo, edit: RepoEdit, actorId: number): void {
  const { description = repo.description, defaultBranch = repo.defaultBranch } = edit;
  const changes = {
    ...(description === repo.description ? {} : { description: { from: repo.description } }),
    ...(defaultBranch === repo.defaultBranch
      ? {}
      : { default_branch: { from: repo.defaultBranch } }),
  };
  Object.assign(repo, { description, defaultBranch, hasIssues: edit.hasIssues ?? repo.hasIssues });
  if (Object.keys(changes).length === 0) return;
  repo.updatedAtMs = world.ports.now();
  emitRepo(world, repo, { action: "edited", actorId, changes });
}

export function setPrivate(world: World, repo: Repo, hidden: boolean, actorId: number): void {
  if (repo.private === hidden) return;
  repo.private = hidden;
  repo.updatedAtMs = world.ports.now();
  emitRepo(world, repo, { action: hidden ? "privatized" : "publicized", actorId });
}

export function setArchived(world: World, repo: Repo, archived: boolean, actorId: number): void {
  if (repo.archived === archived) return;
  repo.archived = archived;
  repo.updatedAtMs = world.ports.now();
  emitRepo(world, repo, { action: archived ? "archived" : "unarchived", actorId });
}

/** Only the new owner's installation hears of it; the old one loses the repository. */
export function transferRepo(world: World, repo: Repo, owner: Account, actorId: number): void {
  const old = account(world, repo.ownerId);
  const left = installationOf(world, repo);
  if (left) left.repoIds = left.repoIds.filter((id) => id !== repo.id);
  callOtherwise(world, [repo], () => {
    repo.ownerId = owner.id;
  });
  repo.updatedAtMs = world.ports.now();
  const from =
    old.type === "Organization"
      ? { organization: organizationJson(world, old) }
      : { user: accountJson(world, old) };
  emitRepo(world, repo, { action: "transferred", actorId, changes: { owner: { from } } });
}

export function deleteRepo(world: World, repo: Repo, actorId: number): void {
  emitRepo(world, repo, { action: "deleted", actorId });
  for (const id of Object.values(repo.numbers)) {
    for (const comment of world.state.issues[id]?.commentIds ?? []) {
      delete world.state.comments[comment];
    }
    delete world.state.issues[id];
  }
  for (const installation of Object.values(world.state.installations)) {
    installation.repoIds = installation.repoIds.filter((one) => one !== repo.id);
  }
  const origin = world.state.repos[repo.forkOf ?? 0];
  if (origin) origin.forkIds = origin.forkIds.filter((id) => id !== repo.id);
  delete world.state.repos[repo.id];
  forgetNames(world);
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
