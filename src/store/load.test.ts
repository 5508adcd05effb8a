// Loading a situation: for each kind of subject what its decisions need, and nothing that grows.
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
  REPOSITORY,
} from "../../test/core-spec.ts";
import { hearOneMore } from "../core/attention.ts";
import type { Change } from "../core/decision.ts";
import { NOTHING_OWED } from "../core/owed.ts";
import { DEFAULT_POLICY, type Policy } from "../core/policy.ts";
import type { Loaded, Store } from "../ports.ts";
import { onEachEngine, situationOf, write } from "./engines-spec.ts";

const EURO: Policy = { ...DEFAULT_POLICY, currency: "eur" };

const NOTHING: Loaded = {
  repository: null,
  policy: DEFAULT_POLICY,
  policySha: null,
  campaign: null,
  pledge: null,
  held: 0n,
  refund: null,
  dispute: null,
  books: null,
  award: null,
  handovers: [],
  payout: null,
  payouts: [],
  payoutsLeft: false,
  payees: [],
  owed: NOTHING_OWED,
  pull: null,
  claims: [],
  notices: [],
};

const BOBS_PULL = aPull({ id: 150, number: 15, author: BOB });

/** An open campaign with two linked pull requests, two pledges, and payees from elsewhere. */
async function settle(store: Store, more: Change[] = []): Promise<void> {
  await store.transact(async (trx) => await trx.saveRepository(REPOSITORY));
  await write(store, {
    changes: [
      { put: "policy", repositoryId: 100, sha: "s1", policy: EURO },
      { put: "campaign", campaign: aCampaign() },
      { put: "campaign", campaign: aCampaign({ id: "c2", issueId: 1300, issueNumber: 13 }) },
      { put: "pull", pull: aPull() },
      { put: "pull", pull: BOBS_PULL },
      { put: "claim", claim: aClaim() },
      { put: "claim", claim: aClaim({ pullId: 150 }) },
      { put: "claim", claim: aClaim({ campaignId: "c2" }) },
      { put: "notice", notice: aNotice() },
      { put: "notice", notice: aNotice({ campaignId: "c2", checkRunId: 901 }) },
      { put: "pledge", pledge: aPaidPledge() },
      { put: "pledge", pledge: aPledge({ id: "p2", nonce: "n2" }) },
      { put: "payee", payee: aPayee() },
      { put: "payee", payee: aPayee({ ...BOB, accountId: null, ready: false }) },
      { put: "payee", payee: aPayee({ id: 9, login: "carol" }) },
      ...more,
    ],
    postings: [
      {
        source: "world",
        destination: "pledge:p1",
        amount: 1912n,
        currency: "usd",
        balanceTransactionId: null,
      },
    ],
  });
}

const AROUND_C1: Loaded = {
  ...NOTHING,
  repository: REPOSITORY,
  policy: EURO,
  policySha: "s1",
  campaign: aCampaign(),
};

