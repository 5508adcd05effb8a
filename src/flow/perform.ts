// Effect → call, exhaustive. Each reads the newest state, acts once, and answers with what happened.
import type { EffectRow } from "../ports.ts";
import type { Outcome, Performing } from "./outcome.ts";
import {
  explainPolicy,
  linkPulls,
  minimizeReply,
  postNotice,
  react,
  refreshNotices,
  updateCard,
  writeReply,
} from "./perform-github.ts";
import {
  expireCheckout,
  openAccount,
  openCheckout,
  refund,
  reread,
  transfer,
} from "./perform-stripe.ts";
import { distributeAward, payWaiting, returnPledges } from "./steps.ts";

export async function perform(row: EffectRow, on: Performing): Promise<Outcome> {
  const { effect } = row;
  switch (effect.effect) {
    case "updateCard":
      return updateCard(row, effect, on);
    case "refreshNotices":
      return refreshNotices(effect, on);
    case "postNotice":
      return postNotice(row, effect, on);
    case "linkPulls":
      return linkPulls(effect, on);
    case "react":
      return react(effect, on);
    case "reply":
      return writeReply(row, effect, on);
    case "minimizeReply":
      return minimizeReply(effect, on);
    case "explainPolicy":
      return explainPolicy(row, effect, on);
    case "openCheckout":
      return openCheckout(row, effect, on);
    case "expireCheckout":
      return expireCheckout(effect, on);
    case "refund":
      return refund(row, effect, on);
    case "transfer":
      return transfer(row, effect, on);
    case "openAccount":
      return openAccount(row, effect, on);
    case "reread":
      return reread(effect, on);
    case "returnPledges":
      return returnPledges(effect, on);
    case "distributeAward":
      return distributeAward(effect, on);
    case "payWaiting":
      return payWaiting(effect, on);
    case "returnPledge":
      return {
        events: [{ event: "pledgeReturnDue", pledgeId: effect.pledgeId, reason: effect.reason }],
      };
    case "returnPayout":
      return { events: [{ event: "claimDateReached", payoutId: effect.payoutId }] };
  }
}
