// The app as Probot's own command line runs it: `probot run lib/index.js`.
import { afterAll, afterEach, beforeEach, expect, test } from "@jest/globals";
import { auditBooks } from "./books.ts";
import { buildApp, createMortal, type Mortal, rest, until } from "./process.ts";

const built = buildApp("index");
afterAll(() => built.remove());

let app: Mortal;
beforeEach(async () => {
  app = await createMortal(built);
});
afterEach(() => app.close());

test("under `probot run` webhooks are taken, pages are answered, and SIGTERM ends it in order", async () => {
  await app.start();
  expect((await fetch(`${app.places.app}/readyz`)).status).toBe(200);
  const { number } = await app.town.github
    .act("maintainer")
    .openIssue({ labels: ["bounty: $200"] });
  await until(() => app.cards(number).length === 1);
  expect(app.cards(number)[0]).toContain("of $200.00 paid in");
  await rest(app);
  expect(await app.terminate()).toBe(0);
  await app.start();
  // A terminal sends one, a service manager the other: both are one wish.
  expect(await app.terminate("SIGINT", "SIGTERM")).toBe(0);
  await auditBooks(app);
});
