// What people do in GitHub's settings rather than through the API, and views of the state for tests.

import { shortRepoJson } from "./repo-verbs.ts";
import { reposOf } from "./routes-app.ts";
import { commentsOf } from "./routes-comments.ts";
import { accountNamed, addAccount, addInstallation, addSeededRepo, repoNamed } from "./seed.ts";
import { commentJson, fullIssueJson } from "./shape-issues.ts";
import { checkRunJson, isPull, pullJson } from "./shape-pulls.ts";
import type { Account, Delivery, Installation, Issue, Role } from "./state.ts";
import { emit } from "./webhooks.ts";
import { account, findAccount, type GithubSeed, type World } from "./world.ts";

export type IssueView = ReturnType<typeof fullIssueJson>;
export type PullView = ReturnType<typeof pullJson>;
type CheckRunView = ReturnType<typeof checkRunJson>;
export type CommentView = ReturnType<typeof commentJson> & { minimizedReason: string | null };

export interface Control {
  /** The issue as the API shows it, read without a request; a pull request's issue half too. */
  issue(repo: string, number: number): IssueView;
  pull(repo: string, number: number): PullView;
  /** The comments, oldest first, with why they are minimised (`RESOLVED`, …) or null. */
  comments(repo: string, number: number): CommentView[];
  checkRuns(repo: string, sha: string): CheckRunView[];
  /** What was sent to the App in the last three days, oldest first. */
  deliveries(): Delivery[];
  user(login: string): Account;
  repoId(repo: string): number;
  addUser(user: GithubSeed["users"][number]): Account;
  renameUser(login: string, to: string): void;
  addRepo(repo: GithubSeed["repos"][number]): number;
  setRole(repo: string, login: string, role: Role, roleName?: string): void;
  /** Links a pull request to an issue by hand, as the sidebar does. */
  linkIssue(repo: string, pullNumber: number, issueNumber: number): void;
  /** Installs the App on an account: `installation.created`. Answers the installation's id. */
  install(owner: string, repos: "all" | string[]): number;
  uninstall(owner: string): void;
  suspend(owner: string, suspended: boolean): void;
  addToInstallation(repo: string): void;
  removeFromInstallation(repo: string): void;
  installationId(owner: string): number;
  /** Brings the queued deliveries to the App into another order, or drops some: for faults in tests. */
  rearrangeQueue(change: (queue: World["state"]["queue"]) => World["state"]["queue"]): void;
}

export function createControl(world: World): Control {
  return { ...views(world), ...people(world), ...installations(world) };
}

function findIssue(world: World, name: string, number: number): Issue {
  const issue = world.state.issues[repoNamed(world, name).numbers[number] ?? 0];
  if (!issue) throw new Error(`${name} has no issue ${number}`);
  return issue;
}

type Views = "issue" | "pull" | "comments" | "checkRuns" | "deliveries" | "user" | "repoId";

function views(world: World): Pick<Control, Views> {
  return {
    issue: (repo, number) => fullIssueJson(world, findIssue(world, repo, number)),
    pull: (repo, number) => {
      const issue = findIssue(world, repo, number);
      if (!isPull(issue)) throw new Error(`${repo}#${number} is not a pull request`);
      return pullJson(world, issue);
    },
    comments: (repo, number) => {
      const issue = findIssue(world, repo, number);
      return commentsOf(world, issue).map((one) => ({
        ...commentJson(world, one, issue),
        minimizedReason: one.minimizedReason,
      }));
    },
    checkRuns: (repo, sha) => {
      const { id } = repoNamed(world, repo);
      return Object.values(world.state.checkRuns)
        .filter((one) => one.repoId === id && one.headSha === sha)
        .map((one) => checkRunJson(world, one));
    },
    deliveries: () => structuredClone(world.state.deliveries),
    user: (login) => ({ ...accountNamed(world, login) }),
    repoId: (repo) => repoNamed(world, repo).id,
  };
}

type People = "addUser" | "renameUser" | "addRepo" | "setRole" | "linkIssue" | "rearrangeQueue";

function people(world: World): Pick<Control, People> {
  return {
    addUser: (user) => addAccount(world, user),
    renameUser: (login, to) => {
      if (findAccount(world, to)) throw new Error(`the login ${to} is taken`);
      accountNamed(world, login).login = to;
    },
    addRepo: (repo) => addSeededRepo(world, repo).id,
    setRole: (repo, login, role, roleName = role) => {
      const found = repoNamed(world, repo);
      const { id } = accountNamed(world, login);
      if (role === "none") delete found.roles[id];
      else found.roles[id] = { role, roleName };
    },
    linkIssue: (repo, pullNumber, issueNumber) => {
      const { pull } = findIssue(world, repo, pullNumber);
      pull?.linkedIssueIds.push(findIssue(world, repo, issueNumber).id);
    },
    rearrangeQueue: (change) => {
      world.state.queue = change(world.state.queue);
    },
  };
}

function installationNamed(world: World, owner: string): Installation {
  const { id } = accountNamed(world, owner);
  const found = Object.values(world.state.installations).find((one) => one.accountId === id);
  if (!found) throw new Error(`the App is not installed on ${owner}`);
  return found;
}

/** The person who clicks: an organization's first owner, or the account itself. */
function clickerId(world: World, installation: Installation): number {
  return account(world, installation.accountId).ownerIds[0] ?? installation.accountId;
}

function announce(world: World, installation: Installation, action: string): void {
  const senderId = clickerId(world, installation);
  const repositories = reposOf(world, installation).map((one) => shortRepoJson(world, one));
  emit(world, { event: "installation", action, installation, senderId, payload: { repositories } });
}

function changeRepos(world: World, name: string, action: "added" | "removed"): void {
  const repo = repoNamed(world, name);
  const owner = account(world, repo.ownerId).login;
  const installation = installationNamed(world, owner);
  const others = installation.repoIds.filter((id) => id !== repo.id);
  installation.repoIds = action === "added" ? [...others, repo.id] : others;
  const changed = [shortRepoJson(world, repo)];
  const payload = {
    repository_selection: installation.selection,
    repositories_added: action === "added" ? changed : [],
    repositories_removed: action === "removed" ? changed : [],
    requester: null,
  };
  const senderId = clickerId(world, installation);
  emit(world, { event: "installation_repositories", action, installation, senderId, payload });
}

type Installations =
  | "install"
  | "uninstall"
  | "suspend"
  | "addToInstallation"
  | "removeFromInstallation"
  | "installationId";

function installations(world: World): Pick<Control, Installations> {
  return {
    install: (owner, repos) => {
      const installation = addInstallation(world, { account: owner, repos });
      announce(world, installation, "created");
      return installation.id;
    },
    uninstall: (owner) => {
      const installation = installationNamed(world, owner);
      announce(world, installation, "deleted");
      delete world.state.installations[installation.id];
    },
    suspend: (owner, suspended) => {
      const installation = installationNamed(world, owner);
      installation.suspendedAtMs = suspended ? world.ports.now() : null;
      announce(world, installation, suspended ? "suspend" : "unsuspend");
    },
    addToInstallation: (repo) => changeRepos(world, repo, "added"),
    removeFromInstallation: (repo) => changeRepos(world, repo, "removed"),
    installationId: (owner) => installationNamed(world, owner).id,
  };
}
