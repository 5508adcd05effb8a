// What a merge releases: only what was noticed before it, for the issue it solves, by somebody who may.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { Person } from "../../sandbox/github/act.ts";
import { cardOn, paidBounty, repliesOn, runTitles, say } from "./talk.ts";
import { createWorld, REPOSITORY, type World } from "./world.ts";

let world: World;
let maintainer: Person;
let contributor: Person;
beforeEach(async () => {
  world = await createWorld();
  maintainer = world.town.github.act("maintainer");
  contributor = world.town.github.act("contributor");
});
afterEach(() => world.close());

const AWARDED = "Awarded to contributor for #";
const WAITS = "$100.00 is paid in for #";

async function merge(number: number, by: Person = maintainer): Promise<void> {
  await by.merge(number);
  await world.settle();
}

/** Nothing is released; exactly one reply on the pull request says why and how to go on. */
function expectWaiting(issue: number, pullNumber: number, why: string): void {
  expect(cardOn(world, issue)).toContain("### Bounty: $100.00 of $200.00 paid in");
  expect(cardOn(world, issue)).toContain("waits for a maintainer's `/release`");
  expect(repliesOn(world, pullNumber)).toEqual([expect.stringContaining(WAITS)]);
  expect(repliesOn(world, pullNumber)[0]).toContain(why);
  expect(repliesOn(world, pullNumber)[0]).toContain("`/release`");
}

test("what a merge awarded is not looked into again when the issue is told to be closed", async () => {
  const issue = await paidBounty(world);
  const pull = await contributor.openPull({ body: `Fixes #${issue}` });
  await world.settle();
  const read = (): number => world.calls("POST /api/graphql query pull").length;
  const before = read();
  await merge(pull.number);
  expect(cardOn(world, issue)).toContain(`${AWARDED}${pull.number}`);
  expect(read()).toBe(before + 1);
});

test("merged into another branch nothing is released, and nobody is bothered", async () => {
  const issue = await paidBounty(world);
  const main = await maintainer.request("GET", `/repos/${REPOSITORY}/commits/main`);
  const { sha } = main.body as { sha: string };
  const refs = `/repos/${REPOSITORY}/git/refs`;
  await maintainer.request("POST", refs, { ref: "refs/heads/next", sha });
  const pull = await contributor.openPull({ body: `Fixes #${issue}`, base: "next" });
  await world.settle();
  expect(runTitles(world, pull.head.sha)).toEqual([]);
  await merge(pull.number);
  expect(repliesOn(world, pull.number)).toEqual([]);

  const claimed = await contributor.openPull({ body: `/claim #${issue}`, base: "next" });
  await world.settle();
  expect(runTitles(world, claimed.head.sha)).toEqual([
    "Merging releases nothing by itself: this is not the default branch",
  ]);
  await merge(claimed.number);
  expectWaiting(issue, claimed.number, "It was not merged into the default branch.");
  expect((await say(world, "maintainer", claimed.number, "/release")).reactions).toEqual([
    "rocket",
  ]);
  expect(cardOn(world, issue)).toContain(`${AWARDED}${claimed.number}`);
});

test("a claim made in time releases; one made after the merge lets a maintainer release", async () => {
  const first = await paidBounty(world);
  const pull = await contributor.openPull({ title: "No keyword" });
  await world.settle();
  await say(world, "contributor", pull.number, `/claim #${first}`);
  await merge(pull.number);
  expect(cardOn(world, first)).toContain(`${AWARDED}${pull.number}`);

  const second = await paidBounty(world);
  const late = await contributor.openPull({ title: "No keyword" });
  await world.settle();
  await merge(late.number);
  expect(cardOn(world, second)).toContain("### Bounty: $100.00 of $200.00 paid in");
  expect((await say(world, "contributor", late.number, `/claim #${second}`)).reactions).toEqual([
    "rocket",
  ]);
  expect(cardOn(world, second)).toContain("### Bounty: $100.00 of $200.00 paid in");
  expect((await say(world, "contributor", late.number, "/release")).reactions).toEqual([
    "confused",
  ]);
  expect((await say(world, "maintainer", late.number, "/release")).reactions).toEqual(["rocket"]);
  expect(cardOn(world, second)).toContain(`${AWARDED}${late.number}`);
});

test("merged in the second it was opened: one reply says what waits, and `/release` pays", async () => {
  const issue = await paidBounty(world);
  const pull = await contributor.openPull({ body: `Fixes #${issue}` });
  await merge(pull.number);
  expectWaiting(issue, pull.number, "was not on the pull request before the merge");
  expect(repliesOn(world, pull.number)[0]).toContain("@maintainer: $100.00 is paid in");

  expect((await say(world, "stranger", issue, "/release")).reactions).toEqual(["confused"]);
  expect((await say(world, "maintainer", issue, "/release")).reactions).toEqual(["rocket"]);
  expect(cardOn(world, issue)).toContain(`${AWARDED}${pull.number}`);
  const reply = world.town.github.comments(REPOSITORY, pull.number)[0];
  expect(reply?.minimizedReason?.toLowerCase()).toBe("resolved");
  expect((await say(world, "maintainer", issue, "/release")).replies).toEqual([
    expect.stringContaining("already awarded"),
  ]);
});

