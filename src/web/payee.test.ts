import { createHash } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import type { Award } from "../core/award.ts";
import { newPayee } from "../core/payout.ts";
import { PermanentFailure, TransientFailure } from "../ports.ts";
import {
  campaign,
  cookiesOf,
  get,
  NOON,
  newWorld,
  open,
  PUBLIC_URL,
  payout,
  post,
  signIn,
  type World,
} from "./fixture.ts";

const PAYEE = newPayee({ id: 77, login: "octo-worker" });
const HOUR_MS = 3_600_000;

function anAward(parts: Partial<Award> = {}): Award {
  return {
    id: "a1",
    campaignId: "c1",
    pullId: 1,
    pullNumber: 1,
    at: NOON,
    payableFrom: NOON,
    round: 1,
    undone: null,
    revertedBy: null,
    declined: [],
    handed: [],
    by: { id: 5, login: "octo-maintainer" },
    payees: [{ id: 77, login: "octo-worker", basisPoints: 10_000, allotted: 0n }],
    ...parts,
  };
}

async function begun(world: World) {
  const web = open(world);
  const response = await web.fetch(post("/sign-in"));
  return { web, response, cookie: cookiesOf(response), state: world.authorized[0]?.state ?? "" };
}

describe("signing in", () => {
  test("begins by a POST with a state and a challenge, kept in a cookie scripts cannot read", async () => {
    const world = newWorld();
    const { response } = await begun(world);
    expect(response.status).toBe(303);
    expect(response.headers.get("Location")).toContain("https://github.test/login/oauth/authorize");
    expect(world.authorized[0]).toMatchObject({ redirectUrl: `${PUBLIC_URL}/oauth/callback` });
    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^__Host-whipround-sign-in=.*Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      ),
    ]);
    expect((await open(world).fetch(get("/sign-in"))).status).toBe(405);
  });
  test("over plain http the cookies are sent without Secure, for trying it out", async () => {
    const web = open(newWorld(), { publicUrl: "http://localhost:3000" });
    const response = await web.fetch(post("/sign-in"));
    expect(response.headers.getSetCookie()[0]).toMatch(/^whipround-sign-in=/);
    expect(response.headers.getSetCookie()[0]).not.toContain("Secure");
  });
  test("exchanges the code with the verifier behind the challenge, and starts a session", async () => {
    const world = newWorld();
    const { web, cookie, state } = await begun(world);
    const response = await web.fetch(
      get(`/oauth/callback?code=good&state=${state}`, { Cookie: cookie }),
    );
    expect(response.status).toBe(303);
    expect(response.headers.get("Location")).toBe("/payee");
    const { codeVerifier = "", code } = world.exchanged[0] ?? {};
    expect(code).toBe("good");
    expect(codeVerifier).toMatch(/^[A-Za-z0-9._~-]{43,128}$/);
    const challenge = createHash("sha256").update(codeVerifier).digest("base64url");
    expect(world.authorized[0]?.codeChallenge).toBe(challenge);
    const lines = response.headers.getSetCookie();
    expect(lines[0]).toMatch(
      /^__Host-whipround-session=.*Max-Age=43200;.*HttpOnly; Secure; SameSite=Lax$/,
    );
    expect(lines[1]).toMatch(/^__Host-whipround-sign-in=;.*Max-Age=0/);
  });
  test("two attempts share neither state nor verifier", async () => {
    const world = newWorld();
    const web = open(world);
    await web.fetch(post("/sign-in"));
    await web.fetch(post("/sign-in"));
    const [first, second] = world.authorized;
    expect(first?.state).not.toBe(second?.state);
    expect(first?.codeChallenge).not.toBe(second?.codeChallenge);
  });
  test.each<[string, (kept: { cookie: string; state: string }) => [string, string]]>([
    ["another state", ({ cookie }) => ["code=good&state=other", cookie]],
    ["no state", ({ cookie }) => ["code=good", cookie]],
    ["no cookie", ({ state }) => [`code=good&state=${state}`, ""]],
    ["a changed cookie", ({ state, cookie }) => [`code=good&state=${state}`, `${cookie}x`]],
    ["no code", ({ cookie, state }) => [`state=${state}`, cookie]],
  ])("with %s it is refused and says what to do", async (_name, ask) => {
    const world = newWorld();
    const { web, cookie, state } = await begun(world);
    const [query, sent] = ask({ cookie, state });
    const response = await web.fetch(get(`/oauth/callback?${query}`, { Cookie: sent }));
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("Begin again");
    expect(world.exchanged).toEqual([]);
    expect(cookiesOf(response)).toBe("");
  });
  test("after ten minutes the attempt is over", async () => {
    const world = newWorld();
    const { web, cookie, state } = await begun(world);
    world.now += 600_000;
    const response = await web.fetch(
      get(`/oauth/callback?code=good&state=${state}`, { Cookie: cookie }),
    );
    expect(response.status).toBe(400);
  });
  test("a session's token is no attempt, and an attempt's no session", async () => {
    const world = newWorld();
    const { web, cookie } = await begun(world);
    const forged = cookie.replace("whipround-sign-in", "whipround-session");
    const page = await (await web.fetch(get("/payee", { Cookie: forged }))).text();
    expect(page).toContain("Sign in with GitHub");
  });
  test("declined at GitHub is said plainly", async () => {
    const world = newWorld();
    const { web, cookie, state } = await begun(world);
    const response = await web.fetch(
      get(`/oauth/callback?error=access_denied&state=${state}`, { Cookie: cookie }),
    );
    expect(await response.text()).toContain("You did not sign in");
    expect(world.exchanged).toEqual([]);
  });
  test.each([
    [new PermanentFailure("bad_verification_code", { code: "bad" }), 400],
    [new TransientFailure("timeout"), 503],
  ])("when GitHub answers with %s no session starts", async (signInFailure, status) => {
    const world = newWorld({ signInFailure });
    const { web, cookie, state } = await begun(world);
    const response = await web.fetch(
      get(`/oauth/callback?code=bad&state=${state}`, { Cookie: cookie }),
    );
    expect(response.status).toBe(status);
    expect(cookiesOf(response)).toBe("");
  });
  test("too many attempts are asked to wait", async () => {
    const web = open(newWorld(), { limits: { signInsPerAddress: { limit: 1, windowMs: 1_000 } } });
    expect((await web.fetch(post("/sign-in"))).status).toBe(303);
    expect((await web.fetch(post("/sign-in"))).status).toBe(429);
  });
});

