// The GitHub adapter against the sandbox, through the client that Probot uses: what the adapter asks is
// what GitHub's API has, and what the sandbox sends is what the adapter understands.
import { createHmac, generateKeyPairSync } from "node:crypto";
import { expect, test } from "@jest/globals";
import { ProbotOctokit } from "probot";
import { createRig, type Rig } from "../../sandbox/github/rig.ts";
import type { Repository } from "../../src/core/campaign.ts";
import { createAppClient } from "../../src/github/app-client.ts";
import { createGitHub } from "../../src/github/client.ts";
import { createGithubReceiver } from "../../src/github/receive.ts";
import type { Delivery, GitHub, Log } from "../../src/ports.ts";

const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };
const WIDGETS = "acme/widgets";
const MARKER = "<!-- whipround:card:1 -->";

interface World {
  rig: Rig;
  github: GitHub;
  repository: Repository;
}

function fetchOf(rig: Rig): typeof fetch {
  return (input, init) => rig.sandbox.fetch(new Request(input, init));
}

async function createWorld(): Promise<World> {
  const rig = createRig();
  const token = await rig.installationToken();
  const octokit = new ProbotOctokit({
    auth: { token },
    baseUrl: `${rig.options.origin}/api/v3`,
    request: { fetch: fetchOf(rig) },
    throttle: { enabled: false },
  });
  const github = createGitHub({
    octokitFor: async () => octokit,
    appId: rig.options.app.id,
    log: SILENT,
  });
  const repository: Repository = {
    id: rig.sandbox.repoId(WIDGETS),
    installationId: rig.sandbox.installationId("acme"),
    ownerId: rig.sandbox.user("acme").id,
    owner: "acme",
    name: "widgets",
    private: false,
    defaultBranch: "main",
    installed: true,
  };
  return { rig, github, repository };
}

const card = (issueNumber: number, text: string) => ({
  issueNumber,
  body: `${MARKER}\n${text}`,
  markerText: MARKER,
  commentId: null,
  since: null,
});

test("roles are judged by the permission flags, and somebody unknown has none", async () => {
  const { github, repository, rig } = await createWorld();
  rig.sandbox.setRole(WIDGETS, "backer", "triage", "reviewer");
  const admin = { triage: true, push: true, maintain: true, admin: true };
  const none = { triage: false, push: false, maintain: false, admin: false };
  const roleOf = (login: string, { id }: { id: number } = rig.sandbox.user(login)) =>
    github.roleOf(repository, { id, login });
  expect(await roleOf("maintainer")).toEqual(admin);
  expect(await roleOf("backer")).toEqual({ ...none, triage: true });
  expect(await roleOf("stranger")).toEqual(none);
  expect(await roleOf("nobody-at-all", { id: 404 })).toEqual(none);
  // The login is another's by now.
  expect(await roleOf("maintainer", rig.sandbox.user("stranger"))).toEqual(none);
});

test("a person is found by login, a bot is said to be one, an organisation is nobody", async () => {
  const { github, repository, rig } = await createWorld();
  const { id } = rig.sandbox.user("contributor");
  expect(await github.personByLogin(repository, "CONTRIBUTOR")).toEqual({
    login: "contributor",
    person: { id, login: "contributor" },
    isBot: false,
  });
  expect((await github.personByLogin(repository, "machine[bot]")).isBot).toBe(true);
  expect((await github.personByLogin(repository, "acme")).person).toBeNull();
  expect((await github.personByLogin(repository, "nobody-at-all")).person).toBeNull();
});

test("a person's login is found by their number, as it is now", async () => {
  const { github, repository, rig } = await createWorld();
  const { id } = rig.sandbox.user("contributor");
  expect(await github.loginOf(repository, id)).toBe("contributor");
  expect(await github.loginOf(repository, 999_999_999)).toBeNull();
});

