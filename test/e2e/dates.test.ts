// The dates that a backer was shown, and those that hold a payout: each comes, and does what was said.
import { afterEach, expect, test } from "@jest/globals";
import { hiddenFields } from "../../sandbox/visitor.ts";
import { auditBooks } from "./books.ts";
import { bounty, paidBounty, say, solve } from "./money.ts";
import {
  balanceOf,
  connect,
  createWorld,
  DAY,
  pledgeAndPay,
  REPOSITORY,
  signIn,
  type World,
} from "./world.ts";

const HOUR = 3_600_000;

let world: World;
afterEach(() => world.close());

function card(number: number): string {
  return world.cards(number)[0] ?? "";
}

function refunds(): string[] {
  return world.town.stripe.refunds().map(({ amount, status }) => `${amount} ${status}`);
}

test("money that nobody was awarded goes back 60 days after it was charged, each by its own date", async () => {
  world = await createWorld();
  const number = await paidBounty(world, ["50"]);
  expect(card(number)).toContain("| First refund unless awarded | 2027-01-30 |");
  await world.pass(20 * DAY);
  await pledgeAndPay(world, number, "20");
  await world.pass(39 * DAY);
  expect(refunds()).toEqual([]);
  await world.pass(2 * DAY);
  expect(refunds()).toEqual(["4825 succeeded"]);
  expect(card(number)).toContain("### Bounty: $20.00 paid in");
  expect(card(number)).toContain("| Given back | $48.25 (1 pledge) |");
  expect(card(number)).toContain("| First refund unless awarded | 2027-02-19 |");
  await world.pass(20 * DAY);
  expect(refunds()).toEqual(["4825 succeeded", "1912 succeeded"]);
  expect(card(number)).toContain("### Bounty: $0.00 paid in");
  await auditBooks(world);
});

test("an award that nobody claims goes back 90 days after the charge, the operator's part with it", async () => {
  world = await createWorld({ environment: { OPERATOR_FEE_BPS: "1000" } });
  const number = await paidBounty(world, ["50"]);
  await world.pass(30 * DAY);
  await solve(world, number);
  await world.pass(59 * DAY);
  expect(refunds()).toEqual([]);
  expect(card(number)).toContain("Not yet connected to Stripe: contributor.");
  await world.pass(2 * DAY);
  expect(refunds()).toEqual(["4825 succeeded"]);
  expect(card(number)).toContain("Bounty over: nobody claimed it");
  expect((await world.postings()).sort()).toEqual([
    "operator -> pledge 482 usd",
    "outgoing -> world 4825 usd",
    "pledge -> operator 482 usd",
    "pledge -> outgoing 4825 usd",
    "pledge -> share 4343 usd",
    "pledge -> stripe-fees 175 usd",
    "share -> pledge 4343 usd",
    "world -> pledge 5000 usd",
  ]);
  const visitor = await signIn(world, "contributor");
  expect((await visitor.post(`${world.places.app}/payee/connect`, {})).status).toBe(422);
  await world.pass(DAY);
  expect(world.town.stripe.transfers()).toEqual([]);
  await auditBooks(world);
});

