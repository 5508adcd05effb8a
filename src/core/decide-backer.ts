// What a backer does with a pledge of theirs: take it back until a claim is accepted, or renew it.
import { isAwarded } from "./campaign.ts";
import { endCharge, isMendable } from "./decide-charge.ts";
import { type Answer, both, type Decision, type Situation } from "./decision.ts";
import { at, now, type PlannedEffect } from "./effects.ts";
import { reminders } from "./mails.ts";
import type { Pledge } from "./pledge.ts";
import { renewalOffer } from "./renewal.ts";
import { accept, giveBack, refuse, settle, withdraw } from "./steps.ts";

/**
 * A promise ends without a charge, unless one is under way: its end comes first. Money that is paid in goes back under
 * the terms of the pledge. Once the award's row exists it is too late; what is going back already just goes on.
 */
export function withdrawPledge(situation: Situation): Answer {
  const { pledge, campaign, held } = situation;
  if (pledge === null || campaign === null) return refuse({ refusal: "nothingToWithdraw" });
  if (pledge.state === "withdrawn" || isReturning(pledge)) return accept({});
  if (isAwarded(campaign)) return refuse({ refusal: "pledgeIsAwarded" });
  switch (pledge.state) {
    case "promised":
      return done(withdraw(pledge, situation));
    case "clearing":
      return done(
        settle({ before: pledge, after: { ...pledge, returnReason: "withdrawn" } }, situation),
      );
    case "paid":
      return done(
        giveBack({ reason: "withdrawn", before: pledge, after: pledge, held }, situation),
      );
    case "charging":
      return isMendable(pledge)
        ? done(withdrawCharge(pledge, situation))
        : refuse({ refusal: "pledgeIsBeingCharged" });
    default:
      return refuse({ refusal: "nothingToWithdraw" });
  }
}

function done(decision: Decision): Answer {
  return { ok: true, decision };
}

/**
 * One that waits for its backer: the promise ends once Stripe confirms that it can charge no more. Should it have gone
 * through all the same, its money goes back.
 */
function withdrawCharge(before: Pledge, situation: Situation): Decision {
  const after: Pledge = { ...before, returnReason: "withdrawn" };
  return both(settle({ before, after }, situation), endCharge(after));
}

function isReturning({ state, returnReason }: Pledge): boolean {
  return state === "refunding" || state === "refunded" || returnReason !== null;
}

/**
 * A new consent to a later date. `from` is the date that the backer's page showed: asked again for the same
 * one, nothing changes. What falls due on the old date finds that it was moved.
 */
export function renewPledge(
  { from, wordingHash }: { from: number; wordingHash: string },
  { pledge, campaign, at: time }: Situation,
): Answer {
  if (pledge === null || campaign === null) return refuse({ refusal: "renewalNotOffered" });
  const goalDeadline = campaign.goal?.deadline ?? null;
  const known = pledge.renewals.some(
    (one) => one.from === from && one.goalDeadline === goalDeadline,
  );
  if (known) return accept({});
  const offer = renewalOffer({ pledge, campaign }, time);
  if (offer === null || offer.from !== from) return refuse({ refusal: "renewalNotOffered" });
  const renewals = [...pledge.renewals, { ...offer, at: time, wordingHash }];
  const renewed: Pledge = { ...pledge, renewals };
  return accept({
    changes: [{ put: "pledge", pledge: renewed }],
    effects: [
      dateOf(renewed, offer.until),
      ...reminders({ pledge: renewed, campaign }, time),
      now({ effect: "updateCard", campaignId: campaign.id }),
    ],
  });
}

function dateOf({ id: pledgeId, state }: Pledge, dueAt: number): PlannedEffect {
  const reason = "refund date reached";
  return state === "promised"
    ? at(dueAt, { effect: "lapsePledge", pledgeId, dueAt })
    : at(dueAt, { effect: "returnPledge", pledgeId, reason, number: 0, dueAt });
}
