// Policy files as maintainers write them: those that count, and what is said of those that do not.
import { expect, test } from "@jest/globals";
import { DEFAULT_POLICY, type Policy } from "../core/policy.ts";
import { POLICY_FIELDS, parsePolicy } from "./policy-file.ts";

const GOOD: [what: string, text: string, policy: Partial<Policy>][] = [
  ["an empty file", "", {}],
  ["a file of comments", "# nothing yet\n", {}],
  [
    "every field",
    "currency: eur\nlabels:\n  bounty: reward\n  goal: aim\nwho: maintain\npay: now\nminimum: 10\nmaximum: €1,000.50\ngoal_days: 14\ncharge: reached\n",
    {
      currency: "eur",
      labels: { bounty: "reward", goal: "aim" },
      who: "maintain",
      pay: "now",
      minimum: 1000n,
      maximum: 100_050n,
      goalDays: 14,
      charge: "reached",
    },
  ],
  ["a currency in capitals", "currency: EUR", { currency: "eur" }],
  ["a decimal number", "minimum: 7.5", { minimum: 750n }],
  ["an amount with its currency", 'maximum: "200 usd"', { maximum: 20_000n }],
  [
    "a currency without decimals",
    "currency: jpy\nminimum: 500",
    { currency: "jpy", minimum: 500n },
  ],
  ["a maximum that is the minimum", "minimum: 5\nmaximum: 5", { minimum: 500n, maximum: 500n }],
  [
    "who is paid, and when",
    "co_authors: false\nreview_share: 12.5 %\nhold_days: 3\n",
    { coAuthors: false, reviewShareBasisPoints: 1250, holdDays: 3 },
  ],
  ["a share without a sign", "review_share: 10", { reviewShareBasisPoints: 1000 }],
  ["a share of nothing", "review_share: 0%", { reviewShareBasisPoints: 0 }],
  ["a maximum set to nothing", "maximum:", { maximum: null }],
];

test.each(GOOD)("%s is a policy", (_what, text, policy) => {
  expect(parsePolicy(text)).toEqual({ ok: true, policy: { ...DEFAULT_POLICY, ...policy } });
});

const BROKEN: [what: string, text: string, problems: (string | RegExp)[]][] = [
  [
    "a misspelt field",
    "currency: usd\nminimun: 5",
    ['line 2: unknown field "minimun"; did you mean "minimum"?'],
  ],
  ["a field nobody knows", "budget: 5", ['line 1: unknown field "budget"']],
  [
    "a misspelt field inside",
    "labels:\n  bountey: x",
    ['line 2: unknown field "labels.bountey"; did you mean "bounty"?'],
  ],
  [
    "a field of objects",
    "__proto__: 1\nconstructor: 2",
    [/unknown field "__proto__"/, /unknown field "constructor"/],
  ],
  [
    "an unknown currency",
    "\n\ncurrency: btc",
    [/^line 3: "btc" is not a currency that can be used: aud, /],
  ],
  [
    "a currency that is a number",
    "currency: 5",
    [/^line 1: currency must be one of aud, .+, not "5"$/],
  ],
  [
    "a misspelt role",
    "who: maintian",
    [
      'line 1: who must be triage, write, maintain, admin, not "maintian"; did you mean "maintain"?',
    ],
  ],
  [
    "a role nobody has",
    "who: everybody",
    ['line 1: who must be triage, write, maintain, admin, not "everybody"'],
  ],
  [
    "a way to pay that there is not",
    "pay: later",
    ['line 1: pay must be either, now, not "later"'],
  ],
  ["an amount in words", "minimum: much", ['line 1: minimum "much" is not an amount']],
  ["a negative amount", "minimum: -5", ['line 1: minimum "-5" must be more than nothing']],
  [
    "too many decimals",
    "minimum: 5.001",
    ['line 1: minimum "5.001" has more decimals than its currency'],
  ],
  ["a list for an amount", "minimum: [5]", ['line 1: minimum must be amount, not "[5]"']],
  [
    "another currency's amount",
    "currency: eur\nmaximum: $5",
    ['line 2: maximum "$5" is in usd, but the currency of this policy is eur'],
  ],
  [
    "a maximum below the minimum",
    "maximum: 10\nminimum: 20",
    ["line 1: maximum $10.00 is below minimum $20.00"],
  ],
  [
    "a maximum below the default",
    "maximum: 2",
    ["line 1: maximum $2.00 is below minimum $5.00 (the default, as the file sets none)"],
  ],
  [
    "a share that leaves the author too little",
    "review_share: 51%",
    ['line 1: review_share must be a percentage from 0 % to 50 %, not "51%"'],
  ],
  [
    "a share in words",
    "review_share: half",
    ['line 1: review_share must be a percentage from 0 % to 50 %, not "half"'],
  ],
  [
    "a hold that outlives the money",
    "hold_days: 15",
    ['line 1: hold_days must be a whole number from 0 to 14, not "15"'],
  ],
  ["a half day", "hold_days: 0.5", [/^line 1: hold_days must be a whole number/]],
  ["a word for yes", "co_authors: si", ['line 1: co_authors must be true or false, not "si"']],
  ["an empty label", "labels:\n  bounty: ' '", ['line 2: labels.bounty must be text, not " "']],
  [
    "a label that is no map",
    "labels: bounty",
    ['line 1: labels must be a list of fields, not "bounty"'],
  ],
  ["a list", "- currency: usd", ["the file must be a list of fields, such as `currency: usd`"]],
  ["a text", "usd", ["the file must be a list of fields, such as `currency: usd`"]],
  [
    "a field twice",
    "who: write\nwho: admin",
    [/^line 2: this is not YAML: Map keys must be unique/],
  ],
  ["a broken line", "labels: {bounty: x\nwho: write", [/^line \d: this is not YAML/]],
  [
    "several problems, in the file's order",
    "who: x\nminimun: 5\ncurrency: 7",
    [/^line 1: who/, /^line 2: unknown field/, /^line 3: currency/],
  ],
];

test.each(BROKEN)("%s is explained", (_what, text, problems) => {
  const parsed = parsePolicy(text);
  const expected = problems.map((one) =>
    typeof one === "string" ? one : expect.stringMatching(one),
  );
  expect(parsed).toEqual({ ok: false, problems: expected });
});

test("aliases that multiply are refused, not expanded", () => {
  const bomb = [
    "a: &a [x,x,x,x,x,x,x,x,x,x]",
    ..."bcdefghi".split("").map((name, index) => {
      const before = "abcdefgh"[index];
      return `${name}: &${name} [${Array.from({ length: 10 }, () => `*${before}`).join(",")}]`;
    }),
  ].join("\n");
  expect(parsePolicy(bomb)).toEqual({
    ok: false,
    problems: [expect.stringMatching(/^the file cannot be read: .+alias/)],
  });
});

test("a file that is wrong in a thousand places names a few", () => {
  const text = Array.from({ length: 1000 }, (_, index) => `field${index}: 1`).join("\n");
  const parsed = parsePolicy(text);
  expect(parsed.ok ? [] : parsed.problems).toHaveLength(20);
});

test("the list of fields names each field that a file may have", () => {
  expect(POLICY_FIELDS.map(({ name }) => name)).toEqual([
    "currency",
    "labels.bounty",
    "labels.goal",
    "goal_days",
    "charge",
    "who",
    "pay",
    "minimum",
    "maximum",
    "co_authors",
    "review_share",
    "hold_days",
  ]);
});
