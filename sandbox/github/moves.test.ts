import { expect, test } from "@jest/globals";
import { createRig, type Rig } from "./rig.ts";

const widgets = "/repos/acme/widgets";

async function rigWithTwo(covered: boolean): Promise<Rig> {
  const rig = createRig();
  const { sandbox } = rig;
  sandbox.addRepo({ fullName: "acme/gadgets", labels: [{ name: "bounty" }] });
  if (covered) sandbox.addToInstallation("acme/gadgets");
  const issue = await sandbox.act("stranger").openIssue({ title: "Squeak", body: "Loud" });
  await sandbox.act("maintainer").label(issue.number, "bounty", "bug");
  await sandbox.act("backer").comment(issue.number, "/pledge $5");
  await sandbox.runDue();
  rig.received.length = 0;
  return rig;
}

test("a transferred issue has a new id and number, and keeps what was said and done", async () => {
  const rig = await rigWithTwo(true);
  const { sandbox } = rig;
  const before = sandbox.issue("acme/widgets", 1);
  const commentId = sandbox.comments("acme/widgets", 1)[0]?.id;
  await sandbox.act("maintainer").in("acme/gadgets").openIssue();
  await sandbox.act("maintainer").close(1, "not_planned");
  const number = await sandbox.act("maintainer").transferIssue(1, "acme/gadgets");
  const after = sandbox.issue("acme/gadgets", number);
  expect(number).toBe(2);
  expect(after.id).not.toBe(before.id);
  expect(after).toMatchObject({
    title: "Squeak",
    user: { login: "stranger" },
    created_at: before.created_at,
    state: "closed",
    state_reason: "not_planned",
    labels: [{ name: "bounty" }],
  });
  expect(sandbox.comments("acme/gadgets", number).map(({ id }) => id)).toEqual([commentId]);
  const auth = `Bearer ${await rig.installationToken()}`;
  const old = await rig.call("GET", `${widgets}/issues/1`, { auth });
  expect([old.status, old.headers.get("location")]).toEqual([
    301,
    `http://127.0.0.1:7001/api/v3/repositories/${sandbox.repoId("acme/gadgets")}/issues/2`,
  ]);
  const events = await rig.call("GET", "/repos/acme/gadgets/issues/2/events", { auth });
  expect(events.body.map((one: { event: string }) => one.event)).toEqual([
    "labeled",
    "labeled",
    "closed",
    "transferred",
  ]);
});

test("both ends hear of it: transferred there, opened here", async () => {
  const rig = await rigWithTwo(true);
  const { sandbox } = rig;
  await sandbox.act("maintainer").transferIssue(1, "acme/gadgets");
  await sandbox.runDue();
  const { id } = sandbox.issue("acme/gadgets", 1);
  expect(rig.received).toMatchObject([
    {
      event: "issues",
      action: "transferred",
      payload: {
        issue: { number: 1 },
        repository: { full_name: "acme/widgets" },
        changes: { new_issue: { id }, new_repository: { full_name: "acme/gadgets" } },
      },
    },
    {
      event: "issues",
      action: "opened",
      payload: {
        issue: { id },
        repository: { full_name: "acme/gadgets" },
        changes: { old_repository: { full_name: "acme/widgets" } },
      },
    },
  ]);
});

test("transferred to where the App is not, it is readable while public and nowhere when private", async () => {
  const rig = await rigWithTwo(false);
  const { sandbox } = rig;
  await sandbox.act("maintainer").transferIssue(1, "acme/gadgets");
  await sandbox.runDue();
  expect(rig.received.map(({ action }) => action)).toEqual(["transferred"]);
  const auth = `Bearer ${await rig.installationToken()}`;
  const get = () => rig.call("GET", `${widgets}/issues/1`, { auth });
  const moved = await get();
  expect(moved.status).toBe(301);
  const there = (moved.headers.get("location") ?? "").replace(/^.*\/api\/v3/, "");
  expect((await rig.call("GET", there, { auth })).status).toBe(200);
  const say = { auth, body: { body: "hi" } };
  expect((await rig.call("POST", `${there}/comments`, say)).status).toBe(403);
  await sandbox.act("maintainer").in("acme/gadgets").setPrivate(true);
  expect((await get()).status).toBe(404);
});

