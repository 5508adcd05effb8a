// Money that came back of a transfer: taken back by the operator in Stripe's dashboard, or by us for a chargeback.
import { payOrWait, returnShare } from "./decide-payout.ts";
import { both, type Decision, decision, needed, type Situation } from "./decision.ts";
import { recover } from "./dispute.ts";
import type { Event } from "./events.ts";
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
import { nextRound, type Payout, takenByBank, withRows } from "./payout.ts";
import type { Pledge } from "./pledge.ts";
import { type Sent, settled } from "./sent-transfer.ts";

type Reversals = Extract<Event, { event: "transferSeen" }>["reversals"];

/** What came back since, booked; each of its parts goes where it belongs. */
export function takenBack(
  { sent, reversals }: { sent: Sent; reversals: Reversals },
  situation: Situation,
): Decision {
  return sent.payout.state === "overpaid"
    ? backToOperator({ sent, reversals }, situation)
    : backToShare({ sent, reversals }, situation);
}

/** It was at the operator's expense; in full, it is no trouble any more. */
function backToOperator(
  { sent, reversals }: { sent: Sent; reversals: Reversals },
  situation: Situation,
): Decision {
  const amount = sumOf(reversals);
  const row = withReversals(sent.payout, reversals);
  const reversed = row.reversed + amount;
  const payout: Payout = {
    ...row,
    reversed,
    state: reversed >= row.amount ? "reversed" : row.state,
  };
  const toOperator = move(outgoingOf(row), OPERATOR, { amount, currency: row.currency });
  const postings = [...sent.postings, ...arrivals(row, reversals), ...toOperator];
  return settled({ sent: { ...sent, payout, postings }, others: [] }, situation);
}

function withReversals(payout: Payout, reversals: Reversals): Payout {
  return { ...payout, reversalIds: [...payout.reversalIds, ...reversals.map(({ id }) => id)] };
}

function sumOf(reversals: Reversals): bigint {
  return reversals.reduce((sum, { settlement }) => sum + settlement.amount, 0n);
}

function outgoingOf({ id }: Payout): string {
  return outgoingAccount(`transfer:${id}`);
}

function arrivals(payout: Payout, reversals: Reversals): Posting[] {
  const { currency } = payout;
  return reversals.flatMap(({ settlement: { id: balanceTransactionId, amount } }) =>
    move(WORLD, outgoingOf(payout), { amount, currency, balanceTransactionId }),
  );
}

/** What came back, by whose it is. */
interface Parts {
  /** Of what the transfer carried at their expense: the operator's. */
  overpaid: bigint;
  /** For a chargeback that was lost: the operator's, who had covered it. */
  forBank: bigint;
  /** Ours, and the operator has no need of it any more: the payee's, and sent again. */
  undone: bigint;
  /** Taken back by the operator: the payee's until its date, or until a maintainer's `/release`. */
  kept: bigint;
}

function partsOf(
  { payout, pledge }: { payout: Payout; pledge: Pledge },
  reversals: Reversals,
): Parts {
  const isOurs = ({ effectKey }: Reversals[number]): boolean => effectKey != null;
  const ours = sumOf(reversals.filter(isOurs));
  const theirs = sumOf(reversals) - ours;
  const share = least(ours, payout.amount - payout.reversed);
  const beyond = ours - share;
  const overpaid = least(payout.overpaidBy, theirs + beyond);
  const forBank = least(share, pledge.coveredForBank);
  const rest = theirs + beyond - overpaid;
  // By hand, after a chargeback that was lost: it is for that when it is no more than the operator bears of it.
  const isForBank = pledge.lost > 0n && rest <= pledge.coveredForBank - forBank;
  return {
    overpaid,
    forBank: isForBank ? forBank + rest : forBank,
    undone: share - forBank,
    kept: isForBank ? 0n : rest,
  };
}

/**
 * What the operator took back is the payee's share again until its claim date, then the backer's; in full, it opens
 * the next round, which a maintainer's `/release` sends.
 */
function backToShare(
  { sent, reversals }: { sent: Sent; reversals: Reversals },
  situation: Situation,
): Decision {
  const parts = partsOf(sent, reversals);
  const back = backBy(parts, { sent, reversals });
  const { payout } = back;
  const undone = roundOf(parts.undone, { payout, payouts: situation.payouts });
  const known = { ...situation, payouts: withRows(situation.payouts, ...undone) };
  const resent = undone.reduce(
    (sum, round) => both(sum, payOrWait(round, { ...situation, pledge: back.pledge })),
    decision({}),
  );
  const whole = payout.reversed >= payout.amount;
  if (parts.kept === 0n) {
    const row = whole ? closed(payout) : payout;
    return both(settled({ sent: { ...back, payout: row }, others: undone }, known), resent);
  }
  if (situation.at >= payout.claimBy) {
    const row: Payout = whole ? { ...payout, state: "reversed" } : payout;
    const before = needed(situation.pledge, "pledge");
    const returned = returnShare({ payout: row, before, pledge: back.pledge }, known);
    return both(both(decision({ postings: back.postings }), returned), resent);
  }
  if (!whole) return both(settled({ sent: back, others: undone }, known), resent);
  const row: Payout = { ...payout, state: "reversed" };
  const kept = payout.reversed - payout.reversedReturned;
  const again = roundOf(kept, { payout, payouts: known.payouts }).map((round) => ({
    ...round,
    needsRelease: true,
  }));
  return both(
    settled({ sent: { ...back, payout: row }, others: [...undone, ...again] }, known),
    resent,
  );
}

/** The transfer with its parts where they belong; what went for the bank may be the payee's again by its verdict. */
function backBy(
  { overpaid, forBank, undone, kept }: Parts,
  { sent, reversals }: { sent: Sent; reversals: Reversals },
): Sent {
  const row = withReversals(sent.payout, reversals);
  const { currency, payeeId, pledgeId } = row;
  const amount = forBank + undone + kept;
  const share = shareAccount(pledgeId, payeeId);
  const before: Pledge = {
    ...sent.pledge,
    released: sent.pledge.released - amount,
    sharesStopped: sent.pledge.sharesStopped + forBank,
  };
  const repaid = recover(before, forBank);
  return {
    payout: {
      ...row,
      reversed: row.reversed + amount,
      reversedReturned: row.reversedReturned + forBank + undone,
      overpaidBy: row.overpaidBy - overpaid,
      takenByBank: forBank > 0n ? takenByBank(row) + forBank : row.takenByBank,
    },
    pledge: repaid.pledge,
    postings: [
      ...sent.postings,
      ...arrivals(row, reversals),
      ...move(outgoingOf(row), OPERATOR, { amount: overpaid, currency }),
      ...move(outgoingOf(row), share, { amount, currency }),
      ...move(share, pledgeAccount(pledgeId), { amount: forBank, currency }),
      ...repaid.postings,
    ],
  };
}

function roundOf(
  amount: bigint,
  { payout, payouts }: { payout: Payout; payouts: readonly Payout[] },
): Payout[] {
  return amount === 0n ? [] : [{ ...nextRound(payout, payouts), amount }];
}

/** Nothing of it is out any more; what the operator took back of it before is in the share until its date. */
function closed(payout: Payout): Payout {
  if (payout.reversed > payout.reversedReturned) return payout;
  return { ...payout, state: takenByBank(payout) > 0n ? "stopped" : "reversed" };
}