describe("the session", () => {
  test("holds for twelve hours, and not a moment longer", async () => {
    const world = newWorld({ payees: [PAYEE] });
    const web = open(world);
    const Cookie = await signIn(web, world);
    const page = async () => (await web.fetch(get("/payee", { Cookie }))).text();
    world.now += 12 * HOUR_MS - 1;
    expect(await page()).toContain("Signed in as");
    world.now += 1;
    expect(await page()).not.toContain("Signed in as");
  });
  test("cannot be written by anybody else", async () => {
    const world = newWorld();
    const web = open(world);
    const cookie = await signIn(web, world);
    const [name = "", token = ""] = cookie.split("=");
    const [, mac] = token.split(".");
    const forged = Buffer.from(
      JSON.stringify({ payload: { id: 1, login: "root" }, expiresAt: NOON * 2 }),
    ).toString("base64url");
    for (const value of [`${forged}.${mac}`, forged, `${forged}.`, ""]) {
      const page = await (await web.fetch(get("/payee", { Cookie: `${name}=${value}` }))).text();
      expect(page).not.toContain("Signed in as");
    }
    const other = open(world, { sessionSecret: "another secret" });
    expect(await (await other.fetch(get("/payee", { Cookie: cookie }))).text()).not.toContain(
      "Signed in as",
    );
  });
  test("ends by signing out", async () => {
    const world = newWorld();
    const web = open(world);
    const response = await web.fetch(post("/sign-out", {}, { Cookie: await signIn(web, world) }));
    expect(response.status).toBe(303);
    expect(response.headers.getSetCookie()[0]).toMatch(/^__Host-whipround-session=;.*Max-Age=0/);
  });
});

