// People who are owed money: late, half-way, restricted, renamed, or not who they say they are.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { Page, Visitor } from "../../sandbox/visitor.ts";
import { auditBooks } from "./books.ts";
import { paidBounty, solve } from "./money.ts";
import { balanceOf, connect, createWorld, DAY, signIn, type World } from "./world.ts";

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

function card(number: number): string {
  return world.cards(number)[0] ?? "";
}

async function solvedBounty(amount = "50"): Promise<number> {
  const number = await paidBounty(world, [amount]);
  await solve(world, number);
  return number;
}

function accountIn({ location }: Page): string {
  return /(acct_[a-zA-Z0-9]+)/.exec(location ?? "")?.[1] ?? "";
}

/** GitHub asks whether to sign in as `login`; where it sends the browser back to. */
async function consent(visitor: Visitor, login: string): Promise<string> {
  const begun = await visitor.post(`${world.places.app}/sign-in`, {});
  const asked = new URL(begun.location ?? "");
  const agreed = await visitor.post(`${world.places.github}/login/oauth/authorize`, {
    ...Object.fromEntries(asked.searchParams),
    as: login,
    decision: "authorize",
  });
  return agreed.location ?? "";
}

test("a payee who connects a week later is paid then", async () => {
  const number = await solvedBounty();
  expect(card(number)).toContain("Not yet connected to Stripe: contributor.");
  await world.pass(7 * DAY);
  const account = await connect(world, "contributor");
  await world.settle();
  expect(balanceOf(world, account)).toBe(4825);
  expect(card(number)).toContain("Bounty paid out: $48.25");
  await auditBooks(world);
});

test("an onboarding left half-way goes on with the same account", async () => {
  await solvedBounty();
  const visitor = await signIn(world, "contributor");
  const first = await visitor.post(`${world.places.app}/payee/connect`, {});
  const account = accountIn(first);
  world.town.stripe.onboard(account, { finish: false });
  const back = await visitor.get(`${world.places.app}/payee/return`);
  expect(back.text).toContain("Stripe has not yet said that your account can receive money");
  expect(back.text).toContain("Stripe needs more from you");

  const second = await visitor.post(`${world.places.app}/payee/connect`, {});
  expect(second.status).toBe(303);
  expect(accountIn(second)).toBe(account);
  expect(second.location).not.toBe(first.location);
  world.town.stripe.onboard(account);
  await world.settle();
  expect(world.town.stripe.accounts()).toHaveLength(1);
  expect(balanceOf(world, account)).toBe(4825);
  expect((await visitor.get(`${world.places.app}/payee`)).text).toContain(
    "Your Stripe account can receive money",
  );
  await auditBooks(world);
});

test("a restricted account waits; restored, it is paid", async () => {
  await solvedBounty();
  const account = await connect(world, "contributor");
  await world.settle();
  world.town.stripe.restrict(account);
  await world.settle();
  const second = await solvedBounty("20");
  expect(card(second)).toContain(
    "Stripe does not pay into their account at the moment: contributor.",
  );
  expect(world.calls("POST /v1/transfers")).toHaveLength(1);
  world.town.stripe.onboard(account);
  await world.settle();
  expect(balanceOf(world, account)).toBe(4825 + 1912);
  await auditBooks(world);
});

test("a restriction that we did not hear of: Stripe refuses the transfer, and the share waits", async () => {
  // Stripe answers with a code that its own API description leaves out (arlyon/async-stripe#636).
  await world.close();
  world = await createWorld({ recorded: false });
  await solvedBounty();
  const account = await connect(world, "contributor");
  await world.settle();
  const { deliver } = world.webhooks;
  world.webhooks.deliver = async () => new Response(null, { status: 200 });
  world.town.stripe.restrict(account);
  await world.settle();
  world.webhooks.deliver = deliver;

  const second = await solvedBounty("20");
  expect(card(second)).toContain(
    "Stripe does not pay into their account at the moment: contributor.",
  );
  expect(card(second)).toContain("| Awarded, not yet paid out | $19.12 |");
  await auditBooks(world);
  world.town.stripe.onboard(account);
  await world.settle();
  expect(balanceOf(world, account)).toBe(4825 + 1912);
  expect(card(second)).toContain("Bounty paid out: $19.12");
  await auditBooks(world);
});

test("somebody else who signs in finds nothing and gets no account", async () => {
  await solvedBounty();
  const visitor = await signIn(world, "stranger");
  const page = await visitor.post(`${world.places.app}/payee/connect`, {});
  expect(page.status).toBe(422);
  expect(page.text).toContain("Nothing is waiting for this account.");
  expect(world.town.stripe.accounts()).toEqual([]);
  const nobody = await world.visitor().post(`${world.places.app}/payee/connect`, {});
  expect(nobody.location).toBe(`${world.places.app}/payee`);
  await auditBooks(world);
});

test("a sign-in counts once, in the browser that began it, for ten minutes", async () => {
  await solvedBounty();
  const browser = world.visitor();
  const back = await consent(browser, "contributor");

  // Another browser has no attempt of its own; one that has, has another state and another verifier.
  expect((await world.visitor().get(back)).status).toBe(400);
  const thief = world.visitor();
  const own = new URL(await consent(thief, "stranger"));
  own.searchParams.set("code", new URL(back).searchParams.get("code") ?? "");
  expect((await thief.get(own.href)).status).toBe(400);
  expect((await thief.get(`${world.places.app}/payee`)).text).not.toContain("Signed in as");

  // The thief used the code up: the owner begins again, and is in.
  expect((await browser.get(back)).text).toContain("That sign-in is over");
  const forged = new URL(await consent(browser, "contributor"));
  forged.searchParams.set("state", "forged");
  expect((await browser.get(forged.href)).status).toBe(400);
  const late = await consent(browser, "contributor");
  await world.pass(11 * 60_000);
  expect((await browser.get(late)).status).toBe(400);
  expect((await browser.get(await consent(browser, "contributor"))).status).toBe(303);
  expect((await browser.get(`${world.places.app}/payee`)).text).toContain("$48.25");
});

test("a payee who took another login is still the one who was awarded; the old name is nobody", async () => {
  const number = await solvedBounty();
  world.town.github.renameUser("contributor", "connie");
  world.town.github.addUser({ login: "contributor" });
  const impostor = await signIn(world, "contributor");
  expect((await impostor.post(`${world.places.app}/payee/connect`, {})).status).toBe(422);
  const account = await connect(world, "connie");
  await world.settle();
  expect(balanceOf(world, account)).toBe(4825);
  expect(card(number)).toContain("Bounty paid out: $48.25");
  await auditBooks(world);
});

test("awarded twice before they connect: one account, both paid, each once", async () => {
  const first = await solvedBounty();
  const second = await solvedBounty("20");
  const account = await connect(world, "contributor");
  await world.settle();
  expect(world.town.stripe.accounts()).toHaveLength(1);
  expect(balanceOf(world, account)).toBe(4825 + 1912);
  expect([card(first), card(second)].map((text) => text.includes("Bounty paid out"))).toEqual([
    true,
    true,
  ]);
  await auditBooks(world);
});
