// What Stripe's objects say of each charge of ours: the auditor's own books, kept from the outside.
import type { World } from "../world.ts";

type Sandbox = World["town"]["stripe"];
type Charge = ReturnType<Sandbox["charges"]>[number];
export type Refund = ReturnType<Sandbox["refunds"]>[number];
export type Transfer = ReturnType<Sandbox["transfers"]>[number];
type Dispute = ReturnType<Sandbox["disputes"]>[number];

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
  /** The app's refunds; what the operator made by hand is apart. */
  refunds: Refund[];
  /** Sums of the app's refunds that went through, and of those under way. */
  refunded: number;
  pending: number;
  /** Those made by hand, and the same sums of them. */
  handRefunds: Refund[];
  refundedByHand: number;
  pendingByHand: number;
  transfers: Transfer[];
  /** Less what was reversed. */
  transferred: number;
  disputes: Dispute[];
  /** What a bank took and did not give back. */
  taken: number;
  /** A refund that gave everything back, or is about to, says why. */
  returnedInFull: boolean;
}

/** Nobody but the app moved anything of it. */
export function isUntouched(book: ChargeBook): boolean {
  const { refundedByHand, pendingByHand, disputes, transfers } = book;
  const reversed = transfers.some((one) => one.amount_reversed > 0);
  return refundedByHand + pendingByHand === 0 && disputes.length === 0 && !reversed;
}

const KEPT = new WeakMap<World, ChargeBook[]>();

/** Kept once for all rules: the world stands still while it is audited. */
export function chargeBooks(world: World): ChargeBook[] {
  const books = KEPT.get(world) ?? readBooks(world);
  KEPT.set(world, books);
  return books;
}

function readBooks({ town: { stripe } }: World): ChargeBook[] {
  const transactions = new Map(stripe.balanceTransactions().map((one) => [one.id, one]));
  const sessions = new Map(stripe.sessions().map((one) => [one.payment_intent, one.id]));
  const all = {
    refunds: stripe.refunds(),
    transfers: stripe.transfers(),
    disputes: stripe.disputes(),
  };
  return stripe
    .charges()
    .filter(({ paid }) => paid)
    .map((charge): ChargeBook => {
      const money = transactions.get(String(charge.balance_transaction));
      const back = all.refunds.filter((one) => one.charge === charge.id);
      const own = back.filter(isOurs);
      const byHand = back.filter((one) => !isOurs(one));
      const out = all.transfers.filter((one) => one.source_transaction === charge.id);
      const disputes = all.disputes.filter((one) => one.charge === charge.id);
      return {
        charge,
        session: sessions.get(charge.payment_intent) ?? null,
        pledge: charge.metadata?.["whipround_pledge"] ?? "",
        campaign: charge.transfer_group ?? "",
        settled: money?.amount ?? 0,
        fee: money?.fee ?? 0,
        refunds: own,
        refunded: total(own, "succeeded"),
        pending: total(own, "pending"),
        handRefunds: byHand,
        refundedByHand: total(byHand, "succeeded"),
        pendingByHand: total(byHand, "pending"),
        transfers: out,
        transferred: sum(out.map((one) => one.amount - one.amount_reversed)),
        disputes,
        taken: -sum(
          disputes.flatMap((one) => one.balance_transactions.map(({ amount }) => amount)),
        ),
        returnedInFull: own.some(
          ({ status, metadata }) =>
            (status === "succeeded" || status === "pending") &&
            IN_FULL.includes(metadata?.["whipround_reason"] ?? ""),
        ),
      };
    });
}

/** Ours carry the name of the effect that made them. */
function isOurs({ metadata }: Refund): boolean {
  return metadata?.["whipround_reason"] !== undefined;
}

/** Why it went back, as the app told Stripe. */
export function reasonOf({ metadata }: Refund): string {
  return metadata?.["whipround_reason"] ?? "";
}

/** Money that the app should never have had: the terms promise it back in full. */
export const IN_FULL: readonly string[] = [
  "campaign over",
  "settled in another currency",
  "paid twice",
];

function total(refunds: readonly Refund[], wanted: string): number {
  return sum(refunds.filter(({ status }) => status === wanted).map(({ amount }) => amount));
}

export function sum(amounts: readonly number[]): number {
  return amounts.reduce((all, amount) => all + amount, 0);
}
