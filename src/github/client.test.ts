// The GitHub adapter's conduct when GitHub does not do what was asked: what is tried again, what is not,
// and what an unclear answer leads to. Over the network's own interface, with Probot's Octokit.
import { expect, test } from "@jest/globals";
import nock from "nock";
import { ProbotOctokit } from "probot";
import { useNock } from "../../test/nocked.ts";
import type { Repository } from "../core/campaign.ts";
import { NO_ROLE } from "../core/policy.ts";
import type { GitHub, Log } from "../ports.ts";
import { createGitHub } from "./client.ts";

const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };
const SILENT_OCTOKIT = { debug() {}, info() {}, warn() {}, error() {} };
// Plain HTTP: the TLS session that nock makes up leaves an error in OpenSSL's queue, and the next key that
// this process imports is blamed for it.
const API = "http://api.github.com";
const AT = "/repos/acme/widgets";

const repository: Repository = {
  id: 10,
  installationId: 900,
  ownerId: 1,
  owner: "acme",
  name: "widgets",
  private: false,
  defaultBranch: "main",
  installed: true,
};

useNock();

function connect(): GitHub {
  // plugin-retry stays on, as in Probot: what must not be repeated is not repeated because of us.
  const octokit = new ProbotOctokit({
    auth: { token: "ghs_test" },
    baseUrl: API,
    retry: { retryAfterBaseValue: 1 },
    throttle: { enabled: false },
    log: SILENT_OCTOKIT,
  });
  return createGitHub({ octokitFor: async () => octokit, appId: 4242, log: SILENT });
}

const comment = {
  issueNumber: 12,
  body: "<!-- card -->\n$20",
  markerText: "<!-- card -->",
  commentId: null,
  since: null,
};

const FAILURES: [
  what: string,
  status: number,
  headers: Record<string, string>,
  body: object,
  failure: object,
][] = [
  [
    "a secondary limit with a time to wait",
    403,
    { "retry-after": "120" },
    { message: "You have exceeded a secondary rate limit" },
    { name: "TransientFailure", retryAfterMs: 120_000 },
  ],
  [
    "a secondary limit without one",
    403,
    {},
    { message: "You have exceeded a secondary rate limit. Please wait." },
    { name: "TransientFailure", retryAfterMs: 60_000 },
  ],
  [
    "a used-up budget, by GitHub's own clock",
    403,
    {
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": String(Date.UTC(2027, 0, 1, 12, 30) / 1000),
      date: new Date(Date.UTC(2027, 0, 1, 12)).toUTCString(),
    },
    { message: "API rate limit exceeded for installation ID 900." },
    { name: "TransientFailure", retryAfterMs: 1_801_000 },
  ],
  ["429", 429, {}, { message: "Too many" }, { name: "TransientFailure", retryAfterMs: 60_000 }],
  ["500", 500, {}, { message: "Oops" }, { name: "ServerFailure", retryAfterMs: null }],
  ["502 in HTML", 502, { "content-type": "text/html" }, {}, { name: "ServerFailure" }],
  ["503", 503, { "retry-after": "30" }, {}, { name: "ServerFailure", retryAfterMs: 30_000 }],
  ["401", 401, {}, { message: "Bad credentials" }, { name: "TransientFailure" }],
  [
    "403 without permission",
    403,
    {},
    { message: "Resource not accessible by integration" },
    { name: "PermanentFailure", code: "github_403" },
  ],
  ["404", 404, {}, { message: "Not Found" }, { name: "PermanentFailure", code: "github_404" }],
  ["410", 410, {}, { message: "Gone" }, { name: "PermanentFailure", code: "github_410" }],
  ["422", 422, {}, { message: "Invalid" }, { name: "PermanentFailure", code: "github_422" }],
];

test.each(FAILURES)(
  "%s becomes our failure, and the POST is not repeated",
  async (_what, status, headers, body, failure) => {
    // One interceptor answers once: a repeat would find none, and fail otherwise.
    nock(API).post(`${AT}/issues/12/comments`).reply(status, body, headers);
    await expect(connect().putComment(repository, comment)).rejects.toMatchObject(failure);
  },
);

test("an issue that was transferred meanwhile takes no comment, wherever GitHub leads to", async () => {
  const there = "/repositories/11/issues/3/comments";
  nock(API)
    .post(`${AT}/issues/12/comments`)
    .reply(301, {}, { location: `${API}${there}` });
  nock(API)
    .get(there)
    .reply(200, [{ id: 7 }]);
  await expect(connect().putComment(repository, comment)).rejects.toMatchObject({
    name: "PermanentFailure",
    code: "github_410",
  });
});