onEachEngine("a situation", (database) => {
  test("is empty around what is not there", async () => {
    const { store } = database();
    expect(await situationOf(store, { of: "repository", repositoryId: 100 })).toEqual(NOTHING);
    expect(await situationOf(store, { of: "issue", repositoryId: 100, issueId: 1 })).toEqual(
      NOTHING,
    );
    expect(await situationOf(store, { of: "campaign", campaignId: "c1" })).toEqual(NOTHING);
    expect(await situationOf(store, { of: "pull", pullId: 140 })).toEqual(NOTHING);
    expect(await situationOf(store, { of: "pledge", pledgeId: "p1" })).toEqual(NOTHING);
    expect(await situationOf(store, { of: "payment", pledgeId: "p1", chargeId: "ch_1" })).toEqual(
      NOTHING,
    );
    expect(await situationOf(store, { of: "nonce", campaignId: "c1", nonce: "n1" })).toEqual(
      NOTHING,
    );
    expect(await situationOf(store, { of: "refund", effectKey: "refund:p1:1" })).toEqual(NOTHING);
    expect(await situationOf(store, { of: "payout", payoutId: "p1:7:1" })).toEqual(NOTHING);
    expect(await situationOf(store, { of: "payee", payeeId: 7 })).toEqual(NOTHING);
  });

  test("around a repository is its policy", async () => {
    const { store } = database();
    await settle(store);
    expect(await situationOf(store, { of: "repository", repositoryId: 100 })).toEqual({
      ...NOTHING,
      repository: REPOSITORY,
      policy: EURO,
      policySha: "s1",
    });
  });

  test("around an issue is its newest campaign, with the pull request that is meant", async () => {
    const { store } = database();
    const cancelled = aCampaign({ state: "cancelled" });
    const renewed = aCampaign({ id: "a-second-one" });
    await settle(store, [
      { put: "campaign", campaign: cancelled },
      { put: "campaign", campaign: renewed },
      { put: "campaign", campaign: { ...cancelled, endReason: "written later" } },
    ]);
    const issue = { of: "issue" as const, repositoryId: 100, issueId: 1200 };
    expect(await situationOf(store, issue)).toEqual({ ...AROUND_C1, campaign: renewed });
    expect(await situationOf(store, { ...issue, pullId: 140 })).toEqual({
      ...AROUND_C1,
      campaign: renewed,
      pull: aPull(),
      claims: [aClaim(), aClaim({ campaignId: "c2" })],
      payees: [aPayee()],
    });
  });

  test("around an issue without a campaign is its repository", async () => {
    const { store } = database();
    await settle(store);
    expect(
      await situationOf(store, { of: "issue", repositoryId: 100, issueId: 1, pullId: 140 }),
    ).toEqual({
      ...NOTHING,
      repository: REPOSITORY,
      policy: EURO,
      policySha: "s1",
      pull: aPull(),
      claims: [aClaim(), aClaim({ campaignId: "c2" })],
    });
  });

  test("around a campaign are the pull request, its notices, and whoever an award would pay", async () => {
    const { store } = database();
    await settle(store);
    expect(await situationOf(store, { of: "campaign", campaignId: "c1" })).toEqual(AROUND_C1);
    expect(await situationOf(store, { of: "campaign", campaignId: "c1", pullId: 140 })).toEqual({
      ...AROUND_C1,
      pull: aPull(),
      claims: [aClaim(), aClaim({ campaignId: "c2" })],
      notices: [aNotice()],
      payees: [aPayee()],
    });
  });

  test("around a campaign that waits for a release is the merged pull request", async () => {
    const { store } = database();
    const split = [
      { ...ALICE, basisPoints: 5000 },
      { id: 99, login: "nobody yet", basisPoints: 5000 },
    ];
    const waiting = aCampaign({ waitingPullId: 150, split });
    await settle(store, [{ put: "campaign", campaign: waiting }]);
    const loaded = await situationOf(store, { of: "campaign", campaignId: "c1" });
    expect(loaded.pull).toEqual(BOBS_PULL);
    expect(loaded.claims).toEqual([aClaim({ pullId: 150 })]);
    expect(loaded.notices).toEqual([]);
    expect(loaded.payees.map(({ id }) => id)).toEqual([7, 8]);
    const other = await situationOf(store, { of: "campaign", campaignId: "c1", pullId: 140 });
    expect(other.pull).toEqual(aPull());
  });

  test("around a pull request are its claims", async () => {
    const { store } = database();
    await settle(store);
    expect(await situationOf(store, { of: "pull", pullId: 140 })).toEqual({
      ...NOTHING,
      repository: REPOSITORY,
      policy: EURO,
      policySha: "s1",
      pull: aPull(),
      claims: [aClaim(), aClaim({ campaignId: "c2" })],
    });
  });

  test("around a pledge is what its account holds, in the currency it settled in", async () => {
    const { store } = database();
    await settle(store);
    const subject = { of: "pledge" as const, pledgeId: "p1" };
    expect(await situationOf(store, subject)).toEqual({
      ...AROUND_C1,
      pledge: aPaidPledge(),
      held: 1912n,
    });
    const elsewhere = aPaidPledge({ settlementCurrency: "eur" });
    await write(store, { changes: [{ put: "pledge", pledge: elsewhere }] });
    expect((await situationOf(store, subject)).held).toBe(0n);
  });

  test("around a payment is the pledge with that charge, else the pledge it names", async () => {
    const { store } = database();
    await settle(store);
    const pledgeOf = async (chargeId: string) =>
      (await situationOf(store, { of: "payment", pledgeId: "p2", chargeId })).pledge?.id;
    expect(await pledgeOf("ch_1")).toBe("p1");
    expect(await pledgeOf("ch_2")).toBe("p2");
  });

  test("around a form's nonce is its pledge, or the campaign alone", async () => {
    const { store } = database();
    await settle(store);
    const around = async (nonce: string) =>
      await situationOf(store, { of: "nonce", campaignId: "c1", nonce });
    expect(await around("n9")).toEqual(AROUND_C1);
    expect(await around("n1")).toEqual({ ...AROUND_C1, pledge: aPaidPledge(), held: 1912n });
  });

  test("around a refund are its pledge and campaign", async () => {
    const { store } = database();
    await settle(store, [{ put: "refund", refund: aRefund() }]);
    expect(await situationOf(store, { of: "refund", effectKey: "refund:p1:1" })).toEqual({
      ...AROUND_C1,
      pledge: aPaidPledge(),
      held: 1912n,
      refund: aRefund(),
    });
  });

  test("around a payout are its pledge's payouts and the award's payees", async () => {
    const { store } = database();
    const award = anAward({
      payees: [
        { ...BOB, basisPoints: 5000, allotted: 1n },
        { ...ALICE, basisPoints: 5000, allotted: 1n },
      ],
    });
    const second = aPayout({ id: "p1:8:1", payeeId: 8 });
    const ofAnother = aPayout({ id: "p2:7:1", pledgeId: "p2" });
    await settle(store, [
      { put: "campaign", campaign: aCampaign({ state: "awarded" }) },
      { put: "award", award },
      { put: "payout", payout: aPayout() },
      { put: "payout", payout: second },
      { put: "payout", payout: ofAnother },
    ]);
    expect(await situationOf(store, { of: "payout", payoutId: "p1:8:1" })).toEqual({
      ...AROUND_C1,
      campaign: aCampaign({ state: "awarded" }),
      pledge: aPaidPledge(),
      held: 1912n,
      award,
      payout: second,
      payouts: [aPayout(), second],
      payees: [aPayee(), aPayee({ ...BOB, accountId: null, ready: false })],
    });
  });

  test("around an awarded campaign is whether anything of it was sent, which a bank alone does not do", async () => {
    const { store } = database();
    const campaign = aCampaign({ state: "awarded" });
    await write(store, {
      changes: [
        { put: "campaign", campaign },
        { put: "pledge", pledge: aPaidPledge() },
        { put: "payee", payee: aPayee() },
        { put: "award", award: anAward() },
      ],
    });
    const leftWith = async (parts: Parameters<typeof aPayout>[0]): Promise<boolean> => {
      await write(store, { changes: [{ put: "payout", payout: aPayout(parts) }] });
      return (await situationOf(store, { of: "campaign", campaignId: "c1" })).payoutsLeft;
    };
    expect(await leftWith({ state: "waiting" })).toBe(false);
    expect(await leftWith({ state: "failed" })).toBe(false);
    expect(await leftWith({ state: "stopped" })).toBe(false);
    expect(await leftWith({ state: "stopped", transferId: "tr_1" })).toBe(true);
    expect(await leftWith({ state: "sending" })).toBe(true);
  });

  test("around a payee is the payee", async () => {
    const { store } = database();
    await settle(store);
    expect(await situationOf(store, { of: "payee", payeeId: 9 })).toEqual({
      ...NOTHING,
      payees: [aPayee({ id: 9, login: "carol" })],
    });
  });
});

