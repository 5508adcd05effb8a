import { describe, expect, test } from "@jest/globals";
import { createRig, type Rig } from "./rig.ts";

const widgets = "/repos/acme/widgets";

async function as(rig: Rig) {
  const auth = `Bearer ${await rig.installationToken()}`;
  return (method: string, path: string, body?: unknown) => rig.call(method, path, { auth, body });
}

/** What the App heard since the last time it was asked. */
async function heard(rig: Rig) {
  await rig.sandbox.runDue();
  return rig.received.splice(0).map(({ event, action }) => `${event}.${action}`);
}

test("a reference is found whether its slash is encoded or not", async () => {
  const rig = createRig();
  const ask = await as(rig);
  const plain = await ask("GET", `${widgets}/git/ref/heads/main`);
  const encoded = await ask("GET", `${widgets}/git/ref/heads%2Fmain`);
  expect(plain.body).toMatchObject({ ref: "refs/heads/main", object: { type: "commit" } });
  expect(encoded.body).toEqual(plain.body);
  expect((await ask("GET", `${widgets}/git/ref/heads%2Fnone`)).status).toBe(404);
});

test("a renamed repository is found under its number, its former name, and by GraphQL", async () => {
  const rig = createRig();
  const { sandbox } = rig;
  await sandbox.act("stranger").openIssue();
  const id = sandbox.repoId("acme/widgets");
  await heard(rig);
  await sandbox.act("maintainer").renameRepo("gadgets");
  await sandbox.runDue();
  expect(rig.received.at(-1)?.payload).toMatchObject({
    action: "renamed",
    changes: { repository: { name: { from: "widgets" } } },
    repository: { id, full_name: "acme/gadgets" },
  });
  const ask = await as(rig);
  const moved = await ask("GET", `${widgets}/issues/1`);
  expect([moved.status, moved.headers.get("location")]).toEqual([
    301,
    `http://127.0.0.1:7001/api/v3/repositories/${id}/issues/1`,
  ]);
  expect((await ask("POST", `${widgets}/issues/1/comments`, { body: "x" })).status).toBe(307);
  expect((await ask("GET", `/repositories/${id}/issues/1`)).body.number).toBe(1);
  const query = (more: string) =>
    `query { repository(owner: "acme", name: "widgets"${more}) { databaseId nameWithOwner } }`;
  expect((await ask("POST", "/graphql", { query: query("") })).body.data.repository).toEqual({
    databaseId: id,
    nameWithOwner: "acme/gadgets",
  });
  const strict = await ask("POST", "/graphql", { query: query(", followRenames: false") });
  expect(strict.body.errors[0].type).toBe("NOT_FOUND");
});

test("whoever takes a former name breaks what led from it", async () => {
  const rig = createRig();
  const { sandbox } = rig;
  await sandbox.act("maintainer").renameRepo("gadgets");
  const other = sandbox.addRepo({ fullName: "acme/widgets" });
  const ask = await as(rig);
  expect((await ask("GET", widgets)).body.id).toBe(other);
});

test("an owner renamed takes the repositories along and the App hears of it; the login is free", async () => {
  const rig = createRig();
  const { sandbox } = rig;
  const { id } = sandbox.user("acme");
  sandbox.renameUser("acme", "apex");
  await sandbox.runDue();
  expect(rig.received).toMatchObject([
    {
      event: "installation_target",
      action: "renamed",
      payload: {
        account: { id, login: "apex" },
        changes: { login: { from: "acme" } },
        target_type: "Organization",
      },
    },
  ]);
  expect(sandbox.repoId("apex/widgets")).toBeGreaterThan(0);
  const call = (path: string) => sandbox.act("backer").request("GET", path);
  expect((await call(widgets)).status).toBe(301);
  expect((await call("/users/acme")).status).toBe(404);
  sandbox.addUser({ login: "acme", type: "Organization", owners: ["stranger"] });
  sandbox.addRepo({ fullName: "acme/widgets" });
  expect((await call(widgets)).body).toMatchObject({ owner: { id: sandbox.user("acme").id } });
});

