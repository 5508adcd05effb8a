// A backer's bank takes the money back: before the award, between award and payout, after it; and the verdicts.
import { afterEach, describe, expect, test } from "@jest/globals";
import { auditBooks } from "./books.ts";
import { paidBounty, say, solve } from "./money.ts";
import { AT_ONCE_CARD, connect, createWorld, DAY, REPOSITORY, type World } from "./world.ts";

let world: World;
afterEach(() => world.close());

function card(number: number): string {
  return world.cards(number)[0] ?? "";
}

/** The bank begins a dispute on the charge of the nth payment; its id. */
async function dispute(nth = 0, terms = {}): Promise<string> {
  const charge = world.town.stripe.charges()[nth]?.id ?? "";
  const { id } = world.town.stripe.dispute(charge, terms);
  await world.settle();
  return id;
}

test("taken before the award: shown, left out of it, and lost", async () => {
  world = await createWorld();
  const number = await paidBounty(world, ["50", "20"], AT_ONCE_CARD);
  const id = await dispute();
  expect(card(number)).toContain("### Bounty: $20.00 paid in");
  expect(card(number)).toContain("| Disputed by a bank | $50.00 |");
  await solve(world, number);
  await connect(world, "contributor");
  await world.settle();
  expect(world.town.stripe.transfers().map(({ amount }) => amount)).toEqual([1912]);
  world.town.stripe.loseDispute(id);
  await world.settle();
  expect(card(number)).toContain("### Bounty paid out: $19.12");
  expect(card(number)).toContain("| Lost to a chargeback | $50.00 |");
  await auditBooks(world);
});

describe("all of it taken before the work is merged: the merge waits for a maintainer", () => {
  test.each([
    ["released before the verdict, it is paid once the bank has given it back", "before"],
    ["released after the verdict, it is paid at once", "after"],
  ])("%s", async (_name, released) => {
    world = await createWorld();
    const number = await paidBounty(world, ["50"], AT_ONCE_CARD);
    const id = await dispute();
    await solve(world, number);
    expect(card(number)).toContain("| Disputed by a bank | $50.00 |");
    expect(card(number)).not.toContain("before anything was pledged");
    if (released === "before") await say(world, number, "/release");
    expect(world.town.stripe.transfers()).toEqual([]);
    world.town.stripe.winDispute(id);
    await world.settle();
    if (released === "after") await say(world, number, "/release");
    await connect(world, "contributor");
    await world.settle();
    expect(world.town.stripe.transfers().map(({ amount }) => amount)).toEqual([4825]);
    expect(card(number)).toContain("### Bounty paid out: $48.25");
    await auditBooks(world);
  });

  test.each([
    ["released and lost, nobody is paid, and the operator bears the bank's fee", true],
    ["lost and never released, nothing is left of it", false],
  ])("%s", async (_name, released) => {
    world = await createWorld();
    const number = await paidBounty(world, ["50"], AT_ONCE_CARD);
    const id = await dispute();
    await solve(world, number);
    if (released) await say(world, number, "/release");
    world.town.stripe.loseDispute(id);
    await world.settle();
    expect(world.town.stripe.transfers()).toEqual([]);
    expect(world.town.stripe.refunds()).toEqual([]);
    expect(card(number)).toContain("| Lost to a chargeback | $50.00 |");
    expect(card(number)).not.toContain("nobody claimed it");
    const page = `${world.places.app}/gh/${REPOSITORY}/issues/${number}`;
    expect((await world.visitor().get(page)).text).toContain("Lost to a chargeback");
    expect(JSON.parse((await world.visitor().get(`${page}.json`)).text)).toMatchObject({
      lost: "50.00",
      disputed: "0.00",
    });
    await auditBooks(world);
  });
});

