// Money on its way back to a backer: when a refund begins, how much it carries, how it ends.
import { type Campaign, recount } from "./campaign.ts";
import { type Decision, decision } from "./decision.ts";
import { at, now } from "./effects.ts";
import { move, OPERATOR, outgoingAccount, pledgeAccount } from "./ledger.ts";
import type { Currency } from "./money.ts";
import { DAY_MS, type Pledge, type ReturnReason } from "./pledge.ts";

/** One refund we began. `amount` is what left the pledge's account, in the settlement currency. */
export interface Refund {
  /** Key of the effect that sends it. */
  effectKey: string;
  pledgeId: string;
  refundId: string | null;
  amount: bigint;
  currency: Currency;
  /** The same in the pledge's own currency, for people. */
  pledgeAmount: bigint;
  reason: ReturnReason;
  state: "sending" | "succeeded" | "failed";
  /** Its balance transaction is in the ledger. */
  booked: boolean;
}

/** A refund that failed at the bank is tried this many times before the operator must act. */
export const REFUND_TRIES_MAX = 3;
const REFUND_RETRY_MS = 3 * DAY_MS;

/** Money that we should never have had goes back in full; the operator bears Stripe's fee. */
export function isReturnedInFull(reason: ReturnReason): boolean {
  switch (reason) {
    case "campaign over":
    case "settled in another currency":
    case "paid twice":
      return true;
    case "cancelled":
    case "refund date reached":
    case "award not claimed":
      return false;
  }
}

/** Everything that the pledge's account holds starts its way back. */
export function beginRefund(options: {
  pledge: Pledge;
  campaign: Campaign;
  held: bigint;
  reason: ReturnReason;
}): { pledge: Pledge; campaign: Campaign; decision: Decision } {
  const { pledge, campaign, held, reason } = options;
  const currency = pledge.settlementCurrency ?? pledge.currency;
  const full = isReturnedInFull(reason);
  const gross = pledge.net + pledge.stripeFee;
  const amount = full ? gross : held;
  if (amount === 0n) return { pledge, campaign, decision: decision({}) };
  const number = pledge.refundsCount + 1;
  const effectKey = `refund:${pledge.id}:${number}`;
  const pledgeAmount = full ? pledge.amount : amount;
  const after: Pledge = {
    ...pledge,
    state: "refunding",
    refunding: pledge.refunding + pledgeAmount,
    refundsCount: number,
    returnReason: reason,
  };
  const refund: Refund = {
    effectKey,
    pledgeId: pledge.id,
    refundId: null,
    amount,
    currency,
    pledgeAmount,
    reason,
    state: "sending",
    booked: false,
  };
  return {
    pledge: after,
    campaign: recount(campaign, { before: pledge, after }),
    decision: decision({
      changes: [{ put: "refund", refund }],
      postings: [
        ...move(OPERATOR, pledgeAccount(pledge.id), { amount: amount - held, currency }),
        ...move(pledgeAccount(pledge.id), outgoingAccount(effectKey), { amount, currency }),
      ],
      effects: [
        now({
          effect: "refund",
          pledgeId: pledge.id,
          number,
          chargeId: pledge.chargeId ?? "",
          amount: full ? null : amount,
          currency: pledge.currency,
          reason,
        }),
      ],
    }),
  };
}

/** When a refund that failed is begun again by itself; empty once the tries are used up. */
export function retryRefund(pledge: Pledge, reason: ReturnReason, time: number): Decision {
  if (pledge.refundsCount >= REFUND_TRIES_MAX) return decision({});
  return decision({
    effects: [
      at(time + REFUND_RETRY_MS, {
        effect: "returnPledge",
        pledgeId: pledge.id,
        reason,
        number: pledge.refundsCount,
      }),
    ],
  });
}
