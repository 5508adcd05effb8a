// From a stored message to questions for the core: reads at GitHub and Stripe what the message only
// hints at. Nothing is written here; it may run again after a crash.
import { isOpen } from "../core/campaign.ts";
import type { Event } from "../core/events.ts";
import type { Hint, InboxRow } from "../ports.ts";
import { type Ask, about } from "./ask.ts";
import {
  checkoutEvents,
  paymentEvents,
  pushAsks,
  type Resolved,
  refundEvents,
  type Sources,
} from "./facts.ts";
import { resolveCommand, resolveLabel } from "./resolve-command.ts";
import { resolveIssue, resolvePull } from "./resolve-pull.ts";

export async function resolve(row: InboxRow, sources: Sources): Promise<Resolved> {
  const { message } = row;
  const key = `${row.deliveryId}:${row.part}`;
  switch (message.kind) {
    case "command":
      return resolveCommand({ message, key }, sources);
    case "label":
      return resolveLabel({ message, key }, sources);
    case "issue":
      return resolveIssue(message, sources);
    case "pull":
      return resolvePull(message, sources);
    case "push":
      return {
        repository: message.repository,
        asks: await pushAsks(message.repository, message.sha, sources),
      };
    case "repository":
      return resolveRepository(message, sources);
    case "installation":
      return { installation: message, asks: [] };
    case "checkout":
      return { asks: eventAsks(await checkoutEvents(message.sessionId, sources)) };
    case "payment":
      return { asks: eventAsks(await paymentEvents(message.paymentIntentId, sources)) };
    case "refund":
      return { asks: eventAsks(await refundEvents(message.refundId, sources)) };
    case "transfer": {
      const seen = await sources.stripe.readTransfer(message.transferId);
      return { asks: eventAsks(seen === null ? [] : [seen]) };
    }
    case "account": {
      const seen = await sources.stripe.readAccount(message.accountId);
      return { asks: eventAsks(seen === null ? [] : [seen]) };
    }
  }
}

/** Cards carry links: they follow a repository to its new name or owner. */
async function resolveRepository(
  { repository }: Extract<Hint, { kind: "repository" }>,
  { read }: Sources,
): Promise<Resolved> {
  if (!repository.installed) return { repository, asks: [] };
  const campaigns = (await read.campaignsOfRepository(repository.id)).filter(isOpen);
  return {
    repository,
    asks: campaigns.map(({ id }) => about({ event: "addressChanged", campaignId: id })),
  };
}

function eventAsks(events: readonly Event[]): Ask[] {
  return events.map((event) => about(event));
}
