// What webhooks did not say is asked for, and the books are held to Stripe's, to the cent.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { costsOf, isEqual } from "../../src/core/books.ts";
import { costLines, reportLines } from "../../src/core/books-report.ts";
import { move, OPERATOR, WORLD } from "../../src/core/ledger.ts";
import { auditBooks } from "./books.ts";
import { bounty, paidBounty, say, solve, strike } from "./money.ts";
import {
  AT_ONCE_CARD,
  connect,
  createWorld,
  DAY,
  pledge,
  pledgeAndPay,
  problemOn,
  promise,
  REPOSITORY,
  type World,
} from "./world.ts";

const HOUR = 3_600_000;

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

/** What `whipround reconcile` prints of the books, and everything that follows from what it found. */
async function reconcile(): Promise<string[]> {
  const comparison = await world.app().app.reconcile();
  await world.pass(0);
  return [isEqual(comparison) ? "equal" : "different", ...reportLines(comparison)];
}

/** No event of this type reaches the app from now on. */
function lose(type: string): void {
  world.town.stripe.tamper({ how: "lose", type, times: 1_000 });
}

function busy(): Response {
  return Response.json({ error: { message: "busy", type: "api_error" } }, { status: 503 });
}

function card(number: number): string {
  return world.cards(number)[0] ?? "";
}

function held(amount: string): string[] {
  return ["equal", `✓ usd: the ledger and Stripe both hold ${amount}`];
}

test("a payment of which no webhook told is on the card at once", async () => {
  const number = await bounty(world);
  lose("");
  await pledgeAndPay(world, number, "50");
  await world.settle();
  expect(card(number)).not.toContain("$50.00");
  expect(await reconcile()).toEqual(held("48.25"));
  expect(card(number)).toContain("### Bounty: $50.00 paid in");
  await auditBooks(world);
});

test("asked twice, it brings nothing new", async () => {
  await paidBounty(world, ["50", "20"]);
  world.town.stripe.topUp(700, "usd");
  expect(await reconcile()).toEqual(held("74.37"));
  const before = await world.postings();
  expect(await reconcile()).toEqual(held("74.37"));
  expect(await world.postings()).toEqual(before);
});

test("a refund whose end no webhook told of", async () => {
  const number = await paidBounty(world, ["50"]);
  lose("refund");
  lose("charge.refund");
  await say(world, number, "/cancel not needed");
  expect(card(number)).toContain("| On its way back | $48.25 (1 pledge) |");
  await world.pass(2 * DAY);
  expect(await reconcile()).toEqual(held("0.00"));
  expect(card(number)).toContain("| Given back | $48.25 (1 pledge) |");
  await auditBooks(world);
});

test("a transfer that was reversed without a word", async () => {
  const number = await paidBounty(world, ["50"], AT_ONCE_CARD);
  await solve(world, number);
  await connect(world, "contributor");
  await world.settle();
  lose("transfer");
  world.town.stripe.reverse(world.town.stripe.transfers()[0]?.id ?? "");
  await world.settle();
  expect(await reconcile()).toEqual(held("48.25"));
  await auditBooks(world);
});

test("a chargeback that no webhook told of", async () => {
  const number = await paidBounty(world, ["50", "20"], AT_ONCE_CARD);
  lose("charge.dispute");
  world.town.stripe.dispute(world.town.stripe.charges()[0]?.id ?? "");
  await world.settle();
  expect(card(number)).toContain("### Bounty: $70.00 paid in");
  expect((await reconcile())[0]).toBe("equal");
  expect(card(number)).toContain("| Disputed by a bank | $50.00 |");
  await auditBooks(world);
});

test("an account that is ready, and nobody said so", async () => {
  const number = await paidBounty(world, ["50"], AT_ONCE_CARD);
  await solve(world, number);
  lose("account");
  lose("capability");
  await connect(world, "contributor");
  await world.settle();
  expect(world.town.stripe.transfers()).toEqual([]);
  await reconcile();
  expect(world.town.stripe.transfers().map(({ amount }) => amount)).toEqual([4825]);
  expect(await reconcile()).toEqual(held("0.00"));
  await auditBooks(world);
});

