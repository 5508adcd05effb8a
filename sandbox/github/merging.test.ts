import { describe, expect, test } from "@jest/globals";
import { createRig, type Rig } from "./rig.ts";

async function closerOf(rig: Rig, number: number) {
  const auth = `Bearer ${await rig.installationToken()}`;
  const query = `query($n: Int!) { repository(owner: "acme", name: "widgets") { issue(number: $n) { timelineItems(itemTypes: [CLOSED_EVENT], last: 1) { nodes { ... on ClosedEvent { stateReason closer { __typename ... on PullRequest { number databaseId } ... on Commit { oid } } } } } } } }`;
  const { body } = await rig.call("POST", "/graphql", {
    auth,
    body: { query, variables: { n: number } },
  });
  return body.data.repository.issue.timelineItems.nodes[0];
}

async function referencesOf(rig: Rig, number: number): Promise<number[]> {
  const auth = `Bearer ${await rig.installationToken()}`;
  const query = `query($n: Int!) { repository(owner: "acme", name: "widgets") { pullRequest(number: $n) { closingIssuesReferences(first: 10) { nodes { number databaseId repository { databaseId } } } } } }`;
  const { body } = await rig.call("POST", "/graphql", {
    auth,
    body: { query, variables: { n: number } },
  });
  const { nodes } = body.data.repository.pullRequest.closingIssuesReferences;
  return nodes.map((one: { number: number }) => one.number);
}

async function rigWithIssue(): Promise<Rig> {
  const rig = createRig();
  await rig.sandbox.act("stranger").openIssue();
  return rig;
}

describe("a keyword in the pull request's body closes the issue at the merge", () => {
  const texts = [
    "close #1",
    "Closes: #1",
    "closed acme/widgets#1",
    "fix #1",
    "Fixes http://127.0.0.1:7001/acme/widgets/issues/1",
    "FIXED #1",
    "resolve #1",
    "resolves #1",
    "This does not resolved #1 at all",
  ];
  test.each(texts)("%s", async (body) => {
    const rig = await rigWithIssue();
    const pull = await rig.sandbox.act("contributor").openPull({ body });
    expect(await referencesOf(rig, pull.number)).toEqual([1]);
    await rig.sandbox.act("maintainer").merge(pull.number);
    const issue = rig.sandbox.issue("acme/widgets", 1);
    expect([issue.state, issue.state_reason, issue.closed_by?.login]).toEqual([
      "closed",
      "completed",
      "maintainer",
    ]);
    expect(await closerOf(rig, 1)).toEqual({
      stateReason: "COMPLETED",
      closer: { __typename: "PullRequest", number: pull.number, databaseId: pull.id },
    });
  });
});

test.each(["encloses #1", "fix`es #1`", "<!-- fixes #1 -->", "fixes #12", "see #1"])(
  "%s closes nothing",
  async (body) => {
    const rig = await rigWithIssue();
    const pull = await rig.sandbox.act("contributor").openPull({ body });
    await rig.sandbox.act("maintainer").merge(pull.number);
    expect(rig.sandbox.issue("acme/widgets", 1).state).toBe("open");
  },
);

test.each(["merge", "squash", "rebase"] as const)(
  "a keyword in a commit message alone closes through the commit (%s)",
  async (method) => {
    const rig = await rigWithIssue();
    const pull = await rig.sandbox
      .act("contributor")
      .openPull({ commit: { message: "Oil\n\nFixes #1" } });
    await rig.sandbox.act("contributor").pushCommit(pull.number);
    expect(await referencesOf(rig, pull.number)).toEqual([]);
    await rig.sandbox.act("maintainer").merge(pull.number, { method });
    expect((await closerOf(rig, 1)).closer.__typename).toBe("Commit");
  },
);

test("keywords count for nothing in a pull request to another branch", async () => {
  const rig = await rigWithIssue();
  const { sandbox } = rig;
  const { body } = await sandbox
    .act("maintainer")
    .request("GET", "/repos/acme/widgets/commits/main");
  const ref = { ref: "refs/heads/next", sha: (body as { sha: string }).sha };
  await sandbox.act("maintainer").request("POST", "/repos/acme/widgets/git/refs", ref);
  const pull = await sandbox.act("contributor").openPull({ body: "Fixes #1", base: "next" });
  expect(await referencesOf(rig, pull.number)).toEqual([]);
  await sandbox.act("maintainer").merge(pull.number);
  expect(sandbox.issue("acme/widgets", 1).state).toBe("open");
});

test("a merge tells pull_request.closed, issues.closed and push, and who merged what", async () => {
  const rig = await rigWithIssue();
  const pull = await rig.sandbox.act("contributor").openPull({ body: "Fixes #1" });
  await rig.sandbox.runDue();
  rig.received.length = 0;
  const sha = await rig.sandbox.act("maintainer").merge(pull.number);
  await rig.sandbox.runDue();
  expect(rig.received.map((one) => `${one.event}.${one.action}`).sort()).toEqual([
    "issues.closed",
    "pull_request.closed",
    "push.undefined",
  ]);
  const closed = rig.received.find((one) => one.event === "pull_request")?.payload.pull_request;
  expect(closed).toMatchObject({
    merged: true,
    merge_commit_sha: sha,
    merged_by: { login: "maintainer" },
    base: { ref: "main", repo: { default_branch: "main" } },
    head: { repo: { full_name: "contributor/widgets", fork: true } },
  });
  expect(
    rig.received.find((one) => one.event === "issues")?.payload.issue.closed_by,
  ).toBeUndefined();
});

