// What each of GitHub's webhooks means to Whipround: one table from event and action to messages.
// An event that is not in it is ignored. Nothing is decided here, and nothing is asked of GitHub.
import { readCommands } from "../core/commands.ts";
import type { Message } from "../ports.ts";
import {
  arrivedPayload,
  commentPayload,
  installationPayload,
  installationRepositoriesPayload,
  installed,
  issuePayload,
  labelPayload,
  personOf,
  pullLabelPayload,
  pullPayload,
  pullThreadOf,
  pushPayload,
  repositoryOf,
  repositoryPayload,
  threadOf,
} from "./payloads.ts";

/** What the App subscribes to in `app.yml`. */
export const SUBSCRIBED_EVENTS: readonly string[] = [
  "issues",
  "issue_comment",
  "pull_request",
  "pull_request_review",
  "push",
  "repository",
];

/** What GitHub sends to an App without being asked. */
export const ALWAYS_SENT_EVENTS: readonly string[] = [
  "ping",
  "installation",
  "installation_repositories",
  "installation_target",
  "github_app_authorization",
  "meta",
  "marketplace_purchase",
  "security_advisory",
];

const KNOWN_EVENTS: ReadonlySet<string> = new Set([...SUBSCRIBED_EVENTS, ...ALWAYS_SENT_EVENTS]);

export function isKnownEvent(name: string): boolean {
  return KNOWN_EVENTS.has(name);
}

export const POLICY_PATH = ".github/whipround.yml";

type Translation = (payload: unknown) => Message[];

const TABLE: ReadonlyMap<string, Translation> = new Map<string, Translation>([
  // Edited and deleted comments are not here: only `created` commands, so no edit runs one twice.
  ["issue_comment.created", onComment],
  ["issues.labeled", (payload) => onLabel(payload, true)],
  ["issues.unlabeled", (payload) => onLabel(payload, false)],
  ["issues.closed", (payload) => onIssue(payload, true)],
  ["issues.reopened", (payload) => onIssue(payload, false)],
  ["issues.edited", (payload) => onIssue(payload, false)],
  ["issues.deleted", (payload) => onIssueGone(payload, false)],
  ["issues.transferred", (payload) => onIssueGone(payload, true)],
  ["issues.opened", onIssueOpened],
  // Refused with a word on where it belongs; taken off again, that word is handled.
  ["pull_request.labeled", (payload) => onPullLabel(payload, true)],
  ["pull_request.unlabeled", (payload) => onPullLabel(payload, false)],
  ["pull_request.opened", onPull],
  ["pull_request.edited", onPull],
  ["pull_request.synchronize", onPull],
  ["pull_request.reopened", onPull],
  ["pull_request.closed", onPull],
  ["pull_request_review.submitted", onPull],
  ["pull_request_review.dismissed", onPull],
  ["push", onPush],
  ["repository.renamed", onRepository],
  ["repository.privatized", onRepository],
  ["repository.publicized", onRepository],
  ["repository.transferred", onRepository],
  ["repository.edited", onRepository],
  ["repository.deleted", (payload) => onRepository(payload, false)],
  ["installation.created", onInstalled],
  ["installation.deleted", (payload) => onInstallation(payload, false)],
  ["installation.suspend", (payload) => onInstallation(payload, false)],
  ["installation.unsuspend", (payload) => onInstallation(payload, true)],
  ["installation.new_permissions_accepted", (payload) => onInstallation(payload, true)],
  ["installation_repositories.added", (payload) => onInstallationRepositories(payload, true)],
  ["installation_repositories.removed", (payload) => onInstallationRepositories(payload, false)],
]);

/** Throws a `ZodError` when a payload lacks what its event must have. */
export function translate({ name, payload }: { name: string; payload: unknown }): Message[] {
  const action = actionOf(payload);
  const translation = TABLE.get(action === null ? name : `${name}.${action}`);
  if (translation === undefined || !hasInstallation(payload)) return [];
  return translation(payload);
}

function actionOf(payload: unknown): string | null {
  if (typeof payload !== "object" || payload === null || !("action" in payload)) return null;
  return typeof payload.action === "string" ? payload.action : null;
}

function hasInstallation(payload: unknown): boolean {
  return installed.safeParse(payload).success;
}

