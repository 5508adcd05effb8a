// A goal: reached in time, or nobody pays. World starts on 2026-12-01.
import { afterEach, expect, test } from "@jest/globals";
import { hiddenFields } from "../../sandbox/visitor.ts";
import { auditBooks } from "./books.ts";
import { refuseStripe, solve } from "./money.ts";
import { foldedReplies, label, say } from "./talk.ts";
import {
  connect,
  createWorld,
  DAY,
  pledge,
  pledgeAndPay,
  promise,
  sessionOf,
  type World,
} from "./world.ts";

let world: World;
afterEach(() => world.close());

function card(number: number): string {
  return world.cards(number)[0] ?? "";
}

function refunds(): string[] {
  return world.town.stripe.refunds().map(({ amount, status }) => `${amount} ${status}`);
}

/** The backer who came last takes their pledge back, through the link on the page that Stripe led them to. */
async function withdrawLast(): Promise<void> {
  const visitor = world.visitor();
  const thanks = await visitor.get(world.town.stripe.sessions().at(-1)?.success_url ?? "");
  const link = `${world.places.app}${/href="(\/pledge\/[^"/]+)/.exec(thanks.text)?.[1]}`;
  const asked = await visitor.get(`${link}/withdraw`);
  expect((await visitor.post(`${link}/withdraw`, hiddenFields(asked))).status).toBe(303);
  await world.settle();
}

/** An issue with a goal of $50 until the end of 2026-12-10. */
async function goal(): Promise<number> {
  const { number } = await world.town.github.act("maintainer").openIssue({});
  const said = await say(world, "maintainer", number, "/goal $50 by 2026-12-10");
  expect(said.reactions).toEqual(["rocket"]);
  expect(card(number)).toContain("### Goal: $0.00 of $50.00 by 2026-12-10");
  return number;
}

test("reached, said once, then paid on the merge; more may come until the award", async () => {
  world = await createWorld();
  const number = await goal();
  await pledgeAndPay(world, number, "30");
  await world.settle();
  expect(card(number)).toContain("### Goal: $30.00 of $50.00 by 2026-12-10");
  await pledgeAndPay(world, number, "20");
  await world.settle();
  expect(card(number)).toContain("### Goal reached: $50.00 of $50.00");
  await world.pass(20 * DAY);
  await pledgeAndPay(world, number, "10");
  await world.settle();
  expect(card(number)).toContain("### Goal reached: $60.00 of $50.00");
  expect(world.replies(number).filter((text) => text.includes("is reached"))).toHaveLength(1);
  await solve(world, number);
  await connect(world, "contributor");
  await world.pass(3 * DAY);
  expect(card(number)).toContain("### Goal paid out: ");
  expect(refunds()).toEqual([]);
  await auditBooks(world);
});

test("missed: the end of the day comes, and everybody gets their money back", async () => {
  world = await createWorld();
  const number = await goal();
  await pledgeAndPay(world, number, "30");
  const left = await pledge(world, number, { amount: "40" });
  await world.pass(9 * DAY);
  expect(card(number)).toContain("### Goal: $30.00 of $50.00 by 2026-12-10");
  await world.pass(DAY);
  expect(card(number)).toContain("### Goal over");
  expect(card(number)).toContain("the goal was not reached in time");
  expect(refunds()).toEqual(["2883 succeeded"]);
  // The page that was left open is closed: nobody can pay for what is over.
  expect(world.town.stripe.pay(sessionOf(left))).toMatchObject({ kind: "refused" });
  await auditBooks(world);
});

test("what was paid before midnight counts, though Stripe's webhooks come after it", async () => {
  world = await createWorld();
  const number = await goal();
  await world.pass(9 * DAY + 14 * 3_600_000 + 3_540_000);
  const page = await pledge(world, number, { amount: "50" });
  const lost = refuseStripe(world);
  expect(world.town.stripe.pay(sessionOf(page))).toMatchObject({ kind: "complete" });
  await world.pass(5 * 60_000);
  lost.resume();
  await world.pass(DAY);
  expect(card(number)).toContain("### Goal reached: $50.00 of $50.00");
  expect(refunds()).toEqual([]);
  await auditBooks(world);
});

test("a merge before it is reached waits; once reached, a maintainer pays", async () => {
  world = await createWorld();
  const number = await goal();
  await pledgeAndPay(world, number, "30");
  await world.settle();
  const pull = await solve(world, number);
  expect(world.replies(pull).join()).toContain("The goal is not reached; nobody pays for less.");
  const early = await say(world, "maintainer", pull, "/release");
  expect(early.reactions).toEqual(["confused"]);
  await pledgeAndPay(world, number, "20");
  await world.settle();
  expect(world.replies(number).join()).toContain("A merged pull request waits");
  const late = await say(world, "maintainer", pull, "/release");
  expect(late.reactions).toEqual(["rocket"]);
  expect(card(number)).toContain("### Goal awarded");
  await auditBooks(world);
});

test("extended once with everybody; the second time leaves behind who did not agree again", async () => {
  world = await createWorld();
  const number = await goal();
  await pledgeAndPay(world, number, "30");
  await world.settle();
  await say(world, "maintainer", number, "/extend 5");
  expect(card(number)).toContain("by 2026-12-15");
  await world.pass(11 * DAY);
  expect(refunds()).toEqual([]);
  await pledgeAndPay(world, number, "10");
  await say(world, "maintainer", number, "/extend 5");
  await world.pass(4 * DAY);
  expect(refunds()).toEqual(["2883 succeeded"]);
  expect(card(number)).toContain("### Goal: $10.00 of $50.00 by 2026-12-20");
  await world.pass(5 * DAY);
  expect(refunds()).toEqual(["2883 succeeded", "941 succeeded"]);
  const late = await say(world, "maintainer", number, "/extend 5");
  expect(late.replies.join()).toContain("This bounty is over");
  await auditBooks(world);
});

