// The one place where a command or an event meets its decider: exhaustive, one line each.
import type { Person } from "./campaign.ts";
import type { Asked, PledgeForm, Request } from "./commands.ts";
import {
  claimIssue,
  onNoticePosted,
  onPullLinked,
  onPullMerged,
  onPullSeen,
  releaseAward,
} from "./decide-award.ts";
import { renewPledge, withdrawPledge } from "./decide-backer.ts";
import {
  attachBounty,
  cancelCampaign,
  detachLabel,
  holdAward,
  onCardPosted,
  onIssueChanged,
  onPolicyBroken,
  onPolicyRead,
  onSurroundingsChanged,
  showHelp,
  splitAward,
} from "./decide-campaign.ts";
import {
  onChargeCanceled,
  onChargeDeclined,
  onChargeOpened,
  onChargeRedirected,
  onChargeRefused,
  onChaseDue,
  onPromiseCalledIn,
  retryCharge,
} from "./decide-charge.ts";
import { declineShare, onShareDeclined } from "./decide-decline.ts";
import { onDisputeSeen } from "./decide-dispute.ts";
import { onPledgeAwarded } from "./decide-distribution.ts";
import {
  attachGoal,
  extendGoal,
  onConsentEnded,
  onGoalDue,
  onGoalExtended,
  onGoalPageClosing,
} from "./decide-goal.ts";
import {
  agreeHandover,
  askHandover,
  onHandoverLapsed,
  onShareHanded,
  rejectHandover,
  withdrawHandover,
} from "./decide-handover.ts";
import { onIssueArrived, onIssueGone, onIssueLeft } from "./decide-moved.ts";
import { onBalanceMoved } from "./decide-movement.ts";
import { recordPaidOutside } from "./decide-outside.ts";
import { connectPayee, onAccountLost, onAccountSeen, onBankPayoutSeen } from "./decide-payee.ts";
import { onPledgePaid } from "./decide-payment.ts";
import { onClaimDateNear, onClaimDateReached, onPayoutDue } from "./decide-payout.ts";
import {
  offerPledge,
  onCheckoutExpired,
  onCheckoutOpened,
  onCheckoutRefused,
  startPledge,
} from "./decide-pledge.ts";
import { changeCard, onCardVerified, onPledgeLapseDue } from "./decide-promise.ts";
import { onPledgeReturnDue, onRefundRefused, onRefundSeen } from "./decide-refund.ts";
import {
  onAwardUndone,
  onPledgeAwardUndone,
  onPullReverted,
  rejectClaim,
} from "./decide-reject.ts";
import { offerTip } from "./decide-tip.ts";
import { onTransferRefused, onTransferSeen } from "./decide-transfer.ts";
import type { Answer, Decision, NamedPerson, Situation } from "./decision.ts";
import type { Event } from "./events.ts";

export type Command =
  | { command: "onGithub"; asked: Asked; request: Request; named: NamedPerson[] }
  | { command: "startPledge"; form: PledgeForm }
  | { command: "retryCharge"; pledgeId: string }
  | { command: "changeCard"; pledgeId: string }
  | { command: "connectPayee"; person: Person }
  | { command: "declineShare"; person: Person }
  | { command: "askHandover"; person: Person; named: NamedPerson }
  | { command: "withdrawHandover"; person: Person }
  | { command: "withdrawPledge"; pledgeId: string }
  | { command: "renewPledge"; pledgeId: string; from: number; wordingHash: string };

export function decideCommand(command: Command, situation: Situation): Answer {
  switch (command.command) {
    case "onGithub":
      return decideRequest(command, situation);
    case "startPledge":
      return startPledge(command.form, situation);
    case "retryCharge":
      return retryCharge(situation);
    case "changeCard":
      return changeCard(situation);
    case "connectPayee":
      return connectPayee(command.person, situation);
    case "declineShare":
      return declineShare(command.person, situation);
    case "askHandover":
      return askHandover(command, situation);
    case "withdrawHandover":
      return withdrawHandover(command.person, situation);
    case "withdrawPledge":
      return withdrawPledge(situation);
    case "renewPledge":
      return renewPledge(command, situation);
  }
}

