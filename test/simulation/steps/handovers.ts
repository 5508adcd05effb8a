// A payee asks on their own page that somebody else is paid in their place, or no longer.
import { PLACES } from "../clients.ts";
import type { HandoverRequest } from "../notes.ts";
import type { World } from "../world.ts";
import { signedIn } from "./payees.ts";
import { campaignOn } from "./places.ts";

const PAGE = `${PLACES.app}/payee/handover`;

export const handoverSteps = {
  /** Of the bounty on that issue. Whoever is no payee of it finds no form on their page, and sends one all the same. */
  async askHandover(
    world: World,
    step: { login: string; to: string; issue: number },
  ): Promise<void> {
    const { github } = world.town;
    const campaign = campaignOn(world, step.issue);
    const browser = await signedIn(world, step.login);
    if (browser === null || campaign === null) return;
    const own = await browser.get(`${PLACES.app}/payee`);
    if (!own.text.includes("Signed in as")) return;
    await browser.get(`${PAGE}?campaign=${campaign}`);
    const request: HandoverRequest = {
      at: world.now(),
      from: github.user(step.login).id,
      to: github.user(step.to).id,
      campaign,
      answered: null,
      withdrawnAt: null,
    };
    // Before the answer: one that is lost may have been a yes.
    world.notes.requests.push(request);
    const page = await browser.post(PAGE, { campaign, login: step.to });
    request.answered = page.status;
    if (page.status === 500) world.notes.oddities.push("a handover was answered 500");
    world.say(`${step.login} asks that ${step.to} is paid: ${page.status}`);
  },

  async withdrawHandover(world: World, step: { login: string; issue: number }): Promise<void> {
    const { notes, town } = world;
    const campaign = campaignOn(world, step.issue);
    const browser = await signedIn(world, step.login);
    if (browser === null || campaign === null) return;
    const own = await browser.get(`${PLACES.app}/payee`);
    if (!own.text.includes("Signed in as")) return;
    const from = town.github.user(step.login).id;
    const mine = notes.requests.filter((one) => one.from === from && one.campaign === campaign);
    const page = await browser.post(`${PAGE}/withdraw`, { campaign });
    if (page.status === 500) notes.oddities.push("taking a handover back was answered 500");
    world.say(`${step.login} wants to be paid after all: ${page.status}`);
    if (page.status !== 303) return;
    for (const one of mine) one.withdrawnAt ??= world.now();
  },
};
