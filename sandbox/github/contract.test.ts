// The traffic of one long ordinary story, made by the real Octokit, checked against GitHub's own API
// description where that tool is at hand.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { Octokit } from "@octokit/rest";
import { lives } from "./contract-lives.ts";
import { createRig, type Rig } from "./rig.ts";

const checker = process.env["CONTRACT_CHECKER"] ?? "";
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const at = { owner: "acme", repo: "widgets" };

function octokitOf(rig: Rig, auth: string): Octokit {
  const fetch = (url: string, init: RequestInit) => rig.sandbox.fetch(new Request(url, init));
  return new Octokit({
    auth,
    baseUrl: `${rig.options.origin}/api/v3`,
    request: { fetch },
    log: quiet,
  });
}

async function story(rig: Rig): Promise<void> {
  const { sandbox } = rig;
  const asApp = octokitOf(rig, rig.jwt()).rest;
  const { data: app } = await asApp.apps.getAuthenticated();
  expect(app?.slug).toBe("whipround");
  await asApp.apps.listInstallations();
  const { data: installation } = await asApp.apps.getRepoInstallation(at);
  await asApp.apps.getInstallation({ installation_id: installation.id });
  const { data: token } = await asApp.apps.createInstallationAccessToken({
    installation_id: installation.id,
  });
  const bot = octokitOf(rig, token.token);

  const maintainer = sandbox.act("maintainer");
  const contributor = sandbox.act("contributor");
  const issue = await sandbox
    .act("stranger")
    .openIssue({ title: "Widgets squeak", body: "Loudly." });
  await maintainer.label(issue.number, "bounty");
  await maintainer.unlabel(issue.number, "bounty");
  await maintainer.label(issue.number, "bounty: $200");
  await maintainer.editIssue(issue.number, { title: "Widgets squeak a lot" });
  const on = { ...at, issue_number: issue.number };

  await bot.rest.apps.listReposAccessibleToInstallation();
  await bot.rest.repos.get(at);
  await bot.request("GET /repositories/{id}", { id: sandbox.repoId("acme/widgets") });
  await bot.rest.repos.getContent({ ...at, path: "README.md" });
  await bot.rest.repos.getContent({ ...at, path: ".github/whipround.yml" }).catch(() => undefined);
  await bot.rest.repos.getCollaboratorPermissionLevel({ ...at, username: "maintainer" });
  await bot.rest.repos.getCollaboratorPermissionLevel({ ...at, username: "stranger" });
  await bot.rest.users.getByUsername({ username: "contributor" });
  await bot.rest.issues.listForRepo({ ...at, state: "all", labels: "bounty: $200" });
  await bot.rest.issues.get(on);
  const { data: card } = await bot.rest.issues.createComment({
    ...on,
    body: "<!-- card --> **$0**",
  });
  await bot.rest.issues.updateComment({ ...at, comment_id: card.id, body: "**$10**" });
  await bot.rest.issues.getComment({ ...at, comment_id: card.id });
  await bot.rest.issues.listComments({ ...on, since: "2027-01-01T00:00:00Z", per_page: 10 });
  const said = await sandbox.act("backer").comment(issue.number, "/pledge $20");
  await sandbox.act("backer").editComment(said.id, "/pledge $30");
  const reaction = { ...at, comment_id: said.id, content: "eyes" } as const;
  const { data: seen } = await bot.rest.reactions.createForIssueComment(reaction);
  await bot.rest.reactions.createForIssueComment(reaction);
  await bot.rest.reactions.listForIssueComment({ ...at, comment_id: said.id });
  await bot.rest.reactions.deleteForIssueComment({
    ...at,
    comment_id: said.id,
    reaction_id: seen.id,
  });
  await bot.rest.reactions.createForIssue({ ...on, content: "rocket" });
  await bot.rest.issues.addLabels({ ...on, labels: ["help wanted"] });
  await bot.rest.issues.listLabelsForRepo(at);
  await bot.graphql(
    `mutation($id: ID!) { minimizeComment(input: {subjectId: $id, classifier: RESOLVED}) { minimizedComment { isMinimized } } }`,
    { id: said.node_id },
  );
  await sandbox.act("backer").deleteComment(said.id);

  const pull = await contributor.openPull({ title: "Oil them", body: `Fixes #${issue.number}` });
  await contributor.pushCommit(pull.number, { message: "More oil" });
  const { data: fresh } = await bot.rest.pulls.get({ ...at, pull_number: pull.number });
  const { data: run } = await bot.rest.checks.create({
    ...at,
    name: "Whipround",
    head_sha: fresh.head.sha,
    external_id: "1",
    status: "completed",
    conclusion: "neutral",
    output: { title: "Merging releases $30", summary: "to @contributor" },
  });
  await bot.rest.checks.update({
    ...at,
    check_run_id: run.id,
    output: { title: "T", summary: "S" },
  });
  await bot.rest.checks.listForRef({ ...at, ref: fresh.head.sha });
  await bot.rest.issues.createComment({ ...at, issue_number: pull.number, body: "Thank you" });
  await bot.rest.pulls.list(at);
  await bot.rest.pulls.listCommits({ ...at, pull_number: pull.number });
  await maintainer.review(pull.number);
  await bot.rest.pulls.listReviews({ ...at, pull_number: pull.number });
  const sha = await maintainer.merge(pull.number);
  await bot.rest.repos.listPullRequestsAssociatedWithCommit({ ...at, commit_sha: sha });
  await bot.graphql(
    `query($n: Int!) { repository(owner: "acme", name: "widgets") { pullRequest(number: $n) { closingIssuesReferences(first: 10) { nodes { number databaseId repository { databaseId } } } } } }`,
    { n: pull.number },
  );
  await bot.graphql(
    `query($n: Int!) { repository(owner: "acme", name: "widgets") { issue(number: $n) { timelineItems(itemTypes: [CLOSED_EVENT], last: 1) { nodes { ... on ClosedEvent { createdAt stateReason closer { __typename ... on PullRequest { number databaseId } ... on Commit { oid } } } } } } } }`,
    { n: issue.number },
  );
  await bot.rest.issues.listEventsForTimeline(on);
  await bot.rest.issues.listEvents(on);

  sandbox.addRepo({ fullName: "acme/other" });
  sandbox.addToInstallation("acme/other");
  const moving = await maintainer.openIssue({ title: "Not here", body: "at all" });
  await maintainer.transferIssue(moving.number, "acme/other");
  const doomed = await maintainer.openIssue({ title: "Spam" });
  await maintainer.close(doomed.number, "not_planned");
  await maintainer.reopen(doomed.number);
  await maintainer.lock(doomed.number);
  await maintainer.deleteIssue(doomed.number);
  const second = await contributor.openPull({ fork: true, title: "Second" });
  await contributor.editPull(second.number, { title: "Second try", body: "b" });
  await contributor.close(second.number);
  await maintainer.in("acme/other").setPrivate(true);
  await maintainer.in("acme/other").setPrivate(false);
  await maintainer.in("acme/other").renameRepo("another");
  await bot.rest.repos.get({ owner: "acme", repo: "other" });
  sandbox.removeFromInstallation("acme/another");
  sandbox.addToInstallation("acme/another");
  await maintainer.in("acme/another").deleteRepo();
  sandbox.suspend("acme", true);
  sandbox.suspend("acme", false);
  await sandbox.runDue();
  const { data: deliveries } = await asApp.apps.listWebhookDeliveries({ per_page: 3 });
  const delivery_id = deliveries[0]?.id ?? 0;
  await asApp.apps.getWebhookDelivery({ delivery_id });
  await asApp.apps.redeliverWebhookDelivery({ delivery_id });
  sandbox.uninstall("acme");
  sandbox.install("acme", "all");
  await maintainer.request("GET", "/user");
  await sandbox.runDue();
}

