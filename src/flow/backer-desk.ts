// What a backer's page asks for: each a command about one pledge, decided and committed before the answer.
import type { Command } from "../core/decide.ts";
import type { Desk, Store } from "../ports.ts";
import { type Asking, ask } from "./ask.ts";

type BackerDesk = Pick<Desk, "withdrawPledge" | "renewPledge">;

export function createBackerDesk(options: Asking & { store: Store; wake(): void }): BackerDesk {
  const { store, wake } = options;

  async function decide(
    command: Extract<Command, { pledgeId: string }>,
  ): ReturnType<BackerDesk["withdrawPledge"]> {
    const subject = { of: "pledge" as const, pledgeId: command.pledgeId };
    const answer = await store.transact((trx) => ask(trx, { subject, command }, options));
    wake();
    return answer.ok ? { ok: true } : answer;
  }

  return {
    withdrawPledge: (pledgeId) => decide({ command: "withdrawPledge", pledgeId }),
    renewPledge: (renewal) => decide({ command: "renewPledge", ...renewal }),
  };
}
