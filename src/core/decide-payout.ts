// From a share to money in a payee's Stripe account, or back to the backer when nobody claims it.
import type { Award } from "./award.ts";
import { isAwarded } from "./campaign.ts";
import { both, type Decision, decision, needed, type Situation } from "./decision.ts";
import { accountWaitMs, at, now, type PlannedEffect } from "./effects.ts";
import type { Event } from "./events.ts";
import { handedBy } from "./handover.ts";
import { move, OPERATOR, outgoingAccount, pledgeAccount, shareAccount } from "./ledger.ts";
import { isPending, obstacleTo, type Payee, type Payout, takenBackOf, withRows } from "./payout.ts";
import { DAY_MS, type Pledge, REMIND_DAYS, type ReturnReason } from "./pledge.ts";
import { claimReply } from "./replies.ts";
import { feeToReturn } from "./split.ts";
import { giveBack, settle } from "./steps.ts";
import { roomForTip, tipLimitIn } from "./tip.ts";

/** Sends the payout if nothing stands in its way; else it waits, and is asked again when that may be over. */
export function payOrWait(payout: Payout, situation: Situation): Decision {
  const campaign = needed(situation.campaign, "campaign");
  const wait = decision({ changes: [{ put: "payout", payout }] });
  const onward = onwardFrom(payout, situation.award);
  if (onward !== null) return both(wait, decision({ effects: [onward] }));
  const payee = payeeOf(payout, situation);
  const obstacle = obstacleTo({ payout, payee, campaign, at: situation.at });
  // Until its bank has decided, nothing more of a disputed pledge leaves.
  if (needed(situation.pledge, "pledge").disputed > 0n) return wait;
  if (!isOfTheAward(payout, situation)) return wait;
  switch (obstacle) {
    case null:
      return campaign.kind === "tip" ? sendTip({ payout, payee }, situation) : send(payout);
    case "award held":
      return both(wait, decision({ effects: awardHeldUntil(payout) }));
    case "first payout held":
      return both(wait, decision({ effects: heldUntil(payee) }));
    case "payee's account not ready":
      return both(
        wait,
        decision({
          effects: [askAfterAccount(payee, situation), ...claimReminder(payout, situation)],
        }),
      );
    case "payee not connected":
      return both(wait, decision({ effects: claimReminder(payout, situation) }));
    // Its date, which is planned with every share, gives it back.
    case "claim date over":
    case "campaign on hold":
    case "taken back by the operator":
      return wait;
  }
}

/** The campaign's award that decided it stands. */
function isOfTheAward({ awardRound }: Payout, { campaign, award }: Situation): boolean {
  return (
    isAwarded(needed(campaign, "campaign")) && award?.undone == null && award?.round === awardRound
  );
}

/** One that is nearer already was told of a moment ago. */
function claimReminder({ id, claimBy }: Payout, { at: time }: Situation): PlannedEffect[] {
  const dueAt = claimBy - REMIND_DAYS * DAY_MS;
  return dueAt > time ? [at(dueAt, { effect: "remindPayee", payoutId: id })] : [];
}

/**
 * What waits for a payee who gave it up, or has somebody else paid, goes there at once, however it came to wait:
 * null where it is theirs.
 */
export function onwardFrom(
  { campaignId, payeeId }: Payout,
  award: Award | null,
): PlannedEffect | null {
  const step = { campaignId, payeeId, after: null };
  if (award?.declined.includes(payeeId)) return now({ effect: "returnShares", ...step });
  return handedBy(award, payeeId) === null ? null : now({ effect: "handShares", ...step });
}

function awardHeldUntil({ campaignId, payableFrom: from }: Payout): PlannedEffect[] {
  return [at(from, { effect: "payWaiting", of: { campaignId, from }, after: null })];
}

function heldUntil({ id, payableFrom: from }: Payee): PlannedEffect[] {
  if (from === null) return [];
  return [at(from, { effect: "payWaiting", of: { payeeId: id, from }, after: null })];
}

/**
 * In case the webhook is lost that says that the account is ready: some times, each after a longer wait. `before`: how
 * many rounds of a share came to nothing.
 */
export function askAfterAccount(
  { id: payeeId, accountsLost }: Payee,
  { at: time }: Situation,
  before = 0,
): PlannedEffect {
  const number = accountsLost + 1;
  return at(time + accountWaitMs(before), {
    effect: "openAccount",
    payeeId,
    number,
    asked: before + 1,
  });
}

export function payeeOf({ payeeId }: Payout, { payees }: Situation): Payee {
  return needed(payees.find(({ id }) => id === payeeId) ?? null, "payee");
}

function send(payout: Payout): Decision {
  const { id, pledgeId, payeeId, amount, currency } = payout;
  return decision({
    changes: [{ put: "payout", payout: { ...payout, state: "sending" } }],
    postings: move(shareAccount(pledgeId, payeeId), outgoingAccount(`transfer:${id}`), {
      amount,
      currency,
    }),
    effects: [now({ effect: "transfer", payoutId: id })],
  });
}

