// Stripe's word on a transfer: sent, turned down, or taken back by the operator in Stripe's dashboard.
import { askAfterAccount, payeeOf } from "./decide-payout.ts";
import { takenBack } from "./decide-reversal.ts";
import { type Decision, decision, needed, type Situation } from "./decision.ts";
import { at } from "./effects.ts";
import type { Event, Settlement } from "./events.ts";
import { move, OPERATOR, outgoingAccount, shareAccount, WORLD } from "./ledger.ts";
import { isOfOneShare, nextRound, type Payout } from "./payout.ts";
import { DAY_MS } from "./pledge.ts";
import { begun, type Sent, settled } from "./sent-transfer.ts";
import { show } from "./steps.ts";

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
      ...show(needed(situation.campaign, "campaign")),
    ],
  });
}
