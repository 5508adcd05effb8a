// What the backer of a promise asks for on their page: another try of its charge, or another card.
import type { Command } from "../core/decide.ts";
import { effectKey } from "../core/effects.ts";
import type { Pledge } from "../core/pledge.ts";
import type { Refusal } from "../core/refusals.ts";
import { type Desk, PermanentFailure, type Store } from "../ports.ts";
import { type Asking, ask } from "./ask.ts";
import type { Outbox } from "./outbox.ts";

export function createPromiseDesk(
  options: Asking & {
    store: Store;
    outbox: Outbox;
    wake(): void;
    openPage(pledge: Pledge): Promise<string>;
  },
): Pick<Desk, "retryCharge" | "changeCard"> {
  const { store, outbox, wake, openPage } = options;

  async function askAbout(
    command: Extract<Command, { pledgeId: string }>,
  ): Promise<{ ok: true; pledge: Pledge } | { ok: false; refusal: Refusal }> {
    const subject = { of: "pledge" as const, pledgeId: command.pledgeId };
    return store.transact(async (trx) => {
      const answer = await ask(trx, { subject, command }, options);
      if (!answer.ok) return answer;
      const { pledge } = await trx.load(subject);
      if (pledge === null) throw new Error("a command was accepted for a pledge that is not there");
      return { ok: true, pledge };
    });
  }

  return {
    async changeCard(pledgeId) {
      const asked = await askAbout({ command: "changeCard", pledgeId });
      if (!asked.ok) return asked;
      const url = asked.pledge.sessionUrl ?? (await openPage(asked.pledge));
      wake();
      return { ok: true, url };
    },

    async retryCharge(pledgeId) {
      const asked = await askAbout({ command: "retryCharge", pledgeId });
      if (!asked.ok) return asked;
      try {
        await outbox.performNow(lastTry(asked.pledge));
      } catch (error) {
        // What Stripe refused for good is settled as an answer: the pledge says so.
        if (!(error instanceof PermanentFailure)) throw error;
      }
      wake();
      const charging = (await store.read.pledgeById(pledgeId))?.charging ?? null;
      return { ok: true, url: charging?.pageUrl ?? null };
    },
  };
}

function lastTry({ id: pledgeId, charging, card }: Pledge): string {
  const paymentMethodId = card?.paymentMethodId ?? "";
  const number = charging?.triesCount ?? 0;
  return effectKey({ effect: "confirmCharge", pledgeId, number, paymentMethodId, onSession: true });
}
