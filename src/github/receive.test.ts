// GitHub's webhooks at the door: what is stored, what is turned away and with which words.
import { createHmac } from "node:crypto";
import { expect, test } from "@jest/globals";
import { type Delivery, type Log, TransientFailure } from "../ports.ts";
import { createGithubReceiver, type GithubReceiverOptions } from "./receive.ts";
import { createSignatureCheck } from "./signature.ts";

const SECRET = "it's a secret";
const BYTES_MAX = 2_000;
const AT = Date.UTC(2027, 0, 31);

const payload = {
  action: "created",
  installation: { id: 900 },
  repository: {
    id: 10,
    name: "widgets",
    private: false,
    default_branch: "main",
    owner: { id: 1, login: "acme" },
  },
  sender: { id: 7, login: "mona", type: "User" },
  issue: { id: 500, number: 12, title: "Zürich 🧭", state: "open" },
  comment: { id: 77, body: "/help\n/pledge $20" },
};

interface Rig {
  receive(request: Request): Promise<Response>;
  stored: Delivery[];
  logged: string[];
}

function rig(changes: Partial<GithubReceiverOptions> = {}): Rig {
  const stored: Delivery[] = [];
  const logged: string[] = [];
  const note: Log["warn"] = (_, message) => void logged.push(message);
  const receive = createGithubReceiver({
    verify: createSignatureCheck(SECRET),
    accept: async (deliveries) => void stored.push(...deliveries),
    clock: { now: () => AT },
    log: { debug() {}, info() {}, warn: note, error: note },
    bodyBytesMax: BYTES_MAX,
    ...changes,
  });
  return { receive, stored, logged };
}

function signed(body: string, headers: Record<string, string | null> = {}): Request {
  const mac = createHmac("sha256", SECRET).update(body).digest("hex");
  const all = {
    "x-github-event": "issue_comment",
    "x-github-delivery": "0b0e5b6e-0000-4000-a000-000000000001",
    "x-hub-signature-256": `sha256=${mac}`,
    ...headers,
  };
  const given = Object.entries(all).filter(([, value]) => value !== null) as [string, string][];
  return new Request("http://app.test/", { method: "POST", headers: given, body });
}

const good = JSON.stringify(payload);

test("commands are stored, one part each, and then answered", async () => {
  const { receive, stored } = rig();
  const answer = await receive(signed(good));
  expect([answer.status, await answer.json()]).toEqual([202, { accepted: 2 }]);
  expect(stored).toMatchObject([
    {
      source: "github",
      deliveryId: "0b0e5b6e-0000-4000-a000-000000000001",
      part: 0,
      receivedAt: AT,
      message: { kind: "command", thread: { title: "Zürich 🧭" } },
    },
    { part: 1, message: { request: { command: "offerPledge", amount: "$20" } } },
  ]);
});

test("nothing is answered before it is durable", async () => {
  const durable = Promise.withResolvers<void>();
  const { receive } = rig({ accept: () => durable.promise });
  let answered = false;
  const answer = receive(signed(good)).finally(() => {
    answered = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(answered).toBe(false);
  durable.resolve();
  expect((await answer).status).toBe(202);
});

test("what is of no interest is answered and not stored", async () => {
  const { receive, stored } = rig();
  const ping = JSON.stringify({ zen: "Design for failure.", hook_id: 1 });
  const answer = await receive(signed(ping, { "x-github-event": "ping" }));
  expect([answer.status, stored]).toEqual([202, []]);
});

const signature = "x-hub-signature-256";
const BAD: [what: string, request: () => Request, status: number, error: RegExp][] = [
  ["no signature", () => signed(good, { [signature]: null }), 401, /missing/],
  ["an empty signature", () => signed(good, { [signature]: "" }), 401, /missing/],
  [
    "a wrong signature",
    () => signed(good, { [signature]: `sha256=${"0".repeat(64)}` }),
    401,
    /wrong/,
  ],
  ["a signature of another kind", () => signed(good, { [signature]: "sha1=abc" }), 401, /wrong/],
  ["no event name", () => signed(good, { "x-github-event": null }), 400, /X-GitHub-Event/],
  ["no delivery id", () => signed(good, { "x-github-delivery": null }), 400, /X-GitHub-Delivery/],
  ["an unknown event", () => signed(good, { "x-github-event": "star" }), 422, /event/],
  ["malformed JSON", () => signed('{"action":'), 400, /JSON/],
  ["an empty body", () => signed(""), 400, /JSON/],
  ["JSON that is no object", () => signed("[]"), 400, /JSON/],
  ["null", () => signed("null"), 400, /JSON/],
  [
    "a payload without its issue",
    () => signed(JSON.stringify({ ...payload, issue: undefined })),
    422,
    /issue_comment.+issue/,
  ],
  ["a body over the limit", () => signed("x".repeat(BYTES_MAX + 1)), 413, /large/],
  [
    "a body over the limit, declared as shorter",
    () => signed("x".repeat(BYTES_MAX + 1), { "content-length": "5" }),
    413,
    /large/,
  ],
  [
    "a declared length over the limit",
    () => signed(good, { "content-length": "2001" }),
    413,
    /large/,
  ],
];

test.each(BAD)(
  "%s is refused, with a reason, and nothing is stored",
  async (_, request, status, error) => {
    const { receive, stored, logged } = rig();
    const answer = await receive(request());
    expect([answer.status, await answer.json()]).toEqual([
      status,
      { error: expect.stringMatching(error) },
    ]);
    expect(stored).toEqual([]);
    expect(logged).toHaveLength(status === 401 ? 1 : 0);
  },
);

test("a body that never ends is not read beyond the limit", async () => {
  let pulled = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled += 1;
      controller.enqueue(new Uint8Array(500));
    },
  });
  const init: RequestInit = { method: "POST", body: endless, duplex: "half" };
  const { receive } = rig();
  expect((await receive(new Request("http://app.test/", init))).status).toBe(413);
  expect(pulled).toBeLessThan(8);
});

test("what could not be stored looks failed to GitHub, and is logged", async () => {
  const bug = rig({ accept: () => Promise.reject(new Error("disk full")) });
  expect((await bug.receive(signed(good))).status).toBe(500);
  expect(bug.logged).toEqual(["a GitHub webhook could not be stored"]);
  const busy = rig({ accept: () => Promise.reject(new TransientFailure("busy")) });
  expect((await busy.receive(signed(good))).status).toBe(503);
});

test("a check that throws has verified nothing", async () => {
  const { receive, stored } = rig({ verify: () => Promise.reject(new TypeError("no body")) });
  expect((await receive(signed(good))).status).toBe(401);
  expect(stored).toEqual([]);
});

test("without a secret there is no receiving", () => {
  expect(() => createSignatureCheck(" ")).toThrow("secret");
});
