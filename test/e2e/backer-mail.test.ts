// Mail to backers through a real mail server, and the dates that it tells of: a week before, moved by a click.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { hiddenFields } from "../../sandbox/visitor.ts";
import { type Mailbox, openMailbox } from "../mailbox.ts";
import { auditBooks } from "./books.ts";
import { bounty, say, solve } from "./money.ts";
import {
  AT_ONCE_CARD,
  createWorld,
  DAY,
  pledge,
  problemOn,
  sessionOf,
  type World,
} from "./world.ts";

const HOUR = 3_600_000;

let world: World;
let mailbox: Mailbox;
beforeEach(async () => {
  mailbox = await openMailbox();
  world = await createWorld({
    environment: { SMTP_URL: mailbox.url, MAIL_FROM: "Whipround <bounties@example.org>" },
  });
});
afterEach(async () => {
  await world.close();
  await mailbox.close();
});

function refunds(): string[] {
  return world.town.stripe.refunds().map(({ amount, status }) => `${amount} ${status}`);
}

function subjects(): string[] {
  return mailbox.mails.map(({ subject }) => subject);
}

function linkInLast(): string {
  const text = mailbox.mails.at(-1)?.text ?? "";
  return /Your pledge: (\S+)/.exec(text)?.[1] ?? "no link";
}

/** A pledge of this amount, paid at once. */
async function payFor(number: number, amount: string): Promise<void> {
  const session = sessionOf(await pledge(world, number, { amount }));
  world.town.stripe.pay(session, { card: AT_ONCE_CARD, email: "ann@example.net" });
  await world.settle();
}

async function paid(amount: string): Promise<number> {
  const number = await bounty(world);
  await payFor(number, amount);
  return number;
}

test("who pays gets the link by mail, and it opens the pledge", async () => {
  const number = await paid("50");
  expect(mailbox.mails).toMatchObject([
    { to: ["ann@example.net"], subject: `You paid $50.00: acme/widgets#${number}` },
  ]);
  const page = await world.visitor().get(linkInLast());
  expect(page.status).toBe(200);
  expect(page.text).toContain("Paid: thank you");
  await auditBooks(world);
});

test("a week before the date a mail comes; one click moves the date to the bound, and no further", async () => {
  const number = await paid("50");
  await world.pass(53 * DAY + 60_000);
  expect(subjects()).toEqual([
    `You paid $50.00: acme/widgets#${number}`,
    `Your money goes back on 2027-01-30: acme/widgets#${number}`,
  ]);
  const link = linkInLast();
  const visitor = world.visitor();
  const page = await visitor.get(link);
  expect(page.text).toContain("Wait longer, until 2027-03-01");
  expect((await visitor.get(`${link}/renew`)).status).toBe(405);
  const { from = "", terms = "" } = hiddenFields(page);
  const clicks = await Promise.all([
    visitor.post(`${link}/renew`, { from, terms }),
    visitor.post(`${link}/renew`, { from, terms }),
  ]);
  expect(clicks.map(({ status }) => status)).toEqual([303, 303]);
  const renewed = await visitor.get(link);
  expect(renewed.text).toContain("2027-03-01");
  expect(renewed.text).not.toContain("Wait longer");

  await world.pass(20 * DAY);
  expect(refunds()).toEqual([]);
  expect(world.cards(number)[0]).toContain("| First refund unless awarded | 2027-03-01 |");
  await world.pass(18 * DAY);
  expect(refunds()).toEqual(["4825 succeeded"]);
  expect(subjects().slice(2)).toEqual([
    `Your money goes back on 2027-03-01: acme/widgets#${number}`,
    `$48.25 went back to your card: acme/widgets#${number}`,
  ]);
  await auditBooks(world);
});

