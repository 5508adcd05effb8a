// Performs the sandbox's own due work: money first, by itself, whenever anybody looks; webhooks only in `runDue`.
import { arrivePayout } from "./balances.ts";
import { clearCharge } from "./charges.ts";
import { takeDue } from "./due.ts";
import { settle } from "./funds.ts";
import { resumeRefunds } from "./refunds.ts";
import { expireSession } from "./sessions.ts";
import type { Work, World } from "./state.ts";
import { deliverEvent } from "./webhooks.ts";

/** Everything that happens inside Stripe up to now. An answer must never show a past that is overdue. */
export function advance(world: World): number {
  let performed = 0;
  for (;;) {
    const work = takeDue(world, ({ kind }) => kind !== "deliver");
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
    else performInside(world, work);
    performed += 1;
  }
}

function performInside(world: World, work: Exclude<Work, { kind: "deliver" }> | Work): void {
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
    case "deliver":
      throw new Error("webhooks leave in runDue");
  }
}
