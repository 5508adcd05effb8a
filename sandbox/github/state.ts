// The whole of the sandbox's memory as plain JSON. Everything refers to everything else by numeric id,
// so that renames and transfers break nothing here; names are looked up, never stored twice.

export type Role = "none" | "read" | "triage" | "write" | "maintain" | "admin";
export type Level = "read" | "write";

export interface Account {
  id: number;
  login: string;
  name: string | null;
  /** A confirmed address beside the account's own noreply one: commits under it are the account's. Never shown. */
  email: string | null;
  type: "User" | "Bot" | "Organization";
  createdAtMs: number;
  /** The people who own an organization; empty for the others. */
  ownerIds: number[];
  /** Its other members: they may read its repositories, and nothing more unless they hold a role there. */
  memberIds: number[];
}

export interface Label {
  id: number;
  name: string;
  color: string;
  description: string | null;
}

export interface Repo {
  id: number;
  ownerId: number;
  name: string;
  description: string | null;
  private: boolean;
  defaultBranch: string;
  forkOf: number | null;
  forkIds: number[];
  archived: boolean;
  hasIssues: boolean;
  createdAtMs: number;
  updatedAtMs: number;
  pushedAtMs: number;
  branches: Record<string, string>;
  labels: Label[];
  nextNumber: number;
  /** Issue and pull request numbers to issue ids; the deleted and the transferred stay in it. */
  numbers: Record<string, number>;
  /** How many of them are open. */
  openCount: number;
  /** Branches to the ids of the pull requests that were opened from them, here or elsewhere. */
  pullsByHead: Record<string, number[]>;
  /** Whose pull requests were merged. */
  contributorIds: number[];
  roles: Record<string, { role: Role; roleName: string }>;
}

export interface Reaction {
  id: number;
  userId: number;
  content: string;
  createdAtMs: number;
}

export type Closer =
  | { kind: "pull"; issueId: number }
  | { kind: "commit"; sha: string; repoId: number };

export interface IssueEvent {
  id: number;
  event:
    | "labeled"
    | "unlabeled"
    | "closed"
    | "reopened"
    | "renamed"
    | "locked"
    | "unlocked"
    | "merged"
    | "transferred"
    | "review_dismissed";
  actorId: number;
  createdAtMs: number;
  label?: { name: string; color: string };
  closer?: Closer | null;
  stateReason?: string | null;
  rename?: { from: string; to: string };
  commitId?: string;
  /** Where a transferred issue came from. */
  fromRepoId?: number;
  review?: { id: number; state: Review["state"]; message: string };
}

export interface Issue {
  id: number;
  repoId: number;
  number: number;
  title: string;
  body: string | null;
  authorId: number;
  viaApp: boolean;
  state: "open" | "closed";
  stateReason: "completed" | "not_planned" | "reopened" | "duplicate" | null;
  closedAtMs: number | null;
  closedById: number | null;
  locked: boolean;
  labelIds: number[];
  assigneeIds: number[];
  commentIds: number[];
  reactions: Reaction[];
  events: IssueEvent[];
  createdAtMs: number;
  updatedAtMs: number;
  gone: "deleted" | "transferred" | null;
  movedTo: number | null;
  pull: Pull | null;
}

export interface Review {
  id: number;
  authorId: number;
  body: string;
  state: "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED" | "DISMISSED";
  commitSha: string;
  submittedAtMs: number;
}

export interface Pull {
  id: number;
  headRepoId: number;
  headRef: string;
  headSha: string;
  baseRef: string;
  baseSha: string;
  commitShas: string[];
  draft: boolean;
  mergedAtMs: number | null;
  mergedById: number | null;
  mergeCommitSha: string | null;
  reviews: Review[];
  /** Issues linked by hand in the sidebar, beside those the body names. */
  linkedIssueIds: number[];
}

export interface Comment {
  id: number;
  issueId: number;
  authorId: number;
  viaApp: boolean;
  body: string;
  createdAtMs: number;
  updatedAtMs: number;
  minimizedReason: string | null;
  reactions: Reaction[];
}

export interface Signature {
  /** The account whose address it is, or null. */
  id: number | null;
  name: string;
  email: string;
}

export interface Commit {
  sha: string;
  /** Grows with time: a commit's is above its parents'. */
  order: number;
  message: string;
  author: Signature;
  committer: Signature;
  createdAtMs: number;
  parents: string[];
  /** Paths to blob ids. */
  tree: Record<string, string>;
}

export interface CheckRun {
  id: number;
  repoId: number;
  suiteId: number;
  headSha: string;
  name: string;
  externalId: string;
  detailsUrl: string | null;
  status: "queued" | "in_progress" | "completed";
  conclusion: string | null;
  startedAtMs: number | null;
  completedAtMs: number | null;
  output: { title: string | null; summary: string | null; text: string | null };
}

export interface Installation {
  id: number;
  accountId: number;
  selection: "all" | "selected";
  repoIds: number[];
  createdAtMs: number;
  suspendedAtMs: number | null;
}

type Token =
  | { kind: "personal"; userId: number }
  | {
      kind: "installation";
      installationId: number;
      expiresAtMs: number;
      permissions: Record<string, Level>;
      repoIds: number[] | null;
    }
  | { kind: "oauth"; userId: number; expiresAtMs: number }
  | { kind: "refresh"; userId: number; expiresAtMs: number };

interface OauthCode {
  userId: number;
  redirectUri: string;
  challenge: string | null;
  expiresAtMs: number;
}

export interface QueuedDelivery {
  guid: string;
  event: string;
  action: string | null;
  installationId: number | null;
  repositoryId: number | null;
  redelivery: boolean;
  payload: string;
  dueAtMs: number;
}

export interface Delivery extends Omit<QueuedDelivery, "dueAtMs"> {
  id: number;
  deliveredAtMs: number;
  durationMs: number;
  status: string;
  statusCode: number;
  requestHeaders: Record<string, string>;
  responseHeaders: Record<string, string> | null;
  responsePayload: string | null;
}

/** Changes with the shape of the state: what was kept by another version cannot be taken up again. */
export const stateVersion = 4;

export interface State {
  version: number;
  nextId: number;
  accounts: Record<number, Account>;
  repos: Record<number, Repo>;
  /** Former `owner/name`, in lower case, to the repository's id. */
  formerNames: Record<string, number>;
  issues: Record<number, Issue>;
  comments: Record<number, Comment>;
  commits: Record<string, Commit>;
  /** Commit ids to the ids of the pull requests that hold or held them. */
  pullsOfCommit: Record<string, number[]>;
  /** Blob ids to base64. */
  blobs: Record<string, string>;
  checkRuns: Record<number, CheckRun>;
  runsOfCommit: Record<string, number[]>;
  installations: Record<number, Installation>;
  tokens: Record<string, Token>;
  codes: Record<string, OauthCode>;
  queue: QueuedDelivery[];
  /** Webhooks wait until they are let go. */
  held: boolean;
  deliveries: Delivery[];
  rates: Record<string, { startedAtMs: number; used: number }>;
}

export function emptyState(): State {
  return {
    version: stateVersion,
    nextId: 1001,
    accounts: {},
    repos: {},
    formerNames: {},
    issues: {},
    comments: {},
    commits: {},
    pullsOfCommit: {},
    blobs: {},
    checkRuns: {},
    runsOfCommit: {},
    installations: {},
    tokens: {},
    codes: {},
    queue: [],
    held: false,
    deliveries: [],
    rates: {},
  };
}
