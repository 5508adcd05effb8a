// A refund that somebody made by hand in Stripe's dashboard, all of a charge or a part of it: booked from what
// Stripe says of it. It takes what the pledge holds, then from shares that have not left; the rest the operator covers.
import { takenOver } from "./campaign.ts";
import { both, type Decision, decision, needed, type Situation } from "./decision.ts";
import { recover } from "./dispute.ts";
import { now } from "./effects.ts";
import type { RefundFact } from "./events.ts";
import { move, OPERATOR, type Posting, pledgeAccount, shareAccount } from "./ledger.ts";
import { least } from "./money.ts";
import { type Payout, takenBackOf, withRows } from "./payout.ts";
import { isShared, type Pledge } from "./pledge.ts";
import { outgoingOf, type Refund, retryRefund } from "./refund.ts";
import { feeToReturn } from "./split.ts";
import { counted, settle, stateOf } from "./steps.ts";

/** Told of for the first time: its row, its money on the way out, and the situation as it is then. */
export function beginHandRefund(
  fact: RefundFact,
  situation: Situation,
): { refund: Refund; decision: Decision; situation: Situation } {
  const before = needed(situation.pledge, "pledge");
  const currency = needed(before.settlementCurrency, "settled charge");
  const amount = settledAmount(fact, before);
  const lacking = amount > situation.held ? amount - situation.held : 0n;
  const cut = cutShares(lacking, situation);
  const payouts = withRows(situation.payouts, ...cut.rows);
  const given = cut.shares + cut.fee;
  const cover = lacking - given;
  const refund: Refund = {
    effectKey: fact.refundId,
    pledgeId: before.id,
    refundId: fact.refundId,
    amount,
    currency,
    pledgeAmount: fact.amount,
    reason: "refunded by hand",
    begunAt: situation.at,
    state: "sending",
    booked: false,
  };
  const moved: Pledge = {
    ...before,
    covered: before.covered + cover,
    sharesStopped: before.sharesStopped + cut.shares,
    sharesGivenWay: before.sharesGivenWay + cut.shares,
    operatorFeeReturned: before.operatorFeeReturned + cut.fee,
    takenBack: takenBackOf(payouts),
    handRefunding: before.handRefunding + fact.amount,
    // By this refund, and not by another of ours.
    handReturned: before.handReturned - takenOver(before, amount - lacking) - cut.fee,
  };
  const held = situation.held + given + cover - amount;
  const after = withState(moved, held, { payouts });
  const account = pledgeAccount(before.id);
  const campaign = counted({ before, after }, situation).campaign;
  return {
    refund,
    decision: both(
      decision({
        changes: [
          { put: "refund", refund },
          ...cut.rows.map((payout) => ({ put: "payout" as const, payout })),
        ],
        postings: [
          ...cut.postings,
          ...move(OPERATOR, account, { amount: cut.fee + cover, currency }),
          ...move(account, outgoingOf(refund), { amount, currency }),
        ],
      }),
      settle({ before, after }, situation),
    ),
    situation: { ...situation, refund, pledge: after, campaign, held, payouts },
  };
}

/**
 * What the backer has back already cannot be paid out as well: shares that have not left give way, each by its
 * part of them all, so that no payee bears it for another; and with them the operator's fee on them.
 */
function cutShares(
  lacking: bigint,
  { payouts, pledge }: Situation,
): { shares: bigint; fee: bigint; rows: Payout[]; postings: Posting[] } {
  const waiting = payouts.filter(({ state }) => state === "waiting");
  const pool = waiting.reduce((sum, { amount }) => sum + amount, 0n);
  // A cent of the fee that rounding left behind is no share: where none waits, nothing gives way.
  const feeOnPool = pool === 0n ? 0n : feeOn(pool, needed(pledge, "pledge"));
  const given = least(lacking, pool + feeOnPool);
  const fee = pool === 0n ? 0n : (given * feeOnPool) / (pool + feeOnPool);
  const amount = given - fee;
  let before = 0n;
  const cuts = waiting.map((payout) => {
    const upTo = before + payout.amount;
    const cut = pool === 0n ? 0n : (amount * upTo) / pool - (amount * before) / pool;
    before = upTo;
    return { payout, cut };
  });
  const touched = cuts.filter(({ cut }) => cut > 0n);
  return {
    shares: amount,
    fee,
    rows: touched.map(({ payout, cut }) =>
      cut === payout.amount
        ? { ...payout, state: "stopped", takenByBank: 0n }
        : { ...payout, amount: payout.amount - cut },
    ),
    postings: touched.flatMap(({ payout: { pledgeId, payeeId, currency }, cut }) =>
      move(shareAccount(pledgeId, payeeId), pledgeAccount(pledgeId), { amount: cut, currency }),
    ),
  };
}