test("its deadline over, it is not extended any more, though its verdict waits for Stripe's late word", async () => {
  world = await createWorld();
  const number = await goal();
  await pledgeAndPay(world, number, "30");
  // 2026-12-01 at nine, to five minutes after the end of the tenth.
  await world.pass(9 * DAY + 15 * 3_600_000 + 300_000);
  expect(refunds()).toEqual([]);
  const late = await say(world, "maintainer", number, "/extend 5");
  expect(late.reactions).toEqual(["confused"]);
  expect(late.replies.join()).toContain("The goal's deadline has passed.");
  expect(card(number)).toContain("by 2026-12-10");
  await world.pass(20 * 60_000);
  expect(card(number)).toContain("### Goal over");
  await world.pass(6 * DAY);
  expect(refunds()).toEqual(["2883 succeeded"]);
  await auditBooks(world);
});

test("by label, with the policy's days; words that are no date are answered with one that is", async () => {
  world = await createWorld();
  const { number } = await world.town.github.act("maintainer").openIssue({});
  expect(await label(world, "maintainer", number, "goal: $80")).toEqual([]);
  expect(card(number)).toContain("### Goal: $0.00 of $80.00 by 2026-12-31");
  const { number: other } = await world.town.github.act("maintainer").openIssue({});
  const said = await say(world, "maintainer", other, "/goal $80 by Friday");
  expect(said.replies.join()).toContain("`/goal $500 by 2027-01-31`");
  const stranger = await say(world, "stranger", other, "/goal $80 by 2026-12-31");
  expect(stranger.reactions).toEqual(["confused"]);
  expect(world.cards(other)).toEqual([]);
});

test("promises count; missed, nobody was charged anything", async () => {
  world = await createWorld();
  const number = await goal();
  await promise(world, number, "30");
  await world.settle();
  expect(card(number)).toContain("### Goal: $30.00 of $50.00 by 2026-12-10");
  await world.pass(10 * DAY);
  expect(card(number)).toContain("### Goal over");
  expect(card(number)).toContain("Nobody was charged.");
  expect(world.town.stripe.charges()).toEqual([]);
  await auditBooks(world);
});

test("a promise taken back before the deadline undoes reaching it; after the deadline nothing does", async () => {
  world = await createWorld();
  const number = await goal();
  await promise(world, number, "20");
  await promise(world, number, "30");
  await world.settle();
  expect(card(number)).toContain("### Goal reached: $50.00 of $50.00");
  await withdrawLast();
  expect(card(number)).toContain("### Goal: $20.00 of $50.00 by 2026-12-10");
  await promise(world, number, "40");
  await world.pass(10 * DAY);
  await withdrawLast();
  expect(card(number)).toContain("### Goal reached: $20.00 of $50.00");
  await auditBooks(world);
});

test("a policy may charge as soon as it is reached, and whoever comes later at once", async () => {
  world = await createWorld();
  await world.town.github.act("maintainer").putFile(".github/whipround.yml", "charge: reached\n");
  await world.settle();
  const number = await goal();
  await promise(world, number, "30");
  await world.settle();
  expect(world.town.stripe.charges()).toEqual([]);
  expect(card(number)).toContain("$30.00 promised is charged as soon as the goal is reached");
  expect(card(number)).not.toContain("is charged then");
  await promise(world, number, "20");
  await world.settle();
  expect(card(number)).toContain("saved cards are charged now");
  expect(card(number)).not.toMatch(/is charged then|nobody is charged|promises end uncharged/);
  expect(world.replies(number).join()).toContain("is reached. Saved cards are charged now.");
  await promise(world, number, "10");
  await world.settle();
  // Those that the goal calls in are charged side by side, in no order.
  const amounts = world.town.stripe.charges().map(({ amount }) => amount);
  expect([...amounts].sort((a, b) => b - a)).toEqual([3000, 2000, 1000]);
  expect(card(number)).toContain("### Goal reached: $60.00 of $50.00");
  await world.pass(62 * DAY);
  expect(world.town.stripe.refunds()).toHaveLength(3);
  await auditBooks(world);
});

test("attached anew once everything went back: reached again it is said again, and charges again", async () => {
  world = await createWorld();
  await world.town.github.act("maintainer").putFile(".github/whipround.yml", "charge: reached\n");
  await world.settle();
  const number = await goal();
  await promise(world, number, "50");
  await world.pass(62 * DAY);
  expect(refunds()).toEqual(["4825 succeeded"]);
  const again = await say(world, "maintainer", number, "/goal $40 by 2027-03-10");
  expect(again.reactions).toEqual(["rocket"]);
  expect(card(number)).toContain("### Goal: $0.00 of $40.00 by 2027-03-10");
  await promise(world, number, "40");
  await world.settle();
  expect(card(number)).toContain("### Goal reached: $40.00 of $40.00");
  expect(world.town.stripe.charges().map(({ amount }) => amount)).toEqual([5000, 4000]);
  const said = world.replies(number).filter((text) => text.includes("is reached"));
  expect(said.map((text) => /The goal of \S+/.exec(text)?.[0])).toEqual([
    "The goal of $50.00",
    "The goal of $40.00",
  ]);
  expect(foldedReplies(world, number)).toEqual([true, false]);
  await auditBooks(world);
});
