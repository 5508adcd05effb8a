// Stripe's word on a transfer: sent, turned down, or taken back by the operator in Stripe's dashboard.
import { askAfterAccount, onwardFrom, payeeOf, returnShare } from "./decide-payout.ts";
import { both, type Decision, decision, needed, type Situation } from "./decision.ts";
import { recover } from "./dispute.ts";
import { at, type PlannedEffect } from "./effects.ts";
import type { Event, Settlement } from "./events.ts";
import {
  move,
  OPERATOR,
  outgoingAccount,
  type Posting,
  pledgeAccount,
  shareAccount,
  WORLD,
} from "./ledger.ts";
import { least } from "./money.ts";
import { isOfOneShare, nextRound, type Payout, takenBackOf, withRows } from "./payout.ts";
import { DAY_MS, type Pledge } from "./pledge.ts";
import { settle, show, stateOf } from "./steps.ts";

type TransferSeen = Extract<Event, { event: "transferSeen" }>;

/** Stripe made the transfer: `paid` is said on its evidence only. What was taken back of it is booked, too. */
export function onTransferSeen(fact: TransferSeen, situation: Situation): Decision {
  const { settlement, transferId } = fact;
  if (settlement === null) return decision({});
  const before = needed(situation.pledge, "pledge");
  const booked = situation.payouts.find((one) => one.transferId === transferId);
  const sent: Sent =
    booked === undefined
      ? book({ transferId, settlement }, situation)
      : { payout: booked, pledge: before, postings: [] };
  const reversals = fact.reversals.filter(({ id }) => !sent.payout.reversalIds.includes(id));
  if (reversals.length > 0) return takenBack({ sent, reversals }, situation);
  return booked === undefined ? settled({ sent, others: [] }, situation) : decision({});
}

/** A transfer that exists, its pledge as it is with it, and the postings on the way there. */
interface Sent {
  payout: Payout;
  pledge: Pledge;
  postings: Posting[];
}

function book(
  { transferId, settlement }: { transferId: string; settlement: Settlement },
  situation: Situation,
): Sent {
  const pledge = needed(situation.pledge, "pledge");
  const due = dueRow(needed(situation.payout, "payout"), situation);
  const { amount, currency, id: balanceTransactionId } = settlement;
  if (due === null) return overpaid({ transferId, settlement }, situation);
  const outgoing = outgoingAccount(`transfer:${due.id}`);
  const share = shareAccount(due.pledgeId, due.payeeId);
  // A refund by hand took a part of what waited, or it is somebody's copy by hand.
  const difference = amount - due.amount;
  const overpaidBy = difference > 0n ? difference : 0n;
  return {
    payout: { ...due, state: "paid", transferId, overpaidBy },
    pledge: { ...pledge, released: pledge.released + due.amount },
    postings: [
      ...(due.state === "waiting" ? move(share, outgoing, { amount: due.amount, currency }) : []),
      ...move(OPERATOR, outgoing, { amount: overpaidBy, currency }),
      ...move(outgoing, WORLD, { amount, currency, balanceTransactionId }),
      ...(difference < 0n ? move(outgoing, OPERATOR, { amount: -difference, currency }) : []),
    ],
  };
}

/**
 * The row whose share this transfer pays: the one named while its money is there; of one that was said
 * to be turned down, the round that waits in its place. Null when the share went elsewhere, or is to: an award that
 * was taken back pays nobody, whether or not it has come to this share yet.
 */
function dueRow(named: Payout, { award, payouts }: Situation): Payout | null {
  const stands = award?.undone === null && award.round === named.awardRound;
  switch (named.state) {
    case "sending":
      return named;
    case "waiting":
      return stands ? named : null;
    case "refused":
    case "failed": {
      const inItsPlace = payouts.find(
        (one) => isOfOneShare(one, named) && one.state === "waiting" && one.round > named.round,
      );
      return stands ? (inItsPlace ?? null) : null;
    }
    case "paid":
    case "returned":
    case "handed":
    case "reversed":
    case "overpaid":
    case "stopped":
      return null;
  }
}

