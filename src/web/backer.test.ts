// A backer's page behind its signed link, and the list of those who sign in.
import { describe, expect, test } from "@jest/globals";
import type { Pledge, PledgeState } from "../core/pledge.ts";
import { tipWording } from "../core/tip.ts";
import { wording } from "../core/wording.ts";
import { TransientFailure } from "../ports.ts";
import { createBackerLinks } from "./backer-link.ts";
import {
  campaign,
  fieldOf,
  get,
  NOON,
  newWorld,
  OFFER,
  open,
  PUBLIC_URL,
  pledge,
  post,
  signIn,
  type World,
} from "./fixture.ts";
import { createSigner, sha256Hex } from "./signing.ts";

const DAY_MS = 86_400_000;
const SECRET = "a secret for tests";

const PAID: Partial<Pledge> = {
  state: "paid",
  chargeId: "ch_1",
  capturedAt: NOON,
  settlementCurrency: "usd",
  stripeFee: 103n,
  net: 2_397n,
};

function worldWith(parts: Partial<Pledge>, more: Partial<World> = {}): World {
  return newWorld({ pledges: [pledge(parts)], ...more });
}

/** The link as a mail carries it, as a path. */
function linkTo(world: World, secret = SECRET): string {
  const link = createBackerLinks({
    publicUrl: PUBLIC_URL,
    sessionSecret: secret,
    clock: { now: () => world.now },
  });
  return link(world.pledges[0] ?? pledge()).slice(PUBLIC_URL.length);
}

async function read(world: World, path = linkTo(world)): Promise<string> {
  return (await open(world).fetch(get(path))).text();
}

function refundOf(state: "sending" | "succeeded" | "failed") {
  return {
    effectKey: "refund:pledge1:1",
    pledgeId: "pledge1",
    refundId: null,
    amount: 2_397n,
    currency: "usd",
    pledgeAmount: 2_397n,
    reason: "withdrawn" as const,
    begunAt: NOON,
    state,
    booked: false,
  };
}

describe("the link", () => {
  test("is shown after paying, always the same, and opens the pledge without naming it", async () => {
    const world = worldWith(PAID);
    const web = open(world);
    const thanks = "/gh/octo-org/engine/issues/12/thanks?pledge=pledge1";
    const shown = async () =>
      /href="(\/pledge\/[^"]+)"/.exec(await (await web.fetch(get(thanks))).text())?.[1] ?? "";
    const link = await shown();
    world.now += DAY_MS;
    expect(await shown()).toBe(link);
    expect(linkTo(world)).toBe(link);
    const page = await (await web.fetch(get(link))).text();
    expect(page).toContain("$25.00");
    expect(page).not.toContain("pledge1");
    expect(page).toContain('name="robots" content="noindex"');
  });

  test("is not shown while there is nothing to do with the pledge", async () => {
    for (const state of ["started", "abandoned", "failed"] as const) {
      const thanks = "/gh/octo-org/engine/issues/12/thanks?pledge=pledge1";
      expect(await read(worldWith({ state }), thanks)).not.toContain("/pledge/");
    }
  });

  test("altered, over, sealed by somebody else or for something else, it opens nothing", async () => {
    const world = worldWith(PAID);
    const good = linkTo(world);
    const signer = createSigner({ secret: SECRET, clock: { now: () => world.now } });
    const session = signer.seal("session", { pledgeId: "pledge1" }, DAY_MS);
    const unknown = signer.seal("backer", { pledgeId: "nobody's" }, DAY_MS);
    const bare = signer.seal("backer", {}, DAY_MS);
    const wrong = [
      good.slice(0, -2),
      good.replace("/pledge/", "/pledge/x"),
      linkTo(world, "another secret"),
      ...[session, unknown, bare, "pledge1"].map((token) => `/pledge/${token}`),
    ];
    for (const path of wrong) {
      for (const request of [get(path), get(`${path}/withdraw`), post(`${path}/withdraw`)]) {
        const response = await open(world).fetch(request);
        expect([path, response.status]).toEqual([path, 404]);
        expect(await response.text()).toContain("This link opens no pledge");
      }
    }
    expect(world.withdrawn).toEqual([]);
    world.now += 180 * DAY_MS - 1;
    expect((await open(world).fetch(get(good))).status).toBe(200);
    world.now += 1;
    expect((await open(world).fetch(get(good))).status).toBe(404);
  });
});

