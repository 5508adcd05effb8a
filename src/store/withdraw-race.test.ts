// A backer takes the money back while the pull request merges: whoever commits first wins, and the other
// sees it. On Postgres the two come from two processes at the same moment.
import { expect, test } from "@jest/globals";
import {
  aCampaign,
  aClaim,
  aMergedPull,
  aNotice,
  aPaidPledge,
  aPull,
  aSituation,
  GOOD_MERGE,
  NOW,
  REPOSITORY,
} from "../../test/core-spec.ts";
import { about, ask } from "../flow/ask.ts";
import type { Store } from "../ports.ts";
import { onEachEngine, write } from "./engines-spec.ts";

const PLEDGE = aPaidPledge();

let ids = 0;
const asking = {
  clock: { now: () => NOW },
  random: { next: () => 0.5, id: () => `id${++ids}` },
  operator: aSituation().operator,
};

async function paidBounty(store: Store): Promise<void> {
  await store.transact(async (trx) => await trx.saveRepository(REPOSITORY));
  const paid = { amount: 2000n, currency: "usd", balanceTransactionId: "txn_1" };
  const fee = { ...paid, amount: 88n };
  await write(store, {
    changes: [
      { put: "campaign", campaign: aCampaign({}, [PLEDGE]) },
      { put: "pull", pull: aPull() },
      { put: "claim", claim: aClaim() },
      { put: "notice", notice: aNotice() },
      { put: "pledge", pledge: PLEDGE },
    ],
    postings: [
      { source: "world", destination: "pledge:p1", ...paid },
      { source: "pledge:p1", destination: "stripe-fees", ...fee },
    ],
  });
}

/** True when it was granted. */
async function withdraw(store: Store): Promise<boolean> {
  const subject = { of: "pledge" as const, pledgeId: "p1" };
  const command = { command: "withdrawPledge" as const, pledgeId: "p1" };
  return (await store.transact(async (trx) => await ask(trx, { subject, command }, asking))).ok;
}

async function merge(store: Store): Promise<void> {
  const merged = about({
    event: "pullMerged",
    pull: aMergedPull(),
    campaignId: "c1",
    facts: GOOD_MERGE,
  });
  await store.transact(async (trx) => await ask(trx, merged, asking));
  const step = about({ event: "pledgeAwarded", pledgeId: "p1" });
  if ((await store.read.awardOf("c1")) === null) return;
  await store.transact(async (trx) => await ask(trx, step, asking));
}

/** Where the money is when both are done: with the backer or with the people who did the work. */
async function outcome(store: Store) {
  const pledge = await store.read.pledgeById("p1");
  const balances = await store.read.balances();
  const of = (kind: string): bigint =>
    balances
      .filter(({ account }) => account.startsWith(kind))
      .reduce((sum, { amount }) => sum + amount, 0n);
  return {
    state: pledge?.state,
    reason: pledge?.returnReason ?? null,
    outgoing: of("outgoing"),
    share: of("share"),
  };
}

const TO_THE_BACKER = { state: "refunding", reason: "withdrawn", outgoing: 1912n, share: 0n };
const TO_THE_WORK = { state: "paid", reason: null, outgoing: 0n, share: 1912n };

onEachEngine("withdrawing against the merge", (database) => {
  test("the withdrawal first: it goes back, and the merge releases nothing of it", async () => {
    const { store } = database();
    await paidBounty(store);
    expect(await withdraw(store)).toBe(true);
    await merge(store);
    expect(await outcome(store)).toEqual(TO_THE_BACKER);
  });

  test("the merge first: the withdrawal is refused", async () => {
    const { store } = database();
    await paidBounty(store);
    await merge(store);
    expect(await withdraw(store)).toBe(false);
    expect(await outcome(store)).toEqual(TO_THE_WORK);
  });

  test.each([1, 2, 3, 4, 5, 6])("at once, time %i: one of the two, whole", async (round) => {
    const { store, another } = database();
    const other = await another();
    await paidBounty(store);
    const [granted] =
      round % 2 === 0
        ? await Promise.all([withdraw(store), merge(other)])
        : await Promise.all([merge(other), withdraw(store)]).then(([, won]) => [won]);
    expect(await outcome(store)).toEqual(granted ? TO_THE_BACKER : TO_THE_WORK);
  });

  test("two clicks at once begin one refund", async () => {
    const { store, another } = database();
    const other = await another();
    await paidBounty(store);
    expect(await Promise.all([withdraw(store), withdraw(other)])).toEqual([true, true]);
    expect(await store.read.refundsOfPledge("p1")).toHaveLength(1);
    expect(await outcome(store)).toEqual(TO_THE_BACKER);
  });
});
