// Every entity comes back from the database as it went in, whole, new or written over.
import { expect, test } from "@jest/globals";
import {
  ALICE,
  aCampaign,
  aClaim,
  aHandover,
  aMergedPull,
  aNotice,
  anAward,
  aPaidPledge,
  aPayee,
  aPayout,
  aPledge,
  aPromise,
  aPull,
  aRefund,
  BOB,
  MAINTAINER,
  REPOSITORY,
} from "../../test/core-spec.ts";
import type { Change } from "../core/decision.ts";
import { DEFAULT_POLICY, type Policy } from "../core/policy.ts";
import { onEachEngine, situationOf, write } from "./engines-spec.ts";
import { awardSchema, campaignSchema, payoutSchema, pledgeSchema } from "./entity-schemas.ts";
import { fromJson, toJson } from "./json.ts";

const HUGE = 9_000_000_000_000_000_000n;

onEachEngine("an entity", (database) => {
  test("is a campaign with every field set", async () => {
    const { store } = database();
    const campaign = aCampaign({
      state: "awarded",
      ask: HUGE,
      split: [
        { ...ALICE, basisPoints: 7000 },
        { ...BOB, basisPoints: 3000 },
      ],
      hold: {
        why: "naïve 'quotes' \u0000 \"and\" 日本\u{1F4B8}",
        by: MAINTAINER,
        at: 1_700_000_000_000,
      },
      waitingPullId: 140,
      endReason: "because",
      paidOutside: { amount: HUGE, by: MAINTAINER, at: 1_700_000_000_000 },
      unfinishedCommentId: Number.MAX_SAFE_INTEGER,
      cardCommentId: 99,
      totals: { ...aCampaign().totals, paidIn: HUGE, clearing: -1n, backersCount: 3 },
    });
    await write(store, { changes: [{ put: "campaign", campaign }] });
    expect(await store.read.campaignById("c1")).toEqual(campaign);
    expect((await situationOf(store, { of: "campaign", campaignId: "c1" })).campaign).toEqual(
      campaign,
    );
  });

  test("is a campaign with nothing optional", async () => {
    const { store } = database();
    await write(store, { changes: [{ put: "campaign", campaign: aCampaign() }] });
    expect(await store.read.campaignById("c1")).toEqual(aCampaign());
  });

  test("is a pledge, new and written over", async () => {
    const { store } = database();
    const full = aPaidPledge({
      backerId: 8,
      backerName: "Bob",
      anonymous: true,
      amount: HUGE,
      viaReply: "d1:0",
      net: HUGE,
      operatorFee: 1n,
      operatorFeeReturned: 2n,
      shared: 3n,
      released: 4n,
      sharesReturned: 5n,
      refunding: 6n,
      refunded: 7n,
      refundsCount: 8,
      returnReason: "settled in another currency",
    });
    const charging = {
      at: 1,
      triesCount: 2,
      problem: "card declined" as const,
      failedAt: 3,
      pageUrl: "u",
      ending: true,
    };
    const promise = aPromise({ state: "charging", charging });
    await write(store, { changes: [{ put: "campaign", campaign: aCampaign() }] });
    for (const pledge of [aPledge(), promise, full]) {
      await write(store, { changes: [{ put: "pledge", pledge }] });
      expect(await store.read.pledgeById("p1")).toEqual(pledge);
      const { pledge: loaded } = await situationOf(store, { of: "pledge", pledgeId: "p1" });
      expect(loaded).toEqual(pledge);
    }
  });

  test("is a pull request with its claim and notices", async () => {
    const { store } = database();
    const claim = aClaim({ by: "command" });
    const early = aNotice({ confirmedAt: 1000, checkRunId: 2, amount: 0n });
    const late = aNotice({ confirmedAt: 2000, checkRunId: 1, amount: HUGE });
    await write(store, {
      changes: [
        { put: "campaign", campaign: aCampaign() },
        { put: "pull", pull: aPull() },
        { put: "claim", claim: aClaim() },
        { put: "claim", claim },
        { put: "pull", pull: aMergedPull({ authorIsBot: true }) },
        { put: "notice", notice: late },
        { put: "notice", notice: early },
      ],
    });
    const loaded = await situationOf(store, { of: "campaign", campaignId: "c1", pullId: 140 });
    expect(loaded.pull).toEqual(aMergedPull({ authorIsBot: true }));
    expect(loaded.claims).toEqual([claim]);
    expect(loaded.notices).toEqual([early, late]);
  });

  test("is an award with its payees and payouts", async () => {
    const { store } = database();
    const award = anAward({
      pullId: null,
      pullNumber: null,
      payees: [{ ...ALICE, basisPoints: 10_000, allotted: HUGE }],
    });
    const unknown = aPayee({ ...BOB, accountId: null, ready: false, payableFrom: null });
    const payout = aPayout({ state: "paid", transferId: "tr_1", round: 2, id: "p1:7:2" });
    await write(store, {
      changes: [
        { put: "campaign", campaign: aCampaign({ state: "awarded" }) },
        { put: "pledge", pledge: aPaidPledge() },
        { put: "award", award },
        { put: "payee", payee: aPayee() },
        { put: "payee", payee: unknown },
        { put: "payout", payout: aPayout() },
        { put: "payout", payout },
      ],
    });
    const loaded = await situationOf(store, { of: "payout", payoutId: "p1:7:2" });
    expect(loaded.award).toEqual(award);
    expect(loaded.payout).toEqual(payout);
    expect(loaded.payouts).toEqual([aPayout(), payout]);
    expect(loaded.payees).toEqual([aPayee()]);
    expect(await store.read.payeeById(8)).toEqual(unknown);
  });

  test("is what its payees ask for, for this award and none before it", async () => {
    const { store } = database();
    const decided = { by: MAINTAINER, at: 1_700_000_000_000 };
    const agreed = aHandover({ id: "c1:2:7:1", round: 2, state: "agreed", decided });
    const asked = aHandover({ id: "c1:2:7:2", round: 2 });
    const award = anAward({ round: 2, handed: [{ from: 7, to: BOB, ...decided }] });
    const carol = aPayee({ id: 9, login: "carol" });
    const handovers = [agreed, { ...asked, to: { id: 9, login: "carol" } }];
    await write(store, {
      changes: [
        { put: "campaign", campaign: aCampaign({ state: "awarded" }) },
        { put: "award", award },
        { put: "handover", handover: aHandover() },
        { put: "handover", handover: asked },
        ...handovers.map((handover) => ({ put: "handover" as const, handover })),
        { put: "payee", payee: aPayee({ ...BOB }) },
        { put: "payee", payee: carol },
        { put: "payee", payee: aPayee({ id: 10, login: "dora" }) },
      ],
    });
    const loaded = await situationOf(store, { of: "campaign", campaignId: "c1" });
    expect(loaded.award).toEqual(award);
    expect(loaded.handovers).toEqual(handovers);
    expect(loaded.payees).toEqual([aPayee(BOB), carol]);
    expect((await store.read.askedHandovers(7)).map(({ id }) => id)).toEqual([
      "c1:1:7:1",
      "c1:2:7:2",
    ]);
    expect(await store.read.askedHandovers(8)).toEqual([]);
    expect((await store.read.campaignsOfPayee(8)).map(({ id }) => id)).toEqual(["c1"]);
  });

  test("is a refund", async () => {
    const { store } = database();
    const refund = aRefund({ refundId: "re_1", booked: true, state: "succeeded" });
    await write(store, {
      changes: [
        { put: "campaign", campaign: aCampaign() },
        { put: "pledge", pledge: aPaidPledge() },
        { put: "refund", refund: aRefund() },
        { put: "refund", refund },
      ],
    });
    const loaded = await situationOf(store, { of: "refund", effectKey: "refund:p1:1" });
    expect(loaded.refund).toEqual(refund);
  });

  test("is a policy: the last good one, or the default when the file is gone", async () => {
    const { store } = database();
    const policy: Policy = {
      currency: "eur",
      labels: { bounty: "prämie", goal: "ziel" },
      who: "maintain",
      pay: "now",
      minimum: 1000n,
      coAuthors: false,
      reviewShareBasisPoints: 1000,
      holdDays: 3,
      maximum: HUGE,
      goalDays: 14,
      charge: "reached",
    };
    const put = (sha: string, one: Policy | null): Change => ({
      put: "policy",
      repositoryId: 100,
      sha,
      policy: one,
    });
    expect(await store.read.policyOf(100)).toEqual({ policy: DEFAULT_POLICY, sha: null });
    await write(store, { changes: [put("s1", policy)] });
    expect(await store.read.policyOf(100)).toEqual({ policy, sha: "s1" });
    await write(store, { changes: [put("s2", null)] });
    expect(await store.read.policyOf(100)).toEqual({ policy: DEFAULT_POLICY, sha: "s2" });
  });

  test("is a repository, by its number", async () => {
    const { store } = database();
    const renamed = { ...REPOSITORY, name: "booster", private: true, defaultBranch: "trunk" };
    for (const repository of [REPOSITORY, REPOSITORY, renamed]) {
      await store.transact(async (trx) => await trx.saveRepository(repository));
      expect(await store.read.repositoryById(100)).toEqual(repository);
    }
    expect(await store.read.repositoryById(101)).toBeNull();
  });

  test("is the refusal that stands, by its topic, until it is handled", async () => {
    const { store } = database();
    const topic = "100:12:7:pledge";
    const put = (replyKey: string | null) =>
      write(store, { changes: [{ put: "standingRefusal", topic, replyKey }] });
    const standing = (of: string) => store.transact(async (trx) => await trx.standingRefusal(of));
    expect(await standing(topic)).toBeNull();
    await put("d1:0");
    await put("d2:0");
    expect(await standing(topic)).toBe("d2:0");
    expect(await standing("100:12:7:bounty")).toBeNull();
    await put(null);
    expect(await standing(topic)).toBeNull();
  });

  test("is what was heard of a person, by them and the installation", async () => {
    const { store } = database();
    const heard = { personId: 7, installationId: 5, since: 1_000, count: 1 };
    const found = (whom: { personId: number; installationId: number }) =>
      store.transact(async (trx) => await trx.heard(whom));
    expect([await found(heard), await store.read.heard(heard)]).toEqual([null, null]);
    await write(store, { changes: [{ put: "heard", heard }] });
    await write(store, { changes: [{ put: "heard", heard: { ...heard, count: 2 } }] });
    const twice = { ...heard, count: 2 };
    expect([await found(heard), await store.read.heard(heard)]).toEqual([twice, twice]);
    expect(await found({ ...heard, personId: 8 })).toBeNull();
    expect(await store.read.heard({ ...heard, installationId: 6 })).toBeNull();
  });

  test("is a reply, by its key", async () => {
    const { store } = database();
    const reply = { key: "d1:0", commentId: 5, nodeId: "IC_5" };
    await store.transact(async (trx) => await trx.saveReply(reply));
    await store.transact(async (trx) => await trx.saveReply({ ...reply, commentId: 6 }));
    expect(await store.read.replyByKey("d1:0")).toEqual({ commentId: 6, nodeId: "IC_5" });
    expect(await store.read.replyByKey("d1:1")).toBeNull();
  });
});

test("an award and a payout written before there were handovers are read as having none", () => {
  const { handed: _none, ...award } = JSON.parse(toJson(anAward()));
  expect(fromJson(awardSchema, toJson(award))).toEqual(anAward());
  const { handedFrom: _own, ...payout } = JSON.parse(toJson(aPayout()));
  expect(fromJson(payoutSchema, toJson(payout))).toEqual(aPayout());
  const { paidOutside: _nothing, ...campaign } = JSON.parse(toJson(aCampaign()));
  expect(fromJson(campaignSchema, toJson(campaign))).toEqual(aCampaign());
});

test("a pledge and totals written before there were promises are read as having none", () => {
  const older = JSON.parse(toJson(aPaidPledge()));
  for (const name of ["pagesCount", "promisedAt", "card", "charging"]) delete older[name];
  delete older.terms.lapseAfterDays;
  expect(fromJson(pledgeSchema, toJson(older))).toEqual(aPaidPledge());
  const campaign = JSON.parse(toJson(aCampaign()));
  for (const name of ["promised", "collecting", "uncollected"]) delete campaign.totals[name];
  expect(fromJson(campaignSchema, toJson(campaign))).toEqual(aCampaign());
});