describe("the page", () => {
  test("shows the state, the figures, the dates and the terms as they were pinned", async () => {
    const terms = {
      ...pledge().terms,
      wordingHash: sha256Hex(wording("pay-now", OFFER).join("\n")),
    };
    const page = await read(worldWith({ ...PAID, terms }));
    expect(page).toContain("<h1>Paid: thank you</h1>");
    expect(page).toContain("$23.97");
    expect(page).toContain("2027-03-16");
    expect(page).toContain("Word for word what was on the page when you pledged");
    for (const line of wording("pay-now", OFFER))
      expect(page).toContain(line.replace(/'/g, "&#39;"));
    expect(await read(worldWith(PAID))).toContain("reworded since you pledged");
  });

  test("of a tip shows the tip's own terms, as they were pinned", async () => {
    const words = tipWording("octo-worker", OFFER);
    const tip = campaign({
      kind: "tip",
      state: "awarded",
      split: [{ id: 77, login: "octo-worker", basisPoints: 10_000 }],
    });
    const terms = { ...pledge().terms, wordingHash: sha256Hex(words.join("\n")) };
    const page = await read({ ...worldWith({ ...PAID, terms }), campaigns: [tip] });
    expect(page).toContain("Word for word what was on the page when you pledged");
    for (const line of words) expect(page).toContain(line.replace(/'/g, "&#39;"));
    expect(page).not.toContain(wording("pay-now", OFFER)[0]?.replace(/'/g, "&#39;"));
  });

  test("shows a promise's last day", async () => {
    const terms = { ...pledge().terms, mode: "on-merge" as const };
    const page = await read(worldWith({ state: "promised", promisedAt: NOON, terms }));
    expect(page).toContain("2027-07-14");
    expect(page).toContain("Take the promise back…");
  });

  test("lists the refunds and what became of each", async () => {
    const texts = { sending: "on its way", succeeded: "through", failed: "did not go through" };
    for (const [state, words] of Object.entries(texts)) {
      const refunds = [refundOf(state as keyof typeof texts)];
      const page = await read(worldWith({ ...PAID, state: "refunding" }, { refunds }));
      expect(page).toContain("<h2>Refunds</h2>");
      expect(page).toContain(words);
      expect(page).toContain("you took it back");
    }
  });

  test.each<[string, Partial<Pledge>]>([
    ["on its way back", { ...PAID, state: "refunding" }],
    ["decided to go back", { ...PAID, returnReason: "cancelled" }],
    ["withdrawn", { state: "withdrawn" }],
    ["paid out", { ...PAID, state: "released", shared: 2_397n, released: 2_397n }],
    ["being charged", { state: "charging" }],
  ])("offers no way back for what is %s", async (_what, parts) => {
    const world = worldWith(parts);
    expect(await read(world)).not.toContain("/withdraw");
    const confirm = await open(world).fetch(get(`${linkTo(world)}/withdraw`));
    expect([confirm.status, confirm.headers.get("Location")]).toEqual([303, linkTo(world)]);
  });

  test("offers no way back once the bounty is awarded", async () => {
    const world = worldWith(PAID, { campaigns: [campaign({ state: "awarded" })] });
    expect(await read(world)).not.toContain("/withdraw");
  });
});

describe("taking it back", () => {
  test("the page before says exactly what comes back, and asks nothing of the desk", async () => {
    const world = worldWith(PAID);
    const page = await read(world, `${linkTo(world)}/withdraw`);
    expect(page).toContain("You paid $25.00. Stripe keeps its fee of $1.03");
    expect(page).toContain("$23.97 goes back to your card.");
    const promised = worldWith({ state: "promised", promisedAt: NOON });
    expect(await read(promised, `${linkTo(promised)}/withdraw`)).toContain(
      "Nothing was charged, and nothing will be.",
    );
    const clearing = worldWith({ ...PAID, state: "clearing", settlementCurrency: null, net: 0n });
    expect(await read(clearing, `${linkTo(clearing)}/withdraw`)).toContain("roughly $1.03");
    expect(world.withdrawn).toEqual([]);
  });

  test("a click asks the desk once and leads to the pledge's page", async () => {
    const world = worldWith(PAID);
    const path = `${linkTo(world)}/withdraw`;
    const shown = fieldOf(await read(world, path), "shown") ?? "";
    const response = await open(world).fetch(post(path, { shown }));
    expect([response.status, response.headers.get("Location")]).toEqual([303, linkTo(world)]);
    expect(world.withdrawn).toEqual(["pledge1"]);
  });

  test("another figure than the page showed asks for another look", async () => {
    const world = worldWith(PAID);
    const response = await open(world).fetch(
      post(`${linkTo(world)}/withdraw`, { shown: "clearing:0" }),
    );
    expect(response.status).toBe(422);
    expect(await response.text()).toContain("changed since you opened this page");
    expect(world.withdrawn).toEqual([]);
  });

  test("a refusal is said on the pledge's page", async () => {
    const world = worldWith(PAID, { refusal: { refusal: "pledgeIsAwarded" } });
    const response = await open(world).fetch(
      post(`${linkTo(world)}/withdraw`, { shown: "paid:2397" }),
    );
    expect(response.status).toBe(422);
    expect(await response.text()).toContain("The bounty is awarded");
  });

  test("only from our own pages, and not too often", async () => {
    const world = worldWith(PAID);
    const path = `${linkTo(world)}/withdraw`;
    const fields = { shown: "paid:2397" };
    const foreign = { Origin: "https://evil.test", "Sec-Fetch-Site": "cross-site" };
    expect((await open(world).fetch(post(path, fields, foreign))).status).toBe(403);
    expect(world.withdrawn).toEqual([]);
    const limits = { backerChangesPerAddress: { limit: 2, windowMs: 60_000 } };
    const web = open(world, { limits });
    const statuses: number[] = [];
    for (let time = 0; time < 3; time += 1)
      statuses.push((await web.fetch(post(path, fields))).status);
    expect(statuses).toEqual([303, 303, 429]);
  });
});

describe("moving the date", () => {
  test("the words stand above the button; a click consents to them", async () => {
    const world = worldWith(PAID);
    const page = await read(world);
    expect(page).toContain("Wait longer, until 2027-04-15");
    expect(page).toContain("Your money waits for the work until 2027-04-15 instead of 2027-03-16.");
    const fields = { from: fieldOf(page, "from") ?? "", terms: fieldOf(page, "terms") ?? "" };
    const response = await open(world).fetch(post(`${linkTo(world)}/renew`, fields));
    expect([response.status, response.headers.get("Location")]).toEqual([303, linkTo(world)]);
    expect(world.renewed).toEqual([
      { pledgeId: "pledge1", from: NOON + 60 * DAY_MS, wordingHash: fields.terms },
    ]);
  });

  test("other words than today's, or no date at all, ask for another look", async () => {
    const world = worldWith(PAID);
    const from = String(NOON + 60 * DAY_MS);
    for (const fields of [{ from, terms: "00" }, { from: "soon" }, {}]) {
      const response = await open(world).fetch(post(`${linkTo(world)}/renew`, fields));
      expect(response.status).toBe(422);
      expect(await response.text()).toContain("changed since you opened this page");
    }
    expect(world.renewed).toEqual([]);
  });

  test("is not offered where nothing would be gained", async () => {
    const campaigns = [campaign({ state: "awarded" })];
    expect(await read(worldWith(PAID, { campaigns }))).not.toContain("Wait longer");
    expect(await read(worldWith({ ...PAID, returnReason: "cancelled" }))).not.toContain("/renew");
  });
});

describe("the list", () => {
  test("asks who it is, and signing in leads back to it", async () => {
    const world = worldWith({ ...PAID, backerId: 77 });
    const web = open(world);
    const page = await (await web.fetch(get("/backer"))).text();
    expect(page).toContain("Sign in with GitHub");
    expect(fieldOf(page, "next")).toBe("backer");
    const begun = await web.fetch(post("/sign-in", { next: "backer" }));
    const cookie = begun.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    const state = world.authorized.at(-1)?.state ?? "";
    const finished = await web.fetch(
      get(`/oauth/callback?code=good&state=${state}`, { Cookie: cookie }),
    );
    expect(finished.headers.get("Location")).toBe("/backer");
  });

  test("signing in leads nowhere but to our own pages", async () => {
    const world = newWorld();
    const web = open(world);
    const begun = await web.fetch(post("/sign-in", { next: "//evil.test" }));
    const cookie = begun.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    const state = world.authorized.at(-1)?.state ?? "";
    const finished = await web.fetch(
      get(`/oauth/callback?code=good&state=${state}`, { Cookie: cookie }),
    );
    expect(finished.headers.get("Location")).toBe("/payee");
  });

  test("holds one's own pledges, and no one else's", async () => {
    const states: PledgeState[] = ["paid", "released", "promised"];
    const mine = states.map((state, index) =>
      pledge({ ...PAID, id: `mine${index}`, backerId: 77, state, promisedAt: NOON }),
    );
    const world = newWorld({
      pledges: [...mine, pledge({ ...PAID, id: "other", backerId: 78, amount: 9_900n })],
    });
    const web = open(world);
    const cookie = await signIn(web, world);
    const page = await (await web.fetch(get("/backer", { Cookie: cookie }))).text();
    expect(page.match(/href="\/pledge\//g)).toHaveLength(3);
    expect(page).toContain("until <time");
    expect(page).not.toContain("$99.00");
    expect(page).not.toContain("mine0");
  });
});

describe("the charge of a promise", () => {
  const charge = (parts: object) => ({
    state: "charging" as const,
    promisedAt: NOON,
    paymentIntentId: "pi_1",
    charging: {
      at: NOON,
      triesCount: 1,
      problem: null,
      failedAt: null,
      pageUrl: null,
      ending: false,
      ...parts,
    },
  });
  const awarded = [campaign({ state: "awarded" })];
  const offers = async (parts: Partial<Pledge>, campaigns = [campaign()]) => {
    const page = await read(worldWith(parts, { campaigns }));
    return ["/confirm", "/card", "/withdraw"].filter((path) => page.includes(`${path}"`));
  };

  test("what its backer may do follows from how it stands", async () => {
    expect(await offers({ state: "promised", promisedAt: NOON })).toEqual(["/card", "/withdraw"]);
    expect(await offers(charge({}))).toEqual([]);
    for (const problem of ["card declined", "authentication needed"] as const) {
      const failed = charge({ problem, failedAt: NOON });
      expect(await offers(failed, awarded)).toEqual(["/confirm", "/card"]);
      // Called in by a goal that was reached: nothing is awarded yet.
      expect(await offers(failed)).toEqual(["/confirm", "/card", "/withdraw"]);
    }
    expect(
      await offers(charge({ problem: "card declined", failedAt: NOON, ending: true })),
    ).toEqual([]);
    expect(await offers({ state: "lapsed" })).toEqual([]);
  });

  test("taken back: the page before says that it is ended first, and the page after that it is ending", async () => {
    const failed = charge({ problem: "card declined", failedAt: NOON });
    const world = worldWith(failed);
    const page = await read(world, `${linkTo(world)}/withdraw`);
    expect(page).toContain("<h1>Take your promise back?</h1>");
    expect(page).toContain("Nothing was charged so far. Stripe is asked to end the charge");
    expect(page).toContain("roughly $23.97 of your $25.00, goes back to your card");
    const fields = { shown: fieldOf(page, "shown") ?? "" };
    expect((await open(world).fetch(post(`${linkTo(world)}/withdraw`, fields))).status).toBe(303);
    expect(world.withdrawn).toEqual(["pledge1"]);
    const ending = charge({ problem: "card declined", failedAt: NOON, ending: true });
    const after = await read(worldWith({ ...ending, returnReason: "withdrawn" }));
    expect(after).toContain("<h1>Your pledge is ending</h1>");
    expect(after).toContain("You took it back. Stripe is asked to end the charge;");
    expect(after).not.toMatch(/\/(withdraw|confirm|card)"/);
  });

  test("says which it is, and until when it can be mended", async () => {
    const failedAt = NOON;
    const declined = await read(worldWith(charge({ problem: "card declined", failedAt })));
    expect(declined).toContain("Your card was declined");
    expect(declined).toContain("Try again");
    const asked = await read(worldWith(charge({ problem: "authentication needed", failedAt })));
    expect(asked).toContain("Please confirm the payment");
    expect(asked).not.toContain("load this page again");
    const back = charge({ problem: "authentication needed", failedAt, pageUrl: "https://b.test" });
    expect(await read(worldWith(back))).toContain("load this page again");
  });

  test("a form leads on to Stripe, or back with the reason", async () => {
    const world = worldWith(charge({ problem: "authentication needed", failedAt: NOON }));
    const confirm = await open(world).fetch(post(`${linkTo(world)}/confirm`));
    expect([confirm.status, confirm.headers.get("Location")]).toEqual([
      303,
      "https://stripe.test/authenticate/pi_1",
    ]);
    const change = await open(world).fetch(post(`${linkTo(world)}/card`));
    expect(change.headers.get("Location")).toBe("https://stripe.test/setup/cs_2");
    expect([world.retried, world.cardsChanged]).toEqual([["pledge1"], ["pledge1"]]);

    const refused = worldWith({}, { refusal: { refusal: "nothingToConfirm" } });
    expect((await open(refused).fetch(post(`${linkTo(refused)}/confirm`))).status).toBe(422);
    const failing = worldWith({}, { failure: new TransientFailure("no answer") });
    const later = await open(failing).fetch(post(`${linkTo(failing)}/card`));
    expect(later.status).toBe(503);
    expect(await later.text()).toContain("Please try again in a moment");
  });

  test("looking at it asks nothing of Stripe", async () => {
    const world = worldWith(charge({ problem: "card declined", failedAt: NOON }));
    for (const path of ["/confirm", "/card"]) {
      const response = await open(world).fetch(get(`${linkTo(world)}${path}`));
      expect(response.status).toBeGreaterThanOrEqual(400);
    }
    expect([world.retried, world.cardsChanged]).toEqual([[], []]);
  });
});