function onComment(payload: unknown): Message[] {
  const given = commentPayload.parse(payload);
  if (given.sender.type !== "User") return [];
  const requests = readCommands(given.comment.body ?? "");
  if (requests.length === 0) return [];
  const from = {
    kind: "command" as const,
    repository: repositoryOf(given),
    thread: threadOf(given),
    by: personOf(given.sender),
    commentId: given.comment.id,
  };
  return requests.map((request) => ({ ...from, request }));
}

function onLabel(payload: unknown, added: boolean): Message[] {
  const given = labelPayload.parse(payload);
  if (given.sender.type !== "User") return [];
  return [
    {
      kind: "label",
      repository: repositoryOf(given),
      thread: threadOf(given),
      by: personOf(given.sender),
      label: given.label.name,
      added,
    },
  ];
}

function onPullLabel(payload: unknown, added: boolean): Message[] {
  const given = pullLabelPayload.parse(payload);
  if (given.sender.type !== "User") return [];
  return [
    {
      kind: "label",
      repository: repositoryOf(given),
      thread: pullThreadOf(given),
      by: personOf(given.sender),
      label: given.label.name,
      added,
    },
  ];
}

function onIssue(payload: unknown, closed: boolean): Message[] {
  const given = issuePayload.parse(payload);
  return [{ kind: "issue", repository: repositoryOf(given), thread: threadOf(given), closed }];
}

function onIssueGone(payload: unknown, transferred: boolean): Message[] {
  const given = issuePayload.parse(payload);
  const [repository, thread] = [repositoryOf(given), threadOf(given)];
  return [{ kind: "issueGone", repository, thread, transferred }];
}

/** Only one that was transferred has been anywhere before. */
function onIssueOpened(payload: unknown): Message[] {
  const given = arrivedPayload.safeParse(payload);
  if (!given.success) return [];
  const { old_issue: old, old_repository: place } = given.data.changes;
  const from = { repositoryId: place.id, issueId: old.id, number: old.number };
  const [repository, thread] = [repositoryOf(given.data), threadOf(given.data)];
  return [{ kind: "issueArrived", repository, thread, from }];
}

/** A review's payload shows the pull request without `merged`; it is read anew either way. */
function onPull(payload: unknown): Message[] {
  const given = pullPayload.parse(payload);
  const { number, merged } = given.pull_request;
  return [
    {
      kind: "pull",
      repository: repositoryOf(given),
      pullNumber: number,
      merged: merged ?? false,
    },
  ];
}

/** GitHub lists at most so many commits of one push. */
const COMMITS_LISTED_MAX = 2_048;

function onPush(payload: unknown): Message[] {
  const given = pushPayload.parse(payload);
  const repository = repositoryOf(given);
  if (given.deleted || given.ref !== `refs/heads/${repository.defaultBranch}`) return [];
  const touched = given.commits.some(({ added, modified, removed }) =>
    [added, modified, removed].some((paths) => paths?.includes(POLICY_PATH)),
  );
  // A forced push takes commits away without listing them, and a long one lists only a part.
  const unclear = given.forced || given.commits.length >= COMMITS_LISTED_MAX;
  return touched || unclear ? [{ kind: "push", repository, sha: given.after }] : [];
}

function onRepository(payload: unknown, isThere = true): Message[] {
  const repository = repositoryOf(repositoryPayload.parse(payload));
  return [{ kind: "repository", repository: { ...repository, installed: isThere } }];
}

function onInstalled(payload: unknown): Message[] {
  const { installation, repositories } = installationPayload.parse(payload);
  const repositoryIds = repositories?.map(({ id }) => id) ?? null;
  return [
    { kind: "installation", installationId: installation.id, repositoryIds, installed: true },
  ];
}

/** Of all repositories that the installation has. */
function onInstallation(payload: unknown, isThere: boolean): Message[] {
  const { installation } = installationPayload.parse(payload);
  return [
    {
      kind: "installation",
      installationId: installation.id,
      repositoryIds: null,
      installed: isThere,
    },
  ];
}

function onInstallationRepositories(payload: unknown, added: boolean): Message[] {
  const given = installationRepositoriesPayload.parse(payload);
  const repositories = added ? given.repositories_added : given.repositories_removed;
  return [
    {
      kind: "installation",
      installationId: given.installation.id,
      repositoryIds: repositories.map(({ id }) => id),
      installed: added,
    },
  ];
}