test("won after months: it is divided as if nothing had been", async () => {
  world = await createWorld();
  const number = await paidBounty(world, ["50", "20"], AT_ONCE_CARD);
  const id = await dispute();
  world.town.stripe.answerDispute(id);
  await solve(world, number);
  await connect(world, "contributor");
  await world.pass(85 * DAY);
  expect(card(number)).toContain("### Bounty awarded: being paid out");
  world.town.stripe.winDispute(id);
  await world.settle();
  expect(world.town.stripe.transfers().map(({ amount }) => amount)).toEqual([1912, 4825]);
  expect(card(number)).toContain("### Bounty paid out: $67.37");
  await auditBooks(world);
});

test("taken between award and payout: the share stops; won, it goes on", async () => {
  world = await createWorld();
  const number = await paidBounty(world, ["50"], AT_ONCE_CARD);
  await solve(world, number);
  const id = await dispute();
  await connect(world, "contributor");
  await world.settle();
  expect(world.town.stripe.transfers()).toEqual([]);
  world.town.stripe.winDispute(id);
  await world.settle();
  expect(world.town.stripe.transfers().map(({ amount }) => amount)).toEqual([4825]);
  await auditBooks(world);
});

test("taken after the payout: the operator bears it, nobody else", async () => {
  world = await createWorld();
  const number = await paidBounty(world, ["50", "20"], AT_ONCE_CARD);
  await solve(world, number);
  await connect(world, "contributor");
  await world.settle();
  const id = await dispute();
  world.town.stripe.loseDispute(id);
  await world.settle();
  expect(card(number)).toContain("### Bounty paid out: $67.37");
  expect(card(number)).toContain("| Lost to a chargeback | $50.00 |");
  const operator = await world.reading((read) => read.balances());
  expect(operator.find(({ account }) => account === "operator")?.amount).toBe(-6500n);
  await auditBooks(world);
});

test("taken after the payout, where payees bear it: the transfer is reversed once it is lost", async () => {
  world = await createWorld({ environment: { CHARGEBACKS_BORNE_BY: "payee" } });
  const number = await paidBounty(world, ["50"], AT_ONCE_CARD);
  await solve(world, number);
  await connect(world, "contributor");
  await world.settle();
  const id = await dispute();
  expect(world.town.stripe.transfers().map(({ amount_reversed }) => amount_reversed)).toEqual([0]);
  world.town.stripe.loseDispute(id);
  await world.settle();
  expect(world.town.stripe.transfers().map(({ amount_reversed }) => amount_reversed)).toEqual([
    4825,
  ]);
  const operator = await world.reading((read) => read.balances());
  expect(operator.find(({ account }) => account === "operator")?.amount).toBe(-1675n);
  await auditBooks(world);
});

describe("taken back from its payee, and won after all", () => {
  async function paidOut(): Promise<number> {
    world = await createWorld({ environment: { CHARGEBACKS_BORNE_BY: "payee" } });
    const number = await paidBounty(world, ["50"], AT_ONCE_CARD);
    await solve(world, number);
    await connect(world, "contributor");
    await world.settle();
    return number;
  }

  test("the payee is sent it again, and nobody else has it", async () => {
    const number = await paidOut();
    const id = await dispute(0, { amount: 3000 });
    world.town.stripe.loseDispute(id);
    await world.settle();
    const [sent] = world.town.stripe.transfers();
    expect(sent?.amount_reversed).toBe(3000);
    world.town.stripe.winDispute(id);
    await world.settle();
    expect(world.town.stripe.transfers().map(({ amount }) => amount)).toEqual([4825, 3000]);
    expect(world.town.stripe.refunds()).toEqual([]);
    expect(card(number)).toContain("### Bounty paid out: $48.25");
    const operator = await world.reading((read) => read.balances());
    expect(operator.find(({ account }) => account === "operator")?.amount).toBe(-1500n);
    await auditBooks(world);
  });

  test("what could not be taken back until then stays with the payee", async () => {
    await paidOut();
    const id = await dispute();
    const pathPrefix = "/v1/transfers";
    const trouble = { method: "POST", pathPrefix, status: 500, performed: false } as const;
    for (let times = 0; times < 3; times += 1) world.town.stripe.failNext(trouble);
    world.town.stripe.loseDispute(id);
    await world.settle();
    world.town.stripe.winDispute(id);
    await world.pass(2 * DAY);
    const sent = world.town.stripe.transfers();
    expect(sent.map(({ amount_reversed }) => amount_reversed)).toEqual([0]);
    await auditBooks(world);
  });
});

