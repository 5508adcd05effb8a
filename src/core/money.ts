// Amounts of money: integers in a currency's minor unit (bigint) with the ISO code beside them.
// Knows how people write amounts and how to write them back; never a float, never a rate.

/** ISO 4217 code in lower case, as Stripe writes it: `usd`. */
export type Currency = string;

export interface Money {
  /** Minor units: cents for `usd`, whole yen for `jpy`. */
  minor: bigint;
  currency: Currency;
}

interface CurrencyRule {
  /** Digits after the decimal separator. */
  digits: 0 | 2;
  /** The least that Stripe charges, in minor units (docs.stripe.com/currencies, minimum charge amounts). */
  minimum: bigint;
}

const CURRENCIES: Readonly<Record<Currency, CurrencyRule>> = {
  aud: { digits: 2, minimum: 50n },
  cad: { digits: 2, minimum: 50n },
  chf: { digits: 2, minimum: 50n },
  czk: { digits: 2, minimum: 1500n },
  dkk: { digits: 2, minimum: 250n },
  eur: { digits: 2, minimum: 50n },
  gbp: { digits: 2, minimum: 30n },
  jpy: { digits: 0, minimum: 50n },
  mxn: { digits: 2, minimum: 1000n },
  nok: { digits: 2, minimum: 300n },
  nzd: { digits: 2, minimum: 50n },
  pln: { digits: 2, minimum: 200n },
  sek: { digits: 2, minimum: 300n },
  usd: { digits: 2, minimum: 50n },
};

// The last four are what formatMoney writes: people copy it. A lone ¥ may be yen or yuan and is refused.
const SYMBOLS: Readonly<Record<string, Currency>> = {
  $: "usd",
  "€": "eur",
  "£": "gbp",
  a$: "aud",
  ca$: "cad",
  mx$: "mxn",
  nz$: "nzd",
};

/** No one amount may exceed this many minor units: Stripe's own limit is eight digits. */
export const AMOUNT_MINOR_MAX = 99_999_999n;

export function isCurrency(code: string): boolean {
  return Object.hasOwn(CURRENCIES, code);
}

export function currencyCodes(): Currency[] {
  return Object.keys(CURRENCIES);
}

/** The least amount that can be charged in a known currency, in minor units. */
export function chargeMinimum(currency: Currency): bigint {
  return ruleOf(currency).minimum;
}

function ruleOf(currency: Currency): CurrencyRule {
  const rule = Object.hasOwn(CURRENCIES, currency) ? CURRENCIES[currency] : undefined;
  if (rule === undefined) throw new Error(`unknown currency ${currency}`);
  return rule;
}

export type AmountProblem =
  | "notAnAmount"
  | "unknownCurrency"
  | "tooManyDecimals"
  | "notPositive"
  | "tooLarge"
  | "ambiguous";

export type ParsedAmount =
  | { ok: true; money: Money; currencyGiven: boolean }
  | { ok: false; problem: AmountProblem };