/** Requests that are well formed and refused all the same: the refusals have a shape too. */
async function refusals(rig: Rig): Promise<void> {
  const { sandbox } = rig;
  const maintainer = sandbox.act("maintainer");
  const stranger = sandbox.act("stranger");
  const path = "/repos/acme/widgets";
  await maintainer.openIssue();
  await maintainer.openIssue();
  const pull = await sandbox.act("contributor").openPull();
  const auth = `Bearer ${await rig.installationToken()}`;
  const statuses: number[] = [];
  async function refuse(person: typeof maintainer, method: string, tail: string, body?: unknown) {
    statuses.push((await person.request(method, `${path}${tail}`, body)).status);
  }
  await refuse(stranger, "POST", "/issues/1/labels", { labels: ["bounty"] });
  await refuse(maintainer, "POST", "/labels", { name: "bounty" });
  await refuse(maintainer, "POST", "/issues/1/comments", { body: " " });
  await maintainer.lock(1);
  await refuse(stranger, "POST", "/issues/1/comments", { body: "hi" });
  await maintainer.deleteIssue(2);
  await refuse(maintainer, "GET", "/issues/2");
  await refuse(maintainer, "PUT", `/pulls/${pull.number}/merge`, { sha: "0".repeat(40) });
  await maintainer.merge(pull.number);
  await refuse(maintainer, "PUT", `/pulls/${pull.number}/merge`, {});
  await refuse(maintainer, "PATCH", `/pulls/${pull.number}`, { state: "open" });
  await refuse(maintainer, "POST", "/pulls", { title: "t", head: "nobody:x", base: "main" });
  await refuse(maintainer, "POST", "/check-runs", { name: "x", head_sha: pull.head.sha });
  await refuse(maintainer, "GET", "/issues/99");
  expect(statuses).toEqual([403, 422, 422, 403, 410, 409, 405, 422, 422, 403, 404]);
  expect((await rig.call("GET", "/repos/acme/secret", { auth })).status).toBe(404);
  expect((await rig.call("GET", "/user", { auth })).status).toBe(403);
  expect((await rig.call("POST", `${path}/issues`, { body: { title: "x" } })).status).toBe(401);
  await maintainer.renameRepo("gadgets");
  expect((await rig.call("GET", `${path}/issues`, { auth })).status).toBe(301);
  rig.clock.nowMs += 3_600_000;
  expect((await rig.call("GET", path, { auth })).status).toBe(401);
  await sandbox.runDue();
}

const scenes: [string, (rig: Rig) => Promise<void>][] = [
  ["a whole story", story],
  ["every refusal", refusals],
  ["every change of what an issue belongs to", (rig) => lives(rig, octokitOf)],
];

test.each(scenes)("%s goes as it should", (_, tell) => tell(createRig()));

const testContract = existsSync(checker) ? test : test.skip;

testContract.each(scenes)("%s keeps to GitHub's API description", async (_, tell) => {
  const rig = createRig();
  await tell(rig);
  const folder = mkdtempSync(join(tmpdir(), "traffic-"));
  const file = join(folder, "github.jsonl");
  writeFileSync(file, rig.traffic.map((line) => `${JSON.stringify(line)}\n`).join(""));
  let report = "";
  try {
    execFileSync(process.execPath, [checker, file, "--partial"], { encoding: "utf8" });
  } catch (error) {
    report = String((error as { stdout?: string }).stdout ?? error);
  } finally {
    rmSync(folder, { recursive: true });
  }
  expect(report).toBe("");
});
