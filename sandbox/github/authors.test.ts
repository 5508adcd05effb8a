import { describe, expect, test } from "@jest/globals";
import { createRig, type Rig } from "./rig.ts";

interface Author {
  name: string;
  email: string;
  user: { databaseId: number; login: string } | null;
}

const fields = "name email user { databaseId login }";

/** The authors of each commit of a pull request, as GraphQL tells them. */
async function authorsOf(rig: Rig, number: number): Promise<Author[][]> {
  const auth = `Bearer ${await rig.installationToken()}`;
  const query = `query($n: Int!) { repository(owner: "acme", name: "widgets") { pullRequest(number: $n) { commits(first: 100) { nodes { commit { authors(first: 10) { nodes { ${fields} } } } } } } } }`;
  const { body } = await rig.call("POST", "/graphql", {
    auth,
    body: { query, variables: { n: number } },
  });
  const { nodes } = body.data.repository.pullRequest.commits;
  return nodes.map((one: { commit: { authors: { nodes: Author[] } } }) => one.commit.authors.nodes);
}

async function commitOf(rig: Rig, sha: string) {
  const auth = `Bearer ${await rig.installationToken()}`;
  return (await rig.call("GET", `/repos/acme/widgets/commits/${sha}`, { auth })).body;
}

function logins(authors: Author[][]) {
  return authors.map((commit) => commit.map(({ user, name }) => user?.login ?? name));
}

const noreply = ({ id, login }: { id: number; login: string }) =>
  `${id}+${login}@users.noreply.github.com`;

test("a commit's authors are git's own, then those of its trailers, nobody twice", async () => {
  const rig = createRig();
  const { sandbox } = rig;
  const backer = sandbox.user("backer");
  const pull = await sandbox.act("contributor").openPull({
    commit: { message: "Oil", coAuthors: ["backer", "contributor", "backer"] },
  });
  await sandbox.act("contributor").pushCommit(pull.number);
  const authors = await authorsOf(rig, pull.number);
  expect(logins(authors)).toEqual([["contributor", "backer"], ["contributor"]]);
  expect(authors[0]?.[1]).toEqual({
    name: "Benno Backer",
    email: noreply(backer),
    user: { databaseId: backer.id, login: "backer" },
  });
});

test("REST shows the trailers in the message and no more", async () => {
  const rig = createRig();
  const { number } = await rig.sandbox
    .act("contributor")
    .openPull({ commit: { message: "Oil", coAuthors: ["backer"] } });
  const auth = `Bearer ${await rig.installationToken()}`;
  const { body } = await rig.call("GET", `/repos/acme/widgets/pulls/${number}/commits`, { auth });
  const { id } = rig.sandbox.user("backer");
  expect(body).toHaveLength(1);
  expect(body[0].author.login).toBe("contributor");
  expect(body[0].commit.message).toBe(
    `Oil\n\nCo-authored-by: Benno Backer <${id}+backer@users.noreply.github.com>`,
  );
});

describe("an address belongs to", () => {
  const cases: [string, (rig: Rig) => string, string | null][] = [
    ["the number in it", ({ sandbox }) => noreply(sandbox.user("backer")), "backer"],
    [
      "the number in it, whatever the login became",
      ({ sandbox }) => {
        const email = noreply(sandbox.user("backer"));
        sandbox.renameUser("backer", "benno");
        sandbox.addUser({ login: "backer" });
        return email;
      },
      "benno",
    ],
    ["nobody without a number", () => "backer@users.noreply.github.com", null],
    ["an old account without a number", () => "elder@users.noreply.github.com", "elder"],
    ["who confirmed it", () => "Own@Example.org", "owner-of-mail"],
    ["nobody who confirmed it", () => "nobody@example.org", null],
  ];
  test.each(cases)("%s", async (_, emailIn, login) => {
    const rig = createRig();
    const { sandbox } = rig;
    sandbox.addUser({ login: "elder", createdAt: "2010-01-01T00:00:00Z" });
    sandbox.addUser({ login: "owner-of-mail", email: "own@example.org" });
    const message = `Oil\n\nco-authored-by: Somebody <${emailIn(rig)}>`;
    const pull = await sandbox.act("contributor").openPull({ commit: { message } });
    expect((await authorsOf(rig, pull.number))[0]?.[1]?.user?.login ?? null).toBe(login);
  });
});

test("only the last paragraph is read for trailers", async () => {
  const rig = createRig();
  const message = "Oil\n\nCo-authored-by: Benno <b@example.org>\n\nThat was a quotation.";
  const pull = await rig.sandbox.act("contributor").openPull({ commit: { message } });
  expect(logins(await authorsOf(rig, pull.number))).toEqual([["contributor"]]);
});

test("a squash keeps everybody in trailers, and is committed by GitHub itself", async () => {
  const rig = createRig();
  const { sandbox } = rig;
  const contributor = sandbox.act("contributor");
  const [backer, stranger] = [sandbox.user("backer"), sandbox.user("stranger")];
  const pull = await contributor.openPull({
    title: "Oil",
    commit: { message: "One", coAuthors: ["backer"] },
  });
  const author = { name: "Sam", email: noreply(stranger) };
  await contributor.pushCommit(pull.number, { message: "Two", author });
  const sha = await sandbox.act("maintainer").merge(pull.number, { method: "squash" });
  const commit = await commitOf(rig, sha);
  expect(commit.commit.message).toBe(
    [
      `Oil (#${pull.number})`,
      `* One\n\nCo-authored-by: Benno Backer <${noreply(backer)}>`,
      "* Two",
      "---------",
      `Co-authored-by: Benno Backer <${noreply(backer)}>\nCo-authored-by: Sam <${noreply(stranger)}>`,
    ].join("\n\n"),
  );
  expect([commit.author.login, commit.committer.login]).toEqual(["contributor", "web-flow"]);
  expect(commit.committer.type).toBe("User");
});

test("a merge commit is the merger's, committed by GitHub; a rebased one is the author's, committed by the merger", async () => {
  const rig = createRig();
  const who = async (method: "merge" | "rebase") => {
    const { number } = await rig.sandbox.act("contributor").openPull();
    const sha = await rig.sandbox.act("maintainer").merge(number, { method });
    const { author, committer } = await commitOf(rig, sha);
    return [author.login, committer.login];
  };
  expect(await who("merge")).toEqual(["maintainer", "web-flow"]);
  expect(await who("rebase")).toEqual(["contributor", "maintainer"]);
});

test("GraphQL knows no user for GitHub itself, nor for a bot", async () => {
  const rig = createRig();
  const { sandbox } = rig;
  const bot = sandbox.user("machine[bot]");
  const author = { name: "machine[bot]", email: noreply(bot) };
  const pull = await sandbox.act("contributor").openPull({ commit: { author } });
  expect((await authorsOf(rig, pull.number))[0]?.[0]).toMatchObject({
    name: "machine[bot]",
    user: null,
  });
  const sha = await sandbox.act("maintainer").merge(pull.number);
  const auth = `Bearer ${await rig.installationToken()}`;
  const query = `query { repository(owner: "acme", name: "widgets") { defaultBranchRef { target { oid ... on Commit { committedViaWeb committer { ${fields} } } } } } }`;
  const { body } = await rig.call("POST", "/graphql", { auth, body: { query } });
  expect(body.data.repository.defaultBranchRef.target).toEqual({
    oid: sha,
    committedViaWeb: true,
    committer: { name: "GitHub", email: "noreply@github.com", user: null },
  });
});
