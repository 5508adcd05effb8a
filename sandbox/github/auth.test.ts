import { createSign, generateKeyPairSync } from "node:crypto";
import { expect, test } from "@jest/globals";
import { createRig } from "./rig.ts";

const widgets = "/repos/acme/widgets";

test("the App's JWT opens /app, by its id and by its client id", async () => {
  const rig = createRig();
  for (const iss of [4242, "4242", "Iv23sandbox"]) {
    const { status, body } = await rig.call("GET", "/app", { auth: `Bearer ${rig.jwt({ iss })}` });
    expect([status, body.slug]).toEqual([200, "whipround"]);
  }
});

test.each([
  ["expired", { exp: Date.parse("2027-03-01T08:59:00Z") / 1000 }],
  ["valid for more than ten minutes", { exp: Date.parse("2027-03-01T09:11:00Z") / 1000 }],
  ["issued in the future", { iat: Date.parse("2027-03-01T09:05:00Z") / 1000 }],
  ["another App's", { iss: 1 }],
])("a JWT that is %s is refused", async (_, claims) => {
  const rig = createRig();
  expect((await rig.call("GET", "/app", { auth: `Bearer ${rig.jwt(claims)}` })).status).toBe(401);
});

test("a JWT signed by another key is refused", async () => {
  const rig = createRig();
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
  const signed = rig.jwt().split(".").slice(0, 2).join(".");
  const forged = `${signed}.${createSign("RSA-SHA256").update(signed).sign(privateKey, "base64url")}`;
  expect((await rig.call("GET", "/app", { auth: `Bearer ${forged}` })).status).toBe(401);
});

test("an installation token lasts one hour of the injected clock", async () => {
  const rig = createRig();
  const auth = `token ${await rig.installationToken()}`;
  expect((await rig.call("GET", widgets, { auth })).status).toBe(200);
  rig.clock.nowMs += 3_600_000;
  const { status, body } = await rig.call("GET", widgets, { auth });
  expect([status, body.message]).toEqual([401, "Bad credentials"]);
});

test("an installation token narrowed to reading cannot comment, and says what it lacks", async () => {
  const rig = createRig();
  await rig.sandbox.act("stranger").openIssue();
  const auth = `Bearer ${await rig.installationToken({ permissions: { issues: "read" } })}`;
  const answer = await rig.call("POST", `${widgets}/issues/1/comments`, {
    auth,
    body: { body: "hi" },
  });
  expect([answer.status, answer.body.message]).toEqual([
    403,
    "Resource not accessible by integration",
  ]);
  expect(answer.headers.get("x-accepted-github-permissions")).toBe("issues=write");
});

test("a comment on a pull request takes pull_requests, one on an issue takes issues", async () => {
  const rig = createRig();
  await rig.sandbox.act("stranger").openIssue();
  await rig.sandbox.act("contributor").openPull();
  const auth = `Bearer ${await rig.installationToken({ permissions: { issues: "write" } })}`;
  const say = (number: number) =>
    rig.call("POST", `${widgets}/issues/${number}/comments`, { auth, body: { body: "hi" } });
  expect((await say(1)).status).toBe(201);
  expect((await say(2)).status).toBe(403);
});

test("what the App may not ask for, it does not get", async () => {
  const rig = createRig();
  const path = `/app/installations/${rig.sandbox.installationId("acme")}/access_tokens`;
  const auth = `Bearer ${rig.jwt()}`;
  const body = { permissions: { administration: "write" } };
  expect((await rig.call("POST", path, { auth, body })).status).toBe(422);
  const foreign = { repository_ids: [rig.sandbox.repoId("acme/secret")] };
  expect((await rig.call("POST", path, { auth, body: foreign })).status).toBe(422);
});

test("a private repository outside the installation does not exist for it, nor for strangers", async () => {
  const rig = createRig();
  const auth = `Bearer ${await rig.installationToken()}`;
  expect((await rig.call("GET", "/repos/acme/secret", { auth })).status).toBe(404);
  expect((await rig.call("GET", "/repos/acme/secret")).status).toBe(404);
  expect((await rig.sandbox.act("stranger").request("GET", "/repos/acme/secret")).status).toBe(404);
  expect((await rig.sandbox.act("maintainer").request("GET", "/repos/acme/secret")).status).toBe(
    200,
  );
});

