// Webhooks as they really come: twice, in the wrong order, days late, or never. The end is the same.
import { createHmac } from "node:crypto";
import { afterEach, expect, test } from "@jest/globals";
import { auditBooks } from "./books.ts";
import { bounty, paidBounty, refuseStripe, solve } from "./money.ts";
import {
  AT_ONCE_CARD,
  connect,
  createWorld,
  DAY,
  pledge,
  pledgeAndPay,
  sessionOf,
  signIn,
  type World,
} from "./world.ts";

const HOUR = 3_600_000;

let world: World;
afterEach(() => world.close());

interface Ending {
  postings: string[];
  cards: string[];
}

const UNDISTURBED: Ending = {
  postings: [
    "outgoing -> world 1912 usd",
    "outgoing -> world 4825 usd",
    "outgoing -> world 9680 usd",
    "pledge -> outgoing 1912 usd",
    "pledge -> share 4825 usd",
    "pledge -> share 9680 usd",
    "pledge -> stripe-fees 175 usd",
    "pledge -> stripe-fees 320 usd",
    "pledge -> stripe-fees 88 usd",
    "share -> outgoing 4825 usd",
    "share -> outgoing 9680 usd",
    "world -> pledge 10000 usd",
    "world -> pledge 2000 usd",
    "world -> pledge 5000 usd",
  ],
  cards: [
    "Bounty paid out: $145.05 | Paid out $145.05 | Backers 2",
    "Bounty cancelled | Given back $19.12 (1 pledge)",
  ],
};

/** Two bounties: one is solved and paid out, one is cancelled. `turn` lets everything happen. */
async function story(turn: () => Promise<void>): Promise<Ending> {
  const maintainer = world.town.github.act("maintainer");
  const contributor = world.town.github.act("contributor");
  const first = await maintainer.openIssue({ labels: ["bounty: $120"] });
  const second = await maintainer.openIssue({ labels: ["bounty"] });
  await turn();
  await pledgeAndPay(world, first.number, "50");
  await pledgeAndPay(world, first.number, "100");
  await pledgeAndPay(world, second.number, "20", AT_ONCE_CARD);
  await turn();
  const pull = await contributor.openPull({ body: `Fixes #${first.number}` });
  await turn();
  await maintainer.merge(pull.number);
  await maintainer.comment(second.number, "/cancel not needed");
  await turn();
  await connect(world, "contributor");
  await turn();
  await world.settle();
  return {
    postings: (await world.postings()).sort(),
    cards: [first, second].map(({ number }) => shortly(world.cards(number))),
  };
}

/** The title and the rows of numbers: addresses differ from world to world. */
function shortly(cards: readonly string[]): string {
  const lines = cards.join("\n").split("\n");
  const title = lines.filter((line) => line.startsWith("### ")).map((line) => line.slice(4));
  const rows = lines.filter((line) => /^\| [A-Z]/.test(line));
  const cells = rows.map((row) => row.replace(/^\| (.*?) \| (.*) \|$/, "$1 $2"));
  return [...title, ...cells].join(" | ");
}

test("undisturbed", async () => {
  world = await createWorld();
  expect(await story(world.settle)).toEqual(UNDISTURBED);
  await auditBooks(world);
});

test("each delivered twice", async () => {
  world = await createWorld();
  world.webhooks.deliver = async (request, send) => {
    await send(request.clone());
    return send(request);
  };
  expect(await story(world.settle)).toEqual(UNDISTURBED);
  await auditBooks(world);
});

test("in reverse order", async () => {
  world = await createWorld();
  const held: Request[] = [];
  world.webhooks.deliver = async (request) => {
    held.push(request);
    return new Response(null, { status: 200 });
  };
  const turn = async (): Promise<void> => {
    await world.settle();
    while (held.length > 0) {
      for (const request of held.splice(0).reverse()) await fetch(request);
      await world.settle();
    }
  };
  expect(await story(turn)).toEqual(UNDISTURBED);
  await auditBooks(world);
});

test("Stripe's all lost: what we ask for ourselves brings everything in time", async () => {
  world = await createWorld();
  world.webhooks.deliver = async (request, send) =>
    request.url.includes("/api/stripe/") ? new Response(null, { status: 200 }) : send(request);
  // A payment is found when its page is over, its fee ten minutes later; an account within six hours.
  expect(await story(() => world.pass(7 * HOUR))).toEqual(UNDISTURBED);
  await auditBooks(world);
});