const SHAPE =
  /^(?<sign>[-+−])?(?<symbol>[a-z]{0,2}\p{Sc})?(?<code>[a-z]{3})? ?(?<sign2>[-+−])?(?<digits>[0-9][0-9.,' ]*?) ?(?<symbol2>\p{Sc})? ?(?<code2>[a-z]{3})?$/u;

/**
 * Reads an amount as people write it: `$200`, `200 eur`, `1,000.50`, `1.000,50 €`.
 * What can be read two ways is refused, never guessed: `1,000` is a thousand (three digits after one
 * comma can be nothing else where currencies have two decimals), `1.000` and `$5 eur` are nothing.
 */
export function parseAmount(text: string, defaultCurrency: Currency): ParsedAmount {
  const plain = text.trim().toLowerCase().replace(/\s+/g, " ").replace(/’/g, "'");
  const groups = SHAPE.exec(plain)?.groups;
  if (groups === undefined) return { ok: false, problem: "notAnAmount" };
  const currency = currencyOf(groups);
  if (!currency.ok) return currency;
  const code = currency.code ?? defaultCurrency;
  const rule = CURRENCIES[code];
  if (rule === undefined) return { ok: false, problem: "unknownCurrency" };
  const number = readNumber(groups["digits"] ?? "", rule.digits);
  if (typeof number === "string") return { ok: false, problem: number };
  const negative = [groups["sign"], groups["sign2"]].some((sign) => sign === "-" || sign === "−");
  if (negative || number === 0n) return { ok: false, problem: "notPositive" };
  if (number > AMOUNT_MINOR_MAX) return { ok: false, problem: "tooLarge" };
  return {
    ok: true,
    money: { minor: number, currency: code },
    currencyGiven: currency.code !== null,
  };
}

type GivenCurrency = { ok: true; code: Currency | null } | { ok: false; problem: AmountProblem };

function currencyOf(groups: Record<string, string | undefined>): GivenCurrency {
  const symbols = [groups["symbol"], groups["symbol2"]].filter((one) => one !== undefined);
  const codes = [groups["code"], groups["code2"]].filter((one) => one !== undefined);
  if (symbols.length > 1 || codes.length > 1) return { ok: false, problem: "ambiguous" };
  const [symbol] = symbols;
  const [code] = codes;
  if (symbol === undefined) return { ok: true, code: code ?? null };
  const bySymbol = Object.hasOwn(SYMBOLS, symbol) ? SYMBOLS[symbol] : undefined;
  if (bySymbol === undefined) return { ok: false, problem: "unknownCurrency" };
  if (code === undefined) return { ok: true, code: bySymbol };
  if (agree(symbol, code)) return { ok: true, code };
  return { ok: false, problem: isCurrency(code) ? "ambiguous" : "unknownCurrency" };
}

// "$200 cad" is how Canadians write it: a dollar sign may stand with whoever's dollar or peso.
function agree(symbol: string, code: Currency): boolean {
  if (symbol === "$") return ["usd", "aud", "cad", "mxn", "nzd"].includes(code);
  return SYMBOLS[symbol] === code;
}

function readNumber(text: string, digits: 0 | 2): bigint | AmountProblem {
  const parts = splitDecimals(text, digits);
  if (typeof parts === "string") return parts;
  const whole = parts.whole.replace(/^0+/, "");
  if (whole.length > 12) return "tooLarge";
  return BigInt(whole + parts.decimals.padEnd(digits, "0"));
}

function splitDecimals(
  text: string,
  digits: 0 | 2,
): { whole: string; decimals: string } | AmountProblem {
  if (/^[0-9]+$/.test(text)) return { whole: text, decimals: "" };
  const grouped = /^[0-9]{1,3}(?<separator>[.,' ])[0-9]{3}(?:\k<separator>[0-9]{3})*/.exec(text);
  const separator = grouped?.groups?.["separator"];
  const rest = grouped === null ? text.replace(/^[0-9]+/, "") : text.slice(grouped[0].length);
  const whole =
    grouped === null ? (/^[0-9]+/.exec(text)?.[0] ?? "") : grouped[0].replace(/[^0-9]/g, "");
  if (rest === "") {
    const oneGroup = grouped !== null && /^[0-9]{1,3}[.,][0-9]{3}$/.test(text);
    if (oneGroup && (separator === "." || whole.startsWith("0"))) {
      return whole.startsWith("0") || digits === 2 ? "tooManyDecimals" : "ambiguous";
    }
    return { whole, decimals: "" };
  }
  const decimals = /^[.,](?<decimals>[0-9]+)$/.exec(rest)?.groups?.["decimals"];
  if (decimals === undefined) return "notAnAmount";
  if (separator !== undefined && rest.startsWith(separator)) return "notAnAmount";
  if (decimals.length > digits) return "tooManyDecimals";
  return { whole, decimals };
}

/** Making one takes longer than all that it ever formats. */
const FORMATS: Readonly<Record<Currency, Intl.NumberFormat>> = Object.fromEntries(
  Object.entries(CURRENCIES).map(([currency, { digits }]) => [
    currency,
    new Intl.NumberFormat("en-US", {
      style: "currency",
      currency: currency.toUpperCase(),
      minimumFractionDigits: digits,
    }),
  ]),
);

/** `$1,000.50`, `€20.00`, `¥500`: for people. */
export function formatMoney(money: Money): string {
  const format = Object.hasOwn(FORMATS, money.currency) ? FORMATS[money.currency] : undefined;
  if (format === undefined) throw new Error(`unknown currency ${money.currency}`);
  return format.format(decimalText(money) as `${number}`);
}

/** `1000.50`: for forms and links, always with a point and without grouping. */
export function decimalText({ minor, currency }: Money): string {
  const { digits } = ruleOf(currency);
  if (digits === 0) return minor.toString();
  const sign = minor < 0n ? "-" : "";
  const text = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, "0");
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

export function least(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}
