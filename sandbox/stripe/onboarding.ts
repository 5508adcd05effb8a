// What happens to an Express account after its creation: its owner fills in the form.
import {
  bankAccount,
  currencyOfCountry,
  onboardingNeeds,
  requirements,
  transfersReach,
} from "./account-object.ts";
import { connectedAccount } from "./accounts.ts";
import { emit } from "./emit.ts";
import { newId } from "./ids.ts";
import { type Call, type Route, route } from "./route.ts";
import { getRow, nowSeconds, type World } from "./state.ts";
import type { Account } from "./types.ts";

export interface Onboarding {
  country?: string;
  name?: string;
  /** Digits of the bank account; the last four are shown. */
  bank?: string;
  /** Left out: true. False leaves the form before its end. */
  finish?: boolean;
}

/** What the onboarding form does. An unfinished one changes nothing that the API shows. */
export function onboard(world: World, id: string, answers: Onboarding): Account {
  const account = getRow(world, "accounts", id);
  if (answers.finish === false) return account;
  const country = answers.country ?? account.country ?? world.options.country;
  account.country = country;
  account.default_currency = currencyOfCountry(country) ?? "usd";
  account.business_type ??= "individual";
  if (account.business_profile) {
    account.business_profile.name = answers.name ?? account.business_profile.name;
  }
  const bank = {
    id: newId(world, "ba"),
    country,
    currency: account.default_currency,
    last4: (answers.bank ?? "000123456789").replaceAll(/\D/g, "").slice(-4).padStart(4, "0"),
  };
  const external = bankAccount(id, bank);
  if (account.external_accounts) account.external_accounts.data = [external];
  const previous = { details_submitted: account.details_submitted };
  account.details_submitted = true;
  account.requirements = requirements([]);
  account.tos_acceptance = { date: nowSeconds(world), ip: "127.0.0.1", user_agent: "Sandbox" };
  allow(world, account);
  emit(world, "account.external_account.created", external, { account: id });
  emit(world, "account.updated", account, { account: id, previous });
  return account;
}

export function allow(world: World, account: Account): void {
  // A payee outside the transfer region finishes the form, and still cannot be paid.
  const reachable = transfersReach(account.country ?? "");
  account.payouts_enabled = reachable;
  account.charges_enabled = reachable;
  for (const name of ["card_payments", "transfers"] as const) {
    if (account.capabilities?.[name] === undefined) continue;
    account.capabilities[name] = reachable ? "active" : "inactive";
    emit(world, "capability.updated", capability(account, name), { account: account.id });
  }
}

export function capability(account: Account, name: "card_payments" | "transfers"): object {
  const due = account.details_submitted ? [] : onboardingNeeds;
  const needs = {
    alternatives: [],
    current_deadline: null,
    currently_due: due,
    disabled_reason: due.length > 0 ? "requirements.fields_needed" : null,
    errors: [],
    eventually_due: due,
    past_due: due,
    pending_verification: [],
  };
  const none = { ...needs, currently_due: [], disabled_reason: null, eventually_due: [] };
  const status = account.capabilities?.[name];
  return {
    id: name,
    object: "capability",
    account: account.id,
    future_requirements: { ...none, past_due: [] },
    requested: status !== undefined,
    requested_at: status === undefined ? null : (account.created ?? null),
    requirements: needs,
    status: status ?? "unrequested",
  };
}

function listCapabilities({ world, id }: Call<Record<never, never>>): object {
  const account = connectedAccount(world, id);
  const requested = Object.keys(account.capabilities ?? {}) as ("card_payments" | "transfers")[];
  return {
    object: "list",
    data: requested.map((name) => capability(account, name)),
    has_more: false,
    url: `/v1/accounts/${id}/capabilities`,
  };
}

export const capabilityRoutes: Route[] = [
  route("GET", "/v1/accounts/:id/capabilities", {}, listCapabilities),
];
