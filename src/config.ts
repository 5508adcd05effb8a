// Environment → Config: the only reader of process.env. Every variable stands once, in one table, which
// also writes .env.example and the README's list.
import { getPrivateKey } from "@probot/get-private-key";
import { z } from "zod";

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
  sessionSecret: string;
  /** Logins in lower case; null: the App's own owner. */
  allowedOwners: string[] | null;
  firstPayoutHoldDays: number;
  operatorFeeBasisPoints: number;
}

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;

export interface Variable {
  name: string;
  required: boolean;
  what: string;
  /** How to get it, or what it is when it is not set. */
  how: string;
  example: string;
}

export const VARIABLES: readonly Variable[] = [
  v(
    "APP_ID",
    true,
    "the GitHub App's id",
    "`npm run setup` writes it; else on the App's page on GitHub",
    "123456",
  ),
  v(
    "PRIVATE_KEY",
    true,
    "the App's private key (PEM, with \\n for line ends; or base64), or PRIVATE_KEY_PATH with a file's path",
    "`npm run setup` writes it; else generate one on the App's page",
    "",
  ),
  v(
    "WEBHOOK_SECRET",
    true,
    "the secret GitHub signs webhooks with",
    "`npm run setup` writes it; else `openssl rand -hex 32`, here and on the App's page",
    "",
  ),
  v(
    "GITHUB_CLIENT_ID",
    true,
    "the App's OAuth client id: payees sign in with it",
    "`npm run setup` writes it",
    "Iv23…",
  ),
  v("GITHUB_CLIENT_SECRET", true, "the App's OAuth client secret", "`npm run setup` writes it", ""),
  v(
    "PUBLIC_URL",
    true,
    "where people reach this server, https",
    "your domain; GitHub shows images and links from it",
    "https://whipround.example.org",
  ),
  v(
    "STRIPE_SECRET_KEY",
    true,
    "the platform's secret key (sk_test_… to try, sk_live_… for real money)",
    "dashboard.stripe.com → Developers → API keys",
    "sk_test_…",
  ),
  v(
    "STRIPE_WEBHOOK_SECRET",
    true,
    "the signing secret of the webhook endpoint <PUBLIC_URL>/api/stripe/webhooks; two by comma when connected accounts have an endpoint of their own",
    "dashboard.stripe.com → Developers → Webhooks",
    "whsec_…",
  ),
  v(
    "SESSION_SECRET",
    true,
    "signs cookies and links; at least 32 characters",
    "`openssl rand -hex 32`",
    "",
  ),
  v(
    "ALLOWED_OWNERS",
    false,
    "accounts whose repositories may raise money, by comma",
    "the App's own owner",
    "acme,octo-org",
  ),
  v(
    "FIRST_PAYOUT_HOLD_DAYS",
    false,
    "days that a person's first payout waits: a stolen card and a self-merge must not be a cash machine",
    "7 with a live key, 0 with a test key",
    "7",
  ),
  v("OPERATOR_FEE_BPS", false, "your fee in basis points of what is paid out", "0", "250"),
  v(
    "DATABASE_URL",
    false,
    "a Postgres database, for more than one process",
    "SQLite in data/whipround.db",
    "postgres://whipround@db/whipround",
  ),
  v(
    "REDIS_URL",
    false,
    "Redis, to share rate limits and wake-ups among processes",
    "in this process",
    "redis://redis:6379",
  ),
  v("PORT", false, "the port to listen on", "3000", "3000"),
  v("HOST", false, "the address to listen on", "localhost; 0.0.0.0 in a container", "0.0.0.0"),
  v("LOG_LEVEL", false, LOG_LEVELS.join(", "), "info", "info"),
  v(
    "WEBHOOK_PROXY_URL",
    false,
    "a smee.io channel that brings GitHub's webhooks to a machine without a public address; for trying out",
    "none",
    "https://smee.io/…",
  ),
  v("GHE_HOST", false, "a GitHub Enterprise server", "github.com", "github.example.org"),
  v("GHE_PROTOCOL", false, "its protocol", "https", "https"),
  v(
    "STRIPE_API_BASE",
    false,
    "points Stripe's SDK elsewhere (a sandbox); test keys only",
    "Stripe",
    "http://127.0.0.1:7002",
  ),
];

function v(name: string, required: boolean, what: string, how: string, example: string): Variable {
  return { name, required, what, how, example };
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
  OPERATOR_FEE_BPS: optional.pipe(z.union([z.null(), whole(0, 5000)])),
  DATABASE_URL: optional.pipe(z.union([z.null(), url(["postgres:", "postgresql:"])])),
  REDIS_URL: optional.pipe(z.union([z.null(), url(["redis:", "rediss:"])])),
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
  problems.push(
    ...modeProblems({ live, stripeApiBase: set.STRIPE_API_BASE, publicUrl: set.PUBLIC_URL }, env),
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
    sessionSecret: set.SESSION_SECRET,
    allowedOwners: owners(set.ALLOWED_OWNERS),
    firstPayoutHoldDays: set.FIRST_PAYOUT_HOLD_DAYS ?? (live ? 7 : 0),
    operatorFeeBasisPoints: set.OPERATOR_FEE_BPS ?? 0,
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
  const chosen = Number(port ?? 3000);
  return {
    publicUrl: String(publicUrl).replace(/\/+$/, ""),
    port: chosen,
    environment: {
      ...env,
      APP_ID: undefined,
      PRIVATE_KEY: undefined,
      HOST: "127.0.0.1",
      PORT: String(chosen),
    },
  };
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

function owners(text: string | null): string[] | null {
  if (text === null) return null;
  return text
    .split(",")
    .map((one) => one.trim().replace(/^@/, "").toLowerCase())
    .filter((one) => one !== "");
}

/** The text of `.env.example`: every variable, explained. */
export function envExample(): string {
  const block = ({ name, required, what, how, example }: Variable): string => {
    const head = required
      ? `# ${what}.\n# How to get it: ${how}.`
      : `# ${what}.\n# Not set: ${how}.`;
    return `${head}\n${required ? "" : "# "}${name}=${example}`;
  };
  const required = VARIABLES.filter((one) => one.required).map(block);
  const rest = VARIABLES.filter((one) => !one.required).map(block);
  return `# Copy to .env and fill in. \`npm run setup\` fills in what comes from GitHub.\n\n# ---- Needed ----\n\n${required.join("\n\n")}\n\n# ---- As you like ----\n\n${rest.join("\n\n")}\n`;
}
