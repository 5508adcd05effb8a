// The main job: from a label on an issue to money in a contributor's account.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { balanceOf, connect, createWorld, pledgeAndPay, REPOSITORY, type World } from "./world.ts";

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

test("a labelled issue, two pledges, a merged pull request, a paid contributor", async () => {
  const maintainer = world.town.github.act("maintainer");
  const contributor = world.town.github.act("contributor");
  const { number } = await maintainer.openIssue({ title: "Dark mode" });
  await maintainer.label(number, "bounty: $200");
  await world.settle();
  expect(world.cards(number)).toHaveLength(1);
  expect(world.cards(number)[0]).toContain("Bounty: $0.00 of $200.00 paid in");

  await pledgeAndPay(world, number, "150");
  await pledgeAndPay(world, number, "$60.01");
  await world.settle();
  expect(world.cards(number)[0]).toContain("Bounty: $210.01 of $200.00 paid in");

  const pull = await contributor.openPull({ title: "Dark", body: `Fixes #${number}` });
  await world.settle();
  const [run] = world.town.github.checkRuns(REPOSITORY, pull.head.sha);
  expect(run?.output.title).toBe("Merging releases $210.01 to @contributor");
  expect(run?.conclusion).toBe("neutral");

  await maintainer.merge(pull.number);
  await world.settle();
  expect(world.cards(number)[0]).toContain("Awarded to contributor");
  expect(world.replies(pull.number)[0]).toContain(
    "@contributor: the bounty on #1 is awarded to you",
  );

  const account = await connect(world, "contributor");
  await world.settle();
  expect(world.cards(number)).toHaveLength(1);
  expect(world.cards(number)[0]).toContain("Bounty paid out: $203.32");
  expect(balanceOf(world, account)).toBe(20332);
  expect((await world.postings()).sort()).toEqual([
    "outgoing -> world 14535 usd",
    "outgoing -> world 5797 usd",
    "pledge -> share 14535 usd",
    "pledge -> share 5797 usd",
    "pledge -> stripe-fees 204 usd",
    "pledge -> stripe-fees 465 usd",
    "share -> outgoing 14535 usd",
    "share -> outgoing 5797 usd",
    "world -> pledge 15000 usd",
    "world -> pledge 6001 usd",
  ]);
});
