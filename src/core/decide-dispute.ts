// A bank asks about a charge or takes it back: what it took is booked, nothing more of that pledge leaves, and
// the verdict says where the money is for good.
import { takenOver } from "./campaign.ts";
import { type Books, goOn, inState } from "./decide-verdict.ts";
import {
  both,
  type Decision,
  decision,
  needed,
  type Operator,
  type Situation,
} from "./decision.ts";
import {
  type Dispute,
  type DisputeFact,
  type DisputeMovement,
  type DisputePhase,
  isPending,
  recover,
} from "./dispute.ts";
import { at, now, type PlannedEffect } from "./effects.ts";
import { stands } from "./former-award.ts";
import {
  disputeAccount,
  move,
  OPERATOR,
  type Posting,
  pledgeAccount,
  STRIPE_FEES,
  shareAccount,
  WORLD,
} from "./ledger.ts";
import { least } from "./money.ts";
import { type Payout, takenBackOf } from "./payout.ts";
import { DAY_MS, isShared, type Pledge } from "./pledge.ts";
import { settle } from "./steps.ts";

/** Stripe's word on a dispute; its own balance transactions say what moved, each booked once. */
export function onDisputeSeen(fact: DisputeFact, situation: Situation): Decision {
  const before = needed(situation.pledge, "pledge");
  const known = situation.dispute ?? begun(fact, before);
  const fresh = fact.movements.filter(({ id }) => !known.booked.includes(id));
  if (situation.dispute !== null && fresh.length === 0 && phaseOf(fact) === known.phase) {
    return decision({});
  }
  const { held, payouts, operator } = situation;
  let books: Books = { dispute: known, pledge: before, held, payouts, decision: decision({}) };
  for (const movement of fresh) {
    books = movement.amount < 0n ? takeOut(books, movement) : putBack(books, movement, situation);
  }
  books = judge(books, fact);
  const { dispute, pledge } = books;
  return both(
    both(books.decision, decision({ changes: [{ put: "dispute", dispute }] })),
    both(
      isPending(dispute.phase)
        ? settle({ before, after: inState(pledge, books) }, situation)
        : goOn({ before, books }, situation),
      decision({
        effects: [...askAgain(dispute, situation), ...takeBack(books, { fact, operator })],
      }),
    ),
  );
}

function begun({ disputeId, amount }: DisputeFact, { id: pledgeId }: Pledge): Dispute {
  return { id: disputeId, pledgeId, phase: "closed", amount, booked: [], taken: 0n };
}

/** The bank decides within months; the webhook that says so may be lost. */
const DISPUTE_REREAD_MS = DAY_MS;

function askAgain({ id, pledgeId, phase }: Dispute, { at: time }: Situation): PlannedEffect[] {
  const effect = { effect: "reread", object: "dispute", id, pledgeId } as const;
  return isPending(phase) ? [at(time + DISPUTE_REREAD_MS, effect)] : [];
}

/** The bank took the money: from the pledge, from shares that have not left, the rest from the operator. */
function takeOut(books: Books, { id, currency, amount, fee }: DisputeMovement): Books {
  const taken = -amount;
  const freed = stopShares(books, { needed: taken, currency });
  const own = freed.pledge.settlementCurrency === currency ? freed.held : 0n;
  const cover = taken > own ? taken - own : 0n;
  const account = pledgeAccount(freed.pledge.id);
  return {
    ...freed,
    dispute: { ...noted(freed.dispute, id), taken: freed.dispute.taken + taken },
    pledge: {
      ...freed.pledge,
      covered: freed.pledge.covered + cover,
      coveredForBank: freed.pledge.coveredForBank + cover,
      // It was to go back to the backer, whose bank has it now.
      handReturned:
        freed.pledge.handReturned - takenOver(books.pledge, least(least(books.held, own), taken)),
    },
    held: freed.held + cover - taken,
    decision: booked(freed.decision, [
      ...move(OPERATOR, account, { amount: cover, currency }),
      ...move(account, disputeAccount(freed.pledge.id), {
        amount: taken,
        currency,
        balanceTransactionId: id,
      }),
      ...feePosting({ id, currency, fee }),
    ]),
  };
}

function noted(dispute: Dispute, id: string): Dispute {
  return { ...dispute, booked: [...dispute.booked, id] };
}

function booked(before: Decision, postings: Posting[]): Decision {
  return both(before, decision({ postings }));
}

/** Banks' fees are the operator's; now and then Stripe gives one back. */
function feePosting({ id, currency, fee }: Omit<DisputeMovement, "amount">): Posting[] {
  const options = { currency, balanceTransactionId: id };
  return fee >= 0n
    ? move(OPERATOR, STRIPE_FEES, { ...options, amount: fee })
    : move(STRIPE_FEES, OPERATOR, { ...options, amount: -fee });
}

