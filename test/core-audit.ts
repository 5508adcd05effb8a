// The audit of a life that is over: the ledger against the books of its Stripe, and where everybody's money went.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@jest/globals";
import { isReturnedInFull, type Pledge } from "../src/core/pledge.ts";
import type { Story } from "./core-outbox.ts";
import { asksPayeesForNoMoreThanBanksTook, isWholeOnceBanksGaveItBack } from "./core-rules.ts";
import type { Books } from "./core-stripe.ts";
import { held, type World } from "./core-world.ts";

export function audit({ world, books }: Story): void {
  booksAgree(world, books);
  for (const pledge of world.pledges.values()) hasEnded(pledge, world);
  wereChargedOnce(world, books);
  areForgotten(world, books);
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

/** All that is left is the operator's, and Stripe has it. */
function booksAgree(world: World, books: Books): void {
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
}

/** Paid out, given back, taken by its bank, or never charged: to the cent. */
function hasEnded(pledge: Pledge, world: World): void {
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
  if (disputed && pledge.settlementCurrency !== pledge.currency) return;
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

/** A promise has one charge at most, and every charge is some pledge's. */
function wereChargedOnce(world: World, books: Books): void {
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
}

/** Every card that was ever saved is taken off Stripe: each was for one charge. */
function areForgotten({ outbox }: World, { cardOfSession }: Books): void {
  const saved = [...cardOfSession.values()].map(({ paymentMethodId }) => paymentMethodId);
  expect(saved.filter((id) => !outbox.has(`forget-card:${id}`))).toEqual([]);
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

const MONEY = readFileSync(join(import.meta.dirname, "../docs/money.md"), "utf8");

/** An arrow of docs/money.md; or two, where the state between them is left out. */
export function isDrawn(move: string): boolean {
  const [, kind = "", from = "", to = ""] = /^(\w+): (\S+) --> (\S+)$/.exec(move) ?? [];
  const life = MONEY.split(`## The life of a ${kind}\n`)[1]?.split("```")[1] ?? "";
  const arrows = [...life.matchAll(/^\s*(\S+) --> (\S+)/gm)].map((arrow) => arrow.slice(1, 3));
  const after = (state: string): string[] =>
    arrows.flatMap(([source, target]) =>
      source === state && target !== undefined ? [target] : [],
    );
  return [from, ...after(from)].some((state) => after(state).includes(to));
}
