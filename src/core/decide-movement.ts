// Stripe's balance moved for none of our pledges: a top-up, a payout to the operator's bank, a fee of Stripe's own. It
// is the operator's, booked once.
import { isBookable, type Movement } from "./books.ts";
import { type Decision, decision, needed, type Situation } from "./decision.ts";
import { move, OPERATOR, type Posting, STRIPE_FEES, WORLD } from "./ledger.ts";

export function onBalanceMoved(movement: Movement, situation: Situation): Decision {
  const { isBooked, feesPaid } = needed(situation.books, "books");
  if (isBooked || !isBookable(movement)) return decision({});
  return decision({
    postings: isFee(movement) ? feeMoved(movement, feesPaid) : moneyMoved(movement),
  });
}

/** docs.stripe.com/reports/balance-transaction-types: Connect's fees are `stripe_fee`, too. */
const FEES: readonly string[] = ["stripe_fee", "stripe_fx_fee", "tax_fee"];

function isFee({ type }: Movement): boolean {
  return FEES.includes(type);
}

/** What Stripe gives back beyond what it was paid here comes from outside. */
function feeMoved({ id, currency, amount, fee }: Movement, feesPaid: bigint): Posting[] {
  const options = { currency, balanceTransactionId: id };
  const back = amount - fee;
  if (back < 0n) return move(OPERATOR, STRIPE_FEES, { ...options, amount: -back });
  const paidBefore = back < feesPaid ? back : feesPaid;
  return [
    ...move(STRIPE_FEES, OPERATOR, { ...options, amount: paidBefore }),
    ...move(WORLD, OPERATOR, { ...options, amount: back - paidBefore }),
  ];
}

function moneyMoved({ id, currency, amount, fee }: Movement): Posting[] {
  const options = { currency, balanceTransactionId: id };
  const paid = fee > 0n ? fee : 0n;
  const gross = amount - fee + paid;
  return [
    ...(gross >= 0n
      ? move(WORLD, OPERATOR, { ...options, amount: gross })
      : move(OPERATOR, WORLD, { ...options, amount: -gross })),
    ...move(OPERATOR, STRIPE_FEES, { ...options, amount: paid }),
  ];
}
