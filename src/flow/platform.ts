// What Stripe says of the platform's own account, believed for a while.
import type { Currency } from "../core/money.ts";
import type { Clock, Stripe } from "../ports.ts";

/** How long the account's settings are believed before they are read again. */
const PLATFORM_MS = 300_000;

export interface Platform {
  /** Whether the account may take money in this currency. Throws what Stripe's port throws. */
  isReadyFor(currency: Currency): Promise<boolean>;
  /** ISO 3166, two capital letters; null while Stripe does not say. It never changes, so it is kept. */
  country(): Promise<string | null>;
}

export function createPlatform({ stripe, clock }: { stripe: Stripe; clock: Clock }): Platform {
  let known: (Awaited<ReturnType<Stripe["platform"]>> & { readAt: number }) | null = null;

  async function newest() {
    const at = clock.now();
    if (known === null || at - known.readAt > PLATFORM_MS) {
      known = { readAt: at, ...(await stripe.platform()) };
    }
    return known;
  }

  return {
    async isReadyFor(currency) {
      const { manualPayouts, currencies } = await newest();
      return manualPayouts && currencies.includes(currency);
    },
    async country() {
      const { country } = known ?? (await newest().catch(() => ({ country: "" })));
      return country === "" ? null : country;
    },
  };
}
