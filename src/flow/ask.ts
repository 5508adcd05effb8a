// One question to the core inside one transaction: load its situation, decide, write the answer.
import type { Campaign } from "../core/campaign.ts";
import type { Asked, Request } from "../core/commands.ts";
import { type Command, decideCommand, decideEvent } from "../core/decide.ts";
import type { Answer, Operator, Situation } from "../core/decision.ts";
import type { Event, RefundFact } from "../core/events.ts";
import type { PayingIn } from "../core/paying-in.ts";
import type { Refusal } from "../core/refusals.ts";
import type { Clock, Random, Subject, Transaction } from "../ports.ts";

/** What GitHub said just now, in place of what the store knows: that a pull request is not there. */
export type Known = Partial<Pick<Situation, "pull">>;

export type Question =
  | { subject: Subject; event: Event; known?: Known }
  | { subject: Subject; command: Command; known?: Known };

/** A question for the core, or a command refused before it came to one. */
export type Ask = Question | { refused: Refusal; asked: Asked; request: Request };

export interface Asking {
  clock: Clock;
  random: Random;
  /** The operator's settings; whether money can be paid in is asked per pledge. */
  operator: Omit<Operator, "payingIn">;
}

/** Asks the core and applies what it answers; a refusal is returned, and answered by the caller. */
export async function ask(
  trx: Transaction,
  question: Question,
  asking: Asking & { payingIn?: PayingIn },
): Promise<Answer> {
  const at = asking.clock.now();
  const situation: Situation = {
    ...(await trx.load(question.subject)),
    ...question.known,
    at,
    newId: asking.random.id(),
    operator: { ...asking.operator, payingIn: asking.payingIn ?? "closed" },
  };
  const answer: Answer =
    "event" in question
      ? { ok: true, decision: decideEvent(question.event, situation) }
      : decideCommand(question.command, situation);
  if (answer.ok) await trx.apply(answer.decision, at);
  return answer;
}

/** Which rows an event is about. */
function subjectOf(event: Event): Subject {
  switch (event.event) {
    case "issueChanged":
    case "surroundingsChanged":
    case "cardPosted":
    case "awardUndone":
    case "issueGone":
    case "issueLeft":
    case "issueArrived":
    case "goalDue":
    case "handoverLapsed":
      return { of: "campaign", campaignId: event.campaignId };
    case "pullSeen":
      return { of: "pull", pullId: event.pull.id };
    case "pullLinked":
    case "pullMerged":
      return { of: "campaign", campaignId: event.campaignId, pullId: event.pull.id };
    case "pullReverted":
      return { of: "campaign", campaignId: event.campaignId, pullId: event.pullId };
    case "noticePosted":
      return { of: "campaign", campaignId: event.notice.campaignId, pullId: event.notice.pullId };
    case "policyRead":
    case "policyBroken":
      return { of: "repository", repositoryId: event.repositoryId };
    case "pledgePaid":
      return {
        of: "payment",
        pledgeId: event.payment.pledgeId,
        chargeId: event.payment.chargeId,
      };
    case "checkoutExpired":
    case "checkoutOpened":
    case "checkoutRefused":
    case "pledgeReturnDue":
    case "cardVerified":
    case "chargeOpened":
    case "chargeRefused":
    case "chargeDeclined":
    case "chargeRedirected":
    case "chargeCanceled":
    case "chaseDue":
    case "pledgeLapseDue":
    case "pledgeAwarded":
    case "pledgeAwardUndone":
    case "goalExtended":
    case "promiseCalledIn":
    case "goalPageClosing":
    case "consentEnded":
      return { of: "pledge", pledgeId: event.pledgeId };
    case "refundSeen":
      return refundSubject(event.refund);
    case "disputeSeen": {
      const { disputeId, pledgeId, chargeId } = event.dispute;
      return { of: "dispute", disputeId, pledgeId, chargeId };
    }
    case "balanceMoved": {
      const { id: transactionId, currency } = event.movement;
      return { of: "movement", transactionId, currency };
    }
    case "refundRefused":
      return { of: "refund", effectKey: event.effectKey };
    case "transferSeen":
    case "transferRefused":
    case "payoutDue":
    case "shareDeclined":
    case "shareHanded":
    case "claimDateReached":
    case "claimDateNear":
      return { of: "payout", payoutId: event.payoutId };
    case "accountSeen":
    case "accountLost":
    case "bankPayoutSeen":
      return { of: "payee", payeeId: event.payeeId };
  }
}

/** One made by hand is known by Stripe's id, and before that by the charge it refunds. */
function refundSubject({ effectKey, refundId, chargeId }: RefundFact): Subject {
  return effectKey === null
    ? { of: "refund", effectKey: refundId, charge: chargeId }
    : { of: "refund", effectKey };
}

export function about(event: Event, known?: Known): Question {
  const subject = subjectOf(event);
  return known === undefined ? { subject, event } : { subject, event, known };
}

/** The campaigns a command on a pull request can mean: those that are not over. */
export function standing(campaigns: readonly Campaign[]): Campaign[] {
  return campaigns.filter(({ state }) => ["open", "reached", "awarded"].includes(state));
}
