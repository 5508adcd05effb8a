// Paid on Stripe's page, the webhook lost or late, and the issue is solved meanwhile: what the award found paid is a part
// of it, whenever the app is told.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { auditBooks } from "./books.ts";
import { bounty, paidBounty, say, strike } from "./money.ts";
import {
  balanceOf,
  connect,
  createWorld,
  DAY,
  GOOD_CARD,
  pledge,
  pledgeAndPay,
  promise,
  sessionOf,
  type World,
} from "./world.ts";

const SECOND = 1_000;

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

function card(number: number): string {
  return world.cards(number)[0] ?? "";
}

/** No webhook of Stripe's reaches the app from now on, and none is sent again. */
function loseStripe(): void {
  world.town.stripe.tamper({ how: "lose", type: "", times: 1_000 });
}

/** A pull request that solves it, with its notice. */
async function solved(number: number): Promise<number> {
  const contributor = world.town.github.act("contributor");
  const pull = await contributor.openPull({ body: `Fixes #${number}` });
  await world.settle();
  return pull.number;
}

async function merge(pull: number): Promise<void> {
  await world.town.github.act("maintainer").merge(pull);
  await world.settle();
}

/** What the contributor has in the end, in cents. */
async function received(): Promise<number> {
  const account = await connect(world, "contributor");
  await world.pass(DAY);
  return balanceOf(world, account);
}

test("a payment that no webhook told of is released by the merge, with the rest", async () => {
  const number = await paidBounty(world, ["50"]);
  const pull = await solved(number);
  loseStripe();
  await pledgeAndPay(world, number, "20");
  await world.pass(5 * SECOND);
  expect(card(number)).toContain("### Bounty: $50.00 paid in");
  await merge(pull);
  expect(card(number)).toContain("### Bounty awarded");
  expect(await received()).toBe(4825 + 1912);
  expect(world.town.stripe.refunds()).toEqual([]);
  await auditBooks(world);
});

test("a card that was saved is charged by it", async () => {
  const number = await paidBounty(world, ["50"]);
  const pull = await solved(number);
  loseStripe();
  await promise(world, number, "20");
  await world.pass(5 * SECOND);
  await merge(pull);
  expect(await received()).toBe(4825 + 1912);
  await auditBooks(world);
});

test("where it is all there is, the merge waits for a maintainer, who was shown nothing; then it is paid", async () => {
  const number = await bounty(world);
  const pull = await solved(number);
  loseStripe();
  await pledgeAndPay(world, number, "20");
  await world.pass(5 * SECOND);
  await merge(pull);
  expect(card(number)).toContain("### Bounty: $20.00 paid in");
  expect(world.replies(pull).join()).toContain("$20.00 is paid in");
  await say(world, pull, "/release");
  expect(card(number)).toContain("### Bounty awarded");
  expect(await received()).toBe(1912);
  await auditBooks(world);
});

test("a release without a merge finds it, too; nobody else's does", async () => {
  const number = await bounty(world);
  await say(world, number, "/split @contributor 100");
  loseStripe();
  await pledgeAndPay(world, number, "20");
  await world.pass(5 * SECOND);
  const asked = (): number => world.calls("GET /v1/checkout/sessions/").length;
  const before = asked();
  await world.town.github.act("stranger").comment(number, "/release");
  await world.settle();
  expect(asked()).toBe(before);
  await say(world, number, "/release");
  expect(card(number)).toContain("### Bounty awarded");
  expect(await received()).toBe(1912);
  await auditBooks(world);
});

test("paid in the very moment that Stripe was asked: told of after the award, it is divided all the same", async () => {
  const number = await paidBounty(world, ["50"]);
  const pull = await solved(number);
  loseStripe();
  const session = sessionOf(await pledge(world, number, { amount: "20" }));
  const open = world.town.stripe.sessions().find(({ id }) => id === session);
  world.town.stripe.pay(session, { card: GOOD_CARD });
  await world.pass(5 * SECOND);
  // The answer that was on its way.
  strike(world, `GET /v1/checkout/sessions/${session}`, () => Response.json(open));
  await merge(pull);
  expect(card(number)).toContain("### Bounty awarded");
  expect(await received()).toBe(4825 + 1912);
  expect(world.town.stripe.refunds()).toEqual([]);
  await auditBooks(world);
});

test("while Stripe does not answer, the merge waits for it", async () => {
  const number = await paidBounty(world, ["50"]);
  const pull = await solved(number);
  loseStripe();
  await pledgeAndPay(world, number, "20");
  await world.pass(5 * SECOND);
  world.faults.stripe = () => "never arrives";
  await merge(pull);
  expect(card(number)).not.toContain("### Bounty awarded");
  world.faults.stripe = () => null;
  await world.pass(10 * 60 * SECOND);
  expect(card(number)).toContain("### Bounty awarded");
  expect(await received()).toBe(4825 + 1912);
  await auditBooks(world);
});

test("one page that Stripe can never say anything of holds the merge up for hours, and not for ever", async () => {
  const number = await paidBounty(world, ["50"]);
  const pull = await solved(number);
  loseStripe();
  await pledgeAndPay(world, number, "20");
  const session = sessionOf(await pledge(world, number, { amount: "10" }));
  await world.pass(5 * SECOND);
  const failed = (): Response => Response.json({ error: { type: "api_error" } }, { status: 500 });
  strike(world, `GET /v1/checkout/sessions/${session}`, failed, Number.POSITIVE_INFINITY);
  await merge(pull);
  await world.pass(3_600 * SECOND);
  expect(card(number)).not.toContain("### Bounty awarded");
  await world.pass(3 * 3_600 * SECOND);
  expect(card(number)).toContain("### Bounty awarded");
  expect(await received()).toBe(4825 + 1912);
  await auditBooks(world);
});

test("an edit of what was merged before the bounty has Stripe asked nothing", async () => {
  const contributor = world.town.github.act("contributor");
  const { number: pull } = await contributor.openPull({ body: "A drive-by." });
  await merge(pull);
  await world.pass(5 * SECOND);
  const number = await bounty(world);
  await pledge(world, number, { amount: "20" });
  await world.settle();
  const asked = (): number => world.calls("GET /v1/checkout/sessions/").length;
  const before = asked();
  await contributor.editPull(pull, { body: `Fixes #${number}` });
  await world.settle();
  expect(asked()).toBe(before);
});
