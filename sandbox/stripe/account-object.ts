// An account as the API shows it, put together from the few things that differ between accounts.
import type { Account } from "./types.ts";

const zoneCurrencies: Record<string, string> = {
  US: "usd",
  GB: "gbp",
  CA: "cad",
  CH: "chf",
  SE: "sek",
  NO: "nok",
  DK: "dkk",
  PL: "pln",
  CZ: "czk",
  AU: "aud",
  NZ: "nzd",
  SG: "sgd",
  JP: "jpy",
  MX: "mxn",
  BR: "brl",
  IN: "inr",
};

const euroZone = ["AT", "BE", "CY", "DE", "EE", "ES", "FI", "FR", "GR", "HR", "IE", "IT", "LT"];
const moreEuroZone = ["LU", "LV", "MT", "NL", "PT", "SI", "SK"];

export function currencyOfCountry(country: string): string | undefined {
  if ([...euroZone, ...moreEuroZone].includes(country)) return "eur";
  return zoneCurrencies[country];
}

/** Where a platform in the US, the UK, the EEA, Canada or Switzerland may send transfers. */
export function transfersReach(country: string): boolean {
  const others = ["US", "GB", "CA", "CH", "SE", "NO", "DK", "PL", "CZ"];
  return [...euroZone, ...moreEuroZone, ...others].includes(country);
}

export const onboardingNeeds = [
  "business_profile.url",
  "business_type",
  "external_account",
  "individual.first_name",
  "individual.last_name",
  "tos_acceptance.date",
  "tos_acceptance.ip",
];

export function requirements(due: string[]): NonNullable<Account["requirements"]> {
  return {
    alternatives: [],
    current_deadline: null,
    currently_due: due,
    disabled_reason: due.length > 0 ? "requirements.past_due" : null,
    errors: [],
    eventually_due: due,
    past_due: due,
    pending_verification: [],
  };
}

interface NewAccount {
  id: string;
  country: string;
  created: number;
  controller: NonNullable<Account["controller"]>;
  email: string | null;
  metadata: Record<string, string>;
  type: Account["type"];
}

export function newAccount(made: NewAccount): Account {
  const { id, country, ...given } = made;
  return {
    ...given,
    id,
    object: "account",
    business_profile: businessProfile(),
    business_type: null,
    capabilities: {},
    charges_enabled: false,
    country,
    default_currency: currencyOfCountry(country) ?? "usd",
    details_submitted: false,
    external_accounts: {
      object: "list",
      data: [],
      has_more: false,
      url: `/v1/accounts/${id}/external_accounts`,
    },
    future_requirements: requirements([]),
    payouts_enabled: false,
    requirements: requirements(onboardingNeeds),
    settings: settings(),
    tos_acceptance: { date: null, ip: null, user_agent: null },
  };
}

function businessProfile(): NonNullable<Account["business_profile"]> {
  return {
    annual_revenue: null,
    estimated_worker_count: null,
    mcc: null,
    minority_owned_business_designation: null,
    name: null,
    product_description: null,
    specified_commercial_transactions_act_url: null,
    support_address: null,
    support_email: null,
    support_phone: null,
    support_url: null,
    url: null,
  };
}

function settings(): NonNullable<Account["settings"]> {
  return {
    bacs_debit_payments: { display_name: null, service_user_number: null },
    branding: { icon: null, logo: null, primary_color: null, secondary_color: null },
    card_issuing: { tos_acceptance: { date: null, ip: null } },
    card_payments: {
      decline_on: { avs_failure: false, cvc_failure: false },
      statement_descriptor_prefix: null,
      statement_descriptor_prefix_kana: null,
      statement_descriptor_prefix_kanji: null,
    },
    dashboard: { display_name: "Whipround sandbox", timezone: "Etc/UTC" },
    invoices: { default_account_tax_ids: null, hosted_payment_method_save: "offer" },
    payments: {
      statement_descriptor: null,
      statement_descriptor_kana: null,
      statement_descriptor_kanji: null,
      statement_descriptor_prefix_kana: null,
      statement_descriptor_prefix_kanji: null,
    },
    payouts: {
      debit_negative_balances: true,
      schedule: { delay_days: 2, interval: "daily" },
      statement_descriptor: null,
    },
    sepa_debit_payments: {},
  };
}

export function bankAccount(
  account: string,
  bank: { id: string; country: string; currency: string; last4: string },
): NonNullable<Account["external_accounts"]>["data"][number] {
  return {
    id: bank.id,
    object: "bank_account",
    account,
    account_holder_name: null,
    account_holder_type: "individual",
    account_type: null,
    available_payout_methods: ["standard"],
    bank_name: "SANDBOX BANK",
    country: bank.country,
    currency: bank.currency,
    default_for_currency: true,
    fingerprint: `Sandbox${bank.id.slice(-9)}`,
    future_requirements: {
      currently_due: [],
      errors: [],
      past_due: [],
      pending_verification: [],
    },
    last4: bank.last4,
    metadata: {},
    requirements: { currently_due: [], errors: [], past_due: [], pending_verification: [] },
    routing_number: "110000000",
    status: "new",
  };
}

export function connectedCountries(): string[] {
  return [...euroZone, ...moreEuroZone, ...Object.keys(zoneCurrencies)].sort();
}