test("who has not connected is reminded once, a week before the first of it goes back", async () => {
  world = await createWorld();
  const number = await paidBounty(world, ["50"]);
  await world.pass(10 * DAY);
  await pledgeAndPay(world, number, "20");
  await world.settle();
  await say(world, number, "/split @contributor 50 @backer 25 @stranger 25");
  await solve(world, number);
  await connect(world, "backer");
  const stranger = await signIn(world, "stranger");
  const page = await stranger.get(`${world.places.app}/payee`);
  const campaign = /payee\/decline\?campaign=([^"&]+)/.exec(page.text)?.[1] ?? "";
  await stranger.post(`${world.places.app}/payee/decline`, { campaign });
  const reminders = () => world.replies(number).filter((text) => text.includes("still waits"));
  await world.pass(72 * DAY);
  expect(reminders()).toEqual([]);
  await world.pass(DAY + HOUR);
  await world.restart();
  expect(reminders()).toEqual([expect.stringMatching(/^@contributor: your part of the bounty/)]);
  expect(reminders()[0]).toContain("From 2027-03-01 on,");
  // The second backer's money has a date of its own: it is not told of again.
  await world.pass(14 * DAY);
  expect(reminders()).toHaveLength(1);
  await world.pass(7 * DAY);
  expect(reminders()).toHaveLength(1);
  await auditBooks(world);
});

test("nobody is reminded who has connected before", async () => {
  world = await createWorld();
  const number = await paidBounty(world, ["50"]);
  await solve(world, number);
  await world.pass(80 * DAY);
  await connect(world, "contributor");
  await world.pass(11 * DAY);
  expect(world.replies(number).join()).not.toContain("still waits");
  expect(refunds()).toEqual([]);
  await auditBooks(world);
});

test("of a split that one person never claims, only that person's part goes back", async () => {
  world = await createWorld({ environment: { OPERATOR_FEE_BPS: "1000" } });
  const number = await paidBounty(world, ["50"]);
  await say(world, number, "/split @contributor 50 @backer 50");
  await solve(world, number);
  const account = await connect(world, "contributor");
  await world.settle();
  expect(balanceOf(world, account)).toBe(2172);
  await world.pass(91 * DAY);
  // Half of the operator's 4.82 belongs to what went back.
  expect(refunds()).toEqual(["2411 succeeded"]);
  expect(card(number)).toContain("Bounty paid out: $21.72");
  expect(card(number)).toContain("| Given back | $24.11 |");
  expect((await world.postings()).filter((one) => one.includes("operator"))).toEqual([
    "pledge -> operator 482 usd",
    "operator -> pledge 240 usd",
  ]);
  await auditBooks(world);
});

test("a fee that the operator raises later is no part of pledges made before", async () => {
  world = await createWorld();
  const number = await paidBounty(world, ["50"]);
  const visitor = world.visitor();
  const url = `${world.places.app}/gh/${REPOSITORY}/issues/${number}`;
  const opened = hiddenFields(await visitor.get(url));
  await world.restart({ OPERATOR_FEE_BPS: "1000" });

  const stale = await visitor.post(url, { ...opened, mode: "pay-now", amount: "20" });
  expect(stale.status).toBe(422);
  expect(stale.text).toContain("The terms changed since you opened this page.");
  await pledgeAndPay(world, number, "50");
  await world.settle();
  await solve(world, number);
  const account = await connect(world, "contributor");
  await world.settle();
  expect(balanceOf(world, account)).toBe(4825 + 4343);
  expect((await world.postings()).filter((one) => one.includes("operator"))).toEqual([
    "pledge -> operator 482 usd",
  ]);
  await auditBooks(world);
});

test("a bound that the operator shortens later is no part of pledges made before", async () => {
  world = await createWorld();
  const number = await paidBounty(world, ["50"]);
  const visitor = world.visitor();
  const url = `${world.places.app}/gh/${REPOSITORY}/issues/${number}`;
  const opened = hiddenFields(await visitor.get(url));
  await world.restart({ HOLD_DAYS_MAX: "30" });

  const stale = await visitor.post(url, { ...opened, mode: "pay-now", amount: "20" });
  expect(stale.status).toBe(422);
  expect(stale.text).toContain("not awarded within 30 days of the charge");
  await pledgeAndPay(world, number, "20");
  await world.pass(29 * DAY);
  expect(refunds()).toEqual([]);
  await world.pass(2 * DAY);
  expect(refunds()).toEqual(["1912 succeeded"]);
  await world.pass(27 * DAY);
  await solve(world, number);
  await world.pass(31 * DAY);
  expect(refunds()).toEqual(["1912 succeeded"]);
  await world.pass(2 * DAY);
  expect(refunds()).toEqual(["1912 succeeded", "4825 succeeded"]);
  await auditBooks(world);
});

test("a person's first payouts wait for the operator's days; later ones leave at once", async () => {
  world = await createWorld({ environment: { FIRST_PAYOUT_HOLD_DAYS: "7" } });
  const first = await paidBounty(world, ["50"]);
  await solve(world, first);
  const account = await connect(world, "contributor");
  await world.pass(6 * DAY);
  expect(balanceOf(world, account)).toBe(0);
  const visitor = await signIn(world, "contributor");
  const page = await visitor.get(`${world.places.app}/payee`);
  expect(page.text).toContain("2026-12-08");
  await world.pass(DAY);
  expect(balanceOf(world, account)).toBe(4825);
  expect(card(first)).toContain("Bounty paid out: $48.25");

  const second = await paidBounty(world, ["20"]);
  await solve(world, second);
  expect(balanceOf(world, account)).toBe(4825 + 1912);
  await auditBooks(world);
});

test("a maintainer's hold outlasts the operator's days, until the release", async () => {
  world = await createWorld({ environment: { FIRST_PAYOUT_HOLD_DAYS: "7" } });
  const number = await paidBounty(world, ["50"]);
  await solve(world, number);
  const account = await connect(world, "contributor");
  await say(world, number, "/hold the fix may be reverted");
  await world.pass(8 * DAY);
  expect(balanceOf(world, account)).toBe(0);
  expect(card(number)).toContain("**On hold** by maintainer");
  await say(world, number, "/release");
  expect(balanceOf(world, account)).toBe(4825);
  expect(card(number)).toContain("Bounty paid out: $48.25");
  await auditBooks(world);
});

test("a release during the operator's days does not shorten them", async () => {
  world = await createWorld({ environment: { FIRST_PAYOUT_HOLD_DAYS: "7" } });
  const number = await bounty(world);
  await pledgeAndPay(world, number, "50");
  await world.settle();
  await solve(world, number);
  const account = await connect(world, "contributor");
  await say(world, number, "/hold wait for the second review");
  await say(world, number, "/release");
  await world.pass(6 * DAY);
  expect(balanceOf(world, account)).toBe(0);
  await world.pass(DAY + HOUR);
  expect(balanceOf(world, account)).toBe(4825);
  await auditBooks(world);
});