const issue = {
  id: 1200,
  number: 12,
  title: "Broken",
  state: "open",
  repository_url: `${API}${AT}`,
};
const gadgets = {
  id: 11,
  name: "gadgets",
  private: true,
  default_branch: "trunk",
  owner: { id: 1, login: "acme" },
};
const wanted = { issueId: 1200, issueNumber: 12 };

/** GitHub leads on to what is another issue by now. */
function leadsOn(): void {
  const there = "/repositories/11/issues/3";
  nock(API)
    .get(`${AT}/issues/12`)
    .reply(301, {}, { location: `${API}${there}` });
  nock(API)
    .get(there)
    .reply(200, {
      ...issue,
      id: 1300,
      number: 3,
      repository_url: `${API}/repos/acme/gadgets`,
    });
}

test("an issue that was transferred is followed to its new number, id and repository", async () => {
  leadsOn();
  nock(API).get(AT).reply(200, { id: 10 });
  nock(API).get("/repos/acme/gadgets").reply(200, gadgets);
  expect(await connect().movedIssue(repository, wanted)).toEqual({
    repository: {
      id: 11,
      ownerId: 1,
      owner: "acme",
      name: "gadgets",
      private: true,
      defaultBranch: "trunk",
    },
    thread: {
      repositoryId: 11,
      issueId: 1300,
      number: 3,
      title: "Broken",
      open: true,
      isPull: false,
    },
  });
});

test("one that is where it was has not moved; what is nowhere to be seen is nowhere else, either", async () => {
  nock(API).get(`${AT}/issues/12`).reply(200, issue);
  expect(await connect().movedIssue(repository, wanted)).toBeNull();
  for (const status of [404, 410]) {
    nock(API).get(`${AT}/issues/12`).reply(status, {});
    expect(await connect().movedIssue(repository, wanted)).toBeNull();
  }
});

test("another repository under our name is no place that an issue moved to", async () => {
  nock(API)
    .get(`${AT}/issues/12`)
    .reply(200, { ...issue, id: 9999 });
  nock(API).get(AT).reply(200, { id: 77 });
  await expect(connect().movedIssue(repository, wanted)).rejects.toMatchObject({
    name: "RenamedFailure",
  });
});

test("a connection that breaks is worth another try", async () => {
  nock(API).post(`${AT}/issues/12/comments`).replyWithError("ECONNRESET");
  await expect(connect().putComment(repository, comment)).rejects.toMatchObject({
    name: "TransientFailure",
    cause: { cause: { cause: { message: "ECONNRESET" } } },
  });
});

test("an answer that does not come is worth another try", async () => {
  const silent: typeof fetch = (_, init) =>
    new Promise((_resolve, reject) => {
      init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
    });
  const octokit = new ProbotOctokit({
    auth: { token: "t" },
    request: { fetch: silent },
    throttle: { enabled: false },
  });
  const github = createGitHub({
    octokitFor: async () => octokit,
    appId: 4242,
    log: SILENT,
    visitMsMax: 20,
  });
  await expect(github.putComment(repository, comment)).rejects.toMatchObject({
    name: "TransientFailure",
    message: expect.stringContaining("in time"),
  });
});

test("a client that waits for its turn too long gives up, and asks nothing later", async () => {
  let begin: (octokit: ProbotOctokit) => void = () => {};
  const late = new Promise<ProbotOctokit>((resolve) => {
    begin = resolve;
  });
  const github = createGitHub({
    octokitFor: () => late,
    appId: 4242,
    log: SILENT,
    visitMsMax: 20,
  });
  await expect(github.putComment(repository, comment)).rejects.toMatchObject({
    name: "TransientFailure",
  });
  const asked: string[] = [];
  const spy: typeof fetch = (_, init) => {
    init?.signal?.throwIfAborted();
    asked.push("asked");
    return Promise.resolve(new Response("{}"));
  };
  begin(
    new ProbotOctokit({
      auth: { token: "t" },
      request: { fetch: spy },
      throttle: { enabled: false },
    }),
  );
  await new Promise((resolve) => setImmediate(resolve));
  expect(asked).toEqual([]);
});

