// Random lives of a bounty, from the first pledge to the last cent, against books kept by somebody else.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { chooser } from "../../test/core-choices.ts";
import { advanceDispute, beginDispute } from "../../test/core-disputes.ts";
import { perform, type Story } from "../../test/core-outbox.ts";
import {
  asksPayeesForNoMoreThanBanksTook,
  isWholeOnceBanksGaveItBack,
  leavesNothingWithWhoGaveItUp,
} from "../../test/core-rules.ts";
import {
  ALICE,
  aCard,
  aForm,
  aMergedPull,
  aNotice,
  aPull,
  BOB,
  GOOD_MERGE,
  MAINTAINER,
  PULL_THREAD,
  says,
} from "../../test/core-spec.ts";
import {
  advanceRefund,
  charge,
  confirmIntent,
  createBooks,
  refundByHand,
  reverse,
  settleCharge,
} from "../../test/core-stripe.ts";
import {
  around,
  aroundPledge,
  ask,
  createWorld,
  happen,
  held,
  newId,
  type World,
} from "../../test/core-world.ts";
import { awardable } from "./campaign.ts";
import type { Request } from "./commands.ts";
import type { Command } from "./decide.ts";
import type { DisputeFact } from "./dispute.ts";
import type { RefundFact } from "./events.ts";
import { DAY_MS, endsAt, isReturnedInFull } from "./pledge.ts";

const CAROL = { id: 9, login: "carol" };
const PEOPLE = [ALICE, BOB, CAROL];