test("nobody writes without credentials, and everybody names themselves", async () => {
  const rig = createRig();
  const body = { title: "x" };
  expect((await rig.call("POST", `${widgets}/issues`, { body })).status).toBe(401);
  const nameless = new Request(`${rig.options.origin}/api/v3${widgets}`);
  expect((await rig.sandbox.fetch(nameless)).status).toBe(403);
});

test("a stranger may comment, but neither label nor merge nor close", async () => {
  const rig = createRig();
  const { sandbox } = rig;
  await sandbox.act("maintainer").openIssue();
  await sandbox.act("contributor").openPull();
  const stranger = sandbox.act("stranger");
  await stranger.comment(1, "me too");
  await expect(stranger.label(1, "bounty")).rejects.toThrow("403");
  await expect(stranger.close(1)).rejects.toThrow("403");
  await expect(stranger.merge(2)).rejects.toThrow("403");
});

test("a member of an organization shows as one, and holds no role by that", async () => {
  const rig = createRig();
  rig.sandbox.addMember("acme", "stranger");
  const { number } = await rig.sandbox.act("maintainer").openIssue();
  await rig.sandbox.act("stranger").comment(number, "Hello");
  await rig.sandbox.runDue();
  const comment = { author_association: "MEMBER", user: { login: "stranger" } };
  expect(rig.received.at(-1)?.payload).toMatchObject({ action: "created", comment });
  const auth = `Bearer ${await rig.installationToken()}`;
  const role = await rig.call("GET", `${widgets}/collaborators/stranger/permission`, { auth });
  const permissions = { pull: true, triage: false, push: false };
  expect(role.body).toMatchObject({ permission: "read", user: { permissions } });
});

test("the permission endpoint tells custom roles, folds the old word and knows who is nobody", async () => {
  const rig = createRig();
  rig.sandbox.setRole("acme/widgets", "backer", "maintain", "release-manager");
  const auth = `Bearer ${await rig.installationToken()}`;
  const of = (login: string) =>
    rig.call("GET", `${widgets}/collaborators/${login}/permission`, { auth });
  expect((await of("backer")).body).toMatchObject({
    permission: "write",
    role_name: "release-manager",
    user: { permissions: { admin: false, maintain: true, push: true, triage: true, pull: true } },
  });
  expect((await of("maintainer")).body.permission).toBe("admin");
  expect((await of("stranger")).body).toMatchObject({ permission: "read", role_name: "read" });
  expect((await of("nobody-at-all")).status).toBe(404);
});

test("an unknown path is answered as GitHub answers it", async () => {
  const { status, body } = await createRig().call("GET", "/nowhere");
  expect([status, body.message, body.status]).toEqual([404, "Not Found", "404"]);
});

test("a known ETag is answered by 304, which costs nothing", async () => {
  const rig = createRig();
  const auth = `Bearer ${await rig.installationToken()}`;
  const first = await rig.call("GET", widgets, { auth });
  const headers = { "if-none-match": first.headers.get("etag") ?? "" };
  const second = await rig.call("GET", widgets, { auth, headers });
  expect([second.status, second.body]).toEqual([304, ""]);
  expect(second.headers.get("x-ratelimit-used")).toBe(first.headers.get("x-ratelimit-used"));
});

test("the old name of a repository leads to it until somebody takes the name", async () => {
  const rig = createRig();
  await rig.sandbox.act("maintainer").renameRepo("gadgets");
  const auth = `Bearer ${await rig.installationToken()}`;
  const moved = await rig.call("GET", `${widgets}/issues`, { auth });
  expect(moved.status).toBe(301);
  const path = new URL(moved.headers.get("location") ?? "").pathname.replace("/api/v3", "");
  expect((await rig.call("GET", path, { auth })).status).toBe(200);
  rig.sandbox.addRepo({ fullName: "acme/widgets" });
  expect((await rig.call("GET", widgets, { auth })).body.id).toBe(
    rig.sandbox.repoId("acme/widgets"),
  );
});

test("a login that was given up and taken by another is another person", async () => {
  const { sandbox } = createRig();
  const old = sandbox.user("backer");
  sandbox.renameUser("backer", "benno");
  const fresh = sandbox.addUser({ login: "backer", createdAt: "2027-02-28T00:00:00Z" });
  expect(fresh.id).not.toBe(old.id);
  expect((await sandbox.act("benno").openIssue()).user?.id).toBe(old.id);
  expect((await sandbox.act("backer").openIssue()).user?.id).toBe(fresh.id);
  const { body } = await sandbox.act("stranger").request("GET", "/users/backer");
  expect(body).toMatchObject({ created_at: "2027-02-28T00:00:00Z" });
});