test("an answer that broke off is not taken for an answer", async () => {
  const half = '{"id": 1, "node_';
  const headers = { "content-type": "application/json" };
  nock(API).post(`${AT}/issues/12/comments`).reply(201, half, headers);
  await expect(connect().putComment(repository, comment)).rejects.toMatchObject({
    name: "ServerFailure",
  });
});

test("after an unclear create, what was written is found and nothing is written again", async () => {
  const since = Date.UTC(2027, 0, 1, 12);
  nock(API)
    .get(`${AT}/issues/12/comments`)
    .query({ since: "2026-12-31T11:00:00.000Z", per_page: 100, page: 1 })
    .reply(200, [
      { id: 5, node_id: "C5", body: comment.body, performed_via_github_app: null },
      { id: 6, node_id: "C6", body: comment.body, performed_via_github_app: { id: 999 } },
      { id: 7, node_id: "C7", body: "another", performed_via_github_app: { id: 4242 } },
      { id: 8, node_id: "C8", body: comment.body, performed_via_github_app: { id: 4242 } },
    ]);
  const found = await connect().putComment(repository, { ...comment, since });
  expect(found).toEqual({ commentId: 8, nodeId: "C8" });
});

test("a comment whose issue is gone is refused for good", async () => {
  nock(API).patch(`${AT}/issues/comments/8`).reply(410, { message: "This issue was deleted" });
  nock(API).post(`${AT}/issues/12/comments`).reply(410, { message: "This issue was deleted" });
  const put = connect().putComment(repository, { ...comment, commentId: 8 });
  await expect(put).rejects.toMatchObject({ name: "PermanentFailure", code: "github_410" });
});

const run = {
  sha: "a".repeat(40),
  name: "Whipround #12",
  externalId: "c1:one",
  title: "Merging releases $20",
  summary: "to @octo",
  conclusion: "neutral" as const,
  checkRunId: null,
  mayExist: true,
};

test("a check run is looked for among our App's runs by its external id, and made when it is not there", async () => {
  const { sha } = run;
  const runs = [
    { id: 1, external_id: "c1:one", app: { id: 999 }, started_at: "2027-01-01T12:00:00Z" },
    { id: 2, external_id: "c1:two", app: { id: 4242 }, started_at: "2027-01-01T12:00:00Z" },
  ];
  const query = { check_name: run.name, app_id: 4242, filter: "all", per_page: 100, page: 1 };
  nock(API)
    .get(`${AT}/commits/${sha}/check-runs`)
    .query(query)
    .reply(200, { total_count: 2, check_runs: runs });
  nock(API)
    .post(`${AT}/check-runs`, (body) => body.head_sha === sha && !("started_at" in body))
    .reply(201, { id: 3, started_at: "2027-01-01T12:00:05Z", completed_at: null });
  expect(await connect().putCheckRun(repository, run)).toEqual({
    checkRunId: 3,
    startedAt: Date.UTC(2027, 0, 1, 12, 0, 5),
  });
});

test("a check run that exists is edited and keeps its time", async () => {
  const { sha } = run;
  const started_at = "2027-01-01T12:00:00Z";
  nock(API)
    .get(`${AT}/commits/${sha}/check-runs`)
    .query(true)
    .reply(200, { check_runs: [{ id: 4, external_id: "c1:one", app: { id: 4242 }, started_at }] });
  nock(API)
    .patch(`${AT}/check-runs/4`, (body) => body.conclusion === "neutral" && !("started_at" in body))
    .reply(200, { id: 4, started_at, completed_at: "2027-01-01T13:00:00Z" });
  const { startedAt } = await connect().putCheckRun(repository, run);
  expect(startedAt).toBe(Date.UTC(2027, 0, 1, 12));
});

const MONA = { id: 8, login: "mona" };
const permission = `${AT}/collaborators/mona/permission`;
const all = { admin: true, maintain: true, push: true, triage: true, pull: true };

const ROLES: [what: string, status: number, body: object][] = [
  ["nobody", 404, { message: "mona is not a user" }],
  ["a person without flags", 200, { permission: "admin", role_name: "admin", user: null }],
  ["a bot, whatever its flags", 200, { user: { id: 8, type: "Bot", permissions: all } }],
  ["whoever took the login over", 200, { user: { id: 9, type: "User", permissions: all } }],
  ["a reader", 200, { user: { id: 8, type: "User", permissions: { pull: true } } }],
];

