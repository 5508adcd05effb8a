// What must be right outside before money can be trusted to the app: asked at start and by `doctor`, one
// clear line for each thing that is not.
import { OPERATOR } from "./core/ledger.ts";
import { type Currency, decimalText } from "./core/money.ts";
import type { AppClient } from "./github/app-client.ts";
import type { Reader, Stripe } from "./ports.ts";

/** Each problem as one line that says what to do; empty when all is well. Throws only what the database does. */
export async function preflight(options: {
  appClient: Pick<AppClient, "describeApp">;
  stripe: Pick<Stripe, "platform">;
  read: Pick<Reader, "openCurrencies">;
}): Promise<string[]> {
  const { appClient, stripe, read } = options;
  const [github, money] = await Promise.all([
    problemOf("GitHub", () => appClient.describeApp()),
    problemOf("Stripe", () => stripe.platform()),
  ]);
  const problems = [...github.problems, ...money.problems];
  if (money.answer === null) return problems;
  return [...problems, ...accountProblems(money.answer, await read.openCurrencies())];
}

/** What keeps people from paying in, as it is asked of the same account when they do. */
function accountProblems(
  { manualPayouts, currencies }: Awaited<ReturnType<Stripe["platform"]>>,
  wanted: readonly Currency[],
): string[] {
  const problems = wanted
    .filter((currency) => !currencies.includes(currency))
    .map((currency) => currency.toUpperCase())
    .map(
      (code) =>
        `Stripe: the account does not settle in ${code}, and there are open bounties in it. Add a bank account in ${code} (Settings → Payouts); until then nobody can pay in to them.`,
    );
  if (!manualPayouts) {
    problems.unshift(
      "Stripe: the account's payouts are automatic and would sweep backers' money to your bank. Set them to manual (Settings → Payouts); until then nobody can pay in.",
    );
  }
  return problems;
}

async function problemOf<T>(
  who: string,
  asking: () => Promise<T>,
): Promise<{ answer: T | null; problems: string[] }> {
  try {
    return { answer: await asking(), problems: [] };
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return { answer: null, problems: [words.startsWith(who) ? words : `${who}: ${words}`] };
  }
}

/** What waits for the operator in the queues, one line each. */
export async function troubleLines(read: Reader): Promise<string[]> {
  const troubles = await read.troubles();
  const losses = (await read.balances()).filter(
    ({ account, amount }) => account === OPERATOR && amount < 0n,
  );
  const lines = losses.map(
    ({ currency, amount }) =>
      `operator: backers' money covers your loss of ${decimalText({ minor: -amount, currency })} ${currency}: add that at Stripe (Balances → Add to balance), then run \`whipround reconcile\``,
  );
  return [
    ...lines,
    ...troubles.map(({ kind, key, error }) =>
      kind === "payout" || kind === "refund"
        ? `${kind} ${key}: ${error}`
        : `${kind} ${key} was given up: ${error}`,
    ),
  ];
}