/** The money left although its share had gone elsewhere: the operator bears it, and is told. */
function overpaid(
  { transferId, settlement }: { transferId: string; settlement: Settlement },
  { payout, payouts, pledge }: Situation,
): Sent {
  const named = needed(payout, "payout");
  const { amount, currency, id: balanceTransactionId } = settlement;
  const isFree = named.transferId === null && named.state !== "waiting";
  const row = isFree ? named : nextRound(named, payouts);
  const outgoing = outgoingAccount(`transfer:${row.id}`);
  return {
    payout: { ...row, amount, state: "overpaid", transferId },
    pledge: needed(pledge, "pledge"),
    postings: [
      ...move(OPERATOR, outgoing, { amount, currency }),
      ...move(outgoing, WORLD, { amount, currency, balanceTransactionId }),
    ],
  };
}

/**
 * The operator took back a part or all of it. What it carried at their expense is theirs first; the rest is the payee's
 * share again until its claim date, then the backer's. In full, it opens the next round, which a maintainer's
 * `/release` sends.
 */
function takenBack(
  { sent, reversals }: { sent: Sent; reversals: TransferSeen["reversals"] },
  situation: Situation,
): Decision {
  const { payout: row } = sent;
  const outgoing = outgoingAccount(`transfer:${row.id}`);
  const lost = row.state === "overpaid";
  const home = lost ? OPERATOR : shareAccount(row.pledgeId, row.payeeId);
  const { currency } = row;
  const sum = reversals.reduce((total, { settlement }) => total + settlement.amount, 0n);
  const own = least(row.overpaidBy, sum);
  const amount = sum - own;
  const payout: Payout = {
    ...row,
    reversalIds: [...row.reversalIds, ...reversals.map(({ id }) => id)],
    reversed: row.reversed + amount,
    overpaidBy: row.overpaidBy - own,
  };
  const taken: Sent = {
    payout,
    pledge: lost ? sent.pledge : { ...sent.pledge, released: sent.pledge.released - amount },
    postings: [
      ...sent.postings,
      ...reversals.flatMap(({ settlement: { id: balanceTransactionId, amount: back } }) =>
        move(WORLD, outgoing, { amount: back, currency, balanceTransactionId }),
      ),
      ...move(outgoing, OPERATOR, { amount: own, currency }),
      ...move(outgoing, home, { amount, currency }),
    ],
  };
  if (amount === 0n) return settled({ sent: taken, others: [] }, situation);
  const whole = payout.reversed >= payout.amount;
  if (lost) {
    const end = whole ? { ...payout, state: "reversed" as const } : payout;
    return settled({ sent: { ...taken, payout: end }, others: [] }, situation);
  }
  if (isForBank(sent.pledge, amount)) return recovered({ ...taken, whole, amount }, situation);
  if (situation.at >= payout.claimBy) return tooLate({ ...taken, whole }, situation);
  return settled(whole ? reopened(taken, situation) : { sent: taken, others: [] }, situation);
}

/** The operator bore a chargeback that was lost, and takes no more than that back. */
function isForBank({ lost, coveredForBank }: Pledge, amount: bigint): boolean {
  return lost > 0n && amount <= coveredForBank;
}

/** What a payee gave back for a chargeback is the operator's, who had covered it. */
function recovered(
  { payout, pledge, postings, whole, amount }: Sent & { whole: boolean; amount: bigint },
  situation: Situation,
): Decision {
  const { payeeId, currency } = payout;
  const account = pledgeAccount(pledge.id);
  const repaid = recover({ ...pledge, sharesStopped: pledge.sharesStopped + amount }, amount);
  const reversedReturned = payout.reversedReturned + amount;
  // What the operator took back before is in the share until its date.
  const over = whole && reversedReturned >= payout.reversed;
  const row: Payout = { ...payout, state: over ? "stopped" : payout.state, reversedReturned };
  const toPledge = move(shareAccount(pledge.id, payeeId), account, { amount, currency });
  return settled(
    {
      sent: {
        payout: row,
        pledge: repaid.pledge,
        postings: [...postings, ...toPledge, ...repaid.postings],
      },
      others: [],
    },
    situation,
  );
}

