// Nobody is charged but by their own word: a click on Stripe's page that takes the money, or a card saved
// there for the award; once for each, with the amount they saw, and never after they took it back.
import type { Consent } from "../notes.ts";
import type { World } from "../world.ts";
import { type ChargeBook, chargeBooks } from "./stripe-books.ts";

export function chargesRestOnConsent(world: World): string[] {
  const used = new Set<Consent>();
  return chargeBooks(world).flatMap((book) => {
    const { charge } = book;
    const consent = consentTo(world, book);
    if (consent === undefined) return [`${charge.id} was charged, and nobody agreed to it`];
    if (consent.cents !== charge.amount) {
      return [`${charge.id} took ${charge.amount}, agreed were ${consent.cents}`];
    }
    if (used.has(consent)) return [`${charge.id} is a second charge for one consent`];
    used.add(consent);
    const { withdrawnAt } = consent;
    return withdrawnAt !== null && charge.created * 1000 > withdrawnAt + 1000
      ? [`${charge.id} was charged after its backer took it back`]
      : [];
  });
}

function consentTo({ notes, town }: World, book: ChargeBook): Consent | undefined {
  if (book.session !== null) {
    return notes.consents.find(
      ({ session, mode }) => session === book.session && mode === "pay-now",
    );
  }
  // A promise: its card was saved on a page of the same pledge.
  const pages = town.stripe
    .sessions()
    .filter(({ metadata }) => metadata?.["whipround_pledge"] === book.pledge)
    .map(({ id }) => id);
  return notes.consents.find(({ session, mode }) => pages.includes(session) && mode === "on-merge");
}

/** A promise is charged by an award, and only by one: somebody merged, or said \`/release\`. */
export function promisesWaitForTheAward(world: World): string[] {
  const { merges, comments, policies } = world.notes;
  if (policies.some((text) => text.includes("charge: reached"))) return [];
  return chargeBooks(world)
    .filter((book) => consentTo(world, book)?.mode === "on-merge")
    .filter(({ charge }) => {
      const until = charge.created * 1000 + 1000;
      const merged = merges.some(({ at }) => at <= until);
      const released = comments.some(
        ({ at, text, mayCommand }) => at <= until && mayCommand && text.startsWith("/release"),
      );
      return !merged && !released;
    })
    .map(({ charge }) => `${charge.id} was charged before anything was merged`);
}

/** One form, one pledge: however often it is sent, it leads to one page of Stripe's. */
export function oneFormIsOnePledge({ notes }: World): string[] {
  const pages = new Map<string, string>();
  const found: string[] = [];
  for (const { form, session } of notes.clicks) {
    if (session === null) continue;
    const known = pages.get(form) ?? session;
    if (known !== session) found.push(`the form ${form} led to two pages of Stripe's`);
    pages.set(form, known);
  }
  return found;
}
