// The routes that are about no one in particular: front page, help, stylesheet, pictures, health, webhooks.
import type { Context } from "hono";
import { helpPage } from "./help-page.ts";
import { landingPage } from "./landing-page.ts";
import { MARK, progressPicture, type Theme } from "./picture.ts";
import { findPublicCampaign } from "./places.ts";
import {
  imageResponse,
  jsonResponse,
  pageResponse,
  taggedResponse,
  textResponse,
} from "./respond.ts";
import { notFound, part, type Route } from "./route.ts";
import type { Site } from "./site.ts";
import { STYLESHEET } from "./stylesheet.ts";

export function plainRoutes(site: Site): Route[] {
  return [
    { path: "/", get: () => pageResponse(landingPage(site)) },
    { path: "/help", get: () => pageResponse(helpPage(site)) },
    { path: "/style.css", get: stylesheet },
    { path: "/mark.svg", get: (c) => imageResponse(c.req.raw, MARK) },
    {
      path: "/campaigns/:id/progress-light.svg",
      get: (c) => picture(site, c, "light"),
    },
    {
      path: "/campaigns/:id/progress-dark.svg",
      get: (c) => picture(site, c, "dark"),
    },
    { path: "/healthz", get: () => textResponse("ok") },
    { path: "/readyz", get: () => readiness(site) },
    { path: "/api/github/webhooks", receive: site.receiveGithub },
    { path: "/api/stripe/webhooks", receive: site.receiveStripe },
  ];
}

// The pages' links carry a hash of it, so that a browser may keep it.
function stylesheet(c: Context): Response {
  return taggedResponse(c.req.raw, {
    body: STYLESHEET,
    type: "text/css; charset=utf-8",
    headers: { "Cache-Control": "public, max-age=86400" },
  });
}

async function picture(site: Site, c: Context, theme: Theme): Promise<Response> {
  const place = await findPublicCampaign(site, part(c, "id"));
  return place === null
    ? notFound(site)
    : imageResponse(c.req.raw, progressPicture(place.campaign, { theme }));
}

async function readiness({ ready }: Site): Promise<Response> {
  const { ok, problems } = await ready();
  return jsonResponse({ ok, problems }, { status: ok ? 200 : 503 });
}
