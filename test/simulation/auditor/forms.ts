// Which pledge forms lead to Stripe's page: those that are right, and no others.
import type { Notes } from "../notes.ts";
import type { World } from "../world.ts";
import { shareOf } from "./shares.ts";
import { isTip } from "./tips.ts";
import { obeyedAt, placesOf } from "./words.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** The least that a pledge may be where no policy says otherwise. */
const MINIMUM_CENTS = 500;

type Click = Notes["clicks"][number];

/** An amount that nobody can pledge, a way that the policy does not offer, a bounty that is over. */
export function wrongFormsAreRefused(world: World): string[] {
  return pledgeClicks(world)
    .filter(({ session }) => session !== null)
    .flatMap((click) => {
      const why = wrongIn(world, click);
      return why === null ? [] : [`${click.form} led to Stripe's page: ${why}`];
    });
}

function wrongIn(world: World, click: Click): string | null {
  if (click.cents === 0) return "its amount is none";
  const text = policyAt(world.notes, click.at);
  if (text === "pay: now\n" && click.mode === "on-merge") return "promises are not taken";
  if (text === "minimum: 20\n" && click.cents < 2000) return "it is too little";
  if (text === "minimum: 5\nmaximum: 100\n" && click.cents > 10_000) return "it is too much";
  return overSince(world, click) === null ? null : "its bounty is over";
}

/** The one that the app surely goes by: null where it may not have been told of it. */
function policyAt({ policies, faults, clockErrorMsMax }: Notes, at: number): string | null {
  if (faults + clockErrorMsMax > 0) return null;
  const last = policies.findLast((one) => one.at <= at);
  return last === undefined || last.at > at - 10 * MINUTE_MS ? null : last.text;
}

/** By a word that was obeyed, or by money that was sent; null: it may be open, or another one be begun. */
function overSince(world: World, { issue, at, form }: Click): number | null {
  const { notes, town } = world;
  const places = placesOf(world, issue);
  const ended = notes.comments
    .filter(({ text, thread }) => /^\/(cancel|paid) /.test(text) && places.includes(thread))
    .flatMap((comment) => obeyedAt(world, comment) ?? []);
  const sent = town.stripe
    .transfers()
    .filter(({ transfer_group: campaign }) => !isTip(world, campaign ?? ""))
    .filter((one) => shareOf(world, one).issue === issue)
    .map(({ created }) => created * 1000);
  // Sent again, the form of a pledge that stands leads to its page as long as that is open.
  const known = notes.clicks.find((one) => one.form === form && one.session !== null)?.at ?? at;
  const first = [...ended, ...sent].filter((time) => time < known);
  const since = Math.min(...first);
  const isAgain = begunOn(notes, places).some((time) => time > since - DAY_MS);
  return first.length === 0 || isAgain ? null : since;
}

/** When a bounty or a goal may have been attached, or an award been taken back. */
function begunOn({ comments, labels }: Notes, places: readonly number[]): number[] {
  return [
    ...comments.filter(({ text }) => /^\/(bounty|goal|reject)/.test(text)),
    ...labels.filter(({ thread }) => places.includes(thread)),
  ].map(({ at }) => at);
}

/** Where nothing was in the way: the amount is one, the bounty was there, and nobody had ended it. */
export function rightFormsAreTaken(world: World): string[] {
  if (!isPlain(world)) return [];
  const seen = new Set<string>();
  return pledgeClicks(world).flatMap((click) => {
    if (seen.has(click.form)) return [];
    seen.add(click.form);
    const isRight = click.cents >= MINIMUM_CENTS && isThere(world, click);
    return isRight && click.session === null ? [`${click.form} was refused`] : [];
  });
}

/** Nothing went wrong, nothing moved, and the operator owes nothing. */
function isPlain({ notes, town: { stripe } }: World): boolean {
  const { faults, clockErrorMsMax, policies, unlabels, moved, deleted, installed, renames } = notes;
  return (
    faults + clockErrorMsMax + policies.length + unlabels.length + moved.size + deleted.length ===
      0 &&
    renames.length === 0 &&
    notes.repositories.length === 1 &&
    installed === "yes" &&
    stripe.disputes().length === 0 &&
    stripe.refunds().every(({ metadata }) => metadata?.["whipround_reason"] !== undefined)
  );
}

function isThere(world: World, { issue, at }: Click): boolean {
  const { comments, merges, labels } = world.notes;
  const attached = [
    ...labels.filter(({ thread, name }) => thread === issue && name.startsWith("bounty")),
    ...comments.filter(
      (one) =>
        one.thread === issue && one.text.startsWith("/bounty") && obeyedAt(world, one) !== null,
    ),
  ].some((one) => one.at < at - MINUTE_MS);
  const ended =
    merges.some((one) => one.at <= at + MINUTE_MS) ||
    comments.some((one) => /^\/(cancel|paid|release|goal)/.test(one.text) && one.at <= at) ||
    labels.some(({ name }) => name.startsWith("goal"));
  return attached && !ended;
}

function pledgeClicks({ notes }: World): Click[] {
  const tips = notes.tips.map(({ tip }) => tip);
  return notes.clicks.filter(({ form }) => !tips.includes(form));
}
