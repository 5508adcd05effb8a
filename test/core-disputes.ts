// Disputes in the books of the core's own Stripe: a bank asks or takes, changes its mind, decides.
import type { DisputeFact, DisputeMovement } from "../src/core/dispute.ts";
import { type Books, book, refundedOf } from "./core-stripe.ts";

const FEE = 1500n;

/**
 * A bank begins one, on this charge or on any that has settled and is not disputed, of no more than its owner has
 * not back already; null where none can be begun.
 */
export function beginDispute(books: Books, wanted?: string): DisputeFact | null {
  const { choose } = books;
  const charges = [...books.charges.values()].filter(
    ({ chargeId, settlement, amount }) =>
      (wanted === undefined || wanted === chargeId) &&
      settlement !== null &&
      !books.disputes.has(chargeId) &&
      amount - refundedOf(books, chargeId) > 1n,
  );
  if (charges.length === 0) return null;
  const charged = choose.of(charges);
  const { chargeId, pledgeId } = charged;
  const amount = charged.amount - refundedOf(books, chargeId);
  const inquiry = choose.chance(0.3);
  const fact: DisputeFact = {
    disputeId: `du_${chargeId}`,
    pledgeId,
    chargeId,
    phase: inquiry ? "inquiry" : "open",
    amount: choose.chance(0.7) ? amount : amount / 2n,
    movements: [],
  };
  return keep(books, inquiry ? fact : taken(books, fact));
}

/** The bank's next word on this charge's, or on one of them; what it took it takes once. */
export function advanceDispute(books: Books, wanted?: string): DisputeFact | null {
  const { choose } = books;
  const disputes = [...books.disputes.values()].filter(
    ({ chargeId }) => wanted === undefined || wanted === chargeId,
  );
  if (disputes.length === 0) return null;
  const fact = choose.of(disputes);
  switch (fact.phase) {
    case "inquiry":
      return choose.chance(0.5)
        ? keep(books, { ...fact, phase: "closed" })
        : keep(books, taken(books, { ...fact, phase: "open" }));
    case "open":
      return choose.chance(0.5)
        ? keep(books, { ...fact, phase: "lost" })
        : keep(books, returned(books, { ...fact, phase: "won" }));
    case "lost":
      return choose.chance(0.3) ? keep(books, returned(books, { ...fact, phase: "won" })) : fact;
    default:
      return fact;
  }
}

function keep(books: Books, fact: DisputeFact): DisputeFact {
  books.disputes.set(fact.chargeId, fact);
  return fact;
}

function taken(books: Books, fact: DisputeFact): DisputeFact {
  return moved(books, fact, { sign: -1n, fee: FEE });
}

function returned(books: Books, fact: DisputeFact): DisputeFact {
  return moved(books, fact, { sign: 1n, fee: books.choose.chance(0.2) ? -FEE : 0n });
}

function moved(
  books: Books,
  fact: DisputeFact,
  { sign, fee }: { sign: 1n | -1n; fee: bigint },
): DisputeFact {
  const settled = books.charges.get(fact.chargeId)?.settlement;
  if (settled == null) throw new Error(`charge ${fact.chargeId} has not settled`);
  const { currency } = settled;
  const amount = currency === "usd" ? fact.amount : (fact.amount * 9n) / 10n;
  const { id } = book(books, { currency, amount, fee }, sign);
  const movement: DisputeMovement = { id, currency, amount: sign * amount, fee };
  return { ...fact, movements: [...fact.movements, movement] };
}