test.each(ROLES)("%s has no role", async (_what, status, body) => {
  nock(API).get(permission).reply(status, body);
  expect(await connect().roleOf(repository, MONA)).toEqual(NO_ROLE);
});

test("a custom role is judged by what it allows", async () => {
  const user = { id: 8, type: "User", permissions: { ...all, admin: false, maintain: false } };
  nock(API).get(permission).reply(200, { permission: "write", role_name: "release-captain", user });
  expect(await connect().roleOf(repository, MONA)).toEqual({
    admin: false,
    maintain: false,
    push: true,
    triage: true,
  });
});

test("a failing permission check is no answer, and no role either", async () => {
  nock(API).get(permission).reply(500, {});
  await expect(connect().roleOf(repository, MONA)).rejects.toMatchObject({
    name: "ServerFailure",
  });
});

const GRAPHQL: [what: string, error: object, failure: object][] = [
  ["a limit", { type: "RATE_LIMITED" }, { name: "TransientFailure", retryAfterMs: 60_000 }],
  ["a refusal", { type: "FORBIDDEN" }, { name: "PermanentFailure", code: "github_403" }],
  ["an error without a type", { message: "timeout" }, { name: "ServerFailure" }],
  [
    "an error of its own",
    { message: "Something went wrong while executing your query." },
    { name: "ServerFailure" },
  ],
  ["any other", { type: "SERVICE" }, { name: "PermanentFailure", code: "github_graphql" }],
];

test.each(GRAPHQL)(
  "GraphQL answers 200 with %s, and it is none the less",
  async (_what, error, failure) => {
    nock(API)
      .post("/graphql")
      .reply(200, { data: null, errors: [{ message: "no", ...error }] });
    await expect(connect().minimize(repository, "C8")).rejects.toMatchObject(failure);
  },
);

test("what GraphQL does not find needs no hiding, and closes nothing", async () => {
  const nothing = { data: null, errors: [{ type: "NOT_FOUND", message: "Could not resolve" }] };
  nock(API).post("/graphql").twice().reply(200, nothing);
  await connect().minimize(repository, "C8");
  expect(await connect().closingPull(repository, 12)).toBeNull();
});

test("a name that now belongs to another repository is no answer", async () => {
  nock(API)
    .post("/graphql")
    .reply(200, { data: { repository: { databaseId: 11, pullRequest: aPull() } } });
  await expect(connect().pull(repository, 3)).rejects.toMatchObject({ name: "RenamedFailure" });
  const data = { repository: { databaseId: 11, issue: null } };
  nock(API).post("/graphql").reply(200, { data });
  await expect(connect().closingPull(repository, 12)).rejects.toMatchObject({
    name: "RenamedFailure",
  });
});

function closedBy(closer: object | null): void {
  const issue = { closed: true, timelineItems: { nodes: [{ __typename: "ClosedEvent", closer }] } };
  nock(API)
    .post("/graphql")
    .reply(200, { data: { repository: { databaseId: 10, issue } } });
}

test("what another repository's pull request closed, no pull request here closed", async () => {
  closedBy({ __typename: "PullRequest", number: 3, repository: { databaseId: 11 } });
  expect(await connect().closingPull(repository, 12)).toBeNull();
  closedBy({ __typename: "ProjectV2" });
  expect(await connect().closingPull(repository, 12)).toBeNull();
});

test("a closing commit leads to the pull request that merged it into the default branch", async () => {
  const merged_at = "2027-01-01T12:00:00Z";
  const base = { ref: "main", repo: { id: 10 } };
  closedBy({ __typename: "Commit", oid: "c0ffee", repository: { databaseId: 10 } });
  nock(API)
    .get(`${AT}/commits/c0ffee/pulls`)
    .query(true)
    .reply(200, [
      { number: 3, merged_at: null, base, merge_commit_sha: "c0ffee" },
      { number: 4, merged_at, base: { ...base, ref: "next" }, merge_commit_sha: "x" },
      { number: 5, merged_at, base, merge_commit_sha: "x" },
      { number: 6, merged_at, base, merge_commit_sha: "c0ffee" },
    ]);
  expect(await connect().closingPull(repository, 12)).toBe(6);
});

