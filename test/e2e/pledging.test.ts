// From the form to Stripe's page and back: double clicks, declined cards, names, and an honest page after.
import { afterEach, expect, test } from "@jest/globals";
import { hiddenFields } from "../../sandbox/visitor.ts";
import { auditBooks } from "./books.ts";
import { bounty, paidBounty, say, solve } from "./money.ts";
import {
  AT_ONCE_CARD,
  connect,
  createWorld,
  DAY,
  pledge,
  problemOn,
  REPOSITORY,
  sessionOf,
  signIn,
  type World,
} from "./world.ts";

const DECLINED = "4000000000000002";

let world: World;
afterEach(() => world.close());

function card(number: number): string {
  return world.cards(number)[0] ?? "";
}

function address(number: number): string {
  return `${world.places.app}/gh/${REPOSITORY}/issues/${number}`;
}

/** Where Stripe sends the backer after they paid. */
function successPage(session: string): string {
  return world.town.stripe.sessions().find(({ id }) => id === session)?.success_url ?? "";
}

test("a double click is one pledge: both are led to the same page of Stripe's", async () => {
  world = await createWorld();
  const number = await bounty(world);
  const visitor = world.visitor();
  const form = {
    ...hiddenFields(await visitor.get(address(number))),
    mode: "pay-now",
    amount: "50",
  };
  const [first, second] = await Promise.all([
    visitor.post(address(number), form),
    visitor.post(address(number), form),
  ]);
  expect([first?.status, second?.status]).toEqual([303, 303]);
  expect(second?.location).toBe(first?.location);
  const third = await visitor.post(address(number), form);
  expect(third.location).toBe(first?.location);
  expect(world.town.stripe.sessions()).toHaveLength(1);

  const other = await visitor.post(address(number), { ...form, amount: "60" });
  expect(other.location).not.toBe(first?.location);
  await auditBooks(world);
});

test("a declined card, then a good one on the same page: one payment", async () => {
  world = await createWorld();
  const number = await bounty(world);
  const session = sessionOf(await pledge(world, number, { amount: "50" }));
  expect(world.town.stripe.pay(session, { card: DECLINED })).toMatchObject({ kind: "declined" });
  await world.settle();
  expect(card(number)).toContain("### Bounty: $0.00 paid in");
  expect(world.town.stripe.pay(session)).toMatchObject({ kind: "complete" });
  await world.settle();
  expect(card(number)).toContain("### Bounty: $50.00 paid in");
  expect(card(number)).toContain("| Backers | 1 |");
  await auditBooks(world);
});

test("a page that was left costs nothing and leads back to the form", async () => {
  world = await createWorld();
  const number = await bounty(world);
  const session = sessionOf(await pledge(world, number, { amount: "50" }));
  const back = world.town.stripe.abandon(session) ?? "";
  const page = await world.visitor().get(back);
  expect(page.text).toContain("You left Stripe’s page without paying. Nothing was charged");
  await world.pass(DAY);
  const thanks = await world.visitor().get(successPage(session));
  expect(thanks.text).toContain("Nothing was charged");
  // Nobody has pledged, so the label's removal ends the bounty.
  await world.town.github.act("maintainer").unlabel(number, "bounty");
  await world.settle();
  expect(card(number)).toContain("Bounty cancelled");
  await auditBooks(world);
});

test("paying is closed while Stripe would sweep the money to the operator's bank", async () => {
  world = await createWorld({ stripe: { payoutSchedule: "daily" } });
  const number = await bounty(world);
  const shown = await world.visitor().get(address(number));
  expect(shown.text).toContain("Paying is closed for the moment");
  expect(hiddenFields(shown)).toEqual({});
  // A form from before, or one that somebody made, is turned down all the same.
  const page = await pledge(world, number, { amount: "50", nonce: "before" });
  expect(page.status).toBe(422);
  expect(problemOn(page)).toContain("Paying is closed for the moment");
  expect(world.town.stripe.sessions()).toEqual([]);
  expect(await world.app().examine()).toEqual([
    expect.stringContaining("Set them to manual (Settings → Payouts)"),
  ]);
  await auditBooks(world);
});