test("what the operator adds, takes out and pays in fees is booked as theirs", async () => {
  world.town.stripe.topUp(5000, "usd");
  world.town.stripe.payOut({ amount: 2000, currency: "usd" });
  world.town.stripe.chargeFee({ amount: 200, currency: "usd" });
  world.town.stripe.reserve(300, "usd");
  expect(await reconcile()).toEqual(held("28.00"));
  world.town.stripe.chargeFee({ amount: -200, currency: "usd" });
  world.town.stripe.reserve(-300, "usd");
  expect(await reconcile()).toEqual(held("30.00"));
  // Each is booked by itself, in whatever order they come to it.
  expect((await world.postings()).toSorted()).toEqual([
    "operator -> stripe-fees 200 usd",
    "operator -> world 2000 usd",
    "stripe-fees -> operator 200 usd",
    "world -> operator 5000 usd",
  ]);
});

test("a payout that failed at the bank comes back to the operator", async () => {
  world.town.stripe.topUp(5000, "usd");
  const { id } = world.town.stripe.payOut({ amount: 2000, currency: "usd" });
  await world.pass(2 * DAY);
  expect(await reconcile()).toEqual(held("30.00"));
  world.town.stripe.failPayout(id);
  expect(await reconcile()).toEqual(held("50.00"));
});

test("what the list of events does not say either, the balance's own transactions do", async () => {
  const number = await paidBounty(world, ["50"], AT_ONCE_CARD);
  await solve(world, number);
  await connect(world, "contributor");
  await world.settle();
  lose("");
  const [transfer] = world.town.stripe.transfers();
  world.town.stripe.reverse(transfer?.id ?? "", 1000);
  world.faults.stripe = (request) =>
    new URL(request.url).pathname === "/v1/events"
      ? Response.json({ object: "list", data: [], has_more: false, url: "/v1/events" })
      : null;
  expect(await reconcile()).toEqual(held("10.00"));
  await auditBooks(world);
});

test("money that no facts of Stripe's explain is named until it is, and found again each time", async () => {
  await paidBounty(world, ["50"]);
  const charge = world.town.stripe.charges()[0];
  world.town.stripe.topUp(1000, "usd");
  // The way to the balance transaction is cut: nobody can say whose it is.
  world.faults.stripe = (request) =>
    /balance_transactions\/txn_/.test(request.url) ? new Response("", { status: 503 }) : null;
  const lines = await reconcile();
  expect(lines.slice(0, 2)).toEqual(["different", "✗ usd: the ledger holds 48.25, Stripe 58.25"]);
  expect(lines.slice(2)).toEqual([
    expect.stringMatching(/^ {2}txn_\w+ \(topup, 10\.00 usd\) is not booked$/),
  ]);
  expect(lines.join()).not.toContain(String(charge?.balance_transaction));
  world.faults.stripe = () => null;
  await world.settle();
  expect(await reconcile()).toEqual(held("58.25"));
});

test("what cancels out is named as well", async () => {
  await paidBounty(world, ["50"]);
  const five = { amount: 500n, currency: "usd" } as const;
  await world.book([...move(WORLD, OPERATOR, five), ...move(OPERATOR, WORLD, five)]);
  const lines = await reconcile();
  expect(lines.slice(0, 2)).toEqual(["different", "✓ usd: the ledger and Stripe both hold 48.25"]);
  expect(lines.slice(2)).toEqual([
    expect.stringContaining("world -> operator 500 usd"),
    expect.stringContaining("operator -> world 500 usd"),
  ]);
});