describe("the payee's page", () => {
  async function signedIn(world: World, path = "/payee") {
    const web = open(world);
    const Cookie = await signIn(web, world);
    return { web, Cookie, page: await (await web.fetch(get(path, { Cookie }))).text() };
  }

  test("without a session offers to sign in, by a form", async () => {
    const page = await (await open(newWorld()).fetch(get("/payee"))).text();
    expect(page).toMatch(/<form method="post" action="\/sign-in">/);
  });
  test("shows what waits and why, what was paid, and what went back", async () => {
    const { page } = await signedIn(
      newWorld({
        payees: [PAYEE],
        payouts: [
          payout(),
          payout({ id: "2", state: "paid", amount: 5_000n }),
          payout({ id: "3", state: "returned", amount: 900n }),
          payout({ id: "4", payeeId: 78, amount: 66_600n }),
        ],
      }),
    );
    expect(page).toContain("$23.97");
    expect(page).toContain("waits for your Stripe account");
    expect(page).toContain("goes back to the backer after");
    expect(page).toContain("$50.00");
    expect(page).toContain("went back to the backer");
    expect(page).toContain('href="/gh/octo-org/engine/issues/12"');
    expect(page).not.toContain("$666.00");
  });
  test("shows what promises still owe to bounties of theirs, and what never came", async () => {
    const totals = { ...campaign().totals, collecting: 2_000n, uncollected: 500n };
    const award = anAward();
    const awarded = { campaigns: [campaign({ state: "awarded", totals })], awards: [award] };
    const { page } = await signedIn(newWorld({ payees: [PAYEE], ...awarded }));
    expect(page).toContain("Still being collected");
    expect(page).toContain("$20.00");
    expect(page).toContain("$5.00");
    const none = { ...awarded, campaigns: [campaign({ state: "awarded" })] };
    expect((await signedIn(newWorld({ payees: [PAYEE], ...none }))).page).not.toContain(
      "Still being collected",
    );
    const others = { ...awarded, awards: [{ ...award, payees: [] }] };
    expect((await signedIn(newWorld({ payees: [PAYEE], ...others }))).page).not.toContain("$20.00");
  });
  test("shows only their part, and none of what they gave up or handed on", async () => {
    const totals = { ...campaign().totals, paidIn: 0n, collecting: 2_000n, uncollected: 500n };
    const [me, other] = [
      { id: 77, login: "octo-worker", basisPoints: 7_000, allotted: 0n },
      { id: 78, login: "octo-other", basisPoints: 3_000, allotted: 0n },
    ];
    const campaigns = [campaign({ state: "awarded", totals })];
    const shown = async (parts: Partial<Award>): Promise<string> => {
      const awards = [anAward({ payees: [me, other], ...parts })];
      return (await signedIn(newWorld({ payees: [PAYEE], campaigns, awards }))).page;
    };
    const both = await shown({});
    expect(both).toContain("$14.00");
    expect(both).toContain("$3.50");
    expect(both).not.toContain("$20.00");
    const by = { id: 5, login: "octo-maintainer" };
    const handed = { from: 77, to: { id: 79, login: "octo-heir" }, by, at: NOON };
    for (const parts of [
      { declined: [77] },
      { handed: [handed] },
      { undone: { why: "no", by, at: NOON } },
    ]) {
      expect(await shown(parts)).not.toContain("Still being collected");
    }
    const back = { ...handed, from: 78, to: { id: 77, login: "octo-worker" } };
    expect(await shown({ handed: [back] })).toContain("$20.00");
  });
  test("offers no account before there is money for it, and says when it will", async () => {
    const totals = { ...campaign().totals, paidIn: 0n, collecting: 2_000n };
    const campaigns = [campaign({ state: "awarded", totals })];
    const payees = [PAYEE];
    const { page } = await signedIn(newWorld({ payees, campaigns, awards: [anAward()] }));
    expect(page).not.toContain("Connect with Stripe");
    expect(page).toContain("as soon as some of it is paid in");
    const share = { payees, campaigns, awards: [anAward()], payouts: [payout()] };
    const { page: later } = await signedIn(newWorld(share));
    expect(later).toContain("Connect with Stripe");
    expect(later).not.toContain("as soon as some of it is paid in");
    expect((await signedIn(newWorld({ payees }))).page).not.toContain("Connect with Stripe");
  });
  test("finds the person by id: a taken-over login sees nothing", async () => {
    const { page } = await signedIn(
      newWorld({
        signedInAs: { id: 99, login: "octo-worker" },
        payees: [PAYEE],
        payouts: [payout()],
      }),
    );
    expect(page).not.toContain("$23.97");
    expect(page).toContain("Nothing is waiting for this account.");
    expect(page).not.toContain("Connect with Stripe");
  });
  test.each([
    [{ accountId: null, ready: false }, "Connect with Stripe"],
    [{ accountId: "acct_1", ready: false }, "Continue with Stripe"],
    [{ accountId: "acct_1", ready: true }, "can receive money"],
  ])("says how the Stripe account stands: %j", async (account, words) => {
    const payees = [{ ...PAYEE, ...account }];
    const { page } = await signedIn(newWorld({ payees, payouts: [payout()] }));
    expect(page).toContain(words);
  });
  test.each([
    [{}, { payableFrom: NOON + HOUR_MS * 48 }, "held against stolen cards until"],
    [
      { hold: { why: "x", by: { id: 1, login: "m" }, at: NOON } },
      {},
      "a maintainer put it on hold",
    ],
    [{}, {}, "about to be sent"],
  ])("says what stands in the way", async (campaignParts, payeeParts, words) => {
    const { page } = await signedIn(
      newWorld({
        campaigns: [campaign({ state: "awarded", ...campaignParts })],
        payees: [{ ...PAYEE, accountId: "acct_1", ready: true, ...payeeParts }],
        payouts: [payout()],
      }),
    );
    expect(page).toContain(words);
  });
  test("connecting leads to Stripe's onboarding", async () => {
    const world = newWorld({ payees: [PAYEE] });
    const { web, Cookie } = await signedIn(world);
    const response = await web.fetch(post("/payee/connect", {}, { Cookie }));
    expect(response.status).toBe(303);
    expect(response.headers.get("Location")).toBe("https://stripe.test/connect/77");
    expect(world.connected).toEqual([{ id: 77, login: "octo-worker" }]);
  });
  test("connecting without a session leads to signing in", async () => {
    const world = newWorld();
    const response = await open(world).fetch(post("/payee/connect"));
    expect(response.headers.get("Location")).toBe("/payee");
    expect(world.connected).toEqual([]);
  });
  test("a refusal is a page with its sentence", async () => {
    const world = newWorld();
    const { web, Cookie } = await signedIn(world);
    world.refusal = { refusal: "payeeNotKnown" };
    const response = await web.fetch(post("/payee/connect", {}, { Cookie }));
    expect(response.status).toBe(422);
    expect(await response.text()).toContain("Nothing is waiting for this account.");
  });
  test("when Stripe does not answer nothing is lost", async () => {
    const world = newWorld({ payees: [PAYEE] });
    const { web, Cookie } = await signedIn(world);
    world.failure = new TransientFailure("timeout");
    const response = await web.fetch(post("/payee/connect", {}, { Cookie }));
    expect(response.status).toBe(503);
    expect(await response.text()).toContain("Nothing is lost");
  });
  test("too many calls to Stripe are asked to wait", async () => {
    const world = newWorld({ payees: [PAYEE] });
    const web = open(world, { limits: { connectsPerPayee: { limit: 1, windowMs: 1_000 } } });
    const Cookie = await signIn(web, world);
    await web.fetch(post("/payee/connect", {}, { Cookie }));
    expect((await web.fetch(post("/payee/connect", {}, { Cookie }))).status).toBe(429);
    expect((await web.fetch(get("/payee/return", { Cookie }))).status).toBe(429);
    expect(world.connected).toHaveLength(1);
  });
  test("back from Stripe the account is read anew, and only its word is believed", async () => {
    const world = newWorld({ payees: [{ ...PAYEE, accountId: "acct_1" }] });
    const { page } = await signedIn(world, "/payee/return");
    expect(world.refreshed).toEqual([77]);
    expect(page).toContain("has not yet said");
    const ready = newWorld({ payees: [{ ...PAYEE, accountId: "acct_1", ready: true }] });
    expect((await signedIn(ready, "/payee/return")).page).toContain("Your account is connected.");
  });
  test("back from Stripe when it does not answer, the page still comes", async () => {
    const world = newWorld({ payees: [PAYEE], failure: new TransientFailure("timeout") });
    expect((await signedIn(world, "/payee/return")).page).toContain("has not yet said");
  });
  test("without a session coming back asks nothing of Stripe", async () => {
    const world = newWorld({ payees: [PAYEE] });
    const response = await open(world).fetch(get("/payee/return"));
    expect(await response.text()).toContain("Sign in with GitHub");
    expect(world.refreshed).toEqual([]);
  });
  test("a link that was used offers a new one, by a form", async () => {
    const world = newWorld({ payees: [{ ...PAYEE, accountId: "acct_1" }] });
    const { page } = await signedIn(world, "/payee/refresh");
    expect(page).toMatch(/<form method="post" action="\/payee\/connect">/);
    expect(page).toContain("works once");
    expect(world.connected).toEqual([]);
  });
});
