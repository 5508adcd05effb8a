// What the pages ask for: each a command, decided and committed before Stripe is called, and then the
// one effect whose outcome the visitor waits for.
import type { Person } from "../core/campaign.ts";
import type { PledgeForm } from "../core/commands.ts";
import { effectKey } from "../core/effects.ts";
import {
  type Desk,
  PermanentFailure,
  type Store,
  type Stripe,
  TransientFailure,
} from "../ports.ts";
import { type Asking, about, ask } from "./ask.ts";
import type { Outbox } from "./outbox.ts";

/** How long the platform account's settings are believed before they are read again. */
const PLATFORM_MS = 300_000;

export function createDesk(
  options: Asking & {
    store: Store;
    stripe: Stripe;
    outbox: Outbox;
    wake(): void;
    publicUrl: string;
  },
): Desk {
  const { store, stripe, outbox, clock, wake, publicUrl } = options;
  const opening = new Map<string, Promise<string>>();
  const opensFor = createTill({ stripe, clock });

  async function startPledge(form: PledgeForm): ReturnType<Desk["startPledge"]> {
    const campaign = await store.read.campaignById(form.campaignId);
    const payNowOpen = campaign !== null && (await opensFor(campaign.currency));
    const { answer, pledge } = await store.transact(async (trx) => {
      const subject = { of: "nonce" as const, campaignId: form.campaignId, nonce: form.nonce };
      const decided = await ask(
        trx,
        { subject, command: { command: "startPledge", form } },
        { ...options, payNowOpen },
      );
      return { answer: decided, pledge: (await trx.load(subject)).pledge };
    });
    if (!answer.ok) return answer;
    if (pledge === null) throw new Error("a pledge was accepted and is not there");
    const url = pledge.sessionUrl ?? (await openOnce(pledge.id));
    wake();
    return { ok: true, url };
  }

  /** A double click waits for the page that the first click is opening. */
  function openOnce(pledgeId: string): Promise<string> {
    const begun = opening.get(pledgeId);
    if (begun !== undefined) return begun;
    const page = openPage(pledgeId).finally(() => opening.delete(pledgeId));
    opening.set(pledgeId, page);
    return page;
  }

  async function openPage(pledgeId: string): Promise<string> {
    try {
      await outbox.performNow(effectKey({ effect: "openCheckout", pledgeId }));
    } catch (error) {
      if (error instanceof PermanentFailure) {
        throw new TransientFailure("Stripe did not open its page", { cause: error });
      }
      throw error;
    }
    const pledge = await store.read.pledgeById(pledgeId);
    // Another process is opening it at this moment.
    if (pledge?.sessionUrl == null) throw new TransientFailure("Stripe's page is being opened");
    return pledge.sessionUrl;
  }

  async function connectPayee(person: Person): ReturnType<Desk["connectPayee"]> {
    const subject = { of: "payee" as const, payeeId: person.id };
    const answer = await store.transact((trx) =>
      ask(trx, { subject, command: { command: "connectPayee", person } }, options),
    );
    if (!answer.ok) return answer;
    await outbox.performNow(effectKey({ effect: "openAccount", payeeId: person.id }));
    const payee = await store.read.payeeById(person.id);
    if (payee?.accountId == null) throw new TransientFailure("the account is being opened");
    const url = await stripe.accountLink({
      accountId: payee.accountId,
      refreshUrl: `${publicUrl}/payee/refresh`,
      returnUrl: `${publicUrl}/payee/return`,
    });
    return { ok: true, url };
  }

  async function refreshPayee(payeeId: number): Promise<void> {
    const payee = await store.read.payeeById(payeeId);
    if (payee?.accountId == null) return;
    const seen = await stripe.readAccount(payee.accountId);
    if (seen === null) return;
    await store.transact((trx) => ask(trx, about(seen), options));
    wake();
  }

  return {
    startPledge,
    connectPayee,
    refreshPayee,
    // While Stripe does not answer, the page is shown all the same; whoever pays is told then.
    payNowOpen: (currency) => opensFor(currency).catch(() => true),
  };
}

/** Whether money in a currency can be paid in: what Stripe says of the platform's account, for a while. */
function createTill({
  stripe,
  clock,
}: Pick<Asking, "clock"> & { stripe: Stripe }): (currency: string) => Promise<boolean> {
  let platform: { readAt: number; manualPayouts: boolean; currencies: string[] } | null = null;
  return async (currency) => {
    const at = clock.now();
    if (platform === null || at - platform.readAt > PLATFORM_MS) {
      platform = { readAt: at, ...(await stripe.platform()) };
    }
    return platform.manualPayouts && platform.currencies.includes(currency);
  };
}
