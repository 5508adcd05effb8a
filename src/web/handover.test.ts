// The page on which a payee names somebody else: who sees it, what it changes, and what it says when it cannot.
import { describe, expect, test } from "@jest/globals";
import type { Award } from "../core/award.ts";
import type { Handover } from "../core/handover.ts";
import { newPayee } from "../core/payout.ts";
import { TransientFailure } from "../ports.ts";
import {
  campaign,
  get,
  NOON,
  newWorld,
  open,
  payout,
  post,
  signIn,
  type World,
} from "./fixture.ts";

const WORKER = { id: 77, login: "octo-worker" };
const FRIEND = { id: 78, login: "octo-friend" };
const PAGE = "/payee/handover?campaign=c1";

const AWARD: Award = {
  id: "a1",
  campaignId: "c1",
  pullId: 1,
  pullNumber: 1,
  at: NOON,
  by: { id: 5, login: "octo-maintainer" },
  payableFrom: NOON,
  payees: [{ ...WORKER, basisPoints: 10_000, allotted: 2_397n }],
  round: 1,
  undone: null,
  revertedBy: null,
  declined: [],
  handed: [],
};

const ASKED: Handover = {
  id: "c1:1:77:1",
  campaignId: "c1",
  round: 1,
  from: WORKER,
  to: FRIEND,
  askedAt: NOON,
  state: "asked",
  decided: null,
};

function awarded(parts: Partial<World> = {}): World {
  return newWorld({
    signedInAs: WORKER,
    campaigns: [campaign({ id: "c1", state: "awarded" })],
    awards: [AWARD],
    payees: [newPayee(WORKER)],
    payouts: [payout()],
    ...parts,
  });
}

async function visit(world: World) {
  const web = open(world);
  const Cookie = await signIn(web, world);
  return {
    page: async (path: string) => await web.fetch(get(path, { Cookie })),
    send: async (path: string, fields: Record<string, string>) =>
      await web.fetch(post(path, fields, { Cookie })),
  };
}

describe("somebody else in a payee's place", () => {
  test("is offered beside a share that waits, and not beside a tip", async () => {
    const { page } = await visit(awarded());
    expect(await (await page("/payee")).text()).toContain("have somebody else paid…");
    const tip = await visit(awarded({ payouts: [payout({ kind: "tip" })] }));
    expect(await (await tip.page("/payee")).text()).not.toContain("have somebody else paid…");
  });

  test("is asked for by a form alone; looking changes nothing", async () => {
    const world = awarded();
    const { page, send } = await visit(world);
    const shown = await page(PAGE);
    expect(shown.status).toBe(200);
    expect(await shown.text()).toContain("A maintainer who is neither of you has to agree");
    expect(world.handoversAsked).toEqual([]);
    const sent = await send("/payee/handover", { campaign: "c1", login: " @octo-friend " });
    expect(sent.headers.get("Location")).toBe("/payee");
    expect(world.handoversAsked).toEqual([
      { person: WORKER, campaignId: "c1", login: "octo-friend" },
    ]);
  });

  test("what was asked for is shown, and can be taken back", async () => {
    const world = awarded({ handovers: [ASKED] });
    const { page, send } = await visit(world);
    expect(await (await page("/payee")).text()).toContain("you asked that octo-friend is paid");
    expect(await (await page(PAGE)).text()).toContain("A maintainer has not answered yet.");
    await send("/payee/handover/withdraw", { campaign: "c1" });
    expect(world.handoversAsked).toEqual([{ person: WORKER, campaignId: "c1", login: null }]);
  });

  test.each([
    ["somebody else", { signedInAs: FRIEND }],
    ["whoever gave it to the backers", { awards: [{ ...AWARD, declined: [77] }] }],
    [
      "whoever passed it on",
      { awards: [{ ...AWARD, handed: [{ from: 77, to: FRIEND, by: FRIEND, at: NOON }] }] },
    ],
    ["the payee of a tip", { campaigns: [campaign({ id: "c1", state: "awarded", kind: "tip" })] }],
    ["anybody before an award", { campaigns: [campaign({ id: "c1" })] }],
  ] as const)("is no matter of %s", async (_name, parts) => {
    const { page } = await visit(awarded(parts as Partial<World>));
    expect((await page(PAGE)).status).toBe(404);
  });

  test("whoever has it now can pass it on", async () => {
    const handed = [{ from: 77, to: FRIEND, by: { id: 5, login: "octo-maintainer" }, at: NOON }];
    const { page } = await visit(awarded({ signedInAs: FRIEND, awards: [{ ...AWARD, handed }] }));
    expect((await page(PAGE)).status).toBe(200);
  });

  test("refused, it says why where it was asked, or plainly to whom it is nothing", async () => {
    const world = awarded({ refusal: { refusal: "handoverToOneself" } });
    const fields = { campaign: "c1", login: "octo-worker" };
    const refused = await (await visit(world)).send("/payee/handover", fields);
    expect(refused.status).toBe(422);
    expect(await refused.text()).toContain("Name somebody else");
    const stranger = awarded({ signedInAs: FRIEND, refusal: { refusal: "payeeNotKnown" } });
    const other = await (await visit(stranger)).send("/payee/handover", fields);
    expect(other.status).toBe(422);
    expect(await other.text()).toContain("Nothing is waiting for this account.");
  });

  test("when GitHub does not answer nothing is done", async () => {
    const world = awarded();
    const { send } = await visit(world);
    world.failure = new TransientFailure("timeout");
    const answer = await send("/payee/handover", { campaign: "c1", login: "octo-friend" });
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain("Nothing was done.");
  });

  test("without a session every way leads to signing in, and too many requests wait", async () => {
    const world = awarded();
    const web = open(world, { limits: { connectsPerPayee: { limit: 1, windowMs: 1_000 } } });
    for (const request of [
      get(PAGE),
      post("/payee/handover", { campaign: "c1", login: "octo-friend" }),
      post("/payee/handover/withdraw", { campaign: "c1" }),
    ]) {
      expect((await web.fetch(request)).headers.get("Location")).toBe("/payee");
    }
    expect(world.handoversAsked).toEqual([]);
    const Cookie = await signIn(web, world);
    const again = (): Promise<Response> | Response =>
      web.fetch(post("/payee/handover", { campaign: "c1", login: "octo-friend" }, { Cookie }));
    await again();
    expect((await again()).status).toBe(429);
  });
});
