// A backer comes back through their link: they look, and take back what nobody was awarded yet.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { hiddenFields, type Page } from "../../sandbox/visitor.ts";
import { auditBooks } from "./books.ts";
import { bounty, refuseStripe, solve } from "./money.ts";
import {
  AT_ONCE_CARD,
  createWorld,
  pledge,
  problemOn,
  REPOSITORY,
  sessionOf,
  signIn,
  type World,
} from "./world.ts";

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

function card(number: number): string {
  return world.cards(number)[0] ?? "";
}

function refunds(): string[] {
  return world.town.stripe.refunds().map(({ amount, status }) => `${amount} ${status}`);
}

/** Somebody pays, and follows the link on the page after it. */
async function paidLink(number: number, amount: string): Promise<string> {
  const session = sessionOf(await pledge(world, number, { amount }));
  world.town.stripe.pay(session, { card: AT_ONCE_CARD });
  await world.pass(0);
  const thanks = world.town.stripe.sessions().find(({ id }) => id === session)?.success_url ?? "";
  return linkOn(await world.visitor().get(thanks));
}

function linkOn({ text }: Page): string {
  return `${world.places.app}${/href="(\/pledge\/[^"/]+)/.exec(text)?.[1]}`;
}

async function withdraw(link: string): Promise<Page> {
  const visitor = world.visitor();
  const asked = await visitor.get(`${link}/withdraw`);
  return visitor.post(`${link}/withdraw`, hiddenFields(asked));
}

test("a backer takes the money back: told the figure before, once for two clicks, less Stripe's fee", async () => {
  const number = await bounty(world);
  const link = await paidLink(number, "50");
  await world.settle();
  const visitor = world.visitor();
  expect((await visitor.get(link)).text).toContain("Paid: thank you");
  const asked = await visitor.get(`${link}/withdraw`);
  expect(asked.text).toContain("$48.25 goes back to your card.");
  expect(refunds()).toEqual([]);

  const fields = hiddenFields(asked);
  const clicks = await Promise.all([
    visitor.post(`${link}/withdraw`, fields),
    visitor.post(`${link}/withdraw`, fields),
  ]);
  expect(clicks.map(({ status, location }) => [status, location])).toEqual([
    [303, link],
    [303, link],
  ]);
  await world.settle();
  expect(refunds()).toEqual(["4825 succeeded"]);
  const after = await visitor.get(link);
  expect(after.text).toContain("Your money went back");
  expect(after.text).toContain("$48.25 was returned to your card: you took it back.");
  expect(card(number)).toContain("### Bounty: $0.00 paid in");
  expect(card(number)).toContain("| Given back | $48.25 (1 pledge) |");
  await auditBooks(world);
});

test("what is still clearing goes back once its fee is known", async () => {
  const number = await bounty(world);
  const link = await paidLink(number, "50");
  expect((await world.visitor().get(`${link}/withdraw`)).text).toContain("roughly $1.75");
  await withdraw(link);
  expect((await world.visitor().get(link)).text).toContain("Paid, and it goes back");
  expect(refunds()).toEqual([]);
  await world.settle();
  expect(refunds()).toEqual(["4825 succeeded"]);
  expect(card(number)).toContain("### Bounty: $0.00 paid in");
  await auditBooks(world);
});

test("once the claim is accepted it is too late, even for a page that was opened before", async () => {
  const number = await bounty(world);
  const link = await paidLink(number, "50");
  await world.settle();
  const visitor = world.visitor();
  const opened = hiddenFields(await visitor.get(`${link}/withdraw`));
  await solve(world, number);
  const late = await visitor.post(`${link}/withdraw`, opened);
  expect(late.status).toBe(422);
  expect(problemOn(late)).toContain("The bounty is awarded");
  expect((await visitor.get(link)).text).toContain("belongs to the people who did the work");
  expect(refunds()).toEqual([]);
  expect(card(number)).toContain("| Awarded, not yet paid out | $48.25 |");
  await auditBooks(world);
});

test("one who takes it back before the merge leaves the rest to the award", async () => {
  const number = await bounty(world);
  const link = await paidLink(number, "50");
  await paidLink(number, "20");
  await world.settle();
  await withdraw(link);
  await world.settle();
  await solve(world, number);
  expect(refunds()).toEqual(["4825 succeeded"]);
  expect(card(number)).toContain("| Awarded, not yet paid out | $19.12 |");
  await auditBooks(world);
});

test("while Stripe does not answer the withdrawal stands, and its refund follows", async () => {
  const number = await bounty(world);
  const link = await paidLink(number, "50");
  await world.settle();
  const stripe = refuseStripe(world);
  world.faults.stripe = ({ url }) => (url.includes("/v1/refunds") ? "never arrives" : null);
  expect((await withdraw(link)).status).toBe(303);
  await world.pass(0);
  expect((await world.visitor().get(link)).text).toContain("Your money is on its way back");
  world.faults.stripe = () => null;
  stripe.resume();
  await world.pass(3_600_000);
  expect(refunds()).toEqual(["4825 succeeded"]);
  await auditBooks(world);
});

test("who was signed in when pledging finds the pledge again without the link", async () => {
  const number = await bounty(world);
  const visitor = await signIn(world, "backer");
  const url = `${world.places.app}/gh/${REPOSITORY}/issues/${number}`;
  const form = hiddenFields(await visitor.get(url));
  const page = await visitor.post(url, { ...form, mode: "pay-now", amount: "50" });
  world.town.stripe.pay(sessionOf(page), { card: AT_ONCE_CARD });
  await paidLink(number, "20");
  await world.settle();

  const list = await visitor.get(`${world.places.app}/backer`);
  expect(list.text.match(/href="\/pledge\//g)).toHaveLength(1);
  await withdraw(linkOn(list));
  await world.settle();
  expect(refunds()).toEqual(["4825 succeeded"]);
  const other = await signIn(world, "contributor");
  expect((await other.get(`${world.places.app}/backer`)).text).toContain("No pledge was made");
  await auditBooks(world);
});
