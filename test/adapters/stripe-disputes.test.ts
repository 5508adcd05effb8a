// What each of Stripe's words on a dispute means, through the adapter (docs.stripe.com/api/disputes/object).
import { expect, test } from "@jest/globals";
import { createBench } from "../../sandbox/stripe/test-bench.ts";
import { createStripe } from "../../src/stripe/client.ts";
import { checkout, connect, HOUR_MS, PLEDGE, SILENT } from "./stripe-rig.ts";

type Change = (dispute: Record<string, unknown>) => Record<string, unknown>;

/** What the adapter reads of a chargeback of which Stripe answers this. */
async function read(kind: "chargeback" | "inquiry", change: Change = (same) => same) {
  const bench = createBench();
  const { sandbox } = bench;
  const { sessionId } = await connect(bench).openCheckout(PLEDGE, checkout(bench));
  sandbox.pay(sessionId, { card: "4000000000000077" });
  await bench.pass(HOUR_MS);
  const charge = sandbox.charges()[0]?.id ?? "";
  const { id } = sandbox.dispute(charge, { kind });
  const stripe = createStripe({
    secretKey: "sk_test_sandbox",
    apiBase: "http://stripe.test",
    log: SILENT,
    fetch: async (input, init) => {
      const response = await sandbox.fetch(new Request(input, init));
      return Response.json(change((await response.json()) as Record<string, unknown>));
    },
  });
  return (await stripe.readDispute(id))?.dispute;
}

test("a chargeback says whose it is, and what the bank took with its fee", async () => {
  expect(await read("chargeback")).toMatchObject({
    pledgeId: "p1",
    phase: "open",
    amount: 5000n,
    movements: [{ amount: -5000n, fee: 1500n, currency: "usd" }],
  });
});

test.each([
  ["needs_response", "open"],
  ["under_review", "open"],
  ["won", "won"],
  ["lost", "lost"],
  ["warning_needs_response", "inquiry"],
  ["warning_under_review", "inquiry"],
  ["warning_closed", "closed"],
])("%s is %s", async (status, phase) => {
  const kind = status.startsWith("warning") ? "inquiry" : "chargeback";
  expect(await read(kind, (dispute) => ({ ...dispute, status }))).toMatchObject({ phase });
});

test("one that was prevented is lost where it cost the money, and closed where it did not", async () => {
  const status = "prevented";
  expect(await read("chargeback", (dispute) => ({ ...dispute, status }))).toMatchObject({
    phase: "lost",
  });
  expect(await read("inquiry", (dispute) => ({ ...dispute, status }))).toMatchObject({
    phase: "closed",
    movements: [],
  });
});
