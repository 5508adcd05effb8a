// Where payees' Stripe accounts may be, seen from the platform's country: Stripe's cross-border transfers.
// docs.stripe.com/connect/cross-border-payouts: platforms in the US, the UK, the EEA, Canada or Switzerland
// can transfer to accounts in any of these; everybody else to accounts in their own country.

const EEA: readonly string[] = [
  ...["AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE"],
  ...["IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"],
];

const REGION: readonly string[] = ["US", "GB", "CA", "CH", ...EEA];

const REGION_IN_WORDS =
  "the United States, the United Kingdom, Canada, Switzerland or a country of the European Economic Area";

/** Whether a platform can pay an account; both ISO 3166 codes of two capital letters. */
export function canPay(platformCountry: string, accountCountry: string): boolean {
  if (platformCountry === accountCountry) return true;
  return REGION.includes(platformCountry) && REGION.includes(accountCountry);
}

const NAMES = new Intl.DisplayNames(["en"], { type: "region" });

/** `Australia`: for people. */
export function countryName(code: string): string {
  return /^[A-Z]{2}$/.test(code) ? (NAMES.of(code) ?? code) : code;
}

/** Where payees can be paid by a platform of this country, in words that follow "in". */
export function payeeCountries(platformCountry: string): string {
  return REGION.includes(platformCountry) ? REGION_IN_WORDS : countryName(platformCountry);
}
