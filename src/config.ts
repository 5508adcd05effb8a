// Environment → Config: the only reader of process.env. What each variable means stands in variables.ts.
import { getPrivateKey } from "@probot/get-private-key";
import { z } from "zod";
import { STANDARD_TERMS } from "./core/pledge.ts";
import { LOG_LEVELS, VARIABLES } from "./variables.ts";

export interface Config {
  appId: number;
  privateKey: string;
  webhookSecret: string;
  clientId: string;
  clientSecret: string;
  /** Where GitHub's API and pages are: github.com, or an Enterprise server. */
  githubApiUrl: string;
  githubWebUrl: string;
  port: number;
  host: string;
  logLevel: (typeof LOG_LEVELS)[number];
  webhookProxyUrl: string | null;
  /** Without a slash at its end. */
  publicUrl: string;
  stripeSecretKey: string;
  /** One per webhook endpoint at Stripe. */
  stripeWebhookSecrets: string[];
  stripeApiBase: string | null;
  live: boolean;
  /** A Postgres URL, or null for SQLite in `data/whipround.db`. */
  databaseUrl: string | null;
  redisUrl: string | null;
  /** Where mail is handed in and who it is from; null: no mail is sent. */
  mail: { url: string; from: string } | null;
  sessionSecret: string;
  /** Logins in lower case; null: the App's own owner. */
  allowedOwners: string[] | null;
  firstPayoutHoldDays: number;
  /** Who bears a chargeback that is lost after the payout. */
  chargebacksBorneBy: "operator" | "payee";
  operatorFeeBasisPoints: number;
  /** Days that money of new pledges is held at most. */
  holdDaysMax: number;
  tipLimitDollars: number;
}

/** What is wrong with the environment, one line each; nothing was started. */
export class ConfigError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "ConfigError";
    this.problems = problems;
  }
}

const optional = z
  .string()
  .optional()
  .transform((text) => (text === undefined || text.trim() === "" ? null : text.trim()));

const url = (protocols: readonly string[]) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    error: `must be a URL that begins with ${protocols.map((one) => `${one}//`).join(" or ")}`,
  });

const whole = (least: number, most: number) =>
  z
    .string()
    .regex(/^[0-9]+$/, "must be a whole number")
    .transform(Number)
    .refine((value) => value >= least && value <= most, `must be ${least} to ${most}`);

