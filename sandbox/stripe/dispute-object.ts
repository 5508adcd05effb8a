// A dispute as the API shows it when it is opened, put together from the few things that differ between disputes.
import type { Charge, Dispute } from "./types.ts";

/**
 * A chargeback takes the money at once; an inquiry only asks. `block` and `resolution` are chargebacks that
 * were prevented: the one costs nothing, the other gives the money back before the bank takes it.
 */
export type DisputeKind = "chargeback" | "inquiry" | "block" | "resolution";

export const disputeKinds = ["chargeback", "inquiry", "block", "resolution"] as const;

const firstStatuses: Record<DisputeKind, Dispute["status"]> = {
  chargeback: "needs_response",
  inquiry: "warning_needs_response",
  block: "prevented",
  resolution: "prevented",
};

interface NewDispute {
  id: string;
  amount: number;
  charge: Charge;
  created: number;
  /** Seconds: the last moment for an answer, if one is expected. */
  dueBy: number | null;
  kind: DisputeKind;
  reason: string;
}

export function newDispute(made: NewDispute): Dispute {
  const { charge, kind } = made;
  const brand = charge.payment_method_details?.card?.brand ?? "visa";
  return {
    id: made.id,
    object: "dispute",
    amount: made.amount,
    balance_transactions: [],
    charge: charge.id,
    created: made.created,
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: evidence(charge),
    evidence_details: {
      due_by: made.dueBy,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: "not_submitted",
    },
    intended_submission_method: null,
    // What was blocked took nothing: the charge stands as before.
    is_charge_refundable: kind === "inquiry" || kind === "block",
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    payment_method_details: {
      card: { brand, case_type: kind, network: brand, network_reason_code: "10.4" },
      type: "card",
    },
    reason: made.reason,
    status: firstStatuses[kind],
  };
}

function evidence({ billing_details: billing }: Charge): Dispute["evidence"] {
  return {
    access_activity_log: null,
    billing_address: null,
    cancellation_policy: null,
    cancellation_policy_disclosure: null,
    cancellation_rebuttal: null,
    customer_communication: null,
    customer_email_address: billing.email,
    customer_name: billing.name,
    customer_purchase_ip: null,
    customer_signature: null,
    duplicate_charge_documentation: null,
    duplicate_charge_explanation: null,
    duplicate_charge_id: null,
    enhanced_evidence: {},
    product_description: null,
    receipt: null,
    refund_policy: null,
    refund_policy_disclosure: null,
    refund_refusal_explanation: null,
    service_date: null,
    service_documentation: null,
    shipping_address: null,
    shipping_carrier: null,
    shipping_date: null,
    shipping_documentation: null,
    shipping_tracking_number: null,
    uncategorized_file: null,
    uncategorized_text: null,
  };
}