test("the app asks by itself, at its start and every six hours", async () => {
  await world.app().app.begin();
  await world.settle();
  const asked = (): number => world.calls("GET /v1/balance_transactions").length;
  expect(world.calls("GET /v1/events")).toHaveLength(1);
  const number = await bounty(world);
  lose("");
  await pledgeAndPay(world, number, "50");
  await world.settle();
  expect(card(number)).not.toContain("$50.00");
  const before = asked();
  await world.pass(7 * HOUR);
  expect(asked()).toBeGreaterThan(before);
  expect(card(number)).toContain("### Bounty: $50.00 paid in");
  // Another start asks at once, and there is one timer all the same.
  await world.app().app.begin();
  await world.pass(HOUR);
  const twice = world.calls("GET /v1/events").length;
  await world.pass(6 * HOUR);
  expect(world.calls("GET /v1/events")).toHaveLength(twice + 1);
  await auditBooks(world);
});

test("a merge of which GitHub told nobody is seen, and paid for", async () => {
  const number = await paidBounty(world, ["50"]);
  const contributor = world.town.github.act("contributor");
  const pull = await contributor.openPull({ body: `Fixes #${number}` });
  await world.settle();
  const { deliver } = world.webhooks;
  // Taken, and not kept: GitHub believes that it arrived.
  world.webhooks.deliver = async (request, send) =>
    request.url.includes("/api/github/")
      ? new Response(null, { status: 202 })
      : deliver(request, send);
  await world.town.github.act("maintainer").merge(pull.number);
  await world.settle();
  world.webhooks.deliver = deliver;
  expect(card(number)).toContain("### Bounty: $50.00 paid in");
  await reconcile();
  await world.settle();
  expect(card(number)).toContain("### Bounty awarded");
  await connect(world, "contributor");
  await world.settle();
  expect(world.town.stripe.transfers().map(({ amount }) => amount)).toEqual([4825]);
  await auditBooks(world);
});

test("what GitHub could not hand over is sent again, and once", async () => {
  const number = await paidBounty(world, ["50"]);
  const { deliver } = world.webhooks;
  world.webhooks.deliver = async (request, send) =>
    request.url.includes("/api/github/")
      ? new Response(null, { status: 500 })
      : deliver(request, send);
  await world.town.github.act("maintainer").comment(number, "/hold not yet");
  await world.settle();
  world.webhooks.deliver = deliver;
  await reconcile();
  await world.settle();
  expect(card(number)).toContain("not yet");
  const attempts = (): number => world.calls("POST /api/v3/app/hook/deliveries/").length;
  const before = attempts();
  expect(before).toBeGreaterThan(0);
  await reconcile();
  expect(attempts()).toBe(before);
});

test("the operator's loss is red in doctor until a top-up that makes up for it is booked", async () => {
  const number = await paidBounty(world, ["50"], AT_ONCE_CARD);
  await solve(world, number);
  await connect(world, "contributor");
  await world.settle();
  const [charge] = world.town.stripe.charges();
  world.town.stripe.loseDispute(world.town.stripe.dispute(charge?.id ?? "").id);
  await world.settle();
  expect(await world.app().examine()).toEqual([
    expect.stringContaining("backers' money covers your loss of 65.00 usd"),
  ]);
  world.town.stripe.topUp(6500, "usd");
  expect(await reconcile()).toEqual(held("0.00"));
  expect(await world.app().examine()).toEqual([]);
  // Made up for, and still said.
  expect(costLines(costsOf(await world.reading((read) => read.postings())))).toEqual([
    "usd: chargebacks, refunds in full and refunds by hand cost you 50.00 so far, besides fees",
    expect.stringMatching(/^ {2}pledge \w+: 50\.00$/),
  ]);
});

