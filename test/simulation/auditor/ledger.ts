// What the ledger says that Stripe holds, against what Stripe holds, to the cent and per currency.
import type { World } from "../world.ts";
import { UNDECIDED } from "./money.ts";
import { chargeBooks, sum } from "./stripe-books.ts";

const HELD = ["pledge", "share", "operator", "outgoing"];

interface Posting {
  source: string;
  destination: string;
  amount: bigint;
  currency: string;
  balance_transaction_id: string | null;
}

export function ledgerEqualsStripe(world: World): string[] {
  const postings = world.database.prepare("select * from postings").all() as Posting[];
  const held = new Map<string, bigint>();
  const add = (currency: string, amount: bigint): void => {
    held.set(currency, (held.get(currency) ?? 0n) + amount);
  };
  for (const { source, destination, amount, currency } of postings) {
    if (HELD.includes(kindOf(source))) add(currency, -amount);
    if (HELD.includes(kindOf(destination))) add(currency, amount);
  }
  const booked = new Set(postings.map((one) => one.balance_transaction_id));
  const { stripe } = world.town;
  for (const { id, type, amount, fee, currency } of stripe.balanceTransactions()) {
    if (type === "topup" && !booked.has(id)) add(currency, BigInt(amount - fee));
  }
  const { available, pending } = stripe.balance();
  for (const { currency, amount } of [...available, ...pending]) add(currency, -BigInt(amount));
  return [...held]
    .filter(([, amount]) => amount !== 0n)
    .map(([currency, amount]) => `the ledger holds ${amount} ${currency} more than Stripe`);
}

/** What a bank took and has not decided about is booked as with that bank; what is decided, as nobody's there. */
export function whatBanksHoldIsBooked(world: World): string[] {
  const postings = world.database
    .prepare("select * from postings where source like 'dispute:%' or destination like 'dispute:%'")
    .all() as Posting[];
  return chargeBooks(world).flatMap(({ charge, pledge, disputes }) => {
    const account = `dispute:${pledge}`;
    const into = postings.filter(({ destination }) => destination === account);
    const from = postings.filter(({ source }) => source === account);
    const [arrived, left] = [into, from].map((some) => sum(some.map((one) => Number(one.amount))));
    const booked = (arrived ?? 0) - (left ?? 0);
    const undecided = disputes.filter(({ status }) => UNDECIDED.includes(status));
    const held = -sum(
      undecided.flatMap((one) => one.balance_transactions.map(({ amount }) => amount)),
    );
    return booked === held ? [] : [`of ${charge.id} a bank holds ${held}, booked are ${booked}`];
  });
}

function kindOf(account: string): string {
  return account.split(":", 1)[0] ?? "";
}
