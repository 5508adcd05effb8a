// A promise: a card that Stripe verified and saved, charged at the award, and the date on which it lapses.
import { isAwarded, isOpen } from "./campaign.ts";
import { isMendable, onCollectingOver, tryAgain } from "./decide-charge.ts";
import { type Answer, both, type Decision, decision, needed, type Situation } from "./decision.ts";
import { at, atTheDesk, now, type PlannedEffect } from "./effects.ts";
import type { VerifiedCard } from "./events.ts";
import { chargesNow, GOAL_GRACE_MS, hasOutlived, isTooLate } from "./goal.ts";
import { reminders } from "./mails.ts";
import { DAY_MS, lapseDate, type Pledge } from "./pledge.ts";
import { accept, forgetCard, lapse, refuse, settle } from "./steps.ts";

/** Stripe saved a card for this pledge. One that comes when the campaign is over is never charged. */
export function onCardVerified(card: VerifiedCard, situation: Situation): Decision {
  const before = needed(situation.pledge, "pledge");
  if (before.card?.setupIntentIds.includes(card.setupIntentId)) return decision({});
  switch (before.state) {
    case "started":
    case "abandoned":
      return promise({ before, after: saved(before, card) }, situation);
    case "promised":
      return replace({ before, after: saved(before, card) }, situation);
    case "charging": {
      const after = saved(before, card);
      const replaced = replace({ before, after }, situation);
      return isMendable(after) ? both(replaced, tryAgain(after)) : replaced;
    }
    default:
      // Nothing will be charged to it.
      return decision({ effects: forgetCard(saved(before, card)) });
  }
}

/** A try that is under way may still need the card before it. */
function replace(
  { before, after }: { before: Pledge; after: Pledge },
  { at: time }: Situation,
): Decision {
  const isAnother = before.card?.paymentMethodId !== after.card?.paymentMethodId;
  const former = isAnother ? forgetCard(before) : [];
  return decision({
    changes: [{ put: "pledge", pledge: after }],
    effects: former.map(({ effect }) => at(time + DAY_MS, effect)),
  });
}

function saved(pledge: Pledge, card: VerifiedCard): Pledge {
  const { customerId, paymentMethodId, setupIntentId } = card;
  const setupIntentIds = [...(pledge.card?.setupIntentIds ?? []), setupIntentId];
  return {
    ...pledge,
    card: { customerId, paymentMethodId, setupIntentIds },
    sessionUrl: null,
    sessionExpiresAt: null,
  };
}

function promise(
  { before, after }: { before: Pledge; after: Pledge },
  situation: Situation,
): Decision {
  const campaign = needed(situation.campaign, "campaign");
  const given: Pledge = { ...after, state: "promised", promisedAt: situation.at };
  // Stripe's pages are closed at a goal's deadline; what they say may be a moment late.
  const late =
    isTooLate(campaign, situation.at - GOAL_GRACE_MS) || hasOutlived(campaign, given, situation.at);
  if (!isOpen(campaign) || late) return lapse({ before, after: given }, situation);
  const { repositoryId } = campaign;
  const { id: pledgeId, viaReply } = given;
  const dueAt = needed(lapseDate(given), "day of lapse");
  const effects: PlannedEffect[] = [
    at(dueAt, { effect: "lapsePledge", pledgeId, dueAt }),
    now({ effect: "mailBacker", pledgeId, about: "your link", of: "" }),
    ...reminders({ pledge: given, campaign }, situation.at),
    ...(chargesNow(campaign) ? [now({ effect: "callInPledge", pledgeId })] : []),
    ...(viaReply === null ? [] : [now({ effect: "minimizeReply", repositoryId, key: viaReply })]),
  ];
  const counted = settle({ before, after: given }, situation);
  return { ...counted, effects: [...counted.effects, ...effects] };
}

/** Its date has come: that of the promise, or that of a charge that failed. One that an award found in force is charged by it. */
export function onPledgeLapseDue(situation: Situation): Decision {
  const pledge = needed(situation.pledge, "pledge");
  if (pledge.state === "charging") return onCollectingOver(situation);
  const date = lapseDate(pledge);
  if (pledge.state !== "promised" || date === null || situation.at < date) return decision({});
  if (isAwarded(needed(situation.campaign, "campaign"))) return decision({});
  return lapse({ before: pledge, after: pledge }, situation);
}

/** How long Stripe's page stays open: its longest is a day. */
export const PAGE_OPEN_MS = 2 * 3_600_000;

/** The backer asks for Stripe's page to save another card; one that is open still is shown again. */
export function changeCard(situation: Situation): Answer {
  const { pledge, at: time } = situation;
  const isOpenYet = pledge?.state === "promised" || pledge?.state === "charging";
  if (!isOpenYet || pledge.charging?.ending) return refuse({ refusal: "nothingToConfirm" });
  if (pledge.sessionExpiresAt !== null && pledge.sessionExpiresAt > time) return accept({});
  const number = pledge.pagesCount + 1;
  const asked: Pledge = {
    ...pledge,
    pagesCount: number,
    sessionId: null,
    sessionUrl: null,
    sessionExpiresAt: time + PAGE_OPEN_MS,
  };
  return accept({
    changes: [{ put: "pledge", pledge: asked }],
    effects: [atTheDesk(time, { effect: "openCheckout", pledgeId: pledge.id, number })],
  });
}
