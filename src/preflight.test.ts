// What is asked outside at start and by `doctor`: one clear line for each thing that is not right.
import { expect, test } from "@jest/globals";
import { TransientFailure } from "./ports.ts";
import { preflight } from "./preflight.ts";

const GOOD = {
  appClient: { describeApp: async () => ({ slug: "whipround", ownerLogin: "acme", ownerId: 1 }) },
  stripe: {
    platform: async () => ({ currencies: ["usd", "eur"], manualPayouts: true, country: "US" }),
  },
  read: { openCurrencies: async () => ["eur", "usd"] },
};

const unreachable = async (): Promise<never> => {
  throw new TransientFailure("GitHub cannot be reached at https://api.github.com");
};
const platform = async () => ({ currencies: ["usd"], manualPayouts: false, country: "US" });

test("nothing is said where all is well", async () => {
  expect(await preflight(GOOD)).toEqual([]);
});

test("an account with automatic payouts, and currencies that it does not settle in, are named", async () => {
  const read = { openCurrencies: async () => ["dkk", "gbp", "usd"] };
  expect(await preflight({ ...GOOD, stripe: { platform }, read })).toEqual([
    expect.stringMatching(/payouts are automatic .* Set them to manual \(Settings → Payouts\)/),
    expect.stringContaining("does not settle in DKK"),
    expect.stringContaining("does not settle in GBP"),
  ]);
});

test("each that cannot be asked is one line, and keeps nothing else from being told", async () => {
  const both = {
    appClient: { describeApp: unreachable },
    stripe: { platform: () => Promise.reject(new Error("connection refused")) },
  };
  expect(await preflight({ ...GOOD, ...both })).toEqual([
    "GitHub cannot be reached at https://api.github.com",
    "Stripe: connection refused",
  ]);
  expect(
    await preflight({ ...GOOD, appClient: { describeApp: unreachable }, stripe: { platform } }),
  ).toHaveLength(3);
});
