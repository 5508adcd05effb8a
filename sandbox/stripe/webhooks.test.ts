// Webhooks on a bad way: lost, late, doubled; and how the app can find out what it missed.
import { expect, test } from "@jest/globals";
import { type Bench, createBench } from "./test-bench.ts";

const minuteMs = 60 * 1000;

function ids({ delivered }: Bench): string[] {
  return delivered.map(({ body }) => JSON.parse(body).id);
}

function names({ delivered }: Bench): string[] {
  return delivered.map(({ body }) => JSON.parse(body).data.object.name);
}

async function customers({ stripe }: Bench, ...all: string[]): Promise<void> {
  for (const name of all) await stripe.customers.create({ name });
}

test("a lost webhook is never sent, but its event is listed as undelivered", async () => {
  const bench = createBench();
  bench.sandbox.tamper({ how: "lose", times: 2 });
  await customers(bench, "a", "b", "c");
  await bench.pass(10 * 24 * 60 * minuteMs);
  expect(names(bench)).toEqual(["c"]);
  const missed = await bench.stripe.events.list({ delivery_success: false });
  expect(missed.data.map(({ data }) => (data.object as { name: string }).name)).toEqual(["b", "a"]);
});

test("only webhooks of the named type are lost", async () => {
  const bench = createBench();
  bench.sandbox.tamper({ how: "lose", type: "topup." });
  await customers(bench, "a");
  bench.sandbox.topUp(100, "usd");
  await bench.pass(minuteMs);
  expect(bench.delivered.map(({ type }) => type)).toEqual(["customer.created", "topup.succeeded"]);
});

test("a late webhook comes after those that were sent later", async () => {
  const bench = createBench();
  bench.sandbox.tamper({ how: "delay", delayMs: 5 * minuteMs });
  await customers(bench, "a", "b");
  await bench.pass(minuteMs);
  expect(names(bench)).toEqual(["b"]);
  await bench.pass(4 * minuteMs);
  expect(names(bench)).toEqual(["b", "a"]);
});

test("a doubled webhook comes twice with one id; a twin has its own", async () => {
  const bench = createBench();
  bench.sandbox.tamper({ how: "duplicate", delayMs: minuteMs });
  bench.sandbox.tamper({ how: "twin", delayMs: minuteMs });
  await customers(bench, "a", "b");
  await bench.pass(2 * minuteMs);
  expect(names(bench)).toEqual(["a", "b", "a", "b"]);
  const [a, b, again, twin] = ids(bench);
  expect(again).toBe(a);
  expect(twin).not.toBe(b);
  expect((await bench.stripe.events.list()).data).toHaveLength(3);
  expect(bench.sandbox.nextDue()).toBeNull();
});

test("a webhook is sent again by hand, also one that was given up", async () => {
  const bench = createBench();
  bench.sandbox.tamper({ how: "lose" });
  await customers(bench, "a");
  await bench.pass(minuteMs);
  const event = bench.sandbox.events()[0]?.id ?? "";
  bench.sandbox.resend(event);
  await bench.pass(0);
  expect(ids(bench)).toEqual([event]);
  expect((await bench.stripe.events.list({ delivery_success: false })).data).toEqual([]);
  expect(() => bench.sandbox.resend("evt_none")).toThrow("no event evt_none");
});

test("a refused repetition is not repeated", async () => {
  const bench = createBench();
  await customers(bench, "a");
  await bench.pass(0);
  bench.endpoint.status = 500;
  bench.sandbox.resend(bench.sandbox.events()[0]?.id ?? "");
  await bench.pass(10 * 24 * 60 * minuteMs);
  expect(bench.delivered).toHaveLength(2);
});

test("what is wrong with the way survives a snapshot", async () => {
  const bench = createBench();
  bench.sandbox.tamper({ how: "lose" });
  const after = bench.restored();
  await customers(after, "a", "b");
  await after.pass(0);
  expect(names(after)).toEqual(["b"]);
});

test("what the endpoint is not subscribed to is listed, and never sent", async () => {
  const bench = createBench({ enabledEvents: ["topup.succeeded"] });
  await customers(bench, "a");
  bench.sandbox.topUp(100, "usd");
  await bench.pass(minuteMs);
  expect(bench.delivered.map(({ type }) => type)).toEqual(["topup.succeeded"]);
  const { data } = await bench.stripe.events.list({ type: "customer.created" });
  expect(data.map(({ pending_webhooks }) => pending_webhooks)).toEqual([0]);
});