test("a person keeps the number under another login, and whoever takes the old one has another", async () => {
  const rig = createRig();
  const { sandbox } = rig;
  const { id } = sandbox.user("backer");
  await sandbox.act("stranger").openIssue();
  const { user } = await sandbox.act("backer").comment(1, "hi");
  sandbox.renameUser("backer", "benno");
  const squatter = sandbox.addUser({ login: "backer" });
  expect([user?.id, sandbox.comments("acme/widgets", 1)[0]?.user?.login]).toEqual([id, "benno"]);
  const ask = await as(rig);
  expect((await ask("GET", `/user/${id}`)).body).toMatchObject({ id, login: "benno" });
  expect((await ask("GET", "/users/backer")).body.id).toBe(squatter.id);
  expect(() => sandbox.renameUser("benno", "backer")).toThrow("taken");
  expect((await sandbox.act("backer").comment(1, "me too")).user?.id).toBe(squatter.id);
});

test("an account tells its age", async () => {
  const rig = createRig();
  const { id } = rig.sandbox.addUser({ login: "fresh", createdAt: "2027-02-27T10:00:00Z" });
  const ask = await as(rig);
  const byNumber = await ask("GET", `/user/${id}`);
  expect(byNumber.body.created_at).toBe("2027-02-27T10:00:00Z");
  expect((await ask("GET", "/users/Fresh")).body).toEqual(byNumber.body);
});

test("a transferred repository leaves the old installation without a word", async () => {
  const rig = createRig();
  const { sandbox } = rig;
  sandbox.addUser({ login: "other", type: "Organization", owners: ["maintainer"] });
  const auth = `Bearer ${await rig.installationToken()}`;
  const id = sandbox.repoId("acme/widgets");
  await sandbox.act("maintainer").transferRepo("other");
  expect(await heard(rig)).toEqual([]);
  const comment = { auth, body: { title: "x" } };
  expect((await rig.call("GET", `/repositories/${id}`, { auth })).status).toBe(200);
  expect((await rig.call("POST", `/repositories/${id}/issues`, comment)).status).toBe(403);
  await sandbox.act("maintainer").in("other/widgets").setPrivate(true);
  expect((await rig.call("GET", `/repositories/${id}`, { auth })).status).toBe(404);
  expect((await rig.call("GET", widgets, { auth })).status).toBe(404);
});

test("the new owner's installation is told whose it was", async () => {
  const rig = createRig();
  const { sandbox } = rig;
  sandbox.addUser({ login: "other", type: "Organization", owners: ["maintainer"] });
  sandbox.install("other", "all");
  await heard(rig);
  await sandbox.act("maintainer").transferRepo("other");
  await sandbox.runDue();
  expect(rig.received[0]?.payload).toMatchObject({
    action: "transferred",
    changes: { owner: { from: { organization: { login: "acme" } } } },
    repository: { full_name: "other/widgets" },
  });
  sandbox.addRepo({ fullName: "acme/widgets" });
  await expect(sandbox.act("maintainer").in("other/widgets").transferRepo("acme")).rejects.toThrow(
    "already exist",
  );
});

test("an archived repository can be read, and nothing written to it", async () => {
  const rig = createRig();
  const { sandbox } = rig;
  const maintainer = sandbox.act("maintainer");
  await sandbox.act("stranger").openIssue();
  await heard(rig);
  await maintainer.setArchived(true);
  const ask = await as(rig);
  expect((await ask("GET", widgets)).body.archived).toBe(true);
  expect((await ask("GET", `${widgets}/issues/1`)).status).toBe(200);
  expect(await ask("POST", `${widgets}/issues/1/comments`, { body: "x" })).toMatchObject({
    status: 403,
    body: { message: "Repository was archived so is read-only." },
  });
  await expect(maintainer.comment(1, "x")).rejects.toThrow("archived");
  await maintainer.setArchived(false);
  await maintainer.comment(1, "x");
  expect(await heard(rig)).toEqual([
    "repository.archived",
    "repository.unarchived",
    "issue_comment.created",
  ]);
});

