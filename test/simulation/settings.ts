// What the App asks as itself, without an installation's token: whether and where it is installed, which of its deliveries
// failed. Its own key takes no part in it: signing with it would take the time of a whole history.
import type { Town } from "../../sandbox/town.ts";
import type { Redelivery } from "../../src/ports.ts";
import { OWNER } from "./town.ts";

export function isInstalled(installationId: number, { github }: Town): boolean {
  try {
    return github.installationId(OWNER) === installationId;
  } catch {
    return false;
  }
}

/** GitHub's answer to somebody who asks for a token of an installation that is gone. */
export function notInstalled(): Error {
  const response = { url: "http://github.test/app/installations/0/access_tokens", headers: {} };
  return Object.assign(new Error("Not Found"), { name: "HttpError", status: 404, response });
}

export function redeliveryOf({ github }: Town): Redelivery {
  return {
    async failedDeliveries() {
      const failed = github.deliveries().filter(({ statusCode }) => statusCode >= 400);
      const items = failed.map(({ id, guid, deliveredAtMs }) => ({ id, guid, at: deliveredAtMs }));
      return { items: items.reverse(), next: null };
    },
    async redeliver(id) {
      const one = github.deliveries().find((delivery) => delivery.id === id);
      if (one === undefined) return;
      const { guid, event, action, installationId, repositoryId, payload } = one;
      const delivery = { guid, event, action, installationId, repositoryId, payload };
      const again = { ...delivery, redelivery: true, dueAtMs: one.deliveredAtMs };
      github.rearrangeQueue((queue) => [...queue, again]);
    },
    async installationOn({ owner, name }) {
      return github.installationOf(`${owner}/${name}`);
    },
  };
}
