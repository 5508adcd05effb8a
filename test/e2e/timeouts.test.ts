// Calls whose answer never came: done all the same, or never done. Nothing is doubled, nothing is left out.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { hiddenFields } from "../../sandbox/visitor.ts";
import { auditBooks } from "./books.ts";
import { bounty, paidBounty, say, solve, strike } from "./money.ts";
import {
  AT_ONCE_CARD,
  balanceOf,
  connect,
  createWorld,
  pledge,
  promise,
  REPOSITORY,
  sessionOf,
  signIn,
  type World,
} from "./world.ts";

const HOUR = 3_600_000;
const COMMENTS = "POST /api/v3/repos/acme/widgets/issues/1/comments";

/** Stripe's SDK repeats a call by itself, under the same key, when its connection broke. */
const SDK_TRIES = 2;

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

describe.each(["answer lost", "never arrives"] as const)("when a call's %s", (fault) => {
  test("the card is written once", async () => {
    strike(world, COMMENTS, () => fault);
    const number = await bounty(world);
    expect(world.cards(number)).toHaveLength(1);
    expect(world.calls(COMMENTS)).toHaveLength(fault === "answer lost" ? 1 : 2);
    await auditBooks(world);
  });

  test("the notice stands once, and the merge releases", async () => {
    const number = await paidBounty(world, ["50"]);
    const contributor = world.town.github.act("contributor");
    strike(world, "POST /api/v3/repos/acme/widgets/check-runs", () => fault);
    const { head, number: pull } = await contributor.openPull({ body: `Fixes #${number}` });
    await world.settle();
    expect(world.town.github.checkRuns(REPOSITORY, head.sha)).toHaveLength(1);
    await world.town.github.act("maintainer").merge(pull);
    await world.settle();
    expect(world.cards(number)[0]).toContain("Awarded to contributor");
    await auditBooks(world);
  });

  test("the account is opened once, and the transfer is made once", async () => {
    const number = await paidBounty(world, ["50"]);
    await solve(world, number);
    strike(world, "POST /v1/accounts", () => fault, SDK_TRIES);
    const visitor = await signIn(world, "contributor");
    const page = await visitor.post(`${world.places.app}/payee/connect`, {});
    expect(page.status).toBe(503);
    expect(page.text).toContain("Nothing is lost");
    strike(world, "POST /v1/transfers", () => fault, SDK_TRIES);
    const account = await connect(world, "contributor");
    await world.settle();
    expect(world.town.stripe.accounts()).toHaveLength(1);
    expect(balanceOf(world, account)).toBe(4825);
    expect(world.cards(number)[0]).toContain("Bounty paid out: $48.25");
    await auditBooks(world);
  });

  test("the refund is made once", async () => {
    const number = await paidBounty(world, ["50"], AT_ONCE_CARD);
    strike(world, "POST /v1/refunds", () => fault, SDK_TRIES);
    await say(world, number, "/cancel not needed");
    expect(world.town.stripe.refunds().map(({ amount }) => amount)).toEqual([4825]);
    expect(world.cards(number)[0]).toContain("Every refund is through");
    await auditBooks(world);
  });

  test("the payment page is opened once, and the form sent again leads to it", async () => {
    const number = await bounty(world);
    const visitor = world.visitor();
    const url = `${world.places.app}/gh/${REPOSITORY}/issues/${number}`;
    const form = { ...hiddenFields(await visitor.get(url)), mode: "pay-now", amount: "50" };
    strike(world, "POST /v1/checkout/sessions", () => fault, SDK_TRIES);
    const unclear = await visitor.post(url, form);
    expect(unclear.status).toBe(503);
    expect(unclear.text).toContain("Nothing was charged");
    const again = await visitor.post(url, {
      ...hiddenFields(unclear),
      mode: "pay-now",
      amount: "50",
    });
    world.town.stripe.pay(sessionOf(again));
    await world.settle();
    expect(world.town.stripe.sessions()).toHaveLength(1);
    expect(world.cards(number)[0]).toContain("Bounty: $50.00 paid in");
    await auditBooks(world);
  });
});

