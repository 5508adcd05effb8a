import { expect, test } from "@jest/globals";
import { createRig, type Rig } from "./rig.ts";

async function open(rig: Rig, path: string, as = "maintainer") {
  const headers = { cookie: `sandbox_user=${as}` };
  const request = new Request(`${rig.options.origin}${path}`, { headers });
  const response = await rig.sandbox.fetch(request);
  return { status: response.status, text: await response.text() };
}

/** Sends a form; answers where it leads to. */
async function submit(rig: Rig, path: string, fields: Record<string, string>, as = "maintainer") {
  const { origin } = rig.options;
  const headers = { cookie: `sandbox_user=${as}`, origin };
  const body = new URLSearchParams(fields);
  const request = new Request(`${origin}${path}`, { method: "POST", headers, body });
  const response = await rig.sandbox.fetch(request);
  expect(response.status).toBe(303);
  return decodeURIComponent(response.headers.get("location") ?? "");
}

async function heard(rig: Rig) {
  await rig.sandbox.runDue();
  return rig.received.splice(0).map(({ event, action }) => `${event}.${action}`);
}

test("a repository's settings are clicked, and each click is heard", async () => {
  const rig = createRig();
  const { sandbox } = rig;
  sandbox.addUser({ login: "other", type: "Organization", owners: ["maintainer"] });
  const path = "/acme/widgets/settings";
  expect((await open(rig, path)).text).toContain("Make it private");
  expect(await submit(rig, `${path}/name`, { name: "gadgets" })).toBe("/acme/gadgets/settings");
  const now = "/acme/gadgets/settings";
  await submit(rig, `${now}/visibility`, {});
  await submit(rig, `${now}/archive`, {});
  expect((await open(rig, now)).text).toContain("Unarchive");
  await submit(rig, `${now}/roles`, { login: "backer", role: "triage" });
  expect((await open(rig, now)).text).toContain("triage");
  await submit(rig, `${now}/app`, {});
  expect(await submit(rig, `${now}/transfer`, { owner: "other" })).toBe("/other/gadgets/settings");
  expect(await submit(rig, "/other/gadgets/settings/delete", {})).toBe("/");
  expect(await heard(rig)).toEqual([
    "repository.renamed",
    "repository.privatized",
    "repository.archived",
    "installation_repositories.removed",
  ]);
});

test("a stranger finds no settings and changes none", async () => {
  const rig = createRig();
  const path = "/acme/widgets/settings";
  expect((await open(rig, path, "stranger")).text).not.toContain("Delete");
  for (const what of ["name", "delete", "app", "roles"]) {
    const to = await submit(rig, `${path}/${what}`, { name: "x", login: "stranger" }, "stranger");
    expect(to).toContain("must+administer");
  }
  expect(await submit(rig, "/sandbox/accounts/acme/login", { login: "x" }, "stranger")).toContain(
    "may+not",
  );
  expect(await heard(rig)).toEqual([]);
});

test("an account's settings are clicked: its login, and the App's installation", async () => {
  const rig = createRig();
  const to = "/sandbox/accounts/acme/installation";
  for (const verb of ["suspend", "unsuspend", "uninstall", "install"])
    await submit(rig, to, { verb });
  expect((await open(rig, "/sandbox/accounts/acme")).text).toContain("on all repositories");
  expect(await submit(rig, "/sandbox/accounts/acme/login", { login: "apex" })).toBe(
    "/sandbox/accounts/apex",
  );
  expect(await heard(rig)).toEqual([
    "installation.suspend",
    "installation.unsuspend",
    "installation.deleted",
    "installation.created",
    "installation_target.renamed",
  ]);
});

test("a login that was given up is taken by somebody new, who is as old as they say", async () => {
  const rig = createRig();
  const { id } = rig.sandbox.user("backer");
  await submit(rig, "/sandbox/accounts/backer/login", { login: "benno" }, "backer");
  await submit(rig, "/sandbox/accounts", { login: "backer", name: "New", since: "2027-02-01" });
  const fresh = rig.sandbox.user("backer");
  expect(fresh.id).not.toBe(id);
  expect(new Date(fresh.createdAtMs).toISOString()).toBe("2027-02-01T00:00:00.000Z");
  expect(await submit(rig, "/sandbox/accounts", { login: "backer" })).toContain("taken");
  expect((await open(rig, "/sandbox/accounts")).text).toContain("benno");
});

test("issues move and go, pull requests are linked, dismissed and taken back, by clicks", async () => {
  const rig = createRig();
  const { sandbox } = rig;
  sandbox.addRepo({ fullName: "acme/gadgets" });
  const stranger = sandbox.act("stranger");
  await stranger.openIssue();
  await stranger.openIssue();
  expect((await open(rig, "/acme/widgets/issues/1", "stranger")).text).not.toContain(
    "Delete issue",
  );
  expect((await open(rig, "/acme/widgets/issues/1")).text).toContain("Delete issue");
  const moved = await submit(rig, "/acme/widgets/issues/1/transfer", { to: "acme/gadgets" });
  expect(moved).toBe("/acme/gadgets/issues/1");
  expect(await submit(rig, `${moved}/delete`, {})).toBe("/acme/gadgets/issues");
  await sandbox.act("contributor").openPull();
  const pull = "/acme/widgets/pull/3";
  await submit(rig, `${pull}/links`, { issue: "2" });
  expect(await submit(rig, `${pull}/links`, { issue: "99" })).toContain("no+such+issue");
  expect(await submit(rig, `${pull}/links`, { issue: "2" }, "stranger")).toContain("triage");
  await submit(rig, `${pull}/commits`, { message: "More", coAuthor: "backer" }, "contributor");
  expect((await open(rig, pull)).text).toContain("by contributor, backer");
  const { id } = await sandbox.act("backer").review(3);
  await submit(rig, `${pull}/reviews/${id}/dismiss`, {});
  expect((await open(rig, pull)).text).toContain("(dismissed)");
  await submit(rig, `${pull}/merge`, { method: "squash" });
  expect(sandbox.issue("acme/widgets", 2).state).toBe("closed");
  expect(await submit(rig, `${pull}/revert`, {})).toBe("/acme/widgets/pull/4");
});

test("webhooks are held, failed, lost, doubled and sent last by hand", async () => {
  const rig = createRig();
  const { sandbox } = rig;
  await submit(rig, "/sandbox/queue/hold", {});
  const stranger = sandbox.act("stranger");
  for (const title of ["a", "b", "c", "d"]) await stranger.openIssue({ title });
  expect([sandbox.nextDue(), await sandbox.runDue()]).toEqual([null, 0]);
  expect((await open(rig, "/sandbox/deliveries")).text).toContain("Send twice");
  await submit(rig, "/sandbox/queue/last", { at: "0" });
  await submit(rig, "/sandbox/queue/fail", { at: "0" });
  await submit(rig, "/sandbox/queue/lose", { at: "0" });
  await submit(rig, "/sandbox/queue/twice", { at: "0" });
  await submit(rig, "/sandbox/queue/lose", { at: "77" });
  await submit(rig, "/sandbox/queue/release", {});
  expect(await sandbox.runDue()).toBe(3);
  const titles = rig.received.map(({ payload }) => payload.issue.title);
  expect(titles).toEqual(["d", "a", "d"]);
  const guids = rig.received.map(({ headers }) => headers.get("x-github-delivery"));
  expect(guids[0]).toBe(guids[2]);
  expect(sandbox.deliveries().map(({ statusCode }) => statusCode)).toEqual([502, 200, 200, 200]);
});
