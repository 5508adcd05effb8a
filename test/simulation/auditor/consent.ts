// Nobody is charged but by their own word: a click on Stripe's page that takes the money, or a card saved
// there for the award; once for each, with the amount they saw, and never after they took it back.
import type { Consent } from "../notes.ts";
import type { World } from "../world.ts";
import { promisesOf } from "./promises.ts";
import { type ChargeBook, chargeBooks } from "./stripe-books.ts";
import { isRelease } from "./words.ts";

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
    if (withdrawnAt === null || charge.created * 1000 <= withdrawnAt + 1000) return [];
    if (isCalledIn(world, { book, by: withdrawnAt }) && book.refunds.length > 0) return [];
    return [`${charge.id} was charged after its backer took it back`];
  });
}

/** Its charge waited for its backer when they took it back: they may have confirmed it before Stripe ended it. */
function isCalledIn({ town }: World, { book, by }: { book: ChargeBook; by: number }): boolean {
  return town.stripe
    .paymentIntents()
    .some(({ id, created }) => id === book.charge.payment_intent && created * 1000 <= by);
}

export function consentTo({ notes, town }: World, book: ChargeBook): Consent | undefined {
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
  if (policies.some(({ text }) => text.includes("charge: reached"))) return [];
  return chargeBooks(world)
    .filter((book) => consentTo(world, book)?.mode === "on-merge")
    .filter(({ charge }) => {
      const until = charge.created * 1000 + 1000;
      const merged = merges.some(({ at }) => at <= until);
      const released = comments.some(
        ({ at, text, mayCommand }) => at <= until && mayCommand && isRelease(text),
      );
      return !merged && !released;
    })
    .map(({ charge }) => `${charge.id} was charged before anything was merged`);
}

const DAY_MS = 86_400_000;
const LAPSE_DAYS = 180;
const MENDED_DAYS = 14;

/**
 * A promise ends 180 days after it was given, or after it was given anew: by then it is called in. What the bank says no
 * to can be mended for two weeks.
 */
export function promisesAreChargedInTime(world: World): string[] {
  const { faults, clockErrorMsMax } = world.notes;
  // While the process is down, and while its calls fail, dates come late.
  const slackMs = faults + clockErrorMsMax === 0 ? HOUR_MS : 3 * DAY_MS + clockErrorMsMax;
  return chargeBooks(world).flatMap((book) => {
    const consent = consentTo(world, book);
    if (consent?.mode !== "on-merge") return [];
    const calledIn = calledInAt(world, book.pledge) ?? book.charge.created * 1000;
    const given = Math.max(consent.at, ...consent.renewals.map(({ at }) => at));
    if (calledIn > given + LAPSE_DAYS * DAY_MS + slackMs) {
      return [`${book.charge.id} was called in after its promise had ended`];
    }
    return book.charge.created * 1000 > calledIn + MENDED_DAYS * DAY_MS + slackMs
      ? [`${book.charge.id} was charged after the days to mend it`]
      : [];
  });
}

const HOUR_MS = 3_600_000;

/** When Stripe was first asked to charge it; null: never. */
function calledInAt({ town }: World, pledge: string): number | null {
  const intent = town.stripe
    .paymentIntents()
    .find(({ metadata }) => metadata["whipround_pledge"] === pledge);
  return intent === undefined ? null : intent.created * 1000;
}

/** Until then what somebody promised may not have been heard. */
const HEARD_MS = 20 * 60_000;
const HEARD_LATE_MS = 4 * DAY_MS;

/** An award that pays anybody leaves no promise out that was in force. What a goal ends is judged by the rules on goals. */
export function awardsCallPromisesIn(world: World): string[] {
  const { notes } = world;
  const undone = notes.comments.some(({ text }) => /^\/(goal|reject)/.test(text));
  if (undone || notes.labels.some(({ name }) => name.startsWith("goal"))) return [];
  const heardMs = notes.faults + notes.clockErrorMsMax === 0 ? HEARD_MS : HEARD_LATE_MS;
  const awarded = Math.min(
    ...notes.merges.map(({ at }) => at),
    ...notes.comments.filter(({ text }) => isRelease(text)).map(({ at }) => at),
  );
  const paid = chargeBooks(world).filter(({ transfers }) => transfers.length > 0);
  const campaigns = new Set(paid.map(({ campaign }) => campaign));
  return [...campaigns].flatMap((campaign) => {
    const books = paid.filter((one) => one.campaign === campaign);
    const sent = Math.min(...books.flatMap(({ transfers }) => transfers.map((one) => one.created)));
    return promisesOf(world, campaign)
      .filter(({ intent, consent }) => intent === null && consent.askedBackAt === null)
      .filter(({ consent: { at } }) => at + heardMs < awarded)
      .filter(({ consent: { at } }) => sent * 1000 < at + (LAPSE_DAYS - 1) * DAY_MS)
      .map(({ consent }) => `${consent.session} was promised, and no award called it in`);
  });
}

/** One PaymentIntent per promise: what Stripe refuses to charge twice is one intent, not two. */
export function promisesHaveOneIntent({ town }: World): string[] {
  const seen = new Map<string, string>();
  return town.stripe.paymentIntents().flatMap(({ id, metadata, status }) => {
    const pledge = metadata["whipround_pledge"];
    const open = status !== "canceled" && !isOfAPage(id, town);
    if (pledge === undefined || !open) return [];
    const other = seen.get(pledge);
    seen.set(pledge, id);
    return other === undefined ? [] : [`the promise ${pledge} has two intents: ${other} and ${id}`];
  });
}

function isOfAPage(intent: string, { stripe }: World["town"]): boolean {
  return stripe.sessions().some(({ payment_intent: one }) => one === intent);
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
