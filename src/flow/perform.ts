// Effect → call, exhaustive. Each reads the newest state, acts once, and answers with what happened.
import type { Event } from "../core/events.ts";
import type { EffectRow } from "../ports.ts";
import type { Named, Outcome, Performing } from "./outcome.ts";
import { cancelCharge, chaseCharge, confirmCharge, openCharge } from "./perform-charge.ts";
import {
  explainPolicy,
  linkPulls,
  mentionBacker,
  minimizeReply,
  postNotice,
  react,
  refreshNotices,
  unlessGone,
  updateCard,
  writeReply,
} from "./perform-github.ts";
import { mailBacker } from "./perform-mail.ts";
import {
  expireCheckout,
  forgetCard,
  openAccount,
  openCheckout,
  refund,
  reread,
  reverseTransfer,
  transfer,
} from "./perform-stripe.ts";
import { reconcile } from "./reconcile.ts";
import {
  boundConsents,
  callIn,
  decideGoal,
  distributeAward,
  handShares,
  payWaiting,
  returnPledges,
  returnShares,
  undoAward,
} from "./steps.ts";

export async function perform(row: EffectRow, on: Performing): Promise<Outcome> {
  const { effect } = row;
  switch (effect.effect) {
    case "updateCard":
      return unlessGone(row, updateCard(row, effect, on), on);
    case "refreshNotices":
      return refreshNotices(effect, on);
    case "postNotice":
      return unlessGone(row, postNotice(row, effect, on), on);
    case "linkPulls":
      return unlessGone(row, linkPulls(effect, on), on);
    case "react":
      return unlessGone(row, react(effect, on), on);
    case "reply":
      return unlessGone(row, writeReply(row, effect, on), on);
    case "mentionBacker":
      return unlessGone(row, mentionBacker(row, effect, on), on);
    case "minimizeReply":
      return unlessGone(row, minimizeReply(effect, on), on);
    case "explainPolicy":
      return unlessGone(row, explainPolicy(row, effect, on), on);
    case "openCheckout":
      return openCheckout(row, effect, on);
    case "expireCheckout":
      return expireCheckout(effect, on);
    case "openCharge":
      return openCharge(row, effect, on);
    case "confirmCharge":
      return confirmCharge(row, effect, on);
    case "cancelCharge":
      return cancelCharge(effect, on);
    case "chaseCharge":
      return chaseCharge(effect, on);
    case "refund":
      return refund(row, effect, on);
    case "transfer":
      return transfer(row, effect, on);
    case "reverseTransfer":
      return reverseTransfer(row, effect, on);
    case "openAccount":
      return openAccount(row, effect, on);
    case "mailBacker":
      return mailBacker(row, effect, on);
    case "forgetCard":
      return forgetCard(effect, on);
    case "reread":
      return reread(effect, on);
    case "reconcile":
      return reconcile(row, effect, on);
    case "returnPledges":
      return returnPledges(effect, on);
    case "distributeAward":
      return distributeAward(effect, on);
    case "undoAward":
      return undoAward(effect, on);
    case "payWaiting":
      return payWaiting(effect, on);
    case "returnShares":
      return returnShares(effect, on);
    case "handShares":
      return handShares(effect, on);
    case "callIn":
      return callIn(effect, on);
    case "callInPledge":
      return { events: [{ event: "promiseCalledIn", pledgeId: effect.pledgeId }] };
    case "boundConsents":
      return boundConsents(effect, on);
    case "decideGoal":
      return decideGoal(effect, on);
    case "endConsent":
      return { events: [{ event: "consentEnded", pledgeId: effect.pledgeId }] };
    case "returnPledge":
      return {
        events: [{ event: "pledgeReturnDue", pledgeId: effect.pledgeId, reason: effect.reason }],
      };
    case "lapsePledge":
      return { events: [{ event: "pledgeLapseDue", pledgeId: effect.pledgeId }] };
    case "endUnlessArrived":
      return { events: [goneTo(effect)] };
    case "lapseHandover": {
      const { campaignId, handoverId } = effect;
      return { events: [{ event: "handoverLapsed", campaignId, handoverId }] };
    }
    case "returnPayout":
      return { events: [{ event: "claimDateReached", payoutId: effect.payoutId }] };
    case "remindPayee":
      return { events: [{ event: "claimDateNear", payoutId: effect.payoutId }] };
  }
}

function goneTo({ campaignId, issueId }: Named<"endUnlessArrived">): Event {
  const why = "the issue was transferred to where this bot is not installed";
  return { event: "issueGone", campaignId, issueId, why };
}
