// Tips: whoever was named by the commenter is paid, and not before the operator's time for checks is over.
import type { Notes } from "../notes.ts";
import { TIP_LIMIT_CENTS } from "../town.ts";
import type { World } from "../world.ts";
import { chargeBooks } from "./stripe-books.ts";

const DAY_MS = 86_400_000;

/** The command is the showing: it names the person. Nobody else is paid by it, nor by its payer's own word. */
export function tipsGoToTheNamed(world: World): string[] {
  const { notes, town } = world;
  return chargeBooks(world).flatMap(({ campaign, transfers, charge }) => {
    const tip = notes.tips.find((one) => one.campaign === campaign);
    if (tip === undefined) return [];
    return transfers
      .filter(({ destination }) => {
        const account = town.stripe.accounts().find(({ id }) => id === destination);
        return Number(account?.metadata?.["whipround_payee"]) !== tip.toId;
      })
      .map(({ id }) => `${id} of the tip ${charge.id} went to somebody else`);
  });
}

/** Held like a first payout: a stolen card must not be money by tomorrow. */
export function tipsWait(world: World): string[] {
  const { notes, settings } = world;
  const holdMs = settings.firstPayoutHoldDays * DAY_MS - notes.clockErrorMsMax - 1000;
  return chargeBooks(world).flatMap(({ campaign, transfers, charge }) => {
    if (!isTip(world, campaign)) return [];
    return transfers
      .filter(({ created }) => created * 1000 < charge.created * 1000 + holdMs)
      .map(({ id }) => `${id} of a tip left before its time for checks was over`);
  });
}

/** Neither by a word of their own nor, signed in, on the page of what another offered. */
export function nobodyTipsThemselves(world: World): string[] {
  const { notes } = world;
  const offered = notes.tips
    .filter(({ byId, toId, campaign }) => byId === toId && campaign !== null)
    .map(({ tip }) => `${tip} was offered by the one whom it is for`);
  const paid = chargeBooks(world).flatMap(({ campaign, session, charge }) => {
    const tip = notes.tips.find((one) => one.campaign === campaign);
    const click = notes.clicks.find((one) => one.session === session);
    const isOwn = tip !== undefined && click !== undefined && click.byId === tip.toId;
    return isOwn ? [`${charge.id} is a tip that was paid by the one whom it is for`] : [];
  });
  return [...offered, ...paid];
}

interface TipSent {
  cents: number;
  /** The days (UTC) on which the app may have let it go. */
  days: number[];
}

/** In one day nobody is sent more in tips than the operator lets; a single one may be as large as that. */
export function tipsKeepTheLimit(world: World): string[] {
  const { town, notes } = world;
  const payees = new Map(
    town.stripe.accounts().map(({ id, metadata }) => [id, metadata?.["whipround_payee"] ?? id]),
  );
  const tips = chargeBooks(world).filter(({ campaign }) => isTip(world, campaign));
  const large = tips
    .filter(({ charge }) => charge.amount > TIP_LIMIT_CENTS)
    .map(({ charge }) => `the tip ${charge.id} is above the limit`);
  const sent = new Map<string, TipSent[]>();
  for (const { created, amount: cents, destination } of tips.flatMap((one) => one.transfers)) {
    const payee = payees.get(String(destination)) ?? String(destination);
    const days = daysOf(notes, created * 1000);
    sent.set(payee, [...(sent.get(payee) ?? []), { cents, days }]);
  }
  const beyond = [...sent]
    .filter(([, all]) => !fit(all, new Map()))
    .map(([payee, all]) => `${payee} was sent ${all.map(({ cents }) => cents).join(", ")} in tips`);
  return [...large, ...beyond];
}

/** A call that was lost is made again later; a wrong clock has other days. */
function daysOf({ setbacks, clockErrorMsMax: wrongMs }: Notes, sentAt: number): number[] {
  const lateMs = LATE_DAYS * DAY_MS;
  const mayBeLate = setbacks.some((at) => at <= sentAt && at > sentAt - lateMs);
  const first = Math.floor((sentAt - wrongMs - (mayBeLate ? lateMs : 0)) / DAY_MS);
  const last = Math.floor((sentAt + wrongMs) / DAY_MS);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

const LATE_DAYS = 3;

/** Whether there is a day for each, none of which has more than the limit. */
function fit([first, ...rest]: readonly TipSent[], used: ReadonlyMap<number, number>): boolean {
  if (first === undefined) return true;
  return first.days.some((day) => {
    const cents = (used.get(day) ?? 0) + first.cents;
    return cents <= TIP_LIMIT_CENTS && fit(rest, new Map([...used, [day, cents]]));
  });
}

export function isTip({ notes }: World, campaign: string): boolean {
  return notes.tips.some((one) => one.campaign === campaign);
}
