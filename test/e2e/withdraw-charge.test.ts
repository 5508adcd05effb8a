// A promise that a reached goal called in, and whose charge waits for its backer: taken back until the award.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { hiddenFields, type Page } from "../../sandbox/visitor.ts";
import { auditBooks } from "./books.ts";
import { refuseStripe, solve, strike } from "./money.ts";
import { say } from "./talk.ts";
import { createWorld, DAY, problemOn, promise, type World } from "./world.ts";

const DECLINED_LATER = "4000000000009995";
const ASKS_ALWAYS = "4000002760003184";

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

function card(number: number): string {
  return world.cards(number)[0] ?? "";
}

/** Charges that took money, in cents. */
function charged(): number[] {
  return world.town.stripe
    .charges()
    .filter(({ paid }) => paid)
    .map(({ amount }) => amount);
}

function intents(): string[] {
  return world.town.stripe.paymentIntents().map(({ amount, status }) => `${amount} ${status}`);
}

/** A goal of $50, reached by $30 that are paid and $20 on a card that does not give them; the backer's own page. */
async function reached(cardNumber: string): Promise<{ number: number; link: string }> {
  await world.town.github.act("maintainer").putFile(".github/whipround.yml", "charge: reached\n");
  await world.settle();
  const { number } = await world.town.github.act("maintainer").openIssue({});
  await say(world, "maintainer", number, "/goal $50 by 2026-12-10");
  await promise(world, number, "30");
  await world.settle();
  await promise(world, number, "20", cardNumber);
  await world.settle();
  const thanks = world.town.stripe.sessions().at(-1)?.success_url ?? "";
  const { text } = await world.visitor().get(thanks);
  return { number, link: `${world.places.app}${/href="(\/pledge\/[^"/]+)/.exec(text)?.[1]}` };
}

/** What a page says, without its markup. */
async function said(link: string): Promise<string> {
  const { text } = await world.visitor().get(link);
  return text.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
}

async function withdraw(link: string): Promise<Page> {
  const visitor = world.visitor();
  return visitor.post(`${link}/withdraw`, hiddenFields(await visitor.get(`${link}/withdraw`)));
}

test("declined and taken back: the intent is cancelled, nobody is charged, and the others' money is awarded", async () => {
  const { number, link } = await reached(DECLINED_LATER);
  expect(await said(link)).toContain("The goal was reached, and your bank declined the payment.");
  expect(card(number)).toContain("| Still being collected | $20.00 |");
  expect(await said(`${link}/withdraw`)).toContain("Nothing was charged so far. Stripe is asked");

  expect((await withdraw(link)).status).toBe(303);
  await world.settle();
  expect(await said(link)).toContain("You took your promise back");
  expect(intents()).toContain("2000 canceled");
  expect(card(number)).toContain("### Goal reached: $30.00 of $50.00");
  expect(card(number)).not.toMatch(/Still being collected|Could not be collected/);
  const late = await world.visitor().post(`${link}/confirm`, {});
  expect([late.status, problemOn(late)]).toEqual([
    422,
    expect.stringContaining("waits for nothing from you"),
  ]);

  await solve(world, number);
  await world.pass(20 * DAY);
  expect(charged()).toEqual([3000]);
  expect(card(number)).toContain("Awarded to contributor");
  expect(card(number)).not.toContain("Could not be collected");
  await auditBooks(world);
});

test("confirmed with the bank in the very moment that it is taken back: booked, and given back", async () => {
  const { number, link } = await reached(ASKS_ALWAYS);
  const asked = await world.visitor().post(`${link}/confirm`, {});
  const { resume } = refuseStripe(world);
  strike(world, `POST /v1/payment_intents/${cancelled()}/cancel`, () => "never arrives", 2);
  expect((await withdraw(link)).status).toBe(303);
  expect(await said(link)).toContain("You took it back. Stripe is asked to end the charge");
  await world.visitor().post(asked.location ?? "", { answer: "complete" });
  await world.pass(DAY);
  resume();
  await world.pass(DAY);
  expect(charged().sort()).toEqual([2000, 3000]);
  const refunds = world.town.stripe.refunds().map(({ amount, status }) => `${amount} ${status}`);
  expect(refunds).toEqual(["1912 succeeded"]);
  expect(await said(link)).toContain("$19.12 was returned to your card: you took it back.");
  expect(card(number)).toContain("### Goal reached: $30.00 of $50.00");
  await auditBooks(world);

  function cancelled(): string {
    return world.town.stripe.paymentIntents().find(({ amount }) => amount === 2000)?.id ?? "";
  }
});

test("a try that is under way is waited for; once it is awarded it is too late", async () => {
  const { number, link } = await reached(DECLINED_LATER);
  const visitor = world.visitor();
  const shown = hiddenFields(await visitor.get(`${link}/withdraw`));
  strike(world, "POST /v1/payment_intents/", () => "never arrives", 2);
  await visitor.post(`${link}/confirm`, {});
  const busy = await visitor.post(`${link}/withdraw`, shown);
  expect([busy.status, problemOn(busy)]).toEqual([
    422,
    expect.stringContaining("being charged at this moment"),
  ]);
  await world.pass(60_000);
  expect(await said(link)).toContain("Take the promise back…");

  await solve(world, number);
  const late = await visitor.post(`${link}/withdraw`, shown);
  expect([late.status, problemOn(late)]).toEqual([
    422,
    expect.stringContaining("The bounty is awarded"),
  ]);
  expect(await said(link)).toContain("The goal was awarded, and your bank declined the payment.");
  await world.pass(15 * DAY);
  expect(charged()).toEqual([3000]);
  expect(card(number)).toContain("| Could not be collected | $20.00 |");
  await auditBooks(world);
});
