// Charge me when it's merged: a saved card, charged once by the award, mended by its backer, or given up.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { bounty, solve, strike } from "./money.ts";
import {
  balanceOf,
  connect,
  createWorld,
  DAY,
  GOOD_CARD,
  pledge,
  pledgeAndPay,
  promise,
  REPOSITORY,
  sessionOf,
  type World,
} from "./world.ts";

const DECLINED_LATER = "4000000000009995";

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

/** Charges that took money, in cents. */
function charged(): number[] {
  return world.town.stripe
    .charges()
    .filter(({ paid }) => paid)
    .map(({ amount }) => amount);
}

function card(number: number): string {
  expect(world.cards(number)).toHaveLength(1);
  return world.cards(number)[0] ?? "";
}

test("a card is saved, nothing is charged; the merge charges it once and pays it out", async () => {
  const number = await bounty(world);
  await promise(world, number, "20");
  await world.settle();
  expect(card(number)).toContain("### Bounty: $20.00 promised");
  expect(card(number)).toContain("| Promised (card verified) | $20.00 |");
  expect(charged()).toEqual([]);

  const pull = await world.town.github
    .act("contributor")
    .openPull({ title: "Fix", body: `Fixes #${number}` });
  await world.settle();
  const [run] = world.town.github.checkRuns(REPOSITORY, pull.head.sha);
  expect(run?.output.title).toBe("Merging charges $20.00 promised for @contributor");
  expect(run?.output.summary).toContain(
    "$20.00 is charged then, usually within minutes, and may fail",
  );
  await world.town.github.act("maintainer").merge(pull.number);
  await world.settle();
  expect(charged()).toEqual([2000]);

  const account = await connect(world, "contributor");
  await world.settle();
  expect(card(number)).toContain("### Bounty paid out: $19.12");
  expect(balanceOf(world, account)).toBe(1912);
  expect((await world.postings()).sort()).toEqual([
    "outgoing -> world 1912 usd",
    "pledge -> share 1912 usd",
    "pledge -> stripe-fees 88 usd",
    "share -> outgoing 1912 usd",
    "world -> pledge 2000 usd",
  ]);
});

test("paid in and promised are released and charged by one merge, to the same people", async () => {
  const number = await bounty(world);
  await pledgeAndPay(world, number, "50");
  await promise(world, number, "20");
  await world.settle();
  expect(card(number)).toContain("### Bounty: $70.00 pledged");
  expect(card(number)).toContain("the $50.00 paid in is released");
  const account = await connectAfter(await solve(world, number));
  expect(balanceOf(world, account)).toBe(4825 + 1912);
  expect(card(number)).toContain(`### Bounty paid out: $67.37`);
});

async function connectAfter(_pull: number): Promise<string> {
  const account = await connect(world, "contributor");
  await world.settle();
  return account;
}

test("nobody merges: the promise lapses after 180 days, and nobody was ever charged", async () => {
  const number = await bounty(world);
  await promise(world, number, "20");
  await world.pass(179 * DAY);
  expect(card(number)).toContain("$20.00 promised");
  await world.pass(2 * DAY);
  expect(card(number)).toContain("### Bounty: $0.00 paid in");
  expect(card(number)).not.toContain("Promised");
  expect(charged()).toEqual([]);
  expect(await world.postings()).toEqual([]);
});

test("a bounty that is cancelled charges nobody, however late the card comes", async () => {
  const number = await bounty(world);
  await promise(world, number, "20");
  const session = sessionOf(await pledge(world, number, { amount: "30", mode: "on-merge" }));
  await world.settle();
  await world.town.github.act("maintainer").comment(number, "/cancel no time");
  world.town.stripe.pay(session, { card: GOOD_CARD });
  await world.settle();
  expect(card(number)).toContain("Nobody was charged.");
  const states = await pledgeStates(number);
  expect(states).toEqual(["lapsed", "lapsed"]);
  await world.pass(DAY);
  expect(world.calls("POST /v1/payment_intents")).toEqual([]);
});

async function pledgeStates(number: number): Promise<string[]> {
  return world.reading(async (read) => {
    const repository = await read.repositoryByName("acme", "widgets");
    const campaign = await read.campaignByIssue(repository?.id ?? 0, number);
    const states: string[] = [];
    for (const session of world.town.stripe.sessions()) {
      const id = session.metadata?.["whipround_pledge"] ?? "";
      const found = await read.pledgeById(id);
      if (found?.campaignId === campaign?.id) states.push(found?.state ?? "none");
    }
    return states.sort();
  });
}

test("a declined card: still being collected, the rest is paid, and after 14 days the award settles", async () => {
  const number = await bounty(world);
  await pledgeAndPay(world, number, "50");
  await promise(world, number, "20", DECLINED_LATER);
  await world.settle();
  await connectAfter(await solve(world, number));
  expect(card(number)).toContain("### Bounty awarded: being paid out");
  expect(card(number)).toContain("| Still being collected | $20.00 |");
  expect(card(number)).toContain("| Paid out | $48.25 |");
  await world.pass(13 * DAY);
  expect(card(number)).toContain("| Still being collected | $20.00 |");
  await world.pass(2 * DAY);
  expect(card(number)).toContain("### Bounty paid out: $48.25");
  expect(card(number)).toContain("| Could not be collected | $20.00 |");
  const [intent] = world.calls("POST /v1/payment_intents/").slice(-1);
  expect(intent?.call).toMatch(/\/cancel$/);
  expect(charged()).toEqual([5000]);
});

test.each([
  ["lost", "answer lost"],
  ["never sent", "never arrives"],
] as const)(
  "the answer to making the intent is %s: there is one, charged once",
  async (_what, fault) => {
    const number = await bounty(world);
    await promise(world, number, "20");
    await world.settle();
    strike(world, "POST /v1/payment_intents", () => fault);
    await solve(world, number);
    await world.pass(60_000);
    expect(world.calls("POST /v1/payment_intents").length).toBeGreaterThan(1);
    expect(charged()).toEqual([2000]);
  },
);

test.each([
  ["lost", "answer lost"],
  ["never sent", "never arrives"],
] as const)("the answer to confirming it is %s: it is charged once", async (_what, fault) => {
  const number = await bounty(world);
  await promise(world, number, "20");
  await world.settle();
  strike(world, "POST /v1/payment_intents/", () => fault);
  await solve(world, number);
  await world.pass(60_000);
  expect(charged()).toEqual([2000]);
  const account = await connectAfter(number);
  expect(balanceOf(world, account)).toBe(1912);
});

test("every webhook comes twice, the setup's long after the award too: one promise, one charge", async () => {
  const { webhooks } = world;
  const kept: Request[] = [];
  webhooks.deliver = async (request, send) => {
    if (!request.url.includes("/api/stripe/")) return send(request);
    kept.push(request.clone());
    await send(request.clone());
    return send(request);
  };
  const number = await bounty(world);
  await promise(world, number, "20");
  await world.settle();
  await solve(world, number);
  webhooks.deliver = (request, send) => send(request);
  for (const request of kept) await fetch(request);
  await world.settle();
  expect(charged()).toEqual([2000]);
  const account = await connectAfter(number);
  expect(balanceOf(world, account)).toBe(1912);
});

test("a repository whose policy asks for payment now takes no promises", async () => {
  await world.town.github.act("maintainer").putFile(".github/whipround.yml", "pay: now\n");
  await world.settle();
  const number = await bounty(world);
  const page = await pledge(world, number, { amount: "20", mode: "on-merge" });
  expect(page.status).toBe(422);
  expect(page.text).toContain("takes pledges that are paid now only");
});
