// Review can be paid, an award can wait some days, and what a bot merges rests on a person who was shown it.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { Person } from "../../sandbox/github/act.ts";
import { cardOn, paidBounty, repliesOn, runTitles, say } from "./talk.ts";
import { balanceOf, connect, createWorld, DAY, REPOSITORY, type World } from "./world.ts";

let world: World;
let maintainer: Person;
let contributor: Person;
beforeEach(async () => {
  world = await createWorld();
  maintainer = world.town.github.act("maintainer");
  contributor = world.town.github.act("contributor");
});
afterEach(() => world.close());

async function policy(text: string): Promise<void> {
  await maintainer.putFile(".github/whipround.yml", text);
  await world.settle();
}

function notice(number: number): string {
  const { head } = world.town.github.pull(REPOSITORY, number);
  return runTitles(world, head.sha).at(-1) ?? "";
}

async function open(): Promise<{ issue: number; number: number }> {
  const issue = await paidBounty(world);
  const { number } = await contributor.openPull({ body: `Fixes #${issue}` });
  await world.settle();
  return { issue, number };
}

test("reviewers with the role share a tenth; a stranger's review and a comment earn nothing", async () => {
  const { github } = world.town;
  github.setRole(REPOSITORY, "backer", "write");
  await policy("review_share: 10%\n");
  const { issue, number } = await open();
  expect(notice(number)).toBe("Merging releases $100.00 to @contributor");
  expect(cardOn(world, issue)).toContain("author and co-authors (10 % to its reviewers)");

  await github.act("stranger").review(number);
  await maintainer.review(number, "COMMENT", "Hm.");
  await world.settle();
  expect(notice(number)).toBe("Merging releases $100.00 to @contributor");

  const { id } = await github.act("backer").review(number, "REQUEST_CHANGES", "Oil it more.");
  await world.settle();
  await maintainer.review(number);
  await world.settle();
  const both = "@contributor 90 %, @backer 5 %, @maintainer 5 %";
  expect(notice(number)).toBe(`Merging releases $100.00 to ${both}`);
  await maintainer.dismissReview(number, id);
  await world.settle();
  expect(notice(number)).toBe("Merging releases $100.00 to @contributor 90 %, @maintainer 10 %");

  await maintainer.merge(number);
  await world.settle();
  expect(cardOn(world, issue)).toContain("Awarded to contributor 90 %, maintainer 10 %");
  const accounts = [await connect(world, "contributor"), await connect(world, "maintainer")];
  await world.settle();
  // Of $96.80 net.
  expect(accounts.map((account) => balanceOf(world, account))).toEqual([8712, 968]);
});

test("approved and merged in one go: what the notice named is paid, and nobody has to release it", async () => {
  await policy("review_share: 10%\n");
  const { issue, number } = await open();
  await maintainer.review(number);
  await maintainer.merge(number);
  await world.settle();
  expect(cardOn(world, issue)).toContain(`Awarded to contributor for #${number}.`);
  expect(repliesOn(world, number)).toEqual([expect.stringContaining("Connect a Stripe account")]);
});

test("a bot's merge needs an approval that came after the notice", async () => {
  const { github } = world.town;
  github.setRole(REPOSITORY, "machine[bot]", "write");
  const machine = github.act("machine[bot]");
  const issue = await paidBounty(world);
  const { number } = await contributor.openPull({ title: "No keyword" });
  await world.settle();
  await maintainer.review(number);
  await say(world, "contributor", number, `/claim #${issue}`);
  expect(notice(number)).toBe("Merging releases $100.00 to @contributor");
  await machine.merge(number);
  await world.settle();
  expect(cardOn(world, issue)).toContain("waits for a maintainer's `/release`");
  expect(repliesOn(world, number)).toEqual([
    expect.stringContaining("It was approved before the notice said who is paid"),
  ]);

  const later = await open();
  await maintainer.review(later.number);
  await world.settle();
  await machine.merge(later.number);
  await world.settle();
  expect(cardOn(world, later.issue)).toContain(`Awarded to contributor for #${later.number}.`);
});

test("an award waits the policy's days; a hold in them stops it, and `/release` lets it go", async () => {
  await policy("hold_days: 3\n");
  const { issue, number } = await open();
  expect(cardOn(world, issue)).toContain("Payouts leave 3 days after the award.");
  await maintainer.merge(number);
  await world.settle();
  const account = await connect(world, "contributor");
  await world.pass(2 * DAY);
  expect(balanceOf(world, account)).toBe(0);
  // The award keeps the days it was made with.
  await policy("hold_days: 0\n");
  expect(balanceOf(world, account)).toBe(0);
  await say(world, "maintainer", issue, "/hold wait for the release");
  await world.pass(2 * DAY);
  expect(balanceOf(world, account)).toBe(0);
  await say(world, "maintainer", issue, "/release");
  await world.settle();
  expect(balanceOf(world, account)).toBe(9680);
});
