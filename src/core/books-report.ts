// What a comparison of the books says, line by line, with the ids to look at.
import type { Comparison, Difference, Sides } from "./books.ts";
import { describe } from "./ledger.ts";
import { decimalText, isCurrency } from "./money.ts";

export function reportLines({ balances, differences }: Comparison): string[] {
  return [...balances.map(balanceLine), ...differences.map((one) => `  ${differenceLine(one)}`)];
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
