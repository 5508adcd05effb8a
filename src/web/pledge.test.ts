import { describe, expect, test } from "@jest/globals";
import { NO_TOTALS } from "../core/campaign.ts";
import { newPayee } from "../core/payout.ts";
import type { Pledge } from "../core/pledge.ts";
import { DEFAULT_POLICY } from "../core/policy.ts";
import { wording } from "../core/wording.ts";
import { PermanentFailure, TransientFailure } from "../ports.ts";
import {
  campaign,
  fieldOf,
  get,
  NOON,
  newWorld,
  OFFER,
  open,
  pledge,
  post,
  repository,
  signIn,
  type World,
} from "./fixture.ts";
import { clientOf } from "./limits.ts";
import { sha256Hex } from "./signing.ts";

const ISSUE = "/gh/octo-org/engine/issues/12";
const FIELDS = { amount: "25.00", mode: "pay-now", nonce: "n1", via: "" };

async function text(path: string, world: World = newWorld()): Promise<string> {
  return (await open(world).fetch(get(path))).text();
}

describe("the form", () => {
  test("is prefilled from the address, and its nonce is new each time", async () => {
    const web = open(newWorld());
    const read = async () =>
      (await web.fetch(get(`${ISSUE}?amount=40.00&via=delivery-1:0`))).text();
    const first = await read();
    expect(fieldOf(first, "amount")).toBe("40.00");
    expect(fieldOf(first, "via")).toBe("delivery-1:0");
    expect(fieldOf(first, "nonce")).not.toBe(fieldOf(await read(), "nonce"));
  });
  test("shows the whole terms and the fee's figure before the button", async () => {
    const page = await text(`${ISSUE}?amount=25.00`);
    const button = page.indexOf("Continue to Stripe");
    for (const line of [...wording("on-merge", OFFER), ...wording("pay-now", OFFER)]) {
      const at = page.indexOf(line.replace(/'/g, "&#39;"));
      expect(at).toBeGreaterThan(0);
      expect(at).toBeLessThan(button);
    }
    expect(page).toContain("Of $25.00 Stripe keeps roughly $1.03");
    expect(page).toContain("about $23.97 is paid out or goes back");
  });
  test("offers to be charged at the merge first; a policy may ask for payment now", async () => {
    const both = await text(ISSUE);
    expect(both).toMatch(/value="on-merge" required checked/);
    expect(both).toMatch(/value="pay-now" required>/);
    const now = await text(ISSUE, newWorld({ policy: { ...DEFAULT_POLICY, pay: "now" } }));
    expect(now).not.toContain("on-merge");
    expect(now).not.toContain(wording("on-merge", OFFER)[0]);
    expect(now).toMatch(/value="pay-now" required checked/);
  });
  test("says the operator's fee where there is one", async () => {
    const web = open(newWorld(), { operatorFeeBasisPoints: 500 });
    const page = await (await web.fetch(get(`${ISSUE}?amount=25.00`))).text();
    expect(page).toContain("about $22.78 is paid out, or $23.97 goes back");
  });
  test("offers quick amounts within the policy's bounds", async () => {
    const policy = { ...DEFAULT_POLICY, minimum: 2_000n, maximum: 5_000n };
    const page = await text(ISSUE, newWorld({ policy }));
    expect(page).toContain("?amount=25.00#pledge");
    expect(page).not.toMatch(/\?amount=10\.00|\?amount=100\.00/);
    expect(page).toContain("At least $20.00, at most $50.00.");
  });
  test("is not there when nothing can be taken", async () => {
    const closed = [
      newWorld({ payingIn: "closed" }),
      newWorld({ payingIn: "promisesOnly", policy: { ...DEFAULT_POLICY, pay: "now" } }),
      newWorld({ campaigns: [campaign({ state: "settled" })] }),
      newWorld({ repositories: [repository({ installed: false })] }),
    ];
    for (const world of closed) {
      const page = await text(ISSUE, world);
      expect(page).not.toContain("Continue to Stripe");
      expect(page).toContain("Pledges are closed");
    }
  });
  test("offers promises alone, and says why, while the operator's balance is below zero", async () => {
    const page = await text(ISSUE, newWorld({ payingIn: "promisesOnly" }));
    expect(page).toMatch(/value="on-merge" required checked/);
    expect(page).not.toContain('value="pay-now"');
    expect(page).not.toContain(wording("pay-now", OFFER)[0]);
    expect(page).toContain("balance is below zero after a loss");
  });
  test("greets those who left Stripe's page", async () => {
    expect(await text(`${ISSUE}?left=1`)).toContain("Nothing was charged");
  });
  test("a GET changes nothing and asks nothing of the desk", async () => {
    const world = newWorld({ pledges: [pledge()] });
    const before = JSON.stringify([world.campaigns, world.pledges], bigintText);
    const web = open(world);
    const paths = [ISSUE, `${ISSUE}?amount=5&via=x`, `${ISSUE}/thanks?pledge=pledge1`, "/payee"];
    for (const path of paths) await web.fetch(get(path));
    expect(JSON.stringify([world.campaigns, world.pledges], bigintText)).toBe(before);
    expect([world.forms, world.connected, world.refreshed]).toEqual([[], [], []]);
    expect(world.counts.size).toBe(0);
  });
});

function bigintText(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}

describe("posting it", () => {
  test("hands the pledge to the desk and goes on to Stripe", async () => {
    const world = newWorld();
    const response = await open(world).fetch(
      post(ISSUE, { ...FIELDS, name: " Ada ", anonymous: "1", via: "delivery-1:0" }),
    );
    expect(response.status).toBe(303);
    const form = world.forms[0];
    expect(response.headers.get("Location")).toBe(`https://stripe.test/pay/${form?.nonce}`);
    expect(form).toMatchObject({
      campaignId: "c1",
      amount: "25.00",
      mode: "pay-now",
      backerId: null,
      name: "Ada",
      anonymous: true,
      viaReply: "delivery-1:0",
      wordingHash: sha256Hex(wording("pay-now", OFFER).join("\n")),
    });
  });
  test("a promise pins the terms of promises, whose wording is another", async () => {
    const world = newWorld();
    const page = await (await open(world).fetch(get(ISSUE))).text();
    await open(world).fetch(
      post(ISSUE, { ...FIELDS, mode: "on-merge", terms: fieldOf(page, "terms") ?? "" }),
    );
    expect(world.forms[0]).toMatchObject({
      mode: "on-merge",
      wordingHash: sha256Hex(wording("on-merge", OFFER).join("\n")),
    });
  });
  test("a double click is the same pledge; another amount is another", async () => {
    const world = newWorld();
    const web = open(world);
    await web.fetch(post(ISSUE, FIELDS));
    await web.fetch(post(ISSUE, FIELDS));
    await web.fetch(post(ISSUE, { ...FIELDS, amount: "30.00" }));
    const [first, second, third] = world.forms.map(({ nonce }) => nonce);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });
  test("a signed-in backer's pledge carries their id", async () => {
    const world = newWorld();
    const web = open(world);
    const cookie = await signIn(web, world);
    await web.fetch(post(ISSUE, FIELDS, { Cookie: cookie }));
    expect(world.forms[0]?.backerId).toBe(77);
    const page = await (await web.fetch(get(ISSUE, { Cookie: cookie }))).text();
    expect(page).toContain("signed in as octo-worker");
  });
  test("a refusal shows its sentence and keeps what was entered", async () => {
    const world = newWorld({
      refusal: { refusal: "amountBelowMinimum", minimum: 500n, currency: "usd" },
    });
    const response = await open(world).fetch(
      post(ISSUE, { ...FIELDS, amount: "1.50", name: "Ada & Co", anonymous: "1", via: "d:0" }),
    );
    expect(response.status).toBe(422);
    const page = await response.text();
    expect(page).toContain("The smallest amount here is $5.00.");
    expect(fieldOf(page, "amount")).toBe("1.50");
    expect(fieldOf(page, "name")).toBe("Ada &amp; Co");
    expect(fieldOf(page, "nonce")).toBe("n1");
    expect(fieldOf(page, "via")).toBe("d:0");
    expect(page).toMatch(/name="anonymous" value="1" checked/);
  });
  test("a refusal that quotes shows the words as they were written", async () => {
    const refusal = {
      refusal: "amountNotUnderstood" as const,
      text: "<b>*lots* & @more",
      problem: "notAnAmount" as const,
      currency: "usd",
    };
    const response = await open(newWorld({ refusal })).fetch(post(ISSUE, FIELDS));
    const page = await response.text();
    expect(page).toContain("“&lt;b&gt;*lots* &amp; @more” is not an amount I can read.");
    expect(page).toContain("<code>$1,000.50</code>");
  });
  test.each([
    [{ amount: "" }, "Write an amount."],
    [{ amount: "9".repeat(41) }, "too long"],
    [{ mode: "later" }, "Choose how to pay."],
    [{ nonce: "<>" }, "out of date"],
    [{ name: "x".repeat(201) }, "name is too long"],
    [{ terms: "00" }, "The terms changed"],
  ])("a form that is not whole comes back without asking the desk: %j", async (wrong, words) => {
    const world = newWorld();
    const response = await open(world).fetch(post(ISSUE, { ...FIELDS, ...wrong }));
    expect(response.status).toBe(422);
    const page = await response.text();
    expect(page).toContain(words);
    expect(fieldOf(page, "nonce")).toMatch(/^[\w-]+$/);
    expect(world.forms).toEqual([]);
  });
  test("when Stripe does not answer nothing was charged, and the same form can be sent again", async () => {
    const world = newWorld({ failure: new TransientFailure("timeout", { retryAfterMs: 2_000 }) });
    const response = await open(world).fetch(post(ISSUE, FIELDS));
    expect(response.status).toBe(503);
    expect(response.headers.get("Retry-After")).toBe("2");
    const page = await response.text();
    expect(page).toContain("Nothing was charged. Please try again");
    expect(fieldOf(page, "nonce")).toBe("n1");
  });
  test("when Stripe refuses for good, another try is another pledge", async () => {
    const world = newWorld({ failure: new PermanentFailure("no", { code: "card_declined" }) });
    const response = await open(world).fetch(post(ISSUE, FIELDS));
    expect(response.status).toBe(502);
    expect(fieldOf(await response.text(), "nonce")).not.toBe("n1");
  });
  test("an unknown bounty takes nothing", async () => {
    const world = newWorld({ repositories: [repository({ private: true })] });
    expect((await open(world).fetch(post(ISSUE, FIELDS))).status).toBe(404);
    expect(world.forms).toEqual([]);
  });
});

describe("too many", () => {
  const few = { limit: 2, windowMs: 60_000 };
  test("from one address are asked to wait", async () => {
    const world = newWorld();
    const web = open(world, { limits: { pledgesPerAddress: few } });
    for (const expected of [303, 303, 429]) {
      const response = await web.fetch(post(ISSUE, FIELDS));
      expect(response.status).toBe(expected);
      if (expected === 429) expect(response.headers.get("Retry-After")).toBe("60");
    }
    expect(world.forms).toHaveLength(2);
    world.clientAddress = "192.0.2.2";
    expect((await web.fetch(post(ISSUE, FIELDS))).status).toBe(303);
  });
  test("a header does not make another address", async () => {
    const web = open(newWorld(), { limits: { pledgesPerAddress: few } });
    const statuses: number[] = [];
    for (const address of ["1.1.1.1", "2.2.2.2", "3.3.3.3"]) {
      const response = await web.fetch(post(ISSUE, FIELDS, { "X-Forwarded-For": address }));
      statuses.push(response.status);
    }
    expect(statuses).toEqual([303, 303, 429]);
  });
  test("for one bounty are asked to wait, wherever they come from", async () => {
    const world = newWorld();
    const web = open(world, { limits: { pledgesPerCampaign: few } });
    const statuses: number[] = [];
    for (const address of ["192.0.2.1", "192.0.2.2", "192.0.2.3"]) {
      world.clientAddress = address;
      statuses.push((await web.fetch(post(ISSUE, FIELDS))).status);
    }
    expect(statuses).toEqual([303, 303, 429]);
  });
  test.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:0DB8:0001:0002::1", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ])("%s counts as %s", (address, client) => {
    expect(clientOf(address)).toBe(client);
  });
});

