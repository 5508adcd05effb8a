// Money on its way back: everybody gets it, once, and the card says so when it is true.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { troubleLines } from "../../src/preflight.ts";
import { auditBooks } from "./books.ts";
import { bounty, paidBounty, reactions, refuseStripe, say, solve, strike } from "./money.ts";
import {
  AT_ONCE_CARD,
  createWorld,
  DAY,
  pledge,
  pledgeAndPay,
  sessionOf,
  type World,
} from "./world.ts";

const HOUR = 3_600_000;

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

test("a cancelled bounty refunds everybody; the rocket comes when the last refund is through", async () => {
  const number = await bounty(world);
  await pledgeAndPay(world, number, "50", AT_ONCE_CARD);
  await pledgeAndPay(world, number, "50");
  await world.settle();

  const comment = await say(world, number, "/cancel we chose another way");
  // Stripe has no available balance for the second yet.
  expect(refunds().sort()).toEqual(["4825 pending", "4825 succeeded"]);
  expect(await reactions(world, comment)).toEqual(["eyes"]);
  expect(card(number)).toContain("Bounty cancelled: the money is on its way back");
  expect(card(number)).toContain("| On its way back | $48.25 (1 pledge) |");
  expect(card(number)).toContain("| Given back | $48.25 (1 pledge) |");
  expect(card(number)).toContain("we chose another way");

  await world.pass(3 * DAY);
  expect(refunds().sort()).toEqual(["4825 succeeded", "4825 succeeded"]);
  expect(await reactions(world, comment)).toEqual(["eyes", "rocket"]);
  expect(card(number)).toContain("### Bounty cancelled\n");
  expect(card(number)).toContain("| Given back | $96.50 (2 pledges) |");
  expect(card(number)).toContain("Every refund is through.");
  await auditBooks(world);
});

test("a pledge that is still clearing when the bounty is cancelled goes back once its fee is known", async () => {
  const number = await bounty(world);
  await pledgeAndPay(world, number, "50", AT_ONCE_CARD);
  await world.pass(0);
  const comment = await world.town.github.act("maintainer").comment(number, "/cancel not needed");
  await world.pass(0);
  expect(refunds()).toEqual([]);
  expect(card(number)).toContain("### Bounty: $50.00 paid in");
  await world.settle();
  expect(refunds()).toEqual(["4825 succeeded"]);
  expect(await reactions(world, comment.id)).toEqual(["eyes", "rocket"]);
  expect(card(number)).toContain("Every refund is through.");
  await auditBooks(world);
});

test("whoever is on Stripe's page when the bounty is cancelled cannot pay any more", async () => {
  const number = await bounty(world);
  const session = sessionOf(await pledge(world, number, { amount: "50" }));
  const comment = await say(world, number, "/cancel not needed");
  expect(world.town.stripe.pay(session)).toMatchObject({ kind: "refused" });
  expect(await reactions(world, comment)).toEqual(["eyes", "rocket"]);
  expect(card(number)).toContain("Nobody was charged.");
  const page = await pledge(world, number, { amount: "50" });
  expect(page.status).toBe(422);
  expect(page.text).toContain("This bounty is over");
  await auditBooks(world);
});

test("who paid at that very moment gets all of it back, and the operator bears Stripe's fee", async () => {
  const number = await bounty(world);
  const stripe = refuseStripe(world);
  await pledgeAndPay(world, number, "50", AT_ONCE_CARD);
  const comment = await say(world, number, "/cancel not needed");
  stripe.resume();
  await world.pass(HOUR);
  // The account holds 48.25; the operator has to add the rest.
  expect(refunds()).toEqual(["5000 pending"]);
  expect(card(number)).toContain("| On its way back | $50.00 (1 pledge) |");
  expect(await reactions(world, comment)).toEqual(["eyes"]);

  world.town.stripe.topUp(175, "usd");
  await world.settle();
  expect(refunds()).toEqual(["5000 succeeded"]);
  expect(card(number)).toContain("| Given back | $50.00 (1 pledge) |");
  expect(await reactions(world, comment)).toEqual(["eyes", "rocket"]);
  expect((await world.postings()).sort()).toEqual([
    "operator -> pledge 175 usd",
    "outgoing -> world 5000 usd",
    "pledge -> outgoing 5000 usd",
    "pledge -> stripe-fees 175 usd",
    "world -> pledge 5000 usd",
  ]);
  await auditBooks(world);
});

