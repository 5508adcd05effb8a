// Disputes: opened by a bank, answered by the operator, decided by the bank, months later at times.
// A chargeback takes the money and a fee when it opens; an inquiry moves nothing until it escalates.

import { convert } from "./currency.ts";
import { type DisputeKind, newDispute } from "./dispute-object.ts";
import { schedule } from "./due.ts";
import { emit } from "./emit.ts";
import { notFound, Refused } from "./errors.ts";
import { text } from "./fields.ts";
import { move } from "./funds.ts";
import { newId } from "./ids.ts";
import { listRows, pageFields } from "./pagination.ts";
import { plainCopy } from "./plain-copy.ts";
import { checkReference } from "./references.ts";
import { failWaitingRefunds, resumeRefunds } from "./refund-outcomes.ts";
import { type Call, type Route, route } from "./route.ts";
import { addRow, findRow, getRow, nowSeconds, type World } from "./state.ts";
import type { BalanceTransaction, Charge, Dispute } from "./types.ts";

const dayMs = 24 * 60 * 60 * 1000;
/** Unanswered by then, a chargeback is lost; an inquiry that nobody escalated is closed. */
const answerWithinMs = 14 * dayMs;
const inquiryClosesAfterMs = 120 * dayMs;

export interface DisputeTerms {
  kind?: DisputeKind;
  /** Minor units of the charge's currency; left out, what was not refunded. */
  amount?: number;
  reason?: string;
}

export function openDispute(world: World, chargeId: string, terms: DisputeTerms = {}): Dispute {
  const { kind = "chargeback", reason = "fraudulent" } = terms;
  const charge = disputable(world, chargeId);
  const { amount: given = 1 } = terms;
  if (!Number.isInteger(given) || given < 1 || given > charge.amount) {
    throw new Refused(`between 1 and ${charge.amount} of ${charge.id} can be disputed`);
  }
  if (kind === "chargeback" || kind === "resolution") failWaitingRefunds(world, charge);
  if (charge.refunded) throw new Refused(`charge ${charge.id} is refunded in full`);
  const amount = terms.amount ?? charge.amount - charge.amount_refunded;
  const now = world.ports.now();
  const inquiry = kind === "inquiry";
  const ends = inquiry || kind === "chargeback";
  const dispute = addRow(
    world,
    "disputes",
    newDispute({
      id: newId(world, "du"),
      amount,
      charge,
      created: nowSeconds(world),
      dueBy: ends ? Math.floor((now + answerWithinMs) / 1000) : null,
      kind,
      reason,
    }),
  );
  charge.disputed = true;
  if (kind === "chargeback") withdraw(world, dispute, world.options.disputeFee);
  if (kind === "resolution") withdraw(world, dispute, 0);
  emit(world, "charge.dispute.created", dispute);
  if (dispute.balance_transactions.length > 0) {
    emit(world, "charge.dispute.funds_withdrawn", dispute);
  }
  if (!ends) emit(world, "charge.dispute.closed", dispute);
  if (ends) {
    const at = now + (inquiry ? inquiryClosesAfterMs : answerWithinMs);
    schedule(world, at, { kind: "lapse", dispute: dispute.id });
  }
  return dispute;
}

function disputable(world: World, id: string): Charge {
  const charge = findRow(world, "charges", id);
  if (!charge?.paid || charge.source_transfer !== null) {
    throw new Refused(`there is no paid charge ${id}`);
  }
  if (charge.balance_transaction === null) throw new Refused(`charge ${id} has not cleared yet`);
  const disputes = world.state.tables.disputes.rows.filter((dispute) => dispute.charge === id);
  if (disputes.length > 0) throw new Refused(`charge ${id} is disputed already`);
  return charge;
}

function withdraw(world: World, dispute: Dispute, fee: number): void {
  addMovement(world, dispute, { sign: -1, fee, category: "dispute", word: "withdrawal" });
}

interface Movement {
  sign: 1 | -1;
  fee: number;
  category: string;
  word: string;
}

function addMovement(
  world: World,
  dispute: Dispute,
  { sign, fee, category, word }: Movement,
): void {
  const charge = getRow(world, "charges", dispute.charge);
  const settled = getRow(world, "balanceTransactions", charge.balance_transaction ?? "");
  const { exchange_rate: rate, currency } = settled;
  const row: BalanceTransaction = move(world, {
    type: "adjustment",
    category,
    amount: sign * convert(dispute.amount, charge.currency, currency),
    currency,
    source: dispute.id,
    fee,
    feeDescription: "Dispute fee",
    description: `Chargeback ${word} for ${charge.id}`,
    ...(rate === null ? {} : { exchangeRate: rate }),
  });
  dispute.balance_transactions.push(plainCopy(row) as Dispute["balance_transactions"][number]);
}

function disputeOf(world: World, id: string, statuses: Dispute["status"][]): Dispute {
  const dispute = findRow(world, "disputes", id);
  if (!dispute) throw new Refused(`there is no dispute ${id}`);
  if (statuses.includes(dispute.status)) return dispute;
  throw new Refused(`dispute ${id} is ${dispute.status}, not ${statuses.join(" or ")}`);
}

