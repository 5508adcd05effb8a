// A payee gives up their share in favour of the backers: what waits for them, and what is collected later.
import { isAwarded, type Person } from "./campaign.ts";
import { withdrawHandover } from "./decide-handover.ts";
import { returnShare } from "./decide-payout.ts";
import { type Answer, both, type Decision, decision, needed, type Situation } from "./decision.ts";
import { now } from "./effects.ts";
import { handedBy, isPayeeOf } from "./handover.ts";
import { accept, refuse } from "./steps.ts";

/** On their own page, after they were asked once more. It cannot be taken back: the refunds begin at once. */
export function declineShare(person: Person, situation: Situation): Answer {
  const { award, campaign } = situation;
  const awarded = campaign !== null && isAwarded(campaign);
  if (award === null || !awarded || !isPayeeOf(award, person.id)) {
    return refuse({ refusal: "payeeNotKnown" });
  }
  if (award.declined.includes(person.id)) return accept({});
  if (handedBy(award, person.id) !== null) return refuse({ refusal: "shareIsGivenUp" });
  const { campaignId } = award;
  const declined = decision({
    changes: [{ put: "award", award: { ...award, declined: [...award.declined, person.id] } }],
    effects: [now({ effect: "returnShares", campaignId, payeeId: person.id, after: null })],
  });
  const withdrawn = withdrawHandover(person, situation);
  return withdrawn.ok ? { ok: true, decision: both(declined, withdrawn.decision) } : withdrawn;
}

/** One share of somebody who gave theirs up; what is being sent at that moment stays theirs. */
export function onShareDeclined(situation: Situation): Decision {
  const payout = needed(situation.payout, "payout");
  const award = needed(situation.award, "award");
  if (payout.state !== "waiting" || !award.declined.includes(payout.payeeId)) return decision({});
  const before = needed(situation.pledge, "pledge");
  // What its bank took back is nobody's to return; it is asked again when the bank has decided.
  if (before.disputed > 0n) return decision({});
  const reason = "declined by the payee";
  return returnShare({ payout, before, pledge: before, reason }, situation);
}
