// Payees' accounts (Express, v1) and the platform's own.
import type StripeSdk from "stripe";
import type { Stripe } from "../ports.ts";
import { accountOf, METADATA, payeeIdOf } from "./facts.ts";
import { translated, unlessMissing } from "./failures.ts";

type AccountOptions = Parameters<Stripe["openAccount"]>[0];
type AccountSeen = Awaited<ReturnType<Stripe["openAccount"]>>;

/**
 * The country is left to the payee. Each active account and each of its payouts costs the platform, so
 * the bank is paid once a month (docs.stripe.com/connect/pricing).
 */
const EXPRESS: StripeSdk.AccountCreateParams = {
  type: "express",
  capabilities: { transfers: { requested: true } },
  settings: { payouts: { schedule: { interval: "monthly", monthly_payout_days: [1] } } },
};

export async function openAccount(
  sdk: StripeSdk,
  { key, payeeId, mayExist }: AccountOptions,
): Promise<AccountSeen> {
  const earlier = mayExist ? await findAccount(sdk, payeeId) : null;
  const account =
    earlier ??
    (await translated(
      sdk.accounts.create(
        { ...EXPRESS, metadata: { [METADATA.payee]: String(payeeId) } },
        { idempotencyKey: key },
      ),
    ));
  const seen = accountOf(account);
  if (seen === null) throw new Error(`${account.id} came back without our metadata`);
  return seen;
}

/** The oldest of the payee's accounts: Stripe lists the newest first. */
async function findAccount(sdk: StripeSdk, payeeId: number): Promise<StripeSdk.Account | null> {
  return translated(
    (async () => {
      let oldest: StripeSdk.Account | null = null;
      for await (const account of sdk.accounts.list({ limit: 100 })) {
        if (payeeIdOf(account) === payeeId) oldest = account;
      }
      return oldest;
    })(),
  );
}

export async function readAccount(sdk: StripeSdk, accountId: string): Promise<AccountSeen | null> {
  const account = await unlessMissing(sdk.accounts.retrieve(accountId));
  return account === null ? null : accountOf(account);
}

/** Stripe's own transfer to the payee's bank, read on their account. */
export async function readBankPayout(
  sdk: StripeSdk,
  { accountId, bankPayoutId }: Parameters<Stripe["readBankPayout"]>[0],
): ReturnType<Stripe["readBankPayout"]> {
  const found = await unlessMissing(
    sdk.payouts.retrieve(bankPayoutId, {}, { stripeAccount: accountId }),
  );
  if (found === null || (found.status !== "failed" && found.status !== "paid")) return null;
  return { begunAt: found.created * 1000, failed: found.status === "failed" };
}

export async function accountLink(
  sdk: StripeSdk,
  { accountId, refreshUrl, returnUrl }: Parameters<Stripe["accountLink"]>[0],
): Promise<string> {
  const { url } = await translated(
    sdk.accountLinks.create({
      account: accountId,
      refresh_url: refreshUrl,
      return_url: returnUrl,
      type: "account_onboarding",
    }),
  );
  return url;
}

/**
 * A balance in a currency proves that charges settle in it; a bank account does where Stripe shows it.
 * The payout schedule has its own endpoint (docs.stripe.com/api/balance-settings).
 */
export async function platform(sdk: StripeSdk): ReturnType<Stripe["platform"]> {
  const [account, balance, settings] = await translated(
    Promise.all([
      sdk.accounts.retrieveCurrent(),
      sdk.balance.retrieve(),
      sdk.balanceSettings.retrieve(),
    ]),
  );
  const currencies = [
    account.default_currency,
    ...(account.external_accounts?.data ?? []).map(({ currency }) => currency),
    ...[...balance.available, ...balance.pending].map(({ currency }) => currency),
  ];
  return {
    currencies: [...new Set(currencies.filter((code) => code != null))],
    manualPayouts: settings.payments.payouts?.schedule?.interval === "manual",
    country: account.country ?? "",
  };
}
