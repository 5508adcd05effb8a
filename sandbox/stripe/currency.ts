// What the sandbox knows of currencies: decimals, minimum charges, and fixed exchange rates.
// Rates never move, so that a test can compute what a foreign charge settles at.

interface Currency {
  /** Decimals of the minor unit that the API counts in. */
  decimals: number;
  /** Smallest charge, in minor units. */
  minimum: number;
  /** Dollars for one unit. */
  dollars: number;
}

const currencies: Record<string, Currency> = {
  usd: { decimals: 2, minimum: 50, dollars: 1 },
  eur: { decimals: 2, minimum: 50, dollars: 1.1 },
  gbp: { decimals: 2, minimum: 30, dollars: 1.25 },
  cad: { decimals: 2, minimum: 50, dollars: 0.72 },
  aud: { decimals: 2, minimum: 50, dollars: 0.65 },
  chf: { decimals: 2, minimum: 50, dollars: 1.2 },
  jpy: { decimals: 0, minimum: 50, dollars: 0.0065 },
  sek: { decimals: 2, minimum: 300, dollars: 0.1 },
  nok: { decimals: 2, minimum: 300, dollars: 0.1 },
  dkk: { decimals: 2, minimum: 250, dollars: 0.15 },
  pln: { decimals: 2, minimum: 200, dollars: 0.27 },
  mxn: { decimals: 2, minimum: 1000, dollars: 0.055 },
  nzd: { decimals: 2, minimum: 50, dollars: 0.6 },
  sgd: { decimals: 2, minimum: 50, dollars: 0.77 },
  czk: { decimals: 2, minimum: 1500, dollars: 0.045 },
  brl: { decimals: 2, minimum: 50, dollars: 0.18 },
  inr: { decimals: 2, minimum: 50, dollars: 0.012 },
};

export const greatestAmount = 99_999_999;

export function isCurrency(code: string): boolean {
  return Object.hasOwn(currencies, code);
}

export function currencyCodes(): string[] {
  return Object.keys(currencies);
}

function details(code: string): Currency {
  const found = currencies[code];
  if (!found) throw new Error(`unknown currency ${code}`);
  return found;
}

export function minimumCharge(code: string): number {
  return details(code).minimum;
}

/** Units of `to` for one unit of `from`, as Stripe states an exchange rate. */
export function exchangeRate(from: string, to: string): number {
  return Number((details(from).dollars / details(to).dollars).toFixed(6));
}

export function convert(amount: number, from: string, to: string): number {
  if (from === to) return amount;
  const scale = 10 ** (details(to).decimals - details(from).decimals);
  return Math.round(amount * exchangeRate(from, to) * scale);
}

/** Minor units of what a person typed: `12`, `12.34`. Undefined when it is no amount of this currency. */
export function parseAmount(typed: string, code: string): number | undefined {
  const { decimals } = details(code);
  const match = /^(\d{1,9})(?:\.(\d+))?$/.exec(typed.trim().replaceAll(",", ""));
  const fraction = match?.[2] ?? "";
  if (!match || fraction.length > decimals) return undefined;
  return Number(`${match[1]}${fraction.padEnd(decimals, "0")}`);
}

export function formatAmount(amount: number, code: string): string {
  const { decimals } = details(code);
  const format = new Intl.NumberFormat("en-US", {
    style: "currency",
    currency: code,
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  return format.format(amount / 10 ** decimals);
}
