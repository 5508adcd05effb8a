// The text of `.github/whipround.yml` → a policy, or every problem in words a maintainer can act on.
// POLICY_FIELDS is the one list of its fields: it also writes the README's policy reference.
import { type Document, isMap, isPair, isScalar, LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { GOAL_DAYS_MAX } from "../core/goal.ts";
import {
  type AmountProblem,
  type Currency,
  currencyCodes,
  decimalText,
  formatMoney,
  isCurrency,
  parseAmount,
} from "../core/money.ts";
import { DEFAULT_POLICY, type Policy, type WhoMay } from "../core/policy.ts";
import { nearest } from "./nearest.ts";

const PAY = ["either", "now"] as const satisfies readonly Policy["pay"][];
const WHO = ["triage", "write", "maintain", "admin"] as const satisfies readonly WhoMay[];

const CHARGE = ["award", "reached"] as const satisfies readonly Policy["charge"][];
const REVIEW_PERCENT_MAX = 50;
/** Money goes back 90 days after the charge, and may be awarded until the 60th. */
const HOLD_DAYS_MAX = 14;

interface PolicyField {
  /** Its place in the file, with dots. */
  name: string;
  type: string;
  default: string;
  what: string;
}

export const POLICY_FIELDS: readonly PolicyField[] = [
  {
    name: "currency",
    type: `one of ${currencyCodes()
      .map((code) => `\`${code}\``)
      .join(", ")}`,
    default: DEFAULT_POLICY.currency,
    what: "the currency of new bounties; amounts without a currency are read in it",
  },
  {
    name: "labels.bounty",
    type: "text",
    default: DEFAULT_POLICY.labels.bounty,
    what: "the label that attaches a bounty, alone or with an amount (`bounty: $200`)",
  },
  {
    name: "labels.goal",
    type: "text",
    default: DEFAULT_POLICY.labels.goal,
    what: "the label that attaches a goal, with its amount (`goal: $500`)",
  },
  {
    name: "goal_days",
    type: "days, 1 to 180",
    default: String(DEFAULT_POLICY.goalDays),
    what: "how long a goal runs when nobody names a date",
  },
  {
    name: "charge",
    type: CHARGE.map((when) => `\`${when}\``).join(", "),
    default: DEFAULT_POLICY.charge,
    what: "when a goal's saved cards are charged: at the award, or as soon as the goal is reached",
  },
  {
    name: "who",
    type: WHO.map((who) => `\`${who}\``).join(", "),
    default: DEFAULT_POLICY.who,
    what: "the least role in the repository that may command the bot and whose merge releases money",
  },
  {
    name: "pay",
    type: PAY.map((pay) => `\`${pay}\``).join(", "),
    default: DEFAULT_POLICY.pay,
    what: "`either`: backers choose to be charged at the award (the default) or to pay now; `now`: they pay when they pledge",
  },
  {
    name: "minimum",
    type: "amount",
    default: decimalText({ minor: DEFAULT_POLICY.minimum, currency: DEFAULT_POLICY.currency }),
    what: "the least pledge; never below what Stripe charges at least",
  },
  {
    name: "maximum",
    type: "amount",
    default: "none",
    what: "the greatest single pledge",
  },
  {
    name: "co_authors",
    type: "`true` or `false`",
    default: String(DEFAULT_POLICY.coAuthors),
    what: "people named by `Co-authored-by` in the author's commits are paid equal shares with the author",
  },
  {
    name: "review_share",
    type: `a percentage from 0 % to ${REVIEW_PERCENT_MAX} %`,
    default: "0 %",
    what: "the part of an award that is divided equally among the people with that role who approved the pull request or asked for changes on it; the author's when nobody did",
  },
  {
    name: "hold_days",
    type: `a whole number from 0 to ${HOLD_DAYS_MAX}`,
    default: String(DEFAULT_POLICY.holdDays),
    what: "days between an award and its payout, in which a maintainer can still `/hold` it",
  },
];