/** Shares that have not left come back to the pledge, whole ones, until it holds what the bank takes. */
function stopShares(books: Books, wanted: { needed: bigint; currency: string }): Books {
  if (books.pledge.settlementCurrency !== wanted.currency) return books;
  let { held, pledge, payouts, decision: decided } = books;
  for (const payout of books.payouts) {
    if (payout.state !== "waiting" || held >= wanted.needed) continue;
    const stopped: Payout = { ...payout, state: "stopped" };
    const { amount, currency, payeeId } = payout;
    held += amount;
    pledge = { ...pledge, sharesStopped: pledge.sharesStopped + amount };
    payouts = payouts.map((one) => (one.id === payout.id ? stopped : one));
    decided = both(
      decided,
      decision({
        changes: [{ put: "payout", payout: stopped }],
        postings: move(shareAccount(pledge.id, payeeId), pledgeAccount(pledge.id), {
          amount,
          currency,
        }),
      }),
    );
  }
  const after = { ...pledge, takenBack: takenBackOf(payouts) };
  return { ...books, held, pledge: after, payouts, decision: decided };
}

/** The bank gave it back: it is the pledge's again, but for what the operator had put in. */
function putBack(
  books: Books,
  { id, currency, amount, fee }: DisputeMovement,
  { award }: Situation,
): Books {
  const { dispute, pledge } = books;
  const account = pledgeAccount(pledge.id);
  // For what they refunded by hand no payee gives way: shares that the award gives come before that.
  const isDivided = isShared(pledge) && stands(award, books.payouts);
  const toOperator = isDivided ? least(pledge.coveredForBank, amount) : amount;
  // What was booked as lost has left the dispute's account.
  const own = least(dispute.taken, amount);
  const recovered = recover(pledge, toOperator);
  const mirrored = { currency, balanceTransactionId: id };
  return {
    ...books,
    dispute: { ...noted(dispute, id), taken: dispute.taken - own },
    pledge: recovered.pledge,
    held: books.held + amount - toOperator + recovered.left,
    decision: booked(books.decision, [
      ...move(disputeAccount(pledge.id), account, { ...mirrored, amount: own }),
      ...move(WORLD, account, { ...mirrored, amount: amount - own }),
      ...recovered.postings,
      ...feePosting({ id, currency, fee }),
    ]),
  };
}

/** The phase and what follows from it for the pledge's amounts; what is lost leaves the dispute's account. */
function judge(books: Books, fact: DisputeFact): Books {
  const { dispute, pledge } = books;
  const { amount } = fact;
  const phase = phaseOf(fact);
  const gone = isPending(phase) ? 0n : dispute.taken;
  const currency = fact.movements[0]?.currency ?? pledge.currency;
  const pending = (of: DisputePhase): bigint => (isPending(of) ? amount : 0n);
  const lost = (of: DisputePhase): bigint => (of === "lost" ? amount : 0n);
  return {
    ...books,
    dispute: { ...dispute, phase, amount, taken: dispute.taken - gone },
    pledge: {
      ...pledge,
      disputed: pledge.disputed - pending(dispute.phase) + pending(phase),
      lost: pledge.lost - lost(dispute.phase) + lost(phase),
    },
    decision: booked(
      books.decision,
      move(disputeAccount(pledge.id), WORLD, { amount: gone, currency }),
    ),
  };
}

/** Won is said of one whose money is back; Stripe may say the word before it moves the money. */
function phaseOf({ phase, movements }: DisputeFact): DisputePhase {
  const isBack = sumOf({ movements }) >= 0n || movements.some(({ amount }) => amount > 0n);
  return phase === "won" && !isBack ? "open" : phase;
}

/** Below zero as long as the bank has it. */
function sumOf({ movements }: Pick<DisputeFact, "movements">): bigint {
  return movements.reduce((total, { amount }) => total + amount, 0n);
}

/** Where the operator has it so, payees give back what a chargeback that is lost took after the payout. */
function takeBack(
  { dispute, pledge, payouts }: Books,
  { fact, operator }: { fact: DisputeFact; operator: Operator },
): PlannedEffect[] {
  if (dispute.phase !== "lost" || operator.chargebacksBorneBy !== "payee") return [];
  // What they refunded by hand is theirs to bear, and what another dispute took was decided with that.
  const sum = sumOf(fact);
  let owed = sum < 0n ? least(pledge.coveredForBank, -sum) : 0n;
  return payouts.flatMap(({ id: payoutId, state, transferId, amount: paid, reversed }) => {
    const amount = least(owed, paid - reversed);
    if (state !== "paid" || transferId === null || amount === 0n) return [];
    owed -= amount;
    const { id: disputeId } = dispute;
    return [now({ effect: "reverseTransfer" as const, payoutId, transferId, amount, disputeId })];
  });
}
