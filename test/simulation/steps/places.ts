// Steps name issues, pull requests and forms by slots of their own; here the slots meet what came of them.
// A slot that nothing came of (its step was dropped, or failed) makes the steps that name it do nothing.
import type { Person } from "../../../sandbox/github/act.ts";
import { PLACES } from "../clients.ts";
import type { Pull } from "../notes.ts";
import type { World } from "../world.ts";

export type Place = { issue: number } | { pull: number };

/** An issue or a pull request as GitHub knows it now. */
export interface Thread {
  /** `owner/name`. */
  repository: string;
  number: number;
}

/** Where the issue or pull request is now, or null. */
export function threadOf(world: World, place: Place): Thread | null {
  const { notes } = world;
  if ("issue" in place) {
    const number = notes.issues[place.issue];
    if (number === undefined) return null;
    return notes.moved.get(place.issue) ?? { repository: notes.repository, number };
  }
  const number = notes.pulls[place.pull]?.number;
  return number === undefined ? null : { repository: notes.repository, number };
}

export function pullOf({ notes }: World, slot: number): Pull | null {
  return notes.pulls[slot] ?? null;
}

/** Somebody at work where the repository is now. */
export function personIn(world: World, login: string, repository?: string): Person {
  return world.person(login).in(repository ?? world.notes.repository);
}

export function textFor(world: World, text: string): string {
  const number = (place: Place): string => String(threadOf(world, place)?.number ?? 0);
  return text
    .replace(/\{issue (\d+)\}/g, (_, slot) => number({ issue: Number(slot) }))
    .replace(/\{pull (\d+)\}/g, (_, slot) => number({ pull: Number(slot) }));
}

/** Stripe's page that a form led to, or null. */
export function sessionOf({ notes }: World, form: string): string | null {
  return notes.clicks.find((click) => click.form === form && click.session)?.session ?? null;
}

/** The charge that a form led to in the end: paid on the page, or called in by the award. */
export function chargeOf(world: World, form: string): string | null {
  const pledge = pledgeOf(world, form);
  if (pledge === null) return null;
  const charge = world.town.stripe
    .charges()
    .find(({ paid, metadata }) => paid && metadata?.["whipround_pledge"] === pledge);
  return charge?.id ?? null;
}

/** What the app calls the pledge that a form led to. */
function pledgeOf(world: World, form: string): string | null {
  const session = world.town.stripe.sessions().find(({ id }) => id === sessionOf(world, form));
  return session?.metadata?.["whipround_pledge"] ?? null;
}

/** The payment of the promise that a form led to, once it was called in; of a page it is none. */
export function intentOf(world: World, form: string): string | null {
  const { stripe } = world.town;
  const pledge = pledgeOf(world, form);
  if (pledge === null) return null;
  const ofPages = stripe.sessions().map(({ payment_intent }) => payment_intent);
  const intent = stripe
    .paymentIntents()
    .find(({ id, metadata }) => metadata["whipround_pledge"] === pledge && !ofPages.includes(id));
  return intent?.id ?? null;
}

/** What the app calls the bounty on an issue, as the picture on its card has it; null while there is no card. */
export function campaignOn(world: World, issue: number): string | null {
  const thread = threadOf(world, { issue });
  if (thread === null) return null;
  const comments = world.town.github.comments(thread.repository, thread.number);
  for (const { body } of comments) {
    const found = /\/campaigns\/([^/]+)\/progress/.exec(body ?? "")?.[1];
    if (found !== undefined) return found;
  }
  return null;
}

/** The backer's own link, as the page after Stripe's shows it; null while it shows none. */
export async function backerLink(world: World, form: string): Promise<string | null> {
  const session = sessionOf(world, form);
  const thanks = world.town.stripe.sessions().find(({ id }) => id === session)?.success_url;
  if (thanks == null) return null;
  const { text } = await world.browser().get(thanks);
  const link = /href="(\/pledge\/[^"/]+)/.exec(text)?.[1];
  return link === undefined ? null : `${PLACES.app}${link}`;
}
