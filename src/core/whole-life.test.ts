// Random lives of a bounty, from the first pledge to the last cent, against books kept by somebody else.
import { expect, test } from "@jest/globals";
import { chooser } from "../../test/core-choices.ts";
import { perform, type Story } from "../../test/core-outbox.ts";
import {
  ALICE,
  aForm,
  aMergedPull,
  aNotice,
  aPull,
  BOB,
  GOOD_MERGE,
  MAINTAINER,
  says,
} from "../../test/core-spec.ts";
import { advanceRefund, charge, createBooks, settleCharge } from "../../test/core-stripe.ts";
import {
  around,
  ask,
  createWorld,
  happen,
  held,
  newId,
  type World,
} from "../../test/core-world.ts";
import type { Request } from "./commands.ts";
import { DAY_MS, isReturnedInFull } from "./pledge.ts";

const CAROL = { id: 9, login: "carol" };
const PEOPLE = [ALICE, BOB, CAROL];

function begin(seed: number): Story {
  const choose = chooser(seed);
  const world = createWorld({
    firstPayoutHoldDays: choose.of([0, 7]),
    feeBasisPoints: choose.of([0, 0, 333]),
  });
  const story = { world, books: createBooks(choose), choose };
  say(story, { command: "attachBounty", amount: "$50", label: null });
  return story;
}

function campaignId({ world }: Story): string {
  return [...world.campaigns.keys()].at(-1) ?? "none";
}

function say(story: Story, request: Request): boolean {
  const named = PEOPLE.map((person) => ({ login: person.login, person, isBot: false }));
  return ask(story.world, says(request, { named }), around(story.world, campaignId(story)));
}

// ---- What people do ----

function pledges(story: Story): void {
  const { world, choose } = story;
  const amount = `${choose.between(5, 90)}.${choose.between(10, 99)}`;
  const id = newId(world);
  const form = aForm({ campaignId: campaignId(story), pledgeId: id, nonce: id, amount });
  ask(world, { command: "startPledge", form }, around(world, campaignId(story)));
}

/** On Stripe's page, open or not: a card payment that was on its way arrives when it arrives. */
function pays(story: Story): void {
  const { world, books, choose } = story;
  const started = [...world.pledges.values()].filter(
    ({ sessionId, chargeId }) => sessionId !== null && (chargeId === null || choose.chance(0.03)),
  );
  if (started.length === 0) return;
  const { id, amount, sessionId } = choose.of(started);
  const session = books.sessions.get(sessionId ?? "");
  if (session === "expired" && !choose.chance(0.1)) return;
  books.sessions.set(sessionId ?? "", "complete");
  const payment = charge(books, { pledgeId: id, amount, at: world.at });
  if (choose.chance(0.8)) happen(world, { event: "pledgePaid", payment });
}

function settles({ world, books, choose }: Story): void {
  if (books.charges.size === 0) return;
  const { chargeId } = choose.of([...books.charges.values()]);
  happen(world, { event: "pledgePaid", payment: settleCharge(books, chargeId) });
}

function refundMoves({ world, books, choose }: Story): void {
  if (books.refunds.size === 0) return;
  const key = choose.of([...books.refunds.keys()]);
  happen(world, { event: "refundSeen", refund: advanceRefund(books, key) });
}

function accountChanges({ world, choose }: Story): void {
  if (world.payees.size === 0) return;
  const { id } = choose.of([...world.payees.values()]);
  happen(world, {
    event: "accountSeen",
    payeeId: id,
    accountId: `acct_${id}`,
    ready: choose.chance(0.7),
  });
}

function merges(story: Story): void {
  const { world, choose } = story;
  const id = campaignId(story);
  const author = choose.of(PEOPLE);
  const pull = aPull({ id: choose.between(140, 142), author });
  happen(world, { event: "pullLinked", pull, campaignId: id, by: "closing reference" });
  const split = world.campaigns.get(id)?.split;
  const payees = split ?? [{ ...author, basisPoints: 10_000 }];
  if (choose.chance(0.7)) {
    const notice = aNotice({
      pullId: pull.id,
      campaignId: id,
      payees,
      amount: 1n,
      confirmedAt: world.at - 1,
    });
    happen(world, { event: "noticePosted", notice });
  }
  const merged = aMergedPull({ ...pull, open: false, mergedAt: world.at, mergedBy: MAINTAINER });
  happen(world, { event: "issueChanged", campaignId: id, title: "Solved", open: false });
  happen(world, { event: "pullMerged", pull: merged, campaignId: id, facts: GOOD_MERGE });
}

function commands(story: Story): void {
  const { choose } = story;
  const parts = PEOPLE.map(({ login }) => ({ login, weight: choose.between(1, 9) }));
  say(
    story,
    choose.of<Request>([
      { command: "holdAward", why: "wait" },
      { command: "releaseAward" },
      { command: "splitAward", parts },
      { command: "splitAward", parts },
      { command: "attachBounty", amount: "$10", label: null },
      ...(choose.chance(0.2) ? [{ command: "cancelCampaign", why: "no" } as const] : []),
    ]),
  );
}

// ---- A whole life ----