test("a promise is renewed by one click, stands as long again, and is charged under the new consent", async () => {
  const number = await bounty(world);
  const session = sessionOf(await pledge(world, number, { amount: "50", mode: "on-merge" }));
  world.town.stripe.pay(session, { card: AT_ONCE_CARD, email: "ann@example.net" });
  await world.pass(173 * DAY + HOUR);
  const ends = `Your promise ends on 2027-05-30: acme/widgets#${number}`;
  expect(subjects().slice(1)).toEqual([ends]);
  const link = linkInLast();
  const visitor = world.visitor();
  const { from = "", terms = "" } = hiddenFields(await visitor.get(link));
  expect((await visitor.post(`${link}/renew`, { from, terms })).status).toBe(303);
  await world.pass(20 * DAY);
  expect(world.cards(number)[0]).toContain("### Bounty: $50.00 promised");
  expect(world.town.stripe.charges()).toEqual([]);
  await solve(world, number);
  expect(world.town.stripe.charges().map(({ amount }) => amount)).toEqual([5000]);
  expect(world.cards(number)[0]).toContain("### Bounty awarded");
  await auditBooks(world);
});

test("a page whose words are not today's any more renews nothing", async () => {
  await paid("50");
  const visitor = world.visitor();
  const link = linkInLast();
  const { from = "" } = hiddenFields(await visitor.get(link));
  const page = await visitor.post(`${link}/renew`, { from, terms: "0".repeat(64) });
  expect(page.status).toBe(422);
  expect(problemOn(page)).toContain("changed since you opened this page");
  expect((await visitor.get(link)).text).toContain("Wait longer");
});

test("nobody is reminded of a pledge that is awarded or went back", async () => {
  const awarded = await paid("50");
  const cancelled = await paid("20");
  await solve(world, awarded);
  await say(world, cancelled, "/cancel not needed");
  await world.pass(58 * DAY);
  expect(subjects()).toEqual([
    `You paid $50.00: acme/widgets#${awarded}`,
    `You paid $20.00: acme/widgets#${cancelled}`,
    `$19.12 went back to your card: acme/widgets#${cancelled}`,
  ]);
  await auditBooks(world);
});

test("awarded on the day of the reminder, and the award taken back after: the date is told of then", async () => {
  const number = await paid("50");
  await solve(world, number);
  await world.pass(54 * DAY);
  expect(subjects().slice(1)).toEqual([]);
  await say(world, number, "/reject it was copied");
  await world.pass(DAY);
  const told = [`Your money goes back on 2027-01-30: acme/widgets#${number}`];
  expect(subjects().slice(1)).toEqual(told);
  await world.pass(5 * DAY);
  expect(refunds()).toEqual(["4825 succeeded"]);
  expect(subjects().slice(1, -1)).toEqual(told);
  await auditBooks(world);
});

test("a goal's deadline, and the end of the consent to it, are told of a week before", async () => {
  const { number } = await world.town.github.act("maintainer").openIssue({});
  await say(world, number, "/goal $500 by 2026-12-15");
  await payFor(number, "50");
  await say(world, number, "/extend 15");
  // The deadline was moved: the mail about the first has nothing to say.
  await world.pass(21 * DAY);
  expect(subjects().slice(1)).toEqual([]);
  await world.pass(2 * DAY + HOUR);
  expect(subjects().slice(1)).toEqual([`The goal ends on 2026-12-30: acme/widgets#${number}`]);
  expect(mailbox.mails.at(-1)?.text).toContain("$50.00 of $500.00 is pledged.");

  await say(world, number, "/extend 10");
  await world.restart();
  await world.pass(DAY);
  const told = `Your pledge ends on 2026-12-30 unless you renew it: acme/widgets#${number}`;
  expect(subjects().slice(2)).toEqual([told]);
  const link = linkInLast();
  const visitor = world.visitor();
  const page = await visitor.get(link);
  expect(page.text).toContain("deadline is 2027-01-09 now");
  const { from = "", terms = "" } = hiddenFields(page);
  expect((await visitor.post(`${link}/renew`, { from, terms })).status).toBe(303);
  // The first date comes and goes; the one that was agreed to anew is told of, and ends it.
  await world.pass(9 * DAY);
  expect(refunds()).toEqual([]);
  expect(subjects().slice(3)).toEqual([`The goal ends on 2027-01-09: acme/widgets#${number}`]);
  await world.pass(8 * DAY);
  expect(subjects().slice(4)).toEqual([`$48.25 went back to your card: acme/widgets#${number}`]);
  await auditBooks(world);
});

