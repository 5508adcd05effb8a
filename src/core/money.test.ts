import { describe, expect, test } from "@jest/globals";
import {
  type AmountProblem,
  chargeMinimum,
  currencyCodes,
  decimalText,
  formatMoney,
  isCurrency,
  parseAmount,
} from "./money.ts";

/** In a repository whose currency is the US dollar. */
function read(text: string, currency = "usd"): string {
  const parsed = parseAmount(text, currency);
  return parsed.ok ? `${parsed.money.minor} ${parsed.money.currency}` : parsed.problem;
}

describe("an amount is read as people write it", () => {
  test.each([
    ["200", "20000 usd"],
    ["+5", "500 usd"],
    ["$200", "20000 usd"],
    ["$ 200", "20000 usd"],
    ["200$", "20000 usd"],
    ["  5\t", "500 usd"],
    ["05", "500 usd"],
    ["000000000000005", "500 usd"],
    ["$1,000.50", "100050 usd"],
    ["1.000,50 €", "100050 eur"],
    ["1'000", "100000 usd"],
    ["1’000.50 CHF", "100050 chf"],
    ["1 000", "100000 usd"],
    ["1\u00a0000,50\u00a0€", "100050 eur"],
    ["1\u202f000 EUR", "100000 eur"],
    ["200 eur", "20000 eur"],
    ["eur 200", "20000 eur"],
    ["€200 EUR", "20000 eur"],
    ["$200 CAD", "20000 cad"],
    ["$200 MXN", "20000 mxn"],
    ["CA$200", "20000 cad"],
    ["£5", "500 gbp"],
    ["5,5", "550 usd"],
    ["1,00", "100 usd"],
    ["1,000", "100000 usd"],
    ["1,000 jpy", "1000 jpy"],
    ["1.000.000 jpy", "1000000 jpy"],
    ["500 JPY", "500 jpy"],
    ["999999.99", "99999999 usd"],
  ])("%s", (text, expected) => {
    expect(read(text)).toBe(expected);
  });
});

describe("what is not one amount above zero is refused, never guessed", () => {
  test.each<[string, AmountProblem]>([
    ["", "notAnAmount"],
    ["$", "notAnAmount"],
    ["two hundred", "notAnAmount"],
    ["1e9", "notAnAmount"],
    ["0x10", "notAnAmount"],
    ["٣", "notAnAmount"],
    ["２００", "notAnAmount"],
    ["5 0", "notAnAmount"],
    ["5.", "notAnAmount"],
    ["20k", "notAnAmount"],
    ["1,2,3", "notAnAmount"],
    ["1,000,00", "notAnAmount"],
    ["1.000.50", "notAnAmount"],
    ["12,34.56", "notAnAmount"],
    ["5 constructor", "notAnAmount"],
    ["$200 for a fix", "notAnAmount"],
    ["<b>5</b>", "notAnAmount"],
    ["5\n/cancel", "notAnAmount"],
    ["@everyone 5", "notAnAmount"],
    ["-5", "notPositive"],
    ["−5", "notPositive"],
    ["$-5", "notPositive"],
    ["0", "notPositive"],
    ["$0.00", "notPositive"],
    ["¥500", "unknownCurrency"],
    ["₹500", "unknownCurrency"],
    ["R$500", "unknownCurrency"],
    ["500 xyz", "unknownCurrency"],
    ["$5 xyz", "unknownCurrency"],
    ["$5 eur", "ambiguous"],
    ["€5 usd", "ambiguous"],
    ["$5$", "ambiguous"],
    ["usd 5 eur", "ambiguous"],
    ["1.000 jpy", "ambiguous"],
    ["1.234", "tooManyDecimals"],
    ["1.000", "tooManyDecimals"],
    ["0,500", "tooManyDecimals"],
    ["500.5 jpy", "tooManyDecimals"],
    ["1,000.00 jpy", "tooManyDecimals"],
    ["1000000", "tooLarge"],
    ["1,000,000.00", "tooLarge"],
    ["99999999999999999999999", "tooLarge"],
  ])("%j is %s", (text, problem) => {
    expect(read(text)).toBe(problem);
  });
});

test("a bare number is in the repository's currency, and a given one is marked", () => {
  expect(read("1000", "jpy")).toBe("1000 jpy");
  expect(parseAmount("5", "eur")).toMatchObject({ currencyGiven: false });
  expect(parseAmount("€5", "eur")).toMatchObject({ currencyGiven: true });
});

test.each([
  [{ minor: 100_050n, currency: "usd" }, "$1,000.50", "1000.50"],
  [{ minor: 5n, currency: "usd" }, "$0.05", "0.05"],
  [{ minor: 0n, currency: "usd" }, "$0.00", "0.00"],
  [{ minor: -5n, currency: "usd" }, "-$0.05", "-0.05"],
  [{ minor: 2000n, currency: "eur" }, "€20.00", "20.00"],
  [{ minor: 500n, currency: "jpy" }, "¥500", "500"],
  [
    { minor: 12_345_678_901_234_567_890n, currency: "usd" },
    "$123,456,789,012,345,678.90",
    "123456789012345678.90",
  ],
])("%o is written %s for people and %s in links", (money, text, decimal) => {
  expect(formatMoney(money)).toBe(text);
  expect(decimalText(money)).toBe(decimal);
});

test("what is written can be read again, but for the yen sign, which may be a yuan", () => {
  for (const currency of currencyCodes()) {
    const money = { minor: 123_456n, currency };
    expect(parseAmount(decimalText(money), currency)).toMatchObject({ ok: true, money });
    expect(parseAmount(formatMoney(money), "usd")).toMatchObject(
      currency === "jpy" ? { problem: "unknownCurrency" } : { ok: true, money },
    );
  }
});

test("only known currencies have a minimum", () => {
  expect(isCurrency("usd")).toBe(true);
  expect(isCurrency("constructor")).toBe(false);
  expect(chargeMinimum("gbp")).toBe(30n);
  expect(() => chargeMinimum("constructor")).toThrow("unknown currency constructor");
});
