// What Stripe has of each promise: the card that was saved for it, and the one intent that charges it.
import type { Consent } from "../notes.ts";
import type { World } from "../world.ts";

export interface PromiseBook {
  pledge: string;
  consent: Consent;
  /** Its one intent's status; null: it was never called in, as far as Stripe knows. */
  intent: string | null;
  forgotten: boolean;
}

/** Whose pledge of which campaign a page of Stripe's is, the app says: the one thing that only it knows. */
export function promisesOf(
  { notes, town: { stripe }, database }: World,
  campaign: string,
): PromiseBook[] {
  const rows = database.prepare("select id from pledges where campaign_id = ?").all(campaign);
  const pledges = new Set((rows as { id: string }[]).map(({ id }) => id));
  return notes.consents
    .filter(({ mode }) => mode === "on-merge")
    .flatMap((consent) => {
      const page = stripe.sessions().find(({ id }) => id === consent.session);
      const pledge = page?.metadata?.["whipround_pledge"] ?? "";
      if (page === undefined || !pledges.has(pledge)) return [];
      const intent = stripe
        .paymentIntents()
        .find(({ metadata }) => metadata["whipround_pledge"] === pledge);
      const forgotten = isForgotten(stripe, page.customer);
      return [{ pledge, consent, intent: intent?.status ?? null, forgotten }];
    });
}

/** Each card that was saved for it is off Stripe again: one may take another's place. */
function isForgotten(stripe: World["town"]["stripe"], customer: unknown): boolean {
  const events = stripe.events();
  const saved = events.filter(
    ({ type, data }) =>
      type === "payment_method.attached" &&
      "customer" in data.object &&
      data.object.customer === customer,
  );
  const gone = events.filter(({ type, data }) => {
    const before = data.previous_attributes as { customer?: unknown } | undefined;
    return type === "payment_method.detached" && before?.customer === customer;
  });
  return gone.length > 0 && gone.length >= saved.length;
}