interface Page {
  nodes: unknown[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

const page = (nodes: unknown[], endCursor: string | null = null, hasNextPage = false): Page => ({
  nodes,
  pageInfo: { hasNextPage, endCursor },
});

const aPull = (parts: object = {}): object => ({
  fullDatabaseId: "5000000001",
  number: 3,
  title: "Oil",
  body: "",
  state: "OPEN",
  author: { __typename: "User", login: "bob", databaseId: 7 },
  baseRefName: "main",
  headRefOid: "abc",
  mergedAt: null,
  mergedBy: null,
  updatedAt: "2027-01-01T12:00:00Z",
  closingIssuesReferences: page([]),
  commits: page([]),
  reviews: page([]),
  ...parts,
});

/** What GitHub answers to whoever asks for the pages after these. */
function answerPull(
  parts: object,
  from: { closes?: string; commits?: string; reviews?: string } = {},
): void {
  const { closes = null, commits = null, reviews = null } = from;
  nock(API)
    .post("/graphql", ({ variables }) => {
      expect(variables).toMatchObject({ owner: "acme", name: "widgets", number: 3 });
      return (
        variables.closes === closes &&
        variables.commits === commits &&
        variables.reviews === reviews
      );
    })
    .reply(200, { data: { repository: { databaseId: 10, pullRequest: aPull(parts) } } });
}

test.each([
  ["a person", { __typename: "User", login: "bob", databaseId: 7 }, { id: 7, login: "bob" }, false],
  ["a bot", { __typename: "Bot", login: "dep", databaseId: 8 }, { id: 8, login: "dep[bot]" }, true],
  ["an import", { __typename: "Mannequin", login: "m", databaseId: 9 }, { id: 9 }, true],
  ["a deleted account", null, { login: "ghost" }, true],
  ["whoever has no number", { __typename: "User", login: "x" }, { login: "ghost" }, true],
])("%s as the author of a pull request", async (_who, author, person, authorIsBot) => {
  answerPull({ author });
  expect(await connect().pull(repository, 3)).toMatchObject({
    pull: {
      id: 5_000_000_001,
      repositoryId: 10,
      author: person,
      authorIsBot,
      updatedAt: 1798804800000,
    },
    closes: [],
    commits: [],
    reviews: [],
  });
});

test("a merge by a bot is one by a bot, and by an account without a number nobody's", async () => {
  const merged = { state: "MERGED", mergedAt: "2027-01-01T12:00:00Z" };
  answerPull({ ...merged, mergedBy: { __typename: "Bot", login: "queue", databaseId: 8 } });
  answerPull({ ...merged, mergedBy: { __typename: "EnterpriseUserAccount", login: "ann" } });
  const mergedAt = 1_798_804_800_000;
  const byBot = { open: false, mergedAt, mergedBy: { id: 8, login: "queue[bot]" } };
  expect((await connect().pull(repository, 3))?.pull).toMatchObject(byBot);
  expect((await connect().pull(repository, 3))?.pull).toMatchObject({ mergedBy: null });
});

test("an answer that broke off, or has no number, is tried again", async () => {
  nock(API).post("/graphql").reply(200, { state: "open" });
  answerPull({ fullDatabaseId: null });
  const failure = { name: "ServerFailure" };
  await expect(connect().pull(repository, 3)).rejects.toMatchObject(failure);
  await expect(connect().pull(repository, 3)).rejects.toMatchObject(failure);
});

const closed = (number: number) => ({ number, repository: { databaseId: 10 } });
const commit = (oid: string) => ({
  commit: { oid, message: "x", parents: { totalCount: 1 }, authors: { nodes: [] } },
});
const review = (databaseId: number) => ({
  state: "APPROVED",
  author: { __typename: "User", login: `u${databaseId}`, databaseId },
  commit: null,
  submittedAt: null,
});

test("closing references, commits and reviews are read to their last pages", async () => {
  answerPull({
    closingIssuesReferences: page([closed(12)], "c1", true),
    commits: page([commit("a")], "m1", true),
    reviews: page([review(1)], "r1"),
  });
  answerPull(
    {
      title: "another title meanwhile",
      closingIssuesReferences: page([closed(13), null], "c2"),
      commits: page([commit("b")], "m2", true),
      reviews: page([]),
    },
    { closes: "c1", commits: "m1", reviews: "r1" },
  );
  answerPull(
    {
      closingIssuesReferences: page([]),
      commits: page([commit("c")], "m3"),
      reviews: page([review(2)], "r2"),
    },
    { closes: "c2", commits: "m2", reviews: "r1" },
  );
  const read = await connect().pull(repository, 3);
  expect(read?.pull.title).toBe("Oil");
  expect(read?.closes.map(({ issueNumber }) => issueNumber)).toEqual([12, 13]);
  expect(read?.commits.map(({ sha }) => sha)).toEqual(["a", "b", "c"]);
  expect(read?.reviews.map(({ by }) => by.id)).toEqual([1, 2]);
});

test("a pull request that changes between two pages is read anew", async () => {
  answerPull({ commits: page([commit("a")], "m1", true) });
  answerPull({ commits: page([commit("b")], "m2"), headRefOid: "def" }, { commits: "m1" });
  await expect(connect().pull(repository, 3)).rejects.toMatchObject({ name: "TransientFailure" });
});

test("a list that has more and does not say where is through", async () => {
  answerPull({ commits: page([commit("a")], null, true) });
  expect((await connect().pull(repository, 3))?.commits).toHaveLength(1);
});

test("a pull request that GitHub does not find is none, and what closes nothing of ours closes nothing", async () => {
  const path = ["repository", "pullRequest"];
  const errors = [{ type: "NOT_FOUND", message: "Could not resolve", path }];
  nock(API)
    .post("/graphql")
    .reply(200, { data: { repository: null }, errors });
  expect(await connect().pull(repository, 3)).toBeNull();
  answerPull({
    closingIssuesReferences: page([{ number: 12, repository: { databaseId: null } }]),
  });
  expect((await connect().pull(repository, 3))?.closes).toEqual([]);
});

test("the last word of each person counts, by its time; bots and whoever has no number have none", async () => {
  const said = (author: object | null, state: string, submittedAt: string | null) => ({
    state,
    author,
    commit: { oid: "abc" },
    submittedAt,
  });
  const ann = { __typename: "User", login: "ann", databaseId: 1 };
  const bob = { __typename: "User", login: "bob", databaseId: 2 };
  const cat = { __typename: "User", login: "cat", databaseId: 3 };
  answerPull({
    reviews: page([
      said(ann, "CHANGES_REQUESTED", "2027-01-03T00:00:00Z"),
      said(ann, "APPROVED", "2027-01-02T00:00:00Z"),
      said(bob, "APPROVED", "2027-01-01T00:00:00Z"),
      said(cat, "APPROVED", "2027-01-01T00:00:00Z"),
      said(cat, "DISMISSED", "2027-01-02T00:00:00Z"),
      said({ __typename: "Bot", login: "dep", databaseId: 8 }, "APPROVED", "2027-01-04T00:00:00Z"),
      said({ __typename: "Mannequin", login: "m", databaseId: 9 }, "APPROVED", null),
      said({ __typename: "User", login: "x", databaseId: null }, "APPROVED", null),
      said(null, "APPROVED", null),
    ]),
  });
  expect((await connect().pull(repository, 3))?.reviews).toEqual([
    { by: { id: 2, login: "bob" }, verdict: "approved", headSha: "abc", at: 1798761600000 },
    {
      by: { id: 1, login: "ann" },
      verdict: "changes requested",
      headSha: "abc",
      at: 1798934400000,
    },
  ]);
});

test("of more than 250 commits the first are read", async () => {
  for (let at = 0; at < 5; at += 1) {
    const commits = page(
      Array.from({ length: 51 }, (_, i) => commit(`${at}-${i}`)),
      `m${at}`,
      true,
    );
    answerPull({ commits }, at === 0 ? {} : { commits: `m${at - 1}` });
  }
  const read = await connect().pull(repository, 3);
  expect(read?.commits).toHaveLength(250);
  expect(read?.commits[249]?.sha).toBe("4-45");
});

test("an installation that is gone says nothing about the comment", async () => {
  const url = `${API}/app/installations/900/access_tokens`;
  const gone = Object.assign(new Error("Not Found"), {
    status: 404,
    response: { url, headers: {} },
  });
  const github = createGitHub({
    octokitFor: () => Promise.reject(gone),
    appId: 4242,
    log: SILENT,
  });
  const failure = { name: "PermanentFailure", code: "github_installation" };
  await expect(github.roleOf(repository, MONA)).rejects.toMatchObject(failure);
  await expect(github.policyFile(repository, null)).rejects.toMatchObject(failure);
});

test("a bug of ours stays a bug", async () => {
  const github = createGitHub({
    octokitFor: () => Promise.reject(new TypeError("x is not a function")),
    appId: 4242,
    log: SILENT,
  });
  await expect(github.roleOf(repository, MONA)).rejects.toBeInstanceOf(TypeError);
});
