// Who may have a Stripe account opened, which costs the operator: whom money waits for, and nobody who is only named.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { hiddenFields, type Page } from "../../sandbox/visitor.ts";
import { auditBooks } from "./books.ts";
import { paidBounty, solve } from "./money.ts";
import { openBounty, repliesOn, say } from "./talk.ts";
import {
  balanceOf,
  connect,
  createWorld,
  DAY,
  GOOD_CARD,
  promise,
  sessionOf,
  signIn,
  type World,
} from "./world.ts";

const DECLINED_LATER = "4000000000009995";
const NOBODY = "Nothing is waiting for this account.";

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

/** Somebody signs in and asks for an account by the form, whether their page shows it or not. */
async function asks(login: string): Promise<{ offered: boolean; answer: Page }> {
  const visitor = await signIn(world, login);
  const page = await visitor.get(`${world.places.app}/payee`);
  const answer = await visitor.post(`${world.places.app}/payee/connect`, {});
  return { offered: page.text.includes("Connect with Stripe"), answer };
}

async function isRefused(login: string, words: string): Promise<void> {
  const { offered, answer } = await asks(login);
  expect([login, offered, answer.status]).toEqual([login, false, 422]);
  expect(answer.text).toContain(words);
}

function accounts(): number {
  return world.town.stripe.accounts().length;
}

function many(): string[] {
  return Array.from({ length: 4 }, (_, index) => {
    const login = `one-of-many-${index}`;
    world.town.github.addUser({ login });
    return login;
  });
}

test("whoever is named by a tip that nobody has paid gets no account, however many are named", async () => {
  const { number } = await world.town.github.act("maintainer").openIssue({ title: "Dark mode" });
  const offers: string[] = [];
  for (const login of many()) {
    offers.push(...(await say(world, "stranger", number, `/tip @${login} $5`)).replies);
    await isRefused(login, NOBODY);
  }
  expect(accounts()).toBe(0);
  expect(world.calls("POST /v1/accounts")).toEqual([]);

  // One of them is paid: that one is told, and may open one.
  const url = /\]\((http[^)]+)\)/.exec(offers[2] ?? "")?.[1] ?? "";
  const visitor = world.visitor();
  const form = hiddenFields(await visitor.get(url));
  const page = await visitor.post(url.split("?")[0] ?? "", { ...form, amount: "5" });
  world.town.stripe.pay(sessionOf(page), { card: GOOD_CARD });
  await world.settle();
  expect(repliesOn(world, number).at(-1)).toContain("@one-of-many-2: a tip for your work here");
  const account = await connect(world, "one-of-many-2");
  await world.settle();
  expect(balanceOf(world, account)).toBe(455);
  await isRefused("one-of-many-1", NOBODY);
  expect(accounts()).toBe(1);
  await auditBooks(world);
});

test("an award of a promise that cannot be charged opens nobody an account, and calls nobody", async () => {
  const number = await openBounty(world);
  await promise(world, number, "50", DECLINED_LATER);
  await world.settle();
  const logins = many();
  const parts = logins.map((login) => `@${login} 25`).join(" ");
  expect((await say(world, "maintainer", number, `/split ${parts}`)).reactions).toEqual(["rocket"]);
  expect((await say(world, "maintainer", number, "/release")).reactions).toEqual(["rocket"]);
  for (const login of logins) await isRefused(login, "is still being collected");
  expect(repliesOn(world, number).join()).not.toContain("Connect a Stripe account");
  await world.pass(15 * DAY);
  for (const login of logins) await isRefused(login, NOBODY);
  expect(accounts()).toBe(0);
  await auditBooks(world);
});

test("once a promise is paid its payees are asked, and may connect", async () => {
  const number = await openBounty(world);
  await promise(world, number, "50");
  await world.settle();
  const pull = await solve(world, number);
  expect(repliesOn(world, pull)).toEqual([
    expect.stringContaining("@contributor: the bounty on #"),
  ]);
  const account = await connect(world, "contributor");
  await world.settle();
  expect(balanceOf(world, account)).toBe(4825);
  await auditBooks(world);
});