const PERCENT = /^\s*\d+(\.\d{1,2})?\s*%?\s*$/;

const amount = z.union([z.string(), z.number()]);

const labelName = z.string().trim().min(1).max(50).optional();

const policyFile = z.strictObject({
  currency: z.string().optional(),
  labels: z.strictObject({ bounty: labelName, goal: labelName }).optional(),
  goal_days: z.int().min(1).max(GOAL_DAYS_MAX).optional(),
  charge: z.enum(CHARGE).optional(),
  who: z.enum(WHO).optional(),
  pay: z.enum(PAY).optional(),
  minimum: amount.optional(),
  maximum: amount.nullable().optional(),
  co_authors: z.boolean().optional(),
  review_share: z
    .union([z.number(), z.string().regex(PERCENT).transform(Number.parseFloat)])
    .pipe(z.number().min(0).max(REVIEW_PERCENT_MAX))
    .optional(),
  hold_days: z.int().min(0).max(HOLD_DAYS_MAX).optional(),
});

type Given = z.infer<typeof policyFile>;
type Path = readonly PropertyKey[];

interface Problem {
  path: Path;
  text: string;
}

export type ParsedPolicy = { ok: true; policy: Policy } | { ok: false; problems: string[] };

/** A file with more to say than this is wrong in one way, many times. */
const PROBLEMS_MAX = 20;

export function parsePolicy(text: string): ParsedPolicy {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map(
      ({ pos, message }) => `line ${lines.linePos(pos[0]).line}: this is not YAML: ${message}`,
    );
    return { ok: false, problems: problems.slice(0, PROBLEMS_MAX) };
  }
  const read = contentOf(document);
  if ("error" in read) return { ok: false, problems: [`the file cannot be read: ${read.error}`] };
  const result = validate(read.content);
  if (!("problems" in result)) return { ok: true, policy: result };
  const problems = result.problems
    .map((problem) => ({ ...problem, line: lineOf(document, problem.path, lines) }))
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0))
    .map(({ line, text: words }) => (line === null ? words : `line ${line}: ${words}`));
  return { ok: false, problems: problems.slice(0, PROBLEMS_MAX) };
}

