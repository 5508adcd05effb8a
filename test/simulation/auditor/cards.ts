// One card per issue, and its numbers are the truth: what Stripe took, sent and gave back.
import type { World } from "../world.ts";
import { UNDECIDED } from "./money.ts";
import { type ChargeBook, chargeBooks, sum } from "./stripe-books.ts";
import { botComments, isReachable, nameOf, type Thread, threads } from "./threads.ts";

export function oneCardPerIssue(world: World): string[] {
  return threads(world).flatMap((thread) => {
    const cards = cardsOn(world, thread).length;
    return cards > 1 ? [`${nameOf(thread)} has ${cards} cards`] : [];
  });
}

export function cardsOn(world: World, thread: Thread): string[] {
  return botComments(world, thread)
    .map(({ body }) => body ?? "")
    .filter((body) => body.includes("<!-- whipround:card:"));
}

export function cardsTellTheTruth(world: World): string[] {
  const books = chargeBooks(world);
  return threads(world).flatMap((thread) => {
    if (!isReachable(world, thread)) return [];
    const card = cardsOn(world, thread)[0];
    const campaign = /\/campaigns\/([^/]+)\/progress/.exec(card ?? "")?.[1];
    if (card === undefined || campaign === undefined) return [];
    const its = books.filter((book) => book.campaign === campaign);
    return liesOf(card, its).map((lie) => `the card of ${nameOf(thread)}: ${lie}`);
  });
}

/** Pledges that settled in their own currency only: a card counts in the campaign's. */
function liesOf(card: string, books: readonly ChargeBook[]): string[] {
  const truth: Record<string, number> = {
    "Paid out": sum(books.map(({ transferred }) => transferred)),
    "Given back": sum(books.map(({ refunded, refundedByHand }) => refunded + refundedByHand)),
    "Disputed by a bank": disputed(books, UNDECIDED),
    // What was prevented by giving the money back is gone as well.
    "Lost to a chargeback": disputed(books, ["lost"]) + resolved(books),
  };
  return Object.entries(truth).flatMap(([row, cents]) => {
    const shown = centsIn(card, row);
    return shown === cents ? [] : [`${row} is ${shown}, in truth ${cents}`];
  });
}

function disputed(books: readonly ChargeBook[], statuses: readonly string[]): number {
  const disputes = books.flatMap((book) => book.disputes);
  return sum(
    disputes.filter(({ status }) => statuses.includes(status)).map(({ amount }) => amount),
  );
}

function resolved(books: readonly ChargeBook[]): number {
  const taken = books
    .flatMap((book) => book.disputes)
    .filter((one) => one.status === "prevented" && one.balance_transactions.length > 0);
  return sum(taken.map(({ amount }) => amount));
}

/** A row of nothing is not shown. */
function centsIn(card: string, row: string): number {
  const text = new RegExp(`^\\| ${row} \\| \\$([0-9,.]+)`, "m").exec(card)?.[1];
  return text === undefined ? 0 : Math.round(Number(text.replace(/,/g, "")) * 100);
}
