// Money on its way back to a backer: when a refund begins, how much it carries, how it ends.
import { type Decision, decision, needed } from "./decision.ts";
import { at, type Effect, effectKey, now, type PlannedEffect } from "./effects.ts";
import { move, OPERATOR, outgoingAccount, pledgeAccount } from "./ledger.ts";
import type { Currency } from "./money.ts";
import { DAY_MS, isReturnedInFull, type Pledge, type ReturnReason } from "./pledge.ts";

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

/** A refund that failed at the bank is begun again: soon at first, then monthly, until it is through. */
const REFUND_SOON_TRIES = 3;
const REFUND_SOON_MS = 3 * DAY_MS;
const REFUND_LATER_MS = 30 * DAY_MS;

/** What the pledge's account holds, `held`, starts its way back. */
export function beginRefund(options: { pledge: Pledge; held: bigint; reason: ReturnReason }): {
  pledge: Pledge;
  decision: Decision;
} {
  const { pledge, held, reason } = options;
  const currency = pledge.settlementCurrency ?? pledge.currency;
  const full = isReturnedInFull(reason);
  const gross = pledge.net + pledge.stripeFee;
  const amount = full ? gross : held;
  // A charge that Stripe's fee ate up: there is nothing to give back.
  if (amount === 0n) return { pledge: { ...pledge, state: "refunded" }, decision: decision({}) };
  const number = pledge.refundsCount + 1;
  const effect: Effect = {
    effect: "refund",
    pledgeId: pledge.id,
    number,
    chargeId: needed(pledge.chargeId, "charge"),
    amount: full ? null : amount,
    currency: pledge.currency,
    reason,
  };
  const pledgeAmount = full ? pledge.amount : amount;
  const refund: Refund = {
    effectKey: effectKey(effect),
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
    pledge: {
      ...pledge,
      state: "refunding",
      refunding: pledge.refunding + pledgeAmount,
      refundsCount: number,
      returnReason: reason,
    },
    decision: decision({
      changes: [{ put: "refund", refund }],
      postings: [
        ...move(OPERATOR, pledgeAccount(pledge.id), { amount: amount - held, currency }),
        ...move(pledgeAccount(pledge.id), outgoingAccount(refund.effectKey), { amount, currency }),
      ],
      effects: [now(effect)],
    }),
  };
}

/** Money that did not arrive is sent again by and by: it can go nowhere else. */
export function retryRefund(pledge: Pledge, reason: ReturnReason, time: number): PlannedEffect {
  const wait = pledge.refundsCount < REFUND_SOON_TRIES ? REFUND_SOON_MS : REFUND_LATER_MS;
  return at(time + wait, {
    effect: "returnPledge",
    pledgeId: pledge.id,
    reason,
    number: pledge.refundsCount,
  });
}
