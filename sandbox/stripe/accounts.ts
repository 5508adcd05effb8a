// Accounts: the platform's own, and the Express accounts that the app makes for its payees.
import { bankAccount, currencyOfCountry, newAccount, requirements } from "./account-object.ts";
import { emit } from "./emit.ts";
import { invalidRequest, StripeError } from "./errors.ts";
import {
  choice,
  emailAddress,
  flag,
  integer,
  list,
  mergeMetadata,
  metadata,
  shape,
  text,
  url,
  type Values,
} from "./fields.ts";
import { newId } from "./ids.ts";
import { listRows, pageFields } from "./pagination.ts";
import { type Call, type Route, route } from "./route.ts";
import { addRow, findRow, getRow, nowSeconds, type World } from "./state.ts";
import type { Account } from "./types.ts";

const intervals = choice("daily", "manual", "monthly", "weekly");
const days = choice("monday", "tuesday", "wednesday", "thursday", "friday");

const updateFields = {
  business_profile: shape({ mcc: text(), name: text(), product_description: text(), url: url() }),
  business_type: choice("company", "government_entity", "individual", "non_profit"),
  capabilities: shape({
    card_payments: shape({ requested: flag() }),
    transfers: shape({ requested: flag() }),
  }),
  email: emailAddress(),
  metadata: metadata(),
  settings: shape({
    payouts: shape({
      debit_negative_balances: flag(),
      schedule: shape({
        interval: intervals,
        monthly_anchor: integer({ min: 1, max: 31 }),
        monthly_payout_days: list(integer({ min: 1, max: 31 })),
        weekly_anchor: days,
        weekly_payout_days: list(days),
      }),
      statement_descriptor: text(22),
    }),
  }),
};

const createFields = {
  ...updateFields,
  country: text(2),
  type: choice("custom", "express", "standard"),
  controller: shape({
    fees: shape({ payer: choice("account", "application") }),
    losses: shape({ payments: choice("application", "stripe") }),
    requirement_collection: choice("application", "stripe"),
    stripe_dashboard: shape({ type: choice("express", "full", "none") }),
  }),
};

function create({ world, params }: Call<typeof createFields>): Account {
  const { type, controller, country = world.options.country } = params;
  if (type !== undefined && controller !== undefined) {
    throw invalidRequest("You may not specify both `type` and `controller`.", { param: "type" });
  }
  const dashboard = controller?.stripe_dashboard?.type ?? "full";
  if (type !== "express" && (controller === undefined || dashboard !== "express")) {
    throw invalidRequest(
      "The sandbox makes Express accounts only: give type=express, or controller[stripe_dashboard][type]=express.",
      { param: controller ? "controller" : "type" },
    );
  }
  if (!currencyOfCountry(country)) {
    throw invalidRequest(`${country} is not currently supported by Stripe.`, {
      code: "country_unsupported",
      param: "country",
    });
  }
  const account = addRow(
    world,
    "accounts",
    newAccount({
      id: newId(world, "acct"),
      country,
      created: nowSeconds(world),
      controller: {
        fees: { payer: controller?.fees?.payer ?? "application_express" },
        is_controller: true,
        losses: { payments: controller?.losses?.payments ?? "application" },
        requirement_collection: controller?.requirement_collection ?? "stripe",
        stripe_dashboard: { type: "express" },
        type: "application",
      },
      email: params.email ?? null,
      metadata: {},
      type: type ?? "none",
    }),
  );
  applyUpdate(account, params);
  return account;
}

function applyUpdate(account: Account, params: Values<typeof updateFields>): void {
  account.metadata = mergeMetadata(account.metadata ?? {}, params.metadata);
  account.email = params.email ?? account.email;
  account.business_type = params.business_type ?? account.business_type ?? null;
  const { mcc, name, product_description, url: site } = params.business_profile ?? {};
  if (account.business_profile) {
    account.business_profile.mcc = mcc ?? account.business_profile.mcc;
    account.business_profile.name = name ?? account.business_profile.name;
    account.business_profile.url = site ?? account.business_profile.url;
    if (product_description) account.business_profile.product_description = product_description;
  }
  for (const name of ["card_payments", "transfers"] as const) {
    const requested = params.capabilities?.[name]?.requested;
    if (requested === undefined) continue;
    account.capabilities ??= {};
    if (!requested) delete account.capabilities[name];
    else account.capabilities[name] ??= account.details_submitted ? "active" : "inactive";
  }
  const payouts = params.settings?.payouts;
  if (payouts && account.settings?.payouts) {
    const kept = account.settings.payouts;
    kept.debit_negative_balances = payouts.debit_negative_balances ?? kept.debit_negative_balances;
    kept.statement_descriptor = payouts.statement_descriptor ?? kept.statement_descriptor;
    const given = Object.entries(payouts.schedule ?? {}).filter(([, value]) => value !== undefined);
    Object.assign(kept.schedule, Object.fromEntries(given));
  }
}

/** An account that is not ours is refused as Stripe refuses it: without telling whether it exists. */
export function connectedAccount(world: World, id: string): Account {
  const account = findRow(world, "accounts", id);
  if (account && !world.state.disconnected.has(id)) return account;
  const message = `The provided key '${world.options.secretKey.slice(0, 8)}***' does not have access to account '${id}' (or that account does not exist). Application access may have been revoked.`;
  throw new StripeError(403, { type: "invalid_request_error", code: "account_invalid", message });
}

function update({ world, id, params }: Call<typeof updateFields>): Account {
  const account = connectedAccount(world, id);
  applyUpdate(account, params);
  emit(world, "account.updated", account, { account: id });
  return account;
}

function listAccounts({ world, params }: Call<typeof pageFields>): object {
  return listRows(world, {
    table: "accounts",
    url: "/v1/accounts",
    params,
    where: ({ id }) => id !== world.state.platform && !world.state.disconnected.has(id),
  });
}

function retrieveCurrent({ world, account }: Call<Record<never, never>>): Account {
  return getRow(world, "accounts", account ?? world.state.platform);
}

/** The account that holds the key: complete from the start, its payouts as the options say. */
export function addPlatform(world: World): void {
  const { country, settlementCurrencies } = world.options;
  const id = newId(world, "acct");
  const account = newAccount({
    id,
    country,
    created: nowSeconds(world),
    controller: { type: "account" },
    email: "operator@example.com",
    metadata: {},
    type: "standard",
  });
  account.capabilities = { card_payments: "active", transfers: "active" };
  account.charges_enabled = true;
  account.payouts_enabled = true;
  account.details_submitted = true;
  account.default_currency = settlementCurrencies[0] ?? "usd";
  account.requirements = requirements([]);
  if (account.settings?.payouts) {
    account.settings.payouts.schedule.interval = world.state.payoutInterval;
  }
  if (account.external_accounts) {
    account.external_accounts.data = settlementCurrencies.map((currency) =>
      bankAccount(id, { id: newId(world, "ba"), country, currency, last4: "6789" }),
    );
  }
  addRow(world, "accounts", account);
  world.state.platform = id;
}

export const accountRoutes: Route[] = [
  route("GET", "/v1/account", {}, retrieveCurrent, { connect: true }),
  route("POST", "/v1/accounts", createFields, create),
  route("GET", "/v1/accounts", pageFields, listAccounts),
  route("GET", "/v1/accounts/:id", {}, ({ world, id }) => connectedAccount(world, id)),
  route("POST", "/v1/accounts/:id", updateFields, update),
];
