// The web of Whipround: all routes on one Hono app. Built from its options alone: no state, clock or
// randomness of its own, so that any number can stand side by side.
import type { Hono } from "hono";
// Its router finds a route as it stands: nothing is built beforehand, and a process has few routes.
import { Hono as Quick } from "hono/quick";
import { TransientFailure } from "../ports.ts";
import { backerRoutes } from "./backer-routes.ts";
import { campaignRoutes } from "./campaign-routes.ts";
import { declineRoutes } from "./decline-routes.ts";
import { handoverRoutes } from "./handover-routes.ts";
import { payeeRoutes } from "./payee-routes.ts";
import { plainRoutes } from "./plain-routes.ts";
import { errorPage, mount, notFound } from "./route.ts";
import { signInRoutes } from "./sign-in-routes.ts";
import { createSite, type Site, type WebOptions } from "./site.ts";
import { tipRoutes } from "./tip-routes.ts";

export type { WebOptions } from "./site.ts";

export function createWeb(options: WebOptions): Hono {
  const site = createSite(options);
  const app: Hono = new Quick();
  mount(app, site, [
    ...plainRoutes(site),
    ...campaignRoutes(site),
    ...tipRoutes(site),
    ...backerRoutes(site),
    ...payeeRoutes(site),
    ...declineRoutes(site),
    ...handoverRoutes(site),
    ...signInRoutes(site),
  ]);
  app.notFound(() => notFound(site));
  app.onError((error, c) => failure(site, { error, path: c.req.path }));
  return app;
}

/** What went wrong goes to the log; people are told what it means for them, and nothing of our insides. */
function failure(site: Site, { error, path }: { error: Error; path: string }): Response {
  if (error instanceof TransientFailure) {
    site.log.warn({ err: error, path }, "a page could not be shown now");
    return errorPage(site, {
      status: 503,
      title: "One moment, please",
      text: "Something we need does not answer just now. Nothing was charged. Please try again in a moment.",
      headers: { "Retry-After": String(Math.ceil((error.retryAfterMs ?? 10_000) / 1000)) },
    });
  }
  site.log.error({ err: error, path }, "a page failed");
  return errorPage(site, {
    status: 500,
    title: "Something went wrong here",
    text: "That is our mistake, and it was noted. Money that Stripe has taken is never lost by it: the bot asks Stripe again by itself.",
  });
}
