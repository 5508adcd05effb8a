// What the pages ask for: each a command, decided and committed before Stripe is called, and then the
// one effect whose outcome the visitor waits for.
import type { Campaign } from "../core/campaign.ts";
import type { PledgeForm } from "../core/commands.ts";
import { type PayingIn, payingIn } from "../core/paying-in.ts";
import type { Desk, GitHub, Store, Stripe } from "../ports.ts";
import { type Asking, ask } from "./ask.ts";
import { createBackerDesk } from "./backer-desk.ts";
import { createPromiseDesk } from "./desk-promises.ts";
import { createHandoverDesk } from "./handover-desk.ts";
import type { Outbox } from "./outbox.ts";
import { createPages } from "./pages.ts";
import { createPayeeDesk } from "./payee-desk.ts";
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
  const { store, outbox, wake, platform } = options;
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

  return {
    startPledge,
    ...createPromiseDesk({ ...options, openPage }),
    ...createPayeeDesk(options),
    ...createHandoverDesk(options),
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
