import { expect, test } from "@jest/globals";
import { compareBalances, compareMovements, costsOf, isEqual, type Movement } from "./books.ts";
import { costLines, reportLines } from "./books-report.ts";
import type { Posting } from "./ledger.ts";

function posting(source: string, destination: string, amount: bigint, id: string | null): Posting {
  return { source, destination, amount, currency: "usd", balanceTransactionId: id };
}

function movement(id: string, amount: bigint, fee = 0n, type = "charge"): Movement {
  return { id, type, currency: "usd", amount, fee };
}

const usdSides = { currency: "usd", ledger: 0n };
const usd = (amount: bigint) => ({ currency: "usd", amount });

const CHARGE = [
  posting("world", "pledge:p1", 5000n, "txn_1"),
  posting("pledge:p1", "stripe-fees", 175n, "txn_1"),
  posting("pledge:p1", "share:p1:7", 4825n, null),
];

test("equal to the cent: pledges, shares, what is on its way and the operator's own are at Stripe", () => {
  const ledger = [
    { account: "world", ...usd(-5000n) },
    { account: "stripe-fees", ...usd(175n) },
    { account: "pledge:p1", ...usd(1000n) },
    { account: "share:p1:7", ...usd(2000n) },
    { account: "outgoing:refund:p1:1", ...usd(1925n) },
    { account: "dispute:p2", ...usd(300n) },
    { account: "operator", ...usd(-100n) },
  ];
  const balances = compareBalances(ledger, [usd(4000n), usd(800n), usd(25n)]);
  expect(balances).toEqual([{ currency: "usd", ledger: 4825n, stripe: 4825n }]);
  expect(isEqual({ balances, differences: [] })).toBe(true);
  const differences = [{ difference: "not at Stripe" as const, id: "txn_1", ...usdSides }];
  expect(isEqual({ balances, differences })).toBe(false);
});

test("each currency by itself, and one that only one side knows", () => {
  const ledger = [
    { account: "pledge:p1", ...usd(1000n) },
    { account: "pledge:p2", currency: "eur", amount: 500n },
  ];
  const balances = compareBalances(ledger, [usd(999n), { currency: "sek", amount: 1n }]);
  expect(balances).toEqual([
    { currency: "eur", ledger: 500n, stripe: 0n },
    { currency: "sek", ledger: 0n, stripe: 1n },
    { currency: "usd", ledger: 1000n, stripe: 999n },
  ]);
  expect(isEqual({ balances, differences: [] })).toBe(false);
});

test("movements that the postings mirror explain nothing", () => {
  expect(compareMovements(CHARGE, [movement("txn_1", 5000n, 175n)])).toEqual([]);
});

test("a movement without a posting is named, unless it is only shown elsewhere", () => {
  const topup = movement("txn_2", 700n, 0n, "topup");
  const reserved = movement("txn_3", -100n, 0n, "reserve_transaction");
  expect(compareMovements(CHARGE, [movement("txn_1", 5000n, 175n), topup, reserved])).toEqual([
    { difference: "not booked", movement: topup },
  ]);
});

test("another amount, an id that Stripe does not know, and money without any", () => {
  const stray = posting("operator", "world", 5n, null);
  const unknown = posting("outgoing:transfer:1", "world", 40n, "txn_9");
  expect(compareMovements([...CHARGE, unknown, stray], [movement("txn_1", 5000n, 180n)])).toEqual([
    { difference: "booked otherwise", id: "txn_1", currency: "usd", ledger: 4825n, stripe: 4820n },
    { difference: "not at Stripe", id: "txn_9", currency: "usd", ledger: -40n },
    { difference: "without evidence", posting: stray },
  ]);
});

test("the report names what to look at", () => {
  const stray = posting("operator", "world", 5n, null);
  const lines = reportLines({
    balances: [
      { currency: "eur", ledger: 0n, stripe: 0n },
      { currency: "jpy", ledger: 500n, stripe: 400n },
      { currency: "usd", ledger: -5n, stripe: 4820n },
    ],
    differences: [
      { difference: "not booked", movement: movement("txn_1", 5000n, 180n) },
      { difference: "booked otherwise", id: "txn_2", currency: "usd", ledger: 1n, stripe: 2n },
      { difference: "not at Stripe", id: "txn_3", currency: "jpy", ledger: -40n },
      { difference: "without evidence", posting: stray },
    ],
  });
  expect(lines.join("\n")).toMatchInlineSnapshot(`
"✓ eur: the ledger and Stripe both hold 0.00
✗ jpy: the ledger holds 500, Stripe 400
✗ usd: the ledger holds -0.05, Stripe 48.20
  txn_1 (charge, 48.20 usd) is not booked
  txn_2 moved 0.02 usd at Stripe, 0.01 in the ledger
  txn_3 moved -40 jpy in the ledger, and Stripe does not know it
  operator -> world 5 usd names no balance transaction"
`);
});

test("what pledges cost the operator is said in all and of each, less what it had from them", () => {
  const costs = costsOf([
    ...CHARGE,
    posting("pledge:p1", "operator", 250n, null),
    posting("operator", "pledge:p1", 5000n, null),
    posting("operator", "pledge:p2", 88n, null),
    posting("operator", "outgoing:transfer:p3:7:2", 300n, "txn_8"),
    posting("outgoing:transfer:p3:7:2", "operator", 300n, "txn_9"),
    posting("pledge:p4", "operator", 125n, null),
    posting("world", "operator", 9000n, "txn_10"),
    posting("operator", "stripe-fees", 200n, "txn_11"),
    { ...posting("operator", "pledge:p1", 7n, null), currency: "eur" },
  ]);
  expect(costLines(costs)).toEqual([
    "usd: chargebacks, refunds in full and refunds by hand cost you 48.38 so far, besides fees",
    "  pledge p1: 47.50",
    "  pledge p2: 0.88",
    "eur: chargebacks, refunds in full and refunds by hand cost you 0.07 so far, besides fees",
    "  pledge p1: 0.07",
  ]);
  expect(costLines(costsOf(CHARGE))).toEqual([]);
});
