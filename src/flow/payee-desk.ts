// What payees ask for on their page: Stripe's onboarding, their account read anew, and to give a share up.
import type { Person } from "../core/campaign.ts";
import { effectKey } from "../core/effects.ts";
import {
  type Desk,
  PermanentFailure,
  type Store,
  type Stripe,
  TransientFailure,
} from "../ports.ts";
import { type Asking, about, ask } from "./ask.ts";
import { accountEvents } from "./facts.ts";
import type { Outbox } from "./outbox.ts";

export function createPayeeDesk(
  options: Asking & {
    store: Store;
    stripe: Stripe;
    outbox: Outbox;
    wake(): void;
    publicUrl: string;
  },
): Pick<Desk, "connectPayee" | "declineShare" | "refreshPayee"> {
  const { store, stripe, outbox, wake, publicUrl } = options;

  async function accountsLost({ id }: Person): Promise<number> {
    return (await store.read.payeeById(id))?.accountsLost ?? 0;
  }

  async function connectPayee(person: Person): ReturnType<Desk["connectPayee"]> {
    const lostBefore = await accountsLost(person);
    try {
      return await linkToOnboarding(person);
    } catch (error) {
      if (error instanceof PermanentFailure) await refreshPayee(person.id);
      // Its owner had cut us off, and no webhook told: whether they may have another is decided anew.
      if ((await accountsLost(person)) === lostBefore) throw error;
      return linkToOnboarding(person);
    }
  }

  async function linkToOnboarding(person: Person): ReturnType<Desk["connectPayee"]> {
    const subject = { of: "payee" as const, payeeId: person.id };
    const answer = await store.transact((trx) =>
      ask(trx, { subject, command: { command: "connectPayee", person } }, options),
    );
    if (!answer.ok) return answer;
    const number = (await accountsLost(person)) + 1;
    await outbox.performNow(effectKey({ effect: "openAccount", payeeId: person.id, number }));
    const payee = await store.read.payeeById(person.id);
    if (payee?.accountId == null) throw new TransientFailure("the account is being opened");
    const url = await stripe.accountLink({
      accountId: payee.accountId,
      refreshUrl: `${publicUrl}/payee/refresh`,
      returnUrl: `${publicUrl}/payee/return`,
    });
    return { ok: true, url };
  }

  async function declineShare(
    person: Person,
    campaignId: string,
  ): ReturnType<Desk["declineShare"]> {
    const subject = { of: "campaign" as const, campaignId };
    const answer = await store.transact((trx) =>
      ask(trx, { subject, command: { command: "declineShare", person } }, options),
    );
    wake();
    return answer.ok ? { ok: true } : answer;
  }

  async function refreshPayee(payeeId: number): Promise<void> {
    const payee = await store.read.payeeById(payeeId);
    if (payee?.accountId == null) return;
    for (const event of await accountEvents(payee.accountId, { stripe, read: store.read })) {
      await store.transact((trx) => ask(trx, about(event), options));
    }
    wake();
  }

  return { connectPayee, declineShare, refreshPayee };
}