test("a card is written once, edited in place, and written anew when it was deleted", async () => {
  const { github, repository, rig } = await createWorld();
  const { number } = await rig.sandbox.act("stranger").openIssue();
  const first = await github.putComment(repository, card(number, "one"));
  const { commentId } = first;
  expect(await github.putComment(repository, { ...card(number, "two"), commentId })).toEqual(first);
  expect(rig.sandbox.comments(WIDGETS, number).map(({ body }) => body)).toEqual([`${MARKER}\ntwo`]);
  await rig.sandbox.act("maintainer").deleteComment(commentId);
  const again = await github.putComment(repository, { ...card(number, "three"), commentId });
  expect(again.commentId).not.toBe(commentId);
  expect(rig.sandbox.comments(WIDGETS, number)).toHaveLength(1);
});

test("after an unclear create, the card is found among all pages, and a second one is deleted", async () => {
  const { github, repository, rig } = await createWorld();
  const { number } = await rig.sandbox.act("stranger").openIssue();
  const since = rig.clock.nowMs;
  for (let count = 0; count < 101; count += 1) {
    await rig.sandbox.act("backer").comment(number, `chatter ${count} ${MARKER}`);
  }
  const first = await github.putComment(repository, card(number, "one"));
  await github.putComment(repository, card(number, "one"));
  expect(await github.putComment(repository, { ...card(number, "two"), since })).toEqual(first);
  const ours = rig.sandbox
    .comments(WIDGETS, number)
    .filter(({ performed_via_github_app: app }) => app !== null);
  expect(ours.map(({ id, body }) => ({ id, body }))).toEqual([
    { id: first.commentId, body: `${MARKER}\ntwo` },
  ]);
});

test("somebody else's comment with our marker is not ours", async () => {
  const { github, repository, rig } = await createWorld();
  const { number } = await rig.sandbox.act("stranger").openIssue();
  const theirs = await rig.sandbox.act("backer").comment(number, `${MARKER} $1,000,000 paid in`);
  const since = rig.clock.nowMs;
  const ours = await github.putComment(repository, { ...card(number, "one"), since });
  expect(ours.commentId).not.toBe(theirs.id);
  expect(rig.sandbox.comments(WIDGETS, number)).toHaveLength(2);
});

test("reactions repeat without harm, and a comment that is gone needs none", async () => {
  const { github, repository, rig } = await createWorld();
  const { number } = await rig.sandbox.act("stranger").openIssue();
  const { id } = await rig.sandbox.act("backer").comment(number, "/help");
  await github.react(repository, { commentId: id, reaction: "eyes" });
  await github.react(repository, { commentId: id, reaction: "eyes" });
  await rig.sandbox.act("backer").deleteComment(id);
  await github.react(repository, { commentId: id, reaction: "rocket" });
  const path = `/repos/${WIDGETS}/issues/comments/${id}/reactions`;
  expect(rig.traffic.filter((line) => "path" in line && line.path.endsWith(path))).toHaveLength(3);
});

test("a reply is minimised, also when it is gone", async () => {
  const { github, repository, rig } = await createWorld();
  const { number } = await rig.sandbox.act("stranger").openIssue();
  const { nodeId, commentId } = await github.putComment(repository, card(number, "a link"));
  await github.minimize(repository, nodeId);
  expect(rig.sandbox.comments(WIDGETS, number)[0]?.minimizedReason).toBe("RESOLVED");
  await rig.sandbox.act("maintainer").deleteComment(commentId);
  await github.minimize(repository, nodeId);
});

const run = (sha: string, externalId: string) => ({
  sha,
  name: "Whipround #1",
  externalId,
  title: "Merging releases $10",
  summary: "to @contributor",
  conclusion: "neutral" as const,
  checkRunId: null,
  mayExist: false,
});

