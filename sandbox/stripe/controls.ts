// What people, banks and Stripe itself do without the app: each control is one deed, at once.
// Tests and simulations call these; the dashboard's forms come to the same functions.

import { type Authentication, authenticate, type PageOutcome, payOnPage } from "./checkout.ts";
import {
  answerDispute,
  type DisputeTerms,
  dropInquiry,
  escalateDispute,
  loseDispute,
  openDispute,
  winDispute,
} from "./disputes.ts";
import { advance } from "./due-work.ts";
import { cancelPayment } from "./intents.ts";
import { type Onboarding, onboard } from "./onboarding.ts";
import { chargeFee, type Fee, reserve, topUp } from "./operator-money.ts";
import { failPayout, type PayoutByHand, payOut } from "./payouts.ts";
import { plainCopy } from "./plain-copy.ts";
import { failRefund, settleRefund } from "./refund-outcomes.ts";
import { createRefund } from "./refunds.ts";
import { reverseTransfer } from "./reversals.ts";
import { disconnect, liftRestriction, type Restriction, restrict } from "./standing.ts";
import { type Fault, findRow, type World } from "./state.ts";
import { resend, type Tampering, tamper } from "./tampering.ts";
import type {
  Account,
  BalanceTransaction,
  Dispute,
  PaymentIntent,
  Payout,
  Refund,
  Topup,
  TransferReversal,
} from "./types.ts";

interface PayAs {
  /** A test card's number; left out, the one that succeeds. */
  card?: string;
  email?: string;
  name?: string;
  /** What the backer does when the card asks; left out, completes it. `leave` closes the page. */
  authentication?: Authentication | "leave";
}

/** Each throws `Refused` (or a `StripeError`) when it cannot be done now, and then changes nothing. */
export interface Controls {
  /** A backer fills in the payment page. */
  pay(session: string, as?: PayAs): PageOutcome;
  /** Completes or fails an authentication that an intent waits for. */
  authenticate(intent: string, answer: Authentication): PageOutcome;
  /** A backer turns away: answers where the page's Cancel link leads. */
  abandon(session: string): string | null;
  onboard(account: string, answers?: Onboarding): Account;
  /** Stripe takes an account's transfers and payouts away: more questions to answer, or another reason. */
  restrict(account: string, reason?: Restriction): Account;
  /** The questions are answered, the bank account is replaced. */
  liftRestriction(account: string): Account;
  /** The payee cuts the platform off: `account.application.deauthorized`, then nothing more. */
  disconnect(account: string): Account;
  /** By hand in the dashboard, before anything was taken: it can never be confirmed again. */
  cancelPayment(intent: string): PaymentIntent;
  /** By hand in the dashboard: the whole rest, or a part in minor units of the charge's currency. */
  refund(charge: string, amount?: number): Refund;
  /** A refund that was pending at the backer's bank arrives. */
  settleRefund(refund: string): Refund;
  /** The backer's bank turns a refund down; one that had succeeded as well. */
  failRefund(refund: string): Refund;
  /** By hand in the dashboard: the whole rest, or a part. Needs the connected account's balance. */
  reverse(transfer: string, amount?: number): TransferReversal;
  /** The operator adds money from outside; available at once. Minor units. */
  topUp(amount: number, currency: string): Topup;
  /** By hand, from the platform's balance or a connected account's to its bank; paid a day later. */
  payOut(payout: PayoutByHand): Payout;
  /** The bank turns a payout down; one that counted as paid as well. */
  failPayout(payout: string): Payout;
  /** A fee of Stripe's own, as `stripe_fee`: no event tells of it. */
  chargeFee(fee: Fee): BalanceTransaction;
  /** Stripe sets available money aside as `connect_reserved`; a negative amount gives it back. */
  reserve(amount: number, currency: string): BalanceTransaction;
  /** The next request that matches gets this answer instead; kept under its idempotency key if a 5xx. */
  failNext(fault: Fault): void;
  /** The next webhooks get lost, come late, come twice, or as two events for one fact. */
  tamper(tampering: Tampering): void;
  /** Sends an event's webhook once more, whatever became of it. */
  resend(event: string): void;

  /** A cardholder's bank disputes a cleared charge, or only inquires. */
  dispute(charge: string, terms?: DisputeTerms): Dispute;
  /** The operator sends evidence: from then on it is under review, for as long as the bank likes. */
  answerDispute(dispute: string): Dispute;
  /** An inquiry becomes a chargeback. */
  escalateDispute(dispute: string): Dispute;
  /** Also after it was lost. Stripe keeps its fee unless `feeReturned`. */
  winDispute(dispute: string, how?: { feeReturned?: boolean }): Dispute;
  loseDispute(dispute: string): Dispute;
  /** An inquiry ends as `warning_closed`. */
  dropInquiry(dispute: string): Dispute;
}

export function createControls(world: World): Controls {
  /** First all that is due, then the deed; answers a copy, as everything that leaves the sandbox is. */
  function deed<A extends unknown[], R>(act: (world: World, ...given: A) => R) {
    return (...given: A): R => {
      advance(world);
      return plainCopy(act(world, ...given));
    };
  }
  return {
    pay: deed(pay),
    authenticate: deed(authenticate),
    abandon: (session) => findRow(world, "sessions", session)?.cancel_url ?? null,
    onboard: deed((_, account, answers = {}) => onboard(world, account, answers)),
    restrict: deed(restrict),
    liftRestriction: deed(liftRestriction),
    disconnect: deed(disconnect),
    cancelPayment: deed((_, intent) => cancelPayment(world, intent, "requested_by_customer")),
    refund: deed((_, charge, amount) => createRefund(world, { charge, amount })),
    settleRefund: deed(settleRefund),
    failRefund: deed((_, refund) => failRefund(world, refund)),
    reverse: deed((_, transfer, amount) => reverseTransfer(world, transfer, { amount })),
    topUp: deed(topUp),
    payOut: deed(payOut),
    failPayout: deed(failPayout),
    chargeFee: deed(chargeFee),
    reserve: deed(reserve),
    failNext: (fault) => {
      world.state.faults.push(fault);
    },
    tamper: deed(tamper),
    resend: deed(resend),
    dispute: deed(openDispute),
    answerDispute: deed(answerDispute),
    escalateDispute: deed(escalateDispute),
    winDispute: deed(winDispute),
    loseDispute: deed(loseDispute),
    dropInquiry: deed(dropInquiry),
  };
}

function pay(world: World, session: string, as: PayAs = {}): PageOutcome {
  const { authentication = "complete", ...payer } = as;
  const payment = { card: "4242424242424242", email: "backer@example.com", ...payer };
  const outcome = payOnPage(world, session, payment);
  if (outcome.kind !== "authenticate" || authentication === "leave") return outcome;
  return authenticate(world, outcome.intent, authentication);
}
