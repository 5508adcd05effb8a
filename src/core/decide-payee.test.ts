// Payees' accounts: ready, restricted, gone, in another country; and their banks.
import { describe, expect, test } from "@jest/globals";
import { given } from "../../test/core-given.ts";
import { aPayee, aSituation, NOW } from "../../test/core-spec.ts";
import { canPay, countryName, payeeCountries } from "./countries.ts";
import type { Command } from "./decide.ts";
import type { Event } from "./events.ts";

const account: Extract<Event, { event: "accountSeen" }> = {
  event: "accountSeen",
  payeeId: 7,
  accountId: "acct_7",
  ready: true,
  country: "US",
};
const lost: Event = { event: "accountLost", payeeId: 7, accountId: "acct_7" };

const connects: Command = { command: "connectPayee", person: { id: 7, login: "alice" } };
const WAITS = { shareWaits: true, awards: [] };

function about(parts: Parameters<typeof aPayee>[0] = {}) {
  return aSituation({ payees: [aPayee(parts)] });
}

describe("Stripe's word on an account", () => {
  test.each([
    ["known already", {}, account],
    ["another account than the first", {}, { ...account, accountId: "acct_x" }],
    ["nobody we owe", { id: 99 }, account],
    ["gone, and of nobody we owe", { id: 99 }, lost],
    ["gone, and not the one we know", { accountId: "acct_8" }, lost],
    ["gone, and forgotten already", { accountId: null }, lost],
  ])("%s: nothing", (_name, payee, event) => {
    given(about(payee)).when(event).thenNothing();
  });

  test("restricted: what waits is shown to wait, and Stripe is asked again by and by", () => {
    given(about())
      .when({ ...account, ready: false })
      .then({
        effects: ["pay-waiting:payee:7", "account:7 in 360min"],
        changes: { payee: { ready: false, accountId: "acct_7" } },
      });
  });

  test("ready again: what waits leaves", () => {
    given(about({ ready: false }))
      .when(account)
      .then({ effects: ["pay-waiting:payee:7"], changes: { payee: { ready: true } } });
  });

  test("its country is known: nothing else follows", () => {
    given(about({ country: null }))
      .when({ ...account, country: "BR" })
      .then({ effects: [], changes: { payee: { country: "BR" } } });
  });

  test("gone: it is forgotten, and another can be connected, asked for under a key of its own", () => {
    given(about({ country: "CA", bankFailedAt: NOW }))
      .when(lost)
      .then({
        effects: ["pay-waiting:payee:7"],
        changes: {
          payee: {
            accountId: null,
            ready: false,
            accountsLost: 1,
            country: null,
            bankFailedAt: null,
          },
        },
      });
    given({ ...about({ accountId: null, ready: false, accountsLost: 1 }), owed: WAITS })
      .when(connects)
      .then({ effects: ["account:7:2 in 1min"] });
  });
});

describe("who connects", () => {
  test("a renamed payee is the same payee", () => {
    given(about())
      .when({ command: "connectPayee", person: { id: 7, login: "alice2" } })
      .then({ effects: [], changes: { payee: { id: 7, login: "alice2", accountId: "acct_7" } } });
  });

  test("no account is opened for whom nothing is owed to", () => {
    given(about({ accountId: null, ready: false }))
      .when(connects)
      .then({ refusal: "payeeNotKnown" });
  });

  test("whoever has an account can go on with it, whatever is owed to them", () => {
    given(about({ ready: false }))
      .when(connects)
      .then({ effects: [], untouched: ["payee"] });
  });

  test("who took over an old login is nobody we owe", () => {
    given(about())
      .when({ command: "connectPayee", person: { id: 70, login: "alice" } })
      .then({ refusal: "payeeNotKnown" });
  });
});

describe("the payee's bank", () => {
  const bank = { event: "bankPayoutSeen", payeeId: 7, begunAt: NOW, failed: true } as const;

  test("turned a payment down: it is remembered, until a later one arrives", () => {
    given(about())
      .when(bank)
      .then({ postings: [], effects: [], changes: { payee: { bankFailedAt: NOW } } });
    given(about({ bankFailedAt: NOW }))
      .when({ ...bank, begunAt: NOW + 1, failed: false })
      .then({ changes: { payee: { bankFailedAt: null } } });
  });

  test.each([
    ["the same again", { bankFailedAt: NOW }, bank],
    ["an older failure", { bankFailedAt: NOW + 1 }, bank],
    ["an older one that arrived", { bankFailedAt: NOW + 1 }, { ...bank, failed: false }],
    ["all is well as ever", {}, { ...bank, failed: false }],
    ["nobody we owe", { id: 99 }, bank],
  ])("%s: nothing", (_name, payee, event) => {
    given(about(payee)).when(event).thenNothing();
  });
});

describe("where payees can be paid", () => {
  test.each([
    ["US", "US", true],
    ["US", "DE", true],
    ["CH", "NO", true],
    ["GB", "CA", true],
    ["US", "BR", false],
    ["BR", "BR", true],
    ["BR", "US", false],
    ["AU", "NZ", false],
  ])("a platform in %s, an account in %s: %s", (platform, country, can) => {
    expect(canPay(platform, country)).toBe(can);
  });

  test("in words", () => {
    expect(payeeCountries("DE")).toContain("the United Kingdom");
    expect(payeeCountries("AU")).toBe("Australia");
    expect(countryName("??")).toBe("??");
  });
});
