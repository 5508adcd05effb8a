// What becomes of a refund: it draws on the available balance, waits when that does not suffice,
// takes its time at some banks, and may fail even after it succeeded. Stripe's fee is not returned.
import { cardBehind } from "./cards.ts";
import { convert } from "./currency.ts";
import { schedule } from "./due.ts";
import { emit } from "./emit.ts";
import { Refused } from "./errors.ts";
import { fundsOf, move } from "./funds.ts";
import { findRow, getRow, type World } from "./state.ts";
import type { Charge, Refund } from "./types.ts";

const bankDelayMs = 24 * 60 * 60 * 1000;

/** Sends the refund, or lets it wait for what it lacks. */
export function beginRefund(world: World, refund: Refund): void {
  const waits = whyPending(world, refund);
  if (waits) {
    refund.pending_reason = waits;
    world.state.waitingRefunds.push(refund.id);
  } else {
    sendRefund(world, refund);
  }
}

export function changeRefunded(charge: Charge, by: number): void {
  charge.amount_refunded += by;
  charge.refunded = charge.amount_refunded === charge.amount;
}

/** What the refund takes from the balance, in the currency that its charge settled in. */
function settlement(
  world: World,
  refund: Refund,
): { amount: number; currency: string; exchangeRate?: number } | undefined {
  const charge = getRow(world, "charges", refund.charge ?? "");
  if (charge.balance_transaction === null) return undefined;
  const settled = getRow(world, "balanceTransactions", charge.balance_transaction);
  const amount = convert(refund.amount, charge.currency, settled.currency);
  const { exchange_rate: rate, currency } = settled;
  return { amount, currency, ...(rate === null ? {} : { exchangeRate: rate }) };
}

function whyPending(world: World, refund: Refund): Refund["pending_reason"] {
  const drawn = settlement(world, refund);
  if (!drawn) return "charge_pending";
  const { available } = fundsOf(world, undefined, drawn.currency);
  return available < drawn.amount ? "insufficient_funds" : undefined;
}

function sendRefund(world: World, refund: Refund): void {
  const drawn = settlement(world, refund);
  if (!drawn) throw new Error(`refund ${refund.id} before its charge has cleared`);
  const row = move(world, {
    type: "refund",
    amount: -drawn.amount,
    currency: drawn.currency,
    source: refund.id,
    description: "REFUND FOR CHARGE",
    ...(drawn.exchangeRate === undefined ? {} : { exchangeRate: drawn.exchangeRate }),
  });
  refund.balance_transaction = row.id;
  refund.status = "succeeded";
  delete refund.pending_reason;
  const behaviour = refund.payment_method ? cardBehind(world, refund.payment_method).behaviour : "";
  if (behaviour !== "refunds slowly" && behaviour !== "refunds in vain") return;
  if (behaviour === "refunds slowly") {
    refund.status = "pending";
    refund.pending_reason = "processing";
  }
  schedule(world, world.ports.now() + bankDelayMs, { kind: "answerRefund", refund: refund.id });
}

/** Called whenever money came in: waiting refunds go out, oldest first. */
export function resumeRefunds(world: World): void {
  const { state } = world;
  state.waitingRefunds = state.waitingRefunds.filter((id) => {
    const refund = getRow(world, "refunds", id);
    const waits = whyPending(world, refund);
    if (waits) {
      refund.pending_reason = waits;
      return true;
    }
    const previous = { balance_transaction: null, status: "pending" };
    sendRefund(world, refund);
    tellUpdated(world, refund, previous);
    return false;
  });
}

function openRefund(world: World, id: string): Refund {
  const refund = findRow(world, "refunds", id);
  if (!refund || world.state.owners.has(id)) throw new Refused(`there is no refund ${id}`);
  if (refund.status === "pending" || refund.status === "succeeded") return refund;
  throw new Refused(`refund ${id} is already ${refund.status}`);
}

/** The backer's bank took a refund that was still on its way. */
export function settleRefund(world: World, id: string): Refund {
  const refund = openRefund(world, id);
  if (refund.pending_reason !== "processing") {
    throw new Refused(`refund ${id} is not on its way to a bank`);
  }
  refund.status = "succeeded";
  delete refund.pending_reason;
  tellUpdated(world, refund, { status: "pending" });
  return refund;
}

/** The backer's bank turned the refund down, at times days after it succeeded: the money comes back. */
export function failRefund(world: World, id: string, reason = "expired_or_canceled_card"): Refund {
  const refund = openRefund(world, id);
  const previous = { status: refund.status };
  if (refund.balance_transaction !== null) {
    const drawn = getRow(world, "balanceTransactions", refund.balance_transaction);
    const row = move(world, {
      type: "refund_failure",
      amount: -drawn.amount,
      currency: drawn.currency,
      source: refund.id,
      description: "REFUND FAILURE",
    });
    refund.failure_balance_transaction = row.id;
  }
  world.state.waitingRefunds = world.state.waitingRefunds.filter((waiting) => waiting !== id);
  refund.status = "failed";
  refund.failure_reason = reason;
  delete refund.pending_reason;
  changeRefunded(getRow(world, "charges", refund.charge ?? ""), -refund.amount);
  emit(world, "refund.failed", refund, { previous });
  tellUpdated(world, refund, previous);
  resumeRefunds(world);
  return refund;
}

/** Stripe says it twice: once by the refund's own event, once by its charge's. */
function tellUpdated(world: World, refund: Refund, previous: object): void {
  emit(world, "refund.updated", refund, { previous });
  emit(world, "charge.refund.updated", refund, { previous });
}

/** A chargeback takes the money first: what waited to be refunded of this charge never is. */
export function failWaitingRefunds(world: World, charge: Charge): void {
  const waiting = world.state.waitingRefunds.filter(
    (id) => getRow(world, "refunds", id).charge === charge.id,
  );
  for (const id of waiting) failRefund(world, id, "charge_for_pending_refund_disputed");
}

/** The bank's answer to a refund of one of the test cards that take their time. */
export function answerRefund(world: World, id: string): void {
  const refund = getRow(world, "refunds", id);
  if (refund.pending_reason === "processing") settleRefund(world, id);
  else if (refund.status === "succeeded") failRefund(world, id);
}
