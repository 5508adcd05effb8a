// What Stripe, backers' banks and the operator's hand in the dashboard do in a random life, told or not.
import type { DisputeFact } from "../src/core/dispute.ts";
import type { RefundFact } from "../src/core/events.ts";
import { advanceDispute, beginDispute } from "./core-disputes.ts";
import type { Story } from "./core-outbox.ts";
import { advanceRefund, cancelIntent, refundByHand, reverse, settleCharge } from "./core-stripe.ts";
import { works } from "./core-time.ts";
import { happen } from "./core-world.ts";

export function settles({ world, books, choose }: Story): void {
  if (books.charges.size === 0) return;
  const { chargeId } = choose.of([...books.charges.values()]);
  happen(world, { event: "pledgePaid", payment: settleCharge(books, chargeId) });
}

export function refundMoves(story: Story): void {
  const { books, choose } = story;
  if (books.refunds.size === 0) return;
  tellOf(story, advanceRefund(books, choose.of([...books.refunds.keys()])));
}

export function banksAsk(story: Story): void {
  const { world, books, choose } = story;
  const fact = choose.chance(0.3) ? beginDispute(books) : advanceDispute(books);
  if (fact !== null && choose.chance(0.8)) happen(world, { event: "disputeSeen", dispute: fact });
}

/** A bank takes back what was paid out, beside hands that take and give: lost, and now and then won after all. */
export function banksTakeItBack(story: Story): void {
  const { world, books, choose } = story;
  const paid = new Set(
    [...world.payouts.values()].flatMap(({ state, pledgeId }) =>
      state === "paid" ? [pledgeId] : [],
    ),
  );
  const charges = [...books.charges.values()].filter(({ pledgeId }) => paid.has(pledgeId));
  if (charges.length === 0) return;
  const { chargeId } = choose.of(charges);
  const tell = (fact: DisputeFact | null): void => {
    if (fact !== null && choose.chance(0.9)) happen(world, { event: "disputeSeen", dispute: fact });
  };
  const acts = [
    () => refundsByHand(story, chargeId),
    () => tell(beginDispute(books, chargeId)),
    () => tell(advanceDispute(books, chargeId)),
    () => tell(advanceDispute(books, chargeId)),
    () => reversal(story),
    () => works(story),
    () => works(story),
  ];
  for (let step = choose.between(5, 25); step > 0; step -= 1) choose.of(acts)();
}

export function reversal({ world, books, choose }: Story): void {
  if (books.transfers.size === 0 || choose.chance(0.5)) return;
  happen(world, reverse(books, choose.of([...books.transfers.keys()])));
}

/** The operator cancels a payment that was never taken; Stripe's webhook comes, or the next try finds it. */
export function cancelsByHand({ world, books, choose }: Story): void {
  const charging = [...world.pledges.values()].filter(({ state }) => state === "charging");
  if (charging.length === 0 || choose.chance(0.8)) return;
  const { id: pledgeId, paymentIntentId } = choose.of(charging);
  if (paymentIntentId === null || books.intents.get(paymentIntentId) !== "open") return;
  cancelIntent(books, paymentIntentId);
  if (choose.chance(0.6)) happen(world, { event: "chargeCanceled", pledgeId, paymentIntentId });
}

/** In the dashboard; Stripe's webhook comes, or is late. */
export function refundsByHand(story: Story, wanted?: string): void {
  const { world, books, choose } = story;
  if (books.charges.size === 0) return;
  const chargeId = wanted ?? choose.of([...books.charges.keys()]);
  const fact = refundByHand(books, chargeId);
  if (fact !== null && choose.chance(0.7)) tellOf(story, fact);
  else world.at += 60_000;
}

/** As flow tells it: what is known of the charge first. */
export function tellOf({ world, books }: Story, refund: RefundFact): void {
  const payment = books.charges.get(refund.chargeId);
  if (payment !== undefined) happen(world, { event: "pledgePaid", payment });
  happen(world, { event: "refundSeen", refund });
}
