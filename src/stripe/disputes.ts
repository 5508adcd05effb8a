// Disputes: what a backer's bank asks or takes, as Stripe tells it.
import type StripeSdk from "stripe";
import type { DisputeMovement, DisputePhase } from "../core/dispute.ts";
import type { Stripe } from "../ports.ts";
import { expanded, pledgeIdOf } from "./facts.ts";
import { unlessMissing } from "./failures.ts";

export async function readDispute(
  sdk: StripeSdk,
  disputeId: string,
): ReturnType<Stripe["readDispute"]> {
  const expand = ["charge.payment_intent"];
  const found = await unlessMissing(sdk.disputes.retrieve(disputeId, { expand }));
  const charge = expanded(found?.charge);
  const intent = expanded(charge?.payment_intent);
  if (found === null || charge === null || intent === null) return null;
  // The charge carries our metadata as it was when it was made, the intent as it is.
  const pledgeId = pledgeIdOf(intent) ?? pledgeIdOf(charge);
  if (pledgeId === null) return null;
  const movements = found.balance_transactions.map(movementOf);
  return {
    paymentIntentId: intent.id,
    dispute: {
      disputeId: found.id,
      pledgeId,
      chargeId: charge.id,
      phase: phaseOf(found.status, movements),
      amount: BigInt(found.amount),
      movements,
    },
  };
}

/** Signed as Stripe's balance sees it: what the bank took is negative. */
function movementOf({ id, currency, amount, fee }: StripeSdk.BalanceTransaction): DisputeMovement {
  return { id, currency, amount: BigInt(amount), fee: BigInt(fee) };
}

/** docs.stripe.com/api/disputes/object, `status`. A prevented one may have cost the money all the same. */
function phaseOf(
  status: StripeSdk.Dispute.Status,
  movements: readonly DisputeMovement[],
): DisputePhase {
  switch (status) {
    case "warning_needs_response":
    case "warning_under_review":
      return "inquiry";
    case "warning_closed":
      return "closed";
    case "won":
      return "won";
    case "lost":
      return "lost";
    case "prevented": {
      const sum = movements.reduce((total, { amount }) => total + amount, 0n);
      return sum < 0n ? "lost" : "closed";
    }
    default:
      return "open";
  }
}
