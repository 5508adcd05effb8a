// A transfer that exists, and what is written of it: its row, the rounds that follow, and the pledge with its campaign.
import { onwardFrom } from "./decide-payout.ts";
import { both, type Decision, decision, needed, type Situation } from "./decision.ts";
import { at, type PlannedEffect } from "./effects.ts";
import type { Posting } from "./ledger.ts";
import { type Payout, takenBackOf, withRows } from "./payout.ts";
import type { Pledge } from "./pledge.ts";
import { settle, stateOf } from "./steps.ts";

/** A transfer that exists, its pledge as it is with it, and the postings on the way there. */
export interface Sent {
  payout: Payout;
  pledge: Pledge;
  postings: Posting[];
}

/** Writes the rows, and the pledge and its campaign as they follow from them. */
export function settled(
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
export function begun(round: Payout, { award }: Situation): PlannedEffect[] {
  const onward = onwardFrom(round, award);
  const claimDate = at(round.claimBy, { effect: "returnPayout", payoutId: round.id });
  return onward === null ? [claimDate] : [claimDate, onward];
}
