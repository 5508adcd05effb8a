// A promise whose charge fails: its backer confirms it with the bank or saves another card, on their own page.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { Page } from "../../sandbox/visitor.ts";
import { auditBooks } from "./books.ts";
import { bounty, refuseStripe, solve, strike } from "./money.ts";
import {
  balanceOf,
  connect,
  createWorld,
  DAY,
  GOOD_CARD,
  pledge,
  problemOn,
  REPOSITORY,
  sessionOf,
  signIn,
  type World,
} from "./world.ts";

const DECLINED_LATER = "4000000000009995";
const ASKS_ALWAYS = "4000002760003184";

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

function card(number: number): string {
  expect(world.cards(number)).toHaveLength(1);
  return world.cards(number)[0] ?? "";
}

/** Charges that took money, in cents. */
function charged(): number[] {
  return world.town.stripe
    .charges()
    .filter(({ paid }) => paid)
    .map(({ amount }) => amount);
}

/** Saves a card on Stripe's page; the bank's question is answered. */
function save(session: string, number: string): void {
  const outcome = world.town.stripe.pay(session, { card: number });
  if (outcome.kind === "authenticate") {
    world.town.stripe.authenticate(outcome.intent, "complete");
  } else if (outcome.kind !== "complete") throw new Error(`no card saved: ${outcome.kind}`);
}

/** Somebody promises $20 and follows the link on the page after it; their own page's address. */
async function promisedLink(number: number, cardNumber: string): Promise<string> {
  const session = sessionOf(await pledge(world, number, { amount: "20", mode: "on-merge" }));
  save(session, cardNumber);
  await world.settle();
  const thanks = world.town.stripe.sessions().find(({ id }) => id === session)?.success_url ?? "";
  const { text } = await world.visitor().get(thanks);
  return `${world.places.app}${/href="(\/pledge\/[^"/]+)/.exec(text)?.[1]}`;
}

function press(link: string, what: "confirm" | "card"): Promise<Page> {
  return world.visitor().post(`${link}/${what}`, {});
}

/** What a page says, without its markup. */
async function said(link: string): Promise<string> {
  const { text } = await world.visitor().get(link);
  return text.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
}

test("no card is kept: not one that another took the place of, nor one saved after the end", async () => {
  const number = await bounty(world);
  const link = await promisedLink(number, GOOD_CARD);
  const kept = (): number => {
    const methods = world.calls("POST /v1/payment_methods/");
    return savedCount - new Set(methods.map(({ call }) => call)).size;
  };
  let savedCount = 1;
  save(sessionOf(await press(link, "card")), "5555555555554444");
  savedCount += 1;
  await world.pass(2 * DAY);
  expect(kept()).toBe(1);
  const late = sessionOf(await press(link, "card"));
  await world.town.github.act("maintainer").comment(number, "/cancel not needed");
  await world.settle();
  expect(kept()).toBe(0);
  save(late, GOOD_CARD);
  savedCount += 1;
  await world.settle();
  expect(kept()).toBe(0);
  expect(charged()).toEqual([]);
  await auditBooks(world);
});

test("declined, another card saved: the same intent is paid at once, and the contributor with it", async () => {
  const number = await bounty(world);
  const link = await promisedLink(number, DECLINED_LATER);
  await solve(world, number);
  expect(await said(link)).toContain("Your card was declined");
  expect(await said(link)).toContain(
    "Nothing was charged so far. You can mend it until 2026-12-15",
  );
  await world.pass(2 * DAY);

  const page = await press(link, "card");
  const again = await press(link, "card");
  expect(again.location).toBe(page.location);
  save(sessionOf(page), GOOD_CARD);
  await world.settle();
  expect(charged()).toEqual([2000]);
  const account = await connect(world, "contributor");
  await world.settle();
  expect(balanceOf(world, account)).toBe(1912);
  expect(card(number)).toContain("### Bounty paid out: $19.12");
  const intents = world.calls("POST /v1/payment_intents").filter(({ call }) => !/pi_/.test(call));
  expect(intents).toHaveLength(1);
  expect(await said(link)).toContain("Paid out: thank you");
  await auditBooks(world);
});

test("a bank that asks: its page confirms the same intent, and leads back to what is known", async () => {
  const number = await bounty(world);
  const link = await promisedLink(number, ASKS_ALWAYS);
  await solve(world, number);
  expect(charged()).toEqual([]);
  expect(await said(link)).toContain("Please confirm the payment");
  expect(card(number)).toContain("| Still being collected | $20.00 |");

  const asked = await press(link, "confirm");
  expect(asked.status).toBe(303);
  expect(new URL(asked.location ?? "").origin).toBe(world.places.stripe);
  const visitor = world.visitor();
  const back = await visitor.post(asked.location ?? "", { answer: "complete" });
  expect(new URL(back.location ?? "").origin).toBe(world.places.app);
  await world.settle();
  expect((await visitor.get(back.location ?? "")).text).toContain("Paid");
  expect(charged()).toEqual([2000]);
  expect(card(number)).not.toContain("Still being collected");
  await world.pass(20 * DAY);
  expect(charged()).toEqual([2000]);
  await auditBooks(world);
});

