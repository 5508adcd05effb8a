// Which effects need not be remembered when they are long done.
import type { Effect } from "./effects.ts";

/**
 * Whether nothing need be known of it when it is long done: asked for again, it would do no harm. Of all others the key
 * stays for good, so that money, mails and words leave once.
 */
export function mayBeForgotten({ effect }: Effect): boolean {
  switch (effect) {
    case "updateCard":
    case "refreshNotices":
    case "postNotice":
    case "linkPulls":
    case "react":
    case "minimizeReply":
    case "reread":
    case "returnPledges":
    case "distributeAward":
    case "undoAward":
    case "payWaiting":
    case "returnShares":
    case "handShares":
    case "callIn":
    case "callInPledge":
    case "boundConsents":
    case "returnPledge":
    case "chaseCharge":
    case "lapsePledge":
    case "returnPayout":
    case "remindPayee":
    case "lapseHandover":
    case "endUnlessArrived":
    case "decideGoal":
    case "endConsent":
      return true;
    case "reply":
    case "mentionBacker":
    case "explainPolicy":
    case "openCheckout":
    case "expireCheckout":
    case "refund":
    case "openCharge":
    case "confirmCharge":
    case "cancelCharge":
    case "transfer":
    case "reverseTransfer":
    case "openAccount":
    case "forgetCard":
    case "mailBacker":
    case "reconcile":
      return false;
  }
}
