// From a stored message to questions for the core: reads at GitHub and Stripe what the message only
// hints at. Nothing is written here; it may run again after a crash.
import { isOpen, type Repository } from "../core/campaign.ts";
import type { Event } from "../core/events.ts";
import type { Hint, InboxRow } from "../ports.ts";
import { type Ask, about } from "./ask.ts";
import {
  accountEvents,
  bankPayoutEvents,
  checkoutEvents,
  disputeEvents,
  movementEvents,
  paymentEvents,
  pushAsks,
  type Resolved,
  type Resolving,
  refundEvents,
  type Sources,
} from "./facts.ts";
import { isInstallationGone, notInstalled } from "./gone.ts";
import { resolveCommand, resolveLabel } from "./resolve-command.ts";
import {
  goneAsks,
  resolveInstallation,
  resolveIssueArrived,
  resolveIssueGone,
} from "./resolve-moved.ts";
import { resolveIssue, resolvePull } from "./resolve-pull.ts";
import { TRIES_MAX } from "./retry.ts";

export async function resolve(row: InboxRow, sources: Sources): Promise<Resolved> {
  try {
    return await resolveMessage(row, sources);
  } catch (error) {
    if (!isInstallationGone(error) || !("repository" in row.message)) throw error;
    return await resolveLater(row, row.message, sources);
  }
}

/**
 * Removed since it was sent, and perhaps installed again: then the App sees the repository as another
 * installation, which may still have to be told of. Without one there is nobody to ask: dates go on, and
 * reconcile looks at what was merged when the App comes back.
 */
async function resolveLater(
  row: InboxRow,
  message: Extract<InboxRow["message"], { repository: Repository }>,
  sources: Sources,
): Promise<Resolved> {
  const { id, installationId: gone } = message.repository;
  const known = await sources.read.repositoryById(id);
  if (known === null || !known.installed || known.installationId === gone) {
    if (row.tries < TRIES_MAX) throw notInstalled(message.repository);
    return { asks: [] };
  }
  const { installationId } = known;
  const repository = { ...message.repository, installationId };
  return await resolveMessage({ ...row, message: { ...message, repository } }, sources);
}

async function resolveMessage(row: InboxRow, known: Sources): Promise<Resolved> {
  const { message, tries } = row;
  const sources: Resolving = { ...known, tries };
  const key = `${row.deliveryId}:${row.part}`;
  switch (message.kind) {
    case "command":
      return resolveCommand({ message, key }, sources);
    case "label":
      return resolveLabel({ message, key }, sources);
    case "issue":
      return resolveIssue(message, sources);
    case "issueGone":
      return resolveIssueGone(message, sources);
    case "issueArrived":
      return resolveIssueArrived(message, sources);
    case "pull":
      return resolvePull(message, sources);
    case "push":
      return resolvePush(message, sources);
    case "repository":
      return resolveRepository(message, sources);
    case "installation":
      return resolveInstallation(message, sources);
    case "checkout":
      return { asks: eventAsks((await checkoutEvents(message.sessionId, sources)) ?? []) };
    case "payment":
      return { asks: eventAsks(await paymentEvents(message.paymentIntentId, sources)) };
    case "refund":
      return { asks: eventAsks(await refundEvents(message.refundId, sources)) };
    case "dispute":
      return { asks: eventAsks(await disputeEvents(message.disputeId, sources)) };
    case "movement":
      return { asks: eventAsks(await movementEvents(message.transactionId, sources)) };
    case "transfer": {
      const seen = await sources.stripe.readTransfer(message.transferId);
      return { asks: eventAsks(seen === null ? [] : [seen]) };
    }
    case "account":
      return { asks: eventAsks(await accountEvents(message.accountId, sources)) };
    case "bankPayout":
      return { asks: eventAsks(await bankPayoutEvents(message, sources)) };
  }
}

/** Cards carry links: they follow a repository to its new name or owner. */
async function resolveRepository(
  { repository }: Extract<Hint, { kind: "repository" }>,
  { read }: Sources,
): Promise<Resolved> {
  if (!repository.installed) return { repository, asks: await goneAsks(repository.id, { read }) };
  return { repository, asks: await surroundingsAsks(repository, { read }) };
}

/** A policy says who is paid, and notices name them. */
async function resolvePush(
  { repository, sha }: Extract<Hint, { kind: "push" }>,
  sources: Sources,
): Promise<Resolved> {
  const asks = await pushAsks(repository, sha, sources);
  return { repository, asks: [...asks, ...(await surroundingsAsks(repository, sources))] };
}

async function surroundingsAsks(
  { id: repositoryId }: Repository,
  { read }: Pick<Sources, "read">,
): Promise<Ask[]> {
  const campaigns = (await read.campaignsOfRepository(repositoryId)).filter(isOpen);
  return campaigns.map(({ id }) => about({ event: "surroundingsChanged", campaignId: id }));
}

function eventAsks(events: readonly Event[]): Ask[] {
  return events.map((event) => about(event));
}