test("who fails the bank's question may try again; a double click is one try", async () => {
  const number = await bounty(world);
  const link = await promisedLink(number, ASKS_ALWAYS);
  await solve(world, number);
  const asked = await press(link, "confirm");
  await world.visitor().post(asked.location ?? "", { answer: "fail" });
  await world.settle();
  expect(charged()).toEqual([]);
  const clicks = await Promise.all([press(link, "confirm"), press(link, "confirm")]);
  const led = clicks.filter(({ status }) => status === 303);
  expect(led.length).toBeGreaterThan(0);
  await world.visitor().post(asked.location ?? "", { answer: "complete" });
  await world.settle();
  expect(charged()).toEqual([2000]);
});

test("confirmed with the bank, and every webhook lost: the reminder finds it paid, and reminds nobody", async () => {
  const number = await bounty(world);
  const link = await promisedLink(number, ASKS_ALWAYS);
  await solve(world, number);
  const asked = await press(link, "confirm");
  const { resume } = refuseStripe(world);
  await world.visitor().post(asked.location ?? "", { answer: "complete" });
  await world.pass(2 * DAY);
  expect(card(number)).not.toContain("Still being collected");
  expect(card(number)).toContain("| Awarded, not yet paid out | $19.12 |");
  resume();
});

test("the answer to the confirm is lost while its backer waits: they are told, and it is charged once", async () => {
  const number = await bounty(world);
  const link = await promisedLink(number, ASKS_ALWAYS);
  await solve(world, number);
  // Stripe's library itself asks once more, under the same key, when a connection breaks.
  strike(world, "POST /v1/payment_intents/", () => "answer lost", 2);
  const first = await press(link, "confirm");
  expect(first.status).toBe(503);
  expect(problemOn(first)).toContain("Please try again in a moment");
  await world.pass(60_000);
  const asked = await press(link, "confirm");
  await world.visitor().post(asked.location ?? "", { answer: "complete" });
  await world.settle();
  expect(charged()).toEqual([2000]);
});

test("reminded once on the issue, in words that tell nobody else anything; after 14 days it is over", async () => {
  const number = await bounty(world);
  const backer = await signIn(world, "backer");
  const url = `${world.places.app}/gh/${REPOSITORY}/issues/${number}`;
  const page = await backer.post(url, {
    amount: "20",
    mode: "on-merge",
    nonce: "a-form-of-hers",
  });
  save(sessionOf(page), DECLINED_LATER);
  await world.settle();
  await solve(world, number);
  expect(world.replies(number)).toEqual([]);
  await world.pass(DAY + 60_000);
  expect(world.replies(number)).toHaveLength(1);
  expect(world.replies(number)[0]).toContain(
    `@backer: please have a look at [your pledge](${world.places.app}/backer) to this issue.`,
  );
  await world.pass(13 * DAY);
  expect(world.replies(number)).toHaveLength(1);
  expect(card(number)).toContain("### Bounty over: nothing could be collected");
  expect(charged()).toEqual([]);

  const later = await signIn(world, "backer");
  const mine = await later.get(`${world.places.app}/backer`);
  const link = `${world.places.app}${/href="(\/pledge\/[^"]+)"/.exec(mine.text)?.[1]}`;
  expect(await said(link)).toContain("Nothing was charged");
  const late = await press(link, "confirm");
  expect(late.status).toBe(422);
  expect(problemOn(late)).toContain("waits for nothing from you");
});

test("neither a guest nor whoever stays anonymous is ever mentioned", async () => {
  const number = await bounty(world);
  await promisedLink(number, DECLINED_LATER);
  const backer = await signIn(world, "backer");
  const url = `${world.places.app}/gh/${REPOSITORY}/issues/${number}`;
  const fields = { amount: "20", mode: "on-merge", nonce: "another-form", anonymous: "1" };
  save(sessionOf(await backer.post(url, fields)), DECLINED_LATER);
  await world.settle();
  await solve(world, number);
  await world.pass(15 * DAY);
  expect(world.replies(number)).toEqual([]);
  expect(card(number)).toContain("| Could not be collected | $40.00 |");
  expect(JSON.stringify(world.town.github.comments(REPOSITORY, number))).not.toContain("@backer");
});

test("paid at the very moment that it is given up: paid is paid", async () => {
  const number = await bounty(world);
  const link = await promisedLink(number, ASKS_ALWAYS);
  await solve(world, number);
  const asked = await press(link, "confirm");
  const { resume } = refuseStripe(world);
  await world.pass(13 * DAY);
  await world.visitor().post(asked.location ?? "", { answer: "complete" });
  await world.pass(2 * DAY);
  resume();
  await world.settle();
  expect(charged()).toEqual([2000]);
  expect(card(number)).not.toContain("Could not be collected");
  await connect(world, "contributor");
  await world.settle();
  expect(card(number)).toContain("### Bounty paid out: $19.12");
});