/** Stripe does not hear that it should close its page. */
function keepOpen(session: string): { resume(): void } {
  strike(world, `POST /v1/checkout/sessions/${session}/expire`, () => "never arrives", 1_000);
  return {
    resume() {
      world.faults.stripe = () => null;
    },
  };
}

test("what is paid after the award goes back in full; the award is paid as it was noticed", async () => {
  const number = await paidBounty(world, ["50"]);
  const session = sessionOf(await pledge(world, number, { amount: "20" }));
  const contributor = world.town.github.act("contributor");
  const pull = await contributor.openPull({ body: `Fixes #${number}` });
  await world.settle();
  const page = keepOpen(session);
  await world.town.github.act("maintainer").merge(pull.number);
  await world.settle();
  world.town.stripe.pay(session, { card: AT_ONCE_CARD });
  page.resume();
  await world.pass(3 * DAY);
  expect(refunds()).toEqual(["2000 succeeded"]);
  expect(card(number)).toContain("| Given back | $20.00 (1 pledge) |");
  expect(card(number)).toContain("| Awarded, not yet paid out | $48.25 |");
  await auditBooks(world);
});

test("a page that was left open expires, and a bounty solved before anybody paid owes nothing", async () => {
  const number = await bounty(world);
  const left = sessionOf(await pledge(world, number, { amount: "50" }));
  await world.pass(2 * HOUR + 60_000);
  expect(world.town.stripe.pay(left)).toMatchObject({ kind: "refused" });
  const late = sessionOf(await pledge(world, number, { amount: "20" }));
  const page = keepOpen(late);
  await solve(world, number);
  world.town.stripe.pay(late, { card: AT_ONCE_CARD });
  page.resume();
  await world.pass(DAY);
  world.town.stripe.topUp(88, "usd");
  await world.settle();
  expect(refunds()).toEqual(["2000 succeeded"]);
  expect(card(number)).toContain("Bounty over");
  expect(card(number)).toContain("Every refund is through.");
  await auditBooks(world);
});

test("a refund that fails at the bank is sent again, soon at first, then monthly, and never forgotten", async () => {
  const number = await paidBounty(world, ["50"], AT_ONCE_CARD);
  const comment = await say(world, number, "/cancel not needed");
  expect(await reactions(world, comment)).toEqual(["eyes", "rocket"]);
  const failures: number[] = [];
  for (const wait of [3, 3, 30]) {
    world.town.stripe.failRefund(world.town.stripe.refunds().at(-1)?.id ?? "");
    await world.settle();
    expect(card(number)).toContain("| On its way back | $48.25 (1 pledge) |");
    expect(card(number)).not.toContain("Every refund is through.");
    const [trouble] = await world.reading(troubleLines);
    expect(trouble).toMatch(/^refund refund:\w+:\d: it did not go through, and is tried again/);
    failures.push(world.town.stripe.refunds().length);
    await world.pass(wait * DAY);
  }
  expect(failures).toEqual([1, 2, 3]);
  expect(refunds()).toEqual(["4825 failed", "4825 failed", "4825 failed", "4825 succeeded"]);
  expect(await world.reading(troubleLines)).toEqual([]);
  expect(card(number)).toContain("Every refund is through.");
  await auditBooks(world);
});

test("a refund that Stripe refuses is held, shown, and tried again", async () => {
  const number = await paidBounty(world, ["50"], AT_ONCE_CARD);
  strike(world, "POST /v1/refunds", () =>
    Response.json(
      { error: { type: "invalid_request_error", code: "charge_disputed", message: "Disputed." } },
      { status: 400 },
    ),
  );
  const comment = await say(world, number, "/cancel not needed");
  expect(refunds()).toEqual([]);
  expect(card(number)).toContain("| On its way back | $48.25 (1 pledge) |");
  expect(await reactions(world, comment)).toEqual(["eyes"]);
  await auditBooks(world, { troubles: 1 });
  await world.pass(4 * DAY);
  expect(refunds()).toEqual(["4825 succeeded"]);
  expect(await reactions(world, comment)).toEqual(["eyes", "rocket"]);
  await auditBooks(world);
});

test("an award that waits keeps its money when somebody else's refund is under way", async () => {
  const number = await paidBounty(world, ["50"], AT_ONCE_CARD);
  await solve(world, number);
  const other = await paidBounty(world, ["20"], AT_ONCE_CARD);
  await say(world, other, "/cancel not needed");
  expect(refunds()).toEqual(["1912 succeeded"]);
  expect(card(number)).toContain("| Awarded, not yet paid out | $48.25 |");
  await auditBooks(world);
});