test("a payment page whose answer was lost is looked up once Stripe has forgotten its key, not made again", async () => {
  const number = await bounty(world);
  world.town.stripe.tamper({ how: "lose", type: "checkout.session", times: 9 });
  strike(world, "POST /v1/checkout/sessions", () => "answer lost", SDK_TRIES);
  strike(world, "GET /v1/checkout/sessions", () => new Response("", { status: 503 }), 1_000);
  expect((await pledge(world, number, { amount: "50" })).status).toBe(503);
  const posts = (): number => world.calls("POST /v1/checkout/sessions").length;
  const before = posts();
  await world.pass(26 * HOUR);
  expect(posts()).toBe(before);
  world.faults.stripe = () => null;
  await world.pass(2 * HOUR);
  // By its date the page was over before: nobody ever saw it.
  expect(posts()).toBe(before);
  expect(world.town.stripe.sessions().map(({ status }) => status)).toEqual(["expired"]);
  const [session] = world.town.stripe.sessions();
  const id = session?.metadata?.["whipround_pledge"] ?? "";
  expect(await world.reading((read) => read.pledgeById(id))).toMatchObject({
    state: "abandoned",
    sessionId: session?.id,
  });
  await auditBooks(world);
});

describe("what was made, and its answer lost, is looked up once Stripe has forgotten its key:", () => {
  /** Nobody can say for more than a day whether it was made. */
  async function outlast(call: string, begin: () => Promise<void>): Promise<void> {
    world.town.stripe.tamper({ how: "lose", type: "", times: 1_000 });
    strike(world, `POST ${call}`, () => "answer lost", SDK_TRIES);
    strike(world, `GET ${call}`, () => new Response("", { status: 503 }), 1_000);
    const made = (): number => world.calls(`POST ${call}`).length;
    await begin();
    const before = made();
    expect(before).toBe(SDK_TRIES);
    await world.pass(26 * HOUR);
    expect(made()).toBe(before);
    world.faults.stripe = () => null;
    await world.pass(7 * HOUR);
  }

  test("a refund", async () => {
    const number = await paidBounty(world, ["50"], AT_ONCE_CARD);
    await outlast("/v1/refunds", async () => void (await say(world, number, "/cancel not needed")));
    const refunds = world.town.stripe.refunds().map(({ amount, status }) => `${amount} ${status}`);
    expect(refunds).toEqual(["4825 succeeded"]);
    expect(world.calls("POST /v1/refunds")).toHaveLength(SDK_TRIES);
    expect(world.cards(number)[0]).toContain("Every refund is through");
    await auditBooks(world);
  });

  test("the payment of a promise", async () => {
    const number = await bounty(world);
    await promise(world, number, "20");
    await world.settle();
    await outlast("/v1/payment_intents", async () => void (await solve(world, number)));
    expect(world.town.stripe.paymentIntents().map(({ amount }) => amount)).toEqual([2000]);
    expect(world.town.stripe.charges().map(({ amount }) => amount)).toEqual([2000]);
    expect(world.cards(number)[0]).toContain("| Awarded, not yet paid out | $19.12 |");
    await auditBooks(world);
  });

  test("a payee's account", async () => {
    const number = await paidBounty(world, ["50"]);
    await solve(world, number);
    await outlast("/v1/accounts", async () => {
      const visitor = await signIn(world, "contributor");
      await visitor.post(`${world.places.app}/payee/connect`, {});
    });
    const account = await connect(world, "contributor");
    await world.pass(26 * HOUR);
    expect(world.calls("POST /v1/accounts")).toHaveLength(SDK_TRIES);
    expect(balanceOf(world, account)).toBe(4825);
    await auditBooks(world);
  });
});

test("a page to change the card is not taken for the first one", async () => {
  const number = await bounty(world);
  await promise(world, number, "20");
  await world.settle();
  const thanks = world.town.stripe.sessions()[0]?.success_url ?? "";
  const { text } = await world.visitor().get(thanks);
  const link = `${world.places.app}${/href="(\/pledge\/[^"/]+)/.exec(text)?.[1]}`;
  strike(world, "POST /v1/checkout/sessions", () => "answer lost", SDK_TRIES);
  const unclear = await world.visitor().post(`${link}/card`, {});
  expect(unclear.status).toBe(503);
  const again = sessionOf(await world.visitor().post(`${link}/card`, {}));
  expect(world.town.stripe.sessions().map(({ id }) => id)).toEqual([expect.anything(), again]);
  await auditBooks(world);
});

