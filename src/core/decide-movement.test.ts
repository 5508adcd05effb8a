import { expect, test } from "@jest/globals";
import { given } from "../../test/core-given.ts";
import { aSituation } from "../../test/core-spec.ts";
import type { Books, Movement } from "./books.ts";

const NEW: Books = { isBooked: false, feesPaid: 0n };

function moved(parts: Partial<Movement>): { event: "balanceMoved"; movement: Movement } {
  const movement = { id: "txn_1", type: "topup", currency: "usd", amount: 0n, fee: 0n, ...parts };
  return { event: "balanceMoved", movement };
}

const TABLE: [what: string, parts: Partial<Movement>, postings: string[]][] = [
  ["a top-up", { type: "topup", amount: 5000n }, ["world -> operator 5000 usd"]],
  ["its reversal", { type: "topup_reversal", amount: -5000n }, ["operator -> world 5000 usd"]],
  [
    "a payout to the operator's bank, which cost something",
    { type: "payout", amount: -3000n, fee: 45n },
    ["operator -> world 3000 usd", "operator -> stripe-fees 45 usd"],
  ],
  [
    "a payout that failed, its fee returned",
    { type: "payout_failure", amount: 3000n, fee: -45n },
    ["world -> operator 3045 usd"],
  ],
  ["a fee of Stripe's", { type: "stripe_fee", amount: -200n }, ["operator -> stripe-fees 200 usd"]],
  [
    "a fee with tax on it",
    { type: "stripe_fee", amount: -200n, fee: 40n },
    ["operator -> stripe-fees 240 usd"],
  ],
  ["tax on fees", { type: "tax_fee", amount: -19n }, ["operator -> stripe-fees 19 usd"]],
  [
    "somebody else's charge on the account",
    { type: "charge", amount: 1000n, fee: 59n },
    ["world -> operator 1000 usd", "operator -> stripe-fees 59 usd"],
  ],
  ["a kind that Stripe invents", { type: "boon", amount: 7n }, ["world -> operator 7 usd"]],
  ["what is shown as reserved beside it", { type: "reserve_transaction", amount: -900n }, []],
  ["nothing at all", { type: "adjustment" }, []],
];

test.each(TABLE)("%s is the operator's", (_what, parts, postings) => {
  given(aSituation({ books: NEW }))
    .when(moved(parts))
    .then({ postings, effects: [] });
});

test("each posting carries the balance transaction's id", () => {
  const { answer } = given(aSituation({ books: NEW })).when(moved({ amount: 10n, fee: 1n }));
  expect(answer.ok && answer.decision.postings.map((one) => one.balanceTransactionId)).toEqual([
    "txn_1",
    "txn_1",
  ]);
});

test("a fee that is given back comes out of the fees that were paid, the rest from outside", () => {
  given(aSituation({ books: { isBooked: false, feesPaid: 150n } }))
    .when(moved({ type: "stripe_fee", amount: 200n }))
    .then({ postings: ["stripe-fees -> operator 150 usd", "world -> operator 50 usd"] });
});

test("what is booked is not booked again", () => {
  given(aSituation({ books: { isBooked: true, feesPaid: 0n } }))
    .when(moved({ amount: 5000n }))
    .thenNothing();
});
