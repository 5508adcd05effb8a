// One of two backers' cards is declined: that one is reminded by mail on the first, the third and the seventh day,
// and the other is told nothing of it.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { type Mailbox, openMailbox } from "../mailbox.ts";
import { auditBooks } from "./books.ts";
import { bounty, solve } from "./money.ts";
import { createWorld, DAY, GOOD_CARD, pledge, sessionOf, type World } from "./world.ts";

const DECLINED_LATER = "4000000000009995";
const HOUR = 3_600_000;
const PAYER = "ann@example.net";
const OTHER = "bea@example.net";

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

async function promiseOf(number: number, parts: { email: string; card: string }): Promise<string> {
  const session = sessionOf(await pledge(world, number, { amount: "20", mode: "on-merge" }));
  world.town.stripe.pay(session, parts);
  await world.settle();
  return session;
}

function mailsTo(address: string): { subject: string; text: string }[] {
  return mailbox.mails.filter(({ to }) => to.includes(address));
}

/** What somebody's own page says; every mail to them leads there. */
async function pageOf(address: string): Promise<string> {
  const link = /Your pledge: (\S+)/.exec(mailsTo(address)[0]?.text ?? "")?.[1] ?? "no link";
  return (await world.visitor().get(link)).text;
}

async function thanksOf(session: string): Promise<string> {
  const url = world.town.stripe.sessions().find(({ id }) => id === session)?.success_url ?? "";
  return (await world.visitor().get(url)).text;
}

test("whose card is declined is reminded on the first, the third and the seventh day", async () => {
  const number = await bounty(world);
  await promiseOf(number, { email: OTHER, card: DECLINED_LATER });
  await solve(world, number);
  const before = mailsTo(OTHER).length;
  const chased: number[] = [];
  for (let day = 0; day < 14; day += 1) {
    await world.pass(day === 0 ? HOUR : DAY);
    chased.push(mailsTo(OTHER).length - before);
  }
  expect(chased).toEqual([0, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3]);
  const reminder = mailsTo(OTHER)[before];
  expect(reminder?.text).toContain("declined");
  expect(reminder?.text).toContain("Your pledge: ");
});

test("nobody who paid is told that somebody else did not", async () => {
  const number = await bounty(world);
  const paid = await promiseOf(number, { email: PAYER, card: GOOD_CARD });
  await promiseOf(number, { email: OTHER, card: DECLINED_LATER });
  await solve(world, number);
  await world.pass(20 * DAY);
  expect(mailsTo(OTHER).length).toBeGreaterThan(1);
  const told = [
    ...mailsTo(PAYER).map(({ subject, text }) => `${subject}\n${text}`),
    await pageOf(PAYER),
    await thanksOf(paid),
  ];
  for (const text of told) {
    expect(text).not.toMatch(/declined|could not be collected|still being collected|failed/i);
    expect(text).not.toContain(OTHER);
  }
  expect(told.length).toBeGreaterThan(2);
  await auditBooks(world);
});
