// What Stripe's objects say of each charge of ours: the auditor's own books, kept from the outside.
import type { World } from "../world.ts";

type Sandbox = World["town"]["stripe"];
type Charge = ReturnType<Sandbox["charges"]>[number];
type Refund = ReturnType<Sandbox["refunds"]>[number];
type Transfer = ReturnType<Sandbox["transfers"]>[number];

export interface ChargeBook {
  charge: Charge;
  /** The Checkout Session that it was paid on, or null. */
  session: string | null;
  pledge: string;
  /** The campaign, by the charge's transfer group. */
  campaign: string;
  /** What settled, and Stripe's fee on it, in minor units; 0 while it is clearing. */
  settled: number;
  fee: number;
  refunds: Refund[];
  /** Sums of refunds that went through, and of those under way. */
  refunded: number;
  pending: number;
  transfers: Transfer[];
  /** Less what was reversed. */
  transferred: number;
  /** A refund that gave everything back says why. */
  returnedInFull: boolean;
}

export function chargeBooks({ town: { stripe } }: World): ChargeBook[] {
  const transactions = new Map(stripe.balanceTransactions().map((one) => [one.id, one]));
  const sessions = new Map(stripe.sessions().map((one) => [one.payment_intent, one.id]));
  const refunds = stripe.refunds();
  const transfers = stripe.transfers();
  return stripe
    .charges()
    .filter(({ paid }) => paid)
    .map((charge): ChargeBook => {
      const money = transactions.get(String(charge.balance_transaction));
      const back = refunds.filter((one) => one.charge === charge.id);
      const out = transfers.filter((one) => one.source_transaction === charge.id);
      const through = back.filter(({ status }) => status === "succeeded");
      return {
        charge,
        session: sessions.get(charge.payment_intent) ?? null,
        pledge: charge.metadata?.["whipround_pledge"] ?? "",
        campaign: charge.transfer_group ?? "",
        settled: money?.amount ?? 0,
        fee: money?.fee ?? 0,
        refunds: back,
        refunded: sum(through.map(({ amount }) => amount)),
        pending: sum(back.filter(({ status }) => status === "pending").map(({ amount }) => amount)),
        transfers: out,
        transferred: sum(out.map((one) => one.amount - one.amount_reversed)),
        returnedInFull: through.some(({ metadata }) =>
          IN_FULL.includes(metadata?.["whipround_reason"] ?? ""),
        ),
      };
    });
}

/** Money that the app should never have had: the terms promise it back in full. */
const IN_FULL = ["campaign over", "settled in another currency", "paid twice"];

export function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
