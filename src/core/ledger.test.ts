import { describe, expect, test } from "@jest/globals";
import {
  type AccountKind,
  assertLawful,
  describe as inWords,
  kindOf,
  MAY_OVERDRAW,
  MOVES,
  move,
  pledgeOf,
} from "./ledger.ts";

const EXAMPLES: Record<AccountKind, string> = {
  world: "world",
  "stripe-fees": "stripe-fees",
  operator: "operator",
  pledge: "pledge:p1",
  share: "share:p1:7",
  outgoing: "outgoing:refund:p1:1",
  dispute: "dispute:p1",
};

const KINDS = Object.keys(EXAMPLES) as AccountKind[];

/** The design's table (section 3), written out a second time on purpose. */
const LEGAL = new Set([
  "world pledge",
  "pledge stripe-fees",
  "stripe-fees pledge",
  "pledge share",
  "share pledge",
  "pledge operator",
  "operator pledge",
  "pledge outgoing",
  "outgoing pledge",
  "share outgoing",
  "outgoing share",
  "operator outgoing",
  "outgoing operator",
  "outgoing world",
  "world outgoing",
  "pledge dispute",
  "dispute pledge",
  "dispute world",
  "operator stripe-fees",
  "stripe-fees operator",
  "operator world",
  "world operator",
]);

function posting(source: string, destination: string, amount = 1n) {
  return { source, destination, amount, currency: "usd", balanceTransactionId: null };
}

describe("every pair of accounts is lawful or not", () => {
  const pairs = KINDS.flatMap((from) => KINDS.map((to) => [from, to] as const));
  test.each(pairs)("%s -> %s", (from, to) => {
    const act = () => assertLawful(posting(EXAMPLES[from], EXAMPLES[to]));
    if (LEGAL.has(`${from} ${to}`)) expect(act).not.toThrow();
    else expect(act).toThrow("illegal move");
  });
});

test("the table holds each move once", () => {
  expect(new Set(MOVES.map(([from, to]) => `${from} ${to}`))).toEqual(LEGAL);
  expect(MOVES).toHaveLength(LEGAL.size);
});

test("unclaimed money reaches only its own pledge", () => {
  const out = MOVES.filter(([from]) => from === "share").map(([, to]) => to);
  expect(out.sort()).toEqual(["outgoing", "pledge"]);
});

test.each([
  ["pledge:p1", "share:p2:7"],
  ["share:p1:7", "pledge:p2"],
  ["pledge:p1", "dispute:p2"],
  ["dispute:p1", "pledge:p2"],
  ["pledge:p1", "outgoing:refund:p2:1"],
  ["share:p1:7", "outgoing:transfer:p2:7:1"],
  ["outgoing:hand:p1:re_1", "pledge:p2"],
  ["outgoing:transfer:p1:7:1", "share:p2:7"],
])("%s -> %s would give one backer's money to another's", (source, destination) => {
  expect(() => assertLawful(posting(source, destination))).toThrow("one backer's money");
});

/** Some of each kind, of three pledges: `p1` is also the number of a refund and the name of one of Stripe's. */
const ACCOUNTS = ["p1", "p2", "refund"].flatMap((pledge) => [
  `pledge:${pledge}`,
  `dispute:${pledge}`,
  `share:${pledge}:7`,
  `share:${pledge}:8`,
  `outgoing:refund:${pledge}:1`,
  `outgoing:hand:${pledge}:p1`,
  `outgoing:transfer:${pledge}:7:1`,
  `outgoing:transfer:${pledge}:8:2`,
]);

const ENDS = ["world", "operator", "stripe-fees"];

function isLawful(source: string, destination: string): boolean {
  try {
    assertLawful(posting(source, destination));
    return true;
  } catch {
    return false;
  }
}

/** Wherever money can get to by any number of moves, before it is the outside's, Stripe's or the operator's. */
function reachableFrom(start: string): string[] {
  const reached = new Set([start]);
  for (const account of reached) {
    if (ENDS.includes(account)) continue;
    for (const next of [...ACCOUNTS, ...ENDS]) {
      if (isLawful(account, next)) reached.add(next);
    }
  }
  return [...reached].filter((account) => !ENDS.includes(account));
}

test.each(ACCOUNTS)("what is in %s stays its pledge's, whatever moves follow", (account) => {
  const reached = reachableFrom(account);
  expect(new Set(reached.map(pledgeOf))).toEqual(new Set([pledgeOf(account)]));
  expect(reached).toContain(`pledge:${pledgeOf(account)}`);
});

test.each([
  ["world", "pledge:"],
  ["world", "pledge"],
  ["world", "pledge:p1:7"],
  ["pledge:p1", "share:p1"],
  ["pledge:p1", "share:p1:alice"],
  ["pledge:p1", "outgoing:"],
  ["pledge:p1", "outgoing:refund:p1"],
  ["world:1", "pledge:p1"],
])("%s -> %s is misspelt", (source, destination) => {
  expect(() => assertLawful(posting(source, destination))).toThrow("misspelt");
});

test.each([0n, -1n])("an amount of %s is no posting", (amount) => {
  expect(() => assertLawful(posting("world", "pledge:p1", amount))).toThrow("positive amount");
});

test("nothing is moved for nothing", () => {
  expect(move("world", "pledge:p1", { amount: 0n, currency: "usd" })).toEqual([]);
  expect(move("world", "pledge:p1", { amount: 5n, currency: "usd" }).map(inWords)).toEqual([
    "world -> pledge:p1 5 usd",
  ]);
});

test("only the outside and the operator may be overdrawn", () => {
  expect([...MAY_OVERDRAW].sort()).toEqual(["operator", "world"]);
  for (const kind of KINDS) expect(kindOf(EXAMPLES[kind])).toBe(kind);
});
