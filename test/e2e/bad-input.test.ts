// What should not be sent to us: each is turned away with a word on what is wrong, and leaves nothing behind.
import { createHmac, randomUUID } from "node:crypto";
import { request as httpRequest } from "node:http";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { hiddenFields } from "../../sandbox/visitor.ts";
import { openBounty } from "./talk.ts";
import { createWorld, pledge, problemOn, REPOSITORY, sessionOf, type World } from "./world.ts";

let world: World;
beforeEach(async () => {
  world = await createWorld({ recorded: false });
});
afterEach(() => world.close());

interface Attempt {
  body?: string;
  headers?: Record<string, string | null>;
  method?: string;
}

function env(name: string): string {
  return world.town.environment[name] ?? "";
}

/** As GitHub would send it, but for the changes. */
async function toGithub({ body = "{}", headers = {}, method = "POST" }: Attempt): Promise<string> {
  const mac = createHmac("sha256", env("WEBHOOK_SECRET")).update(body).digest("hex");
  return send("/api/github/webhooks", method, body, {
    "content-type": "application/json",
    "x-github-event": "issue_comment",
    "x-github-delivery": randomUUID(),
    "x-hub-signature-256": `sha256=${mac}`,
    ...headers,
  });
}

function stripeSignature(body: string, secret: string, at = Date.now()): string {
  const seconds = Math.floor(at / 1000);
  const mac = createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex");
  return `t=${seconds},v1=${mac}`;
}

async function toStripe({ body = "{}", headers = {}, method = "POST" }: Attempt): Promise<string> {
  return send("/api/stripe/webhooks", method, body, {
    "content-type": "application/json; charset=utf-8",
    "stripe-signature": stripeSignature(body, env("STRIPE_WEBHOOK_SECRET")),
    ...headers,
  });
}

/** Status and words of the answer. */
async function send(
  path: string,
  method: string,
  body: string,
  headers: Record<string, string | null>,
): Promise<string> {
  const given = Object.entries(headers).filter(([, value]) => value !== null);
  const response = await fetch(`${world.places.app}${path}`, {
    method,
    headers: given as [string, string][],
    ...(method === "GET" ? {} : { body }),
  });
  const text = await response.text();
  return `${response.status} ${text.startsWith("{") ? (JSON.parse(text).error ?? "accepted") : ""}`;
}

