// Reads for pages, effects and reports.
import { expect, test } from "@jest/globals";
import {
  ALICE,
  aCampaign,
  aClaim,
  aNotice,
  anAward,
  aPaidPledge,
  aPayee,
  aPayout,
  aPledge,
  aPull,
  BOB,
  NOW,
  REPOSITORY,
} from "../../test/core-spec.ts";
import type { Posting } from "../core/ledger.ts";
import { DAY_MS, type Pledge } from "../core/pledge.ts";
import { onEachEngine, write } from "./engines-spec.ts";

onEachEngine("reading", (database) => {
  test("finds a repository by its name, whatever the case, and after a rename", async () => {
    const { store } = database();
    const save = async (parts: Partial<typeof REPOSITORY>): Promise<void> =>
      await store.transact(async (trx) => await trx.saveRepository({ ...REPOSITORY, ...parts }));
    await save({});
    await save({ id: 101, name: "other" });
    expect((await store.read.repositoryByName("ACME", "Rocket"))?.id).toBe(100);
    await save({ name: "moved" });
    expect(await store.read.repositoryByName("acme", "rocket")).toBeNull();
    expect((await store.read.repositoryByName("acme", "moved"))?.id).toBe(100);
  });

  test("gives a reused name to whoever was seen with it last", async () => {
    const { store } = database();
    const save = async (id: number): Promise<void> =>
      await store.transact(async (trx) => await trx.saveRepository({ ...REPOSITORY, id }));
    for (const id of [300, 200, 200, 300]) {
      await save(id);
      expect((await store.read.repositoryByName("acme", "rocket"))?.id).toBe(id);
    }
  });

  test("says where the App is installed", async () => {
    const { store } = database();
    const set = async (installed: boolean, repositoryIds: number[] | null, installationId = 5) =>
      await store.transact(
        async (trx) => await trx.saveInstallation({ installationId, repositoryIds, installed }),
      );
    const installed = async (): Promise<(boolean | undefined)[]> => [
      (await store.read.repositoryById(100))?.installed,
      (await store.read.repositoryById(101))?.installed,
    ];
    for (const id of [100, 101]) {
      await store.transact(async (trx) => await trx.saveRepository({ ...REPOSITORY, id }));
    }
    await set(false, null, 6);
    await set(false, []);
    expect(await installed()).toEqual([true, true]);
    await set(false, [101, 999]);
    expect(await installed()).toEqual([true, false]);
    await set(false, null);
    expect(await installed()).toEqual([false, false]);
    await set(true, [100]);
    expect(await installed()).toEqual([true, false]);
    await store.transact(async (trx) => await trx.saveRepository({ ...REPOSITORY, id: 101 }));
    expect(await installed()).toEqual([true, false]);
    const anew = { ...REPOSITORY, id: 101, installationId: 6 };
    await store.transact(async (trx) => await trx.saveRepository(anew));
    expect(await installed()).toEqual([true, true]);
    await set(true, [100], 7);
    expect(await store.read.repositoryById(100)).toMatchObject({ installationId: 7 });
    await set(false, null, 5);
    expect(await installed()).toEqual([true, true]);
    const deleted = { ...REPOSITORY, installationId: 7, installed: false };
    await store.transact(async (trx) => await trx.saveRepository(deleted));
    expect(await installed()).toEqual([false, true]);
  });

  test("lists campaigns: the newest of an issue, all of a repository, those of a pull request", async () => {
    const { store } = database();
    const first = aCampaign({ id: "z", state: "cancelled" });
    const second = aCampaign({ id: "b" });
    const third = aCampaign({ id: "m", issueId: 1300, issueNumber: 13 });
    await write(store, {
      changes: [
        { put: "campaign", campaign: first },
        { put: "campaign", campaign: second },
        { put: "campaign", campaign: third },
        { put: "campaign", campaign: { ...first, endReason: "later" } },
        { put: "pull", pull: aPull() },
        { put: "pull", pull: aPull({ id: 150, number: 15, author: BOB }) },
        { put: "claim", claim: aClaim({ campaignId: "m" }) },
        { put: "claim", claim: aClaim({ campaignId: "b" }) },
        { put: "claim", claim: aClaim({ campaignId: "b", pullId: 150 }) },
        { put: "notice", notice: aNotice({ campaignId: "b" }) },
      ],
    });
    const { read } = store;
    expect((await read.campaignByIssue(100, 12))?.id).toBe("b");
    expect(await read.campaignByIssue(100, 14)).toBeNull();
    expect((await read.campaignsOfRepository(100)).map(({ id }) => id)).toEqual(["m", "b", "z"]);
    expect((await read.campaignsOfPull(140)).map(({ id }) => id)).toEqual(["b", "m"]);
    expect((await read.pullsOfCampaign("b")).map(({ number }) => number)).toEqual([15, 14]);
    expect(await read.pullById(150)).toEqual(aPull({ id: 150, number: 15, author: BOB }));
    expect(await read.noticesOf({ pullId: 140, campaignId: "b" })).toEqual([
      aNotice({ campaignId: "b" }),
    ]);
    expect(await read.noticesOf({ pullId: 150, campaignId: "b" })).toEqual([]);
  });

  test("allows one open campaign per issue", async () => {
    const { store } = database();
    await write(store, { changes: [{ put: "campaign", campaign: aCampaign() }] });
    const second = aCampaign({ id: "c2", state: "reached" });
    await expect(
      write(store, { changes: [{ put: "campaign", campaign: second }] }).catch(() => {
        throw new Error("refused");
      }),
    ).rejects.toThrow("refused");
  });

  test("pages through the pledges that have not ended", async () => {
    const { store } = database();
    const states: Pledge["state"][] = [
      "started",
      "abandoned",
      "paid",
      "refunding",
      "refunded",
      "clearing",
      "released",
      "failed",
    ];
    await write(store, {
      changes: [
        { put: "campaign", campaign: aCampaign() },
        ...states.map((state, index) => ({
          put: "pledge" as const,
          pledge: aPledge({ id: `p${index}`, nonce: `n${index}`, state }),
        })),
      ],
    });
    const page = async (after: string | null, limit: number): Promise<string[]> =>
      await store.read.unfinishedPledgeIds({ campaignId: "c1", after, limit });
    expect(await page(null, 2)).toEqual(["p0", "p2"]);
    expect(await page("p2", 9)).toEqual(["p3", "p5"]);
    expect(await page("p5", 9)).toEqual([]);
    expect(
      await store.read.unfinishedPledgeIds({ campaignId: "c2", after: null, limit: 9 }),
    ).toEqual([]);
  });

  test("knows when the first money goes back", async () => {
    const { store } = database();
    const pledge = (id: string, capturedAt: number | null, state: Pledge["state"]) => ({
      put: "pledge" as const,
      pledge: aPaidPledge({ id, nonce: id, chargeId: `ch_${id}`, capturedAt, state }),
    });
    await write(store, { changes: [{ put: "campaign", campaign: aCampaign() }] });
    expect(await store.read.nextRefundAt("c1")).toBeNull();
    await write(store, {
      changes: [
        pledge("p1", NOW + 5, "paid"),
        pledge("p2", NOW + 3, "clearing"),
        pledge("p3", NOW, "refunded"),
        pledge("p4", null, "started"),
      ],
    });
    expect(await store.read.nextRefundAt("c1")).toBe(NOW + 3 + 60 * DAY_MS);
  });

  test("lists payouts: those that wait, by payee or campaign, and a payee's own", async () => {
    const { store } = database();
    const payout = (id: string, parts: Partial<ReturnType<typeof aPayout>>) => ({
      put: "payout" as const,
      payout: aPayout({ id, ...parts }),
    });
    await store.transact(async (trx) => await trx.saveRepository(REPOSITORY));
    await write(store, {
      changes: [
        { put: "campaign", campaign: aCampaign({ state: "awarded" }) },
        { put: "award", award: anAward() },
        { put: "payee", payee: aPayee() },
        { put: "payee", payee: aPayee(BOB) },
        { put: "pledge", pledge: aPaidPledge() },
        payout("p1:7:1", { state: "refused" }),
        payout("p1:7:2", { round: 2 }),
        payout("p1:7:3", { round: 3 }),
        payout("p1:8:1", { payeeId: 8 }),
      ],
    });
    const { read } = store;
    const page = async (of: { payeeId: number } | { campaignId: string }, after: string | null) =>
      await read.waitingPayoutIds({ of, after, limit: 2 });
    expect(await page({ payeeId: 7 }, null)).toEqual(["p1:7:2", "p1:7:3"]);
    expect(await page({ payeeId: 7 }, "p1:7:2")).toEqual(["p1:7:3"]);
    expect(await page({ campaignId: "c1" }, "p1:7:2")).toEqual(["p1:7:3", "p1:8:1"]);
    expect(await page({ campaignId: "c2" }, null)).toEqual([]);
    expect(await read.payoutsOfPayee(8)).toEqual([
      { ...aPayout({ id: "p1:8:1", payeeId: 8 }), issue: "acme/rocket#12" },
    ]);
    expect((await read.payoutById("p1:7:1"))?.state).toBe("refused");
    expect(await read.awardOf("c1")).toEqual(anAward());
    expect((await read.payeesOf([8, 7, 99])).map(({ login }) => login)).toEqual([
      ALICE.login,
      BOB.login,
    ]);
    expect(await read.payeesOf([])).toEqual([]);
  });

  test("adds up the books, the outside and the operator included", async () => {
    const { store } = database();
    const postings: Posting[] = [
      ["world", "pledge:p1", 2000n, "usd"],
      ["pledge:p1", "stripe-fees", 88n, "usd"],
      ["pledge:p1", "operator", 12n, "usd"],
      ["operator", "outgoing:refund:p2:1", 50n, "usd"],
      ["outgoing:refund:p2:1", "world", 50n, "usd"],
      ["world", "pledge:p2", 7n, "eur"],
    ].map(([source, destination, amount, currency]) => ({
      source: String(source),
      destination: String(destination),
      amount: BigInt(amount ?? 0),
      currency: String(currency),
      balanceTransactionId: source === "world" ? `txn_${currency}` : null,
    }));
    await write(store, { postings }, 77);
    expect(await store.read.postings()).toEqual(postings.map((one) => ({ ...one, at: 77 })));
    expect(await store.read.balances()).toEqual([
      { account: "operator", currency: "usd", amount: -38n },
      { account: "pledge:p1", currency: "usd", amount: 1900n },
      { account: "pledge:p2", currency: "eur", amount: 7n },
      { account: "stripe-fees", currency: "usd", amount: 88n },
      { account: "world", currency: "eur", amount: -7n },
      { account: "world", currency: "usd", amount: -1950n },
    ]);
  });
});