function begin(seed: number): Story {
  const choose = chooser(seed);
  const world = createWorld({
    firstPayoutHoldDays: choose.of([0, 7]),
    feeBasisPoints: choose.of([0, 0, 333]),
    chargebacksBorneBy: choose.of(["operator", "payee"]),
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
  const mode = choose.of(["pay-now", "pay-now", "on-merge"] as const);
  const form = aForm({ campaignId: campaignId(story), pledgeId: id, nonce: id, amount, mode });
  ask(world, { command: "startPledge", form }, around(world, campaignId(story)));
}

/** On Stripe's page, open or not: a card payment that was on its way arrives when it arrives. */
function pays(story: Story): void {
  const { world, books, choose } = story;
  const started = [...world.pledges.values()].filter(
    ({ sessionId, chargeId, terms }) =>
      sessionId !== null &&
      (chargeId === null || (terms.mode === "pay-now" && choose.chance(0.03))),
  );
  if (started.length === 0) return;
  const { id, amount, sessionId, terms } = choose.of(started);
  const session = books.sessions.get(sessionId ?? "");
  if (session === "expired" && !choose.chance(0.1)) return;
  books.sessions.set(sessionId ?? "", "complete");
  if (terms.mode === "on-merge") {
    const setupIntentId = `seti_${sessionId}`;
    const saved = aCard({ pledgeId: id, setupIntentId, paymentMethodId: `pm_${sessionId}` });
    happen(world, { event: "cardVerified", ...saved });
    return;
  }
  const payment = charge(books, { pledgeId: id, amount, at: world.at });
  if (choose.chance(0.8)) happen(world, { event: "pledgePaid", payment });
}

/** Confirms with the bank, or saves another card; the bank's page may tell us by a webhook only. */
function mends(story: Story): void {
  const { world, books, choose } = story;
  if (world.pledges.size === 0) return;
  const pledge = choose.of([...world.pledges.values()]);
  const command = choose.of(["retryCharge", "changeCard"] as const);
  ask(world, { command, pledgeId: pledge.id }, { ...around(world, pledge.campaignId), pledge });
  const { id: pledgeId, paymentIntentId, amount, state } = pledge;
  if (state !== "charging" || paymentIntentId === null || !choose.chance(0.2)) return;
  const paid = confirmIntent(books, { paymentIntentId, pledgeId, amount, at: world.at });
  if (typeof paid === "object" && choose.chance(0.5)) {
    happen(world, { event: "pledgePaid", payment: paid });
  }
}

function settles({ world, books, choose }: Story): void {
  if (books.charges.size === 0) return;
  const { chargeId } = choose.of([...books.charges.values()]);
  happen(world, { event: "pledgePaid", payment: settleCharge(books, chargeId) });
}

function refundMoves(story: Story): void {
  const { books, choose } = story;
  if (books.refunds.size === 0) return;
  tellOf(story, advanceRefund(books, choose.of([...books.refunds.keys()])));
}

function banksAsk(story: Story): void {
  const { world, books, choose } = story;
  const fact = choose.chance(0.3) ? beginDispute(books) : advanceDispute(books);
  if (fact !== null && choose.chance(0.8)) happen(world, { event: "disputeSeen", dispute: fact });
}

/** A bank takes back what was paid out, beside hands that take and give: lost, and now and then won after all. */
function banksTakeItBack(story: Story): void {
  const { world, books, choose } = story;
  const paid = new Set(
    [...world.payouts.values()].flatMap(({ state, pledgeId }) =>
      state === "paid" ? [pledgeId] : [],
    ),
  );
  const charges = [...books.charges.values()].filter(({ pledgeId }) => paid.has(pledgeId));
  if (charges.length === 0) return;
  const { chargeId } = choose.of(charges);
  const tell = (fact: DisputeFact | null): void => {
    if (fact !== null && choose.chance(0.9)) happen(world, { event: "disputeSeen", dispute: fact });
  };
  const acts = [
    () => refundsByHand(story, chargeId),
    () => tell(beginDispute(books, chargeId)),
    () => tell(advanceDispute(books, chargeId)),
    () => tell(advanceDispute(books, chargeId)),
    () => reversal(story),
    () => works(story),
    () => works(story),
  ];
  for (let step = choose.between(5, 25); step > 0; step -= 1) choose.of(acts)();
}

function accountChanges({ world, choose }: Story): void {
  for (const { id } of [...world.payees.values()]) {
    happen(world, {
      event: "accountSeen",
      payeeId: id,
      accountId: `acct_${id}`,
      ready: choose.chance(0.7),
      country: "US",
    });
  }
}

function accountGoes({ world, choose }: Story): void {
  const known = [...world.payees.values()].filter(({ accountId }) => accountId !== null);
  if (known.length === 0 || choose.chance(0.9)) return;
  const { id, accountId } = choose.of(known);
  happen(world, { event: "accountLost", payeeId: id, accountId: accountId ?? "" });
}

function reversal({ world, books, choose }: Story): void {
  if (books.transfers.size === 0 || choose.chance(0.5)) return;
  happen(world, reverse(books, choose.of([...books.transfers.keys()])));
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

/** Payees have somebody else paid, or think better of it, or give it to the backers; maintainers agree or not. */
function passesOn(story: Story, from = story.choose.of(PEOPLE)): void {
  const { world, choose } = story;
  const id = campaignId(story);
  const to = choose.of(PEOPLE);
  const named = { login: to.login, person: to, isBot: false };
  const words = { to: to.login, from: from.login };
  const asked = ask(world, { command: "askHandover", person: from, named }, around(world, id));
  if (asked && choose.chance(0.1)) {
    ask(world, { command: "withdrawHandover", person: from }, around(world, id));
  }
  const command = choose.chance(0.8) ? "agreeHandover" : "rejectHandover";
  if (choose.chance(0.7)) say(story, { command, ...words });
  if (choose.chance(0.25)) {
    ask(world, { command: "declineShare", person: from }, around(world, id));
  }
  // And on again, while it still waits.
  for (let step = choose.between(0, 4); step > 0; step -= 1) works(story);
  if (choose.chance(0.5)) passesOn(story, to);
}

/** A maintainer declines the claim that was awarded; who merges next may be paid. */
function rejects(story: Story): void {
  const { world, choose } = story;
  const award = [...world.awards.values()].at(-1);
  if (award?.pullId == null || choose.chance(0.6)) return;
  const command = says({ command: "rejectClaim", why: "no" }, { thread: PULL_THREAD });
  if (!ask(world, command, around(world, award.campaignId, award.pullId))) return;
  // Banks do not wait for the shares to be back, nor the next merge for the banks.
  for (let step = choose.between(5, 15); step > 0; step -= 1) {
    choose.of([works, works, works, banksAsk])(story);
  }
  if (choose.chance(0.7)) merges(story);
}

/** Through the page: takes a pledge back, or moves its date. */
function comesBack({ world, choose }: Story): void {
  if (world.pledges.size === 0) return;
  const pledge = choose.of([...world.pledges.values()]);
  const { id: pledgeId } = pledge;
  const from = endsAt(pledge) ?? 0;
  const command: Command = choose.chance(0.1)
    ? { command: "withdrawPledge", pledgeId }
    : { command: "renewPledge", pledgeId, from, wordingHash: "later" };
  ask(world, command, aroundPledge(world, pledgeId));
}

/** In the dashboard; Stripe's webhook comes, or is late. */
function refundsByHand(story: Story, wanted?: string): void {
  const { world, books, choose } = story;
  if (books.charges.size === 0) return;
  const chargeId = wanted ?? choose.of([...books.charges.keys()]);
  const fact = refundByHand(books, chargeId);
  if (fact !== null && choose.chance(0.7)) tellOf(story, fact);
  else world.at += 60_000;
}

/** As flow tells it: what is known of the charge first. */
function tellOf({ world, books }: Story, refund: RefundFact): void {
  const payment = books.charges.get(refund.chargeId);
  if (payment !== undefined) happen(world, { event: "pledgePaid", payment });
  happen(world, { event: "refundSeen", refund });
}

// ---- A whole life ----

/** Every payee has an account that can be paid, and no maintainer stands in the way. */
function paysOut(story: Story): void {
  for (const { id } of PEOPLE) {
    happen(story.world, {
      event: "accountSeen",
      payeeId: id,
      accountId: `acct_${id}`,
      ready: true,
      country: "US",
    });
  }
  say(story, { command: "releaseAward" });
  // A first payout is held for a week.
  for (let days = 0; days < 8; days += 1) {
    for (let step = 0; step < 6; step += 1) works(story);
    story.world.at += DAY_MS;
  }
}

/** Many lives would end before anything is paid out: some begin with that. */
function soonAwarded(story: Story): void {
  const { choose } = story;
  for (let count = choose.between(1, 4); count > 0; count -= 1) {
    pledges(story);
    // What the page does itself is left to it for a while.
    story.world.at += 300_000;
    for (let step = 0; step < 15; step += 1) works(story);
    for (const act of [pays, pays, settles, settles]) act(story);
  }
  if (choose.chance(0.5)) commands(story);
  mergesNow(story, 0.9);
  for (let step = choose.between(0, 20); step > 0; step -= 1) {
    const act: (of: Story) => void = choose.of([works, works, works, settles, passesOn]);
    act(story);
  }
  if (choose.chance(0.8)) paysOut(story);
  if (choose.chance(0.5)) banksTakeItBack(story);
}

function live(story: Story): void {
  const { choose } = story;
  if (choose.chance(0.4)) soonAwarded(story);
  const acts = [
    [pledges, pledges, pays, pays, pays],
    [mends, comesBack, refundsByHand, passesOn, rejects],
    [accountChanges, accountGoes, reversal, reversal],
    [settles, settles, refundMoves, accountChanges, accountChanges, commands, banksAsk],
    [works, works, works, works, works, works, waits, mergesNow],
  ].flat();
  for (let step = choose.between(30, 150); step > 0; step -= 1) {
    const act: (of: Story) => void = choose.of(acts);
    act(story);
    solvent(story.world);
    leavesNothingWithWhoGaveItUp(story.world);
  }
}

/** Seldom before anybody pledged: that ends the campaign. */
function mergesNow(story: Story, chance = 0.3): void {
  const campaign = story.world.campaigns.get(campaignId(story));
  const pledged = campaign === undefined ? 0n : awardable(campaign);
  if (story.choose.chance(pledged > 0n ? chance : 0.08)) merges(story);
}

function works(story: Story): void {
  const { world, choose } = story;
  const ready = [...world.outbox.values()].filter(
    ({ pending, dueAt, effect }) => pending && dueAt <= world.at && effect.effect !== "mailBacker",
  );
  if (ready.length > 0) perform(story, choose.of(ready));
}

function waits({ world, choose }: Story): void {
  world.at += choose.of([60_000, 3_600_000, DAY_MS, 9 * DAY_MS]);
}

/** Faults stop, and every timer runs, the earliest first. */
function ends(story: Story): void {
  if (story.choose.chance(0.5)) {
    paysOut(story);
    for (let step = 0; step < 60; step += 1) {
      story.choose.of([works, works, works, reversal])(story);
    }
  }
  story.books.chaos = false;
  lastWords(story);
  // Banks come when everything is paid and over.
  for (let times = story.choose.between(0, 2); times > 0; times -= 1) {
    banksTakeItBack(story);
    lastWords(story);
  }
}

/** Whatever was not told is told, and whatever is to be done is done. */
function lastWords(story: Story): void {
  const { world, books } = story;
  for (const dispute of verdicts(books)) happen(world, { event: "disputeSeen", dispute });
  for (const id of books.charges.keys())
    happen(world, { event: "pledgePaid", payment: settleCharge(books, id) });
  // Stripe refuses ours until we are told of those that were made by hand.
  for (const { fact } of books.refunds.values()) tellOf(story, fact);
  worksOff(story);
  // Webhooks that were lost arrive after everything.
  for (const { fact } of books.transfers.values()) happen(world, fact);
  worksOff(story);
}

function worksOff(story: Story): void {
  const { world } = story;
  for (let turns = 0; turns < 5000; turns += 1) {
    const pending = [...world.outbox.values()].filter((due) => due.pending);
    const next = pending.sort((a, b) => a.dueAt - b.dueAt)[0];
    if (next === undefined) return;
    world.at = Math.max(world.at, next.dueAt);
    perform(story, next);
    solvent(world);
    leavesNothingWithWhoGaveItUp(world);
  }
  throw new Error("the outbox never empties");
}

/** Every bank decides in the end. */
function verdicts(books: Story["books"]): DisputeFact[] {
  const isOpen = (): boolean =>
    [...books.disputes.values()].some(({ phase }) => phase === "open" || phase === "inquiry");
  while (isOpen()) advanceDispute(books);
  return [...books.disputes.values()];
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
    for (const kind of ["pledge", "share", "outgoing", "dispute"]) {
      expect([kind, held(world, [kind]).get(currency) ?? 0n]).toEqual([kind, 0n]);
    }
  }
  for (const pledge of world.pledges.values()) {
    expect([
      ...["released", "refunded", "lost", "abandoned"],
      ...["failed", "lapsed", "withdrawn"],
    ]).toContain(pledge.state);
    expect([pledge.id, pledge.disputed]).toEqual([pledge.id, 0n]);
    const { net, amount, operatorFee, operatorFeeReturned, released, returnReason } = pledge;
    const refunded = pledge.refunded + pledge.handRefunded;
    expect([pledge.id, pledge.handRefunding]).toEqual([pledge.id, 0n]);
    // What nobody was awarded goes to its backer alone: the operator never gains by it.
    if (pledge.shared === 0n) {
      const gain = flow(world, pledge.id, "out") - flow(world, pledge.id, "in");
      expect([pledge.id, gain <= 0n]).toEqual([pledge.id, true]);
    }
    const fee = operatorFee - operatorFeeReturned;
    const disputed = [...world.disputes.values()].some(({ pledgeId }) => pledgeId === pledge.id);
    // Of a charge in another currency that a bank took a part of, what is left is in that currency only.
    if (disputed && pledge.settlementCurrency !== pledge.currency) continue;
    if (pledge.lost > 0n) {
      expect([pledge.id, released + refunded + fee <= net + pledge.covered]).toEqual([
        pledge.id,
        true,
      ]);
    } else if (returnReason !== null && isReturnedInFull(returnReason)) {
      expect([pledge.id, refunded, released]).toEqual([pledge.id, amount, 0n]);
    } else if (pledge.chargeId !== null) {
      expect([pledge.id, released + refunded + fee]).toEqual([pledge.id, net + pledge.covered]);
    }
  }
  const promised = [...world.pledges.values()].filter(({ terms }) => terms.mode === "on-merge");
  for (const { id, chargeId } of promised) {
    const charges = [...books.charges.values()].filter((one) => one.pledgeId === id);
    expect([id, charges.map((one) => one.chargeId)]).toEqual([
      id,
      chargeId === null ? [] : [chargeId],
    ]);
  }
  for (const charged of books.charges.values()) {
    const owner = [...world.pledges.values()].find(({ chargeId }) => chargeId === charged.chargeId);
    expect([charged.chargeId, owner?.amount]).toEqual([charged.chargeId, charged.amount]);
  }
  for (const campaign of world.campaigns.values()) {
    expect(campaign.totals).toMatchObject({
      paidIn: 0n,
      promised: 0n,
      collecting: 0n,
      refunding: 0n,
      unfinishedCount: 0,
    });
    expect(campaign.state).not.toBe("awarded");
  }
  asksPayeesForNoMoreThanBanksTook(world, books);
  isWholeOnceBanksGaveItBack(world, books);
  // An award that was taken back pays nobody, whatever came between it and the next.
  for (const { id, state, awardId, awardRound } of world.payouts.values()) {
    if (state !== "paid") continue;
    expect([id, world.awards.get(awardId)?.round]).toEqual([id, awardRound]);
  }
  const known = [...world.payouts.values()].flatMap(({ transferId }) => transferId ?? []);
  const made = [...books.transfers.values()].map(({ fact }) => fact.transferId);
  expect(known.sort()).toEqual(made.sort());
}

/** What went from a pledge and its refunds to the operator, or came back in. */
function flow({ postings }: World, pledgeId: string, way: "in" | "out"): bigint {
  const isOf = (account: string): boolean =>
    account === `pledge:${pledgeId}` || account.startsWith(`outgoing:refund:${pledgeId}:`);
  return postings
    .filter(({ source, destination }) =>
      way === "out"
        ? isOf(source) && destination === "operator"
        : source === "operator" && isOf(destination),
    )
    .reduce((sum, { amount }) => sum + amount, 0n);
}

const MONEY = readFileSync(join(import.meta.dirname, "../../docs/money.md"), "utf8");

/** An arrow of docs/money.md; or two, where the state between them is left out. */
function isDrawn(move: string): boolean {
  const [, kind = "", from = "", to = ""] = /^(\w+): (\S+) --> (\S+)$/.exec(move) ?? [];
  const life = MONEY.split(`## The life of a ${kind}\n`)[1]?.split("```")[1] ?? "";
  const arrows = [...life.matchAll(/^\s*(\S+) --> (\S+)/gm)].map((arrow) => arrow.slice(1, 3));
  const after = (state: string): string[] =>
    arrows.flatMap(([source, target]) =>
      source === state && target !== undefined ? [target] : [],
    );
  return [from, ...after(from)].some((state) => after(state).includes(to));
}

const SEEDS = Array.from({ length: 250 }, (_, index) => index + 1);

test("whatever happens, no cent appears, vanishes, is paid twice or stays behind", () => {
  const seen = new Set<string>();
  const moves = new Set<string>();
  for (const seed of SEEDS) {
    const story = begin(seed);
    try {
      live(story);
      ends(story);
      audit(story);
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error });
    }
    for (const move of story.world.moves) moves.add(move);
    for (const {
      state,
      returnReason,
      charging,
      renewals,
      handRefunded,
      sharesStopped,
      lost,
    } of story.world.pledges.values()) {
      seen.add(state).add(`${returnReason}`);
      if (renewals.length > 0) seen.add("renewed");
      if (handRefunded > 0n) seen.add("by hand").add(`by hand, then ${state}`);
      if (handRefunded > 0n && sharesStopped > 0n && lost === 0n) seen.add("by hand, from shares");
      if (state === "released" && charging !== null) seen.add("a promise paid out");
    }
    for (const { state, totals } of story.world.campaigns.values()) {
      seen.add(state);
      if (totals.uncollected > 0n) seen.add("uncollected");
    }
    for (const { state, handedFrom } of story.world.payouts.values()) {
      if (handedFrom !== null) seen.add(`handed, then ${state}`);
    }
    for (const { state } of story.world.payouts.values()) seen.add(state);
    for (const { effect } of story.world.outbox.values()) {
      if (effect.effect === "reverseTransfer") seen.add("asked back from a payee");
    }
    for (const { round, undone } of story.world.awards.values()) {
      if (undone !== null) seen.add("an award taken back");
      if (round > 1) seen.add("a second award");
    }
  }
  expect([...moves].filter((move) => !isDrawn(move))).toEqual([]);
  // The stories are worth something only if they come to all of these.
  for (const end of [
    "released",
    "refunded",
    "lost",
    "stopped",
    "abandoned",
    "failed",
    "lapsed",
    "withdrawn",
    "renewed",
    "by hand, then refunded",
    "by hand, then released",
    "by hand, from shares",
    "asked back from a payee",
    "an award taken back",
    "a second award",
    "uncollected",
    "a promise paid out",
    "settled",
    "cancelled",
    "expired",
    "paid",
    "returned",
    "declined by the payee",
    "handed",
    "handed, then paid",
    "handed, then handed",
    "handed, then returned",
    "handed, then reversed",
    "refused",
    "failed",
    "reversed",
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
