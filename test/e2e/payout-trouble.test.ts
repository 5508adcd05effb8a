// Payouts that do not go straight: accounts elsewhere, transfers taken back, answers that were not true.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { auditBooks } from "./books.ts";
import { paidBounty, say, solve, strike } from "./money.ts";
import { balanceOf, connect, createWorld, DAY, signIn, type World } from "./world.ts";

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

function card(number: number): string {
  return world.cards(number)[0] ?? "";
}

async function page(login = "contributor"): Promise<string> {
  const visitor = await signIn(world, login);
  return (await visitor.get(`${world.places.app}/payee`)).text;
}

/** A bounty of $50, solved and paid out to a connected contributor. */
async function paidOut(): Promise<{ number: number; account: string; transfer: string }> {
  const number = await paidBounty(world, ["50"]);
  await solve(world, number);
  const account = await connect(world, "contributor");
  await world.settle();
  expect(card(number)).toContain("Bounty paid out: $48.25");
  return { number, account, transfer: world.town.stripe.transfers()[0]?.id ?? "" };
}

test("where payees can be paid is said before anybody starts, and to whoever lives elsewhere", async () => {
  const number = await paidBounty(world, ["50"]);
  const region = "the United States, the United Kingdom, Canada, Switzerland or a country of the";
  expect(card(number)).toContain(`To be paid you need a Stripe account in ${region}`);
  await solve(world, number);
  const visitor = await signIn(world, "contributor");
  const begun = await visitor.post(`${world.places.app}/payee/connect`, {});
  const account = /(acct_[a-zA-Z0-9]+)/.exec(begun.location ?? "")?.[1] ?? "";
  world.town.stripe.onboard(account, { country: "BR" });
  await world.settle();
  expect(world.town.stripe.transfers()).toEqual([]);
  expect(card(number)).toContain(
    "Stripe does not pay into their account at the moment: contributor.",
  );
  expect(card(number)).not.toContain("Brazil");
  expect(await page()).toContain("Accounts in Brazil cannot be paid from here");
  await world.pass(90 * DAY);
  expect(card(number)).toContain("Bounty over: nobody claimed it");
  await auditBooks(world);
});

test("a transfer taken back in full waits for a maintainer's /release, and is then sent again", async () => {
  const { number, account, transfer } = await paidOut();
  world.town.stripe.reverse(transfer);
  await world.settle();
  expect(balanceOf(world, account)).toBe(0);
  expect(card(number)).toContain("Bounty awarded: being paid out");
  expect(card(number)).toContain("| of that, taken back by the operator | $48.25 |");
  expect(await page()).toContain("taken back by the operator of this bot");
  await auditBooks(world);

  // Nothing but a maintainer sends it again: not time, and not the payee's account.
  await world.pass(20 * DAY);
  expect(world.calls("POST /v1/transfers")).toHaveLength(1);
  await say(world, number, "/release");
  expect(balanceOf(world, account)).toBe(4825);
  expect(card(number)).toContain("Bounty paid out: $48.25");
  expect(world.town.stripe.transfers()).toHaveLength(2);
  await auditBooks(world);
});

test("a transfer taken back in full that nobody releases goes back to the backer on its date", async () => {
  const { number, transfer } = await paidOut();
  world.town.stripe.reverse(transfer);
  await world.pass(91 * DAY);
  expect(card(number)).toContain("Bounty over: nobody claimed it");
  expect(world.town.stripe.refunds()).toMatchObject([{ amount: 4825, status: "succeeded" }]);
  await auditBooks(world);
});

test("a part taken back is shown, and goes back to the backer on its date; what comes later goes at once", async () => {
  const { number, account, transfer } = await paidOut();
  world.town.stripe.reverse(transfer, 1000);
  await world.settle();
  expect(card(number)).toContain("| of that, taken back by the operator | $10.00 |");
  expect(await page()).toContain("$10.00 of it was taken back");
  await auditBooks(world);
  await say(world, number, "/release");
  expect(balanceOf(world, account)).toBe(3825);
  await world.pass(91 * DAY);
  expect(card(number)).toContain("Bounty paid out: $38.25");
  expect(world.town.stripe.refunds()).toMatchObject([{ amount: 1000 }]);
  await auditBooks(world);

  world.town.stripe.reverse(transfer, 500);
  await world.settle();
  expect(world.town.stripe.refunds()).toHaveLength(2);
  expect(card(number)).toContain("Bounty paid out: $33.25");
  await auditBooks(world);
});

/** The contributor is connected, and was paid $19.12 for another bounty. */
async function connectFirst(): Promise<string> {
  const number = await paidBounty(world, ["20"]);
  await solve(world, number);
  const account = await connect(world, "contributor");
  await world.settle();
  expect(balanceOf(world, account)).toBe(1912);
  return account;
}

function refusal(): Response {
  const error = { type: "invalid_request_error", message: "No.", param: "source_transaction" };
  return Response.json({ error }, { status: 400 });
}

test("a transfer turned down for no fault of the payee's: the operator is told, and it goes the next day", async () => {
  const number = await paidBounty(world, ["50"]);
  const account = await connectFirst();
  strike(world, "POST /v1/transfers", refusal);
  await solve(world, number);
  const troubles = await world.reading((read) => read.troubles());
  expect(troubles).toMatchObject([{ kind: "payout" }]);
  expect(card(number)).not.toContain("Stripe does not pay into their account");
  await world.pass(DAY + 60_000);
  expect(balanceOf(world, account)).toBe(1912 + 4825);
  await auditBooks(world);
});