/** Of what the operator keeps of their fee, the part that was taken on so much of the shares. */
function feeOn(
  shares: bigint,
  { operatorFee, operatorFeeReturned, shared, sharesReturned, sharesGivenWay }: Pledge,
): bigint {
  return feeToReturn({
    fee: operatorFee,
    base: shared,
    returned: sharesReturned + sharesGivenWay + shares,
    feeReturned: operatorFeeReturned,
  });
}

/** In the currency in which the charge was settled; until Stripe says, by the charge's own rate. */
function settledAmount(
  { settlement, amount }: RefundFact,
  { currency, settlementCurrency, net, stripeFee, amount: charged }: Pledge,
): bigint {
  if (settlement !== null && settlement.currency === settlementCurrency) return settlement.amount;
  return settlementCurrency === currency ? amount : ((net + stripeFee) * amount) / charged;
}

function withState(pledge: Pledge, held: bigint, { payouts }: Pick<Situation, "payouts">): Pledge {
  return { ...pledge, state: stateOf({ pledge, payouts, held }) };
}

export function handRefunded(refund: Refund, situation: Situation): Decision {
  const before = needed(situation.pledge, "pledge");
  const { pledgeAmount, effectKey: of } = refund;
  const moved: Pledge = {
    ...before,
    handRefunding: before.handRefunding - pledgeAmount,
    handRefunded: before.handRefunded + pledgeAmount,
  };
  return both(
    decision({
      changes: [{ put: "refund", refund: { ...refund, state: "succeeded" } }],
      effects: [now({ effect: "mailBacker", pledgeId: before.id, about: "refund through", of })],
    }),
    settle({ before, after: withState(moved, situation.held, situation) }, situation),
  );
}

/**
 * It did not arrive: what the operator covered is theirs again, the rest the pledge's. A pledge that waits for
 * its award goes on waiting; any other has no way left but back, and is sent.
 */
export function handNotRefunded(
  { refund, unbooked }: { refund: Refund; unbooked: Posting[] },
  situation: Situation,
): Decision {
  const before = needed(situation.pledge, "pledge");
  const { amount, currency, pledgeAmount } = refund;
  const through = refund.state === "succeeded";
  const recovered = recover(before, amount, "refund");
  const waits = before.state === "paid" && before.returnReason === null && !isShared(before);
  const stays = waits || recovered.left === 0n;
  const moved: Pledge = {
    ...recovered.pledge,
    handRefunding: before.handRefunding - (through ? 0n : pledgeAmount),
    handRefunded: before.handRefunded - (through ? pledgeAmount : 0n),
    returnReason: stays ? before.returnReason : (before.returnReason ?? "refunded by hand"),
    handReturned: before.handReturned + (isShared(before) ? recovered.left : 0n),
    // The try that follows has a number of its own.
    refundsCount: before.refundsCount + (stays ? 0 : 1),
  };
  const after = withState(moved, situation.held + recovered.left, situation);
  return both(
    settle({ before, after }, situation),
    decision({
      changes: [{ put: "refund", refund: { ...refund, state: "failed" } }],
      postings: [
        ...unbooked,
        ...move(outgoingOf(refund), pledgeAccount(before.id), { amount, currency }),
        ...recovered.postings,
      ],
      effects: stays
        ? []
        : [retryRefund(after, after.returnReason ?? "refunded by hand", situation.at)],
    }),
  );
}
