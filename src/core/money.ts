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

const SYMBOLS: Readonly<Record<string, Currency>> = { $: "usd", "€": "eur", "£": "gbp" };

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
  const rule = CURRENCIES[currency];
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
  /^(?<sign>[-+])?(?<symbol>[$€£])?(?<code1>[a-z]{3})?\s*(?<digits>[0-9][0-9.,' ]*)\s*(?<symbol2>[$€£])?(?<code2>[a-z]{3})?$/;

/**
 * Reads an amount as people write it: `$200`, `200 eur`, `1,000.50`, `1.000,50 €`.
 * What can be read two ways is refused, never guessed: `1,000` is a thousand (three digits after one
 * separator can be nothing else in a two-decimal currency), `1.000.50` is nothing.
 */
export function parseAmount(text: string, defaultCurrency: Currency): ParsedAmount {
  const groups = SHAPE.exec(text.trim().toLowerCase())?.groups;
  if (groups === undefined) return { ok: false, problem: "notAnAmount" };
  const symbol = groups["symbol"] ?? groups["symbol2"];
  const code = groups["code1"] ?? groups["code2"];
  const bySymbol = symbol === undefined ? undefined : SYMBOLS[symbol];
  if (bySymbol !== undefined && code !== undefined && !agree(bySymbol, code)) {
    return { ok: false, problem: "unknownCurrency" };
  }
  const currency = code ?? bySymbol ?? defaultCurrency;
  const rule = CURRENCIES[currency];
  if (rule === undefined) return { ok: false, problem: "unknownCurrency" };
  const number = readNumber((groups["digits"] ?? "").trim(), rule.digits);
  if (typeof number === "string") return { ok: false, problem: number };
  if (groups["sign"] === "-" || number === 0n) return { ok: false, problem: "notPositive" };
  if (number > AMOUNT_MINOR_MAX) return { ok: false, problem: "tooLarge" };
  return {
    ok: true,
    money: { minor: number, currency },
    currencyGiven: symbol !== undefined || code !== undefined,
  };
}

// "$200 cad" is how Canadians write it: a dollar sign may stand with any dollar.
function agree(bySymbol: Currency, code: Currency): boolean {
  return bySymbol === code || (bySymbol === "usd" && ["aud", "cad", "nzd"].includes(code));
}

function readNumber(text: string, digits: 0 | 2): bigint | AmountProblem {
  const parts = splitDecimals(text, digits);
  if (typeof parts === "string") return parts;
  if (parts.whole.length > 12) return "tooLarge";
  return BigInt(parts.whole + parts.decimals.padEnd(digits, "0"));
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

/** `$1,000.50`, `€20.00`, `¥500`: for people. */
export function formatMoney(money: Money): string {
  const { digits } = ruleOf(money.currency);
  return new Intl.NumberFormat("en-US", {
    style: "currency",
    currency: money.currency.toUpperCase(),
    minimumFractionDigits: digits,
  }).format(decimalText(money) as `${number}`);
}

/** `1000.50`: for forms and links, always with a point and without grouping. */
export function decimalText({ minor, currency }: Money): string {
  const { digits } = ruleOf(currency);
  if (digits === 0) return minor.toString();
  const sign = minor < 0n ? "-" : "";
  const text = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, "0");
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}
