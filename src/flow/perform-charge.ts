// The charge of a promise at Stripe: its one intent is made, confirmed with a number per try, or cancelled.
// Whatever an earlier try may have done is read from the intent first.
import type { Event } from "../core/events.ts";
import type { Pledge } from "../core/pledge.ts";
import type { ChargeOutcome, EffectRow } from "../ports.ts";
import { paymentEvents } from "./facts.ts";
import type { Named, Outcome, Performing } from "./outcome.ts";
import { placeOf, stripeKey } from "./perform-stripe.ts";

export async function openCharge(
  row: EffectRow,
  { pledgeId }: Named<"openCharge">,
  { read, stripe }: Performing,
): Promise<Outcome> {
  const pledge = await chargingPledge(pledgeId, { read });
  if (pledge === null || pledge.paymentIntentId !== null) return {};
  const { issue } = await placeOf(pledge.campaignId, { read });
  const paymentIntentId = await stripe.openCharge(pledge, {
    key: stripeKey(row),
    mayExist: row.tries > 0,
    issue,
  });
  return { events: [{ event: "chargeOpened", pledgeId, paymentIntentId }] };
}

export async function confirmCharge(
  row: EffectRow,
  { pledgeId, number, paymentMethodId, onSession }: Named<"confirmCharge">,
  { read, stripe, publicUrl }: Performing,
): Promise<Outcome> {
  const pledge = await chargingPledge(pledgeId, { read });
  if (pledge?.paymentIntentId == null) return {};
  const { path } = await placeOf(pledge.campaignId, { read });
  const { paymentIntentId } = pledge;
  const outcome = await stripe.confirmCharge({
    key: stripeKey(row),
    mayExist: row.tries > 0,
    paymentIntentId,
    paymentMethodId,
    onSession,
    returnUrl: `${publicUrl}${path}/thanks?pledge=${pledgeId}`,
  });
  return { events: [eventOf(outcome, { pledgeId, paymentIntentId, number })] };
}

/** If somebody paid at that moment, that is what is found. */
export async function cancelCharge(
  { pledgeId, paymentIntentId }: Named<"cancelCharge">,
  { stripe }: Performing,
): Promise<Outcome> {
  const payment = await stripe.cancelCharge(paymentIntentId);
  const event: Event =
    payment === null
      ? { event: "chargeCanceled", pledgeId, paymentIntentId }
      : { event: "pledgePaid", payment };
  return { events: [event] };
}

/** Nobody is reminded of what is paid or cancelled: Stripe is asked first, for its webhook may be lost. */
export async function chaseCharge(
  { pledgeId, number }: Named<"chaseCharge">,
  { read, stripe }: Performing,
): Promise<Outcome> {
  const pledge = await chargingPledge(pledgeId, { read });
  if (pledge?.paymentIntentId == null) return {};
  const over = await paymentEvents(pledge.paymentIntentId, { stripe });
  return { events: over.length > 0 ? over : [{ event: "chaseDue", pledgeId, number }] };
}

async function chargingPledge(
  pledgeId: string,
  { read }: Pick<Performing, "read">,
): Promise<Pledge | null> {
  const pledge = await read.pledgeById(pledgeId);
  return pledge?.state === "charging" ? pledge : null;
}

function eventOf(
  outcome: ChargeOutcome,
  {
    pledgeId,
    paymentIntentId,
    number,
  }: { pledgeId: string; paymentIntentId: string; number: number },
): Event {
  switch (outcome.outcome) {
    case "paid":
      return { event: "pledgePaid", payment: outcome.payment };
    case "declined": {
      const { problem, why } = outcome;
      return { event: "chargeDeclined", pledgeId, number, problem, why };
    }
    case "redirected":
      return { event: "chargeRedirected", pledgeId, number, url: outcome.url };
    case "canceled":
      return { event: "chargeCanceled", pledgeId, paymentIntentId };
  }
}