test("each change of a repository's settings is told by its own event", async () => {
  const rig = createRig();
  const { sandbox } = rig;
  const maintainer = sandbox.act("maintainer");
  await maintainer.request("POST", `${widgets}/git/refs`, {
    ref: "refs/heads/next",
    sha: sandbox.repoTip("acme/widgets"),
  });
  await heard(rig);
  await maintainer.request("PATCH", widgets, { default_branch: "next", description: "New" });
  await maintainer.setPrivate(true);
  await maintainer.setPrivate(false);
  await sandbox.runDue();
  expect(rig.received[0]?.payload.changes).toEqual({
    default_branch: { from: "main" },
    description: { from: "Widgets, and what goes with them" },
  });
  await maintainer.deleteRepo();
  expect(await heard(rig)).toEqual([
    "repository.edited",
    "repository.privatized",
    "repository.publicized",
    "repository.deleted",
  ]);
});

test("a repository without issues refuses to list or to open them", async () => {
  const rig = createRig();
  const maintainer = rig.sandbox.act("maintainer");
  await maintainer.request("PATCH", widgets, { has_issues: false });
  expect((await maintainer.request("GET", `${widgets}/issues`)).status).toBe(410);
  await expect(maintainer.openIssue()).rejects.toThrow("disabled");
});

describe("an installation", () => {
  test("taken away leaves tokens that are nobody's; a new one has another number", async () => {
    const rig = createRig();
    const { sandbox } = rig;
    const before = sandbox.installationId("acme");
    const auth = `Bearer ${await rig.installationToken()}`;
    sandbox.uninstall("acme");
    expect((await rig.call("GET", widgets, { auth })).status).toBe(401);
    const jwt = { auth: `Bearer ${rig.jwt()}` };
    const tokens = (id: number) => rig.call("POST", `/app/installations/${id}/access_tokens`, jwt);
    expect((await tokens(before)).status).toBe(404);
    expect((await rig.call("GET", `${widgets}/installation`, jwt)).status).toBe(404);
    await sandbox.act("stranger").openIssue();
    const after = sandbox.install("acme", ["acme/widgets"]);
    expect(after).not.toBe(before);
    expect(() => sandbox.install("acme", "all")).toThrow("already");
    expect((await tokens(after)).status).toBe(201);
    expect(await heard(rig)).toEqual(["installation.deleted", "installation.created"]);
  });

  test("gives tokens for an hour", async () => {
    const rig = createRig();
    const auth = `Bearer ${rig.sandbox.installationToken("acme")}`;
    const status = async () => (await rig.call("GET", "/repos/acme/secret", { auth })).status;
    expect((await rig.call("GET", widgets, { auth })).status).toBe(200);
    expect(await status()).toBe(404);
    rig.clock.nowMs += 3_600_000;
    expect(await status()).toBe(401);
  });

  test("suspended refuses its tokens and hears nothing but that", async () => {
    const rig = createRig();
    const { sandbox } = rig;
    const auth = `Bearer ${await rig.installationToken()}`;
    sandbox.suspend("acme", true);
    sandbox.suspend("acme", true);
    expect((await rig.call("GET", widgets, { auth })).status).toBe(403);
    await sandbox.act("stranger").openIssue();
    sandbox.suspend("acme", false);
    expect((await rig.call("GET", widgets, { auth })).status).toBe(200);
    expect(await heard(rig)).toEqual(["installation.suspend", "installation.unsuspend"]);
  });

  test("of all repositories becomes a choice when one is taken out", async () => {
    const rig = createRig();
    const { sandbox } = rig;
    sandbox.uninstall("acme");
    sandbox.install("acme", "all");
    await heard(rig);
    sandbox.removeFromInstallation("acme/secret");
    const auth = `Bearer ${await rig.installationToken()}`;
    expect((await rig.call("GET", "/repos/acme/secret", { auth })).status).toBe(404);
    expect((await rig.call("GET", widgets, { auth })).status).toBe(200);
    await sandbox.runDue();
    expect(rig.received[0]?.payload).toMatchObject({
      repository_selection: "selected",
      repositories_removed: [{ full_name: "acme/secret" }],
    });
  });
});
