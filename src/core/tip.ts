// A tip: a campaign for one person, awarded when it is offered, so that what is paid is theirs at once.
// Its payouts are held: without a merge in between, a stolen card would otherwise be money by tomorrow.
import type { Campaign } from "./campaign.ts";
import { type Currency, chargeMinimum } from "./money.ts";
import type { Payee } from "./payout.ts";
import { DAY_MS, type Offer } from "./pledge.ts";

/** How long the link of a tip can be paid through. */
export const TIP_OPEN_DAYS = 7;

/** A tip is one payment: while nobody has paid it, and not for ever. */
export function takesTip({ kind, totals, createdAt }: Campaign, at: number): boolean {
  const { paidIn, released, refunding, refunded } = totals;
  const paid = paidIn + released + refunding + refunded > 0n;
  return kind === "tip" && !paid && at < createdAt + TIP_OPEN_DAYS * DAY_MS;
}

/**
 * The largest tip, and the most that one person is paid in tips in a day, in minor units. The setting is in US
 * dollars; in other currencies it is scaled by the least that Stripe charges in them.
 */
export function tipLimitIn(currency: Currency, tipLimitDollars: number): bigint {
  return BigInt(tipLimitDollars) * 2n * chargeMinimum(currency);
}

const WHOLE = 10_000n;

/** `payee`: with what it uses of the day's limit. `from`: when to ask again. */
type Room = { fits: true; payee: Payee } | { fits: false; from: number };

/**
 * Whether a tip may leave now: what its payee is sent in tips today leaves room for it, or it is the day's first.
 * Days are UTC; what was sent is counted in basis points of the limit.
 */
export function roomForTip(
  payee: Payee,
  options: { amount: bigint; limit: bigint; at: number },
): Room {
  const { amount, limit, at } = options;
  const today = at - (at % DAY_MS);
  const known = payee.tipDay !== null && payee.tipDay >= today;
  const day = known ? (payee.tipDay ?? today) : today;
  const used = known ? payee.tipDayUsed : 0;
  const part = limit === 0n ? Number(WHOLE) : Number((amount * WHOLE) / limit);
  return used === 0 || used + part <= Number(WHOLE)
    ? { fits: true, payee: { ...payee, tipDay: day, tipDayUsed: used + part } }
    : { fits: false, from: day + DAY_MS };
}

/** The terms of a tip in words, as its page shows them; the pledge pins their hash. */
export function tipWording(
  login: string,
  { operatorFeeBasisPoints, holdDaysMax }: Offer,
): string[] {
  const fee =
    operatorFeeBasisPoints === 0
      ? "The operator of this bot takes no fee."
      : `The operator of this bot takes ${operatorFeeBasisPoints / 100} % of what is paid out, nothing of what goes back.`;
  return [
    `Your card is charged now. You pay ${login} for work on this project. It is neither a donation nor an escrow account.`,
    `The money is sent to ${login}'s Stripe account, less Stripe's fee, once it is connected and the operator's time for checks is over. ${fee} You cannot take it back.`,
    `What ${login} has not claimed ${holdDaysMax} days after the charge goes back to your card.`,
    "Stripe keeps its fee on refunds: what goes back is what you paid less that fee. Only a payment that arrives twice or settles in another currency goes back in full.",
  ];
}