function live(story: Story): void {
  const { choose } = story;
  const acts = [
    [pledges, pledges, pays, pays, pays],
    [settles, settles, refundMoves, accountChanges, accountChanges, commands],
    [works, works, works, works, works, works, waits, mergesNow],
  ].flat();
  for (let step = choose.between(30, 150); step > 0; step -= 1) {
    choose.of(acts)(story);
    solvent(story.world);
  }
}

/** Seldom before anybody paid: that ends the campaign. */
function mergesNow(story: Story): void {
  const paidIn = story.world.campaigns.get(campaignId(story))?.totals.paidIn ?? 0n;
  if (story.choose.chance(paidIn > 0n ? 0.3 : 0.08)) merges(story);
}

function works(story: Story): void {
  const { world, choose } = story;
  const ready = [...world.outbox.values()].filter(
    ({ pending, dueAt }) => pending && dueAt <= world.at,
  );
  if (ready.length > 0) perform(story, choose.of(ready));
}

function waits({ world, choose }: Story): void {
  world.at += choose.of([60_000, 3_600_000, DAY_MS, 9 * DAY_MS]);
}

/** Faults stop, and every timer runs, the earliest first. */
function ends(story: Story): void {
  const { world, books } = story;
  books.chaos = false;
  if (story.choose.chance(0.5)) {
    for (const { id } of PEOPLE) {
      happen(world, { event: "accountSeen", payeeId: id, accountId: `acct_${id}`, ready: true });
    }
    say(story, { command: "releaseAward" });
  }
  for (const id of books.charges.keys())
    happen(world, { event: "pledgePaid", payment: settleCharge(books, id) });
  for (let turns = 0; turns < 5000; turns += 1) {
    const pending = [...world.outbox.values()].filter((due) => due.pending);
    const next = pending.sort((a, b) => a.dueAt - b.dueAt)[0];
    if (next === undefined) return;
    world.at = Math.max(world.at, next.dueAt);
    perform(story, next);
    solvent(world);
  }
  throw new Error("the outbox never empties");
}

function solvent(world: World): void {
  for (const [name, amount] of world.balances) {
    if (amount < 0n && !/^(world|operator) /.test(name)) throw new Error(`${name} is at ${amount}`);
  }
}

function audit({ world, books }: Story): void {
  const ours = held(world, ["pledge", "share", "operator", "outgoing", "dispute"]);
  for (const currency of new Set([...ours.keys(), ...books.balance.keys()])) {
    expect([currency, ours.get(currency) ?? 0n]).toEqual([
      currency,
      books.balance.get(currency) ?? 0n,
    ]);
  }
  for (const currency of ["usd", "eur"]) {
    for (const kind of ["pledge", "share", "outgoing"]) {
      expect([kind, held(world, [kind]).get(currency) ?? 0n]).toEqual([kind, 0n]);
    }
  }
  for (const pledge of world.pledges.values()) {
    expect(["released", "refunded", "abandoned", "failed"]).toContain(pledge.state);
    const { net, amount, operatorFee, operatorFeeReturned, released, refunded, returnReason } =
      pledge;
    if (returnReason !== null && isReturnedInFull(returnReason)) {
      expect([pledge.id, refunded, released]).toEqual([pledge.id, amount, 0n]);
    } else if (pledge.chargeId !== null) {
      const fee = operatorFee - operatorFeeReturned;
      expect([pledge.id, released + refunded + fee]).toEqual([pledge.id, net]);
    }
  }
  for (const charged of books.charges.values()) {
    const owner = [...world.pledges.values()].find(({ chargeId }) => chargeId === charged.chargeId);
    expect([charged.chargeId, owner?.amount]).toEqual([charged.chargeId, charged.amount]);
  }
  for (const campaign of world.campaigns.values()) {
    expect(campaign.totals).toMatchObject({ paidIn: 0n, refunding: 0n, unfinishedCount: 0 });
    expect(campaign.state).not.toBe("awarded");
  }
  const paid = [...world.payouts.values()].filter(({ state }) => state === "paid");
  expect(paid.map(({ id }) => id).sort()).toEqual([...books.transfers.keys()].sort());
}

const SEEDS = Array.from({ length: 100 }, (_, index) => index + 1);

test("whatever happens, no cent appears, vanishes, is paid twice or stays behind", () => {
  const seen = new Set<string>();
  for (const seed of SEEDS) {
    const story = begin(seed);
    try {
      live(story);
      ends(story);
      audit(story);
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error });
    }
    for (const { state, returnReason } of story.world.pledges.values())
      seen.add(state).add(`${returnReason}`);
    for (const { state } of story.world.campaigns.values()) seen.add(state);
    for (const { state } of story.world.payouts.values()) seen.add(state);
  }
  // The stories are worth something only if they come to all of these.
  for (const end of [
    "released",
    "refunded",
    "abandoned",
    "failed",
    "settled",
    "cancelled",
    "expired",
    "paid",
    "returned",
    "refused",
    "cancelled",
    "refund date reached",
    "award not claimed",
    "campaign over",
    "settled in another currency",
    "paid twice",
  ]) {
    expect([...seen]).toContain(end);
  }
});
