// What a comparison of the books says, line by line, with the ids to look at.
import type { Comparison, Cost, Difference, Sides } from "./books.ts";
import { describe } from "./ledger.ts";
import { decimalText, isCurrency } from "./money.ts";

export function reportLines({ balances, differences }: Comparison): string[] {
  return [...balances.map(balanceLine), ...differences.map((one) => `  ${differenceLine(one)}`)];
}

/** What the operator bore so far, in all and of which pledges. */
export function costLines(costs: readonly Cost[]): string[] {
  const currencies = [...new Set(costs.map(({ currency }) => currency))];
  return currencies.flatMap((currency) => {
    const own = costs.filter((one) => one.currency === currency);
    const sum = own.reduce((all, { amount }) => all + amount, 0n);
    return [
      `${currency}: chargebacks, refunds in full and refunds by hand cost you ${decimal(sum, currency)} so far, besides fees`,
      ...own.map(({ pledgeId, amount }) => `  pledge ${pledgeId}: ${decimal(amount, currency)}`),
    ];
  });
}

function balanceLine({ currency, ledger, stripe }: Sides): string {
  return ledger === stripe
    ? `✓ ${currency}: the ledger and Stripe both hold ${decimal(ledger, currency)}`
    : `✗ ${currency}: the ledger holds ${decimal(ledger, currency)}, Stripe ${decimal(stripe, currency)}`;
}

function differenceLine(one: Difference): string {
  switch (one.difference) {
    case "not booked": {
      const { id, type, currency, amount, fee } = one.movement;
      return `${id} (${type}, ${decimal(amount - fee, currency)} ${currency}) is not booked`;
    }
    case "booked otherwise":
      return `${one.id} moved ${decimal(one.stripe, one.currency)} ${one.currency} at Stripe, ${decimal(one.ledger, one.currency)} in the ledger`;
    case "not at Stripe":
      return `${one.id} moved ${decimal(one.ledger, one.currency)} ${one.currency} in the ledger, and Stripe does not know it`;
    case "without evidence":
      return `${describe(one.posting)} names no balance transaction`;
  }
}

function decimal(minor: bigint, currency: string): string {
  return isCurrency(currency) ? decimalText({ minor, currency }) : `${minor} minor units`;
}
