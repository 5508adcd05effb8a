// What people do in GitHub's settings rather than through the API, and views of the state for tests.
import { installationOf, installationOn } from "./access.ts";
import { renameAccount } from "./account-verbs.ts";
import { runsOn } from "./check-runs.ts";
import { install, issueToken, setCovered, setSuspended, uninstall } from "./installation-verbs.ts";
import { isPull } from "./pulls.ts";
import { announceRepo } from "./repo-verbs.ts";
import { commentsOf } from "./routes-comments.ts";
import { accountNamed, addAccount, addSeededRepo, repoNamed } from "./seed.ts";
import { commentJson, fullIssueJson } from "./shape-issues.ts";
import { checkRunJson, pullJson, type reviewJson } from "./shape-pulls.ts";
import type { Account, Delivery, Installation, Issue, Role } from "./state.ts";
import { recentDeliveries } from "./webhooks.ts";
import { account, type GithubSeed, type World } from "./world.ts";

export type IssueView = ReturnType<typeof fullIssueJson>;
export type PullView = ReturnType<typeof pullJson>;
export type ReviewView = ReturnType<typeof reviewJson>;
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
  /** The newest commit on the default branch. */
  repoTip(repo: string): string;
  addUser(user: GithubSeed["users"][number]): Account;
  renameUser(login: string, to: string): void;
  /** A member of an organization, who holds no role by that. */
  addMember(owner: string, login: string): void;
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
  /** The installation that covers a repository, or null. */
  installationOf(repo: string): number | null;
  /** A token as the App gets it for a JWT, valid for an hour. */
  installationToken(owner: string): string;
  /** Lets webhooks wait: nothing falls due until they are let go. */
  holdWebhooks(held: boolean): void;
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

type Views =
  | "issue"
  | "pull"
  | "comments"
  | "checkRuns"
  | "deliveries"
  | "user"
  | "repoId"
  | "repoTip";

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
    checkRuns: (repo, sha) =>
      runsOn(world, repoNamed(world, repo), sha).map((one) => checkRunJson(world, one)),
    deliveries: () => recentDeliveries(world).map((one) => ({ ...one })),
    user: (login) => ({ ...accountNamed(world, login) }),
    repoId: (repo) => repoNamed(world, repo).id,
    repoTip: (name) => {
      const { branches, defaultBranch } = repoNamed(world, name);
      return branches[defaultBranch] ?? "";
    },
  };
}

type People =
  | "addUser"
  | "renameUser"
  | "addMember"
  | "addRepo"
  | "setRole"
  | "linkIssue"
  | "holdWebhooks"
  | "rearrangeQueue";

function people(world: World): Pick<Control, People> {
  return {
    addUser: (user) => addAccount(world, user),
    renameUser: (login, to) => {
      const one = accountNamed(world, login);
      renameAccount(world, one, to, one.ownerIds[0] ?? one.id);
    },
    addMember: (owner, login) => {
      accountNamed(world, owner).memberIds.push(accountNamed(world, login).id);
    },
    addRepo: (fresh) => {
      const repo = addSeededRepo(world, fresh);
      announceRepo(world, repo);
      return repo.id;
    },
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
    holdWebhooks: (held) => {
      world.state.held = held;
    },
    rearrangeQueue: (change) => {
      world.state.queue = change(world.state.queue);
    },
  };
}

function installationNamed(world: World, owner: string): Installation {
  const found = installationOn(world, accountNamed(world, owner).id);
  if (!found) throw new Error(`the App is not installed on ${owner}`);
  return found;
}

function setRepo(world: World, name: string, covered: boolean): void {
  const repo = repoNamed(world, name);
  const owner = account(world, repo.ownerId);
  setCovered(world, installationNamed(world, owner.login), repo, covered);
}

type Installations =
  | "install"
  | "uninstall"
  | "suspend"
  | "addToInstallation"
  | "removeFromInstallation"
  | "installationId"
  | "installationOf"
  | "installationToken";

function installations(world: World): Pick<Control, Installations> {
  return {
    install: (owner, repos) => {
      const chosen = repos === "all" ? "all" : repos.map((name) => repoNamed(world, name));
      return install(world, accountNamed(world, owner), chosen).id;
    },
    uninstall: (owner) => uninstall(world, installationNamed(world, owner)),
    suspend: (owner, suspended) => setSuspended(world, installationNamed(world, owner), suspended),
    addToInstallation: (repo) => setRepo(world, repo, true),
    removeFromInstallation: (repo) => setRepo(world, repo, false),
    installationOf: (repo) => installationOf(world, repoNamed(world, repo))?.id ?? null,
    installationId: (owner) => installationNamed(world, owner).id,
    installationToken: (owner) => issueToken(world, installationNamed(world, owner)).token,
  };
}
