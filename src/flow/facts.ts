// What GitHub and Stripe say now, as questions and events for the core. Reads only: it may run again after a crash.
import type { Repository } from "../core/campaign.ts";
import type { Event } from "../core/events.ts";
import {
  type Clock,
  type GitHub,
  type Hint,
  type Log,
  type PolicyFile,
  type Reader,
  type Stripe,
  TransientFailure,
} from "../ports.ts";
import { type Ask, about } from "./ask.ts";

export interface Sources {
  read: Reader;
  github: GitHub;
  stripe: Stripe;
  clock: Clock;
  log: Log;
}

/** What a message is resolved with; `tries`: how often it was begun. */
export type Resolving = Sources & { tries: number };

/** What to write besides the core's answers, and the questions, in order. */
export interface Resolved {
  repository?: Repository;
  installation?: { installationId: number; repositoryIds: number[] | null; installed: boolean };
  asks: Ask[];
  /** False: a command that anybody may give, and GitHub was not asked for the role of whoever gave it. */
  roleAsked?: boolean;
}

/** The policy on the default branch as a question: for a repository whose policy was never read before. */
export async function policyAsks(
  repository: Repository,
  { github }: Pick<Sources, "github">,
): Promise<Ask[]> {
  return policyAsk(repository, await github.policyFile(repository, null));
}

/**
 * A push that touched the policy. Pushes may be told late and out of order: in force is what stands on the
 * default branch now; a commit that broke the file is told so by itself.
 */
export async function pushAsks(
  repository: Repository,
  pushedSha: string,
  { github }: Pick<Sources, "github">,
): Promise<Ask[]> {
  const newest = await github.policyFile(repository, null);
  if (newest.found && newest.sha === pushedSha) return policyAsk(repository, newest);
  const pushed = await github.policyFile(repository, pushedSha);
  const isBroken = (file: PolicyFile): boolean => file.found && "problems" in file;
  const older = isBroken(pushed) || isBroken(newest) ? policyAsk(repository, pushed) : [];
  return [...older, ...policyAsk(repository, newest)];
}

function policyAsk({ id: repositoryId }: Repository, file: PolicyFile): Ask[] {
  if (!file.found) {
    return [about({ event: "policyRead", repositoryId, sha: "none", policy: null })];
  }
  const { sha } = file;
  return "policy" in file
    ? [about({ event: "policyRead", repositoryId, sha, policy: file.policy })]
    : [about({ event: "policyBroken", repositoryId, sha, problems: file.problems })];
}

/** What Stripe says now of a Checkout Session of ours; null while it is open. */
export async function checkoutEvents(
  sessionId: string,
  { stripe }: Pick<Sources, "stripe">,
): Promise<Event[] | null> {
  const session = await stripe.readCheckout(sessionId);
  if (session === null) return [];
  if (session.state === "open") return null;
  if (session.state === "expired") {
    return [{ event: "checkoutExpired", pledgeId: session.pledgeId, sessionId }];
  }
  const { payment, card } = session;
  if (payment !== null) return [{ event: "pledgePaid", payment }];
  if (card !== null) return [{ event: "cardVerified", ...card }];
  throw new TransientFailure(`session ${sessionId} is complete, its outcome not yet to be seen`);
}

/** What Stripe says now of a payment of ours: what it took, or that it never will take anything. */
export async function paymentEvents(
  paymentIntentId: string,
  { stripe }: Pick<Sources, "stripe">,
): Promise<Event[]> {
  const read = await stripe.readPayment(paymentIntentId);
  if (read === null) return [];
  if (read.state === "paid") return [{ event: "pledgePaid", payment: read.payment }];
  return [{ event: "chargeCanceled", pledgeId: read.pledgeId, paymentIntentId }];
}

/** Whether what this payment took is booked: then Stripe has nothing new to say of it. */
export async function isBooked(
  { pledgeId, paymentIntentId }: { pledgeId: string; paymentIntentId: string },
  { read }: Pick<Sources, "read">,
): Promise<boolean> {
  const pledge = await read.pledgeById(pledgeId);
  return pledge?.paymentIntentId === paymentIntentId && pledge.settlementCurrency !== null;
}

