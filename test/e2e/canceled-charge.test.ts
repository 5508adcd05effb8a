// The operator cancels a promise's payment in Stripe's dashboard: nobody is charged, and everybody sees that it is over.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { auditBooks } from "./books.ts";
import { bounty, paidBounty, solve } from "./money.ts";
import { say } from "./talk.ts";
import { connect, createWorld, DAY, problemOn, promise, type World } from "./world.ts";

const DECLINED_LATER = "4000000000009995";

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

/** The payment of the promise of $20. */
function intent(): string {
  return world.town.stripe.paymentIntents().find(({ amount }) => amount === 2000)?.id ?? "";
}

/** The own page of whoever pledged last. */
async function lastLink(): Promise<string> {
  const thanks = world.town.stripe.sessions().at(-1)?.success_url ?? "";
  const { text } = await world.visitor().get(thanks);
  return `${world.places.app}${/href="(\/pledge\/[^"/]+)/.exec(text)?.[1]}`;
}

/** $50 paid and $20 promised on a card that does not give them, solved: only the charge is still waited for. */
async function declined(): Promise<{ number: number; link: string }> {
  const number = await paidBounty(world, ["50"]);
  await promise(world, number, "20", DECLINED_LATER);
  await world.settle();
  const link = await lastLink();
  await solve(world, number);
  await connect(world, "contributor");
  await world.settle();
  expect(card(number)).toContain("| Still being collected | $20.00 |");
  return { number, link };
}

async function isOver({ number, link }: { number: number; link: string }): Promise<void> {
  expect(card(number)).toContain("### Bounty paid out: $48.25");
  expect(card(number)).toContain("| Could not be collected | $20.00 |");
  const visitor = world.visitor();
  expect((await visitor.get(link)).text).toContain("Nothing was charged");
  const late = await visitor.post(`${link}/confirm`, {});
  expect([late.status, problemOn(late)]).toEqual([
    422,
    expect.stringContaining("waits for nothing from you"),
  ]);
  await world.pass(15 * DAY);
  expect(charged()).toEqual([5000]);
  // It was not asked to be cancelled once more, and the card is not kept.
  expect(world.calls(`POST /v1/payment_intents/${intent()}/cancel`)).toEqual([]);
  expect(world.calls("POST /v1/payment_methods/")).toHaveLength(1);
  await auditBooks(world);
}

test("a charge that failed: the promise is over at once, and the rest of the award is through", async () => {
  const story = await declined();
  world.town.stripe.cancelPayment(intent());
  await world.settle();
  await isOver(story);
});

test("of which no webhook told: reconcile finds it out", async () => {
  const story = await declined();
  world.town.stripe.tamper({ how: "lose", type: "payment_intent.canceled", times: 9 });
  world.town.stripe.cancelPayment(intent());
  await world.settle();
  expect(card(story.number)).toContain("| Still being collected | $20.00 |");
  await world.app().app.reconcile();
  await world.settle();
  await isOver(story);
});

test("nor a list of events: whoever is to be reminded is asked after first", async () => {
  const story = await declined();
  world.town.stripe.tamper({ how: "lose", type: "payment_intent.canceled", times: 9 });
  world.town.stripe.cancelPayment(intent());
  await world.pass(2 * DAY);
  await isOver(story);
});

test("before its only try was confirmed: it is not confirmed, and the award ends unpaid", async () => {
  const number = await bounty(world);
  await promise(world, number, "20");
  await world.settle();
  world.faults.stripe = (request) =>
    /payment_intents\/\w+\/confirm/.test(request.url) ? "never arrives" : null;
  await solve(world, number);
  world.town.stripe.cancelPayment(intent());
  await world.settle();
  world.faults.stripe = () => null;
  await world.pass(DAY);
  expect(charged()).toEqual([]);
  expect(card(number)).toContain("| Could not be collected | $20.00 |");
  await auditBooks(world);
});

test("called in by a goal: it stays reached without it", async () => {
  await world.town.github.act("maintainer").putFile(".github/whipround.yml", "charge: reached\n");
  await world.settle();
  const { number } = await world.town.github.act("maintainer").openIssue({});
  await say(world, "maintainer", number, "/goal $50 by 2026-12-10");
  await promise(world, number, "30");
  await promise(world, number, "20", DECLINED_LATER);
  await world.settle();
  world.town.stripe.cancelPayment(intent());
  await world.settle();
  expect(card(number)).toContain("### Goal reached: $30.00 of $50.00");
  expect(card(number)).not.toContain("Still being collected");
  await auditBooks(world);
});
