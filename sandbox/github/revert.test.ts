import { expect, test } from "@jest/globals";
import { createRig, type Rig } from "./rig.ts";

async function merged(rig: Rig, method: "merge" | "squash" | "rebase" = "merge") {
  const { sandbox } = rig;
  await sandbox.act("stranger").openIssue();
  const pull = await sandbox
    .act("contributor")
    .openPull({ title: "Oil", body: "Fixes #1", commit: { path: "oil.md", content: "oil" } });
  await sandbox.act("contributor").pushCommit(pull.number, { path: "more.md" });
  const sha = await sandbox.act("maintainer").merge(pull.number, { method });
  return { pull, sha };
}

async function filesOf(rig: Rig): Promise<string[]> {
  const { body } = await rig.sandbox
    .act("maintainer")
    .request("GET", "/repos/acme/widgets/contents/oil.md");
  return [String((body as { name?: string }).name ?? "gone")];
}

test.each(["merge", "squash", "rebase"] as const)(
  "a pull request merged by %s is reverted by another one",
  async (method) => {
    const rig = createRig();
    const { sandbox } = rig;
    const { pull, sha } = await merged(rig, method);
    expect(await filesOf(rig)).toEqual(["oil.md"]);
    const revert = await sandbox.act("maintainer").revert(pull.number);
    expect(revert).toMatchObject({
      title: 'Revert "Oil"',
      body: `Reverts acme/widgets#${pull.number}`,
      user: { login: "maintainer" },
      head: { ref: `revert-${pull.number}-${pull.head.ref}`, repo: { full_name: "acme/widgets" } },
      base: { ref: "main", sha },
    });
    await sandbox.act("maintainer").merge(revert.number);
    expect(await filesOf(rig)).toEqual(["gone"]);
    expect(sandbox.issue("acme/widgets", 1).state).toBe("closed");
  },
);

test("a revert that was given up may be tried again; one that was merged may not", async () => {
  const rig = createRig();
  const maintainer = rig.sandbox.act("maintainer");
  const { pull } = await merged(rig);
  const first = await maintainer.revert(pull.number);
  await maintainer.close(first.number);
  const second = await maintainer.revert(pull.number);
  expect(second.head.ref).toBe(`${first.head.ref}-1`);
  await maintainer.merge(second.number);
  await expect(maintainer.revert(pull.number)).rejects.toThrow("reverted already");
  const back = await maintainer.revert(second.number);
  expect(back.title).toBe('Revert "Revert "Oil""');
  await maintainer.merge(back.number);
  expect(await filesOf(rig)).toEqual(["oil.md"]);
});

test("its commit says which one it takes back", async () => {
  const rig = createRig();
  const { pull, sha } = await merged(rig);
  const { number } = await rig.sandbox.act("maintainer").revert(pull.number);
  const commits = await rig.sandbox
    .act("maintainer")
    .request("GET", `/repos/acme/widgets/pulls/${number}/commits`);
  expect(commits.body).toMatchObject([
    { commit: { message: `Revert "Oil (#${pull.number})"\n\nThis reverts commit ${sha}.` } },
  ]);
});

test("the App hears of a push, then of a pull request like any other", async () => {
  const rig = createRig();
  const { pull } = await merged(rig);
  await rig.sandbox.runDue();
  rig.received.length = 0;
  await rig.sandbox.act("maintainer").revert(pull.number);
  await rig.sandbox.runDue();
  expect(rig.received.map(({ event, action }) => [event, action])).toEqual([
    ["push", undefined],
    ["pull_request", "opened"],
  ]);
});

test("without write access, before the merge, or over later changes there is no revert", async () => {
  const rig = createRig();
  const { sandbox } = rig;
  const { pull } = await merged(rig);
  const open = await sandbox.act("contributor").openPull();
  await expect(sandbox.act("stranger").revert(pull.number)).rejects.toThrow("write access");
  await expect(sandbox.act("maintainer").revert(open.number)).rejects.toThrow("cannot be reverted");
  await sandbox.act("maintainer").putFile("oil.md", "other oil");
  await expect(sandbox.act("maintainer").revert(pull.number)).rejects.toThrow("cannot be reverted");
});

test("an issue that is reopened and solved again has a closer for each time", async () => {
  const rig = createRig();
  const { sandbox } = rig;
  const { pull } = await merged(rig);
  await sandbox.act("maintainer").reopen(1);
  expect(sandbox.issue("acme/widgets", 1)).toMatchObject({
    state: "open",
    state_reason: "reopened",
  });
  const second = await sandbox.act("backer").openPull({ body: "Closes #1" });
  await sandbox.act("maintainer").merge(second.number);
  const auth = `Bearer ${await rig.installationToken()}`;
  const query = `query { repository(owner: "acme", name: "widgets") { issue(number: 1) { stateReason timelineItems(itemTypes: [CLOSED_EVENT, REOPENED_EVENT], first: 9) { nodes { __typename ... on ClosedEvent { closer { ... on PullRequest { number } } } } } } } }`;
  const { body } = await rig.call("POST", "/graphql", { auth, body: { query } });
  expect(body.data.repository.issue).toEqual({
    stateReason: "COMPLETED",
    timelineItems: {
      nodes: [
        { __typename: "ClosedEvent", closer: { number: pull.number } },
        { __typename: "ReopenedEvent" },
        { __typename: "ClosedEvent", closer: { number: second.number } },
      ],
    },
  });
});
