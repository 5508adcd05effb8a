// What GitHub and Stripe say now, as questions and events for the core. Reads only: it may run again after a crash.
import type { Repository } from "../core/campaign.ts";
import type { Event } from "../core/events.ts";
import {
  type GitHub,
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
  log: Log;
}

/** What to write besides the core's answers, and the questions, in order. */
export interface Resolved {
  repository?: Repository;
  installation?: { installationId: number; repositoryIds: number[] | null; installed: boolean };
  asks: Ask[];
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

/** What Stripe says now of a Checkout Session of ours. */
export async function checkoutEvents(
  sessionId: string,
  { stripe }: Pick<Sources, "stripe">,
): Promise<Event[]> {
  const session = await stripe.readCheckout(sessionId);
  if (session === null || session.state === "open") return [];
  if (session.state === "expired") {
    return [{ event: "checkoutExpired", pledgeId: session.pledgeId, sessionId }];
  }
  if (session.payment === null) {
    throw new TransientFailure(`session ${sessionId} is complete, its payment not yet to be seen`);
  }
  return [{ event: "pledgePaid", payment: session.payment }];
}

export async function paymentEvents(
  paymentIntentId: string,
  { stripe }: Pick<Sources, "stripe">,
): Promise<Event[]> {
  const payment = await stripe.readPayment(paymentIntentId);
  return payment === null ? [] : [{ event: "pledgePaid", payment }];
}

/** Refunds that somebody made by hand carry no effect of ours: they are named in the log. */
export async function refundEvents(
  refundId: string,
  { stripe, log }: Pick<Sources, "stripe" | "log">,
): Promise<Event[]> {
  const refund = await stripe.readRefund(refundId);
  if (refund === null) return [];
  if (refund.effectKey === null) {
    log.warn({ refundId, pledgeId: refund.pledgeId }, "a refund was made outside Whipround");
    return [];
  }
  return [{ event: "refundSeen", refund }];
}
