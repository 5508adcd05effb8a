// `/paid`: a maintainer's word about money that is none of ours. It ends only what nobody has pledged to, moves
// nothing, and is in no figure.
import type { Comment, Consent, Notes } from "../notes.ts";
import type { World } from "../world.ts";
import { consentTo } from "./consent.ts";
import { type ChargeBook, chargeBooks, isUntouched } from "./stripe-books.ts";
import { botComments, nameOf, threads } from "./threads.ts";
import { isTip } from "./tips.ts";
import { obeyedAt, placesOf } from "./words.ts";

const DAY_MS = 86_400_000;
/** A promise ends and paid-in money goes back by themselves after these, less what a wrong clock makes of them. */
const STANDS_MS = { "on-merge": 178 * DAY_MS, "pay-now": 58 * DAY_MS };
/** Until then a word that ended a bounty may not have been heard by the app. */
const HEARD_MS = 5 * DAY_MS;

/** A word that was obeyed. */
interface Said {
  comment: Comment;
  issue: number;
  obeyed: number;
  /** When the next bounty or goal may have been attached there. */
  until: number;
}

function wordsOf(world: World): Said[] {
  const { comments, issues } = world.notes;
  return comments
    .filter(({ text }) => text.startsWith("/paid"))
    .flatMap((comment) => {
      const obeyed = obeyedAt(world, comment);
      const issue = issues.find((one) => placesOf(world, one).includes(comment.thread));
      if (obeyed === null || issue === undefined) return [];
      return [{ comment, issue, obeyed, until: nextBegun(world.notes, comment) }];
    });
}

function nextBegun({ comments, labels }: Notes, { at, thread }: Comment): number {
  const begun = [
    ...comments.filter((one) => one.thread === thread && /^\/(bounty|goal)/.test(one.text)),
    ...labels.filter((one) => one.thread === thread && /^(bounty|goal)/.test(one.name)),
  ];
  return Math.min(...begun.map((one) => one.at).filter((time) => time >= at));
}

export function paidOutsideEndsNothingPledged(world: World): string[] {
  const books = chargeBooks(world);
  return wordsOf(world).flatMap((said) =>
    world.notes.clicks
      .filter((click) => click.session !== null && click.issue === said.issue)
      .filter(({ at }) => at < said.comment.at && !mayHaveEnded(world, said, at))
      .filter(({ form }) => !world.notes.tips.some(({ tip }) => tip === form))
      .filter(({ session }) => stands(world, { session, said, books }))
      .map(
        ({ form }) => `"${said.comment.text}" ended #${said.issue}, to which ${form} was pledged`,
      ),
  );
}

/** Something else may have ended the bounty that this was pledged to. */
function mayHaveEnded(
  { notes }: World,
  { obeyed, issue, comment }: Said,
  pledgedAt: number,
): boolean {
  const ends = [
    ...notes.merges.map(({ at }) => at),
    ...notes.unlabels,
    ...notes.deleted.map(({ at }) => at),
    ...notes.comments
      .filter(({ text, mayCommand }) => mayCommand && /^\/(cancel|release|paid)/.test(text))
      .filter(({ id }) => id !== comment.id)
      .map(({ at }) => at),
    // A goal ends at the end of its day.
    ...notes.comments
      .filter(({ text, thread }) => thread === issue && text.startsWith("/goal"))
      .map(({ text }) => Date.parse(/ by (\S+)/.exec(text)?.[1] ?? "")),
  ];
  const within = ends.filter((at) => !(at < pledgedAt - HEARD_MS || at > obeyed));
  return within.length > 0 || notes.moved.size > 0;
}

/** On Stripe's page, promised, or paid in and not on its way back: when the word was obeyed. */
function stands(
  world: World,
  parts: { session: string | null; said: Said; books: readonly ChargeBook[] },
): boolean {
  const { session, said, books } = parts;
  const { obeyed } = said;
  const consent = world.notes.consents.find((one) => one.session === session);
  if (consent === undefined || consent.at > obeyed) {
    const page = world.town.stripe.sessions().find(({ id }) => id === session);
    return page !== undefined && page.expires_at * 1000 > obeyed + 1000;
  }
  const { at, mode, askedBackAt } = consent;
  if (askedBackAt !== null && askedBackAt <= obeyed) return false;
  const book = books.find((one) => one.session === session);
  const isWhole = book === undefined || (isUntouched(book) && book.refunds.length === 0);
  return obeyed < at + STANDS_MS[mode] && isWhole;
}

/** What is paid after it, before another bounty begins, goes back whole; and nobody is sent anything. */
export function paidOutsideMovesNothing(world: World): string[] {
  const books = chargeBooks(world).filter(({ campaign }) => !isTip(world, campaign));
  return wordsOf(world).flatMap(({ comment, issue, obeyed, until }) =>
    books
      .filter(({ charge: { created } }) => created * 1000 > obeyed && created * 1000 < until)
      .filter((book) => issueOf(consentTo(world, book)) === issue)
      .filter(({ transferred, returnedInFull }) => transferred > 0 || !returnedInFull)
      .map(({ charge }) => `${charge.id} was taken for #${issue} after "${comment.text}"`),
  );
}

function issueOf(consent: Consent | undefined): number | null {
  return consent?.issue ?? null;
}

const SUMS = ["paidIn", "clearing", "promised", "collecting", "uncollected", "released"];

/** Neither on the page nor on the card. */
export function paidOutsideIsNoFigure(world: World): string[] {
  const said = wordsOf(world);
  const figures = world.notes.looks
    .filter(({ at, issue }) =>
      said.some((one) => one.issue === issue && at > one.obeyed && at < one.until),
    )
    .flatMap(({ issue, figures }) =>
      SUMS.filter((name) => Number(figures[name]) !== 0).map(
        (name) => `the page of #${issue} counts ${name} ${figures[name]}`,
      ),
    );
  const cards = threads(world).flatMap((thread) =>
    botComments(world, thread)
      .map(({ body }) => body ?? "")
      .filter((body) => body.includes("was paid outside of Whipround"))
      .filter((body) => /^\| (Paid|Promised|Being)/m.test(body))
      .map(() => `the card of ${nameOf(thread)} counts what was paid outside`),
  );
  return [...figures, ...cards];
}
