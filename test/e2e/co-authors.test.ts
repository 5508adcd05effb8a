// Who did the work: the author, and whom the author names. Everybody sees it before the merge.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { Person } from "../../sandbox/github/act.ts";
import { cardOn, paidBounty, repliesOn, runTitles, say } from "./talk.ts";
import { balanceOf, connect, createWorld, REPOSITORY, type World } from "./world.ts";

let world: World;
let contributor: Person;
beforeEach(async () => {
  world = await createWorld();
  contributor = world.town.github.act("contributor");
});
afterEach(() => world.close());

async function merge(number: number): Promise<void> {
  await world.town.github.act("maintainer").merge(number);
  await world.settle();
}

function notice(number: number): string {
  const { head } = world.town.github.pull(REPOSITORY, number);
  return runTitles(world, head.sha).at(-1) ?? "";
}

test("the author and a co-author are named before the merge and paid alike after it", async () => {
  const issue = await paidBounty(world);
  const pull = await contributor.openPull({
    body: `Fixes #${issue}`,
    commit: { message: "Oil it", coAuthors: ["stranger", "contributor"] },
  });
  await world.settle();
  expect(notice(pull.number)).toBe("Merging releases $100.00 to @contributor 50 %, @stranger 50 %");
  await merge(pull.number);
  expect(cardOn(world, issue)).toContain(
    `Awarded to contributor 50 %, stranger 50 % for #${pull.number}.`,
  );
  const [author, coAuthor] = [
    await connect(world, "contributor"),
    await connect(world, "stranger"),
  ];
  await world.settle();
  // $100.00 less Stripe's $3.20: the odd cent, were there one, is the author's.
  expect([balanceOf(world, author), balanceOf(world, coAuthor)]).toEqual([4840, 4840]);
});

test("nobody names themselves: a commit that another pushed gives no share, nor does a bot's", async () => {
  const { github } = world.town;
  const issue = await paidBounty(world);
  const pull = await contributor.openPull({
    body: `Fixes #${issue}`,
    commit: { message: "Oil it", coAuthors: ["machine[bot]"] },
  });
  const { id } = github.user("stranger");
  const author = { name: "Sam", email: `${id}+stranger@users.noreply.github.com` };
  await contributor.pushCommit(pull.number, {
    message: "Me too",
    author,
    coAuthors: ["backer"],
  });
  await world.settle();
  expect(notice(pull.number)).toBe("Merging releases $100.00 to @contributor");
  await merge(pull.number);
  expect(cardOn(world, issue)).toContain(`Awarded to contributor for #${pull.number}.`);
});

test("named too late for the notice: the merge waits, and `/release` pays both", async () => {
  const issue = await paidBounty(world);
  const pull = await contributor.openPull({ body: `Fixes #${issue}` });
  await world.settle();
  expect(notice(pull.number)).toBe("Merging releases $100.00 to @contributor");
  await contributor.pushCommit(pull.number, { message: "More", coAuthors: ["stranger"] });
  await merge(pull.number);
  expect(repliesOn(world, pull.number)[0]).toContain(
    "The notice on the pull request named other people or other shares.",
  );
  expect(repliesOn(world, pull.number)[0]).toContain("@contributor 50 %, @stranger 50 %");
  await say(world, "maintainer", pull.number, "/release");
  expect(cardOn(world, issue)).toContain("Awarded to contributor 50 %, stranger 50 %");
});

test("the policy turns it off and on, and the notice follows; a split is the last word", async () => {
  const issue = await paidBounty(world);
  const pull = await contributor.openPull({
    body: `Fixes #${issue}`,
    commit: { message: "Oil it", coAuthors: ["stranger"] },
  });
  await world.settle();
  const maintainer = world.town.github.act("maintainer");
  await maintainer.putFile(".github/whipround.yml", "co_authors: false\n");
  await world.settle();
  expect(notice(pull.number)).toBe("Merging releases $100.00 to @contributor");
  expect(cardOn(world, issue)).toContain("What is paid in goes to the pull request's author when");
  await say(world, "maintainer", issue, "/split @stranger 80 @contributor 20");
  expect(notice(pull.number)).toBe("Merging releases $100.00 to @stranger 80 %, @contributor 20 %");
  await merge(pull.number);
  expect(cardOn(world, issue)).toContain("Awarded to stranger 80 %, contributor 20 %");
});
