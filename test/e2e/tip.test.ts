// Tips: somebody comments, anybody pays through the link, and the contributor is paid when it is safe.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { hiddenFields, type Page } from "../../sandbox/visitor.ts";
import { auditBooks } from "./books.ts";
import { say } from "./talk.ts";
import {
  balanceOf,
  connect,
  createWorld,
  DAY,
  GOOD_CARD,
  problemOn,
  REPOSITORY,
  sessionOf,
  signIn,
  type World,
} from "./world.ts";

let world: World;
beforeEach(async () => {
  world = await createWorld({ environment: { FIRST_PAYOUT_HOLD_DAYS: "7", TIP_LIMIT: "50" } });
});
afterEach(() => world.close());

async function issue(): Promise<number> {
  const { number } = await world.town.github.act("maintainer").openIssue({ title: "Dark mode" });
  await world.settle();
  return number;
}

/** Somebody comments `/tip`; the link in the reply. */
async function link(number: number, text: string, by = "stranger"): Promise<string> {
  const { replies } = await say(world, by, number, text);
  return /\]\((http[^)]+)\)/.exec(replies[0] ?? "")?.[1] ?? replies.join();
}

async function post(url: string, fields: Record<string, string> = {}): Promise<Page> {
  const visitor = world.visitor();
  const page = await visitor.get(url);
  return visitor.post(url.split("?")[0] ?? "", { ...hiddenFields(page), amount: "20", ...fields });
}

async function pay(url: string, fields: Record<string, string> = {}): Promise<void> {
  world.town.stripe.pay(sessionOf(await post(url, fields)), { card: GOOD_CARD });
  await world.settle();
}

test("a tip is offered, paid, held, and sent; no card, and the reply is minimised", async () => {
  const number = await issue();
  const url = await link(number, "/tip @contributor $20");
  const page = await world.visitor().get(url);
  expect(page.text).toContain("Pay contributor for their work");
  expect(page.text).toContain('value="20.00"');
  await pay(url);
  expect(world.cards(number)).toEqual([]);
  const [offer, told] = world.replies(number);
  expect(offer).toContain("Pay contributor $20.00");
  expect(told).toContain("@contributor: a tip for your work here waits for you");
  expect(world.calls("POST /api/graphql").length).toBeGreaterThan(0);

  const account = await connect(world, "contributor");
  await world.settle();
  expect(balanceOf(world, account)).toBe(0);
  const payees = await (await signIn(world, "contributor")).get(`${world.places.app}/payee`);
  expect(payees.text).toContain(`a tip on ${REPOSITORY}#${number}`);
  expect(payees.text).toContain("held against stolen cards");
  await world.pass(7 * DAY);
  expect(balanceOf(world, account)).toBe(1912);
  await auditBooks(world);
});

test("a tip that nobody claims goes back to whoever paid it", async () => {
  await pay(await link(await issue(), "/tip @contributor 20"));
  await world.pass(91 * DAY);
  expect(world.town.stripe.refunds()).toMatchObject([{ amount: 1912, status: "succeeded" }]);
  await auditBooks(world);
});

test("tips beyond the operator's limit for a day wait for another day", async () => {
  const number = await issue();
  for (const _ of [1, 2]) await pay(await link(number, "/tip @contributor $40"), { amount: "40" });
  const account = await connect(world, "contributor");
  await world.pass(7 * DAY);
  expect(balanceOf(world, account)).toBe(3854);
  await world.pass(DAY);
  expect(balanceOf(world, account)).toBe(2 * 3854);
  await auditBooks(world);
});

test("what waited for an account leaves within the limit, too, however late that comes", async () => {
  const number = await issue();
  for (const _ of [1, 2, 3])
    await pay(await link(number, "/tip @contributor $40"), { amount: "40" });
  await world.pass(20 * DAY);
  const account = await connect(world, "contributor");
  await world.settle();
  const sent = [balanceOf(world, account)];
  for (const _ of [1, 2, 3]) {
    await world.pass(DAY);
    sent.push(balanceOf(world, account));
  }
  expect(sent).toEqual([3854, 2 * 3854, 3 * 3854, 3 * 3854]);
  await auditBooks(world);
});

test("a link serves once; what was left on Stripe's page can be begun again", async () => {
  const url = await link(await issue(), "/tip @contributor $20");
  const left = sessionOf(await post(url));
  const back = await world.visitor().get(world.town.stripe.abandon(left) ?? "");
  expect(back.text).toContain("You left Stripe’s page without paying");
  await world.pass(DAY);
  await pay(url);
  const page = await world.visitor().get(url);
  expect(page.text).toContain("This tip is paid already");
  expect(page.text).not.toContain("Continue to Stripe");
  expect(world.town.stripe.charges()).toHaveLength(1);
  await auditBooks(world);
});

test("an issue has its bounty beside its tips, and a pull request can carry one", async () => {
  const number = await issue();
  await pay(await link(number, "/tip @contributor $20"));
  await world.town.github.act("maintainer").label(number, "bounty: $200");
  await world.settle();
  await link(number, "/tip @contributor $10", "backer");
  expect(world.cards(number)).toHaveLength(1);
  const page = await world.visitor().get(`${world.places.app}/gh/${REPOSITORY}/issues/${number}`);
  expect(page.text).toContain("Pledge to this issue");
  const { number: pull } = await world.town.github.act("contributor").openPull({ body: "Work" });
  await world.settle();
  expect(await link(pull, "/tip @contributor $20")).toContain("/tips/");
  await world.pass(91 * DAY);
  await auditBooks(world);
});

test("who and what is refused, with one reply that says why", async () => {
  const number = await issue();
  const refused = async (text: string, by = "stranger"): Promise<string> => {
    const { reactions, replies } = await say(world, by, number, text);
    expect([reactions, replies.length]).toEqual([["confused"], 1]);
    return replies[0] ?? "";
  };
  expect(await refused("/tip @contributor $20", "contributor")).toContain("for somebody else");
  expect(await refused("/tip @no-such-person $20")).toContain("GitHub knows no person");
  expect(await refused("/tip @contributor $51")).toContain("tips up to $50.00");
  expect(await refused("/tip contributor $20")).toContain("I could not read that");
  const url = await link(number, "/tip @contributor $20");
  expect(problemOn(await post(url, { amount: "51" }))).toContain("tips up to $50.00");
  const changed = await post(url, { terms: "0".repeat(64) });
  expect(problemOn(changed)).toContain("The terms changed");
  expect((await world.visitor().get(`${world.places.app}/tips/nothing`)).status).toBe(404);
  await auditBooks(world);
});