function decideRequest(
  { asked, request, named }: Extract<Command, { command: "onGithub" }>,
  situation: Situation,
): Answer {
  switch (request.command) {
    case "attachBounty":
      return attachBounty({ asked, ...request }, situation);
    case "attachGoal":
      return attachGoal({ asked, ...request }, situation);
    case "extendGoal":
      return extendGoal({ asked, days: request.days }, situation);
    case "detachLabel":
      return detachLabel({ asked, label: request.label }, situation);
    case "offerPledge":
      return offerPledge({ asked, amount: request.amount }, situation);
    case "claimIssue":
      return claimIssue(asked, situation);
    case "splitAward":
      return splitAward({ asked, parts: request.parts, named }, situation);
    case "releaseAward":
      return releaseAward(asked, situation);
    case "agreeHandover":
      return agreeHandover({ asked, ...request, named }, situation);
    case "holdAward":
      return holdAward({ asked, why: request.why }, situation);
    case "rejectClaim":
      return rejectClaim({ asked, why: request.why }, situation);
    case "rejectHandover":
      return rejectHandover({ asked, ...request, named }, situation);
    case "cancelCampaign":
      return cancelCampaign({ asked, why: request.why }, situation);
    case "recordPaidOutside":
      return recordPaidOutside({ asked, amount: request.amount }, situation);
    case "offerTip":
      return offerTip({ asked, ...request, named }, situation);
    case "showHelp":
      return showHelp(asked);
    case "misread":
      return { ok: false, refusal: { refusal: "commandNotUnderstood", name: request.name } };
  }
}

export function decideEvent(event: Event, situation: Situation): Decision {
  switch (event.event) {
    case "surroundingsChanged":
      return onSurroundingsChanged(situation);
    case "issueChanged":
      return onIssueChanged(event, situation);
    case "issueGone":
      return onIssueGone(event, situation);
    case "issueLeft":
      return onIssueLeft(event, situation);
    case "issueArrived":
      return onIssueArrived(event, situation);
    case "pullSeen":
      return onPullSeen(event.pull, situation);
    case "pullLinked":
      return onPullLinked(event, situation);
    case "pullMerged":
      return onPullMerged(event, situation);
    case "pullReverted":
      return onPullReverted(event, situation);
    case "policyRead":
      return onPolicyRead(event);
    case "policyBroken":
      return onPolicyBroken(event, situation);
    case "cardVerified":
      return onCardVerified(event, situation);
    case "chargeOpened":
      return onChargeOpened(event, situation);
    case "chargeRefused":
      return onChargeRefused(situation);
    case "chargeDeclined":
      return onChargeDeclined(event, situation);
    case "chargeRedirected":
      return onChargeRedirected(event, situation);
    case "chargeCanceled":
      return onChargeCanceled(event, situation);
    case "chaseDue":
      return onChaseDue(event, situation);
    case "pledgePaid":
      return onPledgePaid(event.payment, situation);
    case "checkoutExpired":
      return onCheckoutExpired(event, situation);
    case "refundSeen":
      return onRefundSeen(event.refund, situation);
    case "transferSeen":
      return onTransferSeen(event, situation);
    case "disputeSeen":
      return onDisputeSeen(event.dispute, situation);
    case "balanceMoved":
      return onBalanceMoved(event.movement, situation);
    case "accountSeen":
      return onAccountSeen(event, situation);
    case "accountLost":
      return onAccountLost(event, situation);
    case "bankPayoutSeen":
      return onBankPayoutSeen(event, situation);
    case "checkoutOpened":
      return onCheckoutOpened(event, situation);
    case "checkoutRefused":
      return onCheckoutRefused(situation);
    case "cardPosted":
      return onCardPosted(event, situation);
    case "noticePosted":
      return onNoticePosted(event.notice);
    case "refundRefused":
      return onRefundRefused(situation);
    case "transferRefused":
      return onTransferRefused(event, situation);
    case "pledgeReturnDue":
      return onPledgeReturnDue(event.reason, situation);
    case "pledgeLapseDue":
      return onPledgeLapseDue(situation);
    case "goalDue":
      return onGoalDue(event, situation);
    case "goalPageClosing":
      return onGoalPageClosing(situation);
    case "promiseCalledIn":
      return onPromiseCalledIn(situation);
    case "goalExtended":
      return onGoalExtended(situation);
    case "consentEnded":
      return onConsentEnded(situation);
    case "pledgeAwarded":
      return onPledgeAwarded(situation);
    case "pledgeAwardUndone":
      return onPledgeAwardUndone(situation);
    case "awardUndone":
      return onAwardUndone(event, situation);
    case "payoutDue":
      return onPayoutDue(event, situation);
    case "shareDeclined":
      return onShareDeclined(situation);
    case "shareHanded":
      return onShareHanded(situation);
    case "handoverLapsed":
      return onHandoverLapsed(event, situation);
    case "claimDateReached":
      return onClaimDateReached(situation);
    case "claimDateNear":
      return onClaimDateNear(situation);
  }
}
