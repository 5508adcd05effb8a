// Paid outside of Whipround: a maintainer's word for what nobody has pledged to, and never for pledged money.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { hiddenFields } from "../../sandbox/visitor.ts";
import { auditBooks } from "./books.ts";
import { cardOn, foldedReplies, openBounty, runTitles, say } from "./talk.ts";
import {
  createWorld,
  DAY,
  GOOD_CARD,
  pledge,
  pledgeAndPay,
  problemOn,
  promise,
  REPOSITORY,
  sessionOf,
  type World,
} from "./world.ts";

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const HOUR = 3_600_000;

test("nobody has pledged: the card says whose word it is, and neither a pledge nor a merge follows", async () => {
  const number = await openBounty(world);
  const contributor = world.town.github.act("contributor");
  const { number: pull } = await contributor.openPull({ body: `Fixes #${number}` });
  await world.settle();
  const page = `${world.places.app}/gh/${REPOSITORY}/issues/${number}`;
  const visitor = world.visitor();
  const form = await visitor.get(page);
  expect((await say(world, "stranger", number, "/paid $200")).reactions).toEqual(["confused"]);

  expect(await say(world, "maintainer", number, "/paid $200")).toMatchObject({
    reactions: ["rocket"],
    replies: [],
  });
  const card = cardOn(world, number);
  expect(card).toContain("### Bounty over: paid outside of Whipround");
  expect(card).toContain("$200.00 was paid outside of Whipround, as maintainer said on");
  expect(card).not.toContain("@maintainer");
  expect(card).not.toContain("Paid in");
  const { head } = world.town.github.pull(REPOSITORY, pull);
  expect(runTitles(world, head.sha).at(-1)).toBe("Nothing more is released by merging");

  const late = await visitor.post(page, { ...hiddenFields(form), mode: "pay-now", amount: "20" });
  expect(problemOn(late)).toContain("This bounty is over");
  expect((await world.visitor().get(page)).text).toContain("was paid outside of Whipround");
  const data = JSON.parse((await world.visitor().get(`${page}.json`)).text);
  expect(data).toMatchObject({ state: "expired", paidIn: "0.00", released: "0.00" });
  await world.town.github.act("maintainer").merge(pull);
  await world.settle();
  expect(cardOn(world, number)).toContain("### Bounty over: paid outside of Whipround");
  expect(await world.postings()).toEqual([]);
  expect(world.town.stripe.transfers()).toEqual([]);
});

test("a page at Stripe, a promise or paid-in money stands in its way; once all of it has ended, it does not", async () => {
  const number = await openBounty(world);
  const reason = "People have pledged to this bounty, or are on the payment page at this moment.";
  const session = sessionOf(await pledge(world, number, { amount: "20" }));
  const refused = await say(world, "maintainer", number, "/paid $200");
  expect(refused).toMatchObject({
    reactions: ["confused"],
    replies: [expect.stringContaining(reason)],
  });
  world.town.stripe.pay(session, { card: GOOD_CARD });
  await world.settle();
  await say(world, "maintainer", number, "/paid $200");
  await promise(world, number, "30");
  await world.settle();
  await say(world, "maintainer", number, "/paid $200");
  expect(cardOn(world, number)).toContain("### Bounty: $50.00 of $200.00 pledged");
  expect(foldedReplies(world, number)).toEqual([true, true, false]);

  await say(world, "maintainer", number, "/cancel we paid it ourselves");
  await world.pass(10 * DAY);
  expect((await say(world, "maintainer", number, "/paid $200")).reactions).toEqual(["confused"]);
  await say(world, "maintainer", number, "/bounty $200");
  expect((await say(world, "maintainer", number, "/paid $200")).reactions).toEqual(["rocket"]);
  expect(cardOn(world, number)).toContain("### Bounty over: paid outside of Whipround");
  await auditBooks(world);
});

test("a page that was left stands in its way for as long as it can be paid", async () => {
  const number = await openBounty(world);
  await pledge(world, number, { amount: "20" });
  await world.pass(25 * HOUR);
  expect((await say(world, "maintainer", number, "/paid 200")).reactions).toEqual(["rocket"]);
});

test("what is paid afterwards belongs to a new bounty, which knows nothing of it", async () => {
  const number = await openBounty(world);
  await say(world, "maintainer", number, "/paid $200");
  await say(world, "maintainer", number, "/bounty $100");
  await pledgeAndPay(world, number, "40");
  await world.settle();
  expect(cardOn(world, number)).toContain("### Bounty: $40.00 of $100.00 paid in");
  expect(cardOn(world, number)).not.toContain("outside");
  await auditBooks(world);
});
