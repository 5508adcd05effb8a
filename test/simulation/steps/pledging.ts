// Backers: they send the pledge form, once or twice; they pay on Stripe's page, now, later, twice or never.
import { hiddenFields } from "../../../sandbox/visitor.ts";
import { PLACES } from "../clients.ts";
import { REPOSITORY } from "../town.ts";
import type { World } from "../world.ts";

interface Form {
  issue: number;
  /** Names the form; sent again it is the same pledge. */
  form: string;
  amount: string;
  mode: "pay-now" | "on-merge";
  /** Cents, or 0 when the amount is not one that can be pledged. */
  cents: number;
}

export const pledgingSteps = {
  /** The form is sent; `clicks` at the same moment, by somebody who thinks that nothing happens. */
  async click(world: World, step: Form & { clicks: number; looks: boolean }): Promise<void> {
    await Promise.all(Array.from({ length: step.clicks }, () => send(world, step)));
  },

  /** The backer fills in Stripe's page that the form led to. */
  async pay(
    world: World,
    step: { form: string; card: string; gives: "up" | "through" },
  ): Promise<void> {
    const click = world.notes.clicks.find(({ form, session }) => form === step.form && session);
    if (click?.session == null) return;
    const { stripe } = world.town;
    const paidBefore = stripe.sessions().find(({ id }) => id === click.session)?.status;
    const outcome = stripe.pay(click.session, {
      card: step.card,
      authentication: step.gives === "up" ? "leave" : "complete",
    });
    world.say(`a backer pays ${step.form}: ${outcome.kind}`);
    if (outcome.kind !== "complete" || paidBefore === "complete") return;
    const { issue, cents, session, mode } = click;
    world.notes.consents.push({ at: world.now(), session, issue, cents, mode, withdrawnAt: null });
  },

  /** The backer comes back by the link on the page after Stripe's, and takes the pledge back. */
  async withdraw(world: World, step: { form: string; clicks: number }): Promise<void> {
    const click = world.notes.clicks.find(({ form, session }) => form === step.form && session);
    const { stripe } = world.town;
    const thanks = stripe.sessions().find(({ id }) => id === click?.session)?.success_url;
    if (thanks == null) return;
    const browser = world.browser();
    const { text } = await browser.get(thanks);
    const link = /href="(\/pledge\/[^"/]+)/.exec(text)?.[1];
    if (link === undefined) return;
    const url = `${PLACES.app}${link}/withdraw`;
    const asked = await browser.get(url);
    const fields = hiddenFields(asked);
    await Promise.all(
      Array.from({ length: step.clicks }, async () => {
        const page = await browser.post(url, fields);
        if (page.status === 500) world.notes.oddities.push("the withdrawal was answered 500");
        world.say(`${step.form} is taken back: ${page.status}`);
        if (page.status !== 303) return;
        const { text: told } = await browser.get(page.location ?? url);
        const consent = world.notes.consents.find(({ session }) => session === click?.session);
        if (consent === undefined || !/took it back|withdrawn/i.test(told)) return;
        consent.withdrawnAt ??= world.now();
      }),
    );
  },

  /** The refund that is the nth of all so far fails at the bank, even if it had gone through. */
  async failRefund(world: World, step: { nth: number }): Promise<void> {
    const refunds = world.town.stripe.refunds().filter(({ status }) => status === "succeeded");
    const refund = refunds[step.nth % Math.max(1, refunds.length)];
    if (refund !== undefined) world.town.stripe.failRefund(refund.id);
  },

  async topUp(world: World, step: { cents: number }): Promise<void> {
    world.town.stripe.topUp(step.cents, "usd");
  },
};

async function send(world: World, step: Form & { looks: boolean }): Promise<void> {
  const issue = world.notes.issues[step.issue];
  if (issue === undefined) return;
  const at = world.now();
  const browser = world.browser();
  const url = `${PLACES.app}/gh/${REPOSITORY}/issues/${issue}`;
  const hidden = step.looks ? hiddenFields(await browser.get(url)) : {};
  const { form, amount, cents, mode } = step;
  const page = await browser.post(url, { ...hidden, mode, amount, nonce: form });
  if (page.status === 500) world.notes.oddities.push(`the pledge form was answered ${page.status}`);
  const session = /\/c\/pay\/(cs_[a-zA-Z0-9_]+)/.exec(page.location ?? "")?.[1] ?? null;
  world.say(`the form ${form} is answered ${page.status}`);
  world.notes.clicks.push({ at, issue, form, cents, mode, session });
}