/** In one day nobody is sent more in tips than the operator lets: what is beyond it leaves on another. */
function sendTip(
  { payout, payee }: { payout: Payout; payee: Payee },
  { at: time, operator }: Situation,
): Decision {
  const { amount, currency } = payout;
  const limit = tipLimitIn(currency, operator.tipLimitDollars);
  const room = roomForTip(payee, { amount, limit, at: time });
  if (room.fits) {
    return both(decision({ changes: [{ put: "payee", payee: room.payee }] }), send(payout));
  }
  const later: Payout = { ...payout, payableFrom: room.from };
  return decision({ changes: [{ put: "payout", payout: later }], effects: awardHeldUntil(later) });
}

export function onPayoutDue(
  { released }: Extract<Event, { event: "payoutDue" }>,
  situation: Situation,
): Decision {
  const payout = needed(situation.payout, "payout");
  if (payout.state !== "waiting") return decision({});
  const { campaignId, needsRelease, claimBy } = payout;
  // Whichever comes first, this or the date's own effect, gives it back; the other finds it gone.
  if (situation.at >= claimBy) return onClaimDateReached(situation);
  const shown = decision({ effects: [now({ effect: "updateCard", campaignId })] });
  if (!needsRelease || !released) return both(payOrWait(payout, situation), shown);
  const freed: Payout = { ...payout, needsRelease: false };
  const before = needed(situation.pledge, "pledge");
  const takenBack = takenBackOf(withRows(situation.payouts, freed));
  return both(
    payOrWait(freed, situation),
    settle({ before, after: { ...before, takenBack } }, situation),
  );
}

/**
 * Its date comes, and nothing but its payee's account is missing: said on the issue, once for each of an award, by its
 * key, however many pledges have a part of theirs.
 */
export function onClaimDateNear(situation: Situation): Decision {
  const { award, operator, at: time } = situation;
  const payout = needed(situation.payout, "payout");
  const campaign = needed(situation.campaign, "campaign");
  const { state, needsRelease, claimBy } = payout;
  const waits = state === "waiting" && !needsRelease && time < claimBy;
  if (!waits || !isOfTheAward(payout, situation)) return decision({});
  const payee = payeeOf(payout, situation);
  if (payee.ready || onwardFrom(payout, award) !== null) return decision({});
  const { repositoryId, issueNumber } = campaign;
  const key = `remind:${payout.awardId}:${payout.awardRound}:${payee.id}`;
  const body = claimReply({ publicUrl: operator.publicUrl, campaign, payee, claimBy });
  return decision({ effects: [now({ effect: "reply", repositoryId, issueNumber, key, body })] });
}

/** Nobody claimed it in time: the share and the operator's part of it go back to the backer. */
export function onClaimDateReached(situation: Situation): Decision {
  const payout = needed(situation.payout, "payout");
  const before = needed(situation.pledge, "pledge");
  if (!isPending(payout) || payout.state === "sending") return decision({});
  return returnShare({ payout, before, pledge: before }, situation);
}

/**
 * What of the payout is in the payee's share goes back to the backer: all of it, or what the operator took
 * back of the transfer. `pledge` is the pledge as the same decision changed it.
 */
export function returnShare(
  options: { payout: Payout; before: Pledge; pledge: Pledge; reason?: ReturnReason },
  situation: Situation,
): Decision {
  const { payout, before, pledge, reason = "award not claimed" } = options;
  const { pledgeId, payeeId, currency } = payout;
  const unsent = payout.state === "waiting";
  const amount = unsent ? payout.amount : payout.reversed - payout.reversedReturned;
  const sharesReturned = pledge.sharesReturned + amount;
  const fee = feeToReturn({
    fee: pledge.operatorFee,
    base: pledge.shared,
    returned: sharesReturned + pledge.sharesGivenWay,
    feeReturned: pledge.operatorFeeReturned,
  });
  const account = pledgeAccount(pledgeId);
  const gone: Payout = unsent
    ? { ...payout, state: "returned" }
    : { ...payout, reversedReturned: payout.reversed };
  const after: Pledge = {
    ...pledge,
    sharesReturned,
    takenBack: takenBackOf(withRows(situation.payouts, gone)),
    operatorFeeReturned: pledge.operatorFeeReturned + fee,
  };
  const held = situation.held + amount + fee;
  return both(
    decision({
      changes: [{ put: "payout", payout: gone }],
      postings: [
        ...move(shareAccount(pledgeId, payeeId), account, { amount, currency }),
        ...move(OPERATOR, account, { amount: fee, currency }),
      ],
    }),
    giveBack(
      { reason, before, after, held },
      { ...situation, payouts: withRows(situation.payouts, gone) },
    ),
  );
}
