// The parts of GitHub's webhook payloads that Whipround uses, and nothing else: what is not named here is
// neither checked nor kept. Shapes: docs.github.com/webhooks/webhook-events-and-payloads.
import { z } from "zod";
import type { Person, Repository } from "../core/campaign.ts";
import type { Thread } from "../core/commands.ts";

/** Each delivery to an App carries it; what does not was not sent to us as an App. */
export const installed = z.object({ installation: z.object({ id: z.number() }) });

const account = z.object({ id: z.number(), login: z.string() });

const inRepository = installed.extend({
  repository: z.object({
    id: z.number(),
    name: z.string(),
    private: z.boolean(),
    default_branch: z.string(),
    owner: account,
  }),
});

const sender = account.extend({ type: z.string() });

const onIssue = inRepository.extend({
  issue: z.object({
    id: z.number(),
    number: z.number(),
    title: z.string(),
    state: z.string(),
    pull_request: z.unknown().optional(),
  }),
});

export const repositoryPayload = inRepository;
export const issuePayload = onIssue;
export const arrivedPayload = onIssue.extend({
  changes: z.object({
    old_issue: z.object({ id: z.number(), number: z.number() }),
    old_repository: z.object({ id: z.number() }),
  }),
});
const labelled = { sender, label: z.object({ name: z.string() }) };
export const labelPayload = onIssue.extend(labelled);
export const pullLabelPayload = inRepository.extend({
  ...labelled,
  pull_request: z.object({
    id: z.number(),
    number: z.number(),
    title: z.string(),
    state: z.string(),
  }),
});
export const commentPayload = onIssue.extend({
  sender,
  comment: z.object({ id: z.number(), body: z.string().nullish() }),
});
export const pullPayload = inRepository.extend({
  pull_request: z.object({ number: z.number(), merged: z.boolean().nullish() }),
});
export const pushPayload = inRepository.extend({
  ref: z.string(),
  after: z.string(),
  deleted: z.boolean(),
  forced: z.boolean(),
  commits: z.array(
    z.object({
      added: z.array(z.string()).optional(),
      modified: z.array(z.string()).optional(),
      removed: z.array(z.string()).optional(),
    }),
  ),
});

const repositories = z.array(z.object({ id: z.number() }));

export const installationPayload = installed.extend({ repositories: repositories.optional() });
export const installationRepositoriesPayload = installed.extend({
  repositories_added: repositories,
  repositories_removed: repositories,
});

export function repositoryOf(payload: z.infer<typeof inRepository>): Repository {
  const { repository, installation } = payload;
  return {
    id: repository.id,
    installationId: installation.id,
    ownerId: repository.owner.id,
    owner: repository.owner.login,
    name: repository.name,
    private: repository.private,
    defaultBranch: repository.default_branch,
    installed: true,
  };
}

export function threadOf({ repository, issue }: z.infer<typeof onIssue>): Thread {
  return {
    repositoryId: repository.id,
    issueId: issue.id,
    number: issue.number,
    title: issue.title,
    open: issue.state === "open",
    isPull: issue.pull_request !== undefined && issue.pull_request !== null,
  };
}

/** This payload does not name the issue side's id: the pull request's own stands in for it. */
export function pullThreadOf(payload: z.infer<typeof pullLabelPayload>): Thread {
  const { repository, pull_request: pull } = payload;
  return {
    repositoryId: repository.id,
    issueId: pull.id,
    number: pull.number,
    title: pull.title,
    open: pull.state === "open",
    isPull: true,
  };
}

export function personOf({ id, login }: z.infer<typeof account>): Person {
  return { id, login };
}
