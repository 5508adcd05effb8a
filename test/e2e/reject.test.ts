// After the merge: claims declined, awards taken back before anything left, reverts, and what only the card says.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { Person } from "../../sandbox/github/act.ts";
import { strike } from "./money.ts";
import { cardOn, paidBounty, repliesOn, runTitles, say } from "./talk.ts";
import {
  balanceOf,
  connect,
  createWorld,
  DAY,
  pledge,
  pledgeAndPay,
  REPOSITORY,
  sessionOf,
  signIn,
  type World,
} from "./world.ts";

let world: World;
let maintainer: Person;
let contributor: Person;
beforeEach(async () => {
  world = await createWorld();
  maintainer = world.town.github.act("maintainer");
  contributor = world.town.github.act("contributor");
});
afterEach(() => world.close());

async function open(issue: number): Promise<number> {
  const { number } = await contributor.openPull({ body: `Fixes #${issue}` });
  await world.settle();
  return number;
}

async function merge(number: number): Promise<void> {
  await maintainer.merge(number);
  await world.settle();
}

function notice(number: number): string {
  const { head } = world.town.github.pull(REPOSITORY, number);
  return runTitles(world, head.sha).at(-1) ?? "";
}

test("a declined claim releases nothing when it is merged; another pull request still does", async () => {
  const issue = await paidBounty(world);
  const number = await open(issue);
  expect((await say(world, "stranger", number, "/reject mine is better")).reactions).toEqual([
    "confused",
  ]);
  expect(await say(world, "maintainer", number, "/reject it breaks @everybody")).toMatchObject({
    reactions: ["rocket"],
    replies: [expect.stringContaining("@contributor: A maintainer declined")],
  });
  expect(notice(number)).toBe("Merging releases nothing: a maintainer declined this claim");
  expect(cardOn(world, issue)).not.toContain(`#${number}`);
  await contributor.pushCommit(number);
  await world.settle();
  expect(notice(number)).toBe("Merging releases nothing: a maintainer declined this claim");
  expect((await say(world, "contributor", number, `/claim #${issue}`)).replies).toEqual([
    expect.stringContaining("A maintainer declined this pull request's claim."),
  ]);
  await merge(number);
  expect(cardOn(world, issue)).toContain("### Bounty: $100.00 of $200.00 paid in");

  const other = await open(issue);
  await merge(other);
  expect(cardOn(world, issue)).toContain(`Awarded to contributor for #${other}.`);
});

test("an award is taken back before its payout, and made for another pull request", async () => {
  const issue = await paidBounty(world);
  const number = await open(issue);
  await merge(number);
  expect(cardOn(world, issue)).toContain(`Awarded to contributor for #${number}.`);
  expect((await say(world, "maintainer", issue, "/reject it was copied")).reactions).toEqual([
    "rocket",
  ]);
  const card = cardOn(world, issue);
  expect(card).toContain("### Bounty: $100.00 of $200.00 paid in");
  expect(card).not.toContain("Awarded");
  expect(card).not.toContain("On hold");
  const stranger = world.town.github.act("stranger");
  await maintainer.reopen(issue);
  const { number: better } = await stranger.openPull({ body: `Fixes #${issue}` });
  await world.settle();
  await merge(better);
  expect(cardOn(world, issue)).toContain(`Awarded to stranger for #${better}.`);
  const account = await connect(world, "stranger");
  await world.settle();
  expect(balanceOf(world, account)).toBe(9680);
  const visitor = await world.visitor().get(`${world.places.app}/gh/${REPOSITORY}/issues/${issue}`);
  expect(visitor.text).toContain("stranger");
  expect((await say(world, "maintainer", better, "/reject too late")).reactions).toEqual([
    "confused",
  ]);
});

