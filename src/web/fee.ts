// A rough figure of what Stripe keeps, for the page where people decide. The true fee depends on the card
// and on the operator's country, and is known only once Stripe has booked the charge.
import type { Currency, Money } from "../core/money.ts";

/** Stripe's list price for a domestic card, rounded up; `fixed` in minor units. */
interface ListPrice {
  basisPoints: bigint;
  fixed: bigint;
}

const USUAL: ListPrice = { basisPoints: 290n, fixed: 30n };

// stripe.com/pricing, by the country that has the currency. Percentages below 2.9 are not used: an
// operator elsewhere pays more, and the figure should rather be too high.
const LIST_PRICES: Readonly<Record<Currency, ListPrice>> = {
  czk: { basisPoints: 290n, fixed: 650n },
  dkk: { basisPoints: 290n, fixed: 180n },
  jpy: { basisPoints: 360n, fixed: 0n },
  mxn: { basisPoints: 360n, fixed: 300n },
  nok: { basisPoints: 290n, fixed: 200n },
  pln: { basisPoints: 290n, fixed: 100n },
  sek: { basisPoints: 290n, fixed: 180n },
};

/** About what Stripe keeps of a charge, rounded up to the minor unit. */
export function roughStripeFee({ minor, currency }: Money): Money {
  const { basisPoints, fixed } = LIST_PRICES[currency] ?? USUAL;
  return { minor: (minor * basisPoints + 9_999n) / 10_000n + fixed, currency };
}