/** What Stripe says now of a payee's account; one that is no longer connected is whoever's it was here. */
export async function accountEvents(
  accountId: string,
  { stripe, read }: Pick<Sources, "stripe" | "read">,
): Promise<Event[]> {
  const seen = await stripe.readAccount(accountId);
  return seen === null ? accountLost(accountId, { read }) : [seen];
}

export async function accountLost(
  accountId: string,
  { read }: Pick<Sources, "read">,
): Promise<Event[]> {
  const payee = await read.payeeByAccount(accountId);
  return payee === null ? [] : [{ event: "accountLost", payeeId: payee.id, accountId }];
}

/** How Stripe's transfer from a payee's balance to their bank went. */
export async function bankPayoutEvents(
  { accountId, bankPayoutId }: { accountId: string; bankPayoutId: string },
  { stripe, read }: Pick<Sources, "stripe" | "read">,
): Promise<Event[]> {
  const payee = await read.payeeByAccount(accountId);
  if (payee === null) return [];
  const fact = await stripe.readBankPayout({ accountId, bankPayoutId });
  return fact === null ? [] : [{ event: "bankPayoutSeen", payeeId: payee.id, ...fact }];
}

/** What Stripe says now of a dispute of ours; its charge first, for it may have been told of later. */
export async function disputeEvents(
  disputeId: string,
  { stripe, read }: Pick<Sources, "stripe" | "read">,
): Promise<Event[]> {
  const found = await stripe.readDispute(disputeId);
  if (found === null) return [];
  const { paymentIntentId, dispute } = found;
  const seen: Event = { event: "disputeSeen", dispute };
  const { pledgeId } = dispute;
  if (await isBooked({ pledgeId, paymentIntentId }, { read })) return [seen];
  const payments = await paymentEvents(paymentIntentId, { stripe });
  // What a bank takes out of a charge can only be booked after the charge.
  if (payments.some((one) => one.event === "pledgePaid" && one.payment.settlement === null)) {
    throw new TransientFailure(`the charge of dispute ${disputeId} has not settled yet`);
  }
  return [...payments, seen];
}

/**
 * A balance transaction that no posting mirrors: the facts of what it moved for book it, if that is ours; if it is proven
 * not to be, it is the operator's.
 */
export async function movementEvents(transactionId: string, sources: Sources): Promise<Event[]> {
  const read = await sources.stripe.readMovement(transactionId);
  if (read === null) return [];
  const { movement, of } = read;
  const ours = of === null ? null : await eventsOfHint(of, sources);
  return ours ?? [{ event: "balanceMoved", movement }];
}

/** null: what the hint names is not ours. */
async function eventsOfHint(hint: Hint, sources: Sources): Promise<Event[] | null> {
  const { stripe } = sources;
  switch (hint.kind) {
    case "payment":
      return orNull(await paymentEvents(hint.paymentIntentId, sources));
    case "refund": {
      // One made by hand is of our charge all the same.
      const isOurs = (await stripe.readRefund(hint.refundId)) !== null;
      return isOurs ? refundEvents(hint.refundId, sources) : null;
    }
    case "transfer":
      return orNull(listed(await stripe.readTransfer(hint.transferId)));
    case "dispute":
      return orNull(await disputeEvents(hint.disputeId, sources));
    default:
      return null;
  }
}

function orNull(events: Event[]): Event[] | null {
  return events.length === 0 ? null : events;
}

function listed(event: Event | null): Event[] {
  return event === null ? [] : [event];
}

/**
 * A refund made by hand carries no effect of ours, and may be told before its charge: what is known of the charge
 * comes first.
 */
export async function refundEvents(
  refundId: string,
  { stripe, read }: Pick<Sources, "stripe" | "read">,
): Promise<Event[]> {
  const refund = await stripe.readRefund(refundId);
  if (refund === null) return [];
  const seen: Event = { event: "refundSeen", refund };
  const { effectKey, pledgeId, paymentIntentId } = refund;
  if (effectKey !== null || paymentIntentId === null) return [seen];
  if (await isBooked({ pledgeId, paymentIntentId }, { read })) return [seen];
  const found = await stripe.readPayment(paymentIntentId);
  if (found?.state !== "paid") return [];
  const { payment } = found;
  if (payment.settlement === null) {
    throw new TransientFailure(`refund ${refundId} was made before its charge has cleared`);
  }
  return [{ event: "pledgePaid", payment }, seen];
}