test("what Stripe tells several times at once is asked once, and each of its deliveries is done", async () => {
  world = await createWorld();
  const held: Request[] = [];
  world.webhooks.deliver = async (request, send) => {
    if (!request.url.includes("/api/stripe/")) return send(request);
    held.push(request);
    return new Response(null, { status: 200 });
  };
  await paidBounty(world, ["50"], AT_ONCE_CARD);
  await world.settle();
  expect(world.calls("GET /v1/payment_intents/")).toHaveLength(0);
  const bodies = await Promise.all(held.map((request) => request.clone().text()));
  const told = bodies.filter((body) => /"type": "(payment_intent|charge)\./.test(body));
  expect(told.length).toBeGreaterThan(2);
  await Promise.all(held.map((request) => fetch(request)));
  await world.settle();
  expect(world.calls("GET /v1/payment_intents/")).toHaveLength(1);
  // None is left to be taken up again when its lease has run out.
  expect(await world.app().app.nextDue()).toBeGreaterThan(Date.now() + 300_000);
  await auditBooks(world);
});

test("what is booked is not asked after again: not in case of a lost webhook, nor for a bank's dispute", async () => {
  world = await createWorld();
  await paidBounty(world, ["50"], AT_ONCE_CARD);
  const asked = (): number => world.calls("GET /v1/payment_intents/").length;
  const before = asked();
  expect(before).toBeGreaterThan(0);
  await world.pass(HOUR);
  const [charge] = world.town.stripe.charges();
  world.town.stripe.dispute(charge?.id ?? "");
  await world.pass(12 * DAY);
  expect(world.calls("GET /v1/disputes/").length).toBeGreaterThan(3);
  expect(asked()).toBe(before);
  await auditBooks(world);
});

test("a payee whose webhook was lost is paid at once when they come back from Stripe", async () => {
  world = await createWorld();
  const number = await paidBounty(world, ["50"]);
  await solve(world, number);
  refuseStripe(world);
  await connect(world, "contributor");
  await world.settle();
  expect(world.town.stripe.transfers()).toEqual([]);
  const visitor = await signIn(world, "contributor");
  const page = await visitor.get(`${world.places.app}/payee/return`);
  expect(page.text).toContain("Your account is connected");
  await world.settle();
  expect(world.cards(number)[0]).toContain("Bounty paid out: $48.25");
  await auditBooks(world);
});

test("answered with 500, Stripe sends again, and the card follows", async () => {
  world = await createWorld();
  const number = await bounty(world);
  const stripe = refuseStripe(world);
  await pledgeAndPay(world, number, "50");
  await world.settle();
  expect(world.cards(number)[0]).toContain("Bounty: $0.00 paid in");
  stripe.resume();
  await world.pass(10 * 60_000);
  expect(world.cards(number)[0]).toContain("Bounty: $50.00 paid in");
  await auditBooks(world);
});

test("everything delivered once more, days later, changes nothing", async () => {
  world = await createWorld();
  const seen: Request[] = [];
  world.webhooks.deliver = (request, send) => {
    seen.push(request.clone());
    return send(request);
  };
  const ending = await story(world.settle);
  await world.pass(3 * DAY);
  for (const request of seen) {
    const again = request.url.includes("/api/stripe/")
      ? signedAgain(await request.text())
      : request;
    expect((await fetch(again)).status).toBe(202);
  }
  await world.settle();
  expect((await world.postings()).sort()).toEqual(ending.postings);
  expect([1, 2].map((number) => shortly(world.cards(number)))).toEqual(ending.cards);
  await auditBooks(world);
});

test("events of other accounts, and payments that are none of ours, are left alone", async () => {
  world = await createWorld({ recorded: false });
  const number = await bounty(world);
  const session = sessionOf(await pledge(world, number, { amount: "50" }));
  const ours = world.town.stripe.sessions().find(({ id }) => id === session);
  const object = { id: "pi_other", object: "payment_intent" };
  for (const account of ["acct_other", null]) {
    const event = {
      id: `evt_${account}`,
      object: "event",
      type: "payment_intent.succeeded",
      livemode: false,
      ...(account === null ? {} : { account }),
      data: { object },
    };
    expect((await fetch(signedAgain(JSON.stringify(event)))).status).toBe(202);
  }
  await sellElsewhere();
  await world.settle();
  expect(ours?.status).toBe("open");
  expect(await world.postings()).toEqual([]);
  expect(await world.reading((read) => read.troubles())).toEqual([]);
  expect(world.cards(number)[0]).toContain("Bounty: $0.00 paid in");
});

/** The operator sells something else through the same Stripe account: paid, without our metadata. */
async function sellElsewhere(): Promise<void> {
  const form = new URLSearchParams({
    mode: "payment",
    success_url: "https://shop.example.org/thanks",
    "line_items[0][quantity]": "1",
    "line_items[0][price_data][currency]": "usd",
    "line_items[0][price_data][unit_amount]": "700",
    "line_items[0][price_data][product_data][name]": "A mug",
  });
  const answer = await world.town.stripe.fetch(
    new Request(`${world.places.stripe}/v1/checkout/sessions`, {
      method: "POST",
      headers: { authorization: `Bearer ${world.town.environment["STRIPE_SECRET_KEY"]}` },
      body: form,
    }),
  );
  const { id } = (await answer.json()) as { id: string };
  expect(world.town.stripe.pay(id)).toMatchObject({ kind: "complete" });
}

function signedAgain(body: string): Request {
  const secret = world.town.environment["STRIPE_WEBHOOK_SECRET"] ?? "";
  const seconds = Math.floor(Date.now() / 1000);
  const mac = createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex");
  return new Request(`${world.places.app}/api/stripe/webhooks`, {
    method: "POST",
    headers: { "content-type": "application/json", "stripe-signature": `t=${seconds},v1=${mac}` },
    body,
  });
}