test("a check run carries GitHub's own time, is edited without moving it, and is found again", async () => {
  const { github, repository, rig } = await createWorld();
  const pull = await rig.sandbox.act("contributor").openPull();
  const { sha } = pull.head;
  const first = await github.putCheckRun(repository, run(sha, "one"));
  expect(first.startedAt).toBe(rig.clock.nowMs);
  rig.clock.nowMs += 60_000;
  const other = await github.putCheckRun(repository, run(sha, "two"));
  const edit = { ...run(sha, "one"), checkRunId: first.checkRunId, title: "Merging releases $20" };
  expect(await github.putCheckRun(repository, edit)).toEqual(first);
  expect(await github.putCheckRun(repository, { ...run(sha, "one"), mayExist: true })).toEqual(
    first,
  );
  expect(other.startedAt).toBe(first.startedAt + 60_000);
  expect(rig.sandbox.checkRuns(WIDGETS, sha)).toHaveLength(2);
});

test("a pull request comes with its facts and the issues it closes", async () => {
  const { github, repository, rig } = await createWorld();
  const issue = await rig.sandbox.act("stranger").openIssue();
  const opened = await rig.sandbox
    .act("contributor")
    .openPull({ title: "Oil", body: `Fixes #${issue.number}` });
  const open = await github.pull(repository, opened.number);
  expect(open).toMatchObject({
    pull: { id: opened.id, open: true, mergedAt: null, mergedBy: null, authorIsBot: false },
    body: `Fixes #${issue.number}`,
    closes: [{ repositoryId: repository.id, issueNumber: issue.number }],
  });
  await rig.sandbox.act("maintainer").merge(opened.number);
  const merged = await github.pull(repository, opened.number);
  expect(merged?.pull).toMatchObject({
    open: false,
    mergedAt: rig.clock.nowMs,
    mergedBy: { login: "maintainer" },
    baseRef: "main",
    headSha: opened.head.sha,
  });
  expect(await github.pull(repository, 999)).toBeNull();
  expect(await github.pull(repository, issue.number)).toBeNull();
});

test("what closed an issue is a pull request, by reference or by a commit it brought, or nobody", async () => {
  const { github, repository, rig } = await createWorld();
  const maintainer = rig.sandbox.act("maintainer");
  const contributor = rig.sandbox.act("contributor");
  const [byText, byCommit, byHand] = [
    await maintainer.openIssue(),
    await maintainer.openIssue(),
    await maintainer.openIssue(),
  ];
  const first = await contributor.openPull({ body: `Closes #${byText?.number}` });
  expect(await github.closingPull(repository, byText?.number ?? 0)).toBeNull();
  await maintainer.merge(first.number);
  const second = await contributor.openPull({
    commit: { message: `Oil it\n\nFixes #${byCommit?.number}`, path: "oil.md" },
  });
  await maintainer.merge(second.number);
  await maintainer.close(byHand?.number ?? 0);
  expect(await github.closingPull(repository, byText?.number ?? 0)).toBe(first.number);
  expect(await github.closingPull(repository, byCommit?.number ?? 0)).toBe(second.number);
  expect(await github.closingPull(repository, byHand?.number ?? 0)).toBeNull();
  await maintainer.reopen(byText?.number ?? 0);
  expect(await github.closingPull(repository, byText?.number ?? 0)).toBeNull();
  expect(await github.closingPull(repository, 999)).toBeNull();
});

test("of each person's reviews the last that says something of the code stands, with its commit", async () => {
  const { github, repository, rig } = await createWorld();
  const maintainer = rig.sandbox.act("maintainer");
  const pull = await rig.sandbox.act("contributor").openPull();
  await maintainer.review(pull.number, "APPROVE");
  await maintainer.review(pull.number, "COMMENT", "nice");
  const { id } = rig.sandbox.user("maintainer");
  const first = { by: { id, login: "maintainer" }, verdict: "approved", headSha: pull.head.sha };
  expect((await github.pull(repository, pull.number))?.reviews).toMatchObject([first]);
  await rig.sandbox.act("stranger").review(pull.number, "APPROVE");
  const sha = await rig.sandbox.act("contributor").pushCommit(pull.number);
  await maintainer.review(pull.number, "REQUEST_CHANGES", "no");
  expect((await github.pull(repository, pull.number))?.reviews).toMatchObject([
    { by: { login: "stranger" }, verdict: "approved", headSha: pull.head.sha },
    { ...first, verdict: "changes requested", headSha: sha },
  ]);
});

