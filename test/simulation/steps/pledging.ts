// Backers: they send the pledge form, once or twice; they pay on Stripe's page, now, later, twice or never;
// they take it back, renew it, or mend a charge that failed.
import { hiddenFields } from "../../../sandbox/visitor.ts";
import { PLACES } from "../clients.ts";
import type { World } from "../world.ts";
import { backerLink, sessionOf, threadOf } from "./places.ts";

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

  /** Somebody reads the figures of a bounty, as the page gives them to programs. */
  async look(world: World, step: { issue: number }): Promise<void> {
    const place = threadOf(world, step);
    if (place === null) return;
    const at = world.now();
    const url = `${PLACES.app}/gh/${place.repository}/issues/${place.number}.json`;
    const page = await world.browser().get(url);
    if (page.status === 500) world.notes.oddities.push("the figures were answered 500");
    if (page.status !== 200) return;
    world.notes.looks.push({ at, issue: place.number, figures: JSON.parse(page.text) });
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
    world.notes.consents.push({
      at: world.now(),
      session,
      issue,
      cents,
      mode,
      askedBackAt: null,
      withdrawnAt: null,
      renewals: [],
    });
  },

  /** The backer comes back by the link on the page after Stripe's, and takes the pledge back. */
  async withdraw(world: World, step: { form: string; clicks: number }): Promise<void> {
    const link = await backerLink(world, step.form);
    if (link === null) return;
    const browser = world.browser();
    const fields = hiddenFields(await browser.get(`${link}/withdraw`));
    const asked = consentBy(world, step.form);
    if (asked !== undefined) asked.askedBackAt ??= world.now();
    await Promise.all(
      Array.from({ length: step.clicks }, async () => {
        const page = await browser.post(`${link}/withdraw`, fields);
        if (page.status === 500) world.notes.oddities.push("the withdrawal was answered 500");
        world.say(`${step.form} is taken back: ${page.status}`);
        // Anything but a refusal says that it is taken back.
        const consent = consentBy(world, step.form);
        if (page.status === 303 && consent !== undefined) consent.withdrawnAt ??= world.now();
      }),
    );
  },

  /** A new consent to a later date, where the backer's page offers one. */
  async renew(world: World, step: { form: string; clicks: number }): Promise<void> {
    const link = await backerLink(world, step.form);
    if (link === null) return;
    const browser = world.browser();
    const shown = await browser.get(link);
    if (!shown.text.includes("/renew")) return;
    const fields = hiddenFields(shown);
    await Promise.all(
      Array.from({ length: step.clicks }, async () => {
        const renewal = { at: world.now(), sure: false };
        consentBy(world, step.form)?.renewals.push(renewal);
        const page = await browser.post(`${link}/renew`, fields);
        if (page.status === 500) world.notes.oddities.push("the renewal was answered 500");
        world.say(`${step.form} is renewed: ${page.status}`);
        renewal.sure = page.status === 303;
      }),
    );
  },

  /** A charge that failed: confirmed with the bank, tried again, or with another card. */
  async mend(
    world: World,
    step: { form: string; how: "confirm" | "card"; card: string; answer: "complete" | "fail" },
  ): Promise<void> {
    const link = await backerLink(world, step.form);
    if (link === null) return;
    const browser = world.browser();
    const page = await browser.post(`${link}/${step.how}`, {});
    if (page.status === 500) world.notes.oddities.push("the mending was answered 500");
    world.say(`${step.form} is mended by ${step.how}: ${page.status}`);
    const session = /\/c\/pay\/(cs_[a-zA-Z0-9_]+)/.exec(page.location ?? "")?.[1];
    const { stripe } = world.town;
    if (session !== undefined) {
      const authentication = step.answer === "fail" ? "leave" : "complete";
      stripe.pay(session, { card: step.card, authentication });
    } else if (page.location?.startsWith(PLACES.stripe) === true) {
      await browser.post(page.location, { answer: step.answer });
    }
  },
};

function consentBy(world: World, form: string) {
  const own = sessionOf(world, form);
  return world.notes.consents.find(({ session }) => session === own);
}

async function send(world: World, step: Form & { looks: boolean }): Promise<void> {
  const place = threadOf(world, { issue: step.issue });
  if (place === null) return;
  const at = world.now();
  const browser = world.browser();
  const url = `${PLACES.app}/gh/${place.repository}/issues/${place.number}`;
  const hidden = step.looks ? hiddenFields(await browser.get(url)) : {};
  const { form, amount, cents, mode } = step;
  const page = await browser.post(url, { ...hidden, mode, amount, nonce: form });
  if (page.status === 500) world.notes.oddities.push(`the pledge form was answered ${page.status}`);
  const session = /\/c\/pay\/(cs_[a-zA-Z0-9_]+)/.exec(page.location ?? "")?.[1] ?? null;
  world.say(`the form ${form} is answered ${page.status}`);
  const byId = null;
  world.notes.clicks.push({ at, issue: place.number, form, cents, mode, session, byId });
}
