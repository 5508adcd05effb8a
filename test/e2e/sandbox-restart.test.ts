// The sandbox that people click through keeps its town in a file: what was there is there after a restart.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { type Host, openHost } from "../../sandbox/host.ts";
import { freePlaces } from "../../sandbox/listen.ts";
import type { Places } from "../../sandbox/town.ts";

const REPOSITORY = "acme/widgets";

let folder: string;
let places: Places;
let host: Host;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "whipround-town-"));
  places = await freePlaces();
  host = await open();
});
afterEach(async () => {
  await host.stop();
  rmSync(folder, { recursive: true, force: true });
});

function open(): Promise<Host> {
  return openHost({ places, file: join(folder, "kept/town.json"), trafficLog: null });
}

function stripe(path: string, form?: Record<string, string>): Promise<Response> {
  const key = host.town.environment["STRIPE_SECRET_KEY"];
  return fetch(`${places.stripe}${path}`, {
    headers: { authorization: `Bearer ${key}` },
    ...(form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) }),
  });
}

test("issues, comments, Stripe's objects and the App's keys are kept", async () => {
  const maintainer = host.town.github.act("maintainer");
  const { number } = await maintainer.openIssue({ title: "Dark mode", body: "My eyes." });
  await maintainer.comment(number, "I would like to see this done.");
  const customer = (await (await stripe("/v1/customers", { name: "Ann" })).json()) as {
    id: string;
  };
  const { environment } = host.town;
  await host.stop();
  host = await open();
  expect(host.town.environment).toEqual(environment);
  expect(host.town.github.comments(REPOSITORY, number).map(({ body }) => body)).toEqual([
    "I would like to see this done.",
  ]);
  expect(await (await stripe(`/v1/customers/${customer.id}`)).json()).toMatchObject({
    id: customer.id,
    name: "Ann",
  });
});

test("what comes after it goes on counting", async () => {
  const first = await host.town.github.act("maintainer").openIssue({ title: "One" });
  await host.stop();
  host = await open();
  const second = await host.town.github.act("maintainer").openIssue({ title: "Two" });
  expect(second.number).toBe(first.number + 1);
});