test("whoever does not agree again is told once, and has their money back on the date they knew", async () => {
  const { number } = await world.town.github.act("maintainer").openIssue({});
  await say(world, number, "/goal $500 by 2026-12-15");
  await payFor(number, "50");
  await say(world, number, "/extend 15");
  await say(world, number, "/extend 10");
  await say(world, number, "/extend 10");
  await world.pass(31 * DAY);
  expect(subjects().slice(1)).toEqual([
    `Your pledge ends on 2026-12-30 unless you renew it: acme/widgets#${number}`,
    `$48.25 went back to your card: acme/widgets#${number}`,
  ]);
  await auditBooks(world);
});

test("nobody is told of the deadline of a goal that is reached", async () => {
  const { number } = await world.town.github.act("maintainer").openIssue({});
  await say(world, number, "/goal $50 by 2026-12-15");
  await payFor(number, "50");
  await world.pass(13 * DAY);
  expect(subjects()).toEqual([`You paid $50.00: acme/widgets#${number}`]);
  await auditBooks(world);
});

test("reached on the day of the reminder, and taken back after: who stays is told of the deadline then", async () => {
  const { number } = await world.town.github.act("maintainer").openIssue({});
  await say(world, number, "/goal $50 by 2026-12-15");
  await payFor(number, "30");
  await payFor(number, "20");
  const link = linkInLast();
  const ends = (): number => subjects().filter((text) => text.startsWith("The goal ends")).length;
  await world.pass(10 * DAY);
  expect(ends()).toBe(0);
  const visitor = world.visitor();
  const asked = await visitor.get(`${link}/withdraw`);
  expect((await visitor.post(`${link}/withdraw`, hiddenFields(asked))).status).toBe(303);
  await world.pass(DAY);
  expect(ends()).toBe(1);
  const told = mailbox.mails.find(({ subject }) => subject.startsWith("The goal ends"));
  expect(told?.text).toContain("$30.00 of $50.00 is pledged.");
  await world.pass(10 * DAY);
  expect(ends()).toBe(1);
  await auditBooks(world);
});

test("a refund that takes its time is told when it begins and when it is through", async () => {
  const number = await bounty(world);
  // The money of this card is not available yet, so the refund waits at Stripe.
  world.town.stripe.pay(sessionOf(await pledge(world, number, { amount: "50" })));
  await world.settle();
  await say(world, number, "/cancel not needed");
  await world.pass(DAY);
  expect(subjects().at(-1)).toBe(`$48.25 is on its way back: acme/widgets#${number}`);
  await world.pass(2 * DAY);
  expect(subjects().at(-1)).toBe(`$48.25 went back to your card: acme/widgets#${number}`);
  expect(subjects()).toHaveLength(3);
  await auditBooks(world);
});

test("while the mail server is away the mail waits, and is sent once", async () => {
  const number = await bounty(world);
  await mailbox.close();
  const session = sessionOf(await pledge(world, number, { amount: "50" }));
  world.town.stripe.pay(session, { card: AT_ONCE_CARD });
  await world.settle();
  expect(world.cards(number)[0]).toContain("### Bounty: $50.00 paid in");
  mailbox = await openMailbox();
  await world.restart({ SMTP_URL: mailbox.url });
  await world.pass(DAY);
  expect(subjects()).toEqual([`You paid $50.00: acme/widgets#${number}`]);
  await auditBooks(world);
});
