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
import {
  attachBounty,
  cancelCampaign,
  detachBounty,
  holdAward,
  onAddressChanged,
  onCardPosted,
  onIssueChanged,
  onPolicyBroken,
  onPolicyRead,
  showHelp,
  splitAward,
} from "./decide-campaign.ts";
import { onPledgePaid } from "./decide-payment.ts";
import {
  connectPayee,
  onAccountSeen,
  onClaimDateReached,
  onPayoutDue,
  onPledgeAwarded,
  onTransferRefused,
  onTransferSeen,
} from "./decide-payout.ts";
import {
  offerPledge,
  onCheckoutExpired,
  onCheckoutOpened,
  onCheckoutRefused,
  startPledge,
} from "./decide-pledge.ts";
import { onPledgeReturnDue, onRefundRefused, onRefundSeen } from "./decide-refund.ts";
import type { Answer, Decision, NamedPerson, Situation } from "./decision.ts";
import type { Event } from "./events.ts";

export type Command =
  | { command: "onGithub"; asked: Asked; request: Request; named: NamedPerson[] }
  | { command: "startPledge"; form: PledgeForm }
  | { command: "connectPayee"; person: Person };

export function decideCommand(command: Command, situation: Situation): Answer {
  switch (command.command) {
    case "onGithub":
      return decideRequest(command, situation);
    case "startPledge":
      return startPledge(command.form, situation);
    case "connectPayee":
      return connectPayee(command.person, situation);
  }
}

function decideRequest(
  { asked, request, named }: Extract<Command, { command: "onGithub" }>,
  situation: Situation,
): Answer {
  switch (request.command) {
    case "attachBounty":
      return attachBounty({ asked, ...request }, situation);
    case "detachBounty":
      return detachBounty({ asked, label: request.label }, situation);
    case "offerPledge":
      return offerPledge({ asked, amount: request.amount }, situation);
    case "claimIssue":
      return claimIssue(asked, situation);
    case "splitAward":
      return splitAward({ asked, parts: request.parts, named }, situation);
    case "releaseAward":
      return releaseAward(asked, situation);
    case "holdAward":
      return holdAward({ asked, why: request.why }, situation);
    case "cancelCampaign":
      return cancelCampaign({ asked, why: request.why }, situation);
    case "showHelp":
      return showHelp(asked);
    case "misread":
      return { ok: false, refusal: { refusal: "commandNotUnderstood", name: request.name } };
  }
}

export function decideEvent(event: Event, situation: Situation): Decision {
  switch (event.event) {
    case "addressChanged":
      return onAddressChanged(situation);
    case "issueChanged":
      return onIssueChanged(event, situation);
    case "pullSeen":
      return onPullSeen(event.pull, situation);
    case "pullLinked":
      return onPullLinked(event, situation);
    case "pullMerged":
      return onPullMerged(event, situation);
    case "policyRead":
      return onPolicyRead(event);
    case "policyBroken":
      return onPolicyBroken(event);
    case "pledgePaid":
      return onPledgePaid(event.payment, situation);
    case "checkoutExpired":
      return onCheckoutExpired(event, situation);
    case "refundSeen":
      return onRefundSeen(event.refund, situation);
    case "transferSeen":
      return onTransferSeen(event, situation);
    case "accountSeen":
      return onAccountSeen(event, situation);
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
      return onTransferRefused(situation);
    case "pledgeReturnDue":
      return onPledgeReturnDue(event.reason, situation);
    case "pledgeAwarded":
      return onPledgeAwarded(situation);
    case "payoutDue":
      return onPayoutDue(situation);
    case "claimDateReached":
      return onClaimDateReached(situation);
  }
}