/** Announces a body that it never sends: who reads before refusing would wait for ever. */
function announceTooMuch(path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(`${world.places.app}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "content-length": 26 * 1024 * 1024 },
    });
    sent.on("response", (response) => {
      resolve(response.statusCode ?? 0);
      sent.destroy();
    });
    sent.on("error", reject);
    sent.flushHeaders();
  });
}

/** A comment as GitHub tells of it, taken from what it last sent. */
async function realComment(): Promise<string> {
  const { number } = await world.town.github.act("maintainer").openIssue();
  let body = "";
  world.webhooks.deliver = async (request) => {
    body = await request.text();
    return new Response(null, { status: 202 });
  };
  await world.town.github.act("maintainer").comment(number, "/bounty $20");
  await world.town.runDue();
  return body;
}

test("GitHub's webhooks: whatever is not GitHub's, or not to be read, is a 4xx that says which", async () => {
  const body = await realComment();
  const forged = createHmac("sha256", "guessed").update(body).digest("hex");
  const rows: [attempt: Attempt, answer: string][] = [
    [{ body, headers: { "x-hub-signature-256": null } }, "401 the signature is missing"],
    [{ body, headers: { "x-hub-signature-256": "" } }, "401 the signature is missing"],
    [
      { body, headers: { "x-hub-signature-256": `sha256=${forged}` } },
      "401 the signature is wrong",
    ],
    [{ body, headers: { "x-hub-signature-256": "sha1=abc" } }, "401 the signature is wrong"],
    [{ body: "" }, "400 the body is not a JSON object"],
    [{ body: "{not json" }, "400 the body is not a JSON object"],
    [{ body: "[]" }, "400 the body is not a JSON object"],
    [{ body, headers: { "x-github-event": null } }, "400 the X-GitHub-Event header is missing"],
    [
      { body, headers: { "x-github-delivery": null } },
      "400 the X-GitHub-Delivery header is missing",
    ],
    [{ body, headers: { "x-github-event": "star" } }, "422 this App does not know the event"],
    [
      { body: body.replace('"issue":', '"tissue":') },
      "422 the payload of issue_comment is not of the known shape: issue",
    ],
    [
      { body, headers: { "content-type": "application/x-www-form-urlencoded" } },
      "415 the content type must be application/json",
    ],
    [{ method: "GET" }, "405 "],
    [{ body, method: "PUT" }, "405 "],
  ];
  for (const [attempt, answer] of rows) {
    const got = await toGithub(attempt);
    expect(got.slice(0, answer.length)).toBe(answer);
  }
  expect(await announceTooMuch("/api/github/webhooks")).toBe(413);
  expect(await world.app().app.nextDue()).toBeNull();
  // The very same, signed and whole, is taken.
  expect(await toGithub({ body })).toBe("202 accepted");
  expect(await world.app().app.nextDue()).not.toBeNull();
});

test("Stripe's webhooks: the same, and a signature must be fresh", async () => {
  const event = {
    id: "evt_1",
    object: "event",
    type: "checkout.session.completed",
    livemode: false,
    data: { object: { id: "cs_1", object: "checkout.session" } },
  };
  const body = JSON.stringify(event);
  const secret = env("STRIPE_WEBHOOK_SECRET");
  const signed = (text: string, signature: string): Attempt => ({
    body: text,
    headers: { "stripe-signature": signature },
  });
  const rows: [attempt: Attempt, answer: string][] = [
    [{ body, headers: { "stripe-signature": null } }, "401 the signature is missing"],
    [signed(body, stripeSignature(body, "whsec_guessed")), "401 the signature is wrong"],
    [signed(body, stripeSignature(`${body} `, secret)), "401 the signature is wrong"],
    [
      signed(body, stripeSignature(body, secret, Date.now() - 301_000)),
      "401 the signature is wrong or too old",
    ],
    [signed(body, "nonsense"), "401 the signature is wrong"],
    [{ body: "{not json" }, "400 the body is not JSON"],
    [{ body: "[]" }, "422 the event is not of the known shape"],
    [{ body: JSON.stringify({ ...event, livemode: true }) }, "400 this is a live event"],
    [{ body: JSON.stringify({ ...event, id: 7 }) }, "422 the event is not of the known shape: id"],
    [
      { body, headers: { "content-type": "text/plain" } },
      "415 the content type must be application/json",
    ],
    [{ method: "GET" }, "405 "],
  ];
  for (const [attempt, answer] of rows) {
    const got = await toStripe(attempt);
    expect(got.slice(0, answer.length)).toBe(answer);
  }
  expect(await announceTooMuch("/api/stripe/webhooks")).toBe(413);
  expect(await toStripe({ body: JSON.stringify({ ...event, type: "price.created" }) })).toBe(
    "202 accepted",
  );
  expect(await world.app().app.nextDue()).toBeNull();
  expect(await toStripe({ body })).toBe("202 accepted");
  expect(await world.app().app.nextDue()).not.toBeNull();
});

test("the form refuses every amount that is not one, keeps what was entered, and opens no page at Stripe", async () => {
  const { github } = world.town;
  await github.act("maintainer").putFile(".github/whipround.yml", "maximum: 2000\n");
  const number = await openBounty(world);
  const rows: [amount: string, words: string][] = [
    ["", "Write an amount."],
    ["0", "is not more than zero"],
    ["-20", "is not more than zero"],
    ["4.99", "The smallest amount here is $5.00"],
    ["2000.01", "The largest amount here is $2,000.00"],
    ["20.005", "has more decimals than the currency"],
    ["1e9", "is not an amount I can read"],
    ["٣", "is not an amount I can read"],
    ["0x20", "is not an amount I can read"],
    ["NaN", "is not an amount I can read"],
    ["1.000,50 €", "This repository’s bounties are in USD"],
    ["99999999999999999999", "is more than a card payment can carry"],
    ["9".repeat(41), "That amount is too long to be one."],
    ["<script>alert(1)</script>", "is not an amount I can read"],
  ];
  for (const [amount, words] of rows) {
    const page = await pledge(world, number, { amount });
    await world.pass(60_000);
    expect([amount, page.status]).toEqual([amount, 422]);
    expect(decoded(problemOn(page))).toContain(words);
    expect(page.text).not.toContain("<script");
  }
  const long = await pledge(world, number, { amount: "20", name: "n".repeat(201) });
  expect([long.status, problemOn(long)]).toEqual([422, "That name is too long."]);
  expect(world.town.stripe.sessions()).toEqual([]);
  expect(sessionOf(await pledge(world, number, { amount: "$1,000.50" }))).toMatch(/^cs_/);
  expect(world.town.stripe.sessions()[0]?.amount_total).toBe(100050);
});

function decoded(text: string): string {
  return text
    .replace(/&#39;|&#x27;/g, "’")
    .replace(/'/g, "’")
    .replace(/&amp;/g, "&");
}

test("a form from elsewhere, too large or of another type does nothing; an unknown bounty is a 404", async () => {
  const number = await openBounty(world);
  const url = `${world.places.app}/gh/${REPOSITORY}/issues/${number}`;
  const visitor = world.visitor();
  const fields = { ...hiddenFields(await visitor.get(url)), amount: "20", mode: "pay-now" };
  const post = async (headers: Record<string, string>, body = new URLSearchParams(fields)) =>
    (await fetch(url, { method: "POST", redirect: "manual", headers, body })).status;
  expect(await post({ origin: "https://evil.test" })).toBe(403);
  expect(await post({ origin: world.places.app, "sec-fetch-site": "cross-site" })).toBe(403);
  expect(await post({ origin: "null" })).toBe(403);
  expect(await post({})).toBe(403);
  const large = new URLSearchParams({ ...fields, name: "n".repeat(20_000) });
  expect(await post({ origin: world.places.app }, large)).toBe(413);
  const typed = { origin: world.places.app, "content-type": "text/plain" };
  expect(await post(typed)).toBe(415);

  for (const path of [
    `/gh/${REPOSITORY}/issues/999`,
    `/gh/${REPOSITORY}/issues/999.json`,
    `/gh/${REPOSITORY}/issues/0`,
    "/gh/nobody/nothing/issues/1",
    "/gh/nobody/nothing",
    "/campaigns/none/progress-light.svg",
    "/gh/%00/%2e%2e/issues/1",
  ]) {
    expect([path, (await visitor.get(`${world.places.app}${path}`)).status]).toEqual([path, 404]);
  }
  expect(
    (await visitor.post(`${world.places.app}/gh/nobody/nothing/issues/1`, fields)).status,
  ).toBe(404);
  expect(world.town.stripe.sessions()).toEqual([]);
});

test("a flood of forms from one address is slowed down, and others still get through", async () => {
  const number = await openBounty(world);
  const statuses = new Map<number, number>();
  let slowed: Headers | null = null;
  for (let index = 0; index < 30; index += 1) {
    const page = await pledge(world, number, { amount: "1" });
    statuses.set(page.status, (statuses.get(page.status) ?? 0) + 1);
    if (page.status === 429) slowed = page.headers;
  }
  expect(Object.fromEntries(statuses)).toEqual({ 422: 20, 429: 10 });
  expect(Number(slowed?.get("retry-after"))).toBeGreaterThan(0);
  const url = `${world.places.app}/gh/${REPOSITORY}/issues/${number}`;
  const fields = hiddenFields(await world.visitor().get(url));
  const other = await fetch(url, {
    method: "POST",
    redirect: "manual",
    headers: { origin: world.places.app, "x-forwarded-for": "198.51.100.7" },
    body: new URLSearchParams({ ...fields, amount: "20", mode: "pay-now" }),
  });
  expect(other.status).toBe(303);
  await world.pass(600_000);
  sessionOf(await pledge(world, number, { amount: "20" }));
});

test("an answer that nobody understands is tried again, then put aside and named to the operator", async () => {
  const number = await openBounty(world);
  const author = world.town.github.act("contributor");
  const pull = await author.openPull({ body: `Fixes #${number}` });
  await world.settle();
  const read = "POST /api/graphql query pull";
  const before = world.calls(read).length;
  const databaseId = world.town.github.repoId(REPOSITORY);
  const answer = { repository: { databaseId, pullRequest: { fullDatabaseId: "1", commits: {} } } };
  world.faults.github = (_, call) => (call === read ? Response.json({ data: answer }) : null);
  await author.comment(pull.number, `/claim #${number}`);
  await world.settle();
  expect(await world.app().examine()).toEqual([]);
  await world.pass(12 * 3_600_000);
  expect(world.calls(read).length - before).toBe(11);
  expect(await world.app().examine()).toEqual([
    expect.stringMatching(/^delivery github:\S+:0 was given up: /),
  ]);
});
