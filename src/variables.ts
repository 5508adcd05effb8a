// Every environment variable, once: the configuration's messages, .env.example and the README's list all
// come from this table.

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;

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
    "the App's private key (PEM, with \\n for line ends; or base64)",
    "`npm run setup` writes it; else generate one on the App's page, or name its file in PRIVATE_KEY_PATH",
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
    "the App's OAuth client id: payees and backers sign in with it",
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
    "PRIVATE_KEY_PATH",
    false,
    "a file that holds the App's private key, in place of PRIVATE_KEY",
    "a .pem file in the working folder, where PRIVATE_KEY is not set either",
    "whipround.pem",
  ),
  v(
    "NODE_ENV",
    false,
    "`production` where the money is real: Stripe's test keys and `npm run setup` are refused",
    "neither is refused",
    "production",
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
  v(
    "HOLD_DAYS_MAX",
    false,
    "days after a charge that no money is held beyond, 1 to 90; pledges that are there keep theirs",
    "90",
    "90",
  ),
  v(
    "TIP_LIMIT",
    false,
    "the largest tip, and the most in tips that one person is paid a day, in US dollars (other currencies are scaled); 0 turns tips off",
    "100",
    "100",
  ),
  v(
    "CHARGEBACKS_BORNE_BY",
    false,
    "who bears a chargeback that is lost after the payout: `operator`, or `payee` (the transfer is reversed)",
    "operator",
    "payee",
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
  v(
    "SMTP_URL",
    false,
    "a mail server, for reminders and links to pledges: smtps://…, or smtp://… with STARTTLS",
    "no mail is sent; the pages say the same",
    "smtps://user:password@mail.example.org",
  ),
  v(
    "MAIL_FROM",
    false,
    "the sender of those mails",
    "needed with SMTP_URL",
    "Whipround <bounties@example.org>",
  ),
  v("PORT", false, "the port to listen on", "3000", "3000"),
  v("HOST", false, "the address to listen on", "localhost; set 0.0.0.0 in a container", "0.0.0.0"),
  v("LOG_LEVEL", false, LOG_LEVELS.join(", "), "info", "info"),
  v(
    "WEBHOOK_PROXY_URL",
    false,
    "a smee.io channel that brings GitHub's webhooks to a machine without a public address; for trying out",
    "none",
    "https://smee.io/…",
  ),
  v(
    "GH_ORG",
    false,
    "the organisation for which `npm run setup` makes the App",
    "your own account",
    "acme",
  ),
  v(
    "GHE_HOST",
    false,
    "a GitHub Enterprise server, whose GraphQL knows the `fullDatabaseId` of pull requests",
    "github.com",
    "github.example.org",
  ),
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

/** The text of `.env.example`: every variable, explained. */
export function envExample(): string {
  const block = ({ name, required, what, how, example }: Variable): string => {
    if (!required) return `# ${what}.\n# Not set: ${how}.\n# ${name}=${example}`;
    // Left empty, so that a copied file is answered by what is missing.
    const shown = example === "" ? "" : `\n# For example: ${example}`;
    return `# ${what}.\n# How to get it: ${how}.${shown}\n${name}=`;
  };
  const required = VARIABLES.filter((one) => one.required).map(block);
  const rest = VARIABLES.filter((one) => !one.required).map(block);
  return `# Copy to .env and fill in. \`npm run setup\` fills in what comes from GitHub.\n\n# ---- Needed ----\n\n${required.join("\n\n")}\n\n# ---- As you like ----\n\n${rest.join("\n\n")}\n`;
}
