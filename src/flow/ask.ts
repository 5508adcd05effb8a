// One question to the core inside one transaction: load its situation, decide, write the answer.
import type { Campaign } from "../core/campaign.ts";
import type { Asked } from "../core/commands.ts";
import { type Command, decideCommand, decideEvent } from "../core/decide.ts";
import type { Answer, Decision, Operator, Situation } from "../core/decision.ts";
import { now } from "../core/effects.ts";
import type { Event } from "../core/events.ts";
import type { Refusal } from "../core/refusals.ts";
import { refusalReply } from "../core/replies.ts";
import type { Clock, Random, Subject, Transaction } from "../ports.ts";

/** What GitHub said just now, in place of what the store knows. */
export type Known = Partial<Pick<Situation, "pull">>;

export type Question =
  | { subject: Subject; event: Event; known?: Known }
  | { subject: Subject; command: Command; known?: Known };

/** A question for the core, or a command refused before it came to one. */
export type Ask = Question | { refused: Refusal; asked: Asked };

export interface Asking {
  clock: Clock;
  random: Random;
  /** The operator's settings; whether money can be paid in is asked per pledge. */
  operator: Omit<Operator, "payNowOpen">;
}

/** Asks the core and applies what it answers; a refusal is returned, and answered by the caller. */
export async function ask(
  trx: Transaction,
  question: Question,
  asking: Asking & { payNowOpen?: boolean },
): Promise<Answer> {
  const at = asking.clock.now();
  const situation: Situation = {
    ...(await trx.load(question.subject)),
    ...question.known,
    at,
    newId: asking.random.id(),
    operator: { ...asking.operator, payNowOpen: asking.payNowOpen ?? false },
  };
  const answer: Answer =
    "event" in question
      ? { ok: true, decision: decideEvent(question.event, situation) }
      : decideCommand(question.command, situation);
  if (answer.ok) await trx.apply(answer.decision, at);
  return answer;
}

/** 😕 on the comment and one reply that says why: the whole answer to a refused command. */
export function refusalDecision(refusal: Refusal, { thread, commentId, key }: Asked): Decision {
  const { repositoryId, number } = thread;
  const confused =
    commentId === null
      ? []
      : [now({ effect: "react" as const, repositoryId, commentId, reaction: "confused" as const })];
  const body = refusalReply(refusal);
  return {
    changes: [],
    postings: [],
    effects: [...confused, now({ effect: "reply", repositoryId, issueNumber: number, key, body })],
  };
}

/** Which rows an event is about. */
function subjectOf(event: Event): Subject {
  switch (event.event) {
    case "issueChanged":
    case "addressChanged":
    case "cardPosted":
      return { of: "campaign", campaignId: event.campaignId };
    case "pullSeen":
      return { of: "pull", pullId: event.pull.id };
    case "pullLinked":
    case "pullMerged":
      return { of: "campaign", campaignId: event.campaignId, pullId: event.pull.id };
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
    case "pledgeAwarded":
      return { of: "pledge", pledgeId: event.pledgeId };
    case "refundSeen":
      return { of: "refund", effectKey: event.refund.effectKey ?? event.refund.refundId };
    case "refundRefused":
      return { of: "refund", effectKey: event.effectKey };
    case "transferSeen":
    case "transferRefused":
    case "payoutDue":
    case "claimDateReached":
      return { of: "payout", payoutId: event.payoutId };
    case "accountSeen":
      return { of: "payee", payeeId: event.payeeId };
  }
}

export function about(event: Event, known?: Known): Question {
  const subject = subjectOf(event);
  return known === undefined ? { subject, event } : { subject, event, known };
}

/** The campaigns a command on a pull request can mean: those that are not over. */
export function standing(campaigns: readonly Campaign[]): Campaign[] {
  return campaigns.filter(({ state }) => ["open", "reached", "awarded"].includes(state));
}