test("a bank takes the money between the award and /reject: won, it is the next award's alone", async () => {
  const issue = await paidBounty(world);
  await merge(await open(issue));
  const { id } = world.town.stripe.dispute(world.town.stripe.charges()[0]?.id ?? "");
  await world.settle();
  expect((await say(world, "maintainer", issue, "/reject it was copied")).reactions).toEqual([
    "rocket",
  ]);
  await maintainer.reopen(issue);
  // A backer more, for a merge awards nothing where nothing is paid in; the operator has covered for the bank.
  world.town.stripe.topUp(5000, "usd");
  await world.app().app.reconcile();
  await world.settle();
  await pledgeAndPay(world, issue, "20");
  await world.settle();
  const stranger = world.town.github.act("stranger");
  const { number: better } = await stranger.openPull({ body: `Fixes #${issue}` });
  await world.settle();
  await merge(better);
  const account = await connect(world, "stranger");
  await world.settle();
  world.town.stripe.winDispute(id);
  await world.settle();
  expect(balanceOf(world, account)).toBe(9680 + 1912);
  const first = await signIn(world, "contributor");
  expect((await first.post(`${world.places.app}/payee/connect`, {})).status).toBe(422);
});

test("a revert before the payout stops it and asks whoever merged it; `/reject` takes the award back", async () => {
  const issue = await paidBounty(world);
  const number = await open(issue);
  await merge(number);
  const { number: revert } = await maintainer.revert(number);
  await merge(revert);
  expect(repliesOn(world, number).at(-1)).toContain(
    `@maintainer: #${revert} reverts #${number}, for which the bounty on #${issue} was awarded.`,
  );
  expect(cardOn(world, issue)).toContain("**On hold** by maintainer");
  const account = await connect(world, "contributor");
  await world.settle();
  expect(balanceOf(world, account)).toBe(0);

  await say(world, "maintainer", number, "/reject reverted");
  expect(cardOn(world, issue)).toContain("### Bounty: $100.00 of $200.00 paid in");
  await say(world, "maintainer", issue, "/cancel we do without");
  expect(cardOn(world, issue)).toContain("Bounty cancelled");
});

test("a revert of a merge that still waits for Stripe's word: what it awards is held from the start", async () => {
  await merge(await open(await paidBounty(world)));
  const account = await connect(world, "contributor");
  await world.settle();
  const before = balanceOf(world, account);
  const issue = await paidBounty(world);
  const number = await open(issue);
  const session = sessionOf(await pledge(world, issue, { amount: "10" }));
  const failed = (): Response => Response.json({ error: { type: "api_error" } }, { status: 500 });
  strike(world, `GET /v1/checkout/sessions/${session}`, failed, Number.POSITIVE_INFINITY);
  await merge(number);
  expect(cardOn(world, issue)).not.toContain("### Bounty awarded");
  const { number: revert } = await maintainer.revert(number);
  await merge(revert);
  expect(cardOn(world, issue)).toContain("### Bounty awarded");
  expect(cardOn(world, issue)).toContain("**On hold** by maintainer");
  await world.pass(DAY);
  expect(balanceOf(world, account)).toBe(before);
});

test("a revert that a maintainer does not mind: `/release` pays, and it is not asked again", async () => {
  const issue = await paidBounty(world);
  const number = await open(issue);
  await merge(number);
  const { number: revert } = await maintainer.revert(number);
  await merge(revert);
  await say(world, "maintainer", number, "/release");
  await maintainer.editPull(revert, { title: "Revert it, really" });
  await world.settle();
  const account = await connect(world, "contributor");
  await world.settle();
  expect(balanceOf(world, account)).toBe(9680);
  expect(cardOn(world, issue)).toContain(`#${revert} reverts #${number}.`);
});

test("paid once: a second merge and a reopened issue are said on the card, and nothing is taken back", async () => {
  const issue = await paidBounty(world);
  const number = await open(issue);
  const second = await open(issue);
  await merge(number);
  const account = await connect(world, "contributor");
  await world.settle();
  expect(cardOn(world, issue)).toContain("### Bounty paid out: $96.80");
  const replies = repliesOn(world, second).length;
  await merge(second);
  expect(cardOn(world, issue)).toContain(`#${second} was merged too: the bounty is awarded once`);
  expect(repliesOn(world, second)).toHaveLength(replies);
  await maintainer.reopen(issue);
  await world.settle();
  expect(cardOn(world, issue)).toContain("The issue is open again.");
  expect(balanceOf(world, account)).toBe(9680);
  await maintainer.close(issue);
  await world.settle();
  expect(cardOn(world, issue)).not.toContain("The issue is open again.");
});
