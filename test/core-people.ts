// What backers, maintainers and payees do in a random life: each act by chance, allowed or not.
import { awardable } from "../src/core/campaign.ts";
import type { Request } from "../src/core/commands.ts";
import type { Command } from "../src/core/decide.ts";
import { endsAt } from "../src/core/pledge.ts";
import { banksAsk } from "./core-banks.ts";
import type { Story } from "./core-outbox.ts";
import { around, aroundPledge, newId } from "./core-situation.ts";
import {
  ALICE,
  aCard,
  aForm,
  aMergedPull,
  aNotice,
  aPull,
  BOB,
  CAROL,
  GOOD_MERGE,
  MAINTAINER,
  PULL_THREAD,
  says,
} from "./core-spec.ts";
import { charge, confirmIntent } from "./core-stripe.ts";
import { works } from "./core-time.ts";
import { ask, happen } from "./core-world.ts";

export const PEOPLE = [ALICE, BOB, CAROL];

/** The one that was begun last. */
export function campaignId({ world }: Story): string {
  return [...world.campaigns.keys()].at(-1) ?? "none";
}

export function say(story: Story, request: Request): boolean {
  const named = PEOPLE.map((person) => ({ login: person.login, person, isBot: false }));
  return ask(story.world, says(request, { named }), around(story.world, campaignId(story)));
}

export function pledges(story: Story): void {
  const { world, choose } = story;
  const amount = `${choose.between(5, 90)}.${choose.between(10, 99)}`;
  const id = newId(world);
  const mode = choose.of(["pay-now", "pay-now", "on-merge"] as const);
  const form = aForm({ campaignId: campaignId(story), pledgeId: id, nonce: id, amount, mode });
  ask(world, { command: "startPledge", form }, around(world, campaignId(story)));
}

/** On Stripe's page, open or not: a card payment that was on its way arrives when it arrives. */
export function pays(story: Story, late = false): void {
  const { world, books, choose } = story;
  const started = [...world.pledges.values()].filter(
    ({ sessionId, chargeId, terms }) =>
      sessionId !== null &&
      (chargeId === null || (terms.mode === "pay-now" && choose.chance(0.03))),
  );
  if (started.length === 0) return;
  const { id, amount, sessionId, terms } = choose.of(started);
  const session = books.sessions.get(sessionId ?? "");
  if (session === "expired" && !choose.chance(late ? 0.7 : 0.1)) return;
  books.sessions.set(sessionId ?? "", "complete");
  if (terms.mode === "on-merge") {
    const setupIntentId = `seti_${sessionId}`;
    const saved = aCard({ pledgeId: id, setupIntentId, paymentMethodId: `pm_${sessionId}` });
    books.cardOfSession.set(sessionId ?? "", saved);
    if (choose.chance(0.9)) happen(world, { event: "cardVerified", ...saved });
    return;
  }
  const payment = charge(books, { pledgeId: id, amount, at: world.at });
  if (choose.chance(0.8)) happen(world, { event: "pledgePaid", payment });
}

/** Confirms with the bank, or saves another card; the bank's page may tell us by a webhook only. */
export function mends(story: Story): void {
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

/** Through the page: takes a pledge back, or moves its date. */
export function comesBack({ world, choose }: Story): void {
  if (world.pledges.size === 0) return;
  const pledge = choose.of([...world.pledges.values()]);
  const { id: pledgeId } = pledge;
  const from = endsAt(pledge) ?? 0;
  const command: Command = choose.chance(0.1)
    ? { command: "withdrawPledge", pledgeId }
    : { command: "renewPledge", pledgeId, from, wordingHash: "later" };
  ask(world, command, aroundPledge(world, pledgeId));
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

/** Seldom before anybody pledged: that ends the campaign. */
export function mergesNow(story: Story, chance = 0.3): void {
  const campaign = story.world.campaigns.get(campaignId(story));
  const pledged = campaign === undefined ? 0n : awardable(campaign);
  if (story.choose.chance(pledged > 0n ? chance : 0.08)) merges(story);
}

export function commands(story: Story): void {
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
export function passesOn(story: Story, from = story.choose.of(PEOPLE)): void {
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
export function rejects(story: Story): void {
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

export function accountChanges({ world, choose }: Story): void {
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

export function accountGoes({ world, choose }: Story): void {
  const known = [...world.payees.values()].filter(({ accountId }) => accountId !== null);
  if (known.length === 0 || choose.chance(0.9)) return;
  const { id, accountId } = choose.of(known);
  happen(world, { event: "accountLost", payeeId: id, accountId: accountId ?? "" });
}
