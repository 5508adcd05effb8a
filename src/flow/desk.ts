// What the pages ask for: each a command, decided and committed before Stripe is called, and then the
// one effect whose outcome the visitor waits for.
import type { Campaign, Person } from "../core/campaign.ts";
import type { PledgeForm } from "../core/commands.ts";
import { effectKey } from "../core/effects.ts";
import { type PayingIn, payingIn } from "../core/paying-in.ts";
import { type Desk, type GitHub, type Store, type Stripe, TransientFailure } from "../ports.ts";
import { type Asking, about, ask } from "./ask.ts";
import { createBackerDesk } from "./backer-desk.ts";
import { createPromiseDesk } from "./desk-promises.ts";
import { accountEvents } from "./facts.ts";
import { createHandoverDesk } from "./handover-desk.ts";
import type { Outbox } from "./outbox.ts";
import { createPages } from "./pages.ts";
import type { Platform } from "./platform.ts";

export function createDesk(
  options: Asking & {
    store: Store;
    stripe: Stripe;
    github: GitHub;
    outbox: Outbox;
    wake(): void;
    publicUrl: string;
    platform: Platform;
  },
): Desk {
  const { store, stripe, outbox, wake, publicUrl, platform } = options;
  const openPage = createPages({ store, outbox });
  const openIn = waysToPay(store);

  async function startPledge(form: PledgeForm): ReturnType<Desk["startPledge"]> {
    const campaign = await store.read.campaignById(form.campaignId);
    const open =
      campaign === null ? "closed" : await openIn(campaign, platform.isReadyFor(campaign.currency));
    const { answer, pledge } = await store.transact(async (trx) => {
      const subject = { of: "nonce" as const, campaignId: form.campaignId, nonce: form.nonce };
      const decided = await ask(
        trx,
        { subject, command: { command: "startPledge", form } },
        { ...options, payingIn: open },
      );
      return { answer: decided, pledge: (await trx.load(subject)).pledge };
    });
    if (!answer.ok) return answer;
    if (pledge === null) throw new Error("a pledge was accepted and is not there");
    const url = pledge.sessionUrl ?? (await openPage(pledge));
    wake();
    return { ok: true, url };
  }

  async function connectPayee(person: Person): ReturnType<Desk["connectPayee"]> {
    const subject = { of: "payee" as const, payeeId: person.id };
    const answer = await store.transact((trx) =>
      ask(trx, { subject, command: { command: "connectPayee", person } }, options),
    );
    if (!answer.ok) return answer;
    const before = await store.read.payeeById(person.id);
    const number = (before?.accountsLost ?? 0) + 1;
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

  return {
    startPledge,
    ...createPromiseDesk({ ...options, openPage }),
    connectPayee,
    declineShare,
    ...createHandoverDesk(options),
    refreshPayee,
    ...createBackerDesk(options),
    // While Stripe does not answer, the page is shown all the same; whoever pays is told then.
    payingIn: (currency) =>
      openIn(
        { currency },
        platform.isReadyFor(currency).catch(() => true),
      ),
    platformCountry: () => platform.country(),
  };
}

function waysToPay({ read }: Store) {
  return async (
    { currency }: Pick<Campaign, "currency">,
    isReady: Promise<boolean>,
  ): Promise<PayingIn> => {
    const [accountIsReady, operatorBalance] = await Promise.all([
      isReady,
      read.operatorBalance(currency),
    ]);
    return payingIn({ accountIsReady, operatorBalance });
  };
}
