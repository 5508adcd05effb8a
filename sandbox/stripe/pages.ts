// The sandbox's pages, by address. Only a POST changes anything, but for the onboarding link's single visit.
import { type Context, Hono } from "hono";
import { showDashboard, showEvent } from "./dashboard-page.ts";
import { doToObject, showObject } from "./object-page.ts";
import { openOnboarding, showExpress, takeOnboarding } from "./onboarding-pages.ts";
import { notice, redirect } from "./page-frame.ts";
import {
  showAuthentication,
  showPayment,
  showReceipt,
  takeAuthentication,
  takePayment,
} from "./payment-pages.ts";
import type { World } from "./state.ts";

export interface Pages {
  fetch(request: Request): Response | Promise<Response>;
}

export function createPages(world: World): Pages {
  const app = new Hono();
  const id = (c: Context) => c.req.param("id") ?? "";
  const visit = (c: Context) => ({ account: id(c), token: c.req.param("token") ?? "" });
  app.get("/", () => redirect("/dashboard"));
  app.get("/dashboard", () => showDashboard(world));
  app.get("/dashboard/events/:id", (c) => showEvent(world, id(c)));
  app.get("/dashboard/objects/:id", (c) => showObject(world, id(c)));
  app.post("/dashboard/objects/:id", (c) => doToObject(world, id(c), c.req.raw));
  app.get("/c/pay/:id", (c) => showPayment(world, id(c)));
  app.post("/c/pay/:id", (c) => takePayment(world, id(c), c.req.raw));
  app.get("/authenticate/:id", (c) => showAuthentication(world, id(c)));
  app.post("/authenticate/:id", (c) => takeAuthentication(world, id(c), c.req.raw));
  app.get("/receipts/:id", (c) => showReceipt(world, id(c)));
  app.get("/setup/e/:id/:token", (c) => openOnboarding(world, visit(c)));
  app.post("/setup/e/:id/:token", (c) => takeOnboarding(world, visit(c), c.req.raw));
  app.get("/express/:id/:token", (c) => showExpress(world, id(c)));
  app.notFound(() => notice("No such page", "The sandbox has no page here.", 404));
  return { fetch: (request) => app.fetch(request) };
}
