import { expect, test } from "@jest/globals";
import { createRig } from "./rig.ts";

const widgets = "/repos/acme/widgets";

test("the App's comment says through which App it was written", async () => {
  const rig = createRig();
  await rig.sandbox.act("stranger").openIssue();
  const auth = `Bearer ${await rig.installationToken()}`;
  const { body } = await rig.call("POST", `${widgets}/issues/1/comments`, {
    auth,
    body: { body: "card" },
  });
  expect(body.performed_via_github_app.id).toBe(4242);
  expect(body.user).toMatchObject({ login: "whipround[bot]", type: "Bot" });
  expect((await rig.sandbox.act("backer").comment(1, "hi")).performed_via_github_app).toBeNull();
});

test("a reaction given twice is one reaction", async () => {
  const rig = createRig();
  await rig.sandbox.act("stranger").openIssue();
  const { id } = await rig.sandbox.act("backer").comment(1, "/pledge $5");
  const auth = `Bearer ${await rig.installationToken()}`;
  const react = () =>
    rig.call("POST", `${widgets}/issues/comments/${id}/reactions`, {
      auth,
      body: { content: "eyes" },
    });
  const [first, second] = [await react(), await react()];
  expect([first.status, second.status]).toEqual([201, 200]);
  expect(second.body.id).toBe(first.body.id);
  expect(rig.sandbox.comments("acme/widgets", 1)[0]?.reactions).toMatchObject({
    total_count: 1,
    eyes: 1,
  });
});

test("too long, empty, locked, deleted: each comment is refused in its own way", async () => {
  const rig = createRig();
  const maintainer = rig.sandbox.act("maintainer");
  await maintainer.openIssue();
  await maintainer.openIssue();
  const auth = `Bearer ${await rig.installationToken()}`;
  const say = (number: number, body: string) =>
    rig.call("POST", `${widgets}/issues/${number}/comments`, { auth, body: { body } });
  expect((await say(1, "x".repeat(65_536))).status).toBe(201);
  expect((await say(1, "x".repeat(65_537))).status).toBe(422);
  expect((await say(1, " ")).status).toBe(422);
  await maintainer.lock(1);
  expect((await say(1, "hi")).status).toBe(403);
  await maintainer.deleteIssue(2);
  expect((await say(2, "hi")).status).toBe(410);
  expect((await say(3, "hi")).status).toBe(404);
});

test("a comment changed later is found by since, one page at a time", async () => {
  const rig = createRig();
  const stranger = rig.sandbox.act("stranger");
  await stranger.openIssue();
  const ids: number[] = [];
  for (const text of ["one", "two", "three"]) ids.push((await stranger.comment(1, text)).id);
  rig.clock.nowMs += 60_000;
  const since = new Date(rig.clock.nowMs).toISOString();
  await stranger.editComment(ids[1] ?? 0, "two, better");
  const auth = `Bearer ${await rig.installationToken()}`;
  const path = `${widgets}/issues/1/comments`;
  const changed = await rig.call("GET", `${path}?since=${since}`, { auth });
  expect(changed.body.map((one: { body: string }) => one.body)).toEqual(["two, better"]);
  const paged = await rig.call("GET", `${path}?per_page=2`, { auth });
  expect(paged.body).toHaveLength(2);
  expect(paged.headers.get("link")).toContain('page=2>; rel="next"');
});

test("labels: made on the fly, dropped for those without triage, told to the App with their sender", async () => {
  const rig = createRig();
  const silent = await rig.sandbox.act("stranger").openIssue({ title: "x", labels: ["bounty"] });
  expect(silent.labels).toEqual([]);
  await rig.sandbox.act("maintainer").label(1, "bounty: $200");
  await rig.sandbox.act("maintainer").unlabel(1, "bounty: $200");
  await rig.sandbox.runDue();
  expect(rig.received.map(({ event, action }) => `${event}.${action}`)).toEqual([
    "issues.opened",
    "issues.labeled",
    "issues.unlabeled",
  ]);
  expect(rig.received[1]?.payload).toMatchObject({
    label: { name: "bounty: $200" },
    sender: { login: "maintainer", type: "User" },
    repository: { full_name: "acme/widgets" },
    installation: { id: rig.sandbox.installationId("acme") },
  });
});

test("a comment is minimised through GraphQL", async () => {
  const rig = createRig();
  await rig.sandbox.act("stranger").openIssue();
  const { node_id } = await rig.sandbox.act("backer").comment(1, "/pledge $5");
  const auth = `Bearer ${await rig.installationToken()}`;
  const query =
    "mutation($id: ID!) { done: minimizeComment(input: {subjectId: $id, classifier: RESOLVED}) { minimizedComment { isMinimized } } }";
  const { body } = await rig.call("POST", "/graphql", {
    auth,
    body: { query, variables: { id: node_id } },
  });
  expect(body).toEqual({ data: { done: { minimizedComment: { isMinimized: true } } } });
  expect(rig.sandbox.comments("acme/widgets", 1)[0]?.minimizedReason).toBe("RESOLVED");
});

test("GraphQL names unknown fields and missing things as GitHub does", async () => {
  const rig = createRig();
  const auth = `Bearer ${await rig.installationToken()}`;
  const ask = (query: string) => rig.call("POST", "/graphql", { auth, body: { query } });
  const unknown = await ask(`{ repository(owner: "acme", name: "widgets") { nonsense } }`);
  expect(unknown.body.data).toBeUndefined();
  expect(unknown.body.errors[0].message).toBe(
    "Field 'nonsense' doesn't exist on type 'Repository'",
  );
  const missing = await ask(`{ repository(owner: "acme", name: "secret") { id } }`);
  expect(missing.body).toMatchObject({
    data: { repository: null },
    errors: [{ type: "NOT_FOUND" }],
  });
});

test("a transferred issue gets a new id and tells both sides of the move", async () => {
  const rig = createRig();
  rig.sandbox.addRepo({ fullName: "acme/other" });
  const maintainer = rig.sandbox.act("maintainer");
  const issue = await maintainer.openIssue();
  await maintainer.transferIssue(1, "acme/other");
  const moved = rig.sandbox.issue("acme/other", 1);
  await rig.sandbox.runDue();
  const told = rig.received.find((one) => one.action === "transferred");
  expect(told?.payload.changes.new_issue.id).toBe(moved.id);
  expect(moved.id).not.toBe(issue.id);
  expect((await maintainer.request("GET", `${widgets}/issues/1`)).status).toBe(301);
});
