import { expect, test } from "@jest/globals";
import { createRig } from "./rig.ts";

const path = "/repos/acme/widgets/pulls/1/reviews";

test("reviews are listed in their order, each with its reviewer, state, commit and time", async () => {
  const rig = createRig();
  const { sandbox, clock } = rig;
  sandbox.setRole("acme/widgets", "backer", "write");
  const pull = await sandbox.act("contributor").openPull();
  await sandbox.act("backer").review(1, "REQUEST_CHANGES");
  clock.nowMs += 60_000;
  const sha = await sandbox.act("contributor").pushCommit(1);
  await sandbox.act("backer").review(1, "APPROVE");
  await sandbox.act("stranger").review(1, "COMMENT", "Nice");
  const auth = `Bearer ${await rig.installationToken()}`;
  const { body } = await rig.call("GET", path, { auth });
  const [backer, stranger] = [sandbox.user("backer").id, sandbox.user("stranger").id];
  const [before, after] = ["2027-03-01T09:00:00Z", "2027-03-01T09:01:00Z"];
  expect(body).toMatchObject([
    {
      user: { id: backer },
      state: "CHANGES_REQUESTED",
      commit_id: pull.head.sha,
      submitted_at: before,
    },
    { user: { id: backer }, state: "APPROVED", commit_id: sha, submitted_at: after },
    { user: { id: stranger }, state: "COMMENTED", commit_id: sha, submitted_at: after },
  ]);
});

test("a dismissed review stays, says nothing any more, and the App hears who dismissed it", async () => {
  const rig = createRig();
  const { sandbox } = rig;
  await sandbox.act("contributor").openPull();
  const { id } = await sandbox.act("backer").review(1);
  await sandbox.runDue();
  rig.received.length = 0;
  expect(await sandbox.act("maintainer").dismissReview(1, id, "Too quick")).toMatchObject({
    id,
    state: "DISMISSED",
    user: { login: "backer" },
  });
  await sandbox.runDue();
  expect(rig.received).toMatchObject([
    {
      event: "pull_request_review",
      action: "dismissed",
      payload: { review: { id, state: "dismissed" }, sender: { login: "maintainer" } },
    },
  ]);
  const auth = `Bearer ${await rig.installationToken()}`;
  const events = await rig.call("GET", "/repos/acme/widgets/issues/1/events", { auth });
  expect(events.body.at(-1)).toMatchObject({
    event: "review_dismissed",
    dismissed_review: { review_id: id, state: "approved", dismissal_message: "Too quick" },
  });
});

test("whoever may not dismiss is refused; so is dismissing twice, or a mere comment", async () => {
  const rig = createRig();
  const { sandbox } = rig;
  await sandbox.act("contributor").openPull();
  const yes = await sandbox.act("backer").review(1);
  const remark = await sandbox.act("backer").review(1, "COMMENT");
  const dismiss = (login: string, id: number) =>
    sandbox.act(login).request("PUT", `${path}/${id}/dismissals`, { message: "No" });
  expect((await dismiss("stranger", yes.id)).status).toBe(403);
  expect((await dismiss("maintainer", yes.id)).status).toBe(200);
  expect(await dismiss("maintainer", yes.id)).toMatchObject({
    status: 422,
    body: { errors: ["Can not dismiss a dismissed pull request review"] },
  });
  expect((await dismiss("maintainer", remark.id)).status).toBe(422);
});

test("a review's text is edited by its author alone", async () => {
  const rig = createRig();
  const { sandbox } = rig;
  await sandbox.act("contributor").openPull();
  const { id } = await sandbox.act("backer").review(1, "COMMENT", "Hm");
  const edit = (login: string) =>
    sandbox.act(login).request("PUT", `${path}/${id}`, { body: "Fine" });
  expect((await edit("stranger")).status).toBe(403);
  expect(await edit("backer")).toMatchObject({ status: 200, body: { body: "Fine" } });
  await sandbox.runDue();
  expect(rig.received.at(-1)).toMatchObject({
    event: "pull_request_review",
    action: "edited",
    payload: { changes: { body: { from: "Hm" } } },
  });
});

test("GraphQL lists reviews by state", async () => {
  const rig = createRig();
  const { sandbox } = rig;
  const pull = await sandbox.act("contributor").openPull();
  await sandbox.act("backer").review(1, "COMMENT");
  await sandbox.act("stranger").review(1);
  const auth = `Bearer ${await rig.installationToken()}`;
  const query = `query { repository(owner: "acme", name: "widgets") { pullRequest(number: 1) { reviews(first: 10, states: [APPROVED]) { nodes { state submittedAt commit { oid } author { login ... on User { databaseId } } } } } } }`;
  const { body } = await rig.call("POST", "/graphql", { auth, body: { query } });
  expect(body.data.repository.pullRequest.reviews.nodes).toEqual([
    {
      state: "APPROVED",
      submittedAt: "2027-03-01T09:00:00Z",
      commit: { oid: pull.head.sha },
      author: { login: "stranger", databaseId: sandbox.user("stranger").id },
    },
  ]);
});
