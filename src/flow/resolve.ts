// From a stored message to questions for the core: reads at GitHub and Stripe what the message only
// hints at. Nothing is written here; it may run again after a crash.
import type { Event } from "../core/events.ts";
import type { InboxRow } from "../ports.ts";
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
      return { repository: message.repository, asks: [] };
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

function eventAsks(events: readonly Event[]): Ask[] {
  return events.map((event) => about(event));
}
