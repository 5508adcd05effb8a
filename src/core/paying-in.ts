// Which ways to pay are open at this moment: what the operator's Stripe account and the operator's own money allow.
import type { PledgeMode } from "./pledge.ts";
import type { Refusal } from "./refusals.ts";

/** Everything; promises, but no money now; nothing. */
export type PayingIn = "open" | "promisesOnly" | "closed";

/**
 * Below zero, backers' money covers what the operator lost (a chargeback after the payout, a fee on what went back
 * in full): nobody's new money may be added to that. A promise is charged much later, and costs nothing until then.
 */
export function payingIn(known: { accountIsReady: boolean; operatorBalance: bigint }): PayingIn {
  if (!known.accountIsReady) return "closed";
  return known.operatorBalance < 0n ? "promisesOnly" : "open";
}

/** Why nobody can pay in this way now, or null. */
export function closedFor(
  mode: PledgeMode,
  { open, promisesOffered }: { open: PayingIn; promisesOffered: boolean },
): Refusal | null {
  if (open === "closed") return { refusal: "payingInClosed" };
  return open === "promisesOnly" && mode === "pay-now"
    ? { refusal: "payNowClosed", promisesOffered }
    : null;
}