test("paying is closed while the account does not settle in the bounty's currency", async () => {
  world = await createWorld({ stripe: { settlementCurrencies: ["eur"] } });
  const number = await bounty(world);
  const shown = await world.visitor().get(address(number));
  expect(shown.text).toContain("Paying is closed for the moment");
  const page = await pledge(world, number, { amount: "50", nonce: "before" });
  expect(page.status).toBe(422);
  expect(problemOn(page)).toContain("Paying is closed for the moment");
  expect(await world.app().examine()).toEqual([
    expect.stringContaining("the account does not settle in USD"),
  ]);
  await auditBooks(world);
});

test("a payment that settles in another currency goes back in full, and the page names the reason", async () => {
  const stripe = { settlementCurrencies: ["usd", "eur"] };
  world = await createWorld({ stripe });
  const number = await bounty(world);
  const session = sessionOf(await pledge(world, number, { amount: "50" }));
  // The operator closes the account in dollars while somebody pays.
  stripe.settlementCurrencies.shift();
  world.town.stripe.pay(session, { card: AT_ONCE_CARD });
  await world.settle();
  world.town.stripe.topUp(1000, "eur");
  await world.settle();
  const page = await world.visitor().get(successPage(session));
  expect(page.text).toContain("Your money went back");
  expect(page.text).toContain("$50.00 was returned to your card");
  expect(page.text).toContain("it arrived in another currency than the bounty’s");
  expect(world.town.stripe.refunds()).toMatchObject([{ amount: 5000, status: "succeeded" }]);
  expect(card(number)).toContain("### Bounty: $0.00 paid in");
  await auditBooks(world);
});

test("the page after paying says what is known at each moment, and no more", async () => {
  world = await createWorld();
  const number = await bounty(world);
  const session = sessionOf(await pledge(world, number, { amount: "50", name: "Ann & Co" }));
  const look = async (): Promise<string> => {
    const { text } = await world.visitor().get(successPage(session));
    return /<h1>(.*?)<\/h1>/.exec(text)?.[1] ?? "";
  };
  expect(await look()).toBe("Stripe has not told us yet");
  world.town.stripe.pay(session);
  expect(await look()).toBe("Stripe has not told us yet");
  await world.pass(0);
  expect(await look()).toBe("Paid, and clearing: thank you");
  await world.settle();
  expect(await look()).toBe("Paid: thank you");
  const { text } = await world.visitor().get(successPage(session));
  expect(text).toContain("Ann &amp; Co");
  expect(text).toContain("$48.25");
  await solve(world, number);
  expect(await look()).toBe("Paid: thank you");
  await connect(world, "contributor");
  await world.settle();
  expect(await look()).toBe("Paid out: thank you");
  await auditBooks(world);
});

test("the page after a cancelled bounty tells the backer of the way back", async () => {
  world = await createWorld();
  const number = await paidBounty(world, []);
  const session = sessionOf(await pledge(world, number, { amount: "50" }));
  world.town.stripe.pay(session);
  await world.settle();
  await say(world, number, "/cancel not needed");
  const waiting = await world.visitor().get(successPage(session));
  expect(waiting.text).toContain("Your money is on its way back");
  await world.pass(3 * DAY);
  const back = await world.visitor().get(successPage(session));
  expect(back.text).toContain("Your money went back");
  expect(back.text).toContain("$48.25 was returned to your card");
  await auditBooks(world);
});

test("guests have a name or none; who signed in is shown as such, unless they wish otherwise", async () => {
  world = await createWorld();
  const number = await bounty(world);
  const from = async (fields: Record<string, string>, login?: string): Promise<string> => {
    const visitor = login === undefined ? world.visitor() : await signIn(world, login);
    const form = hiddenFields(await visitor.get(address(number)));
    const page = await visitor.post(address(number), {
      ...form,
      mode: "pay-now",
      amount: "5",
      ...fields,
    });
    const { text } = await world.visitor().get(successPage(sessionOf(page)));
    return (/<dt>From<\/dt><dd>(.*?)<\/dd>/.exec(text)?.[1] ?? "").replace(/<[^>]*>/g, "");
  };
  expect({
    guest: await from({}),
    named: await from({ name: "@maintainer <b>" }),
    anonymous: await from({ name: "Ann", anonymous: "on" }),
    signedIn: await from({}, "backer"),
  }).toMatchInlineSnapshot(`
{
  "anonymous": "anonymous",
  "guest": "no name given",
  "named": "“maintainer &lt;b&gt;”, a guest",
  "signedIn": "a GitHub account",
}
`);
  await auditBooks(world);
});