describe("when Stripe fails", () => {
  test("a transfer that it did not make is sent under the same key for an hour, then under the next", async () => {
    const number = await paidBounty(world, ["50"]);
    await solve(world, number);
    const fault = { method: "POST", pathPrefix: "/v1/transfers", performed: false };
    world.town.stripe.failNext({ ...fault, status: 500 });
    const account = await connect(world, "contributor");
    await world.settle();
    expect(balanceOf(world, account)).toBe(0);
    expect(world.cards(number)[0]).toContain("Bounty awarded: being paid out");
    await world.pass(5 * HOUR);
    expect(balanceOf(world, account)).toBe(4825);

    const sent = world.calls("POST /v1/transfers");
    const keys = sent.map(({ key }) => key?.split(":").at(-1));
    expect(keys.length).toBeGreaterThan(3);
    expect(keys.slice(0, -1).every((key) => key === "1")).toBe(true);
    expect(keys.at(-1)).toBe("2");
    expect((sent.at(-1)?.at ?? 0) - (sent[0]?.at ?? 0)).toBeGreaterThan(HOUR);
    // Each try but the first looked it up before.
    expect(world.calls("GET /v1/transfers").length).toBeGreaterThanOrEqual(keys.length - 1);
    await auditBooks(world);
  });

  test("a transfer that it made all the same is found, and not sent again", async () => {
    const number = await paidBounty(world, ["50"]);
    await solve(world, number);
    const fault = { method: "POST", pathPrefix: "/v1/transfers", performed: true };
    world.town.stripe.failNext({ ...fault, status: 500 });
    const account = await connect(world, "contributor");
    await world.settle();
    expect(world.calls("POST /v1/transfers")).toHaveLength(1);
    expect(balanceOf(world, account)).toBe(4825);
    await auditBooks(world);
  });

  test("a refund that met 429, then another request with its key, goes on under that key", async () => {
    const number = await paidBounty(world, ["50"], AT_ONCE_CARD);
    const fault = { method: "POST", pathPrefix: "/v1/refunds", performed: false };
    world.town.stripe.failNext({ ...fault, status: 429 });
    strike(world, "POST /v1/refunds", keyInUse);
    await say(world, number, "/cancel not needed");
    const keys = world.calls("POST /v1/refunds").map(({ key }) => key);
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    expect(world.town.stripe.refunds()).toHaveLength(1);
    await auditBooks(world);
  });

  test("a payment page that it fails to open can be asked for again an hour later", async () => {
    const number = await bounty(world);
    const fault = { method: "POST", pathPrefix: "/v1/checkout/sessions", performed: true };
    world.town.stripe.failNext({ ...fault, status: 500 });
    expect((await pledge(world, number, { amount: "50" })).status).toBe(503);
    world.town.stripe.pay(sessionOf(await pledge(world, number, { amount: "50" })));
    await world.settle();
    expect(world.cards(number)[0]).toContain("Bounty: $50.00 paid in");
    await world.pass(6 * HOUR);
    // The page that nobody saw is over; it neither counts nor hinders the end.
    await say(world, number, "/cancel not needed");
    await world.pass(3 * 24 * HOUR);
    expect(world.cards(number)[0]).toContain("Every refund is through");
    await auditBooks(world);
  });
});

describe("when GitHub fails", () => {
  test("a comment that it wrote and answered with 502 is found, and not written again", async () => {
    strike(world, COMMENTS, () => "answer lost");
    strike(world, "GET /api/v3/repos/acme/widgets/issues/1/comments", () => githubError(502));
    const number = await bounty(world);
    expect(world.cards(number)).toHaveLength(1);
    await auditBooks(world);
  });

  test("a secondary limit is waited out", async () => {
    strike(world, COMMENTS, () =>
      githubError(403, "You have exceeded a secondary rate limit.", { "retry-after": "90" }),
    );
    const number = await bounty(world);
    expect(world.cards(number)).toHaveLength(0);
    expect(world.calls(COMMENTS)).toHaveLength(1);
    await world.pass(3 * 60_000);
    expect(world.cards(number)).toHaveLength(1);
    const [first, second] = world.calls(COMMENTS);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(90_000);
    await auditBooks(world);
  });
});

function keyInUse(): Response {
  const message = "There is currently another in-progress request using this Idempotent Key";
  const error = { type: "idempotency_error", code: "idempotency_key_in_use", message };
  return Response.json({ error }, { status: 409 });
}

function githubError(status: number, message = "Bad gateway", headers = {}): Response {
  return Response.json({ message }, { status, headers });
}
