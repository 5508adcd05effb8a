// Performs the sandbox's own due work: money first, by itself, whenever anybody looks; webhooks only in `runDue`.
import { clearCharge } from "./charges.ts";
import { disputeByCard, lapseDispute } from "./disputes.ts";
import { takeDue } from "./due.ts";
import { settle } from "./funds.ts";
import { arrivePayout } from "./payouts.ts";
import { answerRefund, resumeRefunds } from "./refund-outcomes.ts";
import { expireSession } from "./sessions.ts";
import type { Work, World } from "./state.ts";
import { deliverEvent, resendEvent } from "./webhooks.ts";

/** Everything that happens inside Stripe up to now. An answer must never show a past that is overdue. */
export function advance(world: World): number {
  let performed = 0;
  for (;;) {
    const work = takeDue(world, ({ kind }) => kind !== "deliver" && kind !== "resend");
    if (!work) return performed;
    performInside(world, work);
    performed += 1;
  }
}

export async function runDue(world: World): Promise<number> {
  let performed = 0;
  for (;;) {
    const work = takeDue(world, () => true);
    if (!work) return performed;
    if (work.kind === "deliver") await deliverEvent(world, work.event);
    else if (work.kind === "resend") await resendEvent(world, work.event);
    else performInside(world, work);
    performed += 1;
  }
}

function performInside(world: World, work: Work): void {
  switch (work.kind) {
    case "clear":
      if (clearCharge(world, work.charge)) resumeRefunds(world);
      return;
    case "settle":
      settle(world, work.balanceTransaction);
      resumeRefunds(world);
      return;
    case "expire":
      expireSession(world, work.session);
      return;
    case "arrive":
      arrivePayout(world, work.payout);
      return;
    case "dispute":
      disputeByCard(world, work.charge, work.as);
      return;
    case "lapse":
      lapseDispute(world, work.dispute);
      return;
    case "answerRefund":
      answerRefund(world, work.refund);
      return;
    case "deliver":
    case "resend":
      throw new Error("webhooks leave in runDue");
  }
}
