// Stripe's webhooks at the door: what is stored, what is turned away and with which words.
import { expect, test } from "@jest/globals";
import StripeSdk from "stripe";
import { type Delivery, type Log, TransientFailure } from "../ports.ts";
import { createStripeReceiver, type StripeReceiverOptions } from "./receive.ts";

const SECRET = "whsec_one";
const BYTES_MAX = 1_000;
const AT = Date.UTC(2027, 0, 31);

const event = {
  id: "evt_1",
  object: "event",
  type: "refund.updated",
  livemode: false,
  data: { object: { id: "re_1", object: "refund", reason: "Grüße" } },
};
const good = JSON.stringify(event);

function rig(changes: Partial<StripeReceiverOptions> = {}) {
  const stored: Delivery[] = [];
  const logged: string[] = [];
  const note: Log["warn"] = (_, message) => void logged.push(message);
  const receive = createStripeReceiver({
    secret: SECRET,
    accept: async (deliveries) => void stored.push(...deliveries),
    clock: { now: () => AT },
    log: { debug() {}, info() {}, warn: note, error: note },
    bodyBytesMax: BYTES_MAX,
    liveMode: false,
    ...changes,
  });
  return { receive, stored, logged };
}

function signature(payload: string, options: { secret?: string; atMs?: number } = {}): string {
  const { secret = SECRET, atMs = AT } = options;
  const timestamp = Math.floor(atMs / 1000);
  return StripeSdk.webhooks.generateTestHeaderString({ payload, secret, timestamp });
}

function post(body: string, signed: string | null): Request {
  const headers: Record<string, string> = signed === null ? {} : { "stripe-signature": signed };
  return new Request("http://app.test/", { method: "POST", headers, body });
}

test("an event is stored as a hint under its own id, and then answered", async () => {
  const { receive, stored } = rig();
  const answer = await receive(post(good, signature(good)));
  expect([answer.status, await answer.json()]).toEqual([202, { accepted: 1 }]);
  expect(stored).toEqual([
    {
      source: "stripe",
      deliveryId: "evt_1",
      part: 0,
      message: { kind: "refund", refundId: "re_1" },
      receivedAt: AT,
    },
  ]);
});

test("an event of no interest is answered and not stored", async () => {
  const { receive, stored } = rig();
  const other = JSON.stringify({ ...event, type: "payout.paid" });
  const answer = await receive(post(other, signature(other)));
  expect([answer.status, stored]).toEqual([202, []]);
});

test("each of several secrets is good", async () => {
  const { receive, stored } = rig({ secret: ["whsec_other", SECRET] });
  expect((await receive(post(good, signature(good)))).status).toBe(202);
  expect(stored).toHaveLength(1);
});

test("a signature is good for five minutes", async () => {
  const { receive } = rig();
  const atMs = AT - 300_000;
  expect((await receive(post(good, signature(good, { atMs })))).status).toBe(202);
});

const thin = JSON.stringify({
  id: "evt_1",
  object: "v2.core.event",
  type: "v2.core.account.updated",
});
const live = JSON.stringify({ ...event, livemode: true });
const blank = JSON.stringify({ ...event, data: { object: { object: "refund" } } });
const long = JSON.stringify({ ...event, padding: "x".repeat(BYTES_MAX) });

const BAD: [what: string, body: string, signed: string | null, status: number, error: RegExp][] = [
  ["no signature", good, null, 401, /missing/],
  ["an empty signature", good, "", 401, /missing/],
  ["a signature with another secret", good, signature(good, { secret: "whsec_x" }), 401, /wrong/],
  ["another body's signature", good, signature(thin), 401, /wrong/],
  ["no signature in the header", good, "t=1", 401, /wrong/],
  ["nonsense", good, "nonsense", 401, /wrong/],
  ["a signature of yesterday", good, signature(good, { atMs: AT - 301_000 }), 401, /too old/],
  ["an empty body", "", signature(good), 401, /wrong/],
  ["malformed JSON", "{", signature("{"), 400, /JSON/],
  ["a live event on a test key", live, signature(live), 400, /live event/],
  ["a thin event", thin, signature(thin), 422, /shape/],
  ["an object without its id", blank, signature(blank), 422, /shape: id/],
  ["JSON that is no event", "[]", signature("[]"), 422, /shape/],
  ["a body over the limit", long, signature(long), 413, /large/],
];

test.each(BAD)(
  "%s is refused, with a reason, and nothing is stored",
  async (_what, body, signed, status, error) => {
    const { receive, stored, logged } = rig();
    const answer = await receive(post(body, signed));
    expect([answer.status, await answer.json()]).toEqual([
      status,
      { error: expect.stringMatching(error) },
    ]);
    expect(stored).toEqual([]);
    expect(logged).toHaveLength(status === 401 ? 1 : 0);
  },
);

test("a test event on a live key is refused", async () => {
  const { receive } = rig({ liveMode: true });
  const answer = await receive(post(good, signature(good)));
  expect([answer.status, await answer.json()]).toEqual([
    400,
    { error: "this is a test event, and Whipround runs with a live key" },
  ]);
});

test("what could not be stored is sent again by Stripe", async () => {
  const bug = rig({ accept: () => Promise.reject(new Error("disk full")) });
  expect((await bug.receive(post(good, signature(good)))).status).toBe(500);
  const busy = rig({ accept: () => Promise.reject(new TransientFailure("busy")) });
  expect((await busy.receive(post(good, signature(good)))).status).toBe(503);
});

test.each([[""], [" "], [[]], [["whsec_one", ""]]])(
  "without a secret (%j) there is no receiving",
  (secret) => {
    expect(() => rig({ secret })).toThrow("secret");
  },
);
