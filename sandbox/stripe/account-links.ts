// Links into the hosted onboarding (good for one visit, a few minutes) and into the Express dashboard,
// and the platform's balance settings.
import { connectedAccount } from "./accounts.ts";
import { emit } from "./emit.ts";
import { invalidRequest } from "./errors.ts";
import { choice, flag, required, shape, text, url } from "./fields.ts";
import { randomText } from "./ids.ts";
import { reference } from "./references.ts";
import { type Call, type Route, route } from "./route.ts";
import { getRow, nowSeconds, type World } from "./state.ts";
import type { Account } from "./types.ts";

const linkLifeSeconds = 5 * 60;

const linkFields = {
  account: required(text()),
  collection_options: shape({ fields: choice("currently_due", "eventually_due") }),
  refresh_url: required(url()),
  return_url: required(url()),
  type: required(choice("account_onboarding", "account_update")),
};

function createLink({ world, params }: Call<typeof linkFields>): object {
  const { id } = reference(world, "accounts", params.account, "account");
  const account = connectedAccount(world, id);
  if (account.id === world.state.platform) {
    throw invalidRequest("You can only create account links for connected accounts.", {
      param: "account",
    });
  }
  if (params.type === "account_update") {
    throw invalidRequest("You cannot create `account_update` type Account Links for this account.");
  }
  const created = nowSeconds(world);
  const expiresAt = created + linkLifeSeconds;
  const token = randomText(world, 20);
  world.state.links.set(token, {
    account: account.id,
    expiresAt: expiresAt * 1000,
    refreshUrl: params.refresh_url,
    returnUrl: params.return_url,
    visited: false,
  });
  const address = `${world.options.origin}/setup/e/${account.id}/${token}`;
  return { object: "account_link", created, expires_at: expiresAt, url: address };
}

function createLoginLink({ world, id }: Call<Record<never, never>>): object {
  const account = connectedAccount(world, id);
  if (!account.details_submitted) {
    throw invalidRequest(
      "Cannot create a login link for an account that has not completed onboarding.",
    );
  }
  const address = `${world.options.origin}/express/${id}/${randomText(world, 12)}`;
  return { object: "login_link", created: nowSeconds(world), url: address };
}

function settingsOf(account: Account): object {
  const payouts = account.settings?.payouts;
  const { interval = "daily" } = payouts?.schedule ?? {};
  return {
    object: "balance_settings",
    payments: {
      debit_negative_balances: payouts?.debit_negative_balances ?? true,
      payouts: {
        automatic_transfer_rules_by_currency: null,
        minimum_balance_by_currency: null,
        schedule: { interval },
        statement_descriptor: payouts?.statement_descriptor ?? null,
        status: account.payouts_enabled ? "enabled" : "disabled",
      },
      settlement_timing: { delay_days: 2, start_of_day: null },
    },
  };
}

function accountOf(world: World, account: string | undefined): Account {
  return getRow(world, "accounts", account ?? world.state.platform);
}

const settingsFields = {
  payments: shape({
    debit_negative_balances: flag(),
    payouts: shape({
      schedule: shape({ interval: choice("daily", "manual", "monthly", "weekly") }),
      statement_descriptor: text(22),
    }),
  }),
};

function updateSettings({ world, params, account: id }: Call<typeof settingsFields>): object {
  const account = accountOf(world, id);
  const given = params.payments;
  const kept = account.settings?.payouts;
  if (kept) {
    kept.debit_negative_balances = given?.debit_negative_balances ?? kept.debit_negative_balances;
    kept.schedule.interval = given?.payouts?.schedule?.interval ?? kept.schedule.interval;
    kept.statement_descriptor = given?.payouts?.statement_descriptor ?? kept.statement_descriptor;
  }
  const settings = settingsOf(account);
  emit(world, "balance_settings.updated", settings, id ? { account: id } : {});
  return settings;
}

const connect = { connect: true };

export const accountLinkRoutes: Route[] = [
  route("POST", "/v1/account_links", linkFields, createLink),
  route("POST", "/v1/accounts/:id/login_links", {}, createLoginLink),
  route(
    "GET",
    "/v1/balance_settings",
    {},
    ({ world, account }) => settingsOf(accountOf(world, account)),
    connect,
  ),
  route("POST", "/v1/balance_settings", settingsFields, updateSettings, connect),
];