/** Its claim date is over: what came back goes on to the backer. */
function tooLate(
  { payout, pledge, postings, whole }: Sent & { whole: boolean },
  situation: Situation,
): Decision {
  const before = needed(situation.pledge, "pledge");
  const row: Payout = whole ? { ...payout, state: "reversed" } : payout;
  return both(decision({ postings }), returnShare({ payout: row, before, pledge }, situation));
}

function reopened(back: Sent, { payouts }: Situation): { sent: Sent; others: Payout[] } {
  const { payout } = back;
  const next: Payout = {
    ...nextRound(payout, payouts),
    amount: payout.reversed - payout.reversedReturned,
    needsRelease: true,
  };
  return { sent: { ...back, payout: { ...payout, state: "reversed" } }, others: [next] };
}

/** Writes the rows, and the pledge and its campaign as they follow from them. */
function settled(
  { sent, others }: { sent: Sent; others: Payout[] },
  situation: Situation,
): Decision {
  const { payout, pledge, postings } = sent;
  const before = needed(situation.pledge, "pledge");
  const rows = [payout, ...others];
  const payouts = withRows(situation.payouts, ...rows);
  const state = stateOf({ pledge, payouts, held: situation.held });
  const after: Pledge = { ...pledge, state, takenBack: takenBackOf(payouts) };
  return both(
    decision({
      changes: rows.map((one) => ({ put: "payout", payout: one })),
      postings,
      effects: others.flatMap((one) => begun(one, situation)),
    }),
    settle({ before, after }, situation),
  );
}

/** What follows from a new round that waits: its date, and its way on where its payee gave it up meanwhile. */
function begun(round: Payout, { award }: Situation): PlannedEffect[] {
  const onward = onwardFrom(round, award);
  const claimDate = at(round.claimBy, { effect: "returnPayout", payoutId: round.id });
  return onward === null ? [claimDate] : [claimDate, onward];
}

/** What was turned down for a reason that may pass is tried again after so long, under another number. */
const FAILED_AGAIN_MS = DAY_MS;

/**
 * Stripe turned the transfer down for good: the share waits again, or goes on where its payee gave it up meanwhile.
 * Where the account is the reason, it waits until that changes; else the operator is told, and it is tried again
 * every day until its claim date.
 */
export function onTransferRefused(
  { because }: Extract<Event, { event: "transferRefused" }>,
  situation: Situation,
): Decision {
  const payout = needed(situation.payout, "payout");
  if (payout.state !== "sending") return decision({});
  const payee = payeeOf(payout, situation);
  const { id, pledgeId, payeeId, amount, currency } = payout;
  const again = nextRound(payout, situation.payouts);
  const byAccount = because === "account";
  const from = situation.at + FAILED_AGAIN_MS;
  return decision({
    changes: [
      { put: "payout", payout: { ...payout, state: byAccount ? "refused" : "failed" } },
      { put: "payout", payout: again },
      ...(byAccount ? [{ put: "payee" as const, payee: { ...payee, ready: false } }] : []),
    ],
    postings: move(outgoingAccount(`transfer:${id}`), shareAccount(pledgeId, payeeId), {
      amount,
      currency,
    }),
    effects: [
      ...begun(again, situation),
      byAccount
        ? askAfterAccount(payee, situation, payout.round - 1)
        : at(from, { effect: "payWaiting", of: { payeeId, from }, after: null }),
      ...show(payout.campaignId),
    ],
  });
}
