// What only a process of its own can show, beside being killed: how it ends in order, how it says that it
// cannot start, its exit codes, and what it shares with others through Redis.
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { afterAll, afterEach, expect, test } from "@jest/globals";
import { Redis } from "ioredis";
import { decision } from "../../src/core/decision.ts";
import { move, OPERATOR, WORLD } from "../../src/core/ledger.ts";
import { buildApp, createMortal, type Mortal, until } from "./process.ts";

const built = buildApp();
afterAll(() => built.remove());

let app: Mortal;
afterEach(() => app.close());

/** A webhook of Stripe's, signed, of which the last byte is not sent. */
function begun(id: string): { call: ClientRequest; end(): Promise<IncomingMessage> } {
  const object = { object: "payment_intent", id: "pi_of_nobody" };
  const event = { id, object: "event", type: "payment_intent.succeeded", livemode: false };
  const body = JSON.stringify({ ...event, data: { object } });
  const at = Math.floor(Date.now() / 1000);
  const secret = app.town.environment["STRIPE_WEBHOOK_SECRET"] ?? "";
  const signature = createHmac("sha256", secret).update(`${at}.${body}`).digest("hex");
  const call = request(`${app.places.app}/api/stripe/webhooks`, {
    method: "POST",
    agent: false,
    headers: {
      "content-type": "application/json",
      "content-length": body.length,
      "stripe-signature": `t=${at},v1=${signature}`,
    },
  });
  const answered = once(call, "response") as Promise<[IncomingMessage]>;
  call.write(body.slice(0, -1));
  return {
    call,
    async end() {
      call.end(body.slice(-1));
      const [response] = await answered;
      response.resume();
      return response;
    },
  };
}

test("asked to stop in the middle of a webhook, it takes it to the end and lets nobody else in", async () => {
  app = await createMortal(built);
  await app.start();
  const webhook = begun("evt_open");
  await once(webhook.call, "socket");
  // Answered after the other was begun: its bytes are there.
  expect((await fetch(`${app.places.app}/readyz`)).status).toBe(200);
  const ended = app.terminate();
  await until(() => app.said().includes("stopping"));
  await expect(fetch(`${app.places.app}/readyz`)).rejects.toThrow("fetch failed");
  expect((await webhook.end()).statusCode).toBe(202);
  expect(await ended).toBe(0);
  expect(app.said()).toContain("stopped");
  expect(await app.reading((read) => read.knownDeliveries("stripe", ["evt_open"]))).toEqual([
    "evt_open",
  ]);
});

const ONE_LINE = /^Whipround cannot start: .*\n$/;

test("GitHub out of reach is one clear line, and exit code 1", async () => {
  app = await createMortal(built, { GHE_HOST: "127.0.0.1:9" });
  const { code, said } = await app.run("start");
  expect(said).toMatch(ONE_LINE);
  expect(said).toContain("GitHub cannot be reached at http://127.0.0.1:9/api/v3");
  expect(code).toBe(1);
});

test("a database from a newer version is one clear line, and exit code 1", async () => {
  app = await createMortal(built);
  await app.execute("insert into schema_version (name, timestamp) values ('9999-later', 'now')");
  const { code, said } = await app.run("start");
  expect(said).toMatch(ONE_LINE);
  expect(said).toContain("This database is from a newer version of Whipround (it has 9999-later)");
  expect(code).toBe(1);
});

test("reconcile says what both sides hold, names what differs, and its exit code is 0 only when they are equal", async () => {
  app = await createMortal(built);
  app.town.stripe.topUp(1000, "usd");
  const equal = await app.run("reconcile");
  expect(equal.said).toContain("✓ usd: the ledger and Stripe both hold 10.00\n✓ equal to the cent");
  expect(equal.code).toBe(0);
  const cent = move(WORLD, OPERATOR, { amount: 1n, currency: "usd" });
  await app.writing((store) =>
    store.transact((trx) => trx.apply(decision({ postings: cent }), Date.now())),
  );
  const different = await app.run("reconcile");
  expect(different.said).toContain(
    "✗ usd: the ledger holds 10.01, Stripe 10.00\n  world -> operator 1 usd names no balance transaction\n✗ the books differ",
  );
  expect(different.code).toBe(1);
});

test("reconcile that cannot ask Stripe does not say that the books are equal", async () => {
  app = await createMortal(built, { STRIPE_API_BASE: "http://127.0.0.1:9" });
  const { code, said } = await app.run("reconcile");
  expect(said).not.toContain("equal");
  expect(code).toBe(1);
});

const url = process.env["TEST_REDIS_URL"];
(url === undefined ? test.skip : test)(
  "the pace of writes at GitHub is kept in Redis, for all processes together",
  async () => {
    if (url === undefined) return;
    app = await createMortal(built, { REDIS_URL: url });
    const redis = new Redis(url);
    try {
      const before = await redis.keys("b_octokit-*");
      if (before.length > 0) await redis.del(before);
      await app.start();
      const { number } = await app.town.github.act("maintainer").openIssue({ labels: ["bounty"] });
      await until(() => app.cards(number).length === 1);
      // Of each installation by itself: GitHub counts so.
      const settings = `b_octokit-write-${app.town.github.installationId("acme")}_settings`;
      expect(await redis.keys("b_octokit-write-*_settings")).toEqual([settings]);
      expect(await app.terminate()).toBe(0);
    } finally {
      redis.disconnect();
    }
  },
);
