// The operator refunds in Stripe's dashboard: all or parts of a charge, before or after anything else. The books
// follow, what remains of the pledge stays for the award, and the operator bears what the pledge does not hold.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { auditBooks } from "./books.ts";
import { bounty, paidBounty, refuseStripe, say, solve } from "./money.ts";
import {
  AT_ONCE_CARD,
  balanceOf,
  connect,
  createWorld,
  DAY,
  pledge,
  sessionOf,
  signIn,
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

/** In the dashboard; all that is left when no amount is named. */
function refundByHand({ town }: World, amount?: number): string {
  const charge = town.stripe.charges()[0]?.id ?? "";
  return (amount === undefined ? town.stripe.refund(charge) : town.stripe.refund(charge, amount))
    .id;
}

async function operatorPostings(): Promise<string[]> {
  return (await world.postings()).filter((one) => one.includes("operator")).sort();
}

test("parts are refunded by hand: what remains is shown, stays for the award and is paid out", async () => {
  const number = await paidBounty(world, ["50"], AT_ONCE_CARD);
  refundByHand(world, 1000);
  refundByHand(world, 500);
  await world.settle();
  expect(card(number)).toContain("### Bounty: $35.00 paid in");
  expect(card(number)).toContain("| Given back | $15.00 |");
  await solve(world, number);
  const account = await connect(world, "contributor");
  await world.settle();
  expect(balanceOf(world, account)).toBe(4825 - 1500);
  expect(await operatorPostings()).toEqual([]);
  await auditBooks(world);
});

test("all of it is refunded by hand: the operator bears Stripe's fee, and nothing is left for the date", async () => {
  const number = await paidBounty(world, ["50"], AT_ONCE_CARD);
  world.town.stripe.topUp(175, "usd");
  refundByHand(world);
  await world.settle();
  expect(card(number)).toContain("### Bounty: $0.00 paid in");
  expect(card(number)).toContain("| Given back | $50.00 (1 pledge) |");
  expect(await operatorPostings()).toEqual(["operator -> pledge 175 usd"]);
  await world.pass(91 * DAY);
  expect(refunds()).toEqual(["5000 succeeded"]);
  await auditBooks(world);
});

test("the backer's page tells of it, and what can still be taken back", async () => {
  const number = await bounty(world);
  const session = sessionOf(await pledge(world, number, { amount: "50" }));
  world.town.stripe.pay(session, { card: AT_ONCE_CARD });
  await world.settle();
  refundByHand(world, 2000);
  await world.settle();
  const thanks = world.town.stripe.sessions().find(({ id }) => id === session)?.success_url ?? "";
  const { text } = await world.visitor().get(thanks);
  const link = `${world.places.app}${/href="(\/pledge\/[^"/]+)/.exec(text)?.[1]}`;
  expect((await world.visitor().get(link)).text).toContain("the operator gave it back by hand");
  const asked = await world.visitor().get(`${link}/withdraw`);
  expect(asked.text).toContain("$20.00 was given back to you by hand already.");
  expect(asked.text).toContain("$28.25 goes back to your card.");
});

test("one that fails at the bank later is the pledge's again", async () => {
  const number = await paidBounty(world, ["50"], AT_ONCE_CARD);
  const refund = refundByHand(world, 2000);
  await world.settle();
  world.town.stripe.failRefund(refund);
  await world.settle();
  expect(card(number)).toContain("### Bounty: $50.00 paid in");
  expect(card(number)).not.toContain("Given back");
  await auditBooks(world);
});

test("one of everything that fails has no way but back: it is sent again, less Stripe's fee", async () => {
  const number = await paidBounty(world, ["50"], AT_ONCE_CARD);
  world.town.stripe.topUp(175, "usd");
  const refund = refundByHand(world);
  await world.settle();
  world.town.stripe.failRefund(refund);
  await world.settle();
  expect(card(number)).toContain("| On its way back | $48.25 (1 pledge) |");
  await world.pass(3 * DAY + HOUR);
  expect(refunds()).toEqual(["5000 failed", "4825 succeeded"]);
  expect(await operatorPostings()).toEqual([
    "operator -> pledge 175 usd",
    "pledge -> operator 175 usd",
  ]);
  await auditBooks(world);
});

test("by hand while ours is on its way: ours is refused, and nobody is paid twice", async () => {
  const number = await paidBounty(world, ["50"], AT_ONCE_CARD);
  world.town.stripe.topUp(175, "usd");
  world.faults.stripe = ({ method, url }) =>
    method === "POST" && url.endsWith("/v1/refunds") ? "never arrives" : null;
  await say(world, number, "/cancel not needed");
  refundByHand(world);
  await world.settle();
  world.faults.stripe = () => null;
  await world.pass(4 * DAY);
  expect(refunds()).toEqual(["5000 succeeded"]);
  expect(card(number)).toContain("Every refund is through.");
  expect((await operatorPostings()).slice(0, 1)).toEqual(["operator -> pledge 5000 usd"]);
  await auditBooks(world);
});

test("between award and payout: the shares that wait give way first, and what is left of them is paid", async () => {
  const number = await paidBounty(world, ["50", "20"], AT_ONCE_CARD);
  await solve(world, number);
  refundByHand(world, 1000);
  await world.settle();
  expect(card(number)).toContain("| Given back | $10.00 |");
  expect(await operatorPostings()).toEqual([]);
  const account = await connect(world, "contributor");
  await world.settle();
  expect(balanceOf(world, account)).toBe(4825 - 1000 + 1912);
  expect(card(number)).toContain("Bounty paid out: $57.37");
  await auditBooks(world);
});

test("all of it between award and payout: nothing is paid out of it, and the operator bears the fee alone", async () => {
  const number = await paidBounty(world, ["50"], AT_ONCE_CARD);
  await solve(world, number);
  world.town.stripe.topUp(175, "usd");
  refundByHand(world);
  await world.settle();
  const visitor = await signIn(world, "contributor");
  expect((await visitor.post(`${world.places.app}/payee/connect`, {})).status).toBe(422);
  await world.pass(91 * DAY);
  expect(world.town.stripe.transfers()).toEqual([]);
  expect(refunds()).toEqual(["5000 succeeded"]);
  expect(await operatorPostings()).toEqual(["operator -> pledge 175 usd"]);
  expect(card(number)).toContain("| Given back | $50.00 (1 pledge) |");
  await auditBooks(world);
});

test("after the payout the operator bears it", async () => {
  const number = await paidBounty(world, ["50"], AT_ONCE_CARD);
  await solve(world, number);
  await connect(world, "contributor");
  await world.settle();
  world.town.stripe.topUp(2000, "usd");
  refundByHand(world, 2000);
  await world.settle();
  expect(card(number)).toContain("Bounty paid out: $48.25");
  expect(await operatorPostings()).toEqual(["operator -> pledge 2000 usd"]);
});

test("told before its charge, twice and late: booked once", async () => {
  const number = await bounty(world);
  const stripe = refuseStripe(world);
  world.town.stripe.pay(sessionOf(await pledge(world, number, { amount: "50" })), {
    card: AT_ONCE_CARD,
  });
  await world.pass(2_000);
  refundByHand(world, 2000);
  await world.pass(2_000);
  stripe.resume();
  await world.pass(HOUR);
  expect(card(number)).toContain("### Bounty: $30.00 paid in");
  expect(card(number)).toContain("| Given back | $20.00 |");
  await auditBooks(world);
});
