// Those who are paid: they sign in, open an account at Stripe, finish it, lose it; others take their names.
import type { Visitor } from "../../../sandbox/visitor.ts";
import { PLACES } from "../clients.ts";
import type { World } from "../world.ts";

export const payeeSteps = {
  /** Somebody signs in with GitHub as `login` and asks for Stripe's onboarding. */
  async connect(world: World, step: { login: string }): Promise<void> {
    const { town, notes } = world;
    const browser = await signedIn(world, step.login);
    if (browser === null) return;
    const personId = town.github.user(step.login).id;
    const page = await browser.post(`${PLACES.app}/payee/connect`, {});
    if (page.status === 500) notes.oddities.push("the payee's page was answered 500");
    const account = /(acct_[a-zA-Z0-9]+)/.exec(page.location ?? "")?.[1];
    world.say(`${step.login} asks to be paid: ${page.status}`);
    if (account !== undefined) notes.connected.push({ personId, account });
  },

  async onboard(world: World, step: { login: string; country: string }): Promise<void> {
    const account = accountOf(world, step.login);
    if (account === null) return;
    world.town.stripe.onboard(account, { country: step.country });
    world.notes.onboarded.push({ account, at: world.now() });
  },

  async restrict(world: World, step: { login: string }): Promise<void> {
    const account = accountOf(world, step.login);
    if (account === null) return;
    world.town.stripe.restrict(account);
    world.notes.troubled.push(account);
  },

  /** The payee cuts the platform off; what waits stays, and another account can be connected. */
  async disconnect(world: World, step: { login: string }): Promise<void> {
    const account = accountOf(world, step.login);
    if (account === null) return;
    world.town.stripe.disconnect(account);
    world.notes.troubled.push(account);
  },

  /** Stripe sends the payee's balance to their bank; `fails`: the bank turns it down a day later. */
  async payOut(world: World, step: { login: string; fails: boolean }): Promise<void> {
    const account = accountOf(world, step.login);
    if (account === null) return;
    const { stripe } = world.town;
    const { id } = stripe.payOut({ account, currency: "usd" });
    if (step.fails) stripe.failPayout(id);
  },

  /** A payee gives up what waits for them, in favour of the backers. */
  async decline(world: World, step: { login: string }): Promise<void> {
    const { town, notes } = world;
    const browser = await signedIn(world, step.login);
    const listed = await browser?.get(`${PLACES.app}/payee`);
    const campaign = /payee\/decline\?campaign=([^"&]+)/.exec(listed?.text ?? "")?.[1];
    if (browser === null || campaign === undefined) return;
    // Before the answer: one that is lost may have been a yes.
    notes.declines.push({ at: world.now(), personId: town.github.user(step.login).id });
    const page = await browser.post(`${PLACES.app}/payee/decline`, { campaign });
    if (page.status === 500) notes.oddities.push("giving up a share was answered 500");
    world.say(`${step.login} gives up their share: ${page.status}`);
  },

  /** Somebody takes another name, and somebody else the one that they gave up. */
  async rename(world: World, step: { login: string }): Promise<void> {
    const { github } = world.town;
    const { login: from } = step;
    const { id } = github.user(from);
    const to = `${from}-moved`;
    github.renameUser(from, to);
    const { id: heirId } = github.addUser({ login: from });
    world.notes.renames.push({ at: world.now(), id, from, to, heirId });
  },
};

/** Somebody's browser after signing in with GitHub, or null when that leads nowhere. */
export async function signedIn(world: World, login: string): Promise<Visitor | null> {
  const browser = world.browser();
  const begun = await browser.post(`${PLACES.app}/sign-in`, {});
  if (begun.location === null) return null;
  const asked = new URL(begun.location);
  const consent = await browser.post(`${PLACES.github}/login/oauth/authorize`, {
    ...Object.fromEntries(asked.searchParams),
    as: login,
    decision: "authorize",
  });
  if (consent.location === null) return null;
  await browser.get(consent.location);
  return browser;
}

/** The account that they asked for last. */
function accountOf({ town, notes }: World, login: string): string | null {
  const { id } = town.github.user(login);
  return notes.connected.findLast(({ personId }) => personId === id)?.account ?? null;
}