const SENDER = /^(?:[^<>@\r\n]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/;
const SENDER_PROBLEM = "must be an address: Whipround <bounties@example.org>";

const SHAPE = z.object({
  APP_ID: whole(1, Number.MAX_SAFE_INTEGER),
  WEBHOOK_SECRET: z.string().min(1),
  GITHUB_CLIENT_ID: z.string().min(1),
  GITHUB_CLIENT_SECRET: z.string().min(1),
  PUBLIC_URL: url(["https:", "http:"]),
  STRIPE_SECRET_KEY: z
    .string()
    .regex(
      /^(sk|rk)_(test|live)_/,
      "must be a secret key: sk_test_…, sk_live_… or a restricted rk_…",
    ),
  STRIPE_WEBHOOK_SECRET: z
    .string()
    .transform((text) => text.split(",").map((one) => one.trim()))
    .refine(
      (secrets) => secrets.every((one) => one.startsWith("whsec_")),
      "must begin with whsec_",
    ),
  SESSION_SECRET: z.string().min(32, "must have at least 32 characters"),
  ALLOWED_OWNERS: optional,
  FIRST_PAYOUT_HOLD_DAYS: optional.pipe(z.union([z.null(), whole(0, 80)])),
  HOLD_DAYS_MAX: optional.pipe(z.union([z.null(), whole(1, STANDARD_TERMS.holdDaysMax)])),
  TIP_LIMIT: optional.pipe(z.union([z.null(), whole(0, 10_000)])),
  CHARGEBACKS_BORNE_BY: optional.pipe(z.union([z.null(), z.enum(["operator", "payee"])])),
  OPERATOR_FEE_BPS: optional.pipe(z.union([z.null(), whole(0, 5000)])),
  DATABASE_URL: optional.pipe(z.union([z.null(), url(["postgres:", "postgresql:"])])),
  REDIS_URL: optional.pipe(z.union([z.null(), url(["redis:", "rediss:"])])),
  SMTP_URL: optional.pipe(z.union([z.null(), url(["smtp:", "smtps:"])])),
  MAIL_FROM: optional.pipe(z.union([z.null(), z.string().regex(SENDER, SENDER_PROBLEM)])),
  PORT: optional.pipe(z.union([z.null(), whole(0, 65_535)])),
  HOST: optional,
  LOG_LEVEL: optional.pipe(z.union([z.null(), z.enum(LOG_LEVELS)])),
  WEBHOOK_PROXY_URL: optional.pipe(z.union([z.null(), url(["https:", "http:"])])),
  GHE_HOST: optional,
  GHE_PROTOCOL: optional.pipe(z.union([z.null(), z.enum(["http", "https"])])),
  STRIPE_API_BASE: optional.pipe(z.union([z.null(), url(["https:", "http:"])])),
});

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the process's environment. Throws ConfigError with every problem at once. */
export function configFromEnvironment(): Config {
  return readConfig(process.env);
}

export function readConfig(env: Environment): Config {
  const problems: string[] = [];
  const privateKey = readKey(env, problems);
  const parsed = SHAPE.safeParse(env);
  for (const issue of parsed.error?.issues ?? []) problems.push(problemLine(issue, env));
  if (!parsed.success) throw new ConfigError(problems);
  const set = parsed.data;
  const live = /^(sk|rk)_live_/.test(set.STRIPE_SECRET_KEY);
  const firstPayoutHoldDays = set.FIRST_PAYOUT_HOLD_DAYS ?? (live ? 7 : 0);
  const holdDaysMax = set.HOLD_DAYS_MAX ?? STANDARD_TERMS.holdDaysMax;
  problems.push(
    ...modeProblems({ live, stripeApiBase: set.STRIPE_API_BASE, publicUrl: set.PUBLIC_URL }, env),
    ...mailProblems(set.SMTP_URL, set.MAIL_FROM),
    ...holdProblems({ firstPayoutHoldDays, holdDaysMax }),
  );
  if (problems.length > 0 || privateKey === null) throw new ConfigError(problems);
  const enterprise =
    set.GHE_HOST === null ? null : `${set.GHE_PROTOCOL ?? "https"}://${set.GHE_HOST}`;
  return {
    appId: set.APP_ID,
    privateKey,
    webhookSecret: set.WEBHOOK_SECRET,
    clientId: set.GITHUB_CLIENT_ID,
    clientSecret: set.GITHUB_CLIENT_SECRET,
    githubApiUrl: enterprise === null ? "https://api.github.com" : `${enterprise}/api/v3`,
    githubWebUrl: enterprise ?? "https://github.com",
    port: set.PORT ?? 3000,
    host: set.HOST ?? "localhost",
    logLevel: set.LOG_LEVEL ?? "info",
    webhookProxyUrl: set.WEBHOOK_PROXY_URL,
    publicUrl: set.PUBLIC_URL.replace(/\/+$/, ""),
    stripeSecretKey: set.STRIPE_SECRET_KEY,
    stripeWebhookSecrets: set.STRIPE_WEBHOOK_SECRET,
    stripeApiBase: set.STRIPE_API_BASE,
    live,
    databaseUrl: set.DATABASE_URL,
    redisUrl: set.REDIS_URL,
    mail: mailOf(set.SMTP_URL, set.MAIL_FROM),
    sessionSecret: set.SESSION_SECRET,
    allowedOwners: owners(set.ALLOWED_OWNERS),
    firstPayoutHoldDays,
    chargebacksBorneBy: set.CHARGEBACKS_BORNE_BY ?? "operator",
    operatorFeeBasisPoints: set.OPERATOR_FEE_BPS ?? 0,
    holdDaysMax,
    tipLimitDollars: set.TIP_LIMIT ?? 100,
  };
}

/** What the setup needs before there is a configuration: a public address, and not to be in production. */
export function setupEnvironment(env: Environment = process.env): {
  publicUrl: string;
  port: number;
  environment: Record<string, string | undefined>;
} {
  const { PUBLIC_URL: publicUrl, NODE_ENV: mode, PORT: port } = env;
  const problems: string[] = [];
  if (mode === "production") {
    problems.push("setup must not run in production (NODE_ENV): its pages have no password");
  }
  if (publicUrl === undefined || !URL.canParse(publicUrl)) problems.push(missing("PUBLIC_URL"));
  if (problems.length > 0) throw new ConfigError(problems);
  const chosen = Number(port || 3000);
  return {
    publicUrl: String(publicUrl).replace(/\/+$/, ""),
    port: chosen,
    environment: {
      ...env,
      APP_ID: undefined,
      PRIVATE_KEY: undefined,
      WEBHOOK_PROXY_URL: undefined,
      REDIS_URL: undefined,
      HOST: "127.0.0.1",
      PORT: String(chosen),
    },
  };
}

/** Probot's setup would ask smee.io for a channel; it looks at the process, whatever environment it is given. */
export function openNoChannel(): void {
  process.env["NO_SMEE_SETUP"] = "true";
}

function readKey(env: Environment, problems: string[]): string | null {
  try {
    // The library looks for a .pem file in the working folder, too: Probot's own way.
    const key = getPrivateKey({ env });
    if (key !== null) return key.toString();
    problems.push(missing("PRIVATE_KEY"));
  } catch (error) {
    problems.push(`PRIVATE_KEY: ${error instanceof Error ? error.message : String(error)}`);
  }
  return null;
}

function problemLine(issue: z.core.$ZodIssue, env: Environment): string {
  const name = String(issue.path[0]);
  if (env[name] === undefined || env[name] === "") return missing(name);
  return `${name}: ${"errors" in issue ? unionText(issue.errors) : issue.message}`;
}

function unionText(errors: readonly (readonly z.core.$ZodIssue[])[]): string {
  return errors.at(-1)?.[0]?.message ?? "is not valid";
}

function missing(name: string): string {
  const variable = VARIABLES.find((one) => one.name === name);
  return `${name} is missing: ${variable?.what ?? ""}. ${variable?.how ?? ""}`.trim();
}

function modeProblems(
  options: { live: boolean; stripeApiBase: string | null; publicUrl: string },
  env: Environment,
): string[] {
  const { live, stripeApiBase, publicUrl } = options;
  const problems: string[] = [];
  if (live && stripeApiBase !== null) {
    problems.push(
      "STRIPE_SECRET_KEY is a live key, but STRIPE_API_BASE points away from Stripe: use a test key there",
    );
  }
  if (!live && env["NODE_ENV"] === "production" && stripeApiBase === null) {
    problems.push(
      "STRIPE_SECRET_KEY is a test key, but NODE_ENV is production: use the live key, or leave NODE_ENV unset to try things out",
    );
  }
  const { protocol, hostname } = new URL(publicUrl);
  if (protocol === "http:" && !["localhost", "127.0.0.1", "[::1]"].includes(hostname)) {
    problems.push("PUBLIC_URL must be https: people sign in and pay through it");
  }
  return problems;
}

/** Nobody's first payout would ever leave. */
function holdProblems({
  firstPayoutHoldDays,
  holdDaysMax,
}: Pick<Config, "firstPayoutHoldDays" | "holdDaysMax">): string[] {
  if (firstPayoutHoldDays < holdDaysMax) return [];
  return [
    `FIRST_PAYOUT_HOLD_DAYS: must be less than HOLD_DAYS_MAX (${firstPayoutHoldDays} is not less than ${holdDaysMax})`,
  ];
}

function mailProblems(smtpUrl: string | null, from: string | null): string[] {
  if ((smtpUrl === null) === (from === null)) return [];
  return [missing(from === null ? "MAIL_FROM" : "SMTP_URL")];
}

function mailOf(url: string | null, from: string | null): Config["mail"] {
  return url === null || from === null ? null : { url, from };
}

function owners(text: string | null): string[] | null {
  if (text === null) return null;
  return text
    .split(",")
    .map((one) => one.trim().replace(/^@/, "").toLowerCase())
    .filter((one) => one !== "");
}