onEachEngine("a decision", (database) => {
  test("sees what the one before it wrote, however many ask at once", async () => {
    const { store, another } = database();
    const other = await another();
    await settle(store);
    await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        await (index % 2 === 0 ? store : other).transact(async (trx) => {
          const { campaign } = await trx.load({ of: "campaign", campaignId: "c1" });
          const counted = aCampaign({ ask: (campaign?.ask ?? 0n) + 1n });
          const changes: Change[] = [{ put: "campaign", campaign: counted }];
          await trx.apply({ changes, postings: [], effects: [] }, 0);
        });
      }),
    );
    expect((await store.read.campaignById("c1"))?.ask).toBe(20n);
  });

  test("counts every command of a person, though several processes hear them at once", async () => {
    const { store, another } = database();
    const other = await another();
    const whom = { personId: 7, installationId: 5 };
    await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        await (index % 2 === 0 ? store : other).transact(async (trx) => {
          const heard = hearOneMore(await trx.heard(whom), { ...whom, at: 0 });
          await trx.apply({ changes: [{ put: "heard", heard }], postings: [], effects: [] }, 0);
        });
      }),
    );
    expect(await store.read.heard(whom)).toEqual({ ...whom, since: 0, count: 20 });
  });

  test("attaches one campaign to an issue, though two maintainers ask at once", async () => {
    const { store, another } = database();
    const other = await another();
    const found = await Promise.all(
      [store, other, store, other].map(
        async (one, index) =>
          await one.transact(async (trx) => {
            const loaded = await trx.load({ of: "issue", repositoryId: 100, issueId: 1200 });
            if (loaded.campaign !== null) return loaded.campaign.id;
            const campaign = aCampaign({ id: `c${index}` });
            await trx.apply(
              { changes: [{ put: "campaign", campaign }], postings: [], effects: [] },
              0,
            );
            return campaign.id;
          }),
      ),
    );
    expect(new Set(found).size).toBe(1);
  });

  test("does not forget a payee whom another campaign wrote at the same time", async () => {
    const { store, another } = database();
    const other = await another();
    await settle(store, [{ put: "campaign", campaign: aCampaign({ split: [DAVE] }) }]);
    await write(store, {
      changes: [
        {
          put: "campaign",
          campaign: aCampaign({ id: "c2", issueId: 1300, issueNumber: 13, split: [DAVE] }),
        },
      ],
    });
    const firsts = await Promise.all(
      ["c1", "c2", "c1", "c2"].map(
        async (campaignId, index) =>
          await (index < 2 ? store : other).transact(async (trx) => {
            const { payees } = await trx.load({ of: "campaign", campaignId });
            if (payees.length > 0) return 0;
            const payee = aPayee({ id: 20, login: "dave", accountId: `acct_${index}` });
            const changes: Change[] = [{ put: "payee", payee }];
            await trx.apply({ changes, postings: [], effects: [] }, 0);
            return 1;
          }),
      ),
    );
    expect(firsts.reduce<number>((sum, first) => sum + first, 0)).toBe(1);
  });
});

const DAVE = { id: 20, login: "dave", basisPoints: 10_000 };
