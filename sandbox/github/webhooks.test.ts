import { createHmac } from "node:crypto";
import { expect, test } from "@jest/globals";
import { createRig } from "./rig.ts";
import { createGithubSandbox } from "./sandbox.ts";

test("a webhook is signed over its very bytes", async () => {
  const rig = createRig();
  await rig.sandbox.act("stranger").openIssue({ title: "Ünïcode", body: "€" });
  expect(rig.sandbox.nextDue()).toBe(rig.clock.nowMs);
  expect(await rig.sandbox.runDue()).toBe(1);
  expect(rig.sandbox.nextDue()).toBeNull();
  const [hook] = rig.received;
  const hmac = createHmac("sha256", "webhook-secret")
    .update(hook?.text ?? "")
    .digest("hex");
  expect(hook?.headers.get("x-hub-signature-256")).toBe(`sha256=${hmac}`);
  expect(hook?.headers.get("x-github-hook-installation-target-id")).toBe("4242");
  expect(hook?.headers.get("x-github-delivery")).toMatch(
    /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/,
  );
});

test("a failed delivery stays failed until it is asked for again, under the same GUID", async () => {
  const rig = createRig();
  rig.answerWith(() => new Response("no", { status: 500 }));
  await rig.sandbox.act("stranger").openIssue();
  await rig.sandbox.runDue();
  rig.clock.nowMs += 86_400_000;
  expect(await rig.sandbox.runDue()).toBe(0);
  const auth = `Bearer ${rig.jwt()}`;
  const failed = await rig.call("GET", "/app/hook/deliveries?status=failure", { auth });
  expect(failed.body).toMatchObject([
    { status_code: 500, event: "issues", action: "opened", redelivery: false },
  ]);
  rig.answerWith(() => new Response("ok"));
  const { id, guid } = failed.body[0];
  expect((await rig.call("POST", `/app/hook/deliveries/${id}/attempts`, { auth })).status).toBe(
    202,
  );
  await rig.sandbox.runDue();
  const all = await rig.call("GET", "/app/hook/deliveries", { auth });
  expect(all.body[0]).toMatchObject({ guid, redelivery: true, status_code: 200 });
  expect(rig.received[1]?.text).toBe(rig.received[0]?.text);
  const whole = await rig.call("GET", `/app/hook/deliveries/${id}`, { auth });
  expect(whole.body.request.payload.issue.number).toBe(1);
});

test("nobody listening is a failed delivery too", async () => {
  const rig = createRig();
  rig.answerWith(() => {
    throw new Error("connection refused");
  });
  await rig.sandbox.act("stranger").openIssue();
  await rig.sandbox.runDue();
  expect(rig.sandbox.deliveries()).toMatchObject([
    { statusCode: 502, status: "failed to connect to host" },
  ]);
});

test("the list of deliveries is walked by cursor and forgets after three days", async () => {
  const rig = createRig();
  const stranger = rig.sandbox.act("stranger");
  for (let i = 0; i < 5; i += 1) await stranger.openIssue();
  await rig.sandbox.runDue();
  const guids: string[] = [];
  let path: string | undefined = "/app/hook/deliveries?per_page=2";
  while (path) {
    const page = await rig.call("GET", path, { auth: `Bearer ${rig.jwt()}` });
    guids.push(...page.body.map((one: { guid: string }) => one.guid));
    path = /<[^>]*\/api\/v3([^>]+)>; rel="next"/.exec(page.headers.get("link") ?? "")?.[1];
  }
  expect(guids).toEqual(rig.received.map((one) => one.headers.get("x-github-delivery")).reverse());
  const auth = () => ({ auth: `Bearer ${rig.jwt()}` });
  const [, last] = (await rig.call("GET", "/app/hook/deliveries", auth())).body;
  rig.clock.nowMs += 3 * 86_400_000 + 1;
  expect((await rig.call("GET", "/app/hook/deliveries", auth())).body).toEqual([]);
  const attempts = `/app/hook/deliveries/${last.id}/attempts`;
  expect((await rig.call("POST", attempts, auth())).status).toBe(404);
  await stranger.openIssue();
  await rig.sandbox.runDue();
  expect(rig.sandbox.deliveries()).toHaveLength(1);
});

test("only subscribed events of installed repositories are sent", async () => {
  const rig = createRig((options) => {
    options.app.events = ["issues"];
  });
  const maintainer = rig.sandbox.act("maintainer");
  await maintainer.openIssue();
  await maintainer.comment(1, "hi");
  await maintainer.in("acme/secret").openIssue();
  rig.sandbox.suspend("acme", true);
  await maintainer.openIssue();
  await rig.sandbox.runDue();
  expect(rig.received.map((one) => `${one.event}.${one.action}`)).toEqual([
    "issues.opened",
    "installation.suspend",
  ]);
});

test("a sandbox brought back from its snapshot goes on where it stood", async () => {
  const rig = createRig();
  await rig.sandbox.act("stranger").openIssue();
  const pull = await rig.sandbox.act("contributor").openPull({ body: "Fixes #1" });
  const auth = `Bearer ${await rig.installationToken()}`;
  const before = JSON.stringify(rig.sandbox.snapshot());
  const again = rig.restart();
  expect(JSON.stringify(again.snapshot())).toBe(before);
  expect(await again.runDue()).toBe(2);
  expect((await rig.call("GET", "/repos/acme/widgets", { auth })).status).toBe(200);
  await again.act("maintainer").merge(pull.number);
  expect(again.issue("acme/widgets", 1).state).toBe("closed");
});

test("the same seed makes the same history", async () => {
  async function run(): Promise<string> {
    const rig = createRig();
    await rig.sandbox.act("contributor").openPull();
    await rig.sandbox.runDue();
    return JSON.stringify(rig.sandbox.snapshot());
  }
  expect(await run()).toBe(await run());
});

test("a repository given away is heard of only by the new owner's installation", async () => {
  const rig = createRig();
  rig.sandbox.addUser({ login: "other", type: "Organization", owners: ["maintainer"] });
  const id = rig.sandbox.install("other", "all");
  await rig.sandbox.runDue();
  rig.received.length = 0;
  await rig.sandbox.act("maintainer").transferRepo("other");
  await rig.sandbox.runDue();
  expect(rig.received).toMatchObject([
    { event: "repository", action: "transferred", payload: { installation: { id } } },
  ]);
});

test("what another version of the sandbox kept is refused, not misread", () => {
  const rig = createRig();
  const kept = { ...(rig.sandbox.snapshot() as object), version: 1 };
  const ports = { now: () => 0, random: () => 0.5, deliver: async () => new Response() };
  expect(() => createGithubSandbox(ports, rig.options, kept)).toThrow("another version");
});
