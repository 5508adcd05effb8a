// Those who are paid: they sign in, open an account at Stripe, finish it, lose it; others take their names.
import { PLACES } from "../clients.ts";
import type { World } from "../world.ts";

export const payeeSteps = {
  /** Somebody signs in with GitHub as `login` and asks for Stripe's onboarding. */
  async connect(world: World, step: { login: string }): Promise<void> {
    const { town, notes } = world;
    const browser = world.browser();
    const begun = await browser.post(`${PLACES.app}/sign-in`, {});
    if (begun.location === null) return;
    const asked = new URL(begun.location);
    const consent = await browser.post(`${PLACES.github}/login/oauth/authorize`, {
      ...Object.fromEntries(asked.searchParams),
      as: step.login,
      decision: "authorize",
    });
    if (consent.location === null) return;
    const personId = town.github.user(step.login).id;
    await browser.get(consent.location);
    const page = await browser.post(`${PLACES.app}/payee/connect`, {});
    if (page.status === 500) notes.oddities.push("the payee's page was answered 500");
    const account = /(acct_[a-zA-Z0-9]+)/.exec(page.location ?? "")?.[1];
    world.say(`${step.login} asks to be paid: ${page.status}`);
    if (account !== undefined) notes.connected.push({ personId, account });
  },

  async onboard(world: World, step: { login: string; country: string }): Promise<void> {
    const account = accountOf(world, step.login);
    if (account !== null) world.town.stripe.onboard(account, { country: step.country });
  },

  async restrict(world: World, step: { login: string }): Promise<void> {
    const account = accountOf(world, step.login);
    if (account !== null) world.town.stripe.restrict(account);
  },

  /** Somebody takes another name, and somebody else the one that they gave up. */
  async rename(world: World, step: { login: string }): Promise<void> {
    const { github } = world.town;
    const { id } = github.user(step.login);
    const to = `${step.login}-moved`;
    world.notes.renames.push({ id, from: step.login, to });
    github.renameUser(step.login, to);
    github.addUser({ login: step.login });
  },
};

function accountOf({ town, notes }: World, login: string): string | null {
  const { id } = town.github.user(login);
  return notes.connected.find(({ personId }) => personId === id)?.account ?? null;
}
