// From the award to money in a payee's Stripe account, or back to the backer when nobody claims it.
import type { Person } from "./campaign.ts";
import { type Answer, both, type Decision, decision, needed, type Situation } from "./decision.ts";
import { at, atTheDesk, now, type PlannedEffect } from "./effects.ts";
import type { Event } from "./events.ts";
import { move, OPERATOR, outgoingAccount, pledgeAccount, shareAccount, WORLD } from "./ledger.ts";
import { obstacleTo, type Payee, type Payout, payoutId } from "./payout.ts";
import { claimDate, type Pledge } from "./pledge.ts";
import { allot, feeToReturn } from "./split.ts";
import { accept, giveBack, refuse, settle, show, stateOf } from "./steps.ts";

/** One step of the distribution: this pledge, if its money is there and free. */
export function onPledgeAwarded(situation: Situation): Decision {
  const pledge = needed(situation.pledge, "pledge");
  if (pledge.state === "started" && pledge.sessionId !== null) {
    const { id: pledgeId, sessionId } = pledge;
    return decision({ effects: [now({ effect: "expireCheckout", pledgeId, sessionId })] });
  }
  const free = pledge.state === "paid" && pledge.returnReason === null && pledge.shared === 0n;
  return free ? distribute({ before: pledge, pledge }, situation) : decision({});
}

/**
 * Divides what the pledge holds among the award's payees, and sends what can leave at once. `before` is
 * the pledge as the situation's campaign counts it.
 */
export function distribute(
  { before, pledge }: { before: Pledge; pledge: Pledge },
  situation: Situation,
): Decision {
  const award = needed(situation.award, "award");
  const { held } = situation;
  const currency = pledge.settlementCurrency ?? pledge.currency;
  const operatorFee = (held * BigInt(pledge.terms.operatorFeeBasisPoints)) / 10_000n;
  const parts = allot(held - operatorFee, award.payees);
  const waiting: Payout[] = award.payees.flatMap((payee, index) => {
    const amount = parts[index] ?? 0n;
    if (amount === 0n) return [];
    const place = { pledgeId: pledge.id, payeeId: payee.id, round: 1 };
    return [
      {
        id: payoutId(place),
        awardId: award.id,
        campaignId: award.campaignId,
        ...place,
        amount,
        currency,
        state: "waiting" as const,
        claimBy: claimDate(pledge, award.at),
        transferId: null,
      },
    ];
  });
  const after: Pledge = {
    ...pledge,
    operatorFee,
    shared: held - operatorFee,
    // Nothing is left to pay when fees ate up the charge.
    state: waiting.length === 0 ? "released" : pledge.state,
  };
  const from = pledgeAccount(pledge.id);
  const shared = decision({
    changes: [
      {
        put: "award",
        award: {
          ...award,
          payees: award.payees.map((payee, index) => ({
            ...payee,
            allotted: payee.allotted + (parts[index] ?? 0n),
          })),
        },
      },
    ],
    postings: [
      ...waiting.flatMap(({ payeeId, amount }) =>
        move(from, shareAccount(pledge.id, payeeId), { amount, currency }),
      ),
      ...move(from, OPERATOR, { amount: operatorFee, currency }),
    ],
    effects: waiting.map(({ id, claimBy }) =>
      at(claimBy, { effect: "returnPayout", payoutId: id }),
    ),
  });
  return waiting.reduce(
    (sum, payout) => both(sum, payOrWait(payout, situation)),
    both(shared, settle({ before, after }, situation)),
  );
}

/** Sends the payout if nothing stands in its way; else it waits, and is asked again when its hold ends. */
function payOrWait(payout: Payout, situation: Situation): Decision {
  const campaign = needed(situation.campaign, "campaign");
  const payee = payeeOf(payout, situation);
  const obstacle = obstacleTo({ payee, campaign, at: situation.at });
  if (obstacle === null) return send(payout);
  const later: PlannedEffect[] =
    obstacle === "first payout held" && payee.payableFrom !== null
      ? [heldUntil(payee.payableFrom, payee)]
      : [];
  return decision({ changes: [{ put: "payout", payout }], effects: later });
}

function heldUntil(from: number, { id }: Payee): PlannedEffect {
  return at(from, { effect: "payWaiting", of: { payeeId: id, from }, after: null });
}

