// The environment: every problem at once, each with what to do about it.
import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { expect, test } from "@jest/globals";
import { ConfigError, readConfig, setupEnvironment } from "./config.ts";
import { envExample, VARIABLES } from "./variables.ts";

const { privateKey: PRIVATE_KEY } = generateKeyPairSync("rsa", {
  modulusLength: 1024,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
});

const GOOD = {
  APP_ID: "42",
  PRIVATE_KEY,
  WEBHOOK_SECRET: "secret",
  GITHUB_CLIENT_ID: "Iv23",
  GITHUB_CLIENT_SECRET: "secret",
  PUBLIC_URL: "https://whipround.example.org/",
  STRIPE_SECRET_KEY: "sk_test_1",
  STRIPE_WEBHOOK_SECRET: "whsec_1",
  SESSION_SECRET: "0123456789012345678901234567890123456789",
};

function problemsWith(change: Record<string, string | undefined>): readonly string[] {
  try {
    readConfig({ ...GOOD, ...change });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

test("a good environment is read, with what is not set by default", () => {
  expect(readConfig(GOOD)).toMatchObject({
    appId: 42,
    publicUrl: "https://whipround.example.org",
    githubApiUrl: "https://api.github.com",
    githubWebUrl: "https://github.com",
    live: false,
    firstPayoutHoldDays: 0,
    tipLimitDollars: 100,
    operatorFeeBasisPoints: 0,
    holdDaysMax: 90,
    databaseUrl: null,
    redisUrl: null,
    allowedOwners: null,
    mail: null,
    stripeWebhookSecrets: ["whsec_1"],
    port: 3000,
  });
});

test("a live key holds first payouts for seven days unless the operator says otherwise", () => {
  const live = { ...GOOD, STRIPE_SECRET_KEY: "sk_live_1" };
  expect(readConfig(live).firstPayoutHoldDays).toBe(7);
  expect(readConfig({ ...live, FIRST_PAYOUT_HOLD_DAYS: "3" }).firstPayoutHoldDays).toBe(3);
});

test("money is held for fewer days if the operator says so", () => {
  expect(readConfig({ ...GOOD, HOLD_DAYS_MAX: "30" }).holdDaysMax).toBe(30);
});

test("an Enterprise server is found under its own address", () => {
  const config = readConfig({ ...GOOD, GHE_HOST: "github.example.org", GHE_PROTOCOL: "http" });
  expect(config.githubApiUrl).toBe("http://github.example.org/api/v3");
  expect(config.githubWebUrl).toBe("http://github.example.org");
});

test("owners are read by comma, without regard to case or @", () => {
  expect(readConfig({ ...GOOD, ALLOWED_OWNERS: "@Acme, octo-org ," }).allowedOwners).toEqual([
    "acme",
    "octo-org",
  ]);
});

test("two webhook endpoints at Stripe have two secrets", () => {
  const config = readConfig({ ...GOOD, STRIPE_WEBHOOK_SECRET: "whsec_1, whsec_2" });
  expect(config.stripeWebhookSecrets).toEqual(["whsec_1", "whsec_2"]);
});

test("mail is sent where both the server and the sender are named", () => {
  const url = "smtps://user:password@mail.example.org";
  const from = "Whipround <bounties@example.org>";
  expect(readConfig({ ...GOOD, SMTP_URL: url, MAIL_FROM: from }).mail).toEqual({ url, from });
});

test("an empty environment names everything that is missing, and how to get it", () => {
  const needed = VARIABLES.filter(({ required }) => required).map(({ name }) => name);
  const empty = Object.fromEntries(Object.keys(GOOD).map((name) => [name, undefined]));
  const problems = problemsWith(empty);
  for (const name of needed) expect(problems.join("\n")).toContain(`${name} is missing`);
  expect(problems).toHaveLength(needed.length);
});

test("a copied .env.example is answered by everything that is missing, and by nothing else", () => {
  const copied = parseEnv(readFileSync(".env.example", "utf8"));
  const needed = VARIABLES.filter(({ required }) => required).map(({ name }) => name);
  const answered = problemsWith(copied).map((line) => line.replace(/ is missing: .*/s, ""));
  expect(answered.toSorted()).toEqual(needed.toSorted());
});

test("every variable that is read stands in the table, and the table has no other", () => {
  const read = new Set<string>();
  const watched = (env: Record<string, string | undefined>) =>
    new Proxy(env, {
      get(target, name) {
        read.add(String(name));
        return target[String(name)];
      },
    });
  readConfig(watched(GOOD));
  expect(() => readConfig(watched({ PRIVATE_KEY_PATH: "nowhere.pem" }))).toThrow(ConfigError);
  // Probot's setup looks for it.
  read.add("GH_ORG");
  expect([...read].toSorted()).toEqual(VARIABLES.map(({ name }) => name).toSorted());
});

test.each([
  ["an empty webhook secret", { WEBHOOK_SECRET: "" }, "WEBHOOK_SECRET is missing"],
  ["an App id that is none", { APP_ID: "abc" }, "APP_ID: must be a whole number"],
  ["a publishable key", { STRIPE_SECRET_KEY: "pk_test_1" }, "STRIPE_SECRET_KEY: must be a secret"],
  [
    "a live key towards a sandbox",
    { STRIPE_SECRET_KEY: "sk_live_1", STRIPE_API_BASE: "http://127.0.0.1:1" },
    "is a live key",
  ],
  ["a test key in production", { NODE_ENV: "production" }, "is a test key"],
  ["an endpoint secret that is none", { STRIPE_WEBHOOK_SECRET: "sk_1" }, "must begin with whsec_"],
  ["a public address without TLS", { PUBLIC_URL: "http://example.org" }, "must be https"],
  ["a short session secret", { SESSION_SECRET: "short" }, "at least 32 characters"],
  ["a database of another kind", { DATABASE_URL: "mysql://db" }, "DATABASE_URL: must be a URL"],
  ["a Redis that is none", { REDIS_URL: "http://redis" }, "REDIS_URL: must be a URL"],
  ["a fee above a half", { OPERATOR_FEE_BPS: "5001" }, "OPERATOR_FEE_BPS: must be 0 to 5000"],
  ["money held beyond the bound", { HOLD_DAYS_MAX: "91" }, "HOLD_DAYS_MAX: must be 1 to 90"],
  ["money held for no day", { HOLD_DAYS_MAX: "0" }, "HOLD_DAYS_MAX: must be 1 to 90"],
  [
    "a first payout that never leaves",
    { HOLD_DAYS_MAX: "7", FIRST_PAYOUT_HOLD_DAYS: "7" },
    "FIRST_PAYOUT_HOLD_DAYS: must be less than HOLD_DAYS_MAX",
  ],
  ["a hold beyond the bound", { FIRST_PAYOUT_HOLD_DAYS: "81" }, "must be 0 to 80"],
  [
    "a mail server of another kind",
    { SMTP_URL: "http://mail", MAIL_FROM: "a@b.org" },
    "SMTP_URL: must be",
  ],
  ["mail without a sender", { SMTP_URL: "smtp://mail" }, "MAIL_FROM is missing"],
  ["a sender without a mail server", { MAIL_FROM: "a@b.org" }, "SMTP_URL is missing"],
  [
    "a sender that is no address",
    { SMTP_URL: "smtp://mail", MAIL_FROM: "Whipround" },
    "MAIL_FROM: must be an address",
  ],
  ["a key that is none", { PRIVATE_KEY: "nonsense" }, "PRIVATE_KEY"],
])("%s is refused in one line", (_what, change, words) => {
  const problems = problemsWith(change);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(words);
});

test("the setup never runs in production, and asks for a public address", () => {
  expect(() => setupEnvironment({ NODE_ENV: "production" })).toThrow(
    /must not run in production[\s\S]*PUBLIC_URL is missing/,
  );
  const set = setupEnvironment({ PUBLIC_URL: "https://whipround.example.org/", APP_ID: "1" });
  expect(set.environment).toMatchObject({ HOST: "127.0.0.1", APP_ID: undefined });
  expect(set.publicUrl).toBe("https://whipround.example.org");
});

test("the example names every variable once", () => {
  const text = envExample();
  for (const { name } of VARIABLES) {
    expect(text.match(new RegExp(`^(# )?${name}=`, "gm"))).toHaveLength(1);
  }
});