test("cancelled while the bank decides: it goes back once it is there again", async () => {
  world = await createWorld();
  const number = await paidBounty(world, ["50"], AT_ONCE_CARD);
  const id = await dispute();
  await say(world, number, "/cancel not needed");
  expect(world.town.stripe.refunds()).toEqual([]);
  expect(card(number)).toContain("A backer's bank asks about what was paid, or took it back");
  world.town.stripe.winDispute(id, { feeReturned: true });
  await world.pass(8 * DAY);
  expect(world.town.stripe.refunds().map(({ amount }) => amount)).toEqual([4825]);
  expect(card(number)).toContain("Every refund is through.");
  await auditBooks(world);
});

test("cancelled, and the bank keeps it: nobody is told that nobody was charged", async () => {
  world = await createWorld();
  const number = await paidBounty(world, ["50"], AT_ONCE_CARD);
  const id = await dispute();
  await say(world, number, "/cancel not needed");
  world.town.stripe.loseDispute(id);
  await world.settle();
  expect(card(number)).toContain("Reason: “not needed”. Backers' banks took back what was paid.");
  const page = `${world.places.app}/gh/${REPOSITORY}/issues/${number}`;
  const { text } = await world.visitor().get(page);
  expect(text).toContain("Backers&#39; banks took back what was paid.");
  expect(text).not.toContain("Nobody was charged");
  await auditBooks(world);
});

test("a bank that only asks takes nothing; what it prevented costs nothing", async () => {
  world = await createWorld();
  const number = await paidBounty(world, ["50", "20"], AT_ONCE_CARD);
  const id = await dispute(0, { kind: "inquiry" });
  expect(card(number)).toContain("| Disputed by a bank | $50.00 |");
  world.town.stripe.dropInquiry(id);
  await world.settle();
  expect(card(number)).toContain("### Bounty: $70.00 paid in");
  await dispute(1, { kind: "block" });
  expect(card(number)).toContain("### Bounty: $70.00 paid in");
  await auditBooks(world);
});

test("a bank that asks first and takes it later: nothing leaves meanwhile, and then it is a chargeback", async () => {
  world = await createWorld();
  const number = await paidBounty(world, ["50"], AT_ONCE_CARD);
  await solve(world, number);
  const id = await dispute(0, { kind: "inquiry" });
  await connect(world, "contributor");
  await world.settle();
  expect(world.town.stripe.transfers()).toEqual([]);
  world.town.stripe.escalateDispute(id);
  await world.settle();
  expect(await world.postings()).toContain("pledge -> dispute 5000 usd");
  expect(card(number)).toContain("| Disputed by a bank | $50.00 |");
  world.town.stripe.winDispute(id);
  await world.settle();
  expect(world.town.stripe.transfers().map(({ amount }) => amount)).toEqual([4825]);
  expect(card(number)).toContain("### Bounty paid out: $48.25");
  await auditBooks(world);
});

test("webhooks that are lost are made up for: Stripe is asked daily until there is a verdict", async () => {
  world = await createWorld();
  const number = await paidBounty(world, ["50"], AT_ONCE_CARD);
  const id = await dispute();
  const { deliver } = world.webhooks;
  world.webhooks.deliver = async (request, send) =>
    request.url.includes("/api/stripe/")
      ? new Response(null, { status: 200 })
      : deliver(request, send);
  world.town.stripe.winDispute(id);
  await world.settle();
  expect(card(number)).toContain("| Disputed by a bank | $50.00 |");
  await world.pass(2 * DAY);
  expect(card(number)).toContain("### Bounty: $50.00 paid in");
  await auditBooks(world);
});