test("until then nobody can pay now, for nobody's money may cover a loss; promises are taken", async () => {
  const number = await paidBounty(world, ["50"], AT_ONCE_CARD);
  await solve(world, number);
  await connect(world, "contributor");
  await world.settle();
  const [charge] = world.town.stripe.charges();
  world.town.stripe.loseDispute(world.town.stripe.dispute(charge?.id ?? "").id);
  await world.settle();

  const next = await bounty(world);
  const page = `${world.places.app}/gh/${REPOSITORY}/issues/${next}`;
  const { text: short } = await world.visitor().get(page);
  expect(short).toContain("Paying now is closed for the moment");
  expect(short).not.toContain('value="pay-now"');
  const refused = await pledge(world, next, { amount: "30" });
  expect([refused.status, problemOn(refused)]).toEqual([
    422,
    expect.stringContaining("below zero after a loss"),
  ]);
  await say(world, next, "/pledge 30");
  expect(world.replies(next).join()).toContain("?amount=30.00");
  await promise(world, next, "20");
  await world.settle();
  expect(card(next)).toContain("### Bounty: $20.00 promised");

  world.town.stripe.topUp(6499, "usd");
  await reconcile();
  expect((await pledge(world, next, { amount: "30" })).status).toBe(422);
  world.town.stripe.topUp(1, "usd");
  await reconcile();
  expect((await world.visitor().get(page)).text).toContain('value="pay-now"');
  await pledgeAndPay(world, next, "30");
  await world.settle();
  expect(card(next)).toContain("$30.00 paid in");
  await auditBooks(world);
});

test("a tip can only be paid now: its page is closed meanwhile", async () => {
  world.town.stripe.chargeFee({ amount: 200, currency: "usd" });
  await reconcile();
  const number = await bounty(world);
  await say(world, number, "/tip @contributor 5");
  const link = /\((http[^)]*\/tips\/[^)]*)\)/.exec(world.replies(number).join())?.[1] ?? "";
  expect((await world.visitor().get(link)).text).toContain("Paying now is closed for the moment");
  world.town.stripe.topUp(200, "usd");
  await reconcile();
  expect((await world.visitor().get(link)).text).toContain("Continue to Stripe");
});

test("a transfer whose answer was lost before Stripe forgot its key is looked up, not made again", async () => {
  const number = await paidBounty(world, ["50"], AT_ONCE_CARD);
  await solve(world, number);
  strike(world, "POST /v1/transfers", () => "answer lost", 2);
  strike(world, "GET /v1/transfers", busy, 1_000);
  lose("transfer");
  await connect(world, "contributor");
  await world.pass(2 * DAY);
  // Stripe's SDK asks once more at once where a connection breaks off; the app, not before it has looked.
  const posts = (): number => world.calls("POST /v1/transfers").length;
  const before = posts();
  expect(card(number)).not.toContain("paid out: $48.25");
  world.faults.stripe = () => null;
  await world.pass(2 * HOUR);
  expect(posts()).toBe(before);
  expect(world.calls("GET /v1/transfers").at(-1)?.at).toBeGreaterThan(
    (world.calls("POST /v1/transfers").at(-1)?.at ?? Infinity) + DAY,
  );
  expect(world.town.stripe.transfers().map(({ amount }) => amount)).toEqual([4825]);
  expect(card(number)).toContain("### Bounty paid out: $48.25");
  expect(await reconcile()).toEqual(held("0.00"));
  await auditBooks(world);
});

test("what is long done is taken away; nothing is done again for it", async () => {
  const number = await paidBounty(world, ["50"], AT_ONCE_CARD);
  await solve(world, number);
  await connect(world, "contributor");
  await world.settle();
  expect(card(number)).toContain("### Bounty paid out: $48.25");
  const guids = world.town.github.deliveries().map(({ guid }) => guid);
  const known = async (): Promise<number> =>
    (await world.reading((read) => read.knownDeliveries("github", guids))).length;
  expect(await known()).toBeGreaterThan(3);
  await world.pass(80 * DAY);
  await reconcile();
  expect(await known()).toBeGreaterThan(3);
  const before = world.calls("").filter(({ call }) => !call.startsWith("GET ")).length;
  await world.pass(20 * DAY);
  for (let times = 0; times < 2; times += 1) expect(await reconcile()).toEqual(held("0.00"));
  expect(await known()).toBe(0);
  await world.pass(DAY);
  expect(world.calls("").filter(({ call }) => !call.startsWith("GET "))).toHaveLength(before);
  expect(await world.reading((read) => read.troubles())).toEqual([]);
  await auditBooks(world);
});
