// What banks, Stripe and the operator's hand in its dashboard do with money that was charged or sent.
import type { World } from "../world.ts";
import { chargeOf, intentOf } from "./places.ts";

export const bankSteps = {
  /** The backer's bank takes it back, or only asks; or Stripe prevented a chargeback in time. */
  async dispute(
    world: World,
    step: { form: string; kind: "chargeback" | "inquiry" | "block" | "resolution" },
  ): Promise<void> {
    const charge = chargeOf(world, step.form);
    if (charge !== null) world.town.stripe.dispute(charge, { kind: step.kind });
  },

  /** What becomes of a dispute; one without a word is lost after two weeks. */
  async verdict(
    world: World,
    step: {
      form: string;
      word: "answered" | "escalated" | "won" | "won with its fee" | "lost" | "dropped";
    },
  ): Promise<void> {
    const charge = chargeOf(world, step.form);
    const { stripe } = world.town;
    const dispute = stripe.disputes().find((one) => one.charge === charge);
    if (dispute === undefined) return;
    switch (step.word) {
      case "answered":
        stripe.answerDispute(dispute.id);
        break;
      case "escalated":
        stripe.escalateDispute(dispute.id);
        break;
      case "won":
        stripe.winDispute(dispute.id);
        break;
      case "won with its fee":
        stripe.winDispute(dispute.id, { feeReturned: true });
        break;
      case "lost":
        stripe.loseDispute(dispute.id);
        break;
      case "dropped":
        stripe.dropInquiry(dispute.id);
        break;
    }
  },

  /** By the operator's hand: the rest of a charge, or so many per cent of it. */
  async refundByHand(world: World, step: { form: string; percent: number }): Promise<void> {
    const id = chargeOf(world, step.form);
    const { stripe } = world.town;
    const charge = stripe.charges().find((one) => one.id === id);
    if (charge === undefined) return;
    const part = Math.floor((charge.amount * step.percent) / 100);
    const rest = charge.amount - charge.amount_refunded;
    stripe.refund(charge.id, step.percent === 100 ? rest : part);
  },

  /** By the operator's hand: the payment of a promise that was called in and not charged yet. */
  async cancelIntent(world: World, step: { form: string }): Promise<void> {
    const intent = intentOf(world, step.form);
    if (intent !== null) world.town.stripe.cancelPayment(intent);
  },

  /** By the operator's hand: the transfer that is the nth of all so far, or so many per cent of it. */
  async reverse(world: World, step: { nth: number; percent: number }): Promise<void> {
    const { stripe } = world.town;
    const transfers = stripe.transfers();
    const transfer = transfers[step.nth % Math.max(1, transfers.length)];
    if (transfer === undefined) return;
    const rest = transfer.amount - transfer.amount_reversed;
    const part = Math.ceil((rest * step.percent) / 100);
    stripe.reverse(transfer.id, part);
  },

  /** The refund that is the nth of all so far fails at the bank, even if it had gone through. */
  async failRefund(world: World, step: { nth: number }): Promise<void> {
    const refunds = world.town.stripe.refunds().filter(({ status }) => status === "succeeded");
    const refund = refunds[step.nth % Math.max(1, refunds.length)];
    if (refund !== undefined) world.town.stripe.failRefund(refund.id);
  },

  async topUp(world: World, step: { cents: number }): Promise<void> {
    world.town.stripe.topUp(step.cents, "usd");
  },

  /** A fee of Stripe's own, of which no event tells. */
  async chargeFee(world: World, step: { cents: number }): Promise<void> {
    world.town.stripe.chargeFee({ amount: step.cents, currency: "usd", description: "Connect" });
  },
};