/** The operator sends evidence: from now on only the bank decides. */
export function answerDispute(world: World, id: string): Dispute {
  const dispute = disputeOf(world, id, ["needs_response", "warning_needs_response"]);
  const previous = { status: dispute.status };
  const inquiry = dispute.status === "warning_needs_response";
  dispute.status = inquiry ? "warning_under_review" : "under_review";
  const details = dispute.evidence_details;
  details.has_evidence = true;
  details.submission_count += 1;
  details.submission_method = "manual";
  emit(world, "charge.dispute.updated", dispute, { previous });
  return dispute;
}

/** The bank was not content with the answer to its inquiry, or did not wait for one. */
export function escalateDispute(world: World, id: string): Dispute {
  const dispute = disputeOf(world, id, ["warning_needs_response", "warning_under_review"]);
  const charge = getRow(world, "charges", dispute.charge);
  failWaitingRefunds(world, charge);
  if (charge.refunded) throw new Refused(`charge ${charge.id} is refunded in full`);
  const previous = { status: dispute.status };
  const now = world.ports.now();
  dispute.status = "needs_response";
  dispute.is_charge_refundable = false;
  dispute.evidence_details.due_by = Math.floor((now + answerWithinMs) / 1000);
  if (dispute.payment_method_details?.card) {
    dispute.payment_method_details.card.case_type = "chargeback";
  }
  withdraw(world, dispute, world.options.disputeFee);
  emit(world, "charge.dispute.updated", dispute, { previous });
  emit(world, "charge.dispute.funds_withdrawn", dispute);
  schedule(world, now + answerWithinMs, { kind: "lapse", dispute: id });
  return dispute;
}

/**
 * The bank decides for us: the money comes back. Stripe keeps its fee, in most countries;
 * even a dispute that was lost can be won later, when the cardholder withdraws it.
 */
export function winDispute(
  world: World,
  id: string,
  { feeReturned = false }: { feeReturned?: boolean } = {},
): Dispute {
  const dispute = disputeOf(world, id, ["needs_response", "under_review", "lost"]);
  const fee = feeReturned ? -world.options.disputeFee : 0;
  addMovement(world, dispute, { sign: 1, fee, category: "dispute_reversal", word: "reversal" });
  dispute.is_charge_refundable = true;
  closeAs(world, dispute, "won");
  emit(world, "charge.dispute.funds_reinstated", dispute);
  resumeRefunds(world);
  return dispute;
}

export function loseDispute(world: World, id: string): Dispute {
  const dispute = disputeOf(world, id, ["needs_response", "under_review"]);
  closeAs(world, dispute, "lost");
  return dispute;
}

/** The inquiry ends and no money has moved. */
export function dropInquiry(world: World, id: string): Dispute {
  const dispute = disputeOf(world, id, ["warning_needs_response", "warning_under_review"]);
  closeAs(world, dispute, "warning_closed");
  return dispute;
}

function closeAs(world: World, dispute: Dispute, status: Dispute["status"]): void {
  const previous = { status: dispute.status };
  dispute.status = status;
  emit(world, "charge.dispute.closed", dispute, { previous });
}

/** What happens when nobody did anything in time. */
export function lapseDispute(world: World, id: string): void {
  const dispute = getRow(world, "disputes", id);
  const due = (dispute.evidence_details.due_by ?? 0) * 1000 <= world.ports.now();
  if (dispute.status === "needs_response" && due) {
    dispute.evidence_details.past_due = true;
    loseDispute(world, id);
  } else if (dispute.status.startsWith("warning_") && dispute.status !== "warning_closed") {
    dropInquiry(world, id);
  }
}

/** What the test cards that are disputed do once their charge has cleared. */
export function disputeByCard(world: World, charge: string, kind: DisputeKind): void {
  if (!getRow(world, "charges", charge).refunded) openDispute(world, charge, { kind });
}

function retrieve({ world, id }: Call<Record<never, never>>): Dispute {
  const dispute = findRow(world, "disputes", id);
  if (!dispute) throw notFound("dispute", id, "dispute");
  return dispute;
}

const listFields = { ...pageFields, charge: text(), payment_intent: text() };

function list({ world, params }: Call<typeof listFields>): object {
  checkReference(world, "charges", params.charge, "charge");
  checkReference(world, "paymentIntents", params.payment_intent, "payment_intent");
  return listRows(world, {
    table: "disputes",
    url: "/v1/disputes",
    params,
    where: (dispute) =>
      (params.charge ?? dispute.charge) === dispute.charge &&
      (params.payment_intent ?? dispute.payment_intent) === dispute.payment_intent,
  });
}

export const disputeRoutes: Route[] = [
  route("GET", "/v1/disputes", listFields, list),
  route("GET", "/v1/disputes/:id", {}, retrieve),
];
