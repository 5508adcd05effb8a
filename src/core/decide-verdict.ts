// What follows from a bank's verdict: where the money goes that the pledge holds then.
import { isAwarded, isOpen, waitsToGoBack } from "./campaign.ts";
import { sendOn } from "./decide-distribution.ts";
import { payOrWait } from "./decide-payout.ts";
import { both, type Decision, decision, needed, type Situation } from "./decision.ts";
import type { Dispute } from "./dispute.ts";
import { at, now } from "./effects.ts";
import { stands, takeSharesBack } from "./former-award.ts";
import { move, pledgeAccount, shareAccount } from "./ledger.ts";
import { least } from "./money.ts";
import { nextRound, type Payout, takenBackOf, takenByBank, withRows } from "./payout.ts";
import { isShared, type Pledge } from "./pledge.ts";
import { giveBack, settle, stateOf } from "./steps.ts";

/** The dispute as it is worked through: the rows as they become, and where the pledge's money is. */
export interface Books {
  dispute: Dispute;
  pledge: Pledge;
  held: bigint;
  payouts: Payout[];
  decision: Decision;
}

export function inState(pledge: Pledge, { held, payouts }: Books): Pledge {
  return { ...pledge, state: stateOf({ pledge, payouts, held }) };
}

/** There is a verdict: what the pledge still holds goes where it would have gone. */
export function goOn(
  { before, books }: { before: Pledge; books: Books },
  situation: Situation,
): Decision {
  const { pledge, payouts, held } = books;
  if (pledge.disputed > 0n) return settle({ before, after: inState(pledge, books) }, situation);
  const paid: Books = { ...books, pledge: { ...pledge, state: "paid" }, decision: decision({}) };
  const isFormer = isShared(pledge) && !stands(situation.award, payouts);
  const next = isFormer ? { ...paid, ...takeSharesBack(paid) } : paid;
  const onward = isShared(next.pledge) ? goOnDivided : goOnWhole;
  const known = { ...situation, held, payouts: next.payouts };
  return both(next.decision, onward({ before, books: next }, known));
}

/** To the award that stands, or back where it is over or its date is; else it waits again. */
function goOnWhole({ before, books }: { before: Pledge; books: Books }, situation: Situation) {
  const { pledge, held } = books;
  const campaign = needed(situation.campaign, "campaign");
  if (held === 0n) return settle({ before, after: inState(pledge, books) }, situation);
  const over = !isOpen(campaign) && !isAwarded(campaign) ? "cancelled" : null;
  const returnReason = pledge.returnReason ?? over;
  return sendOn({ before, pledge: { ...pledge, returnReason } }, { ...situation, pledge, held });
}

/** Shares that were stopped go on; what is over can only be the backer's, for the payees' part is with them. */
function goOnDivided({ before, books }: { before: Pledge; books: Books }, situation: Situation) {
  const waiting = books.payouts.filter(({ state }) => state === "waiting");
  const payeeIds = [...new Set(waiting.map(({ payeeId }) => payeeId))];
  const restored = restoreShares(books, situation);
  const { held } = restored;
  const pledge = owing(restored);
  const reason = pledge.returnReason ?? "award not claimed";
  return both(
    both(
      restored.decision,
      held > 0n
        ? giveBack({ reason, before, after: pledge, held }, situation)
        : settle({ before, after: inState(pledge, restored) }, situation),
    ),
    decision({
      // By payee: of a whole campaign only `/release` asks, and what the operator took back waits for it.
      effects: payeeIds.map((payeeId) =>
        now({ effect: "payWaiting", of: { payeeId }, after: null }),
      ),
    }),
  );
}

/** With what the bank left counted as going back to the backer, no more and no less. */
function owing({ pledge, held }: Books): Pledge {
  return { ...pledge, handReturned: pledge.handReturned + held - waitsToGoBack(pledge) };
}

/** What a bank had of shares opens a new round, as far as there is money for it that is not the backer's already. */
function restoreShares(books: Books, situation: Situation): Books {
  let { held, pledge, payouts } = books;
  let free = held - least(held, waitsToGoBack(pledge));
  let decided = decision({});
  for (const payout of books.payouts) {
    const taken = takenByBank(payout);
    const amount = least(free, taken);
    if (amount <= 0n) continue;
    const before: Payout = { ...payout, takenByBank: taken - amount };
    const again: Payout = { ...nextRound(payout, payouts), amount, needsRelease: waits(payout) };
    free -= amount;
    held -= amount;
    pledge = { ...pledge, sharesStopped: pledge.sharesStopped - amount };
    payouts = withRows(payouts, before, again);
    const { currency, payeeId } = payout;
    const toShare = move(pledgeAccount(pledge.id), shareAccount(pledge.id, payeeId), {
      amount,
      currency,
    });
    const claimDate = at(again.claimBy, { effect: "returnPayout", payoutId: again.id });
    decided = both(
      both(
        decided,
        decision({
          changes: [{ put: "payout", payout: before }],
          postings: toShare,
          effects: [claimDate],
        }),
      ),
      payOrWait(again, { ...situation, pledge }),
    );
  }
  const restored = { ...pledge, takenBack: takenBackOf(payouts) };
  return { ...books, held, pledge: restored, payouts, decision: decided };
}

/** For a maintainer's `/release`, as what the operator took back of it. */
function waits({ needsRelease, state }: Payout): boolean {
  return needsRelease || state === "reversed";
}
