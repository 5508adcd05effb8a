// Stripe's page of a pledge, opened while its visitor waits.
import { effectKey } from "../core/effects.ts";
import type { Pledge } from "../core/pledge.ts";
import { PermanentFailure, type Store, TransientFailure } from "../ports.ts";
import type { Outbox } from "./outbox.ts";

/** Answers the page's address. A double click waits for the page that the first click is opening. */
export function createPages({
  store,
  outbox,
}: {
  store: Store;
  outbox: Outbox;
}): (pledge: Pledge) => Promise<string> {
  const opening = new Map<string, Promise<string>>();

  async function openPage(key: string, pledgeId: string): Promise<string> {
    try {
      await outbox.performNow(key);
    } catch (error) {
      if (error instanceof PermanentFailure) {
        throw new TransientFailure("Stripe did not open its page", { cause: error });
      }
      throw error;
    }
    const pledge = await store.read.pledgeById(pledgeId);
    // Another process is opening it at this moment.
    if (pledge?.sessionUrl == null) throw new TransientFailure("Stripe's page is being opened");
    return pledge.sessionUrl;
  }

  return ({ id: pledgeId, pagesCount: number }) => {
    const key = effectKey({ effect: "openCheckout", pledgeId, number });
    const begun = opening.get(key);
    if (begun !== undefined) return begun;
    const page = openPage(key, pledgeId).finally(() => opening.delete(key));
    opening.set(key, page);
    return page;
  };
}