test("whoever gave a share up, or did not claim it in time, opens no account for it any more", async () => {
  const number = await paidBounty(world, ["50"]);
  await solve(world, number);
  const visitor = await signIn(world, "contributor");
  const page = await visitor.get(`${world.places.app}/payee`);
  expect(page.text).toContain("Connect with Stripe");
  const campaign = /payee\/decline\?campaign=([^"&]+)/.exec(page.text)?.[1] ?? "";
  await visitor.post(`${world.places.app}/payee/decline`, { campaign });
  await world.settle();
  await isRefused("contributor", NOBODY);

  await solve(world, await paidBounty(world, ["20"]));
  expect((await visitor.get(`${world.places.app}/payee`)).text).toContain("Connect with Stripe");
  await world.pass(91 * DAY);
  await isRefused("contributor", NOBODY);
  expect(accounts()).toBe(0);
  await auditBooks(world);
});

test("an account that is lost is not replaced by itself", async () => {
  const number = await paidBounty(world, ["50"]);
  await solve(world, number);
  const visitor = await signIn(world, "contributor");
  const begun = await visitor.post(`${world.places.app}/payee/connect`, {});
  const account = /(acct_[a-zA-Z0-9]+)/.exec(begun.location ?? "")?.[1] ?? "";
  world.town.stripe.disconnect(account);
  await world.settle();
  await world.pass(7 * DAY);
  expect(world.calls("POST /v1/accounts").map(({ call }) => call)).toEqual(["POST /v1/accounts"]);
  expect(accounts()).toBe(1);

  const again = await connect(world, "contributor");
  await world.settle();
  expect([again === account, balanceOf(world, again)]).toEqual([false, 4825]);
  await auditBooks(world);
});

test("an account that is lost without a word: whoever asks to go on with it is told, or gets another", async () => {
  await solve(world, await paidBounty(world, ["50"]));
  const account = await connect(world, "contributor");
  await world.settle();
  for (const type of ["account", "capability"]) {
    world.town.stripe.tamper({ how: "lose", type, times: 1_000 });
  }
  world.town.stripe.disconnect(account);
  await world.settle();
  const visitor = await signIn(world, "contributor");
  const page = await visitor.post(`${world.places.app}/payee/connect`, {});
  expect(page.status).toBe(422);
  expect(page.text).toContain(NOBODY);
  expect(page.text).toContain("Your account is no longer connected");
  expect(accounts()).toBe(1);

  await solve(world, await paidBounty(world, ["20"]));
  const begun = await visitor.post(`${world.places.app}/payee/connect`, {});
  const second = /(acct_[a-zA-Z0-9]+)/.exec(begun.location ?? "")?.[1] ?? "";
  world.town.stripe.disconnect(second);
  await world.settle();
  const third = await connect(world, "contributor");
  expect(new Set([account, second, third]).size).toBe(3);
  await visitor.get(`${world.places.app}/payee/return`);
  await world.settle();
  expect(balanceOf(world, third)).toBe(1912);
  await auditBooks(world);
});

/** Somebody begins at Stripe and never ends; when Stripe is asked after the account, in hours since. */
async function begins(): Promise<() => number[]> {
  await solve(world, await paidBounty(world, ["50"]));
  const visitor = await signIn(world, "contributor");
  const { location } = await visitor.post(`${world.places.app}/payee/connect`, {});
  const account = /(acct_[a-zA-Z0-9]+)/.exec(location ?? "")?.[1] ?? "";
  const begun = Date.now();
  const call = `GET /v1/accounts/${account}`;
  return () => world.calls(call).map(({ at }) => (at - begun) / 3_600_000);
}

test("an onboarding that is never finished: Stripe is asked ever later, and then once a day", async () => {
  await world.app().app.begin();
  const asked = await begins();
  await world.pass(2 * DAY);
  // And by the sweep.
  expect(asked().filter((hour) => hour % 6 === 0)).toEqual([6, 18, 42]);
  expect(asked().length).toBeLessThanOrEqual(5);
  const before = asked().length;
  await world.pass(4 * DAY);
  expect(asked().length - before).toBeGreaterThanOrEqual(3);
  expect(asked().length - before).toBeLessThanOrEqual(5);
});

test("and not at all once its share went back", async () => {
  const asked = await begins();
  await world.pass(91 * DAY);
  expect(world.town.stripe.refunds()).toHaveLength(1);
  const before = asked().length;
  expect(before).toBeGreaterThanOrEqual(3);
  await world.app().app.reconcile();
  await world.app().app.begin();
  await world.pass(2 * DAY);
  expect(asked()).toHaveLength(before);
  await auditBooks(world);
});