test("the policy file is read at a commit, and on the default branch", async () => {
  const { github, repository, rig } = await createWorld();
  const maintainer = rig.sandbox.act("maintainer");
  expect(await github.policyFile(repository, null)).toEqual({ found: false });
  const good = await maintainer.putFile(".github/whipround.yml", "currency: eur\n");
  expect(await github.policyFile(repository, null)).toMatchObject({
    found: true,
    sha: good,
    policy: { currency: "eur" },
  });
  const bad = await maintainer.putFile(".github/whipround.yml", "curency: eur\n");
  expect(await github.policyFile(repository, bad)).toEqual({
    found: true,
    sha: bad,
    problems: ['line 1: unknown field "curency"; did you mean "currency"?'],
  });
  expect(await github.policyFile(repository, good)).toMatchObject({ policy: { currency: "eur" } });
});

test("the App says who owns it, and a wrong key is refused for good", async () => {
  const { rig } = await createWorld();
  rig.clock.nowMs = Date.now();
  const options = {
    appId: rig.options.app.id,
    privateKey: rig.privateKeyPem,
    apiUrl: `${rig.options.origin}/api/v3`,
    fetch: fetchOf(rig),
  };
  const { id } = rig.sandbox.user("acme");
  expect(await createAppClient(options).describeApp()).toEqual({
    slug: "whipround",
    ownerLogin: "acme",
    ownerId: id,
  });
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 1024,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  });
  const wrong = createAppClient({ ...options, privateKey });
  await expect(wrong.describeApp()).rejects.toMatchObject({ code: "github_401" });
});

test("every webhook the sandbox sends is understood", async () => {
  const { rig } = await createWorld();
  const stored: Delivery[] = [];
  const receive = createGithubReceiver({
    verify: async (body, signature) => {
      const { webhookSecret } = rig.options.app;
      return (
        signature === `sha256=${createHmac("sha256", webhookSecret).update(body).digest("hex")}`
      );
    },
    accept: async (deliveries) => void stored.push(...deliveries),
    clock: { now: () => rig.clock.nowMs },
    log: SILENT,
    bodyBytesMax: 1_000_000,
  });
  const maintainer = rig.sandbox.act("maintainer");
  const issue = await maintainer.openIssue();
  await maintainer.label(issue.number, "bounty");
  await maintainer.comment(issue.number, "/bounty $20\n/help");
  const pull = await rig.sandbox.act("contributor").openPull({ body: `Fixes #${issue.number}` });
  await maintainer.review(pull.number);
  await maintainer.merge(pull.number);
  await maintainer.putFile(".github/whipround.yml", "currency: eur\n");
  await maintainer.putFile("README.md", "# Widgets\n");
  await maintainer.setPrivate(true);
  rig.sandbox.addRepo({ fullName: "acme/other" });
  rig.sandbox.addToInstallation("acme/other");
  rig.sandbox.removeFromInstallation("acme/other");
  rig.sandbox.suspend("acme", true);
  rig.sandbox.uninstall("acme");
  await rig.sandbox.runDue();
  for (const { event, headers, text } of rig.received) {
    const request = new Request("http://app.test/", { method: "POST", headers, body: text });
    const answer = await receive(request);
    expect([event, answer.status, await answer.text()]).toEqual([
      event,
      202,
      expect.stringContaining("accepted"),
    ]);
  }
  expect(stored.map(({ message }) => message.kind)).toMatchSnapshot();
  expect(stored.map(({ part }) => part).filter((part) => part > 0)).toEqual([1]);
});