test("a transfer that Stripe made and denied is found out: the waiting share is what it paid", async () => {
  const number = await paidBounty(world, ["50"]);
  const account = await connectFirst();
  const { deliver } = world.webhooks;
  const late: (() => Promise<unknown>)[] = [];
  world.webhooks.deliver = async (request, send) => {
    const copy = request.clone();
    const { type } = (await request.clone().json()) as { type: string };
    if (type !== "transfer.created") return deliver(request, send);
    late.push(() => send(copy));
    return new Response(null, { status: 200 });
  };
  const { stripe } = world.town;
  const real = stripe.fetch;
  let lie = true;
  stripe.fetch = async (request) => {
    const answer = await real(request);
    const made = request.method === "POST" && new URL(request.url).pathname === "/v1/transfers";
    if (!lie || !made) return answer;
    lie = false;
    return refusal();
  };
  await solve(world, number);
  expect(balanceOf(world, account)).toBe(1912 + 4825);
  expect(card(number)).toContain("Bounty awarded: being paid out");
  for (const send of late) await send();
  await world.settle();
  expect(card(number)).toContain("Bounty paid out: $48.25");
  await world.pass(2 * DAY);
  expect(stripe.transfers()).toHaveLength(2);
  await auditBooks(world);
});

test("a payee gives up their share: what waits goes back to the backers, and nobody else can do it", async () => {
  const number = await paidBounty(world, ["50", "20"]);
  await solve(world, number);
  const visitor = await signIn(world, "contributor");
  const listed = (await visitor.get(`${world.places.app}/payee`)).text;
  const path = /href="([^"]*payee\/decline[^"]*)"/.exec(listed)?.[1] ?? "";
  const url = new URL(path.replaceAll("&amp;", "&"), world.places.app).href;
  const asked = await visitor.get(url);
  expect(asked.text).toContain("Give up your share?");
  expect(world.town.stripe.refunds()).toEqual([]);

  const stranger = await signIn(world, "stranger");
  expect((await stranger.get(url)).status).toBe(404);
  const fields = { campaign: new URL(url).searchParams.get("campaign") ?? "" };
  const decline = `${world.places.app}/payee/decline`;
  expect((await stranger.post(decline, fields)).status).toBe(422);

  expect((await visitor.post(decline, fields)).status).toBe(303);
  await world.settle();
  expect(
    world.town.stripe
      .refunds()
      .map(({ amount }) => amount)
      .sort(),
  ).toEqual([1912, 4825]);
  expect((await visitor.get(`${world.places.app}/payee`)).text).toContain(
    "went back to the backer",
  );
  expect((await visitor.post(`${world.places.app}/payee/connect`, {})).status).toBe(422);
  await world.pass(91 * DAY);
  expect(world.town.stripe.transfers()).toEqual([]);
  await auditBooks(world);
});

test("a payee who disconnected their account: what waits stays, and another account is paid", async () => {
  const { account } = await paidOut();
  world.town.stripe.disconnect(account);
  await world.settle();
  expect(await page()).toContain("Your account is no longer connected");
  expect(await page()).not.toContain("Connect with Stripe");
  const second = await paidBounty(world, ["20"]);
  await solve(world, second);
  expect(card(second)).toContain("Not yet connected to Stripe: contributor.");
  expect(await page()).toContain("Connect with Stripe");
  const other = await connect(world, "contributor");
  expect(other).not.toBe(account);
  await world.settle();
  expect(balanceOf(world, other)).toBe(1912);
  expect(card(second)).toContain("Bounty paid out: $19.12");
  await auditBooks(world);
});

describe("an account that is disconnected while its transfer is tried again", () => {
  test.each([
    ["that did not take effect: the share waits for another account", false, [1912]],
    ["that did: it is found, and nothing is sent twice", true, [1912]],
  ])("%s", async (_name, done, sent) => {
    const number = await paidBounty(world, ["20"]);
    await solve(world, number);
    let cut = true;
    strike(
      world,
      "POST /v1/transfers",
      () => (cut ? (done ? "answer lost" : "never arrives") : null),
      100,
    );
    const account = await connect(world, "contributor");
    await world.settle();
    world.town.stripe.disconnect(account);
    cut = false;
    await world.pass(2 * DAY);
    expect(world.town.stripe.transfers()).toHaveLength(done ? 1 : 0);
    expect(await world.reading((read) => read.troubles())).toEqual([]);
    if (!done) await connect(world, "contributor");
    await world.settle();
    expect(world.town.stripe.transfers().map(({ amount }) => amount)).toEqual(sent);
    expect(card(number)).toContain("Bounty paid out: $19.12");
    await auditBooks(world);
  });

  test("and never connected again: it goes back on its date", async () => {
    const number = await paidBounty(world, ["20"]);
    await solve(world, number);
    strike(world, "POST /v1/transfers", () => "never arrives");
    world.town.stripe.disconnect(await connect(world, "contributor"));
    await world.pass(91 * DAY);
    expect(world.town.stripe.transfers()).toEqual([]);
    expect(world.town.stripe.refunds()).toMatchObject([{ amount: 1912, status: "succeeded" }]);
    expect(card(number)).toContain("Bounty over: nobody claimed it");
    await auditBooks(world);
  });
});

test("a payment that the payee's bank turns down is said on their page, and moves nothing of ours", async () => {
  const { account } = await paidOut();
  await world.pass(3 * DAY);
  const before = await world.postings();
  const { id } = world.town.stripe.payOut({ account, currency: "usd" });
  await world.pass(2 * DAY);
  world.town.stripe.failPayout(id);
  await world.settle();
  expect(await page()).toContain("Your bank turned a payment down");
  expect(await world.postings()).toEqual(before);
  await auditBooks(world);
});