function payeeOf({ payeeId }: Payout, { payees }: Situation): Payee {
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

export function onPayoutDue(situation: Situation): Decision {
  const payout = needed(situation.payout, "payout");
  if (payout.state !== "waiting") return decision({});
  const { campaignId } = payout;
  return both(
    payOrWait(payout, situation),
    decision({ effects: [now({ effect: "updateCard", campaignId })] }),
  );
}

/** Stripe made the transfer: `paid` is said on its evidence only. */
export function onTransferSeen(
  { transferId, settlement }: Extract<Event, { event: "transferSeen" }>,
  situation: Situation,
): Decision {
  const payout = needed(situation.payout, "payout");
  if (payout.state !== "sending" || settlement === null) return decision({});
  const before = needed(situation.pledge, "pledge");
  const { amount, currency, id } = payout;
  const paid: Payout = { ...payout, state: "paid", transferId };
  const after = { ...before, released: before.released + amount };
  return both(
    decision({
      changes: [{ put: "payout", payout: paid }],
      postings: move(outgoingAccount(`transfer:${id}`), WORLD, {
        amount,
        currency,
        balanceTransactionId: settlement.id,
      }),
    }),
    settle({ before, after: { ...after, state: nextState(after, paid, situation) } }, situation),
  );
}

function nextState(pledge: Pledge, changed: Payout, { payouts, held }: Situation): Pledge["state"] {
  const current = payouts.map((one) => (one.id === changed.id ? changed : one));
  return stateOf({ pledge, payouts: current, held });
}

/** Stripe turned the transfer down for good: the share waits again, until the account changes. */
export function onTransferRefused(situation: Situation): Decision {
  const payout = needed(situation.payout, "payout");
  if (payout.state !== "sending") return decision({});
  const payee = payeeOf(payout, situation);
  const { id, pledgeId, payeeId, amount, currency, round } = payout;
  const next = { pledgeId, payeeId, round: round + 1 };
  const again: Payout = { ...payout, ...next, id: payoutId(next), state: "waiting" };
  return decision({
    changes: [
      { put: "payout", payout: { ...payout, state: "refused" } },
      { put: "payout", payout: again },
      { put: "payee", payee: { ...payee, ready: false } },
    ],
    postings: move(outgoingAccount(`transfer:${id}`), shareAccount(pledgeId, payeeId), {
      amount,
      currency,
    }),
    effects: [
      at(again.claimBy, { effect: "returnPayout", payoutId: again.id }),
      ...show(payout.campaignId),
    ],
  });
}

/** Nobody claimed it in time: the share and the operator's part of it go back to the backer. */
export function onClaimDateReached(situation: Situation): Decision {
  const payout = needed(situation.payout, "payout");
  if (payout.state !== "waiting") return decision({});
  const pledge = needed(situation.pledge, "pledge");
  const { pledgeId, payeeId, amount, currency } = payout;
  const sharesReturned = pledge.sharesReturned + amount;
  const fee = feeToReturn({
    fee: pledge.operatorFee,
    base: pledge.shared,
    returned: sharesReturned,
    feeReturned: pledge.operatorFeeReturned,
  });
  const account = pledgeAccount(pledgeId);
  const after: Pledge = {
    ...pledge,
    sharesReturned,
    operatorFeeReturned: pledge.operatorFeeReturned + fee,
  };
  return both(
    decision({
      changes: [{ put: "payout", payout: { ...payout, state: "returned" } }],
      postings: [
        ...move(shareAccount(pledgeId, payeeId), account, { amount, currency }),
        ...move(OPERATOR, account, { amount: fee, currency }),
      ],
    }),
    giveBack(
      {
        reason: "award not claimed",
        before: pledge,
        after,
        held: situation.held + amount + fee,
      },
      situation,
    ),
  );
}

/** A payee who signed in asks for Stripe's onboarding: somebody who is owed money, and nobody else. */
export function connectPayee(person: Person, { payees, at: time }: Situation): Answer {
  const payee = payees.find(({ id }) => id === person.id);
  if (payee === undefined) return refuse({ refusal: "payeeNotKnown" });
  const renamed = payee.login === person.login ? [] : [{ ...payee, login: person.login }];
  return accept({
    changes: renamed.map((one) => ({ put: "payee" as const, payee: one })),
    effects:
      payee.accountId === null
        ? [atTheDesk(time, { effect: "openAccount", payeeId: payee.id })]
        : [],
  });
}

/** Stripe's word on an account; when it becomes ready, what waits for it leaves. */
export function onAccountSeen(
  { payeeId, accountId, ready }: Extract<Event, { event: "accountSeen" }>,
  { payees }: Situation,
): Decision {
  const before = payees.find(({ id }) => id === payeeId);
  if (before === undefined) return decision({});
  // The first account stays: a second one (made after a lost answer) never takes over.
  if (before.accountId !== null && before.accountId !== accountId) return decision({});
  if (before.accountId === accountId && before.ready === ready) return decision({});
  return decision({
    changes: [{ put: "payee", payee: { ...before, accountId, ready } }],
    effects: ready ? [now({ effect: "payWaiting", of: { payeeId }, after: null })] : [],
  });
}
