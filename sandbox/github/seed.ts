// The world a fresh sandbox begins with, and how any such description becomes state.
import { addBlob, addCommit } from "./git.ts";
import { addInstallation } from "./installation-verbs.ts";
import { addLabel } from "./label-verbs.ts";
import { addRepo } from "./repo-verbs.ts";
import { webFlow } from "./signatures.ts";
import type { Account, Repo } from "./state.ts";
import { findAccount, findRepo, forgetNames, type GithubSeed, newId, type World } from "./world.ts";

const fourYearsMs = 4 * 365 * 24 * 60 * 60 * 1000;

const defaultSeed: GithubSeed = {
  users: [
    { login: "maintainer", name: "Mona Maintainer" },
    { login: "backer", name: "Benno Backer" },
    { login: "contributor", name: "Connie Contributor" },
    { login: "stranger", name: "Sam Stranger" },
    { login: "machine[bot]", type: "Bot" },
    { login: "acme", name: "Acme", type: "Organization", owners: ["maintainer"] },
  ],
  repos: [
    {
      fullName: "acme/widgets",
      description: "Widgets, and what goes with them",
      labels: [
        { name: "bounty", color: "0e8a16", description: "There is money for this" },
        { name: "bug", color: "d73a4a", description: "Something isn't working" },
        { name: "enhancement", color: "a2eeef", description: "New feature or request" },
        { name: "help wanted", color: "008672" },
      ],
      roles: { maintainer: "admin" },
      files: { "README.md": "# Widgets\n\nA sandbox repository.\n" },
    },
    {
      fullName: "acme/secret",
      private: true,
      description: "Nobody's business",
      roles: { maintainer: "admin" },
      files: { "README.md": "# Secret\n" },
    },
  ],
  installations: [{ account: "acme", repos: ["acme/widgets"] }],
};

export function addAccount(world: World, fresh: GithubSeed["users"][number]): Account {
  if (findAccount(world, fresh.login)) throw new Error(`the login ${fresh.login} is taken`);
  const id = newId(world);
  const createdAtMs = fresh.createdAt
    ? Date.parse(fresh.createdAt)
    : world.ports.now() - fourYearsMs;
  const idsOf = (logins: readonly string[] = []): number[] =>
    logins.map((one) => accountNamed(world, one).id);
  const [ownerIds, memberIds] = [idsOf(fresh.owners), idsOf(fresh.members)];
  const type = fresh.type ?? "User";
  const { login, name = null, email = null } = fresh;
  const one: Account = { id, login, name, email, type, createdAtMs, ownerIds, memberIds };
  world.state.accounts[id] = one;
  forgetNames(world);
  if (type !== "Organization") {
    // Somebody who takes a name that was given up gets a token of their own.
    const token = personalToken(fresh.login);
    const taken = world.state.tokens[token] !== undefined;
    world.state.tokens[taken ? `${token}_${id}` : token] = { kind: "personal", userId: id };
  }
  return one;
}

/** The account with which GitHub itself commits: of type User, and nobody's. */
function addGithub(world: World): void {
  const createdAtMs = world.ports.now() - fourYearsMs;
  world.state.accounts[webFlow.id] = {
    ...webFlow,
    email: null,
    type: "User",
    createdAtMs,
    ownerIds: [],
    memberIds: [],
  };
}

/** Fixed, so that tests and people can act as anybody: never a secret. */
export function personalToken(login: string): string {
  return `ghp_sandbox_${login}`;
}

export function accountNamed(world: World, login: string): Account {
  const found = findAccount(world, login);
  if (!found) throw new Error(`the sandbox has no account named ${login}`);
  return found;
}

export function repoNamed(world: World, name: string): Repo {
  const found = findRepo(world, name);
  if (!found) throw new Error(`the sandbox has no repository named ${name}`);
  return found;
}

export function addSeededRepo(world: World, fresh: GithubSeed["repos"][number]): Repo {
  const [login = "", name = ""] = fresh.fullName.split("/");
  const owner = accountNamed(world, login);
  const description = fresh.description ?? null;
  const repo = addRepo(world, owner, {
    name,
    description,
    private: fresh.private ?? false,
    forkOf: null,
  });
  for (const label of fresh.labels ?? []) {
    const { color = "ededed", description: words = null } = label;
    addLabel(world, repo, { name: label.name, color, description: words });
  }
  for (const [person, role] of Object.entries(fresh.roles ?? {})) {
    repo.roles[accountNamed(world, person).id] = { role, roleName: role };
  }
  const files = Object.entries(fresh.files ?? { "README.md": `# ${name}\n` });
  const tree = Object.fromEntries(
    files.map(([path, text]) => [path, addBlob(world, Buffer.from(text).toString("base64"))]),
  );
  const byId = owner.ownerIds[0] ?? owner.id;
  repo.branches["main"] = addCommit(world, { message: "Begin", byId, parents: [], tree }).sha;
  return repo;
}

export function plant(world: World): void {
  const seed = world.options.seed ?? defaultSeed;
  addGithub(world);
  // Organizations name their owners, so people come first.
  const people = seed.users.filter((one) => one.type !== "Organization");
  const organizations = seed.users.filter((one) => one.type === "Organization");
  for (const one of [...people, ...organizations]) addAccount(world, one);
  addAccount(world, { login: `${world.options.app.slug}[bot]`, type: "Bot" });
  for (const one of seed.repos) addSeededRepo(world, one);
  for (const { account, repos } of seed.installations) {
    const chosen = repos === "all" ? "all" : repos.map((name) => repoNamed(world, name));
    addInstallation(world, accountNamed(world, account), chosen);
  }
}
