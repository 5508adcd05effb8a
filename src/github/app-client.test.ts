// The App's own questions: signed by its key, and plain about what is wrong.
import { generateKeyPairSync, verify } from "node:crypto";
import { expect, test } from "@jest/globals";
import nock from "nock";
import { useNock } from "../../test/nocked.ts";
import { createAppClient } from "./app-client.ts";

// Plain HTTP: the TLS session that nock makes up leaves an error in OpenSSL's queue, and the next key that
// this process imports is blamed for it.
const API = "http://api.github.com";
const { privateKey, publicKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
});

useNock();

const client = createAppClient({ appId: 4242, privateKey, apiUrl: API });

function isOurToken(header: string | string[]): boolean {
  const [head = "", claims = "", signature = ""] = String(header)
    .replace(/^bearer /, "")
    .split(".");
  const read = JSON.parse(Buffer.from(claims, "base64url").toString());
  // GitHub takes a token that lives ten minutes at most.
  expect(read.exp - read.iat).toBeLessThanOrEqual(600);
  expect(String(read.iss)).toBe("4242");
  const text = Buffer.from(`${head}.${claims}`);
  return verify("RSA-SHA256", text, publicKey, Buffer.from(signature, "base64url"));
}

test("the App says its name and its owner", async () => {
  nock(API)
    .get("/app")
    .matchHeader("authorization", (header) => isOurToken(String(header)))
    .reply(200, { slug: "whipround", owner: { id: 1, login: "acme" } });
  expect(await client.describeApp()).toEqual({
    slug: "whipround",
    ownerLogin: "acme",
    ownerId: 1,
  });
});

test("a login is known by its id, without the App's token; one that nobody has is nobody's", async () => {
  const badheaders = ["authorization"];
  nock(API, { badheaders }).get("/users/Acme").reply(200, { id: 1, login: "acme" });
  nock(API, { badheaders }).get("/users/acmee").reply(404, {});
  expect(await client.accountId("Acme")).toBe(1);
  expect(await client.accountId("acmee")).toBeNull();
});

test("a repository is seen by an installation, or the App is not there", async () => {
  const at = (name: string) =>
    nock(API)
      .get(`/repos/acme/${name}/installation`)
      .matchHeader("authorization", (header) => isOurToken(String(header)));
  at("widgets").reply(200, { id: 900 });
  at("secret").reply(404, {});
  expect(await client.installationOn({ owner: "acme", name: "widgets" })).toBe(900);
  expect(await client.installationOn({ owner: "acme", name: "secret" })).toBeNull();
});

const BAD: [what: string, status: number, body: object, failure: object][] = [
  ["a wrong key", 401, { message: "no" }, { name: "PermanentFailure", code: "github_401" }],
  [
    "an App of an enterprise",
    200,
    { slug: "whipround", owner: { id: 1, slug: "big" } },
    { name: "PermanentFailure", code: "github_no_owner" },
  ],
  ["a server's failure", 503, {}, { name: "ServerFailure" }],
];

test.each(BAD)("%s is said so", async (_what, status, body, failure) => {
  nock(API).get("/app").reply(status, body);
  await expect(client.describeApp()).rejects.toMatchObject(failure);
});

test("GitHub out of reach is said so", async () => {
  nock(API).get("/app").replyWithError("getaddrinfo ENOTFOUND api.github.com");
  await expect(client.describeApp()).rejects.toMatchObject({
    name: "TransientFailure",
    message: "GitHub cannot be reached at http://api.github.com",
  });
});

const SHEET = "/app/hook/deliveries";

function delivery(id: number, status_code: number) {
  return { id, guid: `g${id}`, status_code, delivered_at: "2026-11-01T12:00:00Z" };
}

test("what GitHub could not hand over is read page by page, without what another try cannot mend", async () => {
  const next = `<${API}${SHEET}?per_page=100&cursor=v1_2>; rel="next"`;
  nock(API)
    .get(SHEET)
    .query((query) => query["status"] === "failure" && query["cursor"] === undefined)
    .matchHeader("authorization", (header) => isOurToken(String(header)))
    .reply(200, [delivery(1, 502), delivery(2, 400), delivery(3, 0)], { link: next });
  nock(API)
    .get(SHEET)
    .query((query) => query["cursor"] === "v1_2")
    .reply(200, [delivery(4, 500)]);
  const at = Date.UTC(2026, 10, 1, 12);
  const first = await client.failedDeliveries(null);
  expect(first).toEqual({
    items: [
      { id: 1, guid: "g1", at },
      { id: 3, guid: "g3", at },
    ],
    next: "v1_2",
  });
  expect(await client.failedDeliveries(first.next)).toEqual({
    items: [{ id: 4, guid: "g4", at }],
    next: null,
  });
});

test("it is sent again by its number; one that GitHub has forgotten is a refusal", async () => {
  nock(API).post(`${SHEET}/1/attempts`).reply(202, {});
  await client.redeliver(1);
  nock(API).post(`${SHEET}/2/attempts`).reply(404, { message: "Not Found" });
  await expect(client.redeliver(2)).rejects.toMatchObject({ name: "PermanentFailure" });
  nock(API).post(`${SHEET}/3/attempts`).reply(503, {});
  await expect(client.redeliver(3)).rejects.toMatchObject({ name: "ServerFailure" });
});