describe("after Stripe's page", () => {
  const paidParts: Partial<Pledge> = {
    capturedAt: NOON,
    settlementCurrency: "usd",
    stripeFee: 103n,
    net: 2_397n,
  };
  const thanks = (parts: Partial<Pledge>, at = NOON): Promise<string> =>
    text(`${ISSUE}/thanks?pledge=pledge1`, newWorld({ now: at, pledges: [pledge(parts)] }));

  test.each([
    ["started", {}, "Stripe has not told us yet"],
    ["clearing", { capturedAt: NOON }, "Paid, and clearing"],
    ["paid", paidParts, "Paid: thank you"],
    ["released", { ...paidParts, released: 2_397n }, "$23.97 of your pledge was sent"],
    ["refunding", { refunding: 2_397n, returnReason: "cancelled" }, "on its way back"],
    ["refunded", { refunded: 2_397n, returnReason: "refund date reached" }, "$23.97 was returned"],
    ["abandoned", {}, "Nothing was charged"],
    ["failed", {}, "did not go through"],
    ["disputed", {}, "Your bank asks about the payment, or took it back for now"],
    ["lost", {}, "taken back"],
    ["promised", {}, "Your card is saved"],
    ["charging", {}, "being charged"],
  ] as const)("%s is what it says, and no more", async (state, parts, words) => {
    const page = await thanks({ state, ...parts });
    expect(page).toContain(words);
    const isPaid = state === "clearing" || state === "paid";
    expect(/<h1>Paid[,:]/.test(page)).toBe(isPaid);
    expect(page.includes('http-equiv="refresh"')).toBe(state === "started" || state === "charging");
  });
  test("it stops looking by itself after half an hour", async () => {
    expect(await thanks({}, NOON + 31 * 60_000)).not.toContain("http-equiv");
  });
  test("money that must go back is not thanked for", async () => {
    const page = await thanks({ ...paidParts, state: "paid", returnReason: "campaign over" });
    expect(page).toContain("Paid, and it goes back");
    expect(page).not.toContain("thank you");
  });
  test("the figures are the booked ones, and the date is the pledge's own", async () => {
    const page = await thanks({ ...paidParts, state: "paid" });
    expect(page).toContain("$1.03");
    expect(page).toContain("$23.97");
    expect(page).toContain("2027-03-16");
  });
  test("an unknown id, or one of another issue, is a 404", async () => {
    const world = newWorld({
      campaigns: [campaign(), campaign({ id: "c2", issueId: 1, issueNumber: 13 })],
      pledges: [pledge({ campaignId: "c2" })],
    });
    const web = open(world);
    expect((await web.fetch(get(`${ISSUE}/thanks?pledge=pledge1`))).status).toBe(404);
    expect((await web.fetch(get(`${ISSUE}/thanks?pledge=none`))).status).toBe(404);
    expect((await web.fetch(get(`${ISSUE}/thanks`))).status).toBe(404);
    const other = "/gh/octo-org/engine/issues/13/thanks?pledge=pledge1";
    expect((await web.fetch(get(other))).status).toBe(200);
  });
  test("a pledge to an earlier bounty of the issue is still found", async () => {
    const world = newWorld({
      campaigns: [campaign({ state: "cancelled" }), campaign({ id: "c2" })],
      pledges: [pledge()],
    });
    expect((await open(world).fetch(get(`${ISSUE}/thanks?pledge=pledge1`))).status).toBe(200);
  });
  test.each(["@octo-maintainer", "＠octo", " @ @x"])(
    "a guest named %s does not look like a GitHub login",
    async (backerName) => {
      const page = await thanks({ backerName });
      expect(page).toContain(", a guest");
      expect(page).not.toMatch(/[@＠]/);
    },
  );
  test("an anonymous backer's name is not shown", async () => {
    const page = await thanks({ backerName: "Ada", anonymous: true });
    expect(page).not.toContain("Ada");
    expect(page).toContain("anonymous");
  });
});