/** An empty file, or one of comments only, sets nothing. Aliases that multiply are an error of the parser. */
function contentOf(document: Document.Parsed): { content: unknown } | { error: string } {
  try {
    return { content: document.toJS() ?? {} };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function validate(content: unknown): Policy | { problems: Problem[] } {
  const shape = policyFile.safeParse(content);
  if (!shape.success)
    return { problems: shape.error.issues.flatMap((issue) => explain(issue, content)) };
  return policyOf(shape.data);
}

/** What is in the file must make sense together, in the file's own currency. */
function policyOf(given: Given): Policy | { problems: Problem[] } {
  const currency = (given.currency ?? DEFAULT_POLICY.currency).trim().toLowerCase();
  if (!isCurrency(currency)) {
    const known = currencyCodes().join(", ");
    const text = `${quoted(given.currency)} is not a currency that can be used: ${known}`;
    return { problems: [{ path: ["currency"], text }] };
  }
  const minimum = readAmount("minimum", given.minimum, currency);
  const maximum = readAmount("maximum", given.maximum, currency);
  const problems = [minimum, maximum].filter((one) => one !== null && typeof one === "object");
  if (problems.length > 0) return { problems };
  const policy: Policy = {
    currency,
    labels: {
      bounty: given.labels?.bounty ?? DEFAULT_POLICY.labels.bounty,
      goal: given.labels?.goal ?? DEFAULT_POLICY.labels.goal,
    },
    goalDays: given.goal_days ?? DEFAULT_POLICY.goalDays,
    charge: given.charge ?? DEFAULT_POLICY.charge,
    who: given.who ?? DEFAULT_POLICY.who,
    pay: given.pay ?? DEFAULT_POLICY.pay,
    minimum: typeof minimum === "bigint" ? minimum : DEFAULT_POLICY.minimum,
    maximum: typeof maximum === "bigint" ? maximum : null,
    coAuthors: given.co_authors ?? DEFAULT_POLICY.coAuthors,
    reviewShareBasisPoints: Math.round((given.review_share ?? 0) * 100),
    holdDays: given.hold_days ?? DEFAULT_POLICY.holdDays,
  };
  return policy.maximum !== null && policy.minimum > policy.maximum
    ? { problems: [tooLittleRoom(policy, policy.maximum, given)] }
    : policy;
}

function tooLittleRoom({ minimum, currency }: Policy, maximum: bigint, given: Given): Problem {
  const least = formatMoney({ minor: minimum, currency });
  const most = formatMoney({ minor: maximum, currency });
  const unset = given.minimum === undefined ? " (the default, as the file sets none)" : "";
  return { path: ["maximum"], text: `maximum ${most} is below minimum ${least}${unset}` };
}

const AMOUNT_PROBLEMS: Readonly<Record<AmountProblem, string>> = {
  notAnAmount: "is not an amount",
  unknownCurrency: "is in a currency that is not known",
  tooManyDecimals: "has more decimals than its currency",
  notPositive: "must be more than nothing",
  tooLarge: "is too large",
  ambiguous: "can be read in two ways",
};

function readAmount(
  name: "minimum" | "maximum",
  value: string | number | null | undefined,
  currency: Currency,
): bigint | null | Problem {
  if (value === undefined || value === null) return null;
  const read = parseAmount(String(value), currency);
  if (!read.ok) {
    return { path: [name], text: `${name} ${quoted(value)} ${AMOUNT_PROBLEMS[read.problem]}` };
  }
  const { minor, currency: meant } = read.money;
  if (meant === currency) return minor;
  const text = `${name} ${quoted(value)} is in ${meant}, but the currency of this policy is ${currency}`;
  return { path: [name], text };
}

function explain(issue: z.core.$ZodIssue, content: unknown): Problem[] {
  const { path } = issue;
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: [...path, key], text: unknownField(path, key) }));
  }
  if (path.length === 0) {
    return [{ path, text: "the file must be a list of fields, such as `currency: usd`" }];
  }
  const name = path.join(".");
  const value = path.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
    content,
  );
  const field = POLICY_FIELDS.find((one) => one.name === name);
  const wanted = field === undefined ? "a list of fields" : field.type.replaceAll("`", "");
  const meant = name === "who" && typeof value === "string" ? suggestion(value, WHO) : "";
  return [{ path, text: `${name} must be ${wanted}, not ${quoted(value)}${meant}` }];
}

function unknownField(path: Path, key: string): string {
  const prefix = path.map((part) => `${String(part)}.`).join("");
  const siblings = POLICY_FIELDS.map(({ name }) => name)
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length).split(".")[0] ?? "");
  return `unknown field ${quoted(prefix + key)}${suggestion(key, siblings)}`;
}

function suggestion(text: string, known: readonly string[]): string {
  const near = nearest(text, known);
  return near === null ? "" : `; did you mean "${near}"?`;
}

const QUOTED_LENGTH_MAX = 60;

function quoted(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  return `"${text.length > QUOTED_LENGTH_MAX ? `${text.slice(0, QUOTED_LENGTH_MAX)}…` : text}"`;
}

/** Line of the field's name, or of the nearest field around it that is there. */
function lineOf(document: Document.Parsed, path: Path, lines: LineCounter): number | null {
  let node: unknown = document.contents;
  let offset: number | null = null;
  for (const part of path) {
    if (!isMap(node)) break;
    const pair: unknown = node.items.find(
      (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(part),
    );
    if (!isPair(pair) || !isScalar(pair.key)) break;
    offset = pair.key.range?.[0] ?? offset;
    node = pair.value;
  }
  return offset === null ? null : lines.linePos(offset).line;
}