test("a merge is refused when it is done, moved on or not allowed", async () => {
  const { sandbox } = createRig();
  const pull = await sandbox.act("contributor").openPull();
  const path = `/repos/acme/widgets/pulls/${pull.number}/merge`;
  const maintainer = sandbox.act("maintainer");
  expect((await maintainer.request("PUT", path, { sha: "0".repeat(40) })).status).toBe(409);
  await maintainer.merge(pull.number);
  expect((await maintainer.request("PUT", path)).status).toBe(405);
  expect(
    (await maintainer.request("PATCH", path.replace("/merge", ""), { state: "open" })).status,
  ).toBe(422);
});

test("two pull requests that change one file: the second cannot be merged", async () => {
  const { sandbox } = createRig();
  const commit = (content: string) => ({ commit: { path: "README.md", content } });
  await sandbox.act("contributor").openPull(commit("one"));
  await sandbox.act("backer").openPull(commit("two"));
  await sandbox.act("maintainer").merge(1);
  expect(sandbox.pull("acme/widgets", 2).mergeable).toBe(false);
  await expect(sandbox.act("maintainer").merge(2)).rejects.toThrow("405");
});

test("commits name their authors, and a commit leads back to its pull request", async () => {
  const rig = createRig();
  const author = { name: "Connie", email: "somebody@example.com" };
  const message = "Oil\n\nCo-authored-by: Benno <1+backer@users.noreply.github.com>";
  const pull = await rig.sandbox.act("contributor").openPull({ commit: { message } });
  await rig.sandbox.act("contributor").pushCommit(pull.number, { author });
  const auth = `Bearer ${await rig.installationToken()}`;
  const { body } = await rig.call("GET", `/repos/acme/widgets/pulls/${pull.number}/commits`, {
    auth,
  });
  expect(body[0]).toMatchObject({ author: { login: "contributor" }, commit: { message } });
  expect(body[1]).toMatchObject({ author: null, commit: { author } });
  const sha = await rig.sandbox.act("maintainer").merge(pull.number, { method: "squash" });
  const found = await rig.call("GET", `/repos/acme/widgets/commits/${sha}/pulls`, { auth });
  expect(found.body[0].number).toBe(pull.number);
});

test("a review is bound to the head it saw, and nobody approves their own", async () => {
  const { sandbox } = createRig();
  const pull = await sandbox.act("contributor").openPull();
  const review = await sandbox.act("maintainer").review(pull.number);
  expect([review.state, review.commit_id]).toEqual(["APPROVED", pull.head.sha]);
  await sandbox.act("contributor").pushCommit(pull.number);
  expect(sandbox.pull("acme/widgets", pull.number).head.sha).not.toBe(pull.head.sha);
  await expect(sandbox.act("contributor").review(pull.number)).rejects.toThrow("own pull request");
});

describe("check runs", () => {
  async function withFork() {
    const rig = createRig();
    const pull = await rig.sandbox.act("contributor").openPull();
    const own = await rig.sandbox.act("maintainer").openPull({ fork: false });
    const auth = `Bearer ${await rig.installationToken()}`;
    const check = (body: object, how = { auth }) =>
      rig.call("POST", "/repos/acme/widgets/check-runs", {
        ...how,
        body: { name: "Whipround", ...body },
      });
    return { rig, pull, own, auth, check };
  }

  test("stand on a fork's head without naming the pull request, and on one's own with it", async () => {
    const { rig, pull, own, check } = await withFork();
    const output = { title: "T", summary: "S" };
    const fork = await check({ head_sha: pull.head.sha, conclusion: "neutral", output });
    expect(fork.status).toBe(201);
    expect(fork.body).toMatchObject({
      pull_requests: [],
      status: "completed",
      conclusion: "neutral",
    });
    expect(fork.body.started_at).toBe("2027-03-01T09:00:00Z");
    expect(fork.body.completed_at).toBe("2027-03-01T09:00:00Z");
    const inside = await check({ head_sha: own.head.sha });
    expect(inside.body.pull_requests.map((one: { number: number }) => one.number)).toEqual([
      own.number,
    ]);
    expect(rig.sandbox.checkRuns("acme/widgets", pull.head.sha)).toHaveLength(1);
  });

  test("are refused to people, on unknown commits, unfinished and overlong", async () => {
    const { rig, pull, check } = await withFork();
    const head_sha = pull.head.sha;
    const person = { auth: `Bearer ${rig.sandbox.act("maintainer").token}` };
    expect((await check({ head_sha }, person)).status).toBe(403);
    expect((await check({ head_sha: "0".repeat(40) })).status).toBe(422);
    expect((await check({ head_sha, status: "completed" })).status).toBe(422);
    const output = { title: "T", summary: "x".repeat(65_536) };
    expect((await check({ head_sha, output })).status).toBe(422);
  });
});