describe("the numbers", () => {
  test("are each said by what they are", async () => {
    const totals = {
      ...NO_TOTALS,
      paidIn: 12_000n,
      clearing: 2_000n,
      fees: 408n,
      released: 700n,
      refunding: 1_100n,
      refunded: 900n,
      disputed: 1_300n,
      lost: 1_700n,
      backersCount: 6,
      refundingCount: 1,
      refundedCount: 1,
    };
    const nextRefundAt = NOON + 86_400_000;
    const page = await text(ISSUE, newWorld({ campaigns: [campaign({ totals })], nextRefundAt }));
    const amounts = ["$120.00", "$20.00", "$4.08", "$7.00", "$11.00", "$9.00", "$13.00", "$17.00"];
    for (const amount of amounts) {
      expect(page).toContain(`<span class="amount">${amount}</span>`);
    }
    expect(page).toContain("2027-01-16");
  });
  test("an award names who is paid, and who has not connected", async () => {
    const world = newWorld({
      campaigns: [campaign({ state: "awarded" })],
      awards: [
        {
          id: "a1",
          campaignId: "c1",
          pullId: 1,
          pullNumber: 44,
          at: NOON,
          by: { id: 5, login: "octo-maintainer" },
          payableFrom: 0,
          round: 1,
          undone: null,
          revertedBy: null,
          declined: [],
          handed: [],
          payees: [{ id: 77, login: "octo-worker", basisPoints: 10_000, allotted: 0n }],
        },
      ],
      payees: [newPayee({ id: 77, login: "octo-worker" })],
    });
    const page = await text(ISSUE, world);
    expect(page).toContain("Awarded to <strong>octo-worker</strong> for pull request #44");
    expect(page).toContain("Waiting for the Stripe account of octo-worker");
    expect(page).not.toContain("Continue to Stripe");
  });
});