test("merged seconds after the notice stands it releases; in the notice's own second it does not", async () => {
  const issue = await paidBounty(world);
  const pull = await contributor.openPull({ body: `Fixes #${issue}` });
  await world.pass(0);
  expect(runTitles(world, pull.head.sha)).toHaveLength(1);
  await merge(pull.number);
  expectWaiting(issue, pull.number, "was not on the pull request before the merge");

  const other = await paidBounty(world);
  const next = await contributor.openPull({ body: `Fixes #${other}` });
  await world.pass(2_000);
  await merge(next.number);
  expect(cardOn(world, other)).toContain(`${AWARDED}${next.number}`);
});

test("nobody is paid for a bot's work until people are named and noticed", async () => {
  world.town.github.setRole(REPOSITORY, "machine[bot]", "write");
  const machine = world.town.github.act("machine[bot]");
  const issue = await paidBounty(world);
  const pull = await machine.openPull({ body: `Fixes #${issue}`, fork: false });
  await world.settle();
  expect(runTitles(world, pull.head.sha)).toEqual([
    "Merging releases nothing yet: nobody is named to be paid",
  ]);
  await merge(pull.number);
  expectWaiting(issue, pull.number, "Its author is a bot, and nobody else is named to be paid.");
  expect((await say(world, "maintainer", pull.number, "/release")).replies).toEqual([
    expect.stringContaining("Nobody can be paid for this pull request yet"),
  ]);
  await say(world, "maintainer", pull.number, "/split @contributor 100");
  await say(world, "maintainer", pull.number, "/release");
  expect(cardOn(world, issue)).toContain(`${AWARDED}${pull.number}`);

  const other = await paidBounty(world);
  const next = await machine.openPull({ body: `Fixes #${other}`, fork: false });
  await world.settle();
  await say(world, "maintainer", other, "/split @contributor 100");
  expect(runTitles(world, next.head.sha).at(-1)).toBe("Merging releases $100.00 to @contributor");
  await merge(next.number);
  expect(cardOn(world, other)).toContain(`${AWARDED}${next.number}`);
});

test("closed by the words of a squashed commit: the pull request that brought it waits for `/release`", async () => {
  const issue = await paidBounty(world);
  const pull = await contributor.openPull({ commit: { message: "Do it" } });
  await world.settle();
  await maintainer.merge(pull.number, { method: "squash", message: `Closes #${issue}` });
  await world.settle();
  expectWaiting(issue, pull.number, "was not on the pull request before the merge");
  expect(cardOn(world, issue)).toContain(`#${pull.number} is merged and waits`);
  expect((await say(world, "maintainer", pull.number, "/release")).reactions).toEqual(["rocket"]);
  expect(cardOn(world, issue)).toContain(`${AWARDED}${pull.number}`);
});

test("a bot may merge what a maintainer approved as it is, and nothing else", async () => {
  const { github } = world.town;
  github.setRole(REPOSITORY, "machine[bot]", "write");
  github.setRole(REPOSITORY, "backer", "read");
  const machine = github.act("machine[bot]");
  const open = async () => {
    const issue = await paidBounty(world);
    const pull = await contributor.openPull({ body: `Fixes #${issue}` });
    await world.settle();
    return { issue, number: pull.number };
  };
  const why = "No person with the role that the policy asks for merged it, or approved";

  const unapproved = await open();
  await github.act("backer").review(unapproved.number);
  await machine.review(unapproved.number);
  await merge(unapproved.number, machine);
  expectWaiting(unapproved.issue, unapproved.number, why);
  expect(repliesOn(world, unapproved.number)[0]).not.toContain("@machine");

  const outdated = await open();
  await maintainer.review(outdated.number);
  await contributor.pushCommit(outdated.number);
  await merge(outdated.number, machine);
  expectWaiting(outdated.issue, outdated.number, why);

  const withdrawn = await open();
  await maintainer.review(withdrawn.number);
  await maintainer.review(withdrawn.number, "REQUEST_CHANGES");
  await merge(withdrawn.number, machine);
  expectWaiting(withdrawn.issue, withdrawn.number, why);

  const approved = await open();
  await maintainer.review(approved.number);
  await maintainer.review(approved.number, "COMMENT");
  await merge(approved.number, machine);
  expect(cardOn(world, approved.issue)).toContain(`${AWARDED}${approved.number}`);
});

test("an author with the role may merge their own, and cannot approve it for a bot to merge", async () => {
  const { github } = world.town;
  github.setRole(REPOSITORY, "contributor", "write");
  github.setRole(REPOSITORY, "machine[bot]", "write");
  const issue = await paidBounty(world);
  const pull = await contributor.openPull({ body: `Fixes #${issue}` });
  await world.settle();
  await expect(contributor.review(pull.number)).rejects.toThrow("Can not approve your own");
  await contributor.review(pull.number, "COMMENT", "I like it");
  await merge(pull.number, github.act("machine[bot]"));
  expectWaiting(issue, pull.number, "No person with the role");

  const other = await paidBounty(world);
  const own = await contributor.openPull({ body: `Fixes #${other}` });
  await world.settle();
  await merge(own.number, contributor);
  expect(cardOn(world, other)).toContain(`${AWARDED}${own.number}`);
});