test("an issue stays with its owner, and does not get out of a private repository", async () => {
  const rig = await rigWithTwo(true);
  const { sandbox } = rig;
  sandbox.addUser({ login: "other", type: "Organization", owners: ["maintainer"] });
  sandbox.addRepo({ fullName: "other/things" });
  const maintainer = sandbox.act("maintainer");
  await maintainer.in("acme/secret").openIssue();
  await expect(maintainer.transferIssue(1, "other/things")).rejects.toThrow("one owner");
  await expect(maintainer.in("acme/secret").transferIssue(1, "acme/widgets")).rejects.toThrow(
    "private",
  );
});

test("a deleted issue is gone for good, with its comments", async () => {
  const rig = await rigWithTwo(true);
  const { sandbox } = rig;
  const commentId = sandbox.comments("acme/widgets", 1)[0]?.id;
  await sandbox.act("maintainer").deleteIssue(1);
  await sandbox.runDue();
  expect(rig.received).toMatchObject([
    { event: "issues", action: "deleted", payload: { issue: { number: 1 } } },
  ]);
  const auth = `Bearer ${await rig.installationToken()}`;
  const get = async (path: string) => (await rig.call("GET", `${widgets}${path}`, { auth })).status;
  expect(await get("/issues/1")).toBe(410);
  expect(await get("/issues/1/comments")).toBe(410);
  expect(await get(`/issues/comments/${commentId}`)).toBe(404);
  const query = `query { repository(owner: "acme", name: "widgets") { issue(number: 1) { id } } }`;
  const { body } = await rig.call("POST", "/graphql", { auth, body: { query } });
  expect(body).toMatchObject({
    data: { repository: { issue: null } },
    errors: [{ type: "NOT_FOUND" }],
  });
  expect((await rig.call("GET", widgets, { auth })).body.open_issues_count).toBe(0);
});

test("the count of open issues follows every way in and out", async () => {
  const rig = await rigWithTwo(true);
  const { sandbox } = rig;
  const maintainer = sandbox.act("maintainer");
  const count = async (repo: string) =>
    ((await maintainer.request("GET", `/repos/${repo}`)).body as { open_issues_count: number })
      .open_issues_count;
  const pull = await sandbox.act("contributor").openPull({ body: "Fixes #1" });
  expect(await count("acme/widgets")).toBe(2);
  await maintainer.merge(pull.number);
  expect(await count("acme/widgets")).toBe(0);
  await maintainer.reopen(1);
  expect(await count("acme/widgets")).toBe(1);
  await maintainer.transferIssue(1, "acme/gadgets");
  expect([await count("acme/widgets"), await count("acme/gadgets")]).toEqual([0, 1]);
});

test("one pull request closes several issues; a later one closes what is closed no second time", async () => {
  const rig = await rigWithTwo(true);
  const { sandbox } = rig;
  await sandbox.act("stranger").openIssue();
  const first = await sandbox.act("contributor").openPull({ body: "Fixes #1, closes #2" });
  const second = await sandbox.act("backer").openPull({ body: "Fixes #1" });
  await sandbox.act("maintainer").merge(first.number);
  await sandbox.act("maintainer").merge(second.number);
  await sandbox.runDue();
  const closed = rig.received.filter(
    ({ event, action }) => event === "issues" && action === "closed",
  );
  expect(closed.map(({ payload }) => payload.issue.number)).toEqual([1, 2]);
  const auth = `Bearer ${await rig.installationToken()}`;
  const query = `query { repository(owner: "acme", name: "widgets") {
    second: pullRequest(number: ${second.number}) { closingIssuesReferences(first: 9) { nodes { number } } }
    one: issue(number: 1) { closedByPullRequestsReferences(first: 9, includeClosedPrs: true) { nodes { number } } timelineItems(itemTypes: [CLOSED_EVENT], first: 9) { nodes { ... on ClosedEvent { closer { ... on PullRequest { number } } } } } }
  } }`;
  const { body } = await rig.call("POST", "/graphql", { auth, body: { query } });
  expect(body.data.repository).toEqual({
    second: { closingIssuesReferences: { nodes: [{ number: 1 }] } },
    one: {
      closedByPullRequestsReferences: {
        nodes: [{ number: first.number }, { number: second.number }],
      },
      timelineItems: { nodes: [{ closer: { number: first.number } }] },
    },
  });
});
