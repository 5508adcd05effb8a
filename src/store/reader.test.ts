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
  aRefund,
  BOB,
  NOW,
  REPOSITORY,
} from "../../test/core-spec.ts";
import type { Repository } from "../core/campaign.ts";
import type { Change } from "../core/decision.ts";
import type { Posting } from "../core/ledger.ts";
import { NOTHING_OWED } from "../core/owed.ts";
import { DAY_MS, type Pledge } from "../core/pledge.ts";
import { onEachEngine, situationOf, write } from "./engines-spec.ts";

onEachEngine("reading", (database) => {
  test("finds a repository by its name, whatever the case, and after a rename", async () => {
    const { store } = database();
    const save = async (parts: Partial<typeof REPOSITORY>): Promise<void> =>
      await store.transact(async (trx) => await trx.saveRepository({ ...REPOSITORY, ...parts }));
    await save({});
    await save({ id: 101, name: "other" });
    expect((await store.read.repositoryByName("ACME", "Rocket"))?.id).toBe(100);
    await save({ name: "Moved" });
    expect((await store.read.repositoryByName("acme", "moved"))?.id).toBe(100);
    // Its former name leads to it, until another takes it.
    expect((await store.read.repositoryByName("ACME", "Rocket"))?.id).toBe(100);
    await save({ id: 102 });
    expect((await store.read.repositoryByName("acme", "rocket"))?.id).toBe(102);
    expect(await store.read.repositoryByName("acme", "never")).toBeNull();
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

  test("a late word to an earlier installation of the same owner moves no repository back", async () => {
    const { store } = database();
    const save = async (repository: Repository): Promise<Repository | null> => {
      await store.transact(async (trx) => await trx.saveRepository(repository));
      return await store.read.repositoryById(REPOSITORY.id);
    };
    await save({ ...REPOSITORY, installationId: 7 });
    const late = { ...REPOSITORY, installationId: 5, name: "renamed" };
    expect(await save(late)).toEqual({ ...late, installationId: 7 });
    expect(await save({ ...late, installed: false })).toMatchObject({ installed: true });
    await save({ ...REPOSITORY, installationId: 7, installed: false });
    expect(await save(late)).toMatchObject({ installationId: 7, installed: false });
    // Another owner installed it whenever they liked.
    const sold = { ...REPOSITORY, ownerId: 99, installationId: 6 };
    expect(await save(sold)).toEqual(sold);
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

  test("knows who may still be on Stripe's page, of each campaign apart", async () => {
    const { store } = database();
    const states: Pledge["state"][] = ["started", "promised", "abandoned", "started", "clearing"];
    await write(store, {
      changes: [
        { put: "campaign", campaign: aCampaign() },
        ...states.map((state, index) => ({
          put: "pledge" as const,
          pledge: aPledge({ id: `p${index}`, nonce: `n${index}`, state }),
        })),
      ],
    });
    const onPages = async (campaignId: string, limit: number): Promise<string[]> =>
      (await store.read.pledgesOnPages({ campaignId, limit })).map(({ id }) => id);
    expect(await onPages("c1", 9)).toEqual(["p0", "p3"]);
    expect(await onPages("c1", 1)).toEqual(["p0"]);
    expect(await onPages("c2", 9)).toEqual([]);
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

  test("owes nothing to whom a tip names, nor by an award that is settled or a share that left", async () => {
    const { store } = database();
    const tip = aCampaign({ id: "t1", kind: "tip", state: "awarded" });
    await write(store, {
      changes: [
        { put: "campaign", campaign: tip },
        { put: "award", award: anAward({ id: "t1", campaignId: "t1" }) },
        { put: "campaign", campaign: aCampaign({ state: "settled" }) },
        { put: "award", award: anAward() },
        { put: "payee", payee: aPayee() },
        { put: "pledge", pledge: aPaidPledge() },
        { put: "payout", payout: aPayout({ state: "paid" }) },
      ],
    });
    expect(await store.read.owedTo(7)).toEqual(NOTHING_OWED);
    expect((await situationOf(store, { of: "payee", payeeId: 7 })).owed).toEqual(NOTHING_OWED);
    await write(store, { changes: [{ put: "payout", payout: aPayout({ state: "waiting" }) }] });
    const waits = { shareWaits: true, awards: [] };
    expect(await store.read.owedTo(7)).toEqual(waits);
    expect((await situationOf(store, { of: "payee", payeeId: 7 })).owed).toEqual(waits);
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
    const page = async (
      of: { payeeId: number } | { campaignId: string; payeeId?: number },
      after: string | null,
    ) => await read.waitingPayoutIds({ of, after, limit: 2 });
    expect(await page({ payeeId: 7 }, null)).toEqual(["p1:7:2", "p1:7:3"]);
    expect(await page({ payeeId: 7 }, "p1:7:2")).toEqual(["p1:7:3"]);
    expect(await page({ campaignId: "c1" }, "p1:7:2")).toEqual(["p1:7:3", "p1:8:1"]);
    expect(await page({ campaignId: "c1", payeeId: 8 }, null)).toEqual(["p1:8:1"]);
    expect(await page({ campaignId: "c2" }, null)).toEqual([]);
    expect(await page({ campaignId: "c2", payeeId: 8 }, null)).toEqual([]);
    expect(await read.payoutsOfPayee(8)).toEqual([
      { ...aPayout({ id: "p1:8:1", payeeId: 8 }), issue: "acme/rocket#12", kind: "bounty" },
    ]);
    const [awarded, ...others] = await read.campaignsOfPayee(7);
    const issue = "acme/rocket#12";
    expect(awarded).toEqual({ ...(await read.campaignById("c1")), issue, award: anAward() });
    expect([others, await read.campaignsOfPayee(8)]).toEqual([[], []]);
    const owed = { award: anAward(), campaign: aCampaign({ state: "awarded" }) };
    expect(await read.owedTo(7)).toEqual({ shareWaits: true, awards: [owed] });
    expect(await read.owedTo(8)).toEqual({ shareWaits: true, awards: [] });
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
    expect(await store.read.operatorBalance("usd")).toBe(-38n);
    expect(await store.read.operatorBalance("eur")).toBe(0n);
  });

  test("finds a payee by their account, and keeps what Stripe said of it", async () => {
    const { store } = database();
    const payee = aPayee({ accountsLost: 2, country: "CH", bankFailedAt: NOW });
    await write(store, { changes: [{ put: "payee", payee }] });
    expect(await store.read.payeeByAccount("acct_7")).toEqual(payee);
    expect(await store.read.payeeByAccount("acct_8")).toBeNull();
  });

  test("names a refund that failed, until another is on its way", async () => {
    const { store } = database();
    const pledge = aPaidPledge({ returnReason: "cancelled", refundsCount: 1 });
    const failed = aRefund({ state: "failed" });
    await write(store, {
      changes: [
        { put: "campaign", campaign: aCampaign() },
        { put: "pledge", pledge },
        { put: "refund", refund: failed },
        // Given back by hand, which failed: another of ours begins it again.
        { put: "refund", refund: { ...failed, effectKey: "re_7", refundId: "re_7" } },
      ],
    });
    expect(await store.read.troubles()).toMatchObject([{ kind: "refund", key: "refund:p1:1" }]);
    const again: Change[] = [
      { put: "pledge", pledge: { ...pledge, refundsCount: 2 } },
      { put: "refund", refund: { ...failed, effectKey: "refund:p1:2", state: "sending" } },
    ];
    await write(store, { changes: again });
    expect(await store.read.troubles()).toEqual([]);
  });

  test("names payouts that need the operator until they are where they belong", async () => {
    const { store } = database();
    const put = async (...payouts: ReturnType<typeof aPayout>[]): Promise<void> =>
      await write(store, { changes: payouts.map((payout) => ({ put: "payout", payout })) });
    await write(store, {
      changes: [
        { put: "campaign", campaign: aCampaign() },
        { put: "pledge", pledge: aPaidPledge() },
        { put: "payee", payee: aPayee() },
        { put: "award", award: anAward() },
      ],
    });
    const next = aPayout({ id: "p1:7:2", round: 2 });
    await put(aPayout({ state: "failed" }), next);
    expect(await store.read.troubles()).toMatchObject([{ kind: "payout", key: "p1:7:1" }]);
    await put({ ...next, state: "overpaid", transferId: "tr_2" });
    const [trouble, ...others] = await store.read.troubles();
    expect(trouble).toMatchObject({ kind: "payout", key: "p1:7:2" });
    expect(trouble?.error).toContain("tr_2");
    expect(others).toEqual([]);
    await put({ ...next, state: "reversed", transferId: "tr_2" });
    expect(await store.read.troubles()).toEqual([]);
  });
});

onEachEngine("reading for backers", (database) => {
  test("finds the pledges of who signed in, newest first, and nobody else's", async () => {
    const { store } = database();
    const mine = aPledge({ id: "p1", nonce: "n1", backerId: ALICE.id });
    const later = aPledge({ id: "p0", nonce: "n0", backerId: ALICE.id, startedAt: NOW + DAY_MS });
    await write(store, {
      changes: [
        { put: "campaign", campaign: aCampaign() },
        { put: "pledge", pledge: mine },
        { put: "pledge", pledge: later },
        { put: "pledge", pledge: aPledge({ id: "p2", nonce: "n2", backerId: BOB.id }) },
        { put: "pledge", pledge: aPledge({ id: "p3", nonce: "n3", backerId: null }) },
      ],
    });
    expect(await store.read.pledgesOfBacker(ALICE.id)).toEqual([later, mine]);
    expect(await store.read.pledgesOfBacker(99)).toEqual([]);
  });

  test("lists a pledge's refunds in the order in which they were begun", async () => {
    const { store } = database();
    const refund = (effectKey: string, begunAt: number, pledgeId = "p1") =>
      aRefund({ effectKey, begunAt, pledgeId });
    const [ninth, tenth] = [refund("refund:p1:9", NOW), refund("refund:p1:10", NOW + 1)];
    await write(store, {
      changes: [
        { put: "campaign", campaign: aCampaign() },
        { put: "pledge", pledge: aPledge() },
        { put: "pledge", pledge: aPledge({ id: "p2", nonce: "n2" }) },
        { put: "refund", refund: tenth },
        { put: "refund", refund: ninth },
        { put: "refund", refund: refund("refund:p2:1", NOW, "p2") },
      ],
    });
    expect(await store.read.refundsOfPledge("p1")).toEqual([ninth, tenth]);
  });

  test("keeps tips out of the lists of campaigns, and names them among a payee's payouts", async () => {
    const { store } = database();
    const tip = aCampaign({ id: "t1", kind: "tip", state: "awarded" });
    await write(store, {
      changes: [
        { put: "campaign", campaign: aCampaign() },
        { put: "campaign", campaign: tip },
        { put: "pledge", pledge: aPaidPledge({ campaignId: "t1" }) },
        { put: "payee", payee: aPayee({ tipDay: NOW, tipDayUsed: 20_000 }) },
        { put: "award", award: anAward({ campaignId: "t1" }) },
        { put: "payout", payout: aPayout({ campaignId: "t1", payableFrom: NOW }) },
      ],
    });
    const { read } = store;
    expect((await read.campaignByIssue(100, 12))?.id).toBe("c1");
    expect((await read.campaignsOfRepository(100)).map(({ id }) => id)).toEqual(["c1"]);
    expect(await read.campaignById("t1")).toEqual(tip);
    expect(await read.payoutsOfPayee(7)).toMatchObject([{ kind: "tip", payableFrom: NOW }]);
    expect(await read.payeeById(7)).toMatchObject({ tipDay: NOW, tipDayUsed: 20_000 });
    const issue = { of: "issue" as const, repositoryId: 100, issueId: 1200 };
    expect((await situationOf(store, issue)).campaign?.id).toBe("c1");
  });
});

onEachEngine("reading for reconcile", (database) => {
  test("a cursor begins as unknown and keeps what was saved last", async () => {
    const { store } = database();
    expect(await store.read.cursor("stripe events")).toBeNull();
    for (const at of [NOW, NOW + 1]) {
      await store.transact((trx) => trx.saveCursor({ name: "stripe events", at }));
    }
    expect(await store.read.cursor("stripe events")).toBe(NOW + 1);
    expect(await store.read.cursor("stripe movements")).toBeNull();
  });

  test("tells balance transactions and deliveries that are known from others", async () => {
    const { store } = database();
    const posting = { source: "world", destination: "operator", amount: 5n, currency: "usd" };
    await write(store, { postings: [{ ...posting, balanceTransactionId: "txn_1" }] });
    expect(await store.read.bookedTransactions(["txn_1", "txn_2"])).toEqual(["txn_1"]);
    expect(await store.read.bookedTransactions([])).toEqual([]);
    const message = { kind: "account" as const, accountId: "acct_1" };
    await store.accept([
      { source: "github", deliveryId: "g1", part: 0, message, receivedAt: NOW },
      { source: "github", deliveryId: "g1", part: 1, message, receivedAt: NOW },
    ]);
    expect(await store.read.knownDeliveries("github", ["g1", "g2"])).toEqual(["g1"]);
    expect(await store.read.knownDeliveries("stripe", ["g1"])).toEqual([]);
  });

  test("finds open campaigns, and payees with an account whom something waits for", async () => {
    const { store } = database();
    const other = { issueId: 1300, issueNumber: 13 };
    await write(store, {
      changes: [
        { put: "campaign", campaign: aCampaign({ state: "awarded", currency: "eur" }) },
        { put: "campaign", campaign: aCampaign({ id: "c2", ...other, state: "reached" }) },
        { put: "pledge", pledge: aPaidPledge() },
        { put: "payee", payee: aPayee({ accountId: "acct_1" }) },
        { put: "award", award: anAward() },
        { put: "payout", payout: aPayout() },
      ],
    });
    expect(await store.read.openCampaignIds({ after: null, limit: 9 })).toEqual(["c2"]);
    expect(await store.read.openCampaignIds({ after: "c2", limit: 9 })).toEqual([]);
    expect(await store.read.openCurrencies()).toEqual(["usd"]);
    const [payee] = await store.read.waitingPayees({ after: null, limit: 9, turn: null });
    expect(payee?.accountId).toBe("acct_1");
    expect(await store.read.waitingPayees({ after: payee?.id ?? 0, limit: 9, turn: null })).toEqual(
      [],
    );
    const turns = async (ready: boolean): Promise<number[]> => {
      await write(store, { changes: [{ put: "payee", payee: aPayee({ ready }) }] });
      const found: number[] = [];
      for (const now of [100, 101, 102, 103, 104]) {
        const turn = { of: 4, now };
        const [one] = await store.read.waitingPayees({ after: null, limit: 9, turn });
        if (one !== undefined) found.push(now);
      }
      return found;
    };
    expect(await turns(true)).toEqual([100, 101, 102, 103, 104]);
    // Alice's number is 7.
    expect(await turns(false)).toEqual([103]);
    await write(store, { changes: [{ put: "payout", payout: aPayout({ state: "paid" }) }] });
    expect(await store.read.waitingPayees({ after: null, limit: 9, turn: null })).toEqual([]);
  });
});
