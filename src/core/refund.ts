// Money on its way back to a backer: when a refund begins, how much it carries, how it ends.
import { type Decision, decision, needed } from "./decision.ts";
import { at, type Effect, effectKey, now, type PlannedEffect } from "./effects.ts";
import { type Account, move, OPERATOR, outgoingAccount, pledgeAccount } from "./ledger.ts";
import type { Currency } from "./money.ts";
import { byHand, DAY_MS, isReturnedInFull, type Pledge, type ReturnReason } from "./pledge.ts";

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
  begunAt: number;
  state: "sending" | "succeeded" | "failed";
  /** Its balance transaction is in the ledger. */
  booked: boolean;
}

/** No effect of ours began it: Stripe's own id names it. */
export function isByHand({ effectKey, refundId }: Refund): boolean {
  return effectKey === refundId;
}

/** No try of ours was begun after this one. */
export function isLastRefund(effectKey: string, { id, refundsCount }: Pledge): boolean {
  return effectKey === `refund:${id}:${refundsCount}`;
}

/** Where its money is while it may have been sent. */
export function outgoingOf(refund: Refund): Account {
  const { effectKey, pledgeId } = refund;
  return isByHand(refund)
    ? outgoingAccount(`hand:${pledgeId}:${effectKey}`)
    : outgoingAccount(effectKey as `refund:${string}`);
}

/** A refund that failed at the bank is begun again: soon at first, then monthly, until it is through. */
const REFUND_SOON_TRIES = 3;
const REFUND_SOON_MS = 3 * DAY_MS;
const REFUND_LATER_MS = 30 * DAY_MS;

const TELL_MS = 3_600_000;

/**
 * Of the gross what is not returned yet; null where it cannot be said: a bank took a part, or a part was
 * returned of a charge that settled in another currency.
 */
function restOf(pledge: Pledge, settled: Currency): bigint | null {
  const { net, stripeFee, refunded, refunding, lost, currency } = pledge;
  const returned = refunded + refunding + byHand(pledge);
  if (lost > 0n || (returned > 0n && settled !== currency)) return null;
  const rest = net + stripeFee - returned;
  return rest > 0n ? rest : 0n;
}

/** What the pledge's account holds, `held`, starts its way back. */
export function beginRefund(options: {
  pledge: Pledge;
  held: bigint;
  reason: ReturnReason;
  begunAt: number;
}): {
  pledge: Pledge;
  decision: Decision;
} {
  const { pledge, held, reason, begunAt } = options;
  const currency = pledge.settlementCurrency ?? pledge.currency;
  const rest = restOf(pledge, currency);
  const full = isReturnedInFull(reason) && rest !== null && (rest >= held || byHand(pledge) > 0n);
  const amount = full ? rest : held;
  const account = pledgeAccount(pledge.id);
  // The operator adds what a full refund lacks, and has what an earlier try of it had too much.
  const difference = [
    ...(amount > held ? move(OPERATOR, account, { amount: amount - held, currency }) : []),
    ...(amount < held ? move(account, OPERATOR, { amount: held - amount, currency }) : []),
  ];
  // Stripe's fee ate it up, or it went back by another way: there is nothing to give back.
  if (amount === 0n) return { pledge, decision: decision({ postings: difference }) };
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
  const pledgeAmount = full
    ? pledge.amount - pledge.refunded - pledge.refunding - byHand(pledge)
    : amount;
  const refund: Refund = {
    effectKey: effectKey(effect),
    pledgeId: pledge.id,
    refundId: null,
    amount,
    currency,
    pledgeAmount,
    reason,
    begunAt,
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
      postings: [...difference, ...move(account, outgoingOf(refund), { amount, currency })],
      effects: [
        now(effect),
        // One that is through by then is told as that.
        at(begunAt + TELL_MS, {
          effect: "mailBacker",
          pledgeId: pledge.id,
          about: "refund begun",
          of: refund.effectKey,
        }),
      ],
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
